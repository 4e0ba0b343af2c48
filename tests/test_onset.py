import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.mine.onset import Event, find_onset, find_step

FIRST = dt.date(2024, 10, 14)


@pytest.mark.parametrize(
    ("daily", "step"),
    [
        ([0, 16, 19, 31, 27, 27, 25], 1),
        ([2, 1, 2, 15, 18, 17, 16], 3),
        ([20, 13, 15, 9, 14, 13, 13], None),
        ([0, 0, 0, 0, 0, 0, 4], None),
        ([25, 27, 27, 31, 19, 16, 0], None),
        ([], None),
        ([50], None),
    ],
)
def test_step(daily, step):
    assert find_step(daily) == step


def test_a_loud_end_of_the_week_is_no_rise_when_all_calls_are_loud():
    daily = [3, 3, 3, 3, 12, 12, 12]
    assert find_step(daily) == 4
    assert find_step(daily, weights=[100, 100, 100, 100, 400, 400, 400]) is None


def test_event_gives_day_and_wording():
    event = Event("开始供暖", 10, 15, ("供暖不热",))
    daily = [0, 1, 19, 31, 27, 27, 25]
    assert find_onset(daily, FIRST, theme="供暖不热", events=[event]) == (
        dt.date(2024, 10, 15),
        "自10月15日开始供暖以来",
    )
    assert find_onset(daily, FIRST, theme="停水水压", events=[event]) == (dt.date(2024, 10, 16), "自10月16日以来")


def test_no_onset_where_other_weeks_were_as_loud():
    assert find_onset([0, 16, 16, 16, 16, 16, 16], FIRST, expected_per_day=17.0) == (None, "")
    assert find_onset([0, 16, 16, 16, 16, 16, 16], FIRST, expected_per_day=1.0)[0] == dt.date(2024, 10, 15)


def test_events_of_one_year_and_of_leap_days():
    assert Event("停水检修", 10, 15, (), 2023).date_in(FIRST, FIRST + dt.timedelta(6)) is None
    assert Event("闰日", 2, 29).date_in(dt.date(2023, 2, 25), dt.date(2023, 3, 3)) is None
    assert Event("元旦", 1, 1).date_in(dt.date(2024, 12, 30), dt.date(2025, 1, 5)) == dt.date(2025, 1, 1)


@given(st.lists(st.integers(0, 200), max_size=14))
def test_a_step_lies_within_and_the_days_after_are_louder(daily):
    step = find_step(daily)
    if step is not None:
        assert 0 < step < len(daily)
        assert sum(daily[step:]) / (len(daily) - step) > sum(daily[:step]) / step
