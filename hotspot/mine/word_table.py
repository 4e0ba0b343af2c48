"""Segmented texts as numbers: every word once, and one array with the words of all texts behind each other.

Stages that count words take them from here, so that a word is looked at once however often it is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Numbers = npt.NDArray[np.int64]


class WordTable:
    """Token lists as numbers.

    Parameters
    ----------
    rows : iterable of sequence of str
        The words of each text.

    Attributes
    ----------
    words : list of str
        The distinct words, in the order in which they first come; an empty one where there are none.
    ids : array of int
        The number of each word of each text.
    ends : array of int
        Where each text begins in `ids`, and where the last one ends.

    Examples
    --------
    >>> table = WordTable.of_lines(["暖气 不热", "不热"])
    >>> table.words, table.ids.tolist(), table.ends.tolist()
    (['暖气', '不热'], [0, 1, 1], [0, 2, 3])
    """

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        held = list(rows)
        lengths = np.fromiter(map(len, held), dtype=np.int64, count=len(held))
        self.ends: Numbers = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        numbers: defaultdict[str, int] = defaultdict()
        numbers.default_factory = numbers.__len__
        said = map(numbers.__getitem__, chain.from_iterable(held))
        self.ids: Numbers = np.fromiter(said, dtype=np.int64, count=int(self.ends[-1]))
        self.words = list(numbers) or [""]

    @classmethod
    def of_lines(cls, lines: Sequence[str]) -> WordTable:
        """Return the table of texts whose words are joined by blanks."""
        return cls([line.split() for line in lines])

    def __len__(self) -> int:
        return len(self.ends) - 1

    def rows(self) -> Numbers:
        """Return the text of each word."""
        return np.repeat(np.arange(len(self)), np.diff(self.ends))

    def count(self, chosen: npt.NDArray[np.bool_] | None = None) -> Any:
        """Return how often each text holds each word, of the chosen ones (CSR, float32, sorted)."""
        ids, rows = self.ids, self.rows()
        if chosen is not None:
            ids, rows = ids[chosen], rows[chosen]
        ends = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(self)))])
        matrix = sparse.csr_matrix((np.ones(len(ids), dtype=np.float32), ids, ends), shape=(len(self), len(self.words)))
        matrix.sum_duplicates()
        return matrix

    def pairs(self) -> tuple[Numbers, Numbers]:
        """Return text and key of each two neighbours; a key is ``first * len(words) + second``."""
        rows = self.rows()
        joined = rows[1:] == rows[:-1]
        return rows[:-1][joined], self.ids[:-1][joined] * len(self.words) + self.ids[1:][joined]
