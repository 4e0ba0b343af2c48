"""Files that are not what their names say, broken workbooks, and paths that lead nowhere."""

from __future__ import annotations

import csv
import gzip
import io
import os
import sqlite3
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from badinput.making import (
    HEADER,
    Case,
    calls,
    csv_text,
    file_of,
    hidden_xlsx,
    html_of,
    table,
    xlsx_bytes,
    xlsx_of,
    zip_with,
)

GOOD = xlsx_bytes({"Sheet1": table()})
SHEET = "xl/worksheets/sheet1.xml"


def empty() -> Iterator[Case]:
    """Nothing there."""
    for name, data in (("零字节", b""), ("只有 BOM", b"\xef\xbb\xbf"), ("只有空白", b" \r\n\t\r\n")):
        yield Case("空文件", name, file_of(data), None, said="空")
    yield Case("空文件", "零字节 xlsx", file_of(b"", "来电.xlsx"), None, said="空")
    header = csv_text([HEADER])
    yield Case("空文件", "只有表头 csv", file_of(header), None, said="只有表头")
    yield Case("空文件", "只有表头 xlsx", xlsx_of([HEADER]), None, said="只有表头")
    yield Case("空文件", "只有标题 xlsx", xlsx_of([["格尔木市来电记录"]]), None)
    yield Case("空文件", "空工作表", file_of(xlsx_bytes({"Sheet1": []}), "来电.xlsx"), None, said="空")
    yield Case("空文件", "三张空工作表", file_of(xlsx_bytes({"a": [], "b": [], "c": []}), "来电.xlsx"), None, said="空")
    two = xlsx_bytes({"说明": [["本表为导出数据"]], "来电": table(), "空表": []})
    yield Case("空文件", "数据在第二张表", file_of(two, "来电.xlsx"), 20, 0, "未读取")
    halves = xlsx_bytes({"一": table()[:11], "二": [HEADER, *calls()[10:]]})
    yield Case("空文件", "数据分两张表", file_of(halves, "来电.xlsx"), 20)


def disguised() -> Iterator[Case]:
    """The content decides, not the ending."""
    png = b"\x89PNG\r\n\x1a\n" + b"\x00" * 200
    for name, data in (
        ("png", png),
        ("jpeg", b"\xff\xd8\xff\xe0" + b"\x00" * 200),
        ("gif", b"GIF89a" + b"\x00" * 50),
        ("pdf", b"%PDF-1.7\n" + b"x" * 100),
        ("gzip", gzip.compress(b"a" * 100)),
        ("rar", b"Rar!\x1a\x07" + b"x" * 100),
        ("程序", b"\x7fELF" + b"\x00" * 100),
        ("7z", b"7z\xbc\xaf\x27\x1c" + b"x" * 100),
    ):
        yield Case("假扩展名", f"{name} 改名 xlsx", file_of(data, "来电.xlsx"), None, said="不是表格")
    yield Case("假扩展名", "png 改名 csv", file_of(png), None, said="不是表格")
    word = zip_with(GOOD, {"xl/workbook.xml": None, "word/document.xml": b"<w/>"})
    yield Case("假扩展名", "docx 改名 xlsx", file_of(word, "来电.xlsx"), None, said="Word")
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("来电.csv", csv_text(table()))
    yield Case("假扩展名", "zip 改名 xlsx", file_of(plain.getvalue(), "来电.xlsx"), None, said="压缩包")
    page = html_of(table())
    yield Case("假扩展名", "html 改名 xls", file_of(page, "来电.xls"), 20)
    yield Case("假扩展名", "html 改名 xlsx", file_of(page, "来电.xlsx"), 20)
    gbk = html_of(table(), '<meta charset="gb2312">').encode("gb18030")
    yield Case("假扩展名", "gb2312 的 html 改名 xls", file_of(gbk, "来电.xls"), 20)
    wrong = html_of(table(), '<meta charset="gb2312">')
    yield Case("假扩展名", "html 声明的编码不对", file_of(wrong, "来电.xls"), 20)
    yield Case(
        "假扩展名", "没有闭合标签的 html", file_of(page.replace("</td>", "").replace("</tr>", ""), "来电.xls"), 20
    )
    yield Case(
        "假扩展名", "没有表格的 html", file_of("<html><body>请登录</body></html>", "来电.xls"), None, said="没有表格"
    )
    script = page.replace("<table>", "<script>var a='<td>';</script><table>")
    yield Case("假扩展名", "有脚本的 html", file_of(script, "来电.xls"), 20)
    merged = page.replace("<tr>", "<tr><td colspan=8>来电记录</td></tr><tr>", 1)
    yield Case("假扩展名", "有合并标题的 html", file_of(merged, "来电.xls"), 20)
    yield Case(
        "假扩展名", "colspan 巨大", file_of(page.replace("<td>", "<td colspan=99999>", 1), "来电.xls"), None, None
    )
    yield Case("假扩展名", "嵌套二十万层", file_of("<table>" * 200_000 + page, "来电.xls"), 20)
    tabs = csv_text(table(), delimiter="\t")
    yield Case("假扩展名", "制表符文本改名 xls", file_of(tabs, "来电.xls"), 20)
    yield Case("假扩展名", "utf-16 制表符文本改名 xls", file_of(tabs.encode("utf-16"), "来电.xls"), 20)
    yield Case("假扩展名", "xlsx 改名 csv", file_of(GOOD, "来电.csv"), 20)
    yield Case("假扩展名", "xlsx 改名 xls", file_of(GOOD, "来电.xls"), 20)
    cells = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{c}</Data></Cell>' for c in row) + "</Row>" for row in table()
    )
    book = f'<?xml version="1.0"?><Workbook><Worksheet><Table>{cells}</Table></Worksheet></Workbook>'
    yield Case("假扩展名", "2003 版 xml 表格", file_of(book, "来电.xls"), 20)


def _sqlite(folder: Path) -> Path:
    path = folder / "来电.xlsx"
    with sqlite3.connect(path) as base:
        base.execute("create table t(a)")
    return path


def _ole(words: bytes) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500 + words + b"\x00" * 3_000


def workbooks() -> Iterator[Case]:
    """Workbooks cut short, locked, blown up."""
    for share in (1, 5, 10, 25, 50, 75, 90, 99):
        cut = GOOD[: len(GOOD) * share // 100]
        yield Case("坏工作簿", f"只有前 {share}%", file_of(cut, "来电.xlsx"), None, said="损坏")
    yield Case("坏工作簿", "少最后一个字节", file_of(GOOD[:-1], "来电.xlsx"), None, None)
    middle = len(GOOD) // 3
    flipped = GOOD[:middle] + bytes(byte ^ 0xFF for byte in GOOD[middle : middle + 64]) + GOOD[middle + 64 :]
    yield Case("坏工作簿", "中间六十四字节翻转", file_of(flipped, "来电.xlsx"), None)
    locked = _ole("EncryptedPackage".encode("utf-16-le"))
    yield Case("坏工作簿", "加密 xlsx", file_of(locked, "来电.xlsx"), None, said="密码")
    yield Case("坏工作簿", "空的 OLE", file_of(_ole(b""), "来电.xls"), None, said="损坏")
    yield Case(
        "坏工作簿", "doc 改名 xls", file_of(_ole("WordDocument".encode("utf-16-le")), "来电.xls"), None, said="Word"
    )
    yield Case("坏工作簿", "缺工作表", file_of(zip_with(GOOD, {SHEET: None}), "来电.xlsx"), None)
    yield Case("坏工作簿", "工作表不是 xml", file_of(zip_with(GOOD, {SHEET: b"\x00\x01not xml"}), "来电.xlsx"), None)
    sheet = zipfile.ZipFile(io.BytesIO(GOOD)).read(SHEET)
    yield Case(
        "坏工作簿", "工作表 xml 截断", file_of(zip_with(GOOD, {SHEET: sheet[: len(sheet) // 2]}), "来电.xlsx"), None
    )
    yield Case("坏工作簿", "缺共享字符串", file_of(zip_with(GOOD, {"xl/sharedStrings.xml": None}), "来电.xlsx"), None)
    far = sheet.replace(b'r="A1"', b'r="XFD1"', 1)
    yield Case("坏工作簿", "单元格在 XFD 列", file_of(zip_with(GOOD, {SHEET: far}), "来电.xlsx"), None, said="列数")
    deep = sheet.replace(b'<row r="21"', b'<row r="1048576"').replace(b'21"', b'1048576"')
    yield Case("坏工作簿", "最后一行在 1048576", file_of(zip_with(GOOD, {SHEET: deep}), "来电.xlsx"), 20)
    beyond = sheet.replace(b'r="A21"', b'r="A4000000000"')
    yield Case("坏工作簿", "行号四十亿", file_of(zip_with(GOOD, {SHEET: beyond}), "来电.xlsx"), None, said="损坏")
    corner = sheet.replace(b'r="A21"', b'r="ZZ1048576"')
    yield Case(
        "坏工作簿", "单元格在 ZZ1048576", file_of(zip_with(GOOD, {SHEET: corner}), "来电.xlsx"), None, said="列数"
    )
    square = sheet.replace(b'r="A21"', b'r="CZ1048576"')
    yield Case(
        "坏工作簿", "单元格在 CZ1048576", file_of(zip_with(GOOD, {SHEET: square}), "来电.xlsx"), None, said="庞大"
    )
    yield Case("坏工作簿", "1048576 行空白", _blank_rows, 20)
    yield Case("坏工作簿", "四 GB 压缩炸弹", _bomb, None, said="庞大")
    yield Case("坏工作簿", "大小不实的压缩炸弹", _lying_bomb, None)
    links = {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    yield Case("坏工作簿", "外部链接", file_of(zip_with(GOOD, links), "来电.xlsx"), 20)
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    strings = zipfile.ZipFile(io.BytesIO(GOOD)).read("xl/sharedStrings.xml")
    billion = entity + strings.split(b"?>", 1)[1].replace("王女士".encode(), b"&b;", 1)
    yield Case(
        "坏工作簿",
        "xml 实体膨胀",
        file_of(zip_with(GOOD, {"xl/sharedStrings.xml": billion}), "来电.xlsx"),
        None,
        said="损坏",
    )
    errors = [[cell if n != 4 else "#REF!" for n, cell in enumerate(row)] for row in table()[1:]]
    both = {"来电": table(), "旧表": [HEADER, *([f"旧{row[0]}", *row[1:]] for row in calls())]}
    yield Case("坏工作簿", "有隐藏的旧表", file_of(hidden_xlsx(["旧表"], both), "来电.xlsx"), 20, 0, "隐藏")
    all_hidden = hidden_xlsx(["来电", "旧表"], both)
    yield Case("坏工作簿", "工作表全部隐藏", file_of(all_hidden, "来电.xlsx"), None, said="隐藏")
    yield Case("坏工作簿", "错误值", xlsx_of([HEADER, *errors]), 20)
    yield Case("坏工作簿", "sqlite 改名", _sqlite, None, said="不是表格")
    odf = zip_with(GOOD, {"xl/workbook.xml": None, "content.xml": b"<a/>"})
    yield Case("坏工作簿", "ods", file_of(odf, "来电.ods"), None, said="xlsx")
    yield Case("坏工作簿", "parquet 截断", file_of(b"PAR1" + b"\x00" * 50, "来电.parquet"), None)


def _blank_rows(folder: Path) -> Path:
    sheet = zipfile.ZipFile(io.BytesIO(GOOD)).read(SHEET)
    blanks = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(22, 2**20 + 1))
    path = folder / "来电.xlsx"
    path.write_bytes(zip_with(GOOD, {SHEET: sheet.replace(b"</sheetData>", blanks + b"</sheetData>")}))
    return path


def _bomb(folder: Path) -> Path:
    path = folder / "来电.xlsx"
    path.write_bytes(zip_with(GOOD, {SHEET: None}))
    block = b" " * 2**24
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(SHEET, "w", force_zip64=True) as member,
    ):
        for _ in range(256):
            member.write(block)
    return path


def _lying_bomb(folder: Path) -> Path:
    data = zip_with(GOOD, {SHEET: b" " * 2**27})
    true = struct.pack("<L", 2**27)
    path = folder / "来电.xlsx"
    path.write_bytes(data.replace(true, struct.pack("<L", 1_000)))
    return path


def paths() -> Iterator[Case]:
    """Paths that are no ordinary file."""
    text = csv_text(table(), quoting=csv.QUOTE_MINIMAL)
    yield Case("路径", "没有这个文件", lambda folder: folder / "没有.xlsx", None, said="找不到")
    yield Case("路径", "没有匹配的通配符", lambda folder: folder / "*.csv", None, said="找不到")
    yield Case("路径", "空文件夹", lambda folder: folder, None, said="没有可读的表格")
    yield Case("路径", "文件名有空格与汉字", file_of(text, "第 42 周（来电）.csv"), 20)
    yield Case("路径", "文件名有换行", file_of(text, "来\n电.csv"), 20)
    yield Case("路径", "大写扩展名", file_of(GOOD, "来电.XLSX"), 20)
    yield Case("路径", "没有扩展名", file_of(text, "来电"), 20)
    yield Case("路径", "名字很长", file_of(text, "来" * 80 + ".csv"), 20)
    yield Case("路径", "文件名有方括号", file_of(text, "[来电].csv"), 20)
    yield Case("路径", "文件夹", _folder, 20)
    yield Case("路径", "通配符", lambda folder: _folder(folder) / "*.csv", 20)
    yield Case("路径", "文件夹改名 xlsx", _named_folder, None, said="没有可读的表格")
    yield Case("路径", "管道", _fifo, None, said="普通文件")
    yield Case("路径", "设备", lambda folder: Path("/dev/zero"), None, said="普通文件")
    yield Case("路径", "断开的链接", _dangling, None, said="找不到")
    yield Case("路径", "自指的链接", _loop, None)
    yield Case("路径", "无权读取", _unreadable, 20 if os.geteuid() == 0 else None, None)


def _folder(folder: Path) -> Path:
    inside = folder / "导出"
    inside.mkdir()
    rows = table()
    (inside / "一.csv").write_bytes(csv_text(rows[:11]).encode("gb18030"))
    (inside / "二.csv").write_text(csv_text([HEADER, *rows[11:]]), encoding="utf-8")
    (inside / "说明.docx").write_bytes(b"x")
    (inside / "~$二.xlsx").write_bytes(b"x")
    return inside


def _named_folder(folder: Path) -> Path:
    (folder / "来电.xlsx").mkdir()
    return folder / "来电.xlsx"


def _fifo(folder: Path) -> Path:
    os.mkfifo(folder / "来电.csv")
    return folder / "来电.csv"


def _dangling(folder: Path) -> Path:
    (folder / "来电.csv").symlink_to(folder / "没有.csv")
    return folder / "来电.csv"


def _loop(folder: Path) -> Path:
    (folder / "来电.csv").symlink_to(folder / "来电.csv")
    return folder / "来电.csv"


def _unreadable(folder: Path) -> Path:
    path = file_of(csv_text(table()))(folder)
    path.chmod(0)
    return path
