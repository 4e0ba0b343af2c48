"""Every table and record that passes between stages: column names, types, units.

Calls travel as a pandas table (a province has a million rows: no object per call). What leaves the mining stage are
frozen records. Text columns hold ``""`` where the export says nothing, never ``NaN``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

SECRET: Final = "（保密件，不予摘录）"  # in the place of what a confidential call or order says
CALL_COLUMNS: Final = {
    "msg_id": "str",  # id in the export, as text
    "time": "datetime64[s]",  # local time of acceptance; NaT only in files read for training
    "title": "str",
    "text": "str",  # content as exported, personal data still in it
    "channel": "str",
    "handling": "str",  # as exported: 直接答复, 工单转办, 无效来电 …
    "order_id": "str",
    "category": "str",  # label of the export (training data), else ""
    "region": "str",  # district as the export names it, else ""
    "address": "str",  # place as the export names it, else ""
    "phone": "str",  # dropped by the pipeline as soon as it has been hashed
    "name": "str",  # dropped likewise
    "confidential": "bool",
    "file": "str",  # file name without its folder
    "sheet": "str",
    "row": "int64",  # row in the sheet, counted from 1 as a spreadsheet shows it
}
ORDER_COLUMNS: Final = {
    "order_id": "str",
    "call_id": "str",
    "text": "str",
    "unit": "str",  # 承办单位
    "dispatch_time": "datetime64[s]",
    "deadline": "datetime64[s]",
    "finish_time": "datetime64[s]",
    "status": "str",
}
FLOW_COLUMNS: Final = {
    "order_id": "str",
    "time": "datetime64[s]",
    "unit": "str",
    "action": "str",  # 派单 改派 签收 退回 办结 延期
    "note": "str",
}
LEDGER_COLUMNS: Final = {
    "order_id": "str",
    "told_in": "str",  # 列入期次, e.g. 2024年9月第2周
    "category": "str",
    "summary": "str",
    "units": "str",
    "status": "str",  # 未办结 / 已办结
}
REJECT_COLUMNS: Final = ("file", "sheet", "row", "reason", "severity")  # severity: 剔除 (not counted) or 提示 (counted)
MENTION_COLUMNS: Final = {
    "call": "int64",  # position of the call in the calls table
    "start": "int64",  # offset in the normalised text
    "mention": "str",  # as spelled
    "place": "str",  # canonical name
    "district": "str",
    "kind": "str",  # 小区 道路 路口 村 学校 医院 市场 工地 单位 站点 公交线路 地标 …
    "is_primary": "bool",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A row of a sum: its name, its count, its share of the whole in percent (two decimals, half up)."""

    name: str  # of a category, unit, channel, way of handling, or an ISO date
    count: int  # calls or work orders
    share: float | None = None  # null where the list has no whole
    previous: int | None = None  # in the period before


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the bulletin with the calls behind it and the rule that made it."""

    text: str  # as printed
    calls: tuple[str, ...] = ()  # msg_ids
    rule: str = ""  # name of the rule, for whoever asks why


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """A place with the calls made about it within something larger (a hotspot, a week)."""

    place: str  # canonical name
    district: str  # "" where it is not known
    count: int  # calls
    calls: tuple[str, ...]  # msg_ids
    site: str = ""  # kind of work site, where the hotspot is told by these


@dataclass(frozen=True, slots=True)
class Phrase:
    """A cause, an effect or a kind of work site that several callers told: its wording, the calls that hold it."""

    text: str  # as printed
    count: int  # calls
    calls: tuple[str, ...]  # msg_ids


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the past lets one expect of a count in a week.

    ``expected`` and ``upper`` are calls per week, ``p`` the probability of at least ``observed``, ``weeks`` the number
    of past weeks used. Without history there is no baseline (``None`` stands in its place).
    """

    observed: int  # calls of the period
    expected: float  # calls that the past lets one expect
    upper: float  # passed by chance in one period of a hundred
    p: float  # chance of at least as many calls
    weeks: int  # past periods used


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A theme over its places, with everything that its paragraph says."""

    id: str  # derived from content: stable under row order
    theme: str  # 供暖不热 …
    heading: str  # 供暖不热 …, used in the theme heading
    category: str  # of most of its calls
    whole_category: bool  # it makes up (nearly) the whole category: the heading names the category
    count: int  # calls
    callers: int  # distinct callers; a call without one counts as one
    share: float  # of the valid demands, percent
    previous: int | None  # calls on the theme in the period before; null without it
    status: str  # 新增 / 持续第N周 / 上升N% / 下降N% / "" without history
    onset: dt.date | None  # first day of a rise within the period, null without one
    onset_text: str  # 自10月15日开始供暖以来, or ""
    causes: tuple[Phrase, ...]  # falling count
    effects: tuple[Phrase, ...]  # falling count
    places: tuple[PlaceCount, ...]  # falling count
    daily: tuple[int, ...]  # calls per day of the period
    calls: tuple[str, ...]  # msg_ids
    terms: tuple[str, ...]  # typical words, masked
    baseline: Baseline | None  # null with fewer than three past periods
    facts: tuple[Sentence, ...] = ()  # what became of its orders
    onset_evidence: str = ""  # the calls before and from that day, and how likely by chance
    sites: tuple[Phrase, ...] = ()  # kinds of work site: wages are told by these, not by districts


@dataclass(frozen=True, slots=True)
class Issue:
    """One concrete problem at one place, or of one specific group of people."""

    id: str  # kept from week to week
    title: str  # place and theme, or what the calls share
    theme: str  # that at least half of its calls have, else ""
    place: str  # likewise
    district: str  # likewise
    count: int  # calls
    callers: int  # distinct callers
    first: dt.datetime | None  # time of its first call
    last: dt.datetime | None  # time of its last call
    terms: tuple[str, ...]  # typical words, masked
    representative: str  # msg_id
    cohesion: float  # mean similarity to the representative, 0..1
    calls: tuple[str, ...]  # msg_ids
    previous: int | None = None  # calls of the same issue in the week before
    status: str = ""  # as of a hotspot


@dataclass(frozen=True, slots=True)
class Matter:
    """A hotspot or an issue as the history remembers it: enough to know it again."""

    id: str
    kind: str  # 热点 / 问题
    title: str
    theme: str
    place: str
    count: int
    terms: tuple[str, ...] = ()
    running: int = 1  # weeks in a row


@dataclass(frozen=True, slots=True)
class Faded:
    """A hotspot or an issue of the week before that is none any more (已消退)."""

    id: str  # that it had
    kind: str  # 热点 / 问题
    title: str  # as told then
    previous: int  # calls in the period before
    count: int  # calls on its theme, and at its place, in this week
    weeks: int  # how long it was one


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that runs above (苗头) or steadily at a high level (长期高发)."""

    kind: str  # 苗头 / 长期高发
    subject: str  # the theme, place, category or unit
    place: str  # "" where the alarm is about no place
    baseline: Baseline  # this period
    calls: tuple[str, ...]  # msg_ids
    scope: str = ""  # what is counted: 主题 / 地点 / 主题和地点 / 类别 / 承办单位
    sustained: Baseline | None = None  # this week and the two before together, against the weeks before those
    facts: tuple[Sentence, ...] = ()  # what became of its orders


@dataclass(frozen=True, slots=True)
class RepeatGroup:
    """Calls of one caller on one matter, in the order of time."""

    theme: str  # of the last call
    place: str  # "" where no call names one
    calls: tuple[str, ...]  # msg_ids, in the order of time; the first may lie in earlier weeks
    said_again: bool  # the text itself says 再次反映


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a work order through the units."""

    time: dt.datetime  # of the step
    unit: str  # that acted
    action: str  # as the office words it: 派单, 退回 …
    note: str  # masked


@dataclass(frozen=True, slots=True)
class HardCase:
    """A work order that nobody takes."""

    order_id: str  # work order
    category: str  # "" where its call is not known
    summary: str  # shortened, masked
    units: tuple[str, ...]  # where it was sent, in order
    returned_by: tuple[str, ...]  # units, each once
    reason: str  # the note with which it came back last, masked
    overdue: bool  # its time was up at the end of the period
    closed: bool  # by the end of the period
    told_in: str  # week label of the issue that told it first
    steps: tuple[Step, ...]  # its dispatch record
    sentences: tuple[Sentence, ...] = ()  # printed instead of what the record says
    note: str = ""  # the analyst's, masked
    call: str = ""  # msg_id of the call that the order came from


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Section five: cases of earlier issues."""

    open_by_week: tuple[Part, ...]  # told before the last issue, still open
    last_issue: tuple[HardCase, ...]  # told in full by the issue before this one
    closed: tuple[HardCase, ...]  # closed in the period, told this once


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the first section and below the last."""

    city: str  # as configured
    title: str  # of the bulletin
    subtitle: str  # （2024年10月第3周）
    issue_number: str  # 2024年 第59期（总第109期）
    issue_year: int  # year of the day of issue
    issue_of_year: int  # number within that year
    issue_total: int  # running total
    office: str  # issuing office
    issue_date: dt.date  # some days after the period, as configured
    first_day: dt.date  # of the period
    last_day: dt.date  # of the period, included
    copy_to: str  # addressees of the foot


@dataclass(frozen=True, slots=True)
class Overview:
    """Section one."""

    total: int  # all calls of the period
    previous: int | None  # total of the period before; null without it
    change: float | None  # percent, two decimals half up
    channels: tuple[Part, ...]  # those configured, an overlay: they add up to no total
    handling: tuple[Part, ...]  # 直接答复, 工单转办, 其他
    closed_of_dispatched: int  # work orders of the period closed by its end
    daily: tuple[Part, ...]  # name: ISO date


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Section two (two): the work orders of the week."""

    dispatched: int  # work orders sent out within the period
    closed: int  # of those, closed by its end
    carried_over_closed: int  # sent out before, closed within the period
    carried_over_overdue: int  # sent out before, open and late at its end
    units: tuple[Part, ...]  # falling; below the rank folded
    other_units: int  # orders of the units below the rank
    unit_load: tuple[tuple[str, int, int, int], ...]  # unit, open, overdue, returned: every unit, falling open


@dataclass(frozen=True, slots=True)
class Provenance:
    """How the figures came about."""

    version: str  # of this program
    model: str  # folder name
    model_hash: str  # of the weights
    config_hash: str  # of the resolved configuration
    data_hash: str  # of the calls' content, whatever file or row order they came in
    packages: tuple[tuple[str, str], ...]  # name and version
    settings: tuple[tuple[str, str], ...]  # name and value, as printed in the page


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What was read: rows per file, set aside, left out by the period."""

    files: tuple[tuple[str, int, int, int], ...]  # name, rows read, used, set aside
    outside_period: int  # calls that were read and lie outside the period
    headers: tuple[tuple[str, str, str], ...]  # file, header found, taken for
    rejects: tuple[tuple[str, str, int, str, str], ...]  # file, sheet, row, reason, severity


@dataclass(frozen=True, slots=True)
class PrintedParagraph:
    """A paragraph of the bulletin as printed, under its headings."""

    section: str  # 三、主要热点
    heading: str  # （一）公共服务类问题。, "" where there is none
    sentences: tuple[Sentence, ...]  # follow each other without a space


@dataclass(frozen=True, slots=True)
class Facts:
    """All numbers of the bulletin. Renderers read this and nothing else."""

    head: Head  # what stands above and below the sections
    overview: Overview  # section one
    valid: int  # valid demands: the total less 其他
    categories: tuple[Part, ...]  # falling, the remainder category last
    abstained: int  # valid demands whose category is a guess without words, listed for review
    orders: OrderFacts | None  # None: no orders were given
    hotspots: tuple[Hotspot, ...]  # falling count
    issues: tuple[Issue, ...]  # falling count
    rising: tuple[Alarm, ...]  # 苗头, the least likely by chance first
    chronic: tuple[Alarm, ...]  # 长期高发, falling count
    repeats: tuple[RepeatGroup, ...]  # same caller, same matter, the largest first
    mass: tuple[Issue, ...]  # issues of many callers at one place
    hard_cases: tuple[HardCase, ...]  # section four
    follow_up: FollowUp  # section five
    notes: tuple[str, ...]  # what the reader must know: no history, no orders …
    imports: ImportSummary  # what was read and what was not
    provenance: Provenance  # how the figures came about
    schema_version: int = 1  # rises when a field goes or changes its meaning
    faded: tuple[Faded, ...] = ()  # hotspots and issues of the period before that are none any more
    aliases: tuple[tuple[str, str, int, str], ...] = ()  # learned spelling of a place, place, mentions, evidence
    excerpts: Sequence[tuple[str, str]] = field(default=())  # msg_id, masked text: only calls that something quotes
    paragraphs: tuple[PrintedParagraph, ...] = ()  # the text of the bulletin, sentence by sentence
