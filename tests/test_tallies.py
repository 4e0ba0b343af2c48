"""Counts are exact, shares are rounded half up, parts add up."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.mine.tallies import (
    change_percent,
    classify_handling,
    count_days,
    count_parts,
    fold_units,
    percent,
    tally_orders,
)

WORDS = {"direct": ["直接答复"], "order": ["工单转办"], "invalid": ["无效来电"]}


@pytest.mark.parametrize(
    ("part", "whole", "wanted"),
    [
        (776, 1019, 76.15),
        (235, 1019, 23.06),
        (8, 1019, 0.79),
        (49, 1019, 4.81),
        (1, 800, 0.13),
        (3, 800, 0.38),
        (0, 5, 0.0),
    ],
)
def test_percent_rounds_half_up(part: int, whole: int, wanted: float) -> None:
    assert percent(part, whole) == wanted


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_percent_equals_exact_decimal(part: int, whole: int) -> None:
    exact = (Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert abs(Decimal(str(percent(part, whole))) - exact) <= Decimal("0.01")
    assert f"{percent(part, whole):.2f}" == str(exact)


@pytest.mark.parametrize(
    ("now", "before", "wanted"),
    [(1019, 851, 19.74), (80, 100, -20.0), (100, 100, 0.0), (5, 0, None), (5, None, None)],
)
def test_change(now: int, before: int | None, wanted: float | None) -> None:
    assert change_percent(now, before) == wanted


def test_handling_words_and_fallbacks() -> None:
    handling = pd.Series(["直接答复", "工单转办", "无效来电", "", "", "三方会谈"])
    order = pd.Series(["", "1", "", "2", "", "3"])
    kinds, unknown = classify_handling(handling, order, **WORDS)
    assert kinds.tolist() == ["直接答复", "工单转办", "其他", "工单转办", "直接答复", "工单转办"]
    assert unknown.tolist() == [False] * 5 + [True]


@given(st.lists(st.sampled_from(["甲", "乙", "其他类", "丙"]), max_size=60))
def test_parts_add_up_and_the_remainder_stands_last(values: list[str]) -> None:
    parts = count_parts(pd.Series(values, dtype=str), names=["甲", "其他类"], last="其他类")
    assert sum(part.count for part in parts) == len(values)
    assert parts[-1].name == "其他类"
    counts = [part.count for part in parts[:-1]]
    assert counts == sorted(counts, reverse=True)


def test_days_outside_the_period_are_not_counted() -> None:
    times = pd.Series(pd.to_datetime(["2024-10-14 00:00:00", "2024-10-20 23:59:59", "2024-10-21 00:00:00"]))
    days = count_days(times, dt.date(2024, 10, 14), dt.date(2024, 10, 20))
    assert [part.count for part in days] == [1, 0, 0, 0, 0, 0, 1]


def orders(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["unit", "dispatch_time", "deadline", "finish_time", "status"])
    for name in ("dispatch_time", "deadline", "finish_time"):
        frame[name] = pd.to_datetime(frame[name])
    return frame


def test_orders_of_a_week() -> None:
    table = orders(
        ("甲局", "2024-10-14 09:00", "2024-10-21", "2024-10-15 10:00", "已办结"),
        ("甲局", "2024-10-20 23:59", "2024-10-27", "2024-10-21 00:00", "已办结"),  # finished after the week's end
        ("乙局", "2024-10-13 09:00", "2024-10-20", "2024-10-16 10:00", "已办结"),  # carried over, closed now
        ("乙局", "2024-10-08 09:00", "2024-10-15", "", "已超期"),
        ("乙局", "2024-10-09 09:00", "2024-10-16", "", "办理中"),  # overdue by its deadline
        ("丙局", "2024-10-01 09:00", "2024-10-08", "2024-10-10 10:00", "已办结"),  # closed before
        ("丙局", "2024-10-21 09:00", "2024-10-28", "", "办理中"),  # dispatched after
    )
    tally = tally_orders(table, dt.date(2024, 10, 14), dt.date(2024, 10, 20))
    assert (tally.dispatched, tally.closed) == (2, 1)
    assert (tally.carried_over_closed, tally.carried_over_overdue) == (1, 2)
    assert tally.load == (("乙局", 2, 2, 0), ("甲局", 1, 0, 0))


def test_units_below_the_rank_are_folded() -> None:
    parts = count_parts(pd.Series(["a"] * 3 + ["b"] * 2 + ["c"]))
    shown, other = fold_units(parts, 2)
    assert [part.name for part in shown] == ["a", "b"]
    assert other == 1
