"""What the days of a period let one expect by themselves: weekdays, weekends, public holidays and shifted workdays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import numpy as np

HOLIDAY: Final = "节假日"
SHIFTED: Final = "调休上班"
# The level a day is set against is that of the ordinary workdays this near.
_NEAR: Final = 14
# Below this share of the level a day was not recorded in full: it says nothing of its kind.
_GAP: Final = 0.2
# What is known beforehand counts like so many days.
_PRIOR_DAYS: Final = 3.0


def kind_of_day(day: dt.date) -> str:
    """Return ``"1"`` (Monday) to ``"7"``, or whether the state has made the day a holiday or a shifted workday.

    In years that the calendar does not know yet every day is what its weekday says.

    Examples
    --------
    >>> [kind_of_day(dt.date(2024, 10, day)) for day in (1, 12, 13, 14)]
    ['节假日', '调休上班', '7', '1']
    """
    import chinese_calendar

    weekend = day.weekday() >= 5
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return str(day.isoweekday())
    if off and name:
        return HOLIDAY
    return SHIFTED if weekend and not off else str(day.isoweekday())


def estimate_day_factors(
    daily: Mapping[dt.date, int], kind: Callable[[dt.date], str] = kind_of_day
) -> dict[str, float]:
    """Return what a day of each kind holds relative to an ordinary workday.

    Each day is set against the mean of the ordinary workdays within two weeks of it, so that a trend does not pass for
    a difference between kinds. Kinds with few days lean on what is known beforehand: a weekday on 1, a holiday on the
    Sundays, a shifted workday on 1.

    Parameters
    ----------
    daily : mapping
        Calls of each recorded day, all matters together.
    kind : callable
        Kind of a day; the calendar of another country can be given.

    Examples
    --------
    >>> start = dt.date(2024, 3, 4)
    >>> days = [start + dt.timedelta(days=at) for at in range(280)]
    >>> factors = estimate_day_factors({day: 50 if day.weekday() == 6 else 100 for day in days})
    >>> round(factors["7"], 1), round(factors["2"], 1)
    (0.5, 1.0)
    """
    kinds = {day: kind(day) for day in daily}
    usual = sorted(day for day in daily if kinds[day] in "12345")
    factors = {str(at): 1.0 for at in range(1, 8)}
    if not usual:
        return {**factors, HOLIDAY: 1.0, SHIFTED: 1.0}
    positions = np.array([day.toordinal() for day in usual])
    sums = np.concatenate([[0.0], np.cumsum([daily[day] for day in usual])])
    seen: dict[str, list[float]] = {}
    for day, count in sorted(daily.items()):
        low, high = np.searchsorted(positions, [day.toordinal() - _NEAR, day.toordinal() + _NEAR + 1])
        level = (sums[high] - sums[low]) / (high - low) if high > low else 0.0
        if level > 0 and count >= _GAP * level:
            seen.setdefault(kinds[day], []).append(count / level)
    for name, prior in (*((str(at), 1.0) for at in range(1, 8)), (SHIFTED, 1.0), (HOLIDAY, None)):
        ratios = seen.get(name, [])
        known = factors["7"] if prior is None else prior
        factors[name] = float((sum(ratios) + _PRIOR_DAYS * known) / (len(ratios) + _PRIOR_DAYS))
    return factors


def measure_exposure(
    days: Iterable[dt.date],
    factors: Mapping[str, float],
    missing: Sequence[dt.date] = (),
    kind: Callable[[dt.date], str] = kind_of_day,
) -> float:
    """Return how many ordinary workdays the days are worth; those in `missing` are worth nothing.

    Examples
    --------
    >>> measure_exposure([dt.date(2024, 10, 14), dt.date(2024, 10, 20)], {"1": 1.0, "7": 0.5})
    1.5
    """
    gone = set(missing)
    return float(sum(factors.get(kind(day), 1.0) for day in days if day not in gone))
