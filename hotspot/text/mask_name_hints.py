"""In which texts each finder of names can find one: where what can be a name stands behind, or before, what says so."""

from __future__ import annotations

from functools import cache

import numpy as np

from hotspot.text import mask_name_signs as signs
from hotspot.text.code_points import CodePoints, Mask, Pairs, ahead
from hotspot.text.name_lexicon import given_characters, name_parts, not_names, surnames


def weak_hints(points: CodePoints) -> list[Mask]:
    """Return where each of the finders that are not known by a pair may find something.

    In this order: behind `signs.ME`, behind each of `signs.WEAK`, behind `signs.PERSON`, of two parts, spelled out, as
    the subject, by a relative, before a title.
    """
    part, title, double, word = _words().begin(points)
    given = points.among(_class(given_characters()))
    plain = points.among(_class(surnames())) & ahead(given, 1) & ~word
    likely = plain | double | part
    after, after_long = points.among(signs.AFTER_BEGINS), points.among(signs.AFTER_LONG_BEGINS)
    ended = double | part | (plain & (ahead(after, 2) | (ahead(given, 2) & ahead(after_long, 3))))
    # A name in a list may follow one that is none.
    heard = ended | (points.among(signs.LISTED_BEGINS) & ahead(ended, 1))
    ends = (signs.ME_ENDS, *(ends for ends, _ in signs.WEAK), signs.PERSON_ENDS)
    middle = points.among("·")
    tells = points.among(signs.TELLS_BEGIN)
    return [
        *(heard & ahead(points.among(characters), -1) for characters in ends),
        part & (_within(part, 2, 4) | _within(middle, 2, 4)),
        _spelled(points),
        likely & ahead(points.among(signs.SUBJECT_BEFORE), -1) & _within(tells, 3, 4),
        likely & ahead(points.among(signs.RELATIVE_BEFORE), -1) & _within(points.among(signs.RELATIVE_BEHIND), 2, 4),
        likely & _within(title, 2, 5),
    ]


@cache
def _class(names: frozenset[str]) -> str:
    return f"[{''.join(sorted(name for name in names if len(name) == 1))}]"


@cache
def _words() -> Pairs:
    parts = [(part[0], part[1]) for part in sorted(name_parts())]
    doubles = [(name[0], name[1]) for name in sorted(surnames()) if len(name) == 2]
    no_names = [(word[0], word[1]) for word in sorted(not_names()) if len(word) == 2]
    return Pairs([parts, signs.TITLE_BEGINS, doubles, no_names])


def _within(mask: Mask, first: int, last: int) -> Mask:
    """Return where the mask is true at one of the places from `first` to `last` farther on."""
    found = ahead(mask, first)
    for by in range(first + 1, last + 1):
        found |= ahead(mask, by)
    return found


def _spelled(points: CodePoints) -> Mask:
    """Return the 的 in the first 秀丽的秀 behind a name and a comma, where 秀 stands in the name."""
    found = np.zeros(len(points.codes), dtype=np.bool_)
    places = np.flatnonzero(points.among("的"))
    gap = points.among(signs.SPELLING_GAP)
    sign = points.codes[places + 1]
    for back in (3, 4, 5):  # two or three characters, perhaps a blank before them
        comma = places - back
        named = (points.codes[comma - 1] == sign) | (points.codes[comma - 2] == sign)
        found[places[gap[comma] & named]] = True
    return found
