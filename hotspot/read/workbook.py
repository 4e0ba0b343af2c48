"""Spreadsheet files (xlsx, xlsm, old xls): the only module that imports python-calamine."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hotspot.errors import InputError
from hotspot.read.table import MAX_COLUMNS, Sheet, cell_text

MAX_UNPACKED: Final = 2 * 2**30  # bytes: a million calls with long texts unpack to about half of it
MAX_CELLS: Final = 64 * 2**20  # of a sheet's rectangle: the reader makes room for all of them, whether filled or not
LAST_ROW: Final = 2**20
_RATIO: Final = 200  # spreadsheets pack about ten to one; only blanks and bombs exceed this
_CHUNK: Final = 2**20
_OVERLAP: Final = 64
_WIDE_CELL: Final = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{2,8})[0-9]")
_FAR_ROW: Final = re.compile(rb"\br\s*=\s*[\"'][A-Za-z]{0,8}([0-9]{5,})[\"']")
_OTHERS: Final = (
    ("xl/workbook.bin", "xlsb 表格", "请另存为 xlsx"),
    ("content.xml", "ODF 文档", "请另存为 xlsx 或 csv"),
    ("word/document.xml", "Word 文档", "请给出 xlsx、xls 或 csv 格式的导出文件"),
)


def read_workbook(path: Path) -> Iterator[Sheet]:
    """Yield the sheets of a spreadsheet file."""
    from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum

    with path.open("rb") as file:
        is_zip = file.read(2) == b"PK"
    if is_zip:
        _check_zip(path)
    else:
        _check_ole(path)
    try:
        book = _open(path, is_zip)
        for seen in book.sheets_metadata:
            if seen.typ != SheetTypeEnum.WorkSheet:  # a chart or a macro
                continue
            name = seen.name
            if seen.visible != SheetVisibleEnum.Visible:
                yield Sheet(path.name, name, (), hidden=True)
                continue
            sheet = book.get_sheet_by_name(name)
            if sheet.total_width > MAX_COLUMNS:
                raise _too_wide(path, sheet.total_width)
            yield Sheet(path.name, name, _rows(sheet))
    except CalamineError as error:
        text = str(error).lower()
        raise _locked(path) if "password" in text or "encrypt" in text else _damaged(path) from None
    except InputError:
        raise
    except (OSError, ValueError, MemoryError):
        raise _damaged(path) from None
    except BaseException as error:  # a panic of the Rust library is no Exception
        if type(error).__name__ == "PanicException":
            raise _damaged(path) from None
        raise


def _open(path: Path, is_zip: bool) -> Any:
    """Open a workbook; the library believes the ending where it is given a path, so a wrong one is kept from it."""
    from python_calamine import CalamineWorkbook

    if path.suffix.lower() in ((".xlsx", ".xlsm") if is_zip else (".xls", ".et")):
        return CalamineWorkbook.from_path(str(path))
    return CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))


def _damaged(path: Path) -> InputError:
    return InputError("表格文件已损坏或不完整", where=path.name, fix="请重新导出或重新复制")


def _locked(path: Path) -> InputError:
    return InputError("文件有密码保护", where=path.name, fix="请另存为不加密的表格")


def _too_big(path: Path, found: str) -> InputError:
    return InputError("文件异常庞大，疑似压缩炸弹", where=path.name, found=found, fix="请拆分导出，或改用 csv")


def _too_wide(path: Path, width: int) -> InputError:
    return InputError("列数过多", where=path.name, found=f"{width}列", fix="请检查导出是否正确")


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if "xl/workbook.xml" not in names:
                kind, fix = next(((k, f) for name, k, f in _OTHERS if name in names), ("压缩包", "请先解压"))
                raise InputError("不是可读的表格文件", where=path.name, found=kind, fix=fix)
            if any(member.flag_bits & 1 for member in members):
                raise _locked(path)
            unpacked = sum(member.file_size for member in members)
            packed = sum(member.compress_size for member in members)
            if unpacked > MAX_UNPACKED or (unpacked > 2**29 and unpacked > _RATIO * packed):
                raise _too_big(path, f"解开后有 {unpacked / 2**30:.1f} GB")
            for member in members:
                if member.filename.startswith("xl/") and member.filename.endswith(".xml"):
                    _check_member(path, archive, member)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError):
        raise _damaged(path) from None


def _check_member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack a member once: its size must be what the archive says, its farthest cell within reason."""
    is_sheet = "worksheets/" in member.filename
    width, height = 26, 0  # columns A to Z are not looked for: they are always affordable
    rest = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            if not is_sheet:
                continue
            data = rest + chunk
            width = max(width, *(_column(name) for name in set(_WIDE_CELL.findall(data))), 0)
            height = max(height, *(int(row[:9]) for row in set(_FAR_ROW.findall(data))), 0)
            rest = data[-_OVERLAP:]
    if width > MAX_COLUMNS:
        raise _too_wide(path, width)
    if height > LAST_ROW:
        raise _damaged(path)
    if width * max(height, 10_000) > MAX_CELLS:
        raise _too_big(path, f"{height}行、{width}列")


def _column(name: bytes) -> int:
    """Return the number of a column, counted from 1.

    Examples
    --------
    >>> _column(b"AA"), _column(b"XFD")
    (27, 16384)
    """
    number = 0
    for sign in name.upper():
        number = number * 26 + sign - 64
    return number


def _check_ole(path: Path) -> None:
    with path.open("rb") as file:
        data = file.read(2**22)
    if "EncryptedPackage".encode("utf-16-le") in data or "EncryptionInfo".encode("utf-16-le") in data:
        raise _locked(path)
    if "WordDocument".encode("utf-16-le") in data:
        fix = "请给出 xlsx、xls 或 csv 格式的导出文件"
        raise InputError("不是可读的表格文件", where=path.name, found="Word 文档", fix=fix)


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, [cell_text(value) for value in row]
