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

_ARRAYS: Final = (("prints", "uint64"), ("told", "int32"), ("confidence", "float64"))


class SeenRows(NamedTuple):
    """Fingerprints in rising order; the class told of each (-1 for none) and how sure that was."""

    prints: npt.NDArray[np.uint64]
    told: Numbers
    confidence: Floats

    @classmethod
    def of(cls, texts: Sequence[str], told: Numbers, confidence: Floats) -> SeenRows:
        """Return the record of these texts; of equal texts the first counts.

        Examples
        --------
        >>> rows = SeenRows.of(["停水", "停电"], np.array([1, 0], dtype=np.int32), np.array([0.9, 0.8]))
        >>> rows.told[rows.find(["停电", "停水", "停气"])[:2]].tolist(), rows.find(["停气"]).tolist()
        ([0, 1], [-1])
        """
        prints, first = np.unique(_fingerprint(texts), return_index=True)
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

    def find(self, texts: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the position of each text in the record, -1 where it is not there."""
        asked = _fingerprint(texts)
        if not len(self.prints):
            return np.full(len(asked), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.prints, asked), len(self.prints) - 1)
        found: npt.NDArray[np.int64] = np.where(self.prints[at] == asked, at, -1).astype(np.int64)
        return found


def _fingerprint(texts: Sequence[str]) -> npt.NDArray[np.uint64]:
    digests = b"".join(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
