"""How a name sounds: its syllables without tones, as a recogniser may have heard them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_LOOSE: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
_HAN: Final = re.compile(r"[\u4e00-\u9fa5]+")


@lru_cache(maxsize=200_000)
def sound(name: str) -> str:
    """Return how a name sounds, tones left out.

    Examples
    --------
    >>> sound("太康") == sound("泰康")
    True
    """
    words = _cut(name) if _HAN.fullmatch(name) else (name,)
    return " ".join(map(_syllables, words))


def loose_sound(name: str) -> str:
    """Return how a name sounds to a recogniser that mixes up -n and -ng, z and zh.

    Examples
    --------
    >>> loose_sound("怡馨") == loose_sound("怡星")
    True
    """
    text = sound(name)
    for wide, narrow in _LOOSE:
        text = text.replace(wide, narrow)
    return text


@lru_cache(maxsize=200_000)
def _syllables(word: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return " ".join(lazy_pinyin(word, style=Style.NORMAL))


def _cut(name: str) -> Iterator[str]:
    """Yield the phrases and single characters into which pypinyin cuts a name, so that each is looked up but once."""
    from pypinyin.constants import PHRASES_DICT
    from pypinyin.seg.mmseg import p_set

    at, size = 0, len(name)
    while at < size:
        last, end = 0, at + 1
        while end <= size and name[at:end] in p_set:
            if name[at:end] in PHRASES_DICT:
                last = end
            end += 1
        if not last and end > size:  # what is left begins a phrase, and is none
            yield from name[at:]
            return
        yield name[at : last or at + 1]
        at = last or at + 1
