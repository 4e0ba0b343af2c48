"""Average linkage on a sparse graph: pairs that nobody compared count as unlike."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray


def link(
    size: int,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    likeness: NDArray[np.float64],
    cut: float,
) -> list[list[int]]:
    """Return the groups of at least two that average linkage forms above `cut`.

    Parameters
    ----------
    size : int
        Number of calls.
    left, right, likeness : ndarray
        The pairs that were compared, each once, and how likely each belongs together.
    cut : float
        Two groups join while the mean likeness over all pairs between them is at least this.

    Examples
    --------
    >>> pairs = np.array([0, 0, 1, 3]), np.array([1, 2, 2, 4]), np.array([0.9, 0.8, 0.7, 0.2])
    >>> link(5, *pairs, cut=0.5)
    [[0, 1, 2]]
    """
    # A pair below the cut still counts in a mean, one that is hardly alike at all only costs time.
    near = likeness >= cut / 4
    neighbours: dict[int, dict[int, float]] = {}
    heap: list[tuple[float, int, int, int, int]] = []
    for one, other, value in zip(left[near].tolist(), right[near].tolist(), likeness[near].tolist(), strict=True):
        neighbours.setdefault(one, {})[other] = value
        neighbours.setdefault(other, {})[one] = value
        if value >= cut:
            heap.append((-value, one, other, 1, 1))
    heapq.heapify(heap)
    members = {one: [one] for one in neighbours}
    while heap:
        _, one, other, size_one, size_other = heapq.heappop(heap)
        if len(members.get(one, ())) != size_one or len(members.get(other, ())) != size_other:
            continue  # one of them has grown or gone since
        mine, theirs = neighbours[one], neighbours.pop(other)
        del mine[other], theirs[one]
        for third, total in theirs.items():
            del neighbours[third][other]
            mine[third] = neighbours[third][one] = mine.get(third, 0.0) + total
        members[one] += members.pop(other)
        grown = len(members[one])
        for third, total in mine.items():
            mean = total / (grown * len(members[third]))
            if mean >= cut:
                first, second = (one, third) if one < third else (third, one)
                heapq.heappush(heap, (-mean, first, second, len(members[first]), len(members[second])))
    return sorted(sorted(group) for group in members.values() if len(group) > 1)
