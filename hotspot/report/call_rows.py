"""The calls as the renderers read them: as rows, or as columns, which is far quicker where there are many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, overload

import numpy as np
import pandas as pd

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


class CallRows(Sequence[Mapping[str, object]]):
    """The calls as the renderers read them, one mapping at a time: none is kept.

    Parameters
    ----------
    demands : DataFrame
        Columns as `render_all` describes them.
    """

    def __init__(self, demands: pd.DataFrame) -> None:
        moments = demands["time"].to_numpy().astype("datetime64[s]")
        times = np.where(np.isnat(moments), "", np.datetime_as_string(moments)).tolist()
        self._columns = [
            [time.replace("T", " ") for time in times] if name == "time" else demands[column].tolist()
            for name, column in _FIELDS.items()
        ]

    def __len__(self) -> int:
        return len(self._columns[0])

    @overload
    def __getitem__(self, at: int) -> Mapping[str, object]: ...
    @overload
    def __getitem__(self, at: slice) -> list[Mapping[str, object]]: ...
    def __getitem__(self, at: int | slice) -> Mapping[str, object] | list[Mapping[str, object]]:
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        return dict(zip(_FIELDS, (column[at] for column in self._columns), strict=True))

    def __iter__(self) -> Iterator[Mapping[str, object]]:
        return (dict(zip(_FIELDS, row, strict=True)) for row in zip(*self._columns, strict=True))

    def column(self, name: str) -> list[Any]:
        """Return one field of all calls."""
        return self._columns[list(_FIELDS).index(name)]


def call_columns(calls: Sequence[Mapping[str, object]], *names: str) -> list[list[Any]]:
    """Return fields of all calls, a list for each.

    Examples
    --------
    >>> call_columns([{"msg_id": "1", "theme": "供暖"}, {"msg_id": "2", "theme": ""}], "theme", "msg_id")
    [['供暖', ''], ['1', '2']]
    """
    if isinstance(calls, CallRows):
        return [calls.column(name) for name in names]
    return [[call[name] for call in calls] for name in names]
