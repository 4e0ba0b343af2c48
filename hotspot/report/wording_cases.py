"""The words of sections four and five: hard cases and what became of them."""

from __future__ import annotations

import re
from typing import Final

from hotspot.report.wording import counted, day, numeral, stopped, this_period
from hotspot.schema import FollowUp, HardCase, Head, OrderFacts, Sentence

_WHO_CALLED: Final = re.compile("反映|来电|来信|投诉|求助|咨询")


def case_heading(case: HardCase, number: int) -> str:
    """The heading of a hard case: its category and order number."""
    return f"（{numeral(number)}）{case.category or '其他类'}（工单编号：{case.order_id}）。"


def case_sentences(case: HardCase) -> tuple[Sentence, ...]:
    """A new hard case: what is told, where it went, why it came back, that it is open; or the analyst's own words."""
    return (*(case.sentences or (*_case_record(case), _case_state(case))), *_case_note(case))


def _case_record(case: HardCase) -> tuple[Sentence, ...]:
    said, calls = [], (case.call,) if case.call else ()
    if case.summary:  # a summary may itself begin with who called
        lead = "" if _WHO_CALLED.search(case.summary[:12]) else "群众反映："
        said.append(Sentence(f"{lead}{stopped(case.summary)}", calls, "疑难.诉求"))
    units = "、".join(case.units)
    if units:
        verb = "先后派往" if len(case.units) > 1 else "派往"
        said.append(Sentence(f"该工单{verb}{units}办理。", calls, "疑难.派往"))
    if case.returned_by:
        reason = f"，退回原因：{stopped(case.reason)}" if case.reason else "。"
        said.append(Sentence(f"{'、'.join(case.returned_by)}退回{reason}", calls, "疑难.退回"))
    return tuple(said)


def _case_note(case: HardCase) -> tuple[Sentence, ...]:
    return (Sentence(f"备注：{stopped(case.note)}", rule="疑难.备注"),) if case.note else ()


def _case_state(case: HardCase) -> Sentence:
    open_words = "截至目前，该诉求已逾期，仍未办结。" if case.overdue else "截至目前，该诉求仍未办结。"
    return Sentence("该工单现已办结。" if case.closed else open_words, rule="疑难.状态")


def no_cases(head: Head, orders: OrderFacts | None) -> Sentence:
    """What section four says without cases: none, or nothing to judge them by."""
    if orders is None:
        return Sentence(f"{this_period(head)}未提供工单流转数据，疑难案例未作研判。", rule="疑难.无数据")
    return Sentence(f"{this_period(head)}无新增疑难案例。", rule="疑难.无")


def follow_up_count(follow_up: FollowUp) -> Sentence | None:
    """How many cases of the issues before the last one are open, by the issue that told them."""
    if not follow_up.open_by_week:
        return None
    total = sum(part.count for part in follow_up.open_by_week)
    weeks = "、".join(counted(part) for part in follow_up.open_by_week)
    return Sentence(f"往期通报的疑难案例中，尚有{total}件未办结，按通报期次分：{weeks}。", rule="跟踪.未办结")


def follow_up_sentences(head: Head, case: HardCase) -> tuple[Sentence, ...]:
    """A case of the last issue in full, with what happened to it within the period."""
    if case.sentences:
        return (*_case_record(case), *case.sentences, *_case_note(case))
    fresh = [step for step in case.steps if head.first_day <= step.time.date() <= head.last_day]
    progress = "；".join(f"{day(step.time.date())}{step.unit}{step.action}" for step in fresh)
    told = f"{this_period(head)}办理进展：{progress}。" if progress else f"{this_period(head)}暂无新的办理进展。"
    return (*_case_record(case), Sentence(told, rule="跟踪.进展"), _case_state(case), *_case_note(case))


def closed_cases(head: Head, follow_up: FollowUp) -> Sentence | None:
    """The cases of earlier issues that were closed, told this once."""
    if not follow_up.closed:
        return None
    listed = "；".join(f"{case.summary.rstrip('。')}（工单编号：{case.order_id}）" for case in follow_up.closed)
    text = f"往期通报的疑难案例中，{this_period(head)}已办结{len(follow_up.closed)}件：{listed}。"
    return Sentence(text, rule="跟踪.已办结")


def no_follow_up(head: Head) -> Sentence:
    """What section five says where no earlier case is on record."""
    return Sentence("没有需要跟踪通报的往期疑难案例。", rule="跟踪.无")
