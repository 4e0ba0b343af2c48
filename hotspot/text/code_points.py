"""The texts of a part as one array of code points: tells in which of them a pattern can match at all.

Most patterns match in few texts. What must stand in a text for a match is looked for in all texts at once, and the
pattern itself runs only where it stands. Such a hint may be given where nothing matches, and never be missing where
something does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from hotspot.arrays import code_points, measure

Mask = npt.NDArray[np.bool_]  # of all code points, or of some places
Positions = npt.NDArray[np.intp]  # places in all code points
_BEYOND: Final = 0xFFFF  # stands for every code point that needs more than 16 bits
_ROOM: Final = 8  # borders before the first text and behind the last: no hint looks farther than so many characters
_BLOCK: Final = 1 << 18  # characters of a block
# Between two texts. Patterns take it for white space: wherever one allows begin or end of a text, it allows that, too.
_BORDER: Final = "\x1e"


@cache
def _every() -> str:
    return "".join(map(chr, range(_BEYOND + 1)))


def _members(characters: str) -> list[int]:
    """Return the code points of a class of characters, written as in a pattern."""
    found = [characters] if len(characters) == 1 else re.findall(characters, _every())
    return [ord(character) for character in found]


@cache
def _table(characters: str) -> Mask:
    found = np.zeros(_BEYOND + 1, dtype=np.bool_)
    found[_members(characters)] = True
    return found


def ahead(mask: Mask, by: int) -> Mask:
    """Return the mask that tells at every place what `mask` tells so many places farther on (or back)."""
    return np.concatenate((mask[by:], mask[:by]))


class CodePoints:
    """Texts one after another as code points, borders between them.

    Parameters
    ----------
    texts : sequence of str

    Attributes
    ----------
    codes : array of int
        Code points; 0xFFFF for those beyond 16 bits.
    border : array of bool
        Where `codes` belongs to no text.

    Examples
    --------
    >>> points = CodePoints(["暖气不热", "供暖"])
    >>> points.rows(points.among("[供热]"))
    [0, 1]
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        joined = _BORDER * _ROOM + _BORDER.join(texts) + _BORDER * _ROOM
        codes = code_points(joined)
        self.codes = np.minimum(codes, _BEYOND).astype(np.intp)
        sizes = measure(texts)
        ends = _ROOM - 1 + np.cumsum(sizes + 1)
        self._starts = ends - sizes
        self.border: Mask = np.zeros(len(codes), dtype=np.bool_)
        self.border[:_ROOM] = self.border[-_ROOM:] = self.border[ends] = True

    def among(self, characters: str) -> Mask:
        """Return where a character of a class, written as in a pattern, stands."""
        found: Mask = _table(characters)[self.codes]
        return found

    def has(self, characters: str, places: Positions) -> Mask:
        """Return at which of some places a character of a class, written as in a pattern, stands."""
        found: Mask = _table(characters)[self.codes[places]]
        return found

    def rows(self, where: Mask) -> list[int]:
        """Return the numbers of the texts in which the mask is true anywhere."""
        return self.rows_at(np.flatnonzero(where))

    def rows_at(self, places: Positions) -> list[int]:
        """Return the numbers of the texts to which the places belong, each once."""
        if not places.size:
            return []
        rows = np.searchsorted(self._starts, places, side="right") - 1
        return [row for row in dict.fromkeys(rows.tolist()) if row >= 0]


def blocks(texts: Sequence[str]) -> Iterator[tuple[int, CodePoints]]:
    """Yield the texts in blocks that fit a processor's cache, each with the number of its first text.

    Examples
    --------
    >>> [(first, len(block.texts)) for first, block in blocks(["暖气不热", "供暖"])]
    [(0, 2)]
    """
    first = size = 0
    for row, text in enumerate(texts):
        if row > first and size + len(text) > _BLOCK:
            yield first, CodePoints(texts[first:row])
            first, size = row, 0
        size += len(text) + 1
    if first < len(texts):
        yield first, CodePoints(texts[first:])


class Pairs:
    """Hints of several patterns, each a set of pairs of characters of which one must stand in a text.

    Parameters
    ----------
    hints : sequence of sequences of (str, str)
        For each pattern, classes of characters, written as in a pattern: one of the first, one of the second behind it.

    Examples
    --------
    >>> Pairs([[("微", "信")], [("[0-9]", "[单门]"), ("号", "楼")]]).rows(CodePoints(["7号楼", "加微信"]))
    [[1], [0]]
    """

    def __init__(self, hints: Sequence[Sequence[tuple[str, str]]]) -> None:
        self._hints = hints

    def places(self, points: CodePoints) -> Positions:
        """Return where a pair of any hint begins."""
        places: Positions = np.flatnonzero(self._firsts[points.codes[:-1]])
        found: Positions = places[self.at(points, places) != 0]
        return found

    def at(self, points: CodePoints, places: Positions) -> npt.NDArray[np.uint32]:
        """Return for each of some places the hints of which a pair begins there, each as one bit."""
        rows, columns, bits = self._tables
        found: npt.NDArray[np.uint32] = bits[rows[points.codes[places]] + columns[points.codes[places + 1]]]
        return found

    def rows(self, points: CodePoints) -> list[list[int]]:
        """Return for every hint the numbers of the texts that hold one of its pairs."""
        places = self.places(points)
        bits = self.at(points, places)
        places += 1  # a border may be the first of a pair, and belongs to the text before it
        return [points.rows_at(places[bits >> hint & 1 != 0]) for hint in range(len(self._hints))]

    @cached_property
    def _firsts(self) -> Mask:
        rows, *_ = self._tables
        found: Mask = rows != 0
        return found

    @cached_property
    def _tables(self) -> tuple[Positions, Positions, npt.NDArray[np.uint32]]:
        """Return where in the bits of all pairs each first and each second character is found, and these bits."""
        pairs = [(1 << at, _members(one), _members(two)) for at, hint in enumerate(self._hints) for one, two in hint]
        rows = _numbered(chain.from_iterable(first for _, first, _ in pairs))
        columns = _numbered(chain.from_iterable(second for _, _, second in pairs))
        width = int(columns.max()) + 1
        bits = np.zeros((int(rows.max()) + 1, width), dtype=np.uint32)
        for bit, first, second in pairs:
            bits[rows[first][:, None], columns[second]] |= np.uint32(bit)
        return rows * width, columns, bits.ravel()


def _numbered(codes: Iterable[int]) -> Positions:
    """Return a number for each of the code points, from one on, and nought for all others."""
    numbers = np.zeros(_BEYOND + 1, dtype=np.intp)
    for number, code in enumerate(dict.fromkeys(codes), start=1):
        numbers[code] = number
    return numbers


def words(text: str) -> list[tuple[str, str]]:
    """Return the pairs with which words begin, given apart by bars.

    Examples
    --------
    >>> words("微信|支付宝")
    [('微', '信'), ('支', '付')]
    """
    return [(word[0], word[1]) for word in text.split("|")]
