"""Strings in one buffer are the strings that went in, however they are cut, joined and sent."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.packed import Packed
from hotspot.texts import Texts

STRINGS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=12)


@given(STRINGS, STRINGS, st.integers(-13, 13), st.integers(-13, 13), st.sampled_from([1, 2, -1]))
@settings(max_examples=200, deadline=None)
def test_texts_are_their_strings(first: list[str], second: list[str], begin: int, end: int, step: int) -> None:
    one, other = Texts.of(first), Texts.of(pd.Series(second, dtype="str"))
    both = Texts.joined([one, other])
    whole = first + second
    assert (list(both), both.tolist(), len(both)) == (whole, whole, len(whole))
    assert list(both[begin:end:step]) == whole[begin:end:step]
    assert [both[at] for at in range(len(whole))] == whole
    assert both.taken(np.arange(len(whole))[::-1]).tolist() == whole[::-1]
    assert both.series().tolist() == whole
    for texts in (one, both, both[begin:end]):
        assert list(pickle.loads(pickle.dumps(texts))) == list(texts)


def test_a_slice_travels_without_the_rest() -> None:
    texts = Texts.of(["暖气不热" * 20] * 1000)
    assert len(pickle.dumps(texts[10:12])) < len(pickle.dumps(texts)) / 100
    assert len(pickle.dumps(Texts.joined([texts[:1], texts[7:8]]))) < len(pickle.dumps(texts)) / 100


@given(st.recursive(st.none() | st.integers() | st.text(max_size=4), st.lists, max_leaves=6))
@settings(max_examples=50, deadline=None)
def test_what_was_packed_is_there_again(value: object) -> None:
    assert Packed(value).open() == value
    assert pickle.loads(pickle.dumps(Packed(value))).open() == value


def test_what_is_packed_is_small() -> None:
    text = "".join(map(chr, np.random.default_rng(0).integers(0x4E00, 0x4F00, 20_000)))
    assert len(pickle.dumps(Packed(text))) < len(text.encode()) / 2
