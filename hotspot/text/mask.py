"""Personal data out of a text: found as spans, replaced by fixed marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from hotspot.arrays import measure
from hotspot.text import mask_names, mask_numbers, mask_units
from hotspot.text.code_points import CodePoints, blocks
from hotspot.text.mask_numbers import OTHER_DIGITS, Span, view
from hotspot.text.normalise import normalise, normalise_all

__all__ = ["MARKS", "Marks", "Span", "find_private", "find_private_all", "mask", "mask_all", "quote", "quote_all"]

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


_T = TypeVar("_T")
_Rows = Sequence[Sequence[int]]  # for each finder the texts that it looks through


def find_private_all(texts: Sequence[str]) -> list[list[Span]]:
    """Return for each text the spans that hold personal data, in order and apart.

    Where two overlap, the first and longest stays.

    Examples
    --------
    >>> [[tuple(span) for span in spans] for spans in find_private_all(["我叫马占林，电话13900001234", "暖气不热"])]
    [[(2, 5, '姓名'), (8, 19, '电话')], []]
    """
    found: list[list[Span]] = []
    for _, block in blocks(texts):
        points = _seen_all(block)
        rows = (module.find_rows(points) for module in (mask_numbers, mask_units, mask_names))
        found += _find(points.texts, *rows)
    return found


def find_private(text: str) -> list[Span]:
    """Return what `find_private_all` finds in a text."""
    # Hints repay their cost in many texts only.
    rows = ([[0]] * len(module.FINDERS) for module in (mask_numbers, mask_units, mask_names))
    return _find([_seen(text)], *rows)[0]


def _seen(text: str) -> str:
    """Return a text as the finders see it, each character at its place."""
    # A mark says nothing of the number beside it: [卡号] 178799942 must stay what it was before a card was masked.
    return _MARK.sub("[。。]", view(text))


def _seen_all(points: CodePoints) -> CodePoints:
    rows = points.rows(points.among(_CHANGED))
    if not rows:
        return points
    texts = list(points.texts)
    for row in rows:
        texts[row] = _seen(texts[row])
    return CodePoints(texts)


def _find(texts: Sequence[str], number_rows: _Rows, unit_rows: _Rows, name_rows: _Rows) -> list[list[Span]]:
    numbers = _look(mask_numbers.FINDERS, texts, number_rows)
    units = _look(mask_units.FINDERS, texts, unit_rows)
    named = _look(mask_names.FINDERS, texts, name_rows)
    return [
        _apart([*spans, *doors, *mask_names.find_names(text, names, spans)]) if spans or doors or names else []
        for text, spans, doors, names in zip(texts, numbers, units, named, strict=True)
    ]


def _look(finders: Sequence[Callable[[str], Iterable[_T]]], texts: Sequence[str], rows: _Rows) -> list[list[_T]]:
    """Return for each text what is found in it, given the texts that each finder looks through."""
    found: list[list[_T]] = [[] for _ in texts]
    for find, looked in zip(finders, rows, strict=True):
        for row in looked:
            found[row].extend(find(texts[row]))
    return found


def _apart(spans: Iterable[Span]) -> list[Span]:
    chosen: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, span.kind)):
        if not chosen or span.start >= chosen[-1].end:
            chosen.append(span)
        elif span.end > chosen[-1].end:  # neither may leave a rest uncovered
            chosen[-1] = Span(chosen[-1].start, span.end, chosen[-1].kind)
    return chosen


def mask_all(texts: Sequence[str]) -> list[str]:
    """Return each text with fixed marks in the place of personal data (n in, n out, same order). Idempotent.

    Examples
    --------
    >>> mask_all(["我叫马占林，住和谐家园7号楼2单元501，电话139 0000 1234，车青H·T5286"])
    ['我叫某某，住和谐家园[门牌]，电话[电话]，车[车牌]']
    """
    return [_marked(text, spans) if spans else text for text, spans in zip(texts, find_private_all(texts), strict=True)]


class Marks(NamedTuple):
    """Where the personal data of many texts lie, as columns: for texts that are masked later.

    Examples
    --------
    >>> texts = ["我叫马占林", "暖气不热"]
    >>> Marks.of(texts).set_in(texts)
    ['我叫某某', '暖气不热']
    """

    rows: npt.NDArray[np.int32]  # the text of each span
    spans: npt.NDArray[np.int32]  # its start, its end, the number of its kind

    @classmethod
    def of(cls, texts: Sequence[str]) -> Marks:
        """Return where the personal data of the texts lie."""
        found = find_private_all(texts)
        numbers = {kind: number for number, kind in enumerate(MARKS)}
        spans = [(start, end, numbers[kind]) for spans in found for start, end, kind in spans]
        rows = np.repeat(np.arange(len(texts), dtype=np.int32), measure(found))
        return cls(rows, np.array(spans, dtype=np.int32).reshape(-1, 3))

    def set_in(self, texts: Sequence[str]) -> list[str]:
        """Return the texts, which `mask_all` would give."""
        masked, kinds = list(texts), list(MARKS)
        found: dict[int, list[Span]] = {}
        for row, (start, end, kind) in zip(self.rows.tolist(), self.spans.tolist(), strict=True):
            found.setdefault(row, []).append(Span(start, end, kinds[kind]))
        for row, spans in found.items():
            masked[row] = _marked(masked[row], spans)
        return masked


def _marked(text: str, spans: Iterable[Span]) -> str:
    pieces = []
    position = 0
    for span in spans:
        pieces += [text[position : span.start], MARKS[span.kind]]
        position = span.end
    return "".join([*pieces, text[position:]])


def mask(text: str) -> str:
    """Return a text as `mask_all` does.

    Examples
    --------
    >>> mask("我叫马占林，电话139 0000 1234")
    '我叫某某，电话[电话]'
    """
    return _marked(text, find_private(text))


def quote(text: str) -> str:
    """Return `text` as it may be printed: in one spelling and line, without control signs and personal data.

    Examples
    --------
    >>> quote("暖气\x1b[31m不热，\\n电话１３９００００１２３４")
    '暖气[31m不热， 电话[电话]'
    """
    return mask(normalise(text))


def quote_all(texts: Sequence[str]) -> list[str]:
    """Return each text as `quote` does (n in, n out, same order)."""
    return mask_all(normalise_all(texts))
