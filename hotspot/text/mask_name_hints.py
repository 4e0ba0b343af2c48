"""In which texts each finder of names can find one: where what can be a name stands behind, or before, what says so."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from hotspot.text import mask_name_signs as signs
from hotspot.text.code_points import CodePoints, Mask, Pairs, Positions, ahead, words
from hotspot.text.name_lexicon import given_characters, name_parts, not_names, surnames

_TITLES: Final = Pairs([words(signs.TITLES)])


def weak_hints(points: CodePoints) -> list[Positions]:
    """Return where each of the finders that are not known by a pair may find something.

    In this order: behind `signs.ME`, behind each of `signs.WEAK`, behind `signs.PERSON`, of two parts, spelled out, as
    the subject, by a relative, before a title.
    """
    plain, parts, doubles = _plain(points), _parts().places(points), _doubles().places(points)
    names = np.concatenate((plain, parts, doubles))
    ended = np.concatenate((plain[_is_ended(points, plain)], parts, doubles))
    # A name in a list may follow one that is none.
    heard = np.concatenate((ended, ended[points.has(signs.LISTED_BEGINS, ended - 1)] - 1))
    ends = (signs.ME_ENDS, *(ends for ends, _ in signs.WEAK), signs.PERSON_ENDS)
    subject = points.has(signs.SUBJECT_BEFORE, names - 1) & _within(points, signs.TELLS_BEGIN, names, 3, 4)
    relative = points.has(signs.RELATIVE_BEFORE, names - 1) & _within(points, signs.RELATIVE_BEHIND, names, 2, 4)
    return [
        *(heard[points.has(characters, heard - 1)] for characters in ends),
        parts[_within(points, "·", parts, 2, 4) | _pair_within(points, _parts(), parts, 2, 4)],
        _spelled(points),
        names[subject],
        names[relative],
        names[_pair_within(points, _TITLES, names, 2, 5)],
    ]


def _plain(points: CodePoints) -> Positions:
    """Return where a surname of one character stands before a character of given names, and both make no other word."""
    surname, given = points.among(_class(surnames())), points.among(_class(given_characters()))
    places = np.flatnonzero(surname & ahead(given, 1))
    found: Positions = places[_no_names().at(points, places) == 0]
    return found


def _is_ended(points: CodePoints, plain: Positions) -> Mask:
    """Return at which of these places a name of two or three characters may stand before what may follow a name."""
    short = points.has(signs.AFTER_BEGINS, plain + 2)
    long = points.has(_class(given_characters()), plain + 2) & points.has(signs.AFTER_LONG_BEGINS, plain + 3)
    return short | long


def _within(points: CodePoints, characters: str, places: Positions, first: int, last: int) -> Mask:
    """Return at which of the places a character of the class stands so far behind."""
    found: Mask = np.any([points.has(characters, places + by) for by in range(first, last + 1)], axis=0)
    return found


def _pair_within(points: CodePoints, pairs: Pairs, places: Positions, first: int, last: int) -> Mask:
    """Return at which of the places a pair begins so far behind."""
    found: Mask = np.any([pairs.at(points, places + by) != 0 for by in range(first, last + 1)], axis=0)
    return found


def _spelled(points: CodePoints) -> Positions:
    """Return the 的 in the first 秀丽的秀 behind a name and a comma, where 秀 stands in the name."""
    places = np.flatnonzero(points.among("的"))
    sign = points.codes[places + 1]
    found = np.zeros(len(places), dtype=np.bool_)
    for back in (3, 4, 5):  # two or three characters, perhaps a blank before them
        comma = places - back
        named = (points.codes[comma - 1] == sign) | (points.codes[comma - 2] == sign)
        found |= named & points.has(signs.SPELLING_GAP, comma)
    spelled: Positions = places[found]
    return spelled


@cache
def _class(names: frozenset[str]) -> str:
    return f"[{''.join(sorted(name for name in names if len(name) == 1))}]"


@cache
def _parts() -> Pairs:
    return Pairs([[(part[0], part[1]) for part in sorted(name_parts())]])


@cache
def _doubles() -> Pairs:
    return Pairs([[(name[0], name[1]) for name in sorted(surnames()) if len(name) == 2]])


@cache
def _no_names() -> Pairs:
    return Pairs([[(word[0], word[1]) for word in sorted(not_names()) if len(word) == 2]])
