"""Spreadsheet files (xlsx, xlsm, xlsb, ods, old xls): the only module that imports python-calamine."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hotspot.errors import InputError
from hotspot.read.table import MAX_COLUMNS, Sheet, cell_text

MAX_UNPACKED: Final = 2 * 2**30  # bytes: a million calls with long texts unpack to about half of it
_RATIO: Final = 200  # spreadsheets pack about ten to one; only blanks and bombs exceed this


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise InputError("表格文件已损坏或不完整", where=path.name, fix="请重新导出或重新复制") from None
    names = {member.filename for member in members}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        found = "Word 文档" if "word/document.xml" in names else "压缩包"
        raise InputError("不是表格文件", where=path.name, found=found, fix="请给出 xlsx、xls 或 csv 格式的导出文件")
    if any(member.flag_bits & 1 for member in members):
        raise InputError("文件有密码保护", where=path.name, fix="请另存为不加密的表格")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > MAX_UNPACKED or (unpacked > 2**29 and unpacked > _RATIO * packed):
        found = f"解开后有 {unpacked / 2**30:.1f} GB"
        raise InputError("文件异常庞大，疑似压缩炸弹", where=path.name, found=found, fix="请拆分导出，或改用 csv")


def _check_ole(path: Path) -> None:
    with path.open("rb") as file:
        data = file.read(2**22)
    if "EncryptedPackage".encode("utf-16-le") in data or "EncryptionInfo".encode("utf-16-le") in data:
        raise InputError("文件有密码保护", where=path.name, fix="请另存为不加密的表格")
    if "WordDocument".encode("utf-16-le") in data:
        raise InputError(
            "不是表格文件", where=path.name, found="Word 文档", fix="请给出 xlsx、xls 或 csv 格式的导出文件"
        )


def read_workbook(path: Path) -> Iterator[Sheet]:
    """Yield the sheets of a spreadsheet file."""
    from python_calamine import CalamineError, CalamineWorkbook

    with path.open("rb") as file:
        is_zip = file.read(2) == b"PK"
    if is_zip:
        _check_zip(path)
    else:
        _check_ole(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = list(book.sheet_names)
        for name in names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_width > MAX_COLUMNS:
                found = f"{sheet.total_width}列"
                raise InputError("列数过多", where=f"{path.name} 工作表 {name}", found=found, fix="请检查导出是否正确")
            yield Sheet(path.name, name, _rows(sheet))
    except CalamineError as error:
        text = str(error).lower()
        if "password" in text or "encrypt" in text:
            raise InputError("文件有密码保护", where=path.name, fix="请另存为不加密的表格") from None
        raise InputError("表格文件已损坏或不完整", where=path.name, fix="请重新导出或重新复制") from None


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        yield number, [cell_text(value) for value in row]
