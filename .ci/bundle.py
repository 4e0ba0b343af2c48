"""Build what installs `hotspot` on a machine without any network: wheels, their hashes, an installer, manual, sample.

Usage: python .ci/bundle.py [--platform win_amd64] [--python 3.11] [--out out/bundle]

Without options the bundle is for this machine's platform and Python, and is tried at once: installed into a new
virtual environment with ``pip --no-index`` and run on the sample weeks. For another platform its wheels are fetched
and checked against the lock, and nothing can be tried. ``python3 dev.py bundle`` sets up what this needs and runs it.
"""

from __future__ import annotations

import argparse
import email
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
# Published without wheels: built here, and pure, so that they serve every platform.
SOURCES: Final = ("jieba",)
_TIME: Final = "315532800"  # 1980, the first that a zip can hold: the same tree gives the same wheels


def read_lock(text: str) -> dict[str, str]:
    """Return the pinned packages of a lock by name, each with its marker and hashes."""
    found = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        name = re.match(r"([A-Za-z0-9._-]+)==", block)
        if name:
            lines = [line for line in block.splitlines() if line and not line.lstrip().startswith("#")]
            found[name[1].lower()] = "\n".join(lines) + "\n"
    return found


def for_platform(packages: dict[str, str], windows: bool) -> dict[str, str]:
    """Return the packages without their markers, those for Windows alone left out elsewhere."""
    found = {}
    for name, block in packages.items():
        head, sign, rest = block.partition(" \\\n")
        requirement, _, marker = head.partition(";")
        if not marker or windows:
            found[name] = requirement.strip() + sign + rest
    return found


def pip(*arguments: object, **environment: str) -> None:
    """Run pip; stop with its exit code when it fails."""
    code = subprocess.run(
        [sys.executable, "-m", "pip", *map(str, arguments)],
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "SOURCE_DATE_EPOCH": _TIME, **environment},
    ).returncode
    if code:
        sys.exit(code)


def fetch_wheels(target: Path, platform: str, python: str) -> None:
    """Put the wheels of all locked packages into `target`, each checked against the lock's hashes."""
    packages = for_platform(read_lock((ROOT / "requirements.lock").read_text()), platform.startswith("win"))
    with tempfile.TemporaryDirectory() as folder:
        built, fetched = Path(folder) / "built.txt", Path(folder) / "fetched.txt"
        built.write_text("".join(packages[name] for name in SOURCES))
        fetched.write_text("".join(block for name, block in packages.items() if name not in SOURCES))
        common = ("-q", "--no-deps", "--require-hashes")
        where = ("--platform", platform, "--python-version", python) if platform else ()
        pip("download", *common, "--only-binary=:all:", *where, "-d", target, "-r", fetched)
        pip("wheel", *common, "--no-build-isolation", "-w", target, "-r", built)


def build_project(target: Path) -> Path:
    """Build the project's own wheel from a copy of its tree, so that nothing of an earlier build gets in."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "hotspot"
        skip = shutil.ignore_patterns("__pycache__", "*.egg-info")
        for name in ("hotspot", "models"):
            shutil.copytree(ROOT / name, copy / name, ignore=skip)
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy2(ROOT / name, copy / name)
        pip("wheel", "-q", "--no-deps", "--no-build-isolation", "-w", target, copy)
    return next(target.glob("hotspot-*.whl"))


def list_wheels(folder: Path) -> str:
    """Return a requirements file that names every wheel of a folder with its hash."""
    lines = []
    for wheel in sorted(folder.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append(f"{name.replace('_', '-')}=={version} --hash=sha256:{digest}\n")
    return "".join(lines)


def find_missing(folder: Path, platform: str, python: str) -> list[str]:
    """Return what the wheels of a folder need on a platform and the folder does not hold."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    systems = {"win": ("win32", "Windows", "nt"), "macosx": ("darwin", "Darwin", "posix")}
    names = next((names for start, names in systems.items() if platform.startswith(start)), ("linux", "Linux", "posix"))
    there = dict(zip(("sys_platform", "platform_system", "os_name"), names, strict=True))
    there |= {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    wheels = sorted(folder.glob("*.whl"))
    held = {canonicalize_name(wheel.name.split("-")[0]) for wheel in wheels}
    missing = []
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as packed:
            metadata = next(name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
            told = email.message_from_bytes(packed.read(metadata))
        for line in told.get_all("Requires-Dist") or ():
            needed = Requirement(line)
            wanted = needed.marker is None or needed.marker.evaluate(there)
            if wanted and canonicalize_name(needed.name) not in held:
                missing.append(f"{wheel.name.split('-')[0]} needs {needed.name}")
    return missing


def build(out: Path, platform: str, python: str) -> Path:
    """Build the folder of a bundle and its zip file; return the zip file."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    name = platform or sysconfig.get_platform().replace("-", "_").replace(".", "_")
    folder = out / f"hotspot-{version}-{name}-py{python.replace('.', '')}"
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    fetch_wheels(wheels, platform, python)
    build_project(wheels)
    if missing := find_missing(wheels, name, python):
        sys.exit(f"not in requirements.lock: {'; '.join(missing)}")
    (folder / "requirements.txt").write_text(list_wheels(wheels))
    (folder / "python.txt").write_text(f"{python} {'win' if name.startswith('win') else 'other'}\n")
    shutil.copy2(ROOT / ".ci" / "install.py", folder / "install.py")
    shutil.copytree(ROOT / "data" / "sample", folder / "sample", ignore=shutil.ignore_patterns("gold_*", "expected_*"))
    site = ("-q", "-f", ROOT / "mkdocs.yml", "-d", (folder / "manual").absolute())
    if subprocess.run([sys.executable, "-m", "mkdocs", "build", *map(str, site)]).returncode:
        sys.exit(1)
    archive = Path(f"{folder}.zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            packed.write(path, path.relative_to(out))
    print(f"{archive}  {archive.stat().st_size / 2**20:.0f} MB  {len(list(wheels.iterdir()))} wheels")
    return archive


def try_out(archive: Path) -> None:
    """Unpack a bundle elsewhere, install it without an index, and run the sample weeks with what was installed."""
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder)
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(there)
        bundle = there / archive.stem
        kept = ("PATH", "HOME", "TEMP", "TMP", "SYSTEMROOT", "LANG")
        alone = {key: value for key, value in os.environ.items() if key in kept}
        alone |= {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
        subprocess.run([sys.executable, str(bundle / "install.py"), str(there / "env")], env=alone, check=True)
        hotspot = there / "env" / ("Scripts" if os.name == "nt" else "bin") / "hotspot"
        sample = bundle / "sample"
        for week, suffix in (("2024w41", "csv"), ("2024w42", "xlsx")):
            subprocess.run(
                [str(hotspot), "analyze", str(sample / f"calls_{week}.{suffix}"), "--orders",
                 str(sample / f"orders_{week}.xlsx"), "--flows", str(sample / f"flows_{week}.csv"), "--config",
                 str(sample / "golmud.toml"), "--out", str(there / "out" / week), "--quiet"],
                env=alone, cwd=there, check=True,
            )  # fmt: skip
            print(f"{week}: {len(list((there / 'out' / week).rglob('*')))} files")


def main() -> None:
    """Build a bundle and try it where it can be tried."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--platform", default="", help="as pip names it: win_amd64, manylinux_2_28_x86_64 …")
    parser.add_argument("--python", default=f"{sys.version_info.major}.{sys.version_info.minor}", help="3.11 …")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bundle")
    asked = parser.parse_args()
    archive = build(asked.out, asked.platform, asked.python)
    if not asked.platform:
        try_out(archive)


if __name__ == "__main__":
    main()
