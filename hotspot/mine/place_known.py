"""Names that are known without a suffix: those of the configuration, those learned, and dwellings in short."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from hotspot.mine.place_grammar import Mention, kind_of
from hotspot.mine.place_scan import Joined, Words
from hotspot.mine.place_words import trie_pattern

_NATURE: Final = frozenset("湖山河岛江湾园城")  # they often stand in the middle of the name of a dwelling
_SHORT_BEFORE: Final = r"(?:(?<=[住在是：:，,。！？、\s])|(?<=我们)|(?<=反映)|^)"
_SHORT_AFTER: Final = (
    r"(?=院|的|家|住|[，。、\s]|[一二三四五六七八九十\d]{1,3}号?[楼栋幢]|顶楼|没|不|这|暖|业主|整个|全|停|$)"
)


@dataclass(frozen=True)
class KnownNames:
    """Names to be found wherever their pattern matches; `begins` finds the texts that may hold one."""

    pattern: re.Pattern[str]
    begins: Words

    @classmethod
    def anywhere(cls, names: Iterable[str]) -> list[KnownNames]:
        """Return what finds the names, longest first: nothing, where there are none."""
        longer = sorted({name for name in names if len(name) > 1})
        return [cls(re.compile(trie_pattern(longer)), _pairs(longer))] if longer else []

    @classmethod
    def in_short(cls, names: Iterable[str]) -> list[KnownNames]:
        """Return what finds two-character names of dwellings (怡馨 for 怡馨小区) where a place may stand."""
        short = sorted({name[:2] for name in names})
        pattern = f"{_SHORT_BEFORE}(?:{trie_pattern(short)}){_SHORT_AFTER}"
        return [cls(re.compile(pattern), _pairs(short))] if short else []

    def may_be_in(self, joined: Joined) -> set[int]:
        """Return the numbers of the texts that hold the first two signs of a name."""
        at = self.begins.heads(joined.codes)
        found = [joined.owners(at[which]) for _, which, _ in self.begins.walk(joined.codes, at)]
        return set(np.concatenate(found).tolist()) if found else set()


def _pairs(names: Iterable[str]) -> Words:
    return Words(sorted({name[:2] for name in names}))


def with_known(text: str, names: list[Mention], known: re.Pattern[str]) -> list[Mention]:
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
