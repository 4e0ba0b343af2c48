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
from hotspot.report.tables import write_tables
from hotspot.schema import Facts


def render_all(
    folder: Path,
    facts: Facts,
    demands: pd.DataFrame,
    mentions: pd.DataFrame,
    top_units: int,
    place_calls: int,
    template: Path | None = None,
    spread: Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]] | None = None,
) -> tuple[str, ...]:
    """Write every output file into a folder and return their names within it, the bulletin first.

    Whoever makes a file writes it, so that none travels and none is held whole.

    Parameters
    ----------
    folder : Path
        There, and empty.
    demands, mentions : DataFrame
        Per call and per place mention, as `write_tables` describes them; `demands` also with time and masked text.
    top_units, place_calls : int
        Units in the chart of work orders; calls from which a paragraph names a place.
    template : Path, optional
        An office's own docx whose head and styles are kept.
    spread : callable, optional
        Makes the groups of files side by side; one after another, when left out.
    """
    bulletin = build_bulletin(facts, top_units=top_units, min_place_calls=place_calls)
    renderer = _Renderer(folder, facts, bulletin, CallRows(demands), demands, mentions, top_units, template)
    # Those that take longest first.
    groups = ("workbook", "page", "data", "bulletin")
    made: list[list[str]] = spread(renderer, groups) if spread else [renderer(group) for group in groups]
    names = [name for group in made for name in group]
    heads = ("bulletin.docx", "report.html", "workbook.xlsx", "result.json")
    return (*heads, *(name for name in names if name not in heads))


@dataclass(frozen=True)
class _Renderer:
    """Writes a group of the output files and tells their names."""

    folder: Path
    facts: Facts
    bulletin: Bulletin
    calls: CallRows
    demands: pd.DataFrame
    mentions: pd.DataFrame
    top_units: int
    template: Path | None

    def __call__(self, group: str) -> list[str]:
        if group == "workbook":
            render_xlsx(self.facts, self.folder / "workbook.xlsx", self.calls)
            return ["workbook.xlsx"]
        if group == "page":
            svgs = draw_svgs(self.facts, top_units=self.top_units, calls=self.calls)
            page = render_html(self.facts, self.bulletin, svgs, self.calls)
            (self.folder / "report.html").write_bytes(page.encode("utf-8"))
            return ["report.html"]
        if group == "data":
            with (self.folder / "result.json").open("w", encoding="utf-8", newline="") as file:
                file.writelines(render_json(self.facts))
            return ["result.json", *write_tables(self.folder, self.demands, self.mentions, self.facts.imports.rejects)]
        charts = draw_charts(self.facts, top_units=self.top_units, calls=self.calls)
        written = render_docx(self.bulletin, charts, self.facts.head, self.template)
        (self.folder / "bulletin.docx").write_bytes(written)
        (self.folder / "charts").mkdir()
        for name, content in charts.items():
            (self.folder / "charts" / f"{name}.png").write_bytes(content)
        return ["bulletin.docx", *(f"charts/{name}.png" for name in sorted(charts))]
