"""The directions of imports that the design sets."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "hotspot"
STAGES = ("read", "text", "mine", "report", "store", "cli")
ALLOWED = {
    "read": {"text"},
    "text": set(),
    "mine": {"text"},
    "report": set(),
    "store": set(),
    "cli": {"store", "text"},  # what the terminal tells is masked
}
TOP_OF_ALL = {"schema", "errors", "config"}
ONE_OWNER = {
    "jieba": "text/segment",
    "rjieba": "text/segment_fast.py",
    "matplotlib": "report/charts",
    "xlsxwriter": "report/render/xlsx",
    "docx": "report/render/docx",
    "jinja2": "report/render/html",
    "chinese_calendar": "mine/workdays.py",
    "python_calamine": "read/workbook.py",
    "sqlite3": "store/history",
    "click": "cli/",
    "dask": "distribute.py",
    "distributed": "distribute.py",
}


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += (
                [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "hotspot" else [node.module]
            )
    return found


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_stages_do_not_import_each_other(path: Path) -> None:
    stage = path.relative_to(PACKAGE).parts[0]
    if stage not in STAGES:
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "hotspot" and len(parts) > 1 and parts[1] in STAGES and parts[1] != stage:
            assert parts[1] in ALLOWED[stage], f"{path.name} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_third_party_libraries_have_one_owner(path: Path) -> None:
    where = path.relative_to(PACKAGE).as_posix()
    for name in imports(path):
        owner = ONE_OWNER.get(name.split(".")[0])
        assert owner is None or where.startswith(owner), f"{where} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_outgrows_one_noun(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
