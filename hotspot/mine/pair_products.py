"""Products of the rows of many pairs: what each two calls have in common, seen from several sides in one look.

A sparse library copies both rows of every pair and merges them, for each side anew. Here the rows of a few left calls
are laid out in a table, which the rows of all their partners are multiplied with at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hotspot.arrays import find_ends, firsts

_ROWS: Final = 64  # left rows in the table: with their columns few enough that a processor's cache holds it
_TERMS: Final = 1 << 16  # terms of right calls that are looked up at a time

Numbers = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]


class Sides(Protocol):
    """What rows hold, and what it weighs on either end of a pair, seen from several sides.

    Sides for which an entry of the right row weighs the same make one look.
    """

    @property
    def matrix(self) -> Any:
        """CSR: the columns of each row, and for each entry what `given` tells its weights by."""

    @property
    def count(self) -> int:
        """Number of sides."""

    def laid(self, rows: Numbers) -> tuple[Numbers, Numbers, list[Floats]]:
        """Return position among the rows and column of what they weigh on the left, and for each look the weights."""

    def given(self, entries: Any) -> list[Floats]:
        """Return for each look what entries weigh on the right."""


class Beside:
    """Matrices as `Sides`, the columns of one beside those of the others.

    Parameters
    ----------
    matrices : sequence of CSR matrices
        One for each side.
    """

    def __init__(self, matrices: Sequence[Any]) -> None:
        self.matrix = sparse.hstack(matrices, format="csr", dtype=np.float32)
        self.count = len(matrices)
        self._ends = np.cumsum([matrix.shape[1] for matrix in matrices])

    def laid(self, rows: Numbers) -> tuple[Numbers, Numbers, list[Floats]]:
        """Return each entry, with a weight from the side that its column belongs to."""
        part = self.matrix[rows]
        weights = np.zeros((part.nnz, len(self._ends)), dtype=np.float32)
        weights[np.arange(part.nnz), np.searchsorted(self._ends, part.indices, "right")] = part.data
        return np.repeat(np.arange(len(rows)), np.diff(part.indptr)), part.indices, [weights]

    def given(self, entries: Any) -> list[Floats]:
        """Return the entries: the table tells which side they count for."""
        return [entries]


def products(sides: Sides, left: Numbers, right: Numbers) -> Floats:
    """Return for each pair the products of its two rows, a column for each side.

    Parameters
    ----------
    sides : Sides
        What the rows hold.
    left, right : array of int
        The rows of each pair, sorted by `left`.

    Examples
    --------
    >>> matrix = sparse.csr_matrix(np.array([[1.0, 2.0], [0.0, 3.0], [4.0, 0.0]]))
    >>> products(Beside([matrix]), np.array([0, 0, 1]), np.array([1, 2, 2])).ravel().tolist()
    [6.0, 4.0, 0.0]
    """
    found = np.zeros((len(left), sides.count), dtype=np.float32)
    matrix = sides.matrix
    lengths = np.diff(matrix.indptr)
    local = np.zeros(matrix.shape[1], dtype=np.int32)  # the column of the table for each column of some left rows
    opens = np.append(np.flatnonzero(firsts(left)), len(left))
    upto = find_ends(lengths[right])[opens]  # terms of the partners before each left row
    for first, last in _portions(upto):
        pairs = slice(opens[first], opens[last])
        row, columns, laid = sides.laid(left[opens[first:last]])
        number = np.arange(1, len(columns) + 1, dtype=np.int32)
        local[columns] = number
        used = columns[local[columns] == number]  # each column once
        local[used] = np.arange(1, len(used) + 1, dtype=np.int32)
        width = len(used) + 1  # what no left row holds shares one empty column
        cells = row * width + local[columns]
        partners = matrix[right[pairs]]
        bases = np.arange(last - first, dtype=np.int32) * np.int32(width)
        reached = local.take(partners.indices, mode="clip")  # no index is out of range: this mode does not ask
        local[columns] = 0
        reached += np.repeat(bases, np.diff(upto[first : last + 1]))
        at = 0
        for weights, given in zip(laid, sides.given(partners.data), strict=True):
            table = np.zeros((len(bases) * width, weights.shape[1]), dtype=np.float32)
            table[cells] = weights
            rows = sparse.csr_matrix((given, reached, partners.indptr), (len(partners.indptr) - 1, len(table)))
            found[pairs, at : at + weights.shape[1]] = rows @ table
            at += weights.shape[1]
    return found


def _portions(upto: Numbers) -> Iterator[tuple[int, int]]:
    """Yield the left rows that are done together: not too many, whose partners have not too many terms."""
    first = 0
    while first < len(upto) - 1:
        last = int(np.searchsorted(upto, upto[first] + _TERMS, "right")) - 1
        last = min(max(last, first + 1), first + _ROWS, len(upto) - 1)
        yield first, last
        first = last
