"""The workbook: all sheets read back, totals added again, nothing that acts as a formula."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import shutil
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from factsample import HOSTILE, bare_facts, full_facts, sample_calls
from hypothesis import given
from hypothesis import strategies as st
from ooxml import package_faults, schema_faults

from hotspot.report.render import xlsx_book
from hotspot.report.render.plain import cell_text, plain_text, plain_texts
from hotspot.report.render.xlsx import render_xlsx
from hotspot.report.render.xlsx_book import CELL_LIMIT, Book
from hotspot.schema import Part, RepeatGroup

SOFFICE = shutil.which("soffice")
SHEETS = [
    *("总体", "分类", "部门", "热点", "热点明细", "问题(事项×地点)", "苗头", "长期高发", "已消退"),
    *("重复诉求", "群体性诉求", "疑难案例", "地点写法", "导入报告"),
]


def write_book(facts, calls=()) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        render_xlsx(facts, path, calls)
        assert list(Path(folder).iterdir()) == [path]
        return path.read_bytes()


@pytest.fixture(scope="module")
def content() -> bytes:
    return write_book(full_facts(), sample_calls())


def load_book(content: bytes, *, values: bool = False):
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


def rows(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def test_all_sheets_with_frozen_heads_and_widths(content):
    book = load_book(content)
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet["A1"].font.bold
        assert sheet.column_dimensions["A"].width > 5
        assert all(cell.value for cell in sheet[1])


def test_the_five_lists_are_kept_apart(content):
    book, facts = load_book(content, values=True), full_facts()
    told = {name: [row[0:3] for row in rows(book[name])] for name in ("苗头", "长期高发", "群体性诉求")}
    assert [row[1] for row in told["苗头"]] == [alarm.subject for alarm in facts.rising]
    assert [row[1] for row in told["长期高发"]] == [alarm.subject for alarm in facts.chronic]
    assert [row[0] for row in told["群体性诉求"]] == [issue.title for issue in facts.mass]
    assert len(rows(book["重复诉求"])) == len(facts.repeats)


def test_lists_can_be_filtered(content):
    book = load_book(content)
    for name in SHEETS[1:]:
        assert book[name].auto_filter.ref.startswith("A1:")


def test_totals_are_formulas_whose_value_is_their_sum(content):
    formulas, values = load_book(content), load_book(content, values=True)
    checked = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    first, last = cell.value.removeprefix("=SUM(").removesuffix(")").split(":")
                    added = sum(one[0].value for one in values[sheet.title][first:last])
                    assert values[sheet.title][cell.coordinate].value == added
                    checked += 1
    assert checked == 6


def test_the_printed_figures_stand_in_the_workbook(content):
    book = load_book(content, values=True)
    assert rows(book["总体"])[0][:5] == ["受理总量", 1019, 1, 851, 0.1974]
    assert ["直接答复", 776, 0.7615] in [row[:3] for row in rows(book["总体"])]
    assert [row[:2] for row in rows(book["分类"])][-1] == ["有效诉求合计", 1011]
    units = {row[0]: row[1] for row in rows(book["部门"])}
    assert units["其他单位"] == 64
    assert units["转办工单合计"] == 235
    assert book["分类"]["C2"].number_format == "0.00%"


def test_units_beyond_the_listed_ones_are_told_apart():
    facts = full_facts()
    assert facts.orders is not None
    load = (*facts.orders.unit_load, ("市林草局二分局", 3, 1, 0))
    facts = dataclasses.replace(facts, orders=dataclasses.replace(facts.orders, unit_load=load))
    listed = [row[:6] for row in rows(load_book(write_book(facts), values=True)["部门"])]
    names = [row[0] for row in listed]
    after = names.index("转办工单合计") + 1
    assert names[after] == "以下单位的本期转办计入“其他单位”"
    assert listed[-1] == ["市林草局二分局", None, None, 3, 1, 0]


def test_every_call_of_a_hotspot_is_listed_with_its_text_id(content):
    listed = rows(load_book(content)["热点明细"])
    assert len(listed) == 242
    assert {row[1] for row in listed} == {call for spot in full_facts().hotspots for call in spot.calls}
    assert all(isinstance(row[1], str) for row in listed)


def test_hotspot_calls_are_listed_from_the_facts_where_no_table_is_given():
    listed = rows(load_book(write_book(full_facts()))["热点明细"])
    assert len(listed) == 242
    assert listed[3][9] == "来电人反映家中暖气不热（3）"


def test_nothing_in_the_workbook_acts_as_a_formula():
    facts = full_facts()
    attacks = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "\u202e=1"]
    hostile = tuple(RepeatGroup(text, text, ("1", "2"), said_again=False) for text in attacks)
    facts = dataclasses.replace(facts, repeats=hostile)
    book = load_book(
        write_book(facts, [{**call, "excerpt": HOSTILE, "place": "=cmd|' /C calc'!A0"} for call in sample_calls()])
    )
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.value.startswith("=SUM(")
                elif isinstance(cell.value, str):
                    assert not cell.value.lstrip().startswith(("=", "+", "-", "@"))
                assert cell.hyperlink is None


@given(st.lists(st.text()))
def test_many_texts_are_made_plain_as_each_is(texts: list[str]) -> None:
    assert plain_texts(texts) == [plain_text(text) for text in texts]


@given(st.text())
def test_cells_never_start_as_formulas_and_keep_plain_words(text: str) -> None:
    safe = cell_text(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain_text(safe) == safe
    assert safe.removeprefix("'") == plain_text(text).removeprefix("'")


VALUES = st.one_of(
    st.text(),
    st.sampled_from(["_x0041_x0042_", "a\n", " a&<b>", "😀" * 17_000]),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(dt.datetime(1900, 1, 2)),
)


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_rows_are_written_as_xlsxwriter_writes_them(row: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        ours = Book(bare_facts(), path)
        ours.sheet("甲", [("列", 5)] * len(row)).add(row)
        ours.close()
        written = path.read_bytes()
    theirs = io.BytesIO()
    book = xlsxwriter.Workbook(theirs, {"constant_memory": True})
    sheet = book.add_worksheet("甲")
    for column, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(1, column, cell_text(value)[:CELL_LIMIT])
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(1, column, value)
        else:
            sheet.write_number(1, column, value)
    book.close()
    assert second_row(written) == second_row(theirs.getvalue())


def second_row(content: bytes) -> bytes:
    """Return the cells of the second row, their styles left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    return re.sub(rb' s="\d+"', b"", sheet[sheet.index(b'<row r="2">') : sheet.index(b"</sheetData>")])


def test_a_number_that_no_cell_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="no such number"):
        Book(bare_facts(), Path("book.xlsx")).sheet("甲", [("列", 5)]).add([float("nan")])


def test_the_same_facts_give_the_same_bytes_a_moment_later(content):
    time.sleep(2.1)
    assert write_book(full_facts(), sample_calls()) == content


@pytest.mark.parametrize("facts", [full_facts(), bare_facts()], ids=["full", "bare"])
def test_the_workbook_keeps_the_rules_of_office_open_xml(facts, tmp_path: Path):
    written = write_book(facts, sample_calls() if facts.hotspots else ())
    assert package_faults(written) == []
    (tmp_path / "workbook.xlsx").write_bytes(written)
    assert schema_faults(tmp_path / "workbook.xlsx") == []


def test_a_bare_week_has_all_sheets():
    book = load_book(write_book(bare_facts()))
    assert book.sheetnames == SHEETS
    assert book["部门"]["A2"].value == "未提供工单数据"


def test_fifty_thousand_calls_are_written_in_a_stream():
    call = sample_calls()[0]
    calls = [{**call, "msg_id": f"{number:013d}"} for number in range(50_000)]
    start = time.process_time()
    content = write_book(full_facts(), iter(calls))
    assert time.process_time() - start < 30
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.read("xl/worksheets/sheet5.xml").count(b"<row ") == 1 + 50_000 + 242


@given(st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6)), min_size=1, max_size=5))
def test_columns_of_texts_are_written_as_rows_are(texts: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        books = [Book(bare_facts(), Path(folder) / f"{number}.xlsx") for number in range(2)]
        sheets = [book.sheet("甲", [("一", 5), ("二", 5)]) for book in books]
        for sheet in sheets:
            sheet.add(("前", 1))
        for row in texts:
            sheets[0].add(row, wrapped=(1,))
        sheets[1].add_texts([[row[column] for row in texts] for column in range(2)], wrapped=(1,))
        for sheet, book in zip(sheets, books, strict=True):
            sheet.add(("后", 2))
            sheet.filter()
            book.close()
        assert books[0].path.read_bytes() == books[1].path.read_bytes()


def test_what_a_sheet_does_not_hold_is_told(monkeypatch):
    monkeypatch.setattr(xlsx_book, "SHEET_LIMIT", 100)
    book = load_book(write_book(full_facts(), sample_calls()), values=True)
    calls = rows(book["热点明细"])
    assert len(calls) == 98
    assert calls[-1][0] == f"另有{242 - 97}行：一张工作表最多100行，其余见 calls.csv 和 result.json"
    assert all(row[1] for row in calls[:-1])
    assert book["热点明细"].auto_filter.ref == "A1:J98"
    facts = dataclasses.replace(full_facts(), issues=full_facts().issues[:1] * 120)
    issues = rows(load_book(write_book(facts), values=True)["问题(事项×地点)"])
    assert [row[0] for row in issues[-2:]] == [calls[-1][0].replace("145", "23"), "合计"]
    assert issues[-1][4] == 120 * facts.issues[0].count


def test_change_of_a_part_is_signed():
    facts = dataclasses.replace(full_facts(), categories=(Part("甲", 5, 100.0, 10), Part("乙", 0, 0.0, None)))
    listed = rows(load_book(write_book(facts))["分类"])
    assert listed[0][4] == -0.5
    assert listed[1][3:] == [None, None]


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_the_same_totals(content, tmp_path: Path):
    (tmp_path / "workbook.xlsx").write_bytes(content)
    profile = (tmp_path / "profile").as_uri()
    sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    command = [str(SOFFICE), f"-env:UserInstallation={profile}", "--headless", "--convert-to", sheet, "workbook.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    (written,) = tmp_path.glob("*.csv")
    assert "有效诉求合计,1011" in written.read_text(encoding="utf-8")
