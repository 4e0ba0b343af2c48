"""The place mentions of one text: grammar, counts and known names brought together."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from hotspot.mine.place_grammar import CUE, PHASE, Candidate
from hotspot.mine.place_lexicon import (
    KNOWN,
    PLAIN_ROADS,
    Lexicon,
    begin,
    generic_tail,
    is_broken,
    is_common,
    is_generic,
    is_road_name,
    is_verbal,
)
from hotspot.mine.place_room import CODE
from hotspot.mine.place_words import common_words, soft_stops, suffix_kinds, trie_pattern, whole_names, workplaces

_LINE: Final = re.compile(
    r"(?:地铁|轨道交通|公交|轻轨)?(?:[一二三四五六七八九十]{1,3}|[A-Za-z]?\d{1,3})(?:号线|#线)(?:[东南西北]延线)?"
    r"|(?<![\dA-Za-z])[A-Za-z]?\d{1,3}路?(?:公交车|公交|公车)|(?<![\dA-Za-z])[A-Za-z]?\d{1,3}路(?:线路|车|(?=[\u3400-\u9fff，。]))"
    r"|(?<![\dA-Za-z])(?:\d{1,3}线路|[A-Za-z]\d{3}(?![\dA-Za-z市县区栋#]))"
)
# What must stand in a text for a line to be in it.
_LINE_HINT: Final = re.compile(r"[号#公\dA-Za-z](?:(?<=[号#])线|(?<=公)[交车]|(?<=\d)(?:路|线路)|(?<=[A-Za-z])\d{3})")
_LOCATING: Final = re.compile(r"(?:住|位于|地处|[省市县区]|在|\n|^)$")
_CUE_AFTER: Final = re.compile(
    r"[的，。、（]?(?:业主|居民|住户|附近|旁|周边|对面|门口|[东南西北]门|\d{1,4}[栋号]|楼下)|与|和"
)
_NO_LAST: Final = frozenset("上念读去到跑报称有为")  # a name seen once does not end so before its suffix
_MEASURE: Final = re.compile(
    r"(?:[一二三四五六七八九十几两多数\d]{1,9}|[某每各本该这那])(?:多|余)?[所家个条栋座处米吨块片名套层间]"
)
_ANY_SITE: Final = frozenset(("建筑", "施工", "在建", "建设"))  # 某小区建筑工地 is a site at it, not a place of its own
_ENOUGH: Final = 1.0


_WAGES: Final = re.compile(
    r"工资|公资|工钱|欠薪|讨薪|薪水|月薪|底薪|血汗钱|劳务费|劳务公司|劳动监察|仲裁|尾款|没见钱|合同没签|没签合同"
)
_LONG_GAP: Final = 4
_PEOPLE: Final = re.compile(r"[数几近多两三四五六七八九十百千万]{2,}$|[百千万]$")
_HAN_PAIR: Final = re.compile(r"[\u3400-\u9fff]{2}")
_RING: Final = re.compile(r"(?<![第\d])[东西南北]?[一二三四五六]环(?![东西南北]?[路线节保境扣])")
_BEFORE_NAME: Final = re.compile(r"(?:[A-Z]\d{0,2}[市县区])+(?![市县区])|(?<=[\u3400-\u9fff]{2})省(?![A-Z])")
_LONGEST_TITLED: Final = 8
_PARTICLES: Final = frozenset("的往与给按和在于为是把被有没不")
_ORGANS: Final = frozenset("局委办厅会署处")
_YEAR: Final = re.compile(r"\d[年月日]")
_NAME: Final = re.compile(r"[\u3400-\u9fff]{2,7}")
_NUMBERED_SCHOOL: Final = re.compile(r"[A-Z]\d{0,2}[市县区][一二三四五六七八九十]{1,2}[中小](?![心间学])")
_NATURE: Final = frozenset("湖山河岛江湾园城")  # they often stand in the middle of the name of a dwelling
_WAGE_NEAR: Final = 60  # characters between a workplace and the word for wages
_SHORT_BEFORE: Final = r"(?:(?<=[住在是：:，,。！？、\s])|(?<=我们)|(?<=反映)|^)"
_SHORT_AFTER: Final = (
    r"(?=院|的|家|住|[，。、\s]|[一二三四五六七八九十\d]{1,3}号?[楼栋幢]|顶楼|没|不|这|暖|业主|整个|全|停|$)"
)


class Mention(NamedTuple):
    """A place name at ``text[start:end]``."""

    start: int
    end: int
    name: str
    kind: str


def name_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern that finds the names, longest first, or None where there are none."""
    longer = sorted({name for name in names if len(name) > 1})
    return re.compile(trie_pattern(longer)) if longer else None


def short_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern that finds two-character names of dwellings (怡馨 for 怡馨小区) where a place may stand."""
    short = sorted({name[:2] for name in names})
    return re.compile(f"{_SHORT_BEFORE}(?:{trie_pattern(short)}){_SHORT_AFTER}") if short else None


def find_workplace(text: str) -> Mention | None:
    """Return the kind of workplace that a caller owed wages names, where nothing more exact is said.

    Examples
    --------
    >>> find_workplace("我在快递网点分拣，三个月工资没发").name
    '快递网点'
    """
    for match in _workplace_pattern().finditer(text) if _WAGES.search(text) else ():
        if _WAGES.search(text, max(0, match.start() - _WAGE_NEAR), match.end() + _WAGE_NEAR):
            return Mention(match.start(), match.end(), match[0], "单位")
    return None


@cache
def _workplace_pattern() -> re.Pattern[str]:
    return re.compile(trie_pattern(workplaces()))


@lru_cache(maxsize=100_000)
def kind_of(name: str) -> str:
    """Return the kind that the suffix of a name tells, 地标 where it has none.

    Examples
    --------
    >>> kind_of("和谐家园小区"), kind_of("察尔汗路")
    ('小区', '道路')
    """
    kinds = suffix_kinds()
    return next((kinds[name[-size:]][0] for size in (6, 5, 4, 3, 2, 1) if name[-size:] in kinds), "地标")


def _accept(text: str, start: int, candidate: Candidate, lexicon: Lexicon, floor: int, listed: bool) -> bool:
    body = text[start : candidate.suffix]
    times = lexicon.full.get(text[start : candidate.end], 0)
    if not body:
        return times > KNOWN
    if candidate.strong and text[candidate.suffix : candidate.end] in PLAIN_ROADS and is_road_name(body):
        return True
    if (times < KNOWN and body[-1] in _NO_LAST) or (times < 2 * KNOWN and body[-1] in "建设变"):
        return False
    tail = generic_tail(body)
    own = body[: len(body) - tail] or body
    common = is_common(own) and not _known_name(own, lexicon)
    if candidate.kind == "学校" and any(sign.isdigit() for sign in body) and not CODE.search(body):
        return False
    if candidate.kind == "企业" and _YEAR.search(body):
        return False
    suffix = text[candidate.suffix : candidate.end]
    if CODE.fullmatch(body):
        if suffix in whole_names():
            return True
        if candidate.kind != "道路" and suffix[-1] != "站":
            return False
    crisp = start == floor or bool(_LOCATING.search(text, max(0, start - 3), start))
    crisp = crisp or (candidate.kind == "村镇" and text[max(0, start - 2) : start] == "我们")
    if crisp and candidate.kind == "村镇" and len(body) > 1:
        after_town = start == floor and text[start - 1] in "镇乡" and not is_verbal(body) and not is_generic(body)
        if candidate.strong or after_town or not is_common(body):
            return True
    if _MEASURE.match(body):
        return False
    if not candidate.strong and common and (times < KNOWN + 2 or candidate.kind == "公共设施"):
        return False
    if CODE.match(body) and is_generic(CODE.sub("", body, count=1)):
        return candidate.strong
    if (
        body.isdigit()
        or (len(own) == 1 and own in soft_stops())
        or (is_verbal(own) and not (times > 4 * KNOWN and len(own) > 1))
    ):
        return False
    score = 1.0 if candidate.strong else 0.4 if candidate.end - candidate.suffix > 1 else 0.2
    score += min(1.5, 0.5 * math.log2(max(times, 1)))
    score += 0.3 if lexicon.anchored.get(body, 0) > 1 else 0.0
    score -= (0.6 if crisp else 1.0) if common else 0.0
    if tail and candidate.kind in ("道路", "路口", "小区", "市场", "村镇") and not _known_name(own, lexicon):
        score -= 0.3 if crisp else 0.7
    if times < KNOWN and is_broken(body):
        score -= 0.4 if crisp else 0.8
    if crisp:
        score += 0.8 if CODE.match(text, max(0, start - 2), start) else 0.6
    elif start <= candidate.start:
        score += 0.3
    elif start != candidate.soft:
        score -= 0.0 if times >= KNOWN else 0.7
    score += 0.3 if _CUE_AFTER.match(text, candidate.end) else 0.0
    score += 0.7 if listed else 0.0
    return score >= _ENOUGH


def _known_name(own: str, lexicon: Lexicon) -> bool:
    """Tell whether a name goes on from one that the data know: 洋湖 in 洋湖生态新城."""
    return own in lexicon.bare or lexicon.full.get(own, 0) > 2 * KNOWN


def _joins(text: str, last: Mention, candidate: Candidate, lexicon: Lexicon) -> bool:
    if candidate.kind == CUE or candidate.start == candidate.suffix:
        return False
    if last.kind == "小区" and text[candidate.suffix : candidate.end] == "物业":
        return False
    gap = text[last.end : candidate.suffix]
    wide = last.kind in ("街道社区", "村镇")
    if candidate.kind == "街道社区":
        return not gap and not wide
    if text[candidate.suffix : candidate.end] == "工地" and (
        gap in _ANY_SITE or (not gap and last.name[-1] not in "楼院厦")
    ):
        return False
    if text[candidate.suffix : candidate.end] == "地块":
        return False
    if not gap:
        return not wide or candidate.kind in ("学校", "医院", "工地")
    if candidate.kind == PHASE:
        return False
    if candidate.kind == "工地" and last.kind == "小区" and text[candidate.suffix : candidate.end] == "项目":
        return False
    if candidate.kind == "工地" and (is_generic(gap.lstrip("某")) or is_common(gap.lstrip("某"))):
        return True
    if last.kind == candidate.kind == "小区" and candidate.start <= last.start and len(gap) <= _LONG_GAP:
        return not is_verbal(gap)
    if not candidate.strong and lexicon.full.get(text[last.start : candidate.end], 0) < KNOWN:
        return False
    if is_broken(text[last.start : candidate.suffix]):
        return False
    if wide or last.kind == "道路" or begin(text, candidate, 0, lexicon) > last.start:
        return False
    whole = lexicon.body.get(text[last.start : candidate.suffix], 0)
    return not suffix_kinds().get(last.name[-2:], ("", False))[1] or (
        whole >= KNOWN and 2 * whole >= lexicon.body.get(text[last.end : candidate.suffix], 0)
    )


def _cue_name(text: str, candidate: Candidate, floor: int, lexicon: Lexicon) -> int:
    start = max(candidate.start, floor)
    body = text[start : candidate.suffix]
    if _PEOPLE.search(body) or not _HAN_PAIR.search(body):
        return -1
    if not 3 <= len(body) <= 7 or is_common(body) or generic_tail(body) or candidate.soft > start:
        return -1
    return start if start == floor or _LOCATING.search(text, max(0, start - 3), start) else -1


def find_mentions(
    text: str, rooms: Sequence[Candidate], lexicon: Lexicon, known: Sequence[re.Pattern[str]], head: int = 0
) -> list[Mention]:
    """Return the place mentions of a text from left to right.

    Parameters
    ----------
    text
        The text.
    rooms
        Its candidates, from `hotspot.mine.place_grammar.candidates`.
    lexicon
        What all texts say about names.
    known
        Patterns of the names that are known without a suffix.
    head
        Characters of the title, with which the text begins.
    """
    lined = _LINE.finditer(text) if _LINE_HINT.search(text) else ()
    found = [Mention(m.start(), m.end(), m[0], "公交线路") for m in lined]
    found += [Mention(m.start(), m.end(), m[0], "学校") for m in _NUMBERED_SCHOOL.finditer(text)]
    lines = [(m.start, m.end) for m in found]
    found += [Mention(m.start(), m.end(), m[0], "道路") for m in _RING.finditer(text)]
    names: list[Mention] = []
    for candidate in rooms:
        if lines and any(first < candidate.suffix <= last for first, last in lines):
            continue
        floor = 0
        if names and names[-1].end >= candidate.start - (text[candidate.start - 1] == "某"):
            last = names[-1]
            if _joins(text, last, candidate, lexicon):
                kind = last.kind if candidate.kind == PHASE else candidate.kind
                names[-1] = Mention(last.start, candidate.end, text[last.start : candidate.end], kind)
                continue
            floor = last.end
        if candidate.kind in (CUE, PHASE):
            start = _cue_name(text, candidate, floor, lexicon)
            whole = _cue_name(text, candidate, 0, lexicon) if start < 0 and floor else -1
            if 0 <= whole <= names[-1].start and not suffix_kinds().get(names[-1].name[-1], ("", True))[1]:
                names.pop()
                start = whole
            if start >= 0:
                names.append(Mention(start, candidate.end, text[start : candidate.end], "小区"))
            continue
        start = begin(text, candidate, floor, lexicon)
        listed = bool(names) and names[-1].end == start - 1 and text[start - 1] == "、"
        if start >= 0 and _accept(text, start, candidate, lexicon, floor, listed):
            pointed = names and names[-1].end == start - 1 and text[start - 1] in ".·•・"
            if pointed and names[-1].kind == candidate.kind == "小区":
                start = names.pop().start
            names.append(Mention(start, candidate.end, text[start : candidate.end], candidate.kind))
    for pattern in known:
        names = _with_known(text, names, pattern)
    names = [part for name in names for part in _parts(name, lexicon)]
    found = sorted(found + names)
    found = sorted(found + _titled(text, head, rooms, found))
    return sorted(found + _enumerated(text, found))


def _parts(mention: Mention, lexicon: Lexicon) -> list[Mention]:
    """Return the part of town that a rare name begins with, and the name: 星沙, 灰埠大市场."""
    name = mention.name
    if lexicon.full.get(name, 0) >= KNOWN or name in lexicon.bare or mention.kind == "街道社区":
        return [mention]
    for size in range(min(5, len(name) - 3), 1, -1):
        area, rest = name[:size], name[size:]
        if area in lexicon.bare and _is_area(area, lexicon) and _stands(rest):
            at = mention.start + size
            return [Mention(mention.start, at, area, kind_of(area)), Mention(at, mention.end, rest, mention.kind)]
    return [mention]


def _is_area(name: str, lexicon: Lexicon) -> bool:
    """Tell whether a name is that of a part of town, as developers' names, which compounds begin with, are not."""
    return any(lexicon.full.get(name + suffix, 0) >= KNOWN for suffix in ("街道", "片区", "镇", "乡", "新区"))


def _stands(name: str) -> bool:
    """Tell whether a name has two characters of its own before its suffix."""
    size = next((size for size in (6, 5, 4, 3, 2, 1) if name[-size:] in suffix_kinds()), 0)
    body = name[: len(name) - size]
    return size > 0 and len(body) > 1 and not is_generic(body) and not is_common(body) and not generic_tail(body)


def _enumerated(text: str, found: Sequence[Mention]) -> list[Mention]:
    """Return what stands in a list between two places: 才子嘉都 in 和平小区、才子嘉都、洞井家园."""
    names = []
    for before, after in pairwise(found):
        at = before.end + 1
        if text[before.end : at] != "、" or text[after.start - 1 : after.start] != "、":
            continue
        for name in text[at : after.start - 1].split("、"):
            if _NAME.fullmatch(name) and _unlike_words(name):
                names.append(Mention(at, at + len(name), name, kind_of(name)))
            at += len(name) + 1
    return names


def _unlike_words(name: str) -> bool:
    return not (is_common(name) or is_generic(name) or is_broken(name))


def _titled(text: str, head: int, rooms: Sequence[Candidate], found: Sequence[Mention]) -> list[Mention]:
    """Return what the title names and the text repeats: 保利大都汇 in 投诉A市保利大都汇虚假宣传."""
    names: list[Mention] = []
    for match in _BEFORE_NAME.finditer(text, 0, head):
        start = match.end()
        if any(mention.start < start < mention.end for mention in found):
            continue
        room = min([head, start + _LONGEST_TITLED, *(mention.start for mention in found if mention.start >= start)])
        for end in range(room, start + 2, -1):
            name = text[start:end]
            if not _NAME.fullmatch(name) or name[-1] in _PARTICLES or text.find(name, head) < 0:
                continue
            if not _ends_before(text, end, head):
                continue
            if _unlike_words(name) and not _begins_plainly(name) and name[-1] not in _ORGANS:
                end = next((c.end for c in rooms if end < c.end <= head and is_common(text[end : c.suffix])), end)
                names.append(Mention(start, end, text[start:end], kind_of(text[start:end])))
            break
    return names


def _begins_plainly(name: str) -> bool:
    """Tell whether a name begins with a word of everyday language, as brands hardly do."""
    return name[0] in "的至区市县被有" or any(is_common(name[:size]) or is_generic(name[:size]) for size in (2, 3))


def _ends_before(text: str, end: int, head: int) -> bool:
    """Tell whether a word of everyday language, or nothing, follows in the title."""
    if text[end - 1 : end + 1] in common_words():
        return False
    if end >= head or text[end] in _PARTICLES or not _HAN_PAIR.match(text, end):
        return True
    return is_common(text[end : min(end + 2, head)])


def _with_known(text: str, names: list[Mention], known: re.Pattern[str]) -> list[Mention]:
    """Return the mentions with the known names of the text, which take the place of shorter ones within them."""
    for match in known.finditer(text):
        start, end = match.span()
        touched = [mention for mention in names if mention.start < end and start < mention.end]
        if all(start <= mention.start and mention.end <= end for mention in touched):
            names = [mention for mention in names if mention not in touched]
            names.append(Mention(start, end, match[0], kind_of(match[0])))
        elif len(touched) == 1 and touched[0].end < end and touched[0].name[-1] in _NATURE:
            names = [mention for mention in names if mention not in touched]
            whole = text[touched[0].start : end]
            names.append(Mention(touched[0].start, end, whole, kind_of(whole)))
    return names
