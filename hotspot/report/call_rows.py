"""The calls as the renderers read them: as rows, or a part of their columns at a time, which is far quicker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.scale import slices

_FIELDS: Final = {
    "msg_id": "msg_id",
    "time": "time",
    "category": "category",
    "district": "district",
    "place": "place",
    "theme": "theme",
    "issue_id": "issue_id",
    "hotspot_id": "hotspot_id",
    "excerpt": "masked",
}
_PART: Final = 2_000  # calls that are held as objects
Call = Mapping[str, object]


class CallRows(Sequence[Call]):
    """The calls as the renderers read them: of a million of them, only a part is made into objects at a time.

    Parameters
    ----------
    demands : DataFrame
        Columns as `render_all` describes them.
    """

    def __init__(self, demands: pd.DataFrame) -> None:
        self._demands = demands

    def __len__(self) -> int:
        return len(self._demands)

    @overload
    def __getitem__(self, at: int) -> Call: ...
    @overload
    def __getitem__(self, at: slice) -> CallRows: ...
    def __getitem__(self, at: int | slice) -> Call | CallRows:
        if isinstance(at, slice):
            return CallRows(self._demands.iloc[at])
        row = range(len(self))[at]
        return next(iter(self[row : row + 1]))

    def __iter__(self) -> Iterator[Call]:
        for columns in self.parts(*_FIELDS):
            for row in zip(*columns, strict=True):
                yield dict(zip(_FIELDS, row, strict=True))

    def parts(self, *names: str) -> Iterator[list[list[Any]]]:
        """Yield fields of the calls, a list for each, part by part."""
        for rows in slices(len(self), _PART):
            yield [self._column(name, rows) for name in names]

    def _column(self, name: str, rows: slice) -> list[Any]:
        column = self._demands[_FIELDS[name]].iloc[rows]
        if name != "time":
            return list(column.tolist())
        moments = column.to_numpy().astype("datetime64[s]")
        times = np.where(np.isnat(moments), "", np.datetime_as_string(moments)).tolist()
        return [time.replace("T", " ") for time in times]

    def are_told(self) -> NDArray[np.bool_]:
        """Tell of each call whether it is in a hotspot or an issue."""
        told = self._demands["hotspot_id"].ne("") | self._demands["issue_id"].ne("")
        return np.asarray(told, dtype=bool)

    def take(self, rows: NDArray[np.int64]) -> CallRows:
        """Return some of the calls."""
        return CallRows(self._demands[list(_FIELDS.values())].iloc[rows])


def call_parts(calls: Iterable[Call], *names: str) -> Iterator[list[list[Any]]]:
    """Yield fields of the calls, a list for each, part by part.

    Examples
    --------
    >>> list(call_parts([{"msg_id": "1", "theme": "供暖"}, {"msg_id": "2", "theme": ""}], "theme", "msg_id"))
    [[['供暖', ''], ['1', '2']]]
    """
    if isinstance(calls, CallRows):
        yield from calls.parts(*names)
        return
    rows = iter(calls)
    while part := list(islice(rows, _PART)):
        yield [[call[name] for call in part] for name in names]


def call_columns(calls: Iterable[Call], *names: str) -> list[list[Any]]:
    """Return fields of all calls, a list for each.

    Examples
    --------
    >>> call_columns([{"msg_id": "1", "theme": "供暖"}, {"msg_id": "2", "theme": ""}], "theme", "msg_id")
    [['供暖', ''], ['1', '2']]
    """
    parts = list(call_parts(calls, *names))
    return [list(chain.from_iterable(part[at] for part in parts)) for at in range(len(names))]


def told_calls(calls: Sequence[Call], most: int) -> Sequence[Call]:
    """Return the calls of hotspots and issues; where they are more than `most`, so many of them at even distances."""
    if isinstance(calls, CallRows):
        rows = np.flatnonzero(calls.are_told())
    else:
        rows = np.flatnonzero([bool(call["hotspot_id"] or call["issue_id"]) for call in calls])
    if len(rows) > most:
        rows = rows[np.arange(most) * len(rows) // most]
    return calls.take(rows) if isinstance(calls, CallRows) else [calls[row] for row in rows.tolist()]
