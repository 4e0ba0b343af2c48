"""勾稽: every sum, share and repetition of the bulletin is recomputed from its parts before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from hotspot.errors import CheckError
from hotspot.schema import Facts, Part

_CENT = Decimal("0.01")


def check_facts(facts: Facts) -> int:
    """Return how many figures were checked.

    Raises
    ------
    CheckError
        Two figures that should agree do not; both are named.
    """
    count = 0
    for what, printed, computed in _pairs(facts):
        count += 1
        if printed != computed:
            raise CheckError("勾稽不符，未写出任何文件", where=what, found=f"印出 {printed}，由分项得 {computed}")
    return count


def _share(part: int, whole: int) -> float:
    return float((Decimal(100 * part) / Decimal(whole)).quantize(_CENT, ROUND_HALF_UP)) if whole else 0.0


def _shares(what: str, parts: tuple[Part, ...], whole: int) -> Iterator[tuple[str, object, object]]:
    for part in parts:
        if part.share is not None:
            yield f"{what} {part.name} 占比", part.share, _share(part.count, whole)


def _pairs(facts: Facts) -> Iterator[tuple[str, object, object]]:
    overview = facts.overview
    yield "受理总量与处理方式合计", overview.total, sum(part.count for part in overview.handling)
    yield "受理总量与逐日合计", overview.total, sum(part.count for part in overview.daily)
    yield "有效诉求与分类合计", facts.valid, sum(part.count for part in facts.categories)
    invalid = sum(part.count for part in overview.handling if part.name == "其他")
    yield "有效诉求与总量减其他", facts.valid, overview.total - invalid
    yield from _shares("渠道", overview.channels, overview.total)
    yield from _shares("处理方式", overview.handling, overview.total)
    yield from _shares("诉求分类", facts.categories, facts.valid)
    if overview.previous and overview.change is not None:
        sign = 1 if overview.total >= overview.previous else -1
        yield "较上周变化", overview.change, sign * _share(abs(overview.total - overview.previous), overview.previous)
    if facts.orders is not None:
        orders = facts.orders
        printed = sum(part.count for part in orders.units) + orders.other_units
        yield "工单总量与承办单位合计", orders.dispatched, printed
        yield "总体情况与工单部分的已办结", overview.closed_of_dispatched, orders.closed
        yield "已办结不多于转办", True, orders.closed <= orders.dispatched
        yield from _shares("承办单位", orders.units, orders.dispatched)
    yield from _hotspot_pairs(facts)
    for issue in facts.issues:
        yield f"问题 {issue.title} 的件数", issue.count, len(set(issue.calls))
        yield f"问题 {issue.title} 的人数不多于件数", True, issue.callers <= issue.count


def _hotspot_pairs(facts: Facts) -> Iterator[tuple[str, object, object]]:
    seen: set[str] = set()
    behind = {call for hotspot in facts.hotspots for call in hotspot.calls}
    excerpts = {msg_id for msg_id, _ in facts.excerpts if msg_id in behind}
    for hotspot in facts.hotspots:
        what = f"热点 {hotspot.theme}"
        calls = set(hotspot.calls)
        yield f"{what} 的件数与来电清单", hotspot.count, len(calls)
        yield f"{what} 的件数与逐日合计", hotspot.count, sum(hotspot.daily)
        yield f"{what} 占比", hotspot.share, _share(hotspot.count, facts.valid)
        yield f"{what} 的人数不多于件数", True, hotspot.callers <= hotspot.count
        yield f"{what} 的来电不重复计入别的热点", 0, len(seen & calls)
        yield f"{what} 的来电都有摘录", set(), calls - excerpts
        seen |= calls
        for place in hotspot.places:
            yield f"{what} {place.place} 的件数", place.count, len(set(place.calls))
            yield f"{what} {place.place} 的来电都在热点内", True, set(place.calls) <= calls
        for phrase in (*hotspot.causes, *hotspot.effects, *hotspot.sites):
            yield f"{what} “{phrase.text}”的件数", phrase.count, len(set(phrase.calls))
            yield f"{what} “{phrase.text}”的来电都在热点内", True, set(phrase.calls) <= calls
        of_a_kind = [call for site in hotspot.sites for call in site.calls]
        yield f"{what} 各类场所的来电不重复", len(of_a_kind), len(set(of_a_kind))
