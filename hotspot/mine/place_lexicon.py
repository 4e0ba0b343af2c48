"""Names learned from the data at hand: where a name begins, and which names stand without their suffix.

A name that recurs keeps its length while what stands to its left changes, so the counts of the tails of all candidates
tell where it begins (家园小区 < 和谐家园小区 > 住和谐家园小区). A name that stands before several suffixes and cues
(``X小区``, ``X业主``, ``X3栋``) is known without them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from hotspot.mine.place_grammar import CUE, Candidate, candidates, common_words, generics, suffix_kinds

KNOWN: Final = 3  # texts that make counts speak
_KEEP_SHARE: Final = 0.3  # a longer tail is the name when it keeps this share of the shorter one's texts
_ANCHORED_SHARE: Final = 0.15  # … or this one, when its own left boundary was seen at least twice
_LONG_BODY: Final = 7  # a name seen once is not longer than this before its suffix
_NO_NAME_START: Final = frozenset("园城苑路区县市村镇街号栋期楼州省府湾")
_NO_NAME_END: Final = frozenset("省市区县州的和与及了是在有楼栋号道")


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
    return max((size for size in range(1, len(body) + 1) if is_generic(body[-size:])), default=0)


def begin(text: str, candidate: Candidate, floor: int, lexicon: Lexicon) -> int:
    """Return where the name of `candidate` begins (not before `floor`), or -1 if nothing there is a name."""
    first = max(candidate.start, floor)
    end = candidate.suffix
    shortest = end - (1 if candidate.kind == "村镇" and text[end : candidate.end] == "村" else 2)
    while shortest >= first and is_generic(text[shortest:end]):
        shortest -= 1
    if shortest < first:
        return -1
    known = lexicon.body[text[shortest:end]]
    if known < KNOWN:
        return min(shortest, max(first, candidate.soft, end - _LONG_BODY))
    chosen = shortest
    for start in range(shortest - 1, first - 1, -1):
        count = lexicon.body[text[start:end]]
        if count < 2:
            break
        if count >= _KEEP_SHARE * known:
            if start == chosen - 1 or lexicon.anchored[text[start:end]] > 1:
                chosen = start
        elif count >= _ANCHORED_SHARE * known and lexicon.anchored[text[start:end]] > 1:
            chosen = start
    return chosen


def learn(texts: Iterable[str]) -> Lexicon:
    """Return the lexicon of the data: tails counted by texts, and the names that recur in several contexts."""
    lexicon = Lexicon()
    contexts: dict[str, int] = {}
    bits = {suffix: 1 << (number % 61) for number, suffix in enumerate(suffix_kinds())}
    for text in texts:
        tails, bodies, anchored = set(), set(), set()
        for c in candidates(text):
            anchored.add(text[c.start : c.suffix])
            anchored.add(text[c.soft : c.suffix])
            for start in range(c.start, c.suffix):
                name = text[start : c.suffix]
                bodies.add(name)
                if c.kind != CUE:
                    tails.add(text[start : c.end])
                if len(name) > 2:
                    bit = bits[text[c.suffix : c.end]] if c.kind != CUE else 1 << (62 + ord(text[c.suffix]) % 60)
                    contexts[name] = contexts.get(name, 0) | bit
        lexicon.full.update(tails)
        lexicon.body.update(bodies)
        lexicon.anchored.update(anchored)
    lexicon.bare.update(_bare_names(lexicon, contexts))
    return lexicon


def _bare_names(lexicon: Lexicon, contexts: dict[str, int]) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, several in contexts.items():
        count = lexicon.body[name]
        if count < KNOWN or several.bit_count() < 2 or lexicon.anchored[name] < max(2, 0.2 * count):
            continue
        if name[0] in _NO_NAME_START or name[-1] in _NO_NAME_END or name[0].isdigit():
            continue
        if is_common(name) or is_generic(name) or any(name.endswith(s) for s in ("小区", "社区", "街道")):
            continue
        names[name] = ""
    return names
