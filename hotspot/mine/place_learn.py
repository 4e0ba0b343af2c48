"""What all texts together tell about names, learned from a sample of them: the lexicon of a run.

A name that stands before several suffixes and cues (``X小区``, ``X业主``, ``X3栋``) is known without them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Final

from hotspot.mine.place_grammar import Candidates
from hotspot.mine.place_heads import frequent_heads, keep_heads
from hotspot.mine.place_lexicon import KNOWN, Lexicon, generic_tail, is_generic, is_plain, is_verbal
from hotspot.mine.place_room import CODE
from hotspot.mine.place_tails import TailCounts, count_tails
from hotspot.mine.place_words import hard_stops, plain_words, soft_stops, suffix_kinds

_NO_TAIL: Final = ("问题", "用地", "办公室", "公积金", "缴存", "大队", "情况", "部门", "单位", "人员", "事件", "案件")
_NO_NAME_START: Final = frozenset("园城苑路区县市村镇街号栋期楼州省府湾")
_NO_NAME_END: Final = frozenset("局委院所部厅队省市区县州的和与及了是在有楼栋号道")
_CONFIGURED: Final = 1000  # texts, as it were, that hold a name of the configuration
_SHORTENED: Final = ("小区", "家园", "花园", "花苑", "佳园", "嘉园", "新城", "大厦")  # left out by callers
_SAMPLE: Final = 30_000  # texts from which names are learned
_SHARE_SAMPLE: Final = 5_000  # texts in which the share of a bare name is counted


def learn(texts: Sequence[Sequence[str]], rooms: Sequence[Candidates]) -> Lexicon:
    """Return the lexicon of the data: tails counted by texts, and the names that recur in several contexts.

    Parameters
    ----------
    texts
        The texts that `draw` gives of each part.
    rooms
        Their candidates.
    """
    counts = count_tails(zip(texts, rooms, strict=True))
    count = sum(map(len, texts))
    few = [[part[row] for row in draw(part, count, _SHARE_SAMPLE)] for part in texts]
    heads = [
        name
        for name in frequent_heads(texts)
        if _may_stand_alone(name) and not is_verbal(name[:2]) and not is_verbal(name[-2:])
    ]
    bare = {*_bare_names(counts), *keep_heads(heads, few)}
    return Lexicon(counts.full, counts.body, counts.anchored, bare)


def draw(texts: Sequence[str], count: int, size: int = _SAMPLE) -> list[int]:
    """Return which of these texts are among about `size` of `count`, drawn by content: the same in whatever order."""
    if count <= size:
        return list(range(len(texts)))
    limit = (size << 32) // count
    return [row for row, text in enumerate(texts) if zlib.crc32(text.encode("utf-8", "surrogatepass")) < limit]


def _bare_names(counts: TailCounts) -> list[str]:
    """Return the names that stand before several suffixes and often enough begin at a boundary."""
    return [
        name
        for name in counts.several
        if counts.body[name] >= KNOWN
        and counts.anchored.get(name, 0) >= max(2, 0.2 * counts.body[name])
        and _may_stand_alone(name)
    ]


def _may_stand_alone(name: str) -> bool:
    if name[0] in _NO_NAME_START or name[-1] in _NO_NAME_END or name[0].isdigit() or CODE.match(name):
        return False
    if any(part in name for part in ("街道", "社区", "小区", "镇", "公司")) or generic_tail(name):
        return False
    if name[0] in soft_stops() or name[-1] in soft_stops() or name[-1] in "东西南北性户段" or name.endswith(_NO_TAIL):
        return False
    return not is_plain(name) and not any(name.startswith(word) for word in hard_stops())


def short_names(lexicon: Lexicon) -> list[str]:
    """Return the names of dwellings that are known well enough to be heard in their first two characters."""
    return [
        name
        for name, times in lexicon.full.items()
        if times > KNOWN
        and len(name) == 4
        and name.endswith(_SHORTENED)
        and 2 * lexicon.anchored.get(name[:2], 0) >= times
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
        for counts, counted in ((lexicon.full, name), (lexicon.body, body), (lexicon.anchored, body)):
            if counts is lexicon.full or len(body) > 1:
                counts[counted] = counts.get(counted, 0) + _CONFIGURED
