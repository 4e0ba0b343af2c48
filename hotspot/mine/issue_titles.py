"""Issues as a reader meets them: title, key terms, representative call, size in calls and callers."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from hotspot.mine.issue_table import complete, word_columns
from hotspot.mine.issue_views import weigh
from hotspot.mine.issue_words import SEPARATOR, problems, rarity_of
from hotspot.mine.word_table import WordTable
from hotspot.schema import Issue

LONGEST: Final = 40  # characters of a title
_SHORTEST: Final = 6
_MANY: Final = 60  # texts from which a sparse matrix is worth its making
_PARTS: Final = 16  # of all issues, that processes describe
_MANY_ISSUES: Final = 200  # from which that repays starting them
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
        vectors = weigh(WordTable(rows).count(), least=1)
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


def _telling(inside: Mapping[str, int], size: int, outside: Mapping[str, int], calls: int, rarity: float) -> list[str]:
    """Return what is told in an issue, the more told there and the less elsewhere (by `rarity`) the earlier."""

    def lift(item: tuple[str, int]) -> tuple[float, str]:
        name, count = item
        return -count / size * math.log((1 + calls) / (1 + outside[name])) ** rarity, name

    return [name for name, _ in sorted(inside.items(), key=lift)]


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
    columns = {name: table[name].tolist() for name in ("msg_id", "head_places", "theme", "district", "caller")}
    columns["quoted"] = list(table["title"] if titles is None else titles)
    week = _Week(said, headed)
    groups: dict[int, list[int]] = {}
    for row in np.flatnonzero(labels >= 0).tolist():
        groups.setdefault(int(labels[row]), []).append(row)
    # Where two calls have one id, their words decide: the order of the rows never does.
    ties = len(set(columns["msg_id"])) < len(table)
    times = pd.to_datetime(table["time"]).to_numpy()
    for rows in groups.values():
        rows.sort(key=lambda row: (str(columns["msg_id"][row]), said[row] if ties else ""))
    numbered = list(groups.values())
    parts = [numbered[at::_PARTS] for at in range(min(_PARTS, len(numbered)))]
    describer = _Describer(columns, times, week)
    many = spread is not None and len(numbered) >= _MANY_ISSUES
    found: list[list[Issue]] = spread(describer, parts) if spread and many else [describer(part) for part in parts]
    return sorted(chain.from_iterable(found), key=lambda issue: (-issue.count, issue.id))


@dataclass(frozen=True)
class _Describer:
    """Describes some of the issues, given the rows of each."""

    columns: Mapping[str, list[str]]
    times: NDArray[Any]
    week: _Week

    def __call__(self, groups: Sequence[Sequence[int]]) -> list[Issue]:
        found = []
        for rows in groups:
            part = {name: [values[row] for row in rows] for name, values in self.columns.items()}
            found.append(_describe(part, self.times[rows], rows, self.week))
        return found


class _Week:
    """The words by which calls are described (the title twice, the beginning of the text), and how common they are."""

    def __init__(self, said: WordTable, headed: WordTable) -> None:
        both = WordTable.joined([headed, said])
        headed, texts = both[: len(said)], both[len(said) :]
        place = np.arange(len(texts.ids)) - np.repeat(texts.ends[:-1], np.diff(texts.ends))
        self.read = WordTable.woven([headed, headed, texts.chosen(place < _READ)])
        self._held = self.read.count()
        self.spread = np.bincount(self._held.indices, minlength=len(both.words))
        known = problems()
        self._worded = np.array([_WORD.fullmatch(word) is not None for word in both.words], dtype=np.bool_)
        self._kinds = {
            number: known[word] for number, word in enumerate(both.words) if word in known and self._worded[number]
        }
        self.kinds = self._count_kinds()

    def _count_kinds(self) -> dict[str, int]:
        """Return in how many calls each kind of problem is told."""
        telling = np.array(sorted(self._kinds), dtype=np.int64)
        names = sorted({kind for kinds in self._kinds.values() for kind in kinds})
        links = [(at, names.index(kind)) for at, number in enumerate(telling.tolist()) for kind in self._kinds[number]]
        rows, columns = ([link[side] for link in links] for side in (0, 1))
        tells = sparse.csr_matrix((np.ones(len(links)), (rows, columns)), shape=(len(telling), len(names)))
        told = (self._held[:, telling] @ tells).tocsr()
        return dict(zip(names, np.bincount(told.indices, minlength=len(names)).tolist(), strict=True))

    def terms(self, row: int) -> list[int]:
        """Return the numbers of the distinct words of a call that may be terms."""
        held: NDArray[np.int32] = self._held.indices[self._held.indptr[row] : self._held.indptr[row + 1]]
        return [int(term) for term in held[self._worded[held]]]

    def problems(self, term: int) -> Sequence[str]:
        """Return the kinds of problem that a term tells of: a problem told in several words is what a call is about."""
        return self._kinds.get(term, ())


def _describe(part: dict[str, list[str]], times: NDArray[Any], rows: Sequence[int], week: _Week) -> Issue:
    alike = _likeness([week.read.told(row) for row in rows])
    central = int(np.argmax(np.round(alike.mean(axis=1), 9)))
    place = _most(names.split(SEPARATOR)[0] for names in part["head_places"])
    terms = [week.terms(row) for row in rows]
    kinds = Counter(kind for held in terms for term in held for kind in week.problems(term))
    told = _telling(kinds, len(rows), week.kinds, len(week.read), 0.5)
    theme = _most(part["theme"]) or (told[0] if told else "")
    # A word of this issue alone may be a person's name: only what is told elsewhere too is quoted.
    least = max(2, _QUARTER * len(rows))
    common = {
        term: count for term, count in Counter(chain.from_iterable(terms)).items() if least <= count < week.spread[term]
    }
    heard = {week.read.words[term]: count for term, count in common.items() if week.read.words[term] not in place}
    elsewhere = {week.read.words[term]: int(week.spread[term]) for term in common}
    words = _telling(heard, len(rows), elsewhere, len(week.read), 1.5)
    span = times[~np.isnat(times)]
    ids = [str(value) for value in part["msg_id"]]
    return Issue(
        id=issue_id(ids),
        title=_title(part["quoted"], place, theme),
        theme=theme,
        place=place,
        district=_most(part["district"]),
        count=len(rows),
        # Who does not say who he is counts as one of his own.
        callers=len({caller for caller in part["caller"] if caller}) + part["caller"].count(""),
        first=pd.Timestamp(span.min()).to_pydatetime() if len(span) else None,
        last=pd.Timestamp(span.max()).to_pydatetime() if len(span) else None,
        terms=tuple(words[:_TERMS]),
        representative=ids[central],
        cohesion=round(float(np.delete(alike[central], central).mean()), 3) if len(rows) > 1 else 1.0,
        calls=tuple(ids),
    )
