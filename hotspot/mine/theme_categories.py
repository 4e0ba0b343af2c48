"""Categories settled by themes: a call of a theme whose calls are nearly all of one category is hardly of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hotspot.mine.themes import OTHER

# Weight of the theme's categories against the call's own, and how many average calls a theme is counted together with.
_WEIGHT: Final = 1.5
_IMAGINED: Final = 2.0
_FLOOR: Final = 1e-9


def settle_categories(probabilities: NDArray[np.float64], themes: Sequence[str]) -> NDArray[np.float64]:
    """Return the probability of each category for each call once its theme is known (calls × categories).

    A theme's categories are the mean of what the classifier gives its calls; a theme of few calls leans to the week's
    average and changes little. Calls without a theme stay as they are.

    Parameters
    ----------
    probabilities : array
        From the classifier, one row per call.
    themes : sequence of str
        Theme of each call.

    Examples
    --------
    >>> given = np.array([[0.9, 0.1]] * 9 + [[0.4, 0.6]])
    >>> settle_categories(given, ["供暖不热"] * 10)[-1].argmax()
    np.int64(0)
    """
    given = np.asarray(probabilities, dtype=np.float64)
    if not len(given):
        return given
    names, numbers = np.unique(np.asarray(themes, dtype=str), return_inverse=True)
    sums = np.zeros((len(names), given.shape[1]))
    np.add.at(sums, numbers, given)
    sums += _IMAGINED * given.mean(axis=0)
    theirs = sums / sums.sum(axis=1, keepdims=True)
    joint = np.log(given + _FLOOR) + _WEIGHT * np.log(theirs[numbers] + _FLOOR)
    joint[names[numbers] == OTHER] = np.log(given[names[numbers] == OTHER] + _FLOOR)
    powers = np.exp(joint - joint.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)
