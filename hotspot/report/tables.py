"""The csv files for other programs: calls, issues, categories, places, rows set aside."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TextIO

import pandas as pd

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_RISKY: Final = re.compile(r"\n[=+\-@\t]|\r")  # in lines: what stands in none of them defuses nothing
_PART: Final = 2_000  # rows that are held as objects
_ISSUES: Final = ("msg_id", "issue_id")
_CATEGORIES: Final = ("msg_id", "category", "confidence")
_CALLS: Final = (*_CATEGORIES, "place", "district", "theme", "issue_id", "hotspot_id", "caller")
_PLACES: Final = ("msg_id", "mention", "place", "district", "kind", "is_primary")
_REJECTS: Final = ("文件", "工作表", "行", "原因", "处理")
Columns = Sequence[Sequence[object]]


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a csv that Excel opens as text: UTF-8 with a mark, no cell that acts as a formula.

    Examples
    --------
    >>> write_csv(["编号"], [["=1+1"]]).decode("utf-8-sig")
    "编号\\n'=1+1\\n"
    """
    buffer = io.StringIO(newline="")
    _write(buffer, header, [list(zip(*rows, strict=True))])
    return buffer.getvalue().encode("utf-8-sig")


def _write(file: TextIO, header: Sequence[str], parts: Iterable[Columns]) -> None:
    """Write the same from the columns of each part of the rows."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    for columns in parts:
        writer.writerows(zip(*map(_defused, columns), strict=True))


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


def _parts(frame: pd.DataFrame, names: Sequence[str], without: tuple[str, str] | None = None) -> Iterator[Columns]:
    """Yield columns of a table part by part, without the rows that have a value in a column."""
    for start in range(0, len(frame), _PART):
        part = frame.iloc[start : start + _PART]
        if without is not None:
            part = part[part[without[0]].ne(without[1])]
        yield [_cells(part[name]) for name in names]


def _cells(column: pd.Series) -> Sequence[object]:
    if column.name == "confidence":
        return [f"{value:.4f}" for value in column.tolist()]
    return list((column.astype(int) if column.name == "is_primary" else column).tolist())


def write_tables(
    folder: Path, demands: pd.DataFrame, mentions: pd.DataFrame, rejects: Sequence[Sequence[object]]
) -> list[str]:
    """Write the csv files of the output folder and return their names.

    Parameters
    ----------
    folder : Path
    demands : DataFrame
        One row per call of the period, in the order of time: msg_id, category, confidence, place, district, theme,
        issue_id, hotspot_id, caller (a keyed hash, or a number that holds for this run alone; never who called).
    mentions : DataFrame
        One row per place mention: msg_id, mention, place, district, kind, is_primary.
    rejects : sequence of (file, sheet, row, reason, severity)
    """
    told = [list(zip(*rejects, strict=True))] if rejects else []
    tables: dict[str, tuple[Sequence[str], Iterable[Columns]]] = {
        "calls.csv": (_CALLS, _parts(demands, _CALLS)),
        "issues.csv": (_ISSUES, _parts(demands, _ISSUES, without=("issue_id", ""))),
        "categories.csv": (_CATEGORIES, _parts(demands, _CATEGORIES, without=("category", "无效"))),
        "places.csv": (_PLACES, _parts(mentions, _PLACES)),
        "import_report.csv": (_REJECTS, told),
    }
    for name, (header, parts) in tables.items():
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
            _write(file, header, parts)
    return list(tables)
