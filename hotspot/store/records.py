"""What the history keeps: of calls, of cases, of weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hotspot.schema import Matter

CLOSED: Final = "办结"
NOTE: Final = "备注"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What the history keeps of a call."""

    msg_id: str
    time: str
    caller: str
    category: str
    theme: str
    place: str


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A hard case that an issue told."""

    order_id: str
    label: str
    category: str
    summary: str
    units: str


@dataclass(frozen=True, slots=True)
class Week:
    """All that the history keeps of a week."""

    first_day: dt.date
    last_day: dt.date
    label: str
    total: int
    valid: int
    issue_year: int
    of_year: int
    issue_total: int
    data_hash: str
    counts: Mapping[tuple[str, str, str], int] = field(default_factory=dict)  # (kind, name, place) -> calls
    matters: Sequence[Matter] = ()  # hotspots first, then issues, falling by calls
    calls: Iterable[CallRecord] = ()
    cases: Sequence[CaseRecord] = ()
    closed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CaseNote:
    """What an analyst noted of a case."""

    order_id: str
    made: dt.date
    kind: str  # CLOSED or NOTE
    text: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A week whose figures changed after they were recorded: what they were at first."""

    first_day: dt.date
    total: int
    valid: int
