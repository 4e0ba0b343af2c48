"""The ten lines that a terminal shows of a week."""

from __future__ import annotations

from hotspot.report import wording
from hotspot.schema import Facts


def summarise(facts: Facts) -> tuple[str, ...]:
    """Return the week in about ten lines of Chinese."""
    head, overview = facts.head, facts.overview
    read = sum(row[1] for row in facts.imports.files)
    used = sum(row[2] for row in facts.imports.files)
    aside = sum(row[3] for row in facts.imports.files)
    lines = [
        f"{head.title}{head.subtitle}　{head.issue_number}",
        f"读入{read}行，采用{used}行，剔除{aside}行；周期外来电{facts.imports.outside_period}件未计入",
        f"受理{overview.total}件"
        + (f"，{wording.change(overview.total, overview.previous)}" if overview.previous else ""),
        "；".join(f"{part.name}{part.count}件（{part.share:.2f}%）" for part in overview.handling),
        f"有效诉求{facts.valid}件：" + "，".join(f"{part.name}{part.count}" for part in facts.categories),
    ]
    if facts.orders is not None:
        orders = facts.orders
        lines.append(
            f"转办工单{orders.dispatched}件，已办结{orders.closed}件；"
            f"上期结转办结{orders.carried_over_closed}件，超期{orders.carried_over_overdue}件"
        )
    for hotspot in facts.hotspots:
        places = "、".join(f"{place.place}{place.count}" for place in hotspot.places[:4])
        lines.append(f"热点：{hotspot.theme}{hotspot.count}件（{hotspot.callers}人）{'，' + places if places else ''}")
    if not facts.hotspots:
        lines.append("热点：本周没有达到标准的热点")
    lines.append(
        f"问题{len(facts.issues)}个，群体性诉求{len(facts.mass)}个，重复诉求{len(facts.repeats)}组，"
        f"新的疑难案例{len(facts.hard_cases)}件"
    )
    lines.extend(f"说明：{note}" for note in facts.notes)
    return tuple(lines)
