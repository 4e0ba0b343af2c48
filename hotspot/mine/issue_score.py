"""How likely two calls belong to one issue: a logistic of a handful of agreements.

The coefficients are general (no vocabulary): they were fitted on one half of a set of real messages grouped by reading,
rounded, and checked on the other half (`benchmarks/issues.py`).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hotspot.mine.issue_pairs import Pairs

_INTERCEPT: Final = -15.8
_COEFFICIENTS: Final = {
    "words": -4.7,
    "root_words": 29.7,
    "title": 1.3,
    "theme": -9.3,
    "problem": 2.9,
    "place": -1.4,
    "names": 3.4,
    "strings": 3.2,
    "both_placed": -1.5,
    "days": -1.1,
    "words_names": -10.4,
    "theme_names": 9.3,
    "problem_names": -1.6,
    "problem_place": 2.4,
    "words_strings": -1.9,
    "theme_strings": -4.2,
    "no_name": 1.5,
    "other_place": -0.9,
}


def _terms(pairs: Pairs) -> dict[str, NDArray[np.float64]]:
    """Return the agreements of all pairs, and their products, by name of coefficient."""
    words, theme, problem = pairs.column("words"), pairs.column("theme"), pairs.column("problem")
    place, placed = pairs.column("place"), pairs.column("both_placed")
    names = np.minimum(pairs.column("names"), 12.0) / 6.0
    strings = pairs.column("strings") / 6.0
    return {
        "words": words,
        "root_words": np.sqrt(words),
        "title": pairs.column("title"),
        "theme": theme,
        "problem": problem,
        "place": place,
        "names": names,
        "strings": strings,
        "both_placed": placed,
        "days": pairs.column("days") / 6.0,
        "words_names": words * names,
        "theme_names": theme * names,
        "problem_names": problem * names,
        "problem_place": problem * place,
        "words_strings": words * strings,
        "theme_strings": theme * strings,
        "no_name": placed * (names == 0),
        "other_place": placed * (place < 0.1),
    }


def likeness(pairs: Pairs) -> NDArray[np.float64]:
    """Return for each pair the probability, 0 to 1, that both calls tell of one issue."""
    terms = _terms(pairs)
    total = sum((weight * terms[name] for name, weight in _COEFFICIENTS.items()), np.full(len(pairs.left), _INTERCEPT))
    return np.asarray(1.0 / (1.0 + np.exp(-total)))
