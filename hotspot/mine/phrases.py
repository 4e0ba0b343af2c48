"""Causes, effects and kinds of site that callers name: concepts of a word list, found in the calls and counted.

Nothing is made up: a phrase is printed in the wording of its concept only where enough calls hold one of its terms,
and it carries the ids of those calls.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

from hotspot.mine.theme_lexicon import theme_names
from hotspot.schema import Phrase

CAUSE: Final = "cause"
EFFECT: Final = "effect"
SITE: Final = "site"

_GAP: Final = "[^。！？；：!?;]{0,10}?"
# 锅炉没坏, 不是锅炉坏了: what is denied is no cause; 没合同关系 is said of two firms.
_DENIED: Final = re.compile(r"(?:不是|没有说|并非|不存在|又不是|不算|没说|不能|别再|别让|怕)[^，。！？；：]{0,2}$")
_OF_OTHERS: Final = "关系"


@dataclass(frozen=True, slots=True)
class Concept:
    """A cause, effect or kind of site: its wording, and the expression that finds it."""

    kind: str
    text: str
    pattern: re.Pattern[str]
    themes: frozenset[str] = frozenset()
    novel: bool = False
    counted: bool = False

    def belongs_to(self, theme: str) -> bool:
        """Return whether the concept is one of `theme`."""
        return not self.themes or theme in self.themes or (self.novel and theme not in theme_names())

    def found_in(self, text: str) -> bool:
        """Return whether `text` says it.

        Examples
        --------
        >>> boiler = next(concept for concept in load_concepts() if concept.text == "锅炉损坏")
        >>> boiler.found_in("物业说锅炉又坏了"), boiler.found_in("不是锅炉坏了")
        (True, False)
        """
        return any(
            not _DENIED.search(text[max(0, hit.start() - 8) : hit.start()])
            and not text.startswith(_OF_OTHERS, hit.end())
            for hit in self.pattern.finditer(text)
        )


@functools.cache
def load_concepts() -> tuple[Concept, ...]:
    """Return the concepts of the package's list."""
    text = resources.files("hotspot.resources").joinpath("phrases.toml").read_text(encoding="utf-8")
    concepts = []
    for table in tomllib.loads(text)["phrase"]:
        terms = sorted(table["terms"].split(), key=lambda term: (-len(term), term))
        pattern = "|".join(_GAP.join(re.escape(part) for part in term.split("~")) for term in terms)
        themes = frozenset(table.get("themes", "").split())
        flags = table.get("novel", False), table.get("counted", False)
        concepts.append(Concept(table["kind"], table["text"], re.compile(pattern), themes, *flags))
    return tuple(concepts)


def mine_phrases(
    texts: Sequence[str], ids: Sequence[str], *, theme: str = "", floor_calls: int = 3, floor_share: float = 2.0
) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:
    """Return causes and effects that enough of the calls name, each falling by count.

    Parameters
    ----------
    texts, ids : sequence of str
        Text and id of each call of the hotspot.
    theme : str
        Theme of the hotspot: some phrases belong to some themes only.
    floor_calls, floor_share : int, float
        A phrase needs this many calls and this share of them in percent.

    Examples
    --------
    >>> causes, effects = mine_phrases(["锅炉坏了，家里才12度"] * 3, ["1", "2", "3"], theme="供暖不热")
    >>> [(phrase.text, phrase.count) for phrase in causes + effects]
    [('锅炉损坏', 3), ('家中温度较低', 3)]
    """
    floor = max(floor_calls, floor_share * len(texts) / 100)
    causes = _count(texts, ids, CAUSE, theme, floor)
    effects = _count(texts, ids, EFFECT, theme, floor)
    return causes, effects


def mine_sites(
    texts: Sequence[str], ids: Sequence[str], places: Sequence[str], *, floor_calls: int = 3
) -> tuple[Phrase, ...]:
    """Return the kinds of site that the calls name, falling.

    A call counts for the first kind that the name of its place fits, else for the first that its text does.

    Examples
    --------
    >>> [phrase.text for phrase in mine_sites(["在光伏电站干活没发工资"] * 3, ["1", "2", "3"], [""] * 3)]
    ['光伏电站']
    """
    calls: dict[str, list[str]] = {concept.text: [] for concept in load_concepts() if concept.kind == SITE}
    for text, msg_id, place in zip(texts, ids, places, strict=True):
        kind = kind_of_site(place) or kind_of_site(text)
        if kind:
            calls[kind].append(msg_id)
    return _ranked(calls, floor_calls)


def kind_of_site(text: str) -> str:
    """Return the first kind of site that a text or the name of a place fits, ``""`` where none does.

    Examples
    --------
    >>> kind_of_site("职业技术学校宿舍楼工地"), kind_of_site("仁和小区")
    ('学校内部工地', '')
    """
    sites = (concept for concept in load_concepts() if concept.kind == SITE)
    return next((concept.text for concept in sites if concept.found_in(text)), "")


def counted_phrases() -> frozenset[str]:
    """Return the phrases whose count the bulletin tells: the reasons that an office asks for by number."""
    return frozenset(concept.text for concept in load_concepts() if concept.counted)


def _count(texts: Sequence[str], ids: Sequence[str], kind: str, theme: str, floor: float) -> tuple[Phrase, ...]:
    calls = {
        concept.text: [msg_id for text, msg_id in zip(texts, ids, strict=True) if concept.found_in(text)]
        for concept in load_concepts()
        if concept.kind == kind and concept.belongs_to(theme)
    }
    return _ranked(calls, floor)


def _ranked(calls: dict[str, list[str]], floor: float) -> tuple[Phrase, ...]:
    found = [Phrase(text, len(ids), tuple(sorted(ids))) for text, ids in calls.items() if len(ids) >= max(floor, 1)]
    return tuple(sorted(found, key=lambda phrase: (-phrase.count, phrase.text)))
