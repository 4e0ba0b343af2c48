"""The record of dispatch: one row per step of a work order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from hotspot.read.calls import NO_MAPPING, shown_time
from hotspot.read.dates import parse_times
from hotspot.read.orders import drop_bad_ids
from hotspot.read.reading import Kind, Reading, gather
from hotspot.schema import FLOW_COLUMNS

_KIND: Final = Kind(
    "流转记录",
    {
        "order_id": ("order_id",),
        "time": ("step_time", "dispatch_time"),
        "unit": ("step_unit", "handler"),
        "action": ("action",),
        "note": ("note",),
    },
    ("order_id", "time", "unit", "action"),
)
# Steps of one second, in the order in which they can follow: a unit signs or returns before the centre moves on.
_SEQUENCE: Final = {"派单": 0, "签收": 1, "延期": 2, "退回": 3, "改派": 4, "办结": 5}


def read_flows(paths: Sequence[Path], mapping: Mapping[str, str] = NO_MAPPING) -> Reading:
    """Return the steps of all files in the order of time; a step told twice counts once."""
    rows = gather(paths, _KIND, mapping)
    drop_bad_ids(rows, "order_id", "工单编号")
    spelled = rows.frame["time"]
    rows.frame = rows.frame.assign(time=parse_times(spelled))
    rows.drop(rows.frame["time"].isna(), "操作时间缺失或不存在" + spelled.map(shown_time))
    rows.note(rows.frame["action"] == "", "没有操作")
    rank = rows.frame["action"].map(lambda action: _SEQUENCE.get(action, len(_SEQUENCE))).astype("int64")
    keys = ["time", "order_id", "rank", "action", "unit", "note", "file", "sheet", "row"]
    rows.frame = rows.frame.assign(rank=rank).sort_values(keys, kind="stable")
    rows.drop(rows.frame.duplicated(list(FLOW_COLUMNS)), "重复的流转记录")
    return rows.finish(rows.frame[list(FLOW_COLUMNS)].astype(FLOW_COLUMNS))
