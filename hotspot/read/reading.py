"""What reading gives back, and the part of it that all kinds of tables share: files to columns of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.errors import InputError
from hotspot.read.encoding import DAMAGED
from hotspot.read.headers import (
    SEARCHED_ROWS,
    Header,
    assign,
    check_mapping,
    find_header,
    is_data,
    key_field,
    missing_column,
    shown,
)
from hotspot.read.printable import PRINTED, printable, printable_cells
from hotspot.read.rearrange import take_rows
from hotspot.read.table import Sheet, find_files, read_sheets
from hotspot.schema import REJECT_COLUMNS

DROPPED: Final = "剔除"
NOTED: Final = "提示"
_EMPTY: Final = frozenset(
    (
        "无",
        "/",
        "／",
        "—",
        "——",
        "－",
        "-",
        "--",
        "\\",
        "暂无",
        "空",
        "null",
        "NULL",
        "None",
        "none",
        "nan",
        "NaN",
        "N/A",
        "n/a",
        "#N/A",
        "#REF!",
        "#VALUE!",
    )
)
_FRAME: Final = 2**13  # rows that are held as Python objects
_PART: Final = 2**11  # rows that are looked at together
_ORIGIN: Final = ("file", "sheet", "row")
_TOTALS: Final = ("合计", "总计", "小计", "共计", "总数", "汇总")
_TOTAL_STARTS: Final = frozenset(word[0] for word in _TOTALS)


@dataclass(frozen=True)
class Reading:
    """A table that was read, with what was set aside and what was taken for what."""

    table: pd.DataFrame
    rejects: pd.DataFrame
    files: tuple[tuple[str, int, int, int], ...]  # name, rows read, used, set aside
    headers: tuple[tuple[str, str, str], ...]  # file, header found, taken for


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table: how messages call it, the fields that fill each column, the columns that it cannot lack."""

    name: str
    columns: Mapping[str, Sequence[str]]
    required: Sequence[str]


@dataclass(slots=True)
class Rows:
    """Columns of text from all files, and the rows set aside so far."""

    frame: pd.DataFrame
    rejects: list[tuple[str, str, int, str, str]] = field(default_factory=list)
    read: Counter[str] = field(default_factory=Counter)
    headers: list[tuple[str, str, str]] = field(default_factory=list)

    def drop(self, bad: pd.Series, reason: str | pd.Series) -> None:
        """Set rows aside for good; a column of reasons tells at least theirs."""
        if bad.any():
            self._tell(bad, reason, DROPPED)
            self.keep(np.flatnonzero(~bad.to_numpy(dtype=bool)))

    def keep(self, rows: NDArray[np.int64]) -> None:
        """Keep only the rows at these positions, in this order."""
        frame, self.frame = self.frame, pd.DataFrame()
        self.frame = take_rows(frame, rows)

    def sort(self, keys: Sequence[str]) -> None:
        """Sort the rows by the keys, then by all that they hold: independent of their order in the files."""
        frame = self.frame
        by = list(keys)
        if frame.duplicated(by).any():  # or they settle the order by themselves, and the texts need not be compared
            rest = [name for name in frame.columns if name not in keys and name not in _ORIGIN]
            by += [*rest, *_ORIGIN]
        order = frame[by].reset_index(drop=True).sort_values(by, kind="stable", na_position="last").index.to_numpy()
        del frame
        if (np.diff(order) < 0).any():
            self.keep(order)

    def note(self, odd: pd.Series, reason: str | pd.Series) -> None:
        """List rows that stay in the count."""
        self._tell(odd, reason, NOTED)

    def _tell(self, chosen: pd.Series, reason: str | pd.Series, severity: str) -> None:
        if not chosen.any():
            return
        told = self.frame.loc[chosen, list(_ORIGIN)]
        reasons = [reason] * len(told) if isinstance(reason, str) else list(reason.loc[told.index])
        for file, sheet, row, why in zip(told["file"], told["sheet"], told["row"], reasons, strict=True):
            self.rejects.append((file, sheet, int(row), why, severity))

    def finish(self, table: pd.DataFrame) -> Reading:
        """Return the reading, with `table` as the rows that stayed."""
        dropped = Counter(file for file, _, _, _, severity in self.rejects if severity == DROPPED)
        files = [(file, count, count - dropped[file], dropped[file]) for file, count in sorted(self.read.items())]
        rejects = pd.DataFrame(sorted(self.rejects), columns=list(REJECT_COLUMNS))
        for name in ("file", "sheet", "reason"):
            rejects[name] = printable_cells(rejects[name])
        return Reading(
            table.reset_index(drop=True),
            rejects,
            tuple((printable(file), read, used, aside) for file, read, used, aside in files),
            tuple((printable(file), printable(heading), meaning) for file, heading, meaning in self.headers),
        )


class _Columns:
    """The rows of a file in the making: columns of text, made into frames before they grow large."""

    def __init__(self, names: Iterable[str]) -> None:
        self.texts: dict[str, list[str]] = {name: [] for name in (*names, "file", "sheet")}
        self.numbers: list[int] = []
        self._frames: list[pd.DataFrame] = []

    def take(self, sheet: Sheet, rows: Sequence[tuple[int, Sequence[str]]], chosen: Mapping[str, int]) -> None:
        """Take the rows of a sheet, given with their numbers and with the position of each column."""
        for name, cells in self.texts.items():
            position = chosen.get(name, -1)
            if name in ("file", "sheet"):
                cells += [sheet.file if name == "file" else sheet.name] * len(rows)
            elif position < 0:
                cells += [""] * len(rows)
            else:
                said = [row[position].strip() if position < len(row) else "" for _, row in rows]
                cells += ["" if cell in _EMPTY else cell for cell in said]
        self.numbers += [number for number, _ in rows]
        if len(self.numbers) >= _FRAME:
            self.flush()

    def flush(self) -> None:
        """Make a frame of what is there, which takes half the room."""
        frame = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in self.texts.items()})
        self._frames.append(frame.assign(row=pd.Series(self.numbers, dtype="int64")))
        for cells in self.texts.values():
            cells.clear()
        self.numbers.clear()

    def frames(self) -> list[pd.DataFrame]:
        """Return everything in frames."""
        self.flush()
        return self._frames


@dataclass(frozen=True)
class _FileReader:
    """Reads one file, wherever that is done."""

    kind: Kind
    mapping: Mapping[str, str]

    def __call__(self, path: Path) -> tuple[Rows, list[pd.DataFrame]] | InputError:
        columns, rows = _Columns(self.kind.columns), Rows(pd.DataFrame())
        rows.read[path.name] += 0
        fault: InputError | None = None
        usable = False
        try:
            for sheet in read_sheets(path):
                found = _take(sheet, self.kind, self.mapping, columns, rows)
                usable |= found is None
                fault = fault or found
                if found is not None and found.what != _EMPTY_SHEET:
                    rows.rejects.append((sheet.file, sheet.name, 0, f"工作表未读取：{found.what}", NOTED))
        except InputError as error:
            return error
        return fault if fault is not None and not usable else (rows, columns.frames())


def gather(
    paths: Sequence[Path],
    kind: Kind,
    mapping: Mapping[str, str],
    spread: Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]] | None = None,
) -> Rows:
    """Return the rows of all files as columns of text, by the headings of each sheet.

    `spread` reads each file somewhere, in a process or on another machine; one that is not seen there is read here.
    """
    check_mapping(mapping, kind.columns)
    rows = Rows(pd.DataFrame())
    reader, files = _FileReader(kind, dict(mapping)), find_files(paths)
    parts = spread(reader, [path.absolute() for path in files]) if spread and len(files) > 1 else map(reader, files)
    frames: list[pd.DataFrame] = []
    for path, read in zip(files, parts, strict=True):
        found = reader(path) if spread and isinstance(read, InputError) else read
        if isinstance(found, InputError):
            raise found
        part, of_file = found
        rows.read.update(part.read)
        rows.rejects += part.rejects
        rows.headers += part.headers
        frames += of_file
    _check_used(mapping, kind, rows)
    rows.frame = pd.concat(frames, ignore_index=True)
    del frames
    for name in PRINTED.intersection(rows.frame.columns):
        rows.frame[name] = printable_cells(rows.frame[name])
    return rows


_EMPTY_SHEET: Final = "工作表是空的"


def _take(
    sheet: Sheet,
    kind: Kind,
    mapping: Mapping[str, str],
    columns: _Columns,
    rows: Rows,
) -> InputError | None:
    """Append the rows of a sheet to the columns; return what is wrong where the sheet cannot be used."""
    if sheet.hidden:
        return InputError("工作表是隐藏的", where=sheet.where, fix="如需统计，请取消隐藏")
    stream = iter(sheet.rows)
    first = list(islice(stream, SEARCHED_ROWS + 2))
    if not any(any(cell.strip() for cell in cells) for _, cells in first):
        more = next((item for item in stream if any(cell.strip() for cell in item[1])), None)
        if more is None:
            return InputError(_EMPTY_SHEET, where=sheet.where, fix="请重新导出，或删去空表")
        first = [more, *islice(stream, SEARCHED_ROWS + 2)]
    header = find_header([cells for _, cells in first], list(mapping.values()))
    if header is None:
        harmless = [cells for _, cells in first[:SEARCHED_ROWS] if not is_data(cells)]
        fullest = max(harmless, key=lambda cells: sum(map(bool, cells)), default=[])
        return missing_column(kind.columns[kind.required[0]][0], fullest, sheet.where)
    chosen, taken = assign(header.headings, kind.columns, mapping)
    for name in kind.required:
        if name not in chosen:
            return missing_column(kind.columns[name][0], header.headings, sheet.where)
    rows.headers += [(sheet.file, heading, meaning) for heading, meaning in taken]
    _append(sheet, header, chain(first[header.end :], stream), chosen, columns, rows)
    for fault in sheet.faults:
        rows.read[sheet.file] += 1
        rows.rejects.append((sheet.file, sheet.name, fault.row, fault.reason, DROPPED))
    return None


def _append(
    sheet: Sheet,
    header: Header,
    body: Iterable[tuple[int, list[str]]],
    chosen: Mapping[str, int],
    columns: _Columns,
    rows: Rows,
) -> None:
    width = len(header.headings)
    stream = iter(body)
    while part := list(islice(stream, _PART)):
        damaged = DAMAGED in "".join(chain.from_iterable(cells for _, cells in part))
        taken: list[tuple[int, list[str]]] = []
        for number, cells in part:
            leading = next((cell for cell in cells if cell.strip()), None)
            if leading is None:
                continue
            rows.read[sheet.file] += 1
            fault = _fault(cells, leading, header, width)
            if fault:
                rows.rejects.append((sheet.file, sheet.name, number, fault, DROPPED))
                continue
            if len(cells) < width:
                reason = f"只有{len(cells)}格，少于表头的{width}列，缺的按空处理"
                rows.rejects.append((sheet.file, sheet.name, number, reason, NOTED))
            if damaged and DAMAGED in "".join(cells):
                rows.rejects.append((sheet.file, sheet.name, number, "有无法解码的字节", NOTED))
            taken.append((number, cells))
        columns.take(sheet, taken, chosen)


def _fault(cells: Sequence[str], leading: str, header: Header, width: int) -> str:
    """Return why a row is no record: a total, the header once more, more cells than headings.

    `leading` is the first cell that says something.
    """
    said = leading.strip()
    if said[0] in _TOTAL_STARTS and len(leading) < 12 and "".join(leading.split()).startswith(_TOTALS):
        return "合计行"
    if said in header.headings and sum(map(str.__eq__, cells, header.headings)) * 2 > width:
        return "重复的表头行"
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        return f"有{len(cells)}格，多于表头的{width}列，内容可能错位"
    return ""


def _check_used(mapping: Mapping[str, str], kind: Kind, rows: Rows) -> None:
    used = {heading for _, heading, _ in rows.headers}
    for key, heading in mapping.items():
        field_name = key_field(key, kind.columns)
        wanted = any(field_name in fields for fields in kind.columns.values())
        if wanted and heading not in used and kind.required:
            known = "、".join(shown(name) for name in sorted(used))
            what = "列名对应（--map）右边的列不在表中"
            raise InputError(what, found=shown(heading, 40), fix=f"表中认出的列有 {known}")
