"""Killed at any moment, `analyze` and `train` leave the old state or the new one, whole."""

import contextlib
import csv
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from hotspot.store.history import History
from hotspot.store.models import load_model

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
KILLS = 50


class Runner:
    """A process with everything imported, whose forked children do the work."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("crash_child.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def run(self, kind: str, folder: Path, kill_after: float | None = None) -> tuple[float, int]:
        """Run a job, killing it after so many seconds; return how long it ran and its exit status."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{kind} {folder}\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        started = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        status = int(self.process.stdout.readline().split()[1])
        return time.monotonic() - started, status


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    made = Runner()
    yield made
    made.process.kill()
    made.process.wait()


def export(folder: Path, size: int) -> None:
    with (folder / "calls.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["来电编号", "来电时间", "来电号码", "诉求内容", "处理方式", "诉求分类"])
        for at in range(size):
            text, label = [("和谐家园小区暖气不热，家里很冷", "公共服务类"), ("出租车绕路不打表", "交通运输类")][at % 2]
            rows.writerow(
                [f"A{at}", f"2024-10-1{4 + at % 6} 08:00", f"154000000{at:02d}", f"{text}第{at}次", "直接答复", label]
            )


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest() if folder.is_dir() else ""


def test_analyze_killed_at_random_moments(runner: Runner, tmp_path: Path) -> None:
    draw = random.Random(20241014)
    export(tmp_path, 12)
    assert runner.run("analyze", tmp_path)[1] == 0
    old = digest(tmp_path / "out")
    reference = tmp_path / "reference"
    reference.mkdir()
    export(reference, 16)
    for suffix in (".db", ".key"):
        shutil.copy(tmp_path / f"hotspot{suffix}", reference / f"hotspot{suffix}")
    seconds, status = runner.run("analyze", reference)
    assert status == 0
    new = digest(reference / "out")
    assert new != old
    export(tmp_path, 16)
    states = set()
    for _ in range(KILLS):
        # Half of the moments lie in the last fifth, where the files are written.
        share = draw.random() if draw.random() < 0.5 else draw.uniform(0.8, 1.05)
        runner.run("analyze", tmp_path, kill_after=share * seconds)
        now = digest(tmp_path / "out")
        assert now in {old, new}
        with History(tmp_path / "hotspot.db") as history:
            assert history.check() == []
            assert [week.total for week in history.weeks()] in ([12], [16])
        states.add(now)
    assert old in states or new in states
    assert runner.run("analyze", tmp_path)[1] == 0
    assert digest(tmp_path / "out") == new
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out")]


def test_train_killed_at_random_moments(runner: Runner, tmp_path: Path) -> None:
    draw = random.Random(42)
    export(tmp_path, 40)
    assert runner.run("train", tmp_path)[1] == 0
    old = digest(tmp_path / "model")
    reference = tmp_path / "reference"
    reference.mkdir()
    export(reference, 44)
    seconds, status = runner.run("train", reference)
    assert status == 0
    new = digest(reference / "model")
    assert new != old
    export(tmp_path, 44)
    for _ in range(KILLS):
        runner.run("train", tmp_path, kill_after=draw.uniform(0, 1.05) * seconds)
        load_model(tmp_path / "model")
        assert digest(tmp_path / "model") in {old, new}
    assert runner.run("train", tmp_path)[1] == 0
    assert digest(tmp_path / "model") == new
