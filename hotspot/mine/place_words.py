"""The word lists of place names: suffixes, stop words, everyday words, and a pattern for many words at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources


@cache
def tagged(name: str) -> dict[str, frozenset[str]]:
    """Return the words of a file by the tag that their lines begin with."""
    text = resources.files("hotspot.resources").joinpath(name).read_text(encoding="utf-8")
    words: dict[str, set[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            tag, *rest = line.split()
            words.setdefault(tag, set()).update(rest)
    return {tag: frozenset(rest) for tag, rest in words.items()}


@cache
def suffix_kinds() -> dict[str, tuple[str, bool]]:
    """Return every suffix with its kind and whether it makes a name on its own (strong)."""
    text = resources.files("hotspot.resources").joinpath("place_suffixes.txt").read_text(encoding="utf-8")
    table: dict[str, tuple[str, bool]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, strength, *suffixes = line.split()
            for suffix in suffixes:
                table.setdefault(suffix, (kind, strength == "强"))
    return table


@cache
def hard_stops() -> frozenset[str]:
    """Return the words that end to the left of a name and never stand in one."""
    return tagged("place_stops.txt")["硬"]


@cache
def soft_stops() -> frozenset[str]:
    """Return the words that bound a name unless counts say that they belong to it."""
    return tagged("place_stops.txt")["软"] | tagged("place_common.txt")["动"]


@cache
def verbal_words() -> frozenset[str]:
    """Return the words that no name is made of: verbs, adverbs, function words."""
    return tagged("place_common.txt")["动"] | hard_stops()


@cache
def common_words() -> frozenset[str]:
    """Return the words of everyday language: a name made of them alone needs more evidence."""
    common, stops = tagged("place_common.txt"), tagged("place_stops.txt")
    return common["动"] | common["名"] | hard_stops() | stops["软"] | stops["虚"]


@cache
def plain_words() -> frozenset[str]:
    """Return the common words and those that often stand in names: alone, without a suffix, they are no name."""
    return common_words() | tagged("place_common.txt")["雅"]


@cache
def no_institutions() -> frozenset[str]:
    """Return the words that make no name with an institution and the district before it: 市公立(医院)."""
    return tagged("place_cues.txt")["泛"]


@cache
def whole_names() -> frozenset[str]:
    """Return the suffixes that are a place by themselves where a city has one of them: (A市)火车站."""
    return tagged("place_cues.txt")["独"]


@cache
def road_names() -> frozenset[str]:
    """Return the everyday words that roads are named after: 人民 (路)."""
    return tagged("place_cues.txt")["路名"]


@cache
def workplaces() -> frozenset[str]:
    """Return the kinds of workplaces that stand for a place where wages are owed and nothing else is named."""
    return tagged("place_cues.txt")["用工"]


@cache
def generics() -> frozenset[str]:
    """Return the words that make no name with a suffix: 居民 (小区), 附近 (工地)."""
    text = resources.files("hotspot.resources").joinpath("place_generic.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def trie_pattern(words: Iterable[str]) -> str:
    """Return a pattern of `words`, longest first, that tries each first character once."""
    heads: dict[str, set[str]] = {}
    for word in words:
        heads.setdefault(word[0], set()).add(word[1:])
    branches = []
    for head in sorted(heads):
        rests = heads[head] - {""}
        branches.append(
            re.escape(head) + (f"(?:{trie_pattern(rests)})" + ("?" if "" in heads[head] else "") if rests else "")
        )
    return "|".join(branches)
