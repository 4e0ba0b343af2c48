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

from hotspot.mine.theme_lexicon import ThemeLexicon, load_themes, with_extra
from hotspot.mine.theme_model import Sample, ThemeModel
from hotspot.mine.theme_names import name_themes
from hotspot.mine.theme_novel import FEWEST, find_novel_themes
from hotspot.mine.word_table import WordTable
from hotspot.scale import here

OTHER: Final = "其他"

# A week is learned from at most this many calls, chosen by hash. Two samples of this size that share no call give 78 %
# of 100,000 calls the same theme, and two of twice the size 79 %: more calls would not tell more.
_SAMPLE: Final = 10_000
_CHUNK: Final = 4_000
# A call without any term of the lexicon needs this share to be placed by its words alone.
_WITHOUT_TERMS: Final = 0.5


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
    names = name_themes(model, sample, len(lexicon.names), avoid)
    parts = [slice(start, start + _CHUNK) for start in range(0, len(texts), _CHUNK)]
    placed = (spread or here)(
        _Placer(model, names), [(texts[part], words[part], categories[part], hits[part]) for part in parts]
    )
    return [name for part in placed for name in part]


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
