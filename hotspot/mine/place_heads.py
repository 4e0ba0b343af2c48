"""Names that often stand right after a district or after what tells a place (``A5区保利大都汇``, ``住在…``)."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hotspot.arrays import ranges
from hotspot.mine.place_scan import (
    BETWEEN,
    Codes,
    Joined,
    Numbers,
    Openings,
    Words,
    count_owners,
    matches_at,
    number_strings,
    table_of,
)

_LONGEST: Final = 8
_SHORTEST: Final = 2
_HEAD: Final = re.compile(
    rf"[A-Z]\d{{0,2}}[市县区](?![市县区])|(?<=[^{BETWEEN}小社园校厂景片辖宅活地山城市矿库郊])[区县](?!域|别)"
    r"|家?住在?(?![宅房建院改])|位于|地处"
)
_LEAST: Final = {2: 8, 3: 4}  # texts that hold a head of this length
_LEAST_LONG: Final = 3  # … of a longer one
_WAYS: Final = 4  # in which it goes on
_SHARE: Final = 0.3  # of the texts that hold a name, so many have it as a head


@cache
def _openings() -> Openings:
    return Openings((string.ascii_uppercase, ""), ("区县", ""), ("家", "住"), ("住", ""), ("位", "于"), ("地", "处"))


@cache
def _han() -> NDArray[np.uint8]:
    return table_of(map(chr, range(0x3400, 0xA000)))


def _find_heads(joined: Joined) -> tuple[Numbers, Numbers]:
    """Return where heads begin, and how many characters are in a run from there: one more than the longest, at most."""
    begins = [match.end() for match in matches_at(_HEAD, joined.text, _openings().find(joined.codes))]
    at = np.array(begins, dtype=np.int64)
    ends = np.flatnonzero(_han().take(joined.codes, mode="clip") == 0)
    return at, np.minimum(ends[np.searchsorted(ends, at)] - at, _LONGEST + 1)


def frequent_heads(parts: Iterable[Sequence[str]]) -> list[str]:
    """Return the heads that enough texts hold and that go on in several ways, none of them the usual one."""
    codes = [np.zeros(0, dtype="<u4")]
    widths, owners = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    base = 0
    for texts in parts:
        joined = Joined(texts)
        at, runs = _find_heads(joined)
        codes.append(joined.codes[ranges(at, runs)])
        widths.append(runs)
        owners.append(joined.owners(at) + base)
        base += len(texts)
    return _choose(np.concatenate(codes), np.concatenate(widths), np.concatenate(owners))


def _choose(codes: Codes, widths: Numbers, owners: Numbers) -> list[str]:
    text = codes.tobytes().decode("utf-32-le")
    starts = np.cumsum(widths) - widths
    chosen: list[str] = []
    counts, firsts = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)  # of the heads that are one sign shorter
    names = np.zeros(len(widths), dtype=np.int64)  # the numbers of these heads, run by run
    for length, rows, longer, first_longer in number_strings(codes, starts, widths):
        counts_longer = count_owners(longer, owners[rows], len(first_longer))
        heads = names[first_longer]
        usual = np.zeros(len(counts), dtype=np.int64)
        np.maximum.at(usual, heads, counts_longer)
        ways = np.bincount(heads, minlength=len(counts))
        held = (counts >= _LEAST.get(length - 1, _LEAST_LONG)) & (usual <= 0.5 * counts) & (ways >= _WAYS)
        if length > _SHORTEST:
            chosen += [text[start : start + length - 1] for start in starts[firsts[held]].tolist()]
        names[rows], counts, firsts = longer, counts_longer, first_longer
    return chosen


def keep_heads(names: Sequence[str], parts: Iterable[Sequence[str]]) -> list[str]:
    """Return those of the names that are heads in enough of the texts that hold them."""
    words = Words(names)
    holding, heads = np.zeros(len(names), dtype=np.int64), np.zeros(len(names), dtype=np.int64)
    for texts in parts:
        joined = Joined(texts)
        begins, _ = _find_heads(joined)
        at = words.heads(joined.codes)
        for _, which, found in words.walk(joined.codes, at):
            owners, is_head = joined.owners(at[which]), np.isin(at[which], begins)
            holding += count_owners(found, owners, len(names))
            heads += count_owners(found[is_head], owners[is_head], len(names))
    return [name for name, kept in zip(names, heads >= _SHARE * holding, strict=True) if kept]
