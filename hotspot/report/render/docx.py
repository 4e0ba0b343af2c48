"""The bulletin as a Word document, laid out by custom of GB/T 9704 (the only import of python-docx)."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from hotspot.errors import InputError
from hotspot.report.bulletin import Bulletin, Heading, Paragraph, Picture
from hotspot.report.render.plain import plain_text
from hotspot.report.render.zipped import fix_times
from hotspot.schema import Head

SONG, FANG, HEI, KAI, TITLE_FONT = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
BODY_SIZE, SMALL_SIZE, TITLE_SIZE = 16, 14, 22  # 三号, 四号, 二号
LINE, FOOT_LINE = 28, 22
TEXT_WIDTH: Final = 156  # mm
PICTURE_WIDTH: Final = 150  # mm: LibreOffice sets a picture as wide as the text off its centre
BODY, NUMBER, ISSUED, FIGURE, FOOT, PAGE = "Body Text", "期号", "发文机关", "图", "版记", "页码"
_BUILT_IN: Final = ("Heading 1", "Heading 2", "Title", "Subtitle", "Caption")
STYLE_IDS: Final = {NUMBER: "IssueNumber", ISSUED: "IssuedBy", FIGURE: "Figure", FOOT: "Imprint", PAGE: "PageNumber"}
IDEOGRAPHIC_SPACE: Final = "　"
# What Word takes where a font is not installed: a name of old and the face that Windows has had since.
_FONTS: Final = ((FANG, "仿宋", "modern"), (KAI, "楷体", "modern"), (HEI, "SimHei", "modern"), (SONG, "SimSun", "auto"),
                 (TITLE_FONT, "宋体", "script"))  # fmt: skip
# Parts of python-docx's own starting document that tell of another one: its preview, its word count, its styles as
# Word 2010 for Mac drew them (Word compares these with the real ones and may offer a repair), its lists.
_FOREIGN: Final = ("thumbnail", "extended-properties", "stylesWithEffects", "customXml", "numbering")


def render_docx(bulletin: Bulletin, charts: Mapping[str, bytes], head: Head, template: Path | None = None) -> bytes:
    """The bulletin as docx, the same bytes for the same content.

    Parameters
    ----------
    bulletin : Bulletin
    charts : mapping
        PNG by the name of the picture; every picture of the bulletin has to be there.
    head : Head
        For the document's properties: its date is the date of issue, not of the run.
    template : Path, optional
        An office's own docx: its page, its styles and what stands in it are kept, the bulletin follows.
    """
    document = _open(template)
    _add_styles(document, keep=template is not None)
    if template is None:
        _lay_out_page(document)
    _add_head(document, bulletin)
    for block in bulletin.blocks:
        match block:
            case Heading():
                document.add_paragraph(plain_text(block.text), style=f"Heading {block.level}")
            case Paragraph():
                document.add_paragraph(plain_text(block.text), style=BODY)
            case Picture():
                _add_picture(document, block, charts[block.name])
    _add_foot(document, bulletin)
    _number_pictures(document)
    _set_properties(document, bulletin, head.issue_date)
    out = io.BytesIO()
    document.save(out)
    return fix_times(out.getvalue())


def _open(template: Path | None) -> Document:
    if template is None:
        document = docx.Document()
        for relationships in (document.part.rels, document.part.package.rels):
            for name in [name for name, one in relationships.items() if one.reltype.endswith(_FOREIGN)]:
                del relationships[name]
        return document
    try:
        return docx.Document(str(template))
    except Exception as fault:  # python-docx lets zip, XML and key errors of a broken file through
        raise InputError("不能打开 Word 模板", where=str(template), fix="请另存为 .docx 后再试") from fault


def _lay_out_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles[PAGE]
        paragraph.alignment = side
        paragraph.add_run("— ")
        _add_field(paragraph, "PAGE", "1")
        paragraph.add_run(" —")
        layout = paragraph.paragraph_format  # one character in from the edge of the text
        layout.left_indent = layout.right_indent = Pt(SMALL_SIZE)


def _add_field(paragraph: Any, code: str, shown: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", shown), ("end", "")):
        run = paragraph.add_run(text if kind == "text" else "")
        if kind in ("begin", "separate", "end"):
            char = OxmlElement("w:fldChar")
            char.set(qn("w:fldCharType"), kind)
            run._r.append(char)
        elif not kind:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            run._r.append(instruction)


def _add_styles(document: Document, *, keep: bool) -> None:
    """The styles of the bulletin. Of a template's styles none is changed, only what it lacks is added."""
    if not keep:
        _set_defaults(document)
    centre, justify, left = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT
    for name, font, size, alignment, indent in (
        ("Normal", FANG, BODY_SIZE, None, 0),
        (BODY, FANG, BODY_SIZE, justify, 2),
        ("Heading 1", HEI, BODY_SIZE, left, 2),
        ("Heading 2", KAI, BODY_SIZE, left, 2),
        ("Title", TITLE_FONT, TITLE_SIZE, centre, 0),
        ("Subtitle", KAI, BODY_SIZE, centre, 0),
        (NUMBER, FANG, BODY_SIZE, centre, 0),
        (ISSUED, FANG, BODY_SIZE, None, 0),
        (FIGURE, FANG, BODY_SIZE, centre, 0),
        ("Caption", FANG, SMALL_SIZE, centre, 0),
        (FOOT, FANG, SMALL_SIZE, None, 0),
        (PAGE, SONG, SMALL_SIZE, None, 0),
    ):
        missing = name not in document.styles
        if keep and not missing:
            continue
        if missing:
            document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name not in STYLE_IDS)
        style = document.styles[name]
        style.element.set(qn("w:styleId"), STYLE_IDS.get(name, style.style_id))
        _set_style(style, font, size, alignment, indent)
        if name != "Normal":
            style.base_style = document.styles["Normal"]
        if name.startswith("Heading") or name == "Title":
            style.next_paragraph_style = document.styles[BODY]
            style.paragraph_format.keep_with_next = True
        if name.startswith("Heading") and style.element.pPr.find(qn("w:outlineLvl")) is None:
            level = OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), str(int(name[-1]) - 1))
            style.element.pPr.insert_element_before(level, *_AFTER_BORDERS[_AFTER_BORDERS.index("w:divId") :])
        if name in (FIGURE, PAGE):  # a fixed line would clip a picture; a page number needs none
            style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        if name == FOOT:
            style.paragraph_format.line_spacing = Pt(FOOT_LINE)
            style.paragraph_format.left_indent = Pt(SMALL_SIZE * 4)  # under the first addressee, not under 抄送
            style.paragraph_format.first_line_indent = Pt(-SMALL_SIZE * 4)
        if name == FIGURE:
            style.paragraph_format.keep_with_next = True
            style.paragraph_format.space_before = Pt(6)
        if name == "Title":
            style.paragraph_format.space_before = Pt(LINE)
            style.paragraph_format.line_spacing = Pt(36)
        if name == "Subtitle":
            style.paragraph_format.space_after = Pt(LINE / 2)
    if not keep:
        _drop_other_styles(document)


def _set_defaults(document: Document) -> None:
    """Document defaults without theme fonts, in Chinese; layout as Word 2013 and later do it."""
    run = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _set_fonts(run, FANG)
    language = run.find(qn("w:lang"))
    language.set(qn("w:val"), "en-US")  # as Chinese, figures would break within at the end of a line
    language.set(qn("w:eastAsia"), "zh-CN")
    settings = document.settings.element
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    settings.find(qn("w:characterSpacingControl")).set(qn("w:val"), "compressPunctuation")
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="{family}"/>'
        '<w:pitch w:val="default"/></w:font>'
        for name, other, family in _FONTS
    )
    declared = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    table = next(one for one in document.part.rels.values() if one.reltype.endswith("/fontTable")).target_part
    table._blob = f"{declared}<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()


def _drop_other_styles(document: Document) -> None:
    """Leave the styles of the bulletin and the defaults: the rest of the starting document's are Western and blue."""
    styles = document.styles.element
    ours = {document.styles[name].style_id for name in ("Normal", BODY, *_BUILT_IN, *STYLE_IDS)}
    for style in list(styles.iterchildren(qn("w:style"))):
        if style.get(qn("w:styleId")) not in ours and style.get(qn("w:default")) != "1":
            styles.remove(style)
    for link in list(styles.iter(qn("w:link"))):
        link.getparent().remove(link)


def _set_fonts(properties: Any, font: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)


def _set_style(style: Any, font: str, size: int, alignment: Any, indent: int) -> None:
    style.font.size = Pt(size)
    style.font.bold = style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.hidden, style.quick_style = False, True
    properties = style.element.get_or_add_rPr()
    _set_fonts(properties, font)
    for name in ("w:spacing", "w:kern"):  # the letter spacing of the Western title
        for old in properties.findall(qn(name)):
            properties.remove(old)
    layout = style.paragraph_format
    layout.alignment = alignment
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE)
    layout.widow_control = False
    paragraph = style.element.get_or_add_pPr()
    for name in ("w:pBdr", "w:contextualSpacing", "w:numPr", "w:ind"):
        for old in paragraph.findall(qn(name)):
            paragraph.remove(old)
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):  # no gap between figures and 件
        switch = OxmlElement(name)
        switch.set(qn("w:val"), "0")
        paragraph.insert_element_before(switch, *_AFTER_SPACES)
    if indent:
        layout.first_line_indent = Pt(indent * size)
        # counted in characters, so that it stays two whatever the size of the font
        paragraph.find(qn("w:ind")).set(qn("w:firstLineChars"), str(indent * 100))


def _add_head(document: Document, bulletin: Bulletin) -> None:
    document.add_paragraph(plain_text(bulletin.issue_number), style=NUMBER)
    issued = _add_spread_line(document, bulletin.issue_line, ISSUED, lead=IDEOGRAPHIC_SPACE)
    issued._p.get_or_add_pPr().insert_element_before(_borders(bottom=(12, "C00000")), *_AFTER_BORDERS)
    document.add_paragraph(plain_text(bulletin.title), style="Title")
    document.add_paragraph(plain_text(bulletin.subtitle), style="Subtitle")


def _add_spread_line(document: Document, text: str, style: str, lead: str = "") -> Any:
    """A line whose two halves, parted by an ideographic space, stand at the left and at the right."""
    spread = plain_text(text).replace(IDEOGRAPHIC_SPACE, "\t", 1)
    paragraph = document.add_paragraph(lead + spread, style=style)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH) - Pt(SMALL_SIZE), WD_TAB_ALIGNMENT.RIGHT)
    return paragraph


# What follows w:pBdr within w:pPr, in the order of the schema.
_AFTER_BORDERS: Final = tuple(
    f"w:{name}"
    for name in (
        "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE",
        "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents",
        "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId",
        "cnfStyle", "rPr", "sectPr", "pPrChange",
    )
)  # fmt: skip
_AFTER_SPACES: Final = _AFTER_BORDERS[_AFTER_BORDERS.index("w:autoSpaceDN") + 1 :]


def _borders(**sides: tuple[int, str]) -> Any:
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="1" w:color="{colour}"/>'
        for side, (size, colour) in sides.items()
    )
    return parse_xml(f"<w:pBdr {nsdecls('w')}>{edges}</w:pBdr>")


def _add_picture(document: Document, picture: Picture, png: bytes) -> None:
    paragraph = document.add_paragraph(style=FIGURE)
    shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Mm(PICTURE_WIDTH))
    shape._inline.docPr.set("name", plain_text(picture.name))
    shape._inline.docPr.set("descr", plain_text(picture.alt))
    document.add_paragraph(plain_text(picture.caption), style="Caption")


def _number_pictures(document: Document) -> None:
    """Pictures carry distinct ids: a document with equal ids asks to be repaired."""
    for number, properties in enumerate(document.element.body.iter(qn("wp:docPr")), start=1):
        properties.set("id", str(number))


def _add_foot(document: Document, bulletin: Bulletin) -> None:
    """The 版记: two lines between rules in a frame, which keeps to the foot of the page on which the text ends.

    Its paragraphs have the same indents and borders: only then do Word and LibreOffice draw one frame with rules as
    wide as the text (LibreOffice drops a frame whose borders differ, or have a rule between). Hence the first lines
    start with a space of their own, and the rule between is a black line without words.
    """
    copied = _add_spread_line(document, bulletin.copy_line, FOOT, lead=IDEOGRAPHIC_SPACE)
    rule = document.add_paragraph(style=FOOT)
    rule.paragraph_format.line_spacing = Pt(0.75)
    printed = _add_spread_line(document, bulletin.print_line, FOOT, lead=IDEOGRAPHIC_SPACE)
    for paragraph in (copied, rule, printed):
        properties = paragraph._p.get_or_add_pPr()
        frame = parse_xml(
            f'<w:framePr {nsdecls("w")} w:w="{int(Mm(TEXT_WIDTH).twips)}" w:hSpace="0" w:vSpace="0" '
            'w:wrap="notBeside" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="left" w:yAlign="bottom"/>'
        )
        properties.insert_element_before(frame, "w:widowControl", "w:pBdr", *_AFTER_BORDERS)
        edges = {"top": (8, "000000"), "bottom": (8, "000000")}
        properties.insert_element_before(_borders(**edges), *_AFTER_BORDERS)
    black = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="000000"/>')
    rule._p.pPr.insert_element_before(black, *_AFTER_BORDERS[1:])
    anchor = document.add_paragraph(style=FOOT)  # a frame needs a paragraph behind it; this one takes no room
    anchor.paragraph_format.line_spacing = Pt(1)


def _set_properties(document: Document, bulletin: Bulletin, date: dt.date) -> None:
    properties = document.core_properties
    properties.title = plain_text(f"{bulletin.title}{bulletin.subtitle}")
    properties.subject = plain_text(bulletin.issue_number)
    properties.author = properties.last_modified_by = plain_text(bulletin.issue_line.split(IDEOGRAPHIC_SPACE)[0])
    properties.comments, properties.keywords = "", "12345 政务服务便民热线 周通报"
    properties.language = "zh-CN"
    properties.revision = 1
    properties.created = properties.modified = dt.datetime.combine(date, dt.time())
    properties.last_printed = properties.created
