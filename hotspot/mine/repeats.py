"""Repeated calls: the same caller on the same matter, within the period and against past calls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from hotspot.schema import RepeatGroup

_AGAIN: Final = re.compile(
    r"再次(?:来电|反映|投诉|致电|要求|拨打)|多次(?:来电|反映|投诉|致电|拨打|打电话)|反复(?:来电|反映|投诉)|又(?:来电|打来|打电话)|"
    r"第[二三四五六七八九十两\d]+[次回遍](?:来电|反映|投诉|打|致电|报)|打(?:了|过)?(?:[好多几]|[两三四五六七八九十\d]+)[次回遍]|"
    r"(?:之前|此前|上次|上回|前几天|前天|昨天|上周|上礼拜)[^，。！？；]{0,6}(?:反映|打过|报过|投诉|来电|登记)|"
    r"(?:反映|投诉|登记|报)(?:了|过)(?:[好多几]|[两三四五六七八九十\d]+)[次回遍]|还是(?:那|上次)"
)
# What two calls of one caller must have in common to be of one matter: see `_agreement`.
_ENOUGH: Final = 3.0
_ALIKE: Final = 0.2
# A number that calls all day (a switchboard, an office's own line) must not make the search quadratic.
_MOST_OF_ONE_CALLER: Final = 2000
_REMEMBERED: Final = 5


@dataclass(frozen=True, slots=True)
class RepeatInput:
    """What is compared of a call. ``words`` (or their numbers) and text stay empty for past calls, which keep none."""

    msg_id: str
    caller: str
    time: str
    category: str
    theme: str
    place: str
    words: frozenset[Any] = frozenset()
    text: str = ""


def says_again(text: str) -> bool:
    """Return whether a text itself says that its matter was told before.

    Examples
    --------
    >>> says_again("市民再次反映路灯不亮"), says_again("反映路灯不亮")
    (True, False)
    """
    return _AGAIN.search(text) is not None


def _agreement(one: RepeatInput, other: RepeatInput) -> float:
    """Return how far two calls of one caller agree: theme 2, place 2 (another place −2), category 1, words 1."""
    score = 2.0 * (one.theme == other.theme) + 1.0 * (one.category == other.category)
    if one.place and other.place:
        # 东城国际 and 东城国际一期: one caller names one place more or less exactly.
        same = one.place.startswith(other.place) or other.place.startswith(one.place)
        score += 2.0 if same else -2.0
    if one.words and other.words:
        shared = len(one.words & other.words)
        score += shared / (len(one.words) * len(other.words)) ** 0.5 >= _ALIKE
    return score


def find_repeats(calls: Sequence[RepeatInput], past: Sequence[RepeatInput] = ()) -> tuple[RepeatGroup, ...]:
    """Return the groups of calls that one caller made on one matter, largest first.

    Parameters
    ----------
    calls : sequence of RepeatInput
        Calls of the period. A call without a caller repeats nothing.
    past : sequence of RepeatInput, optional
        Calls of earlier weeks. A group holds at least one call of the period.

    Examples
    --------
    >>> one = RepeatInput("1", "a", "2024-10-14 09:00", "公共服务类", "供暖不热", "仁和小区")
    >>> two = RepeatInput("2", "a", "2024-10-16 09:00", "公共服务类", "供暖不热", "仁和小区")
    >>> find_repeats([two, one])[0].calls
    ('1', '2')
    """
    fresh = {call.msg_id for call in calls}
    callers = {call.caller for call in calls if call.caller}
    by_caller: dict[str, list[RepeatInput]] = {}
    for call in (*calls, *(call for call in past if call.msg_id not in fresh)):
        if call.caller in callers:
            by_caller.setdefault(call.caller, []).append(call)
    groups = []
    for caller in sorted(by_caller):
        for group in _matters(sorted(by_caller[caller], key=lambda call: (call.time, call.msg_id))):
            if len(group) > 1 and any(call.msg_id in fresh for call in group):
                groups.append(_group(group, fresh))
    return tuple(sorted(groups, key=lambda group: (-len(group.calls), group.calls)))


def _matters(calls: Sequence[RepeatInput]) -> list[list[RepeatInput]]:
    """Divide one caller's calls, in order of time, into matters: each joins the one it agrees with most."""
    matters: list[list[RepeatInput]] = []
    for call in calls[:_MOST_OF_ONE_CALLER]:
        scores = [max(_agreement(call, known) for known in matter[-_REMEMBERED:]) for matter in matters]
        best = max(range(len(scores)), key=lambda i: (scores[i], -i), default=None)
        if best is not None and scores[best] >= _ENOUGH:
            matters[best].append(call)
        else:
            matters.append([call])
    return matters


def _group(calls: Sequence[RepeatInput], fresh: set[str]) -> RepeatGroup:
    last = [call for call in calls if call.msg_id in fresh][-1]
    place = next((call.place for call in reversed(calls) if call.place), "")
    return RepeatGroup(
        last.theme, place, tuple(call.msg_id for call in calls), any(says_again(call.text) for call in calls)
    )
