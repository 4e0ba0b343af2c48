"""The small export that all broken ones are made from, and the ways to write it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

HEADER = ["来电编号", "来电时间", "来电号码", "来电人", "诉求渠道", "诉求内容", "处理方式", "工单编号"]
SECRET = "15500001111"  # a phone that no message may repeat
WORDS = [
    "暖气不热",
    "拖欠工资",
    "路灯不亮",
    "停水两天",
    "噪音扰民",
    "占道经营",
    "公交晚点",
    "垃圾未清",
    "电梯故障",
    "井盖缺失",
]
Cells = list[list[object]]


@dataclass(frozen=True)
class Case:
    """A broken input: how it is made, and what must come of it.

    ``used`` is the number of calls that must be counted, ``None`` where the file must be refused; ``dropped`` the
    number of rows that must be listed as set aside (``None``: any); ``said`` a word that the message or the list of
    set-aside rows must hold.
    """

    family: str
    name: str
    make: Callable[[Path], Path]
    used: int | None
    dropped: int | None = 0
    said: str = ""


def calls(count: int = 20) -> list[list[str]]:
    """Return calls of the week of 2024-10-14, all different."""
    return [
        [
            f"63241014{n:05d}",
            f"2024-10-{14 + n % 7:02d} {8 + n % 12:02d}:{n % 60:02d}:00",
            SECRET,
            "王女士",
            "电话",
            f"和谐家园{n + 1}号楼{WORDS[n % 10]}，已有{n + 2}天，请尽快处理",
            "直接答复" if n % 3 else "工单转办",
            "" if n % 3 else f"HX24101460{n:05d}",
        ]
        for n in range(count)
    ]


def table(count: int = 20) -> list[list[str]]:
    """Return the header and calls."""
    return [HEADER, *calls(count)]


def changed(column: str, values: Sequence[str], count: int = 20) -> list[list[str]]:
    """Return the table with the first cells of a column replaced."""
    rows = table(count)
    place = HEADER.index(column)
    for row, value in zip(rows[1:], values, strict=False):
        row[place] = value
    return rows


def csv_text(rows: Sequence[Sequence[object]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Return rows as delimited text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def file_of(data: bytes | str, name: str = "来电.csv") -> Callable[[Path], Path]:
    """Return a maker of a file with this content."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
        return path

    return make


def csv_of(rows: Sequence[Sequence[object]], encoding: str = "utf-8", **how: object) -> Callable[[Path], Path]:
    """Return a maker of a delimited file."""
    return file_of(csv_text(rows, **how).encode(encoding, errors="surrogatepass" if "utf" in encoding else "strict"))  # type: ignore[arg-type]


def xlsx_bytes(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """Return a workbook; numbers stay numbers."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if hasattr(value, "year"):
                        sheet.write_datetime(r, c, value, day)  # type: ignore[arg-type]
                    elif value != "":
                        sheet.write(r, c, value)
    return out.getvalue()


def xlsx_of(rows: Sequence[Sequence[object]], name: str = "来电.xlsx") -> Callable[[Path], Path]:
    """Return a maker of a workbook with one sheet."""
    return file_of(xlsx_bytes({"Sheet1": rows}), name)


def hidden_xlsx(hidden: Sequence[str], sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """Return a workbook in which some sheets are hidden."""
    data = xlsx_bytes(sheets)
    book = zipfile.ZipFile(io.BytesIO(data)).read("xl/workbook.xml").decode()
    for name in hidden:
        book = book.replace(f'<sheet name="{name}"', f'<sheet name="{name}" state="hidden"')
    return zip_with(data, {"xl/workbook.xml": book.encode()})


def zip_with(data: bytes, replaced: dict[str, bytes | None]) -> bytes:
    """Return an archive with members replaced, added, or (``None``) removed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member not in replaced:
                new.writestr(member, old.read(member))
        for member, content in replaced.items():
            if content is not None:
                new.writestr(member, content)
    return out.getvalue()


def html_of(rows: Sequence[Sequence[object]], head: str = '<meta charset="utf-8">') -> str:
    """Return rows as a page with one table."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><head>{head}</head><body><table>{body}</table></body></html>"
