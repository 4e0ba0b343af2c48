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
from numpy.typing import NDArray
from scipy import sparse

from hotspot.mine.vectors import to_unit
from hotspot.mine.word_table import WordTable

LEAD: Final = 200  # characters of the text that tell what the call is about; the rest is history and pleading
HEAD: Final = 30  # characters of the text that stand for its title where there is none
SEPARATOR: Final = "|"  # between names in the columns of places
_WHOLE: Final = 1500  # characters of a text that are read at all
_COMMON: Final = 0.3  # a word in more than this share of the calls tells nothing
_RARE: Final = 0.01  # a word in at most this share of the calls may be a name
_RARE_CALLS: Final = 20  # or in so few calls
_AREA_SHARE: Final = 0.15  # a place in more than this share of the calls is an area, no place
_FEW: Final = 50  # but words and places of so few calls are kept, however few the calls are
# Exports made public replace the names of cities and districts like this.
_CODE: Final = re.compile(r"[A-Z]\d*[市县区]")
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
    days: NDArray[np.float64]  # time in days, NaN where unknown
    told: NDArray[np.int64]  # number of the theme, -1 where unknown
    primary: NDArray[np.int64]  # number of the primary place, -1 where there is none
    city: NDArray[np.int64]  # number of the city, -1 where unknown
    district: NDArray[np.int64]  # number of the district, -1 where unknown

    def __len__(self) -> int:
        return int(self.words.shape[0])


def weigh(rows: Iterable[Iterable[str]], *, least: int = 2, unit: bool = True) -> Any:
    """Return the TF-IDF matrix of token lists, tokens of at least `least` rows."""
    return _rarity(WordTable(list(row) for row in rows).count(), least=least, unit=unit)


def _rarity(counts: Any, *, least: int = 2, most: float = 1.0, unit: bool = True) -> Any:
    """Return counts as TF-IDF: sublinear counts, columns of at least `least` rows and at most a share `most`."""
    height = counts.shape[0]
    spread = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = (spread >= least) & (spread <= max(most * height, _FEW))
    matrix = counts[:, kept].astype(float)
    matrix.data = 1.0 + np.log(matrix.data)
    matrix = (matrix @ sparse.diags(rarity_of(spread[kept], height))).tocsr()
    return to_unit(matrix) if unit else matrix


def rarity_of(spread: NDArray[np.int64], calls: int) -> NDArray[np.float64]:
    """Return how much tokens tell that so many of the calls hold: 1 for a token of one, however many calls."""
    return np.asarray((1.0 + np.log((1 + calls) / (1 + spread))) / (1.0 + np.log((1 + calls) / 2)))


def _within(table: WordTable, length: int) -> NDArray[np.bool_]:
    """Return which words lie in the first `length` characters of their row."""
    sizes = np.array([len(word) for word in table.words], dtype=np.int64)[table.ids]
    upto = np.concatenate([[0], np.cumsum(sizes)])
    return np.asarray(upto[1:] - upto[table.ends[:-1]][table.rows()] <= length)


def _outside(table: WordTable, names: Sequence[str]) -> NDArray[np.bool_]:
    """Return which words are no part of the names of their row."""
    found = np.ones(len(table.ids), dtype=np.bool_)
    words = table.words
    for row, joined in enumerate(names):
        if len(joined) > 1:
            start, end = table.ends[row], table.ends[row + 1]
            found[start:end] = [words[number] not in joined for number in table.ids[start:end].tolist()]
    return found


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


def _spelling(name: str) -> list[str]:
    """Return a name and its pairs of characters, without the district before it: 一中 and 二中 of one are two."""
    own = _CODE.sub("", name) or name
    return [name, *(own[at : at + 2] for at in range(len(own) - 1))]


def _split(column: Iterable[str]) -> list[list[str]]:
    return [[name for name in names.split(SEPARATOR) if name] for names in column]


def _specific(names: list[list[str]]) -> list[list[str]]:
    """Return the names without those that so many calls hold that they tell an area, not a place."""
    calls = Counter(name for row in names for name in set(row))
    most = max(_AREA_SHARE * len(names), _FEW)
    return [[name for name in row if calls[name] <= most and not _AREA.fullmatch(name)] for row in names]


def _heads(titles: WordTable, texts: WordTable) -> WordTable:
    """Return the words of each title, or the first words of a text that has none."""
    return WordTable.beside(titles, texts.chosen(_within(texts, HEAD)), np.diff(titles.ends) > 0)


def _problem_counts(counts: Any, tokens: Sequence[str]) -> Any:
    """Return how often each call tells of each kind of problem."""
    known = problems()
    kinds = {kind: number for number, kind in enumerate(sorted({kind for told in known.values() for kind in told}))}
    links = [(token, kinds[kind]) for token, word in enumerate(tokens) for kind in known.get(word, ())]
    rows, columns = ([link[side] for link in links] for side in (0, 1))
    tells = sparse.csr_matrix(
        (np.ones(len(links), dtype=np.float32), (rows, columns)), shape=(counts.shape[1], len(kinds))
    )
    return (counts @ tells).tocsr()


def _words_views(calls: pd.DataFrame, said: WordTable, titles: WordTable) -> dict[str, Any]:
    """Return the views made of words."""
    both = WordTable.joined([titles, said])
    calls_count = len(calls)
    # The words may repeat the title in front: it has its own weight.
    titles, texts = both[:calls_count], both[calls_count:].without_lead(both[:calls_count])
    words = WordTable.stacked(_heads(titles, texts), texts).renumbered()
    names = [f"{told}{SEPARATOR}{spelled}" for told, spelled in zip(calls["places"], calls["mentions"], strict=True)]
    outside = _outside(words, names * 2)
    lead, whole = _within(words, LEAD), _within(words, _WHOLE)

    def folded(chosen: NDArray[np.bool_]) -> Any:
        counts = words.count(chosen)
        return counts[:calls_count] * 2 + counts[calls_count:]

    known = problems()
    area = np.array([_AREA.fullmatch(token) is not None for token in words.words], dtype=np.bool_)
    name = np.array([len(token) > 1 and token not in known for token in words.words], dtype=np.bool_)
    whole_counts = words.count(whole)[calls_count:]
    heads_and_leads = folded(lead)
    spread = np.bincount(heads_and_leads.indices, minlength=heads_and_leads.shape[1])
    rare = name & (spread <= max(_RARE * calls_count, _RARE_CALLS))
    return {
        "words": _rarity(heads_and_leads, most=_COMMON),
        "title": _rarity(words[:calls_count].count(), most=_COMMON),
        "full": _rarity(whole_counts, most=_COMMON),
        "rare": _rarity(heads_and_leads[:, rare]),
        "theme": _rarity(words.count(whole & outside)[calls_count:][:, ~area], most=_COMMON),
        "problem": _rarity(_problem_counts(folded(lead & outside), words.words)),
    }


def build_views(calls: pd.DataFrame, said: WordTable, titles: WordTable) -> Views:
    """Return the views of the calls (columns as in `hotspot.mine.issue_table.ISSUE_COLUMNS`), given their words."""
    first = _specific(_split(calls["head_places"]))
    places = [
        list(dict.fromkeys(head + others[:5]))
        for head, others in zip(first, _specific(_split(calls["places"])), strict=True)
    ]
    cities, districts = areas(calls)
    return Views(
        **_words_views(calls, said, titles),
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
        days=np.asarray((pd.to_datetime(calls["time"]) - pd.Timestamp(1970, 1, 1)) / pd.Timedelta(days=1), dtype=float),
        # A title tells the matter better than a theme: only calls without one lean on it.
        told=_numbers(calls["theme"].where(np.diff(titles.ends) == 0, "").tolist()),
        primary=_numbers([names[0] if names else "" for names in first]),
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
    for district, title, text in zip(calls["district"], calls["title"], calls["text"], strict=True):
        codes = _CODE.findall(f"{title} {text[:LEAD]}")
        cities.append(codes[0][0] if codes else "")
        districts.append(next((code for code in codes if code[1].isdigit()), district))
    return cities, districts
