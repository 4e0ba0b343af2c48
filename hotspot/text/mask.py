"""Personal data out of a text: found as spans, replaced by fixed marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from hotspot.text.mask_names import find_names
from hotspot.text.mask_numbers import Span, find_numbers, view
from hotspot.text.mask_units import find_units
from hotspot.text.normalise import normalise

__all__ = ["MARKS", "Span", "find_private", "mask", "mask_all", "quote"]

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


def find_private(text: str) -> list[Span]:
    """Return the spans that hold personal data, in order and apart; where two overlap, the first and longest stays.

    Examples
    --------
    >>> [(span.kind, span.start, span.end) for span in find_private("我叫马占林，电话13900001234")]
    [('姓名', 2, 5), ('电话', 8, 19)]
    """
    # A mark says nothing of the number beside it: [卡号] 178799942 must stay what it was before the card was masked.
    seen = _MARK.sub("[。。]", view(text))
    numbers = list(find_numbers(seen))
    spans = [*numbers, *find_units(seen), *find_names(seen, numbers)]
    if len(spans) < 2:
        return spans
    chosen: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, span.kind)):
        if not chosen or span.start >= chosen[-1].end:
            chosen.append(span)
        elif span.end > chosen[-1].end:  # neither may leave a rest uncovered
            chosen[-1] = Span(chosen[-1].start, span.end, chosen[-1].kind)
    return chosen


def mask(text: str) -> str:
    """Return `text` with fixed marks in the place of personal data. Idempotent.

    Examples
    --------
    >>> mask("我叫马占林，住和谐家园7号楼2单元501，电话139 0000 1234，车青H·T5286")
    '我叫某某，住和谐家园[门牌]，电话[电话]，车[车牌]'
    """
    spans = find_private(text)
    if not spans:
        return text
    pieces = []
    position = 0
    for span in spans:
        pieces += [text[position : span.start], MARKS[span.kind]]
        position = span.end
    return "".join(pieces) + text[position:]


def quote(text: str) -> str:
    """Return `text` as it may be printed: in one spelling and line, without control signs and personal data.

    Examples
    --------
    >>> quote("暖气\x1b[31m不热，\\n电话１３９００００１２３４")
    '暖气[31m不热， 电话[电话]'
    """
    return mask(normalise(text))


def mask_all(texts: Iterable[str]) -> list[str]:
    """Return each text masked (n in, n out, same order)."""
    return [mask(text) for text in texts]
