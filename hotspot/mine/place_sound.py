"""Known places heard in a text: what a recogniser wrote with other characters of the same sound."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

from hotspot.mine.place_canonical import loose_sound
from hotspot.mine.place_grammar import trie_pattern

_SHORTEST: Final = 4  # characters: shorter names have too many neighbours of their sound


class Heard(NamedTuple):
    """A span of a text that sounds like a known place."""

    start: int
    end: int
    place: str


class KnownSounds:
    """The places of a gazetteer by how they sound, character by character.

    Examples
    --------
    >>> KnownSounds(["仁和小区"]).find("马女士称人和小区昨天通暖")
    Heard(start=4, end=8, place='仁和小区')
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._places: dict[str, str] = {}
        for name in sorted(name for name in names if len(name) >= _SHORTEST):
            self._places.setdefault(_spoken(name), name)
        self._pattern = re.compile(trie_pattern(self._places)) if self._places else None

    def find(self, text: str) -> Heard | None:
        """Return the first span of `text` that sounds like a known place, the longest at its start."""
        match = self._pattern.search(_spoken(text)) if self._pattern else None
        return Heard(match.start(), match.end(), self._places[match[0]]) if match else None


class _Sounds(dict[int, str]):
    """One character for each syllable, the first that was met with it; other characters stand for themselves."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if "\u4e00" <= sign <= "\u9fff":
            sign = _of_syllable().setdefault(loose_sound(sign), sign)
        self[code] = sign
        return sign


@cache
def _of_syllable() -> dict[str, str]:
    return {}


@cache
def _table() -> _Sounds:
    return _Sounds()


def _spoken(text: str) -> str:
    """Return `text` with one character in the place of all that sound alike: as long as it was."""
    return text.translate(_table())
