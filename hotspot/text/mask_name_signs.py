"""What says that a name stands somewhere: patterns that end at a name or hold one, and what may stand behind a name.

Beside each pattern stands what a text must hold for it to match (see `code_points`): a pair of characters, or a class
that has the character right before the name.
"""

from __future__ import annotations

import re
from typing import Final

from hotspot.text.code_points import Pairs, words

HAN: Final = r"[\u4e00-\u9fff]"
_WHO: Final = r"(?:市民|来电人|群众|诉求人|反映人|用户|客户)\s?[:：]\s?"
# What may stand right behind a name that is said in passing.
_ENDS: Final = r"\s，。、；：！？,.;:!?（）()【】\[\]“”\"'…—\-0-9/*＊"
_AFTER: Final = (
    "电话|手机|号码|联系|身份证|住|家住|家在|的身份|的电话|的手机|的号|先生|女士|同志|老人|师傅|"
    "来电|来信|反映|称|希望|请求|要求|拖欠|失联|没有|多收|系|了|嘛|啊|呀|呢|哈|吧|哩|撒|我在|我家|我是|我的|我想|我要|我这|本人|在|因|因为|想|就|是|要|说|问|男|女|于|今年|现|等|和|、|代|替|投诉|咨询|参加|出生"
)
# What may besides stand behind a name of three characters: so long a name is hardly the beginning of a word.
_AFTER_LONG: Final = (
    "留言|求助|核实|态度|瘫|半夜|一直|开|多|刚|曾|至今|仍|很|只|经|随|带|介绍|表示|要求|希望|出生|参加|原|致电|联名|签|"
    "都|还|没|不|已|也|能|有|被|把|对|向|去|到|给|跟|让|会|从|又|再|家|的|你|他|她|我|您|申请|办|拿|写|打|买|均|共|两|一|与|及|同|以|将|该|欠|承诺|声称|自|本|收|拒|患|负责|辱|骗|打|砸"
)
AFTER: Final = re.compile(f"$|[{_ENDS}]|{_AFTER}")
AFTER_LONG: Final = re.compile(_AFTER_LONG)


def _ends(text: str) -> str:
    return "".join(sorted({word[-1] for word in text.split("|")}))


# The first characters of all that.
AFTER_BEGINS: Final = f"[{_ENDS}{''.join(word[0] for word in _AFTER.split('|'))}]"
AFTER_LONG_BEGINS: Final = f"{AFTER_BEGINS}|[{''.join(word[0] for word in _AFTER_LONG.split('|'))}]"

TITLES: Final = "先生|女士|老人|同志|小姐|大爷|大妈|阿姨|奶奶|老师|师傅|大姐|大哥"
_STARTS: Final = r"[\s，。：:；！？,!?（(“]"
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

# Each ends right before a name. These announce a name and nothing else.
_ANNOUNCING: Final = (
    (
        [(f"[{_ends(_CALLED)}字就也名]", "叫")],
        rf"(?:{_CALLED})(?:的?名字)?(?:就|也)?(?:名?叫做?|叫个)[:：，, ]?(?P<at>)",
    ),
    ([(_STARTS, "[叫名]")], rf"(?:^|{_STARTS})(?:名叫做?|叫做|叫)(?P<at>)"),
    (
        [(label[-2], label[-1]) for label in _LABELS.split("|")],
        rf"(?:{_LABELS})(?:的?(?:名字|姓名))?(?:就?是|为|叫|[写填登]的?是?|[:：，]|\s){{1,3}}(?P<at>)",
    ),
    (
        [("[写打登改念听]", "成"), *words("写作|正为|应为|该是")],
        r"(?:[写打登改念听]成了?|写作|更正为|应为|应该是)[“\"]?(?P<at>)",
    ),
)
ANNOUNCING: Final = tuple(re.compile(pattern) for _, pattern in _ANNOUNCING)
BRACKET: Final = re.compile(
    rf"(?P<surname>{HAN}{{1,2}})(?:{TITLES})[（(](?:姓名[:：]?|全名|本名|名叫)?(?P<name>{HAN}{{2,5}})(?=[，,、：:；\s（）()\d]|身份证|电话|手机|男|女|住|系)"
)
HINTS: Final = Pairs([*(pairs for pairs, _ in _ANNOUNCING), [(f"[{_ends(TITLES)}]", "[（(]")]])

# I myself: may stand before one part of a Tibetan name, too.
ME: Final = re.compile(rf"(?:^|{_STARTS})(?:喂|你好|您好|哎)?[，, ]?我(?P<at>)")
ME_ENDS: Final = "我"
# The others are weak. Before each, what it can end with.
WEAK: Final = tuple(
    (ends, re.compile(pattern))
    for ends, pattern in (
        (
            "[是我人系留的名记找说:：，, ]",
            rf"(?:^|{_STARTS}){_HELLO}"
            r"(?:我是|我就是|就是我|这里是|本人是?|本人系|留的?是?|留名|留|记|找|就说)[:：，, ]?(?P<at>)",
        ),
        (
            r"[:：\s是嗯好的哦行对可以没问题登记写就你一下，, 、。]",
            r"(?:姓名|称呼|名字|贵姓|哪位|登记人|报一下|户名|是谁|联系人|全名|大名|怎么叫|[记登][录记]一下)[^：:]{0,28}"
            rf"{_WHO}(?:(?:是|嗯|好的?|哦|行的?|对|可以的?|没问题|登记的是|写的?|就写|你记|记一下)"
            r"[，, 、。]?){0,2}(?P<at>)",
        ),
        ("[，, 。、叫名]", rf"(?:免贵)?姓{HAN}{{1,2}}[，, 。、](?:名?叫|全名)?(?P<at>)"),
        (
            f'[{_ends(_ROLES)}{_ends(_LABELS)}是为叫:：“"]',
            rf"(?:{_ROLES}|{_LABELS})(?:是|为|名叫|叫|[:：])?[“\"]?(?P<at>)",
        ),
        (f"[{_ends(_KIN)}是叫]", rf"(?:{_KIN})(?:是|叫|名叫)?(?P<at>)"),
    )
)
# Nouns and verbs that stand before a person, known by their last character; what follows must be beyond doubt.
_PERSONS: Final = (
    "人员者户客师生工民主友属警嫂婶姨伯姑侄长学志表记理任练哥姐弟妹爸妈爷舅叔子女夫妻父母兄啥么谁字名给系到报告诉书众"
)
PERSON: Final = re.compile(
    rf"[{_PERSONS}]"
    r"(?<=[\u4e00-\u9fff][人员者户客师生工民主友属警嫂婶姨伯姑侄]|[班组队店校厂村社所][长主]|群众|同学|同志|代表|书记|支书|经理|主任|教练|"
    r"大哥|大姐|我[哥姐弟妹爸妈爷舅叔姨]|其[子女夫妻父母兄弟]|姓啥|叫啥|个啥|什么|是谁|签名|签字|[打转汇交借租]给|联系|找到|举报|控告|起诉)"
    r"(?:来着|的?名字)?(?:是|为|名叫|叫)?[“\"：:，, ]?(?P<at>)"
    # … unless that character belongs to a word with the next: 工程, 属于, 主任, 人才.
    r"(?!(?<=人)[才文和]|(?<=工)[程段单会方]|(?<=属)于|(?<=主)[任张管席要办]|(?<=师)[范傅]|(?<=民)[党建乐]|(?<=生)[成平]|(?<=警)钟)"
)
PERSON_ENDS: Final = f'[{_PERSONS}着是为叫“"：:，, ]'
SPELLING: Final = re.compile(rf"(?=(?P<name>{HAN}{{2,3}})[，,、]\s?{HAN}{{2,3}}的(?P<sign>{HAN}))")
SPELLING_GAP: Final = "[，,、]"
_TELLS: Final = "来电|来信|来函|来访|致电|反映|投诉|留言|咨询|诉称|求助|表示"
SUBJECT: Final = re.compile(rf"(?:^|{_STARTS})(?P<name>{HAN}{{3,4}}?)(?={_TELLS}|[:：]|[，,][男女][，,])")
SUBJECT_BEFORE: Final = _STARTS
TELLS_BEGIN: Final = f"[{''.join(word[0] for word in _TELLS.split('|'))}:：，,]"
LISTED: Final = re.compile(rf"[、和与及]|[，,](?={HAN}{{2,3}}(?:都|也|均|等|两人|二人))")
LISTED_BEGINS: Final = "[、和与及，,]"
RELATIVE_BEFORE: Final = r"[的是叫，。\s]"
RELATIVE: Final = re.compile(
    rf"(?:^|{RELATIVE_BEFORE})(?P<name>{HAN}{{2,4}}?)(?=[他她](?:哥|姐|弟|妹|爸|妈|爹|娘|爷|奶|家|男人|媳妇|老公|老婆))"
)
RELATIVE_BEHIND: Final = "[他她]"
TITLE: Final = re.compile(TITLES)
BEFORE_NUMBER: Final = re.compile(
    rf"(?P<name>{HAN}{{2,5}})(?:[\s，,、（(:：]|的|手机号?码?|联系方式|联系号码|联系电话|电话号?码?|号码|身份证号?码?|是|为|我){{0,6}}$"
)
BEFORE_NAME: Final = re.compile(
    rf"(?!{HAN})|[是叫人民友员主户工父母弟兄哥姐妹夫妻子女士生留找的我系姓名舅叔婶姑姨爷孙侄友事居师记]"
)
SPELLED: Final = re.compile(rf"(?:[，,、。]?\s?{HAN}{{2,3}}的{HAN}){{1,3}}")
