"""离线安装：python install.py [目录]。只用本文件夹里的安装包，不上网；默认装到本文件夹的 env 里。"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent


def check() -> None:
    """Refuse a Python that the wheels are not for: pip's own words would not say what to do."""
    version, system = (HERE / "python.txt").read_text(encoding="ascii").split()
    found = f"{sys.version_info.major}.{sys.version_info.minor}"
    if found != version:
        sys.exit(
            f"错误：安装包是给 Python {version} 的；实际：Python {found}；处理办法：改用 Python {version} 运行本程序"
        )
    if (system == "win") != (os.name == "nt"):
        sys.exit("错误：安装包是给另一种操作系统的；处理办法：请换对应的安装包")


def install(target: Path) -> Path:
    """Make a virtual environment in `target` and install the wheels; return where its programs are."""
    venv.create(target, with_pip=True)
    programs = target / ("Scripts" if os.name == "nt" else "bin")
    command = [
        programs / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-index", "--no-deps",
        "--require-hashes", "--find-links", HERE / "wheels", "-r", HERE / "requirements.txt",
    ]  # fmt: skip
    if subprocess.run([str(part) for part in command]).returncode:
        sys.exit("错误：安装没有完成；处理办法：文件可能没有拷全，请重新复制整个文件夹后再试")
    return programs


def main() -> None:
    """Install and say how to start."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[attr-defined]
    check()
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "env"
    programs = install(target.absolute())
    print(f"已安装到 {target.absolute()}")
    print(f"运行：{programs / 'hotspot'} --help")


if __name__ == "__main__":
    main()
