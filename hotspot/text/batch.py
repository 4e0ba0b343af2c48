"""Many texts looked through as one: a pattern, or a table of characters, costs little where it need not begin anew.

The texts are joined by a sign that no normalised text holds and no pattern of this package passes over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence, Sized
from typing import Any, Final

import numpy as np
import numpy.typing as npt

SEPARATOR: Final = "\x00"

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


def find_starts(pattern: re.Pattern[str], joined: str) -> Places:
    """Return where each match of a pattern begins."""
    return np.fromiter((match.start() for match in pattern.finditer(joined)), dtype=np.int64)


def find_rows(pattern: re.Pattern[str], texts: Sequence[str]) -> Places:
    """Return the texts in which a pattern stands, in rising order.

    Examples
    --------
    >>> find_rows(re.compile("[0-9]+"), ["暖气", "5号楼3层", "", "2"]).tolist()
    [1, 3]
    """
    last = np.cumsum(measure(texts) + 1) - 1  # the place of the sign behind each text
    rows: Places = np.unique(np.searchsorted(last, find_starts(pattern, SEPARATOR.join(texts))))
    return rows
