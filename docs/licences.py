"""Rewrite the table of docs/dependencies.md from requirements.lock and from what the installed packages state.

Run as ``python docs/licences.py``. A package that is not installed here (one for another system) keeps its old licence.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
ROW = re.compile(r"^\| ([\w.-]+) \| (\d[\w.]*) \| (.+) \|$", re.MULTILINE)


def locked() -> dict[str, str]:
    """Return the version of each package of the lock."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE))


def listed() -> dict[str, tuple[str, str]]:
    """Return version and licence of each package of the page."""
    return {name: (version, licence) for name, version, licence in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def licence_of(name: str) -> str:
    """Return the licence that an installed package states, ``""`` where it is not installed or states none."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classes = [entry.split(" :: ")[-1] for entry in about.get_all("Classifier") or () if entry.startswith("License ::")]
    return about.get("License-Expression") or ", ".join(classes) or (about.get("License") or "").split("\n")[0][:60]


def main() -> None:
    """Rewrite the table."""
    known = listed()
    rows = [
        f"| {name} | {version} | {licence_of(name) or known.get(name, ('', '?'))[1]} |"
        for name, version in sorted(locked().items())
    ]
    text = PAGE.read_text(encoding="utf-8")
    first, last = text.index("| --- | --- | --- |\n") + len("| --- | --- | --- |\n"), text.rindex(" |\n") + 3
    PAGE.write_text(text[:first] + "\n".join(rows) + "\n" + text[last:], encoding="utf-8")


if __name__ == "__main__":
    main()
