"""Texts as numbers: every distinct word once, and one array with the words of all texts behind each other."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hotspot.arrays import find_ends, measure, ranges

Ids = npt.NDArray[np.int32]
Ends = npt.NDArray[np.int64]


class Numbering(defaultdict[str, int]):
    """The number of each word; a word that is asked for the first time gets the next one.

    Examples
    --------
    >>> numbers = Numbering()
    >>> numbers["暖气"], numbers["不热"], numbers["暖气"]
    (0, 1, 0)
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        super().__init__(self.__len__, zip(words, itertools.count()))

    def of(self, words: Iterable[str], count: int) -> Ids:
        """Return the numbers of so many words."""
        return np.fromiter(map(self.__getitem__, words), dtype=np.int32, count=count)


class Tokens(NamedTuple):
    """The words of some texts.

    Attributes
    ----------
    words : list of str
        The distinct words, in the order in which they first come.
    ids : array of int32
        The number of each word of each text.
    ends : array of int
        Where each text begins in `ids`, and where the last one ends.

    Examples
    --------
    >>> words, ids, ends = Tokens.of([["暖气", "不热"], ["不热"]])
    >>> words, ids.tolist(), ends.tolist()
    (['暖气', '不热'], [0, 1, 1], [0, 2, 3])
    """

    words: list[str]
    ids: Ids
    ends: Ends

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]]) -> Tokens:
        """Return the tokens of texts whose words are listed."""
        held = list(rows)
        ends = find_ends(measure(held))
        numbers = Numbering()
        ids = numbers.of(chain.from_iterable(held), int(ends[-1]))
        return cls(list(numbers), ids, ends)

    def lines(self) -> list[str]:
        """Return the words of each text joined by one blank."""
        said, ends = [self.words[number] for number in self.ids.tolist()], self.ends.tolist()
        return [" ".join(said[begin:end]) for begin, end in pairwise(ends)]


def first_numbered(ids: Ids, size: int) -> tuple[Ends, Ids]:
    """Return the distinct numbers below `size` in the order in which they first come, and `ids` as places among them.

    Examples
    --------
    >>> distinct, places = first_numbered(np.array([7, 3, 7, 9], dtype=np.int32), 10)
    >>> distinct.tolist(), places.tolist()
    ([7, 3, 9], [0, 1, 0, 2])
    """
    first = np.full(size, len(ids), dtype=np.int64)
    first[ids[::-1]] = np.arange(len(ids))[::-1]  # the last to be written is the first
    held = np.flatnonzero(first < len(ids))
    distinct = held[np.argsort(first[held])]
    place = np.empty(size, dtype=np.int32)
    place[distinct] = np.arange(len(distinct), dtype=np.int32)
    return distinct, place[ids]


def gather(ids: Ids, ends: Ends, rows: npt.NDArray[Any]) -> tuple[Ids, Ends]:
    """Return the words of some texts, one after another, and how many each of them has.

    Examples
    --------
    >>> taken, lengths = gather(np.array([5, 6, 7], dtype=np.int32), np.array([0, 1, 3]), np.array([1, 0, 1]))
    >>> taken.tolist(), lengths.tolist()
    ([6, 7, 5, 6, 7], [2, 1, 2])
    """
    begins = ends[rows]
    lengths = ends[1:][rows] - begins
    return ids[ranges(begins, lengths)], lengths


def replace(ids: Ids, begins: Ends, ends: Ends, others: Ids, lengths: Ends) -> Ids:
    """Return `ids` with other numbers in the place of each stretch (in rising order, none within another).

    Examples
    --------
    >>> ids, others = np.array([5, 6, 7, 8], dtype=np.int32), np.array([1, 2, 3], dtype=np.int32)
    >>> replace(ids, np.array([1, 4]), np.array([3, 4]), others, np.array([1, 2])).tolist()
    [5, 1, 8, 2, 3]
    """
    # In turn a stretch that stays and one that is new; both lie in one array.
    starts = np.zeros(2 * len(lengths) + 1, dtype=np.int64)
    starts[2::2], starts[1::2] = ends, len(ids) + find_ends(lengths)[:-1]
    sizes = np.empty_like(starts)
    sizes[0::2], sizes[1::2] = np.append(begins, len(ids)) - starts[0::2], lengths
    return np.concatenate([ids, others])[ranges(starts, sizes)]
