"""TF-IDF of the words of a week's calls and of each two neighbours, counted as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hotspot.arrays import firsts
from hotspot.mine.features import KeyIndex, unit_rows
from hotspot.mine.word_table import Numbers, WordTable

# Words of fewer calls are left out where there are enough calls; words of more than this share everywhere.
_FEW_CALLS: Final = 50
_MANY_CALLS: Final = 5_000
_COMMON: Final = 0.3


class PairFeatures:
    """Learns which words and pairs of neighbours tell calls apart, and weighs them.

    Examples
    --------
    >>> features = PairFeatures().fit(["暖气 不热", "暖气 漏水"])
    >>> features.names
    ['不热', '暖气', '暖气_不热', '暖气_漏水', '漏水']
    >>> features.transform(["不热"]).indices.tolist()
    [0]
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self._idf: npt.NDArray[np.float64] = np.zeros(0)
        self._numbers: dict[str, int] = {}
        self._columns: Numbers = np.zeros(0, dtype=np.int64)  # of each word, -1 where it is none
        self._index = KeyIndex(np.zeros(0, dtype=np.uint64))  # of the pairs kept
        self._pair_columns: Numbers = np.zeros(0, dtype=np.int64)

    def fit(self, lines: Sequence[str]) -> PairFeatures:
        """Learn from segmented calls; where nothing tells them apart, there are no names."""
        table = WordTable.of(lines)
        calls, size = len(table), len(table.words)
        least = 1 if calls <= _FEW_CALLS else 2 if calls <= _MANY_CALLS else 4
        most = calls if calls <= _FEW_CALLS else _COMMON * calls
        pair_rows, pairs = table.pairs()
        spread = np.bincount(_distinct(table.rows(), table.ids.astype(np.int64), size) % size, minlength=size)
        single = np.flatnonzero((spread >= least) & (spread <= most))
        keys, inverse = np.unique(pairs, return_inverse=True)
        pair_spread = np.bincount(_distinct(pair_rows, inverse, len(keys)) % max(len(keys), 1), minlength=len(keys))
        double = np.flatnonzero((pair_spread >= least) & (pair_spread <= most))
        kept = keys[double]
        names = [table.words[number] for number in single.tolist()]
        names += [f"{table.words[key // size]}_{table.words[key % size]}" for key in kept.tolist()]
        order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        self.names = [names[at] for at in order.tolist()]
        self._idf = np.log((1 + calls) / (1 + np.concatenate([spread[single], pair_spread[double]])[order])) + 1
        # From now on a word's number is its place among the words that a feature needs.
        needed = np.unique(np.concatenate([single, kept // size, kept % size]))
        self._numbers = {table.words[number]: at for at, number in enumerate(needed.tolist())}
        self._columns = np.full(len(needed), -1, dtype=np.int64)
        self._columns[np.searchsorted(needed, single)] = place[: len(single)]
        width = len(needed)
        renumbered = np.searchsorted(needed, kept // size) * width + np.searchsorted(needed, kept % size)
        by_key = np.argsort(renumbered)
        self._index = KeyIndex(renumbered[by_key].astype(np.uint64))
        self._pair_columns = place[len(single) :][by_key]
        return self

    def transform(self, lines: Sequence[str]) -> Any:
        """Return the TF-IDF rows (sublinear, of unit length)."""
        table = WordTable.of(lines)
        width = len(self._columns)
        number = np.array([self._numbers.get(word, -1) for word in table.words] or [-1], dtype=np.int64)
        ids, rows = number[table.ids], table.rows()
        columns = np.where(ids >= 0, self._columns[ids] if width else -1, -1)
        joined = (rows[1:] == rows[:-1]) & (ids[1:] >= 0) & (ids[:-1] >= 0)
        keys = ids[:-1][joined] * width + ids[1:][joined]
        at = self._index.find(keys.astype(np.uint64))
        known = at >= 0
        both_rows = np.concatenate([rows[columns >= 0], rows[:-1][joined][known]])
        both_columns = np.concatenate([columns[columns >= 0], self._pair_columns[at[known]]])
        matrix = sparse.csr_matrix(
            (np.ones(len(both_rows)), (both_rows, both_columns)), shape=(len(table), len(self.names))
        )
        matrix.sum_duplicates()
        matrix.data = (1 + np.log(matrix.data)) * self._idf[matrix.indices]
        return unit_rows(matrix)


def _distinct(rows: Numbers, columns: Numbers, width: int) -> Numbers:
    """Return ``row * width + column`` of every pair that occurs, once."""
    keys = np.sort(rows * np.int64(max(width, 1)) + columns)
    return keys[firsts(keys)]
