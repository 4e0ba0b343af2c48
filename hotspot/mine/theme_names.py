"""The names of a week's themes: one matter, one name, in whatever words its callers told it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from hotspot.mine.theme_lexicon import STRONG, WEAK
from hotspot.mine.theme_model import Sample, ThemeModel
from hotspot.mine.theme_novel import FEWEST
from hotspot.mine.vectors import to_unit

# Two themes whose calls are this much alike (cosine of their centres) are one.
_SAME_THEME: Final = 0.45
_SAME_NEW: Final = 0.28  # two new ones
# Or this much, where the lexicon by itself says so of this share of the calls.
_HINTED: Final = 0.25
_HINTS: Final = 0.3
_TOLD: Final = 0.5  # or clearly so of so many, where the theme has no calls left: the new matter drew them all


def name_themes(model: ThemeModel, sample: Sample, known: int, avoid: Collection[str]) -> list[str]:
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
    groups = _group(centres, known)
    sums = _sums(groups, len(names))
    ours = to_unit(sums @ centres)
    near = np.asarray((ours @ to_unit(centres[:known]).T).todense())
    sizes = np.asarray(members.sum(axis=1))
    hints, sure = (np.asarray((sums @ told).todense()) / np.maximum(sums @ sizes, 1.0) for told in (hints, sure))
    near = np.where((near >= _SAME_THEME) | ((near >= _HINTED) & (hints >= _HINTS)), near, 0.0)
    near = np.where((sure >= _TOLD) & (sizes.ravel()[:known] < FEWEST), 1.0 + sure, near)
    for group, likeness in zip(groups, near, strict=True):
        best = int(likeness.argmax())
        for theme in group:
            names[theme] = names[best] if likeness[best] > 0 else names[group[0]]
    return names


def _group(centres: Any, known: int) -> list[list[int]]:
    """Return the new themes put together, the two most alike first."""
    groups = [[theme] for theme in range(known, centres.shape[0])]
    while len(groups) > 1:
        ours = to_unit(_sums(groups, centres.shape[0]) @ centres)
        alike = np.asarray((ours @ ours.T).todense())
        np.fill_diagonal(alike, 0.0)
        one, other = divmod(int(alike.argmax()), len(groups))
        if alike[one, other] < _SAME_NEW:
            break
        first, second = sorted((one, other))
        groups[first] += groups.pop(second)
    return groups


def _sums(groups: Sequence[Sequence[int]], width: int) -> Any:
    """Return the matrix that adds up what belongs to the themes of each group."""
    rows = [at for at, group in enumerate(groups) for _ in group]
    themes = [theme for group in groups for theme in group]
    return sparse.csr_matrix((np.ones(len(rows)), (rows, themes)), shape=(len(groups), width))


def _hints(evidence: NDArray[np.float64], least: float) -> Any:
    """Return the theme of which the lexicon says most, and more than `least`, in each call (calls × themes, ones)."""
    told = np.flatnonzero(evidence.max(axis=1) > least)
    best = evidence[told].argmax(axis=1)
    return sparse.csr_matrix((np.ones(len(told)), (told, best)), shape=evidence.shape)


def _matters(features: Sequence[str], avoid: Collection[str]) -> NDArray[np.bool_]:
    """Return which features tell of a matter, not of a place: two matters of one compound are two."""
    pairs = {name[at : at + 2] for name in avoid for at in range(len(name) - 1)}

    def of_place(word: str) -> bool:
        return len(word) > 1 and all(word[at : at + 2] in pairs for at in range(len(word) - 1))

    return np.array([not any(map(of_place, name.split("_"))) for name in features], dtype=np.bool_)
