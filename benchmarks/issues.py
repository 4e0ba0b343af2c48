"""Measure the issues found in real messages, beside what the usual methods give, and how their cost grows.

``python benchmarks/issues.py`` scores on messages grouped by reading: the references of `issue_references`,
recomputed in the same run (quoted figures beside), the shipped settings, and coefficients fitted on one half of the
gold issues and scored on the other.
``python benchmarks/issues.py --grow`` times 5,000 to 80,000 calls (``--most 320000`` for more).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from issue_references import references
from scipy.optimize import minimize

from hotspot.mine.issue_crowds import join_crowds
from hotspot.mine.issue_linkage import link
from hotspot.mine.issue_pairs import Pairs, compare
from hotspot.mine.issue_score import COEFFICIENTS, agreements, likeness, probability
from hotspot.mine.issue_table import complete, word_columns
from hotspot.mine.issue_views import build_views
from hotspot.mine.issues import IssueClusterer, issue_table, place_columns
from hotspot.mine.places import find_places
from hotspot.text.normalise import normalise

MIN_SIZE = 4
FITTED = [
    name for name in COEFFICIENTS if name not in ("matter", "other_matter", "other_place")
]  # the gold messages carry no theme


def half(key: str) -> int:
    return hashlib.md5(key.encode()).digest()[0] % 2


def load(contest: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    raw = pd.read_csv(contest / "messages_f3.csv.gz", dtype=str).fillna("")
    titles, texts = ([normalise(text) for text in raw[name]] for name in ("留言主题", "留言详情"))
    places = find_places(texts, titles=titles)
    table = issue_table(
        texts,
        titles,
        msg_id=raw["留言编号"].tolist(),
        caller=raw["留言用户"].tolist(),
        time=pd.to_datetime(raw["留言时间"], format="mixed"),
        **place_columns(places.mentions, len(raw)),
    )
    gold = pd.read_csv(contest / "gold_f3.csv", dtype=str)
    return table, gold


def show(score, name: str, table: pd.DataFrame, labels: np.ndarray, gold: pd.DataFrame, quoted: str = "") -> None:
    found = labels >= 0
    predicted = pd.DataFrame({"msg_id": table["msg_id"][found], "issue_id": labels[found].astype(str)})
    figures = score(predicted, gold, MIN_SIZE)
    print(
        f"{name:58s} {figures['predicted_issues']:4d} {figures['found']:4d}/{figures['gold_issues']:3d}  "
        f"{figures['issue_f1']:.3f}    {figures['pair_f1']:.3f}   {figures['b3_f1']:.3f}   {quoted}".rstrip(),
        flush=True,
    )


def of_half(
    table: pd.DataFrame, labels: np.ndarray, gold: pd.DataFrame, number: int
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return labels and gold of one half: the other half's messages are neutral, groups without gold are divided."""
    mine = gold["issue_id"].map(half) == number
    neutral = gold.assign(unsure=np.where(mine, gold["unsure"], "1"))
    labels = labels.copy()
    known = table["msg_id"].isin(set(gold["msg_id"])).to_numpy()
    for label in sorted(set(labels.tolist()) - {-1}):
        rows = labels == label
        if not known[rows].any() and half(min(table["msg_id"][rows])) != number:
            labels[rows] = -1
    return labels, neutral


def fit(pairs: Pairs, truth: np.ndarray, weights: np.ndarray, chosen: np.ndarray) -> tuple[float, dict[str, float]]:
    """Return intercept and coefficients of fixed sign that fit the chosen pairs (logistic, L1)."""
    terms = agreements(pairs)
    signs = np.array([np.sign(COEFFICIENTS[name]) for name in FITTED])
    design = np.column_stack([terms[name][chosen] for name in FITTED]) * signs
    truth, weights = truth[chosen], weights[chosen] / weights[chosen].sum()
    penalty = 1e-3 * np.maximum(design.std(axis=0), 1e-6)

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        total = np.clip(beta[0] + design @ beta[1:], -40, 40)
        value = float((weights * (np.logaddexp(0, total) - truth * total)).sum() + penalty @ beta[1:])
        rest = weights * (1 / (1 + np.exp(-total)) - truth)
        return value, np.concatenate([[rest.sum()], design.T @ rest + penalty])

    start = np.concatenate([[-4.0], np.zeros(len(FITTED))])
    bounds = [(None, None)] + [(0, None)] * len(FITTED)
    beta = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x
    return float(beta[0]), dict(zip(FITTED, (beta[1:] * signs).tolist(), strict=True))


def quality(score, contest: Path) -> None:
    table, gold = load(contest)
    issue = table["msg_id"].map(dict(zip(gold["msg_id"], gold["issue_id"], strict=True))).fillna("").to_numpy()
    unsure = table["msg_id"].isin(gold["msg_id"][gold["unsure"] == "1"]).to_numpy()
    print(f"{'method':58s} pred found/gold issue-F1 pair-F1 B3-F1   quoted")
    for name, quoted, labels in references(table, issue, unsure):
        show(score, name, table, labels, gold, quoted)

    clusterer = IssueClusterer(min_size=MIN_SIZE)
    labels = clusterer.fit_predict(table)
    show(score, "ours, as shipped", table, labels, gold)
    for number in (0, 1):
        show(score, f"  its half {number} of the gold issues", table, *of_half(table, labels, gold, number))
    bare = table.assign(title="", title_words="")
    show(score, "ours, titles taken away", table, IssueClusterer(min_size=MIN_SIZE).fit_predict(bare), gold)

    side = np.array([half(name or message) for name, message in zip(issue, table["msg_id"], strict=True)])
    views = build_views(complete(table), *word_columns(table))
    pairs = compare(views)
    truth = ((issue[pairs.left] == issue[pairs.right]) & (issue[pairs.left] != "")).astype(float)
    sizes = pd.Series(issue).map(pd.Series(issue[issue != ""]).value_counts()).fillna(1).to_numpy()[pairs.left]
    weights = np.where(truth == 1, 1.0 / sizes, 1.0)  # every issue alike, whatever its size
    weights[truth == 1] *= truth.sum() / weights[truth == 1].sum()
    for number in (0, 1):
        chosen = (
            (side[pairs.left] == number) & (side[pairs.right] == number) & ~unsure[pairs.left] & ~unsure[pairs.right]
        )
        alone = probability(pairs, *fit(pairs, truth, weights, chosen))
        labels = np.full(len(table), -1)
        likely = likeness([(pairs.left, pairs.right)], [alone], len(table))
        groups = link(len(table), *likely, clusterer.cut)
        for label, group in enumerate(join_crowds(views, groups, clusterer.cut)):
            labels[group] = label
        name = f"ours, fitted on half {number}, scored on half {1 - number}"
        show(score, name, table, *of_half(table, labels, gold, 1 - number))


def grown(table: pd.DataFrame, size: int) -> pd.DataFrame:
    """Return `size` calls made of the real ones: each copy a city of its own.

    Its places and its other rare words (names of firms, of programmes) are others, its clauses stand in another order,
    some are left out.
    """
    spread = Counter(word for words in table["words"] for word in set(words.split()))
    rare = {word for word, calls in spread.items() if len(word) > 1 and calls <= 0.01 * len(table)}
    chance = random.Random(7)
    stops = set("，。！？；,.!?;")
    rows = []
    for copy in range(-(-size // len(table))):

        def other(names: str, copy: int = copy) -> dict[str, str]:
            return {name: renamed(name, copy) for name in names.split("|") if name}

        for row in table.itertuples(index=False):
            if len(rows) == size:
                break
            names = other(f"{row.places}|{row.mentions}")
            joined = row.mentions

            def word(text: str, joined: str = joined, copy: int = copy) -> str:
                return renamed(text, copy) if text in rare or (len(text) > 1 and text in joined) else text

            clauses: list[list[str]] = [[]]
            for text in row.words.split():
                if text in stops:
                    clauses.append([])
                else:
                    clauses[-1].append(word(text))
            if copy:
                clauses = [clause for clause in clauses if clause and chance.random() < 0.85] or clauses
                chance.shuffle(clauses)
            words = [text for clause in clauses for text in clause]
            title = [word(text) for text in row.title_words.split()]
            places = {
                name: "|".join(names[place] for place in getattr(row, name).split("|") if place)
                for name in ("head_places", "places", "mentions")
            }
            rows.append(
                {
                    "msg_id": f"{copy}-{row.msg_id}",
                    "title": "".join(title),
                    "text": "".join(words),
                    "title_words": " ".join(title),
                    "words": " ".join(words),
                    "caller": f"{copy}-{row.caller}",
                    "time": row.time,
                    **places,
                }
            )
    return pd.DataFrame(rows)


def renamed(name: str, copy: int) -> str:
    """Return a name of the same length and last character, another one in each copy."""
    if not copy:
        return name
    drawn = random.Random(f"{copy} {name}")
    return "".join(chr(0x4E00 + drawn.randrange(6000)) for _ in name[:-1]) + name[-1]


def grow(contest: Path, most: int) -> None:
    sizes = [size for size in (5_000, 20_000, 80_000, 320_000) if size <= most]
    measured = []
    print("calls    seconds      cpu  peak MiB  issues")
    for size in sizes:
        run = subprocess.run(
            [sys.executable, __file__, "--one", str(size), "--shared", str(contest.parents[1])],
            capture_output=True,
            text=True,
            check=True,
        )
        figures = json.loads(run.stdout.splitlines()[-1])
        measured.append((size, figures["cpu"]))
        print(
            f"{size:7d} {figures['seconds']:8.1f} {figures['cpu']:8.1f} {figures['peak']:9.0f} {figures['issues']:7d}",
            flush=True,
        )
    if len(measured) > 1:
        slope = np.polyfit(np.log([m[0] for m in measured]), np.log([m[1] for m in measured]), 1)[0]
        print(
            f"growth exponent of the processor time {slope:.2f} (target at most 1.2; 80,000 within 120 s and 3,072 MiB)"
        )


def one(contest: Path, size: int) -> None:
    table = grown(load(contest)[0], size)
    started, worked = time.perf_counter(), time.process_time()
    labels = IssueClusterer().fit_predict(table)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak, "issues": int(labels.max() + 1)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[1].parent / "shared")
    parser.add_argument("--grow", action="store_true")
    parser.add_argument("--most", type=int, default=80_000)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    contest = arguments.shared / "data" / "contest"
    if not contest.is_dir():
        print(f"no data to measure on: {contest} is missing")
        return
    if arguments.one:
        one(contest, arguments.one)
    elif arguments.grow:
        grow(contest, arguments.most)
    else:
        sys.path.insert(0, str(arguments.shared / "bench"))
        from score_issues import score

        quality(score, contest)


if __name__ == "__main__":
    main()
