"""The model that gives calls their theme: lexicon, a linear classifier taught by the week itself, category prior."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.linalg
import scipy.sparse as sparse
from numpy.typing import NDArray

from hotspot.mine.theme_features import PairFeatures
from hotspot.mine.theme_lexicon import ThemeLexicon

# The classifier learns from at most this many calls: its cost grows with their square.
_LEARNERS: Final = 2_500
# Probability from which a call's guess teaches the others.
_SURE: Final = 0.9
_ROUNDS: Final = 2
# Weight of the category against the words, and of the learned classifier (its margins are about -1..1).
_CATEGORY_WEIGHT: Final = 0.8
_LEARNED_WEIGHT: Final = 12.0
_FEWEST_LEARNERS: Final = 20
# Regularisation of the classifier, and the constant feature that serves as its intercept.
_RIDGE: Final = 1.0
_CONSTANT: Final = 3.0

Array = NDArray[np.float64]


def to_shares(scores: Array) -> Array:
    """Turn scores into shares that add up to one per call."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


class _CategoryPrior:
    """How often each category goes with each theme, learned from the week's guesses."""

    def __init__(self, categories: Sequence[str]) -> None:
        self.numbers = {category: number for number, category in enumerate(sorted(set(categories)))}
        self.log = np.zeros((1, len(self.numbers)))

    def learn(self, shares: Array, categories: Sequence[str]) -> None:
        number = np.array([self.numbers[category] for category in categories])
        ones = np.ones(len(number))
        rows = sparse.csr_matrix((ones, (np.arange(len(number)), number)), shape=(len(number), len(self.numbers)))
        general = np.asarray(rows.mean(axis=0)).ravel()
        counts = np.asarray(rows.T @ shares).T + 1.5 * general
        self.log = np.log(counts / counts.sum(axis=1, keepdims=True))

    def weigh(self, shares: Array, categories: Sequence[str]) -> Array:
        # The last row stands for a category that the sample did not hold: it tells nothing.
        table = np.vstack([self.log.T, np.zeros(self.log.shape[0])])
        number = [self.numbers.get(category, len(self.numbers)) for category in categories]
        return to_shares(np.log(shares + 1e-300) + _CATEGORY_WEIGHT * table[number])


@dataclass(frozen=True, slots=True)
class Sample:
    """The calls that a model learns from, and what is counted in them once for all models of the week."""

    texts: Sequence[str]
    words: Sequence[str]
    categories: Sequence[str]
    hits: Any  # terms of the first lexicon in each call
    pairs: PairFeatures
    features: Any  # of no columns where no word tells calls apart

    @classmethod
    def of(cls, texts: Sequence[str], words: Sequence[str], categories: Sequence[str], hits: Any) -> Sample:
        """Return the sample of these calls."""
        pairs = PairFeatures().fit(words)
        return cls(texts, words, categories, hits, pairs, pairs.transform(words))


class ThemeModel:
    """Lexicon, classifier and category prior; what the lexicon says is there at once, the rest after `fit`.

    Attributes
    ----------
    evidence : array
        The lexicon's scores of the sample's calls.
    fitted : array
        The share of each theme in the sample's calls.
    """

    def __init__(self, lexicon: ThemeLexicon, sample: Sample) -> None:
        self.lexicon = lexicon
        self._pairs = sample.pairs
        hits = lexicon.hits(sample.texts, sample.hits)
        self._rarity = lexicon.rarity(hits)
        self._prior = _CategoryPrior(sample.categories)
        self._coefficients: NDArray[np.float32] | None = (
            None  # of the features in `_heard`, for the themes in `_taught`
        )
        self._heard: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._constants: Array = np.zeros(0)
        self._taught: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.evidence = lexicon.score(hits, self._rarity)
        self.fitted: Array = np.zeros_like(self.evidence)

    def fit(self, sample: Sample) -> ThemeModel:
        """Let the calls whose theme is sure teach the others."""
        self.fitted = self._learn_prior(to_shares(self.evidence), sample.categories)
        if sample.pairs.names:
            for _ in range(_ROUNDS):
                self._learn_words(sample)
        return self

    def without_sample(self) -> ThemeModel:
        """Return the model as it tells other calls, without what it holds of those it learned from."""
        light = copy.copy(self)
        light.evidence = light.fitted = np.zeros((0, len(self.lexicon.names)))
        return light

    def _learn_prior(self, shares: Array, categories: Sequence[str]) -> Array:
        # Weighed three times over: calls that teach must agree with their category more than calls that are told.
        for _ in range(3):
            self._prior.learn(shares, categories)
            shares = self._prior.weigh(shares, categories)
        return shares

    def _learn_words(self, sample: Sample) -> None:
        """Fit the classifier to the calls whose theme is sure, by kernel ridge regression on the themes."""
        sure = np.flatnonzero(self.fitted.max(axis=1) > _SURE)[:_LEARNERS]
        guess = self.fitted[sure].argmax(axis=1)
        taught, numbers = np.unique(guess, return_inverse=True)
        if len(sure) < _FEWEST_LEARNERS or len(taught) < 3:
            return
        features = sample.features[sure]
        self._heard = np.flatnonzero(np.bincount(features.indices, minlength=features.shape[1]))
        features = features[:, self._heard]
        kernel = np.asarray((features @ features.T).todense()) + np.float32(_CONSTANT**2)
        kernel[np.diag_indices_from(kernel)] += _RIDGE
        wanted = np.full((len(sure), len(taught)), -1.0, dtype=np.float32)
        wanted[np.arange(len(sure)), numbers] = 1.0
        factor = scipy.linalg.cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
        dual = scipy.linalg.cho_solve(factor, wanted, overwrite_b=True, check_finite=False)
        self._taught = taught
        self._coefficients = np.ascontiguousarray(features.T @ dual)
        self._constants = np.full(len(self.lexicon.names), -1.0)  # a theme nobody taught is as far as can be
        self._constants[taught] = _CONSTANT**2 * dual.sum(axis=0)
        scores = to_shares(self.evidence + self._learned(sample.features))
        self.fitted = self._learn_prior(scores, sample.categories)

    def _learned(self, features: Any) -> Array:
        if self._coefficients is None:
            return np.zeros((features.shape[0], len(self.lexicon.names)))
        learned = np.tile(self._constants, (features.shape[0], 1))
        learned[:, self._taught] += np.asarray(features[:, self._heard] @ self._coefficients)
        return np.asarray(_LEARNED_WEIGHT * learned)

    def shares(
        self, texts: Sequence[str], words: Sequence[str], categories: Sequence[str], hits: Any
    ) -> tuple[Array, Array]:
        """Return the share of each theme in each call, and the lexicon's scores alone.

        ``hits`` are the terms of the first lexicon in these calls, as in the sample.
        """
        evidence = self.lexicon.score(self.lexicon.hits(texts, hits), self._rarity)
        scores = evidence
        if self._coefficients is not None:
            scores = evidence + self._learned(self._pairs.transform(words))
        return self._prior.weigh(to_shares(scores), categories), evidence
