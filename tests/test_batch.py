"""A pattern looked for in many texts at once is found where it is found in each."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from hotspot.arrays import code_points
from hotspot.text.batch import find_rows

NUMBER = re.compile("[0-9]+号")


@given(st.lists(st.text(alphabet="暖气12号楼", max_size=6), max_size=8))
def test_rows_are_those_in_which_the_pattern_stands(texts: list[str]) -> None:
    assert find_rows(NUMBER, texts).tolist() == [row for row, text in enumerate(texts) if NUMBER.search(text)]


@given(st.text())
def test_code_points_are_those_of_each_character(text: str) -> None:
    assert code_points(text).tolist() == list(map(ord, text))
