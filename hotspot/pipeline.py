"""The order of the stages of `hotspot analyze`, and only that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hotspot.config import Config, load_config
from hotspot.draft import draft_config
from hotspot.explain import explain_call
from hotspot.gather import Week, gather_week, load_classifier
from hotspot.mine.alarms import PastWeek
from hotspot.mine.categories import CategoryClassifier
from hotspot.mine.places import Gazetteer, find_places
from hotspot.mining import Mined, mine_calls
from hotspot.read.calls import read_calls
from hotspot.record import record_week
from hotspot.report.checks import check_facts
from hotspot.report.outputs import render_all
from hotspot.report.summary import summarise
from hotspot.scale import Processes, Spread, give_back, here, open_spread, single_threaded
from hotspot.schema import Facts
from hotspot.store.history import History
from hotspot.store.output import check_folder, write_folder
from hotspot.tell import tell_week
from hotspot.text.normalise import normalise
from hotspot.texts import Texts


@dataclass(frozen=True, slots=True)
class Request:
    """What `analyze` was asked to do."""

    files: Sequence[Path]
    orders: Sequence[Path] = ()
    flows: Sequence[Path] = ()
    cases: Sequence[Path] = ()
    case_edits: Path | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    week: dt.date | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    everything: bool = False
    model: Path | None = None
    history: Path | None = None
    out: Path = Path("out")
    jobs: int = 1
    scheduler: str | None = None
    replace: bool = False
    template: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `analyze` did."""

    facts: Facts
    files: Mapping[str, bytes]
    paths: Mapping[str, Path]
    kept_edited: bool
    summary: tuple[str, ...]
    outdated: tuple[dt.date, ...] = ()  # later weeks of the history that were compared with what this one was before


@single_threaded
def analyze(
    request: Request, config: Config, progress: Callable[[str, int], None] = lambda stage, count: None
) -> Outcome:
    """Turn the export files of a week into its bulletin; `progress` is told each stage and how many calls it has.

    Raises
    ------
    HotspotError
        Of one of its kinds; nothing has been written then.
    """
    check_folder(request.out)
    classifier, model = load_classifier(request.model)
    with History(request.history) as history:
        week, mined = _mine(request, config, classifier, history, progress)
        facts = tell_week(week, mined, config, model, lambda texts: classifier.predict(texts).tolist())
        progress("勾稽", 0)
        check_facts(facts)
        progress("成文", len(mined.demands))
        files = render_all(
            facts,
            mined.demands,
            mined.mentions,
            config.units.chart,
            config.hotspots.place_calls,
            request.template,
            _local(request),
        )
        progress("写出", 0)
        later: tuple[dt.date, ...] = ()
        with history.transaction():
            if request.history is not None and history.store(record_week(week, mined, facts, config)):
                later = history.weeks_after(week.first)
            paths, kept = write_folder(request.out, files, replace=request.replace)
    return Outcome(facts, files, paths, kept, summarise(facts), later)


@single_threaded
def explain(request: Request, config: Config, msg_id: str) -> tuple[str, ...]:
    """Return why a call has its category and which calls it stands with; nothing is written."""
    classifier, _ = load_classifier(request.model)
    readable = request.history is not None and request.history.exists()
    with History(request.history if readable else None) as history:
        week, mined = _mine(request, config, classifier, history, lambda stage, count: None)
    return explain_call(mined, classifier, week.calls, msg_id)


def _mine(
    request: Request,
    config: Config,
    classifier: CategoryClassifier,
    history: History,
    progress: Callable[[str, int], None],
) -> tuple[Week, Mined]:
    def next_stage(name: str) -> None:
        give_back()
        progress(name, len(week.calls))

    progress("读取", 0)
    with open_spread(request.scheduler, request.jobs) as spread:
        week = gather_week(request, config, history, spread)
        mined = mine_calls(
            week.calls,
            week.kinds,
            config=config,
            classifier=classifier,
            days=week.days,
            corrections=history.corrections(),
            past=week.past_calls,
            past_weeks=[PastWeek(past.first_day, past.last_day, past.counts) for past in week.past_of_same_length],
            units=week.dispatched_to(config.units.short),
            memory=week.memory(),
            spread=spread,
            local=_local(request),
            texts=Texts.of(week.calls.pop("text")),
            progress=next_stage,
        )
    give_back()
    return week, mined


def _local(request: Request) -> Spread:
    """Return where the work on all calls together is done: a process with the threads of a cluster is not forked."""
    return Processes(request.jobs) if request.scheduler is None else here


def draft_city(exports: Sequence[Path], *, city: str, mapping: Mapping[str, str]) -> str:
    """Return the text of a configuration for a new city, filled from its exports where there are any."""
    if not exports:
        return draft_config(load_config(), city=city)
    calls = read_calls(exports, mapping=mapping, need_time=False).table
    districts = tuple(sorted(set(calls["region"]) - {""}))
    found = find_places([normalise(text) for text in calls["text"]], Gazetteer(districts=districts))
    mentions = found.mentions[found.mentions["is_primary"]]
    counts = mentions.groupby(["district", "place"]).size().reset_index(name="n")
    counts = counts[counts["n"] >= 3].sort_values(["n", "place"], ascending=[False, True])
    places = {str(name): group["place"].tolist() for name, group in counts.groupby("district")}
    return draft_config(load_config(), calls, places, city)
