"""The command line: help in Chinese, faults in one line with exit code 2, nothing written."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import CONFIG, ROOT, SAMPLE, run_hotspot

WEEK = str(SAMPLE / "calls_2024w41.csv")


def bad(tmp_path: Path, name: str) -> list[str]:
    """Arguments of a run that must fail."""
    tmp_path.joinpath("图片.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    tmp_path.joinpath("空.csv").write_text("", encoding="utf-8")
    tmp_path.joinpath("表头.csv").write_text("来电编号,来电时间,诉求内容\n", encoding="utf-8")
    tmp_path.joinpath("无正文.csv").write_text(
        "来电编号,来电时间,渠道来源\n1,2024-10-14 08:00,电话\n", encoding="utf-8"
    )
    tmp_path.joinpath("错.toml").write_text("[hotspots]\nmin_shar = 3\n", encoding="utf-8")
    model = tmp_path / "模型"
    model.mkdir()
    model.joinpath("manifest.json").write_text('{"format": 99}', encoding="utf-8")
    return {
        "no file": ["没有.xlsx"],
        "a png named xlsx": ["图片.xlsx"],
        "an empty sheet": ["空.csv"],
        "header only": ["表头.csv"],
        "no text column": ["无正文.csv"],
        "a week without calls": [WEEK, "--week", "2023-01-04"],
        "unknown key": [WEEK, "--config", "错.toml"],
        "unknown model": [WEEK, "--model", "模型"],
        "no model": [WEEK, "--model", "没有"],
        "bad date": [WEEK, "--week", "2024-13-40"],
        "unknown option": [WEEK, "--weeks", "2024-10-07"],
        "no argument": [],
        "bad map": [WEEK, "--map", "内容"],
        "out is a file": [WEEK, "--out", "空.csv"],
        "a folder without files": ["模型/空目录"],
    }[name]


NAMES = [
    "no file", "a png named xlsx", "an empty sheet", "header only", "no text column", "a week without calls",
    "unknown key", "unknown model", "no model", "bad date", "unknown option", "no argument", "bad map",
    "out is a file", "a folder without files",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_faults_of_the_user_are_told_in_one_line(tmp_path: Path, name: str) -> None:
    arguments = bad(tmp_path, name)
    before = sorted(path.name for path in tmp_path.iterdir())
    done = run_hotspot("analyze", *arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("错误：")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    after = sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("hotspot."))
    assert after == before


def test_messages_name_what_was_found_and_the_nearest() -> None:
    done = run_hotspot("analyze", WEEK, "--weeks", "x")
    assert "--week" in done.stderr
    done = run_hotspot("analyse", WEEK)
    assert done.returncode == 2
    assert "analyse" in done.stderr


@pytest.mark.parametrize("command", ["", "analyze", "train", "evaluate", "history", "cases", "models", "init"])
def test_help_is_chinese(command: str) -> None:
    done = run_hotspot(*command.split(), "--help")
    assert done.returncode == 0
    assert "用法" in done.stdout
    for word in ("Usage", "Options", "Show this message", "required"):
        assert word not in done.stdout


def test_help_starts_without_the_heavy_libraries() -> None:
    heavy = ("pandas", "numpy", "sklearn", "jieba", "matplotlib")
    code = f"import sys, hotspot.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("environment", [{"LC_ALL": "C", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "gbk"}])
def test_consoles_that_know_little(environment: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hotspot", "analyze", "没有.xlsx"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_a_drafted_city_runs(tmp_path: Path) -> None:
    drafted = run_hotspot("init", str(tmp_path / "city"), WEEK, "--city", "格尔木市")
    assert drafted.returncode == 0, drafted.stderr
    config = (tmp_path / "city" / "city.toml").read_text(encoding="utf-8")
    assert "直接答复" in config
    assert "省州系统转办" in config
    again = run_hotspot("init", str(tmp_path / "city"), WEEK)
    assert again.returncode == 2
    done = run_hotspot(
        "analyze",
        WEEK,
        "--config",
        str(tmp_path / "city" / "city.toml"),
        "--out",
        str(tmp_path / "out"),
        "--no-history",
    )
    assert done.returncode == 0, done.stderr
    assert "受理851件" in done.stdout
    assert not (tmp_path / "hotspot.db").exists()


def test_the_default_model_comes_out_the_same_when_it_is_trained_again(tmp_path: Path) -> None:
    done = run_hotspot("train", WEEK, "--out", str(tmp_path / "again"), "--quiet", PYTHONHASHSEED="7")
    assert done.returncode == 0, done.stderr
    for path in (ROOT / "models" / "default").iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_training_is_reproducible_and_never_overwrites(tmp_path: Path) -> None:
    for name in ("a", "b"):
        done = run_hotspot(
            "train", WEEK, *CONFIG, "--out", str(tmp_path / name), "--quiet", PYTHONHASHSEED=str(len(name))
        )
        assert done.returncode == 0, done.stderr
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "b").iterdir())
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    done = run_hotspot("train", WEEK, *CONFIG, "--out", str(tmp_path / "a"))
    assert done.returncode == 2
    assert "--replace" in done.stderr
    started = time.time()
    done = run_hotspot("evaluate", WEEK, "--model", str(tmp_path / "a"), "--out", str(tmp_path / "p.csv"))
    assert done.returncode == 0, done.stderr
    assert "准确率" in done.stdout
    assert (tmp_path / "p.csv").stat().st_mtime >= started - 5


def test_a_call_is_explained_and_nothing_is_written(tmp_path: Path) -> None:
    done = run_hotspot("analyze", WEEK, *CONFIG, "--out", str(tmp_path / "out"), "--explain", "6324100700004")
    assert done.returncode == 0, done.stderr
    assert "社会事业类" in done.stdout
    assert "拖欠" in done.stdout
    assert "同组" in done.stdout
    assert "16117883760" not in done.stdout
    assert list(tmp_path.iterdir()) == []
    done = run_hotspot("analyze", WEEK, *CONFIG, "--out", str(tmp_path / "out"), "--explain", "不存在")
    assert done.returncode == 2


def test_models_are_listed_shown_and_compared() -> None:
    listed = run_hotspot("models", "list", "models")
    assert "default" in listed.stdout
    assert "9 类" in listed.stdout
    shown = run_hotspot("models", "show", "models/default")
    assert "sha256" in shown.stdout
    compared = run_hotspot("models", "compare", "models/default", "models/default", WEEK)
    assert compared.returncode == 0, compared.stderr
    assert "相同" in compared.stdout
