"""What the page's script works on: the calls in a compact form, and the counts of theme by place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hotspot.report.render.plain import plain_text
from hotspot.schema import Facts

TEXT_BUDGET: Final = 10_000_000  # bytes of call texts: keeps the page of a week of 50,000 calls below 15 MB
MOST_CALLS: Final = 60_000  # beyond these only the calls of hotspots and issues are in the page
TEXT_LENGTHS: Final = (10_000, 600, 300, 200, 120, 80, 50, 30, 0)
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


def pack_calls(facts: Facts, calls: Sequence[Call]) -> PackedCalls:
    """The calls, repeated names as numbers, texts shortened as far as the size of the page asks."""
    rows = list(calls) or _known_calls(facts)
    notes = []
    if len(rows) > MOST_CALLS:
        told = [call for call in rows if call["hotspot_id"] or call["issue_id"]][:MOST_CALLS]
        notes.append(f"来电共{len(rows)}件，页面只收录热点和问题所含的{len(told)}件，全部来电见 calls.csv。")
        rows = told
    texts = [plain_text(str(call["excerpt"] or "")) for call in rows]
    length = next(
        (limit for limit in TEXT_LENGTHS if sum(len(text[:limit].encode()) for text in texts) <= TEXT_BUDGET), 0
    )
    if any(len(text) > length for text in texts):
        notes.append(f"为控制页面大小，每件来电的摘要最多显示{length}字，热点来电的摘要另见工作簿。")
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
            text if len(text) <= length else f"{text[:length]}…",
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
    return PackedCalls(_script_json(data), "".join(notes))


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
