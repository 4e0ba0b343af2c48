"""Bytes to text: the encodings of offices, and files in which two of them are mixed."""

from __future__ import annotations

import codecs
from typing import Final

from hotspot.errors import InputError

DAMAGED: Final = "\ufffd"  # stands where bytes could not be decoded
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TOLERABLE: Final = 0.1  # share of lines that may be damaged before the file counts as unreadable


def decode(data: bytes, name: str, preferred: str = "") -> str:
    """Return the text of a file; bytes that no encoding knows become U+FFFD.

    A byte order mark decides; else UTF-8, then GB18030, then UTF-16 without a mark; else line by line, each in the
    encoding that fits it, so that a file joined from two systems can be read.

    Examples
    --------
    >>> decode("来电时间".encode("gb18030"), "a.csv")
    '来电时间'
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding)
            except UnicodeDecodeError:
                if encoding == "utf-8":
                    return _decode_lines(data[len(bom) :], name)
                return data[len(bom) :].decode(encoding, errors="replace")
    wide = _utf16(data)
    if wide:
        return data.decode(wide, errors="replace")
    for encoding in dict.fromkeys((preferred or "utf-8", "utf-8", "gb18030")):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return _decode_lines(data, name)


def _utf16(data: bytes) -> str:
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) >= 8 and max(even, odd) > len(head) * 0.05:
        if odd > 4 * even:
            return "utf-16-le"
        if even > 4 * odd:
            return "utf-16-be"
    return ""


def _decode_lines(data: bytes, name: str) -> str:
    lines = []
    damaged = 0
    for line in data.split(b"\n"):
        for encoding in ("utf-8", "gb18030"):
            try:
                lines.append(line.decode(encoding))
                break
            except UnicodeDecodeError:
                continue
        else:
            damaged += 1
            options = [line.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030")]
            lines.append(min(options, key=lambda text: text.count(DAMAGED)))
    if damaged > max(1, _TOLERABLE * len(lines)):
        fix = "请另存为 UTF-8 或 GB18030 编码的 csv，或直接用 xlsx"
        raise InputError("文件编码无法识别", where=name, found=f"{damaged}行无法解码", fix=fix)
    return "\n".join(lines)
