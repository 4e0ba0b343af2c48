"""The page: one self-contained file that asks the network for nothing (the only import of jinja2)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final

import jinja2
from markupsafe import Markup

from hotspot.report import charts_data, wording, wording_cases
from hotspot.report.bulletin import Bulletin, Heading, Paragraph
from hotspot.report.render.page_data import build_matrix, choose_calls, pack_calls, page_limit
from hotspot.report.render.plain import plain_text
from hotspot.schema import Alarm, Facts, HardCase, Hotspot, Part, Sentence

LISTED_PLACES: Final = 14
LISTED_ISSUES: Final = 200
LISTED_REJECTS: Final = 500
SECTIONS: Final = (
    ("overview", "总体"), ("hotspots", "热点"), ("matrix", "事项×地点"), ("alarms", "苗头与重复"),
    ("cases", "疑难案例"), ("calls", "来电检索"), ("text", "正文"), ("imports", "导入"), ("provenance", "方法"),
)  # fmt: skip
Call = Mapping[str, object]
# Where the calls go once the rest of the page is there and its size known. No printed text can hold these: `_printable`
# takes control characters out of all of them.
_DATA, _NOTE = "\x00data\x00", "\x00note\x00"
_NOTE_ROOM: Final = 1_000


def render_html(facts: Facts, bulletin: Bulletin, svgs: Mapping[str, str], calls: Sequence[Call] = ()) -> str:
    """The page as text, the same for the same facts.

    Parameters
    ----------
    facts : Facts
    bulletin : Bulletin
        Its sentences are shown as printed.
    svgs : mapping
        The charts by name, in the order in which they are shown, as `draw_svgs` makes them.
    calls : sequence of mapping, optional
        One per call of the period: msg_id, time, category, district, place, theme, issue_id, hotspot_id, excerpt
        (masked).
    """
    style, script = (_resource(name) for name in ("report.css", "report.js"))
    chosen = choose_calls(facts, calls)
    at = {name: number for number, name in enumerate(chosen["msg_id"])}
    last = wording.last_period(facts.head)
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, finalize=_printable, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.from_string(_resource("report.html.j2")).render(
        facts=facts,
        head=facts.head,
        bulletin=bulletin,
        period=wording.period(facts.head),
        last=last,
        sections=SECTIONS,
        svgs={name: Markup(svg) for name, svg in svgs.items()},
        chart_names=tuple(svgs),
        tiles=_tiles(facts),
        categories=[_row(part.name, part.count, _share(part.count, facts.valid), part.previous, _change(part, last))
                    for part in facts.categories],
        hotspots=_hotspots(facts, bulletin),
        matrix=build_matrix(facts, calls),
        rising=[_alarm(alarm) for alarm in facts.rising],
        chronic=[_alarm(alarm) for alarm in facts.chronic],
        faded=[_row(gone.kind, gone.title, gone.previous, gone.count, gone.weeks) for gone in facts.faded],
        repeats=[_row(group.theme, group.place, len(group.calls), "是" if group.said_again else "", calls=group.calls)
                 for group in facts.repeats[:LISTED_ISSUES]],
        repeats_note=_cut(len(facts.repeats), LISTED_ISSUES),
        mass=[_row(issue.title, issue.place, issue.count, issue.callers, calls=issue.calls)
              for issue in facts.mass[:LISTED_ISSUES]],
        mass_note=_cut(len(facts.mass), LISTED_ISSUES),
        issues=[
            _row(issue.title, issue.district, issue.place, issue.count, issue.callers, issue.status or "—",
                 _moment(issue.first), _moment(issue.last), calls=issue.calls, id=f"issue-{issue.id}")
            for issue in facts.issues[:LISTED_ISSUES]
        ],
        issues_note=_cut(len(facts.issues), LISTED_ISSUES),
        cases=_cases(facts),
        blocks=[
            {"kind": type(block).__name__, "level": getattr(block, "level", 0), "text": getattr(block, "text", "")}
            if isinstance(block, Heading | Paragraph)
            else {"kind": "Picture", "level": 0, "text": block.caption}
            for block in bulletin.blocks
        ],
        files=[_row(*file) for file in facts.imports.files],
        headers=[_row(*header) for header in facts.imports.headers],
        rejects=[_row(*reject) for reject in facts.imports.rejects[:LISTED_REJECTS]],
        rejects_note=_cut(len(facts.imports.rejects), LISTED_REJECTS),
        origin=_origin(facts),
        # Lists of calls are told by position in the data: half the bytes of their ids.
        positions=lambda ids: " ".join(str(at[name]) for name in ids if name in at),
        data=Markup(_DATA),
        data_note=Markup(_NOTE),
        css=Markup(style),
        css_hash=Markup(_policy_hash(style)),
        js=Markup(script),
        js_hash=Markup(_policy_hash(script)),
    )  # fmt: skip
    page = page.lstrip()
    packed = pack_calls(facts, calls, page_limit(len(calls)) - len(page.encode()) - _NOTE_ROOM, chosen)
    note = Markup('<p class="notice">{}</p>').format(packed.note) if packed.note else ""
    return page.replace(_NOTE, note).replace(_DATA, packed.json)


def _resource(name: str) -> str:
    text = (resources.files("hotspot") / "resources" / name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def _policy_hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _printable(value: object) -> object:
    return plain_text(value) if type(value) is str else value


def _row(*cells: object, **more: object) -> dict[str, object]:
    return {"cells": cells, "id": "", **more}


def _share(part: int, whole: int) -> str:
    return wording.format_percent(wording.per_myriad(part, whole)) if whole else "—"


def _change(part: Part, last: str) -> str:
    """The change without its 较上周: the head of the column says what it is compared with."""
    told = wording.change(part.count, part.previous, last)
    return told.removeprefix(f"较{last}").removeprefix(f"与{last}") or "—"


def _moment(time: dt.datetime | None) -> str:
    return f"{time:%m-%d %H:%M}" if time else ""


def _cut(count: int, limit: int) -> str:
    return f"，共{count}行，此处列前{limit}行，其余见工作簿" if count > limit else ""


def _tile(name: str, value: int, about: str, unit: str = "件") -> dict[str, object]:
    return {"name": name, "value": value, "unit": unit, "about": about}


def _tiles(facts: Facts) -> list[dict[str, object]]:
    """The head figures: the total first, with its change."""
    overview, last = facts.overview, wording.last_period(facts.head)
    about = wording.change(overview.total, overview.previous, last) or f"没有{last}数据"
    if overview.previous:
        about += f"（{last}{overview.previous}件）"
    before = [part.previous for part in facts.categories]
    valid_before = None if not before or None in before else sum(count or 0 for count in before)
    told = (wording.share(facts.valid, overview.total), wording.change(facts.valid, valid_before, last))
    tiles = [
        _tile("受理总量", overview.total, about),
        _tile("有效诉求", facts.valid, "，".join(filter(None, told))),
    ]
    for part in overview.handling:
        note = wording.share(part.count, overview.total) if part.count else ""
        if part.name == "工单转办" and part.count and facts.orders is not None:
            note += f"，已办结{overview.closed_of_dispatched}件"
        tiles.append(_tile(part.name, part.count, note))
    if facts.orders is not None:
        tiles.append(_tile("遗留工单办结", facts.orders.carried_over_closed,
                           f"遗留逾期未办结{facts.orders.carried_over_overdue}件"))  # fmt: skip
    heat = sum(spot.count for spot in facts.hotspots)
    about = f"共{heat}件，占有效诉求{_share(heat, facts.valid)}" if facts.hotspots else "没有达到标准的事项"
    tiles.append(_tile("主要热点", len(facts.hotspots), about, "个"))
    tiles.append(_tile("疑难案例", len(facts.hard_cases), f"上期通报仍未办结{len(facts.follow_up.last_issue)}件"))
    return tiles


def _hotspots(facts: Facts, bulletin: Bulletin) -> list[dict[str, Any]]:
    """The cards, with their sentences as the bulletin prints them."""
    told = _section_paragraphs(bulletin, "三、")
    views = []
    for spot, sentences in zip(facts.hotspots, told, strict=False):
        largest = max((place.count for place in spot.places), default=1)
        views.append({
            "record": spot,
            "share": wording.format_percent(round(spot.share * 100)),
            "sentences": sentences,
            "days": _days(facts, spot),
            "places": [
                {"place": place.place, "district": place.district, "count": place.count, "calls": place.calls,
                 "width": round(100 * place.count / largest, 1)}
                for place in spot.places[:LISTED_PLACES]
            ],
            "more_places": max(0, len(spot.places) - LISTED_PLACES),
        })  # fmt: skip
    return views


def _section_paragraphs(bulletin: Bulletin, start: str) -> list[tuple[Sentence, ...]]:
    inside, paragraphs = False, []
    for block in bulletin.blocks:
        if isinstance(block, Heading) and block.level == 1:
            inside = block.text.startswith(start)
        elif inside and isinstance(block, Paragraph):
            paragraphs.append(block.sentences)
    return paragraphs


def _days(facts: Facts, spot: Hotspot) -> list[dict[str, object]]:
    counts = charts_data.add_days(spot.daily)
    step, largest = charts_data.days_together(len(spot.daily)), max(counts, default=0) or 1
    days = []
    for number, count in enumerate(counts):
        date = facts.head.first_day + dt.timedelta(days=number * step)
        label = charts_data.tick(date, step).replace("\n", " ")
        height = round(48 * count / largest, 1)
        days.append({"label": label, "short": f"{date.month}-{date.day}", "count": count, "height": height})
    return days


def _alarm(alarm: Alarm) -> dict[str, object]:
    base = alarm.baseline
    numbers = (base.observed, round(base.expected, 1), round(base.upper, 1), f"{base.p:.2g}", base.weeks)
    three = f"{alarm.sustained.observed}（预期{alarm.sustained.expected:.1f}）" if alarm.sustained else "—"
    told = "".join(fact.text for fact in alarm.facts) or "—"
    return _row(alarm.scope, alarm.subject, alarm.place or "全市", *numbers, three, told, calls=alarm.calls)


def _cases(facts: Facts) -> list[dict[str, object]]:
    head, follow_up = facts.head, facts.follow_up

    def told(case: HardCase) -> tuple[Sentence, ...]:
        return wording_cases.follow_up_sentences(head, case)

    groups = (
        ("本期新增", facts.hard_cases, wording_cases.case_sentences, wording_cases.no_cases(head, facts.orders).text),
        (
            "上期通报、仍未办结",
            follow_up.last_issue,
            lambda case: wording_cases.follow_up_sentences(head, case),
            "无。",
        ),
        ("往期通报、本期办结", follow_up.closed, told, "无。"),
    )
    views: list[dict[str, object]] = [
        {
            "name": name,
            "empty": empty,
            "cases": [{"record": case, "text": "".join(sentence.text for sentence in tell(case))} for case in cases],
        }
        for name, cases, tell, empty in groups
    ]
    still = wording_cases.follow_up_count(follow_up)
    if still is not None:
        views.append({"name": "更早通报、仍未办结", "empty": still.text, "cases": []})
    return views


def _origin(facts: Facts) -> list[dict[str, object]]:
    origin = facts.provenance
    rows = [
        ("程序版本", origin.version), ("结果格式版本", str(facts.schema_version)), ("分类模型", origin.model),
        ("模型摘要", origin.model_hash), ("配置摘要", origin.config_hash), ("数据摘要", origin.data_hash),
        ("统计期间", wording.period(facts.head)), ("类别存疑的来电", f"{facts.abstained}件"),
    ]  # fmt: skip
    rows += [(f"依赖 {name}", version) for name, version in origin.packages]
    rows += [(f"设置 {name}", value) for name, value in origin.settings]
    return [_row(*row) for row in rows]
