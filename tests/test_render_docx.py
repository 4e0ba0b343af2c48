"""The Word document: read back, byte-equal, in the order of the schema, and converted by LibreOffice."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import subprocess
import time
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from factsample import HOSTILE, bare_facts, case, full_facts, sample_head
from ooxml import package_faults, schema_faults

from hotspot.errors import InputError
from hotspot.report.bulletin import build_bulletin
from hotspot.report.charts import draw_charts
from hotspot.report.render.docx import render_docx

SOFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def pngs() -> dict[str, bytes]:
    return draw_charts(full_facts())


@pytest.fixture(scope="module")
def content(pngs: dict[str, bytes]) -> bytes:
    return render_docx(build_bulletin(full_facts()), pngs, sample_head())


@pytest.fixture(scope="module")
def document(content: bytes):
    return docx.Document(io.BytesIO(content))


def fonts(document, name):
    element = document.styles[name].element.rPr.find(qn("w:rFonts"))
    return {element.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")}


def test_the_page_is_an_official_one(document):
    section = document.sections[0]
    page = [round(length.mm) for length in (section.page_width, section.page_height)]
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert page == [210, 297]
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]


def test_styles_name_the_fonts_for_chinese(document):
    assert fonts(document, "Body Text") == {"仿宋_GB2312"}
    assert fonts(document, "Heading 1") == {"黑体"}
    assert fonts(document, "Heading 2") == {"楷体_GB2312"}
    assert fonts(document, "Title") == {"方正小标宋简体"}
    assert document.styles["Title"].font.size.pt == 22
    body = document.styles["Body Text"]
    assert body.font.size.pt == 16
    assert body.paragraph_format.line_spacing.pt == 28
    assert body.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


def test_the_text_stands_in_its_styles(document):
    styled = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]
    assert styled[0] == ("期号", "2024年 第59期（总第109期）")
    assert ("Title", "格尔木市12345政务服务便民热线周通报") in styled
    assert ("Subtitle", "（2024年10月第3周）") in styled
    assert next(text for style, text in styled if style == "Heading 1") == "一、总体情况"
    assert sum(style == "Heading 1" for style, _ in styled) == 5
    texts = [block.text for block in build_bulletin(full_facts()).blocks if type(block).__name__ == "Paragraph"]
    assert [text for style, text in styled if style == "Body Text"] == texts
    assert styled[-2] == ("版记", "　格尔木市人民政府办公室\t2024年10月23日印发")


def test_pictures_have_words_captions_and_are_not_clipped(document):
    properties = list(document.element.body.iter(qn("wp:docPr")))
    assert len(properties) == 3
    assert len({one.get("id") for one in properties}) == 3
    assert properties[0].get("descr").startswith("总体概况一览表：受理总量1019件")
    captions = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Caption"]
    assert captions == [
        "图1　受理总量、处理方式和受理渠道",
        "图2　1011件有效诉求的分类",
        "图3　转办工单最多的6个承办单位",
    ]
    spacing = document.styles["图"].element.pPr.find(qn("w:spacing"))
    assert spacing.get(qn("w:lineRule")) == "auto"
    assert [round(shape.width.mm) for shape in document.inline_shapes] == [150] * 3


def test_page_numbers_odd_right_even_left(document):
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        paragraph = footer.paragraphs[0]
        assert paragraph.alignment.name == side
        assert paragraph.paragraph_format.right_indent.pt == 14
        assert paragraph.text == "— 1 —"
        assert " PAGE " in [code.text for code in paragraph._p.iter(qn("w:instrText"))]


def test_the_foot_keeps_to_the_bottom_margin(document):
    framed = [paragraph for paragraph in document.paragraphs if paragraph._p.find(f".//{qn('w:framePr')}") is not None]
    assert [paragraph.text.strip()[:2] for paragraph in framed] == ["抄送", "", "格尔"]
    assert {paragraph._p.find(f".//{qn('w:framePr')}").get(qn("w:yAlign")) for paragraph in framed} == {"bottom"}


def test_the_same_content_gives_the_same_bytes_a_moment_later(content, pngs):
    time.sleep(2.1)  # a zip counts in steps of two seconds
    assert render_docx(build_bulletin(full_facts()), pngs, sample_head()) == content
    properties = docx.Document(io.BytesIO(content)).core_properties
    assert str(properties.created.date()) == str(properties.modified.date()) == "2024-10-23"


def changed(content: bytes, part: str, old: str, new: str) -> bytes:
    """The document with one thing in one part written otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode(), 1)
            target.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["full", "bare", "hostile", "template"])
def test_the_document_keeps_the_rules_of_office_open_xml(kind, content, pngs, tmp_path: Path):
    facts, template = full_facts(), None
    if kind == "bare":
        facts = bare_facts()
    if kind == "hostile":
        facts = dataclasses.replace(facts, hard_cases=(case(summary=HOSTILE),))
    if kind == "template":
        template = tmp_path / "template.docx"
        template.write_bytes(content)
    charts = draw_charts(facts) if kind == "bare" else pngs
    written = render_docx(build_bulletin(facts), charts, facts.head, template)
    assert package_faults(written) == []
    (tmp_path / "bulletin.docx").write_bytes(written)
    assert schema_faults(tmp_path / "bulletin.docx") == []


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("word/document.xml", '<w:pStyle w:val="BodyText"/>', '<w:pStyle w:val="Nowhere"/>'),
        ("word/document.xml", '<w:pStyle w:val="BodyText"/>', '<w:jc w:val="left"/><w:pStyle w:val="BodyText"/>'),
        ("word/document.xml", 'w:val="single"', 'w:val="singel"'),
        ("word/styles.xml", '<w:autoSpaceDE w:val="0"/>', ""),
        ("word/settings.xml", "<w:evenAndOddHeaders/>", "<w:evenAndOddHeaders/><w:zoom/>"),
    ],
)
def test_the_rules_see_a_broken_document(part, old, new, content, tmp_path: Path):
    if new == "":
        new, old = '<w:autoSpaceDN w:val="0"/><w:autoSpaceDE w:val="0"/>', f'{old}<w:autoSpaceDN w:val="0"/>'
    (tmp_path / "broken.docx").write_bytes(changed(content, part, old, new))
    assert len(schema_faults(tmp_path / "broken.docx")) >= 1


def test_the_package_is_looked_at_too(content):
    equal_ids = changed(content, "word/document.xml", '<wp:docPr id="2"', '<wp:docPr id="1"')
    assert package_faults(equal_ids) == ["two drawings have the id 1"]
    untyped = changed(content, "[Content_Types].xml", 'Extension="png"', 'Extension="gif"')
    assert "word/media/image1.png has no content type" in package_faults(untyped)
    lost = changed(content, "word/_rels/document.xml.rels", "media/image1.png", "media/image9.png")
    assert "nothing leads to word/media/image1.png" in package_faults(lost)


def test_nothing_of_the_starting_document_is_left(content, document):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        settings, fonts = package.read("word/settings.xml").decode(), package.read("word/fontTable.xml").decode()
    foreign = ("thumbnail", "stylesWithEffects", "docProps/app.xml", "customXml", "numbering")
    assert [name for name in names if any(word in name for word in foreign)] == []
    assert 'w:eastAsia="ja-JP"' not in settings
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in fonts
    assert {style.name for style in document.styles} == {
        *("Normal", "Default Paragraph Font", "Normal Table", "No List", "Body Text", "Heading 1", "Heading 2"),
        *("Title", "Subtitle", "Caption", "期号", "发文机关", "图", "版记", "页码"),
    }


def test_signs_that_break_or_turn_text_are_taken_out(pngs):
    facts = dataclasses.replace(full_facts(), hard_cases=(case(summary=HOSTILE),))
    document = docx.Document(io.BytesIO(render_docx(build_bulletin(facts), pngs, sample_head())))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "</script><script>document.title='broken'</script>" in text
    assert not re.search("[\x00-\x08\u202a-\u202e]", text)


def test_a_bare_week_is_a_whole_document():
    facts = bare_facts()
    document = docx.Document(io.BytesIO(render_docx(build_bulletin(facts), draw_charts(facts), facts.head)))
    assert sum(paragraph.style.name == "Heading 1" for paragraph in document.paragraphs) == 5


def test_a_template_keeps_its_page_its_styles_and_its_head(tmp_path: Path, pngs):
    office = docx.Document()
    office.sections[0].left_margin = 500_000
    office.styles["Heading 1"].font.name = "Office Black"
    office.add_paragraph("某市人民政府文件")
    office.save(str(tmp_path / "template.docx"))
    written = render_docx(build_bulletin(full_facts()), pngs, sample_head(), tmp_path / "template.docx")
    document = docx.Document(io.BytesIO(written))
    assert document.paragraphs[0].text == "某市人民政府文件"
    assert document.styles["Heading 1"].font.name == "Office Black"
    assert abs(document.sections[0].left_margin - 500_000) < 1_000
    assert any(paragraph.text == "一、总体情况" for paragraph in document.paragraphs)
    time.sleep(2.1)
    again = render_docx(build_bulletin(full_facts()), pngs, sample_head(), tmp_path / "template.docx")
    assert again == written


def test_a_template_without_our_styles_gets_them(content, tmp_path: Path, pngs):
    office = docx.Document(io.BytesIO(content))
    for element in list(office.element.body.iterchildren(qn("w:p"))):
        office.element.body.remove(element)
    for style in list(office.styles.element.iterchildren(qn("w:style"))):
        if style.get(qn("w:default")) != "1":
            office.styles.element.remove(style)
    office.add_paragraph("某市人民政府文件")
    office.save(str(tmp_path / "template.docx"))
    written = render_docx(build_bulletin(full_facts()), pngs, sample_head(), tmp_path / "template.docx")
    (tmp_path / "bulletin.docx").write_bytes(written)
    assert package_faults(written) == []
    assert schema_faults(tmp_path / "bulletin.docx") == []
    document = docx.Document(io.BytesIO(written))
    assert fonts(document, "Body Text") == {"仿宋_GB2312"}
    assert fonts(document, "Heading 1") == {"黑体"}
    heading = document.styles["Heading 1"].element
    assert heading.find(qn("w:name")).get(qn("w:val")) == "heading 1"
    assert heading.get(qn("w:customStyle")) is None
    assert heading.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}") is not None


def test_a_file_that_is_no_template_is_the_users_fault(tmp_path: Path, pngs):
    broken = tmp_path / "template.docx"
    broken.write_bytes(b"not a document")
    with pytest.raises(InputError, match=r"template\.docx"):
        render_docx(build_bulletin(full_facts()), pngs, sample_head(), broken)


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_prints_it_with_the_foot_on_the_last_page(content, tmp_path: Path):
    (tmp_path / "bulletin.docx").write_bytes(content)
    profile = (tmp_path / "profile").as_uri()
    command = [str(SOFFICE), f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "bulletin.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    pdf = (tmp_path / "bulletin.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-layout", "bulletin.pdf", "-"], cwd=tmp_path, check=True, capture_output=True
        )
        pages = [page for page in text.stdout.decode().split("\f") if page.strip()]
        assert 3 <= len(pages) <= 6
        assert "印发" in pages[-1]
        assert not any("印发" in page for page in pages[:-1])
        assert "— 1 —" in pages[0].replace("—1—", "— 1 —")
