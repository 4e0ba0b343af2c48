"""The width of a text on a terminal."""

from __future__ import annotations

import unicodedata


def display_width(text: str) -> int:
    """Return the columns that a text takes in a terminal: Chinese characters take two.

    Examples
    --------
    >>> display_width("供暖12件")
    8
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)
