"""Work orders: one row per order, or one per dispatch step, joined here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from hotspot.read.calls import LONGEST_TEXT, NO_MAPPING, is_yes, shown_time
from hotspot.read.dates import parse_times
from hotspot.read.ids import clean_id, is_damaged
from hotspot.read.printable import names_person
from hotspot.read.reading import Kind, Reading, Rows, gather
from hotspot.schema import ORDER_COLUMNS, SECRET

_KIND: Final = Kind(
    "工单",
    {
        "order_id": ("order_id",),
        "call_id": ("call_id",),
        "text": ("content", "title"),
        "unit": ("handler", "step_unit"),
        "dispatch_time": ("dispatch_time",),
        "deadline": ("deadline",),
        "finish_time": ("finish_time",),
        "status": ("status",),
        "confidential": ("confidential",),
    },
    ("order_id", "unit", "dispatch_time"),
)
_OPTIONAL_TIMES: Final = (("deadline", "办结时限"), ("finish_time", "办结时间"))


def read_orders(paths: Sequence[Path], mapping: Mapping[str, str] = NO_MAPPING) -> Reading:
    """Return the work orders of all files, one row each, in the order of dispatch.

    Rows of one order are joined: first dispatch, last unit, last status, last deadline and finish.
    """
    rows = gather(paths, _KIND, mapping)
    drop_bad_ids(rows, "order_id", "工单编号")
    dispatched = rows.frame["dispatch_time"]
    rows.frame = rows.frame.assign(dispatch_time=parse_times(dispatched))
    rows.drop(rows.frame["dispatch_time"].isna(), "派单时间缺失或不存在" + dispatched.map(shown_time))
    for name, label in _OPTIONAL_TIMES:
        spelled = rows.frame[name]
        rows.frame = rows.frame.assign(**{name: parse_times(spelled)})
        odd = rows.frame[name].isna() & (spelled != "")
        rows.note(odd, f"{label}无法识别或不存在，按空处理" + spelled.map(shown_time))
    rows.frame = rows.frame.assign(deadline=_end_of_day(rows.frame["deadline"]))
    rows.note(rows.frame["unit"] == "", "没有承办单位")
    rows.note(rows.frame["finish_time"] < rows.frame["dispatch_time"], "办结时间早于派单时间")
    call_ids = rows.frame["call_id"].map(clean_id).astype("str")
    call_ids = call_ids.where(~names_person(call_ids, call_ids.iloc[:0]), "")
    call_ids = call_ids.where(~call_ids.map(is_damaged).astype(bool), "")
    secret = rows.frame["order_id"].isin(rows.frame.loc[is_yes(rows.frame["confidential"]), "order_id"])
    texts = rows.frame["text"].str.slice(0, LONGEST_TEXT).where(~secret, SECRET)
    rows.frame = rows.frame.assign(call_id=call_ids, text=texts)
    rows.frame = rows.frame.sort_values(
        ["order_id", "dispatch_time", "finish_time", "deadline", "status", "unit", "text", "file", "sheet", "row"],
        kind="stable",
        na_position="first",  # of two exports of one order, the one that knows of its end is the later
    )
    table = _join(rows.frame)[list(ORDER_COLUMNS)].astype(ORDER_COLUMNS)
    return rows.finish(table.sort_values(["dispatch_time", "order_id"], kind="stable"))


def _end_of_day(deadlines: pd.Series) -> pd.Series:
    """Return deadlines with those that name a day alone at its last second: the day itself is still in time."""
    return deadlines.where(deadlines != deadlines.dt.normalize(), deadlines + pd.Timedelta("23:59:59"))


def drop_bad_ids(rows: Rows, column: str, label: str) -> None:
    """Clean an id that rows are joined by, and set aside the rows that have none or a rounded one."""
    rows.frame = rows.frame.assign(**{column: rows.frame[column].map(clean_id).astype("str")})
    rows.drop(rows.frame[column] == "", f"缺{label}")
    rows.drop(names_person(rows.frame[column], rows.frame[column].iloc[:0]), f"{label}里是个人信息")
    damaged = rows.frame[column].map(is_damaged).astype(bool)
    rows.drop(damaged, f"{label}被电子表格改成了科学计数，请以文本格式重新导出")


def _join(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row per order, of rows sorted by order and dispatch time."""
    if not frame.duplicated("order_id").any():
        return frame
    filled = frame.assign(
        **{name: frame[name].where(frame[name] != "", None) for name in ("call_id", "text", "unit", "status")}
    )
    groups = filled.groupby("order_id", sort=False)
    joined = groups.agg(
        {"call_id": "first", "text": "first", "dispatch_time": "min"}
        | dict.fromkeys(("unit", "status", "deadline", "finish_time"), "last")
    ).reset_index()
    texts = ["call_id", "text", "unit", "status"]
    return joined.assign(**{name: joined[name].astype("object").fillna("") for name in texts})
