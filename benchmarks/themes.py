"""Themes and hotspots of the two sample weeks against their gold, and of matters that the theme list does not hold.

Each week's categories come from a classifier trained on the other week; places are the gold ones. Usage:
``python benchmarks/themes.py`` from the repository's root.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.metrics import v_measure_score

import hotspot.mine.themes as themes_module
from hotspot.config import load_config
from hotspot.mine.categories import CategoryClassifier
from hotspot.mine.repeats import RepeatInput, find_repeats
from hotspot.mine.theme_lexicon import load_themes
from hotspot.mine.themes import find_themes
from hotspot.text.normalise import normalise
from hotspot.text.segment import Segmenter

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
# Gold theme -> the lexicon's entry for it, where the names differ.
NAMES = {"供暖": "供暖不热"}
# Themes taken out of the list in turn: the week must still show them as matters of their own.
LEFT_OUT = (
    ("公积金提取咨询", "出租车网约车服务", "停水水压", "流浪犬与不拴绳", "物业服务", "户籍身份证办理"),
    ("公交线路班次", "燃气", "树木修剪与飞絮", "医保报销咨询", "购房交付纠纷", "噪音扰民", "拖欠工资"),
    ("供暖", "路灯井盖损坏", "营业执照办理", "消费退款纠纷", "电信诈骗咨询", "垃圾清运", "学校教育"),
)


def f1(found: set[str], truth: set[str]) -> float:
    return 2 * len(found & truth) / (len(found) + len(truth)) if found or truth else 0.0


def read_week(number: int, segmenter: Segmenter) -> pd.DataFrame:
    path = SAMPLE / f"calls_2024w{number}"
    if number == 41:
        calls = pd.read_csv(path.with_suffix(".csv"), encoding="gb18030", dtype=str)
    else:
        calls = pd.read_excel(path.with_suffix(".xlsx"), engine="calamine", header=1, dtype=str)
    gold = pd.read_csv(SAMPLE / f"gold_2024w{number}.csv", dtype=str).fillna("")
    week = gold.merge(calls, left_on="msg_id", right_on="来电编号")
    week = week[week["category"] != "无效"].reset_index(drop=True)
    week["whole"] = [normalise(text) for text in week["诉求内容"]]
    week["words"] = segmenter.cut_all(week["whole"].tolist())
    return week


def best_match(found: list[str], week: pd.DataFrame, gold: str) -> float:
    truth = set(week.index[week["theme"] == gold])
    groups: dict[str, set[Any]] = {}
    for at, theme in enumerate(found):
        groups.setdefault(theme, set()).add(at)
    return max(f1(group, truth) for group in groups.values())


def themes_of(week: pd.DataFrame, predicted: list[str]) -> list[str]:
    return find_themes(week["whole"].tolist(), week["words"].tolist(), predicted, avoid=set(week["place"]) - {""})


def repeats_of(week: pd.DataFrame, predicted: list[str], found: list[str]) -> list[RepeatInput]:
    names = ("msg_id", "来电号码", "来电时间", "place", "words", "whole")
    msg_ids, callers, times, places, words, texts = (week[name] for name in names)
    rows = zip(msg_ids, callers, times, predicted, found, places, words, texts, strict=True)
    return [RepeatInput(*row[:6], frozenset(row[6].split()), row[7]) for row in rows]


def main() -> None:
    segmenter = Segmenter()
    weeks = {number: read_week(number, segmenter) for number in (41, 42)}
    terms = load_config(SAMPLE / "golmud.toml").category_terms
    predicted, found = {}, {}
    for number, other in ((41, 42), (42, 41)):
        model = CategoryClassifier(terms=terms).fit(weeks[other]["whole"].tolist(), weeks[other]["category"].tolist())
        predicted[number] = [label or "其他类" for label in model.predict(weeks[number]["whole"].tolist())]
        found[number] = themes_of(weeks[number], predicted[number])
        week = weeks[number]
        print(f"week {number}: {len(week)} demands, {len(set(found[number]))} themes")
        print(f"  theme V-measure      {v_measure_score(week['theme'], found[number]):.3f}   (target 0.75)")
        for gold in ("供暖", "拖欠工资"):
            truth = set(week.index[week["theme"] == gold])
            told = {at for at, theme in enumerate(found[number]) if theme == NAMES.get(gold, gold)}
            print(f"  F1 {gold} ({len(truth)}, found {len(told)})  {f1(told, truth):.3f}   (target 0.97 in week 42)")
    groups = find_repeats(
        repeats_of(weeks[42], predicted[42], found[42]), repeats_of(weeks[41], predicted[41], found[41])
    )
    truth_pairs = {(old, new) for old, new in zip(weeks[42]["repeat_of"], weeks[42]["msg_id"], strict=True) if old}
    pairs = {pair for group in groups for pair in zip(group.calls, group.calls[1:], strict=False)}
    print(f"repeat pairs of week 42: {len(pairs & truth_pairs)} of {len(truth_pairs)} found (target 26), ", end="")
    print(f"{len(pairs - truth_pairs)} wrong (at most 3)")

    print("matters taken out of the theme list, best F1 of any theme found:")
    every = load_themes()
    search = themes_module.find_novel_themes
    scores: list[float] = []
    without: list[float] = []
    for names in LEFT_OUT:
        kept = tuple(entry for entry in every if entry.name not in {NAMES.get(name, name) for name in names})
        themes_module.load_themes = lambda kept=kept: kept  # type: ignore[assignment]
        for number, week in weeks.items():
            themes_module.find_novel_themes = lambda *_: ()  # type: ignore[assignment]
            plain = themes_of(week, predicted[number])
            without.extend(best_match(plain, week, name) for name in names)
            themes_module.find_novel_themes = search
            result = themes_of(week, predicted[number])
            row = {name: best_match(result, week, name) for name in names}
            scores.extend(row.values())
            print(f"  week {number} " + "  ".join(f"{name} {score:.2f}" for name, score in row.items()))
    mean, plain_mean = sum(scores) / len(scores), sum(without) / len(without)
    print(f"  mean {mean:.3f}   (without the search for new matters {plain_mean:.3f})")


if __name__ == "__main__":
    main()
