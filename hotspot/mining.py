"""From the calls of a period to what they say: categories, places, themes, issues, hotspots, repeats."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from hotspot.arrays import find_ends
from hotspot.config import Config
from hotspot.loud import Known, find_loud
from hotspot.mine.alarms import PastWeek
from hotspot.mine.categories import CategoryClassifier, Opinions
from hotspot.mine.hotspots import find_mass
from hotspot.mine.identity import Memory, follow_matters
from hotspot.mine.issues import IssueClusterer, describe_issues, place_columns
from hotspot.mine.places import Gazetteer, Places, search_places
from hotspot.mine.tallies import INVALID
from hotspot.mine.theme_categories import settle_categories
from hotspot.mine.theme_lexicon import ThemeLexicon
from hotspot.mine.themes import search_themes, week_lexicon
from hotspot.percall import Heard, Listener, Part, Told, contents, masked, spoken
from hotspot.scale import Kept, Spread, beside, here, keep, slices
from hotspot.schema import Alarm, Faded, Hotspot, Issue, Matter, RepeatGroup
from hotspot.store.records import CallRecord
from hotspot.text.segment import is_much
from hotspot.texts import Texts

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
    texts: Texts | None = None,
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
    texts : Texts, optional
        What the calls say, where it is not among their columns: it is let go as soon as it has been heard.
    """
    local = local or spread
    texts = Texts.of(calls["text"]) if texts is None else texts
    demand = kinds.ne(INVALID).to_numpy()
    rows = np.flatnonzero(demand)
    open_calls = calls.iloc[rows]

    progress("分词")
    lexicon = week_lexicon({entry.name: entry.terms for entry in config.theme})
    kept, told = _hear(calls, texts, demand, classifier, lexicon, spread)
    del texts  # what stays of them stands in the parts from now on
    heard, opinions = Heard.joined(told)
    del told
    wait_for_labels = beside(local, partial(_settle, classifier, opinions))
    del opinions
    sizes = np.array([int(demand[cut].sum()) for cut in _cuts(len(calls))])
    ends = find_ends(sizes)

    progress("地点")
    found = search_places(kept, contents, ends[:-1].tolist(), len(rows), build_gazetteer(config))

    progress("事项")
    labels, alone = wait_for_labels()
    # The whole call, for what the operator says tells the theme too.
    avoid = set(found.mentions["place"].unique())
    divided = [labels[first:last].tolist() for first, last in pairwise(ends.tolist())]
    themes = search_themes(kept, spoken, divided, lexicon, avoid)
    msg_ids = open_calls["msg_id"].tolist()
    filed = _file(msg_ids, labels, alone, classifier.classes_, themes, config, corrections)
    demands = _demand_table(open_calls, heard, found, themes, filed)
    words, quotable, readable = (heard.own_words, heard.title_words), heard.quotable, kept.ask(masked)
    known = Known(memory or Memory(), past, past_weeks, units)
    wait_for_loud = beside(
        local, partial(find_loud, demands, kept.asked_by(here), sizes, words[0], days, config, known)
    )
    del kept, heard  # most of what is held for each call: the stages that follow do not need it

    progress("问题")
    issue_labels = IssueClusterer(min_size=config.issues.min_size).fit_predict(demands, words=words, spread=local)
    issues = tuple(describe_issues(demands, issue_labels, titles=quotable, words=words, spread=local))
    del words, quotable

    progress("热点")
    hotspots, repeats, alarms = wait_for_loud()
    shown = Texts.joined(part.open() for part in readable)
    public = _Public(demands["msg_id"], shown, rows)
    issues = tuple(replace(issue, terms=_safe_terms(issue.terms, issue.calls, public)) for issue in issues)
    hotspots = tuple(
        replace(
            hotspot,
            baseline=alarms.baselines.get(hotspot.theme),
            terms=_safe_terms(hotspot.terms, hotspot.calls, public),
        )
        for hotspot in hotspots
    )
    at_places = Counter(zip(demands["theme"].tolist(), demands["place"].tolist(), strict=True))
    by_theme = Counter(demands["theme"].tolist())
    followed = follow_matters(
        hotspots, issues, known.memory, lambda theme, place: at_places[theme, place] if place else by_theme[theme]
    )
    hotspots, issues = followed.hotspots, followed.issues
    whole = _all_calls(calls, kinds, demands, rows, shown, hotspots, issues)
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


def _settle(
    classifier: CategoryClassifier, opinions: Opinions
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64]]:
    """Return the category of each call, as the calls together tell it, and what each call tells alone."""
    return classifier.settle(opinions).labels, classifier.alone(opinions)


def _cuts(count: int) -> list[slice]:
    return slices(count) or [slice(0)]


def _hear(
    calls: pd.DataFrame,
    texts: Texts,
    demand: npt.NDArray[np.bool_],
    classifier: CategoryClassifier,
    lexicon: ThemeLexicon,
    spread: Spread,
) -> tuple[Kept, list[Told]]:
    """Return the calls in parts, which stay where they were heard, and what is told of each part."""
    listener = Listener(classifier, lexicon, is_much(texts))
    titles, addresses, regions = (Texts.of(calls[name]) for name in ("title", "address", "region"))
    whole = Part(texts, titles, addresses, regions, calls["confidential"].to_numpy(dtype=bool), demand)
    parts = [whole.of(cut) for cut in _cuts(len(calls))]
    if len(parts) > 1:
        listener.warm(texts)
    voices, told = keep(spread, listener, parts)
    return Kept(spread, voices), told


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
    heard: Heard,
    found: Places,
    themes: Sequence[str],
    filed: _Filed,
) -> pd.DataFrame:
    """Return the table of demands that issues and hotspots are found in."""
    demands = pd.DataFrame(
        {
            **{name: calls[name].array for name in ("msg_id", "time", "caller")},
            "category": filed.category,
            "confidence": filed.confidence,
            "guessed": filed.guessed,
            "place": found.primary.place,
            "district": found.primary.district,
            "theme": themes,
            "text": heard.codes.series().array,  # all of it that issues need beside the words
            **place_columns(found.mentions, len(calls)),
        }
    )
    if demands.empty:  # pandas takes columns without a value for numbers
        demands = demands.astype({name: object for name in demands if name not in ("time", "confidence", "guessed")})
    return demands


class _Public:
    """The masked text of each demand, by its id."""

    def __init__(self, msg_ids: pd.Series, masked: Texts, rows: npt.NDArray[np.int64]) -> None:
        self._row = dict(zip(msg_ids.tolist(), rows.tolist(), strict=True))
        self._masked = masked

    def __getitem__(self, msg_id: str) -> str:
        return self._masked[self._row[msg_id]]


def _safe_terms(terms: Sequence[str], calls: Sequence[str], masked: _Public) -> tuple[str, ...]:
    """Return the terms that stand in the masked text of a call: what masking hides is no key term either."""
    return tuple(term for term in terms if any(term in masked[call] for call in calls))


def _all_calls(
    calls: pd.DataFrame,
    kinds: pd.Series,
    demands: pd.DataFrame,
    rows: np.ndarray,
    masked: Texts,
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
    whole["masked"] = masked.series()
    in_issue = {call: issue.id for issue in issues for call in issue.calls}
    in_hotspot = {call: hotspot.id for hotspot in hotspots for call in hotspot.calls}
    whole["issue_id"] = [in_issue.get(call, "") for call in whole["msg_id"].tolist()]
    whole["hotspot_id"] = [in_hotspot.get(call, "") for call in whole["msg_id"].tolist()]
    return whole
