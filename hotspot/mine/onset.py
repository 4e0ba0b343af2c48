"""The day from which the calls of a hotspot run above what they were: a step within the period, with its evidence."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scipy import special

# The step must be hard to explain by chance (over all days tried) and large enough to be worth a sentence.
_CHANCE: Final = 0.005
# A known event names its day beforehand: only that day is tried.
_CHANCE_AT_EVENT: Final = 0.05
_RATIO: Final = 2.5
_FEWEST: Final = 8
_NEAR: Final = 1  # days between a known event and the step that it explains


@dataclass(frozen=True, slots=True)
class Event:
    """A known event of the year, such as 开始供暖 on 15 October; without a year it comes back every year."""

    name: str
    month: int
    day: int
    themes: tuple[str, ...] = ()
    year: int | None = None

    def date_in(self, first: dt.date, last: dt.date) -> dt.date | None:
        """Return its day between `first` and `last`, if there is one.

        Examples
        --------
        >>> Event("开始供暖", 10, 15).date_in(dt.date(2024, 10, 14), dt.date(2024, 10, 20))
        datetime.date(2024, 10, 15)
        """
        for year in range(first.year, last.year + 1) if self.year is None else (self.year,):
            try:
                day = dt.date(year, self.month, self.day)
            except ValueError:  # 29 February
                continue
            if first <= day <= last:
                return day
        return None


def find_step(daily: Sequence[int], weights: Sequence[float] | None = None) -> int | None:
    """Return the position of the first day of a rise, ``None`` without one.

    Before and from that day the calls come at two constant rates; the day is the one that makes the counts most
    likely. `weights` are the days' usual loads (all other calls of the day), so that a quiet Sunday is no fall.

    Examples
    --------
    >>> find_step([0, 16, 19, 31, 27, 27, 25])
    1
    >>> find_step([20, 13, 15, 9, 14, 13, 13]) is None
    True
    """
    best = max(_steps(daily, weights, range(1, len(daily)), _CHANCE), default=None)
    return -best[1] if best else None


def _steps(
    daily: Sequence[int], weights: Sequence[float] | None, starts: range, chance: float
) -> Iterator[tuple[float, int]]:
    """Yield log-likelihood and negative position of the days from which the calls come clearly faster than before."""
    total = sum(daily)
    if total < _FEWEST:
        return
    load = [max(weight, 1e-9) for weight in weights] if weights and sum(weights) > 0 else [1.0] * len(daily)
    for start in starts:
        before, usual = sum(daily[:start]), sum(load[:start]) / sum(load)
        after = total - before
        # Pseudo-count: nothing before is not infinitely less than something after.
        if (after / (1 - usual)) < _RATIO * ((before + 0.5) / usual):
            continue
        if float(special.bdtr(before, total, usual)) * len(starts) <= chance:
            parts = ((before, usual), (after, 1 - usual))
            yield sum(count * math.log(count / (total * share)) for count, share in parts if count), -start


def find_onset(
    daily: Sequence[int],
    first: dt.date,
    *,
    theme: str = "",
    events: Sequence[Event] = (),
    weights: Sequence[float] | None = None,
    expected_per_day: float | None = None,
) -> tuple[dt.date | None, str]:
    """Return the day of onset and its wording, (None, "") where the calls have no start within the period.

    Parameters
    ----------
    daily : sequence of int
        Calls per day, from `first` on.
    theme : str
        Theme of the hotspot: an event counts for the themes it names, or for all when it names none.
    events : sequence of Event
        Known events; one on the day of the step, or the day before or after, explains it and gives the day.
    weights : sequence of float, optional
        Usual load of each day.
    expected_per_day : float, optional
        From the past weeks: days before the step must not run above it clearly.

    Examples
    --------
    >>> event = Event("开始供暖", 10, 15, ("供暖不热",))
    >>> find_onset([0, 16, 19, 31, 27, 27, 25], dt.date(2024, 10, 14), theme="供暖不热", events=[event])
    (datetime.date(2024, 10, 15), '自10月15日开始供暖以来')
    """
    last = first + dt.timedelta(days=len(daily) - 1)
    step, wording = find_step(daily, weights), "以来"
    for event in events:
        known = event.date_in(first, last)
        if known is None or (event.themes and theme not in event.themes):
            continue
        at = (known - first).days
        near = step is not None and abs(at - step) <= _NEAR
        if near or (event.themes and at > 0 and any(_steps(daily, weights, range(at, at + 1), _CHANCE_AT_EVENT))):
            step, wording = at, f"{event.name}以来"
            break
    if step is None:
        return None, ""
    if expected_per_day is not None and expected_per_day * (len(daily) - step) >= sum(daily[step:]):
        return None, ""  # more than before in the week, yet no more than in other weeks
    day = first + dt.timedelta(days=step)
    return day, f"自{day.month}月{day.day}日{wording}"


def tell_evidence(daily: Sequence[int], first: dt.date, onset: dt.date, weights: Sequence[float] | None = None) -> str:
    """Return what speaks for `onset` as the day of the start: the calls before and from it, and how likely by chance.

    Examples
    --------
    >>> tell_evidence([0, 16, 19, 31, 27, 27, 25], dt.date(2024, 10, 14), dt.date(2024, 10, 15))
    '此前1天0件，自10月15日起6天145件（日均24.2件）；若来电一直均匀，此前这样少的概率小于0.001'
    """
    at = (onset - first).days
    load = list(weights) if weights and sum(weights[:at]) > 0 and sum(weights[at:]) > 0 else [1.0] * len(daily)
    before, after, days = sum(daily[:at]), sum(daily[at:]), len(daily) - at
    chance = float(special.bdtr(before, before + after, sum(load[:at]) / sum(load)))
    likely = "小于0.001" if chance < 0.001 else f"为{chance:.3f}"
    usual = "若与同期其他来电同样分布" if weights and load == list(weights) else "若来电一直均匀"
    earlier = f"此前{at}天{before}件" + (f"（日均{before / at:.1f}件）" if before else "")
    return (
        f"{earlier}，自{onset.month}月{onset.day}日起{days}天{after}件（日均{after / days:.1f}件）；"
        f"{usual}，此前这样少的概率{likely}"
    )
