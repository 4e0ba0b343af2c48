"""Average linkage on a sparse graph: pairs that nobody compared count as unlike."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hotspot.arrays import firsts

FAINT: Final = 0.25  # of the cut, below which a pair counts as one that was not compared
_EXACT: Final = 1e-12  # means that differ by less are equal
_MANY: Final = 64  # pairs from which joining them all at once repays looking at the whole graph
_FEW: Final = 1 / 2000  # or this share of the pairs, where these are many

Numbers = NDArray[np.int64]
Ends = NDArray[np.int32]


def link(
    size: int,
    left: NDArray[Any],
    right: NDArray[Any],
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
    best = np.zeros(size, dtype=likeness.dtype)
    np.maximum.at(best, left, likeness)
    np.maximum.at(best, right, likeness)
    # Pairs that are hardly alike would only cost time: as missing ones they count as unlike just the same. A call that
    # has no near one joins nothing.
    near = (likeness >= FAINT * cut) & (best >= cut)[left] & (best >= cut)[right]
    one, other = left[near].astype(np.int32), right[near].astype(np.int32)
    graph = _Groups(one, other, likeness[near], np.ones(size, dtype=np.int64), np.arange(size, dtype=np.int32))
    del one, other, near
    while graph.join_mutual(cut):
        pass
    graph.join_rest(cut)
    order = np.argsort(graph.group, kind="stable")
    last = np.flatnonzero(np.diff(graph.group[order], append=-1))
    parts = np.split(order, last[:-1] + 1) if size else []
    return sorted(part.tolist() for part in parts if len(part) > 1)


@dataclass
class _Groups:
    """The groups so far, and what the pairs between each two of them (``one < other``) add up to."""

    one: Ends
    other: Ends
    total: NDArray[np.float64]
    sizes: Numbers
    group: Ends  # of each call: the number of its first call

    def join_mutual(self, cut: float) -> bool:
        """Join all pairs of groups each of which is the other's nearest; return whether that is worth repeating.

        Whatever else is joined, no mean likeness to a joined group is above the greater one to its two parts (average
        linkage is reducible), so that such pairs join sooner or later: Murtagh (1983), A survey of recent advances in
        hierarchical clustering algorithms.
        """
        mean = self.total / (self.sizes[self.one] * self.sizes[self.other])
        best = np.zeros(len(self.sizes))
        np.maximum.at(best, self.one, mean)
        np.maximum.at(best, self.other, mean)
        # For the same reason a group that has no near one will never have any.
        alive = (best[self.one] >= cut) & (best[self.other] >= cut)
        self.one, self.other, self.total = self.one[alive], self.other[alive], self.total[alive]
        mean = mean[alive]
        mutual = np.flatnonzero((mean >= cut) & (mean >= best[self.one]) & (mean >= best[self.other]))
        one, other = self.one[mutual], self.other[mutual]
        # Of several that are equally near, the first pair.
        number, first = np.arange(len(mutual)), np.full(len(self.sizes), len(mutual))
        np.minimum.at(first, one, number)
        np.minimum.at(first, other, number)
        chosen = (first[one] == number) & (first[other] == number)
        del mean, best, alive
        self._join(one[chosen], other[chosen])
        return int(chosen.sum()) >= max(_MANY, _FEW * len(self.one))

    def _join(self, one: Ends, other: Ends) -> None:
        """Join pairs of groups, no group twice."""
        self.sizes[one] += self.sizes[other]
        target = np.arange(len(self.sizes), dtype=np.int32)
        target[other] = one
        self.group = target[self.group]
        moved = np.zeros(len(self.sizes), dtype=np.bool_)
        moved[one] = moved[other] = True
        changed = moved[self.one] | moved[self.other]
        ends = target[self.one[changed]], target[self.other[changed]]
        low, high = np.minimum(*ends), np.maximum(*ends)
        keys = (low.astype(np.int64) * len(self.sizes) + high)[low != high]
        totals = self.total[changed][low != high]
        del ends, low, high
        order = np.argsort(keys, kind="stable")
        keys, totals = keys[order], totals[order]
        starts = np.flatnonzero(firsts(keys))
        low, high = np.divmod(keys[starts], len(self.sizes))
        self.one = np.concatenate([self.one[~changed], low.astype(np.int32)])
        self.other = np.concatenate([self.other[~changed], high.astype(np.int32)])
        self.total = np.concatenate([self.total[~changed], np.add.reduceat(totals, starts) if len(starts) else totals])

    def join_rest(self, cut: float) -> None:
        """Join what is left, the nearest two groups first."""
        neighbours: dict[int, dict[int, float]] = {}
        for one, other, total in zip(self.one.tolist(), self.other.tolist(), self.total.tolist(), strict=True):
            neighbours.setdefault(one, {})[other] = total
            neighbours.setdefault(other, {})[one] = total
        sizes = dict(zip(neighbours, self.sizes[list(neighbours)].tolist(), strict=True))
        mean = self.total / (self.sizes[self.one] * self.sizes[self.other])
        near = mean >= cut
        heap = list(zip((-mean[near]).tolist(), self.one[near].tolist(), self.other[near].tolist(), strict=True))
        heapq.heapify(heap)
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
            nearness = neighbours[one][other] / (sizes[one] * sizes[other])
            if nearness < -value - _EXACT:
                # The groups have grown since: a mean only falls, so the pair waits for its turn further down.
                if nearness >= cut:
                    heapq.heappush(heap, (-nearness, one, other))
                continue
            if len(neighbours[other]) > len(neighbours[one]):
                one, other = other, one
            mine, theirs = neighbours[one], neighbours.pop(other)
            del mine[other], theirs[one]
            for third, total in theirs.items():
                del neighbours[third][other]
                mine[third] = neighbours[third][one] = mine.get(third, 0.0) + total
            sizes[one] += sizes[other]
            inside[other] = one
        self.group = np.array([group(one) if one in inside else one for one in self.group.tolist()], dtype=np.int64)
