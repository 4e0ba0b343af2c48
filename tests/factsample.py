"""Facts for the tests of the report: a full week with the counted figures of the sample, and a bare one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hotspot.schema import (
    Alarm,
    Baseline,
    Facts,
    FollowUp,
    HardCase,
    Head,
    Hotspot,
    ImportSummary,
    Issue,
    OrderFacts,
    Overview,
    Part,
    Phrase,
    PlaceCount,
    Provenance,
    RepeatGroup,
    Sentence,
    Step,
)

HOSTILE = "=HYPERLINK(\"http://x\")</script><script>document.title='broken'</script>\u202e\x07"
CATEGORIES = (
    ("热线事务类", 285), ("公共服务类", 191), ("政务群团类", 149), ("社会事业类", 114), ("交通运输类", 94),
    ("城乡建设类", 85), ("市场监管类", 30), ("公共安全类", 26), ("其他类", 37),
)  # fmt: skip
UNITS = (
    ("市住房和城乡建设局", 43), ("市投资控股有限公司", 40), ("市公安局", 17), ("市交通运输局", 15),
    ("市市场监督管理局", 15), ("市人力资源和社会保障局", 12), ("华润燃气有限公司", 8), ("市卫生健康委员会", 7),
    ("西城区行政委员会", 7), ("市林草局", 7),
)  # fmt: skip
HEAT_PLACES = (
    ("和谐家园小区", "西城区", 20), ("西城印象一期", "西城区", 15), ("仁和小区", "东城区", 13),
    ("泰康小区", "铁路片区", 12), ("奥体花园小区", "东城区", 12), ("民乐苑小区", "西城区", 11),
    ("书山郡小区", "新区", 10),
    ("利和小区", "铁路片区", 9), ("盐湖雅苑", "新区", 2),
)  # fmt: skip
WAGE_PLACES = (("察尔汗路商业综合体工地", "", 11), ("小灶火光伏项目", "", 8), ("保安公司", "", 3))


def sample_head(**changes: Any) -> Head:
    fields: dict[str, Any] = {
        "city": "格尔木市",
        "title": "格尔木市12345政务服务便民热线周通报",
        "subtitle": "（2024年10月第3周）",
        "issue_number": "2024年 第59期（总第109期）",
        "issue_year": 2024,
        "issue_of_year": 59,
        "issue_total": 109,
        "office": "格尔木市人民政府办公室",
        "issue_date": dt.date(2024, 10, 23),
        "first_day": dt.date(2024, 10, 14),
        "last_day": dt.date(2024, 10, 20),
        "copy_to": "抄送：市委、市人大、市政府、市政协领导，市人民政府各部门，各街道办事处。",
    }
    return Head(**fields | changes)


def ids(start: int, count: int) -> tuple[str, ...]:
    return tuple(f"63241014{number:05d}" for number in range(start, start + count))


def _places(rows: tuple[tuple[str, str, int], ...], calls: tuple[str, ...]) -> tuple[PlaceCount, ...]:
    placed, start = [], 0
    for place, district, count in rows:
        placed.append(PlaceCount(place, district, count, calls[start : start + count]))
        start += count
    return tuple(placed)


def heat() -> Hotspot:
    calls = ids(1, 145)
    return Hotspot(
        id="h1a2b3c4d",
        theme="供暖不热",
        heading="供暖不热",
        category="公共服务类",
        whole_category=True,
        count=145,
        callers=138,
        share=14.34,
        previous=18,
        status="上升705.56%",
        onset=dt.date(2024, 10, 15),
        onset_text="自10月15日开始供暖以来",
        causes=(Phrase("管道维修", 12, calls[:12]), Phrase("锅炉损坏", 7, calls[12:19])),
        effects=(Phrase("家中温度较低", 61, calls[:61]), Phrase("暖气片不热", 30, calls[61:91])),
        places=_places(HEAT_PLACES, calls),
        daily=(4, 38, 31, 25, 19, 15, 13),
        calls=calls,
        terms=("供暖", "暖气", "温度"),
        baseline=Baseline(145, 18.0, 31.0, 1e-9, 1),
        facts=(Sentence("此类诉求已转办工单73件，其中已办结11件。", calls[:73], "热点.工单"),),
    )


def wages() -> Hotspot:
    calls = ids(146, 97)
    return Hotspot(
        id="h5e6f7a8b",
        theme="拖欠工资",
        heading="拖欠工资",
        category="政务群团类",
        whole_category=False,
        count=97,
        callers=89,
        share=9.59,
        previous=72,
        status="持续第2周",
        onset=None,
        onset_text="",
        causes=(),
        effects=(),
        places=_places(WAGE_PLACES, calls),
        daily=(15, 14, 13, 15, 14, 13, 13),
        calls=calls,
        terms=("工资", "拖欠"),
        baseline=None,
    )


def case(**changes: Any) -> HardCase:
    fields: dict[str, Any] = {
        "order_id": "HX24101260320020",
        "category": "城乡建设类",
        "summary": "小区外排水沟盖板破损，多次有人踩空，要求更换",
        "units": ("市住房和城乡建设局", "东城区行政委员会"),
        "returned_by": ("市住房和城乡建设局", "东城区行政委员会"),
        "reason": "经核实，该事项超出我单位职责范围",
        "overdue": False,
        "closed": False,
        "told_in": "",
        "steps": (
            Step(dt.datetime(2024, 10, 12, 10, 4), "12345热线中心", "派单", ""),
            Step(dt.datetime(2024, 10, 14, 1, 4), "市住房和城乡建设局", "退回", "超出职责范围"),
            Step(dt.datetime(2024, 10, 15, 5, 4), "东城区行政委员会", "退回", "超出职责范围"),
        ),
    }
    return HardCase(**fields | changes)


def bare_facts() -> Facts:
    """A week with calls and nothing else: no history, no orders, no hotspot."""
    return Facts(
        head=sample_head(),
        overview=Overview(
            total=3,
            previous=None,
            change=None,
            channels=(),
            handling=(Part("直接答复", 2, 66.67), Part("工单转办", 0, 0.0), Part("其他", 1, 33.33)),
            closed_of_dispatched=0,
            daily=(Part("2024-10-14", 3),),
        ),
        valid=2,
        categories=(Part("公共服务类", 2, 100.0), Part("其他类", 0, 0.0)),
        abstained=0,
        orders=None,
        hotspots=(),
        issues=(),
        rising=(),
        chronic=(),
        repeats=(),
        mass=(),
        hard_cases=(),
        follow_up=FollowUp((), (), ()),
        notes=("没有上一周的历史数据，环比从略。",),
        imports=ImportSummary((("a.csv", 3, 3, 0),), 0, (), ()),
        provenance=Provenance("0.1.0", "models/default", "ab12", "cd34", "ef56", (("numpy", "2.4"),), ()),
    )


def full_facts() -> Facts:
    """Every section filled, with the counted figures of the sample week; one masked text is hostile."""
    calls = ids(1, 242)
    earlier = case(
        order_id="HX24100460320017", told_in="2024年10月第2周", category="交通运输类", summary="环城路路面破损"
    )
    issue = Issue(
        "i0001", "和谐家园小区供暖不热", "供暖不热", "和谐家园小区", "西城区", 20, 19, dt.datetime(2024, 10, 15, 8),
        dt.datetime(2024, 10, 20, 21), ("暖气",), calls[0], 0.83, calls[:20],
    )  # fmt: skip
    load = tuple((name, count, 2 if number == 0 else 0, 1) for number, (name, count) in enumerate(UNITS))
    return Facts(
        head=sample_head(),
        overview=Overview(
            total=1019,
            previous=851,
            change=19.74,
            channels=(Part("中国政府网转办", 0, 0.0), Part("省州系统转办", 49, 4.81), Part("微信端转办", 0, 0.0)),
            handling=(Part("直接答复", 776, 76.15), Part("工单转办", 235, 23.06), Part("其他", 8, 0.79)),
            closed_of_dispatched=36,
            daily=tuple(
                Part(f"2024-10-{14 + number}", count)
                for number, count in enumerate((150, 178, 160, 149, 141, 126, 115))
            ),
        ),
        valid=1011,
        categories=tuple(Part(name, count, round(count / 10.11, 2), count - 20) for name, count in CATEGORIES),
        abstained=2,
        orders=OrderFacts(235, 36, 72, 2, tuple(Part(name, count) for name, count in UNITS), 64, load),
        hotspots=(heat(), wages()),
        issues=(issue,),
        rising=(Alarm("苗头", "路灯井盖损坏", "建设中路", Baseline(9, 1.5, 4.0, 0.0004, 4), calls[200:209]),),
        chronic=(Alarm("长期高发", "窗口作风问题", "", Baseline(15, 14.0, 22.0, 0.4, 6), calls[210:225]),),
        repeats=(RepeatGroup("树木修剪", "滨河路", calls[230:233], True),),
        mass=(issue,),
        hard_cases=(case(),),
        follow_up=FollowUp(
            (Part("2024年9月第2周", 1), Part("2024年9月第3周", 2)),
            (earlier,),
            (case(order_id="HX24090860320031", closed=True),),
        ),
        notes=("样例为合成数据。",),
        imports=ImportSummary(
            (("calls.xlsx", 1021, 1019, 2),),
            5,
            (("calls.xlsx", "诉求内容", "content"),),
            (("calls.xlsx", "Sheet1", 7, "来电时间无法识别", "剔除"),),
        ),
        provenance=Provenance(
            "0.1.0",
            "models/default",
            "ab12",
            "cd34",
            "ef56",
            (("numpy", "2.4"), ("jieba", "0.42.1")),
            (("hotspot.min_share", "5"),),
        ),
        excerpts=tuple(
            (call, HOSTILE if number == 0 else f"来电人反映家中暖气不热（{number}）")
            for number, call in enumerate(calls)
        ),
    )


def sample_calls() -> list[dict[str, str]]:
    """The table of calls that goes with the full facts: as many rows as the week has calls."""
    facts = full_facts()
    hotspot_of = {call: spot for spot in facts.hotspots for call in spot.calls}
    place_of = {call: place for spot in facts.hotspots for place in spot.places for call in place.calls}
    texts = dict(facts.excerpts)
    days = [part.name for part in facts.overview.daily for _ in range(part.count)]
    rows = []
    for number, name in enumerate(ids(1, facts.overview.total)):
        spot, place = hotspot_of.get(name), place_of.get(name)
        rows.append(
            {
                "msg_id": name,
                "time": f"{days[number]} 08:{number % 60:02d}:00",
                "category": spot.category if spot else CATEGORIES[number % len(CATEGORIES)][0],
                "district": place.district if place else "",
                "place": place.place if place else "",
                "theme": spot.theme if spot else "",
                "issue_id": "i0001" if number < 20 else "",
                "hotspot_id": spot.id if spot else "",
                "excerpt": texts.get(name, f"其他来电摘要{number}"),
            }
        )
    return rows
