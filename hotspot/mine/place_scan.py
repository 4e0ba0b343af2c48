"""Many texts looked through at once: all of them as one string, its code points as one array.

A word or a pattern is tried only where the code points say that it can begin, so that what a text costs depends on
what is found in it, hardly on how long it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.arrays import code_points, measure

BETWEEN: Final = "\0"  # stands before, between and after the texts: part of no word, in no class of a pattern
_CODE_BITS: Final = 21  # of a code point
_IN_ITS_PLACE: Final = "\1"  # what stands for that sign in a text

Codes = NDArray[np.uint32]
Numbers = NDArray[Any]


class Joined:
    """Texts as one string: ``text`` with its code points ``codes``, and ``starts``, where each text begins in it.

    Examples
    --------
    >>> joined = Joined(["泰康", "小区"])
    >>> joined.starts.tolist(), joined.owners(np.array([1, 5])).tolist()
    ([1, 4], [0, 1])
    """

    def __init__(self, texts: Sequence[str]) -> None:
        lengths = measure(texts)
        whole = BETWEEN.join(texts)
        if whole.count(BETWEEN) >= max(1, len(texts)):
            whole = BETWEEN.join(text.replace(BETWEEN, _IN_ITS_PLACE) for text in texts)
        self.text = f"{BETWEEN}{whole}{BETWEEN}"
        self.codes = code_points(self.text)
        self.starts = np.cumsum(lengths + 1) - lengths

    def owners(self, positions: Numbers) -> Numbers:
        """Return the numbers of the texts that positions lie in."""
        owners: Numbers = np.searchsorted(self.starts, positions, side="right") - 1
        return owners


def table_of(signs: Iterable[str]) -> NDArray[np.uint8]:
    """Return a table by code point: 1 for each of the signs, 0 for any other (read it with ``mode="clip"``)."""
    return _by_code(dict.fromkeys(signs, 1)).astype(np.uint8)


def _by_code(numbers: Mapping[str, int]) -> NDArray[np.int32]:
    """Return a table by code point: the number of each sign, 0 for any other (read it with ``mode="clip"``)."""
    table = np.zeros(max(map(ord, numbers), default=0) + 2, dtype=np.int32)
    table[list(map(ord, numbers))] = list(numbers.values())
    return table


class Openings:
    """Where a pattern may begin: pairs of signs, any of the first ones before any of the second ones.

    Parameters
    ----------
    pairs
        Up to eight pairs; second signs that are left out ("") are any.

    Examples
    --------
    >>> Openings(("一二三", "环"), ("住", "")).find(code_points("住在二环")).tolist()
    [0, 2]
    """

    def __init__(self, *pairs: tuple[str, str]) -> None:
        size = 2 + max(ord(sign) for signs in pairs for sign in "".join(signs))
        self._first, self._second = np.zeros(size, dtype=np.uint8), np.zeros(size, dtype=np.uint8)
        for number, (first, second) in enumerate(pairs):
            self._first[[ord(sign) for sign in first]] |= 1 << number
            self._second[[ord(sign) for sign in second] if second else slice(None)] |= 1 << number

    def find(self, codes: Codes) -> Numbers:
        """Return the positions at which one of the pairs stands."""
        return np.flatnonzero(self._pairs(codes))

    def marks(self, joined: Joined) -> NDArray[np.uint8]:
        """Return which of the pairs each text holds: bit n for pair n."""
        pairs = self._pairs(joined.codes)
        at = np.flatnonzero(pairs)
        marks = np.zeros(len(joined.starts), dtype=np.uint8)
        np.bitwise_or.at(marks, joined.owners(at), pairs[at])
        return marks

    def _pairs(self, codes: Codes) -> NDArray[np.uint8]:
        pairs: NDArray[np.uint8] = self._first.take(codes[:-1], mode="clip")
        pairs &= self._second.take(codes[1:], mode="clip")
        return pairs


def matches_at(pattern: re.Pattern[str], text: str, positions: Numbers) -> Iterator[re.Match[str]]:
    """Yield what `pattern.finditer` yields, given all positions at which it may match."""
    end = 0
    for at in positions.tolist():
        match = pattern.match(text, at) if at >= end else None
        if match:
            yield match
            end = match.end()


class Words:
    """Words that are looked for from many positions at once: a trie whose edges are sorted numbers.

    Parameters
    ----------
    words
        The words, numbered as they come.
    backwards
        Look for words that end before a position, not for words that begin at it.

    Examples
    --------
    >>> found = Words(["小", "小区"]).walk(Joined(["停水小区"]).codes, np.arange(5))
    >>> [(length, which.tolist(), words.tolist()) for length, which, words in found]
    [(1, [3], [0]), (2, [3], [1])]
    """

    def __init__(self, words: Iterable[str], *, backwards: bool = False) -> None:
        self._backwards = backwards
        spelled = [word[::-1] if backwards else word for word in words]
        signs = {sign: number for number, sign in enumerate(sorted(set("".join(spelled))), 1)}
        edges: dict[tuple[int, int], int] = {}
        told: dict[int, int] = {}
        for number, word in enumerate(spelled):
            node = 0
            for sign in word:
                node = edges.setdefault((node, signs[sign]), len(edges) + 1)
            told.setdefault(node, number)
        self._signs = _by_code(signs)
        self._first = _by_code({sign: edges.get((0, number), 0) for sign, number in signs.items()})
        self._begins = self._first > 0
        self._base = len(signs) + 1
        keys = sorted((node * self._base + sign, onto) for (node, sign), onto in edges.items())
        self._edges = np.array([*(key for key, _ in keys), np.iinfo(np.int64).max], dtype=np.int64)
        self._nodes = np.array([onto for _, onto in keys], dtype=np.int64)
        self._told = np.full(len(edges) + 1, -1, dtype=np.int32)
        self._told[list(told)] = list(told.values())

    def heads(self, codes: Codes) -> Numbers:
        """Return the positions of the signs that words begin with (that they end with, backwards)."""
        return np.flatnonzero(self._begins.take(codes, mode="clip"))

    def walk(self, codes: Codes, at: Numbers) -> Iterator[tuple[int, Numbers, Numbers]]:
        """Yield for each length, shortest first, which of the positions `at` hold a word, and the words' numbers.

        `codes` begin and end with a sign of no word, as those of `Joined` do.
        """
        step = -1 if self._backwards else 1
        places = at - 1 if self._backwards else at
        nodes = self._first.take(codes.take(places, mode="clip"), mode="clip")
        which, length = np.flatnonzero(nodes), 1
        nodes, places = nodes[which], places[which]
        while len(which):
            words = self._told.take(nodes)
            ends = words >= 0
            if ends.any():
                yield length, which[ends], words[ends]
            places = places + step
            keys = nodes.astype(np.int64) * self._base + self._signs.take(codes.take(places, mode="clip"), mode="clip")
            found = np.searchsorted(self._edges, keys)
            goes_on = self._edges.take(found) == keys
            which, places, nodes, length = which[goes_on], places[goes_on], self._nodes[found[goes_on]], length + 1


class Pairs:
    """Which sign beside a word makes the two something else, word by word.

    Parameters
    ----------
    words
        The words, numbered as they come.
    beside
        For some of them the signs.

    Examples
    --------
    >>> Pairs(["城", "路"], {"路": "灯况"}).hold(np.array([1, 1, 0]), code_points("灯人灯")).tolist()
    [True, False, False]
    """

    def __init__(self, words: Sequence[str], beside: Mapping[str, Iterable[str]]) -> None:
        signs = {sign: number for number, sign in enumerate(sorted(set().union(*beside.values())), 1)}
        self._signs = _by_code(signs)
        self._held = np.zeros((len(words), len(signs) + 1), dtype=bool)
        for number, word in enumerate(words):
            self._held[number, [signs[sign] for sign in beside.get(word, ())]] = True

    def hold(self, words: Numbers, codes: Codes) -> NDArray[np.bool_]:
        """Tell for each of the words, given by number, whether the sign beside it is one of its own."""
        return self._held[words, self._signs.take(codes, mode="clip")]


def longest_matches(words: Words, codes: Codes) -> tuple[Numbers, Numbers, Numbers]:
    """Return where the words stand, how long they are and which they are: the longest of each place, none in another.

    As a search from left to right finds them: a word that begins within the one before is none.

    Examples
    --------
    >>> joined = Joined(["停水小区路小"])
    >>> [column.tolist() for column in longest_matches(Words(["小", "小区", "区路"]), joined.codes)]
    [[3, 6], [2, 1], [1, 0]]
    """
    at = words.heads(codes)
    lengths = np.zeros(len(at), dtype=np.int64)
    numbers = np.zeros(len(at), dtype=np.int64)
    for length, which, found in words.walk(codes, at):
        lengths[which], numbers[which] = length, found
    held = np.flatnonzero(lengths)
    kept = held[_apart(at[held], at[held] + lengths[held])]
    return at[kept], lengths[kept], numbers[kept]


def _apart(starts: Numbers, ends: Numbers) -> NDArray[np.bool_]:
    """Tell of each span whether it stays when, from left to right, none may begin within one that stays."""
    stays = np.ones(len(starts), dtype=bool)
    for number in np.flatnonzero(starts[1:] < np.maximum.accumulate(ends)[:-1]).tolist():
        before = number
        while not stays[before]:
            before -= 1
        stays[number + 1] = starts[number + 1] >= ends[before]
    return stays


def number_strings(
    codes: Codes, origins: Numbers, widths: Numbers, step: int = 1
) -> Iterator[tuple[int, Numbers, Numbers, Numbers]]:
    """Yield numbers for the strings that go out from `origins`, by their length from 1 up to `widths`.

    A longer string has the number of the pair of the shorter one and the next sign, so it costs one step, too.

    Parameters
    ----------
    codes
        The signs.
    origins, widths
        Where the strings have their first sign, and how long each may become.
    step
        1 for strings that go on to the right, -1 to the left.

    Yields
    ------
    tuple
        The length; which origins have a string of it; the numbers of these strings, equal where they are equal; and for
        each number the first of the origins that have it.

    Examples
    --------
    >>> found = number_strings(code_points("小区小学"), np.array([0, 2]), np.array([2, 2]))
    >>> [(length, names.tolist(), firsts.tolist()) for length, _, names, firsts in found]
    [(1, [0, 0], [0]), (2, [0, 1], [0, 1])]
    """
    which, names = np.arange(len(origins)), np.zeros(len(origins), dtype=np.int64)
    for length in range(1, int(widths.max(initial=0)) + 1):
        goes_on = widths[which] >= length
        which, names = which[goes_on], names[goes_on]
        names, known = pd.factorize((names << _CODE_BITS) | codes[origins[which] + step * (length - 1)])
        firsts = np.empty(len(known), dtype=np.int64)
        firsts[names[::-1]] = which[::-1]
        yield length, which, names, firsts


def count_owners(names: Numbers, owners: Numbers, size: int) -> Numbers:
    """Return how many owners each of the names 0 … `size` - 1 has, however often each has it.

    Examples
    --------
    >>> count_owners(np.array([0, 0, 1]), np.array([7, 7, 8]), 3).tolist()
    [1, 1, 0]
    """
    span = int(owners.max(initial=0)) + 1
    return np.bincount(pd.unique(names * span + owners) // span, minlength=size)
