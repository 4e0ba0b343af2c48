"""The table of calls that issues are found in: what each column holds, and how to get one from plain texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import numpy as np
import pandas as pd

from hotspot.mine.issue_words import SEPARATOR
from hotspot.mine.word_table import WordTable

ISSUE_COLUMNS: Final = {
    "title_words": "str",  # words of the title, joined by one blank
    "words": "str",  # words of the text, joined by one blank
    "title": "str",
    "text": "str",
    "head_places": "str",  # canonical places the call is about: the primary one, those named in the title; joined by |
    "places": "str",  # all its canonical places, joined by |
    "mentions": "str",  # the same as spelled, joined by |
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
    """Return the columns ``head_places``, ``places`` and ``mentions`` of `count` calls.

    Parameters
    ----------
    mentions : DataFrame
        Columns as in `hotspot.schema.MENTION_COLUMNS`; a mention before the text (``start`` below 0) is in the title.
    count : int
        Number of calls.
    """
    columns = {name: [""] * count for name in ("head_places", "places", "mentions")}
    ordered = mentions.sort_values(["call", "is_primary", "start"], ascending=[True, False, True], kind="stable")
    each = zip(*(ordered[name].tolist() for name in ("call", "start", "mention", "place", "is_primary")), strict=True)
    for call, rows in groupby(each, key=itemgetter(0)):
        named: dict[str, dict[str, None]] = {name: {} for name in columns}
        for _, start, mention, place, primary in rows:
            named["mentions"].setdefault(mention)
            if place:
                named["places"].setdefault(place)
                if primary or start < 0:
                    named["head_places"].setdefault(place)
        for name, found in named.items():
            columns[name][call] = SEPARATOR.join(found)
    return columns


def word_columns(calls: pd.DataFrame) -> tuple[WordTable, WordTable]:
    """Return the words of the texts and of the titles as numbers, from the columns of the table."""
    _check(calls)
    return WordTable.of(calls["words"].tolist()), WordTable.of(calls["title_words"].tolist())


def _check(calls: pd.DataFrame) -> None:
    missing = [name for name in _NEEDED if name not in calls]
    if missing:
        raise ValueError(f"calls without column {missing[0]!r}")
    for name in _NEEDED:
        holes = np.flatnonzero(calls[name].isna())
        if len(holes):
            raise ValueError(f"row {holes[0]} of column {name!r} is empty (NaN)")


def complete(calls: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every column of `ISSUE_COLUMNS`, empty where not given."""
    _check(calls)
    empty: Mapping[str, object] = {"time": pd.NaT}
    table = pd.DataFrame({name: calls.get(name, empty.get(name, "")) for name in ISSUE_COLUMNS}, index=calls.index)
    if "head_places" not in calls:
        table["head_places"] = table["places"].str.split(SEPARATOR, regex=False).str[0]
    if (table["title"] == "").all() and (table["text"] == "").all():  # rare strings can do with the words
        table["text"] = table["words"].str.replace(" ", "")
    return table.reset_index(drop=True)
