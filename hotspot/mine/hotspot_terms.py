"""The key terms of a group of calls: words that it holds much more often than the other calls of the week."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Final

_FEWEST: Final = 2


def count_calls(words: Iterable[str]) -> tuple[Counter[str], int]:
    """Return in how many calls each word stands, and how many calls there are (segmented, words joined by blanks)."""
    counts, calls = Counter[str](), 0
    for line in words:
        counts.update(set(line.split()))
        calls += 1
    return counts, calls


def key_terms(group: Iterable[str], week: tuple[Counter[str], int], most: int = 10) -> tuple[str, ...]:
    """Return the words typical of `group` among the calls of the `week`, most typical first.

    Parameters
    ----------
    group : iterable of str
        Segmented texts, words joined by blanks, a part of the week's.
    week : (Counter, int)
        From `count_calls`.
    most : int
        How many to return.

    Examples
    --------
    >>> key_terms(["暖气 不热"] * 3, count_calls(["暖气 不热"] * 3 + ["路灯 不亮"] * 5))
    ('不热', '暖气')
    """
    inside, inner = count_calls(group)
    outside, outer = week
    scored = []
    for word, count in inside.items():
        if len(word) < 2 or word.isascii() or count < max(_FEWEST, 0.02 * inner):
            continue
        rest = outside[word] - count
        ratio = ((count + 0.5) / (inner + 1)) / ((rest + 0.5) / (outer - inner + 1))
        if ratio > 1:
            # Typical and frequent: a word of two calls tells nothing of a hundred.
            scored.append((-math.log(ratio) * count, word))
    return tuple(word for _, word in sorted(scored)[:most])
