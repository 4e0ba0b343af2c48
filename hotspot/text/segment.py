"""Segmentation of Chinese text into words: the only module that imports jieba.

jieba's lists differ between processes only through its dictionary, so a `Segmenter` is described by its user words
alone: it can be pickled, and is rebuilt in each worker.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

_WORDLESS: Final = frozenset(" \t\r\n\u3000")
_LONGEST_RUN: Final = 400
_RUN: Final = re.compile(rf"([\u4e00-\u9fff]{{{_LONGEST_RUN}}})")


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


class Segmenter:
    """Cuts texts into words with jieba's dictionary and the user words given.

    Parameters
    ----------
    words : iterable of str
        Words that must come out whole. Order and repetition do not matter; blanks are dropped.

    Examples
    --------
    >>> Segmenter(["西城印象"]).cut("西城印象暖气不热")
    ['西城印象', '暖气', '不热']
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = tuple(sorted({word.strip() for word in words if len(word.strip()) > 1}))
        self._jieba: Any = None

    def __getstate__(self) -> dict[str, object]:
        return {"words": self.words}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.words, self._jieba = state["words"], None

    @property
    def hash(self) -> str:
        """Hash of the word list: two segmenters with one hash cut alike."""
        return hashlib.sha256("\n".join(self.words).encode()).hexdigest()[:16]

    def _load(self) -> Any:
        if self._jieba is None:
            import jieba

            jieba.setLogLevel(logging.ERROR)
            tokenizer = jieba.Tokenizer()
            tokenizer.tmp_dir = _cache_dir()
            tokenizer.initialize()
            for word in self.words:  # a frequency would replace jieba's own: it suggests one itself
                tokenizer.add_word(word)
            self._jieba = tokenizer
        return self._jieba

    def cut(self, text: str) -> list[str]:
        """Return the words of `text`, white space left out."""
        words = (word for piece in _pieces(text) for word in self._load().lcut(piece))
        return [word for word in words if not _WORDLESS.issuperset(word)]

    def cut_all(self, texts: Sequence[str]) -> list[str]:
        """Return the words of each text joined by one blank (n in, n out, same order)."""
        return [" ".join(self.cut(text)) for text in texts]
