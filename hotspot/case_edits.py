"""The analyst's own word on hard cases: a file ``cases.toml`` that every run reads and none writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from hotspot.config import read_records
from hotspot.errors import ConfigError
from hotspot.schema import HardCase
from hotspot.text.mask import quote

FILE_NAME: Final = "cases.toml"


@dataclass(frozen=True, slots=True)
class CaseEdit:
    """What to do with one work order."""

    order: str = ""
    pin: bool = False  # tell it though the rules do not
    drop: bool = False  # do not tell it though the rules do
    summary: str = ""  # instead of the shortened text of the order
    reason: str = ""  # instead of the note with which it came back
    note: str = ""  # a sentence after the case


@dataclass(frozen=True, slots=True)
class _CaseFile:
    case: tuple[CaseEdit, ...] = field(default_factory=tuple)


def load_case_edits(path: Path | None) -> dict[str, CaseEdit]:
    """Return the edits by order id; none without a path.

    Raises
    ------
    ConfigError
        The file is no TOML, holds an unknown key or a value of a wrong type, names an order twice or not at all, or
        wants one pinned and dropped.
    """
    if path is None:
        return {}
    edits: dict[str, CaseEdit] = {}
    for number, edit in enumerate(read_records(_CaseFile, path).case, start=1):
        where = f"{path.name} 的第{number}个 [[case]]"
        if not edit.order.strip():
            raise ConfigError("没有写工单编号", where=where, fix='写 order = "工单编号"')
        if edit.order.strip() in edits:
            raise ConfigError("同一工单写了两次", where=where, found=edit.order[:40], fix="合并为一个 [[case]]")
        if edit.pin and edit.drop:
            raise ConfigError("pin 和 drop 不能同时为 true", where=where, found=edit.order[:40], fix="只留一个")
        edits[edit.order.strip()] = replace(edit, order=edit.order.strip())
    return edits


def apply_edits(
    cases: Collection[HardCase],
    edits: Mapping[str, CaseEdit],
    notes: Mapping[str, str],
) -> tuple[HardCase, ...]:
    """Return the cases with the analyst's words, masked like all others, without those dropped.

    Parameters
    ----------
    notes : mapping
        Notes that the history keeps, by order id; one in the file goes before.
    """
    told = []
    for case in cases:
        edit = edits.get(case.order_id, CaseEdit())
        if not edit.drop:
            told.append(
                replace(
                    case,
                    summary=quote(edit.summary) or case.summary,
                    reason=quote(edit.reason) or case.reason,
                    note=quote(edit.note or notes.get(case.order_id, "")),
                )
            )
    return tuple(told)


def clean_note(text: str) -> str:
    """Return a note as the history keeps it: one line, without personal data.

    Examples
    --------
    >>> clean_note("已约谈，联系电话13812345678")
    '已约谈，联系电话[电话]'
    """
    return quote(text)


def tell_edits(edits: Mapping[str, CaseEdit], told: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Return what the reader of the import report must know of the edits.

    Parameters
    ----------
    told : collection of str
        Orders that the bulletin tells.
    known : collection of str
        Orders that the tables or the history hold.
    """
    if not edits:
        return ()
    pinned = sum(edit.pin and order in told for order, edit in edits.items())
    dropped = sum(edit.drop and order in known for order, edit in edits.items())
    reworded = sum(bool(edit.summary or edit.reason or edit.note) and order in told for order, edit in edits.items())
    notes = [f"疑难案例按{FILE_NAME}处理：指定列入{pinned}件，指定不列{dropped}件，改写或加注{reworded}件。"]
    missing = sorted(order for order, edit in edits.items() if edit.pin and order not in told)
    if missing:
        notes.append(f"{FILE_NAME}指定列入的工单{quote('、'.join(missing[:5]))}不在工单表中，未能列入。")
    return tuple(notes)
