"""Small ``str -> str`` functions that bring a call's text into one spelling, composed in `normalise`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from hotspot.text.code_points import CodePoints, Mask, ahead, blocks

# Kept as they are: full-width punctuation belongs to Chinese text, NFKC would turn it into ASCII.
_KEEP: Final = "，。：；！？（）【】《》“”‘’、…—～「」『』　"
_FOLD: Final = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0xFF01, 0xFF5F), *range(0x2460, 0x2474), *range(0xF900, 0xFB00), *range(0x2F00, 0x2FE0))
    if chr(code) not in _KEEP
}
_HIDDEN: Final = (
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffd\ue000-\uf8ff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_INVISIBLE: Final = re.compile(_HIDDEN)
_SPACE: Final = re.compile(r"\s+")
_SIGN: Final = r"[^\w\s]"
_RUN: Final = re.compile(rf"({_SIGN})\1{{3,}}")
# What must stand in a text for one of these to change it: looked for first, because most texts hold none of it.
_FOLDED: Final = f"[{re.escape(''.join(map(chr, _FOLD)))}]"
_WIDE: Final = re.compile(_FOLDED)
_UNEVEN: Final = re.compile(r"[^\S ]|[ ]\s")
_SIGNS: Final = re.compile(_SIGN * 4)


def fold_width(text: str) -> str:
    """Turn full-width digits and letters into ASCII and leave Chinese punctuation alone.

    Examples
    --------
    >>> fold_width("１２号楼，Ａ座")
    '12号楼，A座'
    """
    return text.translate(_FOLD) if _WIDE.search(text) else text


def drop_invisible(text: str) -> str:
    """Remove control, zero-width, bidirectional, private-use characters and surrogate halves; keep line breaks.

    Examples
    --------
    >>> drop_invisible("供\u200b暖\u202e不热")
    '供暖不热'
    """
    return _INVISIBLE.sub("", text)


def squeeze(text: str) -> str:
    """Fold white space into single blanks and long runs of one sign into three.

    Examples
    --------
    >>> squeeze(" 太冷了！！！！！！\\n\\n  快修 ")
    '太冷了！！！ 快修'
    """
    if _UNEVEN.search(text):
        text = _SPACE.sub(" ", text)
    if _SIGNS.search(text):
        text = _RUN.sub(r"\1\1\1", text)
    return text.strip()


def caller_number(text: str) -> str:
    """Return a telephone number in its one spelling; anything else (a name, in some exports) as it is.

    Examples
    --------
    >>> caller_number("+86 139-0000-1234"), caller_number("１３９００００１２３４"), caller_number("王女士")
    ('13900001234', '13900001234', '王女士')
    """
    plain = drop_invisible(fold_width(text)).strip()
    digits = re.sub(r"[\s()（）+\-—–]", "", plain)
    if not digits.isdecimal():
        return plain
    return re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$)", "", digits)


def normalise(text: str) -> str:
    """Return `text` in the one spelling that all stages work on. Idempotent.

    Examples
    --------
    >>> normalise("１５号\u200b 开始供暖")
    '15号 开始供暖'
    """
    return squeeze(drop_invisible(fold_width(text)))


def normalise_all(texts: Sequence[str]) -> list[str]:
    """Return each text normalised (n in, n out, same order).

    Examples
    --------
    >>> normalise_all(["１５号  开始供暖", "暖气不热"])
    ['15号 开始供暖', '暖气不热']
    """
    normal = list(texts)
    for first, points in blocks(texts):
        for row in points.rows(_changed(points)):
            normal[first + row] = normalise(points.texts[row])
    return normal


def _changed(points: CodePoints) -> Mask:
    """Return where a text may change: few texts do."""
    odd = points.among(rf"{_FOLDED}|{_HIDDEN}|[^\S ]") & ~points.border
    white = points.among(r"\s")  # the borders, too
    uneven = points.among(" ") & (ahead(white, 1) | ahead(white, -1))
    same = points.codes[1:] == points.codes[:-1]
    run = points.among(_SIGN)
    run[:-3] &= same[:-2] & same[1:-1] & same[2:]
    return odd | uneven | run
