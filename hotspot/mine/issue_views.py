"""What two calls are compared by: sparse vectors of their words, their places, their problem, their rare strings.

A call is seen from several sides, because an issue is one problem at one place: the same words elsewhere, or another
problem at the same place, must not look alike from every side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

LEAD: Final = 200  # characters of the text that tell what the call is about; the rest is history and pleading
SEPARATOR: Final = "|"  # between names in the columns places and mentions
_COMMON: Final = 0.3  # a word in more than this share of the calls tells nothing
_FEW: Final = 50  # but words of so few calls are kept, however few the calls are
_AREA: Final = re.compile(r"[A-Z]\d*[市县区]?|[市县区镇乡]|省|[^\w]+|\d")
_HAN: Final = re.compile(r"[\w]{4,}")


@dataclass(frozen=True)
class Views:
    """The sides of every call, rows of unit length unless said otherwise."""

    words: Any  # title twice and the lead of the text
    title: Any  # words of the title
    theme: Any  # the same words without those of place names
    problem: Any  # kinds of problem (issue_problems.txt)
    place: Any  # spelling of the places: names and their pairs of characters
    names: Any  # canonical places, weighted by rarity, not of unit length
    strings: Any  # four-character strings that few calls share, weighted by rarity, not of unit length

    def __len__(self) -> int:
        return int(self.words.shape[0])


def weigh(rows: Iterable[Iterable[str]], *, least: int = 2, most: float = 1.0, unit: bool = True) -> Any:
    """Return the TF-IDF matrix of token lists: sublinear counts, tokens of at least `least` rows.

    Columns stand in the order of their tokens, so that the matrix does not depend on the order of the rows.
    """
    indices: list[int] = []
    counts: list[int] = []
    pointers = [0]
    numbers: dict[str, int] = {}
    for row in rows:
        for token, count in Counter(row).items():
            indices.append(numbers.setdefault(token, len(numbers)))
            counts.append(count)
        pointers.append(len(indices))
    height = len(pointers) - 1
    tokens = sorted(numbers)
    rank = np.empty(len(tokens), dtype=np.int64)
    rank[[numbers[token] for token in tokens]] = np.arange(len(tokens))
    columns = rank[np.asarray(indices, dtype=np.int64)] if indices else np.zeros(0, dtype=np.int64)
    matrix = sparse.csr_matrix(
        (1.0 + np.log(np.asarray(counts, dtype=float)), columns, pointers), shape=(height, max(len(tokens), 1))
    )
    spread = np.bincount(columns, minlength=matrix.shape[1])
    kept = (spread >= least) & (spread <= max(most * height, _FEW))
    matrix = matrix[:, kept] @ sparse.diags(1.0 + np.log((1 + height) / (1 + spread[kept])))
    return _unit(matrix.tocsr()) if unit else matrix.tocsr()


def _unit(matrix: Any) -> Any:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags(1.0 / np.where(lengths > 0, lengths, 1.0)) @ matrix).tocsr()


def lead(words: str, length: int = LEAD) -> list[str]:
    """Return the first words, of `length` characters together.

    Examples
    --------
    >>> lead("暖气 不热 三 天 了", 5)
    ['暖气', '不热', '三']
    """
    kept: list[str] = []
    room = length
    for word in words.split():
        room -= len(word)
        if room < 0:
            break
        kept.append(word)
    return kept


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


def _outside(words: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the words that are no part of a place name."""
    joined = SEPARATOR.join(names)
    return [word for word in words if word not in joined and not _AREA.fullmatch(word)]


def _spelling(name: str) -> list[str]:
    return [name, *(name[at : at + 2] for at in range(len(name) - 1))]


def _strings(text: str) -> list[str]:
    return [run[at : at + 4] for run in _HAN.findall(text) for at in range(len(run) - 3)]


def build_views(calls: pd.DataFrame) -> Views:
    """Return the views of the calls (columns as in `hotspot.mine.issues.ISSUE_COLUMNS`)."""
    titles = [words.split() for words in calls["title_words"]]
    leads = [lead(words) for words in calls["words"]]
    whole = [title * 2 + start for title, start in zip(titles, leads, strict=True)]
    places = [[name for name in names.split(SEPARATOR) if name] for names in calls["places"]]
    mentions = [[name for name in names.split(SEPARATOR) if name] for names in calls["mentions"]]
    known = problems()
    bare = [_outside(words, told + names) for words, told, names in zip(whole, mentions, places, strict=True)]
    # The first name is the primary place: what the call is about; others may be named in passing.
    spelled = [
        [form for at, name in enumerate(names[:3]) for form in _spelling(name) * (1 if at else 2)] for names in places
    ]
    return Views(
        words=weigh(whole, most=_COMMON),
        title=weigh(titles, most=_COMMON),
        theme=weigh(bare, most=_COMMON),
        problem=weigh(([told for word in words for told in known.get(word, ())] for words in bare), most=1.0),
        place=weigh(spelled, least=1),
        names=weigh((set(names) for names in places), unit=False),
        strings=weigh(
            (
                set(_strings(f"{title} {text[:LEAD]}"))
                for title, text in zip(calls["title"], calls["text"], strict=True)
            ),
            most=0.05,
            unit=False,
        ),
    )
