"""Spreadsheets that are really HTML, or the XML of old spreadsheet programs, whatever their ending."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from hotspot.errors import InputError
from hotspot.read.encoding import decode
from hotspot.read.table import MAX_COLUMNS, Sheet

_MARKUP: Final = re.compile(rb"<(?:!doctype|html|head|meta|table|\?xml|workbook|style|body)\b", re.IGNORECASE)
_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?([-\w]+)", re.IGNORECASE)
_ROWS: Final = frozenset({"tr", "row"})
_CELLS: Final = frozenset({"td", "th", "cell"})
_TABLES: Final = frozenset({"table", "worksheet"})
_SILENT: Final = frozenset({"script", "style"})


def is_markup(head: bytes) -> bool:
    """Whether a file that begins like this is HTML or XML.

    Examples
    --------
    >>> is_markup(b"<html><table>"), is_markup(b"a,b")
    (True, False)
    """
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return plain.startswith(b"<") and _MARKUP.search(plain[:2048]) is not None


class _Tables(HTMLParser):
    """Collects the rows of all tables; nested tables are read as part of their cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._span = 1
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        if name in _SILENT:
            self._silent += 1
        elif name in _ROWS:
            self._end_row()
            self._row = []
        elif name in _CELLS and self._row is not None:
            self._end_cell()
            self._cell = []
            given = dict(attrs)
            self._span = _number(given.get("colspan")) or _number(given.get("ss:mergeacross"), plus=1) or 1
            index = _number(given.get("ss:index"))
            self._row += [""] * max(0, min(index - 1 - len(self._row), MAX_COLUMNS))
        elif name in ("br", "p", "div") and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif name in _CELLS:
            self._end_cell()
        elif name in _ROWS or name in _TABLES:
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._end_row()

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            self._row.append("".join(self._cell).strip())
            self._row += [""] * min(self._span - 1, MAX_COLUMNS)
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self.rows.append(self._row)
        self._row = None


def _number(text: str | None, plus: int = 0) -> int:
    return int(text) + plus if text and text.isascii() and text.isdigit() and len(text) < 6 else 0


def read_markup(path: Path) -> Iterator[Sheet]:
    """Yield the tables of an HTML or XML file as one sheet."""
    data = path.read_bytes()
    charset = _CHARSET.search(data[:4096])
    named = charset.group(1).decode("ascii").lower() if charset else ""
    text = decode(data, path.name, "gb18030" if named in ("gb2312", "gbk") else named)
    tables = _Tables()
    tables.feed(text)
    tables.close()
    if not tables.rows:
        raise InputError("网页格式的文件里没有表格", where=path.name, fix="请重新导出为 xlsx 或 csv")
    yield Sheet(path.name, "", list(enumerate(tables.rows, start=1)))
