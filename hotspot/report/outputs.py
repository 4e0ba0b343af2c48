"""All files of the output folder, made from the facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from hotspot.report.bulletin import Bulletin, build_bulletin
from hotspot.report.call_rows import CallRows
from hotspot.report.charts import draw_charts, draw_svgs
from hotspot.report.render.docx import render_docx
from hotspot.report.render.html import render_html
from hotspot.report.render.json import render_json
from hotspot.report.render.xlsx import render_xlsx
from hotspot.report.tables import build_tables
from hotspot.schema import Facts

Files = dict[str, bytes]


def render_all(
    facts: Facts,
    demands: pd.DataFrame,
    mentions: pd.DataFrame,
    top_units: int,
    place_calls: int,
    template: Path | None = None,
    spread: Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]] | None = None,
) -> Files:
    """Return the content of every output file by its name within the folder.

    Parameters
    ----------
    demands, mentions : DataFrame
        Per call and per place mention, as `build_tables` describes them; `demands` also with time and masked text.
    top_units, place_calls : int
        Units in the chart of work orders; calls from which a paragraph names a place.
    template : Path, optional
        An office's own docx whose head and styles are kept.
    spread : callable, optional
        Makes the groups of files side by side; one after another, when left out.
    """
    calls = CallRows(demands)
    bulletin = build_bulletin(facts, top_units=top_units, min_place_calls=place_calls)
    renderer = _Renderer(facts, bulletin, calls, demands, mentions, top_units, template)
    # Those that take longest first.
    groups = ("workbook", "page", "data", "bulletin")
    made: list[Files] = spread(renderer, groups) if spread else [renderer(group) for group in groups]
    files = {name: content for group in made for name, content in group.items()}
    heads = ("bulletin.docx", "report.html", "workbook.xlsx", "result.json")
    return {name: files[name] for name in (*heads, *(name for name in files if name not in heads))}


@dataclass(frozen=True)
class _Renderer:
    """Makes a group of the output files."""

    facts: Facts
    bulletin: Bulletin
    calls: CallRows
    demands: pd.DataFrame
    mentions: pd.DataFrame
    top_units: int
    template: Path | None

    def __call__(self, group: str) -> Files:
        if group == "workbook":
            return {"workbook.xlsx": render_xlsx(self.facts, self.calls)}
        if group == "page":
            svgs = draw_svgs(self.facts, top_units=self.top_units, calls=self.calls)
            return {"report.html": render_html(self.facts, self.bulletin, svgs, self.calls).encode("utf-8")}
        if group == "data":
            tables = build_tables(self.demands, self.mentions, self.facts.imports.rejects)
            return {"result.json": render_json(self.facts).encode("utf-8"), **tables}
        charts = draw_charts(self.facts, top_units=self.top_units, calls=self.calls)
        return {
            "bulletin.docx": render_docx(self.bulletin, charts, self.facts.head, self.template),
            **{f"charts/{name}.png": content for name, content in sorted(charts.items())},
        }
