"""Numbers that lead to a person: phones, landlines, identity cards, bank cards, plates, addresses on the net.

Digits may be full-width, spelled in words (幺三八…), or split by blanks, dashes and the small words of speech. All
patterns are bounded and use possessive repetition, so that their time is linear in the text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from hotspot.text.code_points import CodePoints, Pairs, Positions, words


class Span(NamedTuple):
    """A stretch of text that holds personal data, and its kind."""

    start: int
    end: int
    kind: str


SPOKEN: Final = dict(zip("零〇幺一二两三四五六七八九洞拐", "001122345678907", strict=True))


def _other_digits() -> list[str]:
    """Return the decimal digits of all scripts but ASCII."""
    beyond = np.arange(128, sys.maxunicode + 1, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    return re.findall(r"\d", beyond)


_ASCII: Final = {ord(digit): str(int(digit)) for digit in _other_digits()} | {
    ordinal: chr(ordinal - 0xFEE0)
    for ordinal in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF03, 0xFF20, 0xFF0E, 0xFF0D)
}
# Any of these may be one, all beyond 16 bits among them.
OTHER_DIGITS: Final = f"[{''.join(chr(code) for code in sorted(_ASCII) if code < 0x10000)}\uffff]"
_S: Final = "".join(SPOKEN)
_INVISIBLE: Final = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_SIGN: Final = rf"[\s\-—–－_·•.。,，、~/()（）*…\"'“”{_INVISIBLE}]"
_FILLER: Final = (
    "(?:嗯|呃|额|啊|哦|那个|这个|就是|然后|还有|再|后面是?|接着是?|横?杠|对的?|是的?|好的?|您说|请说|请讲|请继续|继续|您请|记下了?"
    "|(?:坐席|座席|话务员|客服|市民|来电人|群众)[:：])"
)
_SEPARATOR: Final = rf"(?:{_SIGN}{{0,3}}{_FILLER}){{0,5}}+{_SIGN}{{0,3}}+"
_RUN: Final = re.compile(rf"[0-9{_S}]++(?:{_SEPARATOR}[0-9{_S}]++)*+")
_DIGIT: Final = f"[0-9{_S}]"
_IN_RUN: Final = f"{_DIGIT}|{_SIGN}|[{re.escape(''.join(sorted(set(_FILLER))))}]"  # whatever a run may hold
_GROUP: Final = re.compile(rf"[0-9]+|[{_S}]+")
_PLAIN_GAP: Final = re.compile(rf"[\s\-—–－·•_{_INVISIBLE}()（）]*")

_LETTER_X: Final = re.compile(r"[\s\-]?(?:[Xx×]|叉|艾克斯)")
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
_SAYS_LANDLINE: Final = re.compile(
    r"(?:(?:电话|座机|固话|传真|致电)(?:号码?)?[是为:：\s]{0,3}|(?:座机|固话)[^。！!\d]{0,10})$"
)
_SAYS_IDENTITY: Final = re.compile(r"(?:身份证|证件|身份号|公民身份)[^。！？!?\d]{0,10}$")
_SAYS_CARD: Final = re.compile(r"(?:卡号|账号|帐号|账户|帐户|银行卡|社保卡|工资卡|存折)[^。！？!?\d]{0,10}$")
_SAYS_ORDER: Final = re.compile(
    r"(?:单号|工单|编号|订单|单子|快递|运单|流水号|发票|条码|户号|表号|批号)[^。！？!?\d]{0,6}$"
)
_LETTER_BEFORE: Final = re.compile(r"[A-Za-z][A-Za-z\-]{0,3}$")
_AMOUNT_AFTER: Final = re.compile(r"\s?(?:元|块|万|亿|余元|平方|公里|吨|度电|%|％)")
_SHORTEST: Final = 7  # digits of a landline without its area code
_LONGEST: Final = 24
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
_SPOKEN_PLATE: Final = re.compile(
    rf"(?:车牌号?码?|车号|牌照)[^。！？!?\d]{{0,8}}?(?P<plate>[{_PROVINCES}](?:海|藏)?[\s,，]?[A-Za-z](?:[\s,，、·]?{_TAIL}){{5,6}})(?!{_TAIL})"
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
    return text.translate(_ASCII)


def _find_mails(text: str) -> Iterator[Span]:
    return (Span(match.start(), match.end(), "邮箱") for match in _MAIL.finditer(text))


def _find_plates(text: str) -> Iterator[Span]:
    for match in _PLATE.finditer(text):
        digits = sum(sign.isdigit() or sign in SPOKEN for sign in match[0])
        if digits >= 2:
            yield Span(match.start(), match.end(), "车牌")


def _find_plates_told(text: str) -> Iterator[Span]:
    for pattern in (_BARE_PLATE, _SPOKEN_PLATE):
        yield from (Span(*match.span("plate"), "车牌") for match in pattern.finditer(text))


def _find_accounts(text: str) -> Iterator[Span]:
    for match in _ACCOUNT.finditer(text):
        if any(sign.isdigit() for sign in match["account"]):
            yield Span(*match.span("account"), "账号")


def _find_passports(text: str) -> Iterator[Span]:
    return (Span(*match.span("number"), "证件") for match in _PASSPORT.finditer(text))


def _find_in_runs(text: str) -> Iterator[Span]:
    for run in _RUN.finditer(text):
        if run.end() - run.start() >= _SHORTEST:
            yield from _of_run(text, run.start(), run.end())


# Each yields what it finds in a text given as `view` returns it; what they find may overlap.
FINDERS: Final = (_find_mails, _find_plates, _find_plates_told, _find_accounts, _find_passports, _find_in_runs)
_HINTS: Final = Pairs(
    (
        [(r"[A-Za-z0-9._%+\-\s]", "@")],
        [(f"[{_PROVINCES}]", r"[海藏\sA-Za-z]")],
        words("车牌|车号|牌照"),
        words("微信|QQ|qq|抖音|支付宝"),
        words("护照|通行证|军官证|士兵证|驾驶证|残疾证|社保号"),
    )
)


def find_rows(points: CodePoints) -> list[list[int]]:
    """Return for each of `FINDERS` the texts in which it can find anything.

    Examples
    --------
    >>> find_rows(CodePoints(["不热", "微信13900001234"]))
    [[], [], [], [1], [], [1]]
    """
    return [*_HINTS.rows(points), points.rows_at(_long_runs(points))]


def _long_runs(points: CodePoints) -> Positions:
    """Return where, in stretches of digits and what may stand between them, the seventh and every later digit is."""
    broken = ~points.among(_IN_RUN) | points.border
    digits = np.flatnonzero(points.among(_DIGIT))
    stretch = np.cumsum(broken, dtype=np.int32)[digits]
    before = _SHORTEST - 1
    late: Positions = digits[before:][stretch[before:] == stretch[:-before]]
    return late


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


class _Said(NamedTuple):
    """What the words before a number say that it is."""

    identity: bool
    card: bool
    order: bool
    phone: bool
    landline: bool
    code: bool  # letters stand right before it: HX24…


def _said(before: str) -> _Said:
    signs = (_SAYS_IDENTITY, _SAYS_CARD, _SAYS_ORDER, _SAYS_PHONE, _SAYS_LANDLINE, _LETTER_BEFORE)
    return _Said(*(sign.search(before) is not None for sign in signs))


def _longest(
    text: str, groups: Sequence[tuple[int, int]], digits: Sequence[str], first: int
) -> tuple[int, str, int] | None:
    """Return last group, kind and end of the longest number that begins with a group."""
    found = None
    whole = ""
    plain = spoken = True
    said: _Said | None = None
    for last in range(first, len(groups)):
        whole += digits[last]
        spoken &= text[groups[last][0]] in SPOKEN
        if last > first:
            plain &= _PLAIN_GAP.fullmatch(text, groups[last - 1][1], groups[last][0]) is not None
        if len(whole) > _LONGEST or (found and _changes_style(text, groups, last)):
            break
        if len(whole) < _SHORTEST:
            continue
        if said is None:
            said = _said(text[max(0, groups[first][0] - _CONTEXT) : groups[first][0]])
        end = groups[last][1]
        extra = _check_letter(text, end, whole)
        shape = [len(part) for part in digits[first : last + 1]]
        zero = any(part.startswith("0") for part in digits[first + 1 : last + 1])
        kind = _kind(whole + "X" if extra else whole, shape, said, (plain, spoken, zero), text[end : end + 3])
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
    match = _LETTER_X.match(text, end)
    return match.end() - end if match else 0


def _kind(whole: str, shape: Sequence[int], said: _Said, look: tuple[bool, bool, bool], after: str) -> str:
    """Return the kind of a number, or ``""``: by its digits, how it is split and looks, and what is said before it."""
    size = len(whole)
    plain, spoken, _ = look
    if said.identity and 14 <= size <= 20:
        return "证件"
    if said.code and not spoken:
        return ""
    if (plain or spoken) and not said.order:
        if _IDENTITY.fullmatch(whole):
            return "证件"
        if _CARD.fullmatch(whole) and not said.card:
            return "银行卡"
    if _MOBILE.fullmatch(whole) and _is_phone(shape, said, look, after):
        return "电话"
    if len(shape) == 1 and 12 <= size <= 15 and whole[0] == "1" and whole[1] in "3456789" and said.phone:
        return "电话"
    if whole[0] == "0" and _LANDLINE.fullmatch(whole, 1) and (plain or spoken):
        return "座机"
    if size in (7, 8) and said.landline and whole[0] in "2345678" and (len(shape) <= 2 or plain):
        return "" if whole.startswith("400") else "座机"
    if said.card and 15 <= size <= 20:
        return "银行卡"
    return "账号" if said.card and 9 <= size <= 14 and len(shape) == 1 else ""


def _is_phone(shape: Sequence[int], said: _Said, look: tuple[bool, bool, bool], after: str) -> bool:
    """Whether digits that could be a mobile number are one: three sums of money can make eleven digits, too."""
    plain, spoken, zero = look
    if _AMOUNT_AFTER.match(after):
        return False
    if zero and sum(shape) == 11:  # no sum of money begins with a nought
        return True
    core = tuple(shape if sum(shape) == 11 else shape[1:])  # without the country's code
    if len(shape) == 1 or spoken or said.phone or len(shape) > 8:
        return True
    return core in ((3, 4, 4), (3, 8), (3, 3, 5)) or (plain and (len(core) == 1 or core in _SHAPES))
