"""Places of the calls: mentions, canonical names, districts, and the one place that a call is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.mine import place_lexicon
from hotspot.mine.place_canonical import LearnedAlias, canonicalise
from hotspot.mine.place_mentions import Mention, find_mentions, index_names
from hotspot.mine.place_primary import choose
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
    whole = [f"{head}\n{text}" if head else text for head, text in zip(heads, texts, strict=True)]
    lexicon = place_lexicon.learn(whole)
    place_lexicon.add_known(lexicon, {*gazetteer.places, *gazetteer.aliases})
    index = index_names({*gazetteer.places, *gazetteer.aliases, *lexicon.bare})
    per_call = [find_mentions(text, lexicon, index) for text in whole]
    spelled = Counter(mention.name for found in per_call for mention in found)
    kinds = {mention.name: mention.kind for found in per_call for mention in found}
    canonical, learned = canonicalise(spelled, kinds, gazetteer.places, gazetteer.aliases, gazetteer.forbidden)
    places: Counter[str] = Counter()
    for found in per_call:
        places.update({canonical[mention.name] for mention in found})
    for place in gazetteer.places:
        places[place] += _KNOWN

    def times(mention: Mention) -> int:
        return places[canonical[mention.name]]

    rows: list[tuple[int, int, str, str, str, str, bool]] = []
    chosen = []
    for call, found in enumerate(per_call):
        offset = len(whole[call]) - len(texts[call])
        best = choose(whole[call], offset, found, times)
        region = regions[call] if regions is not None else ""
        for position, mention in enumerate(found):
            place = canonical[mention.name]
            district = (
                gazetteer.places.get(place, "") or _district(whole[call], mention.start, gazetteer.districts) or region
            )
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
    return Places(table, Primary(*arrays), learned)


def _district(text: str, start: int, districts: tuple[str, ...]) -> str:
    before = text[max(0, start - 12) : start]
    held = [(before.rfind(name), name) for name in districts if name in before]
    return max(held)[1] if held else ""
