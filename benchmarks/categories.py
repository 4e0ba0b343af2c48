"""Measure the classifier of demands against the usual TF-IDF + LinearSVC, recomputed in the same run.

Usage: python benchmarks/categories.py [--shared DIR] [--seeds N] [--skip-real]

Prints: the next week (train on week 41, tell week 42) with an ablation; other cities, told by what both weeks teach;
themes never seen (each theme is told by a classifier that has seen none of its calls); and 5-fold cross-validation on
the real messages, with ablations, calibration error and the accuracy on the most confident 80 %.

The other cities: two imaginary ones in ``benchmarks/data``, written by hand. The first was written before the
package's examples of demands, whose words were then widened after a look at its errors: its figure flatters. The
second was written after the first half of the examples and its errors were never looked at, but one hand wrote both;
examples that share many words with either city were struck out. The third are the real messages, told in the nine
categories: right is what may hold the message's own category. Nothing was fitted to them, though they were watched
while the weights were chosen; they are letters, not calls. The lexicon of demands knows the common themes of
hotlines, those of the sample among them: the figures for unseen themes flatter it more than a real other city would.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from hotspot.config import load_config
from hotspot.mine import categories as module
from hotspot.mine.categories import CategoryClassifier
from hotspot.text.normalise import normalise
from hotspot.text.segment import Segmenter
from hotspot.train import Evaluation, evaluate

ROOT = Path(__file__).resolve().parents[1]
# The categories of the sample that may hold what the public messages call …
MAY_HOLD = {
    "城乡建设": {"城乡建设类"},
    "劳动和社会保障": {"社会事业类", "政务群团类"},
    "教育文体": {"社会事业类"},
    "商贸旅游": {"市场监管类", "其他类"},
    "环境保护": {"其他类", "城乡建设类", "公共安全类"},
    "卫生计生": {"社会事业类"},
    "交通运输": {"交通运输类"},
}
ABLATIONS = {
    "everything": {},
    "without the lexicon": {"_LEXICON_MOST": 1e-6},
    "without usual examples": {"usual_examples": lambda *_: []},
    "without telling columns": {"telling": lambda view, *_: np.ones(view.shape[1], dtype=np.float32)},
}


class Rows:
    """Texts, their words and their labels."""

    def __init__(self, texts: Sequence[str], words: Sequence[str], labels: Sequence[str]) -> None:
        self.texts, self.words, self.labels = list(texts), list(words), np.asarray(list(labels), dtype=object)

    def take(self, rows: Sequence[int]) -> Rows:
        """Return some of the rows."""
        return Rows([self.texts[i] for i in rows], [self.words[i] for i in rows], self.labels[rows])


def read_rows(texts: Sequence[str], labels: Sequence[str]) -> Rows:
    plain = [normalise(text) for text in texts]
    return Rows(plain, Segmenter().cut_all(plain), labels)


def read_week(golmud: Path, week: str) -> tuple[Rows, np.ndarray]:
    gold = pd.read_csv(golmud / f"gold_2024w{week}.csv", dtype=str, keep_default_na=False)
    gold = gold[gold["category"] != "无效"]
    path = golmud / f"calls_2024w{week}.csv"
    if path.exists():
        calls = pd.read_csv(path, dtype=str, encoding="gb18030", keep_default_na=False)
    else:
        sheet = pd.read_excel(path.with_suffix(".xlsx"), dtype=str, header=None, engine="calamine")
        head = next(row for row in range(5) if "诉求内容" in sheet.iloc[row].tolist())
        calls = sheet.iloc[head + 1 :].set_axis(sheet.iloc[head], axis=1)
    texts = calls.set_index("来电编号")["诉求内容"].reindex(gold["msg_id"])
    return read_rows(texts.tolist(), gold["category"].tolist()), gold["theme"].to_numpy(dtype=object)


def tell_as_usual(seen: Rows, held: Rows) -> np.ndarray:
    """Return what the reference tells: LinearSVC on TF-IDF of words and characters (1-3)."""
    words = TfidfVectorizer(analyzer=str.split, sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    known = sparse.hstack([words.fit_transform(seen.words), characters.fit_transform(seen.texts)], format="csr")
    asked = sparse.hstack([words.transform(held.words), characters.transform(held.texts)], format="csr")
    told: np.ndarray = LinearSVC(random_state=0).fit(known, seen.labels).predict(asked)
    return told


def fit(seen: Rows, terms: Any, seed: int = 0) -> CategoryClassifier:
    return CategoryClassifier(terms=terms, random_state=seed).fit(seen.texts, seen.labels.tolist(), words=seen.words)


def show(name: str, truth: np.ndarray, told: np.ndarray, confidence: np.ndarray | None = None) -> None:
    f1 = f1_score(truth, told, average="macro", labels=sorted(set(truth)), zero_division=0)
    line = f"  {name:41s} accuracy {accuracy_score(truth, told):.4f}  macro-F1 {f1:.4f}"
    if confidence is not None:
        found = evaluate(truth, told, confidence)
        line += f"  calibration error {found.calibration_error:.4f}  top 80 % {found.accuracy_top80:.4f}"
    print(line, flush=True)


@contextlib.contextmanager
def altered(changes: dict[str, Any]) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for name, value in changes.items():
            stack.enter_context(mock.patch.object(module, name, value))
        yield


def measure_next_week(seen: Rows, held: Rows, terms: Any) -> None:
    show("reference", held.labels, tell_as_usual(seen, held))
    for name, changes in ABLATIONS.items():
        with altered(changes):
            model = fit(seen, terms)
            for together in (False, True):
                told = model.predict_labels(held.texts, held.words, together=together)
                how = "calls together" if together else "each call alone"
                show(f"{name}, {how}", held.labels, told.labels, told.confidence)


def measure_other_cities(seen: Rows, real: Rows | None, terms: Any) -> None:
    model = fit(seen, terms)
    with altered(ABLATIONS["without usual examples"]):
        plain = fit(seen, terms)
    for name in ("other_city", "third_city"):
        table = pd.read_csv(ROOT / "benchmarks" / "data" / f"{name}.csv", dtype=str)
        held = read_rows(table["诉求内容"].tolist(), table["诉求分类"].tolist())
        print(f"  {name}, {len(held.labels)} calls")
        show("reference", held.labels, tell_as_usual(seen, held))
        for way, used in (("without usual examples", plain), ("everything", model)):
            for together in (False, True):
                told = used.predict_labels(held.texts, held.words, together=together)
                how = "calls together" if together else "each call alone"
                show(f"{way}, {how}", held.labels, told.labels, told.confidence)
    if real is None:
        return
    print(f"  real messages told in the nine categories, {len(real.labels)} letters")
    for way, labels in (
        ("reference", tell_as_usual(seen, real)),
        ("without usual examples", plain.predict_labels(real.texts, real.words).labels),
        ("everything", model.predict_labels(real.texts, real.words).labels),
    ):
        right = np.mean([told in MAY_HOLD[label] for told, label in zip(labels, real.labels, strict=True)])
        print(f"  {way:41s} accuracy {right:.4f}", flush=True)


def measure_unseen_themes(rows: Rows, themes: np.ndarray, terms: Any, seed: int) -> None:
    group = np.zeros(len(themes), dtype=int)
    draw = np.random.default_rng(seed)
    for label in sorted(set(rows.labels)):
        of_label = np.array(sorted(set(themes[rows.labels == label])), dtype=object)
        for number, theme in enumerate(draw.permutation(of_label)):
            group[themes == theme] = number % 4
    told = {name: np.full(len(themes), "", dtype=object) for name in ("reference", "each call alone", "calls together")}
    for number in range(4):
        held = np.flatnonzero(group == number)
        seen, asked = rows.take(np.flatnonzero(group != number)), rows.take(held)
        told["reference"][held] = tell_as_usual(seen, asked)
        model = fit(seen, terms)
        told["each call alone"][held] = model.predict_labels(asked.texts, asked.words, together=False).labels
        told["calls together"][held] = model.predict_labels(asked.texts, asked.words).labels
    for name, labels in told.items():
        show(name, rows.labels, labels)


def tell_in_folds(rows: Rows, seed: int, tell: Callable[[Rows, Rows], tuple[np.ndarray, np.ndarray]]) -> Evaluation:
    """Return how well `tell` (seen rows, asked rows: labels and confidence) does in 5-fold cross-validation."""
    told, confidence = np.full(len(rows.labels), "", dtype=object), np.zeros(len(rows.labels))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    for seen, held in folds.split(rows.labels, rows.labels.astype(str)):
        told[held], confidence[held] = tell(rows.take(seen), rows.take(held))
    return evaluate(rows.labels, told, confidence)


def measure_real(rows: Rows, seeds: int) -> None:
    """Print the reference and every ablation on the real messages: mean and deviation over draws of the folds."""

    def usual(seen: Rows, asked: Rows) -> tuple[np.ndarray, np.ndarray]:
        return tell_as_usual(seen, asked), np.zeros(len(asked.labels))

    def ours(seen: Rows, asked: Rows) -> tuple[np.ndarray, np.ndarray]:
        found = fit(seen, None).predict_labels(asked.texts, asked.words, together=False)
        return found.labels, found.confidence

    found: dict[str, list[Evaluation]] = {}
    for seed in range(seeds):
        found.setdefault("reference", []).append(tell_in_folds(rows, seed, usual))
        for name, changes in ABLATIONS.items():
            # Two folds are enough to calibrate what only an ablation tells.
            with altered(changes if not changes else {**changes, "count_folds": lambda rows: 2}):
                found.setdefault(name, []).append(tell_in_folds(rows, seed, ours))
    for name, runs in found.items():
        print(
            f"  {name:28s} accuracy {_spread([run.accuracy for run in runs])}"
            f"  macro-F1 {_spread([run.macro_f1 for run in runs])}"
            + ("" if name == "reference" else f"  calibration error {_spread([run.calibration_error for run in runs])}")
            + ("" if name == "reference" else f"  top 80 % {_spread([run.accuracy_top80 for run in runs])}"),
            flush=True,
        )


def _spread(values: Sequence[float]) -> str:
    """Return the mean and the standard deviation."""
    return f"{np.mean(values):.4f} ± {np.std(values, ddof=1) if len(values) > 1 else 0:.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--seeds", type=int, default=1, help="how often to draw the folds anew")
    parser.add_argument("--skip-real", action="store_true", help="leave out the cross-validation of the real messages")
    args = parser.parse_args()
    golmud, contest = args.shared / "data" / "golmud", args.shared / "data" / "contest" / "labelled_train.csv.gz"
    if not golmud.is_dir():
        print(f"no data in {args.shared}: nothing measured")
        sys.exit(0)
    terms = load_config().category_terms
    (first, first_themes), (second, second_themes) = read_week(golmud, "41"), read_week(golmud, "42")
    print("Next week: week 41 → week 42 (synthetic sample; target 0.93 / 0.90)")
    measure_next_week(first, second, terms)
    both = Rows(first.texts + second.texts, first.words + second.words, [*first.labels, *second.labels])
    table = pd.read_csv(contest, dtype=str, keep_default_na=False) if contest.exists() else None
    real = None if table is None else read_rows(table["留言详情"].tolist(), table["一级分类"].tolist())
    print("Other cities, told by both weeks (target 0.85 where the reference reaches 0.77)")
    measure_other_cities(both, real, terms)
    for seed in range(args.seeds):
        print(f"Themes never seen, both weeks, draw {seed}")
        measure_unseen_themes(both, np.concatenate([first_themes, second_themes]), terms, seed)
    if args.skip_real or real is None:
        return
    start = time.perf_counter()
    print(f"Real messages, 5-fold, {args.seeds} draws of the folds (target: reference + 0.012; top 80 %: 0.97)")
    measure_real(real, args.seeds)
    print(f"  {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
