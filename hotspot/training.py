"""`hotspot train` and `hotspot evaluate` from files to lines of text: what `hotspot.train` needs is read here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from hotspot.config import Config
from hotspot.errors import ModelError
from hotspot.gather import find_default_model, load_classifier
from hotspot.mine.categories import Predictions
from hotspot.read.calls import read_calls, read_labels
from hotspot.report.charts import render_png
from hotspot.report.charts_data import GridChart
from hotspot.report.tables import write_csv
from hotspot.scale import Processes, here, single_threaded
from hotspot.store.history import History
from hotspot.store.models import MANIFEST, read_manifest
from hotspot.store.output import write_file
from hotspot.text.dialogue import whole_call
from hotspot.text.mask import quote
from hotspot.train import Evaluation, compare_labels, describe, is_chance, train
from hotspot.train import evaluate as measure

_HISTORY = Path("hotspot.db")  # where `hotspot review import` keeps corrections unless told otherwise


@single_threaded
def train_files(
    files: Sequence[Path],
    config: Config,
    out: Path,
    *,
    mapping: Mapping[str, str],
    replace: bool = False,
    compare_with: Path | None = None,
    history: Path | None = None,
    jobs: int = 1,
    progress: Callable[[str], None] = lambda stage: None,
) -> tuple[str, ...]:
    """Train a model on labelled exports and return its evaluation as lines.

    Corrections that the history keeps hold against the labels of the files, and make rows without a label usable.
    Without `compare_with` the new model is compared with the one whose place it takes: the one in `out`, else the
    default one, where its categories are among those of the configuration.
    """
    corrections: dict[str, str] = {}
    if history is None and _HISTORY.is_file():
        history = _HISTORY
    if history is not None:
        with History(history) as kept:
            corrections = kept.corrections()
    calls, _ = read_labels(files, mapping=mapping, need_label=not corrections)
    corrected = calls["msg_id"].isin(corrections)
    calls.loc[corrected, "category"] = calls.loc[corrected, "msg_id"].map(corrections)
    hashes = {quote(path.name): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}
    categories = [entry.name for entry in config.category]
    in_use, why_not = (compare_with, "") if compare_with else _find_in_use(out, categories)
    report = train(
        calls,
        categories=categories,
        terms=config.category_terms,
        out=out,
        replace=replace,
        compare_with=in_use,
        # Compared with what happens to be in use, the folder would not follow from the data alone.
        note_compared=compare_with is not None,
        file_hashes=hashes,
        progress=lambda what, done, total: progress(f"{what} {done}/{total}"),
        draw=draw_confusion,
        spread=Processes(jobs) if jobs > 1 else here,
    )
    told = [*describe(report).splitlines()]
    if corrected.any():
        told.append(f"- 采用了历史库 {history} 中的人工更正 {calls.loc[corrected, 'msg_id'].nunique()} 件。")
    return (*told, *([why_not] if why_not else []), f"模型 → {out}")


def _find_in_use(out: Path, categories: Sequence[str]) -> tuple[Path | None, str]:
    """Return the model that the new one would take the place of, or why none can be compared."""
    try:
        path = out if (out / MANIFEST).is_file() else find_default_model()
        theirs = set(read_manifest(path).get("classes", []))
    except ModelError as fault:
        return None, f"没有与在用的模型比较：{fault}"
    if not theirs <= set(categories):
        strange = "、".join(sorted(map(str, theirs - set(categories)))[:5])
        return None, f"没有与在用的模型 {path.name} 比较：它的类别（{strange}）不在配置里"
    return path, ""


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
    texts, truth = list(map(whole_call, table["title"], table["text"])), table["category"].to_numpy(dtype=object)
    labels, lines, scores, names = [], [], [], []
    for model in models:
        classifier, (name, _) = load_classifier(model)
        told = classifier.predict_held_out(texts)
        found = measure(truth, told.labels, told.confidence)
        labels.append(told.labels)
        scores.append(found.macro_f1)
        names.append(name)
        lines.append(
            f"{name}\t准确率 {found.accuracy:.4f}\t宏平均 F1 {found.macro_f1:.4f}\t校准误差 "
            f"{found.calibration_error:.4f}\t学过其中 {int(classifier.has_seen(texts).sum())} 件"
        )
    first, second = compare_labels(truth, labels[0], labels[1])
    if scores[0] == scores[1]:
        better = "两个模型的宏平均 F1 相同"
    else:
        better = f"{names[scores[0] < scores[1]]} 更好（宏平均 F1 更高）"
    chance = "，差别可能出于偶然" if is_chance(first, second) else ""
    return (
        f"同样的 {len(table)} 件；模型学过的，用它交叉验证时没有见过该件的判断",
        *lines,
        f"{better}：只有 {names[0]} 认对的 {first} 件，只有 {names[1]} 认对的 {second} 件{chance}",
    )


def _measure(table: pd.DataFrame, model: Path | None) -> tuple[str, Predictions, Evaluation]:
    classifier, (name, _) = load_classifier(model)
    texts = list(map(whole_call, table["title"], table["text"]))
    told = classifier.predict_labels(texts)
    return name, told, measure(table["category"].to_numpy(dtype=object), told.labels, told.confidence)
