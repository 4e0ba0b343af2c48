"""From texts to sparse TF-IDF features: word and character n-grams as 64-bit keys, counted in numpy.

A character n-gram of up to four characters is its own key (16 bits for each character); a word n-gram packs the
numbers that the vocabulary gave to its words. No n-gram ever becomes a Python string, which is what makes
vectorisers slow on Chinese text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hotspot.mine.word_table import WordTable

Keys = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]
Leads = tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]

_CHUNK: Final = 4096  # texts whose n-grams are held at once
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_EMPTY: Final = np.uint64(0xFFFFFFFFFFFFFFFF)


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

    def _slots(self, keys: Keys) -> Rows:
        return ((keys * _MIX) >> np.uint64(64 - self._bits)).astype(np.int64)

    def find(self, keys: Keys) -> npt.NDArray[np.int32]:
        """Return the position of each key, -1 for those that are not there."""
        slots = self._slots(keys)
        there = self._keys[slots]
        found = np.where(there == keys, self._positions[slots], np.int32(-1))
        open_ = np.flatnonzero((there != keys) & (there != _EMPTY))
        while len(open_):
            slots[open_] = (slots[open_] + 1) & (len(self._keys) - 1)
            there = self._keys[slots[open_]]
            hit = there == keys[open_]
            found[open_[hit]] = self._positions[slots[open_[hit]]]
            open_ = open_[~hit & (there != _EMPTY)]
        return found


def _grams(rows: Rows, codes: Keys, orders: Sequence[int], bits: int, leads: Leads | None = None) -> tuple[Rows, Keys]:
    """Return all n-grams of the given orders; a code of 0 breaks the chain, as does the end of a row."""
    found_rows, found_keys = [], []
    keys, good = codes.copy(), codes != 0
    if leads is not None:
        good &= leads[0][codes.astype(np.int64)]
    for order in range(1, max(orders) + 1):
        if order > 1:
            ahead = codes[order - 1 :]
            keys = (keys[: len(ahead)] << np.uint64(bits)) | ahead
            good = good[: len(ahead)] & (ahead != 0) & (rows[: len(ahead)] == rows[order - 1 :])
            if leads is not None and order == 2:
                good &= leads[1][ahead.astype(np.int64)]
        if order in orders:
            found_rows.append(rows[: len(keys)][good])
            found_keys.append(keys[good])
    return np.concatenate(found_rows), np.concatenate(found_keys)


def char_grams(texts: Sequence[str], orders: Sequence[int], leads: Leads | None = None) -> tuple[Rows, Keys]:
    """Return (row, key) of every character n-gram, n at most 4; blanks and punctuation break the chain.

    Parameters
    ----------
    texts : sequence of str
    orders : sequence of int
        Lengths of the n-grams.
    leads : pair of arrays of bool, optional
        Which characters (of 16 bits) may stand first in an n-gram, and which second: others are not wanted.

    Examples
    --------
    >>> rows, keys = char_grams(["供暖", "暖。"], (1, 2))
    >>> rows.tolist(), len(set(keys.tolist()))
    ([0, 0, 1, 0], 3)
    """
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    rows = np.repeat(np.arange(len(texts)), lengths)
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    codes[codes > 0xFFFF] = 0
    letter = np.zeros(0x10000, dtype=bool)
    letter[ord("0") : ord("9") + 1] = letter[ord("a") : ord("z") + 1] = True
    letter[0x4E00:0xA000] = letter[0x3400:0x4DC0] = True
    codes[~letter[codes.astype(np.int64)]] = 0
    return _grams(rows, codes, orders, 16, leads)


class Block:
    """TF-IDF of one kind of n-gram: ``words`` (of segmented texts) or ``chars``.

    Parameters
    ----------
    kind : {"words", "chars"}
    orders : sequence of int
        Lengths of the n-grams.
    min_df, max_features : int
        N-grams of fewer texts are left out, and all but the `max_features` most frequent ones.
    """

    def __init__(self, kind: str, orders: Sequence[int], min_df: int = 2, max_features: int = 400_000) -> None:
        self.kind, self.orders = kind, tuple(orders)
        self.min_df, self.max_features = min_df, max_features
        self.words: list[str] = []
        self.keys: Keys = np.empty(0, dtype=np.uint64)
        self.idf: npt.NDArray[np.float32] = np.empty(0, dtype=np.float32)
        self._index: KeyIndex | None = None
        self._numbers: dict[str, int] = {}

    def _rows_keys(self, texts: Sequence[str]) -> tuple[Rows, Keys]:
        if self.kind == "chars":
            return char_grams(texts, self.orders)
        number = self._numbers.get
        if isinstance(texts, WordTable):
            known = np.array([number(word, 0) for word in texts.words], dtype=np.uint64)
            return _grams(texts.rows(), known[texts.ids], self.orders, 21)
        numbered = [[number(word, 0) for word in text.split()] for text in texts]
        lengths = np.fromiter((len(line) for line in numbered), dtype=np.int64, count=len(numbered))
        codes = np.fromiter((code for line in numbered for code in line), dtype=np.uint64, count=int(lengths.sum()))
        return _grams(np.repeat(np.arange(len(texts)), lengths), codes, self.orders, 21)

    def _chunks(self, texts: Sequence[str]) -> Iterator[tuple[int, Rows, Keys]]:
        for start in range(0, len(texts), _CHUNK):
            rows, keys = self._rows_keys(texts[start : start + _CHUNK])
            yield start, rows, keys

    def fit(self, texts: Sequence[str], private: frozenset[str] = frozenset()) -> Block:
        """Learn the n-grams and how rare they are; the words in `private` are left out."""
        if self.kind == "words":
            counts = Counter(word for text in texts for word in set(text.split()) if _worded(word))
            self.words = sorted(w for w, count in counts.items() if count >= self.min_df and w not in private)
            self._numbers = {word: position for position, word in enumerate(self.words, start=1)}
        found: Keys = np.empty(0, dtype=np.uint64)
        counted: Rows = np.empty(0, dtype=np.int64)
        for _, rows, keys in self._chunks(texts):
            distinct, inverse = np.unique(keys, return_inverse=True)
            # Sorted by hand: numpy's own way to distinct values is several times slower on this many.
            pairs = np.sort(inverse * np.int64(_CHUNK) + rows)
            pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])] if len(pairs) else pairs
            here = np.bincount(pairs // _CHUNK, minlength=len(distinct))
            both = np.concatenate([found, distinct])
            weights = np.concatenate([counted, here])
            found, inverse = np.unique(both, return_inverse=True)
            counted = np.bincount(inverse, weights=weights, minlength=len(found)).astype(np.int64)
        kept = np.flatnonzero(counted >= self.min_df)
        if len(kept) > self.max_features:
            kept = np.sort(kept[np.lexsort((found[kept], -counted[kept]))[: self.max_features]])
        self.keys = found[kept]
        self.idf = (np.log((1 + len(texts)) / (1 + counted[kept])) + 1).astype(np.float32)
        self._index = None
        return self

    def counts(self, texts: Sequence[str]) -> Any:
        """Return how often each known n-gram stands in each text (CSR, float32)."""
        if self._index is None:
            self._index = KeyIndex(self.keys)
        parts = []
        for start, rows, keys in self._chunks(texts):
            columns = self._index.find(keys)
            known = columns >= 0
            shape = (min(_CHUNK, len(texts) - start), len(self.keys))
            ones = np.ones(int(known.sum()), dtype=np.float32)
            parts.append(sparse.csr_matrix((ones, (rows[known], columns[known])), shape=shape))
        return sparse.vstack(parts, format="csr") if parts else sparse.csr_matrix((0, len(self.keys)), dtype=np.float32)

    def transform(self, texts: Sequence[str]) -> Any:
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
        self.keys, self.idf, self._index = state["keys"], state["idf"], None
        return self


def telling(matrix: Any, numbers: npt.NDArray[np.int64], classes: int) -> npt.NDArray[np.float32]:
    """Return how much each column tells the classes apart: high where one class has it, low where all have it alike.

    Examples
    --------
    >>> matrix = sparse.csr_matrix(np.array([[1, 1], [1, 1], [0, 1], [0, 1]]))
    >>> told = telling(matrix, np.array([0, 0, 1, 1]), 2)
    >>> bool(told[0] > told[1])
    True
    """
    sizes = np.bincount(numbers, minlength=classes)
    rows = sparse.csr_matrix((np.ones(len(numbers)), (numbers, np.arange(len(numbers)))), (classes, len(numbers)))
    present = matrix.copy()
    present.data = np.ones_like(present.data)
    # Counted together with one imagined text of each class, so that a rare column is not taken for a sure sign.
    held = (np.asarray((rows @ present).todense()) + (sizes * classes / len(numbers))[:, None]) / np.maximum(sizes, 1)[
        :, None
    ]
    shares = held / held.sum(axis=0)
    entropy = -(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=0) / np.log(classes)
    told: npt.NDArray[np.float32] = np.sqrt(1.05 - entropy).astype(np.float32)
    return told


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
