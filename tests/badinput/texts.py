"""Broken text files: encodings, quotes, ragged rows, NUL bytes, sizes."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator

from badinput.making import HEADER, Case, calls, changed, csv_of, csv_text, file_of, table

TEXT = csv_text(table())
LINES = TEXT.split("\r\n")


def _line(number: int, line: str) -> str:
    return "\r\n".join([*LINES[:number], line, *LINES[number + 1 :]])


def encodings() -> Iterator[Case]:
    """Every encoding of an office, and what goes wrong with them."""
    for name in ("utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "hz", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        refused = name in ("hz",)
        yield Case("编码", name, csv_of(table(), name), None if refused else 20)
    yield Case("编码", "utf-16-be 带 BOM", file_of(b"\xfe\xff" + TEXT.encode("utf-16-be")), 20)
    yield Case("编码", "utf-16 少一个字节", file_of(TEXT.encode("utf-16")[:-1]), 20, 1)
    yield Case("编码", "big5", file_of(TEXT.encode("big5", errors="replace")), None, said="缺少")
    yield Case("编码", "shift-jis", file_of(TEXT.encode("shift_jis", errors="replace")), None)
    yield Case("编码", "utf-8 中一个坏字节", file_of(_broken("utf-8", [5])), 20, said="无法解码")
    yield Case("编码", "utf-8 中三行坏字节", file_of(_broken("utf-8", [3, 7, 9])), None)
    yield Case("编码", "utf-8 带 BOM 一个坏字节", file_of(b"\xef\xbb\xbf" + _broken("utf-8", [5])), 20, said="无法解码")
    yield Case("编码", "gb18030 中一个坏字节", file_of(_broken("gb18030", [5])), 20, None)
    mixed = b"\r\n".join(line.encode("gb18030" if n % 2 else "utf-8") for n, line in enumerate(LINES))
    yield Case("编码", "逐行混用", file_of(mixed), 20)
    half = "\r\n".join(LINES[:10]).encode() + b"\r\n" + "\r\n".join(LINES[10:]).encode("gb18030")
    yield Case("编码", "前后两半不同", file_of(half), 20)
    yield Case("编码", "末尾半个字", file_of(TEXT.encode()[:-4] + b"\xe4\xb8"), 20, None)
    joined = b"\xef\xbb\xbf" + TEXT.encode() + b"\xef\xbb\xbf" + TEXT.replace("63241014", "63241015").encode()
    yield Case("编码", "两个文件拼接，BOM 与表头在中间", file_of(joined), 40, 1, "重复的表头")
    yield Case("编码", "二进制乱码", file_of(random.Random(1).randbytes(20_000)), None)
    yield Case("编码", "重复编码的乱码", file_of(TEXT.encode().decode("latin-1").encode("utf-8")), None, said="缺少")
    for name, end in (("CR", "\r"), ("LF", "\n"), ("CRLF 与 LF 混用", "\r\n")):
        text = TEXT.replace("\r\n", end, 9 if "混" in name else -1)
        text = text.replace("\r\n", "\n", 5) if "混" in name else text
        yield Case("编码", f"换行 {name}", file_of(text), 20)


def _broken(encoding: str, rows: list[int]) -> bytes:
    lines = [line.encode(encoding) for line in LINES]
    for row in rows:
        place = lines[row].index("请".encode(encoding))
        lines[row] = lines[row][:place] + b"\xff\xfe" + lines[row][place:]
    return b"\r\n".join(lines)


def quotes() -> Iterator[Case]:
    """Quotes that do not pair, and line breaks within cells."""
    row = LINES[5]
    text = calls()[4][5]
    yield Case("引号", "开引号未闭合", file_of(_line(5, row.replace(text, '"' + text))), 19, 1, "引号")
    yield Case("引号", "最后一行未闭合", file_of(_line(20, LINES[20].replace("和谐", '"和谐'))), 19, 1, "引号")
    yield Case("引号", "引号后有字", file_of(_line(5, row.replace(text, f'"{text[:4]}"{text[4:]}'))), 19, 1, "引号")
    yield Case("引号", "中间有引号", file_of(_line(5, row.replace(text, text[:4] + '5"寸' + text[4:]))), 20)
    every = "\r\n".join([LINES[0], *(line.replace("和谐", '"和谐') for line in LINES[1:21])])
    yield Case("引号", "每行都未闭合", file_of(every), None, said="引号")
    two = _line(5, row.replace(text, '"' + text))
    two = two.replace(calls()[9][5], '"' + calls()[9][5])
    yield Case("引号", "两行未闭合", file_of(two), 18, 2, "引号")
    yield Case("引号", "单元格内换行", csv_of(changed("诉求内容", ["第一行\n第二行\n第三行"])), 20)
    yield Case("引号", "单元格内引号", csv_of(changed("诉求内容", ['他说"不管"，我说"要管"'])), 20)
    yield Case("引号", "全部加引号", csv_of(table(), quoting=csv.QUOTE_ALL), 20)
    yield Case("引号", "全角引号", csv_of(changed("诉求内容", ["“暖气不热", "不热”"])), 20)
    yield Case("引号", "单引号", file_of("\r\n".join(",".join(f"'{c}'" for c in row) for row in table())), 20)
    swallowed = _line(5, row.replace(text, '"' + text)).replace(LINES[6], LINES[6] + '"')
    yield Case("引号", "吞掉下一行", file_of(swallowed), 18, 2, "引号")
    yield Case("引号", "内容里五百个换行", csv_of(changed("诉求内容", ["不热\n" * 500])), 19, None)
    for name, sign in (("制表符", "\t"), ("分号", ";"), ("竖线", "|"), ("全角逗号", "，")):
        rows = [[str(cell).replace("，", " ") for cell in row] for row in table()]
        yield Case("引号", f"分隔符 {name}", csv_of(rows, delimiter=sign), 20)


def ragged() -> Iterator[Case]:
    """Rows with too few or too many cells, blank lines, NUL bytes."""
    rows = table()
    short = [row[:-1] if n == 5 else row for n, row in enumerate(rows)]
    yield Case("行列不齐", "少一格", csv_of(short), 20, 0, "少于")
    yield Case(
        "行列不齐", "只剩编号", csv_of([r[:1] if n == 5 else r for n, r in enumerate(rows)]), 19, 1, "缺来电时间"
    )
    more = [[*row, "多"] if n == 5 else row for n, row in enumerate(rows)]
    yield Case("行列不齐", "多一格", csv_of(more), 19, 1, "多于")
    yield Case("行列不齐", "多空格子", csv_of([[*row, "", ""] if n else row for n, row in enumerate(rows)]), 20)
    bare = "\r\n".join([*LINES[:5], LINES[5].replace("，", ","), *LINES[6:]])
    yield Case("行列不齐", "内容有未加引号的逗号", file_of(bare), 19, 1, "错位")
    broken = _line(5, LINES[5].replace("，请", "\r\n请"))
    yield Case("行列不齐", "内容有未加引号的换行", file_of(broken), 20, 1)
    yield Case("行列不齐", "空行相间", file_of(TEXT.replace("\r\n", "\r\n\r\n")), 20)
    yield Case("行列不齐", "只有逗号的行", file_of(TEXT + ",,,,,,,\r\n" * 5), 20)
    yield Case("行列不齐", "表头多一列", csv_of([[*HEADER, "备用"], *calls()]), 20, 0, "少于")
    yield Case("行列不齐", "表头少一列", csv_of([HEADER[:-1], *calls()]), 13, 7, "多于")
    yield Case("行列不齐", "前后空格", csv_of([[f"  {cell} " for cell in row] for row in rows]), 20)
    yield Case("行列不齐", "一列", file_of("诉求内容\r\n不热\r\n"), None, said="来电时间")
    yield Case("NUL", "内容中", file_of(TEXT.replace("请尽快", "请\x00尽快")), 20)
    yield Case("NUL", "每个字后", file_of("".join(c + "\x00" for c in TEXT)), None)
    yield Case("NUL", "末尾一片", file_of(TEXT.encode() + b"\x00" * 100_000), 20)
    yield Case("NUL", "全是", file_of(b"\x00" * 100_000), None, said="空")


def sizes() -> Iterator[Case]:
    """Cells, rows and columns far beyond an export's."""
    yield Case("超大", "百万字的单元格", csv_of(changed("诉求内容", ["暖气不热" * 250_000])), 20, 0, "过长")
    yield Case("超大", "每格十万字", csv_of(changed("诉求内容", ["不" * 100_000] * 20)), 20, 0, "过长")
    yield Case("超大", "一千七百万字的单元格", csv_of(changed("诉求内容", ["不热" * 8_600_000])), 19, 1)
    yield Case("超大", "一行百万字，无分隔", file_of("暖" * 1_000_000), None)
    yield Case("超大", "一万列", csv_of([[f"列{n}" for n in range(10_000)], ["1"] * 10_000]), None, said="列数")
    wide = [[*HEADER, *(f"列{n}" for n in range(9_992))], *([*row, *[""] * 9_992] for row in calls(3))]
    yield Case("超大", "一万列，前八列正常", csv_of(wide), None, said="列数")
    yield Case("超大", "六百列", csv_of([[*row, *[""] * 592] for row in table()]), 20)
    yield Case("超大", "数据行一万格", csv_of([*table(), ["1"] * 10_000]), 20, 1, "多于")
    yield Case("超大", "百万空行", file_of(TEXT + "\r\n" * 1_000_000), 20)
    yield Case("超大", "百万行逗号", file_of(TEXT + ",,,,,,,\r\n" * 1_000_000), 20)
    yield Case("超大", "十万个引号", file_of(TEXT + '"' * 100_000), 20, 1)
    yield Case("超大", "十万行各一个引号", file_of(TEXT + '"\r\n' * 100_000), 20, None)
    yield Case("超大", "十万行交错引号", file_of(TEXT + 'a,"b\r\n' * 100_000), 20, None)
