"""Which counts of a week run above what the past lets one expect (苗头), and which stay high (长期高发)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.mine.baseline import FEWEST_WEEKS, MOST_WEEKS, find_baselines, reject_false, weigh_recent
from hotspot.mine.themes import OTHER
from hotspot.mine.workdays import Kind, estimate_day_factors, kind_of_day, measure_exposure, measure_unusual_days
from hotspot.schema import Alarm, Baseline

RISING: Final = "苗头"
CHRONIC: Final = "长期高发"
# What a series counts, as the history and the reader name it.
SCOPES: Final = MappingProxyType(
    {"theme": "主题", "place": "地点", "theme_place": "主题和地点", "category": "类别", "unit": "承办单位"}
)
# Weeks that are tested together, this one the last.
_SUSTAINED: Final = 3
# Of the chance of a false alarm, what these weeks together may use; the last week alone has the rest.
_SUSTAINED_SHARE: Final = 0.25
# A rise of fewer calls is worth no line in a bulletin.
_FEWEST_CALLS: Final = 5
_CHRONIC_CALLS: Final = {"theme": 10, "theme_place": 3}
# A place's rise that one theme explains to this share is told as that theme's.
_EXPLAINED: Final = 0.7
# A past week in which the themes of this week had less than this share of their calls was not recorded in full.
_GAP: Final = 0.25
_THEMES_THAT_TELL: Final = 5
# A day without a call is one without a record where the other recorded days of its week had so many on average.
_BUSY_DAY: Final = 10
# The season of a theme a year ago leans on 1 like so many calls, and is believed as far as it stands out of what counts
# scatter by themselves: by this overdispersion, and by this share of the level from one year to the next.
_PRIOR_SEASON: Final = 10.0
_SEASON_DISPERSION: Final = 2.0
_SEASON_SCATTER: Final = 0.12
_SEASON_DOUBT: Final = 1.2
_STRONGEST_SEASON: Final = 20.0  # heating begins with tenfold calls
_YEAR_OF_DAYS: Final = 364  # keeps the weekdays
_YEARS: Final = 3

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class PastWeek:
    """A past period and what was counted in it: (kind, name, place) to calls.

    Kinds are ``theme``, ``place``, ``theme_place``, ``category`` and ``unit`` (place is ``""`` but for
    ``theme_place``); ``day`` holds all valid demands of a day under its ISO date.
    """

    first: dt.date
    last: dt.date
    counts: Mapping[_Key, int]

    def daily(self) -> dict[dt.date, int]:
        """Return the demands of each day; empty where the history does not know them."""
        return {dt.date.fromisoformat(key[1]): count for key, count in self.counts.items() if key[0] == "day"}


@dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms of a week, strongest first, and the baseline of each theme.

    ``gaps`` are the first days of past weeks whose record is so incomplete that they were not used.
    """

    rising: tuple[Alarm, ...] = ()
    chronic: tuple[Alarm, ...] = ()
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    gaps: tuple[dt.date, ...] = ()


def find_alarms(
    demands: pd.DataFrame,
    days: Sequence[dt.date],
    past: Sequence[PastWeek],
    *,
    told: Collection[str] = (),
    excluded: Collection[str] = (),
    units: Mapping[str, Sequence[str]] = MappingProxyType({}),
    kind: Kind = kind_of_day,
) -> Alarms:
    """Return what runs above its past, and what is high every week.

    Parameters
    ----------
    demands : DataFrame
        Valid demands of the week: msg_id, time, category, theme, place.
    days : sequence of date
        Every day of the week.
    past : sequence of PastWeek
        Earlier periods as long as this one, in any order. Those missing in between are gaps and count for nothing.
    told : collection of str
        Themes that the main hotspots tell already.
    excluded : collection of str
        Categories that raise no alarm: matters of the hotline itself.
    units : mapping, optional
        Calls whose work order was dispatched to each unit in the week.
    kind : callable
        Kind of a day: weekday, holiday, shifted workday.

    Examples
    --------
    >>> monday = dt.date(2024, 10, 14)
    >>> week = [monday + dt.timedelta(days=at) for at in range(7)]
    >>> calls = pd.DataFrame({"msg_id": list("abcdefgh"), "time": pd.Timestamp(monday), "category": "公共服务类",
    ...     "theme": "停水水压", "place": ""})
    >>> quiet = [PastWeek(week[0] - dt.timedelta(7 * k), week[6] - dt.timedelta(7 * k), {}) for k in (3, 2, 1)]
    >>> [alarm.subject for alarm in find_alarms(calls, week, quiet).rising]
    ['停水水压']
    >>> find_alarms(calls, week, []).rising
    ()
    """
    # Every call is counted, as the history counts it; what is mostly the hotline's own is not tested.
    own = demands["category"].isin(list(excluded)).groupby(demands["theme"]).mean()
    barred = {str(theme) for theme in own.index[own > 0.5]} | set(excluded) | {OTHER}
    current = _group_calls(demands, units)
    dates = pd.to_datetime(demands["time"]).dt.date.value_counts()
    today = {day: int(dates.get(day, 0)) for day in days}
    compared = compare_with_past(
        {key: len(calls) for key, calls in current.items()}, today, past, barred=barred, kind=kind
    )
    stands = reject_false([line.p for line in compared.lines])
    rising, chronic = [], []
    for line, unusual in zip(compared.lines, stands, strict=True):
        if unusual and line.is_large:
            rising.append((line, current.get(line.key, ())))
        elif min([*line.past, line.week.observed]) >= _CHRONIC_CALLS.get(line.key[0], np.inf):
            chronic.append((line, current.get(line.key, ())))
    loud = {call for key, calls in current.items() if _is_told(key, told) for call in calls}
    rising = [entry for entry in _without_explained(rising, loud) if not _is_told(entry[0].key, told)]
    return Alarms(
        tuple(_alarm(RISING, *entry) for entry in sorted(rising, key=lambda e: (e[0].p, e[0].key))),
        tuple(_alarm(CHRONIC, *entry) for entry in sorted(chronic, key=lambda e: (-e[0].week.observed, e[0].key))),
        {line.key[1]: line.week for line in compared.lines if line.key[0] == "theme"},
        compared.gaps,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A series: its counts in the recorded recent weeks, what they let one expect of this week and of the last three.

    One week finds a burst, three find what grows slowly (as EARS C3 does).
    """

    key: _Key
    past: tuple[int, ...]
    week: Baseline
    sustained: Baseline | None

    @property
    def p(self) -> float:
        """Probability that either is as unusual by chance: Bonferroni's bound, most of it spent on the week itself.

        A burst must not wait for the weeks around it to agree, nor slow growth for a single loud week.
        """
        if self.sustained is None:
            return self.week.p
        return min(1.0, self.week.p / (1 - _SUSTAINED_SHARE), self.sustained.p / _SUSTAINED_SHARE)

    @property
    def is_large(self) -> bool:
        """Whether enough calls are above the upper limit to be told."""
        above = [line for line in (self.week, self.sustained) if line is not None and line.observed > line.upper]
        return bool(above) and self.week.observed >= _FEWEST_CALLS and self.week.observed > self.week.expected


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every series of a week, and the first days of the weeks that were not recorded in full."""

    lines: tuple[Line, ...] = ()
    gaps: tuple[dt.date, ...] = ()


def compare_with_past(
    counted: Mapping[_Key, int],
    today: Mapping[dt.date, int],
    past: Sequence[PastWeek],
    *,
    barred: Collection[str] = (),
    kind: Kind = kind_of_day,
) -> Comparison:
    """Return the baseline of each series of this week and of the weeks before; no lines with too little history.

    Parameters
    ----------
    counted : mapping
        Calls of each series in this week.
    today : mapping
        All demands of every day of this week, in the order of the days.
    past : sequence of PastWeek
        See `find_alarms`.
    barred : collection of str
        Names that are not tested.
    kind : callable
        See `find_alarms`.
    """
    days = tuple(today)
    grid = _grid(past, days)
    gaps = tuple(week.first for week in grid if week is not None and _is_gap(week, counted))
    weeks = [None if week is None or week.first in gaps else week for week in grid]
    recent = weeks[-MOST_WEEKS:]
    held = [at for at, week in enumerate(recent) if week is not None]
    if len(held) < FEWEST_WEEKS:
        return Comparison(gaps=gaps)
    keys = set(counted)
    for week in recent:
        keys |= {key for key in week.counts if key[0] in SCOPES} if week else set()
    names = sorted(key for key in keys if key[1] not in barred)
    exposure, now = _exposures(recent, today, past, kind)
    series = [[week.counts.get(key, 0) if week else 0 for week in recent] for key in names]
    observed = [counted.get(key, 0) for key in names]
    season = _seasons(names, weeks, len(days))
    kinds = [key[:2] if key[0] == "theme_place" else key[:1] for key in names]
    single = find_baselines(series, observed, exposure=exposure, now=now, season=season, groups=kinds)
    before = 1 - _SUSTAINED
    longer = find_baselines(
        [counts[:before] for counts in series],
        [seen + sum(counts[before:]) for seen, counts in zip(observed, series, strict=True)],
        exposure=exposure[:before],
        now=now + sum(exposure[before:]),
        season=season,
        groups=kinds,
        ahead=_SUSTAINED,
    )
    return Comparison(
        tuple(
            Line(key, tuple(counts[at] for at in held), line, three)
            for key, counts, line, three in zip(names, series, single, longer, strict=True)
            if line is not None
        ),
        gaps,
    )


_Entry = tuple[Line, tuple[str, ...]]


def _group_calls(demands: pd.DataFrame, units: Mapping[str, Sequence[str]]) -> dict[_Key, tuple[str, ...]]:
    """Return the calls of each series of the week."""
    placed = demands[demands["place"] != ""]
    found: dict[_Key, tuple[str, ...]] = {("unit", name, ""): tuple(sorted(calls)) for name, calls in units.items()}
    for kind, rows, columns in (
        ("theme", demands, ["theme"]),
        ("category", demands, ["category"]),
        ("place", placed, ["place"]),
        ("theme_place", placed, ["theme", "place"]),
    ):
        for values, group in rows.groupby(columns, sort=True)["msg_id"]:
            names = tuple(str(value) for value in values)
            found[kind, names[0], names[1] if len(names) > 1 else ""] = tuple(sorted(group))
    return found


def _grid(past: Sequence[PastWeek], days: Sequence[dt.date]) -> list[PastWeek | None]:
    """Return the earlier periods back to back, oldest first, ``None`` where the history holds none."""
    length = len(days)
    by_age: dict[int, PastWeek] = {}
    for week in past:
        age, rest = divmod((days[0] - week.first).days, length)
        if age > 0 and rest == 0:
            by_age[age] = week
    return [by_age.get(age) for age in range(max(by_age, default=0), 0, -1)]


def _is_gap(week: PastWeek, counted: Mapping[_Key, int]) -> bool:
    """Return whether most themes of this week had next to no calls in `week`.

    One theme may well grow tenfold; that half of all themes do is a record that does not hold the calls.
    """
    ratios = [
        (week.counts.get(key, 0) + 0.5) / (count + 0.5)
        for key, count in counted.items()
        if key[0] == "theme" and count >= _FEWEST_CALLS
    ]
    return len(ratios) >= _THEMES_THAT_TELL and float(np.median(ratios)) < _GAP


def _exposures(
    recent: Sequence[PastWeek | None], today: Mapping[dt.date, int], past: Sequence[PastWeek], kind: Kind
) -> tuple[list[float], float]:
    """Return what each past week and this one are worth in ordinary workdays; 0 for a gap.

    What single days of the past held is known; this week is worth what its kinds of days let one expect, so that a rise
    of all matters is not explained away.
    """
    daily = dict(today)
    for known in past:
        daily.update(known.daily())
    factors = estimate_day_factors(daily, kind)
    unusual = measure_unusual_days(daily, factors, kind)
    worth = []
    for week in recent:
        if week is None:
            worth.append(0.0)
            continue
        whole = [week.first + dt.timedelta(days=at) for at in range((week.last - week.first).days + 1)]
        worth.append(measure_exposure(whole, factors, _missing_days(week.daily(), whole), kind, unusual))
    return worth, measure_exposure(today, factors, _missing_days(today, tuple(today)), kind)


def _missing_days(daily: Mapping[dt.date, int], days: Sequence[dt.date]) -> list[dt.date]:
    """Return the days without a record among days that have many calls."""
    recorded = [count for day in days if (count := daily.get(day, 0))]
    busy = bool(recorded) and float(np.mean(recorded)) >= _BUSY_DAY
    return [day for day in days if busy and not daily.get(day, 0)]


def _seasons(keys: Sequence[_Key], weeks: Sequence[PastWeek | None], length: int) -> list[float]:
    """Return how much of each series the time of the year makes, from the same weeks of earlier years.

    The calls of the three weeks around this one a year ago are set against what the weeks before those let one expect
    then. A place in a theme has the theme's season, a place the mean season of the themes told there.
    """
    if _YEAR_OF_DAYS % length:
        return [1.0] * len(keys)
    names = sorted({_season_key(key) for key in keys if key[0] in ("theme", "theme_place", "category")})
    seen, usual, years = np.zeros(len(names)), np.zeros(len(names)), 0
    for year in range(1, _YEARS + 1):
        centre = len(weeks) - _YEAR_OF_DAYS // length * year  # the position of this week in that year
        around = [weeks[at] for at in range(max(centre - 1, 0), centre + 2) if 0 <= at < len(weeks)]
        before = weeks[max(centre - 1 - MOST_WEEKS, 0) : max(centre - 1, 0)]
        weights = weigh_recent(len(before)) if before else np.zeros(0)
        known_before = [(week, weight) for week, weight in zip(before, weights, strict=True) if week is not None]
        then = [week for week in around if week is not None]
        if len(known_before) < FEWEST_WEEKS or not then:
            continue
        years += 1
        total = sum(weight for _, weight in known_before)
        for at, key in enumerate(names):
            seen[at] += sum(week.counts.get(key, 0) for week in then)
            usual[at] += len(then) * sum(weight * week.counts.get(key, 0) for week, weight in known_before) / total
    factors = _believe_season(seen + _PRIOR_SEASON, usual + _PRIOR_SEASON, years)
    known = {key: float(factor) for key, factor in zip(names, factors, strict=True)}
    told = [
        (key[2], known["theme", key[1], ""], calls)
        for week in weeks[-MOST_WEEKS:]
        if week is not None
        for key, calls in sorted(week.counts.items())
        if key[0] == "theme_place" and ("theme", key[1], "") in known
    ]
    at_place: dict[str, list[tuple[float, int]]] = {}
    for place, factor, calls in told:
        at_place.setdefault(place, []).append((factor, calls))
    for place, parts in at_place.items():
        total_calls = sum(calls for _, calls in parts)
        known["place", place, ""] = sum(factor * calls for factor, calls in parts) / max(total_calls, 1)
    return [known.get(_season_key(key), 1.0) for key in keys]


def _believe_season(seen: NDArray[np.float64], usual: NDArray[np.float64], years: int) -> NDArray[np.float64]:
    """Return the seasons as factors: nearly as they were where they stand out, 1 where chance explains them.

    An outbreak a year ago is no season, and what came after it no quiet one. The logarithm shrinks by the non-negative
    garrote (Breiman, *Technometrics* 37, 1995), which leaves a clear season as it is.
    """
    ratio = np.log(seen / usual)
    error = _SEASON_DISPERSION * (1 / seen + 1 / usual) + _SEASON_SCATTER**2 / max(years, 1)
    kept = np.maximum(1 - _SEASON_DOUBT**2 * error / np.maximum(ratio**2, 1e-12), 0.0)
    strongest = math.log(_STRONGEST_SEASON)
    return np.asarray(np.exp(np.clip(ratio * kept, -strongest, strongest)))


def _season_key(key: _Key) -> _Key:
    """Return the series whose season `key` has: a theme's for its places."""
    return ("theme", key[1], "") if key[0] == "theme_place" else key


def _is_told(key: _Key, told: Collection[str]) -> bool:
    return key[0].startswith("theme") and key[1] in told


def _without_explained(rising: list[_Entry], loud: set[str]) -> list[_Entry]:
    """Leave out the places, categories and units whose rise is that of one theme, or of the main hotspots together."""
    themes = [loud, *(set(calls) for line, calls in rising if line.key[0].startswith("theme"))]
    return [
        (line, calls)
        for line, calls in rising
        if line.key[0].startswith("theme")
        or not any(len(found & set(calls)) >= _EXPLAINED * len(calls) for found in themes)
    ]


def _alarm(kind: str, line: Line, calls: tuple[str, ...]) -> Alarm:
    scope, subject, place = line.key
    return Alarm(kind, subject, subject if scope == "place" else place, line.week, calls, SCOPES[scope], line.sustained)
