"""Ids as text: what spreadsheets do to long numbers, and ids for rows that have none."""

from __future__ import annotations

import hashlib
import re
from typing import Final

import pandas as pd

from hotspot.read.cells import cells_that
from hotspot.text.normalise import drop_invisible, fold_width

_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,3}")
_WRAPPED: Final = re.compile(r"=?\"([^\"]*)\"|'(.*)")
_WHOLE: Final = re.compile(r"(\d{1,15})\.0+")
_ORDINARY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


def clean_id(text: str) -> str:
    """Return an id without what spreadsheets add to it: quotes, a formula's sign, a decimal part, full-width digits.

    Examples
    --------
    >>> clean_id('="0632410"'), clean_id("6324101400001.0"), clean_id("６３２４")
    ('0632410', '6324101400001', '6324')
    """
    if _ORDINARY.fullmatch(text) is None:
        text = drop_invisible(fold_width(text)).strip()
        wrapped = _WRAPPED.fullmatch(text)
        text = "".join((wrapped.group(1) or wrapped.group(2) or "") if wrapped else text).strip()
        whole = _WHOLE.fullmatch(text)
        text = whole.group(1) if whole else text
        text = " ".join(text.split())
    return text


def is_damaged(text: str) -> bool:
    """Whether a spreadsheet has rounded an id: scientific notation keeps fifteen digits at most.

    Examples
    --------
    >>> is_damaged("6.32E+12"), is_damaged("6324101400001"), is_damaged("2024E10")
    (True, False, False)
    """
    return _SCIENTIFIC.fullmatch(text) is not None


def are_damaged(ids: pd.Series) -> pd.Series:
    """Return which ids a spreadsheet has rounded."""
    return cells_that(is_damaged, ids, among=ids.str.contains("[eE]"))


def content_ids(contents: pd.Series) -> pd.Series:
    """Return an id for each content, equal ones told apart by number: the same file gives the same ids.

    Examples
    --------
    >>> content_ids(pd.Series(["甲", "乙", "甲"])).str[-2:].tolist()
    ['-1', '-1', '-2']
    """
    digests = contents.map(lambda text: hashlib.sha256(text.encode()).hexdigest()[:12])
    return "auto-" + digests + "-" + (digests.groupby(digests).cumcount() + 1).astype(str)
