"""What the page's script works on: the calls in a compact form, and the counts of theme by place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hotspot.arrays import code_points, measure
from hotspot.report.call_rows import call_columns, call_parts, told_calls
from hotspot.report.render.plain import plain_text, plain_texts
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
_FIELDS: Final = (
    "msg_id", "time", "category", "district", "place", "theme", "hotspot_id", "issue_id", "excerpt",
)  # fmt: skip
_PART: Final = 2_000  # texts that are measured together
_LAST_NARROW: Final = 0xFFFF  # beyond it a sign takes four bytes
Call = Mapping[str, object]
Columns = Mapping[str, list[Any]]


@dataclass(frozen=True, slots=True)
class PackedCalls:
    """The calls as JSON that is safe within a script element, and what was left out."""

    json: str
    note: str


class _Names(dict[object, int]):
    """Names in order of first use, each with its number; `told` has them as they are printed."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        super().__init__()
        self.told: dict[str, int] = {}
        for name in names:
            self[name]

    def __missing__(self, name: object) -> int:
        self[name] = number = self.told.setdefault(plain_text(str(name or "")), len(self.told))
        return number

    def of(self, names: Iterable[object]) -> list[int]:
        return [self[name] for name in names]


def page_limit(calls: int) -> int:
    """Return how many bytes the page of a week of so many calls may have.

    Examples
    --------
    >>> page_limit(10), page_limit(1_000), page_limit(50_000), page_limit(2_000_000)
    (6000000, 6000000, 15000000, 15000000)
    """
    weight = min(1.0, max(0.0, (calls - SMALL_WEEK) / (LARGE_WEEK - SMALL_WEEK)))
    return round(SMALL_PAGE + (LARGE_PAGE - SMALL_PAGE) * weight)


def choose_calls(facts: Facts, calls: Sequence[Call]) -> Columns:
    """The fields of the calls that the page knows, in its order: of all, or of those of hotspots and issues only.

    The latter where there are too many; where these are too many as well, some of them, spread over the period.
    """
    rows = calls or _known_calls(facts)
    if len(rows) > MOST_CALLS:
        rows = told_calls(rows, MOST_CALLS)
    return dict(zip(_FIELDS, call_columns(rows, *_FIELDS), strict=True))


def _are_told(columns: Columns) -> list[bool]:
    """Tell of each call whether it is in a hotspot or an issue."""
    return [bool(spot or issue) for spot, issue in zip(columns["hotspot_id"], columns["issue_id"], strict=True)]


def pack_calls(
    facts: Facts, calls: Sequence[Call], room: int = LARGE_PAGE, chosen: Columns | None = None
) -> PackedCalls:
    """The calls, repeated names as numbers, texts shortened as far as the room in the page asks.

    Parameters
    ----------
    facts : Facts
    calls : sequence of mapping
        All of them.
    room : int
        Bytes that are left for them.
    chosen : mapping, optional
        Those that are in, as `choose_calls` tells them, where it was asked already.
    """
    columns = chosen or choose_calls(facts, calls)
    texts = plain_texts([str(text or "") for text in columns["excerpt"]])
    notes = []
    if len(calls) > len(texts):
        among = "热点和问题所含的" if len(texts) < MOST_CALLS else "热点和问题所含来电中均匀选取的"
        notes.append(f"来电共{len(calls)}件，页面只收录{among}{len(texts)}件，全部来电见 calls.csv。")
    told = _are_told(columns)
    room -= len(_fill(facts, columns, [""] * len(texts)).encode())
    sizes = _sizes(texts, told)
    ours, others = next(
        (pair for pair, size in zip(TEXT_LENGTHS, sizes, strict=True) if size <= room), TEXT_LENGTHS[-1]
    )
    cut = [_cut(text, ours if is_told else others) for text, is_told in zip(texts, told, strict=True)]
    if cut != texts:
        held = f"{ours}字" if ours == others else f"{others}字，热点和问题的来电{ours}字"
        notes.append(f"为控制页面大小，每件来电的摘要最多显示{held}；热点来电的摘要另见工作簿。")
    return PackedCalls(_fill(facts, columns, cut), "".join(notes))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…" if length else ""


@cache
def _sign_sizes() -> NDArray[np.uint8]:
    """Return how many bytes each sign up to U+FFFF takes as `_script_json` writes it."""
    sizes = np.full(_LAST_NARROW + 1, 3, dtype=np.uint8)
    sizes[:0x800] = 2
    told = [*range(0x80), 0x2028, 0x2029]
    sizes[told] = [len(_script_json(chr(code)).encode()) - 2 for code in told]
    return sizes


def _sizes(texts: Sequence[str], told: Sequence[bool]) -> list[int]:
    """Return how many bytes the texts take at each of `TEXT_LENGTHS`."""
    total = np.zeros(len(TEXT_LENGTHS), dtype=np.int64)
    limits = np.array(TEXT_LENGTHS).T
    for at in range(0, len(texts), _PART):
        part = texts[at : at + _PART]
        codes = code_points("".join(part))
        before = np.zeros(len(codes) + 1, dtype=np.int64)
        np.cumsum(_sign_sizes().take(codes, mode="clip") + (codes > _LAST_NARROW), out=before[1:])
        lengths = measure(part)[:, None]
        starts = np.cumsum(lengths)[:, None] - lengths
        longest = np.where(np.array(told[at : at + _PART])[:, None], *limits)
        kept = before[starts + np.minimum(lengths, longest)] - before[starts]
        total += (kept + len("…".encode()) * ((lengths > longest) & (longest > 0))).sum(axis=0)
    return total.tolist()


def _fill(facts: Facts, columns: Columns, texts: Sequence[str]) -> str:
    times = [str(time or "") for time in columns["time"]]
    days = _Names(part.name for part in facts.overview.daily)
    categories = _Names(part.name for part in facts.categories)
    districts, places, themes = _Names(), _Names(), _Names()
    spots = {spot.id: number for number, spot in enumerate(facts.hotspots)}
    packed = zip(
        plain_texts([str(name) for name in columns["msg_id"]]), days.of(time[:10] for time in times),
        [time[11:16] for time in times], categories.of(columns["category"]), districts.of(columns["district"]),
        places.of(columns["place"]), themes.of(columns["theme"]),
        [spots.get(str(spot or ""), -1) for spot in columns["hotspot_id"]],
        [str(issue or "") for issue in columns["issue_id"]], texts, strict=True,
    )  # fmt: skip
    data = {
        "days": list(days.told),
        "categories": list(categories.told),
        "districts": list(districts.told),
        "places": list(places.told),
        "themes": list(themes.told),
        "hotspots": [{"id": spot.id, "heading": plain_text(spot.heading)} for spot in facts.hotspots],
        "calls": list(packed),
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
    counts: Counter[tuple[str, str, str]] = Counter(
        (str(district or ""), str(place), str(theme))
        for columns in call_parts(calls or _known_calls(facts), "district", "place", "theme")
        for district, place, theme in zip(*columns, strict=True)
        if place and theme
    )
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
