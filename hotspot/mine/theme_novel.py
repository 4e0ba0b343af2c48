"""Matters of the week that the lexicon does not know: found by the words that come up with them.

A new matter (a plant's smell, a school bus) brings words that the lexicon lacks. The calls that hold such a word are
alike in their other words, and the lexicon says little about them and scatters them over many themes. The words are
grouped by the calls they share; each group becomes a theme of its own, named by its two most typical words.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from hotspot.mine.theme_lexicon import ThemeEntry, ThemeLexicon
from hotspot.mine.vectors import to_unit
from hotspot.mine.word_table import WordTable

# A word of a new matter: held by this many calls, and by no more than this share of all.
FEWEST: Final = 5
_LARGEST_SHARE: Final = 0.15
# Its calls are this many times as alike as any two calls.
_COHERENCE: Final = 2.3
# The lexicon says this much less about its calls than about all, and holds no such share of them in one theme.
_SILENCE: Final = 0.8
_DOMINANT: Final = 0.5
# What a group of words must weigh together: calls × log coherence × silence of the lexicon.
_WEIGHT: Final = 4.0
# Two words belong to one matter when their calls are this much alike.
_SAME_MATTER: Final = 0.3
_BYSTANDER: Final = 0.25
_MOST: Final = 30
_LOOKED_AT: Final = 50
_MOST_WORDS: Final = 600
# The lexicon is silent about these calls, so that what it hints at by chance must not outweigh a new matter's words.
_TERM_WEIGHT: Final = 2.0
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]{2,6}")
_COUNT: Final = re.compile(
    r"第?[一二三四五六七八九十百千万两几半零多上下前后这那每]{1,9}(?:[个号点月日天年次回遍元块斤米栋层楼户人家位辆台条件份只头期单挂分钟小时十来把趟顿]{1,9}|礼拜[一-龥]?)?"
    r"|[一-龥]{0,9}(?:礼拜|星期)[一-龥]?|(?:昨|今|明|前|后|当)[天日儿晚早年][一-龥]{0,9}|[一-龥]{1,9}(?:分钟|小时|个月)"
)
_NAME: Final = re.compile(r".{0,9}(?:女士|先生|师傅|大爷|大妈|阿姨|某某|小姐)|.{1,9}[路街巷村镇乡县苑庄]")
_PLACE: Final = re.compile(
    r"[\u4e00-\u9fff]{0,3}(?:小区|家园|花园|公寓|新城|新村|大厦|广场|路|街|巷|村|镇|乡|区|市|县|省|苑|园|院|庄|桥|期)"
)

Array = NDArray[np.float64]


@functools.cache
def load_stopwords() -> frozenset[str]:
    """Return the words that callers use about any matter."""
    text = resources.files("hotspot.resources").joinpath("theme_stopwords.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@dataclass(frozen=True, slots=True)
class _Word:
    """A candidate: its column, the calls that hold it, how topical it is."""

    column: int
    text: str
    weight: float


def find_novel_themes(
    texts: Sequence[str],
    words: Sequence[str],
    scores: Array,
    lexicon: ThemeLexicon,
    avoid: Collection[str] = (),
) -> tuple[ThemeEntry, ...]:
    """Return themes for the matters that the lexicon does not know, most striking first.

    Parameters
    ----------
    texts, words : sequence of str
        As for `hotspot.mine.themes.find_themes`.
    scores : array
        The lexicon's score of each theme for each call.
    lexicon : ThemeLexicon
        What is known.
    avoid : collection of str
        Names of places: a theme is never named after one.
    """
    if len(words) < 4 * FEWEST:
        return ()
    counts, vocabulary = _count(words)
    if not vocabulary:
        return ()
    candidates = _candidates(texts, counts, vocabulary, scores, lexicon, avoid)
    groups = [group for group in _group(candidates, counts) if sum(word.weight for word in group) >= _WEIGHT]
    groups.sort(key=lambda group: (-sum(word.weight for word in group), group[0].text))
    return tuple(_entry(group) for group in groups[:_MOST])


def _count(words: Sequence[str]) -> tuple[sparse.csc_matrix, list[str]]:
    """Return how often each call holds each word that may name a matter (calls × words)."""
    stop = load_stopwords()
    table = WordTable.of(words)
    fits = np.array([_CHINESE.fullmatch(word) is not None and word not in stop for word in table.words], dtype=np.bool_)
    if not fits.any():
        return sparse.csc_matrix((len(words), 0)), []
    counts = table.count(fits[table.ids])
    held = np.bincount(counts.indices, minlength=len(table.words))
    keep = np.flatnonzero((held >= FEWEST) & (held <= max(_LARGEST_SHARE * len(words), FEWEST)))
    keep = np.array(sorted(keep.tolist(), key=table.words.__getitem__), dtype=np.int64)
    return counts[:, keep].astype(float).tocsc(), [table.words[at] for at in keep.tolist()]


def _candidates(
    texts: Sequence[str],
    counts: sparse.csc_matrix,
    vocabulary: Sequence[str],
    scores: Array,
    lexicon: ThemeLexicon,
    avoid: Collection[str],
) -> list[_Word]:
    present = (counts > 0).astype(float)
    held = np.asarray(present.sum(axis=0)).ravel()
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    dominant = np.asarray(present.T @ (powers / powers.sum(axis=1, keepdims=True)) / held[:, None]).max(axis=1)
    evidence = scores.max(axis=1)
    silence = 1 - np.asarray(present.T @ evidence).ravel() / held / max(float(evidence.mean()), 1e-9)
    known = set(lexicon.terms)
    strong = sorted({term for entry in lexicon.entries for term in entry.strong})
    places = "\n".join(sorted(avoid))

    def may_name(word: str) -> bool:
        return not (word in known or word in places or _NAME.fullmatch(word) or _COUNT.fullmatch(word))

    unheard = np.flatnonzero((silence >= 1 - _SILENCE) & (dominant <= _DOMINANT)).tolist()
    columns = np.array([at for at in unheard if may_name(vocabulary[at])], dtype=np.int64)
    found = []
    for at, coherence in zip(columns.tolist(), _coherence(counts, present, columns), strict=True):
        calls = present.indices[present.indptr[at] : present.indptr[at + 1]][:_LOOKED_AT].tolist()
        word, held_in = vocabulary[at], [texts[call] for call in calls]
        if coherence < _COHERENCE or _names_place(word, held_in) or _part_of_known(word, held_in, strong):
            continue
        found.append(_Word(at, word, float(held[at] * np.log(coherence) * silence[at])))
    return sorted(found, key=lambda entry: (-entry.weight, entry.text))


def _weigh(counts: sparse.csc_matrix) -> sparse.csr_matrix:
    """Return the TF-IDF rows of the calls, of unit length: counts sublinear, the rarity smoothed."""
    matrix = counts.tocsr()
    spread = np.bincount(matrix.indices, minlength=matrix.shape[1])
    matrix.data = (1 + np.log(matrix.data)) * (np.log((1 + matrix.shape[0]) / (1 + spread)) + 1)[matrix.indices]
    return to_unit(matrix)


def _coherence(counts: sparse.csc_matrix, present: sparse.csc_matrix, columns: NDArray[np.int64]) -> Array:
    """Return how much more alike the calls of some words are, that word aside, than any two calls."""
    features, calls = _weigh(counts), counts.shape[0]
    filled = float((np.diff(features.indptr) > 0).sum())
    general = (float((np.asarray(features.sum(axis=0)) ** 2).sum()) - filled) / max(calls * (calls - 1), 1)
    present, own = present[:, columns], features.tocsc()[:, columns]
    held = np.diff(present.indptr)
    sums = (present.T @ features).tocsr()
    squares = np.asarray(own.multiply(own).sum(axis=0)).ravel()
    whole = np.asarray(sums.multiply(sums).sum(axis=1)).ravel() - np.asarray(own.sum(axis=0)).ravel() ** 2
    alike = (whole - (held - squares)) / np.maximum(held * (held - 1), 1)
    return np.asarray(np.maximum(alike, 1e-9) / max(general, 1e-9), dtype=np.float64)


def _names_place(word: str, texts: Sequence[str]) -> bool:
    """Return whether a word mostly stands before a place suffix (滨河 in 滨河新城小区)."""
    starts = [(text, text.find(word)) for text in texts if word in text]
    followed = sum(_PLACE.match(text, start + len(word)) is not None for text, start in starts)
    return followed > 0 and followed >= 0.5 * len(starts)


def _part_of_known(word: str, texts: Sequence[str], strong: Collection[str]) -> bool:
    """Return whether a word mostly stands within a term of the lexicon (搅拌 in 搅拌站)."""
    longer = [term for term in strong if word in term]
    inside = sum(any(term in text for term in longer) for text in texts)
    return inside > 0 and inside >= 0.5 * len(texts)


def _group(candidates: Sequence[_Word], counts: sparse.csc_matrix) -> list[list[_Word]]:
    """Put together the words whose calls are alike, by average linkage, each group in falling order of weight."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    strongest = candidates[:_MOST_WORDS]
    if len(strongest) < 2:
        return [[word] for word in strongest]
    features = _weigh(counts)
    present = (counts[:, [word.column for word in strongest]] > 0).astype(float)
    centres = to_unit(present.T @ features)
    apart = np.clip(1 - np.asarray((centres @ centres.T).todense()), 0, None)
    np.fill_diagonal(apart, 0)
    numbers = fcluster(linkage(squareform(apart, checks=False), "average"), 1 - _SAME_MATTER, "distance")
    groups: dict[int, list[_Word]] = {}
    for number, word in zip(numbers.tolist(), strongest, strict=True):
        groups.setdefault(number, []).append(word)
    return [_without_bystanders(group) for group in groups.values()]


def _without_bystanders(group: Sequence[_Word]) -> list[_Word]:
    """Leave out the words that came along with much stronger ones."""
    return [word for word in group if word.weight >= _BYSTANDER * group[0].weight]


def _entry(group: Sequence[_Word]) -> ThemeEntry:
    name = "、".join(word.text for word in group[:2])
    return ThemeEntry(name, tuple(word.text for word in group), weight=_TERM_WEIGHT)
