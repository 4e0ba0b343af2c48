"""Charts: the numbers they show, the same bytes twice, Chinese glyphs or an error."""

from __future__ import annotations

import dataclasses
import datetime as dt
import struct
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from factsample import bare_facts, full_facts, sample_calls
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from hotspot.errors import HotspotError
from hotspot.report import charts, charts_data
from hotspot.report.charts_data import Bar, BarChart, ColumnChart, GridChart
from hotspot.schema import Part

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def pngs():
    return charts.draw_charts(full_facts(), calls=sample_calls())


@pytest.fixture(scope="module")
def svgs():
    return charts.draw_svgs(full_facts(), calls=sample_calls())


def test_every_chart_of_the_week_is_drawn(pngs, svgs):
    assert list(pngs) == [
        "总体概况一览表", "诉求分类一览表", "工单转办前6位一览表", "每日受理量", "每日分类受理量", "主要热点每日来电",
        "主要热点地点分布", "承办单位在办与超期工单",
    ]  # fmt: skip
    assert list(svgs) == list(pngs)


def test_pictures_are_as_wide_as_the_text_at_200_dots_per_inch(pngs):
    for png in pngs.values():
        assert png.startswith(b"\x89PNG")
        assert struct.unpack(">I", png[16:20])[0] == 1228
        at = png.index(b"pHYs") + 4  # dots per metre, which is how a PNG tells its resolution
        assert [round(per_metre * 0.0254) for per_metre in struct.unpack(">II", png[at : at + 8])] == [200, 200]


def test_the_same_facts_give_the_same_bytes(pngs, svgs):
    assert charts.draw_charts(full_facts(), calls=sample_calls()) == pngs
    assert charts.draw_svgs(full_facts(), calls=sample_calls()) == svgs


def test_a_bare_week_has_only_what_it_has_numbers_for():
    assert [chart.name for chart in charts_data.build_charts(bare_facts())] == [
        "总体概况一览表", "诉求分类一览表", "每日受理量",
    ]  # fmt: skip


def test_bars_carry_the_printed_numbers():
    bars = {bar.label: bar.text for bar in charts_data.overview_chart(full_facts()).bars}
    assert bars["受理总量"] == "1019件"
    assert bars["直接答复"] == "776件（76.15%）"
    assert bars["微信端转办"] == "0件"
    assert [bar.value for bar in charts_data.category_chart(full_facts()).bars][-2:] == [26, 37]


def test_the_load_of_units_shows_the_overdue_within_the_open():
    chart = charts_data.load_chart(full_facts())
    assert chart is not None
    assert chart.bars[0] == Bar("市住房和城乡建设局", 43, "在办43件，超期2件", inner=2)


def test_days_by_category_add_up_to_the_days():
    facts = full_facts()
    chart = charts_data.daily_category_chart(facts, sample_calls())
    assert chart is not None
    assert [sum(column) for column in zip(*chart.values, strict=True)] == [part.count for part in facts.overview.daily]


def test_the_grid_of_places_is_sorted_and_cut():
    chart = charts_data.place_chart(full_facts())
    assert chart is not None
    totals = [sum(line) for line in chart.values]
    assert totals == sorted(totals, reverse=True)
    assert len(totals) <= charts_data.GRID_ROWS
    assert chart.rows[0] == "西城区 和谐家园小区"


def test_long_periods_are_drawn_in_weeks():
    daily = tuple(Part((dt.date(2024, 1, 1) + dt.timedelta(days=number)).isoformat(), 1000) for number in range(366))
    facts = dataclasses.replace(full_facts(), overview=dataclasses.replace(full_facts().overview, daily=daily))
    chart = charts_data.daily_chart(facts)
    assert chart is not None
    assert (len(chart.ticks), chart.ticks[0]) == (18, "1月1日\n起21天")
    assert sum(chart.series[0][1]) == 366_000
    assert charts.render_png(chart).startswith(b"\x89PNG")


def test_all_rows_of_columns_have_one_scale():
    chart = ColumnChart("列", ("10月14日\n周一",), (("多", (40,)), ("少", (10,))))
    bars = [patch for axes in charts.draw_figure(chart).axes for patch in axes.patches]
    assert bars[0].get_height() == pytest.approx(4 * bars[1].get_height())


def test_a_week_without_an_upper_limit_shows_none_and_no_zero():
    weeks = [(dt.date(2024, 10, 7), 5, None), (dt.date(2024, 10, 14), 45, 12.0)]
    chart = charts_data.history_chart("供暖不热", weeks)
    assert chart.series[1] == ("预警上限", (None, 12))
    axes = charts.draw_figure(chart).axes
    assert len([patch for part in axes for patch in part.patches]) == 3
    written = [text.get_text() for part in axes for text in part.texts]
    assert "—" in written
    assert "0" not in written
    assert "预警上限：10月14日\n起7天12件" in chart.describe()
    assert charts.render_png(chart).startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [charts.WIDTH, charts.PAGE_WIDTH])
def test_names_of_columns_do_not_touch(width):
    for chart in (
        charts_data.daily_chart(full_facts()),
        charts_data.daily_category_chart(full_facts(), sample_calls()),
    ):
        figure = charts.draw_figure(chart, width)
        FigureCanvasAgg(figure).draw()
        ticks = [text for axes in figure.axes for text in axes.texts if "月" in text.get_text()]
        boxes = [tick.get_window_extent() for tick in ticks]
        assert len(boxes) == 7
        assert all(one.x1 + 2 < two.x0 for one, two in pairwise(boxes))


def test_numbers_stand_out_on_every_shade():
    def luminance(colour) -> float:
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)) + 0.05

    chart = GridChart("格", ("甲",), tuple(map(str, range(101))), (tuple(range(101)),))
    axes = charts.draw_figure(chart).axes[-1]
    numbers = [text for text in axes.texts if text.get_text().isdigit() and text.get_color() in ("white", "black")]
    assert len(numbers) == 100
    for text, patch in zip(numbers, axes.patches[1:], strict=True):
        two = sorted((luminance(text.get_color()), luminance(patch.get_facecolor()[:3])))
        assert two[1] / two[0] >= 4.5


def test_the_two_tones_differ_on_a_printer_without_colours():
    dark, light = (sum(weight * part for weight, part in zip((0.299, 0.587, 0.114), to_rgb(tone), strict=True))
                   for tone in (charts.DARK, charts.LIGHT))  # fmt: skip
    assert light - dark > 0.35


def test_a_missing_glyph_is_an_error_and_names_the_chart():
    odd = BarChart("一览表", (Bar("𝄞小区", 3, "3件"),))
    with pytest.raises(HotspotError, match="一览表"):
        charts.render_png(odd)
    with pytest.raises(HotspotError, match="字形"):
        charts.render_svg(odd)


def test_empty_and_single_charts_are_drawn():
    for chart in (
        BarChart("空", (Bar("没有", 0, "0件"),)),
        ColumnChart("零", ("10月14日\n周一",), (("受理量", (0,)),)),
        GridChart("格", ("甲",), ("乙",), ((0,),)),
        BarChart("长", (Bar("很长很长很长很长很长很长很长很长很长很长的单位名称", 12345, "12345件（100.00%）"),)),
    ):
        assert charts.render_png(chart).startswith(b"\x89PNG")
        assert chart.describe().startswith(chart.name)


def test_svg_has_real_text_tips_and_no_style(svgs):
    root = ElementTree.fromstring(svgs["总体概况一览表"])
    assert root.get("role") == "img"
    assert "受理总量1019件" in root.get("aria-label", "")
    assert any("直接答复" in (text.text or "") for text in root.iter(f"{SVG}text"))
    assert "直接答复：776件（76.15%）" in [title.text for title in root.iter(f"{SVG}title")]
    for svg in svgs.values():
        assert "style" not in {name for element in ElementTree.fromstring(svg).iter() for name in element.attrib}
        assert "<style" not in svg
        assert "<metadata" not in svg


def test_names_from_data_cannot_leave_the_svg():
    facts = full_facts()
    spot = dataclasses.replace(facts.hotspots[0], heading="<script>x</script>")
    drawn = charts.draw_svgs(dataclasses.replace(facts, hotspots=(spot,)))
    assert all("<script" not in svg for svg in drawn.values())
