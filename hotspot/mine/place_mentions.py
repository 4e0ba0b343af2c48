"""The place mentions of texts: grammar, counts and known names brought together."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from hotspot.mine.place_accept import accept, cue_name, joins
from hotspot.mine.place_grammar import CUE, PHASE, Candidate, Candidates, Mention, kind_of
from hotspot.mine.place_known import KnownNames, with_known
from hotspot.mine.place_lexicon import KNOWN, Lexicon, begin, generic_tail, is_broken, is_common, is_generic
from hotspot.mine.place_scan import Joined, Openings
from hotspot.mine.place_words import common_words, suffix_kinds

_LINE: Final = re.compile(
    r"(?:地铁|轨道交通|公交|轻轨)?(?:[一二三四五六七八九十]{1,3}|[A-Za-z]?\d{1,3})(?:号线|#线)(?:[东南西北]延线)?"
    r"|(?<![\dA-Za-z])[A-Za-z]?\d{1,3}路?(?:公交车|公交|公车)|(?<![\dA-Za-z])[A-Za-z]?\d{1,3}路(?:线路|车|(?=[\u3400-\u9fff，。]))"
    r"|(?<![\dA-Za-z])(?:\d{1,3}线路|[A-Za-z]\d{3}(?![\dA-Za-z市县区栋#]))"
)
_LETTER_LINE: Final = re.compile(r"[A-Za-z](?<![\dA-Za-z].)\d{3}(?![\dA-Za-z市县区栋#])")  # the last of these
_HAN_PAIR: Final = re.compile(r"[\u3400-\u9fff]{2}")
_RING: Final = re.compile(r"(?<![第\d])[东西南北]?[一二三四五六]环(?![东西南北]?[路线节保境扣])")
_BEFORE_NAME: Final = re.compile(r"(?:[A-Z]\d{0,2}[市县区])+(?![市县区])|(?<=[\u3400-\u9fff]{2})省(?![A-Z])")
_LONGEST_TITLED: Final = 8
_PARTICLES: Final = frozenset("的往与给按和在于为是把被有没不")
_ORGANS: Final = frozenset("局委办厅会署处")
_NAME: Final = re.compile(r"[\u3400-\u9fff]{2,7}")
_NUMBERED_SCHOOL: Final = re.compile(r"[A-Z]\d{0,2}[市县区][一二三四五六七八九十]{1,2}[中小](?![心间学])")

_OPENS_LINE, _OPENS_LETTER, _OPENS_SCHOOL, _OPENS_RING = 0b111, 0b1000, 0b10000, 0b100000  # pairs of `_openings`


@cache
def _openings() -> Openings:
    """Return pairs of signs without one of which a text holds no line, no numbered school, no ring road."""
    digits = "".join(sign for sign in map(chr, range(0x20000)) if sign.isdecimal())
    lines = (("号#", "线"), (f"{digits}路", "公"), (digits, "路线"), (string.ascii_letters, digits))
    return Openings(*lines, ("市县区", "一二三四五六七八九十"), ("一二三四五六", "环"))


def find_mentions(
    texts: Sequence[str],
    rooms: Candidates,
    lexicon: Lexicon,
    known: Sequence[KnownNames] = (),
    heads: Sequence[int] | None = None,
) -> Iterator[list[Mention]]:
    """Yield the place mentions of each text from left to right.

    Parameters
    ----------
    texts
        The texts.
    rooms
        Their candidates, from `hotspot.mine.place_grammar.candidates`.
    lexicon
        What all texts say about names.
    known
        Names that are known without a suffix.
    heads
        Characters of the title with which each text begins; none, when left out.
    """
    joined = Joined(texts)
    held = [(names.pattern, names.may_be_in(joined)) for names in known]
    each = zip(texts, rooms.each(), _openings().marks(joined).tolist(), heads or [0] * len(texts), strict=True)
    for number, (text, room, opens, head) in enumerate(each):
        numbered = _find_numbered(text, opens) if opens else []
        names = _find_names(text, room, lexicon, [mention for mention in numbered if mention.kind != "道路"])
        for pattern, where in held:
            if number in where:
                names = with_known(text, names, pattern)
        found = sorted(numbered + [part for name in names for part in _parts(name, lexicon)])
        if head:
            found = sorted(found + _titled(text, head, room, found))
        yield sorted(found + _enumerated(text, found)) if len(found) > 1 else found


def _find_numbered(text: str, opens: int) -> list[Mention]:
    """Return the lines, schools and ring roads that are known by their numbers, given what `_openings` tells."""
    found: list[Mention] = []
    if opens & _OPENS_LINE or (opens & _OPENS_LETTER and _LETTER_LINE.search(text)):
        found += [Mention(m.start(), m.end(), m[0], "公交线路") for m in _LINE.finditer(text)]
    if opens & _OPENS_SCHOOL:
        found += [Mention(m.start(), m.end(), m[0], "学校") for m in _NUMBERED_SCHOOL.finditer(text)]
    if opens & _OPENS_RING:
        found += [Mention(m.start(), m.end(), m[0], "道路") for m in _RING.finditer(text)]
    return found


def _find_names(text: str, rooms: Sequence[Candidate], lexicon: Lexicon, lines: Sequence[Mention]) -> list[Mention]:
    """Return the names that end with a suffix or before a cue, but for suffixes within `lines`."""
    names: list[Mention] = []
    for candidate in rooms:
        if lines and any(line.start < candidate.suffix <= line.end for line in lines):
            continue
        floor = 0
        if names and names[-1].end >= candidate.start - (text[candidate.start - 1] == "某"):
            last = names[-1]
            if joins(text, last, candidate, lexicon):
                kind = last.kind if candidate.kind == PHASE else candidate.kind
                names[-1] = Mention(last.start, candidate.end, text[last.start : candidate.end], kind)
                continue
            floor = last.end
        if candidate.kind in (CUE, PHASE):
            start = cue_name(text, candidate, floor)
            whole = cue_name(text, candidate, 0) if start < 0 and floor else -1
            if 0 <= whole <= names[-1].start and not suffix_kinds().get(names[-1].name[-1], ("", True))[1]:
                names.pop()
                start = whole
            if start >= 0:
                names.append(Mention(start, candidate.end, text[start : candidate.end], "小区"))
            continue
        start = begin(text, candidate, floor, lexicon)
        listed = bool(names) and names[-1].end == start - 1 and text[start - 1] == "、"
        if start >= 0 and accept(text, start, candidate, lexicon, floor, listed):
            pointed = names and names[-1].end == start - 1 and text[start - 1] in ".·•・"
            if pointed and names[-1].kind == candidate.kind == "小区":
                start = names.pop().start
            names.append(Mention(start, candidate.end, text[start : candidate.end], candidate.kind))
    return names


def _parts(mention: Mention, lexicon: Lexicon) -> list[Mention]:
    """Return the part of town that a rare name begins with, and the name: 星沙, 灰埠大市场."""
    name = mention.name
    if lexicon.full.get(name, 0) >= KNOWN or name in lexicon.bare or mention.kind == "街道社区":
        return [mention]
    for size in range(min(5, len(name) - 3), 1, -1):
        area = name[:size]
        if area in lexicon.bare and _is_area(area, lexicon) and _stands(name[size:]):
            at = mention.start + size
            return [
                Mention(mention.start, at, area, kind_of(area)),
                Mention(at, mention.end, name[size:], mention.kind),
            ]
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
