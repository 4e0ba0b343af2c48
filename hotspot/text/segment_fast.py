"""The same words as jieba's, several times as fast: its port to Rust (the optional package rjieba) looks words up.

Three things differ between the two, and are settled here. Rare ideographs and words of Latin letters take jieba's own
way. Its dictionary is made a mirror of jieba's, user words included. And its tables for words that no dictionary holds
(the hidden Markov model) are rounded, so that near ties fall otherwise: that step is done here, with jieba's tables,
for all such runs of a batch at once.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

BREAK: Final = "\x1f"  # between words; no text holds it
_BATCH: Final = 2000
_MEMO: Final = 500_000  # runs kept with their words
_FIRST, _LAST = 0x4E00, 0x9FD5  # what jieba takes for ideographs
# What jieba itself cuts into blocks with: only han blocks go through its dictionary.
_HAN: Final = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]+)")
_SIGNED: Final = re.compile("[-._#&+%]")  # signs that jieba takes for a part of a block: the port in blocks of its own
# Characters that the port takes for others than jieba does.
_APART: Final = re.compile("[\r\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Characters that the dictionary left single, in a row, with figures, letters and signs between them: jieba's buffer.
_SINGLE: Final = "(?:[\u4e00-\u9fd5]|[a-zA-Z0-9]+|[-._#&+%])"
_RUN: Final = re.compile(f"(?:(?<={BREAK})|^){_SINGLE}(?:{BREAK}{_SINGLE})+(?={BREAK}|$)")
_SKIP: Final = re.compile(r"\r\n|.", re.DOTALL)  # what lies between blocks jieba gives character by character
_SAME: Final = re.compile(r"[\u4e00-\u9fd5]+|[a-zA-Z0-9]+(?:\.[0-9]+)?%?|[-._#&+%]+")
# Stands in no text that is cut, and brings the sum of all frequencies to jieba's: jieba adds that of a word which it
# knew already without taking off the old one.
_PAD: Final = "\uf8ff\uf8fe"
_STATES: Final = "BMES"
# For each state those before it, the one that wins a tie second: jieba takes the later letter.
_BEFORE: Final = ((2, 3), (0, 1), (0, 1), (2, 3))


def is_available() -> bool:
    """Return whether the optional package is installed."""
    return importlib.util.find_spec("rjieba") is not None


class HiddenWords:
    """jieba's hidden Markov model over many runs of ideographs at once, with the same sums in the same order.

    Examples
    --------
    >>> HiddenWords().cut_all(["常在浮", "杭研"])
    [['常', '在', '浮'], ['杭研']]
    """

    def __init__(self) -> None:
        from jieba import finalseg

        self._split = finalseg.Force_Split_Words
        least = finalseg.MIN_FLOAT
        self._start = np.array([finalseg.start_P[state] for state in _STATES])
        self._trans = np.array([[finalseg.trans_P[a].get(b, least) for b in _STATES] for a in _STATES])
        self._emit = np.full((4, _LAST - _FIRST + 1), least)
        for row, name in enumerate(_STATES):
            for sign, chance in finalseg.emit_P[name].items():
                if len(sign) == 1 and _FIRST <= ord(sign) <= _LAST:
                    self._emit[row, ord(sign) - _FIRST] = chance

    def cut_all(self, runs: Sequence[str]) -> list[list[str]]:
        """Return the words of each run of ideographs."""
        found: list[list[str]] = [[] for _ in runs]
        lengths = np.array([len(run) for run in runs], dtype=np.int64)
        for length in np.unique(lengths):
            rows = np.flatnonzero(lengths == length).tolist()
            codes = np.frombuffer("".join(runs[row] for row in rows).encode("utf-32-le"), dtype="<u4")
            ends = self._ends(codes.reshape(len(rows), length).astype(np.int64) - _FIRST)
            for row, last in zip(rows, ends, strict=True):
                found[row] = self._words(runs[row], np.flatnonzero(last).tolist())
        return found

    def _words(self, run: str, ends: Iterable[int]) -> list[str]:
        words: list[str] = []
        begin = 0
        for end in ends:
            word = run[begin : end + 1]
            words += [word] if word not in self._split else word
            begin = end + 1
        return words

    def _ends(self, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Return whether a word ends at each character (rows: runs of one length)."""
        number, length = codes.shape
        value = self._start[:, None] + self._emit[:, codes[:, 0]]
        chosen = np.zeros((length, 4, number), dtype=np.int8)
        for at in range(1, length):
            after = np.empty_like(value)
            for state, (first, second) in enumerate(_BEFORE):
                emitted = self._emit[state, codes[:, at]]
                one = value[first] + self._trans[first, state] + emitted
                other = value[second] + self._trans[second, state] + emitted
                chosen[at, state] = np.where(one > other, first, second)
                after[state] = np.maximum(one, other)
            value = after
        path = np.where(value[2] > value[3], 2, 3)
        ends = np.zeros((number, length), dtype=bool)
        for at in range(length - 1, -1, -1):
            ends[:, at] = path >= 2
            path = chosen[at, path, np.arange(number)]
        return ends


class FastCutter:
    """Cuts as the jieba tokenizer that it was made from.

    Parameters
    ----------
    tokenizer : jieba.Tokenizer
        Loaded, with its user words; words added to it later are not seen.
    """

    def __init__(self, tokenizer: Any) -> None:
        import rjieba

        self._tokenizer = tokenizer
        self._port: Any = rjieba.Jieba.empty()  # type: ignore[no-untyped-call]
        self._hidden = HiddenWords()
        self._memo: dict[str, str] = {}
        total, latin = 0, []
        for word, count in tokenizer.FREQ.items():
            if count > 0:
                self._port.add_word(word, count, "")
                total += count
                if len(word) > 1 and word.isascii():  # it looks like several single characters
                    latin.append(word)
        self._latin = re.compile("|".join(map(re.escape, sorted(latin))) or "(?!)")
        if tokenizer.total > total:
            self._port.add_word(_PAD, tokenizer.total - total, "")

    def cut_all(self, texts: Sequence[str]) -> list[str]:
        """Return the words of each text, joined by `BREAK`: those of ``tokenizer.lcut(text)``."""
        done: list[str] = []
        for at in range(0, len(texts), _BATCH):
            parts = [self._look_up(text) for text in texts[at : at + _BATCH]]
            runs = {run for text in parts for line, known in text if not known for run in _RUN.findall(line)}
            self._settle(sorted(runs - self._memo.keys()))
            for text in parts:
                lines = [line if known else _RUN.sub(self._recall, line) for line, known in text]
                done.append(BREAK.join(lines))
            if len(self._memo) > _MEMO:
                self._memo.clear()
        return done

    def _recall(self, found: re.Match[str]) -> str:
        return self._memo[found[0]]

    def _look_up(self, text: str) -> list[tuple[str, bool]]:
        """Return the text's words in parts, and of each part whether it is finished."""
        if _SIGNED.search(text) is None and self._is_plain(text):
            return [(BREAK.join(self._port.cut(text, False)), False)]
        parts = []
        for number, block in enumerate(_HAN.split(text)):
            if not block:
                continue
            if number % 2 == 0:
                parts.append((BREAK.join(_SKIP.findall(block)), True))
            elif self._is_plain(block):
                parts.append((BREAK.join(self._port.cut(block, False)), False))
            else:
                parts.append((BREAK.join(self._tokenizer.lcut(block)), True))
        return parts

    def _is_plain(self, text: str) -> bool:
        return _APART.search(text) is None and self._latin.search(text) is None

    def _settle(self, runs: Sequence[str]) -> None:
        """Find the words of runs that the dictionary left in single characters."""
        whole = [run.replace(BREAK, "") for run in runs]
        # jieba leaves a buffer alone that is a word itself: the dictionary preferred its characters.
        kept = [bool(self._tokenizer.FREQ.get(text)) for text in whole]
        pieces = [[] if keep else _SAME.findall(text) for text, keep in zip(whole, kept, strict=True)]
        hidden = sorted({piece for line in pieces for piece in line if piece[0] > "z"})
        words = dict(zip(hidden, map(BREAK.join, self._hidden.cut_all(hidden)), strict=True))
        for run, text, line, keep in zip(runs, whole, pieces, kept, strict=True):
            self._memo[run] = BREAK.join(text) if keep else BREAK.join(words.get(piece, piece) for piece in line)
