"""Large issues: what many calls share finds no pairs (it would be too many), so that a crowd falls into several groups.

The groups of a crowd are compared by a few calls of each, where their words are near or both are about one place: the
place of most of their calls.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hotspot.arrays import find_ends, ranges
from hotspot.mine.issue_linkage import link
from hotspot.mine.issue_pairs import agree, heaviest
from hotspot.mine.issue_score import probability
from hotspot.mine.issue_views import Views
from hotspot.mine.vectors import to_unit
from hotspot.scale import slices

Numbers = NDArray[np.int64]
LARGE: Final = 12  # calls of a group that may be a part of a crowd
_NEAR: Final = 0.3  # cosine of two groups that are worth comparing
_ALONE: Final = 0.5  # of the likeness at which groups join, what the calls alone must reach
_SAMPLE: Final = 8  # calls of each group that are compared
_TERMS: Final = 40  # terms of a group that may find others


def join_crowds(views: Views, groups: list[list[int]], cut: float) -> list[list[int]]:
    """Return the groups, those joined to a large one whose calls are likely of one issue with its calls."""
    large = np.array([len(group) >= LARGE for group in groups], dtype=bool)
    if len(groups) < 2 or not large.any():
        return groups
    one, other = _worth_comparing(views, groups, large)
    if not len(one):
        return groups
    drawn = {number: _sample(groups[number]) for number in np.unique([one, other]).tolist()}
    crossed = [
        np.array([np.repeat(drawn[a], len(drawn[b])), np.tile(drawn[b], len(drawn[a]))])
        for a, b in zip(one.tolist(), other.tolist(), strict=True)
    ]
    pairs = agree(views, *np.concatenate(crossed, axis=1))
    ends = np.cumsum([part.shape[1] for part in crossed])
    means = np.array([part.mean() for part in np.split(probability(pairs), ends[:-1])])
    # What the calls say is half of their likeness: the company that they keep in a crowd is the other half.
    found = link(len(groups), one, other, means, _ALONE * cut)
    taken = {number for numbers in found for number in numbers}
    kept = [group for number, group in enumerate(groups) if number not in taken]
    return sorted(kept + [sorted(call for number in numbers for call in groups[number]) for numbers in found])


def _centres(views: Views, groups: list[list[int]]) -> Any:
    """Return the heaviest terms of the mean of each group's calls, of unit length."""
    parts = []
    for part in slices(len(groups)):
        sizes = np.array([len(group) for group in groups[part]])
        calls = np.concatenate([np.asarray(group, dtype=np.int64) for group in groups[part]])
        ones = np.ones(len(calls), np.float32), np.arange(len(calls)), find_ends(sizes)
        parts.append(to_unit(sparse.csr_matrix(ones, (len(sizes), len(calls))) @ views.worded.words(calls)))
    return heaviest(sparse.vstack(parts, format="csr"), _TERMS)


def _worth_comparing(views: Views, groups: list[list[int]], large: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Return the pairs of groups, one of which is large, of near words or about one place: ``one < other``, sorted."""
    centres, places, crowds = _centres(views, groups), _places(views, groups), np.flatnonzero(large)
    by_place = np.argsort(places, kind="stable")
    first, last = (np.searchsorted(places[by_place], places[crowds], side) for side in ("left", "right"))
    pairs = [(np.repeat(crowds, last - first), by_place[ranges(first, last - first)])]
    for part in slices(len(crowds)):
        near = (centres[crowds[part]] @ centres.T).tocoo()
        alike = near.data >= _NEAR
        pairs.append((crowds[part][near.row[alike]], near.col[alike].astype(np.int64)))
    one, other = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    keys = np.unique((np.minimum(one, other) * len(groups) + np.maximum(one, other))[one != other])
    return keys // len(groups), keys % len(groups)


def _places(views: Views, groups: list[list[int]]) -> Numbers:
    """Return the place that most of each group's calls are about; a number of its own, below 0, where there is none."""
    sizes = np.array([len(group) for group in groups])
    about = views.primary[np.concatenate(groups)]
    width = int(about.max(initial=0)) + 1
    keys = np.repeat(np.arange(len(groups)), sizes) * width + about
    keys, counts = np.unique(keys[about >= 0], return_counts=True)
    group, place = np.divmod(keys, width)
    most = 2 * counts > sizes[group]
    found = -1 - np.arange(len(groups))
    found[group[most]] = place[most]
    return found


def _sample(group: list[int]) -> NDArray[np.int64]:
    """Return some calls of a group, evenly spread over its order."""
    at = np.unique(np.linspace(0, len(group) - 1, min(_SAMPLE, len(group))).astype(np.int64))
    return np.asarray(group, dtype=np.int64)[at]
