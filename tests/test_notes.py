"""What the reader is told of the history behind the expected counts."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from hotspot.config import CalendarConfig, Config
from hotspot.store.records import Revision
from hotspot.tell import _notes

MONDAY = dt.date(2024, 10, 14)


def notes(config: Config | None = None, **known: Any) -> tuple[str, ...]:
    first = known.pop("first", MONDAY)
    week = SimpleNamespace(
        first=first, last=first + dt.timedelta(days=6), past_of_same_length=(1, 2, 3), revision=None, revised=(),
        previous=SimpleNamespace(total=100, valid=90), orders=(), flows=(), imports=SimpleNamespace(rejects=()),
    )  # fmt: skip
    week.__dict__.update(known)
    return _notes(week, SimpleNamespace(gaps=(), abstained=0), config or Config())  # type: ignore[arg-type]


def test_a_plain_week_needs_no_note() -> None:
    assert notes() == ()


def test_corrected_weeks_are_named() -> None:
    (eve,) = notes(revision=Revision(dt.date(2024, 10, 7), 95, 90))
    assert "受理95件改为100件，有效90件改为90件" in eve
    (older,) = notes(revised=(dt.date(2024, 9, 23),))
    assert older == "往期中2024-09-23起的数据在记入历史后有更正，预期件数按更正后的数计算。"


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        (CalendarConfig(), True),
        (CalendarConfig(holidays=(dt.date(2031, 10, 1),)), False),
        (CalendarConfig(national=False), False),
    ],
)
def test_a_year_without_known_holidays_is_said(calendar: CalendarConfig, said: bool) -> None:
    told = notes(Config(calendar=calendar), first=dt.date(2031, 10, 6))
    assert any("2031年的节假日安排未知" in note for note in told) is said


def test_too_little_history_is_said() -> None:
    assert any("历史仅有2个周期" in note for note in notes(past_of_same_length=(1, 2)))
