"""How well places are found: the marked messages by halves, the two sample weeks with and without a gazetteer.

    python benchmarks/places.py [--shared ../shared]

The marked messages belong to other people and stay outside the repository; without them only the sample is scored.
Their first half (by hash of the message id) was looked at during development, the second only measured.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import time
import tomllib
from pathlib import Path
from types import ModuleType

import pandas as pd

from hotspot.mine.places import Gazetteer, Places, find_places
from hotspot.text.normalise import normalise

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "sample"


def load_scorer(folder: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, folder / "bench" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def timed(texts: list[str], gazetteer: Gazetteer, titles: list[str] | None = None) -> tuple[Places, float]:
    start = time.perf_counter()
    places = find_places(texts, gazetteer, titles=titles)
    return places, len(texts) / (time.perf_counter() - start)


def score_messages(shared: Path) -> None:
    folder = shared / "data" / "contest"
    if not (folder / "places_f3.csv").exists():
        print(f"标注留言：{folder} 不存在，跳过")
        return
    messages = pd.read_csv(folder / "messages_f3.csv.gz", dtype=str).fillna("")
    gold = pd.read_csv(folder / "places_f3.csv", dtype=str)
    places, rate = timed(
        [normalise(text) for text in messages["留言详情"]],
        Gazetteer(),
        [normalise(text) for text in messages["留言主题"]],
    )
    found = places.mentions.assign(
        msg_id=messages["留言编号"].to_numpy()[places.mentions["call"].to_numpy()],
        is_primary=places.mentions["is_primary"].astype(int).astype(str),
    )
    scorer = load_scorer(shared, "score_places")
    ids = sorted(gold["msg_id"].unique(), key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    halves = {"看过的一半": ids[:150], "没看过的一半": ids[150:], "全部": ids}
    print("标注留言（参照：jieba 词性 F1 0.28、主地点 0.27；LAC 0.55、0.37；目标 0.75、0.75）")
    for name, part in halves.items():
        figures = scorer.score(found, gold[gold["msg_id"].isin(part)])
        print(
            f"  {name} {figures['messages']} 条：准确 {figures['precision']:.3f} 召回 {figures['recall']:.3f}"
            f" F1 {figures['f1']:.3f} 主地点 {figures['primary_accuracy']:.3f}"
        )
    print(f"  {len(messages)} 条留言，每秒 {rate:.0f} 条")


def read_gazetteer() -> Gazetteer:
    config = tomllib.loads((SAMPLE / "golmud.toml").read_text(encoding="utf-8"))
    districts = config["district"]
    return Gazetteer(
        places={place: entry["name"] for entry in districts for place in entry["places"]},
        districts=tuple(entry["name"] for entry in districts),
    )


def read_weeks() -> dict[str, pd.DataFrame]:
    return {
        "2024w41": pd.read_csv(SAMPLE / "calls_2024w41.csv", encoding="gb18030", dtype=str),
        "2024w42": pd.read_excel(SAMPLE / "calls_2024w42.xlsx", engine="calamine", header=1, dtype=str),
    }


def bare(place: str) -> str:
    return place.removesuffix("小区").removesuffix("一期")


def score_week(name: str, calls: pd.DataFrame, gazetteer: Gazetteer, label: str) -> None:
    gold = pd.read_csv(SAMPLE / f"gold_{name}.csv", dtype=str).fillna("")
    calls = calls.fillna("").drop_duplicates("来电编号").merge(gold, left_on="来电编号", right_on="msg_id")
    places, rate = timed([normalise(text) for text in calls["诉求内容"]], gazetteer)
    calls = calls.assign(found=places.primary.place, found_district=places.primary.district)
    some, none = calls[calls["place"] != ""], calls[calls["place"] == ""]
    exact = (some["found"] == some["place"]).mean()
    stem = (some["found"].map(bare) == some["place"].map(bare)).mean()
    district = (some["found_district"] == some["district"]).mean()
    print(
        f"  {name} {label}：有地点的 {len(some)} 件，地点 {exact:.3f}（不计后缀 {stem:.3f}），属地 {district:.3f}；"
        f"无地点的 {len(none)} 件，仍给出 {(none['found'] != '').mean():.3f}；每秒 {rate:.0f} 件"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    args = parser.parse_args()
    score_messages(args.shared)
    print("样例周（合成数据；目标：地点 0.93，属地 0.95）")
    for name, calls in read_weeks().items():
        score_week(name, calls, read_gazetteer(), "有地名表")
        score_week(name, calls, Gazetteer(), "无地名表")


if __name__ == "__main__":
    main()
