"""Which of many terms texts hold: looked up in numpy, four characters at a time, for all texts of a chunk at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hotspot.mine.features import KeyIndex

_CHUNK: Final = 1000  # texts looked through at once
_WIDTH: Final = 4  # characters of a key
_OTHER: Final = 0xFFFF  # stands for all characters that need more than 16 bits; those terms are compared as text
_BITS: Final = np.uint64(16)

Codes = npt.NDArray[np.uint64]
Positions = npt.NDArray[np.int64]


def _codes(text: str) -> Codes:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return np.asarray(np.minimum(codes, _OTHER), dtype=np.uint64)


def _keys(codes: Codes, at: Positions, width: int) -> Codes:
    keys = codes[at]
    for step in range(1, width):
        keys = (keys << _BITS) | codes[at + step]
    return keys


def _is_exact(term: str) -> bool:
    """Return whether a term is told by its key alone."""
    return len(term) <= _WIDTH and max(term) < chr(_OTHER)


class TermFinder:
    """Finds terms in texts, wherever they stand, overlapping ones too.

    Parameters
    ----------
    terms : sequence of str
        Each once, none empty.

    Examples
    --------
    >>> TermFinder(["暖气", "暖", "停水"]).find(["家里暖气不热", ""]).toarray().tolist()
    [[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """

    def __init__(self, terms: Sequence[str]) -> None:
        self._terms = tuple(terms)
        self._opens = np.zeros(0x10000, dtype=bool)  # characters that a term begins with
        self._seconds = np.zeros(0x10000, dtype=bool)
        heads: dict[int, dict[int, list[int]]] = {}
        for number, term in enumerate(self._terms):
            codes = _codes(term)
            width = min(len(codes), _WIDTH)
            key = int(_keys(codes, np.zeros(1, dtype=np.int64), width)[0])
            heads.setdefault(width, {}).setdefault(key, []).append(number)
            self._opens[int(codes[0])] = True
            if width > 1:
                self._seconds[int(codes[1])] = True
        # For each width the keys, the term that each is (-1: none), and the terms that only begin with it.
        self._indexes = []
        for width, listed in sorted(heads.items()):
            keys = sorted(listed)
            exact = np.full(len(keys), -1, dtype=np.int64)
            longer = {}
            for head, key in enumerate(keys):
                unsure = [number for number in listed[key] if not _is_exact(self._terms[number])]
                exact[head] = next((number for number in listed[key] if number not in unsure), -1)
                if unsure:
                    longer[head] = unsure
            self._indexes.append((width, KeyIndex(np.array(keys, dtype=np.uint64)), exact, longer))

    def find(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return which terms each text holds (texts × terms, ones)."""
        found = [self._look(texts[at : at + _CHUNK]) + at * len(self._terms) for at in range(0, len(texts), _CHUNK)]
        keys = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
        rows, columns = np.divmod(keys, max(1, len(self._terms)))
        starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(texts)))])
        ones = np.ones(len(keys), dtype=np.float32)
        return sparse.csr_matrix((ones, columns, starts), shape=(len(texts), len(self._terms)))

    def _look(self, texts: Sequence[str]) -> Positions:
        """Return ``text * terms + term`` of what is found, each once, sorted."""
        codes = _codes("".join(texts))
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        starts = np.concatenate([[0], np.cumsum(lengths)])
        room = np.repeat(starts[1:], lengths)  # where the text of each character ends
        rows = np.repeat(np.arange(len(texts)), lengths)
        opens = np.flatnonzero(self._opens[codes.astype(np.int64)])
        follow = np.append(codes[1:], np.uint64(0)).astype(np.int64)
        longer = opens[self._seconds[follow[opens]]]
        found = [np.zeros(0, dtype=np.int64)]
        for width, index, exact, beginnings in self._indexes:
            at = opens if width == 1 else longer
            at = at[at + width <= room[at]]
            heads = index.find(_keys(codes, at, width))
            at, heads = at[heads >= 0], heads[heads >= 0]
            sure = exact[heads] >= 0
            found.append(rows[at[sure]] * len(self._terms) + exact[heads[sure]])
            for head, terms in beginnings.items():
                here = at[heads == head]
                for term in terms if len(here) else ():
                    found.append(rows[self._really(term, texts, here, rows, starts)] * len(self._terms) + term)
        return np.asarray(np.unique(np.concatenate(found)), dtype=np.int64)

    def _really(self, term: int, texts: Sequence[str], at: Positions, rows: Positions, starts: Positions) -> Positions:
        """Return the positions at which the whole of a term stands, given those at which its beginning does."""
        text = self._terms[term]
        stands = [texts[rows[one]].startswith(text, int(one - starts[rows[one]])) for one in at.tolist()]
        return np.asarray(at[np.array(stands, dtype=bool)], dtype=np.int64)
