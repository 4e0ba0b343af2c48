"""The classifier of demands: TF-IDF of words and characters, a lexicon of demands, one linear decision.

The confidence is calibrated on rows that the deciding machine had not seen. Where a whole file is told at once
(`CategoryClassifier.predict_labels`), its calls help to tell each other, as far as that helped among the training
rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hotspot.errors import InputError, ModelError
from hotspot.mine.category_folds import count_folds, draw_folds
from hotspot.mine.category_public import clear
from hotspot.mine.category_refine import Company, softmax
from hotspot.mine.category_seen import Prints, SeenRows, fingerprint
from hotspot.mine.category_surety import find_surety, fit_scale, fit_surety
from hotspot.mine.demand_lexicon import DemandLexicon, usual_examples
from hotspot.mine.features import Block, spell, telling, unit_rows
from hotspot.mine.impersonal import mask_all, mask_words
from hotspot.mine.settings import Settings
from hotspot.mine.word_table import WordTable
from hotspot.scale import Spread, here, slices
from hotspot.text.normalise import normalise_all
from hotspot.text.segment import Segmenter

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_TOLERANCE: Final = 0.01  # of the machine: finer changes no label and takes twice the time
_STRENGTHS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the words of the other calls of a file
# The next week is further from these rows than they are from each other: the largest strength is taken that still
# brings down the loss of the held-out rows by a fiftieth.
_WORTH: Final = 0.98
_BLOCKS: Final = (("words", 2), ("chars", 3))
_MAIN_WEIGHT: Final = 1.414  # both blocks together, against the lexicon's
# The lexicon is what one knows before any example: its weight falls with the number of examples.
_LEXICON_WEIGHT: Final = 9.0
_LEXICON_MOST: Final = 0.14
# What is only assumed (what categories usually hold, that words which sound alike are one) helps where examples are
# few and blurs where they are many: full weight up to this many rows, then falling with this power of their number.
_ASSUMED_UP_TO: Final = 3000
_ASSUMED_FALL: Final = 8
_USUAL_WEIGHT: Final = 0.2
_LEAST_ASSUMED: Final = 0.02  # below it, what is only assumed is left out
_BROKEN: Final = "请重新复制完整的模型文件夹，或用 hotspot train 重新训练"


class Predictions(NamedTuple):
    """One label per call, ``""`` where the classifier abstains, with its confidence and the number of known words."""

    labels: npt.NDArray[np.object_]
    confidence: Floats
    known: Integers


class Opinions(NamedTuple):
    """What is known of each text before it is compared with the others; parts of a file can be put together."""

    margins: Floats
    known: Integers
    words: WordTable  # without what tells persons apart


class _Machine(NamedTuple):
    """One linear decision: the gain of each view's columns, the weights, the offsets."""

    gains: list[npt.NDArray[np.float32]]
    weights: npt.NDArray[np.float32]
    offsets: Floats


class CategoryClassifier(Settings):
    """Gives each text of a demand its category.

    Parameters
    ----------
    terms : mapping of str to sequence of str, optional
        Key terms of each category, as the configuration names them: they join the lexicon of demands.
    strength : float
        Inverse of the regularisation (C of the linear machine).
    random_state : int
        Seed of the machine and of the folds on which the confidence is calibrated.

    Attributes
    ----------
    classes_ : array of str
        The categories, in the order of all columns.
    seen_ : SeenRows
        The texts it learned from, as fingerprints (see `has_seen`).
    prints_ : array of uint64
        The fingerprint of each training row, in the order given to `fit`.
    held_out_ : Predictions
        What machines that had not seen the row told of each training row, in the order given to `fit`.

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
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        words: Sequence[str] | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
        spread: Spread = here,
    ) -> CategoryClassifier:
        """Learn from labelled texts.

        `words` are the texts as `Segmenter.cut_all` gives them, if already there; `progress` hears how many machines
        are learned, of how many; `spread` computes a function of each part of the work.
        """
        plain, lines = _prepare(texts, words)
        if len(labels) != len(plain):
            raise InputError("文本与标签数量不一致", found=f"{len(plain)} 条文本，{len(labels)} 个标签")
        answers = np.asarray(list(labels), dtype=object)
        self.classes_ = np.array(sorted(set(answers.tolist())), dtype=object)
        if len(self.classes_) < 2:
            raise InputError("训练至少需要两个类别", found="、".join(map(str, self.classes_)) or "没有标签")
        # Rows are put in the order of their content, so that the order of the file cannot move a weight.
        order = np.array(sorted(range(len(plain)), key=lambda row: (plain[row], str(answers[row]))))
        plain, cut, answers = [plain[row] for row in order], mask_words(WordTable.of(lines)[order]), answers[order]
        numbers = np.searchsorted(self.classes_.astype(str), answers.astype(str)).astype(np.int64)
        # No model may know a person's name.
        cleared = spread(clear, [plain[rows] for rows in slices(len(plain))])
        public = [text for texts, _ in cleared for text in texts]
        private = frozenset().union(*(parts for _, parts in cleared))
        self._assumed = min(1.0, (_ASSUMED_UP_TO / len(plain)) ** _ASSUMED_FALL)
        usual = usual_examples(self.classes_.tolist(), self.terms) if self._assumed >= _LEAST_ASSUMED else []
        shown = mask_all([text for text, _ in usual])
        shown_cut = mask_words(WordTable.of_tokens(Segmenter().tokenize([text for text, _ in usual])))
        self.blocks_ = [Block(kind, orders) for kind, orders in _BLOCKS]
        self.blocks_[0].fit(WordTable.joined([cut, shown_cut]), private)
        self.blocks_[1].fit(public + shown)
        self.lexicon_ = DemandLexicon(self.terms)
        views = self._views(public, cut, spread)
        theirs = np.array([self.classes_.tolist().index(name) for _, name in usual], dtype=np.int64)
        self._usual = self._views(shown, shown_cut), theirs
        listed = min(_LEXICON_MOST, _LEXICON_WEIGHT / np.sqrt(len(plain)))
        self._view_weights = [_MAIN_WEIGHT, listed, listed * self._assumed]
        folds = count_folds(len(plain))
        learn = partial(self._learn_apart, views, numbers, draw_folds(public, numbers, self.random_state, folds))
        learned: list[tuple[_Machine, Integers, Floats]] = []
        waves = [[number] for number in range(-1, folds)] if spread is here else [list(range(-1, folds))]
        for wave in waves:
            progress(len(learned), 1 + folds)
            learned += spread(learn, wave)
        progress(1 + folds, 1 + folds)
        self.machine_ = learned[0][0]
        margins = np.zeros((len(plain), len(self.classes_)))
        for _, held, told in learned:
            margins[held] = told
        self._calibrate(margins, self._known(views), numbers, public, cut, order)
        del self._usual
        return self

    def _learn_apart(
        self, views: list[Any], numbers: Integers, fold: Integers, number: int
    ) -> tuple[_Machine, Integers, Floats]:
        """Learn from the rows of the other folds; return that, the rows of this fold, and what is told of them.

        There is no fold -1: all rows are learned from, and nothing is told.
        """
        seen, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        if number >= 0 and len(set(numbers[seen])) < len(self.classes_):
            seen, held = np.arange(len(numbers)), held[:0]
        machine = self._learn([view[seen] for view in views], numbers[seen])
        return machine, held, self._decide(machine, [view[held] for view in views])

    def _calibrate(
        self, margins: Floats, known: Integers, numbers: Integers, texts: list[str], cut: WordTable, order: Integers
    ) -> None:
        """Choose scale and strength by what machines told of rows that they had not seen."""
        self.scale_, _ = fit_scale(margins, numbers)
        self.others_, self.second_scale_, most = 0.0, 1.0, np.inf
        company = Company(cut)
        for strength in _STRENGTHS:
            second, loss = fit_scale(company.refine(margins * self.scale_, strength), numbers)
            most = min(most, loss * _WORTH) if strength == 0 else most
            if strength == 0 or loss <= most:
                self.others_, self.second_scale_ = strength, second
        alone = softmax(margins * self.scale_)
        settled = softmax(company.refine(margins * self.scale_, self.others_) * self.second_scale_)
        self.sure_alone_ = fit_surety(alone, numbers)
        self.sure_settled_ = fit_surety(settled, numbers)
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        self.held_out_ = self._told(alone[back], known[back], self.sure_alone_)
        told, confidence, _ = self._told(alone, known, self.sure_alone_)
        places = {name: at for at, name in enumerate(self.classes_.tolist())}
        prints, at = fingerprint(texts), np.array([places.get(name, -1) for name in told], dtype=np.int32)
        self.prints_, self.seen_ = prints[back], SeenRows.of(prints, at, confidence)

    def _learn(self, views: list[Any], numbers: Integers) -> _Machine:
        from sklearn.svm import LinearSVC

        gains = [telling(view, numbers, len(self.classes_)) for view in views]
        usual, theirs = self._usual
        features = sparse.vstack([self._weighed(views, gains), self._weighed(usual, gains)], format="csr")
        weights = np.concatenate([np.ones(len(numbers)), np.full(len(theirs), _USUAL_WEIGHT * self._assumed)])
        machine = LinearSVC(C=self.strength, tol=_TOLERANCE, random_state=self.random_state)
        machine.fit(features, np.concatenate([numbers, theirs]), sample_weight=weights)
        weights, offsets = machine.coef_, machine.intercept_
        if len(machine.classes_) == 2:
            weights, offsets = np.vstack([-weights, weights]), np.array([-offsets[0], offsets[0]])
        return _Machine(gains, weights.T.astype(np.float32), offsets.astype(np.float64))

    def _weighed(self, views: list[Any], gains: Sequence[npt.NDArray[np.float32]]) -> Any:
        parts = []
        for view, gain, weight in zip(views, gains, self._view_weights, strict=True):
            part = view.copy()
            part.data = part.data * gain[part.indices]
            part = unit_rows(part)
            part.data *= np.float32(weight)
            parts.append(part)
        return sparse.hstack(parts, format="csr")

    def _decide(self, machine: _Machine, views: list[Any]) -> Floats:
        return np.asarray(self._weighed(views, machine.gains) @ machine.weights + machine.offsets, dtype=np.float64)

    def _views(self, texts: Sequence[str], cut: WordTable, spread: Spread = here) -> list[Any]:
        parts = spread(self._view, [(texts[rows], cut[rows]) for rows in slices(len(texts)) or [slice(0)]])
        return [sparse.vstack(views, format="csr") for views in zip(*parts, strict=True)]

    def _view(self, part: tuple[Sequence[str], WordTable]) -> tuple[Any, Any, Any]:
        texts, cut = part
        spelled = spell(texts)
        both = sparse.hstack([self.blocks_[0].transform(cut), self.blocks_[1].transform(spelled)], format="csr")
        return both, *self.lexicon_.transform(spelled)

    def _known(self, views: list[Any]) -> Integers:
        """Return the number of known words of each text."""
        rows = np.repeat(np.arange(views[0].shape[0]), np.diff(views[0].indptr))
        of_words = views[0].indices < len(self.blocks_[0].keys)
        known: Integers = np.bincount(rows[of_words], minlength=views[0].shape[0]).astype(np.int64)
        return known

    def has_seen(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return which texts were among those that the classifier learned from."""
        return self.seen_.find(_prints(texts)) >= 0

    def predict_held_out(
        self,
        texts: Sequence[str],
        words: Sequence[str] | None = None,
        prints: Prints | None = None,
        spread: Spread = here,
    ) -> Predictions:
        """Return what is told of each text alone by a machine that has not learned from it.

        Of a text that the classifier learned from, this is what the cross-validation of its training told. `prints` are
        the fingerprints of the texts (`prints_`), if another classifier has learned from them. `spread` computes a
        function of each part of the texts.
        """
        plain, cut = _prepare(texts, words)
        table, rows = WordTable.of(cut), slices(len(plain)) or [slice(0)]
        margins, known = zip(
            *spread(self._margins, [plain[of] for of in rows], [table[of] for of in rows]), strict=True
        )
        alone = softmax(np.concatenate(margins) * self.scale_)
        told = self._told(alone, np.concatenate(known), self.sure_alone_)
        at = self.seen_.find(_prints(texts) if prints is None else prints)
        seen, classes = at >= 0, np.append(self.classes_, "")  # -1, the abstention, is the last
        told.labels[seen] = classes[self.seen_.told[at[seen]]]
        told.confidence[seen] = self.seen_.confidence[at[seen]]
        return told

    def decision_function(self, texts: Sequence[str], words: Sequence[str] | None = None) -> Floats:
        """Return the margin of each class (columns in the order of ``classes_``)."""
        return self.opine(*_prepare(texts, words)).margins

    def predict_proba(self, texts: Sequence[str], words: Sequence[str] | None = None) -> Floats:
        """Return the calibrated probability of each class, each text told alone."""
        return self.alone(self.opine(*_prepare(texts, words)))

    def predict(self, texts: Sequence[str], words: Sequence[str] | None = None) -> npt.NDArray[np.object_]:
        """Return the most probable class of each text, told alone; never abstains (see `predict_labels`)."""
        chosen: npt.NDArray[np.object_] = self.classes_[self.decision_function(texts, words).argmax(axis=1)]
        return chosen

    def predict_labels(
        self, texts: Sequence[str], words: Sequence[str] | None = None, together: bool = True
    ) -> Predictions:
        """Return label, confidence and known words of each text; a text without known words gets label ``""``.

        Parameters
        ----------
        texts : sequence of str
        words : sequence of str, optional
            The texts as `Segmenter.cut_all` gives them.
        together : bool
            Whether the texts are the calls of one period, which help to tell each other.
        """
        opinions = self.opine(*_prepare(texts, words))
        return self.settle(opinions) if together else self._told(self.alone(opinions), opinions.known, self.sure_alone_)

    def opine(self, texts: Sequence[str], words: Sequence[str]) -> Opinions:
        """Return what the machine says of each normalised text alone: all that `settle` and `alone` need of it."""
        cut = mask_words(WordTable.of(words))
        views = self._views(mask_all(texts), cut)
        return Opinions(self._decide(self.machine_, views), self._known(views), cut)

    def _margins(self, texts: Sequence[str], words: WordTable) -> tuple[Floats, Integers]:
        return self.opine(texts, words)[:2]

    def alone(self, opinions: Opinions) -> Floats:
        """Return the calibrated probability of each class, each text told alone."""
        return softmax(opinions.margins * self.scale_)

    def settle(self, opinions: Opinions) -> Predictions:
        """Return label, confidence and known words of the calls of one period, which help to tell each other."""
        moved = Company(opinions.words).refine(opinions.margins * self.scale_, self.others_) * self.second_scale_
        return self._told(softmax(moved), opinions.known, self.sure_settled_)

    def _told(self, proba: Floats, known: Integers, surety: tuple[float, float]) -> Predictions:
        labels = np.where(known > 0, self.classes_[proba.argmax(axis=1)], "").astype(object)
        return Predictions(labels, np.where(known > 0, find_surety(proba, surety), 0.0), known)

    def to_state(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything learned as plain arrays (no pickle): input of `from_state`."""
        about = {"classes": self.classes_.tolist(), "params": self.get_params(deep=False)}
        state: dict[str, npt.NDArray[Any]] = {
            "about": np.frombuffer(json.dumps(about, ensure_ascii=False, sort_keys=True).encode(), dtype=np.uint8),
            "weights": self.machine_.weights,
            "offsets": self.machine_.offsets,
            "scales": np.array([self.scale_, self.others_, self.second_scale_, *self._view_weights]),
            "surety": np.array([*self.sure_alone_, *self.sure_settled_]),
        }
        state.update({f"gain{number}": gain for number, gain in enumerate(self.machine_.gains)})
        for number, block in enumerate(self.blocks_):
            state.update({f"block{number}_{name}": array for name, array in block.to_state().items()})
        state.update({f"seen_{name}": array for name, array in self.seen_.to_state().items()})
        state.update({f"lexicon_{name}": array for name, array in self.lexicon_.to_state().items()})
        return state

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> CategoryClassifier:
        """Return the classifier that gave this state; a state that does not fit together is a `ModelError`."""
        try:
            about = json.loads(state["about"].tobytes())
            made = cls(**about["params"])
            made.classes_ = np.array(about["classes"], dtype=object)
            made.scale_, made.others_, made.second_scale_, *made._view_weights = state["scales"].tolist()
            made.seen_ = SeenRows.from_state(_under("seen_", state))
            first, second, third, fourth = state["surety"].tolist()
            made.sure_alone_, made.sure_settled_ = (first, second), (third, fourth)
            gains = [state[f"gain{number}"] for number in range(3)]
            made.machine_ = _Machine(gains, state["weights"], state["offsets"])
            made.blocks_ = [Block(kind, orders) for kind, orders in _BLOCKS]
            for number, block in enumerate(made.blocks_):
                block.set_state({name: state[f"block{number}_{name}"] for name in ("words", "keys", "idf")})
            made.lexicon_ = DemandLexicon.from_state(_under("lexicon_", state))
        except (KeyError, ValueError, TypeError, IndexError) as fault:
            raise ModelError("模型权重不完整", found=str(fault), fix=_BROKEN) from fault
        themes = len(made.lexicon_.themes)
        columns = [sum(len(block.keys) for block in made.blocks_), themes, themes]
        fits = [len(gain) for gain in gains] == columns and all(len(b.keys) == len(b.idf) for b in made.blocks_)
        if not fits or made.machine_.weights.shape != (sum(columns), len(made.classes_)):
            raise ModelError("模型权重形状不符", found=str(made.machine_.weights.shape), fix=_BROKEN)
        return made


def _prints(texts: Sequence[str]) -> Prints:
    return fingerprint(clear(normalise_all(texts))[0])


def _under(prefix: str, state: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)}


def _prepare(texts: Sequence[str], words: Sequence[str] | None) -> tuple[list[str], Sequence[str]]:
    """Return the normalised texts and their words."""
    wrong = next((row for row, text in enumerate(texts) if not isinstance(text, str)), None)
    if wrong is not None:
        raise InputError("文本必须是字符串", where=f"第 {wrong + 1} 条", found=type(texts[wrong]).__name__)
    plain = normalise_all(texts)
    cut = Segmenter().cut_all(plain) if words is None else words
    if len(cut) != len(plain):
        raise InputError("文本与分词结果数量不一致", found=f"{len(plain)} 条文本，{len(cut)} 条分词")
    return plain, cut
