"""Issues as a reader meets them: title, key terms, representative call, size in calls and callers."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.mine.issue_sketch import Sketch, WeekWords
from hotspot.mine.issue_table import complete, word_columns
from hotspot.mine.issue_words import SEPARATOR
from hotspot.mine.word_table import WordTable
from hotspot.schema import Issue

LONGEST: Final = 40  # characters of a title
_SHORTEST: Final = 6
_PARTS: Final = 16  # of all issues, that processes describe
_MANY_ISSUES: Final = 200  # from which that repays starting them
_TERMS: Final = 6  # key terms of an issue
_HALF: Final = 0.5  # share of its calls that must agree on the place, district or theme of an issue
_PLEA: Final = re.compile(
    r"^(?:(?:关于|请问|咨询|询问|投诉|反映|举报|建议|希望|请求|恳请|强烈|再次|第[二三四]次|请|对于|对|就)+(?=\S{4}))"
    r"|的?(?:相关)?(?:问题|投诉|咨询|建议|请求|情况反映|求助|诉求|疑问|事宜)?[？?！!。，,\s]*$"
)


def _most(values: Iterable[str]) -> str:
    """Return the value that at least half of the calls have, else ``""``."""
    told = list(values)
    counts = Counter(value for value in told if value)
    if not counts:
        return ""
    value, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return value if count >= _HALF * len(told) else ""


def issue_id(msg_ids: Sequence[str]) -> str:
    """Return the id of an issue: that of its earliest calls, so that later ones leave it alone.

    Examples
    --------
    >>> issue_id(["3", "1", "2"]) == issue_id(["1", "2", "3", "9"])
    True
    """
    anchor = "\n".join(sorted(msg_ids, key=lambda value: (len(value), value))[:3])
    return "I" + hashlib.sha256(anchor.encode()).hexdigest()[:10]


def trim_title(title: str) -> str:
    """Return a caller's title without the plea around it.

    Examples
    --------
    >>> trim_title("请求解决丽景苑小区停水的问题！")
    '解决丽景苑小区停水'
    """
    return _PLEA.sub("", title)


def _title(titles: Iterable[str], place: str, matter: str) -> str:
    """Return the title that the callers' titles have most in common with, else place and matter."""
    written = [trim_title(title) for title in titles if title]
    written = [title for title in written if _SHORTEST <= len(title) <= LONGEST]
    if not written:
        return f"{place}{matter}"
    shared = Counter(pair for title in written for pair in _pairs(title))
    named = [title for title in written if place and place in title] or written
    return min(named, key=lambda title: (-sum(shared[pair] for pair in _pairs(title)) / (len(title) + 4), title))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def describe_issues(
    calls: pd.DataFrame,
    labels: NDArray[np.int64],
    *,
    titles: Sequence[str] | None = None,
    words: tuple[WordTable, WordTable] | None = None,
    spread: Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]] | None = None,
) -> list[Issue]:
    """Return the issues, largest first.

    Parameters
    ----------
    calls : DataFrame
        The table that was clustered (columns as in `hotspot.mine.issue_table.ISSUE_COLUMNS`), with ``msg_id``.
    labels : ndarray of int
        Issue of each call, -1 for none.
    titles : sequence of str, optional
        Masked titles to quote from; those of the table when left out.
    words : (WordTable, WordTable), optional
        The words of the texts and of the titles, where they are not among the columns.
    spread : callable, optional
        Computes a function of each part of the issues; here, part by part, when left out.
    """
    said, headed = words or word_columns(calls)
    table = complete(calls if words is None else calls.assign(words="", title_words=""))
    columns = {name: table[name] for name in ("msg_id", "head_places", "theme", "district", "caller", "title")}
    if titles is not None:
        columns["title"] = pd.Series(titles, index=table.index, dtype="str")
    order = np.argsort(labels, kind="stable")
    order = order[np.searchsorted(labels[order], 0) :]
    groups = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1) if len(order) else []
    parts = [groups[at::_PARTS] for at in range(min(_PARTS, len(groups)))]
    times = pd.to_datetime(table["time"]).to_numpy()
    # Where two calls have one id, their words decide: the order of the rows never does.
    describer = _Describer(columns, times, WeekWords(said, headed), None if table["msg_id"].is_unique else said)
    many = spread is not None and len(groups) >= _MANY_ISSUES
    found: list[list[Issue]] = spread(describer, parts) if spread and many else [describer(part) for part in parts]
    return sorted(chain.from_iterable(found), key=lambda issue: (-issue.count, issue.id))


@dataclass(frozen=True)
class _Describer:
    """Describes some of the issues, given the rows of each."""

    columns: Mapping[str, pd.Series]
    times: NDArray[Any]
    week: WeekWords
    said: WordTable | None

    def __call__(self, groups: Sequence[NDArray[np.int64]]) -> list[Issue]:
        rows = np.concatenate(groups)
        # Strings are made of the values where they are needed, for these issues alone.
        ids = [str(value) for value in self.columns["msg_id"].iloc[rows].tolist()]
        said = self.said[rows] if self.said is not None else [""] * len(rows)
        issue = np.repeat(np.arange(len(groups)), [len(group) for group in groups]).tolist()
        order = [at for _, _, _, at in sorted(zip(issue, ids, said, range(len(ids)), strict=True))]
        rows = rows[order]
        values = {name: column.iloc[rows].tolist() for name, column in self.columns.items()}
        ends = np.cumsum([len(group) for group in groups])
        sorted_groups = np.split(rows, ends[:-1])
        found = []
        for group, end, sketch in zip(sorted_groups, ends.tolist(), self.week.sketch(sorted_groups), strict=True):
            part = {name: column[end - len(group) : end] for name, column in values.items()}
            found.append(_describe(part, self.times[group], sketch))
        return found


def _describe(part: dict[str, list[str]], times: NDArray[Any], sketch: Sketch) -> Issue:
    place = _most(names.split(SEPARATOR)[0] for names in part["head_places"])
    theme = _most(part["theme"]) or sketch.kind
    span = times[~np.isnat(times)]
    ids = [str(value) for value in part["msg_id"]]
    return Issue(
        id=issue_id(ids),
        title=_title(part["title"], place, theme),
        theme=theme,
        place=place,
        district=_most(part["district"]),
        count=len(ids),
        # Who does not say who he is counts as one of his own.
        callers=len({caller for caller in part["caller"] if caller}) + part["caller"].count(""),
        first=pd.Timestamp(span.min()).to_pydatetime() if len(span) else None,
        last=pd.Timestamp(span.max()).to_pydatetime() if len(span) else None,
        terms=tuple([term for term in sketch.terms if term not in place][:_TERMS]),
        representative=ids[sketch.central],
        cohesion=round(sketch.cohesion, 3),
        calls=tuple(ids),
    )
