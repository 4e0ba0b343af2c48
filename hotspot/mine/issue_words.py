"""What the words of two calls are compared by: title and lead, the whole text, its rare words, its matter.

All of these weigh the same words of a call, so they share one pattern of rows and columns and differ in their values
only (`hotspot.mine.pair_products` looks at them together).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from hotspot.arrays import find_ends
from hotspot.mine.word_table import WordTable

LEAD: Final = 200  # characters of the text that tell what the call is about; the rest is history and pleading
HEAD: Final = 30  # characters of the text that stand for its title where there is none
SEPARATOR: Final = "|"  # between names in the columns of places
FEW: Final = 50  # words and places of so few calls are kept, however few the calls are
AREA: Final = re.compile(r"[A-Z]\d*[市县区]?|[市县区镇乡]|省|[^\w]+|\d")
_WHOLE: Final = 1500  # characters of a text that are read at all
_COMMON: Final = 0.3  # a word in more than this share of the calls tells nothing
_RARE: Final = 0.01  # a word in at most this share of the calls may be a name
_RARE_CALLS: Final = 20  # or in so few calls
# Three counts of one word of a call in one number: in what stands first, in the text, in the title.
_FIELD: Final = 16
_LOW: Final = (1 << _FIELD) - 1


@cache
def problems() -> dict[str, tuple[str, ...]]:
    """Return the problems that each word tells of."""
    text = resources.files("hotspot.resources").joinpath("issue_problems.txt").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            problem, words = line.split(":")
            for word in words.split():
                found.setdefault(word, []).append(problem)
    return {word: tuple(told) for word, told in found.items()}


def problem_kinds(words: Sequence[str]) -> tuple[list[str], Any]:
    """Return the kinds of problem, and which of them each word tells of (words × kinds, ones, float32)."""
    known = problems()
    kinds = sorted({kind for told in known.values() for kind in told})
    number = {kind: at for at, kind in enumerate(kinds)}
    links = [(at, number[kind]) for at, word in enumerate(words) for kind in known.get(word, ())]
    rows, columns = ([link[side] for link in links] for side in (0, 1))
    return kinds, sparse.csr_matrix((np.ones(len(links), np.float32), (rows, columns)), (len(words), len(kinds)))


def rarity_of(spread: NDArray[np.int64], calls: int | NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how much tokens tell that so many of the calls hold: 1 for a token of one, however many calls."""
    return np.asarray((1.0 + np.log((1 + calls) / (1 + spread))) / (1.0 + np.log((1 + calls) / 2)))


@dataclass(frozen=True)
class _Told:
    """Which words each call holds (CSR, columns are words), and how often each: ``counts`` are of three kinds."""

    words: list[str]
    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    first: NDArray[np.int32]  # in the title, which counts double, and in the lead of the text
    whole: NDArray[np.int32]  # in the text
    title: NDArray[np.int32]  # in the title, or what stands for it

    @classmethod
    def of(cls, titles: WordTable, texts: WordTable) -> _Told:
        """Return the words of the calls (two tables of the same words)."""
        reach = _reach(texts)
        # A title counts, or the first words of a text that has none.
        heads = WordTable.beside(titles, texts.chosen(reach <= HEAD), np.diff(titles.ends) > 0)
        table = WordTable.stacked(heads, texts)
        counted = np.concatenate(
            [
                (1 << 2 * _FIELD) + 2 * (_reach(heads) <= LEAD).astype(np.int64),
                (reach <= LEAD) + ((reach <= _WHOLE).astype(np.int64) << _FIELD),
            ]
        )
        shape = (len(texts), len(table.words))
        rows = np.concatenate([heads.rows(), texts.rows()])
        packed = sparse.coo_matrix((counted, (rows, table.ids)), shape).tocsr()
        fields = (packed.data & _LOW, packed.data >> _FIELD & _LOW, packed.data >> 2 * _FIELD)
        return cls(table.words, packed.indptr, packed.indices, *(field.astype(np.int32) for field in fields))

    @cached_property
    def rows(self) -> NDArray[np.int32]:
        """The call of each word."""
        return np.repeat(np.arange(len(self.indptr) - 1, dtype=np.int32), np.diff(self.indptr))

    def flags(self, kind: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Return which words are of a kind."""
        return np.fromiter(map(kind, self.words), dtype=np.bool_, count=len(self.words))

    def outside(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Return which of the calls' words are no part of the names of their call."""
        number = {word: at for at, word in enumerate(self.words)}
        parts: dict[str, list[int]] = {}
        found: list[int] = []
        width = len(self.words)
        for row, joined in enumerate(names):
            if len(joined) > 1:
                for name in (SEPARATOR, *joined.split(SEPARATOR)):
                    if name not in parts:
                        parts[name] = _parts(name, number)
                    base = row * width
                    found += [base + part for part in parts[name]]
        keys = self.rows * np.int64(width) + self.indices  # in rising order
        wanted = np.array(found, dtype=np.int64)
        at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        stands = np.ones(len(keys), dtype=np.bool_)
        stands[at[keys[at] == wanted] if len(keys) else at[:0]] = False
        return stands

    def spread(self, counts: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return in how many calls each word is counted."""
        return np.bincount(self.indices[counts > 0], minlength=len(self.words))

    def weigh(self, counts: NDArray[np.int32], kept: NDArray[np.bool_], most: float = _COMMON) -> NDArray[np.float32]:
        """Return TF-IDF rows of unit length, a value for each word: zero for what is not counted or not kept."""
        calls, spread = len(self.indptr) - 1, self.spread(counts)
        kept = kept & (spread >= 2) & (spread <= max(most * calls, FEW))
        rarity = np.where(kept, rarity_of(spread, calls), 0.0).astype(np.float32)
        sublinear = 1.0 + np.log(np.maximum(np.arange(int(counts.max(initial=0)) + 1), 1))
        sublinear[0] = 0.0
        values = sublinear.astype(np.float32)[counts] * rarity[self.indices]
        squares = np.bincount(self.rows, values * values, calls)
        values *= (1.0 / np.sqrt(np.where(squares > 0, squares, 1.0))).astype(np.float32)[self.rows]
        return values

    def without_silent(self, sides: Sequence[NDArray[np.float32]]) -> list[Any]:
        """Return values as matrices of one pattern, which has no word that all of them are silent about."""
        telling = np.flatnonzero(np.logical_or.reduce([side != 0 for side in sides]))
        told = np.bincount(self.indices[telling], minlength=len(self.words)) > 0
        indices = (np.cumsum(told) - 1)[self.indices[telling]]
        calls = len(self.indptr) - 1
        indptr = find_ends(np.bincount(self.rows[telling], minlength=calls))
        pattern = indices.astype(np.int32), indptr.astype(np.int32)
        return [sparse.csr_matrix((side[telling], *pattern), (calls, int(told.sum())), copy=False) for side in sides]

    def problems(self, counts: NDArray[np.int32]) -> Any:
        """Return how often each call tells of each kind of problem."""
        _, tells = problem_kinds(self.words)
        telling = (counts > 0) & (np.diff(tells.indptr) > 0)[self.indices]
        calls = len(self.indptr) - 1
        entries = (counts[telling].astype(np.float32), (self.rows[telling], self.indices[telling]))
        return (sparse.csr_matrix(entries, (calls, len(self.words))) @ tells).tocsr()


def word_views(calls: pd.DataFrame, said: WordTable, titles: WordTable, weigh: Callable[[Any], Any]) -> dict[str, Any]:
    """Return the views of the calls that are made of words; `weigh` makes TF-IDF rows of counts."""
    both = WordTable.joined([titles, said])
    # The words may repeat the title in front: it has its own weight.
    titles, texts = both[: len(calls)], both[len(calls) :].without_lead(both[: len(calls)])
    told = _Told.of(titles, texts)
    named = zip(calls["places"].tolist(), calls["mentions"].tolist(), strict=True)
    names = [f"{place}{SEPARATOR}{spelled}" for place, spelled in named]
    outside = told.outside(names)
    known, everything = problems(), np.ones(len(told.words), dtype=np.bool_)
    may_name = told.flags(lambda word: len(word) > 1 and word not in known)
    rare = may_name & (told.spread(told.first) <= max(_RARE * len(calls), _RARE_CALLS))
    no_area = told.flags(lambda word: AREA.fullmatch(word) is None)
    sides = {
        "words": told.weigh(told.first, everything),
        "full": told.weigh(told.whole, everything),
        "rare": told.weigh(told.first, rare, most=1.0),
        "theme": told.weigh(np.where(outside, told.whole, 0), no_area),
    }
    return {
        **dict(zip(sides, told.without_silent(list(sides.values())), strict=True)),
        "title": told.without_silent([told.weigh(told.title, everything)])[0],
        "problem": weigh(told.problems(np.where(outside, told.first, 0))),
    }


def _reach(table: WordTable) -> NDArray[np.int64]:
    """Return how many characters of its row come before the end of each word."""
    sizes = np.array([len(word) for word in table.words], dtype=np.int64)[table.ids]
    upto = find_ends(sizes)
    return np.asarray(upto[1:] - np.repeat(upto[table.ends[:-1]], np.diff(table.ends)))


def _parts(name: str, number: dict[str, int]) -> list[int]:
    """Return the numbers of the words that are parts of a name."""
    parts = {name[start:end] for start in range(len(name)) for end in range(start + 1, len(name) + 1)}
    return sorted(number[part] for part in parts if part in number)
