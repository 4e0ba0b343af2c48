"""A workbook whose rows are written as XML: styles, heads and settings are xlsxwriter's, the rows below them are not.

xlsxwriter takes a dozen calls for each cell, which made the workbook the slowest of the documents. The rows are put
into its sheets when it is done, as it would have written them.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import string
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from hotspot.report.render.plain import cell_text
from hotspot.report.render.zipped import Member, write_fixed
from hotspot.schema import Facts

CELL_LIMIT: Final = 32_767  # UTF-16 units that a cell holds
SHEET_LIMIT: Final = 1_048_576  # rows of a sheet
_FOOT: Final = 2  # rows kept for the note on what did not fit and for a sum
Row = Sequence[object]
_EPOCH: Final = dt.datetime(1899, 12, 31)  # day 0 of a spreadsheet
_NO_LEAP_DAY: Final = 59  # after this day a spreadsheet counts February 29, 1900
_DIMENSION: Final = re.compile(rb'(<dimension ref="A1:[A-Z]+)1"')
_ROWS_END: Final = b"</sheetData>"
_PART: Final = 1_000  # rows that are held as texts
_HELD: Final = 2**20  # bytes of a sheet's rows that are held in memory; more go to the disk
_PIECE: Final = 2**20
_SPECIAL: Final = re.compile(r"[&<>]|_x[0-9a-fA-F]{4}_|\A\s|\s\Z")
_NUMBERED: Final = re.compile(r"_x[0-9a-fA-F]{4}_")  # what a spreadsheet reads as a sign told by its number
Cell = tuple[int, Any, str]  # column, format, what follows the style


class Book:
    """A workbook in the making: its formats, and sheets that are written downwards only.

    Parameters
    ----------
    facts : Facts
    path : Path
        Where it is written when it is done; rows wait beside it.
    """

    def __init__(self, facts: Facts, path: Path) -> None:
        self.path = path
        self._out = io.BytesIO()
        options = {"in_memory": False, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                   "strings_to_numbers": False}  # fmt: skip
        self._book = book = xlsxwriter.Workbook(self._out, options)
        self._sheets: list[Sheet] = []
        created = dt.datetime.combine(facts.head.issue_date, dt.time())
        book.set_properties({"title": f"{facts.head.title}{facts.head.subtitle}", "author": facts.head.office,
                             "created": created})  # fmt: skip
        base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        self.text = book.add_format({**base, "num_format": "@"})
        self.wrapped = book.add_format({**base, "num_format": "@", "text_wrap": True, "valign": "top"})
        self.whole = book.add_format({**base, "num_format": "#,##0"})
        self.percent = book.add_format({**base, "num_format": "0.00%"})
        self.decimal = book.add_format({**base, "num_format": "0.00"})
        self.small = book.add_format({**base, "num_format": "0.0000"})
        self.day = book.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left"})
        self.moment = book.add_format({**base, "num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self.head = book.add_format({**base, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF",
                                     "text_wrap": True, "border": 1, "border_color": "#9FB9D3",
                                     "align": "center"})  # fmt: skip
        self.total = book.add_format({**base, "num_format": "#,##0", "bold": True, "top": 1})
        self.total_text = book.add_format({**base, "num_format": "@", "bold": True, "top": 1})

        self.style(self.head)

    def style(self, form: Any) -> int:
        """Return the number of a format: xlsxwriter gives the next one at its first use."""
        return int(form._get_xf_index())

    def sheet(self, name: str, columns: Sequence[tuple[str, float]]) -> Sheet:
        """Return a new sheet with these titles and widths of columns."""
        self._sheets.append(Sheet(self, self._book.add_worksheet(name), columns))
        return self._sheets[-1]

    def close(self) -> None:
        """Write the workbook."""
        rows = {f"xl/worksheets/sheet{number}.xml": sheet.close() for number, sheet in enumerate(self._sheets, start=1)}
        self._book.close()
        with self.path.open("wb") as file:
            write_fixed(self._out, file, rows)


class Sheet:
    """A sheet with a frozen head; each call writes the next row."""

    def __init__(self, book: Book, sheet: Any, columns: Sequence[tuple[str, float]]) -> None:
        self._book, self._sheet, self._columns = book, sheet, columns
        self._letters = string.ascii_uppercase[: len(columns)]
        self._rows: list[str] = []
        self._written = tempfile.SpooledTemporaryFile(_HELD, dir=str(book.path.parent))  # noqa: SIM115 - closed by `_pieces`
        self._waiting: list[Cell] = []
        self._last = self.next_row = 1
        self._left_out = 0
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for number, (_, width) in enumerate(columns):
            sheet.set_column(number, number, width)
        sheet.set_row(0, 24)
        for number, (title, _) in enumerate(columns):
            sheet.write_string(0, number, title, book.head)

    def add(
        self,
        row: Row,
        *,
        percents: Collection[int] = (),
        wrapped: Collection[int] = (),
        small: Collection[int] = (),
    ) -> int:
        """Write a row, tell its number as a spreadsheet counts (from 1). A cell of ``None`` stays empty.

        Rows beyond what a sheet holds are counted; `filter` tells how many.
        """
        if self.next_row >= SHEET_LIMIT - _FOOT:
            self._left_out += 1
            return self.next_row
        return self._put(
            (column, *self._cell(value, column in percents, column in wrapped, column in small))
            for column, value in enumerate(row)
            if value is not None
        )

    def add_texts(self, columns: Sequence[Sequence[str]], *, wrapped: Collection[int] = ()) -> None:
        """Write rows of texts (at least one), given as columns, as `add` does, but without a step for each cell."""
        self._write_waiting()
        self._waiting = []
        room = SHEET_LIMIT - _FOOT - self.next_row
        self._left_out += max(0, len(columns[0]) - room)
        cells = []
        for at, (letter, column) in enumerate(zip(self._letters, columns, strict=True)):
            style = self._book.style(self._book.wrapped if at in wrapped else self._book.text)
            told = {text: f'" s="{style}"{_string(text)}' for text in set(column)}
            rows = enumerate(islice(column, max(0, room)), start=self.next_row + 1)
            cells.append([f'<c r="{letter}{row}{told[text]}' for row, text in rows])
        for row in map("".join, zip(*cells, strict=True)):
            self.next_row += 1
            self._rows.append(f'<row r="{self.next_row}">{row}</row>')
            self._last = self.next_row
        self._write_rows()

    def _cell(self, value: object, percent: bool, wrapped: bool, small: bool) -> tuple[Any, str]:
        """Return the format of a cell and what follows the style in its XML."""
        book = self._book
        match value:
            case str():
                return book.wrapped if wrapped else book.text, _string(value)
            case dt.datetime():
                return book.moment, _number(_serial_day(value))
            case dt.date():
                return book.day, _number(_serial_day(dt.datetime.combine(value, dt.time())))
            case bool():
                return book.text, _string("是" if value else "")
            case int():
                return book.whole, _number(value)
            case float():
                form = book.percent if percent else book.small if small else book.decimal
                return form, _number(round(value / 100, 6) if percent else value)
            case _:
                return book.wrapped if wrapped else book.text, _string(str(value))

    def add_total(self, label: str, column: int, first: int, last: int, value: int) -> None:
        """Write the sum of a column as a formula, with its value beside it for readers that do not compute."""
        letter = self._letters[column]
        formula = f"SUM({letter}{first}:{letter}{last})" if last >= first else "0"
        total = f"><f>{formula}</f><v>{value}</v></c>"
        self._put([(0, self._book.total_text, _string(label)), (column, self._book.total, total)])

    def _put(self, cells: Iterable[Cell]) -> int:
        """Take the cells of the next row. The formats of the row before are used now and not earlier: see `style`."""
        self._write_waiting()
        self._waiting = list(cells)
        self.next_row += 1
        return self.next_row

    def _write_waiting(self) -> None:
        row, style, letters = self.next_row, self._book.style, self._letters
        cells = "".join(
            [f'<c r="{letters[column]}{row}" s="{style(form)}"{rest}' for column, form, rest in self._waiting]
        )
        if cells:
            self._rows.append(f'<row r="{row}">{cells}</row>')
            self._last = row
            if len(self._rows) >= _PART:
                self._write_rows()

    def _write_rows(self) -> None:
        self._written.write("".join(self._rows).encode())
        self._rows.clear()

    def filter(self) -> None:
        """Put filters on the head, over the rows written so far; a sheet without rows says so."""
        if self.next_row == 1:
            self.add(("（无）",))
        self._sheet.autofilter(0, 0, max(1, self.next_row - 1), len(self._columns) - 1)
        if self._left_out:
            told = f"另有{self._left_out}行：一张工作表最多{SHEET_LIMIT}行，其余见 calls.csv 和 result.json"
            self._put([(0, self._book.text, _string(told))])

    def close(self) -> Callable[[bytes], Member]:
        """Return what puts the rows into the sheet that xlsxwriter writes."""
        self._write_waiting()
        self._write_rows()
        size = self._written.tell()

        def fill(part: bytes) -> Member:
            sized = _DIMENSION.sub(rb'\g<1>%d"' % self._last, part, count=1)
            head, end, foot = sized.partition(_ROWS_END)
            return Member(len(sized) + size, self._pieces(head, end + foot))

        return fill

    def _pieces(self, head: bytes, foot: bytes) -> Iterator[bytes]:
        yield head
        with self._written as rows:
            rows.seek(0)
            while piece := rows.read(_PIECE):
                yield piece
        yield foot


def _string(text: str) -> str:
    """Return what follows the style of a cell that holds a text."""
    safe = _shorten(cell_text(text)[:CELL_LIMIT])
    space = ""
    if _SPECIAL.search(safe):
        space = ' xml:space="preserve"' if safe != safe.strip() else ""
        safe = _NUMBERED.sub(r"_x005F\g<0>", safe)
        safe = safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{space}>{safe}</t></is></c>'


def _shorten(text: str) -> str:
    """Return as much of a text as a cell holds, which counts signs beyond U+FFFF twice."""
    units = text.encode("utf-16-le") if len(text) > CELL_LIMIT // 2 else b""
    return units[: 2 * CELL_LIMIT].decode("utf-16-le", "ignore") if len(units) > 2 * CELL_LIMIT else text


def _number(value: float) -> str:
    """Return what follows the style of a cell that holds a number."""
    if not math.isfinite(value):
        raise ValueError("a cell holds no such number")
    return f"><v>{value:.16G}</v></c>"


def _serial_day(time: dt.datetime) -> float:
    """Return a time as a spreadsheet counts it, in days."""
    past = time - _EPOCH
    days = past.days + (past.seconds + past.microseconds / 1e6) / 86_400
    return days + 1 if days > _NO_LEAP_DAY else days
