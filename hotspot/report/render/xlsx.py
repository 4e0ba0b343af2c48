"""The workbook: every list of the report as a sheet, written row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import Final

from hotspot.report import wording
from hotspot.report.call_rows import call_parts
from hotspot.report.render.xlsx_book import Book, Sheet
from hotspot.schema import Alarm, Facts, HardCase, Part

_MOST_REJECTS: Final = 2_000  # all of them are in import_report.csv
ISSUE_SHEET: Final = "问题(事项×地点)"


def render_xlsx(facts: Facts, path: Path, calls: Iterable[Mapping[str, object]] = ()) -> None:
    """Write the workbook, the same bytes for the same facts.

    Parameters
    ----------
    facts : Facts
    path : Path
    calls : iterable of mapping, optional
        One per call of the period: msg_id, time, category, district, place, theme, issue_id, hotspot_id, excerpt
        (masked). The calls of the hotspots are listed from it.
    """
    book = Book(facts, path)
    _write_overview(book, facts)
    _write_categories(book, facts)
    _write_units(book, facts)
    _write_hotspots(book, facts)
    _write_hotspot_calls(book, facts, calls)
    _write_issues(book, facts)
    _write_alarms(book, "苗头", facts.rising)
    _write_alarms(book, "长期高发", facts.chronic)
    _write_faded(book, facts)
    _write_repeats(book, facts)
    _write_mass(book, facts)
    _write_cases(book, facts)
    _write_aliases(book, facts)
    _write_imports(book, facts)
    book.close()


def _change(part: Part) -> float | None:
    if part.previous is None or not part.previous:
        return None
    rise = wording.per_myriad(part.count - part.previous, part.previous) / 100
    return rise if part.count >= part.previous else -rise


def _share(part: int, whole: int) -> float | None:
    return wording.per_myriad(part, whole) / 100 if whole else None


def _write_overview(book: Book, facts: Facts) -> None:
    overview, head, total = facts.overview, facts.head, facts.overview.total
    sheet = book.sheet("总体", (("项目", 30), ("件数", 12), ("占比", 12), ("上期件数", 12), ("变化", 12), ("说明", 60)))
    whole = Part("受理总量", total, 100.0, overview.previous)
    sheet.add(
        (whole.name, total, whole.share, overview.previous, overview.change, wording.period(head)), percents=(2, 4)
    )
    for group, parts in (("处理方式", overview.handling), ("受理渠道（与处理方式重叠）", overview.channels)):
        rows = [sheet.add((part.name, part.count, _share(part.count, total), part.previous, _change(part), group),
                          percents=(2, 4)) for part in parts]  # fmt: skip
        if group == "处理方式" and rows:
            sheet.add_total("处理方式合计", 1, rows[0], rows[-1], sum(part.count for part in parts))
    days = [sheet.add((part.name, part.count, _share(part.count, total), None, None, "逐日受理量"), percents=(2,))
            for part in overview.daily]  # fmt: skip
    if days:
        sheet.add_total("逐日合计", 1, days[0], days[-1], sum(part.count for part in overview.daily))
    sheet.add(("有效诉求", facts.valid, None, None, None, "受理总量减去其他（无效、骚扰、系统测试）"))
    if facts.orders is not None:
        for name, count, about in (
            ("本期转办工单", facts.orders.dispatched, "本期派出"),
            ("其中已办结", facts.orders.closed, "本期派出并已办结"),
            ("遗留工单本期办结", facts.orders.carried_over_closed, "往期派出、本期办结"),
            ("遗留工单逾期未办结", facts.orders.carried_over_overdue, "往期派出、逾期未办结"),
        ):
            sheet.add((name, count, None, None, None, about))
    for note in facts.notes:
        sheet.add(("提示", None, None, None, None, note), wrapped=(5,))
    provenance = facts.provenance
    for name, value in (
        ("期号", head.issue_number), ("程序版本", provenance.version), ("分类模型", provenance.model),
        ("模型摘要", provenance.model_hash), ("配置摘要", provenance.config_hash), ("数据摘要", provenance.data_hash),
        *provenance.packages, *provenance.settings,
    ):  # fmt: skip
        sheet.add((name, None, None, None, None, value))


def _write_categories(book: Book, facts: Facts) -> None:
    sheet = book.sheet("分类", (("诉求类别", 24), ("件数", 12), ("占有效诉求", 14), ("上期件数", 12), ("变化", 12)))
    _write_parts(sheet, facts.categories, facts.valid, "有效诉求合计")


def _write_parts(sheet: Sheet, parts: Sequence[Part], whole: int, label: str) -> None:
    rows = [sheet.add((part.name, part.count, _share(part.count, whole), part.previous, _change(part)), percents=(2, 4))
            for part in parts]  # fmt: skip
    sheet.filter()
    sheet.add_total(label, 1, rows[0] if rows else 2, rows[-1] if rows else 1, sum(part.count for part in parts))


def _write_units(book: Book, facts: Facts) -> None:
    sheet = book.sheet(
        "部门", (("承办单位", 32), ("本期转办", 12), ("占比", 12), ("在办", 12), ("超期", 12), ("退回", 12))
    )
    orders = facts.orders
    if orders is None:
        sheet.add(("未提供工单数据", None, None, None, None, None))
        return
    load = {unit: counts for unit, *counts in orders.unit_load}
    listed = wording.listed_units(orders)
    rows = [sheet.add((part.name, part.count, _share(part.count, orders.dispatched), *load.pop(part.name, (None,) * 3)),
                      percents=(2,)) for part in listed]  # fmt: skip
    sheet.filter()
    sheet.add_total(
        "转办工单合计", 1, rows[0] if rows else 2, rows[-1] if rows else 1, sum(part.count for part in listed)
    )
    if load:  # not among the first: their orders of the week are within 其他单位
        sheet.add(("以下单位的本期转办计入“其他单位”", None, None, None, None, None))
    for unit, counts in load.items():
        sheet.add((unit, None, None, *counts))


def _write_hotspots(book: Book, facts: Facts) -> None:
    columns = (
        ("序号", 6), ("热点", 20), ("类别", 14), ("件数", 10), ("来电人数", 10), ("占有效诉求", 12), ("上期件数", 10),
        ("状态", 14), ("起始日", 12), ("原因", 36), ("表现", 36), ("主要地点", 60), ("预期件数", 10), ("预警上限", 10),
        ("概率", 10), ("基线周数", 10), ("热点编号", 16),
    )  # fmt: skip
    sheet = book.sheet("热点", columns)
    rows = []
    for number, spot in enumerate(facts.hotspots, start=1):
        base = spot.baseline
        phrases = [
            "、".join(f"{phrase.text}（{phrase.count}件）" for phrase in told) for told in (spot.causes, spot.effects)
        ]
        places = "、".join(f"{place.district}{place.place}（{place.count}件）" for place in spot.places)
        expected = (base.expected, base.upper, base.p, base.weeks) if base else (None,) * 4
        rows.append(sheet.add((number, spot.heading, spot.category, spot.count, spot.callers, spot.share, spot.previous,
                               spot.status, spot.onset, *phrases, places, *expected, spot.id),
                              percents=(5,), wrapped=(9, 10, 11), small=(14,)))  # fmt: skip
    sheet.filter()
    first, last = (rows[0], rows[-1]) if rows else (2, 1)
    sheet.add_total("合计", 3, first, last, sum(spot.count for spot in facts.hotspots))


_CALL_FIELDS: Final = (
    "hotspot_id", "msg_id", "time", "category", "district", "place", "theme", "issue_id", "hotspot_id", "excerpt",
)  # fmt: skip


def _write_hotspot_calls(book: Book, facts: Facts, calls: Iterable[Mapping[str, object]]) -> None:
    columns = (("热点", 20), ("来电编号", 20), ("时间", 18), ("类别", 14), ("片区", 14), ("地点", 28), ("事项", 18),
               ("问题编号", 16), ("热点编号", 16), ("摘要（已脱敏）", 100))  # fmt: skip
    sheet = book.sheet("热点明细", columns)
    headings = {spot.id: spot.heading for spot in facts.hotspots}
    listed = set()
    for columns_of_part in call_parts(calls, *_CALL_FIELDS):
        inside = [spot_id in headings for spot_id in columns_of_part[0]]
        spots, *texts_of_part = ([*map(str, compress(column, inside))] for column in columns_of_part)
        if spots:
            listed.update(texts_of_part[0])
            sheet.add_texts([[headings[spot] for spot in spots], *texts_of_part], wrapped=(9,))
    # Calls of which no row was given: what the facts know of them.
    missing = {name for spot in facts.hotspots for name in spot.calls if name not in listed}
    texts = _excerpts_of(facts, missing)
    for spot in facts.hotspots:
        for name in spot.calls:
            if name in missing:
                sheet.add((spot.heading, name, "", spot.category, "", "", spot.theme, "", spot.id, texts.get(name, "")),
                          wrapped=(9,))  # fmt: skip
    sheet.filter()


def _excerpts_of(facts: Facts, names: Collection[str]) -> dict[str, str]:
    return {name: text for name, text in facts.excerpts if name in names} if names else {}


def _write_issues(book: Book, facts: Facts) -> None:
    columns = (("问题", 40), ("事项", 20), ("片区", 14), ("地点", 28), ("件数", 10), ("来电人数", 10),
               ("上期件数", 10), ("状态", 20), ("最早", 18), ("最晚", 18), ("关键词", 30), ("代表来电", 20),
               ("一致度", 10), ("群体性", 10), ("问题编号", 16))  # fmt: skip
    sheet = book.sheet(ISSUE_SHEET, columns)
    mass = {issue.id for issue in facts.mass}
    rows = [
        sheet.add((issue.title, issue.theme, issue.district, issue.place, issue.count, issue.callers,
                   issue.previous, issue.status, issue.first, issue.last, "、".join(issue.terms), issue.representative,
                   issue.cohesion,
                   issue.id in mass, issue.id))
        for issue in facts.issues
    ]  # fmt: skip
    sheet.filter()
    first, last = (rows[0], rows[-1]) if rows else (2, 1)
    sheet.add_total("合计", 4, first, last, sum(issue.count for issue in facts.issues))


def _write_alarms(book: Book, name: str, alarms: Sequence[Alarm]) -> None:
    columns = (("统计对象", 12), ("事项", 24), ("地点", 28), ("本期件数", 10), ("预期件数", 10),
               ("预警上限", 10), ("概率", 12), ("基线周数", 10), ("近三期件数", 10), ("近三期预期", 10),
               ("工单办理", 60), ("来电编号", 60))  # fmt: skip
    sheet = book.sheet(name, columns)
    for alarm in alarms:
        base = alarm.baseline
        three = (alarm.sustained.observed, alarm.sustained.expected) if alarm.sustained else (None, None)
        sheet.add((alarm.scope, alarm.subject, alarm.place, base.observed, base.expected, base.upper,
                   base.p, base.weeks, *three, "".join(fact.text for fact in alarm.facts), "、".join(alarm.calls)),
                  small=(6,), wrapped=(10, 11))  # fmt: skip
    sheet.filter()


def _write_mass(book: Book, facts: Facts) -> None:
    columns = (("问题", 36), ("片区", 14), ("地点", 28), ("来电人数", 10), ("件数", 10), ("状态", 24), ("问题编号", 16),
               ("来电编号", 60))  # fmt: skip
    sheet = book.sheet("群体性诉求", columns)
    for issue in facts.mass:
        sheet.add((issue.title, issue.district, issue.place, issue.callers, issue.count, issue.status, issue.id,
                   "、".join(issue.calls)), wrapped=(7,))  # fmt: skip
    sheet.filter()


def _write_faded(book: Book, facts: Facts) -> None:
    columns = (("类型", 10), ("事项", 40), ("上期件数", 10), ("本期件数", 10), ("持续周数", 10), ("编号", 16))
    sheet = book.sheet("已消退", columns)
    for gone in facts.faded:
        sheet.add((gone.kind, gone.title, gone.previous, gone.count, gone.weeks, gone.id))
    sheet.filter()


def _write_repeats(book: Book, facts: Facts) -> None:
    columns = (
        ("事项", 24),
        ("地点", 28),
        ("来电次数", 10),
        ("自述再次反映", 14),
        ("来电编号", 60),
        ("摘要（已脱敏）", 100),
    )
    sheet = book.sheet("重复诉求", columns)
    texts = _excerpts_of(facts, {name for group in facts.repeats for name in group.calls})
    for group in facts.repeats:
        told = next((texts[name] for name in group.calls if name in texts), "")
        sheet.add((group.theme, group.place, len(group.calls), group.said_again, "、".join(group.calls), told),
                  wrapped=(4, 5))  # fmt: skip
    sheet.filter()


def _write_cases(book: Book, facts: Facts) -> None:
    columns = (("类型", 16), ("工单编号", 22), ("类别", 14), ("诉求摘要", 60), ("派往单位", 36), ("退回单位", 36),
               ("退回原因", 36), ("超期", 8), ("办结", 8), ("首次通报", 18), ("流转记录", 70))  # fmt: skip
    sheet = book.sheet("疑难案例", columns)
    groups: tuple[tuple[str, tuple[HardCase, ...]], ...] = (
        ("本期新增", facts.hard_cases), ("上期通报", facts.follow_up.last_issue),
        ("往期已办结", facts.follow_up.closed),
    )  # fmt: skip
    for kind, cases in groups:
        for case in cases:
            steps = "\n".join(
                f"{step.time:%Y-%m-%d %H:%M} {step.unit} {step.action} {step.note}".strip() for step in case.steps
            )
            sheet.add((kind, case.order_id, case.category, case.summary, "、".join(case.units),
                       "、".join(case.returned_by), case.reason, case.overdue, case.closed, case.told_in, steps),
                      wrapped=(3, 4, 5, 6, 10))  # fmt: skip
    for part in facts.follow_up.open_by_week:
        sheet.add(("往期未办结", "", "", f"{part.count}件", "", "", "", None, None, part.name, ""))
    sheet.filter()


def _write_aliases(book: Book, facts: Facts) -> None:
    columns = (("写法", 26), ("归为地点", 26), ("次数", 10), ("依据", 50), ("确认办法", 40))
    sheet = book.sheet("地点写法", columns)
    for spelled, place, count, evidence in facts.aliases:
        hint = f'配置 [places.aliases] 写 "{spelled}" = "{place}" 确认'
        sheet.add((spelled, place, count, evidence, hint))
    sheet.filter()


def _write_imports(book: Book, facts: Facts) -> None:
    columns = (
        ("类别", 14),
        ("文件", 36),
        ("工作表", 18),
        ("行号/读入", 12),
        ("采用", 12),
        ("搁置", 12),
        ("说明", 60),
        ("处理", 10),
    )
    sheet = book.sheet("导入报告", columns)
    imports = facts.imports
    for name, read, used, aside in imports.files:
        sheet.add(("文件", name, "", read, used, aside, "", ""))
    sheet.add(("期外", "", "", None, None, imports.outside_period, "不在本期内的来电，未计入", ""))
    for name, found, taken in imports.headers:
        sheet.add(("表头", name, "", None, None, None, f"“{found}” 作为 {taken}", ""))
    for name, tab, row, reason, severity in imports.rejects[:_MOST_REJECTS]:
        sheet.add(("数据行", name, tab, row, None, None, reason, severity))
    if len(imports.rejects) > _MOST_REJECTS:
        hidden = len(imports.rejects) - _MOST_REJECTS
        sheet.add(("数据行", "", "", None, None, None, f"另有 {hidden} 行，见 import_report.csv", ""))
    sheet.filter()
