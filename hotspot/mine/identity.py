"""Which hotspots and issues of a week are those of the weeks before, and what became of the others.

Matching is by what they are about, never by the ids of their calls: theme, place and key terms. It is one to one, the
best pair first; a matter that fits an earlier one already taken was split from it, an earlier one that fits a matter
already matched was merged into it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from hotspot.mine.themes import OTHER
from hotspot.schema import Faded, Hotspot, Issue, Matter

HOTSPOT: Final = "热点"
ISSUE: Final = "问题"
# Two matters are one from this likeness on: the theme at one place alone suffices, terms alone must mostly agree.
_ALIKE: Final = 0.4
_THEME: Final = {True: 0.5, False: 0.25}  # what the same theme counts, with a place and without one
# A matter that was not there for longer is told as a new one.
_REMEMBERED_WEEKS: Final = 4
_LEVEL: Final = 0.5  # percent within which a change is none
# An issue of so many calls is missed when it is gone; below this share of its calls it is.
_MISSED: Final = 5
_GONE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Link:
    """What a matter of this week continues."""

    id: str
    previous: int  # its calls in the week just before
    running: int  # weeks in a row, this one included
    last_seen: dt.date | None  # first day of the last week that had it, where that was not the one before
    split_from: str = ""
    merged: tuple[Matter, ...] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """The hotspots and issues of a week under the ids they had, and those that are gone."""

    hotspots: tuple[Hotspot, ...]
    issues: tuple[Issue, ...]
    faded: tuple[Faded, ...] = ()
    matters: tuple[Matter, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What the history knows of matters: those of each earlier week (first day to matters), and this week's eve.

    ``previous`` is the calls per theme in the week just before; ``None`` where the history does not hold that week.
    """

    weeks: Mapping[dt.date, Sequence[Matter]] = field(default_factory=dict)
    before: dt.date | None = None  # first day of the week just before
    previous: Mapping[str, int] | None = None


def likeness(now: Matter, past: Matter) -> float:
    """Return how far two matters are about the same, 0 to 1.

    Examples
    --------
    >>> gate = Matter("I1", "问题", "丽景苑小区停车收费", "停车管理", "丽景苑小区", 5, ("停车", "收费"))
    >>> likeness(gate, replace(gate, id="I9", terms=("停车", "涨价"))) > likeness(gate, replace(gate, theme="噪音扰民"))
    True
    >>> likeness(gate, replace(gate, place="仁和小区"))
    0.0
    """
    if now.kind != past.kind:
        return 0.0
    least = min(len(now.terms), len(past.terms))
    shared = len(set(now.terms) & set(past.terms)) / least if least else 0.0
    same = now.theme == past.theme and now.theme not in ("", OTHER)
    if now.kind == HOTSPOT:
        return 1.0 if same else 0.9 * shared
    if bool(now.place) != bool(past.place):
        return 0.0
    # 东城国际 and 东城国际一期 are one place more or less exactly.
    if not (now.place.startswith(past.place) or past.place.startswith(now.place)):
        return 0.0
    known = _THEME[bool(now.place)]
    return known * same + (1 - known) * shared


def link_matters(now: Sequence[Matter], memory: Memory) -> dict[str, Link]:
    """Return what each matter of this week continues, by its own id; those that are new are left out.

    Parameters
    ----------
    now : sequence of Matter
        The matters of this week, under ids of their own.
    memory : Memory
        Those of the weeks before.
    """
    recent = sorted(memory.weeks, reverse=True)[:_REMEMBERED_WEEKS]
    last: dict[str, tuple[Matter, dt.date]] = {}
    for day in recent:
        for matter in memory.weeks[day]:
            last.setdefault(matter.id, (matter, day))
    ranks = {day: rank for rank, day in enumerate(recent)}
    pairs = sorted(
        (
            (-likeness(matter, past), ranks[day], -past.count, past.id, -matter.count, matter.title, matter.id)
            for matter in now
            for past, day in last.values()
            if likeness(matter, past) >= _ALIKE
        ),
    )
    taken: dict[str, str] = {}  # past id to own id
    links: dict[str, Link] = {}
    for *_, past_id, _, _, own in pairs:
        if own in links or past_id in taken:
            continue
        past, day = last[past_id]
        taken[past_id] = own
        links[own] = (
            Link(past.id, past.count, past.running + 1, None) if day == memory.before else Link(past.id, 0, 1, day)
        )
    for *_, past_id, _, _, own in pairs:
        past, day = last[past_id]
        if own not in links and past_id in taken:
            links[own] = Link(own, 0, 1, None, split_from=past.title)
        elif own in links and past_id not in taken and not links[own].split_from and day == memory.before:
            taken[past_id] = own
            links[own] = replace(links[own], merged=(*links[own].merged, past))
    return links


def tell_status(count: int, previous: int | None, link: Link | None = None) -> str:
    """Return how a matter stands to the weeks before, ``""`` without history.

    Examples
    --------
    >>> tell_status(97, 72, Link("H1", 72, 2, None)), tell_status(145, 0), tell_status(20, None)
    ('持续第2周，上升34.72%', '新增', '')
    >>> tell_status(9, 0, Link("I1", 0, 1, None, split_from="丽景苑停车"))
    '新增（由“丽景苑停车”分出）'
    """
    if previous is None:
        return ""
    told = "新增"
    if link is not None and link.running > 1:
        told = f"持续第{link.running}周"
    elif link is not None and link.last_seen is not None:
        told = f"再次出现（上次为{link.last_seen:%Y-%m-%d}起的一周）"
    if previous:
        change = 100 * (count - previous) / previous
        told += "，" + (
            "基本持平" if abs(change) <= _LEVEL else f"{'上升' if change > 0 else '下降'}{abs(change):.2f}%"
        )
    if link is not None and link.split_from:
        told += f"（由“{link.split_from}”分出）"
    if link is not None and link.merged:
        told += f"（并入“{'”“'.join(matter.title for matter in link.merged)}”）"
    return told


def follow_matters(
    hotspots: Sequence[Hotspot],
    issues: Sequence[Issue],
    memory: Memory,
    count_now: Callable[[str, str], int] = lambda theme, place: 0,
) -> Followed:
    """Give hotspots and issues the ids they had, their status, and say what is gone.

    Parameters
    ----------
    hotspots, issues : sequence
        Those of this week, under ids of their own.
    memory : Memory
        What the history knows.
    count_now : callable
        Calls of this week on a theme at a place (``""`` for anywhere).
    """
    own = [_of_hotspot(hotspot) for hotspot in hotspots] + [_of_issue(issue) for issue in issues]
    links = link_matters(own, memory)
    used = [link.id for link in links.values()]

    def name(matter_id: str) -> str:
        if matter_id in links:
            return links[matter_id].id
        return matter_id if matter_id not in used else f"{matter_id}x"  # its id belongs to what it was last week

    known = memory.previous
    told_hotspots = []
    for hotspot in hotspots:
        link = links.get(hotspot.id)
        previous = None if known is None else known.get(hotspot.theme, 0) or (link.previous if link else 0)
        told_hotspots.append(
            replace(hotspot, id=name(hotspot.id), previous=previous, status=tell_status(hotspot.count, previous, link))
        )
    told_issues = []
    for issue in issues:
        link = links.get(issue.id)
        previous = None if known is None else (link.previous if link else 0)
        told_issues.append(
            replace(issue, id=name(issue.id), previous=previous, status=tell_status(issue.count, previous, link))
        )
    matters = tuple(
        replace(matter, id=name(matter.id), running=links[matter.id].running if matter.id in links else 1)
        for matter in own
    )
    return Followed(tuple(told_hotspots), tuple(told_issues), _find_faded(matters, links, memory, count_now), matters)


def _find_faded(
    now: Sequence[Matter], links: Mapping[str, Link], memory: Memory, count_now: Callable[[str, str], int]
) -> tuple[Faded, ...]:
    """Return the matters of the week just before that are none any more: every hotspot, and the larger issues."""
    here = {matter.id for matter in now}
    here |= {matter.id for link in links.values() for matter in link.merged}
    found = []
    for matter in memory.weeks.get(memory.before, ()) if memory.before else ():
        if matter.id in here:
            continue
        count = count_now(matter.theme, matter.place)
        if matter.kind == HOTSPOT or (matter.count >= _MISSED and count < _GONE * matter.count):
            found.append(Faded(matter.id, matter.kind, matter.title, matter.count, count, matter.running))
    return tuple(sorted(found, key=lambda entry: (entry.kind != HOTSPOT, -entry.previous, entry.id)))


def _of_hotspot(hotspot: Hotspot) -> Matter:
    return Matter(hotspot.id, HOTSPOT, hotspot.theme, hotspot.theme, "", hotspot.count, hotspot.terms)


def _of_issue(issue: Issue) -> Matter:
    return Matter(issue.id, ISSUE, issue.title, issue.theme, issue.place, issue.count, issue.terms)
