"""What reviewed calls are worth: correct 100 chosen calls of week 42, retrain, and compare with 100 random ones.

Run as ``python benchmarks/review.py``. Train on week 41; choose calls of week 42 as `hotspot review export` does, give
them their gold category (the analyst), retrain on week 41 and these, and measure on the rest of week 42: the calls that
neither way has seen. The random choice is drawn several times.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from hotspot.config import load_config
from hotspot.mine.categories import CategoryClassifier
from hotspot.mine.themes import find_themes
from hotspot.read.calls import read_calls
from hotspot.review import choose_calls
from hotspot.text.dialogue import caller_text
from hotspot.text.normalise import normalise
from hotspot.text.segment import Segmenter
from hotspot.train import evaluate

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
COUNT, DRAWS = 100, 3


def main() -> None:
    config = load_config(SAMPLE / "golmud.toml")
    first = read_calls([SAMPLE / "calls_2024w41.csv"]).table
    first = first[first["category"].ne("")]
    gold = pd.read_csv(SAMPLE / "gold_2024w42.csv", dtype=str).set_index("msg_id")["category"]
    second = read_calls([SAMPLE / "calls_2024w42.xlsx"]).table
    second = second[second["msg_id"].map(gold).ne("无效")].reset_index(drop=True)
    texts, truth = second["text"].tolist(), second["msg_id"].map(gold).to_numpy(dtype=object)
    said = [normalise(caller_text(normalise(text))) for text in texts]
    base = CategoryClassifier(terms=config.category_terms).fit(first["text"].tolist(), first["category"].tolist())
    told = base.predict_labels(texts)
    labels = np.where(told.labels == "", config.remainder, told.labels)
    themes = find_themes(said, Segmenter().cut_all(said), labels.tolist())
    ways = {
        "as review export chooses": set(choose_calls(second["msg_id"].tolist(), labels, told.confidence, themes, COUNT))
    }
    for seed in range(DRAWS):
        ways[f"random, draw {seed}"] = set(np.random.default_rng(seed).permutation(len(texts))[:COUNT].tolist())
    rest = np.array(sorted(set(range(len(texts))) - set().union(*ways.values())))
    held = [texts[at] for at in rest]

    def show(name: str, model: CategoryClassifier, corrected: int) -> None:
        found = model.predict_labels(held)
        figures = evaluate(truth[rest], found.labels, found.confidence)
        print(f"{name:26s} corrected {corrected:3d}  accuracy {figures.accuracy:.4f}  macro-F1 {figures.macro_f1:.4f}")

    print(f"measured on {len(rest)} calls of week 42 that no way has seen (synthetic sample)")
    show("without a review", base, 0)
    for name, chosen in ways.items():
        rows = sorted(chosen)
        model = CategoryClassifier(terms=config.category_terms).fit(
            first["text"].tolist() + [texts[at] for at in rows], first["category"].tolist() + truth[rows].tolist()
        )
        show(name, model, int((labels[rows] != truth[rows]).sum()))


if __name__ == "__main__":
    main()
