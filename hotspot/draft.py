"""A commented configuration for a new city, filled from an export where it can be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from hotspot.config import Config

_MOST_PLACES: Final = 60
_DIRECT_HINTS: Final = ("直接", "在线", "即时", "当场", "解答")
_INVALID_HINTS: Final = ("无效", "骚扰", "测试", "挂断", "误拨")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(_text(value) for value in values) + "]"


def _common(values: pd.Series, most: int = 30) -> list[str]:
    """Return the values that occur, the most frequent first."""
    counts = values[values.ne("")].value_counts()
    return sorted(counts.index, key=lambda name: (-int(counts[name]), name))[:most]


def draft_config(
    default: Config,
    calls: pd.DataFrame | None = None,
    places: Mapping[str, Sequence[str]] | None = None,
    city: str = "",
) -> str:
    """Return the text of a configuration file.

    Parameters
    ----------
    default : Config
        Where the export says nothing, its values stand.
    calls : DataFrame, optional
        Calls of an export: categories, channels, words of handling and districts are taken from it.
    places : mapping, optional
        District (``""`` for none) to the places found in it.
    """
    handling = default.handling
    direct, order, invalid = list(handling.direct), list(handling.order), list(handling.invalid)
    categories = [(entry.name, entry.terms, entry.hotspot, entry.remainder) for entry in default.category]
    channels: list[str] = list(default.channels.names)
    districts: list[str] = []
    if calls is not None:
        found = _common(calls["handling"])
        if found:
            invalid = [word for word in found if any(hint in word for hint in _INVALID_HINTS)]
            direct = [word for word in found if any(hint in word for hint in _DIRECT_HINTS) and word not in invalid]
            order = [word for word in found if word not in {*direct, *invalid}]
        channels = [name for name in _common(calls["channel"]) if name not in ("电话", "来电", "电话来电")] or channels
        districts = _common(calls["region"])
        labels = _common(calls["category"])
        if labels:
            known = default.category_terms
            labels.sort(key=lambda name: "其他" in name)
            categories = [
                (name, known.get(name, ()), "热线" not in name, "其他" in name and name == labels[-1])
                for name in labels
            ]
    lines = [
        "# 城市的配置。# 后面是说明；键名不能改，不认识的键会被拒绝。改好后：",
        "#   hotspot analyze 来电表.xlsx --config 本文件 --out 输出文件夹",
        "",
        "[bulletin]",
        f"city = {_text(city or default.bulletin.city)}",
        '# title = "某某市12345政务服务便民热线周通报"',
        '# office = "某某市人民政府办公室"',
        '# copy_to = "市委、市人大常委会、市政协办公室……"',
        "days_to_issue = 3 # 周期最后一天之后第几天印发",
        "",
        "# [bulletin.issue] # 已知的一期期号，其他期由它推算",
        "# week = 2024-10-14",
        "# of_year = 1",
        "# total = 1",
        "",
        "# 诉求类别：terms 写能看出类别的关键词；hotspot = false 的类别不作为热点；remainder = true 的是兜底类别",
    ]
    for name, terms, hotspot, remainder in categories:
        lines += ["[[category]]", f"name = {_text(name)}", f"terms = {_list(terms)}"]
        lines += [] if hotspot else ["hotspot = false"]
        lines += ["remainder = true"] if remainder else []
        lines.append("")
    lines.append("# 辖区和已知的小区、道路、村；写得越全，地点归得越准")
    spots = dict(places or {})
    for name in districts or [name for name in sorted(spots) if name]:
        lines += ["[[district]]", f"name = {_text(name)}", f"places = {_list(spots.get(name, ())[:_MOST_PLACES])}", ""]
    lines += ["[places]", f"known = {_list(spots.get('', ())[:_MOST_PLACES])} # 还不知道属于哪个辖区的地点", ""]
    lines += ["# [places.aliases] # 确认的别名", '# "和谐佳园" = "和谐家园小区"', ""]
    lines += ["[channels]", f"names = {_list(channels)} # 这些渠道一件没有也要印出", ""]
    lines += [
        "[handling] # 处理方式在本市系统里的写法",
        f"direct = {_list(direct)}",
        f"order = {_list(order)}",
        f"invalid = {_list(invalid)}",
        "",
        "[units]",
        f"rank = {default.units.rank} # 列出前几位，其余并入其他单位",
        f"chart = {default.units.chart} # 图中列出前几位",
        '# short = { "国网某某供电公司" = "某某供电公司" }',
        "",
        "[hotspots]",
        f"min_share = {default.hotspots.min_share} # 占有效诉求的百分比",
        f"min_calls = {default.hotspots.min_calls}",
        f"most = {default.hotspots.most}",
        f"place_calls = {default.hotspots.place_calls}",
        "",
        "[issues]",
        f"min_size = {default.issues.min_size}",
        "",
        "# [[event]] # 能解释热点从哪天起的事件",
        '# name = "开始供暖"',
        '# date = "10-15"',
        '# themes = ["供暖不热"]',
        "",
        "# [calendar] # 国家法定节假日已内置（每年安排公布后随程序更新）；未知的年份或本地假日写在这里",
        "# holidays = [2027-02-05, 2027-02-08]",
        "# workdays = [2027-02-14] # 调休上班的周末",
        "# national = true # false：只认上面写的日子",
        "",
    ]
    return "\n".join(lines)
