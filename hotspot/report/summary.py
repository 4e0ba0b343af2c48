"""What a terminal shows of a week: the head figures, categories with their change, hotspots with places, alarms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hotspot.report import wording
from hotspot.schema import Facts
from hotspot.width import display_width

_PLACES: Final = 4
_ALARMS: Final = 8


def summarise(facts: Facts) -> tuple[str, ...]:
    """Return the week in lines of Chinese: plain ones, and tables whose rows are set in by two spaces."""
    head, overview, last = facts.head, facts.overview, wording.last_period(facts.head)
    read, used, aside = (sum(int(row[column]) for row in facts.imports.files) for column in (1, 2, 3))
    change = wording.change(overview.total, overview.previous, last)
    lines = [
        f"{head.title}{head.subtitle}　{head.issue_number}",
        f"读入{read}行，采用{used}行，剔除{aside}行；周期外来电{facts.imports.outside_period}件未计入",
        f"受理{overview.total}件" + (f"，{change}" if change else ""),
        "；".join(f"{part.name}{part.count}件（{part.share:.2f}%）" for part in overview.handling),
    ]
    if facts.orders is not None:
        orders = facts.orders
        lines.append(
            f"转办工单{orders.dispatched}件，已办结{orders.closed}件；"
            f"上期结转办结{orders.carried_over_closed}件，超期{orders.carried_over_overdue}件"
        )
    lines += _categories(facts, last) + _hotspots(facts, last) + _alarms(facts)
    lines.append(
        f"问题{len(facts.issues)}个，群体性诉求{len(facts.mass)}个，重复诉求{len(facts.repeats)}组，"
        f"新的疑难案例{len(facts.hard_cases)}件"
    )
    lines.extend(f"说明：{note}" for note in facts.notes)
    return tuple(lines)


def _change(now: int, previous: int | None, last: str) -> str:
    told = wording.change(now, previous, last)
    return told.removeprefix(f"较{last}").removeprefix(f"与{last}") or "—"


def _categories(facts: Facts, last: str) -> list[str]:
    rows = [
        (
            part.name,
            str(part.count),
            wording.format_percent(wording.per_myriad(part.count, facts.valid)) if facts.valid else "—",
            "—" if part.previous is None else str(part.previous),
            _change(part.count, part.previous, last),
        )
        for part in facts.categories
    ]
    heads = (f"有效诉求{facts.valid}件", "件数", "占比", last, f"较{last}")
    compared = len(heads) if facts.overview.previous is not None else 3
    return _table(heads[:compared], [row[:compared] for row in rows], right=range(1, compared))


def _hotspots(facts: Facts, last: str) -> list[str]:
    if not facts.hotspots:
        return ["主要热点：没有达到标准的事项"]
    rows = []
    for spot in facts.hotspots:
        places = "、".join(f"{place.place}{place.count}" for place in spot.places[:_PLACES])
        more = f"等{len(spot.places)}处" if len(spot.places) > _PLACES else ""
        change = _change(spot.count, spot.previous, last)
        rows.append((spot.heading, str(spot.count), str(spot.callers), change, places + more or "—"))
    heads = (f"主要热点{len(rows)}个", "件数", "来电人", f"较{last}", "地点")
    if facts.overview.previous is None:  # nothing is compared where there is nothing to compare with
        return _table((*heads[:3], heads[4]), [(*row[:3], row[4]) for row in rows], right=(1, 2))
    return _table(heads, rows, right=(1, 2, 3))


def _alarms(facts: Facts) -> list[str]:
    if not facts.rising and not facts.chronic:
        return ["苗头与长期高发：无，或历史不足以判断"]
    alarms = (*facts.rising, *facts.chronic)
    rows = []
    for alarm in alarms[:_ALARMS]:
        base, subject = alarm.baseline, " · ".join(filter(None, (alarm.subject, alarm.place)))
        numbers = (str(base.observed), f"{base.expected:.1f}", f"{base.upper:.1f}")
        rows.append((f"{alarm.kind}　{subject}", *numbers))
    heads = (f"苗头{len(facts.rising)}项，长期高发{len(facts.chronic)}项", "本期", "预期", "预警上限")
    rest = [f"  另有{len(alarms) - _ALARMS}项，见工作簿“苗头”表"] if len(alarms) > _ALARMS else []
    return _table(heads, rows, right=(1, 2, 3)) + rest


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    """Columns under their heads; the numbers to the right. Rows are set in under the head of the first column."""
    lines = [tuple(heads), *((f"  {row[0]}", *row[1:]) for row in rows)]
    widths = [max(display_width(line[column]) for line in lines) for column in range(len(heads))]
    told = []
    for line in lines:
        cells = []
        for column, (cell, width) in enumerate(zip(line, widths, strict=True)):
            fill = " " * (width - display_width(cell))
            cells.append(fill + cell if column in right else cell + fill)
        told.append("  ".join(cells).rstrip())
    return told
