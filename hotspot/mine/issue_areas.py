"""The areas that a call names by letters, as exports made public do: A市, B7县."""

from __future__ import annotations

import re
from typing import Final

from hotspot.mine.issue_words import LEAD

# Exports made public replace the names of cities and districts like this.
CODE: Final = re.compile(r"[A-Z]\d*[市县区]")


def area_codes(title: str, text: str) -> str:
    """Return what title and lead of a text tell of the area: the first code, and the first one with a number.

    Examples
    --------
    >>> area_codes("A市修路", "B市A7县星沙"), area_codes("", "停水")
    ('A市 A7县', '')
    """
    codes = CODE.findall(f"{title} {text[:LEAD]}")
    return " ".join(dict.fromkeys([*codes[:1], *[code for code in codes if code[1].isdigit()][:1]]))
