"""What the calls of one file tell of each other: words that go with a category in it speak for that category.

When the heating season begins, words that no training week knew (a compound without heat, a broken exchange station)
stand in many calls whose category is plain from their other words. Each round counts the words by the categories as
they stand and weighs every call anew. Counts add up over chunks and the cost grows with the number of words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]

_ROUNDS: Final = 3
_COMMON: Final = 0.2  # words of more than this share of the calls tell nothing
_IMAGINED: Final = 1.0  # average calls that every word is counted together with


def softmax(margins: Floats) -> Floats:
    """Return the shares of each row that the margins amount to."""
    raised = np.exp(margins - margins.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def refine(margins: Floats, words: Sequence[str], strength: float) -> Floats:
    """Return the margins of each call, moved by what the words of the others tell (n in, n out, same order).

    Parameters
    ----------
    margins : array
        Calls × categories; their softmax is the classifier's opinion of each call alone.
    words : sequence of str
        The segmented texts.
    strength : float
        Weight of the words; 0 leaves everything as it is.

    Examples
    --------
    >>> alone = np.array([[2.0, 0.0]] * 5 + [[0.0, 0.1], [0.0, 2.0], [0.0, 2.0]])
    >>> moved = refine(alone, ["换热站 停"] * 6 + ["司机 拒载"] * 2, 1.0)
    >>> int(alone[5].argmax()), int(moved[5].argmax())
    (1, 0)
    """
    if strength <= 0 or len(words) < 2:
        return margins
    # Sums of floats depend on their order: the calls are taken in the order of their words, not of the file.
    order = np.array(sorted(range(len(words)), key=lambda row: (words[row], margins[row].tolist())))
    base = np.asarray(margins, dtype=np.float64)[order]
    presence = _presence([words[row] for row in order])
    weight = strength / np.sqrt(np.maximum(np.diff(presence.indptr), 1))[:, None]
    moved = base
    for _ in range(_ROUNDS):
        shares = softmax(moved)
        average = shares.mean(axis=0)
        counts = np.asarray(presence.T @ shares) + _IMAGINED * average
        ratios = np.log(counts / counts.sum(axis=1, keepdims=True) / average)
        moved = base + weight * np.asarray(presence @ ratios)
    result: Floats = np.empty_like(base)
    result[order] = moved
    return result


def _presence(words: Sequence[str]) -> sparse.csr_matrix:
    """Return which of the words of at least two calls each call holds (ones), very common ones left out."""
    sets = [sorted(set(line.split())) for line in words]
    counts = Counter(word for line in sets for word in line)
    most = max(20, int(_COMMON * len(words)))
    kept = [word for word, count in counts.items() if 2 <= count <= most and word[0].isalnum() and word != "0"]
    numbers = {word: number for number, word in enumerate(sorted(kept))}
    found = [[numbers[word] for word in line if word in numbers] for line in sets]
    starts = np.zeros(len(sets) + 1, dtype=np.int64)
    np.cumsum([len(line) for line in found], out=starts[1:])
    columns = np.fromiter((column for line in found for column in line), dtype=np.int64, count=int(starts[-1]))
    return sparse.csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(sets), len(numbers)))
