from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from hotspot.mine.issue_crowds import join_crowds
from hotspot.mine.issue_linkage import link
from hotspot.mine.issue_table import complete, word_columns
from hotspot.mine.issue_views import build_views
from hotspot.mine.issues import IssueClusterer, describe_issues, issue_table, place_columns
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


def test_contract_of_an_estimator():
    clusterer = IssueClusterer(min_size=4)
    assert clone(clusterer).get_params() == {"min_size": 4, "cut": clusterer.cut}
    calls = table()
    before = clusterer.set_params(min_size=3).fit_predict(calls)
    again = pickle.loads(pickle.dumps(clusterer)).fit_predict(calls)
    assert before.tolist() == again.tolist()
    assert len(before) == len(calls)
    with pytest.raises(ValueError, match="nothing"):
        clusterer.set_params(nothing=1)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_calls_have_no_issue(count):
    calls = table().iloc[:count]
    labels = IssueClusterer(min_size=3).fit_predict(calls)
    assert labels.tolist() == [-1] * count
    assert describe_issues(calls, labels) == []


def test_empty_calls_are_no_issue():
    calls = issue_table([""] * 5, segmenter=SEGMENTER, msg_id=list("abcde"))
    assert IssueClusterer(min_size=3).fit_predict(calls).tolist() == [-1] * 5


def test_same_problem_elsewhere_and_other_problem_there_stay_apart():
    places = ["和顺苑", "春江里", "望湖居", "明德园", "三元坊", "百花洲"]
    problems = {
        "停水": ["水龙头一滴水都没有，做不了饭", "自来水停了三天，供水公司没人管"],
        "油烟": ["楼下烧烤店油烟往家里灌", "饭店排烟管对着卧室窗户，呛人"],
        "路灯": ["晚上路灯不亮，漆黑一片", "路灯坏了，孩子放学害怕"],
    }
    rows = [
        (f"{place}{said}", place, theme)
        for at, place in enumerate(places)
        for theme, every in problems.items()
        for said in [every[at % 2]]
    ]
    said, named, themes = (list(column) for column in zip(*rows, strict=True))
    calls = issue_table(
        said,
        segmenter=SEGMENTER,
        head_places=named,
        places=named,
        mentions=named,
        theme=themes,
        msg_id=[str(n) for n in range(len(said))],
    )
    labels = IssueClusterer(min_size=2).fit_predict(calls)
    assert not any(len(set(np.array(named)[labels == label])) == 1 for label in set(labels.tolist()) - {-1}), (
        "one place with several problems is no issue"
    )


def test_two_schools_of_one_district_are_two_places():
    schools = ["C3县一中"] * 3 + ["C3县二中"] * 3
    said = [f"{school}{told}" for school in schools[::3] for told in ("周末补课", "寒假补课收费", "高三年级补课")]
    columns = dict.fromkeys(("head_places", "places", "mentions"), schools)
    calls = issue_table(said, segmenter=SEGMENTER, msg_id=list("abcdef"), theme=["违规补课"] * 6, **columns)
    views = build_views(complete(calls), *word_columns(calls))
    alike = (views.place @ views.place.T).toarray()
    assert alike[0, 1] > 0.99
    assert alike[0, 3] == 0


def test_one_problem_all_over_the_city_is_a_theme_not_an_issue():
    roads = [
        "长宁路",
        "文昌大道",
        "凤鸣路",
        "梧桐大道",
        "花桥路",
        "金牛大道",
        "松山路",
        "龙泉大道",
        "南塘路",
        "玉泉大道",
    ]
    said = [f"{road}上的井盖被人偷走了，敞着口，晚上差点掉下去" for road in roads]
    places = {name: [*roads, *["锦绣华庭"] * 4] for name in ("head_places", "places", "mentions")}
    said += [f"锦绣华庭{gate}的井盖被人偷走了，敞着口" for gate in ("东门", "西门", "北门", "门口")]
    calls = issue_table(
        said, segmenter=SEGMENTER, msg_id=[f"{n:02d}" for n in range(14)], theme=["路灯井盖损坏"] * 14, **places
    )
    assert IssueClusterer(min_size=3).fit_predict(calls).tolist() == [-1] * 10 + [0] * 4


def test_theme_and_place_told_join_what_is_said_in_other_words():
    said = [
        "丽景苑家里暖气不热，老人穿着棉袄坐着",
        "丽景苑的暖气片摸上去冰凉冰凉的",
        "丽景苑交了取暖费，屋里才十三度",
        "丽景苑门口路边那个坑啥时候填",
    ]
    told = {"head_places": ["丽景苑"] * 4, "places": ["丽景苑"] * 4, "mentions": ["丽景苑"] * 4}
    themes = ["供暖", "供暖", "供暖", "道路破损"]
    times = pd.to_datetime(["2024-10-15", "2024-10-15", "2024-10-16", "2024-10-16"])
    calls = issue_table(said, segmenter=SEGMENTER, msg_id=list("abcd"), theme=themes, time=times, **told)
    assert IssueClusterer(min_size=3).fit_predict(calls).tolist() == [0, 0, 0, -1]


def test_title_is_place_and_theme_where_callers_write_none():
    calls = table().assign(title="", title_words="", theme=["停水"] * 3 + ["路灯"] * 3 + [""])
    issues = describe_issues(calls, np.array([0, 0, 0, 1, 1, 1, -1]))
    assert sorted(issue.title for issue in issues) == ["丽景苑停水", "松河路路灯"]


def test_titles_are_quoted_from_the_masked_ones_only():
    calls = table()
    masked = ["丽景苑小区某某停水"] * len(calls)
    (issue,) = describe_issues(calls, np.array([0, 0, 0, -1, -1, -1, -1]), titles=masked)
    assert issue.title == "丽景苑小区某某停水"


def test_terms_name_nobody_who_is_only_named_in_the_issue():
    said = ["物业经理蒋德贵打人"] * 3 + ["物业乱收费", "有人打人", "物业经理态度差"]
    calls = issue_table(said, segmenter=Segmenter(["蒋德贵"]), msg_id=list("abcdef"))
    (issue,) = describe_issues(calls, np.array([0, 0, 0, -1, -1, -1]))
    assert "蒋德贵" not in issue.terms
    assert "物业" in issue.terms


def test_place_columns_put_primary_and_title_first():
    mentions = pd.DataFrame(
        {
            "call": [0, 0, 0],
            "start": [5, -9, 12],
            "mention": ["松河路", "丽景苑", "某学校"],
            "place": ["松河路", "丽景苑小区", "某学校"],
            "is_primary": [False, True, False],
        }
    )
    columns = place_columns(mentions, 2)
    assert columns["head_places"] == ["丽景苑小区", ""]
    assert columns["places"] == ["丽景苑小区|松河路|某学校", ""]


CLAUSES = ["停水", "没水用", "油烟大", "烧烤店", "路灯不亮", "噪音扰民", "半夜施工", "停车难", "物业不管", "电梯坏了"]
NAMES = ["丽景苑", "松河路", "和顺苑", "春江里小区"]
CALL = st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=4))


def told(calls: list[tuple[str, list[str]]]) -> pd.DataFrame:
    places = [place for place, _ in calls]
    texts = [f"{place} {' '.join(clauses)}" for place, clauses in calls]
    return pd.DataFrame(
        {
            "msg_id": [f"m{n}" for n in range(len(calls))],
            "title_words": "",
            "words": texts,
            "text": texts,
            "head_places": places,
            "places": places,
            "mentions": places,
        }
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(CALL, min_size=2, max_size=25), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_issues(calls, chance):
    rows = told(calls)
    order = list(range(len(rows)))
    chance.shuffle(order)
    there = rows.iloc[order].reset_index(drop=True)
    assert groups(rows["msg_id"], IssueClusterer(min_size=2).fit_predict(rows)) == groups(
        there["msg_id"], IssueClusterer(min_size=2).fit_predict(there)
    )


def test_an_unrelated_call_changes_no_issue():
    calls = table()
    more = issue_table(["今年冬至是哪一天"], ["随便问问"], segmenter=SEGMENTER, msg_id=["0a"])
    both = pd.concat([more, calls], ignore_index=True).fillna("")
    issues = IssueClusterer(min_size=3).fit_predict(both)
    assert groups(both["msg_id"], issues) == groups(calls["msg_id"], IssueClusterer(min_size=3).fit_predict(calls))


def naive_linkage(size: int, likeness: np.ndarray, cut: float) -> list[list[int]]:
    clusters = [[one] for one in range(size)]
    while len(clusters) > 1:
        means = {
            (a, b): likeness[np.ix_(clusters[a], clusters[b])].mean()
            for a in range(len(clusters))
            for b in range(a + 1, len(clusters))
        }
        (a, b), best = max(means.items(), key=lambda item: item[1])
        if best < cut:
            break
        clusters[a] += clusters.pop(b)
    return sorted(sorted(cluster) for cluster in clusters if len(cluster) > 1)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12), st.integers(0, 10_000))
def test_linkage_on_the_graph_is_average_linkage(size, seed):
    chance = np.random.default_rng(seed)
    full = np.triu(np.where(chance.random((size, size)) < 0.6, 0.2 + 0.8 * chance.random((size, size)), 0.0), 1)
    left, right = np.nonzero(full)
    assert link(size, left, right, full[left, right], 0.4) == naive_linkage(size, full + full.T, 0.4)


def test_the_parts_of_a_crowd_are_one_by_their_place_where_their_words_differ():
    said = {"丽景苑": ("暖气 不热 客厅 冰凉", "暖气 不热 老人 感冒"), "泰康小区": ("暖气 不热 客厅 冰凉",)}
    parts = [(place, f"{words} {place}") for place, told in said.items() for words in told]
    others = [(f"某{n}小区", f"路灯{n} 不亮{n % 40} 维修{n % 30}") for n in range(600)]
    each = [part for part in parts for _ in range(20)] + others
    calls = pd.DataFrame(
        {
            "msg_id": [f"m{n:03}" for n in range(len(each))],
            "title_words": "",
            "words": [words for _, words in each],
            "head_places": [place for place, _ in each],
            "places": [place for place, _ in each],
            "theme": ["供暖"] * 60 + ["路灯"] * 600,
        }
    )
    table = complete(calls)
    views = build_views(table, *word_columns(table))
    groups = [list(range(at, at + 20)) for at in (0, 20, 40)]
    assert join_crowds(views, groups, 0.45) == [list(range(40)), list(range(40, 60))]


def test_a_crowd_at_one_place_is_one_issue():
    chance = np.random.default_rng(5)
    clauses = [
        "暖气不热",
        "家里很冷",
        "老人受冻",
        "暖气片冰凉",
        "交了取暖费",
        "温度只有十三度",
        "供热公司不管",
        "请尽快处理",
    ]
    texts = [f"丽景苑 {' '.join(chance.permutation(clauses)[:5])}" for _ in range(600)]
    calls = pd.DataFrame(
        {
            "msg_id": [f"m{n:03}" for n in range(600)],
            "title_words": "",
            "words": texts,
            "head_places": "丽景苑",
            "places": "丽景苑",
            "theme": "供暖",
        }
    )
    others = pd.DataFrame(
        {
            "msg_id": [f"x{n:04}" for n in range(4000)],
            "title_words": "",
            "words": [f"甲{n} 乙{n % 700} 丙{n % 900}" for n in range(4000)],
            "head_places": "",
            "places": "",
            "theme": "",
        }
    )
    labels = IssueClusterer(min_size=3).fit_predict(pd.concat([calls, others], ignore_index=True))[:600]
    assert (labels == 0).sum() > 540
