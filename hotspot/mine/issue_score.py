"""How likely two calls belong to one issue: a logistic of a handful of agreements, then the company they keep.

The coefficients are general (no vocabulary) and of fixed sign: more agreement never makes a pair less likely. They were
fitted on real messages grouped by reading, each issue with equal weight whatever its size, once with the titles and
once without, as the mean of the fits on either half of the issues; ``benchmarks/issues.py`` fits them again on one half
and scores the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hotspot.mine.issue_pairs import Numbers, Pairs, agree, candidates, in_parts
from hotspot.mine.issue_views import Views
from hotspot.mine.pair_products import products

INTERCEPT: Final = -4.8
COEFFICIENTS: Final = {
    "words": 7.5,
    "full": 11.3,
    "theme": 15.9,
    "problem": 2.9,
    "more_problem": 0.6,
    "place": 1.7,
    "more_place": 0.8,
    "elsewhere": -0.8,
    "about_elsewhere": -0.8,
    "unnamed": -2.4,
    # By how much rarer, at one and the same probability, pairs of two districts are of one issue.
    "other_area": -2.0,
    "days": -1.6,
    # Set by hand, for calls without titles: one theme at one place is one matter by definition, two are two, and so is
    # one theme at two places that have nothing in common.
    "matter": 3.0,
    "other_matter": -1.5,
    "other_place": -2.5,
}
_COMPANY: Final = 0.5  # how much the company that two calls keep says, against what they say themselves
_NEAR: Final = 0.2  # likeness below which a call is no company


def agreements(pairs: Pairs) -> dict[str, NDArray[np.float64]]:
    """Return what each coefficient weighs, for all pairs: agreements that count up to where they have convinced."""
    words, problem, place, head = (pairs.column(name) for name in ("words", "problem", "place", "head"))
    return {
        "words": np.minimum(words, 0.2),
        "full": np.minimum(pairs.column("full"), 0.2),
        "theme": np.minimum(pairs.column("theme"), 0.1),
        "problem": np.minimum(problem, 0.35),
        "more_problem": problem,
        "place": np.minimum(place, 0.35),
        "more_place": place,
        "elsewhere": pairs.column("placed") * np.clip(1.0 - place / 0.3, 0.0, 1.0),
        "about_elsewhere": pairs.column("headed") * np.clip(1.0 - head / 0.3, 0.0, 1.0),
        # Neither a place nor any other rare word that both name.
        "unnamed": np.clip(1.0 - np.maximum(place, pairs.column("rare")) / 0.3, 0.0, 1.0),
        "matter": pairs.column("matter"),
        "other_matter": pairs.column("other_matter"),
        "other_place": pairs.column("other_place") * np.clip(2.0 - np.maximum(place, head) / 0.3, 0.0, 1.0),
        "other_area": pairs.column("other_area"),
        "days": pairs.column("days") / 6.0 * (1.0 - words),
    }


def probability(
    pairs: Pairs, intercept: float = INTERCEPT, coefficients: dict[str, float] | None = None
) -> NDArray[np.float64]:
    """Return for each pair how likely both calls tell of one issue, 0 to 1, by what the two say."""
    total = np.full(len(pairs.left), intercept)
    terms = agreements(pairs)
    for name, weight in (COEFFICIENTS if coefficients is None else coefficients).items():
        total += weight * terms[name]
    return np.asarray(1.0 / (1.0 + np.exp(-total)))


@dataclass(frozen=True)
class _Judge:
    """Tells how likely pairs are of one issue."""

    views: Views

    def __call__(self, pairs: tuple[Numbers, Numbers]) -> NDArray[np.float64]:
        return probability(agree(self.views, *pairs))


@dataclass(frozen=True)
class _Product:
    """Tells how much the company of the two calls of each pair agrees."""

    company: Any

    def __call__(self, pairs: tuple[Numbers, Numbers]) -> NDArray[np.float64]:
        return products([self.company], *pairs)[0]


def judge(views: Views, spread: Any = None) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
    """Return the candidate pairs and the likeness of each; `spread` computes a function of each part of them."""
    left, right = candidates(views, spread)
    alone = in_parts(_Judge(views), left, right, spread)
    return left, right, likeness(left, right, alone, len(views), spread)


def likeness(
    left: Numbers, right: Numbers, alone: NDArray[np.float64], calls: int, spread: Any = None
) -> NDArray[np.float64]:
    """Return the likeness of each pair, 0 to 1: what the two say, and whether the same calls are like both.

    Parameters
    ----------
    left, right : ndarray of int
        The candidate pairs, sorted.
    alone : ndarray
        The probability of each pair by itself, from `probability`.
    calls : int
        Number of calls.
    spread : callable, optional
        Computes a function of each part of the pairs.
    """
    near = alone >= _NEAR
    one, other, itself = left[near], right[near], np.arange(calls)
    # Cubed, so that many faint likenesses do not outweigh a clear one; every call is its own best company.
    values = alone[near] ** 3
    squares = 1.0 + np.bincount(one, values**2, calls) + np.bincount(other, values**2, calls)
    rows, columns = np.concatenate([one, other, itself]), np.concatenate([other, one, itself])
    entries = np.concatenate([values, values, np.ones(calls)]) / np.sqrt(squares)[rows]
    company = sparse.csr_matrix((entries, (rows, columns)), shape=(calls, calls))
    together = in_parts(_Product(company), left, right, spread)
    return np.asarray((1.0 - _COMPANY) * alone + _COMPANY * together)
