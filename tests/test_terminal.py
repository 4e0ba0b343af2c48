"""What a terminal shows: the summary as tables, stages with rates, colours only there, consoles that know little."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CONFIG, ROOT, SAMPLE
from factsample import bare_facts, full_facts

from hotspot.cli.base import paint
from hotspot.report.summary import summarise
from hotspot.schema import Alarm, Baseline
from hotspot.width import display_width

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
GBK = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk"}


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """The first calls of a sample week: enough to tell of, quick to run."""
    path = tmp_path_factory.mktemp("small") / "来电.csv"
    lines = (SAMPLE / "calls_2024w41.csv").read_bytes().split(b"\n")
    path.write_bytes(b"\n".join(lines[:120]) + b"\n")
    return path


def run(small: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONUTF8", "PYTHONIOENCODING")}
    out = small.parent / "out"
    return subprocess.run(
        [sys.executable, "-m", "hotspot", "analyze", str(small), *CONFIG, "--all", "--no-history", "--out", str(out),
         *options],
        cwd=ROOT, env={**kept, **environment}, capture_output=True, timeout=300,
    )  # fmt: skip


def test_the_summary_tells_categories_with_change_hotspots_with_places_and_alarms():
    base = Baseline(observed=30, expected=12.25, upper=20.5, p=0.001, weeks=8)
    alarm = Alarm("苗头", "道路破损", "建设中路", base, ("1",), scope="主题和地点")
    lines = summarise(dataclasses.replace(full_facts(), rising=(alarm,), chronic=()))
    table = [line.split() for line in lines]
    assert ["热线事务类", "285", "28.19%", "265", "增加7.55%"] in table
    assert ["其他类", "37", "3.66%", "17", "增加117.65%"] in table
    (wages,) = [line for line in lines if line.startswith("  拖欠工资")]
    assert wages.split()[1:4] == ["97", "89", "增加34.72%"]
    (rising,) = [line for line in lines if "建设中路" in line]
    assert rising.split("  ")[1] == "苗头　道路破损 · 建设中路"
    assert rising.split()[-3:] == ["30", "12.2", "20.5"]


def test_columns_stand_under_their_heads():
    lines = summarise(full_facts())
    start = next(number for number, line in enumerate(lines) if line.startswith("有效诉求"))
    table = lines[start : start + 1 + len(full_facts().categories)]
    assert len({display_width(line) for line in table}) == 1


def test_a_week_without_history_says_so():
    lines = summarise(bare_facts())
    assert "主要热点：没有达到标准的事项" in lines
    assert "苗头与长期高发：无，或历史不足以判断" in lines
    assert not any("增加" in line or "None" in line for line in lines)


def test_the_summary_can_be_written_in_gbk():
    for facts in (full_facts(), bare_facts()):
        assert "\n".join(summarise(facts)).encode("gbk")


def test_colours_can_be_refused(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31m增加7.20%" in paint("  热线事务类  增加7.20%")
    assert paint("受理1019件").startswith("\x1b[1m")
    monkeypatch.setenv("NO_COLOR", "1")
    assert paint("  热线事务类  增加7.20%") == "  热线事务类  增加7.20%"


def test_verbose_tells_stages_with_time_and_rate_and_an_edited_bulletin_is_kept_and_said(small: Path):
    done = run(small, "--verbose", **GBK)
    assert done.returncode == 0, done.stderr
    told, stages = done.stdout.decode("gbk"), done.stderr.decode("gbk").splitlines()
    assert "有效诉求" in told
    assert "?" not in told + "".join(stages)
    assert "\x1b" not in told + "".join(stages)
    names = [line.split()[0] for line in stages if "秒" in line]
    assert names == ["读取", "分词", "地点", "事项", "问题", "热点", "勾稽", "成文", "写出"]
    rated = [line.split()[0] for line in stages if "件/秒" in line]
    assert rated == ["读取", "分词", "地点", "事项", "问题", "热点", "成文"]

    bulletin = small.parent / "out" / "bulletin.docx"
    bulletin.write_bytes(b"edited by hand")
    done = run(small, "--json", **ASCII)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["head"]["city"] == "格尔木市"
    (said,) = done.stderr.decode("utf-8").splitlines()
    assert "已被人工修改" in said
    assert "bulletin.new.docx" in said
    assert bulletin.read_bytes() == b"edited by hand"
    assert bulletin.with_name("bulletin.new.docx").read_bytes().startswith(b"PK")
    assert any(path.name == "总体概况一览表.png" for path in (small.parent / "out" / "charts").iterdir())


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals to open here")
def test_a_terminal_sees_stages_and_colours(small: Path):
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "hotspot", "analyze", str(small), *CONFIG, "--all", "--no-history", "--out",
         str(small.parent / "tty")],
        cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1", "TERM": "xterm", "NO_COLOR": ""}, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    while True:
        try:
            chunk = os.read(ours, 1 << 16)
        except OSError:  # the other end was closed
            break
        if not chunk:
            break
        seen += chunk
    os.close(ours)
    assert process.wait() == 0
    text = seen.decode()
    assert "… 分词\r  分词 " in text
    assert "件/秒" in text
    assert "\x1b[1m有效诉求" in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands_and_options(shell: str):
    def ask(**environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from hotspot.cli import main; main()"], cwd=ROOT, capture_output=True, text=True,
            env={**os.environ, "PYTHONUTF8": "1", **environment}, timeout=60,
        )  # fmt: skip

    script = ask(_HOTSPOT_COMPLETE=f"{shell}_source")
    if shell == "bash" and "not supported" in script.stderr:  # a bash older than 4.4, or none
        pytest.skip("no bash to complete for")
    assert "_HOTSPOT_COMPLETE=" in script.stdout
    at = "--ord" if shell == "fish" else "2"
    told = ask(_HOTSPOT_COMPLETE=f"{shell}_complete", COMP_WORDS="hotspot analyze --ord", COMP_CWORD=at)
    assert "--orders" in told.stdout
