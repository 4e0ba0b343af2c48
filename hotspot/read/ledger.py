"""The ledger of hard cases that earlier bulletins told about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from hotspot.read.calls import NO_MAPPING
from hotspot.read.orders import drop_bad_ids
from hotspot.read.reading import Kind, Reading, gather
from hotspot.schema import LEDGER_COLUMNS

_KIND: Final = Kind(
    "疑难案例台账",
    {
        "order_id": ("order_id",),
        "told_in": ("told_in",),
        "category": ("category",),
        "summary": ("summary", "content", "title"),
        "units": ("sent_to", "handler"),
        "status": ("status",),
    },
    ("order_id", "told_in", "status"),
)


def read_ledger(paths: Sequence[Path], mapping: Mapping[str, str] = NO_MAPPING) -> Reading:
    """Return the cases of all files, each once, in the order of their ids."""
    rows = gather(paths, _KIND, mapping)
    drop_bad_ids(rows, "order_id", "工单编号")
    rows.note(rows.frame["told_in"] == "", "没有列入期次")
    rows.sort(("order_id", "told_in"))
    rows.drop(rows.frame.duplicated("order_id"), "同一工单在台账中重复")
    return rows.finish(rows.frame[list(LEDGER_COLUMNS)].astype(LEDGER_COLUMNS))
