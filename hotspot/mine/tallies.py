"""Counts of a week: handling, channels, categories, work orders. Every figure here is exact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from hotspot.schema import Part

DIRECT, ORDER, INVALID = "直接答复", "工单转办", "其他"


def percent(part: int, whole: int) -> float:
    """Return `part` of `whole` in percent with two decimals, half up as offices round; 0 of 0 is 0.

    Examples
    --------
    >>> percent(168, 851), percent(1, 8), percent(0, 0)
    (19.74, 12.5, 0.0)
    """
    if whole == 0:
        return 0.0
    share = Decimal(part) * 100 / Decimal(whole)
    return float(share.quantize(Decimal("0.01"), ROUND_HALF_UP))


def change_percent(now: int, before: int | None) -> float | None:
    """Return the change of `now` on `before` in percent; without a past, or on nothing, there is none.

    Examples
    --------
    >>> change_percent(1019, 851), change_percent(3, None), change_percent(3, 0)
    (19.74, None, None)
    """
    if not before:
        return None
    share = percent(abs(now - before), before)
    return share if now >= before else -share


def classify_handling(
    handling: pd.Series,
    order_id: pd.Series,
    *,
    direct: Iterable[str],
    order: Iterable[str],
    invalid: Iterable[str],
) -> tuple[pd.Series, pd.Series]:
    """Return each call's handling (直接答复, 工单转办, 其他) and whether the export's word for it is unknown.

    A call without a word counts as 工单转办 where it has a work order, else as 直接答复.

    Returns
    -------
    kinds : Series of str
    unknown : Series of bool
        The export has a word that the configuration does not list: the rule above decides, and the run says so.
    """
    words = {**dict.fromkeys(direct, DIRECT), **dict.fromkeys(order, ORDER), **dict.fromkeys(invalid, INVALID)}
    kinds = handling.map(words)
    fallback = order_id.ne("").map({True: ORDER, False: DIRECT})
    unknown = kinds.isna() & handling.ne("")
    return kinds.fillna(fallback), unknown


def count_parts(
    values: pd.Series, *, names: Sequence[str] = (), last: str = "", previous: dict[str, int] | None = None
) -> tuple[Part, ...]:
    """Count `values` and return the parts in falling order (ties by name), `last` always last.

    Names listed in `names` appear even with no call. The shares are of ``len(values)``.
    """
    counts = dict.fromkeys(names, 0) | {str(name): int(count) for name, count in values.value_counts().items()}
    order = sorted(counts.items(), key=lambda item: (item[0] == last, -item[1], item[0]))
    return tuple(
        Part(name, count, percent(count, len(values)), None if previous is None else previous.get(name, 0))
        for name, count in order
    )


def count_days(times: pd.Series, first: dt.date, last: dt.date) -> tuple[Part, ...]:
    """Return the calls of each day of the period, named by ISO date."""
    days = times.dt.date.value_counts().to_dict()
    span = (last - first).days + 1
    dates = [first + dt.timedelta(days=at) for at in range(span)]
    return tuple(Part(day.isoformat(), int(days.get(day, 0))) for day in dates)


@dataclass(frozen=True, slots=True)
class OrderTally:
    """Work orders of a period, by unit and by state at its end."""

    dispatched: int
    closed: int
    carried_over_closed: int
    carried_over_overdue: int
    units: tuple[Part, ...]
    load: tuple[tuple[str, int, int, int], ...]  # unit, open, overdue, returned


def is_closed(orders: pd.DataFrame, end: pd.Timestamp) -> pd.Series:
    """Return which orders were finished before `end`."""
    return orders["finish_time"].notna() & (orders["finish_time"] < end)


def is_overdue(orders: pd.DataFrame, end: pd.Timestamp, words: Iterable[str]) -> pd.Series:
    """Return which orders are open at `end` and late: by their status (one of `words`) or by their deadline."""
    return ~is_closed(orders, end) & (orders["status"].isin(set(words)) | (orders["deadline"] < end))


def tally_orders(
    orders: pd.DataFrame,
    first: dt.date,
    last: dt.date,
    *,
    overdue_words: Iterable[str] = ("已超期",),
    returned: dict[str, int] | None = None,
) -> OrderTally:
    """Count the work orders of the period ``first`` … ``last`` (both days included).

    Dispatched are those sent out within the period; carried over are those sent out before it. An order is closed when
    its finish time lies before the period's end, and overdue when it is open and either its status says so or its
    deadline has passed by the period's end.
    """
    start = pd.Timestamp(first)
    end = pd.Timestamp(last) + pd.Timedelta(days=1)
    sent = orders["dispatch_time"]
    known = sent.notna() & (sent < end)
    within = known & (sent >= start)
    before = known & (sent < start)
    closed = is_closed(orders, end)
    closed_now = closed & (orders["finish_time"] >= start)
    late = known & is_overdue(orders, end, overdue_words)
    returned = returned or {}
    still_open = known & ~closed
    load = []
    for unit in sorted(set(orders.loc[still_open | late, "unit"]) | set(returned)):
        of_unit = orders["unit"].eq(unit)
        load.append((unit, int((of_unit & still_open).sum()), int((of_unit & late).sum()), returned.get(unit, 0)))
    return OrderTally(
        dispatched=int(within.sum()),
        closed=int((within & closed).sum()),
        carried_over_closed=int((before & closed_now).sum()),
        carried_over_overdue=int((before & late).sum()),
        units=count_parts(orders.loc[within, "unit"]),
        load=tuple(sorted(load, key=lambda row: (-row[1], -row[2], row[0]))),
    )


def fold_units(units: Sequence[Part], rank: int) -> tuple[tuple[Part, ...], int]:
    """Return the first `rank` units and the count of all others together."""
    return tuple(units[:rank]), sum(part.count for part in units[rank:])
