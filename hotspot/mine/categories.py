"""The classifier of demands: TF-IDF of words and characters, one linear decision, calibrated confidence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin

from hotspot.errors import InputError, ModelError
from hotspot.mine.features import Block, mask
from hotspot.text.dialogue import caller_text
from hotspot.text.normalise import normalise
from hotspot.text.segment import Segmenter

Floats = npt.NDArray[np.float64]


class Predictions(NamedTuple):
    """One label per call, ``""`` where the classifier abstains, with its confidence and the number of known words."""

    labels: npt.NDArray[np.object_]
    confidence: Floats
    known: npt.NDArray[np.int64]


class CategoryClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Gives each text of a demand its category.

    Parameters
    ----------
    terms : mapping of str to sequence of str, optional
        Key terms of each category, as the configuration names them.
    strength : float
        Inverse of the regularisation (C of the linear machine).
    random_state : int
        Seed of the machine and of the folds that calibrate the confidence.

    Examples
    --------
    >>> texts = ["家里暖气不热", "暖气片冰凉", "停水一天了", "公交车不来", "出租车拒载", "公交线路改了"] * 3
    >>> labels = ["公共服务类"] * 3 + ["交通运输类"] * 3
    >>> CategoryClassifier().fit(texts, labels * 3).predict(["暖气片不热"]).tolist()
    ['公共服务类']
    """

    def __init__(
        self, terms: Mapping[str, Sequence[str]] | None = None, strength: float = 1.0, random_state: int = 0
    ) -> None:
        self.terms = terms
        self.strength = strength
        self.random_state = random_state

    def fit(
        self, texts: Sequence[str], labels: Sequence[str], words: Sequence[str] | None = None
    ) -> CategoryClassifier:
        """Learn from labelled texts; `words` are the texts as `Segmenter.cut_all` gives them, if already there."""
        prepared, cut = self._prepare(texts, words)
        if len(labels) != len(prepared):
            raise InputError("文本与标签数量不一致", found=f"{len(prepared)} 条文本，{len(labels)} 个标签")
        answers = np.asarray(list(labels), dtype=object)
        self.classes_ = np.array(sorted(set(answers.tolist())), dtype=object)
        if len(self.classes_) < 2:
            raise InputError("训练至少需要两个类别", found="、".join(map(str, self.classes_)) or "没有标签")
        order = np.argsort(np.array([f"{label}\0{text}" for label, text in zip(answers, prepared, strict=True)]))
        # Rows are put in the order of their content, so that the order of the file cannot move a weight.
        self._fit_sorted([prepared[i] for i in order], [cut[i] for i in order], answers[order])
        return self

    def _fit_sorted(self, texts: list[str], cut: list[str], answers: npt.NDArray[np.object_]) -> None:
        from sklearn.model_selection import StratifiedKFold

        self.blocks_ = [Block("words", (1, 2)).fit(cut), Block("chars", (1, 2, 3)).fit(texts)]
        features = self._features(texts, cut)
        numbers = np.searchsorted(self.classes_.astype(str), answers.astype(str))
        self.weights_, self.offsets_ = self._machine(features, numbers)
        folds = min(5, int(np.bincount(numbers).min()))
        self.scale_ = 1.0
        if folds >= 2:
            margins = np.zeros((len(texts), len(self.classes_)))
            split = StratifiedKFold(folds, shuffle=True, random_state=self.random_state)
            for seen, held in split.split(features, numbers):
                weights, offsets = self._machine(features[seen], numbers[seen])
                margins[held] = features[held] @ weights + offsets
            self.scale_ = _temperature(margins, numbers)

    def _machine(self, features: Any, numbers: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.float32], Floats]:
        from sklearn.svm import LinearSVC

        machine = LinearSVC(C=self.strength, random_state=self.random_state).fit(features, numbers)
        weights, offsets = machine.coef_, machine.intercept_
        if len(self.classes_) == 2:
            weights, offsets = np.vstack([-weights, weights]), np.array([-offsets[0], offsets[0]])
        return weights.T.astype(np.float32), offsets.astype(np.float64)

    def _features(self, texts: Sequence[str], cut: Sequence[str]) -> Any:
        from scipy import sparse

        return sparse.hstack([self.blocks_[0].transform(cut), self.blocks_[1].transform(texts)], format="csr")

    def _prepare(self, texts: Sequence[str], words: Sequence[str] | None) -> tuple[list[str], list[str]]:
        wrong = next((row for row, text in enumerate(texts) if not isinstance(text, str)), None)
        if wrong is not None:
            raise InputError("文本必须是字符串", where=f"第 {wrong + 1} 条", found=type(texts[wrong]).__name__)
        plain = [normalise(text) for text in texts]
        cut = Segmenter().cut_all(plain) if words is None else list(words)
        if len(cut) != len(plain):
            raise InputError("文本与分词结果数量不一致", found=f"{len(plain)} 条文本，{len(cut)} 条分词")
        return [mask(caller_text(text)) for text in plain], [mask(line) for line in cut]

    def _margins(self, texts: Sequence[str], words: Sequence[str] | None) -> tuple[Floats, npt.NDArray[np.int64]]:
        prepared, cut = self._prepare(texts, words)
        features = self._features(prepared, cut)
        first = len(self.blocks_[0].keys)
        known = np.asarray((features[:, :first] != 0).sum(axis=1)).ravel().astype(np.int64)
        return np.asarray(features @ self.weights_ + self.offsets_, dtype=np.float64), known

    def decision_function(self, texts: Sequence[str], words: Sequence[str] | None = None) -> Floats:
        """Return the margin of each class (columns in the order of ``classes_``)."""
        return self._margins(texts, words)[0]

    def predict_proba(self, texts: Sequence[str], words: Sequence[str] | None = None) -> Floats:
        """Return the calibrated probability of each class."""
        return _softmax(self._margins(texts, words)[0] * self.scale_)

    def predict(self, texts: Sequence[str], words: Sequence[str] | None = None) -> npt.NDArray[np.object_]:
        """Return the most probable class of each text; never abstains (see `predict_labels`)."""
        chosen: npt.NDArray[np.object_] = self.classes_[self._margins(texts, words)[0].argmax(axis=1)]
        return chosen

    def predict_labels(self, texts: Sequence[str], words: Sequence[str] | None = None) -> Predictions:
        """Return label, confidence and known words of each text; a text without known words gets label ``""``."""
        margins, known = self._margins(texts, words)
        proba = _softmax(margins * self.scale_)
        labels = np.where(known > 0, self.classes_[proba.argmax(axis=1)], "").astype(object)
        return Predictions(labels, np.where(known > 0, proba.max(axis=1), 0.0), known)

    def to_state(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything learned as plain arrays (no pickle): input of `from_state`."""
        about = {"classes": self.classes_.tolist(), "params": self.get_params(deep=False)}
        state: dict[str, npt.NDArray[Any]] = {
            "about": np.frombuffer(json.dumps(about, ensure_ascii=False, sort_keys=True).encode(), dtype=np.uint8),
            "weights": self.weights_,
            "offsets": self.offsets_,
            "scale": np.array([self.scale_]),
        }
        for number, block in enumerate(self.blocks_):
            state.update({f"block{number}_{name}": array for name, array in block.to_state().items()})
        return state

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> CategoryClassifier:
        """Return the classifier that gave this state; a state that does not fit together is a `ModelError`."""
        try:
            about = json.loads(state["about"].tobytes())
            made = cls(**about["params"])
            made.classes_ = np.array(about["classes"], dtype=object)
            made.weights_, made.offsets_ = state["weights"], state["offsets"]
            made.scale_ = float(state["scale"][0])
            made.blocks_ = [Block("words", (1, 2)), Block("chars", (1, 2, 3))]
            for number, block in enumerate(made.blocks_):
                block.set_state({name: state[f"block{number}_{name}"] for name in ("words", "keys", "idf")})
        except (KeyError, ValueError, TypeError, IndexError) as fault:
            raise ModelError("模型权重不完整", found=str(fault), fix="请重新训练模型") from fault
        columns = sum(len(block.keys) for block in made.blocks_)
        lengths = all(len(block.keys) == len(block.idf) for block in made.blocks_)
        if made.weights_.shape != (columns, len(made.classes_)) or not lengths:
            raise ModelError("模型权重形状不符", found=str(made.weights_.shape), fix="请重新训练模型")
        return made


def _softmax(margins: Floats) -> Floats:
    raised = np.exp(margins - margins.max(axis=1, keepdims=True))
    scaled: Floats = raised / raised.sum(axis=1, keepdims=True)
    return scaled


def _temperature(margins: Floats, numbers: npt.NDArray[np.int64]) -> float:
    """Return the factor on the margins under which the held-out labels are most likely."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(numbers))

    def loss(logarithm: float) -> float:
        return float(-np.log(_softmax(margins * np.exp(logarithm))[rows, numbers] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 4.0), method="bounded").x))
