"""Where a place name may stand in a text: the suffix grammar (小区, 路, 村 …) and cues.

A candidate is a suffix or a cue (``业主``, ``3栋``, ``附近``) with the room to its left in which its name must
begin. Where exactly the name begins is settled when the counts over all texts are known (`hotspot.mine.place_lexicon`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotspot.arrays import ranges
from hotspot.mine.place_room import DISTRICT_BEFORE, find_rooms
from hotspot.mine.place_scan import Joined, Numbers, Pairs, Words, longest_matches
from hotspot.mine.place_words import common_words, suffix_kinds, tagged, whole_names

CUE: Final = "提示"  # kind of a candidate whose end is no suffix but a cue to its right
PHASE: Final = "期"
# Characters after a suffix that make it a part of another word: 城市, 路灯, 社区卫生.
_FALSE_NEXT: Final = {
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
    "期": "限间内望货刊末",
}
# Characters before a suffix that make the two a word of their own: 公路, 探路, 返乡.
_FALSE_BEFORE: Final = {
    "路": "路公道马线网电思套出退走让问半迷赶跑带修探绕弯段条幅回截拦占堵过小该啥盏引铁患学脱抄",
    "乡": "返回下家故城老同外还",
    "村": "农乡本全我该各自",
    "洲": "欧亚非美澳各五",
    "站": "基车到下上各每本该这全",
    "店": "分门本该总商小老开书饭",
    "镇": "乡本全各该",
}
_NUMBERED: Final = frozenset(("栋", "号楼", "幢", PHASE))
_NUMBER: Final = re.compile(r"[（(第]?(?:[一二三四五六七八九十]{1,2}|[A-Z]\d{0,3}|\d{1,3})$")


class Candidate(NamedTuple):
    """A suffix or cue at ``text[suffix:end]``; its name begins at `start` at the earliest, rather at `soft`."""

    start: int
    soft: int
    suffix: int
    end: int
    kind: str
    strong: bool


class Candidates(NamedTuple):
    """The candidates of several texts as columns, one text after another; positions count from where a text begins."""

    counts: Numbers  # of each text
    start: Numbers
    soft: Numbers
    suffix: Numbers
    end: Numbers
    kind: Numbers  # number in `all_kinds`
    strong: Numbers
    word: Numbers  # number of the suffix or cue: suffixes as `suffix_kinds` has them, then cues

    def of(self, texts: Sequence[int]) -> Candidates:
        """Return the candidates of some of the texts, given by number."""
        rows = ranges((np.cumsum(self.counts) - self.counts)[texts], self.counts[texts])
        return Candidates(self.counts[texts], *(column[rows] for column in self[1:]))

    def each(self) -> Iterator[list[Candidate]]:
        """Yield the candidates of each text from left to right."""
        kinds = [all_kinds()[number] for number in self.kind.tolist()]
        columns = [column.tolist() for column in (self.start, self.soft, self.suffix, self.end)]
        rows = list(map(Candidate._make, zip(*columns, kinds, self.strong.tolist(), strict=True)))
        at = 0
        for count in self.counts.tolist():
            yield rows[at : at + count]
            at += count


class Mention(NamedTuple):
    """A place name at ``text[start:end]``."""

    start: int
    end: int
    name: str
    kind: str


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


@cache
def all_kinds() -> tuple[str, ...]:
    """Return the kinds of candidates."""
    return tuple(dict.fromkeys((CUE, PHASE, *(kind for kind, _ in suffix_kinds().values()))))


@cache
def number_of(kind: str) -> int:
    """Return the number of a kind among all."""
    return all_kinds().index(kind)


class _Endings(NamedTuple):
    """All that a name can end with: suffixes and cues by number, and what is known of each."""

    words: Words
    kind: NDArray[np.int8]
    strong: NDArray[np.bool_]
    numbered: NDArray[np.bool_]
    company: NDArray[np.bool_]
    whole: NDArray[np.bool_]
    false_next: Pairs
    false_before: Pairs
    common: Pairs  # the signs before a single one with which it is a word of everyday language


@cache
def _endings() -> _Endings:
    spelled = list(dict.fromkeys((*suffix_kinds(), *sorted(tagged("place_cues.txt")["提示"]))))
    kinds = [PHASE if word == PHASE else suffix_kinds().get(word, (CUE, False))[0] for word in spelled]
    common: dict[str, set[str]] = {}
    for pair in common_words():
        if len(pair) == 2:
            common.setdefault(pair[1], set()).add(pair[0])
    return _Endings(
        Words(spelled),
        np.array([number_of(kind) for kind in kinds], dtype=np.int8),
        np.array([suffix_kinds().get(word, (CUE, False))[1] for word in spelled]),
        np.array([word in _NUMBERED for word in spelled]),
        np.array([word.endswith("公司") for word in spelled]),
        np.array([word in whole_names() for word in spelled]),
        Pairs(spelled, _FALSE_NEXT),
        Pairs(spelled, _FALSE_BEFORE),
        Pairs(spelled, common),
    )


def candidates(texts: Sequence[str]) -> Candidates:
    """Return the suffixes and cues of the texts that have room for a name before them.

    Examples
    --------
    >>> text = "我住在和谐家园小区，暖气不热"
    >>> [(text[c.start : c.end], c.kind) for found in candidates([text]).each() for c in found]
    [('和谐家园', '小区'), ('和谐家园小区', '小区')]
    """
    joined, known = Joined(texts), _endings()
    at, lengths, word = longest_matches(known.words, joined.codes)
    end = at + lengths
    suffix = _with_numbers(joined, at, word)
    holds = (suffix > 0) & ~known.false_next.hold(word, joined.codes[end])
    holds &= ~known.false_before.hold(word, joined.codes[at - 1])
    word, suffix, end = word[holds], suffix[holds], end[holds]
    start, soft = find_rooms(joined, suffix, known.company[word])
    owner = joined.owners(suffix)
    origin = joined.starts[owner]
    start, soft, suffix, end = ((column - origin).astype(np.int32) for column in (start, soft, suffix, end))
    counts = np.zeros(len(texts), dtype=np.int32)
    found = Candidates(counts, start, soft, suffix, end, known.kind[word], known.strong[word], word.astype(np.int16))
    empty = start >= suffix
    for row in np.flatnonzero(empty & known.whole[word]).tolist():
        _take_whole(found, row, texts[owner[row]])
    single = (end - suffix == 1) & ~known.strong[word] & known.common.hold(word, joined.codes[suffix + origin - 1])
    kept = np.where(empty, known.whole[word], ~single)
    found.end[:] = np.where(found.kind == number_of(CUE), found.suffix, found.end)
    counts = np.bincount(owner[kept], minlength=len(texts)).astype(np.int32)
    return Candidates(counts, *(column[kept] for column in found[1:]))


def _with_numbers(joined: Joined, at: Numbers, word: Numbers) -> Numbers:
    """Return where suffixes and cues begin with the number or 的 before them; 0 where a number lacks."""
    known = _endings()
    links = (known.kind[word] == number_of(CUE)) & (joined.codes[at - 1] == ord("的"))
    begin: Numbers = at - links
    for row in np.flatnonzero(known.numbered[word]).tolist():
        place = int(at[row])
        number = _NUMBER.search(joined.text, max(0, place - 5), place)
        begin[row] = number.start() if number else 0
    return begin


def _take_whole(found: Candidates, row: int, text: str) -> None:
    """Make a name of a suffix that is one by itself, with the district before it: (A市)火车站."""
    suffix = int(found.suffix[row])
    district = DISTRICT_BEFORE.search(text, max(0, suffix - 5), suffix)
    found.start[row] = found.soft[row] = district.start() if district else suffix
    found.strong[row] = bool(district)
    if not district and text[suffix : found.end[row]] == "新村":
        found.kind[row] = number_of("村镇")
