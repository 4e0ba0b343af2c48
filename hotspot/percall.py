"""What each call says by itself: its spelling, its masked text, its words, what classifier and lexicon make of it.

Nothing here looks at a second call, so that the calls can be divided among processes and machines in any way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hotspot.mine.categories import CategoryClassifier, Opinions
from hotspot.mine.issue_areas import area_codes
from hotspot.mine.place_passes import Contents
from hotspot.mine.theme_lexicon import ThemeLexicon
from hotspot.mine.themes import Spoken
from hotspot.mine.word_table import WordTable
from hotspot.packed import Packed
from hotspot.schema import SECRET
from hotspot.text.dialogue import caller_texts, whole_call
from hotspot.text.mask import Marks, mask_all
from hotspot.text.normalise import normalise_all
from hotspot.text.segment import Segmenter
from hotspot.texts import Texts


class Part(NamedTuple):
    """Some calls, as they were read."""

    texts: Texts
    titles: Texts
    addresses: Texts
    regions: Texts
    secret: npt.NDArray[np.bool_]
    demand: npt.NDArray[np.bool_]

    def of(self, rows: slice) -> Part:
        """Return some of the calls."""
        columns: Any = (column[rows] for column in self)
        return Part(*columns)


class Voices(NamedTuple):
    """The demands of some calls in their own words: what stays where it was heard, for the passes that follow."""

    texts: Texts  # normalised
    titles: Texts
    addresses: Texts
    regions: Texts
    marks: Marks  # the personal data in the texts
    secret: npt.NDArray[np.bool_]
    demand: npt.NDArray[np.bool_]  # of all calls of the part, which of them these are
    silent: Texts  # masked texts of the calls without a demand
    apart: npt.NDArray[np.int64]  # the demands in which the caller says less than title and text
    callers: Texts  # what the callers say in those
    lexemes: Texts  # the words of the part
    ids: npt.NDArray[np.int32]  # of title and text
    ends: npt.NDArray[np.int64]
    hits: Any  # terms of the week's lexicon (calls × terms)


class Heard(NamedTuple):
    """What is told of some calls, with an entry for every demand."""

    codes: Texts  # of the areas that the caller names by letters
    quotable: Texts  # masked titles
    own_words: WordTable  # of what the caller said
    title_words: WordTable

    @classmethod
    def joined(cls, parts: Sequence[Told]) -> tuple[Heard, Opinions]:
        """Return what is told of all parts, one after another (at least one part)."""
        own, headings, counted = WordTable.joined_each(_Opened([part.words for part in parts]))
        codes, quotable = (Texts.joined(column) for column in zip(*(part[:2] for part in parts), strict=True))
        margins, known = (np.concatenate(column) for column in zip(*(part[2:4] for part in parts), strict=True))
        return cls(codes, quotable, own, headings), Opinions(margins, known, counted)


class Told(NamedTuple):
    """What is told of the demands of a part: as in `Heard`, the words packed."""

    codes: Texts
    quotable: Texts
    margins: npt.NDArray[np.float64]
    known: npt.NDArray[np.int64]
    words: Packed[tuple[WordTable, ...]]  # of what the caller said, of the titles, and those that categories count


class _Opened:
    """Packed values, each opened when it is its turn, as often as that is."""

    def __init__(self, parts: Sequence[Packed[tuple[WordTable, ...]]]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[tuple[WordTable, ...]]:
        return (part.open() for part in self._parts)


def contents(part: Packed[Voices]) -> Contents:
    """Return what places are found in."""
    voices = part.open()
    return Contents.of(*(column.tolist() for column in (voices.texts, voices.titles, voices.addresses, voices.regions)))


def spoken(part: Packed[Voices], rows: npt.NDArray[np.int64] | None = None) -> Spoken:
    """Return what themes are found in, of all the demands or of some."""
    voices = part.open()
    words = WordTable.numbered(voices.lexemes.tolist(), voices.ids, voices.ends)
    if rows is None:
        return Spoken(_plain(voices.titles, voices.texts), words, voices.hits)
    return Spoken(_plain(voices.titles.taken(rows), voices.texts.taken(rows)), words[rows], voices.hits[rows])


def said(part: Packed[Voices], rows: npt.NDArray[np.int64]) -> Texts:
    """Return what the callers say in some of the demands."""
    voices = part.open()
    place = {row: at for at, row in enumerate(voices.apart.tolist())}
    found = _plain(voices.titles.taken(rows), voices.texts.taken(rows))
    own = [(at, place[row]) for at, row in enumerate(rows.tolist()) if row in place]
    for (at, _), text in zip(own, voices.callers.taken([where for _, where in own]), strict=True):
        found[at] = text
    return Texts.of(found)


def masked(part: Packed[Voices]) -> Packed[Texts]:
    """Return the masked text of all calls of the part."""
    voices = part.open()
    found = np.empty(len(voices.demand), dtype=object)
    found[~voices.demand] = voices.silent.tolist()
    found[voices.demand] = _hide(voices.marks.set_in(voices.texts.tolist()), voices.secret, SECRET)
    return Packed(Texts.of(found.tolist()))


def _hide(texts: Sequence[str], secret: npt.NDArray[np.bool_], shown: str) -> list[str]:
    """Return the texts, those that are secret as what is shown in their place."""
    return [shown if hidden else text for hidden, text in zip(secret.tolist(), texts, strict=True)]


def _plain(titles: Texts, texts: Texts) -> list[str]:
    """Return title and text as one, as `normalise` makes it of them: they are so already."""
    return [" ".join(filter(None, both)) for both in zip(titles.tolist(), texts.tolist(), strict=True)]


class Listener:
    """Hears calls one by one.

    Parameters
    ----------
    classifier : CategoryClassifier
    lexicon : ThemeLexicon
        Themes of the package and of the configuration.
    many : bool
        Whether there are so many calls that the fast way of cutting words repays its start.

    Examples
    --------
    >>> from hotspot.gather import load_classifier
    >>> from hotspot.mine.themes import week_lexicon
    >>> listener = Listener(load_classifier(None)[0], week_lexicon())
    >>> said, empty = Texts.of(["坐席：您好。市民：暖气不热，电话13900001234"]), Texts.of([""])
    >>> voices, told = listener(Part(said, empty, empty, empty, np.array([False]), np.array([True])))
    >>> masked(voices).open()[0], Heard.joined([told])[0].own_words[0]
    ('坐席：您好。市民：暖气不热，电话[电话]', '暖气 不热 ， 电话 13900001234')
    """

    def __init__(self, classifier: CategoryClassifier, lexicon: ThemeLexicon, many: bool = False) -> None:
        self._classifier, self._lexicon = classifier, lexicon
        self._segmenter = Segmenter(many=many)

    def warm(self, texts: Sequence[str]) -> None:
        """Load the dictionary, which processes forked from this one have then, and try the fast way on some texts."""
        self._segmenter.cut_all(["暖气不热"])
        self._segmenter.check(texts)

    def __call__(self, part: Part) -> tuple[Packed[Voices], Told]:
        """Return what stays of the calls where they were heard, and what is told of them."""
        texts, titles = normalise_all(part.texts.tolist()), normalise_all(part.titles.tolist())
        rows = np.flatnonzero(part.demand)
        silent = mask_all([texts[row] for row in np.flatnonzero(~part.demand).tolist()])
        texts, titles = ([column[row] for row in rows.tolist()] for column in (texts, titles))
        whole = [whole_call(title, text) for title, text in zip(titles, texts, strict=True)]
        kept_texts, kept_titles = Texts.of(texts), Texts.of(titles)
        plain = _plain(kept_titles, kept_texts)
        callers = caller_texts(whole)
        # Where the speakers are not told apart, all of it is the caller's.
        apart = [at for at, (own, text) in enumerate(zip(callers, whole, strict=True)) if own != text]
        heard = zip(apart, normalise_all([callers[at] for at in apart]), strict=True)
        own = {at: text for at, text in heard if text != plain[at]}
        words = WordTable.of_tokens(self._segmenter.tokenize([*plain, *titles, *own.values()]))
        table = words[: len(rows)]
        own_rows = np.arange(len(rows))
        own_rows[list(own)] = 2 * len(rows) + np.arange(len(own))
        voices = Voices(
            kept_texts,
            kept_titles,
            Texts.of(normalise_all(part.addresses.taken(rows).tolist())),
            part.regions.taken(rows),
            Marks.of(texts),
            part.secret[rows],
            part.demand,
            Texts.of(_hide(silent, part.secret[~part.demand], SECRET)),
            np.array(list(own), dtype=np.int64),
            Texts.of(own.values()),
            Texts.of(table.words),
            table.ids,
            table.ends,
            self._lexicon.hits(plain),
        )
        margins, known, counted = self._classifier.opine(plain, table)
        return Packed(voices), Told(
            Texts.of(area_codes(title, own.get(at, plain[at])) for at, title in enumerate(titles)),
            Texts.of(mask_all(_hide(titles, part.secret[rows], ""))),
            margins,
            known,
            Packed((words[own_rows] if own else table, words[len(rows) : 2 * len(rows)], counted)),
        )
