"""One canonical name per place: suffix, phase, spelling by sound, confirmed and forbidden aliases.

Works on the distinct mentions, never on the calls: candidates are blocked by sound, so cost grows with the number of
distinct names.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hotspot.mine.place_lexicon import is_generic

_DIGITS: Final = str.maketrans("1234567890", "一二三四五六七八九〇")
_PHASE: Final = re.compile(r"(?:第)?([一二三四五六七八九十\d]{1,2})期$")
_DROPPED: Final = re.compile(r"(?:小区|社区|楼盘)$")
_DWELLING: Final = re.compile(r"(?:家园|花园|花苑|嘉园|佳园|小区|家属院)+$")
_UNIT: Final = re.compile(r"(?:路?口|物业|换热站|安置房|安置小区|停车场|公交站|村委会|居委会|门口|业主群)+$")
_SOUND: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


_FREQUENT: Final = 4  # calls that make a name one to which others are led


@dataclass(frozen=True, slots=True)
class LearnedAlias:
    """A spelling taken for a place, with the reason and the number of its mentions."""

    spelled: str
    canonical: str
    evidence: str
    count: int


def split_phase(name: str) -> tuple[str, str]:
    """Return a name without its phase, and the phase in Chinese digits ("" if none).

    Examples
    --------
    >>> split_phase("西城印象1期")
    ('西城印象', '一期')
    """
    match = _PHASE.search(name)
    return (name[: match.start()], match[1].translate(_DIGITS) + "期") if match else (name, "")


def bare(name: str) -> str:
    """Return a name without the suffix that callers add or drop.

    Examples
    --------
    >>> bare("和谐家园小区")
    '和谐家园'
    """
    stem = _DROPPED.sub("", name)
    return stem if len(stem) >= 2 else name


@lru_cache(maxsize=200_000)
def sound(name: str) -> str:
    """Return how a name sounds, tones, -n/-ng and z/zh aside.

    Examples
    --------
    >>> sound("太康") == sound("泰康")
    True
    """
    from pypinyin import Style, lazy_pinyin

    text = " ".join(lazy_pinyin(name, style=Style.NORMAL))
    for wide, narrow in _SOUND:
        text = text.replace(wide, narrow)
    return text


def canonicalise(
    mentions: Mapping[str, int],
    kinds: Mapping[str, str],
    known: Mapping[str, str],
    aliases: Mapping[str, str],
    forbidden: frozenset[tuple[str, str]],
) -> tuple[dict[str, str], tuple[LearnedAlias, ...]]:
    """Return the canonical name of every mention, and the aliases learned on the way.

    Parameters
    ----------
    mentions
        Distinct spellings and their counts.
    kinds
        Kind of each spelling.
    known
        Names of the gazetteer (canonical -> district): they win over any frequency.
    aliases
        Spellings that the configuration confirms.
    forbidden
        Pairs that must stay apart, in either order.
    """
    weight: Counter[str] = Counter(dict(mentions))
    names = sorted(set(mentions) | set(known))
    apart = forbidden | {(second, first) for first, second in forbidden}
    rank = {name: (name in known, weight[name], len(name), name) for name in names}
    target = {name: aliases[name] for name in names if name in aliases}
    evidence: dict[str, str] = dict.fromkeys(target, "配置确认")

    def join(keys: Mapping[str, list[str]], reason: str) -> None:
        for _, group in sorted(keys.items()):
            head = max(group, key=lambda name: rank[name])
            for name in group:
                if name != head and name not in target and name not in known and (name, head) not in apart:
                    target[name] = head
                    evidence[name] = reason

    def lead(name: str, head: str, reason: str) -> None:
        if name != head and name not in target and name not in known and (name, head) not in apart:
            target[name], evidence[name] = head, reason

    frequent = {name for name in names if name in known or weight[name] >= _FREQUENT}
    for name in names:  # a part of a known place counts as the place, a site within it does not
        if name not in frequent and kinds.get(name) not in ("工地", "路口"):
            for size in range(len(name) - 1, 2 if len(name) > 3 else 1, -1):
                part = name[:size]
                if part in known and is_generic(name[size:]):
                    lead(name, part, "已知地名加所属单位")
                    break
                if part in frequent and _UNIT.fullmatch(name[size:]) and weight[part] > 2 * weight[name]:
                    lead(name, part, "常见地名加所属单位")
                    break

    for name in names:  # words that stuck to the left of a name seen often without them
        for size in range(1, len(name) - 3):
            part = name[size:]
            if part in frequent and weight[part] + 9 * (part in known) > 3 * weight[name] and kinds.get(name) != "工地":
                lead(name, part, "常见地名前多出的字")
                break

    by_bare: dict[str, list[str]] = defaultdict(list)
    for name in names:
        stem, phase = split_phase(_UNIT.sub("", name) or name)
        by_bare[bare(stem) + phase].append(name)
    join({k: v for k, v in by_bare.items() if len(v) > 1}, "后缀或期数写法不同")

    heads = [name for name in names if name not in target]
    phases: dict[str, list[str]] = defaultdict(list)
    for name in heads:
        stem, phase = split_phase(name)
        if phase:
            phases[bare(stem)].append(name)
    for name in heads:
        stem, phase = split_phase(name)
        only = phases.get(bare(stem), [])
        if not phase and len(only) == 1 and (only[0] in known or weight[only[0]] >= weight[name]):
            lead(name, only[0], "只有这一期")

    by_sound: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if name not in target:
            stem, phase = split_phase(name)
            by_sound[sound(bare(stem)) + phase].append(name)
    join({k: v for k, v in by_sound.items() if len(v) > 1}, "读音相同或相近")

    stems: dict[str, set[str]] = defaultdict(set)
    for name in names:
        if name in frequent and name not in target and (name in known or kinds.get(name) == "小区"):
            stem = split_phase(name)[0]
            for key in {_DWELLING.sub("", stem), bare(stem), bare(stem)[2:]}:
                if len(key) >= 2:
                    stems[sound(key)].add(name)
    for name in names:
        if name not in target and name not in frequent and kinds.get(name, "小区") in ("小区", "地标"):
            stem = split_phase(name)[0]
            for key in (bare(stem), _DWELLING.sub("", stem)):
                if len(key) >= 2 and len(stems.get(sound(key), ())) == 1:
                    lead(name, next(iter(stems[sound(key)])), "简称")
                    break

    resolved = {}
    for name in names:
        last, seen = name, {name}
        while last in target and target[last] not in seen:
            last = target[last]
            seen.add(last)
        resolved[name] = last
    learned = tuple(
        LearnedAlias(name, resolved[name], evidence[name], weight[name])
        for name in names
        if name in target and evidence[name] != "配置确认" and weight[name]
    )
    return {name: resolved[name] for name in mentions}, learned
