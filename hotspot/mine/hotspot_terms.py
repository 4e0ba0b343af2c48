"""The key terms of a group of calls: words that it holds much more often than the other calls of the week."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from hotspot.mine.word_table import WordTable

_FEWEST: Final = 2


class KeyTerms:
    """Tells the words that are typical of groups among the calls of a week.

    Parameters
    ----------
    words : WordTable
        The words of each call of the week.

    Examples
    --------
    >>> week = WordTable.of(["暖气 不热"] * 3 + ["路灯 不亮"] * 5)
    >>> KeyTerms(week).of(np.arange(3))
    ('不热', '暖气')
    """

    def __init__(self, words: WordTable) -> None:
        self._words = words
        self._spread = words.spread()

    def of(self, rows: npt.NDArray[np.int64], most: int = 10) -> tuple[str, ...]:
        """Return the words typical of some calls, most typical first."""
        inner, outer = len(rows), len(self._words)
        inside = self._words[rows].spread()
        scored = []
        for number in np.flatnonzero(inside >= max(_FEWEST, 0.02 * inner)).tolist():
            word, count = self._words.words[number], int(inside[number])
            if len(word) < 2 or word.isascii():
                continue
            rest = int(self._spread[number]) - count
            ratio = ((count + 0.5) / (inner + 1)) / ((rest + 0.5) / (outer - inner + 1))
            if ratio > 1:
                # Typical and frequent: a word of two calls tells nothing of a hundred.
                scored.append((-math.log(ratio) * count, word))
        return tuple(word for _, word in sorted(scored)[:most])
