from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hotspot.mine.issues import IssueClusterer, describe_issues, issue_table
from hotspot.text.segment import Segmenter

SEGMENTER = Segmenter()
SAID = [
    ("丽景苑小区停水三天了", "丽景苑小区从星期一停水到现在，家里老人孩子没水用，物业说水泵坏了。"),
    ("丽景苑小区一直停水", "丽景苑停水好几天，水泵坏了没人修，请供水公司处理。"),
    ("丽景苑停水无人处理", "我住丽景苑小区，停水三天，打物业电话说水泵坏了在等配件。"),
    ("松河路路灯不亮", "松河路中段路灯全部不亮，晚上出行危险。"),
    ("松河路的路灯坏了", "松河路晚上漆黑一片，路灯不亮一个多月了。"),
    ("松河路路灯何时修好", "松河路路灯不亮，孩子放学走夜路害怕，请维修。"),
    ("咨询医保报销", "请问异地住院怎么报销医保。"),
]


def table() -> pd.DataFrame:
    titles, texts = zip(*SAID, strict=True)
    places = ["丽景苑"] * 3 + ["松河路"] * 3 + [""]
    return issue_table(
        texts,
        titles,
        segmenter=SEGMENTER,
        head_places=places,
        places=places,
        mentions=places,
        msg_id=[str(n) for n in range(len(texts))],
    )


def groups(ids: pd.Series, labels: np.ndarray) -> set[frozenset[str]]:
    return {frozenset(ids[labels == label]) for label in set(labels.tolist()) - {-1}}


def test_two_matters_become_two_issues():
    calls = table()
    labels = IssueClusterer(min_size=3).fit_predict(calls)
    assert groups(calls["msg_id"], labels) == {frozenset("012"), frozenset("345")}


def test_order_of_rows_does_not_matter():
    calls = table()
    shuffled = calls.sample(frac=1, random_state=3).reset_index(drop=True)
    there = IssueClusterer(min_size=3).fit_predict(shuffled)
    assert groups(shuffled["msg_id"], there) == groups(calls["msg_id"], IssueClusterer(min_size=3).fit_predict(calls))


def test_described_issue_names_place_and_counts_callers():
    calls = table().assign(caller=["a", "a", "b", "c", "d", "e", "f"])
    issues = describe_issues(calls, IssueClusterer(min_size=3).fit_predict(calls))
    assert [(issue.place, issue.count, issue.callers) for issue in sorted(issues, key=lambda i: i.place)] == [
        ("丽景苑", 3, 2),
        ("松河路", 3, 3),
    ]


def test_missing_words_are_refused():
    with pytest.raises(ValueError, match="title_words"):
        IssueClusterer().fit(pd.DataFrame({"words": ["a"]}))
    with pytest.raises(ValueError, match="row 1"):
        IssueClusterer().fit(pd.DataFrame({"words": ["a", None], "title_words": ["", ""]}))
