"""The two passes over the calls in which places are found: what each call names, then which of it the call is about.

Between them stands what only all calls together tell: which spellings are one place. Each pass takes a part of the
calls and returns flat arrays, so that parts can be divided among processes and no object per call stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotspot.mine.place_grammar import Candidates, Mention, kind_of
from hotspot.mine.place_known import KnownNames
from hotspot.mine.place_lexicon import Lexicon
from hotspot.mine.place_mentions import find_mentions
from hotspot.mine.place_primary import choose
from hotspot.mine.place_sound import KnownSounds
from hotspot.mine.place_workplaces import find_workplace

_NEAR: Final = 12  # characters before a place in which its district may be named


class Named(NamedTuple):
    """The mentions of some texts, one text after another."""

    counts: NDArray[Any]  # mentions of each text
    starts: NDArray[Any]
    ends: NDArray[Any]
    kinds: list[str]

    def names(self, texts: Sequence[str]) -> list[str]:
        """Return the names of the mentions in the texts that they were found in."""
        owners = np.repeat(np.arange(len(self.counts)), self.counts).tolist()
        spans = zip(owners, self.starts.tolist(), self.ends.tolist(), strict=True)
        return [texts[owner][start:end] for owner, start, end in spans]

    def each(self, texts: Sequence[str]) -> Iterator[list[Mention]]:
        """Yield the mentions of each of the texts that they were found in."""
        columns = (self.starts.tolist(), self.ends.tolist(), self.names(texts), self.kinds)
        found = list(map(Mention._make, zip(*columns, strict=True)))
        at = 0
        for count in self.counts.tolist():
            yield found[at : at + count]
            at += count


@dataclass(frozen=True)
class Finder:
    """The first pass: finds the mentions of some texts, once the names are known."""

    lexicon: Lexicon
    known: Sequence[KnownNames]

    def __call__(self, part: tuple[Sequence[str], Sequence[int], Candidates]) -> Named:
        """Return the mentions of the texts, given with where their contents begin and their candidates."""
        texts, offsets, rooms = part
        counts, kinds = [], []
        spans: list[int] = []
        for found in find_mentions(texts, rooms, self.lexicon, self.known, offsets):
            counts.append(len(found))
            for mention in found:
                spans += mention[:2]
                kinds.append(mention.kind)
        both = np.array(spans, dtype=np.int32).reshape(-1, 2)
        return Named(np.array(counts, dtype=np.int32), both[:, 0].copy(), both[:, 1].copy(), kinds)


class ToChoose(NamedTuple):
    """Some calls for the second pass, with where the content begins in each text and what it names."""

    first: int  # number of the first call
    texts: Sequence[str]
    offsets: Sequence[int]
    regions: Sequence[str]
    named: Named


class Chosen(NamedTuple):
    """The mentions of some calls as they are kept, columns of equal length."""

    call: list[int]
    start: list[int]
    mention: list[str]
    place: list[str]
    district: list[str]
    kind: list[str]
    is_primary: list[bool]
    echoes: Counter[tuple[str, str]]  # spellings that only sound like a known place

    @classmethod
    def empty(cls) -> Chosen:
        """Return the mentions of no call."""
        return cls([], [], [], [], [], [], [], Counter())


@dataclass(frozen=True)
class Chooser:
    """The second pass: chooses the place that each call is about, once it is known which spellings are one place."""

    canonical: Mapping[str, str]
    calls: Mapping[str, int]  # that name each place, more than any count for a known one
    places: Mapping[str, str]  # of the gazetteer, with their districts
    districts: tuple[str, ...]
    sounds: KnownSounds
    _same: dict[str, str] = field(default_factory=dict)

    def __call__(self, part: ToChoose) -> Chosen:
        """Return the mentions of the calls with place, district and whether the call is about it."""
        rows = Chosen.empty()
        named = list(part.named.each(part.texts))
        chosen = [
            choose(text, offset, found, self._times)
            for text, offset, found in zip(part.texts, part.offsets, named, strict=True)
        ]
        heard = self._hear(part, named, chosen, rows.echoes)
        for call, found in enumerate(named):
            text, offset = part.texts[call], part.offsets[call]
            for position, mention in enumerate(found):
                name, primary = mention.name, position == chosen[call]
                place = heard[call] if primary and call in heard else self.canonical.get(name, name)
                said, near = _said_district(text, mention.start, self.districts)
                rows.call.append(part.first + call)
                rows.start.append(mention.start - offset)
                rows.mention.append(self._same.setdefault(name, name))
                rows.place.append(self._same.setdefault(place, place))
                rows.district.append(near or self.places.get(place, "") or said or part.regions[call])
                rows.kind.append(mention.kind)
                rows.is_primary.append(primary)
        return rows

    def _times(self, mention: Mention) -> int:
        return self.calls[self.canonical[mention.name]]

    def _hear(
        self, part: ToChoose, named: list[list[Mention]], chosen: list[int], echoes: Counter[tuple[str, str]]
    ) -> dict[int, str]:
        """Find what the calls without a place are about: a kind of workplace, or a known place as it was heard.

        Adds it to what the calls name, chooses it, and returns the known places by the numbers of their calls.
        """
        others = {call: find_workplace(part.texts[call]) for call, best in enumerate(chosen) if best < 0}
        silent = [call for call, workplace in others.items() if workplace is None]
        contents = [part.texts[call][part.offsets[call] :] for call in silent]
        heard = {silent[number]: span for number, span in self.sounds.find(contents).items()}
        for call, (start, end, place) in heard.items():
            offset = part.offsets[call]
            spelling = part.texts[call][offset + start : offset + end]
            echoes[spelling, place] += 1
            others[call] = Mention(start + offset, end + offset, spelling, kind_of(place))
        for call, other in others.items():
            if other:
                named[call] = sorted([*named[call], other])
                chosen[call] = named[call].index(other)
        return {call: span.place for call, span in heard.items()}


def count_names(
    parts: Iterable[tuple[Sequence[str], Named]],
) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, ...]]]:
    """Return how often each name was found under each kind, and in how many calls which names are found together."""
    kinds: Counter[tuple[str, str]] = Counter()
    together: Counter[tuple[str, ...]] = Counter()
    for texts, named in parts:
        names = named.names(texts)
        kinds.update(zip(names, named.kinds, strict=True))
        ends = np.cumsum(named.counts).tolist()
        together.update(tuple(sorted(set(names[first:last]))) for first, last in pairwise([0, *ends]) if first < last)
    return kinds, together


def _said_district(text: str, start: int, districts: tuple[str, ...]) -> tuple[str, str]:
    """Return the district named shortly before `start`, and once more if it stands right before it."""
    before = text[max(0, start - _NEAR) : start]
    held = [(before.rfind(name), name) for name in districts if name in before]
    said = max(held)[1] if held else ""
    return said, said if said and before.endswith(said) else ""
