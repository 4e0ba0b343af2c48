"""Rows of a large table put in another order, or some of them kept, without a second table beside the first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_PART = 2**14  # rows that are brought together at a time
_REACH = 2**13  # rows of the old order that are looked at together


def take_rows(frame: pd.DataFrame, rows: NDArray[np.int64]) -> pd.DataFrame:
    """Return the rows at these positions, in this order; `frame` loses its columns one by one on the way.

    Examples
    --------
    >>> table = pd.DataFrame({"text": ["停水", "供暖", "噪声"]})
    >>> take_rows(table, np.array([2, 0]))["text"].tolist(), len(table.columns)
    (['噪声', '停水'], 0)
    """
    index = frame.index[rows]
    return pd.DataFrame({name: take_cells(frame.pop(name), rows) for name in list(frame.columns)}, index=index)


def take_cells(column: pd.Series, rows: NDArray[np.int64]) -> Any:
    """Return the array of the values at these positions.

    A column of text is many arrays one after another, which `take` joins before it takes anything: it is asked for a
    few of them at a time.
    """
    if isinstance(column.dtype, np.dtype) or len(column) < _PART or not len(rows):
        return column.array.take(rows)
    taken = []
    for start in range(0, len(rows), _PART):
        part = rows[start : start + _PART]
        order = np.argsort(part, kind="stable")
        sought = part[order]
        bounds = np.arange(sought[0], sought[-1] + 1 + _REACH, _REACH)
        ends = np.searchsorted(sought, bounds)
        found = [
            pd.Series(column.array[low : low + _REACH].take(sought[first:last] - low))
            for low, first, last in zip(bounds[:-1], ends[:-1], ends[1:], strict=True)
            if last > first
        ]
        places = np.empty(len(part), dtype=np.int64)
        places[order] = np.arange(len(part))
        taken.append(pd.Series(pd.concat(found, ignore_index=True).array.take(places)))
    return pd.concat(taken, ignore_index=True).array
