"""Words as numbers say what the lines of words say, however they are put together."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.mine.features import Block
from hotspot.mine.impersonal import mask, mask_words
from hotspot.mine.word_table import WordTable

WORD = st.sampled_from(
    [
        "暖气",
        "不热",
        "女士",
        "王",
        "王女士",
        "我叫",
        "名叫",
        "马",
        "占林",
        "5",
        "x12",
        "A座",
        "3.5",
        "，",
        "１２",
        "*",
        "X",
        "先生",
    ]
)
LINES = st.lists(st.lists(WORD, max_size=8).map(" ".join), max_size=6)


@given(LINES, LINES)
@settings(max_examples=150, deadline=None)
def test_tables_are_their_lines(first: list[str], second: list[str]) -> None:
    one, other = WordTable.of(first), WordTable.of(second)
    both = WordTable.joined([one, other])
    assert list(both) == first + second
    assert both.words == sorted(both.words)
    assert list(both[np.arange(len(both))[::-1]]) == (first + second)[::-1]
    half = both[: len(first)], both[len(first) :]
    again = WordTable.joined(half)  # both of one list of words
    assert (again.words, list(again)) == (both.words, list(both))
    assert list(WordTable.joined(half[:1])) == first
    assert WordTable.joined(half[:1]).words == (sorted(one.words) if any(map(str.split, first)) else [""])
    assert list(both[len(both) : 0]) == []
    assert list(both[::-2]) == (first + second)[::-2]
    assert list(WordTable.stacked(*half)) == first + second
    held = [set(line.split()) for line in first]
    assert one.spread().tolist() == [sum(word in words for words in held) for word in one.words]


@given(st.lists(st.tuples(st.lists(WORD, max_size=4), st.lists(WORD, max_size=4)), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_texts_and_titles_side_by_side(rows: list[tuple[list[str], list[str]]]) -> None:
    whole = WordTable.joined([WordTable(title for title, _ in rows), WordTable(title + text for title, text in rows)])
    titles, texts = whole[: len(rows)], whole[len(rows) :]
    assert list(texts.without_lead(titles)) == [" ".join(text) for _, text in rows]
    assert list(WordTable.woven([titles, titles])) == [" ".join(title + title) for title, _ in rows]
    chosen = np.array([bool(title) for title, _ in rows])
    assert list(WordTable.beside(titles, texts, chosen)) == [" ".join(title or text) for title, text in rows]


@given(LINES)
@settings(max_examples=200, deadline=None)
def test_numbers_are_masked_as_lines_are(lines: list[str]) -> None:
    masked = mask_words(WordTable.of(lines))
    assert [masked.told(row) for row in range(len(lines))] == [mask(line).split() for line in lines]


def test_a_block_takes_lines_and_numbers_alike() -> None:
    lines = ["暖气 不热 王 女士", "不热 5", ""]
    block = Block("words", 2, min_df=1).fit(lines)
    assert (block.transform(lines) != block.transform(WordTable.of(lines))).nnz == 0
