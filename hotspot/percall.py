"""What each call says by itself: its spelling, its masked text, its words, what classifier and lexicon make of it.

Nothing here looks at a second call, so that the calls can be divided among processes and machines in any way.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import sparse

from hotspot.mine.categories import CategoryClassifier, Opinions
from hotspot.mine.theme_lexicon import ThemeLexicon
from hotspot.mine.word_table import WordTable
from hotspot.schema import SECRET
from hotspot.text.dialogue import caller_texts, whole_call
from hotspot.text.mask import mask_all
from hotspot.text.normalise import normalise_all
from hotspot.text.segment import Segmenter

_LISTS: Final = 7  # fields of `Heard` that are lists


class Part(NamedTuple):
    """Some calls, as they were read."""

    texts: Sequence[str]
    titles: Sequence[str]
    addresses: Sequence[str]
    secret: Sequence[bool]
    demand: Sequence[bool]

    def of(self, rows: slice) -> Part:
        """Return some of the calls."""
        return Part(self.texts[rows], self.titles[rows], self.addresses[rows], self.secret[rows], self.demand[rows])


class Heard(NamedTuple):
    """What some calls say. The first three have an entry for every call, the others for every demand."""

    texts: list[str]  # normalised
    titles: list[str]
    masked: list[str]
    addresses: list[str]
    quotable: list[str]  # masked titles
    plain: list[str]  # title and text
    said: list[str]  # the caller's part of it
    words: WordTable
    own_words: WordTable  # of what the caller said
    title_words: WordTable
    opinions: Opinions
    hits: Any  # terms of the week's lexicon (calls × terms)

    @classmethod
    def joined(cls, parts: Sequence[Heard]) -> Heard:
        """Return what the calls of all parts say, one after another (at least one part)."""
        lists: dict[str, Any] = {
            name: list(chain.from_iterable(getattr(part, name) for part in parts)) for name in cls._fields[:_LISTS]
        }
        columns = [[part.words, part.own_words, part.title_words, part.opinions.words] for part in parts]
        tables = [table for column in zip(*columns, strict=True) for table in column]
        size = len(lists["plain"])
        together = WordTable.joined(tables)
        words, own, titles, masked = (together[at * size : (at + 1) * size].trimmed() for at in range(4))
        margins, known = (np.concatenate([part.opinions[at] for part in parts]) for at in (0, 1))
        return cls(
            **lists,
            words=words,
            own_words=own,
            title_words=titles,
            opinions=Opinions(margins, known, masked),
            hits=sparse.vstack([part.hits for part in parts], format="csr"),
        )


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
    >>> heard = listener(Part(["坐席：您好。市民：暖气不热，电话13900001234"], [""], [""], [False], [True]))
    >>> heard.masked, heard.own_words[0]
    (['坐席：您好。市民：暖气不热，电话[电话]'], '暖气 不热 ， 电话 13900001234')
    """

    def __init__(self, classifier: CategoryClassifier, lexicon: ThemeLexicon, many: bool = False) -> None:
        self._classifier, self._lexicon = classifier, lexicon
        self._segmenter = Segmenter(many=many)

    def warm(self, texts: Sequence[str]) -> None:
        """Load the dictionary, which processes forked from this one have then, and try the fast way on some texts."""
        self._segmenter.cut_all(["暖气不热"])
        self._segmenter.check(texts)

    def __call__(self, part: Part) -> Heard:
        """Return what the calls say."""
        texts, titles = normalise_all(part.texts), normalise_all(part.titles)
        masked = [SECRET if hidden else text for hidden, text in zip(part.secret, mask_all(texts), strict=True)]
        rows = np.flatnonzero(np.asarray(part.demand, dtype=bool)).tolist()
        whole = [whole_call(titles[row], texts[row]) for row in rows]
        # What `normalise` makes of it: title and text are so already, and the line break between them becomes a blank.
        plain = [" ".join(filter(None, (titles[row], texts[row]))) for row in rows]
        callers = caller_texts(whole)
        # Where the speakers are not told apart, all of it is the caller's.
        apart = [at for at, (own, text) in enumerate(zip(callers, whole, strict=True)) if own != text]
        said = plain.copy()
        for at, own in zip(apart, normalise_all([callers[at] for at in apart]), strict=True):
            said[at] = own
        headings = [titles[row] for row in rows]
        differ = [at for at, (text, own) in enumerate(zip(plain, said, strict=True)) if text != own]
        words = WordTable.of_tokens(self._segmenter.tokenize([*plain, *headings, *(said[at] for at in differ)]))
        table = words[: len(rows)]
        own_rows = np.arange(len(rows))
        own_rows[differ] = 2 * len(rows) + np.arange(len(differ))
        return Heard(
            texts,
            titles,
            masked,
            normalise_all([part.addresses[row] for row in rows]),
            mask_all(["" if part.secret[row] else titles[row] for row in rows]),
            plain,
            said,
            table,
            words[own_rows] if differ else table,
            words[len(rows) : 2 * len(rows)],
            self._classifier.opine(plain, table),
            self._lexicon.hits(plain),
        )
