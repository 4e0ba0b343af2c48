"""Exports of calls: one row per call, whatever the system that made them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from hotspot.errors import InputError
from hotspot.read.cells import each_cell, most_match
from hotspot.read.dates import parse_times
from hotspot.read.ids import are_damaged, clean_id, content_ids
from hotspot.read.printable import names_person
from hotspot.read.reading import Kind, Reading, Rows, gather
from hotspot.schema import CALL_COLUMNS
from hotspot.text.normalise import caller_number

NO_MAPPING: Final[Mapping[str, str]] = MappingProxyType({})
LONGEST_TEXT: Final = 8_000  # characters; the longest of 9,700 real messages has 7,000
_FIELDS: Final = {
    "msg_id": ("call_id", "order_id"),
    "time": ("accept_time",),
    "title": ("title",),
    "text": ("content",),
    "channel": ("channel",),
    "handling": ("handling",),
    "order_id": ("order_id",),
    "category": ("category",),
    "region": ("region",),
    "address": ("address",),
    "phone": ("caller_phone",),
    "name": ("caller_name",),
    "confidential": ("confidential",),
}
_CONTENT: Final = tuple(name for name in _FIELDS if name not in ("msg_id",))
_YES: Final = frozenset(("是", "y", "yes", "true", "1", "保密", "√", "✓", "需要保密", "要求保密"))
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_NO_TEXT: Final = re.compile(r"[\d\s:/.,年月日时分秒+-]*")
_HARMLESS: Final = re.compile(
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?(?:[T\s]*\d{1,2}(?:[:时点]\d{0,2}){0,2}[分秒]?(?:\.\d{1,6})?)?"
)
_MOST: Final = 0.9
_DAMAGED_ID: Final = "编号被电子表格改成了科学计数，已另按内容编号；请以文本格式重新导出"
_NO_ID: Final = "没有编号，已按内容编号"


def shown_time(cell: str) -> str:
    """Return a cell of a time column as the end of a message, where it can be told: only what looks like a date.

    Examples
    --------
    >>> shown_time("2024-02-30 08:00"), shown_time("13900001234")
    ('：“2024-02-30 08:00”', '')
    """
    return f"：“{cell}”" if _HARMLESS.fullmatch(cell) else ""


def is_yes(cells: pd.Series) -> pd.Series:
    """Return which cells of a yes-or-no column say yes."""
    return cells.str.lower().isin(_YES)


def read_calls(
    paths: Sequence[Path],
    *,
    mapping: Mapping[str, str] = NO_MAPPING,
    need_time: bool = True,
    need_label: bool = False,
    spread: Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]] | None = None,
    every_row: bool = False,
) -> Reading:
    """Return the calls of all files, in the order of time, with what was set aside.

    Parameters
    ----------
    paths : sequence of Path
        Files, folders or patterns.
    mapping : mapping
        The user's own headings: field, column or synonym → heading in the file.
    need_time : bool
        Whether a call without a time is set aside (else it stays, with ``NaT``).
    need_label : bool
        Whether a category column is essential and a row without a label is set aside.
    spread : callable, optional
        Reads each file somewhere, in the order of the files; here, when left out.
    every_row : bool
        Whether all rows of an id stay, in the order of the file (else the first in time).
    """
    required = ["text", *(["time"] if need_time else []), *(["category"] if need_label else [])]
    rows = gather(paths, Kind("来电记录", _FIELDS, required), mapping, spread)
    if not len(rows.frame):
        raise _nothing_left(rows, "只有表头，没有数据" if not rows.rejects else "没有一行可用")
    _check_columns(rows.frame)
    spelled = rows.frame["time"]
    rows.frame = rows.frame.assign(time=parse_times(spelled))
    if need_time:
        _drop_timeless(rows, spelled)
    if need_label:
        rows.drop(rows.frame["category"] == "", "没有分类标签")
    _clean(rows)
    if not every_row:
        rows.sort(("time", "msg_id"))
        _drop_repeated(rows)
    if not len(rows.frame):
        raise _nothing_left(rows, "没有一行可用")
    return rows.finish(rows.frame[list(CALL_COLUMNS)].astype(CALL_COLUMNS))


def read_labels(
    paths: Sequence[Path], *, mapping: Mapping[str, str] = NO_MAPPING, need_label: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of labelled exports and reviewed workbooks, and those whose id a spreadsheet has damaged.

    The files stay in the order given and the rows in that of the files: of several rows with one id the last one is
    the correction.
    """
    read = [
        read_calls([path], mapping=mapping, need_time=False, need_label=need_label, every_row=True) for path in paths
    ]
    table = pd.concat([reading.table for reading in read], ignore_index=True)
    rejects = pd.concat([reading.rejects for reading in read], ignore_index=True)
    lost = rejects[rejects["reason"].isin((_DAMAGED_ID, _NO_ID))]
    return table, lost[["file", "row"]].reset_index(drop=True)


def _nothing_left(rows: Rows, what: str) -> InputError:
    reasons = pd.Series([reason for *_, reason, _ in rows.rejects], dtype="str").str.split("：").str[0]
    found = f"读入{sum(rows.read.values())}行"
    if len(reasons):
        counts = reasons.value_counts()
        found += f"，最多的原因是“{counts.index[0]}”（{counts.iloc[0]}行）"
    return InputError(what, where="、".join(sorted(rows.read)), found=found, fix="请检查导出的内容和列名")


def _check_columns(frame: pd.DataFrame) -> None:
    """Refuse columns that hold what another one should: a number in the wrong place would be printed."""
    where = "、".join(sorted(frame["file"].unique()))
    if most_match(_MOBILE, frame["msg_id"], _MOST) and not any(map(_MOBILE.fullmatch, frame["phone"].unique())):
        raise InputError("编号列里是电话号码", where=where, fix="请检查列是否错位，或用 --map 来电编号=列名 指定")
    if most_match(_NO_TEXT, frame["text"], _MOST):
        raise InputError("诉求内容列里没有文字", where=where, fix="请检查列是否错位，或用 --map 诉求内容=列名 指定")


def _drop_timeless(rows: Rows, spelled: pd.Series) -> None:
    rows.drop(spelled == "", "缺来电时间")
    spelled = spelled[rows.frame.index]
    unread = rows.frame["time"].isna()
    rows.drop(unread, "来电时间无法识别或不存在" + spelled[unread].map(shown_time))


def _clean(rows: Rows) -> None:
    slipped = {name: _without(rows.frame[name], rows.frame["name"]) for name in ("channel", "region")}
    frame = rows.frame.assign(
        **slipped,
        msg_id=each_cell(clean_id, rows.frame["msg_id"]),
        order_id=each_cell(clean_id, rows.frame["order_id"]),
        phone=each_cell(caller_number, each_cell(clean_id, rows.frame["phone"])),
        confidential=is_yes(rows.frame["confidential"]),
    )
    rows.frame = frame
    damaged = are_damaged(frame["msg_id"])
    rows.note(damaged, _DAMAGED_ID)
    rows.note(frame["msg_id"] == "", _NO_ID)
    lost = are_damaged(frame["order_id"])
    rows.note(lost & ~damaged, "工单编号被电子表格改成了科学计数，无法与工单对应；请以文本格式重新导出")
    rows.note((frame["text"] == "") & (frame["title"] == ""), "诉求内容为空")
    long = frame["text"].str.len() > LONGEST_TEXT
    rows.note(long, f"诉求内容过长，只取前{LONGEST_TEXT}字")
    personal = names_person(frame["msg_id"], frame["phone"])
    rows.note(personal, "编号里是个人信息，已另按内容编号")
    _blank(frame, "order_id", names_person(frame["order_id"], frame["phone"]))
    nameless = damaged | personal | (frame["msg_id"] == "")
    if nameless.any():
        parts = frame.loc[nameless, ["time", "title", "text", "channel", "handling"]].astype(str).fillna("")
        frame.loc[nameless, "msg_id"] = content_ids(parts.agg("\n".join, axis=1).sort_values(kind="stable"))
    _blank(frame, "order_id", lost)
    if long.any():  # an assignment copies the column
        frame.loc[long, "text"] = frame.loc[long, "text"].str.slice(0, LONGEST_TEXT)


def _blank(frame: pd.DataFrame, column: str, rows: pd.Series) -> None:
    if rows.any():
        frame.loc[rows, column] = ""


def _without(cells: pd.Series, callers: pd.Series) -> pd.Series:
    """Return a column without the cells that name a caller."""
    named = set(callers[callers.isin(cells.unique())].unique()) - {""}
    return cells.where(~cells.isin(named), "") if named else cells


def _drop_repeated(rows: Rows) -> None:
    """Set aside the second row of an id. The first is the earliest, whatever the order of the rows in the files."""
    frame = rows.frame
    again = frame.duplicated("msg_id")
    if not again.any():
        return
    first = frame.drop_duplicates("msg_id").set_index("msg_id")
    kept = first.loc[frame.loc[again, "msg_id"]]
    repeated = frame.loc[again]
    reasons = pd.Series("", index=frame.index, dtype="object")
    equal = pd.Series(True, index=repeated.index)
    differing = pd.Series("", index=repeated.index, dtype="object")
    for name, label in (
        ("time", "时间"),
        ("text", "内容"),
        ("title", "标题"),
        ("handling", "处理方式"),
        ("phone", "号码"),
        ("channel", "渠道"),
        ("order_id", "工单编号"),
        ("category", "分类"),
    ):
        same = (repeated[name].to_numpy() == kept[name].to_numpy()) | (
            repeated[name].isna().to_numpy() & kept[name].isna().to_numpy()
        )
        equal &= same
        differing = differing.where(same, differing + "、" + label)
    line = [f"{file} 第{row}行" for file, row in zip(kept["file"], kept["row"], strict=True)]
    place = pd.Series(line, index=repeated.index)
    reasons[repeated.index] = ("重复行，与" + place + "相同").where(
        equal, "编号与" + place + "重复而" + differing.str.slice(1) + "不同"
    )
    rows.drop(again, reasons)
