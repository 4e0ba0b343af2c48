"""Terms found in numpy are those that plain search finds; word tables hold what was said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotspot.mine.term_finder import TermFinder
from hotspot.mine.theme_features import PairFeatures
from hotspot.mine.theme_lexicon import ThemeLexicon, load_themes
from hotspot.mine.word_table import WordTable

SIGNS = st.text(alphabet="暖气不热停水😀\uffffa1 ", max_size=30)


@given(
    st.lists(SIGNS, max_size=6), st.sets(st.text(alphabet="暖气不热停😀\uffffa", min_size=1, max_size=6), max_size=9)
)
def test_terms_are_found_wherever_they_stand(texts: list[str], terms: set[str]) -> None:
    listed = sorted(terms)
    found = TermFinder(listed).find(texts).toarray().astype(bool).tolist()
    assert found == [[term in text for term in listed] for text in texts]


def test_a_wider_lexicon_takes_over_what_the_first_one_found() -> None:
    texts = ["家里暖气片冰凉", "工地拖欠工资", "盐湖有粉尘"]
    first = ThemeLexicon(load_themes()[:5])
    wider = ThemeLexicon(load_themes())
    assert (wider.hits(texts) != wider.hits(texts, first.hits(texts))).nnz == 0


@given(st.lists(st.lists(st.sampled_from(["暖气", "不热", "停水"]), max_size=5), max_size=5))
def test_a_word_table_holds_every_word_in_its_place(rows: list[list[str]]) -> None:
    table = WordTable.of([" ".join(row) for row in rows])
    assert [
        [table.words[number] for number in table.ids[table.ends[row] : table.ends[row + 1]]] for row in range(len(rows))
    ] == rows
    assert int(table.count().sum()) == sum(map(len, rows))


def test_pair_features_are_those_of_scikit_learn() -> None:
    import itertools

    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    lines = ["暖气 不热 暖气 不热", "暖气 漏水 了", "路灯 不亮", "", "暖气 不热 了 路灯"]

    def analyse(line: str) -> list[str]:
        words = line.split()
        return words + [f"{first}_{second}" for first, second in itertools.pairwise(words)]

    peer = TfidfVectorizer(analyzer=analyse, sublinear_tf=True).fit(lines)
    ours = PairFeatures().fit(lines)
    assert ours.names == peer.get_feature_names_out().tolist()
    new = [*lines, "暖气 路灯 没有 不热"]
    assert np.allclose(ours.transform(new).toarray(), peer.transform(new).toarray(), atol=1e-6)
