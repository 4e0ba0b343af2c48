"""What the words of two calls are compared by: title and lead, the whole text, its rare words, its matter.

All of these weigh the same words of a call: kept is how often each is told, six bytes a word, and what that weighs from
each side is computed where it is asked for. A weight is sublinear count × rarity of the word ÷ length of the call's
row, so that the product of two rows needs the rarity squared on one end only, and the lengths at last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from hotspot.arrays import find_ends
from hotspot.mine.issue_words import AREA, FEW, SEPARATOR, Parts, Told, problem_kinds, problems, rarity_of
from hotspot.mine.word_table import WordTable
from hotspot.scale import here, slices

_COMMON: Final = 0.3  # a word in more than this share of the calls tells nothing
_RARE: Final = 0.01  # a word in at most this share of the calls may be a name
_RARE_CALLS: Final = 20  # or in so few calls
# The sides in the order of the looks: two weigh what stands first, two the whole text.
WORDED: Final = ("words", "rare", "full", "theme")
_FIRST: Final = np.tile(np.append(0.0, 1.0 + np.log(np.arange(1, 256))), 256).astype(np.float32)
_WHOLE: Final = np.repeat(_FIRST[:256], 256)  # what a code weighs, by its higher half


@dataclass(frozen=True)
class Worded:
    """The sides of calls that are made of words, for `hotspot.mine.pair_products`.

    A word that is a part of a name of its call stands in a column of its own, which the side ``theme`` does not see.
    """

    matrix: Any  # CSR of codes: how often a word is told first, and in the whole text
    squares: NDArray[np.float32]  # of the rarity of each column, from each side of `WORDED`
    other: NDArray[np.int32]  # the other column of the same word, -1 where there is none
    lengths: NDArray[np.float32]  # what the rows are to be multiplied with, a column for each side
    spread: NDArray[np.int64]  # calls of each word as the side ``words`` sees it
    count = len(WORDED)

    def laid(self, rows: Any) -> tuple[Any, Any, list[NDArray[np.float32]]]:
        """Return what the words weigh on the left, each in both of its columns."""
        part = self.matrix[rows]
        row = np.repeat(np.arange(len(rows)), np.diff(part.indptr))
        columns = part.indices
        other = self.other.take(columns, mode="clip")
        twin = np.flatnonzero(other >= 0)
        weights = np.empty((len(columns) + len(twin), 4), dtype=np.float32)
        squares = weights[: len(columns)]
        self.squares.take(columns, axis=0, mode="clip", out=squares)
        squares[:, :2] *= _FIRST.take(part.data, mode="clip")[:, None]
        squares[:, 2:] *= _WHOLE.take(part.data, mode="clip")[:, None]
        weights[len(columns) :] = squares[twin]
        # Of the theme is a word that is no part of a name in either call.
        weights[len(columns) :, 3] = 0.0
        return np.append(row, row[twin]), np.append(columns, other[twin]), [weights[:, :2], weights[:, 2:]]

    def given(self, entries: Any) -> list[NDArray[np.float32]]:
        """Return what words weigh on the right."""
        return [_FIRST.take(entries, mode="clip"), _WHOLE.take(entries, mode="clip")]

    def words(self, rows: slice | NDArray[np.int64]) -> Any:
        """Return some rows of the side ``words`` (CSR, of unit length)."""
        part = self.matrix[rows]
        word = np.where(part.indices < len(self.spread), part.indices, self.other[part.indices])
        values = _FIRST.take(part.data) * np.sqrt(self.squares[word, 0])
        values *= np.repeat(self.lengths[rows, 0], np.diff(part.indptr))
        return sparse.csr_matrix((values, word, part.indptr), shape=(part.shape[0], len(self.spread)))


class _Counted(NamedTuple):
    """How often some calls tell each word and which words are no part of a name, their titles and problems."""

    sizes: NDArray[np.int64]  # words of each call
    indices: NDArray[np.int32]
    codes: NDArray[np.uint16]
    free: NDArray[np.bool_]
    titles: Any
    heard: Any


@dataclass(frozen=True)
class _Counter:
    """Counts the words of some of the calls."""

    places: Any  # columns places and mentions, arrays of str
    order: NDArray[np.int64]
    tables: tuple[WordTable, WordTable]  # of the texts and of the titles
    words: list[str]
    numbers: tuple[NDArray[np.int32], NDArray[np.int32]]  # of the words of either table
    sizes: NDArray[np.int64]
    parts: Parts
    tells: Any

    def __call__(self, part: slice) -> _Counted:
        rows = self.order[part]
        said, titles = (self._numbered(at, rows) for at in (0, 1))
        told = Told.of(titles, said, self.sizes)
        named = (column[rows] for column in self.places)
        outside = told.outside(
            [f"{place}{SEPARATOR}{spelled}" for place, spelled in zip(*named, strict=True)], self.parts
        )
        telling = outside & (told.first > 0) & (np.diff(self.tells.indptr) > 0)[told.indices]
        entries = (told.first[telling].astype(np.float32), (told.rows[telling], told.indices[telling]))
        heard = sparse.csr_matrix(entries, (len(rows), len(self.words)))
        titles_told = told.titles(len(self.words))
        sizes = np.diff(told.indptr).astype(np.int64)
        return _Counted(sizes, told.indices, told.codes, outside, titles_told, (heard @ self.tells).tocsr())

    def _numbered(self, which: int, rows: NDArray[np.int64]) -> WordTable:
        table = self.tables[which][rows]
        table.words, table.ids = self.words, self.numbers[which][table.ids]
        return table


def word_views(
    calls: pd.DataFrame,
    order: NDArray[np.int64],
    said: WordTable,
    titles: WordTable,
    weigh: Callable[[Any], Any],
    spread: Any = None,
) -> dict[str, Any]:
    """Return the views of the calls that are made of words, in some order; `weigh` makes TF-IDF rows of counts."""
    words = sorted({*said.words, *titles.words} - {""}) or [""]
    number = {word: at for at, word in enumerate(words)}
    numbers = tuple(
        np.fromiter((number.get(word, 0) for word in table.words), np.int32, len(table.words))
        for table in (said, titles)
    )
    sizes = np.fromiter(map(len, words), np.int64, len(words))
    places = [calls[name].to_numpy(dtype=object) for name in ("places", "mentions")]
    _, tells = problem_kinds(words)
    count = _Counter(places, order, (said, titles), words, (numbers[0], numbers[1]), sizes, Parts(number), tells)
    parts: list[_Counted] = (spread or here)(count, slices(len(order)))
    return {
        "title": _weighed(sparse.vstack([part.titles for part in parts], format="csr")),
        "problem": weigh(sparse.vstack([part.heard for part in parts], format="csr")),
        "worded": _worded(words, parts),
    }


def _rarity(
    spread: NDArray[np.int64], kept: NDArray[np.bool_] | bool, calls: int, most: float = _COMMON
) -> NDArray[np.float32]:
    """Return how much each word tells, zero of those not kept, too rare or too common."""
    kept = kept & (spread >= 2) & (spread <= max(most * calls, FEW))
    return np.where(kept, rarity_of(spread, calls), 0.0).astype(np.float32)


def _lengths(squares: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(1.0 / np.sqrt(np.where(squares > 0, squares, 1.0)), dtype=np.float32)


def _weighed(matrix: Any) -> Any:
    """Return counts of the words of the titles as TF-IDF rows."""
    spread = np.bincount(matrix.indices, minlength=matrix.shape[1])
    sublinear = np.append(0.0, 1.0 + np.log(np.arange(1, int(matrix.data.max(initial=0)) + 1))).astype(np.float32)
    rarity = _rarity(spread, True, matrix.shape[0])
    values = sublinear[matrix.data.astype(np.int64)] * rarity[matrix.indices]
    rows = np.repeat(np.arange(matrix.shape[0], dtype=np.int32), np.diff(matrix.indptr))
    values *= _lengths(np.bincount(rows, values * values, matrix.shape[0]))[rows]
    matrix.data = values
    matrix.eliminate_zeros()
    return matrix


def _worded(words: list[str], parts: list[_Counted]) -> Worded:
    """Return the sides of the words, given how often some calls after others tell them; the parts are used up."""
    calls, width = sum(len(part.sizes) for part in parts), len(words)
    spreads = np.zeros((3, width), dtype=np.int64)  # first, in the whole text, there outside of names
    named = np.zeros(width, dtype=np.bool_)
    for part in parts:
        first, whole = part.codes & 255 > 0, part.codes >> 8 > 0
        for spread, chosen in zip(spreads, (first, whole, whole & part.free), strict=True):
            spread += np.bincount(part.indices[chosen], minlength=width)
        named[part.indices[~part.free]] = True
    rarity = _rarities(words, spreads, calls)
    # Words that tell nothing from any side are left out.
    kept = (rarity > 0).sum(axis=1) > 0
    place = (np.cumsum(kept) - 1).astype(np.int32)
    twins = np.flatnonzero(named & kept)
    inside = np.full(width, -1, dtype=np.int32)
    inside[twins] = int(kept.sum()) + np.arange(len(twins), dtype=np.int32)
    rows, lengths = [], []
    parts.reverse()
    while parts:  # each is let go when it is done: together they are much
        part = parts.pop()
        telling = kept[part.indices]
        word, codes, free = part.indices[telling], part.codes[telling], part.free[telling]
        size = len(part.sizes)
        row = np.repeat(np.arange(size), part.sizes)[telling]
        weights = rarity[word]
        weights[:, :2] *= _FIRST[codes, None]
        weights[:, 2:] *= _WHOLE[codes, None]
        weights[~free, 3] = 0.0
        weights *= weights
        lengths.append(_lengths(np.column_stack([np.bincount(row, side, size) for side in weights.T])))
        columns = np.where(free, place[word], inside[word]).astype(np.int32)
        rows.append((columns, codes, np.bincount(row, minlength=size)))
    columns, codes, sizes = (np.concatenate(each) for each in zip(*rows, strict=True))
    hidden = rarity[twins]
    hidden[:, 3] = 0.0
    full = np.concatenate([rarity[kept], hidden])
    matrix = sparse.csr_matrix((codes, columns, find_ends(sizes)), shape=(calls, len(full)))
    return Worded(
        matrix,
        full * full,
        np.concatenate([inside[kept], place[twins]]),
        np.concatenate(lengths),
        np.where(rarity[kept, 0] > 0, spreads[0][kept], 0),
    )


def _rarities(words: list[str], spreads: NDArray[np.int64], calls: int) -> NDArray[np.float32]:
    """Return the rarity of each word from each side, given in how many calls it is first, anywhere, out of names."""
    known = problems()
    may_name = np.fromiter((len(word) > 1 and word not in known for word in words), np.bool_, len(words))
    rare = may_name & (spreads[0] <= max(_RARE * calls, _RARE_CALLS))
    no_area = np.fromiter((AREA.fullmatch(word) is None for word in words), np.bool_, len(words))
    return np.column_stack(
        [
            _rarity(spreads[0], True, calls),
            _rarity(spreads[0], rare, calls, most=1.0),
            _rarity(spreads[1], True, calls),
            _rarity(spreads[2], no_area, calls),
        ]
    )
