"""One canonical name per place: suffix, phase, spelling by sound, confirmed and forbidden aliases.

Works on the distinct mentions, never on the calls: names meet only where a key (stem, sound) is shared, so cost grows
with the number of distinct names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hotspot.mine.place_lexicon import is_common, is_generic
from hotspot.mine.place_pinyin import loose_sound, sound

_DIGITS: Final = str.maketrans("1234567890", "一二三四五六七八九〇")
_PHASE: Final = re.compile(r"第?([一二三四五六七八九十\d]{1,2})期$")
_DROPPED: Final = re.compile(r"(?:小区|楼盘|(?<=[城园苑府湾郡庭际象])社区)$")
_DWELLING: Final = re.compile(r"(?:家园|花园|花苑|嘉园|佳园|小区|新城|家属院){1,4}$")
_POINT: Final = re.compile(r"[.·•・]")
_EXACT: Final = frozenset(("小区", "道路", "路口", "学校", "市场", "医院"))  # kinds whose names stand by themselves
_UNIT: Final = re.compile(r"(?:路?口|物业|换热站|安置房|安置小区|停车场|公交站|村委会|居委会|门口){1,4}$")
_TRAIL: Final = re.compile(r"(?:物业|换热站|门口)$")
_FREQUENT: Final = 4  # calls that make a name one to which others are led
_CONFIRMED: Final = "配置确认"


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


class _Joiner:
    """Leads every name to the one it stands for, rule by rule; the first rule that applies decides."""

    def __init__(
        self,
        weight: Mapping[str, int],
        kinds: Mapping[str, str],
        known: Mapping[str, str],
        aliases: Mapping[str, str],
        forbidden: frozenset[tuple[str, str]],
    ) -> None:
        self.names = sorted(set(weight) | set(known))
        self.weight = {name: weight.get(name, 0) for name in self.names}
        self.kinds, self.known = kinds, known
        self.apart = forbidden | {(second, first) for first, second in forbidden}
        self.frequent = {name for name in self.names if name in known or self.weight[name] >= _FREQUENT}
        self.target = {name: aliases[name] for name in self.names if name in aliases}
        self.total = dict(self.weight)  # mentions of all that has been led to a name
        self.evidence = dict.fromkeys(self.target, _CONFIRMED)

    def lead(self, name: str, head: str, reason: str) -> None:
        free = name != head and name not in self.target and name not in self.known
        if free and (name, head) not in self.apart and self.resolve(head) != name:
            self.target[name], self.evidence[name] = head, reason
            self.total[self.resolve(head)] += self.total[name]

    def resolve(self, name: str) -> str:
        while name in self.target and self.target[name] != name:
            name = self.target[name]
        return name

    def _rank(self, name: str) -> tuple[bool, int, int, str]:
        return name in self.known, self.total[name], len(name), name

    def _outweighs(self, head: str, name: str, times: int) -> bool:
        return head in self.known or self.total[head] >= times * self.total[name]

    def units(self) -> None:
        """和谐家园物业 is 和谐家园; a site within a place is a place of its own."""
        for name in self.names:
            site = name.removesuffix("项目")
            if site != name and self.kinds.get(site) == "小区":
                self.lead(name, site, "楼盘项目")
            if name in self.frequent or self.kinds.get(name) in ("工地", "路口"):
                continue
            for size in range(len(name) - 1, 2 if len(name) > 3 else 1, -1):
                part = name[:size]
                if part in self.known and is_generic(name[size:]):
                    self.lead(name, part, "已知地名加所属单位")
                elif part in self.frequent and _UNIT.fullmatch(name[size:]) and self._outweighs(part, name, 2):
                    self.lead(name, part, "常见地名加所属单位")

    def stuck_words(self) -> None:
        """反映泰康小区 is 泰康小区, and so is 铁路泰康小区: words or an area before a name."""
        for name in self.names:
            if self.kinds.get(name) == "工地":
                continue
            for size in range(1, len(name) - 2):
                before, rest = name[:size], name[size:]
                if rest not in self.weight or is_generic(bare(rest)) or split_phase(rest)[0] == "":
                    continue
                words = is_common(before) or is_generic(before) or before[-1] in "号栋"
                if words and len(rest) > 3 and rest in self.frequent and self._outweighs(rest, name, 3):
                    self.lead(name, rest, "常见地名前多出的字")
                    break
                framed = self.weight.get(before, 0) >= _FREQUENT and self.weight[rest] > 1
                if framed and self.kinds.get(rest) in _EXACT:
                    self.lead(name, rest, "前面是所在片区")
                    break

    def suffixes(self) -> None:
        """和谐家园 and 和谐家园小区 are one, 西城印象1期 and 西城印象一期 too."""
        groups: dict[str, list[str]] = defaultdict(list)
        for name in self.names:
            stem, phase = split_phase(_TRAIL.sub("", name) or name)
            stem = stem.translate(_DIGITS) if self.kinds.get(name) == "公交线路" else stem
            groups[_POINT.sub("", bare(stem)) + phase].append(name)
        for _, group in sorted(groups.items()):
            head = max(group, key=self._rank)
            area = len(head) == 2 and self.kinds.get(head) == "地标"  # a part of town, and a compound named after it
            for name in group:
                if not area:
                    self.lead(name, head, "后缀或期数写法不同")

    def phases(self) -> None:
        """西城印象 is 西城印象一期 where no other phase is known."""
        by_stem: dict[str, list[str]] = defaultdict(list)
        free = [name for name in self.names if name not in self.target]
        for name in free:
            stem, phase = split_phase(name)
            if phase:
                by_stem[bare(stem)].append(name)
        for name in free:
            only = by_stem.get(bare(name), [])
            if not split_phase(name)[1] and len(only) == 1 and self._outweighs(only[0], name, 1):
                self.lead(name, only[0], "只有这一期")

    def sounds(self) -> None:
        """太康小区 is 泰康小区: the rarer spelling of one sound is the recogniser's."""
        groups: dict[str, list[str]] = defaultdict(list)
        for name in self.names:
            if name not in self.target:
                stem, phase = split_phase(name)
                groups[loose_sound(bare(stem)) + phase].append(name)
        for _, group in sorted(groups.items()):
            head = max(group, key=self._rank)
            for name in group:
                stem = bare(split_phase(name)[0])
                exact = sound(stem) == sound(bare(split_phase(head)[0]))
                sure = exact or head in self.known or (self.kinds.get(name) == "小区" and len(stem) > 2)
                dwelling = self.kinds.get(name, "小区") == "小区"
                alike = self.kinds.get(name) == self.kinds.get(head) or head in self.known
                if sure and alike and self._outweighs(head, name, (1 if exact else 2) if dwelling else 3):
                    self.lead(name, head, "读音相同或相近")

    def swapped(self) -> None:
        """家和谐园 is 和谐家园: the same characters in another order, far rarer."""
        groups: dict[str, list[str]] = defaultdict(list)
        for name in self.names:
            stem = bare(name)
            if name not in self.target and len(stem) > 3 and self.kinds.get(name) != "公交线路":
                groups["".join(sorted(stem))].append(name)
        for _, group in sorted(groups.items()):
            head = max(group, key=self._rank)
            for name in group:
                if self._outweighs(head, name, 2):
                    self.lead(name, head, "字序颠倒")

    def short_forms(self) -> None:
        """怡馨家园 is 怡馨小区, 滨河新城 is 广达滨河新城小区, where only one name of that phase fits."""
        heads: dict[str, set[str]] = defaultdict(set)
        for name in self.names:
            if name in self.frequent and name not in self.target and self._dwelling(name):
                stem, phase = split_phase(name)
                stem = bare(stem)
                parts = {stem[at:] for at in range(2, len(stem) - 2)} | {stem[:4], stem}
                for part in {part for part in parts if len(part) > 2} | {_DWELLING.sub("", stem)}:
                    heads[loose_sound(part) + phase].add(name)
        for name in self.names:
            if name in self.target or name in self.known or not self._dwelling(name):
                continue
            stem, phase = split_phase(name)
            for part in (bare(stem), _DWELLING.sub("", stem)):
                fitting = heads.get(loose_sound(part) + phase, set()) - {name} if len(part) >= 2 else set()
                head = next(iter(fitting)) if len(fitting) == 1 else ""
                plain = len(part) > 2 or "小区" in (name[len(part) :], split_phase(head)[0][len(part) :][-2:])
                if head and plain and self._outweighs(head, name, 2):
                    self.lead(name, head, "简称")
                    break

    def _dwelling(self, name: str) -> bool:
        return self.kinds.get(name, "小区") in ("小区", "地标")


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

    Examples
    --------
    >>> names, learned = canonicalise({"泰康小区": 9, "太康小区": 2}, {}, {}, {}, frozenset())
    >>> names["太康小区"], learned[0].evidence
    ('泰康小区', '读音相同或相近')
    """
    joiner = _Joiner(mentions, kinds, known, aliases, forbidden)
    joiner.units()
    joiner.stuck_words()
    joiner.suffixes()
    joiner.phases()
    joiner.sounds()
    joiner.swapped()
    joiner.short_forms()
    learned = tuple(
        LearnedAlias(name, joiner.resolve(name), joiner.evidence[name], mentions[name])
        for name in sorted(mentions)
        if name in joiner.target and joiner.evidence[name] != _CONFIRMED
    )
    return {name: joiner.resolve(name) for name in mentions}, learned
