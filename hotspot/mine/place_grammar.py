"""Where a place name may stand in a text: the suffix grammar (小区, 路, 村 …) and the words that bound a name.

A candidate is a suffix with the room to its left in which its name must begin. Where exactly the name begins is settled
later, when the counts over the whole data are known (`hotspot.mine.place_lexicon`).
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

LONGEST: Final = 14  # characters of a name before its suffix
_NOT_HAN: Final = re.compile(r"[^\u3400-\u9fffA-Za-z0-9#\-]")
_FALSE_TAIL: Final = {
    "城": "市管区乡建镇中里墙际铁",
    "路": "灯段况面人边费由过途程障标政桥网肩线径权基局长",
    "村": "民里委上支干部书镇落规头口集",
    "镇": "政上长区里党级街",
    "乡": "村镇政里亲下土党级",
    "街": "道坊头边上面边镇区",
    "社区": "卫医",
    "小区": "",
    "府": "",
    "里": "面边程头",
    "园": "区林丁艺内",
    "站": "点台在立着起出了",
    "店": "面铺家主里员",
    "厂": "房家区里长商",
    "行": "为人政业驶程动车走李情使星",
    "部": "门分署件队长委",
    "线": "路上下索缆条",
    "组": "织合建成长装员",
    "院": "子内里长校落",
    "队": "伍员长",
    "湖": "边水",
    "山": "上区体坡",
    "河": "道水边里流",
    "口": "",
    "中心": "城区思地位",
    "广场": "舞",
    "学校": "",
    "大学": "生",
    "中学": "生",
    "小学": "生",
    "项目": "",
    "工程": "款师队量车进质",
    "银行": "卡贷账流",
    "物业": "费管服人",
    "地产": "",
    "居": "民住然委",
    "馆": "子",
    "桥": "梁下上底面",
    "巷": "子",
    "街道": "",
    "台": "阶",
    "阁": "楼",
    "国际": "化机",
    "苑": "",
    "停车场": "",
    "机场": "",
    "大街": "",
    "高速": "行发",
    "庭": "审院前",
    "港": "",
    "湾": "",
    "庙": "",
    "寺": "",
    "塔": "吊",
    "岛": "",
    "弄": "得",
    "轩": "",
    "工地": "",
    "城管": "",
}


class Candidate(NamedTuple):
    """A suffix at ``text[suffix:end]`` whose name begins at `start` at the earliest."""

    start: int
    suffix: int
    end: int
    kind: str
    strong: bool


@cache
def _lines(name: str) -> tuple[str, ...]:
    text = resources.files("hotspot.resources").joinpath(name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in _lines(name) for word in line.split())


@cache
def suffix_kinds() -> dict[str, tuple[str, bool]]:
    """Return every suffix with its kind and whether it makes a name on its own (strong)."""
    table: dict[str, tuple[str, bool]] = {}
    for line in _lines("place_suffixes.txt"):
        kind, strength, *suffixes = line.split()
        for suffix in suffixes:
            table.setdefault(suffix, (kind, strength == "强"))
    return table


@cache
def stops() -> frozenset[str]:
    """Return the words that end to the left of a name and never stand in one."""
    return _words("place_stops.txt")


@cache
def generics() -> frozenset[str]:
    """Return the words that make no name with a suffix: 居民 (小区), 附近 (工地)."""
    return _words("place_generic.txt")


@cache
def _suffix_pattern() -> re.Pattern[str]:
    branches = []
    for suffix in sorted(suffix_kinds(), key=lambda word: (-len(word), word)):
        tail = _FALSE_TAIL.get(suffix, "")
        branches.append(suffix + (f"(?![{tail}])" if tail else ""))
    return re.compile("|".join(branches))


DISTRICT: Final = re.compile(
    r"[A-Z]\d{0,2}[市县区]|[\u3400-\u9fff]{2,4}?(?:新区|市辖区|自治州|地区|区|县|市)(?=[\u3400-\u9fff])"
)
_CODE: Final = re.compile(r"[A-Z]\d{0,2}[市县区]")


def room(text: str, suffix: int, floor: int) -> int:
    """Return where a name that ends before `suffix` may begin: after a stop word, punctuation, or `floor`."""
    lowest = max(floor, suffix - LONGEST)
    for match in _NOT_HAN.finditer(text, lowest, suffix):
        lowest = match.end()
    words = stops()
    for end in range(suffix, lowest, -1):
        for length in (4, 3, 2, 1):
            if end - length >= lowest and text[end - length : end] in words:
                return end
    return lowest


def candidates(text: str) -> list[Candidate]:
    """Return the suffixes of `text` that have room for a name before them, from left to right.

    Examples
    --------
    >>> [(text[c.start : c.end], c.kind) for text in ["我住在和谐家园小区，暖气不热"] for c in candidates(text)]
    [('和谐家园', '小区'), ('和谐家园小区', '小区')]
    """
    kinds = suffix_kinds()
    found = []
    for match in _suffix_pattern().finditer(text):
        kind, strong = kinds[match[0]]
        start = room(text, match.start(), 0)
        for code in _CODE.finditer(text, start, match.start()):
            if code.end() < match.start():
                start = code.end()
        if start < match.start():
            found.append(Candidate(start, match.start(), match.end(), kind, strong))
    return found
