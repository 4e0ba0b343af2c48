"""The lexicon of hotline themes: which terms speak for which theme, and how strongly a text speaks for each."""

from __future__ import annotations

import dataclasses
import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from hotspot.mine.term_finder import TermFinder
from hotspot.text.batch import find_rows

STRONG: Final = 3.0
WEAK: Final = 1.0
PAIR: Final = 2.5
# Terms that nearly every call of a week holds say little, rare ones much: bounds of the inverse document frequency.
_IDF_RANGE: Final = (0.3, 5.0)
_IDF_UNIT: Final = 4.0
# A caller who gives the number of an order speaks about that order: it is read as one word.
_ORDER: Final = re.compile(r"[A-Za-z]{1,4}[-\s]?\d{6,}")
ORDER_SIGN: Final = "工单编号"
# A week of few calls is counted together with this many imagined ones, in which each term stands three times.
_IMAGINED: Final = 100
_IMAGINED_HITS: Final = 3


@dataclass(frozen=True, slots=True)
class ThemeEntry:
    """One theme: its name and the terms that speak for it, each multiplied by `weight`."""

    name: str
    strong: tuple[str, ...]
    weak: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    act: bool = False
    own_heading: bool = False
    weight: float = 1.0


@functools.cache
def load_themes() -> tuple[ThemeEntry, ...]:
    """Return the themes of the package's own list.

    Examples
    --------
    >>> [entry.name for entry in load_themes() if "暖气" in entry.strong]
    ['供暖不热']
    """
    text = resources.files("hotspot.resources").joinpath("themes.toml").read_text(encoding="utf-8")
    return tuple(_entry(table) for table in tomllib.loads(text)["theme"])


@functools.cache
def own_headings() -> frozenset[str]:
    """Return the themes that offices always name by themselves, even where they fill their category."""
    return frozenset(entry.name for entry in load_themes() if entry.own_heading)


@functools.cache
def theme_names() -> frozenset[str]:
    """Return the names of the package's themes."""
    return frozenset(entry.name for entry in load_themes())


@functools.cache
def subject_themes() -> frozenset[str]:
    """Return the themes that are matters of the city, not of the hotline itself (progress, praise …)."""
    return frozenset(entry.name for entry in load_themes() if not entry.act)


def _entry(table: Mapping[str, Any]) -> ThemeEntry:
    pairs = [pair.partition("+") for pair in table.get("pairs", "").split()]
    return ThemeEntry(
        table["name"],
        tuple(table["strong"].split()),
        tuple(table.get("weak", "").split()),
        tuple((first, second) for first, _, second in pairs),
        table.get("act", False),
        table.get("own_heading", False),
        float(table.get("weight", 1.0)),
    )


def with_extra(entries: Sequence[ThemeEntry], extra: Mapping[str, Sequence[str]]) -> tuple[ThemeEntry, ...]:
    """Return the themes with those of a configuration: a known name gains terms, a new one is added.

    Examples
    --------
    >>> [entry.name for entry in with_extra(load_themes()[:1], {"盐湖粉尘": ["盐粉"]})]
    ['查询工单办理进度', '盐湖粉尘']
    """
    known = {entry.name: entry for entry in entries}
    for name in sorted(extra):
        old = known.get(name, ThemeEntry(name, ()))
        terms = tuple(dict.fromkeys((*old.strong, name, *extra[name])))
        known[name] = dataclasses.replace(old, strong=terms)
    return tuple(known.values())


class ThemeLexicon:
    """Scores texts against themes by the terms they hold.

    Parameters
    ----------
    entries : sequence of ThemeEntry
        The themes, in the order of the score's columns.

    Examples
    --------
    >>> lexicon = ThemeLexicon(load_themes())
    >>> scores = lexicon.score(lexicon.hits(["家里暖气片冰凉"]))
    >>> lexicon.names[scores[0].argmax()]
    '供暖不热'
    """

    def __init__(self, entries: Sequence[ThemeEntry]) -> None:
        self.entries = tuple(entries)
        self.names = tuple(entry.name for entry in entries)
        numbers: dict[str, int] = {}
        weights: dict[tuple[int, int], float] = {}
        pairs: set[tuple[int, int, int]] = set()
        for theme, entry in enumerate(entries):
            for terms, weight in ((entry.weak, WEAK), (entry.strong, STRONG)):
                for term in terms:
                    weights[numbers.setdefault(term, len(numbers)), theme] = weight * entry.weight
            for first, second in entry.pairs:
                pairs.add(
                    (numbers.setdefault(first, len(numbers)), numbers.setdefault(second, len(numbers)), theme),
                )
        self.terms = tuple(numbers)
        self._pairs = sorted(pairs)
        keys = sorted(weights)
        self._weights = sparse.csr_matrix(
            ([weights[key] for key in keys], ([key[0] for key in keys], [key[1] for key in keys])),
            shape=(len(numbers), len(entries)),
        )
        self._finder = TermFinder(self.terms)

    def hits(self, texts: Sequence[str], of_first: sparse.csr_matrix | None = None) -> sparse.csr_matrix:
        """Return which terms each text holds (calls × terms, ones).

        Parameters
        ----------
        texts : sequence of str
        of_first : sparse matrix, optional
            What another lexicon, whose themes are the first ones of this, found in these texts: only what is new is
            looked for.
        """
        if of_first is None:
            return self._finder.find(_with_order_signs(texts))
        known = of_first.shape[1]
        if known == len(self.terms):
            return of_first
        new = TermFinder(self.terms[known:]).find(_with_order_signs(texts))
        return sparse.hstack([of_first, new], format="csr")

    @staticmethod
    def rarity(hits: sparse.csr_matrix) -> NDArray[np.float64]:
        """Return how much each term tells in these calls: its inverse document frequency, bounded."""
        calls = hits.shape[0]
        found = np.asarray(hits.sum(axis=0)).ravel()
        bounded = np.clip(np.log((calls + _IMAGINED) / (found + _IMAGINED_HITS)), *_IDF_RANGE)
        return np.asarray(bounded / _IDF_UNIT, dtype=np.float64)

    def score(self, hits: sparse.csr_matrix, rarity: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return how strongly each call speaks for each theme (calls × themes).

        Parameters
        ----------
        hits : sparse matrix
            From `hits`.
        rarity : array, optional
            From `rarity`; by default that of these calls.
        """
        weight = self.rarity(hits) if rarity is None else rarity
        scores = np.asarray((hits @ sparse.diags(weight) @ self._weights).todense(), dtype=np.float64)
        columns = hits.tocsc()
        holders: dict[int, frozenset[int]] = {}

        def holding(term: int) -> frozenset[int]:
            if term not in holders:
                holders[term] = frozenset(columns.indices[columns.indptr[term] : columns.indptr[term + 1]].tolist())
            return holders[term]

        for first, second, theme in self._pairs:
            both = sorted(holding(first) & holding(second))
            scores[both, theme] += PAIR
        return scores


def _with_order_signs(texts: Sequence[str]) -> list[str]:
    """Return the texts, a word in the place of each number of an order."""
    read = list(texts)
    for row in find_rows(_ORDER, texts).tolist():
        read[row] = _ORDER.sub(ORDER_SIGN, read[row])
    return read
