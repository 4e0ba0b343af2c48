"""The page: what it says, that nothing in it runs from data, and that a real browser can work with it."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import html.parser
import json
import re
import time
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from browser import CHROMIUM, Page
from conftest import Run
from factsample import HOSTILE, bare_facts, full_facts, sample_calls
from hypothesis import given
from hypothesis import strategies as st

from hotspot.report.bulletin import build_bulletin
from hotspot.report.call_rows import CallRows, call_columns, told_calls
from hotspot.report.charts import draw_svgs
from hotspot.report.render import page_data
from hotspot.report.render.html import render_html
from hotspot.report.render.plain import plain_text
from hotspot.schema import Part


def render(facts, calls=()):
    return render_html(facts, build_bulletin(facts), draw_svgs(facts, calls=calls), calls)


@pytest.fixture(scope="module")
def page() -> str:
    return render(full_facts(), sample_calls())


class Outline(html.parser.HTMLParser):
    """Tags, ids, references, and the text of scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._script = tag == "script"
        if self._script:
            self.scripts.append("")

    def handle_endtag(self, tag):
        self._script = self._script and tag != "script"

    def handle_data(self, data):
        if self._script:
            self.scripts[-1] += data


def test_the_policy_allows_only_the_pages_own_style_and_script(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'")
    assert "unsafe" not in policy[1]
    script = Outline(page).scripts[-1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy[1]


def test_nothing_points_outside_and_no_style_or_handler_stands_in_the_markup(page):
    for tag, attributes in Outline(page).tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "xlink:href", "action"):
            value = attributes.get(name) or "#"
            assert value.startswith(("#", "data:image/png")), value


def test_a_hostile_call_stays_text(page):
    outline = Outline(page)
    assert len(outline.scripts) == 2
    data = json.loads(outline.scripts[0])
    shown = data["calls"][0][-1]
    assert "</script><script>document.title='broken'</script>" in shown
    assert "\u202e" not in page
    assert "<script>document.title" not in page


def test_ids_are_unique_and_links_within_the_page_lead_somewhere(page):
    tags = Outline(page).tags
    ids = [attributes["id"] for _, attributes in tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for tag, attributes in tags:
        if tag == "a" and (attributes.get("href") or "").startswith("#"):
            assert (attributes["href"] or "#")[1:] in ids


def test_the_printed_numbers_and_sentences_are_there(page):
    for words in (
        "较上周增加19.74%（上周851件）",
        "占比99.21%，较上周增加21.66%",
        "1019",
        "本周热线共接到此类诉求电话共计145件",
        "持续第2周",
        "HX24101260320020",
    ):
        assert words in page
    for block in build_bulletin(full_facts()).blocks:
        text = getattr(block, "text", "")
        assert text in page


def test_a_bare_week_says_what_is_missing():
    page = render(bare_facts())
    assert "没有上周数据" in page
    assert "没有上一周的历史数据" in page
    assert "本期未形成达到认定标准的主要热点。" in page
    assert "占比0.00%" not in page
    assert "较上周增" not in page


def test_the_same_facts_give_the_same_page(page):
    assert render(full_facts(), sample_calls()) == page


def many_calls(count: int, text: str) -> list[dict[str, str]]:
    calls = sample_calls()
    return [{**calls[at % len(calls)], "msg_id": f"{at:013d}", "excerpt": text} for at in range(count)]


@pytest.mark.parametrize(
    ("count", "text", "limit"),
    [
        (1_019, "家中暖气不热" * 1_500, 6_010_000),
        (1_019, "<<&&" * 2_000, 6_010_000),
        (50_000, "家中暖气不热" * 40, 15_000_000),
    ],
)
def test_a_large_page_is_cut_to_its_size_with_a_note(count, text, limit):
    page = render(full_facts(), many_calls(count, text))
    assert limit * 0.5 < len(page.encode()) <= limit
    assert "为控制页面大小，每件来电的摘要最多显示" in page
    assert "\x00" not in page
    assert len(json.loads(Outline(page).scripts[0])["calls"]) == count


def test_the_calls_of_hotspots_and_issues_keep_more_of_their_text():
    packed = page_data.pack_calls(full_facts(), many_calls(1_019, "暖" * 900), room=900_000)
    calls = json.loads(packed.json)["calls"]
    behind = {len(call[-1]) for call in calls if call[7] >= 0}
    others = {len(call[-1]) for call in calls if call[7] < 0 and not call[8]}
    assert (behind, others) == ({401}, {201})
    assert "200字，热点和问题的来电400字" in packed.note


@given(st.lists(st.tuples(st.text().map(plain_text), st.booleans())))
def test_texts_are_measured_as_they_are_written(calls: list[tuple[str, bool]]) -> None:
    texts, told = [text for text, _ in calls], [is_told for _, is_told in calls]
    for (ours, others), size in zip(page_data.TEXT_LENGTHS, page_data._sizes(texts, told), strict=True):
        cut = [page_data._cut(text, ours if is_told else others) for text, is_told in calls]
        assert size == sum(len(page_data._script_json(text).encode()) - 2 for text in cut)


def test_a_small_page_is_not_cut(page):
    assert "为控制页面大小" not in page
    assert len(page.encode()) < 1_000_000


def test_no_list_of_the_page_is_without_end():
    facts = full_facts()
    facts = dataclasses.replace(facts, repeats=facts.repeats * 500, mass=facts.mass * 500)
    page = render(facts)
    for rows in (500 * len(full_facts().repeats), 500 * len(full_facts().mass)):
        assert f"共{rows}行，此处列前200行，其余见工作簿" in page


def test_beyond_that_the_calls_of_hotspots_and_issues_stay(monkeypatch):
    monkeypatch.setattr(page_data, "MOST_CALLS", 300)
    packed = page_data.pack_calls(full_facts(), sample_calls())
    assert len(json.loads(packed.json)["calls"]) == 242
    assert "242" in packed.note


def test_of_too_many_of_those_some_stay_from_all_days(monkeypatch):
    monkeypatch.setattr(page_data, "MOST_CALLS", 100)
    packed = page_data.pack_calls(full_facts(), sample_calls())
    told = [call["msg_id"] for call in sample_calls() if call["hotspot_id"] or call["issue_id"]]
    assert [call[0] for call in json.loads(packed.json)["calls"]] == [told[at * len(told) // 100] for at in range(100)]
    assert "均匀选取的100件" in packed.note


def test_a_table_of_calls_reads_as_their_rows_do():
    calls = sample_calls()
    table = pd.DataFrame(calls).rename(columns={"excerpt": "masked"})
    rows = CallRows(table.assign(time=pd.to_datetime(table["time"]).astype("datetime64[s]"), caller="C1"))
    wanted = [{**call, "time": f"{pd.Timestamp(call['time']):%Y-%m-%d %H:%M:%S}"} for call in calls]
    assert list(rows) == wanted
    assert list(rows[3:5]) == wanted[3:5]
    assert rows[-1] == wanted[-1]
    for most in (10, 1_000):
        assert list(told_calls(rows, most)) == list(told_calls(wanted, most))
    assert call_columns(rows, "theme", "time") == call_columns(wanted, "theme", "time")


def test_the_matrix_counts_calls_by_theme_and_place():
    matrix = page_data.build_matrix(full_facts(), sample_calls())
    assert matrix["columns"] == ["供暖不热", "拖欠工资"]
    first = matrix["rows"][0]
    assert (first["district"], first["place"]) == ("西城区", "和谐家园小区")
    assert [(cell["count"], cell["level"]) for cell in first["cells"]] == [(20, 5), (0, 0)]
    assert page_data.build_matrix(bare_facts(), ()) == {"columns": [], "rows": []}


browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def file(page, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


@browser
def test_in_a_browser_one_clicks_through_a_hotspot_to_its_calls_and_filters(file):
    with Page() as shown:
        shown.open(file)
        assert shown.run("document.title") == "格尔木市12345政务服务便民热线周通报（2024年10月第3周）"
        assert shown.run("document.getElementById('found').textContent").startswith("共1019件")
        assert shown.run("document.documentElement.scrollWidth <= innerWidth")

        shown.run("document.querySelector('#hotspot-h1a2b3c4d summary').click()")
        shown.run("new Promise(done => setTimeout(done, 50))")
        calls = "document.querySelectorAll('#hotspot-h1a2b3c4d .call').length"
        assert shown.run(calls) == 20
        shown.click("#hotspot-h1a2b3c4d .list > button")
        assert shown.run(calls) == 40
        first = shown.run("document.querySelector('#hotspot-h1a2b3c4d .said').textContent")
        assert first == HOSTILE.replace("\u202e", "").replace("\x07", "")

        shown.run(
            "[...document.querySelectorAll('#hotspot-h1a2b3c4d .quote')]"
            ".find(quote => quote.textContent.includes('管道维修')).click()"
        )
        assert shown.run("document.getElementById('found').textContent").startswith("共19件")
        shown.click("#chosen button")
        shown.run("document.getElementById('hotspot').value = '拖欠工资'")
        shown.run("document.getElementById('hotspot').dispatchEvent(new Event('change'))")
        assert shown.run("document.getElementById('found').textContent").startswith("共97件")
        assert "hotspot=" in shown.run("location.hash")
        shown.click("#filters button[type=reset]")
        shown.run("new Promise(done => setTimeout(done, 50))")
        shown.click("#facet-day .facet")
        assert shown.run("document.getElementById('found').textContent").startswith("共150件")
        shown.run(
            "[...document.querySelectorAll('figure .mark.live')]"
            ".find(mark => mark.textContent.startsWith('政务群团类：'))"
            ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
        )
        assert shown.run("document.getElementById('category').value") == "政务群团类"
        shown.click(".heat button")
        assert shown.run("document.getElementById('found').textContent").startswith("共20件")
        assert shown.console == []
        assert [url for url in shown.requests if not url.startswith(("file:", "data:"))] == []


@browser
def test_in_a_browser_search_links_keys_and_print_work(file):
    with Page() as shown:
        shown.open(file, "#hotspot-h5e6f7a8b")
        assert shown.run("document.activeElement.id") == "hotspot-h5e6f7a8b"
        assert shown.run("document.querySelector('#hotspot-h5e6f7a8b details').open")

        shown.open(file, "#calls")
        assert 0 <= shown.run("document.getElementById('calls').getBoundingClientRect().top") < 100

        shown.open(file, "#calls?q=%E4%BB%81%E5%92%8C%E5%B0%8F%E5%8C%BA")
        assert shown.run("document.getElementById('found').textContent") == "共13件"

        shown.open(file, "")
        shown.run("document.getElementById('q').focus()")
        shown.call("Input.insertText", text="（7）")
        assert shown.run("document.getElementById('found').textContent") == "共1件"
        assert shown.run("document.querySelector('#results mark').textContent") == "（7）"
        shown.run("document.querySelector('.quote').focus()")
        shown.press("Enter", "\r")
        assert not shown.run("document.getElementById('chosen').hidden")

        printed = shown.pdf()
        assert printed.startswith(b"%PDF")
        assert len(printed) > 20_000
        assert shown.console == []


@browser
def test_every_mark_of_a_chart_and_cell_of_the_matrix_leads_to_as_many_calls_as_it_says(sample_run: Run):
    counted = """[...document.querySelectorAll(selector)].map(mark => {
        mark.dispatchEvent(new MouseEvent('click', {bubbles: true}));
        const words = mark.querySelector('title')?.textContent || mark.getAttribute('aria-label');
        const found = document.getElementById('found').textContent;
        return [words, Number(/(\\d+)件/.exec(words.split(/：|，/).pop())[1]), Number(/共(\\d+)件/.exec(found)[1])];
    })"""
    with Page() as shown:
        shown.open(sample_run.out / "report.html")
        for selector, least in (("figure.chart .mark.live", 80), (".heat button", 20)):
            marks = shown.run(counted.replace("selector", json.dumps(selector)))
            assert len(marks) >= least
            assert [mark for mark in marks if mark[1] != mark[2]] == []
        assert shown.console == []


@browser
def test_columns_of_several_days_lead_to_the_calls_of_all_of_them(tmp_path):
    start = dt.date(2024, 1, 1)
    days = [(start + dt.timedelta(days=number)).isoformat() for number in range(60)]
    calls = [{**sample_calls()[900], "msg_id": f"{number:05d}", "time": f"{day} 08:00:00"}
             for number, day in enumerate(days)]  # fmt: skip
    facts = full_facts()
    overview = dataclasses.replace(facts.overview, daily=tuple(Part(day, 1) for day in days))
    path = tmp_path / "months.html"
    path.write_text(render(dataclasses.replace(facts, overview=overview), calls), encoding="utf-8")
    with Page() as shown:
        shown.open(path)
        shown.run(
            "[...document.querySelectorAll('figure .mark.live')]"
            ".find(mark => mark.querySelector('title').textContent === '受理量 1月8日 起7天：7件')"
            ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
        )
        assert shown.run("document.getElementById('found').textContent") == "共7件"


@browser
def test_charts_are_worked_by_keys(file):
    with Page() as shown:
        shown.open(file)
        svg = "document.querySelectorAll('figure.chart svg')[1]"
        assert shown.run(f"{svg}.getAttribute('role')") == "group"
        assert shown.run(f"{svg}.querySelectorAll('[tabindex=\"0\"]').length") == 1
        shown.run(f"{svg}.querySelector('.mark.live').focus()")
        shown.press("ArrowDown")
        name = shown.run("document.activeElement.getAttribute('aria-label')")
        assert name.startswith("公共服务类：")
        assert shown.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        shown.press("Enter", "\r")
        assert shown.run("document.getElementById('category').value") == "公共服务类"
        assert shown.run("document.activeElement.id") == "calls"


@browser
def test_a_screen_reader_finds_landmarks_and_a_name_on_all_that_acts(file):
    def told(node, key):
        return (node.get(key) or {}).get("value")

    with Page() as shown:
        shown.open(file)
        shown.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        levels = shown.run("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(one => Number(one.tagName[1]))")
        nodes = [node for node in shown.call("Accessibility.getFullAXTree")["nodes"] if not node.get("ignored")]
    roles = [told(node, "role") for node in nodes]
    for landmark in ("banner", "navigation", "main", "search", "contentinfo"):
        assert roles.count(landmark) == 1
    acting = {"button", "link", "searchbox", "combobox", "region", "table", "image"}
    assert roles.count("button") > 100
    assert [node for node in nodes if told(node, "role") in acting and not told(node, "name")] == []
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@browser
def test_what_was_opened_for_printing_is_closed_again(file):
    with Page() as shown:
        shown.open(file)
        closed = "document.querySelectorAll('details:not([open])').length"
        before = shown.run(closed)
        shown.pdf()
        assert shown.run(closed) == before


@browser
def test_on_a_phone_nothing_is_wider_than_the_screen_or_too_small(sample_run: Run):
    with Page(390, 844, mobile=True) as shown:
        shown.open(sample_run.out / "report.html")
        assert shown.run("document.documentElement.scrollWidth") <= 390
        words = "[...document.querySelectorAll('figure.chart text')].map(text => text.getBoundingClientRect())"
        drawn = shown.run(f"{words}.map(box => [box.height, box.left, box.right])")
        assert len(drawn) > 100
        assert min(height for height, *_ in drawn) >= 9  # smaller, the words of the charts could not be read
        assert all(left >= 0 and right <= 390 for _, left, right in drawn)
        assert shown.screenshot().startswith(b"\x89PNG")
        assert shown.console == []


@browser
def test_fifty_thousand_calls_are_searched_at_once(tmp_path):
    calls = sample_calls()
    many = [{**calls[number % len(calls)], "msg_id": f"{number:013d}"} for number in range(50_000)]
    path = tmp_path / "big.html"
    path.write_text(render(full_facts(), many), encoding="utf-8")
    assert path.stat().st_size < 15_000_000
    with Page() as shown:
        shown.open(path)
        start = time.perf_counter()
        shown.run("document.getElementById('q').value = '暖气 西城区'")
        shown.run("document.getElementById('q').dispatchEvent(new Event('input'))")
        assert shown.run("document.getElementById('found').textContent").startswith("共")
        assert time.perf_counter() - start < 5
