"""Segmented texts as numbers: every word once, and one array with the words of all texts behind each other.

Stages that count words take them from here, so that a word is looked at once however often it is said, and no string
per text is kept.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, pairwise
from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hotspot.arrays import find_ends
from hotspot.scale import slices
from hotspot.text.tokens import Numbering, Tokens, gather

Numbers = npt.NDArray[np.int64]
_COUNTED: Final = 5_000  # texts whose words are counted at a time
Rows = slice | Numbers | list[int]


class WordTable(Sequence[str]):
    """Token lists as numbers; as a sequence, the texts with their words joined by one blank.

    Parameters
    ----------
    rows : iterable of sequence of str
        The words of each text.

    Attributes
    ----------
    words : list of str
        The distinct words, in the order in which they first come; an empty one where there are none.
    ids : array of int32
        The number of each word of each text.
    ends : array of int
        Where each text begins in `ids`, and where the last one ends.

    Examples
    --------
    >>> table = WordTable.of(["暖气 不热", "不热"])
    >>> table.words, table.ids.tolist(), table.ends.tolist()
    (['暖气', '不热'], [0, 1, 1], [0, 2, 3])
    >>> table[0], list(table[1:])
    ('暖气 不热', ['不热'])
    """

    def __init__(self, rows: Iterable[Sequence[str]] = ()) -> None:
        words, self.ids, self.ends = Tokens.of(rows)
        self.words = words or [""]

    @classmethod
    def of(cls, lines: Sequence[str]) -> WordTable:
        """Return the table of texts whose words are joined by blanks; a table itself stays as it is."""
        return lines if isinstance(lines, WordTable) else cls([line.split() for line in lines])

    @classmethod
    def of_tokens(cls, tokens: Tokens) -> WordTable:
        """Return the table of texts that a `Segmenter` cut."""
        return cls._made(tokens.words or [""], tokens.ids, np.diff(tokens.ends))

    @classmethod
    def numbered(cls, words: list[str], ids: npt.NDArray[np.int32], ends: Numbers) -> WordTable:
        """Return the table of texts whose words are numbers already (`ends` as in the attributes)."""
        return cls._made(words, ids, np.diff(ends))

    @classmethod
    def _made(cls, words: list[str], ids: npt.NDArray[np.int32], lengths: Numbers) -> WordTable:
        made = cls.__new__(cls)
        made.words, made.ids = words, ids
        made.ends = find_ends(lengths)
        return made

    @classmethod
    def joined(cls, tables: Sequence[WordTable]) -> WordTable:
        """Return the texts of all tables, one after another, the words sorted: the same however they were divided.

        Words that stand in none are left out.

        Examples
        --------
        >>> WordTable.joined([WordTable.of(["暖气 不热"]), WordTable.of(["不热"])]).words
        ['不热', '暖气']
        """
        return cls.joined_each([(table,) for table in tables])[0]

    @classmethod
    def joined_each(cls, parts: Iterable[Sequence[WordTable]]) -> list[WordTable]:
        """Return what `joined` makes of the first tables of all parts, of the second ones, and so on.

        Parameters
        ----------
        parts : iterable of sequence of WordTable
            Gone through twice: a part may be made when it is its turn. Tables of a part may share their list of words.
        """
        numbers = Numbering()
        places: list[list[npt.NDArray[np.int32]]] = []
        lengths: list[list[Numbers]] = []
        used: list[npt.NDArray[np.bool_]] = []
        for tables in parts:
            met = {id(table.words): table.words for table in tables}
            found = {key: numbers.of(words, len(words)) for key, words in met.items()}
            places.append([found[id(table.words)] for table in tables])
            lengths.append([np.diff(table.ends) for table in tables])
            used = used or [np.zeros(0, dtype=np.bool_) for _ in tables]
            if len(used[0]) < len(numbers):
                used = [np.append(flags, np.zeros(len(numbers), dtype=np.bool_)) for flags in used]
            for flags, table, place in zip(used, tables, places[-1], strict=True):
                flags[place[table.ids]] = True
        made, ranks = [], []
        for flags, sizes in zip(used, zip(*lengths, strict=True), strict=True):
            words = sorted(compress(numbers, flags.tolist()))
            rank = np.full(len(numbers), -1, dtype=np.int32)
            rank[numbers.of(words, len(words))] = np.arange(len(words), dtype=np.int32)
            ranks.append(rank)
            each = np.concatenate(sizes)
            made.append(cls._made(words or [""], np.empty(int(each.sum()), dtype=np.int32), each))
        first = [0] * len(made)
        for tables, numbered in zip(parts, places, strict=True):
            for at, (table, place) in enumerate(zip(tables, numbered, strict=True)):
                made[at].ids[first[at] : first[at] + len(table.ids)] = ranks[at][place][table.ids]
                first[at] += len(table.ids)
        return made

    def __len__(self) -> int:
        return len(self.ends) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: Rows) -> WordTable: ...
    def __getitem__(self, at: int | Rows) -> str | WordTable:
        if isinstance(at, int):
            return " ".join(self.told(at))
        if isinstance(at, slice):
            first, last, step = at.indices(len(self))
            if step == 1 and first <= last:
                ends = self.ends[first : last + 1]
                return self._made(self.words, self.ids[ends[0] : ends[-1]], np.diff(ends))
            at = np.arange(len(self))[at]
        return self._made(self.words, *gather(self.ids, self.ends, np.asarray(at, dtype=np.int64)))

    def __iter__(self) -> Iterator[str]:
        return (" ".join(self.told(row)) for row in range(len(self)))

    def told(self, row: int) -> list[str]:
        """Return the words of a text."""
        return [self.words[number] for number in self.ids[self.ends[row] : self.ends[row + 1]].tolist()]

    def numbers(self) -> Iterator[list[int]]:
        """Yield the numbers of the words of each text."""
        ids, ends = self.ids.tolist(), self.ends.tolist()
        return (ids[start:end] for start, end in pairwise(ends))

    def rows(self) -> Numbers:
        """Return the text of each word."""
        return np.repeat(np.arange(len(self)), np.diff(self.ends))

    def places(self) -> Numbers:
        """Return the place of each word in its text."""
        return np.arange(len(self.ids)) - np.repeat(self.ends[:-1], np.diff(self.ends))

    def chosen(self, kept: npt.NDArray[np.bool_]) -> WordTable:
        """Return the texts with some of their words (one flag for each of `ids`)."""
        upto = find_ends(kept)
        return self._made(self.words, self.ids[kept], np.diff(upto[self.ends]))

    @classmethod
    def stacked(cls, first: WordTable, second: WordTable) -> WordTable:
        """Return the texts of two tables of the same words, one after another."""
        lengths = np.concatenate([np.diff(first.ends), np.diff(second.ends)])
        return cls._made(first.words, np.concatenate([first.ids, second.ids]), lengths)

    @classmethod
    def woven(cls, tables: Sequence[WordTable]) -> WordTable:
        """Return each text with the words of all tables (of the same words, of equal length) one after another."""
        size = len(tables[0])
        stack = functools.reduce(cls.stacked, tables)
        order = (np.arange(size)[:, None] + np.arange(len(tables)) * size).ravel()
        taken = stack[order]
        return cls._made(stack.words, taken.ids, np.diff(taken.ends).reshape(size, len(tables)).sum(axis=1))

    @classmethod
    def beside(cls, first: WordTable, second: WordTable, chosen: npt.NDArray[np.bool_]) -> WordTable:
        """Return each text of `first` where it is chosen, else that of `second` (tables of the same words)."""
        return cls.stacked(first, second)[np.where(chosen, 0, len(first)) + np.arange(len(first))]

    def without_lead(self, other: WordTable) -> WordTable:
        """Return the texts, of those that begin with the words of `other` (a table of the same words) the rest."""
        sizes, lengths = np.diff(self.ends), np.diff(other.ends)
        for row in np.flatnonzero((lengths > 0) & (lengths <= sizes)).tolist():
            lead = other.ids[other.ends[row] : other.ends[row + 1]]
            if not np.array_equal(self.ids[self.ends[row] :][: len(lead)], lead):
                lengths[row] = 0
        lengths[lengths > sizes] = 0
        return self.chosen(self.places() >= np.repeat(lengths, sizes)) if lengths.any() else self

    def count(self, chosen: npt.NDArray[np.bool_] | None = None) -> Any:
        """Return how often each text holds each word, of the chosen ones (CSR, float32, sorted)."""
        table = self if chosen is None else self.chosen(chosen)
        ones = np.ones(len(table.ids), dtype=np.float32)
        matrix = sparse.csr_matrix((ones, table.ids, table.ends), shape=(len(table), len(table.words)))
        # By way of the columns: two passes put everything in order, where sorting row by row takes many.
        turned = matrix.tocsc()
        turned.sum_duplicates()
        return turned.tocsr()

    def spread(self) -> Numbers:
        """Return in how many texts each word stands."""
        found = np.zeros(len(self.words), dtype=np.int64)
        for rows in slices(len(self), _COUNTED):
            found += np.bincount(self[rows].count().indices, minlength=len(self.words))
        return found

    def pairs(self) -> tuple[Numbers, Numbers]:
        """Return text and key of each two neighbours; a key is ``first * len(words) + second``."""
        rows, ids = self.rows(), self.ids.astype(np.int64)
        joined = rows[1:] == rows[:-1]
        return rows[:-1][joined], ids[:-1][joined] * len(self.words) + ids[1:][joined]
