"""Small steps on arrays that the stages share: characters as numbers, lengths, ranges, groups of equal values."""

from __future__ import annotations

from collections.abc import Collection, Sized
from typing import Any

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]


def code_points(text: str) -> Codes:
    """Return the code point of each character.

    Examples
    --------
    >>> [hex(code) for code in code_points("暖气")]
    ['0x6696', '0x6c14']
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def measure(texts: Collection[Sized]) -> Places:
    """Return the length of each text, or of whatever has one."""
    return np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))


def find_ends(lengths: npt.NDArray[Any]) -> Places:
    """Return where each thing of these lengths begins behind the others, and where the last one ends.

    Examples
    --------
    >>> find_ends(np.array([2, 0, 1])).tolist()
    [0, 2, 2, 3]
    """
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)])


def ranges(starts: npt.NDArray[Any], widths: npt.NDArray[Any]) -> Places:
    """Return the positions from each start on, as many as its width says, one range after another.

    Examples
    --------
    >>> ranges(np.array([5, 20]), np.array([3, 2])).tolist()
    [5, 6, 7, 20, 21]
    """
    before = np.cumsum(widths) - widths
    positions: Places = np.repeat(starts - before, widths) + np.arange(int(widths.sum()))
    return positions


def firsts(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return which values differ from the one before; of sorted values, these are all distinct ones.

    Sorting and this are several times as fast as ``numpy.unique``.

    Examples
    --------
    >>> firsts(np.array([3, 3, 5])).tolist()
    [True, False, True]
    """
    return np.append(True, values[1:] != values[:-1])[: len(values)]
