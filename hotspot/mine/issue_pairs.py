"""Pairs of calls that may belong together, found by what few calls share, and how much each pair agrees.

No pair is looked at because two calls exist: only because both hold one rare word, one place name or one rare string.
A term of more than `CROWD` calls finds no pairs by itself: the work grows with the calls, not with their square.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hotspot.mine.issue_views import Views

CROWD: Final = 250  # calls of a term beyond which it finds no pairs
HEAVY: Final = 20  # terms of a call that may find pairs, the heaviest
_UNKNOWN_GAP: Final = 30.0  # days between two calls of unknown time
_ROWS: Final = 2000  # rows of calls compared at a time
_CHUNK: Final = 100_000  # pairs whose agreement is computed at a time
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
    spread = np.bincount(matrix.indices, minlength=matrix.shape[1])
    kept = matrix.copy()
    kept.data[spread[kept.indices] > crowd] = 0.0
    kept.eliminate_zeros()
    rows = np.repeat(np.arange(kept.shape[0]), np.diff(kept.indptr))
    order = np.lexsort((kept.indices, -kept.data, rows))
    place = np.arange(len(order)) - kept.indptr[rows[order]]
    keep = order[place < most]
    return sparse.csr_matrix((kept.data[keep], (rows[keep], kept.indices[keep])), shape=kept.shape)


def _joined(matrix: Any, least: float) -> NDArray[np.int64]:
    """Return the keys ``left * n + right`` of the pairs whose product is at least `least`."""
    height = matrix.shape[0]
    turned = matrix.T.tocsr()
    keys = []
    for start in range(0, height, _ROWS):
        product = (matrix[start : start + _ROWS] @ turned).tocoo()
        left, right = product.row.astype(np.int64) + start, product.col.astype(np.int64)
        near = (right > left) & (product.data >= least)
        keys.append(left[near] * height + right[near])
    return np.concatenate(keys) if keys else np.zeros(0, dtype=np.int64)


def candidates(views: Views) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs worth a closer look, each once, ``left < right``."""
    found = [
        _joined(heaviest(views.words), 0.10),
        _joined(heaviest(views.title), 0.25),
        _joined(heaviest(views.names, 6), 0.02),
        _joined(heaviest(views.place, 12), 0.35),
    ]
    keys = np.unique(np.concatenate(found))
    return keys // max(len(views), 1), keys % max(len(views), 1)


def product(matrix: Any, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the product of the two rows of each pair."""
    values = np.empty(len(left))
    for start in range(0, len(left), _CHUNK):
        part = slice(start, start + _CHUNK)
        values[part] = np.asarray(matrix[left[part]].multiply(matrix[right[part]]).sum(axis=1)).ravel()
    return values


def compare(
    views: Views,
    days: NDArray[np.float64],
    themes: NDArray[np.int64],
    primary: NDArray[np.int64],
    areas: tuple[NDArray[np.int64], ...] = (),
) -> Pairs:
    """Return the candidate pairs with their agreement.

    Parameters
    ----------
    views : Views
        The sides of the calls.
    days : ndarray of float
        Time in days, NaN where unknown.
    themes, primary : ndarray of int
        Number of the theme and of the primary place, -1 where unknown.
    areas : tuple of ndarray of int
        Numbers of city, of district, -1 where unknown.
    """
    left, right = candidates(views)
    placed = np.diff(views.names.indptr) > 0
    gap = np.nan_to_num(np.abs(days[left] - days[right]), nan=_UNKNOWN_GAP)
    columns = {
        name: product(getattr(views, name), left, right)
        for name in ("words", "full", "rare", "theme", "problem", "place", "head")
    }
    headed = np.diff(views.head.indptr) > 0
    columns["headed"] = (headed[left] & headed[right]).astype(float)
    columns["placed"] = (placed[left] & placed[right]).astype(float)
    themed = (themes[left] >= 0) & (themes[right] >= 0)
    same_place = (primary[left] == primary[right]) & (primary[left] >= 0)
    columns["matter"] = (themed & same_place & (themes[left] == themes[right])).astype(float)
    columns["other_matter"] = (themed & same_place & (themes[left] != themes[right])).astype(float)
    apart = np.zeros(len(left), dtype=bool)
    for area in areas:
        apart |= (area[left] != area[right]) & (area[left] >= 0) & (area[right] >= 0)
    columns["other_area"] = apart.astype(float)
    columns["days"] = np.log1p(gap)
    return Pairs(left, right, np.column_stack([columns[name] for name in FEATURES]).reshape(-1, len(FEATURES)))
