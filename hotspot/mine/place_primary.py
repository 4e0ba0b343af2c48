"""The one place that a call is about, among all that it names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from hotspot.mine.place_grammar import Mention

_KIND: Final = {
    "小区": 3.0,
    "工地": 3.2,
    "路口": 2.5,
    "学校": 2.5,
    "市场": 2.6,
    "地标": 2.4,
    "道路": 2.5,
    "医院": 2.2,
    "公共设施": 2.4,
    "企业": 2.2,
    "公交线路": 2.0,
    "村镇": 2.6,
    "街道社区": 2.1,
}
_WIDE: Final = re.compile(r"(?:镇|乡|街道|街道办|街道办事处|片区)$")
_INSTITUTION: Final = re.compile(
    r"(?:派出所|工商所|医院|银行|支行|火车站|汽车站|客运站|机场|公司|集团|大学|学院|物业|酒店|店)$"
)
_HERE: Final = re.compile(r"(?:住在?|位于|地处|地址[是为:：]?|反映|投诉|举报|我[们家]?是?|[在于]|系|就是)$")
_THERE: Final = re.compile(r"(?:[去到找打给转往]|联系|搬|走|绕|经过?|从|毕业于?|距离?|通往|至|回)$")
_BESIDE: Final = re.compile(r"的?(?:附近|旁边?|周[边围]|对面|隔壁|[东南西北][侧边面])的?")
_ABOUT: Final = re.compile(
    r"的?(?:业主|居民|住户|村民|小区|暖气|供暖|停水|停电|[0-9一二三四五六七八九十]{1,2}[期栋号幢]|里|内|门口|院)"
)
_SPEAKER: Final = re.compile(
    r"(坐席|座席|话务员|接线员|客服|工作人员|热线|市民|来电人|群众|诉求人|反映人|用户|客户)\s*[:：]"
)
_OPERATORS: Final = frozenset(("坐席", "座席", "话务员", "接线员", "客服", "工作人员", "热线"))
_ROAD_TO_ROAD: Final = re.compile(r"[与和、至]")
_FRAMES: Final = frozenset(("道路", "路口", "地标", "街道社区", "村镇"))  # they tell where what follows them lies
_ENOUGH: Final = 2.0


def _by_operator(text: str, at: int, offset: int) -> bool:
    last = ""
    for match in _SPEAKER.finditer(text, offset, at):
        last = match[1]
    return last in _OPERATORS


def _frame_penalty(text: str, found: Sequence[Mention], position: int) -> float:
    """Return what a mention loses that only tells where the next one lies: 中山路 in 中山路加油站, X in X对面的Y."""
    mention, after = found[position], position + 1
    while (
        mention.kind == "道路"
        and after + 1 < len(found)
        and _ROAD_TO_ROAD.fullmatch(text, found[after - 1].end, found[after].start)
    ):
        after += 1
    if after >= len(found):
        return 0.0
    follower, last = found[after], found[after - 1]
    beside = _BESIDE.match(text, last.end)
    if beside and beside.end() == follower.start:
        return 0.0 if follower.kind == "企业" else 1.6
    if last.end != follower.start or (follower.kind in ("道路", "路口") and mention.kind == "道路"):
        return 0.0
    return 0.6 * (mention.kind in _FRAMES)


def choose(text: str, offset: int, found: Sequence[Mention], times: Callable[[Mention], int]) -> int:
    """Return the position in `found` of the place that the call is about, -1 if it is about none.

    Parameters
    ----------
    text
        Title and address (up to `offset`), then the content.
    offset
        Where the content begins.
    found
        Mentions from left to right.
    times
        In how many calls the place of a mention is named; more than any count for a known one.
    """
    best, most = -1, _ENOUGH
    dialogue = "：" in text or ":" in text
    names = [mention.name for mention in found]
    for position, mention in enumerate(found):
        head = mention.end <= offset
        before = text[max(0, mention.start - 4) : mention.start]
        value = _KIND.get(mention.kind, 2.0)
        value -= 1.2 if _WIDE.search(mention.name) else 0.0
        value += (4.3 if mention.kind == "企业" else 4.0) if head else 0.0
        known = times(mention)
        if not head:
            value += 0.6 if known >= 3 else 0.0
            value += 0.6 if known >= 1_000_000 else 0.0
            value -= 0.8 if _INSTITUTION.search(mention.name) else 0.0
            value -= 0.7 if mention.kind == "公交线路" else 0.0
            value -= min(1.0, (mention.start - offset) / 400)
            if dialogue and _by_operator(text, mention.start, offset):
                value -= 1.5
        if _HERE.search(before):
            value += 0.8
        elif _THERE.search(before) and not (len(found) == 1 and mention.kind in ("道路", "路口")):
            value -= 0.9
        value += 0.4 if _ABOUT.match(text, mention.end) else 0.0
        value += min(0.6, 0.2 * (names.count(mention.name) - 1))
        value -= _frame_penalty(text, found, position)
        value -= 0.1 * position
        if value > most:
            best, most = position, value
    return best
