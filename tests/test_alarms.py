import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.mine.alarms import Line, PastWeek, find_alarms
from hotspot.mine.baseline import find_baseline, find_baselines, forecast, reject_false
from hotspot.mine.workdays import (
    HOLIDAY,
    SHIFTED,
    estimate_day_factors,
    kind_of_day,
    make_calendar,
    measure_exposure,
    measure_unusual_days,
)
from hotspot.schema import Baseline

MONDAY = dt.date(2024, 10, 14)
DAYS = tuple(MONDAY + dt.timedelta(days=at) for at in range(7))
QUIET = {"供暖不热": 36, "拖欠工资": 5, "停电": 8, "路灯井盖损坏": 9, "其他": 30}


def week_of(**themes: int) -> pd.DataFrame:
    """Calls of a week: theme to number, all in one place for 供暖不热."""
    rows = [
        (f"{theme}{at:03d}", pd.Timestamp(DAYS[at % 7]), "热线事务类" if theme == "催单" else "公共服务类", theme,
         "仁和小区" if theme == "供暖不热" else "")
        for theme, number in themes.items()
        for at in range(number)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["msg_id", "time", "category", "theme", "place"])


def past_weeks(ages, days=False, **themes: int) -> list[PastWeek]:
    """Weeks `ages` weeks before this one, each with the same counts."""
    found = []
    for age in ages:
        first = MONDAY - dt.timedelta(days=7 * age)
        counts = {("theme", name, ""): count for name, count in themes.items()}
        counts["category", "公共服务类", ""] = sum(themes.values())
        if "供暖不热" in themes:
            counts["place", "仁和小区", ""] = counts["theme_place", "供暖不热", "仁和小区"] = themes["供暖不热"]
        if days:
            total = sum(themes.values())
            counts |= {("day", (first + dt.timedelta(days=at)).isoformat(), ""): total // 7 for at in range(7)}
        found.append(PastWeek(first, first + dt.timedelta(days=6), counts))
    return found


WEEK = week_of(供暖不热=36, 拖欠工资=25, 停电=8, 路灯井盖损坏=9, 其他=30, 催单=60)


def subjects(alarms) -> list[str]:
    return [alarm.subject for alarm in alarms.rising]


def test_a_rise_above_the_past_alarms_and_a_usual_count_does_not():
    alarms = find_alarms(WEEK, DAYS, past_weeks(range(1, 7), **QUIET), excluded=["热线事务类"])
    assert "拖欠工资" in subjects(alarms)
    assert not {"停电", "路灯井盖损坏", "催单"} & set(subjects(alarms))
    assert [(alarm.subject, alarm.scope) for alarm in alarms.chronic] == [
        ("供暖不热", "主题"), ("供暖不热", "主题和地点"),
    ]  # fmt: skip
    assert all(alarm.baseline.observed == len(alarm.calls) for alarm in alarms.rising + alarms.chronic)


def test_a_call_counts_as_in_the_history_whatever_its_category():
    calls = WEEK.copy()
    calls.loc[calls.index[calls["theme"] == "停电"][:3], "category"] = "热线事务类"
    alarms = find_alarms(calls, DAYS, past_weeks(range(1, 7), **QUIET), excluded=["热线事务类"])
    assert alarms.baselines["停电"].observed == 8
    assert not {"催单", "其他", "热线事务类"} & {line.subject for line in alarms.rising + alarms.chronic}
    assert not {"催单", "其他"} & set(alarms.baselines)


def test_no_alarm_for_main_hotspots():
    alarms = find_alarms(WEEK, DAYS, past_weeks(range(1, 7), 拖欠工资=2), told=["拖欠工资", "供暖不热"])
    assert not {"拖欠工资", "供暖不热"} & set(subjects(alarms))
    assert "仁和小区" not in subjects(alarms)  # its rise is the told hotspot's


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["供暖不热", "停电", "拖欠工资", "其他"]), st.integers(1, 120), min_size=1),
    st.lists(st.integers(1, 30), max_size=2, unique=True),
)
def test_a_week_without_history_never_alarms(now, ages):
    alarms = find_alarms(week_of(**now), DAYS, past_weeks(ages, 停电=1), units={"城管局": ["停电000"]})
    assert (alarms.rising, alarms.chronic, dict(alarms.baselines)) == ((), (), {})


def test_a_category_that_the_main_hotspots_fill_is_told_by_them():
    calls = week_of(停水水压=60, 供暖不热=50, 停电=20)
    past = past_weeks(range(1, 9), 停水水压=20, 供暖不热=18, 停电=19)
    assert "公共服务类" in subjects(find_alarms(calls, DAYS, past))
    told = find_alarms(calls, DAYS, past, told=["停水水压", "供暖不热"])
    assert told.rising == ()


def test_a_unit_that_suddenly_gets_many_orders_is_told():
    past = past_weeks(range(1, 9), **QUIET)
    past = [PastWeek(week.first, week.last, {**week.counts, ("unit", "城管局", ""): 4}) for week in past]
    mixed = WEEK["msg_id"].tolist()[::6]
    alarms = find_alarms(WEEK, DAYS, past, excluded=["热线事务类"], units={"城管局": mixed})
    unit = next(alarm for alarm in alarms.rising if alarm.scope == "承办单位")
    assert (unit.subject, unit.place, unit.baseline.observed) == ("城管局", "", len(mixed))


def test_the_order_of_the_past_and_of_the_calls_changes_nothing():
    past = past_weeks(range(1, 9), **QUIET)
    shuffled = WEEK.sample(frac=1, random_state=3)
    assert find_alarms(WEEK, DAYS, past) == find_alarms(shuffled, DAYS, past[::-1])


def test_a_gap_in_the_record_raises_no_alarm_and_is_told():
    whole, hardly = past_weeks([1, 2, 3, 4], **QUIET), past_weeks([5, 6, 7, 8], 其他=1)
    alarms = find_alarms(week_of(**QUIET), DAYS, whole + hardly)
    assert alarms.rising == ()
    assert [day.isoformat() for day in alarms.gaps] == ["2024-08-19", "2024-08-26", "2024-09-02", "2024-09-09"]
    assert find_alarms(week_of(**QUIET), DAYS, past_weeks(range(1, 9), 其他=1)).rising == ()
    # weeks that are missing altogether are no quiet weeks either
    assert find_alarms(week_of(**QUIET), DAYS, past_weeks([1, 4, 9], **QUIET)).rising == ()


def test_the_season_of_a_year_ago_is_expected():
    usual = past_weeks(range(1, 51), 供暖不热=5, 停电=8)
    heating = past_weeks([51, 52, 53], 供暖不热=60, 停电=8)
    before = past_weeks(range(54, 80), 供暖不热=5, 停电=8)
    now = week_of(供暖不热=45, 停电=8)
    assert subjects(find_alarms(now, DAYS, usual + heating + before)) == []
    assert "供暖不热" in subjects(find_alarms(now, DAYS, usual))


def test_a_short_past_week_is_worth_its_days():
    past = past_weeks(range(1, 9), days=True, 停电=140)
    cut = past[3]
    kept = {
        key: n for key, n in cut.counts.items() if key[0] != "day" or key[1] < (cut.first + dt.timedelta(2)).isoformat()
    }
    past[3] = PastWeek(cut.first, cut.last, {**kept, ("theme", "停电", ""): 40})
    usual = find_alarms(week_of(停电=140), DAYS, past).baselines["停电"]
    assert 130 <= usual.expected <= 150


def test_an_earlier_outbreak_does_not_hide_the_next():
    calm, burst = [4, 5, 4, 5, 4, 5, 4, 5], [4, 5, 4, 60, 4, 5, 4, 5]
    assert find_baseline(calm, 25).p < find_baseline(burst, 25).p
    others = [[5, 4, 5, 5, 4, 6, 4, 5]] * 30
    assert find_baselines([burst, *others], [30, *[5] * 30])[0].p < 0.01


def test_false_alarms_are_rare_on_quiet_weeks():
    rng = np.random.default_rng(5)
    counts = rng.negative_binomial(8, 8 / (8 + rng.gamma(1.0, 6.0, size=400)), size=(40, 400))
    alarms = 0
    for week in range(8, 40):
        lines = find_baselines(counts[week - 8 : week].T.tolist(), counts[week].tolist())
        stands = reject_false([line.p for line in lines])
        alarms += sum(bool(s) and line.observed >= 5 for s, line in zip(stands, lines, strict=True))
    assert alarms / 32 <= 1.0


def test_the_upper_limit_is_passed_about_as_often_as_it_says():
    rng = np.random.default_rng(7)
    means = rng.gamma(1.0, 8.0, size=600)
    counts = rng.negative_binomial(6, 6 / (6 + means), size=(30, 600)).T
    passed = np.mean([counts[:, at] > forecast(counts[:, at - 12 : at]).upper() for at in range(12, 30)])
    assert 0.002 <= passed <= 0.02


@given(st.lists(st.integers(0, 60), min_size=3, max_size=20), st.integers(0, 90), st.integers(1, 5))
@settings(max_examples=60)
def test_more_calls_are_never_less_unusual(past, observed, more):
    first, second = find_baselines([past, past], [observed, observed + more])
    assert second.p <= first.p
    assert first.upper >= 0
    assert first.expected > 0


@given(st.lists(st.floats(0, 1), max_size=40))
def test_false_discovery_control_never_passes_a_larger_p_than_one_it_refuses(values):
    stands = reject_false(values)
    passed = [p for p, s in zip(values, stands, strict=True) if s]
    refused = [p for p, s in zip(values, stands, strict=True) if not s]
    assert not passed or not refused or max(passed) <= min(refused)
    assert all(p <= 0.1 for p in passed)


@pytest.mark.parametrize(
    ("day", "kind"), [("2024-10-01", HOLIDAY), ("2024-10-12", SHIFTED), ("2024-10-13", "7"), ("2099-10-01", "4")]
)
def test_kinds_of_days(day, kind):
    assert kind_of_day(dt.date.fromisoformat(day)) == kind


def test_holidays_are_learned_and_make_a_week_worth_less():
    start = dt.date(2023, 1, 2)
    days = [start + dt.timedelta(days=at) for at in range(600)]
    daily = {day: 30 if kind_of_day(day) == HOLIDAY else 100 for day in days}
    factors = estimate_day_factors(daily)
    assert factors[HOLIDAY] < 0.4 < 0.95 < factors[SHIFTED]
    golden_week = [dt.date(2024, 9, 30) + dt.timedelta(days=at) for at in range(7)]
    assert measure_exposure(golden_week, factors) < 0.7 * measure_exposure(DAYS, factors)
    assert measure_exposure(DAYS, factors, missing=DAYS[:1]) < measure_exposure(DAYS, factors)


def test_the_office_corrects_the_calendar():
    first, moved = dt.date(2027, 2, 8), dt.date(2024, 10, 1)
    kind = make_calendar(holidays=[first], workdays=[moved, dt.date(2027, 2, 14)])
    assert [kind(first), kind(dt.date(2027, 2, 14)), kind(moved)] == [HOLIDAY, SHIFTED, "2"]
    assert kind(dt.date(2024, 10, 2)) == HOLIDAY
    assert make_calendar(national=False)(dt.date(2024, 10, 2)) == "3"


def test_an_empty_spring_festival_and_a_storm_make_no_alarm_in_the_weeks_after():
    """A week's record is worth what its days held, whether the calendar names them or not."""
    festival = make_calendar(holidays=[MONDAY - dt.timedelta(days=at) for at in range(8, 15)])
    for kind in (festival, make_calendar(national=False)):
        past = past_weeks(range(2, 12), days=True, 停电=60, 噪音扰民=80)
        past += past_weeks([1], days=True, 停电=18, 噪音扰民=24)
        usual = find_alarms(week_of(停电=66, 噪音扰民=88), DAYS, past, kind=kind).baselines["停电"]
        assert 52 <= usual.expected <= 64
        assert usual.observed <= usual.upper


def test_an_ordinary_day_is_worth_what_its_kind_is():
    days = [dt.date(2024, 6, 3) + dt.timedelta(days=at) for at in range(28)]
    factors = {str(at): 1.0 for at in range(1, 8)} | {HOLIDAY: 0.8}
    daily = {day: 90 + at % 3 * 10 for at, day in enumerate(days)}
    assert set(measure_unusual_days(daily, factors)) == {dt.date(2024, 6, 10)}  # the dragon boat festival alone


@pytest.mark.parametrize("monday", [dt.date(2027, 2, 8), dt.date(2031, 10, 6)])
def test_years_beyond_the_calendar_are_judged_by_their_weekdays(monday):
    shift = monday - MONDAY
    days = [day + shift for day in DAYS]
    past = []
    for week in past_weeks(range(1, 9), days=True, 停电=60):
        moved = {
            (key[0], (dt.date.fromisoformat(key[1]) + shift).isoformat(), "") if key[0] == "day" else key: count
            for key, count in week.counts.items()
        }
        past.append(PastWeek(week.first + shift, week.last + shift, moved))
    calls = week_of(停电=63).assign(time=lambda rows: rows["time"] + pd.Timedelta(shift))
    usual = find_alarms(calls, days, past).baselines["停电"]
    assert 55 <= usual.expected <= 65


def test_a_burst_counts_though_the_weeks_around_it_are_usual_and_slow_growth_without_a_loud_week():
    usual, loud, slow = (Baseline(9, 8.0, 15.0, p, 8) for p in (0.5, 0.0003, 0.0001))
    assert Line(("theme", "停电", ""), (), loud, usual).p == pytest.approx(0.0004)
    assert Line(("theme", "停电", ""), (), usual, slow).p == pytest.approx(0.0004)
    assert Line(("theme", "停电", ""), (), usual, usual).p == pytest.approx(2 / 3)
    assert Line(("theme", "停电", ""), (), loud, None).p == 0.0003
