"""The theme of each call: one fine-grained matter in plain words, such as 供暖不热 or 查询工单办理进度.

A lexicon of what callers of any city turn to a hotline for gives the first guess; the week's own calls then teach a
linear classifier how people speak of each theme this week (self-training), so that a call without any of the
lexicon's terms is still placed. The category, predicted elsewhere, tells themes apart that share their words. Matters
that the lexicon does not know are found by their words and become themes of the week.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from hotspot.mine.theme_lexicon import STRONG, WEAK, ThemeLexicon, load_themes, with_extra
from hotspot.mine.theme_model import Sample, ThemeModel
from hotspot.mine.theme_novel import FEWEST, find_novel_themes
from hotspot.mine.word_table import WordTable

OTHER: Final = "其他"

# A week is learned from at most this many calls, chosen by hash: a province's week does not need all of them.
_SAMPLE: Final = 20_000
_CHUNK: Final = 4_000
# A call without any term of the lexicon needs this share to be placed by its words alone.
_WITHOUT_TERMS: Final = 0.5
# Two themes whose calls are this much alike (cosine of their centres) are one.
_SAME_THEME: Final = 0.45
_SAME_NEW: Final = 0.28  # two new ones
# Or this much, where the lexicon by itself says so of this share of the calls.
_HINTED: Final = 0.25
_HINTS: Final = 0.3
_TOLD: Final = 0.5  # or clearly so of so many, where the theme has no calls left: the new matter drew them all


def find_themes(
    texts: Sequence[str],
    words: Sequence[str],
    categories: Sequence[str],
    *,
    extra: Mapping[str, Sequence[str]] | None = None,
    avoid: Collection[str] = (),
    hits: Any = None,
    spread: Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]] | None = None,
) -> list[str]:
    """Return the theme of each call (n in, n out, same order).

    Parameters
    ----------
    texts : sequence of str
        Normalised, whole: what the operator says tells themes apart as well.
    words : sequence of str
        The same, segmented, joined by blanks.
    categories : sequence of str
        Predicted category of each call, ``""`` where unknown.
    extra : mapping, optional
        Themes of the configuration with their key terms.
    avoid : collection of str
        Names of places: no theme is named after one.
    hits : sparse matrix, optional
        What ``week_lexicon(extra).hits(texts)`` gives, where it is there already.
    spread : callable, optional
        Computes a function of each part of the calls; here, part by part, when left out.

    Examples
    --------
    >>> find_themes(["家里暖气片冰凉", "工地拖欠工资", ""], ["家里 暖气片 冰凉", "工地 拖欠 工资", ""], ["", "", ""])
    ['供暖不热', '拖欠工资', '其他']
    """
    if not len(texts):
        return []
    lexicon = week_lexicon(extra)
    hits = lexicon.hits(texts) if hits is None else hits
    words = WordTable.of(words)
    chosen = _choose(texts, categories)
    sample = Sample.of([texts[i] for i in chosen], words[chosen], [categories[i] for i in chosen], hits[chosen])
    model = _fit(lexicon, sample, avoid)
    names = _names(model, sample, len(lexicon.names), avoid)
    parts = [slice(start, start + _CHUNK) for start in range(0, len(texts), _CHUNK)]
    placed = (spread or _here)(
        _Placer(model, names), [(texts[part], words[part], categories[part], hits[part]) for part in parts]
    )
    return [name for part in placed for name in part]


def _here(function: Callable[[Any], Any], parts: Sequence[Any]) -> list[Any]:
    return [function(part) for part in parts]


@dataclass(frozen=True)
class _Placer:
    """Gives calls their theme, once the model of the week is there."""

    model: ThemeModel
    names: Sequence[str]

    def __call__(self, part: tuple[Sequence[str], Sequence[str], Sequence[str], Any]) -> list[str]:
        shares, evidence = self.model.shares(*part)
        placed = (evidence.max(axis=1) > 0) | (shares.max(axis=1) > _WITHOUT_TERMS)
        best = shares.argmax(axis=1)
        return [self.names[theme] if known else OTHER for theme, known in zip(best, placed, strict=True)]


def week_lexicon(extra: Mapping[str, Sequence[str]] | None = None) -> ThemeLexicon:
    """Return the package's lexicon with the themes of a configuration."""
    return ThemeLexicon(with_extra(load_themes(), extra or {}))


def _choose(texts: Sequence[str], categories: Sequence[str]) -> list[int]:
    """Return the calls to learn from in the order of their content's hash: the order of the rows does not matter."""
    keys = [
        (hashlib.blake2b(f"{text}\0{category}".encode("utf-8", "replace"), digest_size=8).digest(), i)
        for i, (text, category) in enumerate(zip(texts, categories, strict=True))
    ]
    return [i for _, i in sorted(keys)[:_SAMPLE]]


def _fit(lexicon: ThemeLexicon, sample: Sample, avoid: Collection[str]) -> ThemeModel:
    """Return the model of the week, its own new matters included."""
    model = ThemeModel(lexicon, sample)
    novel = find_novel_themes(sample.texts, sample.words, model.evidence, lexicon, avoid)
    if not novel:
        return model.fit(sample)
    wider = ThemeModel(ThemeLexicon((*lexicon.entries, *novel)), sample).fit(sample)
    sizes = np.bincount(wider.fitted.argmax(axis=1), minlength=len(wider.lexicon.names))[len(lexicon.names) :]
    held = tuple(entry for entry, size in zip(novel, sizes, strict=True) if size >= FEWEST)
    if len(held) == len(novel):
        return wider
    # What kept too few calls was no matter of its own.
    return (ThemeModel(ThemeLexicon((*lexicon.entries, *held)), sample) if held else model).fit(sample)


def _names(model: ThemeModel, sample: Sample, known: int, avoid: Collection[str]) -> list[str]:
    """Return the name of each theme of the model; what is one matter gets one name.

    Callers tell one new matter in different words, each of which may have gathered a theme. And a new matter that is
    alike to one of the known themes takes its name: the lexicon may know a matter and yet be silent about half of its
    calls.
    """
    names = list(model.lexicon.names)
    if len(names) == known or not sample.pairs.names:
        return names
    themes = model.fitted.argmax(axis=1)
    members = sparse.csr_matrix(
        (np.ones(len(themes)), (themes, np.arange(len(themes)))), shape=(len(names), len(themes))
    )
    centres = (members @ sample.features).tocsr()[:, _matters(sample.pairs.names, avoid)]
    hints, sure = (members @ _hints(model.evidence[:, :known], least) for least in (0.0, STRONG + WEAK))
    groups = [[theme] for theme in range(known, len(names))]
    while True:
        sums = sparse.csr_matrix(
            (
                np.ones(len(names) - known),
                ([at for at, group in enumerate(groups) for _ in group], [theme for group in groups for theme in group]),
            ),
            shape=(len(groups), len(names)),
        )
        ours = _unit_rows(sums @ centres)
        alike = np.asarray((ours @ ours.T).todense())
        np.fill_diagonal(alike, 0.0)
        one, other = np.unravel_index(alike.argmax(), alike.shape)
        if alike[one, other] < _SAME_NEW:
            break
        first, second = sorted((int(one), int(other)))
        groups[first] += groups.pop(second)
    near = np.asarray((ours @ _unit_rows(centres[:known]).T).todense())
    sizes = np.asarray(members.sum(axis=1))
    hints, sure = (np.asarray((sums @ told).todense()) / np.maximum(sums @ sizes, 1.0) for told in (hints, sure))
    near = np.where((near >= _SAME_THEME) | ((near >= _HINTED) & (hints >= _HINTS)), near, 0.0)
    near = np.where((sure >= _TOLD) & (sizes.ravel()[:known] < FEWEST), 1.0 + sure, near)
    for group, likeness in zip(groups, near, strict=True):
        best = int(likeness.argmax())
        for theme in group:
            names[theme] = names[best] if likeness[best] > 0 else names[group[0]]
    return names


def _hints(evidence: NDArray[np.float64], least: float) -> Any:
    """Return the theme of which the lexicon says most, and more than `least`, in each call (calls × themes, ones)."""
    told = np.flatnonzero(evidence.max(axis=1) > least)
    best = evidence[told].argmax(axis=1)
    return sparse.csr_matrix((np.ones(len(told)), (told, best)), shape=evidence.shape)


def _unit_rows(matrix: Any) -> Any:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags(1.0 / np.maximum(lengths, 1e-12)) @ matrix).tocsr()


def _matters(features: Sequence[str], avoid: Collection[str]) -> NDArray[np.bool_]:
    """Return which features tell of a matter, not of a place: two matters of one compound are two."""
    places = "\n".join(sorted(avoid))
    return np.array([not any(word in places for word in name.split("_")) for name in features], dtype=np.bool_)
