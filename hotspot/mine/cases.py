"""Hard cases: work orders that nobody takes, found in the dispatch record and followed from issue to issue."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from hotspot.schema import FollowUp, HardCase, Part, Sentence, Step

_SENTENCE_END: Final = re.compile(r"(?<=[。！？!?；])")
_SUMMARY_LENGTH: Final = 120


@dataclass(frozen=True, slots=True)
class CaseWords:
    """The office's words for the actions and states of an order."""

    dispatched: frozenset[str]
    returned: frozenset[str]
    accepted: frozenset[str]
    closed: frozenset[str]
    overdue: frozenset[str]


def shorten(text: str, length: int = _SUMMARY_LENGTH) -> str:
    """Cut `text` at the last sentence end within `length` characters, or at a comma, never in a sentence's midst.

    Examples
    --------
    >>> shorten("路面破损。多次摔伤。要求修复。", 11)
    '路面破损。多次摔伤。'
    >>> shorten("路面破损")
    '路面破损'
    """
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    kept = ""
    for sentence in _SENTENCE_END.split(text):
        if len(kept) + len(sentence) > length:
            break
        kept += sentence
    if kept:
        return kept.strip()
    comma = max(text.rfind("，", 0, length), text.rfind(" ", 0, length))
    return (text[:comma] if comma > length // 3 else text[: length - 1]).rstrip("，、 ") + "…"


def _steps(flow: pd.DataFrame) -> tuple[Step, ...]:
    rows = zip(flow["time"], flow["unit"], flow["action"], flow["note"], strict=True)
    return tuple(Step(time.to_pydatetime(), unit, action, note) for time, unit, action, note in rows)


def _sent_to(steps: Sequence[Step], words: CaseWords, first_unit: str) -> tuple[str, ...]:
    """Return the units an order was sent to, in order: those named in the dispatch notes, and those that acted."""
    units = [first_unit] if first_unit else []
    for step in steps:
        if step.action in words.dispatched:
            named = re.search(
                r"(?:派|转|交)(?:至|给|往|由)?(?P<unit>[^\s，。；派转交]{2,30}?)(?:办理|处理|承办|$)", step.note
            )
            units += [named["unit"]] if named else []
        elif step.action in words.returned | words.accepted:
            units.append(step.unit)
    return tuple(dict.fromkeys(units))


def find_hard_cases(
    orders: pd.DataFrame,
    flows: pd.DataFrame,
    last: dt.date,
    words: CaseWords,
    *,
    mask_all: Callable[[Sequence[str]], list[str]],
    categories: dict[str, str] | None = None,
    pinned: Collection[str] = (),
) -> tuple[HardCase, ...]:
    """Return the orders that are unsolved at the end of the period, the hardest first.

    An order is one when two or more different units returned it, or when one did, nobody has taken it over since (no
    unit accepted it after the return) and its time is up by the end of day `last`. An order that came back once and was
    sent on within its time is the office's daily work, and none; neither are orders closed by then.

    Parameters
    ----------
    mask_all : callable
        Hides personal data in texts.
    categories : dict, optional
        Category by call id.
    pinned : collection of str
        Orders that are cases whatever the record says, as long as it holds them.
    """
    end = pd.Timestamp(last) + pd.Timedelta(days=1)
    flows = flows[flows["time"] < end].sort_values(["order_id", "time", "action", "unit"], kind="stable")
    returned = set(flows.loc[flows["action"].isin(words.returned), "order_id"])
    candidates = returned | set(pinned)
    facts = {row.order_id: row for row in orders[orders["order_id"].isin(candidates)].itertuples()}
    flows = flows[flows["order_id"].isin(candidates)]
    flows = flows.assign(note=mask_all(flows["note"].tolist()))  # first: the units are read out of the notes, too
    records = {str(name): _steps(flow) for name, flow in flows.groupby("order_id")}
    found = []
    for order_id in sorted(facts.keys() | records.keys()):
        steps, order, chosen = records.get(order_id, ()), facts.get(order_id), order_id in pinned
        closed_at = None if order is None or pd.isna(order.finish_time) else order.finish_time
        closed = (closed_at is not None and closed_at < end) or any(step.action in words.closed for step in steps)
        if closed and not chosen:
            continue
        back = [at for at, step in enumerate(steps) if step.action in words.returned]
        by = tuple(dict.fromkeys(steps[at].unit for at in back))
        taken = any(step.action in words.accepted for step in steps[back[-1] + 1 :]) if back else False
        overdue = order is not None and (
            order.status in words.overdue or bool(pd.notna(order.deadline) and order.deadline < end)
        )
        if len(by) < 2 and (taken or not overdue) and not chosen:
            continue
        found.append(
            HardCase(
                order_id=order_id,
                category=(categories or {}).get("" if order is None else order.call_id, ""),
                summary="" if order is None else shorten(mask_all([order.text])[0]),
                units=_sent_to(steps, words, "" if order is None else order.unit),
                returned_by=by,
                reason=steps[back[-1]].note if back else "",
                overdue=overdue,
                closed=closed,
                told_in="",
                steps=steps,
                call="" if order is None else order.call_id,
            )
        )
    return tuple(sorted(found, key=lambda case: (-len(case.returned_by), not case.overdue, case.order_id)))


def follow_up(
    told: Sequence[HardCase],
    orders: pd.DataFrame | None,
    flows: pd.DataFrame | None,
    first: dt.date,
    last: dt.date,
    words: CaseWords,
    *,
    last_issue: str,
    mask_all: Callable[[Sequence[str]], list[str]],
) -> FollowUp:
    """Return section five: what became of the cases that earlier issues told.

    Parameters
    ----------
    told : sequence of HardCase
        Cases of earlier issues that were open when the last issue went out.
    last_issue : str
        Week label of the last issue, whose cases are told in full.
    mask_all : callable
        Hides personal data in texts.
    """
    start, end = pd.Timestamp(first), pd.Timestamp(last) + pd.Timedelta(days=1)
    finished = {}
    if orders is not None:
        done = orders[orders["finish_time"].notna() & (orders["finish_time"] < end)]
        finished = dict(zip(done["order_id"], done["finish_time"], strict=True))
    since: dict[str, tuple[Step, ...]] = {}
    if flows is not None:
        ids = {case.order_id for case in told}
        recent = flows[flows["order_id"].isin(ids) & (flows["time"] >= start) & (flows["time"] < end)]
        recent = recent.assign(note=mask_all(recent["note"].tolist()))
        since = {str(key): _steps(group.sort_values("time")) for key, group in recent.groupby("order_id")}
    now = []
    for case in told:
        steps = since.get(case.order_id, ())
        closed = case.closed or case.order_id in finished or any(step.action in words.closed for step in steps)
        now.append(replace(case, steps=steps, closed=closed))
    this = "本周" if first.weekday() == 0 and (last - first).days == 6 else "本期"
    still = [case for case in now if not case.closed]
    weeks: dict[str, int] = {}
    for case in still:
        if case.told_in != last_issue:
            weeks[case.told_in] = weeks.get(case.told_in, 0) + 1
    return FollowUp(
        open_by_week=tuple(Part(week, count) for week, count in weeks.items()),
        last_issue=tuple(_told(case, since, this) for case in still if case.told_in == last_issue),
        closed=tuple(_told(case, since, this) for case in now if case.closed),
    )


def _told(case: HardCase, since: dict[str, tuple[Step, ...]], this: str) -> HardCase:
    """Return `case` with the sentences of what happened to it in the period, which is called `this`."""
    if case.closed:
        text = f"{this}已办结。"
    elif case.order_id in since:
        text = (
            f"{this}进展："
            + "；".join(
                f"{step.time.month}月{step.time.day}日{step.unit}{step.action}" for step in since[case.order_id]
            )
            + "，尚未办结。"
        )
    else:
        text = f"{this}无新的流转记录，尚未办结。"
    return replace(case, sentences=(Sentence(text, (), "流转记录"),))
