"""What the days of a period let one expect by themselves: weekdays, weekends, public holidays and shifted workdays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
# A day with less than this share of what its kind lets expect was no usual day, whatever the calendar says.
_UNUSUAL: Final = 0.75
# What its kind lets expect counts like so many calls in what a single day was worth.
_PRIOR_CALLS: Final = 20.0

Kind = Callable[[dt.date], str]


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


def knows_holidays(year: int) -> bool:
    """Return whether the calendar knows the state's holidays of a year (they are announced each autumn).

    Examples
    --------
    >>> knows_holidays(2024), knows_holidays(2099)
    (True, False)
    """
    import chinese_calendar

    try:
        chinese_calendar.get_holiday_detail(dt.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def make_calendar(
    holidays: Collection[dt.date] = (), workdays: Collection[dt.date] = (), *, national: bool = True
) -> Kind:
    """Return what tells the kind of a day where the office corrects the state's calendar, or goes before it.

    Parameters
    ----------
    holidays, workdays : collection of date
        Days off, and weekend days that are worked, beside or against those of the state.
    national : bool
        Whether the state's calendar holds at all.

    Examples
    --------
    >>> kind = make_calendar(holidays=[dt.date(2027, 2, 8)], workdays=[dt.date(2027, 2, 14)])
    >>> kind(dt.date(2027, 2, 8)), kind(dt.date(2027, 2, 14)), kind(dt.date(2024, 10, 1))
    ('节假日', '调休上班', '节假日')
    """
    off, on = frozenset(holidays), frozenset(workdays)

    def kind(day: dt.date) -> str:
        if day in off:
            return HOLIDAY
        if day in on:
            return SHIFTED if day.weekday() >= 5 else str(day.isoweekday())
        return kind_of_day(day) if national else str(day.isoweekday())

    return kind


def estimate_day_factors(daily: Mapping[dt.date, int], kind: Kind = kind_of_day) -> dict[str, float]:
    """Return what a day of each kind holds relative to an ordinary workday.

    Each day is set against the mean of the ordinary workdays within two weeks of it, so that a trend does not pass for
    a difference between kinds. Kinds with few days lean on what is known beforehand: a weekday on 1, a holiday on the
    Sundays, a shifted workday on 1.

    Parameters
    ----------
    daily : mapping
        Calls of each recorded day, all matters together.
    kind : callable
        Kind of a day; see `make_calendar`.

    Examples
    --------
    >>> start = dt.date(2024, 3, 4)
    >>> days = [start + dt.timedelta(days=at) for at in range(280)]
    >>> factors = estimate_day_factors({day: 50 if day.weekday() == 6 else 100 for day in days})
    >>> round(factors["7"], 1), round(factors["2"], 1)
    (0.5, 1.0)
    """
    kinds = {day: kind(day) for day in daily}
    factors = {str(at): 1.0 for at in range(1, 8)}
    levels = _find_levels(daily, kinds)
    if not levels:
        return {**factors, HOLIDAY: 1.0, SHIFTED: 1.0}
    seen: dict[str, list[float]] = {}
    for day, level in sorted(levels.items()):
        if daily[day] >= _GAP * level:
            seen.setdefault(kinds[day], []).append(daily[day] / level)
    for name, prior in (*((str(at), 1.0) for at in range(1, 8)), (SHIFTED, 1.0), (HOLIDAY, None)):
        ratios = seen.get(name, [])
        known = factors["7"] if prior is None else prior
        factors[name] = float((sum(ratios) + _PRIOR_DAYS * known) / (len(ratios) + _PRIOR_DAYS))
    return factors


def _find_levels(daily: Mapping[dt.date, int], kinds: Mapping[dt.date, str]) -> dict[dt.date, float]:
    """Return the mean of the ordinary workdays near each day, where there are any."""
    usual = sorted(day for day in daily if kinds[day] in "12345")
    if not usual:
        return {}
    positions = np.array([day.toordinal() for day in usual])
    sums = np.concatenate([[0.0], np.cumsum([daily[day] for day in usual])])
    found = {}
    for day in daily:
        low, high = np.searchsorted(positions, [day.toordinal() - _NEAR, day.toordinal() + _NEAR + 1])
        if high > low and sums[high] > sums[low]:
            found[day] = float((sums[high] - sums[low]) / (high - low))
    return found


def measure_unusual_days(
    daily: Mapping[dt.date, int], factors: Mapping[str, float], kind: Kind = kind_of_day
) -> dict[dt.date, float]:
    """Return what holidays, shifted workdays and days far below their kind were worth themselves.

    The Spring Festival empties an office more than a day off in May does, and a typhoon or a holiday that the calendar
    does not know empties a Tuesday. All matters together tell it; days with few calls lean on what their kind is worth.

    Examples
    --------
    >>> days = [dt.date(2024, 7, 1) + dt.timedelta(days=at) for at in range(28)]
    >>> daily = {day: 100 for day in days} | {days[8]: 40}
    >>> list(measure_unusual_days(daily, {str(at): 1.0 for at in range(1, 8)})) == [days[8]]
    True
    """
    kinds = {day: kind(day) for day in daily}
    found = {}
    for day, level in sorted(_find_levels(daily, kinds).items()):
        usual = factors.get(kinds[day], 1.0)
        if kinds[day] in (HOLIDAY, SHIFTED) or daily[day] < _UNUSUAL * usual * level:
            found[day] = (daily[day] + _PRIOR_CALLS * usual) / (level + _PRIOR_CALLS)
    return found


def measure_exposure(
    days: Iterable[dt.date],
    factors: Mapping[str, float],
    missing: Sequence[dt.date] = (),
    kind: Kind = kind_of_day,
    known: Mapping[dt.date, float] | None = None,
) -> float:
    """Return how many ordinary workdays the days are worth; those in `missing` are worth nothing.

    `known` is what single days were worth, where that is known better than by their kind.

    Examples
    --------
    >>> measure_exposure([dt.date(2024, 10, 14), dt.date(2024, 10, 20)], {"1": 1.0, "7": 0.5})
    1.5
    """
    gone, own = set(missing), known or {}
    return float(sum(own.get(day, factors.get(kind(day), 1.0)) for day in days if day not in gone))
