"""The csv files for other programs: calls, issues, categories, places, rows set aside."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import compress
from pathlib import Path
from typing import Any, Final, TextIO

import pandas as pd

from hotspot.scale import slices

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_RISKY: Final = ("\n=", "\n+", "\n-", "\n@", "\n\t", "\r")  # in lines: what holds none of them defuses nothing
_PART: Final = 2_000  # rows that are held as objects
_ISSUES: Final = ("msg_id", "issue_id")
_CATEGORIES: Final = ("msg_id", "category", "confidence")
_CALLS: Final = (*_CATEGORIES, "place", "district", "theme", "issue_id", "hotspot_id", "caller")
_PLACES: Final = ("msg_id", "mention", "place", "district", "kind", "is_primary")
_REJECTS: Final = ("文件", "工作表", "行", "原因", "处理")
_OF_CALLS: Final = {"calls.csv": _CALLS, "issues.csv": _ISSUES, "categories.csv": _CATEGORIES}
_OTHERS: Final = {"places.csv": _PLACES, "import_report.csv": _REJECTS}


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a csv that Excel opens as text: UTF-8 with a mark, no cell that acts as a formula.

    Examples
    --------
    >>> write_csv(["编号"], [["=1+1"]]).decode("utf-8-sig")
    "编号\\n'=1+1\\n"
    """
    buffer = io.StringIO(newline="")
    _start(buffer, header).writerows(_rows(list(zip(*rows, strict=True))))
    return buffer.getvalue().encode("utf-8-sig")


def _start(file: TextIO, header: Sequence[str]) -> Any:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    return writer


def _rows(columns: Iterable[Sequence[object]]) -> Iterator[tuple[object, ...]]:
    return zip(*map(_defused, columns), strict=True)


def _defuse(value: str) -> str:
    # The csv module leaves a lone carriage return unquoted, and a reader then sees the end of the row.
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if value.startswith(_FORMULA) else text


def _defused(values: Sequence[object]) -> Sequence[object]:
    """Return a column without what acts as a formula; most columns hold nothing that could."""
    texts = [value for value in values if isinstance(value, str)]
    lines = "\n" + "\n".join(texts)
    if not any(sign in lines for sign in _RISKY):
        return values
    defused = {text: _defuse(text) for text in set(texts)}
    return [defused[value] if isinstance(value, str) else value for value in values]


def _parts(frame: pd.DataFrame, names: Sequence[str]) -> Iterator[list[Sequence[object]]]:
    """Yield columns of a table part by part."""
    for rows in slices(len(frame), _PART):
        part = frame.iloc[rows]
        yield [_cells(part[name]) for name in names]


def _cells(column: pd.Series) -> Sequence[object]:
    if column.name == "confidence":
        return [f"{value:.4f}" for value in column.tolist()]
    return list((column.astype(int) if column.name == "is_primary" else column).tolist())


@contextmanager
def _files(folder: Path, tables: Mapping[str, Sequence[str]]) -> Iterator[list[Any]]:
    """Give a writer for each file, its head written."""
    with ExitStack() as stack:
        yield [
            _start(stack.enter_context((folder / name).open("w", encoding="utf-8-sig", newline="")), header)
            for name, header in tables.items()
        ]


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
    with _files(folder, _OF_CALLS) as (calls, issues, categories):
        for columns in _parts(demands, _CALLS):
            told = dict(zip(_CALLS, map(_defused, columns), strict=True))
            calls.writerows(zip(*told.values(), strict=True))
            in_issue = told["issue_id"]
            issues.writerows(compress(zip(*(told[name] for name in _ISSUES), strict=True), in_issue))
            valid = [category != "无效" for category in told["category"]]
            categories.writerows(compress(zip(*(told[name] for name in _CATEGORIES), strict=True), valid))
    with _files(folder, _OTHERS) as (places, report):
        for columns in _parts(mentions, _PLACES):
            places.writerows(_rows(columns))
        report.writerows(_rows(list(zip(*rejects, strict=True))))
    return [*_OF_CALLS, *_OTHERS]
