"""Times in all the spellings of exports, turned into one type."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import pandas as pd

from hotspot.text.normalise import fold_width

FIRST_YEAR: Final = 2000  # no hotline export is older; earlier or later years are typing errors
LAST_YEAR: Final = 2099
_EPOCH: Final = dt.datetime(1899, 12, 30)  # day 0 of spreadsheet serials
_PART: Final = 20_000  # cells that are objects at the same time
_MAIN_FORMAT: Final = "%Y-%m-%d %H:%M:%S"
_TIME: Final = r"(?:(?P<h>\d{1,2})(?:[:时点](?:(?P<mi>\d{1,2})(?:[:分](?:(?P<s>\d{1,2})(?:\.\d{1,9})?秒?)?)?)?))?"
_SPELLING: Final = re.compile(
    r"(?P<y>\d{4})(?:[-/.年])(?P<m>\d{1,2})(?:[-/.月])(?P<d>\d{1,2})日?"
    r"(?:\s*(?:星期|周)[一二三四五六日天])?[T\s]*(?P<half>上午|下午|晚上|凌晨|中午)?\s*"
    + _TIME
    + r"\s*(?P<ampm>[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?"
)
_DIGITS: Final = re.compile(
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})[T\s]*(?:(?P<h>\d{2}):?(?P<mi>\d{2}):?(?P<s>\d{2})?)?"
)
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?")


def _clock(match: re.Match[str]) -> tuple[int, int, int]:
    hour, minute, second = (int(match[name] or 0) for name in ("h", "mi", "s"))
    groups = match.groupdict()
    late = groups.get("half") in ("下午", "晚上") or (groups.get("ampm") or "").lower() == "pm"
    early = groups.get("half") == "凌晨" or (groups.get("ampm") or "").lower() == "am"
    if late and hour < 12:
        hour += 12
    if early and hour == 12:
        hour = 0
    return hour, minute, second


def parse_time(text: str) -> dt.datetime | None:
    """Return the time that a cell spells, or ``None`` where it spells none that exists.

    Midnight written as 24:00:00 is 0 o'clock of the next day.

    Examples
    --------
    >>> parse_time("2024年10月14日 8时5分")
    datetime.datetime(2024, 10, 14, 8, 5)
    >>> parse_time("2024-10-20 24:00:00")
    datetime.datetime(2024, 10, 21, 0, 0)
    >>> parse_time("45579.5")
    datetime.datetime(2024, 10, 14, 12, 0)
    """
    text = fold_width(text[:64]).replace("\u3000", " ").replace("：", ":").strip().strip("'\"")
    if _SERIAL.fullmatch(text):
        moment = _EPOCH + dt.timedelta(seconds=round(float(text) * 86400))
        return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None
    match = _SPELLING.fullmatch(text) or _DIGITS.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = _clock(match)
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return None
    try:
        day = dt.datetime(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    moment = day + dt.timedelta(hours=hour, minutes=minute, seconds=second)
    return moment if FIRST_YEAR <= day.year <= LAST_YEAR else None


def parse_times(values: pd.Series) -> pd.Series:
    """Return the times that a column spells; ``NaT`` where a cell spells none (n in, n out, same order).

    Examples
    --------
    >>> parse_times(pd.Series(["2024/10/14 8:00", "2024-02-30"])).tolist()
    [Timestamp('2024-10-14 08:00:00'), NaT]
    """
    parts = [_parse(values.iloc[at : at + _PART].reset_index(drop=True)) for at in range(0, len(values) or 1, _PART)]
    return pd.concat(parts, ignore_index=True).set_axis(values.index)


def _parse(cells: pd.Series) -> pd.Series:
    times = pd.to_datetime(cells, format=_MAIN_FORMAT, errors="coerce").astype("datetime64[s]")
    years = times.dt.year
    times[(years < FIRST_YEAR) | (years > LAST_YEAR)] = pd.NaT
    left = cells[times.isna() & (cells != "")]
    if len(left):
        known = {spelling: parse_time(spelling) for spelling in left.unique()}
        times[left.index] = pd.Series([known[cell] for cell in left], index=left.index, dtype="datetime64[s]")
    return times
