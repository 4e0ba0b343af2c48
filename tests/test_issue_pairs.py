import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from hotspot.mine import pair_products
from hotspot.mine.issue_linkage import link
from hotspot.mine.pair_products import products


@pytest.mark.parametrize(("cells", "terms"), [(1 << 21, 1 << 17), (40, 8), (1, 1)])
@given(seed=st.integers(0, 10_000), rows=st.integers(1, 12), width=st.integers(1, 20), pairs=st.integers(0, 40))
def test_products_of_pairs_are_those_of_the_matrices(monkeypatch_once, cells, terms, seed, rows, width, pairs):
    draw = np.random.default_rng(seed)
    first = sparse.random(rows, width, density=0.4, format="csr", random_state=draw)
    second = sparse.csr_matrix((draw.random(first.nnz).round(), first.indices, first.indptr), first.shape)
    left, right = np.sort(draw.integers(0, rows, pairs)), draw.integers(0, rows, pairs)
    with monkeypatch_once() as patch:
        patch.setattr(pair_products, "_TABLE", cells)
        patch.setattr(pair_products, "_TERMS", terms)
        found = products([first, second], left, right)
    for values, matrix in zip(found, (first, second), strict=True):
        expected = (matrix @ matrix.T).toarray()[left, right] if pairs else np.zeros(0)
        np.testing.assert_allclose(values, expected, atol=1e-12)


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
