"""Texts that a category may be learned from: without personal data and what tells persons apart."""

from __future__ import annotations

from collections.abc import Sequence

from hotspot.mine.impersonal import mask_all
from hotspot.text.mask import find_private_all


def clear(texts: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """Return the texts without what tells persons apart, and the parts of the names in them.

    Examples
    --------
    >>> texts, parts = clear(["我叫马占林，暖气不热"])
    >>> "马占林" in texts[0], sorted(parts)
    (False, ['占林', '马占', '马占林'])
    """
    public, parts = _without_private(texts)
    return mask_all(public), parts


def _without_private(texts: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """Return the texts without personal data, and all parts, of two characters and more, of the names in them."""
    public, parts = [], set[str]()
    for text, spans in zip(texts, find_private_all(texts), strict=True):
        pieces, last = [], 0
        for span in spans:
            pieces += [text[last : span.start], " "]
            last = span.end
            if span.kind == "姓名":
                name = text[span.start : span.end]
                parts |= {name[i:j] for i in range(len(name)) for j in range(i + 2, len(name) + 1)}
        public.append("".join([*pieces, text[last:]]))
    return public, frozenset(parts)
