"""Whether a candidate is a name, and whether it goes on from the one before."""

from __future__ import annotations

import math
import re
from typing import Final

from hotspot.mine.place_grammar import CUE, PHASE, Candidate, Mention
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
from hotspot.mine.place_words import soft_stops, suffix_kinds, whole_names

_LOCATING: Final = frozenset("住在省市县区\n")
_CUE_AFTER: Final = re.compile(
    r"[的，。、（]?(?:业主|居民|住户|附近|旁|周边|对面|门口|[东南西北]门|\d{1,4}[栋号]|楼下)|与|和"
)
_NO_LAST: Final = frozenset("上念读去到跑报称有为")  # a name seen once does not end so before its suffix
_MEASURE: Final = re.compile(
    r"(?:[一二三四五六七八九十几两多数\d]{1,9}|[某每各本该这那])(?:多|余)?[所家个条栋座处米吨块片名套层间]"
)
_ANY_SITE: Final = frozenset(("建筑", "施工", "在建", "建设"))  # 某小区建筑工地 is a site at it, not a place of its own
_ENOUGH: Final = 1.0


_LONG_GAP: Final = 4
_PEOPLE: Final = re.compile(r"[数几近多两三四五六七八九十百千万]{2,}$|[百千万]$")
_HAN_PAIR: Final = re.compile(r"[\u3400-\u9fff]{2}")
_YEAR: Final = re.compile(r"\d[年月日]")


def accept(text: str, start: int, candidate: Candidate, lexicon: Lexicon, floor: int, listed: bool) -> bool:
    """Tell whether the name of `candidate` that begins at `start` is that of a place.

    `floor` is where the name before it ends, 0 if that is not near; `listed` tells whether it follows one in a list.
    """
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
    code = CODE.match(body)
    if code and code.end() == len(body):
        if suffix in whole_names():
            return True
        if candidate.kind != "道路" and suffix[-1] != "站":
            return False
    crisp = start == floor or _located(text, start)
    crisp = crisp or (candidate.kind == "村镇" and text[max(0, start - 2) : start] == "我们")
    if crisp and candidate.kind == "村镇" and len(body) > 1:
        after_town = start == floor and text[start - 1] in "镇乡" and not is_verbal(body) and not is_generic(body)
        if candidate.strong or after_town or not is_common(body):
            return True
    if _MEASURE.match(body):
        return False
    if not candidate.strong and common and (times < KNOWN + 2 or candidate.kind == "公共设施"):
        return False
    if code and is_generic(body[code.end() :]):
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


def _located(text: str, start: int) -> bool:
    """Tell whether a place may be named at `start`: at the beginning, after a district, or after what tells a place."""
    return start == 0 or text[start - 1] in _LOCATING or text[max(0, start - 2) : start] in ("位于", "地处")


def _known_name(own: str, lexicon: Lexicon) -> bool:
    """Tell whether a name goes on from one that the data know: 洋湖 in 洋湖生态新城."""
    return own in lexicon.bare or lexicon.full.get(own, 0) > 2 * KNOWN


def joins(text: str, last: Mention, candidate: Candidate, lexicon: Lexicon) -> bool:
    """Tell whether the suffix of `candidate` goes on from the name before it, as 物业 does not after 小区."""
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


def cue_name(text: str, candidate: Candidate, floor: int) -> int:
    """Return where the name before a cue begins, -1 if what stands there is none."""
    start = max(candidate.start, floor)
    body = text[start : candidate.suffix]
    if _PEOPLE.search(body) or not _HAN_PAIR.search(body):
        return -1
    if not 3 <= len(body) <= 7 or is_common(body) or generic_tail(body) or candidate.soft > start:
        return -1
    return start if start == floor or _located(text, start) else -1
