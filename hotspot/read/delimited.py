"""Comma- and tab-separated text, with quotes that do not pair and lines that do not fit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from hotspot.errors import InputError
from hotspot.read.encoding import decode
from hotspot.read.headers import SEARCHED_ROWS, field_of
from hotspot.read.table import MAX_COLUMNS, Fault, Sheet

_DELIMITERS: Final = ",\t;|，"
_LONGEST_RECORD: Final = 400  # lines; a cell with more line breaks is a quote that was never closed
_LONGEST_CELL: Final = 2**24  # characters


def read_delimited(path: Path) -> Iterator[Sheet]:
    """Yield the one sheet of a delimited text file."""
    text = decode(path.read_bytes(), path.name).replace("\x00", "").replace("\n\ufeff", "\n")
    lines = list(io.StringIO(text, newline=""))
    delimiter = _delimiter(lines)
    if any(line.count(delimiter) >= MAX_COLUMNS for line in lines[:SEARCHED_ROWS]):
        found = f"{max(line.count(delimiter) for line in lines[:SEARCHED_ROWS]) + 1}列"
        raise InputError("列数过多", where=path.name, found=found, fix="请检查导出是否正确、分隔符是否成对")
    faults: list[Fault] = []
    yield Sheet(path.name, "", _records(lines, delimiter, faults), faults)


def _delimiter(lines: Sequence[str]) -> str:
    """Return the sign under which the first lines hold the most known headings, then the most cells."""

    def score(sign: str) -> tuple[int, int]:
        rows = [[cell.strip().strip('"') for cell in line.split(sign)] for line in lines[:SEARCHED_ROWS]]
        return (
            max((len({field_of(cell) for cell in row} - {""}) for row in rows), default=0),
            max((len(row) for row in rows), default=0),
        )

    return max(_DELIMITERS, key=score)


def _quote(lines: Sequence[str], delimiter: str) -> str:
    """Return the sign that stands around cells: a single quote where every heading wears one."""
    for line in lines[:SEARCHED_ROWS]:
        cells = [cell.strip() for cell in line.split(delimiter)]
        if len(cells) > 1 and all(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in cells):
            return "'"
    return '"'


def _swallows(row: Sequence[str], delimiter: str) -> bool:
    """Whether a quoted cell holds what looks like a whole record: its quote was closed a line too late."""
    width = len(row)
    return width > 2 and any(
        any(line.count(delimiter) >= width - 1 for line in cell.split("\n")[1:]) for cell in row if "\n" in cell
    )


def _records(lines: Sequence[str], delimiter: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield the records; after a broken quote, set its line aside and go on with the next."""
    csv.field_size_limit(_LONGEST_CELL)
    number = 0
    start = 0
    quote = _quote(lines, delimiter)
    while start < len(lines):
        rest = map(lines.__getitem__, range(start, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, quotechar=quote, strict=True)
        done = 0  # lines of complete records since `start`
        try:
            for row in reader:
                used = reader.line_num - done
                if used > 1 and (used > _LONGEST_RECORD or _swallows(row, delimiter)):
                    break
                number += 1
                done = reader.line_num
                yield number, row
            else:
                return
        except csv.Error:
            pass
        number += 1
        faults.append(Fault(number, "引号不成对，该行无法可靠拆分"))
        start += done + 1
