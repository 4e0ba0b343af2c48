"""Numbers that lead to a person: phones, landlines, identity cards, bank cards, plates, addresses on the net.

Digits may be full-width, spelled in words (幺三八…), or split by blanks, dashes and the small words of speech. All
patterns are bounded and use possessive repetition, so that their time is linear in the text.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple


class Span(NamedTuple):
    """A stretch of text that holds personal data, and its kind."""

    start: int
    end: int
    kind: str


SPOKEN: Final = dict(zip("零〇幺一二两三四五六七八九洞拐", "001122345678907", strict=True))
_ASCII: Final = {
    ordinal: str(unicodedata.decimal(chr(ordinal)))
    for ordinal in range(128, sys.maxunicode + 1)
    if unicodedata.category(chr(ordinal)) == "Nd"
} | {
    ordinal: chr(ordinal - 0xFEE0)
    for ordinal in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF03, 0xFF20, 0xFF0E, 0xFF0D)
}
_S: Final = "".join(SPOKEN)
_INVISIBLE: Final = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_SIGN: Final = rf"[\s\-—–－_·•.。,，、~/()（）*…\"'“”{_INVISIBLE}]"
_FILLER: Final = (
    "(?:嗯|呃|额|啊|哦|那个|这个|就是|然后|还有|再|后面是?|接着是?|对的?|是的?|好的?|您说|请说|请讲|请继续|继续|您请|记下了?"
    "|(?:坐席|座席|话务员|客服|市民|来电人|群众)[:：])"
)
_SEPARATOR: Final = rf"(?:{_SIGN}{{0,3}}{_FILLER}){{0,5}}+{_SIGN}{{0,3}}+"
_RUN: Final = re.compile(rf"[0-9{_S}]++(?:{_SEPARATOR}[0-9{_S}]++)*+")
_GROUP: Final = re.compile(rf"[0-9]+|[{_S}]+")
_PLAIN_GAP: Final = re.compile(rf"[\s\-—–－·•_{_INVISIBLE}()（）]*")

_CLOSING: Final = re.compile("[)）]")

_MOBILE: Final = re.compile(r"(?:0{0,2}86|0)?1[3-9]\d{9}")
_LANDLINE: Final = re.compile(r"(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}")
_IDENTITY: Final = re.compile(
    r"[1-9]\d{5}(?:(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]|\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})"
)
_CARD: Final = re.compile(r"(?:62\d{14,17}|4\d{15}|5[1-5]\d{14}|60\d{14,17}|9[5-8]\d{14,17}|3[57]\d{14})")
_SHAPES: Final = frozenset(
    (
        (3, 4, 4),
        (3, 8),
        (3, 3, 5),
        (7, 4),
        (4, 4, 3),
        (5, 6),
        (4, 7),
        (6, 5),
        (3, 2, 2, 2, 2),
        (3, 2, 3, 3),
        (3, 4, 2, 2),
    )
)
_SAYS_PHONE: Final = re.compile(
    r"(?:电话|手机|号码|座机|联系|回电|拨打|打|拨|短信|微信|我的?号|这个号|传真|致电|TEL|Tel|tel)[^。！？!?]{0,9}$"
)
_SAYS_LANDLINE: Final = re.compile(r"(?:电话|座机|固话|传真|致电)(?:号码?)?[是为:：\s]{0,3}$")
_SAYS_IDENTITY: Final = re.compile(r"(?:身份证|证件|身份号|公民身份)[^。！？!?\d]{0,10}$")
_SAYS_CARD: Final = re.compile(r"(?:卡号|账号|帐号|账户|帐户|银行卡|社保卡|工资卡|存折)[^。！？!?\d]{0,10}$")
_SAYS_ORDER: Final = re.compile(
    r"(?:单号|工单|编号|订单|单子|快递|运单|流水号|发票|条码|户号|表号|批号)[^。！？!?\d]{0,6}$"
)
_LETTER_BEFORE: Final = re.compile(r"[A-Za-z][A-Za-z\-]{0,3}$")
_AMOUNT_AFTER: Final = re.compile(r"\s?(?:元|块|万|亿|余元|平方|公里|吨|度电|%|％)")
_CONTEXT: Final = 24  # characters before a number that may say what it is

_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_TAIL: Final = rf"[0-9A-Za-z{_S}]"
_PLATE_SIGN: Final = rf"[\s·•.\-—－{_INVISIBLE}]{{0,2}}"
_PLATE: Final = re.compile(
    rf"[{_PROVINCES}](?:海|藏)?\s?[A-Za-z][,，]?{_PLATE_SIGN}"
    rf"(?:(?:[0-9A-Za-z]{_PLATE_SIGN}){{3,5}}(?:[0-9A-Za-z]|[挂学警港澳使领])(?![0-9A-Za-z])"
    rf"|(?:{_TAIL}{_PLATE_SIGN}){{4,5}}{_TAIL}(?![0-9A-Za-z{_S}]))"
)
_BARE_PLATE: Final = re.compile(
    r"(?:车牌号?码?|车号|牌照)[是为:：，,\s]{0,3}(?:尾号)?(?P<plate>[A-Za-z][\s·•.\-]{0,2}(?=[A-Za-z]{0,5}\d)[0-9A-Za-z]{5,6})(?![0-9A-Za-z])"
)
_MAIL: Final = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}+\s?@\s?[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}"
)
_ACCOUNT: Final = re.compile(
    r"(?:微信号?|QQ号?|qq号?|抖音号|支付宝账?号?)[是为:：，,\s]{0,3}(?P<account>[A-Za-z0-9][A-Za-z0-9_\-]{4,25})"
)
_PASSPORT: Final = re.compile(
    r"(?:护照|通行证|军官证|士兵证|驾驶证|残疾证|社保号)[号码是为:：，,\s]{0,4}(?P<number>[A-Za-z]{0,2}\d{6,20}[A-Za-z]?)"
)


def view(text: str) -> str:
    """Return `text` with every kind of digit and full-width letter as ASCII, each at its place.

    Examples
    --------
    >>> view("１３９Ａ")
    '139A'
    """
    return text if text.isascii() else text.translate(_ASCII)


def find_numbers(text: str) -> Iterator[Span]:
    """Yield the numbers, plates and net addresses in a text given as `view` returns it; they may overlap."""
    if "@" in text:
        for match in _MAIL.finditer(text):
            yield Span(match.start(), match.end(), "邮箱")
    for match in _PLATE.finditer(text):
        digits = sum(sign.isdigit() or sign in SPOKEN for sign in match[0])
        if digits >= 2:
            yield Span(match.start(), match.end(), "车牌")
    for match in _BARE_PLATE.finditer(text):
        yield Span(*match.span("plate"), "车牌")
    for match in _ACCOUNT.finditer(text):
        if any(sign.isdigit() for sign in match["account"]):
            yield Span(*match.span("account"), "账号")
    for match in _PASSPORT.finditer(text):
        yield Span(*match.span("number"), "证件")
    for run in _RUN.finditer(text):
        if run.end() - run.start() >= 7:
            yield from _of_run(text, run.start(), run.end())


def _of_run(text: str, start: int, end: int) -> Iterator[Span]:
    groups = [match.span() for match in _GROUP.finditer(text, start, end)]
    digits = ["".join(SPOKEN.get(sign, sign) for sign in text[low:high]) for low, high in groups]
    position = 0
    while position < len(groups):
        found = _longest(text, groups, digits, position)
        if found is None:
            position += 1
            continue
        last, kind, stop = found
        begin = groups[position][0]
        opened = (
            begin > 0 and text[begin - 1] in "+(（" and (text[begin - 1] == "+" or _CLOSING.search(text, begin, stop))
        )
        yield Span(begin - 1 if opened else begin, stop, kind)
        position = last + 1


def _longest(
    text: str, groups: Sequence[tuple[int, int]], digits: Sequence[str], first: int
) -> tuple[int, str, int] | None:
    """Return last group, kind and end of the longest number that begins with a group."""
    found = None
    whole = ""
    before = text[max(0, groups[first][0] - _CONTEXT) : groups[first][0]]
    for last in range(first, len(groups)):
        whole += digits[last]
        if len(whole) > 24 or (found and _changes_style(text, groups, last)):
            break
        if len(whole) < 7:
            continue
        shape = tuple(len(part) for part in digits[first : last + 1])
        start, end = groups[first][0], groups[last][1]
        gaps = [text[groups[i][1] : groups[i + 1][0]] for i in range(first, last)]
        extra = _check_letter(text, end, whole)
        kind = _kind(text, before, whole, shape, gaps, text[start:end], text[end : end + 3], bool(extra))
        if kind:
            found = (last, kind, end + extra)
    return found


def _changes_style(text: str, groups: Sequence[tuple[int, int]], last: int) -> bool:
    """Whether a group is spelled in words and the one before it in digits, or the reverse: another number begins."""
    return (text[groups[last][0]] in SPOKEN) != (text[groups[last - 1][0]] in SPOKEN)


def _check_letter(text: str, end: int, whole: str) -> int:
    """Return how many characters after seventeen digits spell the check letter X."""
    if len(whole) != 17:
        return 0
    match = re.compile(r"[\s\-]?(?:[XxＸｘ×]|叉|艾克斯)").match(text, end)
    return match.end() - end if match else 0


def _kind(
    text: str,
    before: str,
    whole: str,
    shape: tuple[int, ...],
    gaps: Sequence[str],
    raw: str,
    after: str,
    check_letter: bool,
) -> str:
    """Return the kind of a number, or ``""``: by its digits, how it is split, and what is said before it."""
    identity = _SAYS_IDENTITY.search(before) is not None
    if identity and 14 <= len(whole) <= 20:
        return "证件"
    if _LETTER_BEFORE.search(before) and raw[0].isdigit():
        return ""
    plain = all(_PLAIN_GAP.fullmatch(gap) for gap in gaps)
    spoken = not any(sign.isascii() and sign.isdigit() for sign in raw)
    complete = whole + ("X" if check_letter else "")
    if _IDENTITY.fullmatch(complete) and (plain or spoken or identity) and not _SAYS_ORDER.search(before):
        return "证件"
    if _MOBILE.fullmatch(whole) and not _AMOUNT_AFTER.match(after):
        core = shape if len(whole) == 11 else shape[1:]  # without the country's code
        if len(shape) == 1 or (len(core) == 1 and plain) or (core in _SHAPES and plain) or spoken or len(shape) > 8:
            return "电话"
        if _SAYS_PHONE.search(before) or (core in ((3, 4, 4), (3, 8), (3, 3, 5)) and not _AMOUNT_AFTER.match(after)):
            return "电话"
    if len(shape) == 1 and 12 <= len(whole) <= 15 and re.match(r"1[3-9]", whole) and _SAYS_PHONE.search(before):
        return "电话"
    if whole[0] == "0" and _LANDLINE.fullmatch(whole[1:]) and (len(shape) == 1 or plain or spoken):
        return "座机"
    if len(whole) in (7, 8) and (len(shape) <= 2 or plain) and _SAYS_LANDLINE.search(before) and whole[0] in "2345678":
        return "" if whole.startswith("400") else "座机"
    if 15 <= len(whole) <= 20 and _SAYS_CARD.search(before):
        return "银行卡"
    if 9 <= len(whole) <= 14 and len(shape) == 1 and _SAYS_CARD.search(before):
        return "账号"
    if _CARD.fullmatch(whole) and not _SAYS_ORDER.search(before) and (plain or spoken):
        return "银行卡"
    return ""
