"""Known places heard in a text: what a recogniser wrote with other characters of the same sound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotspot.arrays import code_points
from hotspot.mine.place_pinyin import loose_sound
from hotspot.mine.place_scan import Codes, Joined, Words, longest_matches

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
    >>> KnownSounds(["仁和小区"]).find(["马女士称人和小区昨天通暖", "停水"])
    {0: Heard(start=4, end=8, place='仁和小区')}
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(name for name in names if len(name) >= _SHORTEST)
        places: dict[str, str] = {}
        for name in self._names:
            places.setdefault(_spoken(code_points(name)).tobytes().decode("utf-32-le", "surrogatepass"), name)
        self._places = list(places.values())
        self._words = Words(places)

    def __reduce__(self) -> tuple[type[KnownSounds], tuple[list[str]]]:
        """Send the names alone: another process has its own characters for the sounds."""
        return KnownSounds, (self._names,)

    def find(self, texts: Sequence[str]) -> dict[int, Heard]:
        """Return for the texts that hold one, by number, the first span that sounds like a known place.

        Where several begin there, the longest.
        """
        joined = Joined(texts)
        at, lengths, numbers = longest_matches(self._words, _spoken(joined.codes))
        owners, first = np.unique(joined.owners(at), return_index=True)
        starts = at[first] - joined.starts[owners]
        rows = zip(owners.tolist(), starts.tolist(), lengths[first].tolist(), numbers[first].tolist(), strict=True)
        return {owner: Heard(start, start + length, self._places[number]) for owner, start, length, number in rows}


_FIRST, _LAST = 0x4E00, 0x9FFF  # the characters that have a sound


@cache
def _of_syllable() -> dict[str, int]:
    return {}


@cache
def _table() -> NDArray[np.uint32]:
    """Return for each character the first that was met with its sound, 0 while it has not been met itself."""
    return np.zeros(_LAST - _FIRST + 1, dtype=np.uint32)


def _spoken(codes: Codes) -> Codes:
    """Return the code points with one character in the place of all that sound alike."""
    spoken = codes.copy()
    at = np.flatnonzero((codes >= _FIRST) & (codes <= _LAST))
    signs = codes[at] - _FIRST
    table = _table()
    for sign in np.unique(signs[table[signs] == 0]).tolist():
        table[sign] = _of_syllable().setdefault(loose_sound(chr(_FIRST + sign)), _FIRST + sign)
    spoken[at] = table[signs]
    return spoken
