"""Where a place name may stand in a text: the suffix grammar (小区, 路, 村 …), cues, and the words that bound a name.

A candidate is a suffix or a cue (``业主``, ``3栋``, ``附近``) with the room to its left in which its name must
begin. Where exactly the name begins is settled when the counts over all texts are known (`hotspot.mine.place_lexicon`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

LONGEST: Final = 12  # characters of a name before its suffix
_CRISP: Final = 8
_LONGEST_STOP: Final = 4
CUE: Final = "提示"  # kind of a candidate whose end is no suffix but a cue to its right
PHASE: Final = "期"
_NOTHING: Final = frozenset[str]()
_BREAK: Final = re.compile(r"[^\u3400-\u9fffA-Za-z0-9#\-]")
# Characters after a suffix that make it a part of another word: 城市, 路灯, 社区卫生.
_FALSE_NEXT: Final = {
    word: frozenset(after)
    for word, after in {
        "铁路": "东西南北中新小一二三四片派段",
        "城": "市管区乡建镇中里墙际铁",
        "路": "况由径权基局长程障线",
        "村": "民里委上支干部书镇落规集",
        "镇": "政上长里党级",
        "乡": "村镇政里亲下土党级",
        "街": "道坊头镇区",
        "里": "面边程头",
        "园": "区林丁艺内",
        "站": "点台在立着起出了",
        "店": "面铺家主里员",
        "厂": "房家区里长商",
        "组": "织合建成长装员",
        "院": "子内里长校落",
        "湖": "水",
        "山": "上区体坡",
        "河": "道水边里流",
        "中心": "思地位",
        "广场": "舞",
        "大学": "生城",
        "中学": "生",
        "小学": "生",
        "工程": "款师队量车进质",
        "物业": "费管服人",
        "居": "民住然委",
        "桥": "梁",
        "阁": "楼",
        "国际": "化机",
        "高速": "行发",
        "庭": "审院前",
        "社区": "卫",
    }.items()
}
_NUMBERED: Final = frozenset(("栋", "号楼", "幢", "期"))
_NUMBER: Final = re.compile(r"[（(第]?(?:[一二三四五六七八九十]{1,2}|[A-Z]\d{0,3}|\d{1,3})$")
_NO_PHASE: Final = frozenset("限间内望货刊末")


class Candidate(NamedTuple):
    """A suffix or cue at ``text[suffix:end]``; its name begins at `start` at the earliest, rather at `soft`."""

    start: int
    soft: int
    suffix: int
    end: int
    kind: str
    strong: bool


@cache
def _tagged(name: str) -> dict[str, frozenset[str]]:
    text = resources.files("hotspot.resources").joinpath(name).read_text(encoding="utf-8")
    words: dict[str, set[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            tag, *rest = line.split()
            words.setdefault(tag, set()).update(rest)
    return {tag: frozenset(rest) for tag, rest in words.items()}


@cache
def suffix_kinds() -> dict[str, tuple[str, bool]]:
    """Return every suffix with its kind and whether it makes a name on its own (strong)."""
    text = resources.files("hotspot.resources").joinpath("place_suffixes.txt").read_text(encoding="utf-8")
    table: dict[str, tuple[str, bool]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, strength, *suffixes = line.split()
            for suffix in suffixes:
                table.setdefault(suffix, (kind, strength == "强"))
    return table


@cache
def hard_stops() -> frozenset[str]:
    """Return the words that end to the left of a name and never stand in one."""
    return _tagged("place_stops.txt")["硬"]


@cache
def soft_stops() -> frozenset[str]:
    """Return the words that bound a name unless counts say that they belong to it."""
    return _tagged("place_stops.txt")["软"] | _tagged("place_common.txt")["动"]


@cache
def _stop_table() -> dict[str, bool]:
    """Return every stop word and whether it is a hard one."""
    return {**dict.fromkeys(sorted(soft_stops()), False), **dict.fromkeys(sorted(hard_stops()), True)}


@cache
def _stop_lengths() -> dict[str, tuple[int, ...]]:
    """Return for each character how long the stop words are that end with it (at most four characters)."""
    lengths: dict[str, set[int]] = {}
    for word in _stop_table():
        if len(word) <= _LONGEST_STOP:
            lengths.setdefault(word[-1], set()).add(len(word))
    return {sign: tuple(sorted(found)) for sign, found in lengths.items()}


@cache
def verbal_words() -> frozenset[str]:
    """Return the words that no name is made of: verbs, adverbs, function words."""
    return _tagged("place_common.txt")["动"] | hard_stops()


@cache
def common_words() -> frozenset[str]:
    """Return the words of everyday language: a name made of them alone needs more evidence."""
    tagged = _tagged("place_common.txt")
    return (
        tagged["动"] | tagged["名"] | hard_stops() | _tagged("place_stops.txt")["软"] | _tagged("place_stops.txt")["虚"]
    )


@cache
def plain_words() -> frozenset[str]:
    """Return the common words and those that often stand in names: alone, without a suffix, they are no name."""
    return common_words() | _tagged("place_common.txt")["雅"]


@cache
def no_institutions() -> frozenset[str]:
    """Return the words that make no name with an institution and the district before it: 市公立(医院)."""
    return _tagged("place_cues.txt")["泛"]


@cache
def whole_names() -> frozenset[str]:
    """Return the suffixes that are a place by themselves where a city has one of them: (A市)火车站."""
    return _tagged("place_cues.txt")["独"]


@cache
def road_names() -> frozenset[str]:
    """Return the everyday words that roads are named after: 人民 (路)."""
    return _tagged("place_cues.txt")["路名"]


@cache
def workplaces() -> frozenset[str]:
    """Return the kinds of workplaces that stand for a place where wages are owed and nothing else is named."""
    return _tagged("place_cues.txt")["用工"]


@cache
def generics() -> frozenset[str]:
    """Return the words that make no name with a suffix: 居民 (小区), 附近 (工地)."""
    text = resources.files("hotspot.resources").joinpath("place_generic.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def trie_pattern(words: Iterable[str]) -> str:
    """Return a pattern of `words`, longest first, that tries each first character once."""
    heads: dict[str, set[str]] = {}
    for word in words:
        heads.setdefault(word[0], set()).add(word[1:])
    branches = []
    for head in sorted(heads):
        rests = heads[head] - {""}
        branches.append(
            re.escape(head) + (f"(?:{trie_pattern(rests)})" + ("?" if "" in heads[head] else "") if rests else "")
        )
    return "|".join(branches)


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(trie_pattern([*suffix_kinds(), *_tagged("place_cues.txt")["提示"]]))


# Characters before a suffix that make the two a word of their own: 公路, 探路, 返乡.
_FALSE_BEFORE: Final = {
    "路": frozenset("路公道马线网电思套出退走让问半迷赶跑带修探绕弯段条幅回截拦占堵过小该啥盏引铁患学脱抄"),
    "乡": frozenset("返回下家故城老同外还"),
    "村": frozenset("农乡本全我该各自"),
    "洲": frozenset("欧亚非美澳各五"),
    "站": frozenset("基车到下上各每本该这全"),
    "店": frozenset("分门本该总商小老开书饭"),
    "镇": frozenset("乡本全各该"),
}
_PART_OF_WORD: Final = {"住": "宅房建院", "不": "动", "将": "军", "问": "询", "说": "明"}
CODE: Final = re.compile(r"[A-Z]\d{0,2}(?:县市|[市县区])")
_PREFIX: Final = re.compile(
    r"(?:[\u3400-\u9fff]{2,3}(?:自治区|省|州))?(?:[\u3400-\u9fff]{2,3}(?<![城都超门])市)?"
    r"(?:[\u3400-\u9fff]{2,3}(?<![小社园校厂景片辖宅活地山城市矿库郊])[区县])?"
)


DISTRICT_BEFORE: Final = re.compile(
    r"[A-Z]\d{0,2}[市县区]$|(?<=[^\u3400-\u9fff])[\u3400-\u9fff]{2,3}[市县]$|[\u3400-\u9fff]{2}省$"
)


def _past_codes(text: str, start: int, suffix: int) -> int:
    code = CODE.match(text, start)
    while code and code.end() < suffix:
        start = code.end()
        code = CODE.match(text, start)
    return start


def _before_trade(text: str, suffix: int) -> int:
    """Return where the words for its trade begin that stand before 公司: they bound no name (装饰设计咨询有限公司)."""
    trades = _tagged("place_cues.txt")["行业"]
    while text[suffix - 2 : suffix] in trades:
        suffix -= 2
    return suffix


def _room(text: str, suffix: int, company: bool = False) -> tuple[int, int]:
    before = _before_trade(text, suffix) if company else suffix
    lowest = max(0, before - LONGEST)
    for match in _BREAK.finditer(text, lowest, suffix):
        lowest = match.end()
    words, lengths = _stop_table(), _stop_lengths()
    start, best, reach = lowest, -1, 0
    for end in range(before, lowest, -1):
        hard = False
        for length in lengths.get(text[end - 1], ()):
            stop = words.get(text[end - length : end]) if length <= end - lowest else None
            if stop is None:
                continue
            hard = stop and text[end : end + 1] not in _PART_OF_WORD.get(text[end - length : end], "-")
            if hard:
                break
            if best < 0 and end < suffix - 1 and not stop:
                best, reach = end, end - length
        if hard:
            start = end
            break
    if reach < start:  # the soft stop only seems to be one: 在|职业, not 在职|业
        best = -1
    lead = start
    start = _past_codes(text, start, suffix)
    prefix = _PREFIX.match(text, start, suffix)
    if prefix and start < prefix.end() < suffix - 1 and text[prefix.end() : suffix] not in generics():
        start = _past_codes(text, prefix.end(), suffix)
    if lead < start and suffix - start <= _CRISP:  # right after a district: what follows is one name
        return start, start
    return start, max(start, best)


def candidates(text: str) -> list[Candidate]:
    """Return the suffixes and cues of `text` that have room for a name before them, from left to right.

    Examples
    --------
    >>> text = "我住在和谐家园小区，暖气不热"
    >>> [(text[c.start : c.end], c.kind) for c in candidates(text)]
    [('和谐家园', '小区'), ('和谐家园小区', '小区')]
    """
    kinds, whole = suffix_kinds(), whole_names()
    found = []
    for match in _ends().finditer(text):
        word, suffix, end = match[0], match.start(), match.end()
        if text[end : end + 1] in _FALSE_NEXT.get(word, _NOTHING):
            continue
        if text[suffix - 1 : suffix] in _FALSE_BEFORE.get(word, _NOTHING):
            continue
        kind, strong = kinds.get(word, (CUE, False))
        if word in _NUMBERED:
            number = _NUMBER.search(text, max(0, suffix - 5), suffix)
            if not number or (word == "期" and text[end : end + 1] in _NO_PHASE):
                continue
            kind = PHASE if word == "期" else CUE
            suffix = number.start()
        elif kind == CUE and text[suffix - 1 : suffix] == "的":
            suffix -= 1
        start, soft = _room(text, suffix, word.endswith("公司"))
        if start >= suffix and word in whole:
            district = DISTRICT_BEFORE.search(text, max(0, suffix - 5), suffix)
            if district:
                found.append(Candidate(district.start(), district.start(), suffix, end, kind, True))
            else:
                found.append(Candidate(suffix, suffix, suffix, end, "村镇" if word == "新村" else kind, False))
            continue
        if start >= suffix or (not strong and end - suffix == 1 and text[suffix - 1 : end] in common_words()):
            continue
        found.append(Candidate(start, soft, suffix, suffix if kind == CUE else end, kind, strong))
    return found


def inside_code(text: str, at: int) -> bool:
    """Tell whether `at` lies within an anonymised name (``A3区``), so that no name can begin there."""
    return (text[at] in "市县区" and bool(re.search(r"[A-Z]\d{0,2}$", text[max(0, at - 3) : at]))) or (
        text[at].isdigit() and bool(re.search(r"[A-Z]\d?$", text[max(0, at - 2) : at]))
    )
