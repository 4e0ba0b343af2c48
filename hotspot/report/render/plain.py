"""Text made safe to print: what a caller's or an export's text must not bring into a document."""

from __future__ import annotations

import re
from typing import Final

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


def cell_text(text: str) -> str:
    """The text as it may stand in a spreadsheet's cell: one that could act as a formula starts with an apostrophe.

    Examples
    --------
    >>> cell_text("=1+1"), cell_text("供暖不热")
    ("'=1+1", '供暖不热')
    """
    cleaned = plain_text(text)
    return f"'{cleaned}" if text.startswith(_FORMULA) or cleaned.lstrip().startswith(_FORMULA) else cleaned
