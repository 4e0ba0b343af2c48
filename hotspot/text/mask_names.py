"""Full names of persons: after 我叫 or 姓名, before a phone, in brackets after 先生, before 女士.

A name is a surname with one or two more characters, or two parts of a Tibetan or Mongolian name. As every other word
can begin with a surname's character too, a name is only taken where something says that a person is meant. The surname
with 先生 or 女士 stays: it names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import Final

from hotspot.text import mask_name_signs as signs
from hotspot.text.code_points import CodePoints
from hotspot.text.mask_name_hints import weak_hints
from hotspot.text.mask_numbers import Span
from hotspot.text.name_lexicon import first_characters, is_likely, is_name, is_of_parts, name_parts

_OF_PLACES: Final = frozenset("城苑村镇桥洲坪庄堂府庭园")  # at the end of what may as well be a compound
_Found = Iterator[tuple[int, int]]  # start and end; equal where there is a sign and no name


def _name_at(text: str, start: int, *, certain: bool = False, part: bool = False) -> int:
    """Return the end of the name that begins at `start` and is followed by what may follow a name, else `start`.

    Where a name is certainly meant, a rare one is taken too; ``part`` lets one part of a Tibetan name stand alone.
    """
    if text[start : start + 1] not in first_characters():
        return start
    for size in (5, 4, 3, 2):
        name = text[start : start + size]
        if len(name) < size:
            continue
        end = start + size
        ends = signs.AFTER.match(text, end) or (size > 2 and signs.AFTER_LONG.match(text, end))
        likely = is_name(name, certain=certain) and (certain or is_likely(name))
        if ends and (likely or (part and name in name_parts())):
            return end
    name = text[start : start + 3]
    return start + 3 if certain and len(name) == 3 and is_name(name) and is_likely(name) else start


def _person_at(text: str, start: int) -> int:
    """Return the end of the name that begins at `start`, behind a noun for a person, else `start`."""
    if text[start : start + 1] not in first_characters():
        return start
    for size in (4, 3, 2):
        name, end = text[start : start + size], start + size
        if len(name) < size or not ((is_name(name) and is_likely(name)) or name in name_parts()):
            continue
        if name[-1] in _OF_PLACES:
            continue
        if signs.AFTER.match(text, end) or (size > 2 and signs.AFTER_LONG.match(text, end)):
            return end
    return start


@cache
def _of_parts() -> re.Pattern[str]:
    """Return what finds the names that are made of two parts, wherever they stand; shops and places bear them, too."""
    parts = "|".join(sorted(map(re.escape, name_parts()), key=lambda part: (-len(part), part)))
    shop = "[超商饭餐宾旅酒茶药门书网]|藏餐|路|街|村|社|小区|寺|牧|乡|镇|草原|民族|超市|家园|广场|火锅|面馆|公司|合作"
    first = "".join(sorted({part[0] for part in name_parts()}))
    return re.compile(rf"(?=[{first}])(?!扎西德勒)(?:{parts})(?:(?:{parts})|·{signs.HAN}{{1,6}})(?!{shop})")


def _name_before(text: str, low: int, end: int) -> int:
    """Return the start of the longest name that ends at `end` and begins where a name may begin, else `end`."""
    for size in (5, 4, 3, 2):
        start = end - size
        if start < low:
            continue
        if is_name(text[start:end]) and _begins(text, start):
            return start
    return end


def _begins(text: str, start: int) -> bool:
    return start == 0 or signs.BEFORE_NAME.match(text[start - 1]) is not None


def _find_behind(text: str, sign: re.Pattern[str], certain: bool = False, part: bool = False) -> _Found:
    for match in sign.finditer(text):
        at = match.start("at")
        yield at, _name_at(text, at, certain=certain, part=part)


def _find_persons(text: str) -> _Found:
    return ((match.start("at"), _person_at(text, match.start("at"))) for match in signs.PERSON.finditer(text))


def _find_of_parts(text: str) -> _Found:
    return (match.span() for match in _of_parts().finditer(text))


def _find_in_brackets(text: str) -> _Found:
    for match in signs.BRACKET.finditer(text):
        if is_name(match["name"]) and (match["name"][0] == match["surname"][-1] or is_of_parts(match["name"])):
            yield match.span("name")


def _find_spelled(text: str) -> _Found:
    for match in signs.SPELLING.finditer(text):
        if match["sign"] in match["name"][1:] and is_name(match["name"]):
            yield match.span("name")


def _find_subjects(text: str) -> _Found:
    for match in signs.SUBJECT.finditer(text):
        if is_name(match["name"]) and is_likely(match["name"]):
            yield match.span("name")


def _find_relatives(text: str) -> _Found:
    for match in signs.RELATIVE.finditer(text):
        if match["name"] in name_parts() or (is_name(match["name"]) and is_likely(match["name"])):
            yield match.span("name")


def _find_titled(text: str) -> _Found:
    for match in signs.TITLE.finditer(text):
        start = _name_before(text, max(0, match.start() - 6), match.start())
        if start < match.start() and is_likely(text[start : match.start()]):
            yield start, match.start()


def _find_before_numbers(text: str, numbers: Sequence[Span]) -> _Found:
    for span in numbers:
        if span.kind not in ("电话", "座机", "证件", "账号", "银行卡"):
            continue
        low = max(0, span.start - 16)
        match = signs.BEFORE_NUMBER.search(text[low : span.start])
        if match:
            end = low + match.end("name")
            yield _name_before(text, low, end), end


# Each yields what it finds in a text given as `view` returns it.
FINDERS: Final[tuple[Callable[[str], _Found], ...]] = (
    *(partial(_find_behind, sign=sign, certain=True, part=True) for sign in signs.ANNOUNCING),
    _find_in_brackets,
    partial(_find_behind, sign=signs.ME, part=True),
    *(partial(_find_behind, sign=sign) for _, sign in signs.WEAK),
    _find_persons,
    _find_of_parts,
    _find_spelled,
    _find_subjects,
    _find_relatives,
    _find_titled,
)


def find_rows(points: CodePoints) -> list[list[int]]:
    """Return for each of `FINDERS` the texts in which it can find anything.

    Examples
    --------
    >>> {row for rows in find_rows(CodePoints(["不热", "我叫马占林，反映供暖"])) for row in rows}
    {1}
    """
    return [*signs.HINTS.rows(points), *map(points.rows_at, weak_hints(points))]


def find_names(text: str, found: Iterable[tuple[int, int]], numbers: Sequence[Span]) -> Iterator[Span]:
    """Yield the names in a text, given what all `FINDERS` found in it, and its numbers; they may overlap.

    Besides what was found, these are the names before numbers, those listed behind others, all places where a name
    stands once more, and how it is spelled.

    Examples
    --------
    >>> sorted(find_names("我叫马占林，森林的林", [(2, 5)], ()))
    [Span(start=2, end=5, kind='姓名'), Span(start=5, end=10, kind='姓名')]
    """
    ends = {*found, *_find_before_numbers(text, numbers)}
    ends.update(_find_listed(text, sorted(end for _, end in ends)))
    names = {text[start:end] for start, end in ends if end > start}
    for name in names:
        if len(name) > 2 or name in name_parts():
            ends.update(match.span() for match in re.finditer(re.escape(name), text))
    for start, end in ends:
        if end > start:
            yield Span(start, end, "姓名")
            spelled = signs.SPELLED.match(text, end)
            if spelled and any(
                part[-1] in text[start + 1 : end] for part in re.split(r"[，,、。]", spelled[0]) if part
            ):
                yield Span(*spelled.span(), "姓名")


def _find_listed(text: str, ends: Iterable[int]) -> _Found:
    for end in ends:
        listed = signs.LISTED.match(text, end)
        while listed:
            after = _name_at(text, listed.end())
            yield listed.end(), after
            listed = signs.LISTED.match(text, after) if after > listed.end() else None
