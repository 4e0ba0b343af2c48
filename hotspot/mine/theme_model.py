"""The model that gives calls their theme: lexicon, a linear classifier taught by the week itself, category prior."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.linalg
import scipy.sparse as sparse
from numpy.typing import NDArray

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
# Words of fewer calls are left out where there are enough calls; words of more than this share everywhere.
_FEW_CALLS: Final = 50
_MANY_CALLS: Final = 5_000
_COMMON: Final = 0.3

Array = NDArray[np.float64]


def word_pairs(words: str) -> list[str]:
    """Return the words of a segmented text and each two neighbours.

    Examples
    --------
    >>> word_pairs("暖气 不热")
    ['暖气', '不热', '暖气_不热']
    """
    single = words.split()
    return single + [f"{first}_{second}" for first, second in itertools.pairwise(single)]


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
    """The calls that a model learns from, and their features, counted once for all models of the week."""

    texts: Sequence[str]
    words: Sequence[str]
    categories: Sequence[str]
    vectorizer: Any  # None where no word tells calls apart
    features: Any

    @classmethod
    def of(cls, texts: Sequence[str], words: Sequence[str], categories: Sequence[str]) -> Sample:
        """Return the sample of these calls."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        calls = len(words)
        vectorizer = TfidfVectorizer(
            analyzer=word_pairs,
            sublinear_tf=True,
            min_df=1 if calls <= _FEW_CALLS else 2 if calls <= _MANY_CALLS else 4,
            max_df=1.0 if calls <= _FEW_CALLS else _COMMON,
        )
        try:
            return cls(texts, words, categories, vectorizer, vectorizer.fit_transform(words))
        except ValueError:  # no words at all, or only such as every call or a single one holds
            return cls(texts, words, categories, None, None)


class ThemeModel:
    """Lexicon, classifier and category prior, fitted to a sample of one week's calls.

    Attributes
    ----------
    evidence : array
        The lexicon's scores of the sample's calls.
    fitted : array
        The share of each theme in the sample's calls.
    """

    def __init__(self, lexicon: ThemeLexicon, sample: Sample) -> None:
        self.lexicon = lexicon
        self._vectorizer = sample.vectorizer
        hits = lexicon.hits(sample.texts)
        self._rarity = lexicon.rarity(hits)
        self._prior = _CategoryPrior(sample.categories)
        self._coefficients: Array | None = None
        self._constant: Array | None = None
        self.evidence = lexicon.score(hits, self._rarity)
        self.fitted = self._learn_prior(to_shares(self.evidence), sample.categories)
        if sample.features is not None:
            for _ in range(_ROUNDS):
                self._learn_words(sample)

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
        kernel = np.asarray((features @ features.T).todense()) + _CONSTANT**2
        kernel[np.diag_indices_from(kernel)] += _RIDGE
        wanted = np.full((len(sure), len(taught)), -1.0)
        wanted[np.arange(len(sure)), numbers] = 1.0
        dual = scipy.linalg.solve(kernel, wanted, assume_a="pos", overwrite_a=True, overwrite_b=True)
        self._coefficients = np.zeros((features.shape[1], len(self.lexicon.names)))
        self._coefficients[:, taught] = features.T @ dual
        self._constant = np.full(len(self.lexicon.names), -1.0)  # a theme nobody taught is as far as can be
        self._constant[taught] = _CONSTANT**2 * dual.sum(axis=0)
        scores = to_shares(self.evidence + self._learned(sample.features))
        self.fitted = self._learn_prior(scores, sample.categories)

    def _learned(self, features: Any) -> Array:
        if self._coefficients is None or self._constant is None:
            return np.zeros((features.shape[0], len(self.lexicon.names)))
        return np.asarray(_LEARNED_WEIGHT * (np.asarray(features @ self._coefficients) + self._constant))

    def shares(self, texts: Sequence[str], words: Sequence[str], categories: Sequence[str]) -> tuple[Array, Array]:
        """Return the share of each theme in each call, and the lexicon's scores alone."""
        evidence = self.lexicon.score(self.lexicon.hits(texts), self._rarity)
        scores = evidence
        if self._coefficients is not None:
            scores = evidence + self._learned(self._vectorizer.transform(words))
        return self._prior.weigh(to_shares(scores), categories), evidence
