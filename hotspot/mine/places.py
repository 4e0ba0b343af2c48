"""Places of the calls: mentions, canonical names, districts, and the one place that a call is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.mine import place_lexicon
from hotspot.mine.place_canonical import LearnedAlias, canonicalise
from hotspot.mine.place_grammar import Candidate, candidates
from hotspot.mine.place_mentions import Mention, find_mentions, find_workplace, kind_of, name_pattern, short_pattern
from hotspot.mine.place_primary import choose
from hotspot.mine.place_sound import KnownSounds
from hotspot.schema import MENTION_COLUMNS


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """What the configuration knows about the places of a city. Everything may be empty.

    Examples
    --------
    >>> Gazetteer(places={"和谐家园小区": "西城区"}, districts=("西城区",)).places["和谐家园小区"]
    '西城区'
    """

    places: Mapping[str, str] = field(default_factory=dict)  # canonical name -> district, "" unknown
    districts: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)  # spelled -> canonical, confirmed
    forbidden: frozenset[tuple[str, str]] = frozenset()  # pairs that must not be joined


@dataclass(frozen=True, slots=True)
class Primary:
    """The place each call is about: arrays with one entry per call, "" where it is about none."""

    place: NDArray[Any]
    district: NDArray[Any]
    mention: NDArray[Any]
    kind: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Places:
    """All mentions (columns of `MENTION_COLUMNS`), the primary place of each call, the aliases learned."""

    mentions: pd.DataFrame
    primary: Primary
    aliases: tuple[LearnedAlias, ...]


_NEAR: Final = 12  # characters before a place in which its district may be named
_PART: Final = 2000  # texts looked through at a time
_LONGEST: Final = 5000  # characters of a content that are read: what a call is about stands before that
_KNOWN: Final = 1_000_000  # calls, as it were, that name a place of the gazetteer


def find_places(
    texts: Sequence[str],
    gazetteer: Gazetteer | None = None,
    *,
    titles: Sequence[str] | None = None,
    addresses: Sequence[str] | None = None,
    regions: Sequence[str] | None = None,
    spread: Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]] | None = None,
) -> Places:
    """Return the places of `texts` (normalised), n calls in, n primary places out, in the same order.

    Parameters
    ----------
    texts
        Normalised contents: dialogues, monologues, summaries, formal notes.
    gazetteer
        What the configuration knows; nothing by default.
    titles, addresses, regions
        Further columns of the export, each as long as `texts`; a mention in them has a negative ``start``.
    spread
        Computes a function of each part of the texts; here, part by part, when left out.

    Examples
    --------
    >>> places = find_places(["我住和谐家园小区，暖气不热", "和谐佳园小区没暖气", "和谐家园小区停水"])
    >>> places.primary.place.tolist()
    ['和谐家园小区', '和谐家园小区', '和谐家园小区']
    """
    gazetteer = gazetteer or Gazetteer()
    count = len(texts)
    heads = [
        " ".join(part for part in parts if part)
        for parts in zip(addresses or [""] * count, titles or [""] * count, strict=True)
    ]
    kept = [text[:_LONGEST] for text in texts]
    whole = [f"{head}\n{text}" if head else text for head, text in zip(heads, kept, strict=True)]
    rooms = [candidates(text) for text in whole] if count <= place_lexicon.SAMPLE else []
    lexicon = place_lexicon.learn(whole, rooms)
    place_lexicon.add_known(lexicon, {*gazetteer.places, *gazetteer.aliases})
    patterns = (
        name_pattern({*gazetteer.places, *gazetteer.aliases, *lexicon.bare}),
        short_pattern(place_lexicon.short_names(lexicon)),
    )
    parts = [(whole[at : at + _PART], rooms[at : at + _PART]) for at in range(0, count, _PART)]
    finder = _Finder(lexicon, [pattern for pattern in patterns if pattern])
    of_parts = spread(finder, parts) if spread else map(finder, parts)
    per_call: list[list[Mention]] = [found for part in of_parts for found in part]
    spelled = Counter(mention.name for found in per_call for mention in found)
    kinds = _kinds(per_call)
    canonical, learned = canonicalise(spelled, kinds, gazetteer.places, gazetteer.aliases, gazetteer.forbidden)
    places: Counter[str] = Counter()
    for found in per_call:
        places.update({canonical[mention.name] for mention in found})
    for place in gazetteer.places:
        places[place] += _KNOWN

    def times(mention: Mention) -> int:
        return places[canonical[mention.name]]

    sounds = KnownSounds(gazetteer.places)
    echoes: Counter[tuple[str, str]] = Counter()
    rows: list[tuple[int, int, str, str, str, str, bool]] = []
    chosen = []
    for call, found in enumerate(per_call):
        offset = len(whole[call]) - len(kept[call])
        best = choose(whole[call], offset, found, times)
        workplace = find_workplace(whole[call]) if best < 0 else None
        heard = sounds.find(kept[call]) if best < 0 and not workplace else None
        if heard:
            spelling = kept[call][heard.start : heard.end]
            workplace = Mention(heard.start + offset, heard.end + offset, spelling, kind_of(heard.place))
            canonical[spelling] = heard.place
            echoes[spelling, heard.place] += 1
        if workplace:
            found.append(workplace)
            found.sort()
            best = found.index(workplace)
        region = regions[call] if regions is not None else ""
        for position, mention in enumerate(found):
            place = canonical.get(mention.name, mention.name)
            said, near = _said_district(whole[call], mention.start, gazetteer.districts)
            district = near or gazetteer.places.get(place, "") or said or region
            rows.append((call, mention.start - offset, mention.name, place, district, mention.kind, position == best))
            if position == best:
                chosen.append((call, place, district, mention.name, mention.kind))
    table = pd.DataFrame(rows, columns=list(MENTION_COLUMNS)).astype(
        {name: kind for name, kind in MENTION_COLUMNS.items() if kind != "str"}
    )
    arrays = [np.full(count, "", dtype=object) for _ in range(4)]
    for call, *values in chosen:
        for array, value in zip(arrays, values, strict=True):
            array[call] = value
    by_sound = [LearnedAlias(spelled, place, "与已知地点读音相同", n) for (spelled, place), n in sorted(echoes.items())]
    return Places(table, Primary(*arrays), (*learned, *by_sound))


@dataclass(frozen=True)
class _Finder:
    """Finds the mentions of a part of the texts, once the names are known."""

    lexicon: place_lexicon.Lexicon
    known: list[re.Pattern[str]]

    def __call__(self, part: tuple[Sequence[str], Sequence[list[Candidate]]]) -> list[list[Mention]]:
        texts, rooms = part
        return [
            find_mentions(text, room, self.lexicon, self.known)
            for text, room in zip(texts, rooms or map(candidates, texts), strict=True)
        ]


def _kinds(per_call: Sequence[Sequence[Mention]]) -> dict[str, str]:
    """Return the kind under which each name was found most often, whatever the order of the calls."""
    counts = Counter((mention.name, mention.kind) for found in per_call for mention in found)
    return {name: kind for (name, kind), _ in sorted(counts.items(), key=lambda item: (item[1], item[0]))}


def _said_district(text: str, start: int, districts: tuple[str, ...]) -> tuple[str, str]:
    """Return the district named shortly before `start`, and once more if it stands right before it."""
    before = text[max(0, start - _NEAR) : start]
    held = [(before.rfind(name), name) for name in districts if name in before]
    said = max(held)[1] if held else ""
    return said, said if said and before.endswith(said) else ""
