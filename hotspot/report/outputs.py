"""All files of the output folder, made from the facts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hotspot.report.bulletin import build_bulletin
from hotspot.report.charts import draw_charts, draw_svgs
from hotspot.report.render.docx import render_docx
from hotspot.report.render.html import render_html
from hotspot.report.render.json import render_json
from hotspot.report.render.xlsx import render_xlsx
from hotspot.report.tables import build_tables
from hotspot.schema import Facts


def render_all(
    facts: Facts,
    demands: pd.DataFrame,
    mentions: pd.DataFrame,
    top_units: int,
    place_calls: int,
    template: Path | None = None,
) -> dict[str, bytes]:
    """Return the content of every output file by its name within the folder.

    Parameters
    ----------
    demands, mentions : DataFrame
        Per call and per place mention, as `build_tables` describes them; `demands` also with time and masked text.
    top_units, place_calls : int
        Units in the chart of work orders; calls from which a paragraph names a place.
    template : Path, optional
        An office's own docx whose head and styles are kept.
    """
    calls = [
        {**row, "time": row["time"].isoformat(sep=" ") if pd.notna(row["time"]) else "", "excerpt": row.pop("masked")}
        for row in demands[
            ["msg_id", "time", "category", "district", "place", "theme", "issue_id", "hotspot_id", "masked"]
        ].to_dict("records")
    ]
    bulletin = build_bulletin(facts, top_units=top_units, min_place_calls=place_calls)
    charts = draw_charts(facts, top_units=top_units, calls=calls)
    svgs = draw_svgs(facts, top_units=top_units, calls=calls)
    return {
        "bulletin.docx": render_docx(bulletin, charts, facts.head, template),
        "report.html": render_html(facts, bulletin, svgs, calls).encode("utf-8"),
        "workbook.xlsx": render_xlsx(facts, calls),
        "result.json": render_json(facts).encode("utf-8"),
        **build_tables(demands, mentions, facts.imports.rejects),
        **{f"charts/{name}.png": content for name, content in sorted(charts.items())},
    }
