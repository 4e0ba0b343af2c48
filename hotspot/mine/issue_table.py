"""The table of calls that issues are found in: what each column holds, and how to get one from plain texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from hotspot.mine.issue_views import SEPARATOR

ISSUE_COLUMNS: Final = {
    "title_words": "str",  # words of the title, joined by one blank
    "words": "str",  # words of the text, joined by one blank
    "title": "str",
    "text": "str",
    "places": "str",  # canonical places joined by |, the primary one first
    "mentions": "str",  # the same as spelled in title and text, joined by |
    "district": "str",
    "theme": "str",
    "caller": "str",  # opaque, "" where unknown
    "time": "datetime64[s]",
    "msg_id": "str",
}
_NEEDED: Final = ("title_words", "words")


def issue_table(
    texts: Sequence[str],
    titles: Sequence[str] | None = None,
    *,
    segmenter: Any = None,
    **columns: Sequence[Any],
) -> pd.DataFrame:
    """Return the table that `IssueClusterer` reads, from plain texts: for notebooks and tests.

    Parameters
    ----------
    texts, titles : sequence of str
        What was said, and the titles where the export has them.
    segmenter : Segmenter, optional
        Cuts the words; jieba's own dictionary when left out.
    **columns : sequence
        Any further columns of `ISSUE_COLUMNS`.

    Examples
    --------
    >>> issue_table(["太冷了"], ["暖气不热"]).loc[0, "title_words"]
    '暖气 不热'
    """
    from hotspot.text.segment import Segmenter

    cut = (segmenter or Segmenter()).cut_all
    titles = [""] * len(texts) if titles is None else list(titles)
    return pd.DataFrame(
        {"title": titles, "text": list(texts), "title_words": cut(titles), "words": cut(list(texts)), **columns}
    )


def place_columns(mentions: pd.DataFrame, count: int) -> dict[str, list[str]]:
    """Return the columns ``places`` and ``mentions`` of `count` calls from a table of mentions (MENTION_COLUMNS)."""
    places: list[dict[str, None]] = [{} for _ in range(count)]
    spelled: list[dict[str, None]] = [{} for _ in range(count)]
    ordered = mentions.sort_values(["call", "is_primary", "start"], ascending=[True, False, True], kind="stable")
    for call, place, mention in zip(ordered["call"], ordered["place"], ordered["mention"], strict=True):
        if place:
            places[call].setdefault(place)
        if mention:
            spelled[call].setdefault(mention)
    return {"places": [SEPARATOR.join(names) for names in places], "mentions": [SEPARATOR.join(s) for s in spelled]}


def complete(calls: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every column of `ISSUE_COLUMNS`, empty where not given."""
    missing = [name for name in _NEEDED if name not in calls]
    if missing:
        raise ValueError(f"calls without column {missing[0]!r}")
    empty: Mapping[str, object] = {"time": pd.NaT}
    table = pd.DataFrame({name: calls.get(name, empty.get(name, "")) for name in ISSUE_COLUMNS}, index=calls.index)
    for name in _NEEDED:
        holes = np.flatnonzero(table[name].isna())
        if len(holes):
            raise ValueError(f"row {holes[0]} of column {name!r} is empty (NaN)")
    if (table["title"] == "").all() and (table["text"] == "").all():  # rare strings can do with the words
        table["text"] = table["words"].str.replace(" ", "")
    return table.reset_index(drop=True)
