import io
import random
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from badinput.making import HEADER, SECRET, calls, csv_of, csv_text, file_of, table, xlsx_of
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.errors import InputError
from hotspot.read.calls import read_calls
from hotspot.read.delimited import read_delimited, split_lines
from hotspot.read.flows import read_flows
from hotspot.read.ledger import read_ledger
from hotspot.read.orders import read_orders
from hotspot.read.rearrange import take_rows
from hotspot.schema import CALL_COLUMNS, FLOW_COLUMNS, LEDGER_COLUMNS, ORDER_COLUMNS, REJECT_COLUMNS

SAMPLE = Path(__file__).parent.parent / "data/sample"
STEPS = ["工单编号", "操作时间", "操作单位", "操作", "办理意见"]
ORDERS = ["工单编号", "来电编号", "诉求内容", "承办单位", "派单时间", "办结时限", "办结时间", "工单状态"]


def attempt(path):
    """Return the reading, or why there is none."""
    try:
        return read_calls([path]), ""
    except InputError as error:
        return None, str(error)


def assert_schema(frame, columns):
    assert list(frame.columns) == list(columns)
    for name, kind in columns.items():
        assert frame[name].dtype == pd.Series([], dtype=kind).dtype, name
        if kind == "str":
            assert frame[name].notna().all(), name


@pytest.mark.parametrize(
    ("read", "name", "count", "columns"),
    [
        (read_calls, "calls_2024w42.xlsx", 1019, CALL_COLUMNS),
        (read_calls, "calls_2024w41.csv", 851, CALL_COLUMNS),
        (read_orders, "orders_2024w42.xlsx", 309, ORDER_COLUMNS),
        (read_orders, "orders_2024w41.xlsx", 198, ORDER_COLUMNS),
        (read_flows, "flows_2024w42.csv", 1027, FLOW_COLUMNS),
        (read_flows, "flows_2024w41.csv", 499, FLOW_COLUMNS),
        (read_ledger, "cases_ledger_2024w41.xlsx", 4, LEDGER_COLUMNS),
    ],
)
def test_sample_files_are_read_whole(read, name, count, columns):
    reading = read([SAMPLE / name])
    assert len(reading.table) == count
    assert reading.files == ((name, count, count, 0),)
    assert list(reading.rejects.columns) == list(REJECT_COLUMNS)
    assert reading.rejects.empty
    assert_schema(reading.table, columns)


def test_rows_know_where_they_come_from():
    table = read_calls([SAMPLE / "calls_2024w42.xlsx"]).table
    first = table.iloc[0]
    assert (first["msg_id"], first["file"], first["sheet"], first["row"]) == (
        "6324101400001",
        "calls_2024w42.xlsx",
        "Sheet1",
        3,
    )


def test_order_of_rows_and_files_does_not_matter(tmp_path):
    rows = calls(60)
    rows.append([*rows[7][:5], "同号的另一件事", *rows[7][6:]])
    rows.append(rows[9])
    plain = read_calls([csv_of([HEADER, *rows])(tmp_path)])
    random.Random(3).shuffle(rows)
    shuffled = read_calls([csv_of([HEADER, *rows])(tmp_path)])
    said = [name for name in CALL_COLUMNS if name != "row"]
    pd.testing.assert_frame_equal(plain.table[said], shuffled.table[said])
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = csv_of([HEADER, *rows[:30]])(tmp_path / "a")
    two = csv_of([HEADER, *rows[30:]])(tmp_path / "b")
    split = read_calls([two, one, one])
    said.remove("file")
    pd.testing.assert_frame_equal(plain.table[said], split.table[said])


def test_files_with_different_headings_are_read_together(tmp_path):
    other = ["12345工单编号", "登记时间", "联系电话", "姓名", "来源", "问题描述", "办理方式", "备注"]
    one = file_of(csv_text(table()), "一.csv")(tmp_path)
    two = file_of(csv_text([other, *([f"X{r[0]}", *r[1:]] for r in calls())]).encode("gb18030"), "二.csv")(tmp_path)
    reading = read_calls([one, two])
    assert len(reading.table) == 40
    assert ("二.csv", "问题描述", "诉求内容") in reading.headers
    assert set(reading.table["handling"]) == {"直接答复", "工单转办"}


def test_mapping_takes_the_heading_that_the_user_names(tmp_path):
    rows = [[*HEADER, "备注"], *([*row, f"备注{n}"] for n, row in enumerate(calls()))]
    path = csv_of(rows)(tmp_path)
    for key in ("诉求内容", "content", "text", "内容描述"):
        assert read_calls([path], mapping={key: "备注"}).table["text"].str.startswith("备注").all()
    with pytest.raises(InputError, match="不在表中"):
        read_calls([path], mapping={"诉求内容": "没有"})
    with pytest.raises(InputError, match="不认识"):
        read_calls([path], mapping={"啊啊啊": "备注"})


def test_missing_column_names_headings_and_the_nearest(tmp_path):
    path = csv_of([["来电编号", "来电时间", "诉求的内容"], ["1", "2024-10-14", "不热"]])(tmp_path)
    with pytest.raises(InputError) as caught:
        read_calls([path])
    message = str(caught.value)
    assert "诉求内容" in message
    assert "来电编号、来电时间、诉求的内容" in message
    assert "--map 诉求内容=诉求的内容" in message
    assert caught.value.exit_code == 2


def test_training_files_need_labels_and_no_times(tmp_path):
    rows = [["留言编号", "留言详情", "一级分类"], ["1", "暖气不热", "公共服务"], ["2", "停水", ""]]
    reading = read_calls([csv_of(rows)(tmp_path)], need_time=False, need_label=True)
    assert reading.table[["msg_id", "category"]].values.tolist() == [["1", "公共服务"]]
    assert reading.table["time"].isna().all()
    assert reading.rejects["reason"].tolist() == ["没有分类标签"]
    with pytest.raises(InputError, match="诉求分类"):
        read_calls([csv_of(table())(tmp_path)], need_label=True)


def test_confidential_rows_are_marked(tmp_path):
    rows = [[*HEADER, "是否保密"], *([*row, ("是", "否", "", "Y")[n]] for n, row in enumerate(calls(4)))]
    assert read_calls([csv_of(rows)(tmp_path)]).table["confidential"].sum() == 2


def test_no_reason_repeats_a_phone_a_name_or_a_text(tmp_path):
    rows = table()
    for row, time in zip(rows[1:], (SECRET, "王女士", "2024-02-30", "暖气不热"), strict=False):
        row[1] = time
    reading = read_calls([csv_of(rows)(tmp_path)])
    told = "；".join(reading.rejects["reason"])
    assert len(reading.rejects) == 4
    assert "2024-02-30" in told
    assert not any(secret in told for secret in (SECRET, "王女士", "暖气"))


def test_orders_told_step_by_step_are_joined(tmp_path):
    rows = [
        ["HX1", "1", "不热", "市住建局", "2024-10-14 08:00:00", "2024-10-21", "", "办理中"],
        ["HX1", "1", "不热", "市公安局", "2024-10-15 08:00:00", "2024-10-22", "2024-10-16 09:00:00", "已办结"],
        ["HX2", "2", "停水", "市水利局", "2024-10-14 09:00:00", "无", "/", "办理中"],
        ["HX3", "3", "停电", "市水利局", "2024-02-30", "", "", "办理中"],
        ["4.1E+17", "4", "停气", "市水利局", "2024-10-14", "", "", "办理中"],
        ["HX5", "5", "停气", "市水利局", "2024-10-15", "", "2024-02-30", "办理中"],
    ]
    reading = read_orders([xlsx_of([ORDERS, *rows])(tmp_path)])
    table = reading.table
    assert table["order_id"].tolist() == ["HX1", "HX2", "HX5"]
    assert table.loc[0, ["unit", "status"]].tolist() == ["市公安局", "已办结"]
    assert table.loc[0, "dispatch_time"] == pd.Timestamp("2024-10-14 08:00:00")
    assert table.loc[0, "finish_time"] == pd.Timestamp("2024-10-16 09:00:00")
    assert table.loc[0, "deadline"] == pd.Timestamp("2024-10-22 23:59:59")
    assert table.loc[1:, ["deadline", "finish_time"]].isna().all(axis=None)
    assert reading.files == (("来电.xlsx", 6, 4, 2),)
    assert reading.rejects["severity"].tolist().count("提示") == 1
    assert_schema(table, ORDER_COLUMNS)


def test_of_two_exports_of_an_order_the_finished_one_counts():
    both = read_orders([SAMPLE / "orders_2024w41.xlsx", SAMPLE / "orders_2024w42.xlsx"]).table
    later = read_orders([SAMPLE / "orders_2024w42.xlsx"]).table.set_index("order_id")
    assert both["order_id"].is_unique
    shared = both[both["order_id"].isin(later.index)].set_index("order_id")
    pd.testing.assert_frame_equal(shared, later.loc[shared.index])


def test_steps_of_one_second_stand_in_the_order_they_can_follow(tmp_path):
    moment = "2024-10-14 08:00:00"
    rows = [
        ["HX1", moment, "甲", "改派", ""],
        ["HX1", moment, "甲", "退回", "不归我管"],
        ["HX1", moment, "中心", "派单", ""],
        ["HX1", moment, "中心", "派单", ""],
        ["HX1", "没有", "中心", "派单", ""],
    ]
    reading = read_flows([csv_of([STEPS, *rows])(tmp_path)])
    assert reading.table["action"].tolist() == ["派单", "退回", "改派"]
    assert sorted(reading.rejects["reason"]) == ["操作时间缺失或不存在", "重复的流转记录"]


def test_an_empty_ledger_is_no_fault(tmp_path):
    header = ["工单编号", "列入期次", "诉求类别", "诉求摘要", "派往单位", "状态"]
    assert len(read_ledger([csv_of([header])(tmp_path)]).table) == 0
    assert len(read_flows([csv_of([STEPS])(tmp_path)]).table) == 0
    assert len(read_orders([csv_of([ORDERS])(tmp_path)]).table) == 0


def test_parquet_is_read_as_csv_is(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    rows = table()
    columns = {name: [row[n] for row in rows[1:]] for n, name in enumerate(HEADER)}
    parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    one = read_calls([tmp_path / "a.parquet"]).table
    two = read_calls([csv_of(rows)(tmp_path)]).table
    pd.testing.assert_frame_equal(one.drop(columns="file"), two.drop(columns="file"))


@given(
    st.lists(
        st.lists(st.text(max_size=12), min_size=8, max_size=8),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=500, deadline=None)
def test_any_cells_are_read_or_refused_and_every_row_is_accounted_for(tmp_path_factory, rows):
    path = file_of(csv_text([*table(3), *rows]).encode("utf-8", errors="replace"))(tmp_path_factory.mktemp("cells"))
    reading = read_calls([path])
    name, read, used, aside = reading.files[0]
    dropped = (reading.rejects["severity"] == "剔除").sum()
    assert (name, used, aside) == ("来电.csv", len(reading.table), dropped)
    assert read == used + aside
    assert reading.table["msg_id"].is_unique
    assert_schema(reading.table, CALL_COLUMNS)


@given(st.binary(max_size=400))
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    path = file_of(data)(tmp_path_factory.mktemp("bytes"))
    reading, message = attempt(path)
    assert "\n" not in message
    assert message or len(reading.table) > 0


@given(st.binary(min_size=1, max_size=60), st.integers(0, 2_000))
@settings(max_examples=500, deadline=None)
def test_an_export_with_any_bytes_put_in_is_read_or_refused(tmp_path_factory, noise, place):
    data = csv_text(table()).encode()
    path = file_of(data[:place] + noise + data[place:])(tmp_path_factory.mktemp("noise"))
    reading, message = attempt(path)
    assert SECRET not in message
    if reading:
        _, read, used, aside = reading.files[0]
        assert read == used + aside


SIGNS = ['"', "'", ",", "\n", "\r", "\ufeff", "\x00", "暖气不热", "𠮷", "x"]
ATOMS = ["来电编号,来电时间,诉求内容\n", "a,b\n", '"a\nb",c\n', *SIGNS]
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")


@given(
    st.lists(st.sampled_from(ATOMS), max_size=30).map("".join),
    st.sampled_from(ENCODINGS),
    st.lists(st.sampled_from([b"\xff", b"\x81", b"\xc4", b"\x00", b"\xe6\x9d", b"\x81\x30\x81"]), max_size=3),
    st.integers(1, 9),
)
def test_a_file_reads_the_same_in_parts_of_any_size(text: str, name: str, damage: list[bytes], size: int) -> None:
    data = text.encode(name)
    for number, piece in enumerate(damage):
        at = len(data) * (number + 1) // (len(damage) + 1)
        data = data[:at] + piece + data[at:]
    told = []
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "a.csv"
        path.write_bytes(data)
        for chunk in (2**20, size):
            patch.setattr("hotspot.read.encoding._CHUNK", chunk)
            try:
                sheet = next(iter(read_delimited(path)))
                told.append((list(sheet.rows), list(sheet.faults)))
            except InputError as fault:
                told.append(str(fault))
    assert told[0] == told[1]


@given(st.lists(st.sampled_from(["a", "\n", "\r", "\r\n", ""]), max_size=12))
def test_lines_of_a_text_in_parts_are_those_of_the_text(parts: list[str]) -> None:
    assert list(split_lines(parts)) == list(io.StringIO("".join(parts), newline=""))


def test_rows_are_taken_from_a_long_table_of_many_parts() -> None:
    draw = np.random.default_rng(0)
    texts = pd.concat([pd.Series([f"{part}第{at}件" for at in range(9_000)], dtype="str") for part in range(4)])
    table = pd.DataFrame({"text": texts.array, "row": np.arange(len(texts))}, index=np.arange(len(texts)) + 7)
    for rows in (draw.permutation(len(table)), np.arange(100, 200), np.arange(0), draw.integers(0, 36_000, 50_000)):
        wanted = table.iloc[rows]
        pd.testing.assert_frame_equal(take_rows(table.copy(), rows), wanted)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_large_file_is_never_in_memory_whole(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "来电.csv"
    row = f"2024-10-14 08:00:00,{'暖气不热，' * 40}\n"
    with path.open("w", encoding=encoding, newline="") as file:
        file.write("来电时间,诉求内容\n")
        for _ in range(40):
            file.write(row * 1_000)
    size = path.stat().st_size
    tracemalloc.start()
    try:
        count = sum(1 for sheet in read_delimited(path) for _ in sheet.rows)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 40_001
    assert peak < size / 2
