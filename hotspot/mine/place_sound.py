"""Known places heard in a text: what a recogniser wrote with other characters of the same sound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from hotspot.mine.place_canonical import loose_sound

_SHORTEST = 4  # characters: shorter names have too many neighbours of their sound


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
        found: dict[tuple[str, ...], str] = {}
        for name in sorted(name for name in names if len(name) >= _SHORTEST):
            found.setdefault(tuple(_syllables(name)), name)
        self._names = found
        self._sizes = sorted({len(sounds) for sounds in found}, reverse=True)

    def find(self, text: str) -> Heard | None:
        """Return the first span of `text` that sounds like a known place, the longest at its start."""
        if not self._names:
            return None
        sounds = _syllables(text)
        for start in range(len(text) - self._sizes[-1] + 1):
            for size in self._sizes:
                place = self._names.get(tuple(sounds[start : start + size]))
                if place is not None:
                    return Heard(start, start + size, place)
        return None


def _syllables(text: str) -> Sequence[str]:
    return [_syllable(sign) for sign in text]


@lru_cache(maxsize=30_000)
def _syllable(sign: str) -> str:
    return loose_sound(sign) if "\u4e00" <= sign <= "\u9fff" else sign
