"""Numbers and facts put into the Chinese of an official report: pure functions from records to sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from hotspot.schema import (
    Faded,
    Head,
    Hotspot,
    OrderFacts,
    Overview,
    Part,
    Phrase,
    PlaceCount,
    Sentence,
)

STEADY_PER_MYRIAD: Final = 50  # a change within ±0.50 % is told as 基本持平
REMAINDER_GLOSS: Final = {"其他": "其他（无效、骚扰、系统测试）"}
OTHER_UNITS: Final = "其他单位"
WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DIGITS: Final = "零一二三四五六七八九"


def per_myriad(part: int, whole: int) -> int:
    """Hundredths of a percent that ``part`` is of ``whole``, halves rounded up as offices do.

    Examples
    --------
    >>> per_myriad(235, 1019), per_myriad(1, 800)
    (2306, 13)
    """
    return (abs(part) * 20_000 + whole) // (2 * whole)


def format_percent(hundredths: int) -> str:
    """A percentage with two decimals.

    Examples
    --------
    >>> format_percent(2306), format_percent(5)
    ('23.06%', '0.05%')
    """
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def share(part: int, whole: int) -> str:
    """The share as it is printed, empty where there is no whole.

    Examples
    --------
    >>> share(49, 1019)
    '占比4.81%'
    """
    return f"占比{format_percent(per_myriad(part, whole))}" if whole else ""


def change(now: int, previous: int | None, than: str = "上周") -> str:
    """The change on the period before, empty without one.

    Examples
    --------
    >>> change(1019, 851), change(90, 100), change(1003, 1000)
    ('较上周增加19.74%', '较上周减少10.00%', '与上周基本持平')
    """
    if previous is None:
        return ""
    if previous == 0:
        return f"{than}为0件" if now else f"与{than}持平"
    hundredths = per_myriad(now - previous, previous)
    if hundredths <= STEADY_PER_MYRIAD:
        return f"与{than}基本持平"
    return f"较{than}{'增加' if now > previous else '减少'}{format_percent(hundredths)}"


def numeral(number: int) -> str:
    """A Chinese numeral from 1 to 99, for headings.

    Examples
    --------
    >>> [numeral(number) for number in (1, 10, 12, 25)]
    ['一', '十', '十二', '二十五']
    """
    if not 0 < number < 100:
        raise ValueError(f"no heading numeral for {number}")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def day(date: dt.date) -> str:
    """A day without its year.

    Examples
    --------
    >>> day(dt.date(2024, 10, 5))
    '10月5日'
    """
    return f"{date.month}月{date.day}日"


def full_day(date: dt.date) -> str:
    """A day with its year.

    Examples
    --------
    >>> full_day(dt.date(2024, 10, 23))
    '2024年10月23日'
    """
    return f"{date.year}年{day(date)}"


def is_week(head: Head) -> bool:
    """Whether the period is a week from Monday to Sunday, so that it may be called 本周."""
    return head.first_day.weekday() == 0 and (head.last_day - head.first_day).days == 6


def this_period(head: Head) -> str:
    """What the period is called in a sentence: 本周, or 本期 where it is not a week."""
    return "本周" if is_week(head) else "本期"


def last_period(head: Head) -> str:
    """What the period before is called: 上周, or 上期 where the period is not a week."""
    return "上周" if is_week(head) else "上期"


def period(head: Head) -> str:
    """The period from its first to its last hour."""
    last = day(head.last_day) if head.first_day.year == head.last_day.year else full_day(head.last_day)
    return f"{full_day(head.first_day)}0时至{last}24时"


def counted(part: Part) -> str:
    """Name and count of a part.

    Examples
    --------
    >>> counted(Part("公共服务类", 191))
    '公共服务类191件'
    """
    return f"{part.name}{part.count}件"


def overview_sentences(head: Head, overview: Overview, *, with_orders: bool = True) -> tuple[Sentence, ...]:
    """Section one: the total and its change, the channels, the ways of handling; what is closed only with orders."""
    total, than = overview.total, last_period(head)
    first = f"{period(head)}，{head.city}12345政务服务便民热线共受理群众诉求{total}件"
    phrase = change(total, overview.previous, than)
    sentences = [Sentence(f"{first}{'，' if phrase else ''}{phrase}。", rule="总体.受理总量")]
    if overview.channels:
        channels = "，".join(_with_share(part, total) for part in overview.channels)
        sentences.append(Sentence(f"其中，{channels}。", rule="总体.受理渠道"))
    handled = []
    for part in overview.handling:
        text = _with_share(Part(REMAINDER_GLOSS.get(part.name, part.name), part.count, part.share), total)
        if part.name == "工单转办" and with_orders:
            text += f"（其中已办结{overview.closed_of_dispatched}件）"
        handled.append(text)
    if handled:
        sentences.append(Sentence(f"按处理方式分，{'；'.join(handled)}。", rule="总体.处理方式"))
    return tuple(sentences)


def _with_share(part: Part, whole: int) -> str:
    told = share(part.count, whole) if part.count else ""
    return f"{counted(part)}{'，' if told else ''}{told}"


def category_sentences(head: Head, valid: int, categories: Sequence[Part]) -> tuple[Sentence, ...]:
    """Section two (one): the valid demands by category."""
    if not valid:
        return (Sentence(f"{this_period(head)}没有有效诉求。", rule="诉求分类.无"),)
    listed = "、".join(counted(part) for part in categories)
    return (Sentence(f"{this_period(head)}有效诉求{valid}件，按诉求类别分：{listed}。", rule="诉求分类.各类"),)


def order_sentences(head: Head, orders: OrderFacts | None) -> tuple[Sentence, ...]:
    """Section two (one), end: what became of the work orders."""
    this = this_period(head)
    if orders is None:
        return (Sentence(f"{this}未提供工单数据，工单办理情况未作统计。", rule="工单.无数据"),)
    text = (
        f"{this}共转办工单{orders.dispatched}件，其中已办结{orders.closed}件；"
        f"往期遗留工单{this}办结{orders.carried_over_closed}件，遗留工单逾期未办结{orders.carried_over_overdue}件。"
    )
    return (Sentence(text, rule="工单.办理情况"),)


def listed_units(orders: OrderFacts) -> tuple[Part, ...]:
    """The units as the sentence and the workbook list them: the named ones, then the folded rest."""
    named = tuple(part for part in orders.units if part.name != OTHER_UNITS)
    rest = (Part(OTHER_UNITS, orders.other_units),) if orders.other_units else ()
    return named + rest


def unit_sentences(head: Head, orders: OrderFacts | None) -> tuple[Sentence, ...]:
    """Section two (two): the work orders by the units that handle them."""
    this = this_period(head)
    if orders is None:
        return (Sentence(f"{this}未提供工单数据，承办单位情况未作统计。", rule="承办单位.无数据"),)
    if not orders.dispatched:
        return (Sentence(f"{this}没有转办工单。", rule="承办单位.无工单"),)
    listed = "、".join(counted(part) for part in listed_units(orders))
    return (Sentence(f"{this}转办工单{orders.dispatched}件，按承办单位分：{listed}。", rule="承办单位.各单位"),)


def hotspot_heading(hotspot: Hotspot, number: int) -> str:
    """The heading of a hotspot: of its category, or of its theme where the category holds others too."""
    name = hotspot.category if hotspot.whole_category else f"{hotspot.heading}类"
    return f"（{numeral(number)}）{name}问题。"


def hotspot_sentences(head: Head, hotspot: Hotspot, min_calls: int = 3, max_places: int = 30) -> tuple[Sentence, ...]:
    """One hotspot: onset, causes and effects, places, count of calls, what became of its orders."""
    said: list[Sentence] = []
    if hotspot.onset_text:
        said.append(Sentence(f"{hotspot.onset_text}，", hotspot.calls, "热点.起始"))
    causes, effects = list_phrases(hotspot.causes), list_phrases(hotspot.effects)
    if causes:
        said.append(Sentence(f"群众反映因{causes}等原因，", _told_by(hotspot.causes), "热点.原因"))
    if effects:
        verb = "出现" if causes else "群众反映"
        said.append(Sentence(f"{verb}{effects}等问题", _told_by(hotspot.effects), "热点.表现"))
    else:
        verb = "出现" if causes else "群众集中反映"
        said.append(Sentence(f"{verb}{hotspot.heading}问题", hotspot.calls, "热点.主题"))
    places = [place for place in hotspot.places if place.count >= min_calls and place.place][:max_places]
    if hotspot.sites:
        listed = list_sites(hotspot.sites, places)
        said.append(Sentence(f"，主要集中在{listed}等", _told_by((*hotspot.sites, *places)), "热点.场所类别"))
    elif places:
        said.append(Sentence(f"，主要集中在{list_places(places)}等", _told_by(places), "热点.地点"))
    said.append(Sentence("。", rule="标点"))
    said.append(Sentence(_hotspot_count(head, hotspot), hotspot.calls, "热点.件数"))
    return (*said, *(replace(fact, text=stopped(fact.text)) for fact in hotspot.facts))


def list_phrases(phrases: Sequence[Phrase]) -> str:
    """Causes or effects in a row, parted by commas where one of them is itself an enumeration.

    Examples
    --------
    >>> list_phrases([Phrase("管道维修", 4, ()), Phrase("锅炉损坏", 3, ())])
    '管道维修、锅炉损坏'
    >>> list_phrases([Phrase("总包、分包相互推诿", 4, ()), Phrase("老板失联", 3, ())])
    '总包、分包相互推诿，老板失联'
    """
    texts = [phrase.text for phrase in phrases]
    return ("，" if any("、" in text for text in texts) else "、").join(texts)


def _hotspot_count(head: Head, hotspot: Hotspot) -> str:
    text = f"{this_period(head)}热线共接到此类诉求电话共计{hotspot.count}件"
    phrase = change(hotspot.count, hotspot.previous, last_period(head))
    if phrase:
        known = f"（{last_period(head)}{hotspot.previous}件）" if hotspot.previous else ""
        text += f"，{phrase}{known}"
    return f"{text}，涉及来电人{hotspot.callers}人。"


def _told_by(parts: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted({call for part in parts for call in part.calls}))  # type: ignore[attr-defined]


def list_places(places: Sequence[PlaceCount]) -> str:
    """Places grouped by district, groups and places in falling order.

    Places of no known district would read as if they lay in the district named before them: they stand first where
    they are the largest group, else last after 以及.

    Examples
    --------
    >>> list_places([PlaceCount("泰康小区", "铁路片区", 12, ()), PlaceCount("仁和小区", "东城区", 13, ()),
    ...              PlaceCount("西苑小区", "铁路片区", 8, ())])
    '铁路片区泰康小区、西苑小区，东城区仁和小区'
    """
    ordered = sorted(places, key=lambda place: place.district)
    groups = {name: list(group) for name, group in groupby(ordered, key=lambda place: place.district)}
    names = sorted(groups, key=lambda name: (-sum(place.count for place in groups[name]), name))
    if "" in groups and names[0] != "":
        names.remove("")
        names.append("")
    texts = []
    for position, name in enumerate(names):
        listed = "、".join(place.place for place in sorted(groups[name], key=lambda place: (-place.count, place.place)))
        joint = ("，" if position else "") + ("以及" if position and not name else "")
        texts.append(f"{joint}{name}{listed}")
    return "".join(texts)


def list_sites(sites: Sequence[Phrase], places: Sequence[PlaceCount]) -> str:
    """Kinds of work site in falling order, each with its count and its places; then the places of no kind.

    Examples
    --------
    >>> list_sites([Phrase("建筑工地", 32, ()), Phrase("物流网点", 3, ())],
    ...            [PlaceCount("察尔汗路商业综合体工地", "", 11, (), "建筑工地"), PlaceCount("某果园", "", 3, ())])
    '建筑工地32件（察尔汗路商业综合体工地），物流网点3件，以及某果园'
    """
    ordered = sorted(places, key=lambda place: (-place.count, place.place))
    texts = []
    for site in sites:
        listed = "、".join(place.place for place in ordered if place.site == site.text != place.place)
        texts.append(f"{site.text}{site.count}件" + (f"（{listed}）" if listed else ""))
    told = {site.text for site in sites}
    others = "、".join(place.place for place in ordered if place.site not in told)
    return "，".join([*texts, f"以及{others}"] if others else texts)


def no_hotspots(head: Head) -> Sentence:
    """What section three says where nothing reaches the threshold."""
    return Sentence(f"{this_period(head)}未形成达到认定标准的主要热点。", rule="热点.无")


def stopped(text: str) -> str:
    """The text with an end: a full stop unless it ends a sentence itself."""
    return text if text.endswith(("。", "！", "？", "…")) else f"{text.rstrip('，、；')}。"


def faded_sentences(head: Head, faded: Sequence[Faded]) -> tuple[Sentence, ...]:
    """The main hotspots of the last issue that are none any more; issues are listed in the page only."""
    gone = [entry for entry in faded if entry.kind == "热点"]
    if not gone:
        return ()
    last, now = last_period(head), this_period(head)
    told = "；".join(f"{entry.title}类问题（{last}{entry.previous}件，{now}{entry.count}件）" for entry in gone)
    return (Sentence(f"{last}的热点中，已消退的有：{told}。", (), "上期热点本期未达到热点标准"),)


def issue_line(head: Head) -> str:
    """Issuing office and date, as under the number of the issue."""
    return f"{head.office}　{full_day(head.issue_date)}"


def copy_line(head: Head) -> str:
    """The addressees of the foot."""
    return head.copy_to if head.copy_to.startswith("抄送") else f"抄送：{head.copy_to}"


def print_line(head: Head) -> str:
    """Who printed it and when, the last line of the foot."""
    return f"{issue_line(head)}印发"
