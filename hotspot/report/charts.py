"""Charts drawn: from a chart's data to a figure, and from a figure to PNG or SVG (the only import of matplotlib)."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any, Final
from xml.etree import ElementTree

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import Rectangle

from hotspot.errors import HotspotError
from hotspot.report.charts_data import BarChart, Chart, ColumnChart, GridChart, build_charts
from hotspot.schema import Facts

WIDTH: Final = 6.14  # inches: the text width of an official page, 156 mm
PAGE_WIDTH: Final = 4.9  # of the web page: narrow enough that a phone shows the words large enough to read
DOTS_PER_INCH: Final = 200
DARK, LIGHT, PALE, INK, GREY = "#1f4e79", "#9fb9d3", "#eef3f8", "#222222", "#666666"
FONT_SIZE, TITLE_SIZE = 10, 13
LABEL_LENGTH: Final = 14
_MARK: Final = "mark:"
_SVG: Final = "http://www.w3.org/2000/svg"
# A page whose policy forbids style attributes still draws the same attributes given one by one.
_SVG_FAMILY: Final = "'Noto Sans SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', SimHei, sans-serif"


def draw_charts(facts: Facts, *, top_units: int = 6, calls: Sequence[Mapping[str, object]] = ()) -> dict[str, bytes]:
    """Every chart as PNG, by name, the same bytes for the same facts."""
    return {chart.name: render_png(chart) for chart in build_charts(facts, top_units, calls)}


def draw_svgs(facts: Facts, *, top_units: int = 6, calls: Sequence[Mapping[str, object]] = ()) -> dict[str, str]:
    """Every chart as an ``<svg>`` element for the page, by name, the same text for the same facts."""
    return {chart.name: render_svg(chart) for chart in build_charts(facts, top_units, calls)}


def draw_figure(chart: Chart, width: float = WIDTH) -> Figure:
    """A chart as a figure of matplotlib's, so many inches wide, without any global state."""
    match chart:
        case BarChart():
            return _draw_bars(chart, width)
        case ColumnChart():
            return _draw_columns(chart, width)
        case GridChart():
            return _draw_grid(chart, width)


def render_png(chart: Chart) -> bytes:
    """A chart as PNG at 200 dots per inch."""
    figure, out = draw_figure(chart), io.BytesIO()
    with _glyphs_required(chart.name), matplotlib.rc_context(_settings()):
        FigureCanvasAgg(figure).print_png(out, metadata={"Software": None})
    return out.getvalue()


def render_svg(chart: Chart) -> str:
    """A chart as one ``<svg>`` element without style attributes, the numbers of its bars told on hovering."""
    figure, out = draw_figure(chart, PAGE_WIDTH), io.BytesIO()
    with _glyphs_required(chart.name), matplotlib.rc_context(_settings()):
        FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _plain_svg(out.getvalue(), chart)


def _settings() -> dict[str, object]:
    return {"svg.hashsalt": "hotspot", "svg.fonttype": "none"}


@contextmanager
def _glyphs_required(name: str) -> Iterator[None]:
    """Within it, a character that the font lacks is an error and not a box."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        try:
            yield
        except UserWarning as fault:
            fix = "请检查名称中的特殊字符"
            raise HotspotError("图表字体缺少字形", where=name, found=str(fault), fix=fix) from fault


@cache
def _font() -> FontProperties:
    path = resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"
    if not path.is_file():
        raise HotspotError("缺少图表所用的中文字体", where=str(path), fix="请重新安装 pylopdf-fonts-zh-cn")
    fontManager.addfont(str(path))
    return FontProperties(fname=str(path))


def _write(axes: Any, x: float, y: float, text: str, size: float = FONT_SIZE, **style: object) -> None:
    font = _font().copy()
    font.set_size(size)
    axes.text(x, y, text, fontproperties=font, **{"color": INK, "va": "center", **style})


def _ems(text: str) -> float:
    """Width of a text in ems, roughly: Latin letters and digits are about half as wide as Chinese characters."""
    return max((sum(1 if ord(sign) > 0x2E7F else 0.58 for sign in line) for line in text.split("\n")), default=0)


def _inches(text: str, size: float = FONT_SIZE) -> float:
    return _ems(text) * size / 72


def _wrap(label: str) -> str:
    lines = [label[start : start + LABEL_LENGTH] for start in range(0, len(label), LABEL_LENGTH)]
    return "\n".join(lines[:2]) + ("…" if len(lines) > 2 else "")


def _canvas(
    name: str, width: float, height: float, left: float, right: float, below: float = 0.12
) -> tuple[Figure, Any]:
    """A figure with its title, and axes in which one unit upwards is one inch."""
    above = 0.42
    figure = Figure(figsize=(width, height + above + below), dpi=DOTS_PER_INCH, facecolor="white")
    full = figure.add_axes((0, 0, 1, 1))
    full.set_axis_off()
    full.set(xlim=(0, width), ylim=(0, height + above + below))
    _write(full, width / 2, height + below + 0.23, name, TITLE_SIZE, ha="center")
    total = height + above + below
    axes = figure.add_axes((left / width, below / total, (width - left - right) / width, height / total))
    axes.set_axis_off()
    axes.set_ylim(0, height)
    return figure, axes


def _draw_bars(chart: BarChart, width: float) -> Figure:
    labels = [_wrap(bar.label) for bar in chart.bars]
    left = max(map(_inches, labels), default=0) + 0.3
    right = max((_inches(bar.text) for bar in chart.bars), default=0) + 0.25
    step, gap = 0.26, 0.12
    groups = [bar.group for bar in chart.bars]
    breaks = sum(first != second for first, second in pairwise(groups))
    legend = 0.3 if chart.inner_label else 0.0
    height = step * len(chart.bars) + gap * breaks + legend
    figure, axes = _canvas(chart.name, width, height, left, right)
    longest = max((bar.value for bar in chart.bars), default=0) or 1
    axes.set_xlim(0, longest)
    inch = longest / (width - left - right)
    y = height - legend
    for position, bar in enumerate(chart.bars):
        y -= step + (gap if position and groups[position] != groups[position - 1] else 0)
        tone = DARK if bar.inner is None and bar.group in ("", groups[0], "处理方式") else LIGHT
        _bar(axes, 0, y + 0.035, bar.value, step - 0.07, tone, f"{bar.label}：{bar.text}")
        if bar.inner:
            _bar(axes, 0, y + 0.035, bar.inner, step - 0.07, DARK, f"{bar.label}：{chart.inner_label}{bar.inner}件")
        _write(axes, -0.08 * inch, y + step / 2, labels[position], ha="right", linespacing=1.0)
        _write(axes, bar.value + 0.07 * inch, y + step / 2, bar.text, ha="left")
    axes.plot([0, 0], [0, height - legend], color=GREY, linewidth=0.8, clip_on=False)
    if legend:
        for x, tone, label in ((0, LIGHT, chart.outer_label), (0.9 * inch, DARK, chart.inner_label)):
            _bar(axes, x, height - 0.22, 0.14 * inch, 0.14, tone, "")
            _write(axes, x + 0.2 * inch, height - 0.15, label, FONT_SIZE - 1, ha="left")
    return figure


def _bar(axes: Any, x: float, y: float, width: float, height: float, tone: str, tip: str) -> None:
    # The limits of the axes are given: `add_patch` would take as long as all the rest to widen them.
    patch = axes.add_artist(Rectangle((x, y), width, height, facecolor=tone, edgecolor="none", clip_on=False))
    if tip:
        patch.set_gid(f"{_MARK}{tip}")


def _draw_columns(chart: ColumnChart, width: float) -> Figure:
    left = max((_inches(_wrap(label)) for label, _ in chart.series), default=0) + 0.3
    tall = 1.5 if len(chart.series) == 1 else 0.85
    height = tall * len(chart.series)
    figure, axes = _canvas(chart.name, width, height, left, 0.2, below=0.5)
    axes.set_xlim(0, len(chart.ticks))
    widest = max((str(value) for _, values in chart.series for value in values), key=_ems, default="")
    numbers = _fitting(widest, (width - left - 0.2) / len(chart.ticks))
    # One scale for all rows: a column twice as tall is twice as many, whichever row it stands in.
    scale = (tall - 0.38) / (max((value or 0 for _, values in chart.series for value in values), default=0) or 1)
    for number, (label, values) in enumerate(chart.series):
        floor = height - tall * (number + 1)
        _write(axes, -0.1, floor + (tall - 0.38) / 2, _wrap(label), ha="right")
        for position, value in enumerate(values):
            if value is None:
                _write(axes, position + 0.5, floor + 0.03, "—", ha="center", va="bottom", **numbers)
                continue
            tip = f"{label} {chart.ticks[position]}：{value}件".replace("\n", " ")
            _bar(axes, position + 0.2, floor, 0.6, value * scale, DARK, tip)
            _write(axes, position + 0.5, floor + value * scale + 0.03, str(value), ha="center", va="bottom", **numbers)
        axes.plot([0, len(chart.ticks)], [floor, floor], color=GREY, linewidth=0.8, clip_on=False)
    every = -(-len(chart.ticks) // 10)
    size = _tick_size(chart.ticks, every * (width - left - 0.2) / len(chart.ticks))
    for position, tick in enumerate(chart.ticks):
        if position % every == 0:
            _write(axes, position + 0.5, -0.06, tick, size, ha="center", va="top", clip_on=False)
    return figure


def _fitting(widest: str, room: float) -> dict[str, Any]:
    """Size and turn of numbers so that the widest fits its column of so many inches."""
    for size in (FONT_SIZE - 1, FONT_SIZE - 3):
        if _inches(widest, size) <= 0.9 * room:
            return {"size": size}
    return {"size": FONT_SIZE - 4, "rotation": 90}


def _tick_size(ticks: Sequence[str], room: float) -> float:
    """The largest size at which the names of the columns do not touch, within reason."""
    sizes = (FONT_SIZE - 1, FONT_SIZE - 1.5, FONT_SIZE - 2, FONT_SIZE - 2.5)
    return next((size for size in sizes if all(_inches(tick, size) <= 0.93 * room for tick in ticks)), FONT_SIZE - 3)


def _draw_grid(chart: GridChart, width: float) -> Figure:
    rows = [_wrap(row) for row in chart.rows]
    left = max(map(_inches, rows), default=0) + 0.25
    step, head = 0.28, 0.45
    height = step * len(rows) + head
    figure, axes = _canvas(chart.name, width, height, left, 0.2)
    axes.set_xlim(0, len(chart.columns))
    largest = max((value for line in chart.values for value in line), default=0) or 1
    every = -(-len(chart.columns) // 10)
    numbers = _fitting(str(largest), (width - left - 0.2) / len(chart.columns))
    size = _tick_size([_wrap(column) for column in chart.columns], every * (width - left - 0.2) / len(chart.columns))
    for x, column in enumerate(chart.columns):
        if x % every == 0:
            _write(axes, x + 0.5, height - head / 2, _wrap(column), size, ha="center")
    for number, (row, line) in enumerate(zip(rows, chart.values, strict=True)):
        y = height - head - step * (number + 1)
        _write(axes, -0.08 * len(chart.columns) / (width - left - 0.2), y + step / 2, row, FONT_SIZE - 1, ha="right")
        for x, value in enumerate(line):
            tip = f"{chart.rows[number]} {chart.columns[x]}：{value}件".replace("\n", " ")
            shade = _shade(value / largest)
            _bar(axes, x + 0.02, y + 0.02, 0.96, step - 0.04, shade, tip if value else "")
            told = str(value) if value else "·"
            _write(axes, x + 0.5, y + step / 2, told, ha="center", color=_ink_on(shade), **numbers)
    return figure


def _shade(weight: float) -> str:
    """A blue from pale to dark; its grey value alone tells the weight on a printer without colours."""
    pale, dark = to_rgb(PALE), to_rgb(DARK)
    return to_hex(tuple(low + (high - low) * weight for low, high in zip(pale, dark, strict=True)))


def _ink_on(shade: str) -> str:
    """Black or white, whichever stands out more on a shade."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(shade)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "white" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else "black"


def _plain_svg(source: bytes, chart: Chart) -> str:
    """Matplotlib's document as an element for a page: attributes for styles, tips for marks, a name for readers."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(source)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
        for declaration in filter(None, (parent.attrib.pop("style", "")).split(";")):
            name, _, value = declaration.partition(":")
            parent.set(name.strip(), _SVG_FAMILY if name.strip() == "font-family" else value.strip())
        if parent.tag == f"{{{_SVG}}}g":
            tip = parent.attrib.pop("id", "")
            if tip.startswith(_MARK):
                parent.set("class", "mark")
                title = ElementTree.Element(f"{{{_SVG}}}title")
                title.text = tip.removeprefix(_MARK)
                parent.insert(0, title)
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    root.set("role", "img")
    root.set("aria-label", chart.describe())
    root.set("stroke-linecap", "butt")
    return re.sub(r">\s+<", "><", ElementTree.tostring(root, encoding="unicode")).strip()
