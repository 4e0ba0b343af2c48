"""What the history keeps of a week: its counts, its calls without their words, the cases it told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hotspot.config import Config
from hotspot.gather import Week, earlier_cases
from hotspot.mine.tallies import INVALID
from hotspot.mining import Mined
from hotspot.schema import Facts
from hotspot.store import records
from hotspot.text.mask import quote


def record_week(week: Week, mined: Mined, facts: Facts, config: Config) -> records.Week:
    """Return the record of `week` for the history.

    The cases of a ledger that was given are kept too, so that the next week knows them without the file.
    """
    valid = mined.demands[mined.demands["kind"].ne(INVALID)]
    counts: Counter[tuple[str, str, str]] = Counter()
    for category, theme, place in zip(valid["category"], valid["theme"], valid["place"], strict=True):
        counts["category", category, ""] += 1
        counts["theme", theme, ""] += 1
        if place:
            counts["place", place, ""] += 1
            counts["theme_place", theme, place] += 1
    for day, count in valid["time"].dt.date.value_counts().items():
        counts["day", day.isoformat(), ""] = int(count)
    for name, orders in week.dispatched_to(config.units.short).items():
        counts["unit", name, ""] = len(orders)
    calls = valid[["msg_id", "time", "caller", "category", "theme", "place"]]
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
        calls=tuple(
            records.CallRecord(str(msg_id), time.isoformat(), caller, category, theme, place)
            for msg_id, time, caller, category, theme, place in calls.itertuples(index=False, name=None)
        ),
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
