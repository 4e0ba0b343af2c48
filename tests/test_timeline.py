"""A hotspot or an issue through the weeks of the history, as `hotspot history show` tells it."""

import datetime as dt

from hotspot.mine.identity import HOTSPOT, ISSUE
from hotspot.schema import Matter
from hotspot.store.records import Week
from hotspot.timeline import find_timelines

HEATING = Matter("H1", HOTSPOT, "供暖不热", "供暖不热", "", 0)
VILLAGE = Matter("I1", ISSUE, "城北村停水", "停水水压", "城北村", 0)
NOWHERE = Matter("I2", ISSUE, "停水水压", "停水水压", "", 0)


def week(number: int, counts: dict, *matters: tuple[Matter, int, int]) -> Week:
    """A week: counts by (kind, name, place); matters with calls and weeks in a row."""
    first = dt.date(2024, 9, 2) + dt.timedelta(days=7 * number)
    found = tuple(Matter(m.id, m.kind, m.title, m.theme, m.place, count, (), running) for m, count, running in matters)
    days = {("day", (first + dt.timedelta(days=at)).isoformat(), ""): 20 for at in range(7)}
    return Week(
        first,
        first + dt.timedelta(days=6),
        f"第{number}周",
        140,
        140,
        2024,
        number,
        number,
        "",
        {**days, **counts},
        found,
    )


def series(heating: int, village: int, water: int = 20) -> dict:
    return {
        ("theme", "供暖不热", ""): heating, ("theme", "停水水压", ""): water,
        ("theme_place", "停水水压", "城北村"): village,
    }  # fmt: skip


WEEKS = (
    week(0, series(10, 4), (VILLAGE, 4, 1)),
    week(1, series(12, 4), (VILLAGE, 4, 2)),
    week(2, series(11, 2)),
    week(3, series(9, 1)),
    week(4, series(90, 5), (HEATING, 90, 1), (VILLAGE, 5, 1), (NOWHERE, 3, 1)),
    week(5, series(45, 5), (HEATING, 45, 2), (VILLAGE, 5, 2)),
    week(6, series(8, 0)),
)


def told(name: str) -> list[str]:
    return [point.told for point in find_timelines(WEEKS, name)[0].points]


def test_a_hotspot_is_new_goes_on_and_fades_once():
    assert told("供暖不热") == ["", "", "", "", "新增，上升900.00%", "持续第2周，下降50.00%", "已消退"]


def test_an_issue_that_comes_back_is_not_new():
    assert told("I1") == ["新增", "持续第2周，基本持平", "已消退", "", "再次出现", "持续第2周，基本持平", "已消退"]


def test_an_issue_without_a_place_has_no_calls_where_it_was_none():
    line = find_timelines(WEEKS, "I2")[0]
    assert [point.count for point in line.points] == [0, 0, 0, 0, 3, 0, 0]
    assert all(point.expected is None for point in line.points)


def test_what_was_expected_is_what_a_run_tells():
    from hotspot.mine.alarms import PastWeek, compare_with_past

    point = find_timelines(WEEKS, "供暖不热")[0].points[4]
    now, past = WEEKS[4], [PastWeek(entry.first_day, entry.last_day, entry.counts) for entry in WEEKS[:4]]
    counted = {key: count for key, count in now.counts.items() if key[0] != "day"}
    today = {now.first_day + dt.timedelta(days=at): 20 for at in range(7)}
    line = next(line for line in compare_with_past(counted, today, past).lines if line.key == ("theme", "供暖不热", ""))
    assert (point.expected, point.upper) == (line.week.expected, line.week.upper)
    assert point.count > point.upper
    assert [find_timelines(WEEKS, "供暖不热")[0].points[at].expected for at in (0, 1, 2)] == [None] * 3
