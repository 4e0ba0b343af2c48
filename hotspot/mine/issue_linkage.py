"""Average linkage on a sparse graph: pairs that nobody compared count as unlike."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

_EXACT = 1e-12  # means that differ by less are equal


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
    # Pairs that are hardly alike would only cost time: as missing ones they count as unlike just the same.
    near = likeness >= cut / 4
    neighbours: dict[int, dict[int, float]] = {}
    heap: list[tuple[float, int, int]] = []
    for one, other, value in zip(left[near].tolist(), right[near].tolist(), likeness[near].tolist(), strict=True):
        neighbours.setdefault(one, {})[other] = value
        neighbours.setdefault(other, {})[one] = value
        if value >= cut:
            heap.append((-value, one, other))
    heapq.heapify(heap)
    members = {one: [one] for one in neighbours}
    inside = {one: one for one in neighbours}  # the group that a group has joined, itself while it stands alone

    def group(one: int) -> int:
        while inside[one] != one:
            inside[one] = one = inside[inside[one]]
        return one

    while heap:
        value, one, other = heapq.heappop(heap)
        one, other = sorted((group(one), group(other)))
        if one == other:
            continue
        mean = neighbours[one][other] / (len(members[one]) * len(members[other]))
        if mean < -value - _EXACT:
            # The groups have grown since: a mean only falls, so the pair waits for its turn further down.
            if mean >= cut:
                heapq.heappush(heap, (-mean, one, other))
            continue
        if len(neighbours[other]) > len(neighbours[one]):
            one, other = other, one
        mine, theirs = neighbours[one], neighbours.pop(other)
        del mine[other], theirs[one]
        for third, total in theirs.items():
            del neighbours[third][other]
            mine[third] = neighbours[third][one] = mine.get(third, 0.0) + total
        members[one] += members.pop(other)
        inside[other] = one
    return sorted(sorted(joined) for joined in members.values() if len(joined) > 1)
