"""The main hotspots of a period: themes with enough calls, each with its places, causes, effects and onset."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.mine.hotspot_terms import KeyTerms
from hotspot.mine.onset import Event, find_onset, tell_evidence
from hotspot.mine.phrases import counted_phrases, kind_of_site, mine_phrases, mine_sites
from hotspot.mine.theme_lexicon import own_headings, subject_themes
from hotspot.mine.themes import OTHER
from hotspot.mine.word_table import WordTable
from hotspot.schema import Baseline, Hotspot, Issue, Phrase, PlaceCount, Sentence

# A hotspot with this share of its category speaks for the category, in percent.
_WHOLE_CATEGORY: Final = 70.0


@dataclass(frozen=True, slots=True)
class HotspotRules:
    """When a theme is a hotspot, and what is printed of it.

    ``min_share`` is in percent of the valid demands. ``excluded`` are categories whose themes are no hotspots.
    ``phrases`` is how many causes, and how many effects, are kept at most. ``headings`` are the configuration's own
    headings by theme.
    """

    min_share: float = 5.0
    min_calls: int = 10
    most: int = 5
    place_calls: int = 3
    phrase_calls: int = 3
    phrase_share: float = 2.0
    phrases: int = 5
    excluded: frozenset[str] = frozenset()
    headings: Mapping[str, str] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """What the history tells about themes.

    ``previous`` is the calls per theme in the week before, ``baselines`` what the past lets one expect of each theme.
    """

    previous: Mapping[str, int]
    baselines: Mapping[str, Baseline] = field(default_factory=dict)


def hotspot_id(theme: str) -> str:
    """Return the id of the hotspot on `theme`: the same from week to week.

    Examples
    --------
    >>> hotspot_id("供暖不热") == hotspot_id("供暖不热") != hotspot_id("拖欠工资")
    True
    """
    return "H" + hashlib.blake2b(theme.encode(), digest_size=5).hexdigest()


def find_hotspots(
    calls: pd.DataFrame,
    first: dt.date,
    last: dt.date,
    rules: HotspotRules | None = None,
    past: Past | None = None,
    words: WordTable | None = None,
    say: Callable[[NDArray[np.int64]], Sequence[str]] | None = None,
) -> tuple[Hotspot, ...]:
    """Return the hotspots of the period, falling by calls.

    Parameters
    ----------
    calls : DataFrame
        One row per valid demand: msg_id, time, caller, category, theme, place, district, text.
    first, last : date
        The period.
    rules : HotspotRules, optional
        Thresholds, excluded categories, headings, events.
    past : Past, optional
        From the history; without it there is no change and no baseline.
    words : WordTable, optional
        The words of each call, where key terms are wanted.
    say : callable, optional
        Returns the texts of some calls by number, where they are not among the columns.

    Examples
    --------
    >>> calls = pd.DataFrame({
    ...     "msg_id": [str(i) for i in range(12)], "time": pd.Timestamp("2024-10-15"), "caller": "甲",
    ...     "category": "公共服务类", "theme": "供暖不热", "place": "仁和小区", "district": "东城区",
    ...     "text": "暖气不热"})
    >>> found = find_hotspots(calls, dt.date(2024, 10, 14), dt.date(2024, 10, 20))
    >>> [(hotspot.theme, hotspot.count) for hotspot in found]
    [('供暖不热', 12)]
    """
    days = tuple(first + dt.timedelta(days=at) for at in range((last - first).days + 1))
    calls = calls.reset_index(drop=True)
    say = say or (lambda rows: calls["text"].iloc[rows].tolist())
    week = _Week(calls, days, rules or HotspotRules(), past, KeyTerms(words) if words is not None else None, say)
    found = []
    for theme in loud_themes(calls, week.rules):
        rows = calls[calls["theme"] == theme].sort_values(["time", "msg_id"])
        category = _category(rows["category"], theme, week.rules.excluded)
        if category not in week.rules.excluded:
            found.append(_describe(theme, category, rows, week))
    return tuple(found[: week.rules.most])


@dataclass(frozen=True, slots=True)
class _Week:
    """What the description of each hotspot needs of the whole period."""

    calls: pd.DataFrame
    days: tuple[dt.date, ...]
    rules: HotspotRules
    past: Past | None
    terms: KeyTerms | None
    say: Callable[[NDArray[np.int64]], Sequence[str]]


def loud_themes(calls: pd.DataFrame, rules: HotspotRules) -> list[str]:
    """Return the themes with enough calls and a large enough share of them to be hotspots, falling."""
    sizes = calls["theme"].value_counts()
    floor = max(rules.min_calls, rules.min_share * len(calls) / 100)
    loud = [str(theme) for theme, size in sizes.items() if size >= floor and theme != OTHER]
    return sorted(loud, key=lambda theme: (-sizes[theme], theme))


def _category(categories: pd.Series, theme: str, excluded: frozenset[str]) -> str:
    """Return the category of most of a theme's calls.

    What the lexicon knows as a matter of the city is no matter of the hotline, however its calls were classified.
    """
    counts = Counter(categories)
    if theme in subject_themes():
        counts = Counter({name: count for name, count in counts.items() if name not in excluded}) or counts
    return str(min(counts.items(), key=lambda item: (-item[1], item[0]))[0])


def _describe(theme: str, category: str, rows: pd.DataFrame, week: _Week) -> Hotspot:
    rules, calls = week.rules, week.calls
    texts, ids = week.say(rows.index.to_numpy()), rows["msg_id"].tolist()
    causes, effects = mine_phrases(
        texts, ids, theme=theme, floor_calls=rules.phrase_calls, floor_share=rules.phrase_share
    )
    daily = daily_counts(rows["time"], week.days)
    rest = daily_counts(calls.loc[calls["theme"] != theme, "time"], week.days)
    previous = None if week.past is None else week.past.previous.get(theme, 0)
    onset, onset_text = find_onset(
        daily,
        week.days[0],
        theme=theme,
        events=rules.events,
        weights=rest,
        expected_per_day=None if previous is None else previous / 7,
    )
    # Its calls that were classified elsewhere belong to the category as well.
    whole = int((calls["category"] == category).sum()) + int((rows["category"] != category).sum())
    own = theme in rules.headings or theme in own_headings()
    sites = mine_sites(texts, ids, rows["place"].tolist(), floor_calls=rules.phrase_calls) if own else ()
    places = count_places(rows, rules.place_calls)
    return Hotspot(
        id=hotspot_id(theme),
        theme=theme,
        heading=rules.headings.get(theme) or theme,
        category=category,
        whole_category=not own and 100 * len(rows) >= _WHOLE_CATEGORY * whole,
        count=len(rows),
        callers=count_callers(rows["caller"]),
        share=100 * len(rows) / len(calls),
        previous=previous,
        status="",
        onset=onset,
        onset_text=onset_text,
        onset_evidence="" if onset is None else tell_evidence(daily, week.days[0], onset, rest),
        causes=causes[: rules.phrases],
        effects=effects[: rules.phrases],
        places=_told_by_site(places, sites) if sites else places,
        daily=daily,
        calls=tuple(sorted(ids)),
        terms=week.terms.of(rows.index.to_numpy()) if week.terms else (),
        baseline=week.past.baselines.get(theme) if week.past else None,
        facts=_counted_facts(causes),
        sites=sites,
    )


def _counted_facts(causes: Sequence[Phrase]) -> tuple[Sentence, ...]:
    """Return the reasons that an office asks for by number, each as a sentence."""
    counted = counted_phrases()
    return tuple(
        Sentence(f"其中，反映{cause.text}的有{cause.count}件。", cause.calls, "热点.原因计数")
        for cause in causes
        if cause.text in counted
    )


def _told_by_site(places: Sequence[PlaceCount], sites: Sequence[Phrase]) -> tuple[PlaceCount, ...]:
    """Return the places with the kind of site of their names, else of most of their calls."""
    kinds = {call: site.text for site in sites for call in site.calls}
    found = []
    for place in places:
        votes = Counter(kinds[call] for call in place.calls if call in kinds)
        most = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))[0] if votes else ""
        found.append(replace(place, site=kind_of_site(place.place) or most))
    return tuple(found)


def daily_counts(times: pd.Series, days: Sequence[dt.date]) -> tuple[int, ...]:
    """Return the calls on each of the days."""
    counts = Counter(pd.to_datetime(times).dt.date)
    return tuple(counts.get(day, 0) for day in days)


def count_callers(callers: pd.Series) -> int:
    """Return the number of distinct callers; each call without a number counts as a caller of its own."""
    named = callers[callers != ""]
    return int(named.nunique() + (len(callers) - len(named)))


def count_places(rows: pd.DataFrame, floor: int) -> tuple[PlaceCount, ...]:
    """Return the places of the calls with at least `floor` of them, falling by count."""
    placed = rows[rows["place"] != ""]
    found = [
        PlaceCount(str(place), str(district), len(group), tuple(sorted(group["msg_id"])))
        for (place, district), group in placed.groupby(["place", "district"], sort=True)
        if len(group) >= floor
    ]
    return tuple(sorted(found, key=lambda entry: (-entry.count, entry.place, entry.district)))


def find_mass(issues: Sequence[Issue], callers: int = 5) -> tuple[Issue, ...]:
    """Return the issues that many callers share (群体性诉求), falling by callers.

    Parameters
    ----------
    issues : sequence of Issue
        Issues of the period: one problem at one place, or of one group of people.
    callers : int
        Distinct callers from which an issue is a mass complaint.
    """
    return tuple(
        sorted(
            (issue for issue in issues if issue.callers >= callers),
            key=lambda issue: (-issue.callers, -issue.count, issue.id),
        )
    )
