"""What the calls of one file tell of each other: words that go with a category in it speak for that category.

When the heating season begins, words that no training week knew (a compound without heat, a broken exchange station)
stand in many calls whose category is plain from their other words. Each round counts the words by the categories as
they stand and weighs every call anew. Counts add up over chunks and the cost grows with the number of words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hotspot.arrays import find_ends
from hotspot.mine.word_table import WordTable

Floats = npt.NDArray[np.float64]

_ROUNDS: Final = 3
_COMMON: Final = 0.2  # words of more than this share of the calls tell nothing
_STEPS: Final = 2.0**30  # in which shares are counted: sums over millions of calls stay exact
_PART: Final = 5_000  # calls that are looked at together
_IMAGINED: Final = 1.0  # average calls that every word is counted together with


def softmax(margins: Floats) -> Floats:
    """Return the shares of each row that the margins amount to."""
    raised = np.exp(margins - margins.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


class Company:
    """The calls of one file, which help to tell each other.

    Parameters
    ----------
    words : sequence of str
        The segmented texts.

    Examples
    --------
    >>> alone = np.array([[2.0, 0.0]] * 5 + [[0.0, 0.1], [0.0, 2.0], [0.0, 2.0]])
    >>> moved = Company(["换热站 停"] * 6 + ["司机 拒载"] * 2).refine(alone, 1.0)
    >>> int(alone[5].argmax()), int(moved[5].argmax())
    (1, 0)
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words

    @cached_property
    def _presence(self) -> list[sparse.csr_matrix]:
        """Which words each call holds, for some calls at a time."""
        return list(_presence(WordTable.of(self._words)))

    def refine(self, margins: Floats, strength: float) -> Floats:
        """Return the margins of each call, moved by what the words of the others tell (n in, n out, same order).

        Parameters
        ----------
        margins : array
            Calls × categories; their softmax is the classifier's opinion of each call alone.
        strength : float
            Weight of the words; 0 leaves everything as it is.
        """
        if strength <= 0 or len(margins) < 2:
            return margins
        base = np.asarray(margins, dtype=np.float64)
        parts = self._presence
        ends = np.cumsum([0, *(part.shape[0] for part in parts)]).tolist()
        moved = base
        for _ in range(_ROUNDS):
            # In whole steps, so that the sums are exact: the order of the calls in the file moves nothing.
            told, total = np.zeros((parts[0].shape[1], base.shape[1])), np.zeros(base.shape[1])
            for part, (first, last) in zip(parts, pairwise(ends), strict=True):
                shares = np.rint(softmax(moved[first:last]) * _STEPS)
                told += part.T @ shares
                total += shares.sum(axis=0)
            average = total / _STEPS / len(base)
            counts = told / _STEPS + _IMAGINED * average
            ratios = np.log(counts / counts.sum(axis=1, keepdims=True) / average)
            moved = np.empty_like(base)
            for part, (first, last) in zip(parts, pairwise(ends), strict=True):
                weight = strength / np.sqrt(np.maximum(np.diff(part.indptr), 1))[:, None]
                moved[first:last] = base[first:last] + weight * np.asarray(part @ ratios)
        return moved


def _presence(table: WordTable) -> Iterator[sparse.csr_matrix]:
    """Yield which of the words of at least two calls each call holds (ones), very common ones left out."""
    spread = table.spread()
    most = max(20, int(_COMMON * len(table)))
    kept = np.flatnonzero((spread >= 2) & (spread <= most))
    # In the order of the words, so that sums over a call's words do not depend on which was heard first.
    ordered = sorted((table.words[at], at) for at in kept.tolist())
    columns = [at for word, at in ordered if word[:1].isalnum() and word != "0"]
    numbers = np.full(len(table.words), -1, dtype=np.int32)
    numbers[columns] = np.arange(len(columns))
    starts = range(0, len(table), _PART)
    # The values of all parts are one array.
    ones = np.ones(int(max(np.diff(table.ends[[*starts, len(table)]]), default=0)))
    for start in starts:
        counts = table[start : start + _PART].count()
        found = numbers[counts.indices]
        known = found >= 0
        ends = find_ends(known)[counts.indptr]
        shape = (counts.shape[0], len(columns))
        presence = sparse.csr_matrix((ones[: ends[-1]], found[known], ends.astype(np.int32)), shape, copy=False)
        presence.sort_indices()
        yield presence
