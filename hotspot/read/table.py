"""Files as sheets of text cells: which files a path means, and which format each one has."""

from __future__ import annotations

import datetime as dt
import glob
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hotspot.errors import InputError
from hotspot.text.normalise import drop_invisible

MAX_COLUMNS: Final = 700  # a spreadsheet of an office has some dozens; more is a broken file
EXACT_FLOAT: Final = 10**15  # a spreadsheet keeps fifteen digits of a number: longer ids are no longer what they were
_ENDINGS: Final = (
    ".xlsx",
    ".xls",
    ".xlsm",
    ".xlsb",
    ".ods",
    ".et",
    ".csv",
    ".tsv",
    ".txt",
    ".parquet",
    ".html",
    ".htm",
)
_FOREIGN: Final = (
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"%PDF", "PDF 文件"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"SQLite format 3", "SQLite 数据库"),
    (b"\x7fELF", "程序文件"),
    (b"MZ", "程序文件"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that could not be taken from its file."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of one file. Each row comes with its number, counted from 1 as a spreadsheet shows it."""

    file: str
    name: str
    rows: Iterable[tuple[int, list[str]]]
    faults: Sequence[Fault] = ()  # complete once the rows have been read
    hidden: bool = False  # what its author does not show is not counted

    @property
    def where(self) -> str:
        """How a message calls it."""
        return f"{self.file} 工作表 {drop_invisible(self.name)}" if self.name else self.file


def cell_text(value: object) -> str:
    """Return what a typed cell says as text; numbers that lost digits come out in scientific notation.

    Examples
    --------
    >>> cell_text(6324101400001.0), cell_text(6.32410140000123e17), cell_text(dt.date(2024, 10, 14))
    ('6324101400001', '6.32410140000123e+17', '2024-10-14')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < EXACT_FLOAT:
            return str(int(value))
        return f"{value:.17g}" if abs(value) < EXACT_FLOAT else f"{value:.15g}".replace("E", "e")
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat(" ", "seconds")
    return str(value)


def find_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files that paths mean: files, the tables in folders, the matches of patterns; each once, sorted."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = _tables_in(path)
            if not inside:
                raise InputError("文件夹里没有可读的表格", where=path.name, fix="支持 xlsx、xls、csv、tsv、parquet")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            matches = sorted(glob.glob(str(path)))
            if not matches:
                raise InputError("找不到文件", where=str(path), fix="请检查路径和文件名")
            found += [Path(match) for match in matches if not Path(match).is_dir()]
    unique = {os.path.realpath(file): file for file in reversed(found)}
    return sorted(unique.values(), key=lambda file: (file.name, str(file)))


def _tables_in(folder: Path) -> list[Path]:
    try:
        names = sorted(folder.iterdir())
    except OSError:
        raise InputError("没有读取权限", where=folder.name, fix="请检查文件夹权限") from None
    return [path for path in names if path.suffix.lower() in _ENDINGS and not path.name.startswith(("~", "."))]


def _first_bytes(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError("不是普通文件", where=path.name, fix="请给出表格文件，而不是设备、管道或文件夹")
        with path.open("rb") as file:
            return file.read(4096)
    except PermissionError:
        raise InputError("没有读取权限", where=path.name, fix="请检查文件权限") from None
    except FileNotFoundError:
        raise InputError("找不到文件", where=path.name, fix="请检查路径和文件名") from None
    except OSError:
        raise InputError("无法读取文件", where=path.name, fix="请检查磁盘和路径") from None


def read_sheets(path: Path) -> Iterator[Sheet]:
    """Yield the sheets of a file, whatever its ending says that it is.

    Raises
    ------
    InputError
        Where the file cannot be a table.
    """
    # Each format's library is loaded only when a file needs it.
    head = _first_bytes(path)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise InputError("文件是空的", where=path.name, fix="请重新导出")
    for magic, kind in _FOREIGN:
        if head.startswith(magic):
            raise InputError("不是表格文件", where=path.name, found=kind, fix="请给出 xlsx、xls 或 csv 格式的导出文件")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        from hotspot.read.workbook import read_workbook

        return read_workbook(path)
    if head.startswith(b"PAR1"):
        from hotspot.read.columnar import read_parquet

        return read_parquet(path)
    from hotspot.read.markup import is_markup, read_markup

    if is_markup(head):
        return read_markup(path)
    from hotspot.read.delimited import read_delimited

    return read_delimited(path)
