"""Columns of strings without an object per call: one buffer with all of them, read part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Self, overload

import numpy as np
import pandas as pd
import pyarrow as pa

from hotspot.scale import slices

_READ: Final = 2000  # strings that are made at a time


class Texts(Sequence[str]):
    """Strings in one buffer; a slice shares it, and only what a slice holds travels with it.

    Examples
    --------
    >>> texts = Texts.of(["暖气不热", "", "停水"])
    >>> texts[2], list(texts[1:]), texts.taken([2, 0]).tolist()
    ('停水', ['', '停水'], ['停水', '暖气不热'])
    """

    def __init__(self, held: Any) -> None:
        self._held = held  # an Arrow array, or several behind each other

    @classmethod
    def of(cls, strings: Iterable[str] | pd.Series) -> Self:
        """Return the strings of a sequence, or of a column, whose memory is shared."""
        if isinstance(strings, pd.Series):
            return cls(pa.array(strings.array, pa.large_string()))
        return cls(pa.array(list(strings), pa.large_string()))

    @classmethod
    def joined(cls, parts: Iterable[Texts]) -> Self:
        """Return the strings of all parts, one after another."""
        chunks = [chunk for part in parts for chunk in part._chunks()]
        return cls(pa.chunked_array(chunks, pa.large_string()))

    def _chunks(self) -> list[Any]:
        return list(self._held.chunks) if isinstance(self._held, pa.ChunkedArray) else [self._held]

    def __len__(self) -> int:
        return len(self._held)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Texts: ...
    def __getitem__(self, at: int | slice) -> str | Texts:
        if isinstance(at, int):
            found: str = self._held[at].as_py()
            return found
        first, last, step = at.indices(len(self))
        if step != 1:
            return self.taken(np.arange(first, last, step))
        return Texts(self._held.slice(first, max(last - first, 0)))

    def __iter__(self) -> Iterator[str]:
        for rows in slices(len(self), _READ):
            yield from self[rows].tolist()

    def tolist(self) -> list[str]:
        """Return the strings as objects."""
        found: list[str] = self._held.to_pylist()
        return found

    def taken(self, rows: Any) -> Texts:
        """Return the strings of some rows, in their order."""
        return Texts(self._held.take(pa.array(np.asarray(rows, dtype=np.int64))))

    def series(self) -> pd.Series:
        """Return the strings as a column."""
        return pd.Series(pd.array(self._held, dtype="str"))

    def __reduce__(self) -> tuple[Any, ...]:
        # Arrow would send all of the buffer that a slice is cut from; putting slices together cuts them out.
        return Texts, (pa.concat_arrays(self._chunks() or [pa.array([], pa.large_string())]),)
