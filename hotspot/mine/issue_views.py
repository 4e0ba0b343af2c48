"""What two calls are compared by: sparse vectors of their words, their places, their problem, their rare strings.

A call is seen from several sides, because an issue is one problem at one place: the same words elsewhere, or another
problem at the same place, must not look alike from every side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from hotspot.mine.issue_words import AREA, FEW, LEAD, SEPARATOR, rarity_of, word_views
from hotspot.mine.vectors import to_unit
from hotspot.mine.word_table import WordTable

_AREA_SHARE: Final = 0.15  # a place in more than this share of the calls is an area, no place
_OTHERS: Final = 5  # places of a call beside those that it is about
# Exports made public replace the names of cities and districts like this.
_CODE: Final = re.compile(r"[A-Z]\d*[市县区]")


# The sides that two calls are compared by: those made of words have one pattern.
WORDED: Final = ("words", "full", "rare", "theme")
NAMED: Final = ("problem", "place", "head")


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
    days: NDArray[np.float64]  # time in days, NaN where unknown
    told: NDArray[np.int64]  # number of the theme, -1 where unknown
    primary: NDArray[np.int64]  # number of the primary place, -1 where there is none
    city: NDArray[np.int64]  # number of the city, -1 where unknown
    district: NDArray[np.int64]  # number of the district, -1 where unknown

    def __len__(self) -> int:
        return int(self.words.shape[0])

    @cached_property
    def named(self) -> list[Any]:
        """The sides of few entries as matrices of one pattern, for `hotspot.mine.pair_products`."""
        sides = [getattr(self, name) for name in NAMED]
        beside = sparse.hstack(sides, format="csr")
        ends = np.cumsum([side.shape[1] for side in sides])
        of = np.searchsorted(ends, beside.indices, "right")
        return [
            sparse.csr_matrix((np.where(of == at, beside.data, 0.0), beside.indices, beside.indptr), beside.shape)
            for at in range(len(sides))
        ]


def weigh(counts: Any, *, least: int = 2, unit: bool = True) -> Any:
    """Return counts as TF-IDF: sublinear counts, columns of at least `least` rows."""
    spread = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = spread >= least
    matrix = counts[:, kept].astype(float)
    matrix.data = 1.0 + np.log(matrix.data)
    matrix = (matrix @ sparse.diags(rarity_of(spread[kept], counts.shape[0]))).tocsr()
    return to_unit(matrix) if unit else matrix


def _spelling(name: str) -> list[str]:
    """Return a name and its pairs of characters, without the district before it: 一中 and 二中 of one are two."""
    own = _CODE.sub("", name) or name
    return [name, *(own[at : at + 2] for at in range(len(own) - 1))]


def _split(column: Iterable[str]) -> WordTable:
    return WordTable([name for name in names.split(SEPARATOR) if name] if names else () for names in column)


def _specific(names: WordTable) -> WordTable:
    """Return the names without those that so many calls hold that they tell an area, not a place."""
    most = max(_AREA_SHARE * len(names), FEW)
    place = np.array([AREA.fullmatch(name) is None for name in names.words], dtype=np.bool_) & (names.spread() <= most)
    return names.chosen(place[names.ids])


def _place_views(first: WordTable, others: WordTable) -> dict[str, Any]:
    """Return the views made of places: those that a call is about, and some others that it names."""
    both = WordTable.joined([first, others.chosen(others.places() < _OTHERS)])
    about, named = both[: len(first)].count(), both.count()
    named = (named[: len(first)] + named[len(first) :]).tocsr()
    named.data[:] = 1.0
    forms = WordTable(_spelling(name) for name in both.words).count()
    return {
        # The places that the title names, or the primary one, are what the call is about: they count double.
        "place": weigh((named + (about > 0).astype(np.float32)).tocsr() @ forms, least=1),
        "head": weigh(about @ forms, least=1),
        "names": weigh(named, unit=False),
    }


def build_views(calls: pd.DataFrame, said: WordTable, titles: WordTable) -> Views:
    """Return the views of the calls (columns as in `hotspot.mine.issue_table.ISSUE_COLUMNS`), given their words."""
    first = _specific(_split(calls["head_places"].tolist()))
    cities, districts = areas(calls)
    return Views(
        **word_views(calls, said, titles, weigh),
        **_place_views(first, _specific(_split(calls["places"].tolist()))),
        days=np.asarray((pd.to_datetime(calls["time"]) - pd.Timestamp(1970, 1, 1)) / pd.Timedelta(days=1), dtype=float),
        # A title tells the matter better than a theme: only calls without one lean on it.
        told=_numbers(calls["theme"].where(np.diff(titles.ends) == 0, "").tolist()),
        primary=np.where(np.diff(first.ends) > 0, np.append(first.ids, -1)[first.ends[:-1]], -1).astype(np.int64),
        city=_numbers(cities),
        district=_numbers(districts),
    )


def _numbers(values: Sequence[str]) -> NDArray[np.int64]:
    """Return a number for each value, -1 for the empty one."""
    numbers, names = pd.factorize(np.asarray(values, dtype=object), sort=True)
    empty = np.array([name == "" for name in names] + [True], dtype=np.bool_)
    return np.asarray(np.where(empty[numbers], -1, numbers), dtype=np.int64)


def areas(calls: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return city and district of each call where they are told: the column district, or names made letters.

    Examples
    --------
    >>> table = pd.DataFrame({"district": ["", "城东区"], "title": ["A7县修路", ""], "text": ["A市A7县", "停水"]})
    >>> areas(table)
    (['A', ''], ['A7县', '城东区'])
    """
    cities, districts = [], []
    for district, title, text in zip(*(calls[name].tolist() for name in ("district", "title", "text")), strict=True):
        codes = _CODE.findall(f"{title} {text[:LEAD]}")
        cities.append(codes[0][0] if codes else "")
        districts.append(next((code for code in codes if code[1].isdigit()), district))
    return cities, districts
