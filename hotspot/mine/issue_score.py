"""How likely two calls belong to one issue: a logistic of a handful of agreements, then the company they keep.

The coefficients are general (no vocabulary) and of fixed sign: more agreement never makes a pair less likely. They were
fitted on real messages grouped by reading, each issue with equal weight whatever its size, once with the titles and
once without, as the mean of the fits on either half of the issues; ``benchmarks/issues.py`` fits them again on one half
and scores the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hotspot.mine.issue_linkage import FAINT
from hotspot.mine.issue_pairs import Ends, Pairs, agree, candidates
from hotspot.mine.issue_views import Views
from hotspot.mine.pair_products import Beside, products
from hotspot.scale import give_back, here

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

    def __call__(self, pairs: tuple[Ends, Ends]) -> NDArray[np.float32]:
        return probability(agree(self.views, *pairs)).astype(np.float32)


@dataclass(frozen=True)
class _Companion:
    """Tells the likeness of pairs, from how likely they are by themselves and what company the two calls keep."""

    company: Beside
    cut: float

    def __call__(self, part: tuple[Ends, Ends, NDArray[np.float32]]) -> tuple[Ends, Ends, NDArray[np.float64]]:
        left, right, alone = part
        together = products(self.company, left, right)[:, 0]
        likely = (1.0 - _COMPANY) * alone.astype(np.float64) + _COMPANY * together
        near = likely >= FAINT * self.cut
        return left[near], right[near], likely[near]


def judge(views: Views, spread: Any = None, cut: float = 0.0) -> tuple[Ends, Ends, NDArray[np.float64]]:
    """Return the candidate pairs that may join above a cut, and the likeness of each.

    `spread` computes a function of each part of them.
    """
    parts = candidates(views, spread)
    give_back()
    return likeness(parts, (spread or here)(_Judge(views), parts), len(views), spread, cut)


def likeness(
    pairs: Sequence[tuple[Ends, Ends]],
    alone: Sequence[NDArray[np.float32]],
    calls: int,
    spread: Any = None,
    cut: float = 0.0,
) -> tuple[Ends, Ends, NDArray[np.float64]]:
    """Return pairs and the likeness of each, 0 to 1: what the two say, and whether the same calls are like both.

    Parameters
    ----------
    pairs : sequence of (ndarray, ndarray)
        The candidate pairs, sorted, in parts.
    alone : sequence of ndarray
        The probability of each pair by itself, from `probability`.
    calls : int
        Number of calls.
    spread : callable, optional
        Computes a function of each part of the pairs.
    cut : float
        Pairs that cannot count for groups that join above this are left out.
    """
    near = [
        (left[likely], right[likely], (values[likely] ** 3).astype(np.float32))
        for (left, right), values in zip(pairs, alone, strict=True)
        for likely in [values >= _NEAR]
    ]
    # Cubed, so that many faint likenesses do not outweigh a clear one; every call is its own best company.
    one, other, values = (np.concatenate(side) for side in zip(*near, strict=True))
    squares = 1.0 + np.bincount(one, values**2, calls) + np.bincount(other, values**2, calls)
    upper = sparse.csr_matrix((values, (one, other)), shape=(calls, calls))
    company = (upper + upper.T + sparse.identity(calls, dtype=np.float32, format="csr")).tocsr()
    company.data *= np.repeat((1.0 / np.sqrt(squares)).astype(np.float32), np.diff(company.indptr))
    companion = _Companion(Beside([company]), cut)
    del near, one, other, values, squares, upper, company
    give_back()
    found = (spread or here)(companion, [(*ends, own) for ends, own in zip(pairs, alone, strict=True)])
    left, right, likely = (np.concatenate(side) for side in zip(*found, strict=True))
    return left, right, likely
