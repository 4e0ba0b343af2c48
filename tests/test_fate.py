"""What became of the orders behind a hotspot: counted from orders, flows and the history."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd

from hotspot.config import Config, UnitsConfig
from hotspot.fate import Fates
from hotspot.store.records import CallRecord

LAST = dt.date(2024, 10, 20)


def orders(*rows):
    names = ["order_id", "call_id", "text", "unit", "dispatch_time", "deadline", "finish_time", "status"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(
        **{name: pd.to_datetime(table[name], format="ISO8601") for name in ("dispatch_time", "deadline", "finish_time")}
    )


def order(number, call, unit="市住房和城乡建设局", finished=None, deadline="2024-10-30"):
    return (f"HX{number}", call, "", unit, "2024-10-14 09:00", deadline, finished, "办理中")


DEMANDS = pd.DataFrame(
    {
        "msg_id": ["1", "2", "3", "4"],
        "time": pd.to_datetime(["2024-10-14", "2024-10-15", "2024-10-18", "2024-10-19"]),
        "caller": ["甲", "乙", "甲", "丙"],
        "theme": "供暖不热",
    }
)
FLOWS = pd.DataFrame(
    {"order_id": ["HX2"], "time": pd.to_datetime(["2024-10-16"]), "unit": ["某局"], "action": ["退回"], "note": [""]}
)


def fates(*rows, past=(), flows=FLOWS):
    week = SimpleNamespace(last=LAST, orders=orders(*rows) if rows else None, flows=flows, past_calls=past)
    return Fates(week, DEMANDS, Config(units=UnitsConfig(short={"市住房和城乡建设局": "市住建局"})))


def test_units_states_returns_and_days():
    told = fates(order(1, "1", finished="2024-10-16 09:00"), order(2, "2", deadline="2024-10-17"), order(9, "99")).tell(
        ["1", "2", "3", "4"]
    )
    assert told[0].text == (
        "此类诉求已转办工单2件（由市住建局承办），其中已办结1件、未办结1件、超期1件，曾被退回1件，办结用时中位数2.0天。"
    )
    assert told[0].calls == ("1", "2")


def test_who_calls_again_after_the_order_was_closed():
    told = fates(order(1, "1", finished="2024-10-16 09:00")).tell(["1", "2", "3", "4"])
    assert told[1].text == "此前的工单办结后，同一来电人就同一事项又来电1件（1人）。"
    assert told[1].calls == ("3",)
    late = fates(order(1, "1", finished="2024-10-19 09:00")).tell(["1", "2", "3", "4"])
    assert len(late) == 1


def test_calls_of_earlier_weeks_count_by_caller_and_theme():
    known = CallRecord("0", "2024-10-08T09:00:00", "丙", "公共服务类", "供暖不热", "")
    again = fates(order(5, "0", finished="2024-10-12"), past=[known]).tell(["4"])
    assert [sentence.calls for sentence in again] == [("4",)]
    other = CallRecord("0", "2024-10-08T09:00:00", "丙", "公共服务类", "停水水压", "")
    assert fates(order(5, "0", finished="2024-10-12"), past=[other]).tell(["4"]) == ()


def test_without_orders_nothing_is_told():
    assert fates().tell(["1"]) == ()
