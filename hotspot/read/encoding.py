"""Bytes to text: the encodings of offices, and files in which two of them are mixed."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from hotspot.errors import InputError

DAMAGED: Final = "\ufffd"  # stands where bytes could not be decoded
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KNOWN: Final = ("utf-8", "gb18030")
_HEAD: Final = 4096
_CHUNK: Final = 2**20  # bytes that are decoded together
_TOLERABLE: Final = 0.1  # share of lines that may be damaged before the file counts as unreadable


def decode(data: bytes, name: str, preferred: str = "") -> str:
    """Return the text of a file; bytes that no encoding knows become U+FFFD.

    Examples
    --------
    >>> decode("来电时间".encode("gb18030"), "a.csv")
    '来电时间'
    """
    return "".join(decode_parts(io.BytesIO(data), name, preferred))


def decode_parts(file: BinaryIO, name: str, preferred: str = "") -> Iterator[str]:
    """Yield the text of a file in parts; it is read through first, to learn how it is written.

    A byte order mark decides; else UTF-8, then GB18030, then UTF-16 without a mark; else line by line, each in the
    encoding that fits it, so that a file joined from two systems can be read.
    """
    head = file.read(_HEAD)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            if _fits(file, encoding, len(bom)):
                return _decoded(file, encoding, len(bom))
            if encoding == "utf-8":
                return _decode_lines(file, len(bom), name)
            return _decoded(file, encoding, len(bom), "replace")
    wide = _utf16(head)
    if wide:
        return _decoded(file, wide, 0, "replace")
    for encoding in dict.fromkeys((preferred or "utf-8", "utf-8", "gb18030")):
        if _fits(file, encoding, 0):
            return _decoded(file, encoding, 0)
    return _decode_lines(file, 0, name)


def _decoded(file: BinaryIO, encoding: str, start: int, errors: str = "strict") -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    file.seek(start)
    while chunk := file.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _fits(file: BinaryIO, encoding: str, start: int) -> bool:
    """Whether all of a file is written so."""
    try:
        b"a".decode(encoding)  # what is no encoding of text is refused here
        for _ in _decoded(file, encoding, start):
            pass
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _utf16(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) >= 8 and max(even, odd) > len(head) * 0.05:
        if odd > 4 * even:
            return "utf-16-le"
        if even > 4 * odd:
            return "utf-16-be"
    return ""


def _decode_lines(file: BinaryIO, start: int, name: str) -> Iterator[str]:
    """Yield the lines of a file, each in the encoding that fits it, unless too many of them have none."""
    lines = damaged = 0
    file.seek(start)
    for line in file:
        lines += 1
        damaged += _encoding_of(line.removesuffix(b"\n")) == ""
    if damaged > max(1, _TOLERABLE * (lines + line.endswith(b"\n"))):
        fix = "请另存为 UTF-8 或 GB18030 编码的 csv，或直接用 xlsx"
        raise InputError("文件编码无法识别", where=name, found=f"{damaged}行无法解码", fix=fix)
    return _decoded_lines(file, start)


def _decoded_lines(file: BinaryIO, start: int) -> Iterator[str]:
    file.seek(start)
    for line in file:
        said = line.removesuffix(b"\n")
        encoding = _encoding_of(said)
        if encoding:
            text = said.decode(encoding)
        else:
            text = min((said.decode(known, "replace") for known in _KNOWN), key=lambda tried: tried.count(DAMAGED))
        yield text + "\n" * (len(line) - len(said))


def _encoding_of(line: bytes) -> str:
    """Return the encoding that fits a line, ``""`` for none."""
    for encoding in _KNOWN:
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return ""
