"""From the calls of a period to what they say: categories, places, themes, issues, hotspots, repeats."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from hotspot.config import Config, EventConfig
from hotspot.mine.alarms import Alarms, PastWeek, find_alarms
from hotspot.mine.categories import CategoryClassifier
from hotspot.mine.hotspots import HotspotRules, Past, find_hotspots, find_mass
from hotspot.mine.identity import Memory, follow_matters
from hotspot.mine.issues import IssueClusterer, describe_issues, place_columns
from hotspot.mine.onset import Event
from hotspot.mine.places import Gazetteer, Places, find_places
from hotspot.mine.repeats import RepeatInput, find_repeats
from hotspot.mine.tallies import INVALID
from hotspot.mine.theme_categories import settle_categories
from hotspot.mine.themes import find_themes, week_lexicon
from hotspot.mine.word_table import WordTable
from hotspot.mine.workdays import make_calendar
from hotspot.percall import Heard, Listener, Part
from hotspot.scale import Spread, beside, here, slices
from hotspot.schema import Alarm, Faded, Hotspot, Issue, Matter, RepeatGroup
from hotspot.store.records import CallRecord
from hotspot.text.segment import is_much

__all__ = ["Mined", "build_gazetteer", "mine_calls"]


@dataclass(frozen=True, slots=True)
class Mined:
    """What the calls of a period say.

    ``demands`` has one row per call: msg_id, time, caller, kind, category, confidence, guessed, place, district, theme,
    issue_id, hotspot_id, masked (text). Calls without a demand (kind 其他) have category 无效 and are in nothing else.
    """

    demands: pd.DataFrame
    mentions: pd.DataFrame
    hotspots: tuple[Hotspot, ...]
    issues: tuple[Issue, ...]
    mass: tuple[Issue, ...]
    repeats: tuple[RepeatGroup, ...]
    rising: tuple[Alarm, ...]
    chronic: tuple[Alarm, ...]
    aliases: tuple[tuple[str, str, int, str], ...]  # spelled, canonical, calls, evidence
    abstained: int
    faded: tuple[Faded, ...] = ()
    matters: tuple[Matter, ...] = ()  # the hotspots and issues as the history keeps them
    gaps: tuple[dt.date, ...] = ()  # first days of past weeks whose record was too incomplete to compare with


def build_gazetteer(config: Config) -> Gazetteer:
    """Return the places that the configuration knows."""
    places = {place: entry.name for entry in config.district for place in entry.places}
    known = dict.fromkeys(config.places.known, "")
    return Gazetteer(
        places={**known, **places},
        districts=tuple(entry.name for entry in config.district),
        aliases=dict(config.places.aliases),
        forbidden=frozenset((pair[0], pair[1]) for pair in config.places.forbidden),
    )


def mine_calls(
    calls: pd.DataFrame,
    kinds: pd.Series,
    *,
    config: Config,
    classifier: CategoryClassifier,
    days: Sequence[dt.date],
    corrections: Mapping[str, str] = MappingProxyType({}),
    past: Sequence[CallRecord] = (),
    past_weeks: Sequence[PastWeek] = (),
    units: Mapping[str, Sequence[str]] = MappingProxyType({}),
    memory: Memory | None = None,
    spread: Spread = here,
    local: Spread | None = None,
    progress: Callable[[str], None] = lambda stage: None,
) -> Mined:
    """Return what the calls of a period say.

    Parameters
    ----------
    calls : DataFrame
        Calls of the period (``CALL_COLUMNS`` without phone and name, with ``caller``), in the order of time.
    kinds : Series
        直接答复, 工单转办 or 其他 for each call: the last kind holds no demand.
    corrections : mapping
        Categories that analysts gave to calls, by id: they hold against the classifier's.
    past : sequence of CallRecord
        Calls of the weeks before, for repeats.
    past_weeks : sequence of PastWeek
        What the history counted in each earlier period of the same length.
    units : mapping
        Calls whose work order was dispatched to each unit.
    memory : Memory, optional
        Hotspots and issues of the weeks before, and the calls per theme in the last of them.
    spread : Spread
        Where the work on parts of the calls is done.
    local : Spread, optional
        Where the work on what all calls together give is done: the same, when left out.
    """
    local = local or spread
    demand = kinds.ne(INVALID).to_numpy()
    rows = np.flatnonzero(demand)
    open_calls = calls.iloc[rows]

    progress("分词")
    extra = {entry.name: entry.terms for entry in config.theme}
    heard = _hear(calls, demand, classifier, extra, spread)

    progress("地点")
    found = find_places(
        [heard.texts[row] for row in rows],
        build_gazetteer(config),
        titles=[heard.titles[row] for row in rows],
        addresses=heard.addresses,
        regions=open_calls["region"].tolist(),
        spread=spread,
    )

    progress("事项")
    labels = classifier.settle(heard.opinions).labels
    # The whole call, for what the operator says tells the theme too.
    avoid = set(found.mentions["place"].tolist())
    themes = find_themes(
        heard.plain, heard.words, list(labels), extra=extra, avoid=avoid, hits=heard.hits, spread=local
    )
    alone = classifier.alone(heard.opinions)
    msg_ids = open_calls["msg_id"].tolist()
    filed = _file(msg_ids, labels, alone, classifier.classes_, themes, config, corrections)
    demands = _demand_table(open_calls, rows, heard, found, themes, filed)

    # What only the stages before have needed is let go: it is most of what is held for each call.
    heard = heard._replace(texts=[], plain=[], words=WordTable(), hits=None)
    memory = memory or Memory()
    wait_for_loud = beside(
        local, partial(_find_loud, demands, heard.own_words, days, config, memory, past, past_weeks, units)
    )
    progress("问题")
    words = (heard.own_words, heard.title_words)
    issue_labels = IssueClusterer(min_size=config.issues.min_size).fit_predict(demands, words=words, spread=local)
    issues = tuple(describe_issues(demands, issue_labels, titles=heard.quotable, words=words, spread=local))

    progress("热点")
    hotspots, repeats, alarms = wait_for_loud()
    readable = dict(zip(msg_ids, (heard.masked[row] for row in rows.tolist()), strict=True))
    issues = tuple(replace(issue, terms=_safe_terms(issue.terms, issue.calls, readable)) for issue in issues)
    hotspots = tuple(
        replace(
            hotspot,
            baseline=alarms.baselines.get(hotspot.theme),
            terms=_safe_terms(hotspot.terms, hotspot.calls, readable),
        )
        for hotspot in hotspots
    )
    at_places = Counter(zip(demands["theme"].tolist(), demands["place"].tolist(), strict=True))
    by_theme = Counter(demands["theme"].tolist())
    followed = follow_matters(
        hotspots, issues, memory, lambda theme, place: at_places[theme, place] if place else by_theme[theme]
    )
    hotspots, issues = followed.hotspots, followed.issues
    whole = _all_calls(calls, kinds, demands, rows, heard.masked, hotspots, issues)
    # What a confidential call names is counted with its place, its wording is not listed.
    open_mentions = found.mentions[~calls["confidential"].to_numpy(dtype=bool)[rows[found.mentions["call"]]]]
    spelled = open_mentions.assign(msg_id=demands["msg_id"].to_numpy()[open_mentions["call"]])
    return Mined(
        demands=whole,
        mentions=spelled,
        hotspots=hotspots,
        issues=issues,
        mass=find_mass(issues, config.issues.mass_callers),
        repeats=repeats,
        rising=alarms.rising,
        chronic=alarms.chronic,
        aliases=tuple((a.spelled, a.canonical, a.count, a.evidence) for a in found.aliases),
        abstained=int(demands["guessed"].sum()),
        gaps=alarms.gaps,
        faded=followed.faded,
        matters=followed.matters,
    )


def _hear(
    calls: pd.DataFrame,
    demand: npt.NDArray[np.bool_],
    classifier: CategoryClassifier,
    extra: Mapping[str, Sequence[str]],
    spread: Spread,
) -> Heard:
    """Return what each call says by itself."""
    texts = calls["text"].tolist()
    listener = Listener(classifier, week_lexicon(extra), is_much(texts))
    whole = Part(
        texts, calls["title"].tolist(), calls["address"].tolist(), calls["confidential"].tolist(), demand.tolist()
    )
    parts = [whole.of(rows) for rows in slices(len(calls)) or [slice(0)]]
    if len(parts) > 1:
        listener.warm(texts)
    return Heard.joined(spread(listener, parts))


class _Loud(NamedTuple):
    """What stands out of the week: much, again and again, or more than is usual."""

    hotspots: tuple[Hotspot, ...]
    repeats: tuple[RepeatGroup, ...]
    alarms: Alarms


def _find_loud(
    demands: pd.DataFrame,
    words: WordTable,
    days: Sequence[dt.date],
    config: Config,
    memory: Memory,
    past: Sequence[CallRecord],
    past_weeks: Sequence[PastWeek],
    units: Mapping[str, Sequence[str]],
) -> _Loud:
    # the history knows the week before, or nothing
    known = None if memory.previous is None else Past(memory.previous)
    hotspots = find_hotspots(demands, days[0], days[-1], _hotspot_rules(config), known, words)
    repeats = find_repeats(_repeat_inputs(demands, words, past), [_remembered(call) for call in past])
    calendar = make_calendar(config.calendar.holidays, config.calendar.workdays, national=config.calendar.national)
    alarms = find_alarms(
        demands,
        days,
        past_weeks,
        told={hotspot.theme for hotspot in hotspots},
        excluded=config.excluded,
        units=units,
        kind=calendar,
    )
    return _Loud(hotspots, repeats, alarms)


class _Filed(NamedTuple):
    """The category of each demand, how sure it is, and whether no word spoke for it."""

    category: npt.NDArray[np.object_]
    confidence: npt.NDArray[np.float64]
    guessed: npt.NDArray[np.bool_]


def _file(
    msg_ids: Sequence[str],
    labels: npt.NDArray[np.object_],
    alone: npt.NDArray[np.float64],
    classes: npt.NDArray[np.object_],
    themes: Sequence[str],
    config: Config,
    corrections: Mapping[str, str],
) -> _Filed:
    """Return the categories as the themes settle them and as analysts corrected them."""
    guessed = labels == ""
    settled = settle_categories(alone, themes)
    category = np.where(guessed, config.remainder, classes[settled.argmax(axis=1)])
    confidence = np.where(guessed, 0.0, settled.max(axis=1))
    known = {entry.name for entry in config.category}
    for at, msg_id in enumerate(msg_ids):
        if corrections.get(msg_id) in known:
            category[at], confidence[at], guessed[at] = corrections[msg_id], 1.0, False
    return _Filed(category, confidence, guessed)


def _demand_table(
    calls: pd.DataFrame,
    rows: npt.NDArray[np.int64],
    heard: Heard,
    found: Places,
    themes: Sequence[str],
    filed: _Filed,
) -> pd.DataFrame:
    """Return the table of demands that issues and hotspots are found in."""
    demands = pd.DataFrame(
        {
            "msg_id": calls["msg_id"].to_numpy(),
            "time": calls["time"].to_numpy(),
            "caller": calls["caller"].to_numpy(),
            "category": filed.category,
            "confidence": filed.confidence,
            "guessed": filed.guessed,
            "place": found.primary.place,
            "district": found.primary.district,
            "theme": themes,
            "text": heard.said,
            "title": [heard.titles[row] for row in rows],
            **place_columns(found.mentions, len(rows)),
        }
    )
    if demands.empty:  # pandas takes columns without a value for numbers
        demands = demands.astype({name: object for name in demands if name not in ("time", "confidence", "guessed")})
    return demands


def _safe_terms(terms: Sequence[str], calls: Sequence[str], masked: Mapping[str, str]) -> tuple[str, ...]:
    """Return the terms that stand in the masked text of a call: what masking hides is no key term either."""
    return tuple(term for term in terms if any(term in masked[call] for call in calls))


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


def _repeat_inputs(demands: pd.DataFrame, words: WordTable, past: Sequence[CallRecord]) -> list[RepeatInput]:
    """Return the calls of those who called more than once, now or in the past: no others can repeat anything."""
    columns = ["msg_id", "caller", "time", "category", "theme", "place", "text"]
    again = demands["caller"].duplicated(keep=False) | demands["caller"].isin({call.caller for call in past})
    rows = np.flatnonzero(again & demands["caller"].ne(""))
    return [
        RepeatInput(msg_id, caller, time.isoformat(), category, theme, place, frozenset(numbers), text)
        for numbers, (msg_id, caller, time, category, theme, place, text) in zip(
            words[rows].numbers(), demands.iloc[rows][columns].itertuples(index=False, name=None), strict=True
        )
    ]


def _remembered(call: CallRecord) -> RepeatInput:
    return RepeatInput(call.msg_id, call.caller, call.time, call.category, call.theme, call.place)


def _all_calls(
    calls: pd.DataFrame,
    kinds: pd.Series,
    demands: pd.DataFrame,
    rows: np.ndarray,
    masked: list[str],
    hotspots: tuple[Hotspot, ...],
    issues: tuple[Issue, ...],
) -> pd.DataFrame:
    """Put the demands back among all calls and name the issue and the hotspot of each."""
    whole = pd.DataFrame({"msg_id": calls["msg_id"], "time": calls["time"], "caller": calls["caller"], "kind": kinds})
    whole = whole.reset_index(drop=True)
    for column, empty in (
        ("category", "无效"), ("confidence", 1.0), ("guessed", False), ("place", ""), ("district", ""), ("theme", ""),
    ):  # fmt: skip
        values = np.full(len(whole), empty, dtype=object)
        values[rows] = demands[column].to_numpy()
        whole[column] = values
    whole["confidence"] = whole["confidence"].astype(float)
    whole["masked"] = masked
    in_issue = {call: issue.id for issue in issues for call in issue.calls}
    in_hotspot = {call: hotspot.id for hotspot in hotspots for call in hotspot.calls}
    whole["issue_id"] = [in_issue.get(call, "") for call in whole["msg_id"].tolist()]
    whole["hotspot_id"] = [in_hotspot.get(call, "") for call in whole["msg_id"].tolist()]
    return whole
