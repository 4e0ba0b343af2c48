import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from hotspot.mine import issue_pairs, issue_sides, pair_products
from hotspot.mine.issue_linkage import link
from hotspot.mine.issue_pairs import CLOSE, candidates
from hotspot.mine.issue_sides import WORDED
from hotspot.mine.issue_table import complete, word_columns
from hotspot.mine.issue_views import Views, build_views
from hotspot.mine.pair_products import Beside, products
from hotspot.scale import slices


@pytest.mark.parametrize(("most", "terms"), [(64, 1 << 16), (3, 8), (1, 1)])
@given(seed=st.integers(0, 10_000), rows=st.integers(1, 12), width=st.integers(1, 20), pairs=st.integers(0, 40))
def test_products_of_pairs_are_those_of_the_matrices(monkeypatch_once, most, terms, seed, rows, width, pairs):
    draw = np.random.default_rng(seed)
    matrices = [sparse.random(rows, width, density=0.4, format="csr", random_state=draw) for _ in range(2)]
    left, right = np.sort(draw.integers(0, rows, pairs)), draw.integers(0, rows, pairs)
    with monkeypatch_once() as patch:
        patch.setattr(pair_products, "_ROWS", most)
        patch.setattr(pair_products, "_TERMS", terms)
        found = products(Beside(matrices), left, right)
    for values, matrix in zip(found.T, matrices, strict=True):
        expected = (matrix @ matrix.T).toarray()[left, right] if pairs else np.zeros(0)
        np.testing.assert_allclose(values, expected, atol=1e-6)


@pytest.fixture(scope="module")
def monkeypatch_once():
    return pytest.MonkeyPatch.context


def merged_one_by_one(size, left, right, likeness, cut):
    """Average linkage as it is defined: the nearest two groups join, again and again."""
    table = np.zeros((size, size))
    table[left, right] = table[right, left] = np.where(likeness >= cut / 4, likeness, 0.0)
    groups = [[call] for call in range(size)]
    while len(groups) > 1:
        means = {(a, b): table[np.ix_(groups[a], groups[b])].mean() for a in range(len(groups)) for b in range(a)}
        (a, b), best = max(means.items(), key=lambda item: item[1])
        if best < cut:
            break
        groups[b] += groups.pop(a)
    return sorted(sorted(group) for group in groups if len(group) > 1)


@given(seed=st.integers(0, 10_000), size=st.integers(2, 14), density=st.floats(0.1, 1.0))
def test_linkage_joins_the_nearest_groups(seed, size, density):
    draw = np.random.default_rng(seed)
    left, right = np.triu_indices(size, 1)
    chosen = draw.random(len(left)) < density
    left, right = left[chosen], right[chosen]
    likeness = draw.random(len(left))  # no two are equal
    assert link(size, left, right, likeness, 0.45) == merged_one_by_one(size, left, right, likeness, 0.45)


def test_many_groups_are_joined_at_once_and_the_rest_one_by_one():
    draw = np.random.default_rng(1)
    size = 600
    left, right = (np.repeat(np.arange(size), 6), np.repeat(np.arange(size), 6) + np.tile(np.arange(1, 7), size))
    left, right = left[right < size], right[right < size]
    likeness = draw.random(len(left))
    found = link(size, left, right, likeness, 0.45)
    parts = [range(at, at + 60) for at in range(0, size, 60)]
    # A cut between parts that nothing joins leaves each part as it is by itself.
    inside = np.array([a // 60 == b // 60 for a, b in zip(left, right, strict=True)])
    apart = link(size, left[inside], right[inside], likeness[inside], 0.45)
    alone = [
        [call + part.start for call in group]
        for part in parts
        for of_part in [(left >= part.start) & (left < part.stop) & inside]
        for group in merged_one_by_one(
            60, left[of_part] - part.start, right[of_part] - part.start, likeness[of_part], 0.45
        )
    ]
    assert apart == sorted(alone)
    assert len(found) > 100


def drawn_calls(size: int, seed: int) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    words = np.array([first + second for first in "暖水电路灯车树墙" for second in "坏停断漏堵吵脏慢"])
    said = [" ".join(draw.choice(words, 12)) for _ in range(size)]
    titles = [" ".join(draw.choice(words, draw.integers(0, 4))) for _ in range(size)]
    named = [words[at] if at % 3 else "" for at in draw.integers(0, len(words), size)]
    return complete(pd.DataFrame({"words": said, "title_words": titles, "places": named, "mentions": named}))


def built(calls: pd.DataFrame, **given) -> Views:
    return build_views(calls, *word_columns(calls), **given)


def worded(views: Views) -> np.ndarray:
    left, right = np.triu_indices(len(views), 1)
    lengths = views.worded.lengths
    return products(views.worded, left, right) * lengths[left] * lengths[right]


def tfidf(counts: np.ndarray, kept: np.ndarray, spread: np.ndarray) -> np.ndarray:
    calls = len(counts)
    rarity = np.where(kept & (spread >= 2), (1 + np.log((1 + calls) / (1 + spread))) / (1 + np.log((1 + calls) / 2)), 0)
    rows = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0) * rarity
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)


def test_sides_of_words_are_those_of_their_counts():
    calls = drawn_calls(40, 3)
    views = built(calls)
    vocabulary = sorted(
        {word for column in ("words", "title_words") for text in calls[column] for word in text.split()}
    )
    whole, title = (
        np.array([[text.split().count(word) for word in vocabulary] for text in calls[column]])
        for column in ("words", "title_words")
    )
    # All of these texts are shorter than the lead, and than what stands for a title where there is none.
    first = whole + 2 * np.where(title.any(axis=1, keepdims=True), title, whole)
    inside = np.array([[word in name for word in vocabulary] for name in calls["places"]])
    outside = np.where(inside, 0, whole)
    every, few = np.ones(len(vocabulary), dtype=bool), (first > 0).sum(axis=0) <= 20
    rare = few & np.array([word not in issue_sides.problems() for word in vocabulary])
    expected = {
        "words": tfidf(first, every, (first > 0).sum(axis=0)),
        "rare": tfidf(first, rare, (first > 0).sum(axis=0)),
        "full": tfidf(whole, every, (whole > 0).sum(axis=0)),
        "theme": tfidf(outside, every, (outside > 0).sum(axis=0)),
    }
    left, right = np.triu_indices(len(calls), 1)
    for name, values in zip(WORDED, worded(views).T, strict=True):
        np.testing.assert_allclose(values, (expected[name] @ expected[name].T)[left, right], atol=1e-5, err_msg=name)
    alike = (views.worded.words(slice(0, 40)) @ views.worded.words(np.arange(40)).T).toarray()
    np.testing.assert_allclose(alike[left, right], worded(views)[:, 0], atol=1e-5)


def test_a_word_said_without_end_counts_as_often_as_a_byte_tells():
    calls = complete(pd.DataFrame({"words": ["停水 " * 700, "停水 漏 " * 200, "漏"], "title_words": [""] * 3}))
    assert np.isfinite(worded(built(calls))).all()


def test_views_do_not_know_the_parts_that_calls_were_counted_in(monkeypatch):
    calls = drawn_calls(30, 5)
    order = np.random.default_rng(1).permutation(30)
    at_once = built(calls.iloc[order].reset_index(drop=True))
    monkeypatch.setattr(issue_sides, "slices", lambda count: slices(count, 7))
    in_parts = built(calls, order=order)
    np.testing.assert_array_equal(worded(at_once), worded(in_parts))
    for name in ("title", "problem", "place", "names"):
        np.testing.assert_array_equal(getattr(at_once, name).toarray(), getattr(in_parts, name).toarray())


def test_a_call_of_a_crowd_is_compared_with_its_nearest(monkeypatch):
    crowd = [f"{chr(0x4E00 + at // 10)}{chr(0x5E00 + at // 10)} 红柳苑 热水 温度 偏低" for at in range(240)]
    said = crowd + [f"{chr(0x4F00 + at)}{chr(0x6E00 + at)} 咨询" for at in range(700)]
    table = complete(pd.DataFrame({"words": said, "title_words": [""] * len(said)}))
    views = built(table)
    parts = candidates(views)
    pairs = {pair for left, right in parts for pair in zip(left.tolist(), right.tolist(), strict=True)}
    assert len(pairs) <= CLOSE * len(crowd)
    same = {(a, b) for a in range(240) for b in range(a + 1, 240) if a // 10 == b // 10}
    assert same <= pairs  # what shares a rare word besides is nearer
    monkeypatch.setattr(issue_pairs, "CLOSE", 10_000)
    every = {pair for left, right in candidates(views) for pair in zip(left.tolist(), right.tolist(), strict=True)}
    assert len(every) == 240 * 239 // 2


def test_pairs_do_not_know_the_parts_that_they_were_found_in(monkeypatch):
    views = built(drawn_calls(60, 9))
    at_once = [np.concatenate(side) for side in zip(*candidates(views), strict=True)]
    monkeypatch.setattr(issue_pairs, "slices", lambda count: slices(count, 11))
    in_parts = [np.concatenate(side) for side in zip(*candidates(views), strict=True)]
    np.testing.assert_array_equal(at_once, in_parts)
    assert len(at_once[0])
