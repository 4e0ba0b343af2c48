import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.mine.phrases import CAUSE, EFFECT, SITE, load_concepts, mine_phrases, mine_sites


def texts_of(phrases):
    return [phrase.text for phrase in phrases]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("小区主管道维修挖了三天", "管道维修"),
        ("锅炉房的锅炉昨晚又坏了", "锅炉损坏"),
        ("说是换热站的泵烧了", "换热站故障"),
        ("水压上不去，高层不热", "水压不足"),
        ("楼道里分户阀一直没开", "阀门未开启"),
    ],
)
def test_causes_of_cold_homes(text, cause):
    causes, _ = mine_phrases([text] * 3, list("abc"), theme="供暖不热")
    assert cause in texts_of(causes)


def test_reason_of_unpaid_wages():
    causes, effects = mine_phrases(["没签劳动合同，工资一分没给"] * 4, list("abcd"), theme="拖欠工资")
    assert [(p.text, p.count) for p in causes] == [("未签订劳动合同", 4)]
    assert texts_of(effects) == ["工资长期未结清"]


def test_what_is_denied_is_no_cause():
    causes, _ = mine_phrases(["不是锅炉坏了"] * 5, list("abcde"), theme="供暖不热")
    assert causes == ()


def test_phrases_of_another_theme_are_not_used():
    causes, effects = mine_phrases(["拖欠的钱没给，没签合同"] * 5, list("abcde"), theme="供暖不热")
    assert not {"未签订劳动合同", "工资长期未结清"} & set(texts_of(causes + effects))


def test_the_floor_is_calls_and_share():
    texts = ["锅炉坏了"] * 4 + ["你好"] * 396
    ids = [str(at) for at in range(400)]
    assert mine_phrases(texts, ids, theme="供暖不热")[0] == ()  # 1 % of the calls
    assert mine_phrases(texts[:100], ids[:100], theme="供暖不热")[0][0].count == 4
    assert mine_phrases(texts[:2], ids[:2], theme="供暖不热")[0] == ()


def test_a_call_counts_for_one_kind_of_site():
    sites = mine_sites(["光伏电站工地"] * 3 + ["某住宅楼工地"] * 4, [str(at) for at in range(7)], [""] * 7)
    assert [(site.text, site.count) for site in sites] == [("建筑工地", 4), ("光伏电站", 3)]


def test_the_name_of_the_place_tells_the_kind_of_site_before_the_text():
    sites = mine_sites(["工地上干活，住在学校宿舍楼工地旁"] * 3, ["1", "2", "3"], ["小灶火光伏项目"] * 3)
    assert [(site.text, site.count) for site in sites] == [("光伏电站", 3)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("合同当初也没给我签", True),
        ("进场没签合同", True),
        ("学校说跟劳务公司没合同关系", False),
        ("签了合同的", False),
    ],
)
def test_no_contract_signed(text, said):
    causes, _ = mine_phrases([text] * 3, ["1", "2", "3"], theme="拖欠工资")
    assert ("未签订劳动合同" in texts_of(causes)) is said


def test_concepts_are_well_formed():
    concepts = load_concepts()
    assert {concept.kind for concept in concepts} == {CAUSE, EFFECT, SITE}
    assert len({(c.kind, c.text) for c in concepts}) == len(concepts)
    assert all(not concept.found_in("") for concept in concepts)
    assert not any("、" in concept.text or "，" in concept.text for concept in concepts)  # they stand in lists


@given(st.lists(st.sampled_from(["锅炉坏了", "屋里才十度", "换热站停了", "谢谢", ""]), max_size=30))
def test_each_phrase_is_in_each_of_its_calls(texts):
    ids = [str(at) for at in range(len(texts))]
    causes, effects = mine_phrases(texts, ids, theme="供暖不热", floor_calls=1, floor_share=0)
    concepts = {concept.text: concept for concept in load_concepts()}
    for phrase in causes + effects:
        assert phrase.count == len(phrase.calls) == len(set(phrase.calls))
        assert all(concepts[phrase.text].found_in(texts[int(call)]) for call in phrase.calls)


def test_phrases_for_new_matters_only_or_some_themes():
    texts = ["闻了恶心头晕，不敢开窗"] * 4
    for theme, told in (("井水、发苦", True), ("异味与烧煤污染", True), ("供暖不热", False)):
        assert ("身体不适" in texts_of(mine_phrases(texts, list("abcd"), theme=theme)[1])) is told


def test_a_fear_is_no_effect():
    assert mine_phrases(["病人不能受凉"] * 4, list("abcd"), theme="供暖不热")[1] == ()
