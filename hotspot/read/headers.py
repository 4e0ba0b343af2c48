"""Which heading of a sheet fills which column: synonyms, the row that holds them, the user's own mapping."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from hotspot.errors import InputError
from hotspot.read.printable import printable

SEARCHED_ROWS: Final = 15  # title rows, notes and group headings stand above the header; fifteen is generous
_BRACKETED: Final = re.compile(r"[(（\[【<《][^)）\]】>》]{0,40}[)）\]】>》]")
_NOISE: Final = re.compile(r"[\s()（）\[\]【】<>《》*＊:：_\-/\"'“”‘’]+")
_NUMBER: Final = re.compile(r"\d{4}[-/.年]|(?<!\d)(?!12345(?!\d))\d{5}|\d:\d\d")
_LONGEST_HEADING: Final = 40
_CERTAIN: Final = 3  # known headings that no row of data holds by chance
_PREFIX: Final = re.compile(r"^(?:12345|政务服务便民热线|热线|诉求|市民|工单信息|来电信息)+")


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """Return the headings known for each field, the preferred first.

    Examples
    --------
    >>> synonyms()["deadline"][0]
    '办结时限'
    """
    text = resources.files("hotspot.resources").joinpath("headers.toml").read_text(encoding="utf-8")
    return {field: tuple(names) for field, names in tomllib.loads(text).items()}


def _plain(heading: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading))


def _loose(heading: str) -> list[str]:
    """Return weaker and weaker readings of a heading, none shorter than two characters."""
    forms = []
    for form in (_plain(heading), _plain(_BRACKETED.sub("", heading))):
        forms += [form, _PREFIX.sub("", form)]
    return [form for form in dict.fromkeys(forms) if len(form) > 1]


@cache
def _exact_names() -> dict[str, str]:
    return {name: field for field, names in synonyms().items() for name in names}


@cache
def _loose_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for field, names in synonyms().items():
        for name in names:
            for form in _loose(name):
                found.setdefault(form, field)
    return found


@lru_cache(maxsize=4096)
def field_of(heading: str) -> str:
    """Return the field that a heading names, or ``""``.

    Examples
    --------
    >>> field_of("12345 内容描述"), field_of("来电时间（年月日）"), field_of("经办人签字")
    ('content', 'accept_time', '')
    """
    if len(heading) > _LONGEST_HEADING:
        return ""
    known = _exact_names().get(heading.strip())
    if known:
        return known
    for form in _loose(heading):
        if form in _exact_names():
            return _exact_names()[form]
    return next((_loose_names()[form] for form in _loose(heading) if form in _loose_names()), "")


def shown(text: str, size: int = 20) -> str:
    """Return a heading or a name as a message may show it: short, nothing in it that a terminal obeys."""
    return printable(text)[:size]


def is_data(row: Sequence[str]) -> bool:
    """Whether a row holds data, which no message may show, rather than headings.

    Examples
    --------
    >>> is_data(["王女士", "13900001234"]), is_data(["来电人", "联系电话1"])
    (True, False)
    """
    return any(len(cell) > _LONGEST_HEADING or _NUMBER.search(cell) for cell in row)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet: the rows it takes up and the heading of each column."""

    first_row: int  # position in the rows given, from 0
    rows: int  # 1, or 2 where group headings stand above
    headings: tuple[str, ...]

    @property
    def end(self) -> int:
        """Position of the first row of data."""
        return self.first_row + self.rows


def _distinct_fields(headings: Sequence[str]) -> int:
    return len({field for field in map(field_of, headings) if field})


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Return one heading per column of two rows: a merged cell fills only its first row and column."""
    width = max(len(upper), len(lower))
    group = ""
    joined = []
    for position in range(width):
        above = upper[position].strip() if position < len(upper) else ""
        below = lower[position].strip() if position < len(lower) else ""
        group = above or group
        candidates = (below, group + below if below else "", above)
        joined.append(next((name for name in candidates if name and field_of(name)), below or above))
    return tuple(joined)


def find_header(rows: Sequence[Sequence[str]], named: Sequence[str] = ()) -> Header | None:
    """Return the header among the first rows: the one with the most known headings, or ``None``.

    Parameters
    ----------
    rows : sequence of rows
        The first rows of a sheet, cells as text.
    named : sequence of str
        Headings that the user mapped: they count as known.

    Examples
    --------
    >>> find_header([["十月来电"], ["来电时间", "诉求内容"], ["2024-10-14", "暖气不热"]]).first_row
    1
    """

    def score(headings: Sequence[str]) -> int:
        return _distinct_fields(headings) + len({cell.strip() for cell in headings} & set(named))

    best: Header | None = None
    best_score = 0
    for position, row in enumerate(rows[:SEARCHED_ROWS]):
        found = score(row)
        if found < _CERTAIN and is_data(row):  # a cell of data can spell a heading: the channel 电话
            continue
        if found > best_score:
            best, best_score = Header(position, 1, tuple(cell.strip() for cell in row)), found
    for position in range(min(len(rows), SEARCHED_ROWS) - 1):
        if is_data(rows[position + 1]):
            continue
        headings = _joined(rows[position], rows[position + 1])
        found = score(headings)
        if found > best_score and score(rows[position + 1]) > 0:
            best, best_score = Header(position, 2, headings), found
    return best


def assign(
    headings: Sequence[str], wanted: Mapping[str, Sequence[str]], mapping: Mapping[str, str]
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return the position of the heading that fills each wanted column, and which heading was taken for what.

    Parameters
    ----------
    headings : sequence of str
        The headings of a sheet.
    wanted : mapping
        Column → fields that may fill it, the preferred first.
    mapping : mapping
        The user's own: field, column or synonym → heading.

    Examples
    --------
    >>> assign(["备注", "来电时间"], {"text": ["content"], "time": ["accept_time"]}, {"诉求内容": "备注"})
    ({'text': 0, 'time': 1}, [('备注', '诉求内容'), ('来电时间', '受理时间')])
    """
    chosen: dict[str, int] = {}
    taken: list[tuple[str, str]] = []
    by_user = {key_field(key, wanted): heading for key, heading in mapping.items()}
    mapped = {heading for heading in by_user.values() if heading in headings}
    for column, fields in wanted.items():
        position = -1
        for field in fields:
            if by_user.get(field) in mapped:
                position = headings.index(by_user[field])
                break
            options = [i for i, name in enumerate(headings) if field_of(name) == field and name not in mapped]
            if options:
                position = min(options, key=lambda i: (_rank(field, headings[i]), i))
                break
        if position >= 0:
            chosen[column] = position
            taken.append((headings[position], synonyms()[fields[0]][0]))
    return chosen, taken


def _rank(field: str, heading: str) -> int:
    names = synonyms()[field]
    return names.index(heading) if heading in names else len(names)


def key_field(key: str, wanted: Mapping[str, Sequence[str]]) -> str:
    """Return the field that the left side of a mapping means: a field's name, a column's, or one of the synonyms."""
    if key in synonyms():
        return key
    if key in wanted:
        return wanted[key][0]
    return field_of(key)


def check_mapping(mapping: Mapping[str, str], wanted: Mapping[str, Sequence[str]]) -> None:
    """Raise where the left side of a mapping names nothing known."""
    for key in mapping:
        if not key_field(key, wanted):
            near = difflib.get_close_matches(key, [*_exact_names(), *synonyms()], n=3, cutoff=0.3)
            fix = f"可写作 {'、'.join(near)}" if near else "等号左边写标准列名，如 诉求内容=备注"
            raise InputError("列名对应（--map）左边的名称不认识", found=shown(key, 40), fix=fix)


def missing_column(field: str, headings: Sequence[str], where: str) -> InputError:
    """Return the error of a sheet that lacks an essential column. Headings that look like data are not told."""
    names = synonyms()[field]
    told = [] if is_data(headings) else [shown(name) for name in headings if name.strip()]
    near = [
        name
        for name in told
        if difflib.get_close_matches(name, names, n=1, cutoff=0.5) and field_of(name) in ("", field)
    ]
    found = f"表头为 {'、'.join(told[:30])}" if told else "没有表头"
    if len(told) > 30:
        found += f" 等{len(told)}列"
    hint = f"最接近的是“{near[0]}”，" if near else ""
    return InputError(
        f"缺少“{names[0]}”列（也可叫 {'、'.join(names[1:5])}）",
        where=where,
        found=found,
        fix=f"{hint}用 --map {names[0]}={near[0] if near else '表中列名'} 指定",
    )
