"""One hotspot or issue through the weeks of the history: its counts, what they let one expect, its status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hotspot.errors import InputError
from hotspot.mine.baseline import find_baseline
from hotspot.mine.identity import HOTSPOT, tell_status
from hotspot.schema import Matter
from hotspot.store.records import Week

_BAR: Final = 30  # characters of the longest bar


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
    lines = [_of_matter(matter, weeks) for matter in chosen]
    lines += [
        Timeline(
            "", theme, _points([week.counts.get(("theme", theme, ""), 0) for week in weeks], weeks, [""] * len(weeks))
        )
        for theme in themes
        if theme not in told
    ]
    return tuple(sorted(lines, key=lambda line: (not line.id, -sum(point.count for point in line.points), line.title)))


def _of_matter(matter: Matter, weeks: Sequence[Week]) -> Timeline:
    """Return the weeks of a matter; where it was no hotspot, the calls on its theme are counted still."""
    counts: list[int] = []
    told: list[str] = []
    for week in weeks:
        here = next((entry for entry in week.matters if entry.id == matter.id), None)
        theme = here.theme if here else matter.theme
        key = ("theme_place", theme, matter.place) if matter.place else ("theme", theme, "")
        counts.append(here.count if here else week.counts.get(key, 0))
        state = "" if here is None else "新增" if here.running == 1 else f"持续第{here.running}周"
        # An issue is compared with itself only, a hotspot with the calls on its theme: as its status says.
        comparable = len(counts) > 1 and (matter.kind == HOTSPOT or bool(told[-1]))
        previous = counts[-2] if comparable else None
        change = tell_status(counts[-1], previous).partition("，")[2] if previous else ""
        told.append("，".join(part for part in (state, change if here else "") if part))
        if here is None and len(told) > 1 and told[-2]:
            told[-1] = "已消退"
    return Timeline(matter.id, matter.title, _points(counts, weeks, told))


def _points(counts: Sequence[int], weeks: Sequence[Week], told: Sequence[str]) -> tuple[Point, ...]:
    found = []
    for at, week in enumerate(weeks):
        line = find_baseline(counts[:at], counts[at])
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
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        raise InputError("图片写不出来", where=str(target), fix="请检查文件夹和写入权限") from error
    finally:
        part.unlink(missing_ok=True)
