"""Pairs of calls that may belong together, found by what few calls share, and how much each pair agrees.

No pair is looked at because two calls exist: only because both hold one rare word, one place name or one rare string.
A term of more than `CROWD` calls finds no pairs by itself, and a call is compared with the `CLOSE` others that it
shares most with, and those of which it is one of these: the work grows with the calls, not with their square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hotspot.arrays import find_ends, firsts, ranges
from hotspot.mine.issue_sides import WORDED
from hotspot.mine.issue_views import NAMED, Views
from hotspot.mine.pair_products import products
from hotspot.scale import here, slices

CROWD: Final = 250  # calls of a term beyond which it finds no pairs
HEAVY: Final = 20  # terms of a call that may find pairs, the heaviest
_UNKNOWN_GAP: Final = 30.0  # days between two calls of unknown time
CLOSE: Final = 64  # partners of a call that are compared with it, those that share most, and calls of a block
_FAR: Final = 0.01  # by how much less a partner at the other end of the calls counts as near
Numbers = NDArray[np.int64]
Ends = NDArray[np.int32] | NDArray[np.int64]
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

    left: Ends
    right: Ends
    features: NDArray[np.float32]

    def column(self, name: str) -> NDArray[np.float32]:
        """Return one respect of all pairs."""
        return self.features[:, FEATURES.index(name)]


def heaviest(matrix: Any, most: int = HEAVY, crowd: int = CROWD, spread: Numbers | None = None) -> Any:
    """Return the matrix with the heaviest `most` terms of each row, terms of more than `crowd` rows left out.

    The rows may be some of all, where `spread` tells in how many of all each term is.
    """
    if spread is None:
        spread = np.bincount(matrix.indices[matrix.data != 0], minlength=matrix.shape[1])
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    telling = np.flatnonzero((matrix.data != 0) & (spread <= crowd)[matrix.indices])
    rows, columns, values = rows[telling], matrix.indices[telling], matrix.data[telling]
    sizes = np.bincount(rows, minlength=matrix.shape[0])
    kept = (sizes <= most)[rows]
    full = np.flatnonzero(~kept)
    order = full[np.lexsort((columns[full], -values[full], rows[full]))]
    first = np.searchsorted(rows[full], rows[full])  # where the row of each begins, before and after the sorting
    kept[order[np.arange(len(order)) - first < most]] = True
    entries = values[kept].astype(np.float32), columns[kept]
    return sparse.csr_matrix((*entries, find_ends(np.minimum(sizes, most))), shape=matrix.shape)


def in_blocks(matrix: Any, crowd: int = CLOSE) -> Any:
    """Return the matrix with each term of more than `crowd` rows divided into terms of at most `crowd` rows."""
    columns = matrix.tocsc()
    column = np.repeat(np.arange(columns.shape[1]), np.diff(columns.indptr))
    block = (np.arange(len(column)) - columns.indptr[column]) // crowd
    _, number = np.unique(column * (block.max(initial=0) + 1) + block, return_inverse=True)
    width = int(number.max(initial=0)) + 1
    return sparse.csr_matrix((columns.data, (columns.indices, number)), shape=(matrix.shape[0], width))


@dataclass(frozen=True)
class _Words:
    """The words of some calls that may find pairs."""

    views: Views

    def __call__(self, rows: slice) -> Any:
        return heaviest(self.views.worded.words(rows), spread=self.views.worded.spread)


@dataclass(frozen=True)
class _Finder:
    """Finds the pairs of some calls with later ones, by products that are large enough in one of several matrices.

    Given back are the partners of each call and how much the two share (in units of what is large enough), and for each
    call what its nearest `CLOSE` partners share at least.
    """

    matrices: Sequence[Any]
    turned: Sequence[Any]
    least: Sequence[float]

    def __call__(self, part: slice) -> tuple[Numbers, NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]:
        calls, size = self.matrices[0].shape[0], part.stop - part.start
        keys, shared = [], []
        for matrix, turned, least in zip(self.matrices, self.turned, self.least, strict=True):
            product = matrix[part] @ turned
            near = np.flatnonzero(product.data >= least)
            rows = np.searchsorted(product.indptr, near, "right") - 1
            keys.append(rows * calls + product.indices[near])
            shared.append(product.data[near] / np.float32(least))
        key, share = np.concatenate(keys), np.concatenate(shared)
        order = np.argsort(key, kind="stable")  # what is added up, in one order everywhere
        key, share = key[order], share[order]
        starts = np.flatnonzero(firsts(key))
        share = np.add.reduceat(share, starts) if len(starts) else share
        row, other = np.divmod(key[starts], calls)
        apart = other != row + part.start
        row, other, share = row[apart], other[apart], share[apart]
        # Of partners that share as much, and a crowd has many, those that stand near by are nearer.
        share = share * (1.0 - _FAR * np.abs(other - row - part.start) / calls).astype(np.float32)
        least_near = _nearest(np.bincount(row, minlength=size), share)
        later = other > row + part.start
        return (
            np.bincount(row[later], minlength=size),
            other[later].astype(np.int32),
            share[later].astype(np.float32),
            least_near,
        )


def _nearest(sizes: Numbers, share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the `CLOSE`-th largest share of each row (so many shares, row after row), zero where there are fewer."""
    least = np.zeros(len(sizes), dtype=np.float32)
    many = np.flatnonzero(sizes > CLOSE)
    if len(many):
        width = int(sizes.max())
        table = np.zeros((len(many), width), dtype=np.float32)
        starts, row = find_ends(sizes)[many], np.repeat(np.arange(len(many)), sizes[many])
        at = ranges(starts, sizes[many])
        table[row, at - starts[row]] = share[at]
        least[many] = np.partition(table, width - CLOSE, axis=1)[:, width - CLOSE]
    return least


def candidates(views: Views, spread: Any = None) -> list[tuple[Ends, Ends]]:
    """Return the pairs worth a closer look, each once, ``left < right``, sorted, in parts."""
    parts = slices(len(views))
    searches = [
        (sparse.vstack((spread or here)(_Words(views), parts), format="csr"), 0.10),
        (heaviest(views.title), 0.25),
        # A place of a crowd is what the crowd has in common: it must find pairs, if not all.
        (heaviest(in_blocks(views.names), 6), 0.02),
        (heaviest(views.place, 12), 0.35),
    ]
    matrices, least = zip(*searches, strict=True)
    finder = _Finder(matrices, [matrix.T.tocsr() for matrix in matrices], least)
    found = (spread or here)(finder, parts)
    near = np.concatenate([part[3] for part in found])
    pairs = []
    for rows, (sizes, right, share, _) in zip(parts, found, strict=True):
        left = np.repeat(np.arange(rows.start, rows.stop, dtype=np.int32), sizes)
        # A pair counts that is among the nearest of one of the two.
        close = share >= np.minimum(near[left], near[right])
        pairs.append((left[close], right[close]))
    return pairs


def compare(views: Views) -> Pairs:
    """Return the candidate pairs with their agreement."""
    return agree(views, *(np.concatenate(side) for side in zip(*candidates(views), strict=True)))


def agree(views: Views, left: Ends, right: Ends) -> Pairs:
    """Return the given pairs with their agreement."""
    lengths = views.worded.lengths
    worded = products(views.worded, left, right) * lengths[left] * lengths[right]
    columns = {
        **dict(zip(WORDED, worded.T, strict=True)),
        **dict(zip(NAMED, products(views.named, left, right).T, strict=True)),
    }
    placed, headed = np.diff(views.names.indptr) > 0, np.diff(views.head.indptr) > 0
    columns["placed"] = (placed[left] & placed[right]).astype(np.float32)
    columns["headed"] = (headed[left] & headed[right]).astype(np.float32)
    known = (views.told[left] >= 0) & (views.told[right] >= 0)
    both = known & (views.primary[left] >= 0) & (views.primary[right] >= 0)
    there = both & (views.primary[left] == views.primary[right])
    columns["other_place"] = (both & ~there).astype(np.float32)
    columns["matter"] = (there & (views.told[left] == views.told[right])).astype(np.float32)
    columns["other_matter"] = (there & (views.told[left] != views.told[right])).astype(np.float32)
    apart = np.zeros(len(left), dtype=bool)
    for area in (views.city, views.district):
        apart |= (area[left] != area[right]) & (area[left] >= 0) & (area[right] >= 0)
    columns["other_area"] = apart.astype(np.float32)
    gap = np.abs(views.days[left] - views.days[right])
    columns["days"] = np.log1p(np.nan_to_num(gap, nan=_UNKNOWN_GAP)).astype(np.float32)
    return Pairs(left, right, np.column_stack([columns[name] for name in FEATURES]).reshape(-1, len(FEATURES)))
