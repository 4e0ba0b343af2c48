import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.mine.theme_categories import settle_categories
from hotspot.mine.theme_lexicon import ThemeLexicon, load_themes, own_headings, subject_themes, with_extra
from hotspot.mine.theme_novel import find_novel_themes, load_stopwords
from hotspot.mine.themes import OTHER, find_themes
from hotspot.text.segment import Segmenter

CALLS = [
    ("暖气片摸着冰凉，屋里才十四度", "供暖不热"),
    ("换热站坏了，家里没暖气", "供暖不热"),
    ("在工地干了三个月，包工头拖欠工资", "拖欠工资"),
    ("农民工工资一直没给，打了欠条", "拖欠工资"),
    ("出租车拒载还不打表", "出租车网约车服务"),
    ("路口路灯不亮，井盖也坏了", "路灯井盖损坏"),
    ("公积金异地转入怎么办理提取", "公积金提取咨询"),
    ("查一下我那个单子的进度，工单到哪一步了", "查询工单办理进度"),
    ("养老保险断缴了怎么补缴", "社保参保缴费咨询"),
    ("小区流浪狗追着孩子咬", "流浪犬与不拴绳"),
]


@pytest.fixture(scope="module")
def segmenter():
    return Segmenter()


def themes_of(texts, segmenter, **options):
    return find_themes(texts, segmenter.cut_all(texts), [""] * len(texts), **options)


def test_known_matters_get_their_theme(segmenter):
    texts = [text for text, _ in CALLS]
    assert themes_of(texts, segmenter) == [theme for _, theme in CALLS]


def test_every_theme_of_the_list_is_well_formed():
    entries = load_themes()
    assert len({entry.name for entry in entries}) == len(entries) >= 90
    for entry in entries:
        assert entry.strong
        assert not set(entry.strong) & set(entry.weak), entry.name
        assert all(first and second for first, second in entry.pairs), entry.name
        assert "" not in entry.strong + entry.weak


def test_acts_and_own_headings_are_marked():
    assert "查询工单办理进度" not in subject_themes()
    assert "供暖不热" in subject_themes()
    assert own_headings() == {"拖欠工资"}


def test_themes_of_the_configuration_are_used(segmenter):
    texts = ["盐粉吹到家里来了", "盐粉落了一车"]
    assert set(themes_of(texts, segmenter, extra={"盐湖粉尘": ["盐粉"]})) == {"盐湖粉尘"}


def test_configuration_adds_terms_to_a_known_theme():
    entry = next(e for e in with_extra(load_themes(), {"供暖不热": ["铁疙瘩"]}) if e.name == "供暖不热")
    assert "铁疙瘩" in entry.strong
    assert "暖气" in entry.strong


def test_calls_without_words_are_other(segmenter):
    assert themes_of(["", "嗯嗯", "……"], segmenter) == [OTHER] * 3
    assert find_themes([], [], []) == []


def test_order_numbers_of_any_city_count_as_one_word():
    lexicon = ThemeLexicon(load_themes())
    number = lexicon.terms.index("工单编号")
    assert lexicon.hits(["HX241003014", "GD2024101400012", "青H·6D5P9"])[:, number].toarray().ravel().tolist() == [
        1,
        1,
        0,
    ]


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_row_order_does_not_matter(seed, segmenter):
    texts = [text for text, _ in CALLS] * 6
    words = segmenter.cut_all(texts)
    categories = ["甲类" if at % len(CALLS) < 4 else "乙类" for at in range(len(texts))]
    first = dict(zip(texts, find_themes(texts, words, categories), strict=True))
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)
    again = find_themes([texts[i] for i in order], [words[i] for i in order], [categories[i] for i in order])
    assert dict(zip([texts[i] for i in order], again, strict=True)) == first


SUBJECTS = ["井水发苦", "井水发涩", "井水有怪味", "井水喝了发苦", "打上来的井水发苦"]
TAILS = ["不敢喝井水", "烧开还是发苦", "水桶底发白", "牲口都不喝井水", "请化验井水"]


def novel_week():
    rng = random.Random(7)
    known = [text for text, _ in CALLS]
    new = [f"{rng.choice(SUBJECTS)}，{rng.choice(TAILS)}，{rng.choice(TAILS)}" for _ in range(14)]
    return new + [f"{a}，{b}" for a in known for b in known if a != b], len(new)


def test_a_matter_outside_the_list_becomes_a_theme(segmenter):
    texts, new = novel_week()
    found = themes_of(texts, segmenter)
    name = max(set(found[:new]), key=found[:new].count)
    assert "井水" in name or "发苦" in name
    assert found[:new].count(name) >= 0.8 * new
    assert name not in found[new:]


def test_no_theme_is_named_after_a_place(segmenter):
    texts, new = novel_week()
    found = themes_of(texts, segmenter, avoid={"井水", "发苦村"})
    assert not any("井水" in name or "发苦" in name for name in found[:new])


def test_a_matter_told_in_two_vocabularies_is_one_theme(segmenter):
    rng = random.Random(3)
    first = ["井盖缺失敞着口", "窨井敞着口没人管", "敞着口的窨井"]
    second = ["黑洞露出来", "地上一个黑洞", "黑洞边上没警示"]
    ends = ["井盖哪去了", "骑车差点摔了", "晚上看不见", "走路当心"]
    new = [f"{rng.choice(part)}，{rng.choice(ends)}，{rng.choice(ends)}" for part in (first, second) for _ in range(12)]
    known = [text for text, _ in CALLS]
    texts = new + [f"{a}，{b}" for a in known for b in known if a != b]
    assert len(set(themes_of(texts, segmenter)[: len(new)])) == 1


def test_a_school_in_the_name_of_a_place_makes_no_matter_of_schools(segmenter):
    texts = ["育英实验学校的校车又晚点了", "育英实验学校，校车停了没人接"]
    assert themes_of(texts, segmenter) == ["校车与学生接送"] * 2


def test_novel_themes_need_calls(segmenter):
    lexicon = ThemeLexicon(load_themes())
    texts = ["井水发苦"] * 3
    assert find_novel_themes(texts, segmenter.cut_all(texts), lexicon.score(lexicon.hits(texts)), lexicon) == ()


def test_stopwords_are_no_lexicon_of_their_own():
    assert {"今天", "市民", "工单"} <= load_stopwords()


def test_settled_categories_follow_the_theme_and_stay_shares():
    import numpy as np

    given_shares = np.array([[0.9, 0.1]] * 9 + [[0.45, 0.55]] + [[0.1, 0.9]] * 10)
    settled = settle_categories(given_shares, ["供暖不热"] * 10 + [OTHER] * 10)
    assert settled[9].argmax() == 0
    assert np.allclose(settled.sum(axis=1), 1)
    assert np.allclose(settled[10:], given_shares[10:], atol=1e-6)
    assert settle_categories(np.zeros((0, 3)), []).shape == (0, 3)
