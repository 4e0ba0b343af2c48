"""Which of many terms texts hold: a tree of their characters, gone down from all places of all texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import sparse

from hotspot.arrays import Codes, Places, code_points, measure
from hotspot.mine.features import KeyIndex, count_matrix
from hotspot.text.batch import SEPARATOR
from hotspot.text.tokens import Ids

_CHUNK: Final = 2000  # texts looked through at once
_BITS: Final = 21  # of a code point


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
        self._size = len(terms)
        nodes: dict[tuple[int, str], int] = {}  # the node below another one that a character leads to; 0 is the root
        ended: dict[int, int] = {}
        for number, term in enumerate(terms):
            node = 0
            for sign in term:
                node = nodes.setdefault((node, sign), len(nodes) + 1)
            ended[node] = number
        # By code point, as far as the terms go; the last entry stands for all characters beyond (``mode="clip"``).
        codes = 2 + max((ord(sign) for term in terms for sign in term), default=0)
        self._first = np.zeros(codes, dtype=np.int32)  # the node that a first character leads to
        self._second = np.zeros(codes, dtype=np.bool_)  # whether a character stands second in a term
        tops = [(ord(sign), node) for (above, sign), node in nodes.items() if above == 0]
        deeper = [(above << _BITS | ord(sign), node) for (above, sign), node in nodes.items() if above]
        self._first[[code for code, _ in tops]] = [node for _, node in tops]
        self._second[[ord(term[1]) for term in terms if len(term) > 1]] = True
        self._index = KeyIndex(np.array([key for key, _ in deeper], dtype=np.uint64))
        self._below = np.array([node for _, node in deeper], dtype=np.int32)
        self._term = np.full(len(nodes) + 1, -1, dtype=np.int32)  # that ends in a node
        self._term[list(ended)] = list(ended.values())
        self._leads_on = np.zeros(len(nodes) + 1, dtype=np.bool_)
        self._leads_on[[above for above, _ in nodes]] = True

    def find(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return which terms each text holds (texts × terms, ones)."""
        rows, columns = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
        for start in range(0, len(texts), _CHUNK):
            chunk = texts[start : start + _CHUNK]
            at, terms = self.find_places(code_points(SEPARATOR.join([*chunk, ""])))
            of_place = np.repeat(np.arange(start, start + len(chunk)), measure(chunk) + 1)
            rows.append(of_place[at])
            columns.append(terms)
        found = count_matrix(np.concatenate(rows), np.concatenate(columns), (len(texts), self._size))
        found.data[:] = 1
        return found

    def find_places(self, codes: Codes) -> tuple[Places, Ids]:
        """Return where terms begin, and which; of each term the places rise.

        Parameters
        ----------
        codes : array of int
            The code points of texts, behind each of them a sign that no term holds.
        """
        nodes = self._first.take(codes, mode="clip")
        at = np.flatnonzero(nodes)
        nodes, depth = nodes[at], 1
        found = [(at[:0], nodes[:0])]
        while len(at):
            terms = self._term[nodes]
            ends = np.flatnonzero(terms >= 0)
            found.append((at[ends], terms[ends]))
            leads_on = self._leads_on[nodes]
            if depth == 1:
                leads_on &= self._second.take(codes.take(at + 1, mode="clip"), mode="clip")
            on = np.flatnonzero(leads_on)
            at, nodes = at[on], nodes[on]
            keys = (nodes.astype(np.uint64) << np.uint64(_BITS)) | codes[at + depth]
            below = self._index.find(keys)
            on = np.flatnonzero(below >= 0)
            at, nodes = at[on], self._below[below[on]]
            depth += 1
        places, numbers = zip(*found, strict=True)
        return np.concatenate(places), np.concatenate(numbers)
