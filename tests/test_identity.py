"""Hotspots and issues keep their id from week to week, by what they are about."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.mine.identity import HOTSPOT, ISSUE, Memory, follow_matters, likeness, link_matters, tell_status
from hotspot.schema import Issue, Matter

LAST, BEFORE = dt.date(2024, 10, 7), dt.date(2024, 9, 30)
PARKING = Matter("I1", ISSUE, "丽景苑小区停车收费", "停车管理", "丽景苑小区", 8, ("停车", "收费", "物业"))
NOISE = Matter("I2", ISSUE, "丽景苑小区夜间施工", "噪音扰民", "丽景苑小区", 5, ("施工", "夜间", "噪音"))
INVESTORS = Matter("I3", ISSUE, "某公司投资款未退", "非法集资", "", 9, ("投资款", "兑付", "公司"))
HEATING = Matter("H1", HOTSPOT, "供暖不热", "供暖不热", "", 60, ("暖气", "不热"), running=3)


def issue(matter: Matter, name: str, count: int | None = None) -> Issue:
    count = matter.count if count is None else count
    calls = tuple(f"{name}{at}" for at in range(count))
    return Issue(
        name, matter.title, matter.theme, matter.place, "", count, count, None, None, matter.terms, calls[0], 1.0, calls
    )


def memory(*last: Matter, earlier: tuple[Matter, ...] = ()) -> Memory:
    return Memory({LAST: last, BEFORE: earlier}, LAST, {})


def test_an_issue_keeps_its_id_and_a_new_one_has_its_own():
    found = follow_matters([], [issue(PARKING, "X", 6), issue(NOISE, "Y")], memory(PARKING))
    assert [(entry.id, entry.status) for entry in found.issues] == [("I1", "持续第2周，下降25.00%"), ("Y", "新增")]
    assert [(entry.id, entry.running) for entry in found.matters] == [("I1", 2), ("Y", 1)]
    assert found.faded == ()


def test_another_problem_at_the_place_and_the_problem_elsewhere_are_no_continuation():
    elsewhere = replace(PARKING, place="仁和小区", title="仁和小区停车收费")
    assert link_matters([replace(NOISE, id="X"), replace(elsewhere, id="Y")], memory(PARKING)) == {}


def test_without_a_place_the_terms_decide():
    same = replace(INVESTORS, id="X", theme="合同纠纷", terms=("投资款", "兑付", "老人"))
    other = replace(INVESTORS, id="Y", terms=("加盟", "退费", "培训"))
    assert list(link_matters([same, other], memory(INVESTORS))) == ["X"]


def test_splits_and_merges_are_said():
    fees = replace(PARKING, id="X", terms=("停车", "收费", "涨价"))
    cars = replace(PARKING, id="Y", count=3, title="丽景苑小区乱停车", terms=("停车", "占道", "物业"))
    split = link_matters([fees, cars], memory(PARKING))
    assert split["X"].id == "I1"
    assert split["Y"].split_from == PARKING.title
    merged = link_matters([replace(fees, count=12)], memory(PARKING, replace(cars, id="I7")))
    assert merged["X"].id == "I1"
    assert [entry.id for entry in merged["X"].merged] == ["I7"]
    assert "并入“丽景苑小区乱停车”" in tell_status(12, 8, merged["X"])


def test_what_was_away_keeps_its_id_and_is_told_as_back():
    found = follow_matters([], [issue(PARKING, "X")], memory(earlier=(PARKING,)))
    assert found.issues[0].id == "I1"
    assert found.issues[0].status == "再次出现（上次为2024-09-30起的一周）"


def test_what_is_gone_is_told_once_with_its_calls():
    now = {("供暖不热", ""): 4, ("停车管理", "丽景苑小区"): 1}
    found = follow_matters([], [], memory(HEATING, PARKING, NOISE), lambda theme, place: now.get((theme, place), 5))
    assert [(gone.id, gone.previous, gone.count, gone.weeks) for gone in found.faded] == [
        ("H1", 60, 4, 3), ("I1", 8, 1, 1),
    ]  # fmt: skip


def test_without_history_there_is_no_status():
    found = follow_matters([], [issue(PARKING, "X")], Memory())
    assert (found.issues[0].id, found.issues[0].status, found.issues[0].previous) == ("X", "", None)


@pytest.mark.parametrize(
    ("count", "previous", "told"),
    [(38, 38, "新增，基本持平"), (38, 76, "新增，下降50.00%"), (38, 0, "新增"), (38, None, "")],
)
def test_status(count, previous, told):
    assert tell_status(count, previous) == told


MATTERS = st.builds(
    Matter,
    st.uuids().map(str),
    st.just(ISSUE),
    st.sampled_from(["甲", "乙", "丙"]),
    st.sampled_from(["停车管理", "噪音扰民", "其他"]),
    st.sampled_from(["", "丽景苑小区", "仁和小区"]),
    st.integers(1, 30),
    st.lists(st.sampled_from(["停车", "收费", "施工", "夜间", "物业", "噪音"]), max_size=4, unique=True).map(tuple),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(MATTERS, max_size=8), st.lists(MATTERS, max_size=8), st.randoms())
def test_matching_is_one_to_one_and_sees_no_order(now, past, random):
    links = link_matters(now, memory(*past))
    continued = [link.id for link in links.values() if not link.split_from]
    assert len(continued) == len(set(continued))
    assert set(continued) <= {matter.id for matter in past}
    shuffled, before = list(now), list(past)
    random.shuffle(shuffled)
    random.shuffle(before)
    assert link_matters(shuffled, memory(*before)) == links
    assert all(0 <= likeness(a, b) <= 1 for a in now for b in past)


@settings(max_examples=40, deadline=None)
@given(st.lists(MATTERS, min_size=1, max_size=6))
def test_identity_survives_renamed_calls(matters):
    first = follow_matters([], [issue(matter, f"A{at}") for at, matter in enumerate(matters)], memory(*matters))
    second = follow_matters([], [issue(matter, f"B{at}") for at, matter in enumerate(matters)], memory(*matters))
    known = {matter.id for matter in matters}
    assert [entry.id for entry in first.issues if entry.id in known] == [
        entry.id for entry in second.issues if entry.id in known
    ]
