"""What is printed as it stands in a file (channels, units, words of handling, headings): made safe to print.

An export whose columns have slipped, or an operator in a hurry, puts a caller's name and number anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from typing import Final

import pandas as pd

from hotspot.read.cells import cells_that, each_cell
from hotspot.text.mask import mask, mask_all
from hotspot.text.normalise import drop_invisible

# Columns whose cells are printed; what callers and units write in sentences is masked where it is quoted.
PRINTED: Final = frozenset(
    ("channel", "handling", "category", "region", "unit", "units", "status", "action", "told_in", "confidential")
)
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_MOBILE_LENGTH: Final = 11
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


def printable(text: str) -> str:
    """Return a short text without personal data and without signs that a terminal or a document obeys.

    Examples
    --------
    >>> printable("马占林，电话13900001234\\x1b[31m")
    '某某，电话[电话][31m'
    >>> printable("微信端转办")
    '微信端转办'
    """
    return mask(drop_invisible(text))


def printable_cells(cells: pd.Series) -> pd.Series:
    """Return a column with `printable` cells; a column of an export has few different ones."""
    distinct: list[Hashable] = list(cells.unique())
    seen = dict(zip(distinct, _printable_all(map(str, distinct)), strict=True))
    return cells if all(cell == text for cell, text in seen.items()) else cells.map(seen).astype("str")


def names_person(ids: pd.Series, phones: pd.Series) -> pd.Series:
    """Return which ids tell a person: words with personal data in them, or a number that is a phone in this file.

    A number alone may be an order's, whatever it looks like; it is a phone's where the file has it as one, or where it
    looks like one among ids that do not.
    """
    ids = ids.astype("str")
    mobile = cells_that(lambda text: _MOBILE.fullmatch(text) is not None, ids, among=ids.str.len() == _MOBILE_LENGTH)
    odd = mobile
    if mobile.any():
        known = set(phones.unique()).intersection(ids[mobile])
        odd = mobile & (ids.isin(known) | (mobile.sum() * 2 < len(ids)))
    worded = each_cell(lambda text: not text.isascii() and _HAN.search(text) is not None, ids, "bool")
    if not worded.any():
        return odd
    texts = ids[worded].unique().tolist()
    named = [text for text, shown in zip(texts, _printable_all(texts), strict=True) if shown != text]
    return odd | (worded & ids.isin(named))


def _printable_all(texts: Iterable[str]) -> list[str]:
    return mask_all([drop_invisible(text) for text in texts])
