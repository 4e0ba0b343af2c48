"""Full names of persons: after 我叫 or 姓名, before a phone, in brackets after 先生, before 女士.

A name is a surname with one or two more characters, or two parts of a Tibetan or Mongolian name. As every other word
can begin with a surname's character too, a name is only taken where something says that a person is meant. The surname
with 先生 or 女士 stays: it names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from hotspot.text.mask_numbers import Span
from hotspot.text.name_lexicon import first_characters, is_likely, is_name, is_of_parts, name_parts

_HAN: Final = r"[\u4e00-\u9fff]"
_WHO: Final = r"(?:市民|来电人|群众|诉求人|反映人|用户|客户)\s?[:：]\s?"
# What may stand right behind a name that is said in passing.
_AFTER: Final = re.compile(
    r"$|[\s，。、；：！？,.;:!?（）()【】\[\]“”\"'…—\-0-9/*＊]|电话|手机|号码|联系|身份证|住|家住|家在|的身份|的电话|的手机|的号|先生|女士|同志|老人|师傅|"
    r"来电|来信|反映|称|希望|请求|要求|拖欠|失联|没有|多收|系|了|嘛|啊|呀|呢|哈|吧|哩|撒|我在|我家|我是|我的|我想|我要|我这|本人|在|因|因为|想|就|是|要|说|问|男|女|于|今年|现|等|和|、|代|替|投诉|咨询|参加|出生"
)
# What may besides stand behind a name of three characters: so long a name is hardly the beginning of a word.
_AFTER_LONG: Final = re.compile(
    "留言|求助|核实|态度|瘫|半夜|一直|开|多|刚|曾|至今|仍|很|只|经|随|带|介绍|表示|要求|希望|出生|参加|原|致电|联名|签|都|还|没|不|已|也|能|有|被|把|对|向|去|到|给|跟|让|会|从|又|再|家|的|你|他|她|我|您|申请|办|拿|写|打|买|均|共|两|一|与|及|同|以|将|该|欠|承诺|声称|自|本|收|拒|患|负责|辱|骗|打|砸"
)
_TITLE: Final = r"(?:先生|女士|老人|同志|小姐|大爷|大妈|阿姨|奶奶|老师|师傅|大姐|大哥)"
_STARTS: Final = r"(?:^|[\s，。：:；！？,!?（(“])"
_HELLO: Final = r"(?:你好|您好|喂|哎|嗯|对|是)?[，, ]?"
_KIN: Final = (
    "父亲|母亲|爸爸|妈妈|爸|妈|父|母|丈夫|妻子|之妻|其妻|其夫|老公|老婆|爱人|孩子|儿子|女儿|儿媳|女婿|弟弟|哥哥|姐姐|妹妹|弟|兄|侄子|外甥|孙子|孙女|"
    "爷爷|奶奶|外婆|岳父|岳母|公公|婆婆|舅舅|舅|叔叔|叔|邻居|同事|朋友|室友|表弟|表哥|亲戚"
)
_ROLES: Final = (
    "来信人|来电人|网民|网友|村民|居民|住户|业主|职工|牧民|农户|家长|租户|商户|群众|市民|患者|老人|工友|工人|民工|农民工|学生|"
    "诉求人|反映人|亲属|家属|户主|机主|退役军人|残疾人|残疾军人|参战老兵"
)
_LABELS: Final = (
    "姓名|名字|户名|户主|登记人|收件人|收货人|联系人|署名|落款|持卡人|机主|车主|房主|房东|法人代表|法定代表人|法人|当事人|申请人|患者|"
    "死者|伤者|参保人|投诉人|求助人|经办人|负责人|收款人|付款人|承包人|被告|原告|班主任|队长|老板|工头|包工头"
)
_CALLED: Final = f"我|本人|他|她|人|名字|大名|小名|全名|全|真名|原名|老板|工头|司机|师傅|医生|老师|{_KIN}"
# Each ends right before the name. The first ones announce a name and nothing else; the next may stand before one part
# of a Tibetan name; the others are weak.
_TRIGGERS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:{_CALLED})(?:的?名字)?(?:就|也)?(?:名?叫做?|叫个)[:：，, ]?(?P<at>)",
        rf"{_STARTS}(?:名叫做?|叫做|叫)(?P<at>)",
        rf"(?:{_LABELS})(?:的?(?:名字|姓名))?(?:就?是|为|叫|[写填登]的?是?|[:：，]|\s){{1,3}}(?P<at>)",
        r"(?:[写打登改念听]成了?|写作|更正为|应为|应该是)[“\"]?(?P<at>)",
        rf"{_STARTS}(?:喂|你好|您好|哎)?[，, ]?我(?P<at>)",
        rf"{_STARTS}{_HELLO}(?:我是|我就是|就是我|这里是|本人是?|本人系|留的?是?|留名|留|记|找|就说)[:：，, ]?(?P<at>)",
        r"(?:姓名|称呼|名字|贵姓|哪位|登记人|报一下|户名|是谁|联系人|全名|大名|怎么叫|[记登][录记]一下)[^：:]{0,28}"
        rf"{_WHO}(?:(?:是|嗯|好的?|哦|行的?|对|可以的?|没问题|登记的是|写的?|就写|你记|记一下)"
        r"[，, 、。]?){0,2}(?P<at>)",
        rf"(?:免贵)?姓{_HAN}{{1,2}}[，, 。、](?:名?叫|全名)?(?P<at>)",
        rf"(?:{_ROLES}|{_LABELS})(?:是|为|名叫|叫|[:：])?[“\"]?(?P<at>)",
        rf"(?:{_KIN})(?:是|叫|名叫)?(?P<at>)",
    )
)
# What must stand in a text for each of them: looked for first, for most texts hold little of it.
_SIGNS: Final = ("叫", "叫", "", "", "我", "", "", "姓", "", "")
_CERTAIN: Final = 4
# Nouns and verbs that stand before a person, known by their last character; what follows must be beyond doubt.
_PERSON: Final = re.compile(
    r"[人员者户客师生工民主友属警嫂婶姨伯姑侄长学志表记理任练哥姐弟妹爸妈爷舅叔子女夫妻父母兄啥么谁字名给系到报告诉书众]"
    r"(?<=[\u4e00-\u9fff][人员者户客师生工民主友属警嫂婶姨伯姑侄]|[班组队店校厂村社所][长主]|群众|同学|同志|代表|书记|支书|经理|主任|教练|"
    r"大哥|大姐|我[哥姐弟妹爸妈爷舅叔姨]|其[子女夫妻父母兄弟]|姓啥|叫啥|个啥|什么|是谁|签名|签字|[打转汇交借租]给|联系|找到|举报|控告|起诉)"
    r"(?:来着|的?名字)?(?:是|为|名叫|叫)?[“\"：:，, ]?(?P<at>)"
    # … unless that character belongs to a word with the next: 工程, 属于, 主任, 人才.
    r"(?!(?<=人)[才文和]|(?<=工)[程段单会方]|(?<=属)于|(?<=主)[任张管席要办]|(?<=师)[范傅]|(?<=民)[党建乐]|(?<=生)[成平]|(?<=警)钟)"
)
_OF_PLACES: Final = frozenset("城苑村镇桥洲坪庄堂府庭园")  # at the end of what may as well be a compound
_BRACKET: Final = re.compile(
    rf"(?P<surname>{_HAN}{{1,2}}){_TITLE}[（(](?:姓名[:：]?|全名|本名|名叫)?(?P<name>{_HAN}{{2,5}})(?=[，,、：:；\s（）()\d]|身份证|电话|手机|男|女|住|系)"
)
_OPENS: Final = re.compile(rf"[（(]{_HAN}{{2}}")
_SPELLING: Final = re.compile(rf"(?=(?P<name>{_HAN}{{2,3}})[，,、]\s?{_HAN}{{2,3}}的(?P<sign>{_HAN}))")
_SPELLS: Final = re.compile(rf"[，,、]\s?{_HAN}{{2,3}}的")
_SUBJECT: Final = re.compile(
    rf"{_STARTS}(?P<name>{_HAN}{{3,4}}?)(?=来电|来信|来函|来访|致电|反映|投诉|留言|咨询|诉称|求助|表示|[:：]|[，,][男女][，,])"
)
_TELLS: Final = re.compile(r"[来致反投留咨诉求表](?:(?<=来)[电信函访]|电|映|诉|言|询|称|助|示)|[:：]|[，,][男女][，,]")
_LISTED: Final = re.compile(rf"[、和与及]|[，,](?={_HAN}{{2,3}}(?:都|也|均|等|两人|二人))")
_RELATIVE: Final = re.compile(
    rf"(?:^|[的是叫，。\s])(?P<name>{_HAN}{{2,4}}?)(?=[他她](?:哥|姐|弟|妹|爸|妈|爹|娘|爷|奶|家|男人|媳妇|老公|老婆))"
)
_THEIRS: Final = re.compile("[他她][哥姐弟妹爸妈爹娘爷奶家男媳老]")
_TITLE_AT: Final = re.compile(_TITLE)
_BEFORE_NUMBER: Final = re.compile(
    rf"(?P<name>{_HAN}{{2,5}})(?:[\s，,、（(:：]|的|手机号?码?|联系方式|联系号码|联系电话|电话号?码?|号码|身份证号?码?|是|为|我){{0,6}}$"
)
_BEFORE_NAME: Final = re.compile(
    rf"(?!{_HAN})|[是叫人民友员主户工父母弟兄哥姐妹夫妻子女士生留找的我系姓名舅叔婶姑姨爷孙侄友事居师记]"
)
_SPELLED: Final = re.compile(rf"(?:[，,、。]?\s?{_HAN}{{2,3}}的{_HAN}){{1,3}}")


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
        ends = _AFTER.match(text, end) or (size > 2 and _AFTER_LONG.match(text, end))
        likely = is_name(name, certain=certain) and (certain or is_likely(name))
        if ends and (likely or (part and name in name_parts())):
            return end
    name = text[start : start + 3]
    return start + 3 if certain and len(name) == 3 and is_name(name) and is_likely(name) else start


def _person_at(text: str, start: int) -> int:
    """Return the end of the name that begins at `start`, behind a noun for a person, else `start`."""
    for size in (4, 3, 2):
        name, end = text[start : start + size], start + size
        if len(name) < size or not ((is_name(name) and is_likely(name)) or name in name_parts()):
            continue
        if name[-1] in _OF_PLACES:
            continue
        if _AFTER.match(text, end) or (size > 2 and _AFTER_LONG.match(text, end)):
            return end
    return start


@cache
def _of_parts() -> re.Pattern[str]:
    """Return what finds the names that are made of two parts, wherever they stand; shops and places bear them, too."""
    parts = "|".join(sorted(map(re.escape, name_parts()), key=lambda part: (-len(part), part)))
    shop = "[超商饭餐宾旅酒茶药门书网]|藏餐|路|街|村|社|小区|寺|牧|乡|镇|草原|民族|超市|家园|广场|火锅|面馆|公司|合作"
    first = "".join(sorted({part[0] for part in name_parts()}))
    return re.compile(rf"(?=[{first}])(?!扎西德勒)(?:{parts})(?:(?:{parts})|·{_HAN}{{1,6}})(?!{shop})")


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
    return (
        start == 0
        or re.match(
            rf"(?!{_HAN})|[是叫人民友员主户工父母弟兄哥姐妹夫妻子女士生留找的我系姓名舅叔婶姑姨爷孙侄友事居师记]",
            text[start - 1],
        )
        is not None
    )


def find_names(text: str, numbers: Sequence[Span]) -> Iterator[Span]:
    """Yield the full names in a text, given its numbers; they may overlap.

    Examples
    --------
    >>> [tuple(span) for span in find_names("我叫马占林，反映供暖", ())]
    [(2, 5, '姓名')]
    """
    found: set[tuple[int, int]] = set()
    for span in numbers:
        if span.kind not in ("电话", "座机", "证件", "账号", "银行卡"):
            continue
        low = max(0, span.start - 16)
        match = _BEFORE_NUMBER.search(text[low : span.start])
        if match:
            end = low + match.end("name")
            found.add((_name_before(text, low, end), end))
    for number, (trigger, sign) in enumerate(zip(_TRIGGERS, _SIGNS, strict=True)):
        for match in trigger.finditer(text) if sign in text else ():
            at = match.start("at")
            found.add((at, _name_at(text, at, certain=number < _CERTAIN, part=number <= _CERTAIN)))
    for match in _PERSON.finditer(text):
        found.add((match.start("at"), _person_at(text, match.start("at"))))
    found.update(match.span() for match in _of_parts().finditer(text))
    for match in _BRACKET.finditer(text) if _OPENS.search(text) else ():
        if is_name(match["name"]) and (match["name"][0] == match["surname"][-1] or is_of_parts(match["name"])):
            found.add(match.span("name"))
    for match in _SPELLING.finditer(text) if _SPELLS.search(text) else ():
        if match["sign"] in match["name"][1:] and is_name(match["name"]):
            found.add(match.span("name"))
    for match in _SUBJECT.finditer(text) if _TELLS.search(text) else ():
        if is_name(match["name"]) and is_likely(match["name"]):
            found.add(match.span("name"))
    for match in _RELATIVE.finditer(text) if _THEIRS.search(text) else ():
        if match["name"] in name_parts() or (is_name(match["name"]) and is_likely(match["name"])):
            found.add(match.span("name"))
    for match in _TITLE_AT.finditer(text):
        start = _name_before(text, max(0, match.start() - 6), match.start())
        if start < match.start() and is_likely(text[start : match.start()]):
            found.add((start, match.start()))
    for _, end in sorted(found):
        listed = _LISTED.match(text, end)
        while listed:
            after = _name_at(text, listed.end())
            found.add((listed.end(), after))
            listed = _LISTED.match(text, after) if after > listed.end() else None
    names = {text[start:end] for start, end in found if end > start}
    for name in sorted(names):
        if len(name) > 2 or name in name_parts():
            found.update((match.start(), match.end()) for match in re.finditer(re.escape(name), text))
    for start, end in sorted(found):
        if end > start:
            yield Span(start, end, "姓名")
            spelled = _SPELLED.match(text, end)
            if spelled and any(
                part[-1] in text[start + 1 : end] for part in re.split(r"[，,、。]", spelled[0]) if part
            ):
                yield Span(spelled.start(), spelled.end(), "姓名")
