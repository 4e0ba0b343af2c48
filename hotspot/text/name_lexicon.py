"""What can be a person's full name: surnames, characters of given names, parts of Tibetan and other names."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

_FUNCTION: Final = re.compile(
    "[的了着过是在我你他她它们这那哪谁什么怎没不就都也还又再说想给把让叫从到吗吧呢啊呀哦嘛哩车电话去些个人某]"
)
_ALL_HAN: Final = re.compile(r"[\u4e00-\u9fff]+")
_OFFICE: Final = re.compile(
    "(?:先生|女士|师傅|小姐|老师|主任|经理|书记|大夫|医生|老板|木匠|大爷|大妈|阿姨|奶奶|大姐|大哥|队长|科长|局长|院长|校长|站长|司机|总|工)$"
)


@cache
def _words(name: str) -> tuple[str, ...]:
    text = resources.files("hotspot.resources").joinpath(name).read_text(encoding="utf-8")
    return tuple(" ".join(line for line in text.splitlines() if not line.startswith("#")).split())


@cache
def surnames() -> frozenset[str]:
    """Return the surnames that are hardly a word by themselves, and the double ones."""
    common, _, *double = _words("mask_surnames.txt")
    return frozenset(common) | frozenset(double)


@cache
def _rare_surnames() -> frozenset[str]:
    return frozenset(_words("mask_surnames.txt")[1])


@cache
def name_parts() -> frozenset[str]:
    """Return the parts of Tibetan, Mongolian, Kazakh, Uyghur and Hui names."""
    return frozenset(_words("mask_name_parts.txt"))


@cache
def first_characters() -> frozenset[str]:
    """Return the characters with which a name can begin."""
    return frozenset(name[0] for name in surnames() | name_parts() | _rare_surnames())


@cache
def _notgiven_characters() -> frozenset[str]:
    words = _words("mask_not_names.txt")
    return frozenset(words[words.index("=") + 1])


@cache
def not_names() -> frozenset[str]:
    """Return words that begin with a surname's character and are no names."""
    return frozenset(word for word in _words("mask_not_names.txt") if len(word) > 1)


def is_of_parts(text: str) -> bool:
    """Whether `text` is two parts of a Tibetan or Mongolian name, or one that is long enough to stand alone."""
    if len(text) > 2 and text in name_parts():
        return True
    return any(text[:size] in name_parts() and text[size:] in name_parts() for size in (2, 3, 4))


def is_name(text: str, *, certain: bool = False) -> bool:
    """Whether a string can be a person's full name; where a name is certainly meant, a rare one too.

    Examples
    --------
    >>> is_name("马占林"), is_name("才旦多杰"), is_name("欧阳春"), is_name("马上"), is_name("黄河路")
    (True, True, True, False, False)
    """
    if is_of_parts(text):
        return True
    if _ALL_HAN.fullmatch(text) is None or _OFFICE.search(text) or text in surnames():
        return False
    size = 2 if text[:2] in surnames() and len(text) > 2 else 1
    given = text[size:]
    rare = certain and text[:size] in _rare_surnames() and given_characters().issuperset(given)
    if not (rare or text[:size] in surnames()) or not 1 <= len(given) <= 2:
        return False
    if certain:
        return _FUNCTION.search(given) is None and text not in not_names()
    return not (_notgiven_characters() & set(given)) and text not in not_names() and text[:2] not in not_names()


@cache
def given_characters() -> frozenset[str]:
    """Return the characters that are common in given names."""
    return frozenset("".join(_words("mask_given.txt")))


def is_likely(name: str) -> bool:
    """Whether a string that can be a name is made of what names are commonly made of."""
    size = 2 if name[:2] in surnames() and len(name) > 2 else 1
    return is_of_parts(name) or given_characters().issuperset(name[size:])
