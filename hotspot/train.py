"""Training of a category model from labelled calls: what was used and refused, how good it is, the model folder."""

from __future__ import annotations

import difflib
import hashlib
import importlib.metadata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from hotspot.errors import InputError
from hotspot.mine.word_table import WordTable
from hotspot.scale import Spread, here, slices
from hotspot.store.models import load_model, save_model
from hotspot.text.dialogue import whole_call
from hotspot.text.segment import Segmenter, is_much

if TYPE_CHECKING:
    from hotspot.mine.categories import CategoryClassifier

_CHANCE: Final = 3.84  # of chi-squared with one degree of freedom, exceeded once in twenty
FEW_ROWS: Final = 20  # a category with fewer examples is learned badly: the office is told
_PACKAGES: Final = ("jieba", "numpy", "scikit-learn", "scipy")
_EVALUATION: Final = "evaluation.md"
_CONFUSION: Final = "confusion.png"

Labels = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A label that is no category: how many rows have it, which categories come near."""

    label: str
    rows: int
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well held-out rows were told: all of them and category by category."""

    rows: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    accuracy_top80: float
    classes: tuple[str, ...]
    per_class: tuple[tuple[str, int, float, float, float], ...]  # name, rows, precision, recall, F1
    confusion: tuple[tuple[int, ...], ...]  # rows: truth, columns: told, both in the order of `classes`


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same rows, each row told by machines that had not learned from it.

    ``gained`` are the rows that only the new model tells right, ``lost`` those that only the other one does.
    """

    name: str
    ours: Evaluation
    theirs: Evaluation
    gained: int
    lost: int

    @property
    def verdict(self) -> str:
        """Which of the two is better, in words, and whether it may be chance."""
        counts = f"只有新模型认对的 {self.gained} 行，只有原模型认对的 {self.lost} 行"
        if self.ours.macro_f1 == self.theirs.macro_f1:
            return f"两者的宏平均 F1 相同：{counts}"
        better = "新模型" if self.ours.macro_f1 > self.theirs.macro_f1 else "原模型"
        chance = "，差别可能出于偶然" if is_chance(self.gained, self.lost) else ""
        return f"{better}更好（宏平均 F1 更高）：{counts}{chance}"


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a training run did."""

    folder: Path
    rows: tuple[tuple[str, int], ...]  # category, rows used
    unlabelled: int
    doubles: int  # earlier labels of a call that a later row corrected
    refused: tuple[Refusal, ...]
    warnings: tuple[str, ...]
    evaluation: Evaluation
    compared: Comparison | None  # with the model in use


def train(
    calls: pd.DataFrame,
    *,
    categories: Sequence[str],
    terms: Mapping[str, Sequence[str]] | None = None,
    out: Path | str,
    replace: bool = False,
    compare_with: Path | str | None = None,
    note_compared: bool = True,
    file_hashes: Mapping[str, str] | None = None,
    random_state: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
    draw: Callable[[Evaluation], bytes] | None = None,
    spread: Spread = here,
) -> TrainingReport:
    """Train a model on labelled calls and write its folder.

    Parameters
    ----------
    calls : DataFrame
        Calls (see ``CALL_COLUMNS``) with their labels in ``category``, in the order in which they were given: of
        several rows with one ``msg_id`` the last one counts, for it is the correction.
    categories : sequence of str
        The valid names; rows with any other label are refused and told.
    terms : mapping of str to sequence of str, optional
        Key terms of each category.
    out : path
        The model folder to write.
    replace : bool
        Whether an existing folder may be overwritten.
    compare_with : path, optional
        A model to be measured on the same held-out rows.
    note_compared : bool
        Whether the comparison goes into the folder too, whose bytes then depend on the other model as well.
    file_hashes : mapping of str to str, optional
        Hash of each training file by its name, for the manifest.
    random_state : int
        Seed of the machine and of the folds.
    progress : callable, optional
        Called with (what, done, of how many).
    draw : callable, optional
        Draws the confusions as PNG, for the model folder.
    spread : Spread
        Where the work on parts of the calls, and each machine of the cross-validation, is done.

    Returns
    -------
    TrainingReport
    """
    out = Path(out)
    if out.exists() and not replace:
        raise InputError("模型文件夹已存在", where=str(out), fix="换一个 --out，或加 --replace 覆盖")
    rows, unlabelled, doubles, refused = _usable(calls, categories)
    texts = list(map(whole_call, rows["title"], rows["text"]))
    labels = rows["category"].to_numpy(dtype=object)
    counts = rows["category"].value_counts()
    used = tuple((name, int(counts.get(name, 0))) for name in categories)
    if sum(count > 1 for _, count in used) < 2:
        raise InputError("训练数据不足", found=f"可用 {len(rows)} 行", fix="至少两个类别各有两行带标签的数据")
    step = progress or (lambda what, done, total: None)
    words = _segment(texts, step, spread)
    from hotspot.mine.categories import CategoryClassifier

    model = CategoryClassifier(terms=terms, random_state=random_state).fit(
        texts, labels.tolist(), words, lambda done, total: step("训练与交叉验证", done, total), spread
    )
    evaluation = evaluate(labels, model.held_out_.labels, model.held_out_.confidence)
    compared = None
    if compare_with is not None:
        step("与原模型比较", 0, 1)
        compared = _compare(texts, words, labels, (model, evaluation), Path(compare_with), spread)
        step("与原模型比较", 1, 1)
    warnings = tuple(
        f"类别“{name}”只有 {count} 行，少于 {FEW_ROWS} 行，识别效果难以保证" for name, count in used if count < FEW_ROWS
    )
    report = TrainingReport(
        out,
        used,
        unlabelled,
        doubles,
        refused,
        warnings,
        evaluation,
        compared,
    )
    manifest = _manifest(rows, used, evaluation, model, file_hashes or {}, random_state)
    noted = report if note_compared else replace_fields(report, compared=None)
    files = {_EVALUATION: describe(noted).encode()}
    if draw is not None:
        files[_CONFUSION] = draw(evaluation)
    save_model(out, model.to_state(), manifest, files)
    return report


def evaluate(labels: Labels, told: Labels, confidence: npt.NDArray[np.float64]) -> Evaluation:
    """Measure told labels against true ones; an abstention counts as wrong.

    Examples
    --------
    >>> truth, told = np.array(["甲", "乙"], dtype=object), np.array(["甲", "甲"], dtype=object)
    >>> evaluate(truth, told, np.array([0.9, 0.6])).accuracy
    0.5
    """
    classes = sorted(set(labels.tolist()))
    right = labels == told
    confusion = np.array([[int(((labels == a) & (told == b)).sum()) for b in classes] for a in classes])
    per_class = []
    for position, name in enumerate(classes):
        hit = confusion[position, position]
        precision = hit / max(1, int((told == name).sum()))
        recall = hit / max(1, int((labels == name).sum()))
        f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
        per_class.append((name, int((labels == name).sum()), float(precision), float(recall), float(f1)))
    bins = np.clip((confidence * 10).astype(int), 0, 9)
    error = sum(
        abs(right[bins == number].mean() - confidence[bins == number].mean()) * (bins == number).mean()
        for number in np.unique(bins)
    )
    sure = confidence >= np.quantile(confidence, 0.2)
    return Evaluation(
        rows=len(labels),
        accuracy=float(right.mean()),
        macro_f1=float(np.mean([f1 for *_, f1 in per_class])),
        calibration_error=float(error),
        accuracy_top80=float(right[sure].mean()),
        classes=tuple(classes),
        per_class=tuple(per_class),
        confusion=tuple(tuple(int(count) for count in line) for line in confusion),
    )


def describe(report: TrainingReport) -> str:
    """Return the evaluation as a page of Markdown."""
    found = report.evaluation
    lines = [
        "# 分类模型评估",
        "",
        f"训练数据 {found.rows} 行；以下指标来自交叉验证，每行都由没有见过它的模型判断。",
        "",
    ]
    lines += ["| 指标 | 数值 |", "| --- | --- |"]
    lines += [f"| {name} | {value:.4f} |" for name, value in _figures(found).items()]
    lines += ["", "| 类别 | 行数 | 精确率 | 召回率 | F1 |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {name} | {rows} | {p:.3f} | {r:.3f} | {f:.3f} |" for name, rows, p, r, f in found.per_class]
    lines += ["", "## 混淆矩阵（行为真实类别，列为判断类别）", ""]
    lines += ["| | " + " | ".join(found.classes) + " |", "| --- |" + " --- |" * len(found.classes)]
    for name, line in zip(found.classes, found.confusion, strict=True):
        lines.append(f"| {name} | " + " | ".join(map(str, line)) + " |")
    if report.compared is not None:
        lines += [
            "",
            f"## 与 {report.compared.name} 比较",
            "",
            f"同样的 {found.rows} 行；每一行在两边都由没有学过它的模型判断。",
            "",
            "| 指标 | 新模型 | 原模型 |",
            "| --- | --- | --- |",
        ]
        other = _figures(report.compared.theirs)
        lines += [
            f"| {name} | {value:.4f} | {other[name]:.4f} |" for name, value in _figures(report.compared.ours).items()
        ]
        lines += ["", f"{report.compared.verdict}。"]
    lines += ["", "## 数据", ""]
    lines += [f"- 无标签 {report.unlabelled} 行，同一编号的旧标签 {report.doubles} 行，未使用。"]
    for refusal in report.refused:
        near = "、".join(refusal.nearest) or "无"
        lines.append(f"- 不认识的类别“{refusal.label}”{refusal.rows} 行，未使用；相近的有效类别：{near}。")
    lines += [f"- {warning}。" for warning in report.warnings]
    return "\n".join(lines) + "\n"


def compare_labels(truth: Labels, ours: Labels, theirs: Labels) -> tuple[int, int]:
    """Return how many labels only the first is right about, and how many only the second.

    Examples
    --------
    >>> truth, first = np.array(["甲", "乙"], dtype=object), np.array(["甲", "甲"], dtype=object)
    >>> compare_labels(truth, first, np.array(["乙", "甲"], dtype=object))
    (1, 0)
    """
    return int(((truth == ours) & (truth != theirs)).sum()), int(((truth != ours) & (truth == theirs)).sum())


def is_chance(gained: int, lost: int) -> bool:
    """Whether rows gained and lost differ by no more than chance would make them (McNemar's test at 5 %).

    Examples
    --------
    >>> is_chance(12, 9), is_chance(40, 10)
    (True, False)
    """
    return (gained - lost) ** 2 <= _CHANCE * (gained + lost)


def _compare(
    texts: list[str],
    words: WordTable,
    labels: Labels,
    trained: tuple[CategoryClassifier, Evaluation],
    folder: Path,
    spread: Spread,
) -> Comparison:
    from hotspot.mine.categories import CategoryClassifier

    model, evaluation = trained
    told = CategoryClassifier.from_state(load_model(folder).arrays).predict_held_out(
        texts, words, model.prints_, spread
    )
    gained, lost = compare_labels(labels, model.held_out_.labels, told.labels)
    return Comparison(folder.name, evaluation, evaluate(labels, told.labels, told.confidence), gained, lost)


def _figures(found: Evaluation) -> dict[str, float]:
    return {
        "准确率": found.accuracy,
        "宏平均 F1": found.macro_f1,
        "校准误差": found.calibration_error,
        "最有把握的 80% 的准确率": found.accuracy_top80,
    }


def nearest_names(label: str, categories: Sequence[str]) -> tuple[str, ...]:
    """Return the categories whose names come near a label.

    Examples
    --------
    >>> nearest_names("公共服务", ["公共服务类", "交通运输类"])
    ('公共服务类',)
    """
    return tuple(difflib.get_close_matches(label, categories, n=3, cutoff=0.3))


def _usable(calls: pd.DataFrame, categories: Sequence[str]) -> tuple[pd.DataFrame, int, int, tuple[Refusal, ...]]:
    """Return the rows to learn from, with the numbers of those left out and why."""
    labels = calls["category"].str.strip()
    labelled = calls.assign(category=labels)[(labels != "") & (calls["text"].str.strip() != "")]
    valid = labelled["category"].isin(set(categories))
    strange = labelled.loc[~valid, "category"].value_counts()
    refused = tuple(
        Refusal(str(label), int(count), nearest_names(str(label), categories))
        for label, count in sorted(strange.items())
    )
    kept = labelled[valid]
    named = kept["msg_id"] != ""
    double = named & kept.duplicated("msg_id", keep="last")
    return kept[~double], len(calls) - len(labelled), int(double.sum()), refused


def _segment(texts: Sequence[str], step: Callable[[str, int, int], None], spread: Spread) -> WordTable:
    segmenter = Segmenter(many=is_much(texts))
    segmenter.check(texts)
    step("分词", 0, len(texts))
    parts = spread(partial(_cut, segmenter), [texts[rows] for rows in slices(len(texts))])
    step("分词", len(texts), len(texts))
    return WordTable.joined(parts)


def _cut(segmenter: Segmenter, texts: Sequence[str]) -> WordTable:
    from hotspot.text.normalise import normalise_all

    return WordTable.of_tokens(segmenter.tokenize(normalise_all(texts)))


def _manifest(
    rows: pd.DataFrame,
    used: Sequence[tuple[str, int]],
    evaluation: Evaluation,
    model: CategoryClassifier,
    file_hashes: Mapping[str, str],
    random_state: int,
) -> dict[str, Any]:
    files = []
    for name, part in sorted(rows.groupby("file"), key=lambda item: str(item[0])):
        content = "\n".join(sorted(f"{i}\t{c}\t{t}" for i, c, t in part[["msg_id", "category", "text"]].to_numpy()))
        entry = {"name": str(name), "rows": len(part), "content_sha256": hashlib.sha256(content.encode()).hexdigest()}
        if str(name) in file_hashes:
            entry["sha256"] = file_hashes[str(name)]
        files.append(entry)
    last = rows["time"].max()
    return {
        "classes": [str(name) for name in model.classes_],
        "date": "" if pd.isna(last) else last.date().isoformat(),
        "files": files,
        "rows": dict(used),
        "metrics": {
            "accuracy": round(evaluation.accuracy, 6),
            "macro_f1": round(evaluation.macro_f1, 6),
            "calibration_error": round(evaluation.calibration_error, 6),
            "accuracy_top80": round(evaluation.accuracy_top80, 6),
        },
        "packages": {name: importlib.metadata.version(name) for name in _PACKAGES},
        "words_hash": Segmenter().hash,
        "random_state": random_state,
    }
