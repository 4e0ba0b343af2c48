"""Words of the calls as the issues count them: in title and lead, in the whole text, in the title, in names or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Final

import numpy as np
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
class Told:
    """Which words some calls hold (CSR, columns are words), and how often each: counts are of three kinds.

    ``first`` is in the title, which counts double, and in the lead of the text, ``whole`` in the text, ``title`` in the
    title or what stands for it.
    """

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    packed: NDArray[np.int64]

    @classmethod
    def of(cls, titles: WordTable, texts: WordTable, sizes: NDArray[np.int64]) -> Told:
        """Return the words of the calls (two tables of the same words, and how many characters each word has)."""
        # The words may repeat the title in front: it has its own weight.
        texts = texts.without_lead(titles)
        reach = _reach(texts, sizes)
        # A title counts, or the first words of a text that has none.
        heads = WordTable.beside(titles, texts.chosen(reach <= HEAD), np.diff(titles.ends) > 0)
        table = WordTable.stacked(heads, texts)
        counted = np.concatenate(
            [
                (1 << 2 * _FIELD) + 2 * (_reach(heads, sizes) <= LEAD).astype(np.int64),
                (reach <= LEAD) + ((reach <= _WHOLE).astype(np.int64) << _FIELD),
            ]
        )
        shape = (len(texts), len(table.words))
        rows = np.concatenate([heads.rows(), texts.rows()])
        packed = sparse.coo_matrix((counted, (rows, table.ids)), shape).tocsr()
        return cls(packed.indptr, packed.indices, packed.data)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The call of each word."""
        return np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))

    @property
    def first(self) -> NDArray[np.int64]:
        """How often each word is told in title, twice, and lead."""
        return self.packed & _LOW

    @property
    def codes(self) -> NDArray[np.uint16]:
        """How often each word is told first, and in the whole text, in one number (at most 255 times each)."""
        first, whole = np.minimum(self.first, 255), np.minimum(self.packed >> _FIELD & _LOW, 255)
        return np.asarray(first | whole << 8, dtype=np.uint16)

    def titles(self, width: int) -> Any:
        """Return how often each word is told in the titles."""
        counts = self.packed >> 2 * _FIELD
        told = counts > 0
        indptr = find_ends(np.bincount(self.rows[told], minlength=len(self.indptr) - 1))
        entries = (counts[told].astype(np.float32), self.indices[told], indptr)
        return sparse.csr_matrix(entries, (len(self.indptr) - 1, width))

    def outside(self, names: Sequence[str], parts: Parts) -> NDArray[np.bool_]:
        """Return which of the calls' words are no part of the names of their call."""
        found: list[int] = []
        width = len(parts.number)
        for row, joined in enumerate(names):
            if len(joined) > 1:
                base = row * width
                for name in (SEPARATOR, *joined.split(SEPARATOR)):
                    found += [base + part for part in parts[name]]
        keys = self.rows * np.int64(width) + self.indices  # in rising order
        wanted = np.array(found, dtype=np.int64)
        at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        stands = np.ones(len(keys), dtype=np.bool_)
        stands[at[keys[at] == wanted] if len(keys) else at[:0]] = False
        return stands


class Parts(dict[str, list[int]]):
    """The numbers of the words that are parts of each name."""

    def __init__(self, number: dict[str, int]) -> None:
        super().__init__()
        self.number = number

    def __missing__(self, name: str) -> list[int]:
        parts = {name[start:end] for start in range(len(name)) for end in range(start + 1, len(name) + 1)}
        self[name] = sorted(self.number[part] for part in parts if part in self.number)
        return self[name]


def _reach(table: WordTable, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many characters of its row come before the end of each word."""
    upto = find_ends(sizes[table.ids])
    return np.asarray(upto[1:] - np.repeat(upto[table.ends[:-1]], np.diff(table.ends)))
