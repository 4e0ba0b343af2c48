"""What two calls are compared by: sparse vectors of their words, their places, their problem, their rare strings.

A call is seen from several sides, because an issue is one problem at one place: the same words elsewhere, or another
problem at the same place, must not look alike from every side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

LEAD: Final = 200  # characters of the text that tell what the call is about; the rest is history and pleading
HEAD: Final = 30  # characters of the text that stand for its title where there is none
SEPARATOR: Final = "|"  # between names in the columns of places
_WHOLE: Final = 1500  # characters of a text that are read at all
_COMMON: Final = 0.3  # a word in more than this share of the calls tells nothing
_RARE: Final = 0.01  # a word in at most this share of the calls may be a name
_RARE_CALLS: Final = 20  # or in so few calls
_AREA_SHARE: Final = 0.05  # a place in more than this share of the calls is an area, no place
_FEW: Final = 50  # but words and places of so few calls are kept, however few the calls are
_AREA: Final = re.compile(r"[A-Z]\d*[市县区]?|[市县区镇乡]|省|[^\w]+|\d")


@dataclass(frozen=True)
class Views:
    """The sides of every call, rows of unit length unless said otherwise."""

    words: Any  # title twice and the lead of the text
    title: Any  # words of the title
    full: Any  # words of the whole text
    rare: Any  # words of title and lead that few calls hold and that tell no problem: names, most of them
    theme: Any  # words of the whole text without those of place names
    problem: Any  # kinds of problem (issue_problems.txt)
    place: Any  # spelling of the places: names and their pairs of characters
    head: Any  # the same of the places that the call is about
    names: Any  # canonical places, weighted by rarity, not of unit length

    def __len__(self) -> int:
        return int(self.words.shape[0])


def weigh(
    rows: Iterable[Iterable[str]],
    *,
    least: int = 2,
    most: float = 1.0,
    unit: bool = True,
    skip: re.Pattern[str] | None = None,
) -> Any:
    """Return the TF-IDF matrix of token lists: sublinear counts, tokens of at least `least` rows.

    Parameters
    ----------
    rows : iterable of iterable of str
        The tokens of each row.
    least : int
        Rows that must hold a token.
    most : float
        Share of the rows that may hold it.
    unit : bool
        Whether rows are brought to unit length.
    skip : Pattern, optional
        Tokens to leave out.
    """
    numbers: dict[str, int] = {}
    pointers = [0]
    found: list[int] = []
    for row in rows:
        found.extend([numbers.setdefault(token, len(numbers)) for token in row])
        pointers.append(len(found))
    height = len(pointers) - 1
    matrix = sparse.csr_matrix(
        (np.ones(len(found)), np.asarray(found, dtype=np.int64), np.asarray(pointers, dtype=np.int64)),
        shape=(height, max(len(numbers), 1)),
    )
    del found
    matrix.sum_duplicates()
    matrix.data = 1.0 + np.log(matrix.data)
    spread = np.bincount(matrix.indices, minlength=matrix.shape[1])
    kept = (spread >= least) & (spread <= max(most * height, _FEW))
    if skip is not None:
        kept[[number for token, number in numbers.items() if skip.fullmatch(token)]] = False
    # Rarity is 1 for a token of one call, whatever the number of calls.
    rarity = (1.0 + np.log((1 + height) / (1 + spread[kept]))) / (1.0 + np.log((1 + height) / 2))
    matrix = matrix[:, kept] @ sparse.diags(rarity)
    return _unit(matrix.tocsr()) if unit else matrix.tocsr()


def _unit(matrix: Any) -> Any:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags(1.0 / np.where(lengths > 0, lengths, 1.0)) @ matrix).tocsr()


def _lead(words: Sequence[str], length: int = LEAD) -> list[str]:
    """Return the first words, of at most `length` characters together."""
    room = length
    for at, word in enumerate(words):
        room -= len(word)
        if room < 0:
            return list(words[:at])
    return list(words)


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


def _outside(words: Sequence[str], names: str) -> list[str]:
    """Return the words that are no part of the place names, joined."""
    return [word for word in words if word not in names]


def _spelling(name: str) -> list[str]:
    return [name, *(name[at : at + 2] for at in range(len(name) - 1))]


def _split(column: Iterable[str]) -> list[list[str]]:
    return [[name for name in names.split(SEPARATOR) if name] for names in column]


def _specific(names: list[list[str]]) -> list[list[str]]:
    """Return the names without those that so many calls hold that they tell an area, not a place."""
    calls = Counter(name for row in names for name in set(row))
    most = max(_AREA_SHARE * len(names), _FEW)
    return [[name for name in row if calls[name] <= most] for row in names]


def primary_places(calls: pd.DataFrame) -> pd.Series:
    """Return the place that each call is about, ``""`` where it is about none or only about an area."""
    return pd.Series(
        [names[0] if names else "" for names in _specific(_split(calls["head_places"]))], index=calls.index
    )


def _rare(rows: list[list[str]], known: Mapping[str, object]) -> list[list[str]]:
    calls = Counter(word for row in rows for word in set(row))
    most = max(_RARE * len(rows), _RARE_CALLS)
    return [[word for word in row if len(word) > 1 and calls[word] <= most and word not in known] for row in rows]


def build_views(calls: pd.DataFrame) -> Views:
    """Return the views of the calls (columns as in `hotspot.mine.issues.ISSUE_COLUMNS`)."""
    # The words may repeat the title in front: it has its own weight.
    texts = [
        words[len(title) :].split() if words.startswith(title) else words.split()
        for title, words in zip(calls["title_words"], calls["words"], strict=True)
    ]
    heads = [title.split() or _lead(text, HEAD) for title, text in zip(calls["title_words"], texts, strict=True)]
    leads = [_lead(text) for text in texts]
    whole = [head * 2 + start for head, start in zip(heads, leads, strict=True)]
    longer = [_lead(text, _WHOLE) for text in texts]
    first = _specific(_split(calls["head_places"]))
    places = [
        list(dict.fromkeys(head + others[:5]))
        for head, others in zip(first, _specific(_split(calls["places"])), strict=True)
    ]
    told = [f"{names}{SEPARATOR}{mentions}" for names, mentions in zip(calls["places"], calls["mentions"], strict=True)]
    known = problems()
    bare = [_outside(words, names) for words, names in zip(whole, told, strict=True)]
    return Views(
        words=weigh(whole, most=_COMMON),
        title=weigh(heads, most=_COMMON),
        full=weigh(longer, most=_COMMON),
        rare=weigh(_rare(whole, known), most=1.0),
        theme=weigh(
            (_outside(words, names) for words, names in zip(longer, told, strict=True)), most=_COMMON, skip=_AREA
        ),
        problem=weigh([kind for word in words for kind in known.get(word, ())] for words in bare),
        # The places that the title names, or the primary one, are what the call is about: they count double.
        place=weigh(
            (
                [form for name in names for form in _spelling(name) * (2 if name in head else 1)]
                for names, head in zip(places, first, strict=True)
            ),
            least=1,
        ),
        head=weigh(([form for name in names for form in _spelling(name)] for names in first), least=1),
        names=weigh(places, unit=False),
    )
