#!/usr/bin/env python3
"""Set everything up and run: `python3 dev.py sample` the main job on the sample week, `python3 dev.py test` the tests.

`python3 dev.py docs` builds the documentation into out/site, `python3 dev.py bundle` what installs without a network.
Needs nothing but Python 3.11 or later and a package index. Both commands work twice in a row; what is set up already is
left alone. On Debian as root the system packages that are missing are installed too (venv; for the tests a browser and
LibreOffice, without which the tests that open documents are skipped).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
SAMPLE = ROOT / "data" / "sample"
PROGRAMS = {
    "chromium": "chromium",
    "soffice": "libreoffice-writer-nogui libreoffice-calc-nogui",
    "pdftoppm": "poppler-utils",
}


def run(*command: str | Path) -> None:
    """Run a command from the project's folder; stop with its exit code when it fails."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUTF8": "1"}
    environment.setdefault("HOME", str(ROOT))
    environment.setdefault("PATH", os.defpath)
    environment["PATH"] = f"{BIN}{os.pathsep}{environment['PATH']}"
    code = subprocess.run([str(part) for part in command], cwd=ROOT, env=environment).returncode
    if code:
        sys.exit(code)


def install_debian(packages: list[str], why: str) -> None:
    """Install Debian packages as root; elsewhere say what is missing and go on."""
    if not packages:
        return
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        print(f"note: {why} needs: {' '.join(packages)}", file=sys.stderr)
        return
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def set_up(lock: str) -> None:
    """Make the virtual environment and install the pinned packages of `lock` and the project."""
    if importlib.util.find_spec("ensurepip") is None:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        install_debian([version], "the virtual environment")
    digest = hashlib.sha256((ROOT / lock).read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / f"{lock}.sha256"
    if stamp.exists() and stamp.read_text() == digest:
        return
    if not (BIN / "pip").exists() and not (BIN / "pip.exe").exists():
        run(sys.executable, "-m", "venv", VENV)
    run(BIN / "python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock)
    run(BIN / "python", "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "-e", ".")
    stamp.write_text(digest)


def sample() -> None:
    """Run the main job: the week before first, so that the sample week has its comparison."""
    set_up("requirements.lock")
    hotspot = BIN / "hotspot"
    shared = ["--config", SAMPLE / "golmud.toml", "--history", ROOT / "out" / "hotspot.db"]
    run(
        hotspot, "analyze", SAMPLE / "calls_2024w41.csv", "--orders", SAMPLE / "orders_2024w41.xlsx",
        "--flows", SAMPLE / "flows_2024w41.csv", *shared, "--out", ROOT / "out" / "2024w41", "--quiet",
    )  # fmt: skip
    run(
        hotspot, "analyze", SAMPLE / "calls_2024w42.xlsx", "--orders", SAMPLE / "orders_2024w42.xlsx",
        "--flows", SAMPLE / "flows_2024w42.csv", "--cases", SAMPLE / "cases_ledger_2024w41.xlsx",
        *shared, "--out", ROOT / "out" / "2024w42",
    )  # fmt: skip


def test() -> None:
    """Run the linters, the type checker and all tests."""
    missing = [packages.split() for program, packages in PROGRAMS.items() if not shutil.which(program)]
    install_debian([name for packages in missing for name in packages], "opening the documents in tests")
    set_up("requirements-dev.lock")
    run(BIN / "ruff", "check", ".")
    run(BIN / "ruff", "format", "--check", ".")
    run(BIN / "mypy")
    run(BIN / "python", "-m", "pytest", "-n", "2", *sys.argv[2:])


def docs() -> None:
    """Write the generated pages and build the documentation."""
    set_up("requirements-dev.lock")
    run(BIN / "python", "docs/build.py")
    run(BIN / "mkdocs", "build", "-q")
    print(ROOT / "out" / "site" / "index.html")


def bundle() -> None:
    """Build what installs without a network, and try it."""
    set_up("requirements-dev.lock")
    run(BIN / "python", ".ci/bundle.py", *sys.argv[2:])


if __name__ == "__main__":
    commands = {"sample": sample, "test": test, "docs": docs, "bundle": bundle}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(f"usage: python3 dev.py {{{'|'.join(commands)}}}")
    commands[sys.argv[1]]()
