"""Texts as numbers are the texts that were numbered, whatever is left out of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hotspot.text.tokens import Tokens, first_numbered

ROWS = st.lists(st.lists(st.sampled_from(["暖气", "不热", " ", "，", "5"]), max_size=8), max_size=6)


@given(ROWS)
def test_tokens_are_their_rows(rows: list[list[str]]) -> None:
    tokens = Tokens.of(rows)
    assert tokens.words == list(dict.fromkeys(word for row in rows for word in row))
    assert tokens.lines() == [" ".join(row) for row in rows]


@given(ROWS, st.sets(st.sampled_from([" ", "，", "暖气"])))
def test_words_left_out_leave_no_trace(rows: list[list[str]], left_out: set[str]) -> None:
    tokens = Tokens.of(rows)
    rest = tokens.without(np.array([word in left_out for word in tokens.words], dtype=np.bool_))
    expected = Tokens.of([word for word in row if word not in left_out] for row in rows)
    assert rest.words == expected.words
    assert rest.ids.tolist() == expected.ids.tolist()
    assert rest.ends.tolist() == expected.ends.tolist()


@given(st.lists(st.integers(0, 9)))
def test_numbers_in_the_order_in_which_they_come(numbers: list[int]) -> None:
    distinct, places = first_numbered(np.array(numbers, dtype=np.int32), 10)
    assert distinct.tolist() == list(dict.fromkeys(numbers))
    assert distinct[places].tolist() == numbers
