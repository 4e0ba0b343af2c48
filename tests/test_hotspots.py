import datetime as dt
import random

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.mine.hotspots import HotspotRules, Past, find_hotspots, find_mass
from hotspot.mine.onset import Event
from hotspot.schema import Issue

FIRST, LAST = dt.date(2024, 10, 14), dt.date(2024, 10, 20)


def make_calls(*groups):
    """Rows for (theme, category, number, place, first day of the week)."""
    rows = []
    for theme, category, number, place, start in groups:
        for at in range(number):
            rows.append(
                {
                    "msg_id": f"{theme}{place}{at:03d}",
                    "time": pd.Timestamp(FIRST) + pd.Timedelta(days=start + at % (7 - start), hours=9),
                    "caller": f"{theme}{place}{at // 2}" if at % 5 else "",
                    "category": category,
                    "theme": theme,
                    "place": place,
                    "district": "东城区" if place else "",
                    "text": "锅炉坏了，家里才12度" if theme == "供暖不热" else "问一下",
                    "words": "锅炉 坏 家里" if theme == "供暖不热" else "问",
                }
            )
    return pd.DataFrame(rows)


WEEK = make_calls(
    ("供暖不热", "公共服务类", 30, "仁和小区", 1),
    ("供暖不热", "公共服务类", 6, "西苑小区", 1),
    ("供暖不热", "公共服务类", 2, "利和小区", 1),
    ("停电", "公共服务类", 8, "", 0),
    ("拖欠工资", "社会事业类", 25, "", 0),
    ("查询工单办理进度", "热线事务类", 60, "", 0),
    ("路灯井盖损坏", "城乡建设类", 9, "", 0),
    ("其他", "其他类", 30, "", 0),
)
RULES = HotspotRules(excluded=frozenset({"热线事务类"}), events=(Event("开始供暖", 10, 15, ("供暖不热",)),))


def find(calls=WEEK, rules=RULES, past=None):
    return find_hotspots(calls, FIRST, LAST, rules, past)


def test_hotspots_are_the_loud_themes_outside_the_hotline_itself():
    assert [(hotspot.theme, hotspot.count) for hotspot in find()] == [("供暖不热", 38), ("拖欠工资", 25)]


def test_thresholds():
    assert [hotspot.theme for hotspot in find(rules=HotspotRules(min_share=0.1, min_calls=8, most=2))] == [
        "查询工单办理进度",
        "供暖不热",
    ]
    assert find(rules=HotspotRules(min_share=50)) == ()
    assert find(WEEK.iloc[:0]) == ()


def test_places_enter_with_enough_calls():
    places = find()[0].places
    assert [(place.place, place.district, place.count) for place in places] == [
        ("仁和小区", "东城区", 30),
        ("西苑小区", "东城区", 6),
    ]
    assert all(len(place.calls) == place.count for place in places)


def test_heading_names_the_category_only_where_the_theme_fills_it():
    heating, wages = find()
    assert heating.whole_category
    assert not wages.whole_category  # offices always head wages by their own name
    lone = find(rules=HotspotRules(excluded=frozenset({"热线事务类"}), headings={"供暖不热": "供暖保障"}))[0]
    assert (lone.heading, lone.whole_category) == ("供暖保障", False)


def test_calls_classified_as_hotline_matters_do_not_hide_a_matter_of_the_city():
    calls = WEEK.copy()
    calls.loc[calls["theme"].eq("供暖不热") & (calls["place"] == "仁和小区"), "category"] = "热线事务类"
    assert find(calls)[0].category == "公共服务类"


def test_callers_are_counted_once_and_unknown_ones_each():
    rows = WEEK[WEEK["theme"] == "拖欠工资"]
    named = rows.loc[rows["caller"] != "", "caller"].nunique()
    assert find()[1].callers == named + int((rows["caller"] == "").sum())


def test_daily_counts_add_up_and_onset_is_tied_to_the_event():
    heating = find()[0]
    assert sum(heating.daily) == heating.count
    assert heating.daily[0] == 0
    assert (heating.onset, heating.onset_text) == (dt.date(2024, 10, 15), "自10月15日开始供暖以来")
    assert heating.onset_evidence.startswith("此前1天0件，自10月15日起6天38件（日均6.3件）；若与同期其他来电同样分布")
    assert find()[1].onset_evidence == ""


def test_causes_and_effects_carry_their_calls():
    heating = find()[0]
    assert [phrase.text for phrase in heating.causes] == ["锅炉损坏"]
    assert "家中温度较低" in [phrase.text for phrase in heating.effects]
    assert all(len(phrase.calls) == phrase.count <= heating.count for phrase in heating.causes + heating.effects)


def test_wages_are_told_by_kind_of_site_and_the_missing_contracts_are_counted():
    calls = WEEK.copy()
    wages = calls.index[calls["theme"] == "拖欠工资"]
    calls.loc[wages, "text"] = "没签合同，工资没发"
    calls.loc[wages[:6], "place"] = "东出口光伏产业园"
    calls.loc[wages[6:10], "place"] = "某安置房工地"
    calls.loc[wages[10:13], "text"] = "在建筑工地干活"
    found = find(calls)[1]
    assert [(site.text, site.count) for site in found.sites] == [("建筑工地", 7), ("光伏电站", 6)]
    assert {place.place: place.site for place in found.places} == {
        "东出口光伏产业园": "光伏电站", "某安置房工地": "建筑工地",
    }  # fmt: skip
    assert [(fact.text, len(fact.calls)) for fact in found.facts] == [("其中，反映未签订劳动合同的有22件。", 22)]
    assert find(calls)[0].sites == ()  # districts tell where heating fails


def test_the_week_before_is_compared_with_where_it_is_known():
    assert (find()[0].previous, find()[0].baseline) == (None, None)
    assert find(past=Past({"供暖不热": 19}))[0].previous == 19


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_shuffling_changes_nothing(seed):
    order = list(range(len(WEEK)))
    random.Random(seed).shuffle(order)
    assert find(WEEK.iloc[order].reset_index(drop=True)) == find()


SIZES = st.lists(st.integers(1, 30), min_size=1, max_size=9)


def week_of(sizes):
    return make_calls(*((f"事项{at}", "公共服务类", size, "", at % 3) for at, size in enumerate(sizes)))


@settings(max_examples=15, deadline=None)
@given(SIZES)
def test_an_unrelated_call_removes_no_hotspot(sizes):
    calls = week_of(sizes)
    more = pd.concat([calls, make_calls(("树木修剪与飞絮", "其他类", 1, "", 0))], ignore_index=True)
    # the share itself falls by the call: what stands at the threshold to the call may fall below it, nothing else
    share = HotspotRules().min_share / 100 * len(more)
    before = find(calls)
    assert {hotspot.id for hotspot in before if hotspot.count >= share} <= {hotspot.id for hotspot in find(more)}
    assert len(before) == 0 or max(hotspot.count for hotspot in before) == max(sizes)


@settings(max_examples=15, deadline=None)
@given(SIZES)
def test_doubling_all_calls_removes_no_hotspot(sizes):
    calls = week_of(sizes)
    twice = pd.concat([calls, calls.assign(msg_id=calls["msg_id"] + "b")], ignore_index=True)
    before, after = find(calls), find(twice)
    assert {hotspot.id for hotspot in before} <= {hotspot.id for hotspot in after}
    doubled = {hotspot.id: hotspot.count for hotspot in after}
    assert all(doubled[hotspot.id] == 2 * hotspot.count for hotspot in before)


def test_identity_survives_renamed_calls():
    renamed = WEEK.assign(msg_id=[f"{at:05d}" for at in range(len(WEEK))])
    assert [hotspot.id for hotspot in find(renamed)] == [hotspot.id for hotspot in find()]


def test_mass_complaints_need_callers():
    def issue(number, callers):
        return Issue(str(number), "", "", "", "", 9, callers, None, None, (), "", 1.0, ())

    found = find_mass([issue(1, 4), issue(2, 5), issue(3, 8)], callers=5)
    assert [entry.id for entry in found] == ["3", "2"]
