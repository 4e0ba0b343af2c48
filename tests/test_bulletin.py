"""The content tree: its order, its pictures, and honest words where something is missing."""

from __future__ import annotations

import dataclasses

from factsample import bare_facts, full_facts

from hotspot.report.bulletin import Heading, Paragraph, Picture, build_bulletin

SECTIONS = ["一、总体情况", "二、数据分析", "三、主要热点", "四、疑难案例", "五、疑难案例办理情况"]


def headings(bulletin, level):
    return [block.text for block in bulletin.blocks if isinstance(block, Heading) and block.level == level]


def words(bulletin):
    return "\n".join(block.text for block in bulletin.blocks if isinstance(block, Paragraph))


def test_sections_stand_in_the_order_of_the_office():
    bulletin = build_bulletin(full_facts())
    assert headings(bulletin, 1) == SECTIONS
    assert headings(bulletin, 2) == [
        "（一）诉求分类",
        "（二）工单转办分类",
        "（一）公共服务类问题。",
        "（二）拖欠工资类问题。",
        "（一）城乡建设类（工单编号：HX24101260320020）。",
        "（一）交通运输类（工单编号：HX24100460320017）。",
    ]
    assert (bulletin.issue_number, bulletin.subtitle) == ("2024年 第59期（总第109期）", "（2024年10月第3周）")


def test_three_pictures_with_their_numbers_in_words():
    pictures = [block for block in build_bulletin(full_facts()).blocks if isinstance(block, Picture)]
    assert [picture.name for picture in pictures] == ["总体概况一览表", "诉求分类一览表", "工单转办前6位一览表"]
    assert [picture.caption[:3] for picture in pictures] == ["图1　", "图2　", "图3　"]
    assert "工单转办235件（23.06%）" in pictures[0].alt
    assert "其他类37件（3.66%）" in pictures[1].alt


def test_the_chart_of_units_takes_its_own_number():
    pictures = [block for block in build_bulletin(full_facts(), top_units=3).blocks if isinstance(block, Picture)]
    assert pictures[-1].name == "工单转办前3位一览表"
    assert pictures[-1].alt.count("；") == 2


def test_a_bare_week_keeps_every_section():
    bulletin = build_bulletin(bare_facts())
    assert headings(bulletin, 1) == SECTIONS
    text = words(bulletin)
    assert "本周未形成达到认定标准的主要热点。" in text
    assert "本周未提供工单数据" in text
    assert "疑难案例未作研判" in text
    assert "没有需要跟踪通报的往期疑难案例。" in text
    assert "0.00%" not in text
    assert "较上周" not in text
    assert "已办结" not in text


def test_a_week_without_valid_demands_has_no_chart_of_them():
    bulletin = build_bulletin(dataclasses.replace(bare_facts(), valid=0, categories=()))
    assert [block.name for block in bulletin.blocks if isinstance(block, Picture)] == ["总体概况一览表"]


def test_every_paragraph_says_something():
    for facts in (bare_facts(), full_facts()):
        for block in build_bulletin(facts).blocks:
            assert not isinstance(block, Paragraph) or block.text.strip("。")
