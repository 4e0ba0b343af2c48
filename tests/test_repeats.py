import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.mine.repeats import RepeatInput, find_repeats, says_again


def call(msg_id, caller="甲", time="2024-10-14T09", theme="供暖不热", place="仁和小区", category="公共服务类", **more):
    return RepeatInput(msg_id, caller, time, category, theme, place, **more)


def groups_of(*calls, past=()):
    return [group.calls for group in find_repeats(calls, past)]


def test_same_caller_and_matter():
    assert groups_of(call("2", time="2024-10-16T09"), call("1")) == [("1", "2")]


def test_another_caller_or_none_is_no_repeat():
    assert groups_of(call("1"), call("2", caller="乙")) == []
    assert groups_of(call("1", caller=""), call("2", caller="")) == []


def test_another_place_or_another_matter_is_no_repeat():
    assert groups_of(call("1"), call("2", place="西苑小区")) == []
    assert groups_of(call("1"), call("2", theme="噪音扰民", category="公共安全类")) == []


def test_same_words_at_the_same_place_are_one_matter_whatever_the_theme():
    words = frozenset({"排气", "立管", "暖气"})
    one = call("1", words=words)
    two = call("2", theme="停水水压", category="城乡建设类", words=words)
    assert groups_of(one, two) == [("1", "2")]


def test_a_place_named_less_exactly_is_the_same():
    assert groups_of(call("1", place="东城国际一期"), call("2", place="东城国际")) == [("1", "2")]


def test_a_place_left_out_does_not_hide_a_repeat():
    assert groups_of(call("1"), call("2", place="")) == [("1", "2")]


def test_past_calls_join_but_make_no_group_by_themselves():
    old, older = call("0", time="2024-10-10T09"), call("00", time="2024-10-09T09")
    assert groups_of(call("1"), past=[old]) == [("0", "1")]
    assert groups_of(call("1", caller="乙"), past=[old, older]) == []
    assert groups_of(call("1"), past=[call("1")]) == []  # the same call, told again by the history


@pytest.mark.parametrize("text", ["再次来电反映", "我打了五次了", "前天反映过", "第四次来电", "多次投诉无果"])
def test_text_says_again(text):
    assert says_again(text)


def test_text_does_not_say_again():
    assert not says_again("第一次打这个电话，反映路灯不亮")


def test_group_knows_that_a_text_said_so():
    group = find_repeats([call("1"), call("2", text="市民再次反映路灯不亮")])[0]
    assert group.said_again
    assert (group.theme, group.place) == ("供暖不热", "仁和小区")


@given(seed=st.integers(0, 1000), names=st.lists(st.sampled_from("甲乙丙"), min_size=1, max_size=12))
def test_order_is_irrelevant_and_each_call_stands_once(seed, names):
    calls = [call(str(at), caller=name, time=f"2024-10-14T{at:02d}") for at, name in enumerate(names)]
    shuffled = [dataclasses.replace(entry) for entry in calls]
    random.Random(seed).shuffle(shuffled)
    assert find_repeats(shuffled) == find_repeats(calls)
    told = [msg_id for group in find_repeats(calls) for msg_id in group.calls]
    assert len(told) == len(set(told))
