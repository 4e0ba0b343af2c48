"""How sure a category is: the chance that the most probable one is right, from its lead over the second.

The lead orders calls better than the probability of the first category does (`benchmarks/categories.py`, accuracy on
the most confident 80 %): what the other categories share among them says little about the first. The chance is fitted
to rows that the machine had not seen (Platt, "Probabilistic outputs for support vector machines", 1999).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hotspot.mine.category_refine import softmax

Floats = npt.NDArray[np.float64]
_TINY = 1e-12


def measure_lead(proba: Floats) -> Floats:
    """Return the logarithm of how many times more probable the first category is than the second, per row.

    Examples
    --------
    >>> measure_lead(np.array([[0.25, 0.5, 0.25]])).round(3).tolist()
    [0.693]
    """
    ordered = np.sort(proba, axis=1)
    lead: Floats = np.log(ordered[:, -1] + _TINY) - np.log(ordered[:, -2] + _TINY)
    return lead


def fit_scale(margins: Floats, numbers: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Return the factor on the margins under which the held-out labels are most likely, and the loss that is left."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(numbers))

    def loss(logarithm: float) -> float:
        return float(-np.log(softmax(margins * np.exp(logarithm))[rows, numbers] + 1e-12).mean())

    found = minimize_scalar(loss, bounds=(-2.0, 4.0), method="bounded")
    return float(np.exp(found.x)), float(found.fun)


def fit_surety(proba: Floats, truth: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Return slope and offset with which the lead gives the chance that the first category is right.

    Parameters
    ----------
    proba : array of shape (rows, categories)
        Of rows that the machine had not seen.
    truth : array of int
        The right column of each row. Few rows leave the slope near 1 and the offset near 0.
    """
    from scipy.optimize import minimize

    lead, right = measure_lead(proba), proba.argmax(axis=1) == truth

    def loss(at: Floats) -> float:
        told = at[0] * lead + at[1]
        misses = np.logaddexp(0.0, np.where(right, -told, told)).sum()
        return float(misses + 0.5 * ((at[0] - 1) ** 2 + at[1] ** 2))

    found = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.05, 20.0), (-10.0, 10.0)])
    return float(found.x[0]), float(found.x[1])


def find_surety(proba: Floats, fitted: tuple[float, float]) -> Floats:
    """Return the chance of each row that its most probable category is right."""
    slope, offset = fitted
    surety: Floats = 1 / (1 + np.exp(-(slope * measure_lead(proba) + offset)))
    return surety
