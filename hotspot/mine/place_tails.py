"""How many texts hold each name that could end at a candidate: all tails of its room, with the suffix and without it.

The tails of one end are numbered from right to left: a longer one has the number of the pair of the shorter one and
the sign before it. So a tail costs one step however long it is, and becomes a string only once, when all are counted.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotspot.arrays import ranges
from hotspot.mine.place_grammar import CUE, PHASE, Candidates, number_of
from hotspot.mine.place_room import inside_code
from hotspot.mine.place_scan import Codes, Joined, Numbers, count_owners, number_strings, table_of


class TailCounts(NamedTuple):
    """What the tails of the candidates tell."""

    full: dict[str, int]  # texts that hold each with its suffix
    body: dict[str, int]  # … without it
    anchored: dict[str, int]  # … without it, where the room begins with it
    several: set[str]  # those of more than two signs that stand before several suffixes or cues


class _Windows(NamedTuple):
    """The rooms of many candidates with their suffixes, one after another."""

    codes: Codes
    inside: NDArray[np.bool_]  # signs within an anonymised name: nothing begins there
    bodies: Numbers  # signs before the suffix of each
    widths: Numbers  # signs of each
    contexts: Numbers  # what kind of suffix or cue it is, as a number
    owners: Numbers  # number of its text
    named: NDArray[np.bool_]  # that end with a suffix, not at a cue


def count_tails(parts: Iterable[tuple[Sequence[str], Candidates]]) -> TailCounts:
    """Return what the tails of the candidates of all parts tell.

    Examples
    --------
    >>> from hotspot.mine.place_grammar import candidates
    >>> texts = ["家住泰康小区", "泰康小区停水"]
    >>> counts = count_tails([(texts, candidates(texts))])
    >>> counts.full["泰康小区"], counts.anchored["泰康"]
    (2, 2)
    """
    windows = _gather(parts)
    text = windows.codes.tobytes().decode("utf-32-le", "surrogatepass")
    starts = np.cumsum(windows.widths) - windows.widths
    counts = TailCounts({}, {}, {}, set())
    lasts = starts + windows.bodies - 1
    for length, rows, names, firsts in number_strings(windows.codes, lasts, windows.bodies, -1):
        free = ~windows.inside[lasts[rows] + 1 - length]
        spelled = _spell(text, lasts[firsts] + 1, length)
        owners = windows.owners[rows]
        counts.body.update(_held(spelled, names[free], owners[free]))
        whole = windows.bodies[rows] == length
        counts.anchored.update(_held(spelled, names[whole], owners[whole]))
        if length > 2:
            counts.several.update(_in_several(spelled, names[free], windows.contexts[rows[free]]))
    lasts = starts + windows.widths - 1
    for length, rows, names, firsts in number_strings(windows.codes, lasts, windows.widths * windows.named, -1):
        at, bodies = lasts[rows] + 1 - length, windows.bodies[rows]
        taken = np.where(bodies > 0, (at < starts[rows] + bodies) & ~windows.inside[at], at == starts[rows])
        spelled = _spell(text, lasts[firsts] + 1, length)
        counts.full.update(_held(spelled, names[taken], windows.owners[rows[taken]]))
    return counts


def _gather(parts: Iterable[tuple[Sequence[str], Candidates]]) -> _Windows:
    """Return the windows of all parts."""
    gathered = [_Windows(*(np.zeros(0, dtype=kind) for kind in ("<u4", bool, int, int, int, int, bool)))]
    base = 0
    for texts, rooms in parts:
        joined = Joined(texts)
        owners = np.repeat(np.arange(len(texts)), rooms.counts)
        starts = joined.starts[owners] + rooms.start
        bodies, widths = (column.astype(np.int64) for column in (rooms.suffix - rooms.start, rooms.end - rooms.start))
        at = ranges(starts, widths)
        numbered = (rooms.kind == number_of(CUE)) | (rooms.kind == number_of(PHASE))
        contexts = np.where(numbered, 62 + joined.codes[starts + bodies] % 60, rooms.word % 61)
        named = rooms.kind != number_of(CUE)
        gathered.append(_Windows(joined.codes[at], _inside(joined, at), bodies, widths, contexts, owners + base, named))
        base += len(texts)
    return _Windows(*map(np.concatenate, zip(*gathered, strict=True)))


@cache
def _code_signs() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return tables of the signs that an anonymised name begins with, and of those that surely do not go on with it."""
    others = {*map(chr, range(0x3400, 0xA000)), *string.ascii_letters} - set("市县区")
    return table_of(string.ascii_uppercase), table_of(others)


def _inside(joined: Joined, at: Numbers) -> NDArray[np.bool_]:
    """Tell of each position whether it lies within an anonymised name."""
    letters, outside = _code_signs()
    near: NDArray[np.bool_] = outside.take(joined.codes[at], mode="clip") == 0
    begins = np.concatenate([np.zeros(3, dtype=np.uint8), letters.take(joined.codes, mode="clip")])
    near &= (begins[at] | begins[at + 1] | begins[at + 2]) > 0
    for number in np.flatnonzero(near).tolist():
        near[number] = inside_code(joined.text, int(at[number]))
    return near


def _spell(text: str, ends: Numbers, length: int) -> list[str]:
    return [text[end - length : end] for end in ends.tolist()]


def _held(spelled: Sequence[str], names: Numbers, owners: Numbers) -> dict[str, int]:
    """Return how many texts hold each of the strings, those that none holds left out."""
    counts = count_owners(names, owners, len(spelled)).tolist()
    return {name: count for name, count in zip(spelled, counts, strict=True) if count}


def _in_several(spelled: Sequence[str], names: Numbers, contexts: Numbers) -> list[str]:
    """Return the strings that are found with more than one context."""
    some = np.zeros(len(spelled), dtype=np.int64)
    some[names] = contexts
    return [spelled[name] for name in np.unique(names[some[names] != contexts]).tolist()]
