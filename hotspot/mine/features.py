"""From texts to sparse TF-IDF features: word and character n-grams as 64-bit keys, counted in numpy.

A character n-gram of up to four characters is its own key (16 bits for each character); a word n-gram packs the
numbers that the vocabulary gave to its words. No n-gram ever becomes a Python string, which is what makes
vectorisers slow on Chinese text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hotspot.arrays import Places, code_points, firsts, measure
from hotspot.mine.word_table import WordTable
from hotspot.text.batch import SEPARATOR
from hotspot.text.tokens import Ids

Keys = npt.NDArray[np.uint64]

_CHUNK: Final = 4096  # texts whose n-grams are held at once
_ROW_BITS: Final = np.uint64(12)  # of a text of a chunk
_COUNT_BITS: Final = np.uint64(13)  # of the number of texts of a chunk that hold an n-gram
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_EMPTY: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
# The code of each letter, figure and ideograph, 0 for all other characters.
_LETTERS: Final = np.zeros(0x10000, dtype=np.uint32)
for _first, _last in ("09", "az", "\u3400\u4dbf", "\u4e00\u9fff"):
    _LETTERS[ord(_first) : ord(_last) + 1] = range(ord(_first), ord(_last) + 1)


class KeyIndex:
    """Positions of 64-bit keys: a hash table with open addressing, filled and asked in numpy.

    Examples
    --------
    >>> KeyIndex(np.array([7, 9], dtype=np.uint64)).find(np.array([9, 8, 7], dtype=np.uint64)).tolist()
    [1, -1, 0]
    """

    def __init__(self, keys: Keys) -> None:
        self._bits = max(4, int(len(keys) * 2).bit_length())
        size = 1 << self._bits
        self._keys = np.full(size, _EMPTY, dtype=np.uint64)
        self._positions = np.full(size, -1, dtype=np.int32)
        pending = np.arange(len(keys))
        slots = self._slots(keys)
        while len(pending):
            here = slots[pending]
            free = self._keys[here] == _EMPTY
            _, first = np.unique(here[free], return_index=True)
            placed = pending[free][first]
            self._keys[slots[placed]] = keys[placed]
            self._positions[slots[placed]] = placed
            pending = np.setdiff1d(pending, placed, assume_unique=True)
            slots[pending] = (slots[pending] + 1) & (size - 1)

    def _slots(self, keys: Keys) -> Places:
        return ((keys * _MIX) >> np.uint64(64 - self._bits)).astype(np.int64)

    def find(self, keys: Keys) -> npt.NDArray[np.int32]:
        """Return the position of each key, -1 for those that are not there."""
        slots = self._slots(keys)
        there = self._keys[slots]
        equal = there == keys
        found = np.where(equal, self._positions[slots], np.int32(-1))
        open_ = np.flatnonzero(~equal & (there != _EMPTY))
        while len(open_):
            slots[open_] = (slots[open_] + 1) & (len(self._keys) - 1)
            there = self._keys[slots[open_]]
            hit = there == keys[open_]
            found[open_[hit]] = self._positions[slots[open_[hit]]]
            open_ = open_[~hit & (there != _EMPTY)]
        return found


class Chain(NamedTuple):
    """The characters or words of some texts as numbers; behind each text, and where it breaks off, stands a 0."""

    numbers: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.int32]  # the text of each
    size: int  # number of texts


def spell(texts: Sequence[str]) -> Chain:
    """Return the letters, ideographs and figures of texts by their code points (of 16 bits); all else breaks the chain.

    Examples
    --------
    >>> numbers, rows, size = spell(["供暖", "暖。"])
    >>> [chr(number) if number else "" for number in numbers], rows.tolist(), size
    (['供', '暖', '', '暖', '', ''], [0, 0, 0, 1, 1, 1], 2)
    """
    codes = code_points(SEPARATOR.join([*texts, ""]))
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), measure(texts) + 1)
    return Chain(_LETTERS[np.minimum(codes, 0xFFFF)], rows, len(texts))


def count_matrix(rows: Any, columns: Any, shape: tuple[int, int]) -> Any:
    """Return how often each pair of row and column occurs (CSR, float32, sorted); quick where each column's rows rise.

    Examples
    --------
    >>> count_matrix(np.array([0, 1, 1]), np.array([1, 0, 0]), (2, 2)).toarray().tolist()
    [[0.0, 1.0], [2.0, 0.0]]
    """
    ones = np.ones(len(rows), dtype=np.float32)
    # By way of the columns: two passes put everything in order, where sorting row by row takes many.
    return sparse.coo_matrix((ones, (rows, columns)), shape=shape).tocsc().tocsr()


class Block:
    """TF-IDF of one kind of n-gram: ``words`` (of segmented texts) or ``chars``.

    Parameters
    ----------
    kind : {"words", "chars"}
    orders : int
        Length of the longest n-grams; all shorter ones are counted too.
    min_df, max_features : int
        N-grams of fewer texts are left out, and all but the `max_features` most frequent ones.
    """

    def __init__(self, kind: str, orders: int, min_df: int = 2, max_features: int = 400_000) -> None:
        self.kind, self.orders = kind, orders
        self.min_df, self.max_features = min_df, max_features
        self.words: list[str] = []
        self.keys: Keys = np.empty(0, dtype=np.uint64)
        self.idf: npt.NDArray[np.float32] = np.empty(0, dtype=np.float32)
        self._bits = 21 if kind == "words" else 16
        self._numbers: dict[str, int] = {}
        self._set_index()

    def _set_index(self) -> None:
        """Prepare to look the keys up."""
        single = np.flatnonzero(self.keys < 1 << self._bits)
        self._singles = np.full(len(self.words) + 1 if self.kind == "words" else 0x10000, -1, dtype=np.int32)
        self._singles[self.keys[single].astype(np.int64)] = single
        self._index = KeyIndex(self.keys)

    def _chain(self, texts: Sequence[str]) -> Chain:
        if self.kind == "chars":
            return spell(texts)
        table = WordTable.of(texts)
        known = np.array([self._numbers.get(word, 0) for word in table.words], dtype=np.uint32)
        rows = np.repeat(np.arange(len(table), dtype=np.int32), np.diff(table.ends) + 1)
        numbers = np.zeros(len(rows), dtype=np.uint32)
        numbers[np.arange(len(table.ids)) + table.rows()] = known[table.ids]
        return Chain(numbers, rows, len(table))

    def fit(self, texts: Sequence[str], private: frozenset[str] = frozenset()) -> Block:
        """Learn the n-grams and how rare they are; the words in `private` are left out."""
        if self.kind == "words":
            texts = WordTable.of(texts)
            counts = zip(texts.words, texts.spread().tolist(), strict=True)
            self.words = sorted(w for w, n in counts if n >= self.min_df and w not in private and _worded(w))
            self._numbers = {word: position for position, word in enumerate(self.words, start=1)}
        self.keys = np.empty(0, dtype=np.uint64)
        spread: Places = np.empty(0, dtype=np.int64)
        for order in range(1, self.orders + 1):
            self._set_index()
            chunks = (self._chain(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK))
            keys, counted = _sum_spread([(self.keys[:0], spread[:0]), *(self._spread(c, order) for c in chunks)])
            common = counted >= self.min_df
            self.keys, spread = np.concatenate([self.keys, keys[common]]), np.concatenate([spread, counted[common]])
        if len(self.keys) > self.max_features:
            kept = np.sort(np.lexsort((self.keys, -spread))[: self.max_features])
            self.keys, spread = self.keys[kept], spread[kept]
        self.idf = (np.log((1 + len(texts)) / (1 + spread)) + 1).astype(np.float32)
        self._set_index()
        return self

    def _spread(self, chain: Chain, order: int) -> tuple[Keys, Places]:
        """Return the n-grams of one length whose parts are known, and in how many texts each stands."""
        *_, (at, keys, _) = self._walk(chain, order)
        pairs = np.sort((keys << _ROW_BITS) | chain.rows[at].astype(np.uint64))
        keys = pairs[firsts(pairs)] >> _ROW_BITS
        first = np.flatnonzero(firsts(keys))
        return keys[first], np.diff(first, append=len(keys))

    def _walk(self, chain: Chain, orders: int) -> Iterator[tuple[Places, Keys, Ids]]:
        """Give, length by length, where n-grams stand whose parts are known, their keys and columns (-1: unknown)."""
        numbers = chain.numbers
        at = np.flatnonzero(numbers)
        keys, columns = numbers[at].astype(np.uint64), self._singles[numbers[at]]
        yield at, keys, columns
        packed, known = np.zeros(len(numbers), dtype=np.uint64), np.zeros(len(numbers), dtype=np.bool_)
        for order in range(2, orders + 1):
            hit = np.flatnonzero(columns >= 0)
            known[:] = False
            known[at[hit]], packed[at[hit]] = True, keys[hit]
            # An n-gram is known only where both are that are shorter by one.
            at = np.flatnonzero(known[:-1] & known[1:])
            keys = (packed[at] << np.uint64(self._bits)) | numbers[at + (order - 1)]
            columns = self._index.find(keys)
            yield at, keys, columns

    def counts(self, texts: Sequence[str] | Chain) -> Any:
        """Return how often each known n-gram stands in each text (CSR, float32)."""
        chain = texts if isinstance(texts, Chain) else self._chain(texts)
        rows, columns = [], []
        for at, _, column in self._walk(chain, self.orders):
            hit = np.flatnonzero(column >= 0)
            rows.append(chain.rows[at[hit]])
            columns.append(column[hit])
        return count_matrix(np.concatenate(rows), np.concatenate(columns), (chain.size, len(self.keys)))

    def transform(self, texts: Sequence[str] | Chain) -> Any:
        """Return the TF-IDF rows (sublinear, of unit length)."""
        matrix = self.counts(texts)
        matrix.data = (1 + np.log(matrix.data)) * self.idf[matrix.indices]
        return unit_rows(matrix)

    def to_state(self) -> dict[str, npt.NDArray[Any]]:
        """Return what was learned, as arrays."""
        listed = np.frombuffer("\n".join(self.words).encode(), dtype=np.uint8)
        return {"words": listed, "keys": self.keys, "idf": self.idf}

    def set_state(self, state: dict[str, npt.NDArray[Any]]) -> Block:
        """Take up what another block of the same kind and orders had learned."""
        listed = state["words"].tobytes().decode()
        self.words = listed.split("\n") if listed else []
        self._numbers = {word: position for position, word in enumerate(self.words, start=1)}
        self.keys, self.idf = state["keys"], state["idf"]
        self._set_index()
        self._check_parts()
        return self

    def _check_parts(self) -> None:
        """Make sure that the beginning and the end of every known n-gram are known: `counts` relies on it."""
        for order in range(2, self.orders + 1):
            least = np.uint64(1 << self._bits * (order - 1))
            longer = self.keys[self.keys >= least]
            if (self._index.find(np.concatenate([longer >> np.uint64(self._bits), longer % least])) < 0).any():
                raise ValueError("keys")


def telling(matrix: Any, numbers: npt.NDArray[np.int64], classes: int) -> npt.NDArray[np.float32]:
    """Return how much each column of a CSR matrix tells the classes apart: low where all of them have it alike.

    Examples
    --------
    >>> matrix = sparse.csr_matrix(np.array([[1, 1], [1, 1], [0, 1], [0, 1]]))
    >>> told = telling(matrix, np.array([0, 0, 1, 1]), 2)
    >>> bool(told[0] > told[1])
    True
    """
    sizes = np.bincount(numbers, minlength=classes)
    columns = matrix.shape[1]
    places = np.repeat(numbers * columns, np.diff(matrix.indptr)) + matrix.indices
    present = np.bincount(places, minlength=classes * columns).reshape(classes, columns)
    # Counted together with one imagined text of each class, so that a rare column is not taken for a sure sign.
    held = (present + (sizes * classes / len(numbers))[:, None]) / np.maximum(sizes, 1)[:, None]
    shares = held / held.sum(axis=0)
    entropy = -(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=0) / np.log(classes)
    told: npt.NDArray[np.float32] = np.sqrt(1.05 - entropy).astype(np.float32)
    return told


def _sum_spread(parts: Sequence[tuple[Keys, Places]]) -> tuple[Keys, Places]:
    """Return the keys of all parts, sorted and each once, with the sums of their counts."""
    # Key and count in one number: to sort those is several times as fast as to sort by the keys.
    packed = np.sort(np.concatenate([(keys << _COUNT_BITS) | counts.astype(np.uint64) for keys, counts in parts]))
    keys = packed >> _COUNT_BITS
    first = np.flatnonzero(firsts(keys))
    return keys[first], np.add.reduceat((packed % np.uint64(2 * _CHUNK)).astype(np.int64), first)


def _worded(word: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" or sign.isalnum() for sign in word)


def unit_rows(matrix: Any) -> Any:
    """Scale each row of a CSR matrix to length one, in place; empty rows stay empty."""
    per_row = np.diff(matrix.indptr)
    squares = np.bincount(
        np.repeat(np.arange(matrix.shape[0]), per_row), weights=matrix.data**2, minlength=matrix.shape[0]
    )
    lengths = np.sqrt(np.where(squares > 0, squares, 1.0))
    matrix.data = (matrix.data / np.repeat(lengths, per_row)).astype(np.float32)
    return matrix
