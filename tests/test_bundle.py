"""The offline bundle: its parts, and an installation from it. `python3 dev.py bundle` builds and tries a whole one."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT, SAMPLE

CI = ROOT / ".ci"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, CI / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUNDLE = load("bundle")


def test_the_lock_is_read_whole_and_only_windows_gets_what_is_for_windows() -> None:
    text = (ROOT / "requirements.lock").read_text()
    packages = BUNDLE.read_lock(text)
    assert len(packages) == sum("==" in line and not line.startswith(("#", " ")) for line in text.splitlines())
    assert all("--hash=sha256:" in block for block in packages.values())
    assert set(BUNDLE.SOURCES) <= set(packages)
    here, windows = BUNDLE.for_platform(packages, windows=False), BUNDLE.for_platform(packages, windows=True)
    assert set(windows) - set(here) == {"colorama"}
    assert windows["colorama"].startswith("colorama==0.4.6 \\\n    --hash=sha256:")
    assert not any(";" in block for block in windows.values())


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with the project's own wheel; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("bundle")
    (folder / "wheels").mkdir()
    BUNDLE.build_project(folder / "wheels")
    (folder / "requirements.txt").write_text(BUNDLE.list_wheels(folder / "wheels"))
    system = "win" if os.name == "nt" else "other"
    (folder / "python.txt").write_text(f"{sys.version_info.major}.{sys.version_info.minor} {system}\n")
    shutil.copy2(CI / "install.py", folder)
    return folder


def install(bundle: Path, target: Path) -> subprocess.CompletedProcess[str]:
    alone = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, str(bundle / "install.py"), str(target)],
        env={**alone, "PIP_NO_INDEX": "1", "PYTHONUTF8": "1"}, capture_output=True, encoding="utf-8", timeout=240,
    )  # fmt: skip


def test_the_wheel_holds_the_resources_and_the_default_model_and_no_tests(bundle: Path) -> None:
    wheel = next((bundle / "wheels").glob("*.whl"))
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = [path for path in (ROOT / "hotspot").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {path.relative_to(ROOT).as_posix() for path in sources} <= names
    model = {f"{wheel.name.split('-py3')[0]}.data/data/share/hotspot/models/default/{file}"
             for file in ("manifest.json", "weights.npz")}  # fmt: skip
    assert model <= names
    assert not [name for name in names if name.startswith(("tests", "data/", "benchmarks"))]


def fake_wheel(folder: Path, name: str, *needs: str) -> None:
    lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {need}" for need in needs)]
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(lines) + "\n")


def test_what_the_wheels_lack_on_the_other_platform_is_found(tmp_path: Path, bundle: Path) -> None:
    fake_wheel(tmp_path, "click", 'colorama; platform_system == "Windows"', 'backports; python_version < "3.12"')
    fake_wheel(tmp_path, "backports", 'tests; extra == "dev"')
    assert BUNDLE.find_missing(tmp_path, "win_amd64", "3.12") == ["click needs colorama"]
    assert BUNDLE.find_missing(tmp_path, "linux_x86_64", "3.11") == []
    (tmp_path / "backports-1.0-py3-none-any.whl").unlink()
    assert BUNDLE.find_missing(tmp_path, "linux_x86_64", "3.11") == ["click needs backports"]
    packages = BUNDLE.read_lock((ROOT / "requirements.lock").read_text())
    needed = {line.rpartition(" ")[2] for line in BUNDLE.find_missing(bundle / "wheels", "win_amd64", "3.11")}
    assert needed
    assert needed <= set(packages)


def test_what_was_installed_without_an_index_makes_a_bulletin(bundle: Path, tmp_path: Path) -> None:
    done = install(bundle, tmp_path / "env")
    assert done.returncode == 0, done.stderr
    assert "已安装到" in done.stdout
    paths = sysconfig.get_paths(vars={"base": str(tmp_path / "env"), "platbase": str(tmp_path / "env")})
    (Path(paths["purelib"]) / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    alone = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    hotspot = Path(paths["scripts"]) / "hotspot"
    rows = (SAMPLE / "calls_2024w41.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "week.csv").write_bytes(b"".join(rows[:60]))

    def run(*command: object) -> str:
        done = subprocess.run(
            list(map(str, command)), cwd=tmp_path, env={**alone, "PYTHONUTF8": "1"}, capture_output=True,
            encoding="utf-8", timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    origin = run(Path(paths["scripts"]) / "python", "-c", "import hotspot.gather as g; print(g.find_default_model())")
    assert Path(origin.strip()) == tmp_path / "env" / "share" / "hotspot" / "models" / "default"
    run(hotspot, "analyze", "week.csv", "--no-history", "--out", "out")
    assert (tmp_path / "out" / "bulletin.docx").is_file()


def test_a_damaged_bundle_and_a_wrong_python_are_refused(bundle: Path, tmp_path: Path) -> None:
    shutil.copytree(bundle, tmp_path / "other")
    (tmp_path / "other" / "python.txt").write_text("3.1 other\n")
    wrong = install(tmp_path / "other", tmp_path / "env")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("错误：安装包是给 Python 3.1 的")
    assert not (tmp_path / "env").exists()
    wheel = next((bundle / "wheels").glob("*.whl"))
    damaged = tmp_path / "damaged" / wheel.name
    damaged.parent.mkdir()
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"hotspot", b"hotsp0t"))
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--require-hashes", "--find-links",
         str(damaged.parent), "--target", str(tmp_path / "there"), "-r", str(bundle / "requirements.txt")],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode != 0
    assert "DO NOT MATCH" in done.stderr
