"""Large exports for measuring: the clauses of real texts put together anew, each text another one.

``python benchmarks/recombine.py 100000 calls.csv`` writes an export with labels. Copies of a few texts would flatter
every cache; here a call takes clauses of three texts of one category, in another order, with its own numbers.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
HEADER = ["来电编号", "来电时间", "来电号码", "诉求渠道", "诉求内容", "处理方式", "诉求分类"]
# The public messages have other categories than the sample: what comes nearest.
NEAREST = {
    "城乡建设": "城乡建设类",
    "劳动和社会保障": "社会事业类",
    "教育文体": "社会事业类",
    "商贸旅游": "市场监管类",
    "环境保护": "城乡建设类",
    "卫生计生": "社会事业类",
    "交通运输": "交通运输类",
}
_CLAUSE = re.compile(r"[^，。！？；,.!?;\s]+[，。！？；,.!?;\s]*")


def sources(shared: Path) -> list[tuple[str, str]]:
    """Return (text, category) of the sample weeks, and of the public messages where they are."""
    texts = []
    for week, read in (("41", pd.read_csv), ("42", pd.read_excel)):
        gold = pd.read_csv(ROOT / "data" / "sample" / f"gold_2024w{week}.csv", dtype=str)
        labels = dict(zip(gold["msg_id"], gold["category"], strict=True))
        if read is pd.read_csv:
            calls = read(ROOT / "data" / "sample" / f"calls_2024w{week}.csv", dtype=str, encoding="gb18030")
        else:
            sheet = read(ROOT / "data" / "sample" / f"calls_2024w{week}.xlsx", dtype=str, header=None)
            head = next(row for row in range(5) if "诉求内容" in sheet.iloc[row].tolist())
            calls = sheet.iloc[head + 1 :].set_axis(sheet.iloc[head], axis=1)
        rows = zip(calls["来电编号"], calls["诉求内容"].fillna(""), strict=True)
        texts += [(text, labels[name]) for name, text in rows if labels.get(name, "无效") != "无效"]
    public = shared / "data" / "contest" / "labelled_train.csv.gz"
    if public.exists():
        table = pd.read_csv(public, dtype=str).fillna("")
        texts += [(text, NEAREST[label]) for text, label in zip(table["留言详情"], table["一级分类"], strict=True)]
    return texts


def recombine(texts: Sequence[tuple[str, str]], count: int, seed: int = 0) -> Iterator[tuple[str, str]]:
    """Yield `count` texts with categories: clauses of three texts of one category, about as long as calls are."""
    clauses: dict[str, list[list[str]]] = defaultdict(list)
    for text, label in texts:
        if found := _CLAUSE.findall(text):
            clauses[label].append(found)
    weights = Counter(label for _, label in texts)
    names = sorted(clauses)
    draw = random.Random(seed)
    for label in draw.choices(names, [weights[name] for name in names], k=count):
        wanted = min(600, max(30, int(draw.lognormvariate(4.85, 0.5))))  # mean near 145 characters
        parts: list[str] = []
        while sum(map(len, parts)) < wanted:
            of = clauses[label][draw.randrange(len(clauses[label]))]
            at = draw.randrange(len(of))
            parts += of[at : at + 3]
        draw.shuffle(parts)
        yield re.sub(r"\d", lambda _: str(draw.randrange(10)), "".join(parts)), label


def write_export(path: Path, count: int, shared: Path, seed: int = 0) -> None:
    """Write an export of one week with `count` calls."""
    draw = random.Random(seed + 1)
    first = dt.datetime(2024, 10, 14)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for number, (text, label) in enumerate(recombine(sources(shared), count, seed)):
            time = first + dt.timedelta(seconds=draw.randrange(7 * 86400))
            caller = f"1540{draw.randrange(max(10, count * 4 // 5)):07d}"
            handling = draw.choice(("直接答复", "直接答复", "直接答复", "工单转办"))
            rows.writerow([f"B{number:08d}", f"{time:%Y-%m-%d %H:%M:%S}", caller, "电话", text, handling, label])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("path", type=Path)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments = parser.parse_args()
    write_export(arguments.path, arguments.count, arguments.shared)


if __name__ == "__main__":
    main()
