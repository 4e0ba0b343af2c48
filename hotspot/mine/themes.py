"""The theme of each call: one fine-grained matter in plain words, such as 供暖不热 or 查询工单办理进度.

A lexicon of what callers of any city turn to a hotline for gives the first guess; the week's own calls then teach a
linear classifier how people speak of each theme this week (self-training), so that a call without any of the
lexicon's terms is still placed. The category, predicted elsewhere, tells themes apart that share their words.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from hotspot.mine.theme_lexicon import ThemeLexicon, load_themes, with_extra
from hotspot.mine.theme_novel import FEWEST, find_novel_themes

OTHER: Final = "其他"

# The classifier learns from at most this many calls, chosen by hash: a province's week does not need all of them.
_TEACHERS: Final = 20_000
_CHUNK: Final = 20_000
# Probability from which a call's guess teaches the others.
_SURE: Final = 0.8
_ROUNDS: Final = 2
# Weight of the category against the words, and of the learned classifier (its margins are about -1..1).
_CATEGORY_WEIGHT: Final = 0.8
_LEARNED_WEIGHT: Final = 12.0
_FEWEST_TEACHERS: Final = 20

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


def _shares(scores: Array) -> Array:
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
        rows = sparse.csr_matrix(
            (np.ones(len(number)), (np.arange(len(number)), number)), shape=(len(number), len(self.numbers))
        )
        general = np.asarray(rows.mean(axis=0)).ravel()
        counts = np.asarray(rows.T @ shares).T + 1.5 * general
        self.log = np.log(counts / counts.sum(axis=1, keepdims=True))

    def weigh(self, shares: Array, categories: Sequence[str]) -> Array:
        unknown = np.zeros(self.log.shape[0])
        columns = [self.log[:, self.numbers[c]] if c in self.numbers else unknown for c in categories]
        return _shares(np.log(shares + 1e-300) + _CATEGORY_WEIGHT * np.stack(columns))


def _teachers(texts: Sequence[str]) -> list[int]:
    """Return the calls to learn from, chosen by the hash of their text: row order does not matter."""
    if len(texts) <= _TEACHERS:
        return sorted(range(len(texts)), key=lambda i: texts[i])
    keys = [(hashlib.blake2b(text.encode(), digest_size=8).digest(), i) for i, text in enumerate(texts)]
    return [i for _, i in sorted(keys)[:_TEACHERS]]


class _ThemeModel:
    """Lexicon, classifier and category prior, fitted to one week's calls."""

    def __init__(self, lexicon: ThemeLexicon) -> None:
        self.lexicon = lexicon

    def fit(self, texts: Sequence[str], words: Sequence[str], categories: Sequence[str]) -> _ThemeModel:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import RidgeClassifier

        hits = self.lexicon.hits(texts)
        self.rarity = self.lexicon.rarity(hits)
        scores = self.lexicon.score(hits, self.rarity)
        self.prior = _CategoryPrior(categories)
        self.coefficients: Array | None = None
        shares = self._weighed(_shares(scores), categories)
        self.vectorizer = TfidfVectorizer(
            analyzer=word_pairs,
            sublinear_tf=True,
            min_df=2 if len(texts) > 50 else 1,
            max_df=0.3 if len(texts) > 50 else 1.0,
        )
        if not any(word.split() for word in words):
            return self
        try:
            features = self.vectorizer.fit_transform(words)
        except ValueError:  # nothing but words that every call or only one call holds
            return self
        for _ in range(_ROUNDS):
            sure = shares.max(axis=1) > _SURE
            guess = shares.argmax(axis=1)
            if sure.sum() < _FEWEST_TEACHERS or len(set(guess[sure])) < 3:
                return self
            ridge = RidgeClassifier(alpha=1.0, solver="sparse_cg", tol=1e-6).fit(features[sure], guess[sure])
            self.coefficients = np.zeros((features.shape[1] + 1, len(self.lexicon.names)))
            self.coefficients[-1] = -1.0  # a theme nobody taught is as far as can be
            self.coefficients[:-1, ridge.classes_] = ridge.coef_.T
            self.coefficients[-1, ridge.classes_] = ridge.intercept_
            shares = self._weighed(_shares(scores + self._learned(features)), categories)
        return self

    def _weighed(self, shares: Array, categories: Sequence[str]) -> Array:
        for _ in range(3):
            self.prior.learn(shares, categories)
            shares = self.prior.weigh(shares, categories)
        return shares

    def _learned(self, features: sparse.csr_matrix) -> Array:
        if self.coefficients is None:
            return np.zeros((features.shape[0], len(self.lexicon.names)))
        margins = np.asarray(features @ self.coefficients[:-1]) + self.coefficients[-1]
        return np.asarray(_LEARNED_WEIGHT * margins, dtype=np.float64)

    def evidence(self, texts: Sequence[str]) -> Array:
        """Return the lexicon's scores alone."""
        return self.lexicon.score(self.lexicon.hits(texts), self.rarity)

    def shares(self, texts: Sequence[str], words: Sequence[str], categories: Sequence[str]) -> tuple[Array, Array]:
        """Return the share of each theme in each call, and the lexicon's scores alone."""
        scores = self.evidence(texts)
        learned = (
            np.zeros_like(scores) if self.coefficients is None else self._learned(self.vectorizer.transform(words))
        )
        return self.prior.weigh(_shares(scores + learned), categories), scores


def find_themes(
    texts: Sequence[str],
    words: Sequence[str],
    categories: Sequence[str],
    *,
    extra: Mapping[str, Sequence[str]] | None = None,
    avoid: Collection[str] = (),
) -> list[str]:
    """Return the theme of each call (n in, n out, same order).

    Parameters
    ----------
    texts : sequence of str
        Normalised, what the caller said.
    words : sequence of str
        The same, segmented, joined by blanks.
    categories : sequence of str
        Predicted category of each call, ``""`` where unknown.
    extra : mapping, optional
        Themes of the configuration with their key terms.
    avoid : collection of str
        Names of places: no theme is named after one.

    Examples
    --------
    >>> find_themes(["家里暖气片冰凉", "工地拖欠工资", ""], ["家里 暖气片 冰凉", "工地 拖欠 工资", ""], ["", "", ""])
    ['供暖不热', '拖欠工资', '其他']
    """
    if not len(texts):
        return []
    teachers = _teachers(texts)
    sample = ([texts[i] for i in teachers], [words[i] for i in teachers], [categories[i] for i in teachers])
    model = _fit(ThemeLexicon(with_extra(load_themes(), extra or {})), *sample, avoid)
    names = model.lexicon.names
    found: list[str] = []
    for start in range(0, len(texts), _CHUNK):
        part = slice(start, start + _CHUNK)
        shares, scores = model.shares(texts[part], words[part], categories[part])
        known = (scores.max(axis=1) > 0) | (shares.max(axis=1) > 0.5)
        best = shares.argmax(axis=1)
        found.extend(names[theme] if sure else OTHER for theme, sure in zip(best, known, strict=True))
    return found


def _fit(
    lexicon: ThemeLexicon,
    texts: Sequence[str],
    words: Sequence[str],
    categories: Sequence[str],
    avoid: Collection[str],
) -> _ThemeModel:
    """Return the model of the week, its own new matters included."""
    model = _ThemeModel(lexicon).fit(texts, words, categories)
    novel = find_novel_themes(texts, words, model.evidence(texts), lexicon, avoid)
    if not novel:
        return model
    wider = _ThemeModel(ThemeLexicon((*lexicon.entries, *novel))).fit(texts, words, categories)
    sizes = np.bincount(wider.shares(texts, words, categories)[0].argmax(axis=1), minlength=len(wider.lexicon.names))
    held = tuple(entry for entry, size in zip(novel, sizes[len(lexicon.names) :], strict=True) if size >= FEWEST)
    if len(held) == len(novel):
        return wider
    # What kept too few calls was no matter of its own.
    return _ThemeModel(ThemeLexicon((*lexicon.entries, *held))).fit(texts, words, categories) if held else model
