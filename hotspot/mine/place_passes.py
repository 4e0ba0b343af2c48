"""The two passes over the calls in which places are found: what each call names, then which of it the call is about.

Between them stands what only all calls together tell: which spellings are one place. Each pass takes a part of the
calls and returns flat arrays, so that parts can be divided among processes and no object per call stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.mine.place_grammar import Candidates, Mention, candidates, kind_of
from hotspot.mine.place_known import KnownNames
from hotspot.mine.place_learn import draw
from hotspot.mine.place_lexicon import Lexicon
from hotspot.mine.place_mentions import find_mentions
from hotspot.mine.place_primary import choose
from hotspot.mine.place_sound import KnownSounds
from hotspot.mine.place_workplaces import find_workplace
from hotspot.schema import MENTION_COLUMNS

_LONGEST: Final = 5000  # characters of a content that are read: what a call is about stands before that
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


class Contents(NamedTuple):
    """What places are found in: texts with all that stands before them, where each content begins, the regions."""

    texts: Sequence[str]
    offsets: Sequence[int]
    regions: Sequence[str]

    @classmethod
    def of(
        cls, texts: Sequence[str], titles: Sequence[str], addresses: Sequence[str], regions: Sequence[str]
    ) -> Contents:
        """Return the contents of some calls (n of each in, n out)."""
        heads = [" ".join(filter(None, parts)) for parts in zip(addresses, titles, strict=True)]
        whole = [
            f"{head}\n{text[:_LONGEST]}" if head else text[:_LONGEST] for head, text in zip(heads, texts, strict=True)
        ]
        return cls(whole, [len(head) + 1 if head else 0 for head in heads], regions)


Read = Callable[[Any], Contents]  # how the contents are got from a part that is kept


@dataclass(frozen=True)
class Looker:
    """Before the first pass: looks where names may stand, and tells the texts from which names are learned."""

    read: Read
    count: int  # of all calls

    def __call__(self, part: Any) -> tuple[Candidates, tuple[list[str], Candidates]]:
        """Return the candidates of the texts; told are the texts drawn from them, with theirs."""
        texts = self.read(part).texts
        rooms = candidates(texts)
        rows = draw(texts, self.count)
        return rooms, ([texts[row] for row in rows], rooms.of(rows))


@dataclass(frozen=True)
class Finder:
    """The first pass: finds the mentions of some texts, once the names are known."""

    read: Read
    lexicon: Lexicon
    known: Sequence[KnownNames]

    def __call__(self, part: Any, rooms: Candidates) -> tuple[Named, NameCounts]:
        """Return the mentions of the texts, given their candidates; told is how often each name was found."""
        texts, offsets, _ = self.read(part)
        counts, kinds = [], []
        spans: list[int] = []
        for found in find_mentions(texts, rooms, self.lexicon, self.known, offsets):
            counts.append(len(found))
            for mention in found:
                spans += mention[:2]
                kinds.append(mention.kind)
        both = np.array(spans, dtype=np.int32).reshape(-1, 2)
        named = Named(np.array(counts, dtype=np.int32), both[:, 0].copy(), both[:, 1].copy(), kinds)
        return named, NameCounts.of(texts, named)


class NameCounts(NamedTuple):
    """How often each name was found under each kind, and in how many calls which names are found together."""

    kinds: Counter[tuple[str, str]]
    together: Counter[tuple[str, ...]]

    @classmethod
    def of(cls, texts: Sequence[str], named: Named) -> NameCounts:
        """Return what is found in some texts."""
        names = named.names(texts)
        ends = np.cumsum(named.counts).tolist()
        together = (tuple(sorted(set(names[first:last]))) for first, last in pairwise([0, *ends]) if first < last)
        return cls(Counter(zip(names, named.kinds, strict=True)), Counter(together))

    @classmethod
    def joined(cls, parts: Iterable[NameCounts]) -> NameCounts:
        """Return what is found in all parts."""
        whole = cls(Counter(), Counter())
        for part in parts:
            whole.kinds.update(part.kinds)
            whole.together.update(part.together)
        return whole


class _Rows(NamedTuple):
    """Mentions in the making, columns of equal length."""

    call: list[int]
    start: list[int]
    mention: list[str]
    place: list[str]
    district: list[str]
    kind: list[str]
    is_primary: list[bool]


@dataclass(frozen=True)
class Chooser:
    """The second pass: chooses the place that each call is about, once it is known which spellings are one place."""

    read: Read
    canonical: Mapping[str, str]
    calls: Mapping[str, int]  # that name each place, more than any count for a known one
    places: Mapping[str, str]  # of the gazetteer, with their districts
    districts: tuple[str, ...]
    sounds: KnownSounds

    def __call__(
        self, part: Any, rooms: Candidates, named: Named, first: int
    ) -> tuple[pd.DataFrame, Counter[tuple[str, str]]]:
        """Return the mentions of the calls, of which `first` is the number of the first one.

        Beside the table (columns of `MENTION_COLUMNS`) stands how often each spelling only sounded like a known place.
        """
        contents, echoes = self.read(part), Counter[tuple[str, str]]()
        rows = _Rows([], [], [], [], [], [], [])
        found = list(named.each(contents.texts))
        chosen = [
            choose(text, offset, mentions, self._times)
            for text, offset, mentions in zip(contents.texts, contents.offsets, found, strict=True)
        ]
        heard = self._hear(contents, found, chosen, echoes)
        for call, mentions in enumerate(found):
            text, offset = contents.texts[call], contents.offsets[call]
            for position, mention in enumerate(mentions):
                name, primary = mention.name, position == chosen[call]
                place = heard[call] if primary and call in heard else self.canonical.get(name, name)
                said, near = _said_district(text, mention.start, self.districts)
                rows.call.append(first + call)
                rows.start.append(mention.start - offset)
                rows.mention.append(name)
                rows.place.append(place)
                rows.district.append(near or self.places.get(place, "") or said or contents.regions[call])
                rows.kind.append(mention.kind)
                rows.is_primary.append(primary)
        return pd.DataFrame(rows._asdict()).astype(MENTION_COLUMNS), echoes

    def _times(self, mention: Mention) -> int:
        return self.calls[self.canonical[mention.name]]

    def _hear(
        self, part: Contents, named: list[list[Mention]], chosen: list[int], echoes: Counter[tuple[str, str]]
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


def _said_district(text: str, start: int, districts: tuple[str, ...]) -> tuple[str, str]:
    """Return the district named shortly before `start`, and once more if it stands right before it."""
    before = text[max(0, start - _NEAR) : start]
    held = [(before.rfind(name), name) for name in districts if name in before]
    said = max(held)[1] if held else ""
    return said, said if said and before.endswith(said) else ""
