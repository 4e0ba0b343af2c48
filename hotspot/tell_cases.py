"""Sections four and five: the hard cases of the week, and what became of those told before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from hotspot.case_edits import apply_edits, tell_edits
from hotspot.config import Config
from hotspot.gather import Week, earlier_cases
from hotspot.mine.cases import CaseWords, find_hard_cases, follow_up
from hotspot.read.period import week_label
from hotspot.schema import FLOW_COLUMNS, SECRET, FollowUp, HardCase
from hotspot.store.records import NOTE, CaseRecord
from hotspot.text.mask import quote, quote_all


def _case_words(config: Config) -> CaseWords:
    status = config.status
    return CaseWords(
        dispatched=frozenset(status.dispatched),
        returned=frozenset(status.returned),
        accepted=frozenset(status.accepted),
        closed=frozenset(status.closed),
        overdue=frozenset(status.overdue),
    )


def tell_cases(
    week: Week, valid: pd.DataFrame, config: Config, categorise: Callable[[Sequence[str]], Sequence[str]]
) -> tuple[tuple[HardCase, ...], FollowUp, tuple[str, ...]]:
    """Return the hard cases of the week, what became of those told before, and what the analyst's file changed.

    A case told before is told again as new only when something new speaks against it: it was returned once more, or
    fell overdue, within the period. It is then no part of the follow-up.

    Parameters
    ----------
    valid : DataFrame
        Valid demands with their categories.
    categorise : callable
        Gives texts their categories: those of orders whose call lies in an earlier week.
    """
    words = _case_words(config)
    states, told = earlier_cases(week, config)
    found = _find(week, valid, words, categorise, told)
    told_before = {case.order_id for case in told}
    fresh = tuple(
        replace(case, category=case.category or config.remainder, told_in=week.label)
        for case in found
        if case.order_id not in told_before or _worsened(case, week, words)
    )
    again = {case.order_id for case in fresh}
    previous = week_label(week.first - dt.timedelta(days=7)) if week.first.weekday() == 0 else ""
    labels = [case.label for case in told]
    earlier = [
        HardCase(
            order_id=case.order_id,
            category=case.category,
            summary=quote(case.summary),
            units=tuple(unit for unit in case.units.replace("，", "、").split("、") if unit),
            returned_by=(),
            reason="",
            overdue=False,
            closed=states.get(case.order_id) == "closed",
            told_in=case.label,
            steps=(),
        )
        for case in told
        if case.order_id not in again
    ]
    notes = {note.order_id: note.text for note in week.case_notes if note.kind == NOTE}
    fresh = apply_edits(fresh, week.case_edits, notes)
    last_issue = previous if previous in labels or not labels else labels[-1]
    follow = follow_up(
        apply_edits(earlier, week.case_edits, notes),
        week.orders,
        week.flows,
        week.first,
        week.last,
        words,
        last_issue=last_issue,
        mask_all=quote_all,
    )
    follow = replace(
        follow,
        last_issue=tuple(_unquoted(case) if case.summary == SECRET else case for case in follow.last_issue),
        closed=tuple(_unquoted(case) if case.summary == SECRET else case for case in follow.closed),
    )
    shown = {case.order_id for case in (*fresh, *earlier)}
    return fresh, follow, tell_edits(week.case_edits, shown, shown | {case.order_id for case in found})


def _find(
    week: Week,
    valid: pd.DataFrame,
    words: CaseWords,
    categorise: Callable[[Sequence[str]], Sequence[str]],
    told: Sequence[CaseRecord],
) -> tuple[HardCase, ...]:
    """Return the unsolved orders and those that the analyst wants told, with their categories."""
    pinned = [order for order, edit in week.case_edits.items() if edit.pin]
    if week.orders is None or (week.flows is None and not pinned):
        return ()
    none = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in FLOW_COLUMNS.items()})
    sent = valid[valid["msg_id"].isin(set(week.orders["call_id"]))]
    found = find_hard_cases(
        week.orders,
        none if week.flows is None else week.flows,
        week.last,
        words,
        mask_all=quote_all,
        categories=dict(zip(sent["msg_id"].tolist(), sent["category"].tolist(), strict=True)),
        pinned=pinned,
    )
    unknown = [case for case in found if not case.category]
    texts = dict(zip(week.orders["order_id"], week.orders["text"], strict=True))
    guessed = categorise([texts.get(case.order_id, "") for case in unknown]) if unknown else []
    by_order = {case.order_id: category for case, category in zip(unknown, guessed, strict=True)}
    # The call that made it confidential may lie in an earlier week: what was told of it then says so.
    told_hidden = {case.order_id for case in told if case.summary == SECRET}
    hidden = _hidden(week.calls[week.calls["confidential"]], week.orders) | told_hidden
    named = [replace(case, category=case.category or by_order[case.order_id]) for case in found]
    return tuple(_unquoted(case) if case.order_id in hidden else case for case in named)


def _hidden(secret: pd.DataFrame, orders: pd.DataFrame) -> set[str]:
    """Return the orders of confidential calls, and those that are confidential themselves."""
    own = orders["call_id"].isin(set(secret["msg_id"])) | orders["text"].eq(SECRET)
    return set(orders.loc[own, "order_id"]) | set(secret["order_id"]) - {""}


def _unquoted(case: HardCase) -> HardCase:
    """Return a confidential case: where it went is told, not what the caller or a unit said."""
    return replace(case, summary=SECRET, reason="", steps=tuple(replace(step, note="") for step in case.steps))


def _worsened(case: HardCase, week: Week, words: CaseWords) -> bool:
    start = dt.datetime.combine(week.first, dt.time())
    if any(step.action in words.returned and step.time >= start for step in case.steps):
        return True
    if not case.overdue or week.orders is None:
        return False
    deadline = week.orders.loc[week.orders["order_id"].eq(case.order_id), "deadline"]
    return bool((deadline >= pd.Timestamp(week.first)).any())
