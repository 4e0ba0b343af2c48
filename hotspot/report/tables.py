"""The csv files for other programs: calls, issues, categories, places, rows set aside."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_RISKY: Final = re.compile(r"\n[=+\-@\t]|\r")  # in lines: what stands in none of them defuses nothing


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a csv that Excel opens as text: UTF-8 with a mark, no cell that acts as a formula.

    Examples
    --------
    >>> write_csv(["编号"], [["=1+1"]]).decode("utf-8-sig")
    "编号\\n'=1+1\\n"
    """
    return write_columns(header, list(zip(*rows, strict=True)))


def write_columns(header: Sequence[str], columns: Iterable[Sequence[object]]) -> bytes:
    """Return the same csv from its columns."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(zip(*map(_defused, columns), strict=True))
    return buffer.getvalue().encode("utf-8-sig")


def _defuse(value: str) -> str:
    # The csv module leaves a lone carriage return unquoted, and a reader then sees the end of the row.
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if value.startswith(_FORMULA) else text


def _defused(values: Sequence[object]) -> Sequence[object]:
    """Return a column without what acts as a formula; most columns hold nothing that could."""
    texts = [value for value in values if isinstance(value, str)]
    if not _RISKY.search("\n" + "\n".join(texts)):
        return values
    defused = {text: _defuse(text) for text in set(texts)}
    return [defused[value] if isinstance(value, str) else value for value in values]


def _columns(frame: pd.DataFrame, names: Sequence[str]) -> list[list[object]]:
    return [frame[name].tolist() for name in names]


def build_tables(
    demands: pd.DataFrame, mentions: pd.DataFrame, rejects: Sequence[Sequence[object]]
) -> dict[str, bytes]:
    """Return the csv files of the output folder by name.

    Parameters
    ----------
    demands : DataFrame
        One row per call of the period, in the order of time: msg_id, category, confidence, place, district, theme,
        issue_id, hotspot_id, caller (a keyed hash, or a number that holds for this run alone; never who called).
    mentions : DataFrame
        One row per place mention: msg_id, mention, place, district, kind, is_primary.
    rejects : sequence of (file, sheet, row, reason, severity)
    """
    table = demands.assign(confidence=[f"{value:.4f}" for value in demands["confidence"].tolist()])
    columns = ["msg_id", "category", "confidence", "place", "district", "theme", "issue_id", "hotspot_id", "caller"]
    in_issue = table[table["issue_id"].ne("")]
    valid = table[table["category"].ne("无效")]
    spots = mentions.assign(is_primary=mentions["is_primary"].astype(int))
    spot_columns = ["msg_id", "mention", "place", "district", "kind", "is_primary"]
    return {
        "calls.csv": write_columns(columns, _columns(table, columns)),
        "issues.csv": write_columns(["msg_id", "issue_id"], _columns(in_issue, ["msg_id", "issue_id"])),
        "categories.csv": write_columns(
            ["msg_id", "category", "confidence"], _columns(valid, ["msg_id", "category", "confidence"])
        ),
        "places.csv": write_columns(spot_columns, _columns(spots, spot_columns)),
        "import_report.csv": write_csv(["文件", "工作表", "行", "原因", "处理"], rejects),
    }
