"""Tables whose cells are wrong: headings, totals, duplicates, ids, dates, texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from badinput.making import HEADER, SECRET, Case, calls, changed, csv_of, table, xlsx_of

ID, TIME, TEXT = "来电编号", "来电时间", "诉求内容"


def heads() -> Iterator[Case]:
    """Title rows, merged headings, two header rows, no header."""
    rows = table()
    for lines in (1, 3, 10):
        titles = [["格尔木市12345热线来电记录导出", *[""] * 7]] * lines
        yield Case("表头", f"{lines} 行标题", xlsx_of([*titles, *rows]), 20)
    yield Case("表头", "二十行标题", xlsx_of([["标题"]] * 20 + rows), None)
    yield Case("表头", "标题前有空行", xlsx_of([[""], [""], ["标题"], [""], *rows]), 20)
    group = ["基本信息", "", "", "", "诉求信息", "", "", ""]
    yield Case("表头", "上有合并的分组行", xlsx_of([group, *rows]), 20)
    upper = ["来电编号", "来电时间", "来电人信息", "", "诉求信息", "", "办理", ""]
    lower = ["", "", "号码", "姓名", "渠道", "内容", "处理方式", "工单编号"]
    yield Case("表头", "两行表头，纵向合并", xlsx_of([upper, lower, *calls()]), 20)
    yield Case("表头", "中间重复表头", xlsx_of([*rows[:8], HEADER, *rows[8:]]), 20, 1, "重复的表头")
    yield Case(
        "表头",
        "表头有空格与星号",
        xlsx_of(
            [
                ["来电 编号", "*来电时间", "来电号码", "来电人", "诉求渠道", "【诉求内容】", "处理方式：", "工单编号"],
                *calls(),
            ]
        ),
        20,
    )
    yield Case(
        "表头",
        "表头有换行",
        xlsx_of([["来电\n编号", "来电\n时间", *HEADER[2:5], "诉求\n内容", *HEADER[6:]], *calls()]),
        20,
    )
    yield Case("表头", "表头带单位说明", xlsx_of([[ID, "来电时间（年月日）", *HEADER[2:]], *calls()]), 20)
    yield Case(
        "表头",
        "前缀 12345",
        xlsx_of([["12345工单编号", "12345受理时间", *HEADER[2:5], "12345内容描述"], *(r[:6] for r in calls())]),
        20,
    )
    yield Case("表头", "没有表头", xlsx_of(calls()), None)
    yield Case(
        "表头", "英文表头", xlsx_of([["id", "time", "phone", "name", "channel", "text", "a", "b"], *calls()]), None
    )
    yield Case("表头", "缺内容列", xlsx_of([r[:5] for r in rows]), None, said="诉求内容")
    yield Case("表头", "缺时间列", xlsx_of([[r[0], *r[2:]] for r in rows]), None, said="受理时间")
    yield Case("表头", "同名两列", xlsx_of([[*r, r[5]] for r in rows]), 20)
    yield Case("表头", "缺编号列", xlsx_of([r[1:7] for r in rows]), 20, 0, "没有编号")
    yield Case("表头", "前三列空白", xlsx_of([["", "", "", *r] for r in rows]), 20)


def totals() -> Iterator[Case]:
    """Rows that are no calls."""
    rows = table()
    for word in ("合计", "总计", "小计", "合 计", "共计：20件"):
        yield Case("合计行", word, xlsx_of([*rows, [word, "", "", "", "", "20", "", ""]]), 20, 1, "合计")
    yield Case("合计行", "编号列空，第二格合计", xlsx_of([*rows, ["", "合计", "", "", "", 20]]), 20, 1, "合计")
    yield Case("合计行", "制表人", xlsx_of([*rows, ["制表人：某某", "", "", "", "审核：某某"]]), 20, 1)
    yield Case("合计行", "中间小计", xlsx_of([*rows[:8], ["小计", 7], *rows[8:]]), 20, 1)
    yield Case("合计行", "空行后的说明", xlsx_of([*rows, [], [], ["说明：本表由系统导出"]]), 20, 1)


def repeats() -> Iterator[Case]:
    """Ids that come twice."""
    rows = table()
    yield Case("重复编号", "同一行两次", csv_of([*rows, rows[3]]), 20, 1, "重复行")
    yield Case("重复编号", "每行三次", csv_of([*rows, *rows[1:], *rows[1:]]), 20, 40, "重复行")
    other = [*rows[3]]
    other[5] = "另一件事"
    yield Case("重复编号", "同号不同内容", csv_of([*rows, other]), 20, 1, "内容不同")
    late = [*rows[3]]
    late[1] = "2024-10-20 23:00:00"
    yield Case("重复编号", "同号不同时间", csv_of([*rows, late]), 20, 1, "时间不同")
    yield Case("重复编号", "全部同号", csv_of(changed(ID, ["1"] * 20)), 1, 19, "不同")
    wide = [*rows[3]]
    wide[0] = wide[0].translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    yield Case("重复编号", "全角同号", csv_of([*rows, wide]), 20, 1, "重复行")
    yield Case(
        "重复编号", "全部相同的来电，编号不同", csv_of([HEADER, *([f"9{n:05d}", *rows[1][1:]] for n in range(20))]), 20
    )


def ids() -> Iterator[Case]:
    """What spreadsheets do to ids."""
    rows = calls()
    yield Case("编号", "13 位数字存为数值", xlsx_of([HEADER, *([float(r[0]), *r[1:]] for r in rows)]), 20)
    long = [[float(f"63241014000000{n:04d}"), *r[1:]] for n, r in enumerate(rows)]
    yield Case("编号", "18 位数字存为数值", xlsx_of([HEADER, *long]), 20, 0, "科学计数")
    yield Case("编号", "科学计数的文本", csv_of(changed(ID, ["6.32E+12"] * 20)), 20, 0, "科学计数")
    yield Case("编号", "带 .0", csv_of([HEADER, *([r[0] + ".0", *r[1:]] for r in rows)]), 20)
    yield Case("编号", "公式写法", csv_of([HEADER, *([f'="{r[0]}"', *r[1:]] for r in rows)]), 20)
    yield Case("编号", "前有撇号", csv_of([HEADER, *(["'" + r[0], *r[1:]] for r in rows)]), 20)
    yield Case("编号", "前有制表符", csv_of([HEADER, *(["\t" + r[0], *r[1:]] for r in rows)]), 20)
    yield Case("编号", "三行没有编号", csv_of(changed(ID, ["", "无", "/"])), 20, 0, "没有编号")
    yield Case("编号", "路径", csv_of(changed(ID, ["../../etc/passwd", "C:\\a", "/dev/null"])), 20)
    yield Case("编号", "公式注入", csv_of(changed(ID, ["=1+1", "@SUM(A1)", "+1", "-1"])), 20)
    yield Case("编号", "三百字", csv_of(changed(ID, ["9" * 300])), 20)
    yield Case("编号", "工单编号受损", csv_of(changed("工单编号", ["2.41E+17"])), 20, 0, "科学计数")


def swaps() -> Iterator[Case]:
    """Columns under the wrong headings."""
    for name, first, second in (("编号与号码", 0, 2), ("内容与号码", 5, 2), ("时间与内容", 1, 5), ("时间与号码", 1, 2)):
        rows = [list(row) for row in calls()]
        for row in rows:
            row[first], row[second] = row[second], row[first]
        if first == 0:
            rows = [[f"1390000{n:04d}", *r[1:]] for n, r in enumerate(rows)]
        yield Case("列错位", name, csv_of([HEADER, *rows]), None)
    shifted = [[*row[1:], row[0]] for row in calls()]
    yield Case("列错位", "整体左移一列", csv_of([HEADER, *shifted]), None)


_GOOD_DATES = {
    "斜线": "2024/10/14 8:00",
    "年月日": "2024年10月14日 8时5分",
    "年月日时分秒": "2024年10月14日8时5分9秒",
    "点": "2024.10.14 08:00",
    "紧凑": "20241014 080000",
    "紧凑无空格": "20241014080000",
    "只有日期": "2024-10-14",
    "ISO": "2024-10-14T08:00:00",
    "毫秒": "2024-10-14 08:00:00.123",
    "全角": "２０２４－１０－１４　０８：００：００",
    "序列值": "45579.3333",
    "午夜 24 点": "2024-10-14 24:00:00",
    "下午": "2024-10-14 下午 3:05",
    "星期": "2024-10-14 星期一 08:00",
    "多空格": "2024-10-14    08:00:00",
}
_BAD_DATES = {
    "二月三十日": "2024-02-30 08:00:00",
    "十三月": "2024-13-01 08:00:00",
    "零月": "2024-00-10",
    "二十五点": "2024-10-14 25:00:00",
    "六十一分": "2024-10-14 08:61:00",
    "两千一百年": "2124-10-14 08:00:00",
    "一九〇〇年": "1900-01-01 00:00:00",
    "两位年份": "24-10-14 08:00",
    "美国写法": "10/14/2024 8:00",
    "只有时间": "08:00:00",
    "昨天": "昨天上午",
    "负序列值": "-45579",
    "小序列值": "12.5",
    "井号": "########",
    "零": "0000-00-00 00:00:00",
    "号码": SECRET,
    "时间戳": "1728864000",
}


def dates() -> Iterator[Case]:
    """Spellings of times, possible and impossible."""
    for name, spelling in _GOOD_DATES.items():
        yield Case("日期", name, csv_of(changed(TIME, [spelling])), 20)
    for name, spelling in _BAD_DATES.items():
        yield Case("日期", name, csv_of(changed(TIME, [spelling])), 19, 1, "来电时间")
    yield Case("日期", "全部写法混用", csv_of(changed(TIME, list(_GOOD_DATES.values()))), 20)
    yield Case("日期", "全部不可能", csv_of(changed(TIME, ["2024-02-30"] * 20)), None, said="没有一行可用")
    yield Case("日期", "全空", csv_of(changed(TIME, [""] * 20)), None, said="没有一行可用")
    moments = [dt.datetime(2024, 10, 14, 8, n) for n in range(20)]
    typed = [[r[0], moment, *r[2:]] for r, moment in zip(calls(), moments, strict=True)]
    yield Case("日期", "表格日期格式", xlsx_of([HEADER, *typed]), 20)
    serial = [[r[0], 45579 + n / 24, *r[2:]] for n, r in enumerate(calls())]
    yield Case("日期", "表格数值", xlsx_of([HEADER, *serial]), 20)
    yield Case("日期", "一行远在未来", csv_of(changed(TIME, ["2098-10-14 08:00:00"])), 20)


_TEXTS = {
    "标点": "。，！？……——",
    "表情": "😀😡🔥👨‍👩‍👧",
    "从右到左": "\u202e暖气不热\u202c\u200f",
    "零宽": "暖\u200b气\u200c不\u200d热\ufeff",
    "全角数字": "１３９００００１２３４，７号楼２单元",
    "公式": "=cmd|' /C calc'!A0",
    "脚本": "<script>alert(1)</script>",
    "转义序列": "\x1b[31m暖气\x1b[0m\x07",
    "控制字符": "暖\x01气\x02不\x08热",
    "一个字": "热",
    "空": "",
    "无": "无",
    "组合字符": "暖" + "\u0301" * 2_000,
    "私用区": "\ue000\uf8ff",
    "非字符": "\ufdd0\uffff",
    "藏文": "ཁྱེད་རང་",
    "井号": "#N/A",
}


def texts() -> Iterator[Case]:
    """Contents that are hardly text."""
    for name, text in _TEXTS.items():
        yield Case("内容", name, csv_of(changed(TEXT, [text])), 20)
        if name in ("标点", "表情", "从右到左", "零宽", "空", "组合字符"):
            yield Case("内容", f"全部{name}", csv_of(changed(TEXT, [text] * 20)), 20)
    lone = "\ud800暖气\udfff"
    yield Case("内容", "半个代理对 utf-16", csv_of(changed(TEXT, [lone]), "utf-16-le"), 20)
    yield Case("内容", "半个代理对 utf-8", csv_of(changed(TEXT, [lone]), "utf-8"), 20, None)
    yield Case("内容", "全部相同", csv_of(changed(TEXT, ["暖气不热"] * 20)), 20)
    yield Case("内容", "一个来电", csv_of(table(1)), 1)
    yield Case("内容", "两个来电", xlsx_of(table(2)), 2)
    yield Case("内容", "没有有效诉求", csv_of(changed("处理方式", ["无效来电"] * 20)), 20)
    yield Case("内容", "到处是无", csv_of([HEADER, *([r[0], r[1], *["无"] * 6] for r in calls())]), 20)
    yield Case("内容", "五千个来电", csv_of(table(5_000)), 5_000)
