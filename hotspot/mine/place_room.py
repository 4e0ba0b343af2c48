"""The room of a name: how far to the left of its suffix it may begin, by stop words, breaks and districts."""

from __future__ import annotations

import re
import string
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotspot.arrays import ranges
from hotspot.mine.place_scan import Joined, Numbers, Pairs, Words, table_of
from hotspot.mine.place_words import generics, hard_stops, soft_stops, tagged

LONGEST: Final = 12  # characters of a name before its suffix
CODE: Final = re.compile(r"[A-Z]\d{0,2}(?:县市|[市县区])")
DISTRICT_BEFORE: Final = re.compile(
    r"(?:[A-Z]\d{0,2}[市县区]|(?<=[^\u3400-\u9fff])[\u3400-\u9fff]{2,3}[市县]|[\u3400-\u9fff]{2}省)\Z"
)
_BEFORE_UNIT: Final = re.compile(r"[A-Z]\d{0,2}$")
_BEFORE_DIGIT: Final = re.compile(r"[A-Z]\d?$")
_CRISP: Final = 8
_LONGEST_STOP: Final = 4
# Characters after a hard stop that make the two a word of their own.
_PART_OF_WORD: Final = {"住": "宅房建院", "不": "动", "将": "军", "问": "询", "说": "明"}
_PREFIX: Final = re.compile(
    r"(?:[\u3400-\u9fff]{2,3}(?:自治区|省|州))?(?:[\u3400-\u9fff]{2,3}(?<![城都超门])市)?"
    r"(?:[\u3400-\u9fff]{2,3}(?<![小社园校厂景片辖宅活地山城市矿库郊])[区县])?"
)


class _Stops(NamedTuple):
    """The words that bound a name to the left, by number."""

    words: Words
    hard: NDArray[np.bool_]
    part: Pairs  # the signs after a hard one with which it is none


@cache
def _stops() -> _Stops:
    hard = hard_stops()
    spelled = sorted(word for word in hard | soft_stops() if len(word) <= _LONGEST_STOP)
    return _Stops(
        Words(spelled, backwards=True),
        np.array([word in hard for word in spelled]),
        Pairs(spelled, {word: _PART_OF_WORD.get(word, "-") for word in hard}),
    )


@cache
def _name_signs() -> NDArray[np.uint8]:
    """Return a table of the signs that names are written with."""
    return table_of([*map(chr, range(0x3400, 0xA000)), *string.ascii_letters, *string.digits, "#", "-"])


@cache
def _district_ends() -> NDArray[np.uint8]:
    """Return a table of the signs that the names of districts end with, anonymised or not."""
    return table_of("省州市区县")


def find_rooms(joined: Joined, suffixes: Numbers, companies: Numbers) -> tuple[Numbers, Numbers]:
    """Return where the names before the `suffixes` begin at the earliest, and where rather: at the suffix, if nowhere.

    Parameters
    ----------
    joined
        The texts.
    suffixes
        Positions in them.
    companies
        Which of the suffixes are those of companies: before them words for trades bound no name.
    """
    before = suffixes.copy()
    for row in np.flatnonzero(companies).tolist():
        before[row] = _before_trade(joined.text, before[row])
    breaks = np.flatnonzero(_name_signs().take(joined.codes, mode="clip") == 0)
    lowest = np.maximum(before - LONGEST, breaks[np.searchsorted(breaks, suffixes) - 1] + 1)
    start, soft = _after_stops(joined, lowest, before, suffixes)
    ends_at = np.flatnonzero(_district_ends().take(joined.codes, mode="clip"))
    holds_end = np.searchsorted(ends_at, start) < np.searchsorted(ends_at, suffixes)
    for row in np.flatnonzero(holds_end).tolist():
        first, last = int(start[row]), int(suffixes[row])
        begin = _after_district(joined.text, first, last)
        start[row] = begin
        if first < begin and last - begin <= _CRISP:  # right after a district: what follows is one name
            soft[row] = begin
    return start, np.maximum(start, soft)


def _before_trade(text: str, suffix: int) -> int:
    """Return where the words for its trade begin that stand before 公司: they bound no name (装饰设计咨询有限公司)."""
    trades = tagged("place_cues.txt")["行业"]
    while text[suffix - 2 : suffix] in trades:
        suffix -= 2
    return suffix


def _after_stops(joined: Joined, lowest: Numbers, before: Numbers, suffixes: Numbers) -> tuple[Numbers, Numbers]:
    """Return the ends of the last hard stops, and those of the last soft ones where they are whole, else 0."""
    widths = np.maximum(before - lowest, 0)
    rows = np.repeat(np.arange(len(before)), widths)
    ends = ranges(lowest + 1, widths)
    start = lowest.copy()
    soft = np.zeros(len(before), dtype=np.int64)  # 8 times the end of a stop, less its length
    known = _stops()
    for length, which, words in known.words.walk(joined.codes, ends):
        fits = length <= (ends - lowest[rows])[which]
        which, words = which[fits], words[fits]
        row, end, hard = rows[which], ends[which], known.hard[words]
        bounds = hard & ~known.part.hold(words, joined.codes[end])
        np.maximum.at(start, row[bounds], end[bounds])
        leads = ~hard & (end < suffixes[row] - 1)
        np.maximum.at(soft, row[leads], 8 * end[leads] - length)
    end = -(-soft // 8)
    begin = end - (8 * end - soft)
    # Where it begins before the start, the soft stop only seems to be one: 在|职业, not 在职|业.
    return start, np.where(begin >= start, end, 0)


def _after_district(text: str, start: int, suffix: int) -> int:
    """Return where a name begins after the names of districts that stand at `start`."""
    start = _past_codes(text, start, suffix)
    prefix = _PREFIX.match(text, start, suffix)
    if prefix and start < prefix.end() < suffix - 1 and text[prefix.end() : suffix] not in generics():
        return _past_codes(text, prefix.end(), suffix)
    return start


def _past_codes(text: str, start: int, suffix: int) -> int:
    code = CODE.match(text, start)
    while code and code.end() < suffix:
        start = code.end()
        code = CODE.match(text, start)
    return start


def inside_code(text: str, at: int) -> bool:
    """Tell whether `at` lies within an anonymised name (``A3区``), so that no name can begin there."""
    if text[at] in "市县区":
        return bool(_BEFORE_UNIT.search(text, max(0, at - 3), at))
    return text[at].isdigit() and bool(_BEFORE_DIGIT.search(text, max(0, at - 2), at))
