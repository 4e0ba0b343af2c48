"""Pairs of calls that may belong together, found by what few calls share, and how much each pair agrees.

No pair is looked at because two calls exist: only because both hold one rare word, one place name or one rare string.
A term of more than `CROWD` calls finds no pairs by itself: the work grows with the calls, not with their square.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hotspot.arrays import firsts
from hotspot.mine.issue_views import NAMED, WORDED, Views
from hotspot.mine.pair_products import products
from hotspot.scale import here

CROWD: Final = 250  # calls of a term beyond which it finds no pairs
HEAVY: Final = 20  # terms of a call that may find pairs, the heaviest
_UNKNOWN_GAP: Final = 30.0  # days between two calls of unknown time
_ROWS: Final = 2000  # rows of calls compared at a time
_PART: Final = 200_000  # pairs of a part that a process takes
Numbers = NDArray[np.int64]
FEATURES: Final = (
    "words",
    "full",
    "rare",
    "theme",
    "problem",
    "place",
    "head",
    "matter",
    "other_matter",
    "other_place",
    "placed",
    "headed",
    "other_area",
    "days",
)


@dataclass(frozen=True)
class Pairs:
    """Pairs of calls, ``left < right``, with their agreement in every respect (columns `FEATURES`)."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    features: NDArray[np.float64]

    def column(self, name: str) -> NDArray[np.float64]:
        """Return one respect of all pairs."""
        return self.features[:, FEATURES.index(name)]


def heaviest(matrix: Any, most: int = HEAVY, crowd: int = CROWD) -> Any:
    """Return the matrix with the heaviest `most` terms of each row, terms of more than `crowd` rows left out."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    spread = np.bincount(matrix.indices[matrix.data != 0], minlength=matrix.shape[1])
    telling = np.flatnonzero((matrix.data != 0) & (spread <= crowd)[matrix.indices])
    rows, columns, values = rows[telling], matrix.indices[telling], matrix.data[telling]
    order = np.lexsort((columns, -values, rows))
    first = np.searchsorted(rows, rows)  # where the row of each begins, before and after the sorting
    keep = order[np.arange(len(order)) - first < most]
    return sparse.csr_matrix((values[keep], (rows[keep], columns[keep])), shape=matrix.shape)


@dataclass(frozen=True)
class _Join:
    """Finds the pairs of which the earlier call is within some rows of one of several matrices."""

    matrices: Sequence[Any]
    least: Sequence[float]

    def __call__(self, part: tuple[int, int]) -> NDArray[np.int64]:
        which, start = part
        matrix, least = self.matrices[which], self.least[which]
        product = (matrix[start:] @ matrix[start : start + _ROWS].T).tocoo()
        near = (product.row > product.col) & (product.data >= least)
        left, right = (side[near].astype(np.int64) + start for side in (product.col, product.row))
        return np.asarray(left * matrix.shape[0] + right, dtype=np.int64)


def joined(matrices: Sequence[Any], least: Sequence[float], spread: Any = None) -> NDArray[np.int64]:
    """Return the keys ``left * n + right`` of the pairs whose product in one of the matrices is at least so large.

    Each key comes once, in rising order.
    """
    parts = [(which, start) for which, matrix in enumerate(matrices) for start in range(0, matrix.shape[0], _ROWS)]
    found = (spread or here)(_Join(matrices, least), parts)
    keys = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *found]))
    return np.asarray(keys[firsts(keys)], dtype=np.int64)


def in_blocks(matrix: Any, crowd: int = CROWD) -> Any:
    """Return the matrix with each term of more than `crowd` rows divided into terms of at most `crowd` rows."""
    columns = matrix.tocsc()
    column = np.repeat(np.arange(columns.shape[1]), np.diff(columns.indptr))
    block = (np.arange(len(column)) - columns.indptr[column]) // crowd
    _, number = np.unique(column * (block.max(initial=0) + 1) + block, return_inverse=True)
    width = int(number.max(initial=0)) + 1
    return sparse.csr_matrix((columns.data, (columns.indices, number)), shape=(matrix.shape[0], width))


def candidates(views: Views, spread: Any = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs worth a closer look, each once, ``left < right``."""
    searches: list[Callable[[], Any]] = [
        partial(heaviest, views.words),
        partial(heaviest, views.title),
        # A place of a crowd is what the crowd has in common: it must find pairs, if not all.
        partial(heaviest, in_blocks(views.names), 6),
        partial(heaviest, views.place, 12),
    ]
    keys = joined((spread or here)(_made, searches), (0.10, 0.25, 0.02, 0.35), spread)
    return keys // max(len(views), 1), keys % max(len(views), 1)


def _made(search: Callable[[], Any]) -> Any:
    return search()


def compare(views: Views, spread: Any = None) -> Pairs:
    """Return the candidate pairs with their agreement."""
    return agree(views, *candidates(views, spread))


def in_parts(function: Callable[[Any], Any], left: Numbers, right: Numbers, spread: Any = None) -> NDArray[np.float64]:
    """Return what a function gives for the pairs, asked part by part: what it needs of all of them is not held."""
    parts = [(left[at : at + _PART], right[at : at + _PART]) for at in range(0, len(left), _PART)]
    found: list[NDArray[np.float64]] = (spread or here)(function, parts)
    return np.concatenate([np.zeros(0), *found])


def agree(views: Views, left: NDArray[np.int64], right: NDArray[np.int64]) -> Pairs:
    """Return the given pairs with their agreement."""
    columns = {
        **dict(zip(WORDED, products([getattr(views, name) for name in WORDED], left, right), strict=True)),
        **dict(zip(NAMED, products(views.named, left, right), strict=True)),
    }
    placed, headed = np.diff(views.names.indptr) > 0, np.diff(views.head.indptr) > 0
    columns["placed"] = (placed[left] & placed[right]).astype(float)
    columns["headed"] = (headed[left] & headed[right]).astype(float)
    known = (views.told[left] >= 0) & (views.told[right] >= 0)
    both = known & (views.primary[left] >= 0) & (views.primary[right] >= 0)
    there = both & (views.primary[left] == views.primary[right])
    columns["other_place"] = (both & ~there).astype(float)
    columns["matter"] = (there & (views.told[left] == views.told[right])).astype(float)
    columns["other_matter"] = (there & (views.told[left] != views.told[right])).astype(float)
    apart = np.zeros(len(left), dtype=bool)
    for area in (views.city, views.district):
        apart |= (area[left] != area[right]) & (area[left] >= 0) & (area[right] >= 0)
    columns["other_area"] = apart.astype(float)
    gap = np.abs(views.days[left] - views.days[right])
    columns["days"] = np.log1p(np.nan_to_num(gap, nan=_UNKNOWN_GAP))
    return Pairs(left, right, np.column_stack([columns[name] for name in FEATURES]).reshape(-1, len(FEATURES)))
