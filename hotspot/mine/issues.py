"""Issues: calls about one concrete problem at one place, or of one specific group of people."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspot.mine.issue_crowds import join_crowds
from hotspot.mine.issue_linkage import link
from hotspot.mine.issue_score import judge
from hotspot.mine.issue_table import ISSUE_COLUMNS, complete, issue_table, place_columns, word_columns
from hotspot.mine.issue_titles import describe_issues
from hotspot.mine.issue_views import build_views
from hotspot.mine.settings import Settings
from hotspot.mine.word_table import WordTable
from hotspot.scale import give_back

__all__ = ["ISSUE_COLUMNS", "IssueClusterer", "describe_issues", "issue_table", "place_columns"]


class IssueClusterer(Settings):
    """Groups calls into issues, scikit-learn style.

    Parameters
    ----------
    min_size : int, default 3
        Calls an issue must have.
    cut : float, default 0.45
        Mean likeness at which two groups still join: lower joins more.

    Attributes
    ----------
    labels_ : ndarray of int
        Issue of each call, -1 for none; numbered by falling size.

    Examples
    --------
    >>> said = ["西城印象暖气不热", "西城印象小区家里暖气不热", "铁路新村路灯不亮", "西城印象暖气一点不热"]
    >>> IssueClusterer(min_size=3).fit_predict(issue_table(said)).tolist()
    [0, 0, -1, 0]
    """

    def __init__(self, min_size: int = 3, cut: float = 0.45) -> None:
        self.min_size = min_size
        self.cut = cut

    def fit(
        self,
        calls: pd.DataFrame,
        y: object = None,
        *,
        words: tuple[WordTable, WordTable] | None = None,
        spread: Any = None,
    ) -> Self:
        """Find the issues of the calls.

        Parameters
        ----------
        calls : DataFrame
            Columns as in `ISSUE_COLUMNS`; only the words are needed.
        words : (WordTable, WordTable), optional
            The words of the texts and of the titles, where they are not among the columns.
        spread : callable, optional
            Computes a function of each part of the pairs; here, part by part, when left out.
        """
        said, titles = words or word_columns(calls)
        table = complete(calls if words is None else calls.assign(words="", title_words=""))
        order = _content_order(table)
        labels: NDArray[np.int64] = np.full(len(table), -1, dtype=np.int64)
        if len(table) > 1:
            views = build_views(table, said, titles, order, spread)
            give_back()
            groups = link(len(table), *judge(views, spread, self.cut), self.cut)
            groups = [group for group in join_crowds(views, groups, self.cut) if len(group) >= self.min_size]
            groups.sort(key=lambda group: (-len(group), group[0]))
            for label, group in enumerate(groups):
                labels[order[group]] = label
        self.labels_: NDArray[np.int64] = labels
        return self

    def fit_predict(self, calls: pd.DataFrame, y: object = None, **given: Any) -> NDArray[np.int64]:
        """Return the issue of each call, -1 for none."""
        return self.fit(calls, **given).labels_


def _content_order(table: pd.DataFrame) -> NDArray[np.int64]:
    """Return the order of the calls by content: what follows does not see the order of the rows."""
    keys = ["msg_id", "words", "title_words", "time", "caller"]
    order = table[keys].sort_values(keys, kind="stable").index
    return np.asarray(order, dtype=np.int64)
