"""Names learned from the data at hand: where a name begins, and which names stand without their suffix.

A name that recurs keeps its length while what stands to its left changes, so the counts of the tails of all candidates
tell where it begins (家园小区 < 和谐家园小区 > 住和谐家园小区). A name that stands before several suffixes and cues
(``X小区``, ``X业主``, ``X3栋``) is known without them.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from hotspot.mine.place_grammar import (
    CODE,
    CUE,
    DISTRICT_BEFORE,
    PHASE,
    Candidate,
    candidates,
    common_words,
    generics,
    hard_stops,
    inside_code,
    no_institutions,
    plain_words,
    road_names,
    soft_stops,
    suffix_kinds,
    verbal_words,
)

KNOWN: Final = 3  # texts that make counts speak
_KEEP_SHARE: Final = 0.3  # a longer tail is the name when it keeps this share of the shorter one's texts
_ANCHORED_SHARE: Final = 0.15  # … or this one, when its own left boundary was seen at least twice
_ANCHORED_LEAST: Final = 0.05  # a tail that so rarely begins at a boundary is a part of longer names
_LONG_GENERIC: Final = 4  # 职业技术(学校) is a name where it recurs, 公立(学校) is none
_LONG_BODY: Final = 7  # a name seen once is not longer than this before its suffix
_NO_TAIL: Final = ("问题", "用地", "办公室", "公积金", "缴存", "大队", "情况", "部门", "单位", "人员", "事件", "案件")
_NO_NAME_START: Final = frozenset("园城苑路区县市村镇街号栋期楼州省府湾")
_CONFIGURED: Final = 1000  # texts, as it were, that hold a name of the configuration
_LONG_COMPANY: Final = 10
_JUNK_START: Final = frozenset("而对由拟报像做因于将接向且即均原现")  # they stick to the left of names
_SHORTENED: Final = ("小区", "家园", "花园", "花苑", "佳园", "嘉园", "新城", "大厦")  # left out by callers
SAMPLE: Final = 30_000  # texts from which names are learned
_SHARE_SAMPLE: Final = 5_000  # texts in which the share of a bare name is counted
_LONG_HEAD: Final = 8
PLAIN_ROADS: Final = frozenset(("路", "大道", "大街", "街", "路口"))  # suffixes of roads named after everyday words
_SIDES: Final = frozenset("东西南北中")
_JOINTS: Final = frozenset("和与至到走过沿在的")
_HEAD_SHARE: Final = 0.3  # of the texts that hold a bare name, so many have it right after a district
_HEAD: Final = re.compile(
    r"[A-Z]\d{0,2}[市县区](?![市县区])|(?<=[^小社园校厂景片辖宅活地山城市矿库郊])[区县](?!域|别)|家?住在?(?![宅房建院改])|位于|地处"
)
_HAN: Final = re.compile(r"[\u3400-\u9fff]+")
_NO_NAME_END: Final = frozenset("局委院所部厅队省市区县州的和与及了是在有楼栋号道")


@dataclass(frozen=True)
class Lexicon:
    """What the data say about names: counts by texts, and the bare names learned from them."""

    full: Counter[str] = field(default_factory=Counter)  # tails with their suffix
    body: Counter[str] = field(default_factory=Counter)  # tails without it
    anchored: Counter[str] = field(default_factory=Counter)  # tails without it that begin at a boundary
    bare: dict[str, str] = field(default_factory=dict)  # names known without a suffix -> kind


def _made_of(body: str, accepts: Callable[[str], bool]) -> bool:
    reach = [True] + [False] * len(body)
    for end in range(1, len(body) + 1):
        reach[end] = any(reach[end - size] and accepts(body[end - size : end]) for size in range(1, min(5, end) + 1))
    return reach[-1]


@lru_cache(maxsize=100_000)
def is_generic(body: str) -> bool:
    """Tell whether `body` is put together from generic words and suffixes alone.

    Examples
    --------
    >>> is_generic("居民"), is_generic("老旧居民"), is_generic("泰康")
    (True, True, False)
    """
    if body in generics() or body in suffix_kinds():
        return True
    return _made_of(body, lambda word: len(word) > 1 and (word in generics() or word in suffix_kinds()))


@lru_cache(maxsize=100_000)
def is_common(body: str) -> bool:
    """Tell whether `body` is put together from words of everyday language.

    Examples
    --------
    >>> is_common("横穿"), is_common("泰康")
    (True, False)
    """
    words, generic = common_words(), generics()
    return _made_of(body, lambda word: word in words or word in generic or word.isdigit())


def generic_tail(body: str) -> int:
    """Return how many characters at the end of `body` are generic: 2 for 富绿物业 (公司)."""
    return max((size for size in range(2, len(body) + 1) if is_generic(body[-size:])), default=0)


@lru_cache(maxsize=100_000)
def is_verbal(body: str) -> bool:
    """Tell whether `body` is put together from verbs and function words.

    Examples
    --------
    >>> is_verbal("破坏"), is_verbal("阳光")
    (True, False)
    """
    words = verbal_words()
    return _made_of(body, lambda word: word in words or word.isdigit())


@lru_cache(maxsize=100_000)
def is_broken(body: str) -> bool:
    """Tell whether a verb or function word stands in `body`, so that it is a stretch of a sentence.

    Examples
    --------
    >>> is_broken("厂家拒绝"), is_broken("书山郡")
    (True, False)
    """
    words = verbal_words()
    return any(body[at : at + 2] in words for at in range(len(body) - 1))


def begin(text: str, candidate: Candidate, floor: int, lexicon: Lexicon) -> int:
    """Return where the name of `candidate` begins (not before `floor`), or -1 if nothing there is a name."""
    first = max(candidate.start, floor)
    end = candidate.suffix
    if candidate.start == end:
        return end if floor <= end else -1
    if text[end : candidate.end] in PLAIN_ROADS:
        start = _road_begin(text, first, end, lexicon)
        if start >= 0:
            return start
    if is_generic(text[first:end]):
        return _generic_name(text, first, candidate, lexicon)
    tail = generic_tail(text[first:end])
    shortest = end - tail - 1 if tail else end - 2
    if shortest < first and text[end : candidate.end] == "村":
        shortest = end - 1
    while shortest >= first and (is_generic(text[shortest:end]) or inside_code(text, shortest)):
        shortest -= 1
    if shortest < first:
        return _generic_name(text, first, candidate, lexicon)
    if candidate.kind in ("企业", "学校"):
        least = shortest
        while least > first and is_common(text[least:end]):
            least -= 1
        shortest = least if not is_common(text[least:end]) else shortest
    known = lexicon.body[text[shortest:end]]
    if known < KNOWN:
        chosen = min(
            shortest, max(first, candidate.soft, end - (_LONG_COMPANY if candidate.kind == "企业" else _LONG_BODY))
        )
        joint = text.rfind("和", chosen + 1, end - 2)
        if joint > 0 and is_common(text[chosen:joint]):
            chosen = joint + 1
        while inside_code(text, chosen):
            chosen -= 1
    else:
        chosen = shortest
        for start in range(shortest - 1, first - 1, -1):
            count = lexicon.body[text[start:end]]
            if count < 2:
                break
            if inside_code(text, start):
                continue
            anchored = lexicon.anchored[text[start:end]] > 1
            if (count >= _KEEP_SHARE * known and (anchored or start == chosen - 1)) or (
                count >= _ANCHORED_SHARE * known and anchored and start >= candidate.soft
            ):
                chosen = start
        if chosen > first and lexicon.anchored[text[chosen:end]] < max(2, _ANCHORED_LEAST * known):
            chosen = min(chosen, max(first, candidate.soft, end - _LONG_BODY))
    rest = text[chosen + 1 : end]
    rare_start = known < KNOWN and text[chosen] in _JUNK_START
    joint_start = text[chosen] in "和与" and lexicon.body[rest] > lexicon.body[text[chosen:end]]
    if len(rest) > 1 and (rare_start or joint_start):
        chosen += 1
    codes = [
        match for match in CODE.finditer(text, chosen, end) if match.end() < end - (text[end : candidate.end] == "站")
    ]
    if codes and (codes[-1].start() - chosen < 2 or is_common(text[chosen : codes[-1].start()])):
        chosen = codes[-1].end()
    return -1 if candidate.kind == "企业" and is_generic(text[chosen:end]) else chosen


def is_road_name(body: str) -> bool:
    """Tell whether roads are named after `body` although it is an everyday word.

    Examples
    --------
    >>> is_road_name("人民"), is_road_name("人民西"), is_road_name("电力")
    (True, True, False)
    """
    return body in road_names() or (body[-1:] in _SIDES and body[:-1] in road_names())


def _road_begin(text: str, first: int, end: int, lexicon: Lexicon) -> int:
    """Return where 人民 (路) begins, unless the name is a longer one: 新人民."""
    for size in (2, 3, 4):
        start = end - size
        if start < first or not is_road_name(text[start:end]):
            continue
        times = lexicon.body[text[start:end]]
        alone = times >= KNOWN and 2 * lexicon.body[text[start - 1 : end]] <= times
        if start == first or text[start - 1] in _JOINTS or alone:
            return start
    return -1


def _generic_name(text: str, first: int, candidate: Candidate, lexicon: Lexicon) -> int:
    """Return where ``A市人民医院`` begins: generic words with the district before them, or recurring."""
    body = text[first : candidate.suffix]
    frequent = lexicon.full[text[first : candidate.end]] > KNOWN
    if frequent and body in suffix_kinds() and body not in generics():
        return first
    institution = candidate.kind in ("学校", "医院", "公共设施")
    if not institution or body in no_institutions() or not is_generic(body):
        return -1
    if frequent and len(body) >= _LONG_GENERIC:
        return first
    district = DISTRICT_BEFORE.search(text, max(0, first - 5), first)
    return district.start() if district else -1


def sample(texts: Sequence[str], size: int = SAMPLE) -> list[str]:
    """Return about `size` of the texts, drawn by their content: the same ones in whatever order they come."""
    if len(texts) <= size:
        return list(texts)
    limit = (size << 32) // len(texts)
    return [text for text in texts if zlib.crc32(text.encode()) < limit]


def learn(texts: Sequence[str], rooms: Sequence[Sequence[Candidate]] = ()) -> Lexicon:
    """Return the lexicon of the data: tails counted by texts, and the names that recur in several contexts.

    ``rooms`` are the candidates of each text, where the caller has them already.
    """
    if not rooms:
        texts = sample(texts)
        rooms = [candidates(text) for text in texts]
    lexicon = Lexicon()
    contexts: dict[str, int] = {}
    heads: Counter[str] = Counter()
    bits = {suffix: 1 << (number % 61) for number, suffix in enumerate(suffix_kinds())}
    for text, found in zip(texts, rooms, strict=True):
        tails, bodies, anchored = set(), set(), set()
        for c in found:
            if c.start == c.suffix:
                tails.add(text[c.start : c.end])
            anchored.add(text[c.start : c.suffix])
            for start in range(c.start, c.suffix):
                if inside_code(text, start):
                    continue
                name = text[start : c.suffix]
                bodies.add(name)
                if c.kind != CUE:
                    tails.add(text[start : c.end])
                if len(name) > 2:
                    bit = (
                        bits[text[c.suffix : c.end]]
                        if c.kind not in (CUE, PHASE)
                        else 1 << (62 + ord(text[c.suffix]) % 60)
                    )
                    contexts[name] = contexts.get(name, 0) | bit
        heads.update(_heads(text))
        lexicon.full.update(tails)
        lexicon.body.update(bodies)
        lexicon.anchored.update(anchored)
    lexicon.bare.update(_bare_names(lexicon, contexts))
    lexicon.bare.update(_head_names(heads, sample(texts, _SHARE_SAMPLE)))
    return lexicon


def _bare_names(lexicon: Lexicon, contexts: dict[str, int]) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, several in contexts.items():
        count = lexicon.body[name]
        if count < KNOWN or several.bit_count() < 2 or lexicon.anchored[name] < max(2, 0.2 * count):
            continue
        if not _may_stand_alone(name):
            continue
        names[name] = ""
    return names


def _may_stand_alone(name: str) -> bool:
    if name[0] in _NO_NAME_START or name[-1] in _NO_NAME_END or name[0].isdigit() or CODE.match(name):
        return False
    if any(part in name for part in ("街道", "社区", "小区", "镇", "公司")) or generic_tail(name):
        return False
    if name[0] in soft_stops() or name[-1] in soft_stops() or name[-1] in "东西南北性户段" or name.endswith(_NO_TAIL):
        return False
    words, generic = plain_words(), generics()
    if _made_of(name, lambda word: word in words or word in generic or word.isdigit()):
        return False
    return not any(name.startswith(word) for word in hard_stops())


def _heads(text: str) -> set[str]:
    found = set()
    for match in _HEAD.finditer(text):
        at = match.end()
        run = _HAN.match(text, at, at + _LONG_HEAD + 1)
        if run:
            for size in range(2, len(run[0]) + 1):
                found.add(run[0][:size])
    return found


def _head_names(heads: Counter[str], texts: Sequence[str]) -> dict[str, str]:
    best: dict[str, int] = {}
    followers: Counter[str] = Counter()
    for head, count in heads.items():
        if len(head) > 2:
            best[head[:-1]] = max(best.get(head[:-1], 0), count)
            followers[head[:-1]] += 1
    names = {}
    for head, count in heads.items():
        least = 8 if len(head) == 2 else 4 if len(head) == 3 else 3
        if count < least or best.get(head, 0) > 0.5 * count or followers[head] < 4 or len(head) > _LONG_HEAD:
            continue
        if _may_stand_alone(head) and not is_verbal(head[:2]) and not is_verbal(head[-2:]):
            names[head] = ""
    kept = {}
    for name in names:
        holding = [text for text in texts if name in text]
        if sum(name in _heads(text) for text in holding) >= _HEAD_SHARE * len(holding):
            kept[name] = ""
    return kept


def short_names(lexicon: Lexicon) -> list[str]:
    """Return the names of dwellings that are known well enough to be heard in their first two characters."""
    return [
        name
        for name, times in lexicon.full.items()
        if times > KNOWN
        and len(name) == 4
        and name.endswith(_SHORTENED)
        and 2 * lexicon.anchored[name[:2]] >= times
        and name[:2] not in plain_words()
        and not is_generic(name[:2])
        and not CODE.match(name)
    ]


def add_known(lexicon: Lexicon, names: Iterable[str]) -> None:
    """Let the names that the configuration knows count as if many texts held them."""
    kinds = suffix_kinds()
    for name in sorted(names):
        size = next((size for size in (6, 5, 4, 3, 2, 1) if name[-size:] in kinds and size < len(name)), 0)
        body = name[: len(name) - size]
        lexicon.full[name] += _CONFIGURED
        if len(body) > 1:
            lexicon.body[body] += _CONFIGURED
            lexicon.anchored[body] += _CONFIGURED
