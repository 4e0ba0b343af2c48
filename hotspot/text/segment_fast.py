"""The same words as jieba's, several times as fast: its port to Rust (the optional package rjieba) looks words up.

Three things differ between the two, and are settled here. Texts with rare ideographs or words of Latin letters are cut
by jieba itself. The port's dictionary is made a mirror of jieba's, user words included. And its tables for words that
no dictionary holds (the hidden Markov model) are rounded, so that near ties fall otherwise: that step is done here,
with jieba's tables, for all such runs of a batch at once.

All texts of a batch go through the port as one, and its words become numbers at once: what follows is arithmetic.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from itertools import compress, islice, pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hotspot.arrays import code_points, find_ends, measure
from hotspot.text.batch import SEPARATOR, find_rows
from hotspot.text.tokens import Ends, Ids, Numbering, Tokens, first_numbered, gather, replace

_BATCH: Final = 2000
_MEMO: Final = 500_000  # words and runs kept with what is known of them
_FIRST, _LAST = 0x4E00, 0x9FD5  # what jieba takes for ideographs
# Characters that the port takes for others than jieba does, and those that it cannot be given.
_APART: Final = "[\r\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\ud800-\udfff]"
# What the port gives of characters that the dictionary left single: in a row they are jieba's buffer.
_SINGLE: Final = re.compile("[\u4e00-\u9fd5]|[a-zA-Z0-9]+|[-._#&+%]")
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
    >>> HiddenWords().find_ends(["常在浮", "杭研"]).tolist()
    [True, True, True, False, True]
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

    def find_ends(self, runs: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return whether a word ends at each character of these runs of ideographs, which stand behind each other."""
        joined, lengths = "".join(runs), measure(runs)
        begins, codes = find_ends(lengths)[:-1], code_points(joined).astype(np.int64) - _FIRST
        ends = np.zeros(len(joined), dtype=np.bool_)
        for length in np.unique(lengths):
            places = begins[lengths == length][:, None] + np.arange(length)
            ends[places] = self._ends(codes[places])
        if self._split:  # jieba was told to leave these words in single characters
            for begin, end in pairwise([0, *(np.flatnonzero(ends) + 1).tolist()]):
                ends[begin:end] |= joined[begin:end] in self._split
        return ends

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
        total, latin = 0, []
        for word, count in tokenizer.FREQ.items():
            if count > 0:
                self._port.add_word(word, count, "")
                total += count
                if len(word) > 1 and word.isascii():  # it looks like several single characters
                    latin.append(word)
        self._apart = re.compile("|".join([_APART, *map(re.escape, sorted(latin))]))
        if tokenizer.total > total:
            self._port.add_word(_PAD, tokenizer.total - total, "")
        self._forget()

    def _forget(self) -> None:
        """Start with no word known, but the sign between texts."""
        self._numbers = Numbering([SEPARATOR])
        self._words = [SEPARATOR]  # by their numbers
        self._lengths = np.ones(1, dtype=np.int64)
        self._single = np.zeros(1, dtype=np.bool_)
        self._space = np.ones(1, dtype=np.bool_)
        self._runs = Numbering()
        self._run_ids: Ids = np.empty(0, dtype=np.int32)  # the words of all runs
        self._run_ends: Ends = np.zeros(1, dtype=np.int64)

    def tokenize(self, texts: Sequence[str]) -> Tokens:
        """Return the words of each text: those of ``tokenizer.lcut(text)``, white space left out."""
        if len(self._numbers) + len(self._runs) > _MEMO:
            self._forget()
        batches = [self._cut(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
        ids = np.concatenate([np.zeros(0, dtype=np.int32), *(ids for ids, _ in batches)])
        lengths = np.concatenate([np.zeros(0, dtype=np.int64), *(lengths for _, lengths in batches)])
        distinct, places = first_numbered(ids, len(self._words))
        return Tokens([self._words[number] for number in distinct.tolist()], places, find_ends(lengths))

    def _cut(self, texts: Sequence[str]) -> tuple[Ids, Ends]:
        """Return the numbers of the words of all texts, and how many each text has."""
        plain, apart = self._divide(texts)
        joined = SEPARATOR.join([*plain, ""])
        ids = self._number(self._port.cut(joined, False))
        begins, ends = self._find_runs(ids)
        upto = find_ends(self._lengths[ids])
        runs = [joined[a:b] for a, b in zip(upto[begins].tolist(), upto[ends].tolist(), strict=True)]
        ids = replace(ids, begins, ends, *self._settle(runs))
        if apart:
            cut = Tokens.of(map(self._tokenizer.lcut, apart.values()))
            at = np.flatnonzero(ids == 0)[list(apart)]  # these texts are empty so far
            ids = replace(ids, at, at, self._number(cut.words)[cut.ids], np.diff(cut.ends))
        words = ~self._space[ids]
        return ids[words], np.diff(find_ends(words)[np.flatnonzero(ids == 0)], prepend=0)

    def _divide(self, texts: Sequence[str]) -> tuple[list[str], dict[int, str]]:
        """Return the texts, an empty one in the place of each that jieba itself must cut, and those by their rows."""
        apart = {row: texts[row] for row in find_rows(self._apart, texts).tolist()}
        return ["" if row in apart else text for row, text in enumerate(texts)], apart

    def _number(self, words: Sequence[str]) -> Ids:
        """Return the numbers of words, and learn what there is to know of new ones."""
        ids = self._numbers.of(words, len(words))
        new = list(islice(reversed(self._numbers), len(self._numbers) - len(self._words)))[::-1]
        if new:
            self._words += new
            self._lengths = np.append(self._lengths, [len(word) for word in new])
            self._single = np.append(self._single, [_SINGLE.fullmatch(word) is not None for word in new])
            self._space = np.append(self._space, [word.isspace() for word in new])
        return ids

    def _find_runs(self, ids: Ids) -> tuple[Ends, Ends]:
        """Return where several words in a row begin that the dictionary left single, and where they end."""
        turns = np.flatnonzero(np.diff(self._single[ids], prepend=False, append=False))
        begins, ends = turns[::2], turns[1::2]
        several = ends - begins > 1
        return begins[several], ends[several]

    def _settle(self, runs: Sequence[str]) -> tuple[Ids, Ends]:
        """Return the words of runs that the dictionary left in single characters, and how many each run has."""
        known = len(self._runs)
        numbers = self._runs.of(runs, len(runs))
        new = list(islice(reversed(self._runs), len(self._runs) - known))[::-1]
        if new:
            ids, lengths = self._cut_runs(new)
            self._run_ids = np.concatenate([self._run_ids, ids])
            self._run_ends = np.concatenate([self._run_ends, self._run_ends[-1] + np.cumsum(lengths)])
        return gather(self._run_ids, self._run_ends, numbers)

    def _cut_runs(self, runs: Sequence[str]) -> tuple[Ids, Ends]:
        """Return the words of runs by jieba's way with its buffer, and how many each run has."""
        joined, upto = "".join(runs), find_ends(measure(runs))
        ideographs = np.minimum.reduceat(code_points(joined), upto[:-1]) > ord("z")
        # jieba leaves a buffer alone that is a word itself: the dictionary preferred its characters.
        pieces = [
            piece
            for run, whole in zip(runs, ideographs.tolist(), strict=True)
            for piece in (run if self._tokenizer.FREQ.get(run) else (run,) if whole else _SAME.findall(run))
        ]
        hidden = [len(piece) > 1 and piece[0] > "z" for piece in pieces]
        lengths = measure(pieces)
        ends = np.zeros(len(joined), dtype=np.bool_)
        ends[np.cumsum(lengths) - 1] = True
        ends[np.repeat(hidden, lengths)] = self._hidden.find_ends(list(compress(pieces, hidden)))
        words = [joined[begin:end] for begin, end in pairwise([0, *(np.flatnonzero(ends) + 1).tolist()])]
        return self._number(words), np.diff(find_ends(ends)[upto])
