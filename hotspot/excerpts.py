"""What the facts quote of single calls, kept as columns: as records they would be the largest thing of a large week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, overload

import pandas as pd

_PART: Final = 2_000  # calls that are held as objects
Excerpt = tuple[str, str]


class Excerpts(Sequence[Excerpt]):
    """Calls by id with their masked texts.

    Parameters
    ----------
    calls : DataFrame
        Columns msg_id and masked.

    Examples
    --------
    >>> Excerpts(pd.DataFrame({"msg_id": ["1", "2"], "masked": ["停水", "供暖"]})) == (("1", "停水"), ("2", "供暖"))
    True
    """

    def __init__(self, calls: pd.DataFrame) -> None:
        self._calls = calls

    def __len__(self) -> int:
        return len(self._calls)

    @overload
    def __getitem__(self, at: int) -> Excerpt: ...
    @overload
    def __getitem__(self, at: slice) -> Excerpts: ...
    def __getitem__(self, at: int | slice) -> Excerpt | Excerpts:
        if isinstance(at, slice):
            return Excerpts(self._calls.iloc[at])
        return str(self._calls["msg_id"].iloc[at]), str(self._calls["masked"].iloc[at])

    def __iter__(self) -> Iterator[Excerpt]:
        for start in range(0, len(self), _PART):
            part = self._calls.iloc[start : start + _PART]
            yield from zip(part["msg_id"].tolist(), part["masked"].tolist(), strict=True)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]
