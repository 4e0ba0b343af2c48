"""Folds for cross-validation, drawn by content: neither the order of the rows nor a copy of a text can move them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

_FOLDS: Final = 5
_MANY: Final = 20_000  # rows from which three folds tell as much


def count_folds(rows: int) -> int:
    """Return how many folds these rows need."""
    return _FOLDS if rows <= _MANY else 3


def draw_folds(texts: Sequence[str], numbers: Integers, random_state: int, folds: int) -> Integers:
    """Return a fold for each row, drawn by its content: equal texts fall together, each class is spread evenly."""
    drawn = [hashlib.sha256(f"{random_state}\0{text}".encode()).hexdigest() for text in texts]
    fold = np.zeros(len(texts), dtype=np.int64)
    for number in range(int(numbers.max()) + 1):
        members = np.flatnonzero(numbers == number)
        ranks = {digest: rank for rank, digest in enumerate(sorted({drawn[row] for row in members}))}
        fold[members] = [ranks[drawn[row]] % folds for row in members]
    return fold
