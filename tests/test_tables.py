"""The csv files: no formula, no lost row; the head's numbers."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.report.head import count_issue
from hotspot.report.tables import write_csv


@given(st.lists(st.lists(st.text(alphabet="=+-@\t\r\n,\"'a中", max_size=8), min_size=2, max_size=2), max_size=8))
def test_no_cell_acts_as_a_formula_and_no_row_is_lost(rows: list[list[str]]) -> None:
    text = write_csv(["a", "b"], rows).decode("utf-8-sig")
    back = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert len(back) == len(rows)
    for wrote, read in zip(rows, back, strict=True):
        for cell, found in zip(wrote, read, strict=True):
            assert not found.startswith(("=", "+", "-", "@", "\t", "\r"))
            spelled = cell.replace("\r\n", "\n").replace("\r", "\n")
            assert found.removeprefix("'") == spelled.removeprefix("'")


ANCHOR = (dt.date(2024, 10, 14), 59, 109)


@pytest.mark.parametrize(
    ("first", "known", "last", "wanted"),
    [
        (dt.date(2024, 10, 14), ANCHOR, (dt.date(2024, 10, 7), 2024, 70, 170), (59, 109)),
        (dt.date(2024, 10, 21), ANCHOR, None, (60, 110)),
        (dt.date(2024, 10, 21), ANCHOR, (dt.date(2024, 10, 14), 2024, 60, 111), (61, 112)),
        (dt.date(2025, 1, 6), None, (dt.date(2024, 12, 30), 2024, 70, 120), (1, 121)),
        (dt.date(2024, 10, 14), None, None, (1, 1)),
    ],
)
def test_issue_numbers(
    first: dt.date,
    known: tuple[dt.date, int, int] | None,
    last: tuple[dt.date, int, int, int] | None,
    wanted: tuple[int, int],
) -> None:
    assert count_issue(first, first + dt.timedelta(days=9), known=known, last=last) == wanted
