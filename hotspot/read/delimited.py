"""Comma- and tab-separated text, with quotes that do not pair and lines that do not fit."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final

from hotspot.errors import InputError
from hotspot.read.encoding import decode_parts
from hotspot.read.headers import SEARCHED_ROWS, field_of
from hotspot.read.table import MAX_COLUMNS, Fault, Sheet

_DELIMITERS: Final = ",\t;|，"
_LONGEST_RECORD: Final = 400  # lines; a cell with more line breaks is a quote that was never closed
_LONGEST_CELL: Final = 2**24  # characters


def read_delimited(path: Path) -> Iterator[Sheet]:
    """Yield the one sheet of a delimited text file, of which a part at a time is in memory."""
    lines = _lines(path)
    first = list(islice(lines, SEARCHED_ROWS))
    delimiter = _delimiter(first)
    if any(line.count(delimiter) >= MAX_COLUMNS for line in first):
        found = f"{max(line.count(delimiter) for line in first) + 1}列"
        raise InputError("列数过多", where=path.name, found=found, fix="请检查导出是否正确、分隔符是否成对")
    faults: list[Fault] = []
    yield Sheet(path.name, "", _records(chain(first, lines), delimiter, _quote(first, delimiter), faults), faults)


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file with their ends, without a byte order mark that a joined file has in its middle."""
    before = ""
    with path.open("rb") as file:
        for line in split_lines(text.replace("\x00", "") for text in decode_parts(file, path.name)):
            said = line[1:] if line[0] == "\ufeff" and before.endswith("\n") else line
            before = line
            if said:
                yield said


def split_lines(texts: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a text that comes in parts, each with its end: LF, CR or both.

    Examples
    --------
    >>> list(split_lines(["a", "b\\r", "\\nc"]))
    ['ab\\r\\n', 'c']
    """
    waiting: list[str] = []
    for text in texts:
        waiting.append(text)
        if "\n" in text or "\r" in text:
            lines = list(io.StringIO("".join(waiting), newline=""))
            waiting = [lines.pop()]  # it may go on, if only with the second half of its end
            yield from lines
    yield from io.StringIO("".join(waiting), newline="")


def _delimiter(lines: Sequence[str]) -> str:
    """Return the sign under which the first lines hold the most known headings, then the most cells."""

    def score(sign: str) -> tuple[int, int]:
        rows = [[cell.strip().strip('"') for cell in line.split(sign)] for line in lines]
        return (
            max((len({field_of(cell) for cell in row} - {""}) for row in rows), default=0),
            max((len(row) for row in rows), default=0),
        )

    return max(_DELIMITERS, key=score)


def _quote(lines: Sequence[str], delimiter: str) -> str:
    """Return the sign that stands around cells: a single quote where every heading wears one."""
    for line in lines:
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


class _Lines(Iterator[str]):
    """Lines that are held until they are known to be whole records, so that one can go back to the second of them."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self._held: list[str] = []

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._held.append(line)
        return line

    def let_go(self) -> None:
        """Hold none of the lines that were read."""
        self._held.clear()

    def go_back(self) -> None:
        """Give the lines that are held once more, without the first of them."""
        self._again.extendleft(reversed(self._held[1:]))
        self._held.clear()


def _records(lines: Iterable[str], delimiter: str, quote: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield the records; after a broken quote, set its line aside and go on with the next."""
    csv.field_size_limit(_LONGEST_CELL)
    number = 0
    source = _Lines(lines)
    while True:
        reader = csv.reader(source, delimiter=delimiter, quotechar=quote, strict=True)
        done = 0  # lines of complete records
        try:
            for row in reader:
                used = reader.line_num - done
                if used > 1 and (used > _LONGEST_RECORD or _swallows(row, delimiter)):
                    break
                number += 1
                done = reader.line_num
                source.let_go()
                yield number, row
            else:
                return
        except csv.Error:
            pass
        number += 1
        faults.append(Fault(number, "引号不成对，该行无法可靠拆分"))
        source.go_back()
