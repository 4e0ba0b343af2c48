"""Where a name begins, by what all texts say about names, and what words a stretch of text is made of.

A name that recurs keeps its length while what stands to its left changes, so the counts of the tails of all candidates
tell where it begins (家园小区 < 和谐家园小区 > 住和谐家园小区). `hotspot.mine.place_learn` makes these counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from hotspot.mine.place_grammar import Candidate
from hotspot.mine.place_room import CODE, DISTRICT_BEFORE, inside_code
from hotspot.mine.place_words import (
    common_words,
    generics,
    no_institutions,
    plain_words,
    road_names,
    suffix_kinds,
    verbal_words,
)

KNOWN: Final = 3  # texts that make counts speak
_KEEP_SHARE: Final = 0.3  # a longer tail is the name when it keeps this share of the shorter one's texts
_ANCHORED_SHARE: Final = 0.15  # … or this one, when its own left boundary was seen at least twice
_ANCHORED_LEAST: Final = 0.05  # a tail that so rarely begins at a boundary is a part of longer names
_LONG_GENERIC: Final = 4  # 职业技术(学校) is a name where it recurs, 公立(学校) is none
_LONG_BODY: Final = 7  # a name seen once is not longer than this before its suffix
_LONG_COMPANY: Final = 10
_JUNK_START: Final = frozenset("而对由拟报像做因于将接向且即均原现")  # they stick to the left of names
_LONGEST_PART: Final = 5  # characters of a word that others are put together from
PLAIN_ROADS: Final = frozenset(("路", "大道", "大街", "街", "路口"))  # suffixes of roads named after everyday words
_SIDES: Final = frozenset("东西南北中")
_JOINTS: Final = frozenset("和与至到走过沿在的")


@dataclass(frozen=True)
class Lexicon:
    """What the data say about names: counts by texts, and the bare names learned from them."""

    full: dict[str, int] = field(default_factory=dict)  # tails with their suffix
    body: dict[str, int] = field(default_factory=dict)  # tails without it
    anchored: dict[str, int] = field(default_factory=dict)  # tails without it that begin at a boundary
    bare: set[str] = field(default_factory=set)  # names known without a suffix


def _made_of(body: str, words: frozenset[str]) -> bool:
    """Tell whether `body` is put together from `words` of at most five characters and from digits."""
    reached, size = 1, len(body)  # bit n: the first n characters are
    for at in range(size):
        if not reached >> at:
            return False
        if reached >> at & 1:
            for end in range(at + 1, min(at + _LONGEST_PART, size) + 1):
                if body[at:end] in words:
                    reached |= 1 << end
            if body[at].isdigit():
                reached |= 2 << at
    return bool(reached >> size)


@cache
def _generic_words() -> frozenset[str]:
    return generics() | frozenset(suffix_kinds())


@cache
def _generic_lengths() -> dict[str, tuple[int, ...]]:
    """Return for each character how long the generic words are that end with it."""
    lengths: dict[str, set[int]] = {}
    for word in _generic_words():
        lengths.setdefault(word[-1], set()).add(len(word))
    return {sign: tuple(sorted(found)) for sign, found in lengths.items()}


def _generic_tails(body: str) -> int:
    """Return which tails of `body` are put together from generic words and suffixes: bit n, the last n characters.

    Single characters are put together to nothing: they count alone only, as words of more than five characters do.
    """
    words, lengths, size = _generic_words(), _generic_lengths(), len(body)
    parts, tail, alone = 1, 0, 0
    while parts >> tail:
        end = size - tail
        for length in lengths.get(body[end - 1 : end], ()) if parts >> tail & 1 else ():
            if length <= end and body[end - length : end] in words:
                if 1 < length <= _LONGEST_PART:
                    parts |= 1 << tail + length
                elif not tail:
                    alone |= 1 << length
        tail += 1
    return parts | alone


@lru_cache(maxsize=100_000)
def is_generic(body: str) -> bool:
    """Tell whether `body` is put together from generic words and suffixes alone.

    Examples
    --------
    >>> is_generic("居民"), is_generic("老旧居民"), is_generic("泰康")
    (True, True, False)
    """
    return bool(_generic_tails(body) >> len(body))


def generic_tail(body: str) -> int:
    """Return how many characters at the end of `body` are generic: 2 for 富绿物业 (公司)."""
    return _longest(_generic_tails(body))


def _longest(tails: int) -> int:
    return tails.bit_length() - 1 if tails > 3 else 0


@cache
def _common_words() -> frozenset[str]:
    return common_words() | generics()


@lru_cache(maxsize=100_000)
def is_common(body: str) -> bool:
    """Tell whether `body` is put together from words of everyday language.

    Examples
    --------
    >>> is_common("横穿"), is_common("泰康")
    (True, False)
    """
    return _made_of(body, _common_words())


@cache
def _plain_words() -> frozenset[str]:
    return plain_words() | generics()


def is_plain(body: str) -> bool:
    """Tell whether `body` is put together from words that alone are no name."""
    return _made_of(body, _plain_words())


@lru_cache(maxsize=100_000)
def is_verbal(body: str) -> bool:
    """Tell whether `body` is put together from verbs and function words.

    Examples
    --------
    >>> is_verbal("破坏"), is_verbal("阳光")
    (True, False)
    """
    return _made_of(body, verbal_words())


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
    generic = _generic_tails(text[first:end])
    if generic >> max(0, end - first):
        return _generic_name(text, first, candidate, lexicon)
    tail = _longest(generic)
    shortest = end - tail - 1 if tail else end - 2
    if shortest < first and text[end : candidate.end] == "村":
        shortest = end - 1
    while shortest >= first and (generic >> end - shortest & 1 or inside_code(text, shortest)):
        shortest -= 1
    if shortest < first:
        return _generic_name(text, first, candidate, lexicon)
    if candidate.kind in ("企业", "学校"):
        least = shortest
        while least > first and is_common(text[least:end]):
            least -= 1
        shortest = least if not is_common(text[least:end]) else shortest
    known = lexicon.body.get(text[shortest:end], 0)
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
            count = lexicon.body.get(text[start:end], 0)
            if count < 2:
                break
            if inside_code(text, start):
                continue
            anchored = lexicon.anchored.get(text[start:end], 0) > 1
            if (count >= _KEEP_SHARE * known and (anchored or start == chosen - 1)) or (
                count >= _ANCHORED_SHARE * known and anchored and start >= candidate.soft
            ):
                chosen = start
        if chosen > first and lexicon.anchored.get(text[chosen:end], 0) < max(2, _ANCHORED_LEAST * known):
            chosen = min(chosen, max(first, candidate.soft, end - _LONG_BODY))
    rest = text[chosen + 1 : end]
    rare_start = known < KNOWN and text[chosen] in _JUNK_START
    joint_start = text[chosen] in "和与" and lexicon.body.get(rest, 0) > lexicon.body.get(text[chosen:end], 0)
    if len(rest) > 1 and (rare_start or joint_start):
        chosen += 1
    if CODE.search(text, chosen, end):
        chosen = _past_code(text, chosen, end, text[end : candidate.end] == "站")
    return -1 if candidate.kind == "企业" and is_generic(text[chosen:end]) else chosen


def _past_code(text: str, chosen: int, end: int, station: bool) -> int:
    """Return where a name begins that holds an anonymised district: after it, unless more than a word is before it."""
    codes = [match.span() for match in CODE.finditer(text, chosen, end) if match.end() < end - station]
    if codes and (codes[-1][0] - chosen < 2 or is_common(text[chosen : codes[-1][0]])):
        return codes[-1][1]
    return chosen


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
        times = lexicon.body.get(text[start:end], 0)
        alone = times >= KNOWN and 2 * lexicon.body.get(text[start - 1 : end], 0) <= times
        if start == first or text[start - 1] in _JOINTS or alone:
            return start
    return -1


def _generic_name(text: str, first: int, candidate: Candidate, lexicon: Lexicon) -> int:
    """Return where ``A市人民医院`` begins: generic words with the district before them, or recurring."""
    body = text[first : candidate.suffix]
    frequent = lexicon.full.get(text[first : candidate.end], 0) > KNOWN
    if frequent and body in suffix_kinds() and body not in generics():
        return first
    institution = candidate.kind in ("学校", "医院", "公共设施")
    if not institution or body in no_institutions() or not is_generic(body):
        return -1
    if frequent and len(body) >= _LONG_GENERIC:
        return first
    district = DISTRICT_BEFORE.search(text, max(0, first - 5), first)
    return district.start() if district else -1
