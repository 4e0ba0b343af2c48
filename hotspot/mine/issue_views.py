"""What two calls are compared by: sparse vectors of their words, their places, their problem, their rare strings.

A call is seen from several sides, because an issue is one problem at one place: the same words elsewhere, or another
problem at the same place, must not look alike from every side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from hotspot.mine.issue_areas import CODE, area_codes
from hotspot.mine.issue_sides import Worded, word_views
from hotspot.mine.issue_words import AREA, FEW, SEPARATOR, rarity_of
from hotspot.mine.pair_products import Beside
from hotspot.mine.vectors import to_unit
from hotspot.mine.word_table import WordTable
from hotspot.scale import slices

_AREA_SHARE: Final = 0.15  # a place in more than this share of the calls is an area, no place
_OTHERS: Final = 5  # places of a call beside those that it is about


NAMED: Final = ("problem", "place", "head")  # the sides of few entries


@dataclass(frozen=True)
class Views:
    """The sides of every call, rows of unit length unless said otherwise."""

    # Of the words: those of title (twice) and lead of the text, of these the rare ones that tell no problem (names,
    # most of them), those of the whole text, of these the ones that are no part of a place name.
    worded: Worded
    title: Any  # words of the title
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
        return int(self.worded.matrix.shape[0])

    @cached_property
    def named(self) -> Beside:
        """The sides of few entries, for `hotspot.mine.pair_products`."""
        return Beside([getattr(self, name) for name in NAMED])


def weigh(counts: Any, *, least: int = 2, unit: bool = True) -> Any:
    """Return counts as TF-IDF: sublinear counts, columns of at least `least` rows."""
    spread = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = spread >= least
    matrix = counts[:, kept].astype(float)
    matrix.data = 1.0 + np.log(matrix.data)
    matrix = (matrix @ sparse.diags(rarity_of(spread[kept], counts.shape[0]))).tocsr()
    return (to_unit(matrix) if unit else matrix).astype(np.float32)


def _spelling(name: str) -> list[str]:
    """Return a name and its pairs of characters, without the district before it: 一中 and 二中 of one are two."""
    own = CODE.sub("", name) or name
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


def build_views(
    calls: pd.DataFrame,
    said: WordTable,
    titles: WordTable,
    order: NDArray[np.int64] | None = None,
    spread: Any = None,
) -> Views:
    """Return the views of the calls, given their words.

    Parameters
    ----------
    calls : DataFrame
        Columns as in `hotspot.mine.issue_table.ISSUE_COLUMNS`.
    said, titles : WordTable
        The words of the texts and of the titles.
    order : ndarray of int, optional
        The calls in the order of the views; that of the table when left out.
    spread : callable, optional
        Computes a function of each part of the calls; here, part by part, when left out.
    """
    order = np.arange(len(calls)) if order is None else order
    days = (pd.to_datetime(calls["time"]) - pd.Timestamp(1970, 1, 1)) / pd.Timedelta(days=1)
    # A title tells the matter better than a theme: only calls without one lean on it.
    told = _numbers(calls["theme"].where(np.diff(titles.ends) == 0, "").tolist())
    city, district = (_numbers(names) for names in areas(calls))
    worded = word_views(calls, order, said, titles, weigh, spread)
    first = _specific(_split(calls["head_places"].to_numpy(dtype=object)[order]))
    return Views(
        **worded,
        **_place_views(first, _specific(_split(calls["places"].to_numpy(dtype=object)[order]))),
        days=np.asarray(days, dtype=float)[order],
        told=told[order],
        primary=np.where(np.diff(first.ends) > 0, np.append(first.ids, -1)[first.ends[:-1]], -1).astype(np.int64),
        city=city[order],
        district=district[order],
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
    for part in slices(len(calls)):  # the texts of all calls as strings are many
        columns = (calls[name].iloc[part].tolist() for name in ("district", "title", "text"))
        for district, title, text in zip(*columns, strict=True):
            codes = area_codes(title, text).split()
            cities.append(codes[0][0] if codes else "")
            districts.append(next((code for code in codes if code[1].isdigit()), district))
    return cities, districts
