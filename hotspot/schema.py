"""Every table and record that passes between stages: column names, types, units.

Calls travel as a pandas table (a province has a million rows: no object per call). What leaves the mining stage are
frozen records. Text columns hold ``""`` where the export says nothing, never ``NaN``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

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

    name: str
    count: int
    share: float | None = None
    previous: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the bulletin with the calls behind it and the rule that made it."""

    text: str
    calls: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """A place with the calls made about it within something larger (a hotspot, a week)."""

    place: str
    district: str
    count: int
    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A cause or an effect that several callers told: its clearest wording, the calls that hold it."""

    text: str
    count: int
    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the past lets one expect of a count in a week.

    ``expected`` and ``upper`` are calls per week, ``p`` the probability of at least ``observed``, ``weeks`` the number
    of past weeks used. Without history there is no baseline (``None`` stands in its place).
    """

    observed: int
    expected: float
    upper: float
    p: float
    weeks: int


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A theme over its places, with everything that its paragraph says."""

    id: str  # derived from content: stable under row order
    theme: str
    heading: str  # 供暖不热 …, used in the theme heading
    category: str
    whole_category: bool  # it makes up (nearly) the whole category: the heading names the category
    count: int
    callers: int
    share: float  # of the valid demands, percent
    previous: int | None
    status: str  # 新增 / 持续第N周 / 上升N% / 下降N% / "" without history
    onset: dt.date | None
    onset_text: str  # 自10月15日开始供暖以来, or ""
    causes: tuple[Phrase, ...]
    effects: tuple[Phrase, ...]
    places: tuple[PlaceCount, ...]  # falling count
    daily: tuple[int, ...]  # calls per day of the period
    calls: tuple[str, ...]  # msg_ids
    terms: tuple[str, ...]
    baseline: Baseline | None
    facts: tuple[Sentence, ...] = ()  # what became of its orders


@dataclass(frozen=True, slots=True)
class Issue:
    """One concrete problem at one place, or of one specific group of people."""

    id: str
    title: str
    theme: str
    place: str
    district: str
    count: int
    callers: int
    first: dt.datetime | None
    last: dt.datetime | None
    terms: tuple[str, ...]
    representative: str  # msg_id
    cohesion: float  # mean similarity to the representative, 0..1
    calls: tuple[str, ...]
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

    id: str
    kind: str
    title: str
    previous: int
    count: int  # calls on its theme, and at its place, in this week
    weeks: int  # how long it was one


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that runs above (苗头) or steadily at a high level (长期高发)."""

    kind: str  # 苗头 / 长期高发
    subject: str
    place: str
    baseline: Baseline
    calls: tuple[str, ...]
    scope: str = ""  # what is counted: 主题 / 地点 / 主题和地点 / 类别 / 承办单位
    sustained: Baseline | None = None  # this week and the two before together, against the weeks before those
    facts: tuple[Sentence, ...] = ()  # what became of its orders


@dataclass(frozen=True, slots=True)
class RepeatGroup:
    """Calls of one caller on one matter, in the order of time."""

    theme: str
    place: str
    calls: tuple[str, ...]
    said_again: bool  # the text itself says 再次反映


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a work order through the units."""

    time: dt.datetime
    unit: str
    action: str
    note: str


@dataclass(frozen=True, slots=True)
class HardCase:
    """A work order that nobody takes."""

    order_id: str
    category: str
    summary: str  # shortened, masked
    units: tuple[str, ...]  # where it was sent, in order
    returned_by: tuple[str, ...]
    reason: str
    overdue: bool
    closed: bool
    told_in: str  # week label of the issue that told it first
    steps: tuple[Step, ...]
    sentences: tuple[Sentence, ...] = ()
    note: str = ""  # the analyst's, masked


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Section five: cases of earlier issues."""

    open_by_week: tuple[Part, ...]  # told before the last issue, still open
    last_issue: tuple[HardCase, ...]
    closed: tuple[HardCase, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the first section and below the last."""

    city: str
    title: str
    subtitle: str  # （2024年10月第3周）
    issue_number: str  # 2024年 第59期（总第109期）
    issue_year: int
    issue_of_year: int
    issue_total: int
    office: str
    issue_date: dt.date
    first_day: dt.date
    last_day: dt.date
    copy_to: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Section one."""

    total: int
    previous: int | None
    change: float | None  # percent, two decimals half up
    channels: tuple[Part, ...]
    handling: tuple[Part, ...]  # 直接答复, 工单转办, 其他
    closed_of_dispatched: int
    daily: tuple[Part, ...]  # name: ISO date


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Section two (two): the work orders of the week."""

    dispatched: int
    closed: int
    carried_over_closed: int
    carried_over_overdue: int
    units: tuple[Part, ...]  # falling; below the rank folded
    other_units: int
    unit_load: tuple[tuple[str, int, int, int], ...]  # unit, open, overdue, returned: every unit, falling open


@dataclass(frozen=True, slots=True)
class Provenance:
    """How the figures came about."""

    version: str
    model: str
    model_hash: str
    config_hash: str
    data_hash: str
    packages: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What was read: rows per file, set aside, left out by the period."""

    files: tuple[tuple[str, int, int, int], ...]  # name, rows read, used, set aside
    outside_period: int
    headers: tuple[tuple[str, str, str], ...]  # file, header found, taken for
    rejects: tuple[tuple[str, str, int, str, str], ...]  # file, sheet, row, reason, severity


@dataclass(frozen=True, slots=True)
class Facts:
    """All numbers of the bulletin. Renderers read this and nothing else."""

    head: Head
    overview: Overview
    valid: int
    categories: tuple[Part, ...]  # falling, the remainder category last
    abstained: int  # valid demands whose category is a guess without words, listed for review
    orders: OrderFacts | None  # None: no orders were given
    hotspots: tuple[Hotspot, ...]
    issues: tuple[Issue, ...]
    rising: tuple[Alarm, ...]
    chronic: tuple[Alarm, ...]
    repeats: tuple[RepeatGroup, ...]
    mass: tuple[Issue, ...]
    hard_cases: tuple[HardCase, ...]
    follow_up: FollowUp
    notes: tuple[str, ...]  # what the reader must know: no history, no orders …
    imports: ImportSummary
    provenance: Provenance
    schema_version: int = 1
    faded: tuple[Faded, ...] = ()
    aliases: tuple[tuple[str, str, int, str], ...] = ()  # learned spelling of a place, place, mentions, evidence
    excerpts: tuple[tuple[str, str], ...] = field(default=())  # msg_id, masked text: only calls that something quotes
