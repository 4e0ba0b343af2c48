"""The lexicon of demands: which of the matters that people bring to any hotline a text speaks of, by look and by sound.

A theme seen in training under one wording is met again under another, and a term that speech recognition wrote with
homophones (公暖 for 供暖) is still found by its syllables. What is saved with a model is the list as it was then, so
that a later release's list does not move an old model.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hotspot.arrays import code_points
from hotspot.mine.features import Chain, Keys, count_matrix, spell, unit_rows
from hotspot.mine.term_finder import TermFinder

_FILING: Final = "归类"  # the table that tells where areas and themes usually belong
_TOGETHER: Final = 3  # terms of one example
_FIRST, _LAST = 0x4E00, 0xA000  # the ideographs whose sound is known
_RETROFLEX: Final = re.compile("^([zcs])h")  # speakers and recognisers mix zh/z, ch/c, sh/s and -ng/-n
_NASAL: Final = re.compile("ng$")

Syllables = npt.NDArray[np.uint16]


@functools.cache
def _read(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("hotspot.resources").joinpath(name).read_text(encoding="utf-8"))


def _areas() -> dict[str, dict[str, str]]:
    return _read("demands.toml")


@functools.cache
def load_demands() -> Mapping[str, tuple[str, ...]]:
    """Return the themes of the package's own list with their terms (of one to four characters).

    Examples
    --------
    >>> "暖气" in load_demands()["供暖"]
    True
    """
    areas = [themes for area, themes in _areas().items() if area != _FILING]
    return {theme: tuple(terms.split()) for themes in areas for theme, terms in themes.items()}


def usual_examples(
    categories: Sequence[str], extra: Mapping[str, Sequence[str]] | None = None
) -> list[tuple[str, str]]:
    """Return what each category usually holds, as short texts with their category.

    The texts are the terms of the themes, three at a time (blanks between), and the sentences of the package's own list
    of examples. Where a theme belongs is told by the names of the categories; a theme that no name claims is left out.

    Parameters
    ----------
    categories : sequence of str
    extra : mapping of str to sequence of str, optional
        Key terms of each category.

    Examples
    --------
    >>> found = usual_examples(["公共服务类", "交通运输类"], {"交通运输类": ["缆车"]})
    >>> ("缆车", "交通运输类") in found, ("暖气管爆了满屋是水", "公共服务类") in found
    (True, True)
    """
    claimed = [
        (terms.split(), category)
        for area, themes in _areas().items()
        for theme, terms in (themes.items() if area != _FILING else ())
        if (category := _file(area, theme, categories))
    ]
    claimed += [(list(terms), name) for name, terms in sorted((extra or {}).items()) if name in categories and terms]
    examples = []
    for listed, category in claimed:
        texts = -(-len(listed) // _TOGETHER)
        examples += [(" ".join(listed[start::texts]), category) for start in range(texts)]
    examples += [
        (sentence, category)
        for area, themes in _read("demand_examples.toml").items()
        for theme, told in themes.items()
        if (category := _file(area, theme, categories))
        for sentence in told.split("。")
        if sentence
    ]
    return examples


def _file(area: str, theme: str, categories: Sequence[str]) -> str | None:
    """Return the category that usually holds a theme, if the name of one tells so."""
    filing = _areas()[_FILING]
    hints = filing.get(theme, filing.get(area, "")).split()
    return next((name for hint in hints for name in categories if hint in name), None)


@functools.cache
def load_syllables() -> Syllables:
    """Return for each ideograph the character that stands for its syllable, without tones."""
    from pypinyin.constants import PINYIN_DICT

    spoken = {}
    for code in range(_FIRST, _LAST):
        if code in PINYIN_DICT:
            letters = unicodedata.normalize("NFD", PINYIN_DICT[code].split(",")[0])
            plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
            spoken[code] = _NASAL.sub("n", _RETROFLEX.sub(r"\1", plain))
    numbers = {syllable: number for number, syllable in enumerate(sorted(set(spoken.values())))}
    table = np.arange(_FIRST, _LAST, dtype=np.uint16)
    for code, syllable in spoken.items():
        table[code - _FIRST] = _FIRST + numbers[syllable]
    return table


def pronounce(texts: Sequence[str], syllables: Syllables) -> list[str]:
    """Return the texts with one character for each syllable: equal where they sound alike.

    Examples
    --------
    >>> first, second = pronounce(["公暖费", "供暖费"], load_syllables())
    >>> first == second
    True
    """
    codes = code_points("\n".join(texts)).copy()
    ideographs = (codes >= _FIRST) & (codes < _LAST)
    codes[ideographs] = syllables[codes[ideographs] - _FIRST]
    return codes.tobytes().decode("utf-32-le", "surrogatepass").split("\n") if len(texts) else []


class DemandLexicon:
    """Tells which themes texts speak of.

    Parameters
    ----------
    extra : mapping of str to sequence of str, optional
        Further themes with their terms. Terms of more than four characters count by their first four.

    Examples
    --------
    >>> lexicon = DemandLexicon()
    >>> by_look, by_sound = lexicon.transform(["暖气不热", "交了公暖费"])
    >>> lexicon.themes[int(by_look[0].toarray().argmax())]
    '供暖'
    """

    def __init__(self, extra: Mapping[str, Sequence[str]] | None = None) -> None:
        listed = {**load_demands(), **{f"+{name}": tuple(terms) for name, terms in (extra or {}).items()}}
        self.themes = tuple(sorted(listed))
        self.syllables = load_syllables()
        looks = [(term[:4], number) for number, theme in enumerate(self.themes) for term in listed[theme] if term]
        terms = pronounce([term for term, _ in looks], self.syllables)
        # A single syllable says nothing: it has too many meanings.
        sounds = [(term, number) for term, (_, number) in zip(terms, looks, strict=True) if len(term) > 1]
        self._set([_keyed(looks), _keyed(sounds)])

    def _set(self, lists: Sequence[tuple[Keys, npt.NDArray[np.int32]]]) -> None:
        self._lists = list(lists)
        self._maps = []
        for keys, numbers in lists:
            distinct, inverse = np.unique(keys, return_inverse=True)
            shares = 1.0 / np.bincount(inverse, minlength=len(distinct))[inverse]  # a term of two themes counts half
            shape = (len(distinct), len(self.themes))
            found = sparse.csr_matrix((shares, (inverse, numbers)), shape=shape, dtype=np.float32)
            self._maps.append((TermFinder([_spelled(key) for key in distinct.tolist()]), found))
        self._sounds = np.arange(0x10000, dtype=np.uint32)
        self._sounds[_FIRST:_LAST] = self.syllables

    def transform(self, texts: Sequence[str] | Chain) -> tuple[Any, Any]:
        """Return how much each text speaks of each theme, by look and by sound (rows of unit length)."""
        codes, rows, size = texts if isinstance(texts, Chain) else spell(texts)
        return self._match(0, Chain(codes, rows, size)), self._match(1, Chain(self._sounds[codes], rows, size))

    def _match(self, which: int, signs: Chain) -> Any:
        finder, themes = self._maps[which]
        at, terms = finder.find_places(signs.numbers)
        counts = count_matrix(signs.rows[at], terms, (signs.size, themes.shape[0]))
        counts.data = 1 + np.log(counts.data)
        return unit_rows((counts @ themes).tocsr())

    def to_state(self) -> dict[str, npt.NDArray[Any]]:
        """Return the list as arrays."""
        state: dict[str, npt.NDArray[Any]] = {"syllables": self.syllables}
        for name, (keys, numbers) in zip(("look", "sound"), self._lists, strict=True):
            state[f"{name}_keys"], state[f"{name}_themes"] = keys, numbers
        state["themes"] = np.frombuffer("\n".join(self.themes).encode(), dtype=np.uint8)
        return state

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> DemandLexicon:
        """Return the lexicon that gave this state."""
        made = cls.__new__(cls)
        made.themes = tuple(state["themes"].tobytes().decode().split("\n"))
        made.syllables = state["syllables"]
        if made.syllables.shape != (_LAST - _FIRST,) or made.syllables.dtype != np.uint16:
            raise ValueError("syllables")
        made._set([(state[f"{name}_keys"], state[f"{name}_themes"]) for name in ("look", "sound")])
        return made


def _spelled(key: int) -> str:
    """Return the term of a key."""
    signs = (key >> 48, key >> 32 & 0xFFFF, key >> 16 & 0xFFFF, key & 0xFFFF)
    return "".join(chr(sign) for sign in signs if sign)


def _keyed(terms: Sequence[tuple[str, int]]) -> tuple[Keys, npt.NDArray[np.int32]]:
    """Return the keys of terms, each with the number of its theme, sorted and each pair once."""
    pairs = sorted({(sum(ord(sign) << 16 * place for place, sign in enumerate(reversed(t))), n) for t, n in terms})
    keys = np.array([key for key, _ in pairs], dtype=np.uint64)
    return keys, np.array([number for _, number in pairs], dtype=np.int32)
