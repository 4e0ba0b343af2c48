"""The analyst's word on hard cases: cases.toml, and close and note in the history."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import WEEK42, Run, run_hotspot

from hotspot.case_edits import load_case_edits
from hotspot.errors import ConfigError

DROPPED, REWORDED, TOLD = "HX24100960310025", "HX24101260320020", "HX24100460320017"


@pytest.fixture
def history(sample_run: Run, tmp_path: Path) -> Path:
    for suffix in (".db", ".key"):
        shutil.copy(sample_run.history.with_suffix(suffix), tmp_path / f"hotspot{suffix}")
    return tmp_path / "hotspot.db"


def analyze(folder: Path, *more: str) -> dict:
    done = run_hotspot("analyze", *WEEK42, "--history", str(folder / "hotspot.db"), "--out", str(folder / "out"), *more)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "out" / "result.json").read_text(encoding="utf-8"))


def test_the_file_beside_the_output_is_honoured_and_survives(history: Path, tmp_path: Path) -> None:
    quiet = json.loads(json.dumps(analyze(tmp_path)))
    open_order = next(
        row[0] for row in (line.split("\t") for line in _orders()) if row[0] not in (DROPPED, REWORDED, TOLD)
    )
    text = (
        f'[[case]]\norder = "{DROPPED}"\ndrop = true\n'
        f'[[case]]\norder = "{REWORDED}"\nsummary = "公租房申办无人受理。"\nnote = "已约谈，联系13812345678"\n'
        f'[[case]]\norder = "{open_order}"\npin = true\n[[case]]\norder = "HX0"\npin = true\n'
    )
    (tmp_path / "cases.toml").write_text(text, encoding="utf-8")
    told = analyze(tmp_path)
    ids = [case["order_id"] for case in told["hard_cases"]]
    assert DROPPED in [case["order_id"] for case in quiet["hard_cases"]]
    assert DROPPED not in ids
    assert open_order in ids
    case = next(case for case in told["hard_cases"] if case["order_id"] == REWORDED)
    assert case["summary"] == "公租房申办无人受理。"
    assert "13812345678" not in json.dumps(told, ensure_ascii=False)
    assert any("指定列入1件，指定不列1件，改写或加注1件" in note for note in told["notes"])
    assert any("HX0" in note and "未能列入" in note for note in told["notes"])
    assert (tmp_path / "cases.toml").read_text(encoding="utf-8") == text
    assert analyze(tmp_path) == told


def _orders() -> list[str]:
    from hotspot.read.orders import read_orders

    table = read_orders([Path(WEEK42[2])]).table
    return [f"{order}\t" for order in table.loc[table["finish_time"].isna(), "order_id"]]


def test_close_note_and_show(history: Path, tmp_path: Path) -> None:
    def cases(*arguments: str):
        return run_hotspot("cases", *arguments, "--history", str(history))

    assert cases("note", REWORDED, "已约谈，电话13812345678", "--date", "2024-10-21").returncode == 0
    assert cases("close", REWORDED, "--date", "2024-10-22").returncode == 0
    shown = cases("show", REWORDED).stdout
    assert "2024-10-21　备注　已约谈，电话[电话]" in shown
    assert "2024-10-22　办结" in shown
    assert REWORDED not in cases("list").stdout
    assert cases("close", REWORDED, "--undo").returncode == 0
    assert REWORDED in cases("list").stdout
    for wrong in (("show", "HX0"), ("close", "HX0"), ("note", REWORDED, " "), ("close", REWORDED, "--undo")):
        done = cases(*wrong)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert b"13812345678" not in history.read_bytes()


def test_a_case_closed_by_hand_is_told_once(history: Path, tmp_path: Path) -> None:
    # told in week 42, closed by hand on 16 October: the run of week 42 tells it as closed, a later week no more
    assert TOLD in run_hotspot("cases", "list", "--history", str(history)).stdout
    run_hotspot("cases", "close", TOLD, "--date", "2024-10-16", "--history", str(history))
    told = analyze(tmp_path)
    assert TOLD in [case["order_id"] for case in told["follow_up"]["closed"]]
    assert TOLD not in run_hotspot("cases", "list", "--history", str(history)).stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[case]]\npin = true\n", "没有写工单编号"),
        ('[[case]]\norder = "A"\n[[case]]\norder = "A"\n', "写了两次"),
        ('[[case]]\norder = "A"\npin = true\ndrop = true\n', "不能同时"),
        ('[[case]]\norder = "A"\nsumary = "x"\n', "summary"),
        ("[[case]]\norder = 12\n", "文字"),
        ("[[case]\n", "TOML"),
    ],
)
def test_faults_of_the_file_are_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "cases.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_case_edits(path)
