"""Texts as numbers are the texts that were numbered, whatever is left out of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hotspot.text.tokens import Tokens, first_numbered, gather, replace

ROWS = st.lists(st.lists(st.sampled_from(["暖气", "不热", " ", "，", "5"]), max_size=8), max_size=6)


@given(ROWS)
def test_tokens_are_their_rows(rows: list[list[str]]) -> None:
    tokens = Tokens.of(rows)
    assert tokens.words == list(dict.fromkeys(word for row in rows for word in row))
    assert tokens.lines() == [" ".join(row) for row in rows]


@given(ROWS, st.data())
def test_stretches_are_replaced_as_in_lists(rows: list[list[str]], data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.integers(0, 9), max_size=20))
    edges = sorted(data.draw(st.lists(st.integers(0, len(ids)), min_size=2 * len(rows), max_size=2 * len(rows))))
    new = Tokens.of(rows)
    expected, last = [], 0
    for begin, end, row in zip(edges[::2], edges[1::2], rows, strict=True):
        expected += [*ids[last:begin], *(new.words.index(word) for word in row)]
        last = end
    stretches = np.array(edges[::2], dtype=np.int64), np.array(edges[1::2], dtype=np.int64)
    found = replace(np.array(ids, dtype=np.int32), *stretches, new.ids, np.diff(new.ends))
    assert found.tolist() == expected + ids[last:]


@given(ROWS.filter(bool), st.data())
def test_gathered_rows_are_those_asked_for(rows: list[list[str]], data: st.DataObject) -> None:
    tokens = Tokens.of(rows)
    asked = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=8))
    ids, lengths = gather(tokens.ids, tokens.ends, np.array(asked, dtype=np.int64))
    assert [tokens.words[number] for number in ids.tolist()] == [word for row in asked for word in rows[row]]
    assert lengths.tolist() == [len(rows[row]) for row in asked]


@given(st.lists(st.integers(0, 9)))
def test_numbers_in_the_order_in_which_they_come(numbers: list[int]) -> None:
    distinct, places = first_numbered(np.array(numbers, dtype=np.int32), 10)
    assert distinct.tolist() == list(dict.fromkeys(numbers))
    assert distinct[places].tolist() == numbers
