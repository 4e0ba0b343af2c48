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
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hotspot.mine.theme_lexicon import ThemeLexicon, load_themes, with_extra
from hotspot.mine.theme_model import Sample, ThemeModel
from hotspot.mine.theme_names import name_themes
from hotspot.mine.theme_novel import FEWEST, find_novel_themes
from hotspot.mine.word_table import WordTable
from hotspot.scale import Kept, Spread, here, slices

OTHER: Final = "其他"

# A week is learned from at most this many calls, chosen by hash. Two samples of this size that share no call give 78 %
# of 100,000 calls the same theme, and two of twice the size 79 %: more calls would not tell more.
_SAMPLE: Final = 10_000
# A call without any term of the lexicon needs this share to be placed by its words alone.
_WITHOUT_TERMS: Final = 0.5
Read = Callable[..., "Spoken"]  # how what is spoken is got from a part that is kept, whole or some rows of it


def find_themes(
    texts: Sequence[str],
    words: Sequence[str],
    categories: Sequence[str],
    *,
    extra: Mapping[str, Sequence[str]] | None = None,
    avoid: Collection[str] = (),
    hits: Any = None,
    spread: Spread | None = None,
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
    lexicon = week_lexicon(extra)
    table = WordTable.of(words)
    found = lexicon.hits(texts) if hits is None else hits
    parts = [Spoken(texts[cut], table[cut], found[cut]) for cut in slices(len(texts))]
    told = [list(categories[cut]) for cut in slices(len(texts))]
    return search_themes(Kept(spread or here, parts), _itself, told, lexicon, avoid)


class Spoken(NamedTuple):
    """What themes are found in: normalised whole texts, their words, the terms of the week's lexicon in each."""

    texts: Sequence[str]
    words: WordTable
    hits: Any  # calls × terms


def search_themes(
    kept: Kept, read: Read, categories: Sequence[Sequence[str]], lexicon: ThemeLexicon, avoid: Collection[str] = ()
) -> list[str]:
    """Return the theme of each call of those that are kept in parts.

    Parameters
    ----------
    kept : Kept
        The parts.
    read : callable
        Returns what is spoken in a part, or in some rows of it.
    categories : sequence of sequence of str
        The predicted category of each call, part by part.
    lexicon : ThemeLexicon
        From `week_lexicon`.
    avoid : collection of str
        Names of places.
    """
    if not any(map(len, categories)):
        return []
    sample = _draw(kept, read, categories)
    model = _fit(lexicon, sample, avoid)
    names = [*name_themes(model, sample, len(lexicon.names), avoid), OTHER]
    placed = kept.ask(_Placer(read, model.without_sample(), len(names) - 1), categories)
    return [names[theme] for part in placed for theme in part.tolist()]


def _itself(part: Spoken, rows: NDArray[np.int64] | None = None) -> Spoken:
    if rows is None:
        return part
    return Spoken([part.texts[row] for row in rows.tolist()], part.words[rows], part.hits[rows])


@dataclass(frozen=True)
class _Placer:
    """Gives calls the number of their theme, once the model of the week is there."""

    read: Read
    model: ThemeModel
    other: int  # number for those that belong to none

    def __call__(self, part: Any, categories: Sequence[str]) -> NDArray[np.int16]:
        spoken = self.read(part)
        shares, evidence = self.model.shares(spoken.texts, spoken.words, categories, spoken.hits)
        placed = (evidence.max(axis=1, initial=0.0) > 0) | (shares.max(axis=1, initial=0.0) > _WITHOUT_TERMS)
        return np.where(placed, shares.argmax(axis=1), self.other).astype(np.int16)


def week_lexicon(extra: Mapping[str, Sequence[str]] | None = None) -> ThemeLexicon:
    """Return the package's lexicon with the themes of a configuration."""
    return ThemeLexicon(with_extra(load_themes(), extra or {}))


@dataclass(frozen=True)
class _Hasher:
    """Tells the hash of each call's content."""

    read: Read

    def __call__(self, part: Any, categories: Sequence[str]) -> NDArray[np.uint64]:
        texts = self.read(part).texts
        digests = [
            hashlib.blake2b(f"{text}\0{category}".encode("utf-8", "replace"), digest_size=8).digest()
            for text, category in zip(texts, categories, strict=True)
        ]
        return np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64)


@dataclass(frozen=True)
class _Teller:
    """Tells what is spoken in some calls."""

    read: Read

    def __call__(self, part: Any, rows: NDArray[np.int64]) -> Spoken:
        return self.read(part, rows)


def _draw(kept: Kept, read: Read, categories: Sequence[Sequence[str]]) -> Sample:
    """Return the calls to learn from in the order of their content's hash: the order of the rows does not matter."""
    hashes = kept.ask(_Hasher(read), categories)
    chosen = np.argsort(np.concatenate(hashes), kind="stable")[:_SAMPLE]
    ends = np.cumsum([0, *map(len, hashes)])
    part = np.searchsorted(ends, chosen, "right") - 1
    order = np.argsort(part, kind="stable")
    rows = np.split((chosen - ends[part])[order], np.searchsorted(part[order], np.arange(1, len(hashes))))
    told = kept.ask(_Teller(read), rows)
    # They come part by part: back into the order of the hashes.
    place = np.argsort(order)
    texts = [text for spoken in told for text in spoken.texts]
    labels = [theirs[row] for theirs, mine in zip(categories, rows, strict=True) for row in mine.tolist()]
    return Sample.of(
        [texts[at] for at in place.tolist()],
        WordTable.joined([spoken.words for spoken in told])[place],
        [labels[at] for at in place.tolist()],
        sparse.vstack([spoken.hits for spoken in told], format="csr")[place],
    )


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
