"""What the history keeps of a week: its counts, its calls without their words, the cases it told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from hotspot.config import Config
from hotspot.gather import Week, earlier_cases
from hotspot.mine.tallies import INVALID
from hotspot.mining import Mined
from hotspot.scale import slices
from hotspot.schema import Facts
from hotspot.store import records
from hotspot.text.mask import quote

_KEPT: Final = ("msg_id", "time", "caller", "category", "theme", "place")
_PART: Final = 10_000  # calls that are records at the same time


class _Calls(Iterable[records.CallRecord]):
    """The records of calls, made when they are asked for."""

    def __init__(self, calls: pd.DataFrame) -> None:
        self._calls = calls

    def __iter__(self) -> Iterator[records.CallRecord]:
        for rows in slices(len(self._calls), _PART):
            part = self._calls.iloc[rows]
            times = np.datetime_as_string(part["time"].to_numpy().astype("datetime64[s]"))
            yield from map(records.CallRecord, *(part.assign(time=times)[name].tolist() for name in _KEPT))


def record_week(week: Week, mined: Mined, facts: Facts, config: Config) -> records.Week:
    """Return the record of `week` for the history.

    The cases of a ledger that was given are kept too, so that the next week knows them without the file.
    """
    valid = mined.demands.loc[mined.demands["kind"].ne(INVALID), [*_KEPT]]
    placed = valid.loc[valid["place"].ne(""), ["theme", "place"]]
    counts: dict[tuple[str, str, str], int] = {}
    for kind, names in (("category", valid["category"]), ("theme", valid["theme"]), ("place", placed["place"])):
        counts |= {(kind, str(name), ""): int(count) for name, count in names.value_counts().items()}
    for (theme, place), count in placed.groupby(["theme", "place"]).size().items():
        counts["theme_place", str(theme), str(place)] = int(count)
    for day, count in valid["time"].dt.normalize().value_counts().items():
        counts["day", f"{day:%Y-%m-%d}", ""] = int(count)
    for name, orders in week.dispatched_to(config.units.short).items():
        counts["unit", name, ""] = len(orders)
    return records.Week(
        first_day=week.first,
        last_day=week.last,
        label=week.label,
        total=facts.overview.total,
        valid=facts.valid,
        issue_year=facts.head.issue_year,
        of_year=facts.head.issue_of_year,
        issue_total=facts.head.issue_total,
        data_hash=week.data_hash,
        counts=counts,
        matters=mined.matters,
        calls=_Calls(valid),
        cases=_cases(week, facts, config),
        closed=tuple(case.order_id for case in facts.follow_up.closed),
    )


def _cases(week: Week, facts: Facts, config: Config) -> tuple[records.CaseRecord, ...]:
    fresh = [
        records.CaseRecord(case.order_id, week.label, case.category, case.summary, "、".join(case.units))
        for case in facts.hard_cases
    ]
    told = {case.order_id for case in fresh} | {case.order_id for case in week.told}
    _, known = earlier_cases(week, config)
    from_ledger = [replace(case, summary=quote(case.summary)) for case in known if case.order_id not in told]
    return (*fresh, *from_ledger)
