"""What the tests share: the sample weeks run once through the real command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# No test asserts a time: a loaded machine would fail it.
hypothesis.settings.register_profile("hotspot", deadline=None)
hypothesis.settings.load_profile("hotspot")

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"
SHARED = ROOT.parent / "shared"
CONFIG = ("--config", str(SAMPLE / "golmud.toml"))
WEEK41 = (
    str(SAMPLE / "calls_2024w41.csv"),
    *("--orders", str(SAMPLE / "orders_2024w41.xlsx")),
    *("--flows", str(SAMPLE / "flows_2024w41.csv")),
    *CONFIG,
)
WEEK42 = (
    str(SAMPLE / "calls_2024w42.xlsx"),
    *("--orders", str(SAMPLE / "orders_2024w42.xlsx")),
    *("--flows", str(SAMPLE / "flows_2024w42.csv")),
    *("--cases", str(SAMPLE / "cases_ledger_2024w41.xlsx")),
    *CONFIG,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


def run_hotspot(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "hotspot", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )


@dataclass(frozen=True)
class Run:
    """A finished run of the sample week."""

    out: Path
    history: Path
    stdout: str

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "result.json").read_text(encoding="utf-8"))
        return found


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Week 41, then week 42 with it as history."""
    folder = tmp_path_factory.mktemp("sample")
    history = folder / "hotspot.db"
    first = run_hotspot("analyze", *WEEK41, "--out", str(folder / "w41"), "--quiet")
    assert first.returncode == 0, first.stderr
    second = run_hotspot("analyze", *WEEK42, "--out", str(folder / "w42"))
    assert second.returncode == 0, second.stderr
    return Run(folder / "w42", history, second.stdout)
