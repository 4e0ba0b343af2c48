"""The workbook in which an analyst corrects categories: one row per call, a drop-down of valid categories."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Final

import xlsxwriter

from hotspot.report.render.plain import cell_text
from hotspot.report.render.zipped import fix_times

_COLUMNS: Final = (
    ("来电编号", 22), ("诉求内容", 80), ("事项", 18), ("预测类别", 14), ("把握", 8), ("挑选原因", 26), ("诉求分类", 16),
)  # fmt: skip
_HINT: Final = "预测对的也请选上，程序把它当作确认；不看的行留空或删去"


def render_review(rows: Sequence[tuple[str, str, str, str, float, str]], categories: Sequence[str]) -> bytes:
    """Return the workbook.

    Parameters
    ----------
    rows : sequence of (msg_id, masked text, theme, predicted category, confidence 0..1, reason)
    categories : sequence of str
        Valid categories, for the drop-down of the last column, which is empty at first.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": dt.datetime(2000, 1, 1)})
    sheet, names = book.add_worksheet("复核"), book.add_worksheet("类别")
    head, wrapped = book.add_format({"bold": True, "bg_color": "#DDE6F0"}), book.add_format({"text_wrap": True})
    share = book.add_format({"num_format": "0%"})
    for column, (title, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
    for line, (msg_id, text, theme, category, confidence, reason) in enumerate(rows, start=1):
        for column, value in enumerate((msg_id, text, theme, category)):
            sheet.write_string(line, column, cell_text(value), wrapped if column == 1 else None)
        sheet.write_number(line, 4, confidence, share)
        sheet.write_string(line, 5, reason)
    for line, name in enumerate(categories):
        names.write_string(line, 0, cell_text(name))
    if rows:
        choice = {"validate": "list", "source": f"=类别!$A$1:$A${len(categories)}"}
        sheet.data_validation(1, 6, len(rows), 6, {**choice, "input_title": "诉求分类", "input_message": _HINT})
        sheet.autofilter(0, 0, len(rows), len(_COLUMNS) - 1)
    sheet.freeze_panes(1, 0)
    book.close()
    return fix_times(out.getvalue())
