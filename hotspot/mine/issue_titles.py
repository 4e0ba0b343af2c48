"""Issues as a reader meets them: title, key terms, representative call, size in calls and callers."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.mine.issue_table import complete
from hotspot.mine.issue_views import SEPARATOR, problems, rarity_of, weigh
from hotspot.mine.word_table import WordTable
from hotspot.schema import Issue

LONGEST: Final = 40  # characters of a title
_SHORTEST: Final = 6
_MANY: Final = 60  # texts from which a sparse matrix is worth its making
_TERMS: Final = 6  # key terms of an issue
_READ: Final = 80  # words of a text that are read for terms and problems
_HALF: Final = 0.5  # share of its calls that must agree on the place, district or theme of an issue
_QUARTER: Final = 0.25  # share of its calls that must hold a key term of an issue
_PLEA: Final = re.compile(
    r"^(?:(?:关于|请问|咨询|询问|投诉|反映|举报|建议|希望|请求|恳请|强烈|再次|第[二三四]次|请|对于|对|就)+(?=\S{4}))"
    r"|的?(?:相关)?(?:问题|投诉|咨询|建议|请求|情况反映|求助|诉求|疑问|事宜)?[？?！!。，,\s]*$"
)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


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


def _likeness(rows: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Return how much each two texts have in common: the cosine of their TF-IDF vectors."""
    if len(rows) > _MANY:
        vectors = weigh(rows, least=1)
        return np.asarray((vectors @ vectors.T).toarray())
    # The same for a few texts, of which there are many: what a sparse matrix costs to make would be most of it.
    table = WordTable(rows)
    counts = np.zeros((len(rows), len(table.words)))
    np.add.at(counts, (table.rows(), table.ids), 1.0)
    held = counts > 0
    counts[held] = 1.0 + np.log(counts[held])
    counts *= rarity_of(held.sum(axis=0), len(rows))
    lengths = np.sqrt((counts * counts).sum(axis=1, keepdims=True))
    counts /= np.where(lengths > 0, lengths, 1.0)
    return np.asarray(counts @ counts.T)


def _telling(inside: Counter[str], size: int, outside: Counter[str], calls: int, rarity: float) -> list[str]:
    """Return what is told in an issue, the more told there and the less elsewhere (by `rarity`) the earlier."""

    def lift(item: tuple[str, int]) -> tuple[float, str]:
        name, count = item
        return -count / size * math.log((1 + calls) / (1 + outside[name])) ** rarity, name

    return [name for name, _ in sorted(inside.items(), key=lift)]


def describe_issues(
    calls: pd.DataFrame, labels: NDArray[np.int64], *, titles: Sequence[str] | None = None
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
    """
    table = complete(calls)
    columns = {name: table[name].tolist() for name in table.columns if name != "time"}
    columns["quoted"] = list(columns["title"] if titles is None else titles)
    times = pd.to_datetime(table["time"])
    known = problems()
    read = [
        title.split() * 2 + text.split()[:_READ]
        for title, text in zip(columns["title_words"], columns["words"], strict=True)
    ]
    said = {word for words in read for word in words}
    worded = {word for word in said if _WORD.fullmatch(word)}
    terms = [worded.intersection(words) for words in read]
    # A problem that a caller tells in several words is what he calls about.
    kinds = [[kind for word in words if word in known for kind in known[word]] for words in terms]
    all_terms = Counter(chain.from_iterable(terms))
    all_kinds = Counter(chain.from_iterable(map(set, kinds)))
    groups: dict[int, list[int]] = {}
    for row, label in enumerate(labels.tolist()):
        if label >= 0:
            groups.setdefault(label, []).append(row)

    found = []
    for rows in groups.values():
        rows.sort(key=lambda row: (str(columns["msg_id"][row]), columns["words"][row]))
        part = {name: [values[row] for row in rows] for name, values in columns.items()}
        alike = _likeness([read[row] for row in rows])
        central = int(np.argmax(np.round(alike.mean(axis=1), 9)))
        place = _most(names.split(SEPARATOR)[0] for names in part["head_places"])
        told = _telling(Counter(kind for row in rows for kind in kinds[row]), len(rows), all_kinds, len(table), 0.5)
        theme = _most(part["theme"]) or (told[0] if told else "")
        heard = Counter(word for row in rows for word in terms[row])
        # A word of this issue alone may be a person's name: only what is told elsewhere too is quoted.
        least = max(2, _QUARTER * len(rows))
        heard = Counter(
            {word: count for word, count in heard.items() if least <= count < all_terms[word] and word not in place}
        )
        words = _telling(heard, len(rows), all_terms, len(table), 1.5)
        span = times.iloc[rows].dropna()
        ids = [str(value) for value in part["msg_id"]]
        found.append(
            Issue(
                id=issue_id(ids),
                title=_title(part["quoted"], place, theme),
                theme=theme,
                place=place,
                district=_most(part["district"]),
                count=len(rows),
                # Who does not say who he is counts as one of his own.
                callers=len({caller for caller in part["caller"] if caller}) + part["caller"].count(""),
                first=span.min().to_pydatetime() if len(span) else None,
                last=span.max().to_pydatetime() if len(span) else None,
                terms=tuple(words[:_TERMS]),
                representative=ids[central],
                cohesion=round(float(np.delete(alike[central], central).mean()), 3) if len(rows) > 1 else 1.0,
                calls=tuple(ids),
            )
        )
    return sorted(found, key=lambda issue: (-issue.count, issue.id))
