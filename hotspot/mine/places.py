"""Places of the calls: mentions, canonical names, districts, and the one place that a call is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.mine.place_canonical import LearnedAlias, canonicalise
from hotspot.mine.place_known import KnownNames
from hotspot.mine.place_learn import add_known, learn, short_names
from hotspot.mine.place_passes import Chooser, Contents, Finder, Looker, NameCounts, Read
from hotspot.mine.place_sound import KnownSounds
from hotspot.scale import Kept, Spread, here, slices
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


_KNOWN: Final = 1_000_000  # calls, as it were, that name a place of the gazetteer


def find_places(
    texts: Sequence[str],
    gazetteer: Gazetteer | None = None,
    *,
    titles: Sequence[str] | None = None,
    addresses: Sequence[str] | None = None,
    regions: Sequence[str] | None = None,
    spread: Spread | None = None,
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
    count = len(texts)
    columns = [texts, *(column or [""] * count for column in (titles, addresses, regions))]
    parts = [Contents.of(*(column[cut] for column in columns)) for cut in slices(count)]
    return search_places(Kept(spread or here, parts), _itself, [cut.start for cut in slices(count)], count, gazetteer)


def search_places(
    kept: Kept, read: Read, starts: Sequence[int], count: int, gazetteer: Gazetteer | None = None
) -> Places:
    """Return the places of calls that are kept in parts.

    Parameters
    ----------
    kept
        The parts.
    read
        Returns the contents of a part.
    starts
        The number of the first call of each part.
    count
        The calls of all parts.
    gazetteer
        What the configuration knows; nothing by default.
    """
    gazetteer = gazetteer or Gazetteer()
    kept, drawn = kept.with_more(Looker(read, count))
    lexicon = learn([texts for texts, _ in drawn], [rooms for _, rooms in drawn])
    add_known(lexicon, {*gazetteer.places, *gazetteer.aliases})
    names = {*gazetteer.places, *gazetteer.aliases, *lexicon.bare}
    known = [*KnownNames.anywhere(names), *KnownNames.in_short(short_names(lexicon))]
    kept, counts = kept.with_more(Finder(read, lexicon, known))
    canonical, learned, calls = _know(NameCounts.joined(counts), gazetteer)
    sounds = KnownSounds(gazetteer.places)
    chooser = Chooser(read, canonical, calls, gazetteer.places, gazetteer.districts, sounds)
    return _together(kept.ask(chooser, starts), count, learned)


def _itself(part: Contents) -> Contents:
    return part


def _know(
    counts: NameCounts, gazetteer: Gazetteer
) -> tuple[Mapping[str, str], tuple[LearnedAlias, ...], Mapping[str, int]]:
    """Return which spellings are one place, now that all calls tell, what of it was learned, and the calls of each."""
    spelled: Counter[str] = Counter()
    for (name, _), times in counts.kinds.items():
        spelled[name] += times
    # The kind under which each name was found most often, whatever the order of the calls.
    kind = {name: kind for (name, kind), _ in sorted(counts.kinds.items(), key=lambda item: (item[1], item[0]))}
    canonical, learned = canonicalise(spelled, kind, gazetteer.places, gazetteer.aliases, gazetteer.forbidden)
    calls: Counter[str] = Counter()
    for names, times in counts.together.items():
        for place in {canonical[name] for name in names}:
            calls[place] += times
    for place in gazetteer.places:
        calls[place] += _KNOWN
    return canonical, learned, calls


def _together(
    parts: Sequence[tuple[pd.DataFrame, Counter[tuple[str, str]]]], count: int, learned: tuple[LearnedAlias, ...]
) -> Places:
    """Return the places of all parts, one after another."""
    tables = [table for table, _ in parts] or [pd.DataFrame({name: [] for name in MENTION_COLUMNS})]
    table = pd.concat(tables, ignore_index=True).astype(MENTION_COLUMNS)
    primary = table[table["is_primary"]]
    arrays = []
    for name in ("place", "district", "mention", "kind"):
        numbers, names = pd.factorize(primary[name])  # one object for each name, however many calls have it
        values = np.full(count, "", dtype=object)
        values[primary["call"].to_numpy()] = names.to_numpy(dtype=object)[numbers]
        arrays.append(values)
    echoes: Counter[tuple[str, str]] = Counter()
    for _, heard in parts:
        echoes.update(heard)
    by_sound = [LearnedAlias(spelled, place, "与已知地点读音相同", n) for (spelled, place), n in sorted(echoes.items())]
    return Places(table, Primary(*arrays), (*learned, *by_sound))
