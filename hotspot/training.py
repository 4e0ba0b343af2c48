"""`hotspot train` and `hotspot evaluate` from files to lines of text: what `hotspot.train` needs is read here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from hotspot.config import Config
from hotspot.gather import load_classifier
from hotspot.mine.categories import Predictions
from hotspot.read.calls import read_calls
from hotspot.report.charts import render_png
from hotspot.report.charts_data import GridChart
from hotspot.report.tables import write_csv
from hotspot.store.history import History
from hotspot.store.output import write_file
from hotspot.text.dialogue import whole_call
from hotspot.text.mask import quote
from hotspot.train import FEWEST_COMPARED, Evaluation, describe, train
from hotspot.train import evaluate as measure


def train_files(
    files: Sequence[Path],
    config: Config,
    out: Path,
    *,
    mapping: Mapping[str, str],
    replace: bool = False,
    compare_with: Path | None = None,
    history: Path | None = None,
    progress: Callable[[str], None] = lambda stage: None,
) -> tuple[str, ...]:
    """Train a model on labelled exports and return its evaluation as lines.

    Corrections that the history keeps hold against the labels of the files, and make rows without a label usable.
    """
    corrections: dict[str, str] = {}
    if history is not None:
        with History(history) as kept:
            corrections = kept.corrections()
    calls = read_calls(files, mapping=mapping, need_time=False, need_label=not corrections).table
    calls = calls.assign(category=calls["msg_id"].map(corrections).fillna(calls["category"]))
    hashes = {quote(path.name): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}
    report = train(
        calls,
        categories=[entry.name for entry in config.category],
        terms=config.category_terms,
        out=out,
        replace=replace,
        compare_with=compare_with,
        file_hashes=hashes,
        progress=lambda what, done, total: progress(f"{what} {done}/{total}"),
        draw=draw_confusion,
    )
    return (*describe(report).splitlines(), f"模型 → {out}")


def draw_confusion(found: Evaluation) -> bytes:
    """Return the confusions of an evaluation as PNG: true categories down, told ones across."""
    heads = tuple(f"{name[:2]}\n{name[2:4]}" for name in found.classes)
    return render_png(GridChart("混淆矩阵（行为真实类别，列为判断类别）", found.classes, heads, found.confusion))


def evaluate_files(
    files: Sequence[Path], model: Path | None, out: Path | None, *, mapping: Mapping[str, str]
) -> tuple[str, ...]:
    """Measure a model on labelled exports and return its figures as lines; write the predictions to `out`."""
    table = read_calls(files, mapping=mapping, need_time=False, need_label=True).table
    name, told, found = _measure(table, model)
    lines = [
        f"模型 {name}，{found.rows} 件",
        f"准确率 {found.accuracy:.4f}，宏平均 F1 {found.macro_f1:.4f}，校准误差 {found.calibration_error:.4f}，"
        f"最有把握的 80% 的准确率 {found.accuracy_top80:.4f}",
    ]
    lines += [
        f"{label}\t{rows}件\t精确率{precision:.3f}\t召回率{recall:.3f}\tF1 {score:.3f}"
        for label, rows, precision, recall, score in found.per_class
    ]
    for truth, row in zip(found.classes, found.confusion, strict=True):
        wrong = sorted(((n, found.classes[at]) for at, n in enumerate(row) if n and found.classes[at] != truth))[-3:]
        if wrong:
            lines.append(f"{truth} 被认作：" + "，".join(f"{label}{count}件" for count, label in reversed(wrong)))
    if out is not None:
        rows = zip(table["msg_id"], told.labels, (f"{value:.4f}" for value in told.confidence), strict=True)
        write_file(out, write_csv(["msg_id", "category", "confidence"], rows))
        lines.append(f"预测 → {out}")
    return tuple(lines)


def compare_on_files(files: Sequence[Path], models: tuple[Path, Path]) -> tuple[str, ...]:
    """Measure two models on the same labelled exports; return both figures and which is better."""
    table = read_calls(files, mapping={}, need_time=False, need_label=True).table
    texts = list(map(whole_call, table["title"], table["text"]))
    known = np.any([load_classifier(model)[0].has_seen(texts) for model in models], axis=0)
    fair = int((~known).sum()) >= FEWEST_COMPARED
    if fair:
        told = f"在两个模型都没有学过的{int((~known).sum())}件上比较（另有{int(known.sum())}件学过，不计）"
        table = table[~known]
    else:
        told = f"{len(table)}件中有{int(known.sum())}件至少一个模型学过，它的数值偏高"
    measured = [_measure(table, model) for model in models]
    lines = [
        f"{name}\t准确率 {found.accuracy:.4f}\t宏平均 F1 {found.macro_f1:.4f}\t校准误差 {found.calibration_error:.4f}"
        for name, _, found in measured
    ]
    first, second = (found.macro_f1 for _, _, found in measured)
    better = "两个模型的宏平均 F1 相同" if first == second else f"{measured[first < second][0]} 的宏平均 F1 更高"
    return (told, *lines, better)


def _measure(table: pd.DataFrame, model: Path | None) -> tuple[str, Predictions, Evaluation]:
    classifier, (name, _) = load_classifier(model)
    texts = list(map(whole_call, table["title"], table["text"]))
    told = classifier.predict_labels(texts)
    return name, told, measure(table["category"].to_numpy(dtype=object), told.labels, told.confidence)
