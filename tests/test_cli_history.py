"""The history from the command line: list, show, export, check, backup, restore, forget."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Run, run_hotspot


@pytest.fixture
def history(sample_run: Run, tmp_path: Path) -> Path:
    for suffix in (".db", ".key"):
        shutil.copy(sample_run.history.with_suffix(suffix), tmp_path / f"hotspot{suffix}")
    return tmp_path / "hotspot.db"


def run(history: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_hotspot("history", *arguments, "--history", str(history))


def test_list_show_export_check(history: Path, tmp_path: Path) -> None:
    listed = run(history, "list").stdout.splitlines()
    assert [line.split("\t")[1] for line in listed] == ["2024年10月第2周", "2024年10月第3周"]
    assert "受理1019件" in listed[1]
    shown = run(history, "show", "拖欠工资").stdout
    assert "2024-10-07" in shown
    assert "2024-10-14" in shown
    assert "持续第2周，上升" in shown
    assert run(history, "show", "没有这种热点").returncode == 2
    for name, start in (("weeks.png", b"\x89PNG"), ("weeks.svg", b"<svg")):
        assert run(history, "show", "拖欠工资", "--chart", str(tmp_path / name)).returncode == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    assert run(history, "show", "拖欠工资", "--chart", str(tmp_path / "weeks.pdf")).returncode == 2
    assert run(history, "export", str(tmp_path / "weeks.json")).returncode == 0
    weeks = json.loads((tmp_path / "weeks.json").read_text(encoding="utf-8"))
    assert [week["total"] for week in weeks] == [851, 1019]
    assert "完好" in run(history, "check").stdout
    told = run_hotspot("cases", "list", "--history", str(history)).stdout
    assert "HX24101260320020" in told
    assert "HX24090860320031" in told


def test_backup_restore_and_forget(history: Path, tmp_path: Path) -> None:
    assert run(history, "backup", str(tmp_path / "saved.db")).returncode == 0
    assert run(history, "forget", "2024-10-14").returncode == 0
    assert run(history, "forget", "2024-10-14").returncode == 2
    assert "第3周" not in run(history, "list").stdout
    assert run(history, "restore", str(tmp_path / "saved.db")).returncode == 0
    assert "第3周" in run(history, "list").stdout
    assert run(history, "restore", str(tmp_path / "none.db")).returncode == 2
    done = subprocess.run(
        [sys.executable, "-m", "hotspot", "history", "forget", "--caller", "--history", str(history)],
        cwd=ROOT, input="+86 169-5110-3753\n", capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "已抹去 1 件" in done.stdout
    assert "16951103753" not in done.stdout + done.stderr
    assert run(tmp_path / "no.db", "list").returncode == 2


def test_a_late_correction_of_an_old_week_is_said(history: Path, tmp_path: Path) -> None:
    sample = ROOT / "data" / "sample"
    rows = (sample / "calls_2024w41.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "calls.csv").write_bytes(b"".join(rows[:-1]))
    common = ("--config", str(sample / "golmud.toml"), "--history", str(history))
    old = run_hotspot(
        "analyze", str(tmp_path / "calls.csv"), "--week", "2024-10-07", *common, "--out", str(tmp_path / "a")
    )
    assert "其后各期（2024-10-14起）的比较请重新生成" in old.stderr
    new = run_hotspot("analyze", str(sample / "calls_2024w42.xlsx"), *common, "--out", str(tmp_path / "b"))
    assert "上一周期的数据在记入历史后有更正（受理851件改为850件" in new.stdout
