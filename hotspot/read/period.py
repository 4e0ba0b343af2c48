"""The days that a bulletin tells about, and what the office calls their week."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from hotspot.errors import InputError

_WEEK = dt.timedelta(days=7)
_SMALL = 0.05  # a week with fewer than this share of the busiest week's calls is a slip of the pen, not a week


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included.

    Examples
    --------
    >>> Period(dt.date(2024, 10, 14), dt.date(2024, 10, 20)).days
    7
    """

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InputError("起止日期颠倒", found=f"{self.first} 至 {self.last}", fix="--from 不能晚于 --to")

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    @property
    def is_week(self) -> bool:
        """Whether it runs from a Monday to its Sunday."""
        return self.days == 7 and self.first.weekday() == 0

    @property
    def previous(self) -> Period:
        """The period of the same length just before."""
        length = dt.timedelta(days=self.days)
        return Period(self.first - length, self.last - length)

    def holds(self, times: pd.Series) -> pd.Series:
        """Return which times lie within; midnight after the last day belongs to the next period."""
        return (times >= pd.Timestamp(self.first)) & (times < pd.Timestamp(self.last + dt.timedelta(days=1)))


def week_of(day: dt.date) -> Period:
    """Return the Monday–Sunday that holds a day.

    Examples
    --------
    >>> week_of(dt.date(2024, 10, 16)).first
    datetime.date(2024, 10, 14)
    """
    monday = day - dt.timedelta(days=day.weekday())
    return Period(monday, monday + dt.timedelta(days=6))


def choose_period(
    times: pd.Series,
    week: dt.date | None = None,
    first: dt.date | None = None,
    last: dt.date | None = None,
    everything: bool = False,
) -> Period:
    """Return the period asked for, or the last complete Monday–Sunday in the data.

    A week is complete when calls reach its Sunday. Where no week is, the last one that holds calls is taken. A lone
    call far from the others (a mistyped year) makes no week.

    Parameters
    ----------
    times : Series of datetime64
        Times of the calls.
    week : date, optional
        Any day of the week wanted.
    first, last : date, optional
        First and last day wanted.
    everything : bool
        From the first day with calls to the last.

    Examples
    --------
    >>> choose_period(pd.Series(pd.to_datetime(["2024-10-14 08:00", "2024-10-20 09:00", "2024-10-21 10:00"]))).first
    datetime.date(2024, 10, 14)
    """
    asked = sum((week is not None, first is not None or last is not None, everything))
    if asked > 1:
        raise InputError("--week、--from/--to 与 --all 只能用一种", fix="请只保留其中一种")
    if week is not None:
        return week_of(week)
    known = times.dropna()
    if not len(known):
        if first is not None and last is not None:
            return Period(first, last)
        raise InputError("没有可用的来电时间，无法确定统计周期", fix="请检查“来电时间”列，或用 --week 指定周期")
    earliest, latest = known.min().date(), known.max().date()
    if first is not None or last is not None:
        return Period(first or min(earliest, last or earliest), last or max(latest, first or latest))
    if everything:
        return Period(earliest, latest)
    return _last_complete_week(known)


def _last_complete_week(times: pd.Series) -> Period:
    days = times.dt.normalize()
    mondays = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    counts = mondays.value_counts().sort_index()
    real = counts[counts >= _SMALL * counts.max()]
    latest = days[mondays.isin(real.index)].max().date()
    weeks = [week_of(monday.date()) for monday in real.index]
    complete = [period for period in weeks if period.last <= latest]
    return (complete or weeks)[-1]


def week_label(first_day: dt.date) -> str:
    """Return the office's name of the week that begins on a Monday: the week that holds the 1st is week 1.

    Examples
    --------
    >>> week_label(dt.date(2024, 10, 14)), week_label(dt.date(2024, 10, 7))
    ('2024年10月第3周', '2024年10月第2周')
    """
    monday = first_day - dt.timedelta(days=first_day.weekday())
    week_one = week_of(monday.replace(day=1)).first
    return f"{monday.year}年{monday.month}月第{(monday - week_one).days // 7 + 1}周"
