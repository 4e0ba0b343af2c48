"""Names learned from the data at hand: where a name begins, and which names stand without their suffix.

A name that recurs keeps its length while what stands to its left changes, so the counts of the tails of all candidates
tell where it begins (家园小区 < 和谐家园小区 > 住和谐家园小区).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from hotspot.mine.place_grammar import Candidate, generics, suffix_kinds

_KEEP_SHARE = 0.3  # a longer tail is the name when it keeps this share of the shorter one's texts
_LONG_BODY = 7  # a name seen once is not longer than this before its suffix
BARE_LENGTH = 3  # shortest name that is recognised without its suffix and without a locating context


@dataclass(frozen=True)
class Lexicon:
    """Counts of candidate tails and the bare names learned from them."""

    tails: Counter[str] = field(default_factory=Counter)
    bare: dict[str, str] = field(default_factory=dict)  # name without suffix -> kind


@lru_cache(maxsize=100_000)
def is_generic(body: str) -> bool:
    """Tell whether `body` is put together from generic words alone.

    Examples
    --------
    >>> is_generic("居民"), is_generic("老旧居民"), is_generic("泰康")
    (True, True, False)
    """
    words = generics()
    reach = [True] + [False] * len(body)
    for end in range(1, len(body) + 1):
        reach[end] = any(
            reach[end - length] and (body[end - length : end] in words or body[end - length : end] in suffix_kinds())
            for length in range(1, min(6, end) + 1)
        )
    return reach[-1]


def tails(text: str, found: Sequence[Candidate]) -> set[str]:
    """Return every string of `text` that ends with a candidate's suffix and begins within its room."""
    return {text[start : c.end] for c in found for start in range(c.start, c.suffix)}


def begin(text: str, candidate: Candidate, floor: int, counts: Counter[str]) -> int:
    """Return where the name of `candidate` begins (not before `floor`), or -1 if nothing there is a name."""
    first = max(candidate.start, floor)
    shortest = candidate.suffix - (1 if candidate.kind == "村镇" else 2)
    while shortest >= first and is_generic(text[shortest : candidate.suffix]):
        shortest -= 1
    if shortest < first:
        return -1
    known = counts[text[shortest : candidate.end]]
    if known >= 3:
        chosen = shortest
        for start in range(shortest - 1, first - 1, -1):
            count = counts[text[start : candidate.end]]
            if count < max(2, _KEEP_SHARE * known):
                break
            chosen = start
        return chosen
    return max(first, candidate.suffix - _LONG_BODY)


def learn(per_text: Iterable[set[str]], kinds: dict[str, str]) -> Lexicon:
    """Return the lexicon of the data: tails counted by texts, bare names of recurring ones."""
    counts: Counter[str] = Counter()
    for strings in per_text:
        counts.update(strings)
    return Lexicon(counts, {})
