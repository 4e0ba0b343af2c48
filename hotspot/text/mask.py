"""Personal data out of a text: found as spans, replaced by fixed marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from hotspot.text.code_points import CodePoints
from hotspot.text.mask_names import find_names
from hotspot.text.mask_numbers import OTHER_DIGITS, Span, find_numbers, view
from hotspot.text.mask_units import find_units
from hotspot.text.normalise import normalise

__all__ = ["MARKS", "Span", "find_private", "find_private_all", "mask", "mask_all", "quote"]

MARKS: Final = {
    "电话": "[电话]",
    "座机": "[电话]",
    "证件": "[证件]",
    "银行卡": "[卡号]",
    "账号": "[账号]",
    "车牌": "[车牌]",
    "邮箱": "[邮箱]",
    "门牌": "[门牌]",
    "姓名": "某某",
}
_MARK: Final = re.compile("|".join(re.escape(mark) for mark in sorted(set(MARKS.values())) if mark.startswith("[")))
_CHANGED: Final = rf"{OTHER_DIGITS}|\["  # may stand otherwise in a text as the patterns see it


def find_private_all(texts: Sequence[str]) -> list[list[Span]]:
    """Return for each text the spans that hold personal data, in order and apart.

    Where two overlap, the first and longest stays.

    Examples
    --------
    >>> [[tuple(span) for span in spans] for spans in find_private_all(["我叫马占林，电话13900001234", "暖气不热"])]
    [[(2, 5, '姓名'), (8, 19, '电话')], []]
    """
    points = _seen(texts)
    found: list[list[Span]] = [[] for _ in texts]
    for row, span in find_numbers(points):
        found[row].append(span)
    for row, span in [*find_units(points), *find_names(points, found)]:
        found[row].append(span)
    return [_apart(spans) if len(spans) > 1 else spans for spans in found]


def _seen(texts: Sequence[str]) -> CodePoints:
    """Return the texts as the patterns see them, each character at its place."""
    points = CodePoints(texts)
    rows = points.rows(points.among(_CHANGED))
    if not rows:
        return points
    seen = list(texts)
    for row in rows:
        # A mark says nothing of the number beside it: [卡号] 178799942 must stay what it was before its neighbour was
        # masked.
        seen[row] = _MARK.sub("[。。]", view(texts[row]))
    return CodePoints(seen)


def _apart(spans: Iterable[Span]) -> list[Span]:
    chosen: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, span.kind)):
        if not chosen or span.start >= chosen[-1].end:
            chosen.append(span)
        elif span.end > chosen[-1].end:  # neither may leave a rest uncovered
            chosen[-1] = Span(chosen[-1].start, span.end, chosen[-1].kind)
    return chosen


def find_private(text: str) -> list[Span]:
    """Return what `find_private_all` finds in a text."""
    return find_private_all([text])[0]


def mask_all(texts: Sequence[str]) -> list[str]:
    """Return each text with fixed marks in the place of personal data (n in, n out, same order). Idempotent.

    Examples
    --------
    >>> mask_all(["我叫马占林，住和谐家园7号楼2单元501，电话139 0000 1234，车青H·T5286"])
    ['我叫某某，住和谐家园[门牌]，电话[电话]，车[车牌]']
    """
    return [_marked(text, spans) if spans else text for text, spans in zip(texts, find_private_all(texts), strict=True)]


def _marked(text: str, spans: Iterable[Span]) -> str:
    pieces = []
    position = 0
    for span in spans:
        pieces += [text[position : span.start], MARKS[span.kind]]
        position = span.end
    return "".join([*pieces, text[position:]])


def mask(text: str) -> str:
    """Return a text masked as by `mask_all`.

    Examples
    --------
    >>> mask("我叫马占林，电话139 0000 1234")
    '我叫某某，电话[电话]'
    """
    return mask_all([text])[0]


def quote(text: str) -> str:
    """Return `text` as it may be printed: in one spelling and line, without control signs and personal data.

    Examples
    --------
    >>> quote("暖气\x1b[31m不热，\\n电话１３９００００１２３４")
    '暖气[31m不热， 电话[电话]'
    """
    return mask(normalise(text))
