"""Calls worth a look go out, corrections come back and are honoured by training and by the week's next run."""

import csv
import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
from conftest import CONFIG, SAMPLE, run_hotspot
from hypothesis import given
from hypothesis import strategies as st

from hotspot.review import choose_calls
from hotspot.store.history import History

CALLS = str(SAMPLE / "calls_2024w42.xlsx")


@given(st.lists(st.tuples(st.sampled_from("甲乙"), st.floats(0, 1), st.sampled_from("xyz")), min_size=1, max_size=40))
def test_the_choice_has_the_size_asked_for_and_ignores_row_order(rows: list[tuple[str, float, str]]) -> None:
    ids = [f"{at:03d}" for at in range(len(rows))]

    def choose(order: list[int]) -> dict[str, str]:
        labels = np.array([rows[at][0] for at in order], dtype=object)
        sure = np.array([rows[at][1] for at in order])
        found = choose_calls([ids[at] for at in order], labels, sure, [rows[at][2] for at in order], 10)
        return {ids[order[at]]: reason for at, reason in found.items()}

    straight = choose(list(range(len(rows))))
    assert len(straight) == min(10, len(rows))
    assert straight == choose(list(reversed(range(len(rows)))))


def test_the_loop_from_export_to_the_next_run(tmp_path: Path) -> None:
    sheet, history = tmp_path / "review.xlsx", tmp_path / "hotspot.db"
    done = run_hotspot("review", "export", CALLS, *CONFIG, "--out", str(sheet), "--count", "30")
    assert done.returncode == 0, done.stderr
    again = run_hotspot("review", "export", CALLS, *CONFIG, "--out", str(sheet))
    assert again.returncode == 2
    book = openpyxl.load_workbook(sheet)
    rows = list(book["复核"].iter_rows(min_row=2))
    assert len(rows) == 30
    assert book["复核"].data_validations.dataValidation
    phones = set(pd.read_excel(CALLS, header=1, dtype=str, engine="calamine")["来电号码"].dropna())
    assert not any(phone in str(row[1].value) for row in rows for phone in phones)
    wanted = {}
    for at, row in enumerate(rows):
        if at % 3 == 0:
            row[6].value = wanted[row[0].value] = "市场监管类"
        elif at % 3 == 1:
            row[6].value = "不存在的类别" if at == 1 else None
    book["复核"].delete_rows(4)  # Excel's user deletes a row, sorts, and saves
    wanted.pop(rows[2][0].value, None)
    book.save(sheet)
    done = run_hotspot("review", "import", str(sheet), *CONFIG, "--history", str(history))
    assert done.returncode == 0, done.stderr
    assert f"收下更正 {len(wanted)} 件" in done.stdout
    assert "不存在的类别" in done.stderr
    with History(history) as kept:
        assert kept.corrections() == wanted

    done = run_hotspot("analyze", CALLS, *CONFIG, "--history", str(history), "--out", str(tmp_path / "out"), "--quiet")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "categories.csv").open(encoding="utf-8-sig") as file:
        told = {row["msg_id"]: row for row in csv.DictReader(file)}
    checked = [told[msg_id] for msg_id in wanted if msg_id in told]
    assert checked
    assert {row["category"] for row in checked} == {"市场监管类"}
    assert {row["confidence"] for row in checked} == {"1.0000"}

    files = [str(SAMPLE / "calls_2024w41.csv"), CALLS]
    done = run_hotspot("train", *files, *CONFIG, "--history", str(history), "--out", str(tmp_path / "model"), "--quiet")
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text(encoding="utf-8"))
    before = json.loads((SAMPLE.parents[1] / "models" / "default" / "manifest.json").read_text(encoding="utf-8"))
    assert sum(manifest["rows"].values()) == sum(before["rows"].values()) + len(wanted)
