"""Texts looked through together: what is found in each is what a search of it alone finds."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hotspot.mine.place_grammar import candidates
from hotspot.mine.place_learn import learn
from hotspot.mine.place_mentions import find_mentions
from hotspot.mine.place_pinyin import sound
from hotspot.mine.place_scan import (
    Joined,
    Openings,
    Words,
    code_points,
    count_owners,
    longest_matches,
    matches_at,
    number_strings,
)
from hotspot.mine.place_tails import count_tails
from hotspot.mine.place_words import trie_pattern

SIGNS = "\0\1\n 的住在区县市A3路村小区家园和谐一期栋号楼、，𠮷\ud800"
TEXTS = st.lists(st.text(st.sampled_from(SIGNS), max_size=30), max_size=6)
WORDS = st.lists(st.text(st.sampled_from("小区家园和𠮷"), min_size=1, max_size=4), min_size=1, unique=True)


@given(TEXTS, WORDS)
def test_the_longest_words_are_found_as_a_pattern_finds_them(texts: list[str], words: list[str]) -> None:
    joined = Joined(texts)
    at, lengths, numbers = longest_matches(Words(words), joined.codes)
    owners = joined.owners(at)
    found = [
        (owner, start, start + length, words[number])
        for owner, start, length, number in zip(
            owners.tolist(), (at - joined.starts[owners]).tolist(), lengths.tolist(), numbers.tolist(), strict=True
        )
    ]
    pattern = re.compile(trie_pattern(words))
    assert found == [
        (number, *match.span(), match[0]) for number, text in enumerate(texts) for match in pattern.finditer(text)
    ]


@given(st.text(st.sampled_from("小区家园和"), max_size=30), WORDS)
def test_words_are_found_where_they_end(text: str, words: list[str]) -> None:
    at = np.arange(len(text) + 1)
    found = {
        (position, words[number])
        for _, which, numbers in Words(words, backwards=True).walk(Joined([text]).codes, at + 1)
        for position, number in zip(at[which].tolist(), numbers.tolist(), strict=True)
    }
    assert found == {(end, word) for end in range(len(text) + 1) for word in words if text[:end].endswith(word)}


@given(TEXTS)
def test_a_pattern_is_tried_where_it_can_match(texts: list[str]) -> None:
    pattern, openings = re.compile("[A市]3?区|住在?"), Openings(("A市", "3区"), ("住", ""))
    joined = Joined(texts)
    found = [match.span() for match in matches_at(pattern, joined.text, openings.find(joined.codes))]
    assert found == [match.span() for match in pattern.finditer(joined.text)]
    holds = [
        any(text[at] == "住" or text[at : at + 2] in ("A3", "A区", "市3", "市区") for at in range(len(text)))
        for text in texts
    ]
    assert (openings.marks(joined) > 0).tolist() == holds


@given(st.text(st.sampled_from("小区家园"), min_size=1, max_size=20))
def test_equal_strings_have_equal_numbers(text: str) -> None:
    origins = np.arange(len(text))
    for length, which, names, firsts in number_strings(code_points(text), origins, np.minimum(3, len(text) - origins)):
        strings = [text[at : at + length] for at in which.tolist()]
        assert [text[at : at + length] for at in firsts[names].tolist()] == strings
        assert len(firsts) == len(set(strings))
        owners = which % 2
        counts = count_owners(names, owners, len(firsts)).tolist()
        held = set(zip(strings, owners.tolist(), strict=True))
        assert counts == [sum(text[at : at + length] == name for name, _ in held) for at in firsts.tolist()]


@given(TEXTS)
def test_each_text_has_the_candidates_and_mentions_that_it_has_alone(texts: list[str]) -> None:
    rooms = candidates(texts)
    assert list(rooms.each()) == [next(candidates([text]).each()) for text in texts]
    assert list(rooms.of([0, 2]).each()) == [list(rooms.each())[at] for at in (0, 2)] if len(texts) > 2 else True
    lexicon = learn([texts], [rooms])
    alone = [next(find_mentions([text], candidates([text]), lexicon)) for text in texts]
    assert list(find_mentions(texts, rooms, lexicon)) == alone


@given(TEXTS)
def test_tails_are_counted_by_texts(texts: list[str]) -> None:
    rooms = candidates(texts)
    full: dict[str, set[int]] = {}
    anchored: dict[str, set[int]] = {}
    for number, (text, found) in enumerate(zip(texts, rooms.each(), strict=True)):
        for room in found:
            if room.start < room.suffix:
                anchored.setdefault(text[room.start : room.suffix], set()).add(number)
            else:
                full.setdefault(text[room.start : room.end], set()).add(number)
    counts = count_tails([(texts, rooms)])
    assert counts.anchored == {name: len(owners) for name, owners in anchored.items()}
    assert all(counts.full[name] >= len(owners) for name, owners in full.items())
    assert all(counts.body.get(name, 0) <= len(texts) for name in counts.several)


@given(st.text(st.sampled_from("重庆长沙行乐音乐都会地得还A3，𠮷"), max_size=8))
def test_a_name_sounds_as_pypinyin_has_it(name: str) -> None:
    from pypinyin import Style, lazy_pinyin

    assert sound(name) == " ".join(lazy_pinyin(name, style=Style.NORMAL))
