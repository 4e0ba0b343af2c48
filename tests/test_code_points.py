import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.text.code_points import CodePoints, Pairs, ahead

TEXTS = st.lists(st.text(alphabet="ab1 楼号\x1e\n😀\ud800\uffff", max_size=8), max_size=8)
CLASSES = ("[ab]", "楼", r"\s", "[1号]|b", r"[^\w\s]")


@settings(deadline=None)
@given(TEXTS, st.sampled_from(CLASSES))
def test_every_text_with_a_character_is_found(texts: list[str], characters: str) -> None:
    points = CodePoints(texts)
    found = points.rows(points.among(characters) & ~points.border)
    having = [row for row, text in enumerate(texts) if re.search(characters, text)]
    assert found == having or (set(having) <= set(found) and any(ord(sign) > 0xFFFF for sign in "".join(texts)))


@settings(deadline=None)
@given(TEXTS, st.sampled_from(CLASSES[:4]), st.sampled_from(CLASSES[:4]))
def test_every_text_with_a_pair_is_found(texts: list[str], first: str, second: str) -> None:
    points = CodePoints(texts)
    pairs = Pairs([[(first, second)], [("楼", "号")]])
    found = pairs.rows(points)
    # Begin and end of a text are white space to a pair.
    having = [row for row, text in enumerate(texts) if re.search(f"(?:{first})(?:{second})", f"\n{text}\n")]
    assert found[0] == having or first == second == r"\s"
    assert set(having) <= set(found[0])
    assert found[1] == [row for row, text in enumerate(texts) if "楼号" in text]
    assert points.rows_at(pairs.places(points) + 1) == sorted({*found[0], *found[1]})
    assert {int(bits) for bits in pairs.at(points, pairs.places(points))} <= {1, 2, 3}


@pytest.mark.parametrize("by", [-3, -1, 1, 5])
def test_what_stands_ahead(by: int) -> None:
    points = CodePoints(["暖气不热", "", "供暖"])
    mask = points.among("暖")
    assert [at + by for at in ahead(mask, by).nonzero()[0]] == list(mask.nonzero()[0])


def test_no_text_holds_anything() -> None:
    points = CodePoints([])
    assert points.rows(points.among(r"\s")) == []
    assert Pairs([[(r"\s", r"\s")]]).rows(points) == [[]]
