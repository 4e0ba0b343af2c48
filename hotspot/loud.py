"""What stands out of a period: much of it, from the same callers again and again, or more than is usual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from hotspot.arrays import find_ends
from hotspot.config import Config, EventConfig
from hotspot.mine.alarms import Alarms, PastWeek, find_alarms
from hotspot.mine.hotspots import HotspotRules, Past, find_hotspots, loud_themes
from hotspot.mine.identity import Memory
from hotspot.mine.onset import Event
from hotspot.mine.repeats import RepeatInput, find_repeats
from hotspot.mine.word_table import WordTable
from hotspot.mine.workdays import make_calendar
from hotspot.percall import said
from hotspot.scale import Kept
from hotspot.schema import Hotspot, RepeatGroup
from hotspot.store.records import CallRecord
from hotspot.texts import Texts

_TOGETHER: Final = 5000  # calls whose callers are asked for repeats at a time
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Known:
    """What the history tells of the weeks before, and which calls went to which unit."""

    memory: Memory
    calls: Sequence[CallRecord]
    weeks: Sequence[PastWeek]
    units: Mapping[str, Sequence[str]]


class Loud(NamedTuple):
    """What stands out of the week: much, again and again, or more than is usual."""

    hotspots: tuple[Hotspot, ...]
    repeats: tuple[RepeatGroup, ...]
    alarms: Alarms


def find_loud(
    demands: pd.DataFrame,
    kept: Kept,
    sizes: Numbers,
    words: WordTable,
    days: Sequence[dt.date],
    config: Config,
    past: Known,
) -> Loud:
    """Return hotspots, repeated calls and alarms.

    Parameters
    ----------
    demands : DataFrame
        One row per demand: msg_id, time, caller, category, theme, place, district.
    kept : Kept
        The demands in parts (packed `hotspot.percall.Voices`), asked for the words of those that matter.
    sizes : ndarray of int
        Demands of each part.
    words : WordTable
        What the callers say.
    days : sequence of date
        The period.
    config : Config
    past : Known
    """
    # the history knows the week before, or nothing
    known = None if past.memory.previous is None else Past(past.memory.previous)
    rules = _hotspot_rules(config)
    told_before = set(demands["caller"]) & {call.caller for call in past.calls}
    again = demands["caller"].duplicated(keep=False) | demands["caller"].isin(told_before)
    again &= demands["caller"].ne("")
    wanted = again | demands["theme"].isin(loud_themes(demands, rules))
    say = _Said(kept, sizes, np.flatnonzero(wanted))
    hotspots = find_hotspots(demands, days[0], days[-1], rules, known, words, say)
    repeats = _find_repeats(demands, np.flatnonzero(again), words, say, past.calls)
    calendar = make_calendar(config.calendar.holidays, config.calendar.workdays, national=config.calendar.national)
    alarms = find_alarms(
        demands,
        days,
        past.weeks,
        told={hotspot.theme for hotspot in hotspots},
        excluded=config.excluded,
        units=past.units,
        kind=calendar,
    )
    return Loud(hotspots, repeats, alarms)


class _Said:
    """What the callers said in some demands, got where it is kept."""

    def __init__(self, kept: Kept, sizes: Numbers, rows: Numbers) -> None:
        ends = find_ends(sizes)
        of_parts = [rows[(rows >= first) & (rows < last)] - first for first, last in pairwise(ends.tolist())]
        self._texts = Texts.joined(kept.ask(said, of_parts))
        self._rows = rows

    def __call__(self, rows: Numbers) -> list[str]:
        """Return what was said in some of these demands."""
        return self._texts.taken(np.searchsorted(self._rows, rows)).tolist()


def _find_repeats(
    demands: pd.DataFrame,
    rows: Numbers,
    words: WordTable,
    say: _Said,
    past: Sequence[CallRecord],
) -> tuple[RepeatGroup, ...]:
    """Return the repeated calls among some demands, looked for some callers at a time."""
    fresh = set(demands["msg_id"].iloc[rows])
    before: dict[str, list[RepeatInput]] = {}
    for call in past:
        if call.msg_id not in fresh:
            before.setdefault(call.caller, []).append(_remembered(call))
    numbers, callers = pd.factorize(demands["caller"].iloc[rows])
    order = np.argsort(numbers, kind="stable")
    found: list[RepeatGroup] = []
    first = 0
    while first < len(order):
        last = int(np.searchsorted(numbers[order], numbers[order[min(first + _TOGETHER, len(order)) - 1]], "right"))
        named = callers[np.unique(numbers[order[first:last]])]
        some = np.sort(rows[order[first:last]])
        inputs = _repeat_inputs(demands, some, words, say)
        found += find_repeats(inputs, [call for caller in named for call in before.get(caller, ())])
        first = last
    return tuple(sorted(found, key=lambda group: (-len(group.calls), group.calls)))


def _hotspot_rules(config: Config) -> HotspotRules:
    spots = config.hotspots
    return HotspotRules(
        min_share=spots.min_share,
        min_calls=spots.min_calls,
        most=spots.most,
        place_calls=spots.place_calls,
        phrase_calls=spots.phrase_calls,
        phrase_share=spots.phrase_share,
        excluded=config.excluded,
        headings={entry.name: entry.heading for entry in config.theme if entry.heading},
        events=tuple(_event(entry) for entry in config.event),
    )


def _event(entry: EventConfig) -> Event:
    parts = [int(part) for part in entry.date.split("-")]
    return Event(entry.name, parts[-2], parts[-1], entry.themes, parts[0] if len(parts) == 3 else None)


def _repeat_inputs(demands: pd.DataFrame, rows: Numbers, words: WordTable, say: _Said) -> list[RepeatInput]:
    columns = ["msg_id", "caller", "time", "category", "theme", "place"]
    each = demands[columns].iloc[rows].itertuples(index=False, name=None)
    return [
        RepeatInput(msg_id, caller, time.isoformat(), category, theme, place, frozenset(numbers), text)
        for numbers, text, (msg_id, caller, time, category, theme, place) in zip(
            words[rows].numbers(), say(rows), each, strict=True
        )
    ]


def _remembered(call: CallRecord) -> RepeatInput:
    return RepeatInput(call.msg_id, call.caller, call.time, call.category, call.theme, call.place)
