"""One hotspot or issue through the weeks of the history: its counts, what they let one expect, its status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hotspot.mine.alarms import SCOPES, PastWeek, compare_with_past
from hotspot.mine.identity import HOTSPOT, tell_status
from hotspot.schema import Baseline, Matter
from hotspot.store.output import write_file
from hotspot.store.records import Week

_BAR: Final = 30  # characters of the longest bar
_JUDGED: Final = 26  # weeks, the last ones, for which it is told what was expected

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Point:
    """One week of a matter."""

    first: dt.date
    count: int
    expected: float | None  # from the weeks before it
    upper: float | None
    told: str  # 新增, 持续第2周 … or "" where it was none


@dataclass(frozen=True, slots=True)
class Timeline:
    """A matter through the weeks, oldest first."""

    id: str  # "" for a theme that never was a hotspot
    title: str
    points: tuple[Point, ...]

    def rows(self) -> tuple[str, ...]:
        """Return a line of text for each week."""
        top = max((point.count for point in self.points), default=0) or 1
        return tuple(
            f"{point.first}  {point.count:>6}件  {_expectation(point):<18}"
            f"{'#' * round(_BAR * point.count / top):<{_BAR}}  {point.told}".rstrip()
            for point in self.points
        )


def _expectation(point: Point) -> str:
    return "" if point.expected is None else f"预期{point.expected:.1f}，上限{point.upper:.0f}"


def find_timelines(weeks: Sequence[Week], name: str) -> tuple[Timeline, ...]:
    """Return the matters and themes that `name` means: an id, a theme, a part of a title; the best known first.

    Parameters
    ----------
    weeks : sequence of Week
        The history, oldest first.
    name : str
        What the analyst wrote.
    """
    known: dict[str, Matter] = {}
    for week in weeks:
        known.update({matter.id: matter for matter in week.matters})
    chosen = [known[name]] if name in known else [matter for matter in known.values() if name in matter.title]
    themes = sorted({key[1] for week in weeks for key in week.counts if key[0] == "theme" and name in key[1]})
    told = {matter.theme for matter in chosen if matter.kind == HOTSPOT}
    keys = {matter.id: _key(matter) for matter in chosen}
    others = [("theme", theme, "") for theme in themes if theme not in told]
    usual = _expect(weeks, {*keys.values(), *others})
    lines = [_of_matter(matter, weeks, usual.get(keys[matter.id], {})) for matter in chosen]
    for key in others:
        counts = [week.counts.get(key, 0) for week in weeks]
        lines.append(Timeline("", key[1], _points(counts, weeks, [""] * len(weeks), usual.get(key, {}))))
    return tuple(sorted(lines, key=lambda line: (not line.id, -sum(point.count for point in line.points), line.title)))


def _key(matter: Matter) -> _Key:
    """Return the series of a matter; an issue without a place has none of its own."""
    if matter.place:
        return ("theme_place", matter.theme, matter.place)
    return ("theme", matter.theme, "") if matter.kind == HOTSPOT else ("", "", "")


def _expect(weeks: Sequence[Week], keys: Collection[_Key]) -> Mapping[_Key, Mapping[dt.date, Baseline]]:
    """Return what the weeks before each of the last weeks let one expect of it, as a run of that week tells it."""
    past = [PastWeek(week.first_day, week.last_day, week.counts) for week in weeks]
    found: dict[_Key, dict[dt.date, Baseline]] = {}
    for at, week in list(enumerate(past))[-_JUDGED:]:
        length = week.last - week.first
        known = week.daily()
        days = [week.first + dt.timedelta(days=day) for day in range(length.days + 1)]
        compared = compare_with_past(
            {key: count for key, count in week.counts.items() if key[0] in SCOPES},
            {day: known.get(day, 0) for day in days},
            [earlier for earlier in past[:at] if earlier.last - earlier.first == length],
        )
        for line in compared.lines:
            if line.key in keys:
                found.setdefault(line.key, {})[week.first] = line.week
    return found


def _of_matter(matter: Matter, weeks: Sequence[Week], usual: Mapping[dt.date, Baseline]) -> Timeline:
    """Return the weeks of a matter; where it was none, the calls on its theme and at its place are counted still."""
    counts: list[int] = []
    told: list[str] = []
    known = before = False  # was it one in any earlier week, in the one before
    for week in weeks:
        here = next((entry for entry in week.matters if entry.id == matter.id), None)
        counts.append(here.count if here else week.counts.get(_key(matter), 0))
        if here is None:
            told.append("已消退" if before else "")
        else:
            # An issue is compared with itself only, a hotspot with the calls on its theme: as its status says.
            comparable = len(counts) > 1 and (matter.kind == HOTSPOT or before)
            change = tell_status(counts[-1], counts[-2]).partition("，")[2] if comparable and counts[-2] else ""
            state = f"持续第{here.running}周" if here.running > 1 else "再次出现" if known else "新增"
            told.append("，".join(part for part in (state, change) if part))
        before = here is not None
        known = known or before
    return Timeline(matter.id, matter.title, _points(counts, weeks, told, usual))


def _points(
    counts: Sequence[int], weeks: Sequence[Week], told: Sequence[str], usual: Mapping[dt.date, Baseline]
) -> tuple[Point, ...]:
    found = []
    for at, week in enumerate(weeks):
        line = usual.get(week.first_day)
        expected, upper = (None, None) if line is None else (line.expected, line.upper)
        found.append(Point(week.first_day, counts[at], expected, upper, told[at]))
    return tuple(found)


def draw_timeline(line: Timeline, target: Path) -> None:
    """Draw a matter through its weeks as PNG or SVG, by the suffix of `target`.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    from hotspot.report.charts import render_png, render_svg
    from hotspot.report.charts_data import history_chart

    chart = history_chart(line.title, [(point.first, point.count, point.upper) for point in line.points])
    content = render_svg(chart).encode() if target.suffix.lower() == ".svg" else render_png(chart)
    write_file(target, content)
