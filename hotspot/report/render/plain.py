"""Text made safe to print: what a caller's or an export's text must not bring into a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hotspot.arrays import code_points, measure

# C0 and C1 controls except tab and line feed, zero-width and bidirectional signs, lone surrogates, non-characters.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\ufffe\uffff\ud800-\udfff]"
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def plain_text(text: str) -> str:
    """The text without control, zero-width and direction-changing characters.

    Examples
    --------
    >>> plain_text("供暖\\x07不热\\u202e")
    '供暖不热'
    """
    if _UNPRINTABLE.search(text) is None:
        return text
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@cache
def _unprintable() -> NDArray[np.bool_]:
    """Return a table of the unprintable signs by code point (read it with ``mode="clip"``)."""
    table = np.zeros(0x10001, dtype=bool)
    table[[ord(sign) for sign in _UNPRINTABLE.findall("".join(map(chr, range(0x10000))))]] = True
    return table


def plain_texts(texts: Sequence[str]) -> list[str]:
    """`plain_text` of many texts: only those that hold what it takes out are looked at one by one.

    Examples
    --------
    >>> plain_texts(["供暖\\x07不热", "停水"])
    ['供暖不热', '停水']
    """
    plain = list(texts)
    codes = code_points("".join(texts))
    found = np.flatnonzero(_unprintable().take(codes, mode="clip"))
    ends = np.cumsum(measure(texts))
    for number in np.unique(np.searchsorted(ends, found, side="right")).tolist():
        plain[number] = plain_text(texts[number])
    return plain


def cell_text(text: str) -> str:
    """The text as it may stand in a spreadsheet's cell: one that could act as a formula starts with an apostrophe.

    Examples
    --------
    >>> cell_text("=1+1"), cell_text("供暖不热")
    ("'=1+1", '供暖不热')
    """
    cleaned = plain_text(text)
    return f"'{cleaned}" if text.startswith(_FORMULA) or cleaned.lstrip().startswith(_FORMULA) else cleaned
