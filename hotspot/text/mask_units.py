"""The door behind which a caller lives: building, unit and room. A building alone names no household and stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from hotspot.text.code_points import CodePoints, Pairs
from hotspot.text.mask_numbers import Span

_C: Final = "零〇一二三四五六七八九十百两幺"
_N: Final = rf"(?:[0-9]{{1,4}}|[{_C}]{{1,5}})"
_PAUSE: Final = r"\s,，、.·…—\-\u200b-\u200f\u2060-\u2064\ufeff"
_GAP: Final = rf"(?:[{_PAUSE}]|的|嗯|呃|啊|是|那个){{0,4}}"
_BUILDING: Final = rf"(?:{_N}\s?(?:号楼|号栋|号幢|栋|幢|座|#楼|#|楼|号)|[A-Za-z]\s?(?:栋|座|幢|楼|区))"
_UNIT: Final = rf"(?:{_N}|[东西南北中左右]|[A-Za-z])\s?(?:单元|门洞|梯)"
_FLOOR: Final = rf"(?:[0-9]{{1,2}}|[{_C}]{{1,3}})\s?(?:层|楼)"
_SIDE: Final = r"(?:[东西南北中左右]{1,2}[户门手]|[A-Za-z]?户)"
_NOT_ROOM: Final = r"(?!(?:[元块件度平米多个年天万千斤吨分岁次路线%％0-9\-—－]|月[份底初]|公里|余|几|小时|[:：.]\d))"
_ROOM_NUMBER: Final = rf"(?:[A-Za-z]?[0-9]{{2,4}}|[{_C}]{{2,6}})"
_ROOM: Final = rf"(?:{_ROOM_NUMBER}\s?(?:号房|室|号|房|户(?![口籍主型]))|{_ROOM_NUMBER}{_NOT_ROOM}|{_SIDE})"
_NUMBERED: Final = rf"[0-9{_C}\s]"  # the end of a number, or a blank behind it
# Pairs of characters of which one stands in …
_SIGNS: Final = {
    "unit": [(rf"[0-9{_C}东西南北中左右A-Za-z\s]", "[单门梯]")],
    "floor": [(_NUMBERED, "[层楼]")],
    "side": [
        ("[东西南北中左右]", "[户门手]"),
        (rf"[A-Za-z层楼{_PAUSE}的嗯呃啊是个]", "户"),
    ],
    "building": [("号", "楼"), (_NUMBERED, "[栋幢座#]")],
    "block": [(r"[A-Za-z\s]", "[座栋幢]")],
    "dashes": [("[0-9]", r"[\-—–]")],
    "row": [(_NUMBERED, "排")],
    "village": [("[村社镇]", rf"[0-9{_C}]")],
    "neighbour": [("[上下门壁居是的住]", "[0-9]")],
    "room": [(_NUMBERED, "[室房]"), ("号", "房")],
}
_HINTS: Final = Pairs(list(_SIGNS.values()))
# Each door, after what it holds for certain.
_PAIRS: Final = (
    ("unit", rf"(?:{_BUILDING}{_GAP})?(?:{_UNIT}){_GAP}(?:{_FLOOR}{_GAP})?{_ROOM}"),
    ("floor side", rf"(?:{_BUILDING}{_GAP}){_FLOOR}{_GAP}{_SIDE}"),
    ("unit floor", rf"{_UNIT}{_GAP}{_FLOOR}(?!\s?(?:道|顶|梯|宇))"),
    (
        "building",
        rf"{_N}\s?(?:号楼|栋|幢|座|#楼|#){_GAP}(?:{_ROOM_NUMBER}\s?(?:室|房|户(?![口籍主型])|号房)|[A-Za-z]?[0-9]{{3,4}}{_NOT_ROOM})",
    ),
    ("block", rf"(?<![A-Za-z])[A-Za-z]\s?(?:座|栋|幢){_GAP}[0-9]{{3,4}}\s?室?{_NOT_ROOM}"),
    (
        "dashes",
        r"(?<=[\u4e00-\u9fff])(?<!月)(?<!年)[0-9]{1,2}[\-—–][0-9]{1,2}[\-—–](?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{3,4}(?![0-9\-])\s?室?",
    ),
    ("row", rf"{_N}\s?排\s?{_N}\s?号"),
    ("village", rf"(?<=[村社镇]){_N}\s?[组社队]\s?{_N}\s?号(?!线|楼|院)"),
    (
        "neighbour",
        r"(?:楼上|楼下|对门|隔壁|邻居)(?:是|的|住)?(?P<room>[0-9]{3,4}(?:\s?(?:室|号房|房间|住?户)|(?![0-9号路元块度米平天年.．:：])))",
    ),
    (
        "room",
        rf"(?:家住|住在?|我家(?:是|在)?|房号|室号|门牌号?|家庭住址|住址|地址)[^，。！？,!?]{{0,14}}?(?P<room>(?:{_FLOOR}{_GAP})?{_ROOM_NUMBER}\s?(?:室|号房|房间))",
    ),
)


def _find_doors(text: str, door: re.Pattern[str]) -> Iterator[Span]:
    # A door's only group is the room, where not all of the match is private.
    return (Span(*match.span(door.groups), "门牌") for match in door.finditer(text))


# Each yields what it finds in a text given as `view` returns it; what they find may overlap.
FINDERS: Final = tuple(partial(_find_doors, door=re.compile(door)) for _, door in _PAIRS)


def find_rows(points: CodePoints) -> list[list[int]]:
    """Return for each of `FINDERS` the texts in which it can find anything.

    Examples
    --------
    >>> {row for rows in find_rows(CodePoints(["不热", "住7号楼2单元501，3号楼整栋不热"])) for row in rows}
    {1}
    """
    rows = {sign: set(found) for sign, found in zip(_SIGNS, _HINTS.rows(points), strict=True)}
    return [sorted(set.intersection(*(rows[sign] for sign in signs.split()))) for signs, _ in _PAIRS]
