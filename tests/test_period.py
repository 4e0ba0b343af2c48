import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.errors import InputError
from hotspot.read.period import Period, choose_period, week_label, week_of

DAYS = st.dates(min_value=dt.date(2001, 1, 1), max_value=dt.date(2098, 12, 31))


def times(*days):
    return pd.Series([pd.Timestamp(day) for day in days]).astype("datetime64[s]")


def test_midnight_after_the_last_day_belongs_to_the_next_week():
    week = week_of(dt.date(2024, 10, 14))
    held = week.holds(times("2024-10-14 00:00:00", "2024-10-20 23:59:59", "2024-10-21 00:00:00", "2024-10-13 23:59:59"))
    assert held.tolist() == [True, True, False, False]
    assert not week.holds(pd.Series([pd.NaT], dtype="datetime64[s]")).any()


def test_default_is_the_last_complete_week():
    two_weeks = times("2024-10-07", "2024-10-13 20:00", "2024-10-14", "2024-10-20 09:00", "2024-10-22")
    assert choose_period(two_weeks) == Period(dt.date(2024, 10, 14), dt.date(2024, 10, 20))


def test_one_week_that_ends_on_its_sunday_is_complete():
    assert choose_period(times("2024-10-14", "2024-10-20 09:00")).first == dt.date(2024, 10, 14)


def test_an_unfinished_week_is_taken_only_where_there_is_no_other():
    assert choose_period(times("2024-10-15", "2024-10-16")).first == dt.date(2024, 10, 14)


def test_a_mistyped_year_makes_no_week():
    calls = times(*["2024-10-14"] * 50, *["2024-10-20"] * 50, "2098-10-14", "2004-10-14")
    assert choose_period(calls) == week_of(dt.date(2024, 10, 14))


def test_what_is_asked_for_comes_first():
    calls = times("2024-10-14", "2024-10-20")
    assert choose_period(calls, week=dt.date(2024, 10, 9)).first == dt.date(2024, 10, 7)
    assert choose_period(calls, first=dt.date(2024, 10, 1), last=dt.date(2024, 10, 31)).days == 31
    assert choose_period(calls, first=dt.date(2024, 10, 16)) == Period(dt.date(2024, 10, 16), dt.date(2024, 10, 20))
    assert choose_period(calls, last=dt.date(2024, 10, 16)) == Period(dt.date(2024, 10, 14), dt.date(2024, 10, 16))
    assert choose_period(calls, everything=True) == Period(dt.date(2024, 10, 14), dt.date(2024, 10, 20))


def test_contradicting_wishes_and_reversed_days_are_refused():
    with pytest.raises(InputError, match="只能用一种"):
        choose_period(times("2024-10-14"), week=dt.date(2024, 10, 14), everything=True)
    with pytest.raises(InputError, match="颠倒"):
        choose_period(times("2024-10-14"), first=dt.date(2024, 10, 14), last=dt.date(2024, 10, 13))
    with pytest.raises(InputError, match="没有可用的来电时间"):
        choose_period(pd.Series([pd.NaT], dtype="datetime64[s]"))


@pytest.mark.parametrize(
    ("monday", "label"),
    [
        ("2024-09-02", "2024年9月第2周"),
        ("2024-09-30", "2024年9月第6周"),
        ("2024-10-07", "2024年10月第2周"),
        ("2024-10-14", "2024年10月第3周"),
        ("2024-07-01", "2024年7月第1周"),
        ("2024-12-30", "2024年12月第6周"),
    ],
)
def test_week_labels(monday, label):
    assert week_label(dt.date.fromisoformat(monday)) == label


@given(DAYS)
def test_a_week_holds_its_day_and_its_label_is_the_same_on_every_day(day):
    week = week_of(day)
    assert week.is_week
    assert week.first <= day <= week.last
    assert week_label(day) == week_label(week.first)
    assert week.previous.last + dt.timedelta(days=1) == week.first
    assert week_label(week.first) != week_label(week.previous.first)


@given(st.lists(DAYS, min_size=1, max_size=30))
def test_the_default_is_a_week_with_calls(days):
    calls = times(*days)
    period = choose_period(calls)
    assert period.is_week
    assert period.holds(calls).any()
