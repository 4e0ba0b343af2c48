"""Texts without what tells persons apart, as the classifier reads them: no model may know a number or a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from hotspot.arrays import Codes, Places, code_points, find_ends, measure
from hotspot.mine.word_table import WordTable
from hotspot.text.batch import SEPARATOR, find_rows, find_starts
from hotspot.text.tokens import Numbering, Tokens, replace

# Begins with a class, not with a repeated one, so that the search can leap to where it may match.
_DIGITS: Final = re.compile(r"[xX*＊0-9０-９](?:(?<=[0-9０-９])|[xX*＊]*[0-9０-９])[0-9０-９xX*＊.:：,-]*")
_PERSON: Final = re.compile(r"[\u4e00-\u9fff]{1,2} ?(先生|女士|小姐|师傅|老师|大爷|大妈|阿姨)")
_NAMED: Final = re.compile(r"(我叫|名叫|姓名为?|本人|叫做)( ?)[\u4e00-\u9fff]{2,3}(?=[^\u4e00-\u9fff]|$)")
# What must stand where one of the two matches.
_SIGN: Final = re.compile(
    "[先女小师老大阿我名姓本叫]"
    "(?:(?<=先)生|(?<=女)士|(?<=小)姐|(?<=师)傅|(?<=老)师|(?<=大)[爷妈]|(?<=阿)姨|(?<=[我名])叫|(?<=姓)名|(?<=本)人|(?<=叫)做)"
)


def mask(text: str) -> str:
    """Return `text` without what tells persons apart: numbers become ``0``, names before a title go.

    Works on plain and on segmented text.

    Examples
    --------
    >>> mask("王女士，13900001111，暖气不热3天")
    '女士，0，暖气不热0天'
    >>> mask("王 女士 ， 家住 5 号楼")
    '女士 ， 家住 0 号楼'
    """
    return _drop_names(_drop_numbers(text))


def mask_all(texts: Sequence[str]) -> list[str]:
    """Return what `mask` makes of each normalised text.

    Examples
    --------
    >>> mask_all(["王女士，3天", "", "我叫马占林。"])
    ['女士，0天', '', '我叫。']
    """
    joined = _drop_numbers(SEPARATOR.join(texts))
    codes = code_points(joined)
    begins, ends = _clauses(~_is_ideograph(codes) & (codes != ord(" ")), find_starts(_SIGN, joined))
    pieces, last = [], 0
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        pieces += [joined[last:begin], _drop_names(joined[begin:end])]
        last = end
    return "".join([*pieces, joined[last:]]).split(SEPARATOR) if len(texts) else []


def mask_words(table: WordTable) -> WordTable:
    """Return segmented texts without what tells persons apart: what `mask` makes of each line.

    A number lies within a word, so that each distinct word is looked at once.

    Examples
    --------
    >>> list(mask_words(WordTable.of(["家住 5 号楼", "王 女士 ， 5 号楼"])))
    ['家住 0 号楼', '女士 ， 0 号楼']
    """
    joined = SEPARATOR.join([*table.words, ""])
    first = find_ends(measure(table.words) + 1)[:-1]
    wall = np.add.reduceat(_is_ideograph(code_points(joined)), first, dtype=np.int64) == 0
    sign = np.zeros(len(table.words), dtype=np.bool_)
    sign[find_rows(_SIGN, table.words)] = True
    numbers = Numbering()
    hidden = _drop_numbers(joined).split(SEPARATOR)[:-1]
    # A word that stays is one object in both tables, which then travel between processes at the cost of one.
    kept = [old if old == new else new for old, new in zip(table.words, hidden, strict=True)]
    ids = numbers.of(kept, len(kept))[table.ids]
    begins, ends = _clauses(wall[table.ids], np.flatnonzero(sign[table.ids]), table.ends)
    words = list(numbers)
    clauses = [
        " ".join([words[number] for number in ids[begin:end].tolist()])
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
    ]
    rest = Tokens.of(_drop_names(clause).split() for clause in clauses)
    kept_lengths = np.diff(rest.ends)
    gone = np.zeros(len(ids) + 1, dtype=np.int64)
    gone[ends] = ends - begins - kept_lengths
    rest_ids = numbers.of(rest.words, len(rest.words))[rest.ids]
    masked = replace(ids, begins, ends, rest_ids, kept_lengths)
    return WordTable.of_tokens(Tokens(list(numbers), masked, table.ends - np.cumsum(gone)[table.ends]))


def _drop_numbers(text: str) -> str:
    return _DIGITS.sub("0", text.lower())


def _drop_names(text: str) -> str:
    return _NAMED.sub(r"\1\2", _PERSON.sub(r"\1", text)) if _SIGN.search(text) else text


def _is_ideograph(codes: Codes) -> npt.NDArray[np.bool_]:
    return (codes >= 0x4E00) & (codes <= 0x9FFF)


def _clauses(wall: npt.NDArray[np.bool_], at: Places, stops: Places | tuple[()] = ()) -> tuple[Places, Places]:
    """Return where the clauses begin and end in which some places lie: they are divided by walls and at stops.

    No name is looked for beyond: a match holds nothing but ideographs and a blank.
    """
    edge = np.zeros(len(wall) + 1, dtype=np.bool_)
    edge[:-1] |= wall
    edge[1:] |= wall
    edge[[0, -1, *stops]] = True
    edges = np.flatnonzero(edge)
    after = np.unique(np.searchsorted(edges, at, side="right"))
    return edges[after - 1], edges[after]
