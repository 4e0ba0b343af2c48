"""Places of the calls: mentions, canonical names, districts, and the one place that a call is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.mine.place_canonical import LearnedAlias, canonicalise
from hotspot.mine.place_grammar import candidates
from hotspot.mine.place_known import KnownNames
from hotspot.mine.place_learn import add_known, learn, short_names
from hotspot.mine.place_passes import Chooser, Chosen, Finder, Named, ToChoose, count_names
from hotspot.mine.place_sound import KnownSounds
from hotspot.scale import here, slices
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
    offsets = [len(head) + 1 if head else 0 for head in heads]
    whole = [f"{head}\n{text[:_LONGEST]}" if head else text[:_LONGEST] for head, text in zip(heads, texts, strict=True)]
    regions = regions or [""] * count
    spread = spread or here
    cuts = slices(count)
    parts = [whole[cut] for cut in cuts]
    rooms = spread(candidates, parts)
    lexicon = learn(parts, rooms)
    add_known(lexicon, {*gazetteer.places, *gazetteer.aliases})
    names = {*gazetteer.places, *gazetteer.aliases, *lexicon.bare}
    finder = Finder(lexicon, [*KnownNames.anywhere(names), *KnownNames.in_short(short_names(lexicon))])
    found = [(part, offsets[cut], room) for part, cut, room in zip(parts, cuts, rooms, strict=True)]
    named: list[Named] = spread(finder, found)
    chooser, learned = _know(named, parts, gazetteer)
    to_choose = [
        ToChoose(cut.start, part, offsets[cut], regions[cut], names)
        for part, cut, names in zip(parts, cuts, named, strict=True)
    ]
    return _together(spread(chooser, to_choose), count, learned)


def _know(
    named: Sequence[Named], texts: Sequence[Sequence[str]], gazetteer: Gazetteer
) -> tuple[Chooser, tuple[LearnedAlias, ...]]:
    """Return what chooses among the mentions, now that all tell which spellings are one place, and the aliases."""
    kinds, together = count_names(zip(texts, named, strict=True))
    spelled: Counter[str] = Counter()
    for (name, _), times in kinds.items():
        spelled[name] += times
    # The kind under which each name was found most often, whatever the order of the calls.
    kind = {name: kind for (name, kind), _ in sorted(kinds.items(), key=lambda item: (item[1], item[0]))}
    canonical, learned = canonicalise(spelled, kind, gazetteer.places, gazetteer.aliases, gazetteer.forbidden)
    calls: Counter[str] = Counter()
    for names, times in together.items():
        for place in {canonical[name] for name in names}:
            calls[place] += times
    for place in gazetteer.places:
        calls[place] += _KNOWN
    return Chooser(canonical, calls, gazetteer.places, gazetteer.districts, KnownSounds(gazetteer.places)), learned


def _together(parts: Sequence[Chosen], count: int, learned: tuple[LearnedAlias, ...]) -> Places:
    """Return the places of all parts, one after another."""
    columns: dict[str, list[Any]] = {
        name: list(chain.from_iterable(getattr(part, name) for part in parts)) for name in MENTION_COLUMNS
    }
    table = pd.DataFrame(columns).astype({name: kind for name, kind in MENTION_COLUMNS.items() if kind != "str"})
    arrays = []
    about = np.flatnonzero(table["is_primary"].to_numpy())
    calls = table["call"].to_numpy()[about]
    for name in ("place", "district", "mention", "kind"):
        values = np.full(count, "", dtype=object)
        values[calls] = [columns[name][row] for row in about.tolist()]
        arrays.append(values)
    echoes: Counter[tuple[str, str]] = Counter()
    for part in parts:
        echoes.update(part.echoes)
    by_sound = [LearnedAlias(spelled, place, "与已知地点读音相同", n) for (spelled, place), n in sorted(echoes.items())]
    return Places(table, Primary(*arrays), (*learned, *by_sound))
