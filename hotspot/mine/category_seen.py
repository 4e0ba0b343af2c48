"""Which texts a classifier learned from, and what machines that had not seen them told of each.

Two models can then be compared on any rows: of a row that one has learned from, its held-out opinion counts. Texts are
kept as fingerprints, from which nothing can be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int32]
Prints = npt.NDArray[np.uint64]

_ARRAYS: Final = (("prints", "uint64"), ("told", "int32"), ("confidence", "float64"))


class SeenRows(NamedTuple):
    """Fingerprints in rising order; the class told of each (-1 for none) and how sure that was."""

    prints: Prints
    told: Numbers
    confidence: Floats

    @classmethod
    def of(cls, prints: Prints, told: Numbers, confidence: Floats) -> SeenRows:
        """Return the record of texts with these fingerprints; of equal texts the first counts.

        Examples
        --------
        >>> seen, asked = fingerprint(["停水", "停电"]), fingerprint(["停电", "停水", "停气"])
        >>> rows = SeenRows.of(seen, np.array([1, 0], dtype=np.int32), np.array([0.9, 0.8]))
        >>> rows.told[rows.find(asked)[:2]].tolist(), rows.find(asked)[2:].tolist()
        ([0, 1], [-1])
        """
        prints, first = np.unique(prints, return_index=True)
        return cls(prints, told[first].astype(np.int32), confidence[first].astype(np.float64))

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> SeenRows:
        """Return the record that gave this state; a model of before has none."""
        if not state:
            return cls(*(np.empty(0, dtype=kind) for _, kind in _ARRAYS))
        made = cls(*(state[name] for name, _ in _ARRAYS))
        if len({len(array) for array in made}) != 1 or [str(array.dtype) for array in made] != [k for _, k in _ARRAYS]:
            raise ValueError("seen")
        return made

    def to_state(self) -> dict[str, npt.NDArray[Any]]:
        """Return the record as arrays."""
        return dict(zip((name for name, _ in _ARRAYS), self, strict=True))

    def find(self, asked: Prints) -> npt.NDArray[np.int64]:
        """Return the position of each fingerprint in the record, -1 where it is not there."""
        if not len(self.prints):
            return np.full(len(asked), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.prints, asked), len(self.prints) - 1)
        found: npt.NDArray[np.int64] = np.where(self.prints[at] == asked, at, -1).astype(np.int64)
        return found


def fingerprint(texts: Sequence[str]) -> Prints:
    """Return a number for each text, from which nothing of it can be read."""
    digests = b"".join(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
