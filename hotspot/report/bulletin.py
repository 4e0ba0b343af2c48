"""The bulletin as a tree of content: headings, paragraphs and pictures, which every renderer maps to its own form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotspot.report import charts_data, wording, wording_cases
from hotspot.schema import Facts, HardCase, PrintedParagraph, Sentence


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 is a section, level 2 a part of one."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences, and pieces of sentences, that follow each other without a space."""

    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The words of the paragraph."""
        return "".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart: the name under which it was drawn, its caption, and its numbers told for those who cannot see it."""

    name: str
    caption: str
    alt: str


Block = Heading | Paragraph | Picture


@dataclass(frozen=True, slots=True)
class Bulletin:
    """All that is printed, from the number of the issue to the foot."""

    issue_number: str
    issue_line: str  # office and date, an ideographic space between them
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    copy_line: str
    print_line: str


def build_bulletin(facts: Facts, *, top_units: int = 6, min_place_calls: int = 3) -> Bulletin:
    """The content of the bulletin, in the order in which it is read.

    Parameters
    ----------
    facts : Facts
    top_units : int
        How many units the chart of work orders shows.
    min_place_calls : int
        A place is named in a hotspot's paragraph with at least so many calls.
    """
    head = facts.head
    shown = "受理总量、处理方式和受理渠道" if facts.overview.channels else "受理总量和处理方式"
    blocks: list[Block] = [
        Heading(1, "一、总体情况"),
        Paragraph(wording.overview_sentences(head, facts.overview, with_orders=facts.orders is not None)),
        _picture(1, charts_data.overview_chart(facts), shown),
        Heading(1, "二、数据分析"),
        Heading(2, "（一）诉求分类"),
        Paragraph(wording.category_sentences(head, facts.valid, facts.categories)),
        Paragraph(wording.order_sentences(head, facts.orders)),
    ]
    if facts.valid:
        blocks.append(_picture(2, charts_data.category_chart(facts), f"{facts.valid}件有效诉求的分类"))
    blocks += [Heading(2, "（二）工单转办分类"), Paragraph(wording.unit_sentences(head, facts.orders))]
    units = charts_data.unit_chart(facts, top_units)
    if units is not None:
        number = 3 if facts.valid else 2
        blocks.append(_picture(number, units, f"转办工单最多的{len(units.bars)}个承办单位"))
    blocks.append(Heading(1, "三、主要热点"))
    for number, hotspot in enumerate(facts.hotspots, start=1):
        blocks.append(Heading(2, wording.hotspot_heading(hotspot, number)))
        blocks.append(Paragraph(wording.hotspot_sentences(head, hotspot, min_place_calls)))
    if not facts.hotspots:
        blocks.append(Paragraph((wording.no_hotspots(head),)))
    if gone := wording.faded_sentences(head, facts.faded):
        blocks.append(Paragraph(gone))
    blocks.append(Heading(1, "四、疑难案例"))
    blocks += _cases(facts.hard_cases, [wording_cases.case_sentences(case) for case in facts.hard_cases])
    if not facts.hard_cases:
        blocks.append(Paragraph((wording_cases.no_cases(head, facts.orders),)))
    blocks.append(Heading(1, "五、疑难案例办理情况"))
    blocks += _follow_up(facts)
    return Bulletin(
        issue_number=head.issue_number,
        issue_line=wording.issue_line(head),
        title=head.title,
        subtitle=head.subtitle,
        blocks=tuple(blocks),
        copy_line=wording.copy_line(head),
        print_line=wording.print_line(head),
    )


def list_paragraphs(bulletin: Bulletin) -> tuple[PrintedParagraph, ...]:
    """The paragraphs under their headings: each sentence with the calls behind it and the rule that made it."""
    section = heading = ""
    told = []
    for block in bulletin.blocks:
        if isinstance(block, Heading):
            section, heading = (block.text, "") if block.level == 1 else (section, block.text)
        elif isinstance(block, Paragraph):
            told.append(PrintedParagraph(section, heading, block.sentences))
    return tuple(told)


def _picture(number: int, chart: charts_data.BarChart, about: str) -> Picture:
    return Picture(chart.name, f"图{number}　{about}", chart.describe())


def _cases(cases: Sequence[HardCase], told: Sequence[tuple[Sentence, ...]]) -> list[Block]:
    blocks: list[Block] = []
    for number, (case, sentences) in enumerate(zip(cases, told, strict=True), start=1):
        blocks += [Heading(2, wording_cases.case_heading(case, number)), Paragraph(sentences)]
    return blocks


def _follow_up(facts: Facts) -> list[Block]:
    follow_up = facts.follow_up
    counted, closed = wording_cases.follow_up_count(follow_up), wording_cases.closed_cases(facts.head, follow_up)
    blocks: list[Block] = [Paragraph((counted,))] if counted else []
    told = [wording_cases.follow_up_sentences(facts.head, case) for case in follow_up.last_issue]
    blocks += _cases(follow_up.last_issue, told)
    blocks += [Paragraph((closed,))] if closed else []
    return blocks or [Paragraph((wording_cases.no_follow_up(facts.head),))]
