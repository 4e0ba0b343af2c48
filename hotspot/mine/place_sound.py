"""Known places heard in a text: what a recogniser wrote with other characters of the same sound."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotspot.mine.place_canonical import loose_sound
from hotspot.mine.place_words import trie_pattern

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
        self._names = sorted(name for name in names if len(name) >= _SHORTEST)
        self._places: dict[str, str] = {}
        for name in self._names:
            self._places.setdefault(_spoken(name), name)
        self._pattern = re.compile(trie_pattern(self._places)) if self._places else None

    def __reduce__(self) -> tuple[type[KnownSounds], tuple[list[str]]]:
        """Send the names alone: another process has its own characters for the sounds."""
        return KnownSounds, (self._names,)

    def find(self, text: str) -> Heard | None:
        """Return the first span of `text` that sounds like a known place, the longest at its start."""
        match = self._pattern.search(_spoken(text)) if self._pattern else None
        return Heard(match.start(), match.end(), self._places[match[0]]) if match else None


_FIRST, _LAST = 0x4E00, 0x9FFF  # the characters that have a sound


@cache
def _of_syllable() -> dict[str, int]:
    return {}


@cache
def _table() -> NDArray[np.uint32]:
    """Return for each character the first that was met with its sound, 0 while it has not been met itself."""
    return np.zeros(_LAST - _FIRST + 1, dtype=np.uint32)


def _spoken(text: str) -> str:
    """Return `text` with one character in the place of all that sound alike: as long as it was."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").copy()
    at = np.flatnonzero((codes >= _FIRST) & (codes <= _LAST))
    signs = codes[at] - _FIRST
    table = _table()
    for sign in set(signs[table[signs] == 0].tolist()):
        table[sign] = _of_syllable().setdefault(loose_sound(chr(_FIRST + sign)), _FIRST + sign)
    codes[at] = table[signs]
    return codes.tobytes().decode("utf-32-le", "surrogatepass")
