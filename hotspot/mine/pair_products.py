"""Products of the rows of many pairs: what each two calls have in common, seen from several sides in one look.

A sparse library copies both rows of every pair and merges them, for each side anew. Here the rows of a few left calls
are laid out in a table, in which the terms of all their partners are looked up at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hotspot.arrays import find_ends, firsts, ranges

_TABLE: Final = 1 << 20  # cells of the table: what a processor's cache holds
_TERMS: Final = 1 << 15  # terms of right calls that are looked up at a time

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def products(matrices: Sequence[Any], left: Numbers, right: Numbers) -> list[Floats]:
    """Return, for each matrix, the product of the two rows of each pair.

    Parameters
    ----------
    matrices : sequence of CSR matrices
        All of one pattern: the same ``indptr`` and ``indices``; only the values differ, zeros among them.
    left, right : array of int
        The rows of each pair, sorted by `left`.

    Examples
    --------
    >>> from scipy import sparse
    >>> matrix = sparse.csr_matrix(np.array([[1.0, 2.0], [0.0, 3.0], [4.0, 0.0]]))
    >>> products([matrix], np.array([0, 0, 1]), np.array([1, 2, 2]))[0].tolist()
    [6.0, 4.0, 0.0]
    """
    found = [np.zeros(len(left)) for _ in matrices]
    pattern = matrices[0]
    indices, width = pattern.indices, max(pattern.shape[1], 1)
    starts, lengths = pattern.indptr[:-1].astype(np.int64), np.diff(pattern.indptr).astype(np.int64)
    most = max(1, _TABLE // width)
    table = np.zeros(most * width, dtype=np.int32)
    opens = np.append(np.flatnonzero(firsts(left)), len(left))
    upto = find_ends(lengths[right])[opens]  # terms of the partners before each left row
    for first, last in _portions(upto, most):
        pairs = slice(opens[first], opens[last])
        rows, partners = left[opens[first:last]], right[pairs]
        bases = np.arange(len(rows)) * width
        own = ranges(starts[rows], lengths[rows])
        cells = np.repeat(bases, lengths[rows]) + indices[own]
        table[cells] = own + 1
        theirs = ranges(starts[partners], lengths[partners])
        met = table.take(np.repeat(bases, np.diff(upto[first : last + 1])) + indices.take(theirs))
        table[cells] = 0
        common = np.flatnonzero(met != 0)
        met, theirs = met.take(common) - 1, theirs.take(common)
        pair = np.repeat(np.arange(len(partners)), lengths[partners]).take(common)
        for values, matrix in zip(found, matrices, strict=True):
            values[pairs] = np.bincount(pair, matrix.data.take(met) * matrix.data.take(theirs), len(partners))
    return found


def _portions(upto: Numbers, most: int) -> Iterator[tuple[int, int]]:
    """Yield the left rows that are done together: at most so many, whose partners have not too many terms."""
    first = 0
    while first < len(upto) - 1:
        last = int(np.searchsorted(upto, upto[first] + _TERMS, "right")) - 1
        last = min(max(last, first + 1), first + most, len(upto) - 1)
        yield first, last
        first = last
