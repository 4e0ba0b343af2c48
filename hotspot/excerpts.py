"""What the facts quote of single calls, kept as columns: as records they would be the largest thing of a large week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, overload

import numpy as np
import pandas as pd

from hotspot.scale import slices

_PART: Final = 2_000  # calls that are held as objects
Excerpt = tuple[str, str]


class Excerpts(Sequence[Excerpt]):
    """Calls by id with their masked texts.

    Parameters
    ----------
    calls : DataFrame
        Columns msg_id and masked.
    quoted : sequence of bool
        Which of them are meant.

    Examples
    --------
    >>> calls = pd.DataFrame({"msg_id": ["1", "2", "3"], "masked": ["停水", "供暖", "噪声"]})
    >>> Excerpts(calls, [True, False, True]) == (("1", "停水"), ("3", "噪声"))
    True
    """

    def __init__(self, calls: pd.DataFrame, quoted: Sequence[bool] | pd.Series) -> None:
        self._calls, self._quoted = calls[["msg_id", "masked"]], np.asarray(quoted, dtype=bool)

    def __len__(self) -> int:
        return int(self._quoted.sum())

    @overload
    def __getitem__(self, at: int) -> Excerpt: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Excerpt, ...]: ...
    def __getitem__(self, at: int | slice) -> Excerpt | tuple[Excerpt, ...]:
        rows = np.flatnonzero(self._quoted)[at]
        found = self._calls.iloc[np.atleast_1d(rows)]
        told = tuple(zip(found["msg_id"].tolist(), found["masked"].tolist(), strict=True))
        return told if isinstance(at, slice) else told[0]

    def __iter__(self) -> Iterator[Excerpt]:
        for rows in slices(len(self._calls), _PART):
            part = self._calls.iloc[rows][self._quoted[rows]]
            yield from zip(part["msg_id"].tolist(), part["masked"].tolist(), strict=True)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]
