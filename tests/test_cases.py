"""Hard cases come from the dispatch record alone."""

import datetime as dt

import pandas as pd

from hotspot.mine.cases import CaseWords, find_hard_cases, follow_up, shorten
from hotspot.schema import HardCase

WORDS = CaseWords(
    frozenset(["派单", "改派"]),
    frozenset(["退回"]),
    frozenset(["签收"]),
    frozenset(["办结", "已办结"]),
    frozenset(["已超期"]),
)
LAST = dt.date(2024, 10, 20)


def flows(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["order_id", "time", "unit", "action", "note"])
    return frame.assign(time=pd.to_datetime(frame["time"]))


def orders(*ids: str, deadline: str = "2024-10-25", finish: str = "", status: str = "办理中") -> pd.DataFrame:
    frame = pd.DataFrame(
        {"order_id": ids, "call_id": ids, "text": "路面破损。要求修复。", "unit": "甲局", "status": status}
    )
    return frame.assign(deadline=pd.Timestamp(deadline), finish_time=pd.to_datetime(finish or None))


def sent(order_id: str, unit: str, day: int, action: str = "派单") -> tuple[str, str, str, str, str]:
    return (order_id, f"2024-10-{day} 08:00", "热线中心", action, f"派{unit}办理")


def back(order_id: str, unit: str, day: int) -> tuple[str, str, str, str, str]:
    return (order_id, f"2024-10-{day} 18:00", unit, "退回", "不属于职责范围")


def find(record: pd.DataFrame, table: pd.DataFrame) -> list[HardCase]:
    return list(find_hard_cases(table, record, LAST, WORDS, mask_all=list))


def test_two_units_that_returned_it_make_a_case() -> None:
    record = flows(sent("1", "甲局", 14), back("1", "甲局", 15), sent("1", "乙镇", 16, "改派"), back("1", "乙镇", 17))
    (case,) = find(record, orders("1"))
    assert case.units == ("甲局", "乙镇")
    assert case.returned_by == ("甲局", "乙镇")
    assert case.reason == "不属于职责范围"


def test_a_return_that_was_sent_on_within_its_time_is_daily_work() -> None:
    record = flows(sent("1", "甲局", 14), back("1", "甲局", 15), sent("1", "乙镇", 16, "改派"))
    assert find(record, orders("1")) == []
    assert len(find(record, orders("1", deadline="2024-10-18"))) == 1


def test_closed_orders_and_later_returns_are_no_cases() -> None:
    record = flows(sent("1", "甲局", 14), back("1", "甲局", 15), sent("1", "乙镇", 16), back("1", "乙镇", 17))
    assert find(record, orders("1", finish="2024-10-19")) == []
    later = flows(sent("1", "甲局", 14), back("1", "甲局", 15), sent("1", "乙镇", 16), back("1", "乙镇", 21))
    assert find(later, orders("1")) == []


def told(order_id: str, label: str, closed: bool = False) -> HardCase:
    return HardCase(order_id, "交通运输类", "路面破损", ("甲局",), (), "", False, closed, label, ())


def _upper(texts):
    return [text.upper() for text in texts]


def test_follow_up_counts_earlier_weeks_and_tells_the_last_issue_and_closed_ones() -> None:
    cases = [told("1", "9月第2周"), told("2", "9月第2周"), told("3", "10月第2周"), told("4", "9月第3周")]
    record = flows(("4", "2024-10-16 09:00", "甲局", "办结", ""), ("3", "2024-10-17 09:00", "乙局", "签收", ""))
    found = follow_up(cases, None, record, dt.date(2024, 10, 14), LAST, WORDS, last_issue="10月第2周", mask_all=_upper)
    assert [(part.name, part.count) for part in found.open_by_week] == [("9月第2周", 2)]
    assert [case.order_id for case in found.last_issue] == ["3"]
    assert "10月17日乙局签收" in found.last_issue[0].sentences[0].text
    assert [case.order_id for case in found.closed] == ["4"]


def test_texts_are_cut_at_sentence_ends() -> None:
    text = "第一句话。" * 40
    assert shorten(text, 50) == "第一句话。" * 10
    assert shorten("没有标点的长文" * 30, 40).endswith("…")
