"""Segmentation of Chinese text into words with jieba.

jieba's lists differ between processes only through its dictionary, so a `Segmenter` is described by its user words
alone: it can be pickled, and each process loads a dictionary once. Where the optional package rjieba is installed, many
texts are cut through it, into the same words (see `segment_fast`).
"""

from __future__ import annotations

import hashlib
import heapq
import logging
import os
import re
import tempfile
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import Any, Final

from hotspot.arrays import find_ends, measure
from hotspot.text.batch import SEPARATOR
from hotspot.text.segment_fast import FastCutter, is_available
from hotspot.text.tokens import Tokens

_WORTH: Final = 400_000  # characters from which the fast way repays the second of its dictionary
_CHECKED: Final = 50  # texts of a run that are compared with jieba
_LOOKED_AT: Final = 2000  # texts that are held at a time when these are drawn
_LONGEST_RUN: Final = 400
_RUN: Final = re.compile(rf"([\u4e00-\u9fff]{{{_LONGEST_RUN}}})")


def is_much(texts: Iterable[str]) -> bool:
    """Return whether so much is to be cut that the fast way repays the second of its dictionary."""
    return any(length >= _WORTH for length in accumulate(map(len, texts)))


def _by_content(text: str) -> tuple[int, str]:
    return zlib.crc32(text.encode("utf-8", "replace")), text


def _pieces(text: str) -> list[str]:
    """Return `text` in pieces without longer runs of Chinese than people write: jieba is quadratic in their length."""
    if len(text) <= _LONGEST_RUN or _RUN.search(text) is None:
        return [text]
    return [piece for piece in _RUN.split(text) if piece]


def _cache_dir() -> str:
    """Return a folder of this user alone: jieba loads marshal data from it, which must not be anyone's to write."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "hotspot"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.access(folder, os.W_OK):
            return str(folder)
    except OSError:
        pass
    return tempfile.mkdtemp(prefix="hotspot-")


@lru_cache(maxsize=4)
def _load(words: tuple[str, ...]) -> Any:
    """Return jieba's tokenizer with the user words."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = _cache_dir()
    tokenizer.initialize()
    for word in words:  # a frequency would replace jieba's own: it suggests one itself
        tokenizer.add_word(word)
    return tokenizer


@lru_cache(maxsize=4)
def _load_fast(words: tuple[str, ...]) -> FastCutter:
    return FastCutter(_load(words))


class Segmenter:
    """Cuts texts into words with jieba's dictionary and the user words given.

    Parameters
    ----------
    words : iterable of str
        Words that must come out whole. Order and repetition do not matter; blanks are dropped.
    fast : bool, optional
        Whether to cut through rjieba; by default where it is installed and there is enough to cut. The words are the
        same.
    many : bool
        Whether there is enough to cut, whatever the size of a single part.

    Examples
    --------
    >>> Segmenter(["西城印象"]).cut("西城印象暖气不热")
    ['西城印象', '暖气', '不热']
    """

    def __init__(self, words: Iterable[str] = (), fast: bool | None = None, many: bool = False) -> None:
        self.words = tuple(sorted({word.strip() for word in words if len(word.strip()) > 1}))
        self.fast, self.many = fast, many

    @property
    def hash(self) -> str:
        """Hash of the word list: two segmenters with one hash cut alike."""
        return hashlib.sha256("\n".join(self.words).encode()).hexdigest()[:16]

    def cut(self, text: str) -> list[str]:
        """Return the words of `text`, white space left out."""
        words = (word for piece in _pieces(text.replace(SEPARATOR, " ")) for word in _load(self.words).lcut(piece))
        return [word for word in words if not word.isspace()]

    def is_fast(self, texts: Sequence[str]) -> bool:
        """Return whether these texts are cut through rjieba."""
        if self.fast is not None:
            return self.fast
        return is_available() and (self.many or is_much(texts))

    def check(self, texts: Sequence[str]) -> bool:
        """Compare some of the texts with jieba itself; where one differs, all are cut by jieba from now on.

        Which texts are compared depends on their content alone, so that every run decides alike. Return whether all
        were the same.
        """
        if not self.is_fast(texts):
            return True
        drawn: list[str] = []
        unread = iter(texts)
        while part := set(islice(unread, _LOOKED_AT)):
            drawn = heapq.nsmallest(_CHECKED, part.union(drawn), _by_content)
        same = self.cut_all(drawn) == [" ".join(self.cut(text)) for text in drawn]
        if not same:
            self.fast = False
        return same

    def cut_all(self, texts: Sequence[str]) -> list[str]:
        """Return the words of each text joined by one blank (n in, n out, same order)."""
        return self.tokenize(texts).lines()

    def tokenize(self, texts: Sequence[str]) -> Tokens:
        """Return the words of all texts as numbers."""
        if not self.is_fast(texts):
            return Tokens.of(map(self.cut, texts))
        pieces = [_pieces(text.replace(SEPARATOR, " ")) for text in texts]
        words, ids, ends = _load_fast(self.words).tokenize(list(chain.from_iterable(pieces)))
        return Tokens(words, ids, ends[find_ends(measure(pieces))])
