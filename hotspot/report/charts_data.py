"""What each chart shows, as data: pure functions from the facts to names and numbers, before anything is drawn."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hotspot.report.call_rows import call_parts
from hotspot.report.wording import WEEKDAYS, day, format_percent, per_myriad
from hotspot.schema import Facts

OVERVIEW: Final = "总体概况一览表"
CATEGORIES: Final = "诉求分类一览表"
DAILY: Final = "每日受理量"
DAILY_CATEGORIES: Final = "每日分类受理量"
TIMELINES: Final = "主要热点每日来电"
PLACES: Final = "主要热点地点分布"
LOAD: Final = "承办单位在办与超期工单"
MOST_COLUMNS: Final = 31
WEEK_COLUMNS: Final = 26
GRID_ROWS: Final = 20  # a taller grid no longer fits a page


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its label, its length, what is written at its end, and the dark part of it if it has one."""

    label: str
    value: int
    text: str
    group: str = ""
    inner: int | None = None


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars, in groups or not."""

    name: str
    bars: tuple[Bar, ...]
    inner_label: str = ""
    outer_label: str = ""

    def describe(self) -> str:
        """The chart in words."""
        return f"{self.name}：{'；'.join(f'{bar.label}{bar.text}' for bar in self.bars)}。"


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Small columns over the same days, one row of them for each series."""

    name: str
    ticks: tuple[str, ...]
    series: tuple[tuple[str, tuple[int | None, ...]], ...]  # None where there is no number: no column, and no zero

    def describe(self) -> str:
        """The chart in words."""
        rows = []
        for label, values in self.series:
            known = [f"{tick}{value}件" for tick, value in zip(self.ticks, values, strict=True) if value is not None]
            rows.append(f"{label}：{'、'.join(known)}")
        return f"{self.name}：{'；'.join(rows)}。"


@dataclass(frozen=True, slots=True)
class GridChart:
    """Counts in a grid, shaded by size."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]

    def describe(self) -> str:
        """The chart in words: the largest cells."""
        cells = [
            (value, row, column)
            for row, line in zip(self.rows, self.values, strict=True)
            for column, value in zip(self.columns, line, strict=True)
        ]
        largest = sorted(cells, key=lambda cell: (-cell[0], cell[1], cell[2]))[:5]
        return f"{self.name}，最多的是{'；'.join(f'{row}·{column}{value}件' for value, row, column in largest)}。"


Chart = BarChart | ColumnChart | GridChart


def _with_share(count: int, whole: int) -> str:
    return f"{count}件（{format_percent(per_myriad(count, whole))}）" if whole and count else f"{count}件"


def overview_chart(facts: Facts) -> BarChart:
    """The total, its ways of handling, and the channels that overlay them."""
    overview = facts.overview
    bars = [Bar("受理总量", overview.total, f"{overview.total}件", "总量")]
    for group, parts in (("处理方式", overview.handling), ("受理渠道", overview.channels)):
        bars += [Bar(part.name, part.count, _with_share(part.count, overview.total), group) for part in parts]
    return BarChart(OVERVIEW, tuple(bars))


def category_chart(facts: Facts) -> BarChart:
    """The valid demands by category, in the order of the facts: falling, the remainder last."""
    bars = tuple(Bar(part.name, part.count, _with_share(part.count, facts.valid)) for part in facts.categories)
    return BarChart(CATEGORIES, bars)


def unit_chart(facts: Facts, top: int) -> BarChart | None:
    """The units that were sent most orders, or nothing without orders."""
    if facts.orders is None or not facts.orders.dispatched:
        return None
    dispatched = facts.orders.dispatched
    named = [part for part in facts.orders.units if part.name != "其他单位"][:top]
    bars = tuple(Bar(part.name, part.count, _with_share(part.count, dispatched)) for part in named)
    return BarChart(f"工单转办前{top}位一览表", bars) if bars else None


def load_chart(facts: Facts, top: int = 15) -> BarChart | None:
    """Open orders by unit with the overdue among them, or nothing without open orders."""
    rows = [row for row in facts.orders.unit_load if row[1] or row[2]][:top] if facts.orders else []
    bars = tuple(
        Bar(unit, open_orders, f"在办{open_orders}件" + (f"，超期{overdue}件" if overdue else ""), inner=overdue)
        for unit, open_orders, overdue, _ in rows
    )
    return BarChart(LOAD, bars, inner_label="其中超期", outer_label="在办") if bars else None


def tick(date: dt.date, days: int = 1) -> str:
    """A day, or the first of several, as it stands under a column: two lines."""
    return f"{day(date)}\n{WEEKDAYS[date.weekday()] if days == 1 else f'起{days}天'}"


def days_together(days: int) -> int:
    """How many days one column stands for: one up to a month, whole weeks beyond.

    Examples
    --------
    >>> days_together(7), days_together(31), days_together(92), days_together(366)
    (1, 1, 7, 21)
    """
    return 1 if days <= MOST_COLUMNS else 7 * -(-days // (7 * WEEK_COLUMNS))


def add_days(counts: Sequence[int]) -> tuple[int, ...]:
    """Counts per day, added up to what the columns stand for."""
    step = days_together(len(counts))
    return tuple(sum(counts[start : start + step]) for start in range(0, len(counts), step))


def day_ticks(first: dt.date, days: int) -> tuple[str, ...]:
    """The words under the columns of so many days."""
    step = days_together(days)
    return tuple(tick(first + dt.timedelta(days=start), step) for start in range(0, days, step))


def daily_chart(facts: Facts) -> ColumnChart | None:
    """Calls per day."""
    daily = facts.overview.daily
    if not daily:
        return None
    ticks = day_ticks(dt.date.fromisoformat(daily[0].name), len(daily))
    return ColumnChart(DAILY, ticks, (("受理量", add_days([part.count for part in daily])),))


def daily_category_chart(facts: Facts, calls: Sequence[Mapping[str, object]]) -> GridChart | None:
    """Calls per day by category, from the table of calls that the page shows."""
    known = Counter(
        (str(category), str(time)[:10])
        for categories, times in call_parts(calls, "category", "time")
        for category, time in zip(categories, times, strict=True)
    )
    held = {category for category, _ in known}
    rows = tuple(part.name for part in facts.categories if part.name in held)
    days = [part.name for part in facts.overview.daily]
    if not rows or not days:
        return None
    values = tuple(add_days([known[row, name] for name in days]) for row in rows)
    return GridChart(DAILY_CATEGORIES, rows, day_ticks(dt.date.fromisoformat(days[0]), len(days)), values)


def timeline_chart(facts: Facts) -> ColumnChart | None:
    """Calls per day of each main hotspot."""
    if not facts.hotspots:
        return None
    ticks = day_ticks(facts.head.first_day, len(facts.hotspots[0].daily))
    return ColumnChart(TIMELINES, ticks, tuple((spot.heading, add_days(spot.daily)) for spot in facts.hotspots))


def history_chart(title: str, weeks: Sequence[tuple[dt.date, int, float | None]]) -> ColumnChart:
    """One hotspot through the weeks: its calls, and the upper limit that the weeks before let one expect."""
    series: list[tuple[str, tuple[int | None, ...]]] = [("件数", tuple(count for _, count, _ in weeks))]
    if any(upper is not None for *_, upper in weeks):
        series.append(("预警上限", tuple(None if upper is None else round(upper) for *_, upper in weeks)))
    return ColumnChart(f"{title}：各周件数", tuple(tick(first, 7) for first, *_ in weeks), tuple(series))


def place_chart(facts: Facts) -> GridChart | None:
    """The places of the main hotspots, the ones with most calls first."""
    counts: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for number, hotspot in enumerate(facts.hotspots):
        for place in hotspot.places:
            counts[place.district, place.place][number] = place.count
    ordered = sorted(counts, key=lambda key: (-sum(counts[key].values()), key))[:GRID_ROWS]
    if not ordered:
        return None
    return GridChart(
        PLACES,
        tuple(f"{district} {place}".strip() for district, place in ordered),
        tuple(hotspot.heading for hotspot in facts.hotspots),
        tuple(tuple(counts[key].get(number, 0) for number in range(len(facts.hotspots))) for key in ordered),
    )


def build_charts(facts: Facts, top_units: int = 6, calls: Sequence[Mapping[str, object]] = ()) -> tuple[Chart, ...]:
    """Every chart that the facts have numbers for, in the order in which they are shown."""
    makers: tuple[Callable[[], Chart | None], ...] = (
        lambda: overview_chart(facts),
        lambda: category_chart(facts) if facts.valid else None,
        lambda: unit_chart(facts, top_units),
        lambda: daily_chart(facts),
        lambda: daily_category_chart(facts, calls),
        lambda: timeline_chart(facts),
        lambda: place_chart(facts),
        lambda: load_chart(facts),
    )
    return tuple(chart for chart in (make() for make in makers) if chart is not None)
