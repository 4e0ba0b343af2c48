"""What the words of an issue's calls tell of it: its central call, its key terms, its kinds of problem.

All issues are counted together: one of a few calls, of which there are many, would cost most by its making.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hotspot.arrays import firsts
from hotspot.mine.issue_words import problem_kinds, rarity_of
from hotspot.mine.word_table import WordTable
from hotspot.scale import slices

_READ: Final = 80  # words of a text that are read for terms and problems
_QUARTER: Final = 0.25  # share of its calls that must hold a key term of an issue
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
# How much it counts that a term, and that a kind of problem, is told in few other calls.
_TERM_RARITY: Final = 1.5
_KIND_RARITY: Final = 0.5
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Sketch:
    """One issue: the position of its central call among its calls, how alike that is to the others, what is told.

    ``terms`` has the most telling first, ``kind`` is the most telling kind of problem, ``""`` where there is none.
    """

    central: int
    cohesion: float
    terms: tuple[str, ...]
    kind: str


class WeekWords:
    """The words by which calls are described (the title twice, the beginning of the text), and how common they are.

    Parameters
    ----------
    said, headed : WordTable
        Words of the texts and of the titles.
    """

    def __init__(self, said: WordTable, headed: WordTable) -> None:
        both = WordTable.joined([headed, said])
        headed, texts = both[: len(said)], both[len(said) :]
        self._words = both.words
        parts = slices(len(said)) or [slice(0)]
        self._held = sparse.vstack([_held(headed[part], texts[part]) for part in parts], format="csr")
        self._spread = np.bincount(self._held.indices, minlength=len(both.words))
        self._worded = np.array([_WORD.fullmatch(word) is not None for word in both.words], dtype=np.bool_)
        self._kinds, tells = problem_kinds(both.words)
        self._tells = (sparse.diags(self._worded.astype(np.float32)) @ tells).tocsr()
        self._tells.eliminate_zeros()
        telling = np.flatnonzero(np.diff(self._tells.indptr))
        told = (self._held[:, telling] @ self._tells[telling]).tocsr()
        self._told = np.bincount(told.indices, minlength=len(self._kinds))

    def sketch(self, groups: Sequence[Sequence[int] | Numbers]) -> list[Sketch]:
        """Return what some issues tell, given the rows of the calls of each.

        Examples
        --------
        >>> said = WordTable.of(["停水 太久", "停水 了", "停水 停水", "停水", "路灯"])
        >>> week = WeekWords(said, WordTable.of([""] * 5))
        >>> week.sketch([[0, 1, 2]])[0].terms
        ('停水',)
        """
        if not groups:
            return []
        sizes = np.array([len(rows) for rows in groups], dtype=np.int64)
        held = self._held[np.concatenate([np.asarray(rows, dtype=np.int64) for rows in groups])]
        of_issue, words, word, count = _distinct(held, sizes)
        central, cohesion = _centres(held, sizes, word, rarity_of(count, sizes[of_issue]))
        terms = self._terms(of_issue, words, count, sizes)
        kinds = self._problems(of_issue, words, count, sizes)
        return [Sketch(*parts) for parts in zip(central.tolist(), cohesion.tolist(), terms, kinds, strict=True)]

    def _terms(self, issue: Numbers, words: Numbers, count: Numbers, sizes: Numbers) -> list[tuple[str, ...]]:
        # A word of this issue alone may be a person's name: only what is told elsewhere too is quoted.
        quoted = self._worded[words] & (count >= np.maximum(2, _QUARTER * sizes[issue])) & (count < self._spread[words])
        issue, words, count = issue[quoted], words[quoted], count[quoted]
        telling = _telling(count, sizes[issue], self._spread[words], self._held.shape[0], _TERM_RARITY)
        order = np.lexsort((words, -telling, issue))
        ends = np.searchsorted(issue[order], np.arange(1, len(sizes)))
        return [tuple(self._words[at] for at in part.tolist()) for part in np.split(words[order], ends)]

    def _problems(self, issue: Numbers, words: Numbers, count: Numbers, sizes: Numbers) -> list[str]:
        heard = sparse.csr_matrix((count, (issue, words)), shape=(len(sizes), len(self._words)))
        told = np.asarray((heard @ self._tells).todense())
        telling = _telling(told, sizes[:, None], self._told, self._held.shape[0], _KIND_RARITY)
        return [
            self._kinds[at] if said else ""
            for at, said in zip(telling.argmax(axis=1), told.max(axis=1) > 0, strict=True)
        ]


def _held(headed: WordTable, texts: WordTable) -> Any:
    """Return how often each of some calls holds each word."""
    return WordTable.woven([headed, headed, texts.chosen(texts.places() < _READ)]).count()


def _distinct(held: Any, sizes: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return issue, word and number of calls of each word of an issue, once, and for each entry which of these it is.

    The order is that of the issues, then of the words.
    """
    width = held.shape[1]
    issue = np.repeat(np.arange(len(sizes)), sizes)
    keys = np.repeat(issue, np.diff(held.indptr)) * width + held.indices
    order = np.argsort(keys, kind="stable")
    first = firsts(keys[order])
    number = np.empty(len(keys), dtype=np.int64)
    number[order] = np.cumsum(first) - 1
    issues, words = np.divmod(keys[order][first], width)
    return issues, words, number, np.bincount(number, minlength=len(words))


def _centres(
    held: Any, sizes: Numbers, word: Numbers, rarity: NDArray[np.float64]
) -> tuple[Numbers, NDArray[np.float64]]:
    """Return which of its calls each issue's others are most alike (cosine of TF-IDF rows), and how much so.

    The mean likeness of a call to all of its issue is its product with their sum, divided by their number.
    """
    row = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
    values = (1.0 + np.log(held.data.astype(np.float64))) * rarity[word]
    squares = np.bincount(row, values * values, held.shape[0])
    values /= np.sqrt(np.where(squares > 0, squares, 1.0))[row]
    sums = np.bincount(word, values, len(rarity))
    issue, starts = np.repeat(np.arange(len(sizes)), sizes), np.cumsum(sizes) - sizes
    alike = np.bincount(row, values * sums[word], held.shape[0])
    rounded = np.round(alike / sizes[issue], 9)
    best = rounded == np.maximum.reduceat(rounded, starts)[issue]
    central = np.minimum.reduceat(np.where(best, np.arange(len(issue)), len(issue)), starts)
    others = alike[central] - (squares[central] > 0)
    cohesion = np.where(sizes > 1, others / np.maximum(sizes - 1, 1), 1.0)
    return central - starts, cohesion


def _telling(inside: Any, size: Any, outside: Any, calls: int, rarity: float) -> NDArray[np.float64]:
    """Return how telling is what so many calls of an issue tell: the more told there and the less elsewhere."""
    return np.asarray(inside / size * np.log((1 + calls) / (1 + outside)) ** rarity)
