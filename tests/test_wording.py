"""Exact words for numbers, and the sentences of each section."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pytest
from factsample import bare_facts, case, full_facts, heat, sample_head, wages
from hypothesis import given
from hypothesis import strategies as st

from hotspot.report import wording, wording_cases
from hotspot.schema import FollowUp, OrderFacts, Part, Phrase, PlaceCount, Sentence

HEAD = sample_head()


def said(sentences: tuple[Sentence, ...]) -> str:
    return "".join(sentence.text for sentence in sentences)


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_percentages_round_halves_up_as_decimals_do(part: int, whole: int) -> None:
    exact = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert wording.format_percent(wording.per_myriad(part, whole)) == f"{exact}%"


@pytest.mark.parametrize(
    ("now", "previous", "text"),
    [
        (1019, 851, "较上周增加19.74%"),
        (851, 1019, "较上周减少16.49%"),
        (201, 200, "与上周基本持平"),
        (199, 200, "与上周基本持平"),
        (2011, 2000, "较上周增加0.55%"),
        (200, 200, "与上周基本持平"),
        (5, 0, "上周为0件"),
        (0, 0, "与上周持平"),
        (0, 8, "较上周减少100.00%"),
        (7, None, ""),
    ],
)
def test_changes(now: int, previous: int | None, text: str) -> None:
    assert wording.change(now, previous) == text


def test_numerals_of_headings() -> None:
    assert [wording.numeral(number) for number in (1, 9, 10, 11, 20, 21, 99)] == [
        "一", "九", "十", "十一", "二十", "二十一", "九十九",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="100"):
        wording.numeral(100)


def test_overview_in_full() -> None:
    assert said(wording.overview_sentences(HEAD, full_facts().overview)) == (
        "2024年10月14日0时至10月20日24时，格尔木市12345政务服务便民热线共受理群众诉求1019件，较上周增加19.74%。"
        "其中，中国政府网转办0件，省州系统转办49件，占比4.81%，微信端转办0件。"
        "按处理方式分，直接答复776件，占比76.15%；工单转办235件，占比23.06%（其中已办结36件）；"
        "其他（无效、骚扰、系统测试）8件，占比0.79%。"
    )


def test_overview_without_history_and_channels_says_nothing_of_them() -> None:
    text = said(wording.overview_sentences(HEAD, bare_facts().overview))
    assert text.startswith(
        "2024年10月14日0时至10月20日24时，格尔木市12345政务服务便民热线共受理群众诉求3件。按处理方式分"
    )
    assert "上周" not in text
    assert "其中，" not in text


def test_a_period_that_is_no_week_is_called_so() -> None:
    head = sample_head(first_day=dt.date(2024, 12, 30), last_day=dt.date(2025, 1, 2))
    assert wording.period(head) == "2024年12月30日0时至2025年1月2日24时"
    overview = full_facts().overview
    assert "较上期增加19.74%" in said(wording.overview_sentences(head, overview))
    assert "本期" in said(wording.category_sentences(head, 3, (Part("其他类", 3),)))


def test_categories_orders_and_units() -> None:
    facts = full_facts()
    assert said(wording.category_sentences(HEAD, facts.valid, facts.categories)) == (
        "本周有效诉求1011件，按诉求类别分：热线事务类285件、公共服务类191件、政务群团类149件、社会事业类114件、"
        "交通运输类94件、城乡建设类85件、市场监管类30件、公共安全类26件、其他类37件。"
    )
    assert said(wording.order_sentences(HEAD, facts.orders)) == (
        "本周共转办工单235件，其中已办结36件；往期遗留工单本周办结72件，遗留工单逾期未办结2件。"
    )
    units = said(wording.unit_sentences(HEAD, facts.orders))
    assert units.startswith("本周转办工单235件，按承办单位分：市住房和城乡建设局43件、市投资控股有限公司40件、")
    assert units.endswith("市林草局7件、其他单位64件。")


def test_nothing_is_counted_where_nothing_was_given() -> None:
    assert "未提供工单数据" in said(wording.order_sentences(HEAD, None))
    assert "未提供工单数据" in said(wording.unit_sentences(HEAD, None))
    assert said(wording.unit_sentences(HEAD, OrderFacts(0, 0, 0, 0, (), 0, ()))) == "本周没有转办工单。"
    assert said(wording.category_sentences(HEAD, 0, ())) == "本周没有有效诉求。"
    assert wording_cases.no_cases(HEAD, None).text == "本周未提供工单流转数据，疑难案例未作研判。"
    assert wording_cases.no_cases(HEAD, full_facts().orders).text == "本周无新增疑难案例。"


def test_units_that_were_folded_are_told_once() -> None:
    folded = (Part("市公安局", 5), Part("其他单位", 3))
    assert wording.listed_units(OrderFacts(8, 0, 0, 0, folded, 3, ())) == folded


def test_a_hotspot_of_a_whole_category() -> None:
    assert wording.hotspot_heading(heat(), 1) == "（一）公共服务类问题。"
    assert said(wording.hotspot_sentences(HEAD, heat())) == (
        "自10月15日开始供暖以来，群众反映因管道维修、锅炉损坏等原因，出现家中温度较低、暖气片不热等问题，"
        "主要集中在西城区和谐家园小区、西城印象一期、民乐苑小区，东城区仁和小区、奥体花园小区，"
        "铁路片区泰康小区、利和小区，新区书山郡小区等。"
        "本周热线共接到此类诉求电话共计145件，较上周增加705.56%（上周18件），涉及来电人138人。"
        "此类诉求已转办工单73件，其中已办结11件。"
    )


def test_a_hotspot_of_which_little_is_known() -> None:
    assert wording.hotspot_heading(wages(), 2) == "（二）拖欠工资类问题。"
    bare = dataclasses.replace(wages(), places=(), previous=None)
    assert said(wording.hotspot_sentences(HEAD, bare)) == (
        "群众集中反映拖欠工资问题。本周热线共接到此类诉求电话共计97件，涉及来电人89人。"
    )


def test_a_cause_without_an_effect_still_reads() -> None:
    spot = dataclasses.replace(wages(), causes=(Phrase("老板失联", 4, ("1",)),), places=())
    assert said(wording.hotspot_sentences(HEAD, spot)).startswith("群众反映因老板失联等原因，出现拖欠工资问题。")


def test_a_place_enters_from_the_given_number_of_calls() -> None:
    assert "盐湖雅苑" not in said(wording.hotspot_sentences(HEAD, heat()))
    assert "盐湖雅苑" in said(wording.hotspot_sentences(HEAD, heat(), min_calls=2))


def test_each_clause_of_a_hotspot_names_its_calls() -> None:
    by_rule = {sentence.rule: sentence.calls for sentence in wording.hotspot_sentences(HEAD, heat())}
    assert len(by_rule["热点.原因"]) == 19
    assert len(by_rule["热点.件数"]) == 145
    assert set(by_rule["热点.地点"]) <= set(by_rule["热点.件数"])


def place(name: str, district: str, count: int) -> PlaceCount:
    return PlaceCount(name, district, count, ())


def test_places_of_no_known_district_are_not_put_into_the_one_before() -> None:
    first = [place("某工地", "", 9), place("仁和小区", "东城区", 4)]
    assert wording.list_places(first) == "某工地，东城区仁和小区"
    last = [place("某工地", "", 5), place("泰康小区", "铁路片区", 9), place("仁和小区", "东城区", 4)]
    assert wording.list_places(last) == "铁路片区泰康小区，东城区仁和小区，以及某工地"


@given(st.permutations([place("甲", "东", 3), place("乙", "东", 3), place("丙", "西", 6), place("丁", "", 2)]))
def test_places_do_not_depend_on_the_order_given(places: list[PlaceCount]) -> None:
    assert wording.list_places(places) in ("东乙、甲，西丙，以及丁", "东甲、乙，西丙，以及丁", "西丙，东乙、甲，以及丁")
    assert wording.list_places(places) == wording.list_places(places[::-1])


def test_a_hard_case() -> None:
    assert wording_cases.case_heading(case(), 1) == "（一）城乡建设类（工单编号：HX24101260320020）。"
    assert said(wording_cases.case_sentences(case())) == (
        "群众反映：小区外排水沟盖板破损，多次有人踩空，要求更换。"
        "该工单先后派往市住房和城乡建设局、东城区行政委员会办理。"
        "市住房和城乡建设局、东城区行政委员会退回，退回原因：经核实，该事项超出我单位职责范围。"
        "截至目前，该诉求仍未办结。"
    )


def test_a_case_of_which_only_the_number_is_known() -> None:
    bare = case(summary="", units=("市公安局",), returned_by=(), reason="", category="", overdue=True)
    assert wording_cases.case_heading(bare, 2) == "（二）其他类（工单编号：HX24101260320020）。"
    assert said(wording_cases.case_sentences(bare)) == "该工单派往市公安局办理。截至目前，该诉求已逾期，仍未办结。"
    assert "退回。" in said(wording_cases.case_sentences(case(reason="")))


def test_the_words_of_the_analyst_stand() -> None:
    own = (Sentence("经研判，建议由市住建局牵头。"),)
    assert wording_cases.case_sentences(case(sentences=own)) == own


def test_follow_up_tells_what_happened_within_the_period() -> None:
    text = said(wording_cases.follow_up_sentences(HEAD, case()))
    assert "本周办理进展：10月14日市住房和城乡建设局退回；10月15日东城区行政委员会退回。" in text
    assert "10月12日" not in text
    assert "本周暂无新的办理进展。" in said(wording_cases.follow_up_sentences(HEAD, case(steps=())))
    since = (Sentence("本周进展：10月14日派单，尚未办结。"),)
    told = said(wording_cases.follow_up_sentences(HEAD, case(sentences=since)))
    assert told.startswith("群众反映：")
    assert told.endswith(since[0].text)


def test_follow_up_counts_by_issue() -> None:
    follow_up = full_facts().follow_up
    counted, closed = wording_cases.follow_up_count(follow_up), wording_cases.closed_cases(HEAD, follow_up)
    assert counted is not None
    assert closed is not None
    assert counted.text == "往期通报的疑难案例中，尚有3件未办结，按通报期次分：2024年9月第2周1件、2024年9月第3周2件。"
    assert closed.text.startswith("往期通报的疑难案例中，本周已办结1件：小区外排水沟盖板破损")
    nothing = FollowUp((), (), ())
    assert wording_cases.follow_up_count(nothing) is None
    assert wording_cases.closed_cases(HEAD, nothing) is None


def test_foot_and_head() -> None:
    assert wording.issue_line(HEAD) == "格尔木市人民政府办公室　2024年10月23日"
    assert wording.print_line(HEAD) == "格尔木市人民政府办公室　2024年10月23日印发"
    assert wording.copy_line(sample_head(copy_to="市委。")) == "抄送：市委。"
    assert wording.copy_line(HEAD) == HEAD.copy_to
