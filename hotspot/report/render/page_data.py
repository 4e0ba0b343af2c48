"""What the page's script works on: the calls in a compact form, and the counts of theme by place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from hotspot.report.render.plain import plain_text
from hotspot.schema import Facts

MOST_CALLS: Final = 60_000  # beyond these only the calls of hotspots and issues are in the page
# Characters of a call's text: of the calls of hotspots and issues, and of the others. The first that fits is taken.
TEXT_LENGTHS: Final = (
    (10_000, 10_000), (2_000, 2_000), (1_000, 1_000), (600, 600), (600, 300), (400, 200), (300, 120), (300, 80),
    (200, 80), (150, 60), (120, 60), (100, 50), (80, 50), (60, 40), (50, 30), (30, 20), (0, 0),
)  # fmt: skip
SMALL_WEEK, LARGE_WEEK = 1_000, 50_000  # calls
SMALL_PAGE, LARGE_PAGE = 6_000_000, 15_000_000  # bytes of the whole page, at most
MATRIX_ROWS, MATRIX_COLUMNS = 20, 10
LEVELS: Final = 5
Call = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PackedCalls:
    """The calls as JSON that is safe within a script element, and what was left out."""

    json: str
    note: str


class _Names:
    """Names in order of first use, each with its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, name: object) -> int:
        return self.numbers.setdefault(plain_text(str(name or "")), len(self.numbers))


def page_limit(calls: int) -> int:
    """Return how many bytes the page of a week of so many calls may have.

    Examples
    --------
    >>> page_limit(10), page_limit(1_000), page_limit(50_000), page_limit(2_000_000)
    (6000000, 6000000, 15000000, 15000000)
    """
    weight = min(1.0, max(0.0, (calls - SMALL_WEEK) / (LARGE_WEEK - SMALL_WEEK)))
    return round(SMALL_PAGE + (LARGE_PAGE - SMALL_PAGE) * weight)


def choose_calls(facts: Facts, calls: Sequence[Call]) -> Sequence[Call]:
    """The calls that the page knows, in its order: all, or those of hotspots and issues where there are too many."""
    rows = calls or _known_calls(facts)
    if len(rows) <= MOST_CALLS:
        return rows
    return list(islice((call for call in rows if call["hotspot_id"] or call["issue_id"]), MOST_CALLS))


def pack_calls(facts: Facts, calls: Sequence[Call], room: int = LARGE_PAGE) -> PackedCalls:
    """The calls, repeated names as numbers, texts shortened as far as the room in the page asks.

    Parameters
    ----------
    facts : Facts
    calls : sequence of mapping
        All of them; `choose_calls` tells which ones are in.
    room : int
        Bytes that are left for them.
    """
    rows = choose_calls(facts, calls)
    notes = []
    if len(calls) > len(rows):
        notes.append(f"来电共{len(calls)}件，页面只收录热点和问题所含的{len(rows)}件，全部来电见 calls.csv。")
    texts = [plain_text(str(call["excerpt"] or "")) for call in rows]
    behind = [bool(call["hotspot_id"] or call["issue_id"]) for call in rows]
    room -= len(_fill(facts, rows, [""] * len(rows)).encode())
    for ours, others in TEXT_LENGTHS:
        cut = [_cut(text, ours if told else others) for text, told in zip(texts, behind, strict=True)]
        if sum(len(text.encode()) for text in cut) > room:  # quick to see; what is escaped only adds to it
            continue
        if sum(len(_script_json(text).encode()) - 2 for text in cut) <= room:
            break
    if cut != texts:
        held = f"{ours}字" if ours == others else f"{others}字，热点和问题的来电{ours}字"
        notes.append(f"为控制页面大小，每件来电的摘要最多显示{held}；热点来电的摘要另见工作簿。")
    return PackedCalls(_fill(facts, rows, cut), "".join(notes))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…" if length else ""


def _fill(facts: Facts, rows: Sequence[Call], texts: Sequence[str]) -> str:
    categories, districts, places, themes = (_Names() for _ in range(4))
    days = _Names()
    for part in facts.overview.daily:
        days.number(part.name)
    for part in facts.categories:
        categories.number(part.name)
    spots = {spot.id: number for number, spot in enumerate(facts.hotspots)}
    packed = []
    for call, text in zip(rows, texts, strict=True):
        time = str(call["time"] or "")
        packed.append([
            plain_text(str(call["msg_id"])), days.number(time[:10]), time[11:16], categories.number(call["category"]),
            districts.number(call["district"]), places.number(call["place"]), themes.number(call["theme"]),
            spots.get(str(call["hotspot_id"] or ""), -1), str(call["issue_id"] or ""),
            text,
        ])  # fmt: skip
    data = {
        "days": list(days.numbers),
        "categories": list(categories.numbers),
        "districts": list(districts.numbers),
        "places": list(places.numbers),
        "themes": list(themes.numbers),
        "hotspots": [{"id": spot.id, "heading": plain_text(spot.heading)} for spot in facts.hotspots],
        "calls": packed,
    }
    return _script_json(data)


def _known_calls(facts: Facts) -> list[Call]:
    """What the facts themselves know of single calls, where no table of calls is given."""
    places = {call: place for spot in facts.hotspots for place in spot.places for call in place.calls}
    spots = {call: spot for spot in facts.hotspots for call in spot.calls}
    rows: list[Call] = []
    for name, text in facts.excerpts:
        spot, place = spots.get(name), places.get(name)
        rows.append({
            "msg_id": name, "time": "", "category": spot.category if spot else "",
            "district": place.district if place else "", "place": place.place if place else "",
            "theme": spot.theme if spot else "", "hotspot_id": spot.id if spot else "", "issue_id": "", "excerpt": text,
        })  # fmt: skip
    return rows


def _script_json(data: object) -> str:
    """JSON in which no text can end the script element that holds it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def build_matrix(facts: Facts, calls: Sequence[Call]) -> dict[str, object]:
    """Counts of the most frequent themes at the places with most calls, each cell with its level of shade."""
    rows = calls or _known_calls(facts)
    counts: Counter[tuple[str, str, str]] = Counter(
        (str(call["district"] or ""), str(call["place"]), str(call["theme"])) for call in rows
        if call["place"] and call["theme"]
    )  # fmt: skip
    themes: Counter[str] = Counter()
    for (_, _, theme), count in counts.items():
        themes[theme] += count
    columns = sorted(themes, key=lambda theme: (-themes[theme], theme))[:MATRIX_COLUMNS]
    chosen = set(columns)
    places: Counter[tuple[str, str]] = Counter()
    for (district, place, theme), count in counts.items():
        if theme in chosen:
            places[district, place] += count
    ordered = sorted(places, key=lambda key: (-places[key], key))[:MATRIX_ROWS]
    largest = max(counts.values(), default=1)
    return {
        "columns": columns,
        "rows": [
            {
                "district": district,
                "place": place,
                "cells": [_cell(theme, counts[district, place, theme], largest) for theme in columns],
            }
            for district, place in ordered
        ],
    }


def _cell(theme: str, count: int, largest: int) -> dict[str, object]:
    level = 0 if not count else max(1, min(LEVELS, -(-LEVELS * count // largest)))
    return {"theme": theme, "count": count, "level": level}
