"""Issues as a reader meets them: title, key terms, representative call, size in calls and callers."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.mine.issue_table import complete
from hotspot.mine.issue_views import SEPARATOR, problems, weigh
from hotspot.schema import Issue

_PLEA: Final = re.compile(
    r"^(?:关于|请问|咨询|投诉|反映|举报|建议|希望|请求|恳请|强烈|再次|请|对|在|就)+|(?:的?(?:问题|投诉|咨询|建议|请求|情况反映|求助))?[？?！!。，,\s]*$"
)
LONGEST: Final = 40  # characters of a title


def _most(values: Sequence[str], share: float = 0.5) -> str:
    """Return the value that at least `share` of the calls have, else ``""``."""
    counts = Counter(value for value in values if value)
    if not counts:
        return ""
    value, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return value if count >= share * len(values) else ""


def issue_id(msg_ids: Sequence[str]) -> str:
    """Return the id of an issue: that of its earliest calls, so that later ones leave it alone.

    Examples
    --------
    >>> issue_id(["3", "1", "2"]) == issue_id(["1", "2", "3", "9"])
    True
    """
    anchor = "\n".join(sorted(msg_ids, key=lambda value: (len(value), value))[:3])
    return "I" + hashlib.sha256(anchor.encode()).hexdigest()[:10]


def _title(titles: Sequence[str], place: str, theme: str) -> str:
    """Return the shortest clear title: what a caller wrote if there is one, else place and problem."""
    written = [_PLEA.sub("", title) for title in titles]
    written = [title for title in written if 6 <= len(title) <= LONGEST]
    if not written:
        return f"{place}{theme}"
    shared = Counter(gram for title in set(written) for gram in _pairs(title))
    named = [title for title in written if place and place in title] or written
    return min(named, key=lambda title: (-sum(shared[g] for g in _pairs(title)) / (len(title) + 4), title))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def describe_issues(
    calls: pd.DataFrame, labels: NDArray[np.int64], *, titles: Sequence[str] | None = None
) -> list[Issue]:
    """Return the issues, largest first.

    Parameters
    ----------
    calls : DataFrame
        The table that was clustered, complete with ``msg_id``.
    labels : ndarray of int
        Issue of each call, -1 for none.
    titles : sequence of str, optional
        Masked titles to quote from; those of the table when left out.
    """
    quoted = list(calls["title"] if titles is None else titles)
    calls = complete(calls)
    known = problems()
    found = []
    for label in sorted(set(labels.tolist()) - {-1}):
        rows = np.flatnonzero(labels == label)
        part = calls.iloc[rows]
        ids = part["msg_id"].astype(str).tolist()
        rows = rows[np.argsort(np.array(ids, dtype=object), kind="stable")]
        part, ids = calls.iloc[rows], sorted(ids)
        vectors = weigh(
            (
                title.split() * 2 + text.split()[:80]
                for title, text in zip(part["title_words"], part["words"], strict=True)
            ),
            least=1,
        )
        centre = np.asarray((vectors @ vectors.T).mean(axis=1)).ravel()
        central = int(np.argmax(np.round(centre, 9)))
        alike = np.asarray((vectors @ vectors[central].T).todense()).ravel()
        place = _most([names.split(SEPARATOR)[0] for names in part["head_places"]])
        words = Counter(
            word
            for title, text in zip(part["title_words"], part["words"], strict=True)
            for word in set(title.split() + text.split()[:80])
            if len(word) > 1
        )
        told = Counter(kind for word, count in words.items() for kind in known.get(word, ()) for _ in range(count))
        theme = _most(part["theme"].tolist()) or (min(told.items(), key=lambda kv: (-kv[1], kv[0]))[0] if told else "")
        callers = part["caller"].tolist()
        times = pd.to_datetime(part["time"]).dropna()
        found.append(
            Issue(
                id=issue_id(ids),
                title=_title([quoted[row] for row in rows], place, theme),
                theme=theme,
                place=place,
                district=_most(part["district"].tolist()),
                count=len(rows),
                callers=len({c for c in callers if c}) + sum(not c for c in callers),
                first=times.min().to_pydatetime() if len(times) else None,
                last=times.max().to_pydatetime() if len(times) else None,
                terms=tuple(word for word, _ in sorted(words.items(), key=lambda kv: (-kv[1], kv[0]))[:6]),
                representative=ids[central],
                cohesion=round(float(np.delete(alike, central).mean()), 3) if len(rows) > 1 else 1.0,
                calls=tuple(ids),
            )
        )
    return sorted(found, key=lambda issue: (-issue.count, issue.id))
