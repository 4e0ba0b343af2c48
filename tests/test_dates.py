import datetime as dt
import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.read.dates import parse_time, parse_times

MOMENT = dt.datetime(2024, 10, 14, 8, 5, 9)
SPELLINGS = {
    "2024-10-14 08:05:09": MOMENT,
    "2024/10/14 8:05:09": MOMENT,
    "2024.10.14 08:05:09": MOMENT,
    "2024年10月14日 8时5分9秒": MOMENT,
    "2024年10月14日8时5分": MOMENT.replace(second=0),
    "2024-10-14T08:05:09": MOMENT,
    "2024-10-14T08:05:09.250": MOMENT,
    "20241014 080509": MOMENT,
    "20241014080509": MOMENT,
    "20241014": dt.datetime(2024, 10, 14),
    "2024-10-14": dt.datetime(2024, 10, 14),
    "２０２４－１０－１４　０８：０５：０９": MOMENT,
    "2024-10-14 星期一 08:05:09": MOMENT,
    "2024-10-14 下午 3:05": dt.datetime(2024, 10, 14, 15, 5),
    "2024-10-14 3:05 PM": dt.datetime(2024, 10, 14, 15, 5),
    "2024-10-14 24:00:00": dt.datetime(2024, 10, 15),
    "2024-12-31 24:00:00": dt.datetime(2025, 1, 1),
    "45579": dt.datetime(2024, 10, 14),
    "45579.5": dt.datetime(2024, 10, 14, 12),
}
IMPOSSIBLE = [
    "2024-02-30 08:00:00",
    "2023-02-29",
    "2024-13-01",
    "2024-10-14 24:00:01",
    "2024-10-14 25:00:00",
    "2024-10-14 08:60:00",
    "1999-12-31 08:00:00",
    "2100-01-01",
    "10/14/2024",
    "13900001234",
    "昨天",
    "12.5",
    "-45579",
    "",
    "0000-00-00 00:00:00",
]


@pytest.mark.parametrize(("spelling", "moment"), SPELLINGS.items())
def test_spellings(spelling, moment):
    assert parse_time(spelling) == moment


@pytest.mark.parametrize("spelling", IMPOSSIBLE)
def test_impossible_times_are_none(spelling):
    assert parse_time(spelling) is None


def test_column_of_all_spellings_mixed_keeps_order_and_index():
    cells = pd.Series([*SPELLINGS, *IMPOSSIBLE], dtype="str")
    cells.index = range(100, 100 + len(cells))
    times = parse_times(cells)
    assert times.dtype == "datetime64[s]"
    assert times.index.equals(cells.index)
    assert times.iloc[: len(SPELLINGS)].tolist() == [pd.Timestamp(moment) for moment in SPELLINGS.values()]
    assert times.iloc[len(SPELLINGS) :].isna().all()


def test_empty_column():
    assert len(parse_times(pd.Series([], dtype="str"))) == 0


@given(st.datetimes(min_value=dt.datetime(2000, 1, 1), max_value=dt.datetime(2099, 12, 31, 23, 59, 59)))
@settings(max_examples=500)
def test_every_moment_survives_every_spelling(moment):
    moment = moment.replace(microsecond=0)
    for pattern in ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H时%M分%S秒", "%Y%m%d%H%M%S"):
        assert parse_time(moment.strftime(pattern)) == moment
    serial = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    assert parse_time(repr(serial)) == moment


@given(st.text(alphabet="0123456789-/.:年月日时分秒T 上下午AP", max_size=30))
@settings(max_examples=500)
def test_one_cell_and_a_column_agree_on_any_text(text):
    one = parse_time(text)
    column = parse_times(pd.Series([text], dtype="str"))[0]
    assert (pd.isna(column) and one is None) or column == one


def test_a_hundred_thousand_rows_are_fast():
    days = pd.Series(pd.date_range("2024-01-01", periods=100_000, freq="97s"))
    for pattern in ("%Y-%m-%d %H:%M:%S", "%Y年%m月%d日 %H时%M分"):
        cells = days.dt.strftime(pattern)
        start = time.process_time()
        assert parse_times(cells).notna().all()
        assert time.process_time() - start < 2
