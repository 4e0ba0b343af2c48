"""The documentation builds, refers to nothing on the network, says what the program does, and its commands run."""

from __future__ import annotations

import dataclasses
import doctest
import functools
import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
import typing
from pathlib import Path
from types import ModuleType

import jsonschema
import openpyxl
import pandas as pd
import pytest
from browser import CHROMIUM, Page
from conftest import ROOT, SAMPLE
from factsample import full_facts

from hotspot.case_edits import load_case_edits
from hotspot.cli import main
from hotspot.config import Config, load_config
from hotspot.report import charts
from hotspot.report.render.json import render_json
from hotspot.store.history import History
from hotspot.width import display_width

DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "README.zh-CN.md"]
# In this order one story: the history that the manual makes is what the operator backs up and forgets.
TOLD = [DOCS / "manual.zh-CN.md", DOCS / "operator.zh-CN.md", ROOT / "README.zh-CN.md", ROOT / "README.md"]
_NETWORK = re.compile(
    r"""(?:src|srcset|data)\s*=\s*["']?(?:https?:)?//|<link[^>]+href=["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import"""
)


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = load(DOCS / "build.py")


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of a language, without the indentation of the list they stand in."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return [re.sub(f"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


@pytest.mark.parametrize("name", BUILD.GENERATED)
def test_a_generated_page_says_what_the_program_says(name: str) -> None:
    now = BUILD.GENERATED[name]()
    assert (DOCS / name).read_text(encoding="utf-8") == now, "run: python docs/build.py"


def test_the_examples_of_the_builder_hold() -> None:
    found = doctest.testmod(BUILD)
    assert found.attempted
    assert not found.failed


def test_the_columns_of_every_help_page_stand_straight() -> None:
    pages = re.findall(r"```text\n(.*?)```", BUILD.write_cli_page(), re.DOTALL)
    assert len(pages) > 20
    for page in pages:
        assert all(display_width(line) <= 100 for line in page.splitlines())
        for section in re.split("(?:选项|命令):", page)[1:]:
            rows = [re.match(r"  \S.*?  +(?=\S)", line) for line in section.splitlines() if re.match(r"  \S", line)]
            assert len({display_width(row[0]) for row in rows if row}) == 1, section
            assert all(rows), section


def test_every_field_of_the_result_is_explained() -> None:
    rows = [line for line in BUILD.write_result_page().splitlines() if line.startswith("| `")]
    assert len(rows) > 100
    assert not [row for row in rows if row.endswith("|  |")]


def test_the_page_on_numbers_names_fields_that_exist_and_leaves_none_out() -> None:
    text = (DOCS / "numbers.zh-CN.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ")]
    named = {name for row in rows if len(row) == 5 for name in re.findall(r"`([\w.]+)`", row[3])}
    records = BUILD._records()
    fields = {name: {entry.name for entry in dataclasses.fields(record)} for name, record in records.items()}
    within = {"overview": "Overview", "orders": "OrderFacts", "follow_up": "FollowUp", "imports": "ImportSummary"}
    for name in named:
        part, _, field = name.rpartition(".")
        assert field in (fields[within[part]] if part else set().union(*fields.values())), name
    told = {part: {name.partition(".")[2] for name in named if name.startswith(f"{part}.")} for part in within}
    for part in ("overview", "orders", "follow_up"):
        assert fields[within[part]] - told[part] <= {"previous"}, part
    assert {"count", "share", "callers", "onset", "causes", "effects", "places", "status", "facts"} <= named


SCHEMA = jsonschema.Draft202012Validator(json.loads((DOCS / "result.schema.json").read_text(encoding="utf-8")))


def test_the_schema_takes_a_result_and_refuses_a_damaged_one() -> None:
    result = json.loads("".join(render_json(full_facts())))
    SCHEMA.validate(result)
    for damage in ({"valid": "1011"}, {"hotspots": [{}]}, {"unheard_of": 1}):
        assert not SCHEMA.is_valid({**result, **damage})


def build_site(target: Path, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "-f", str(root / "mkdocs.yml"), "-d", str(target)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    done = build_site(target)
    assert done.returncode == 0, done.stderr
    return target


def test_the_site_shows_every_page_and_nothing_of_the_network(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    for page in DOCS.glob("*.md"):
        assert (site / f"{page.stem}.html").is_file()
        assert page.stem == "index" or f'href="{page.stem}.html"' in index, page.name
    for path in site.rglob("*"):
        if path.suffix in (".html", ".css"):
            text = path.read_text(encoding="utf-8")
            assert not _NETWORK.search(text), (path.name, _NETWORK.search(text))
            assert not re.search(r"```|<code>(?:sh|toml|text|bash|python)\n", text), (
                f"a block of {path.name} is no block"
            )
    assert not list(site.rglob("*.py*"))


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_a_browser_opens_the_site_from_its_folder(site: Path) -> None:
    with Page() as shown:
        shown.open(site / "manual.zh-CN.html", "#常见错误")
        assert shown.run("document.querySelector('.wy-menu a[href=\"numbers.zh-CN.html\"]').textContent").strip()
        assert shown.run("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
        assert shown.run("document.documentElement.scrollWidth <= innerWidth")
        assert shown.requests
        assert all(address.startswith(("file:", "data:")) for address in shown.requests), shown.requests
        assert not shown.console, shown.console


def test_what_is_measured_stands_in_one_place(site: Path) -> None:
    method = (site / "method.html").read_text(encoding="utf-8")
    assert "<!-- include" not in method
    measured = BUILD.cut_section((ROOT / "README.md").read_text(encoding="utf-8"), "Measured")
    commands = re.findall(r"`(python benchmarks/\w+\.py)", measured)
    assert commands
    assert all(command in method for command in commands)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_comparison_repeats_what_is_measured(name: str) -> None:
    measured = BUILD.cut_section((ROOT / "README.md").read_text(encoding="utf-8"), "Measured")
    heading = {"README.md": "Beside what is used today", "README.zh-CN.md": "与现有做法相比"}[name]
    figures = re.findall(r"\b0\.\d+", BUILD.cut_section((ROOT / name).read_text(encoding="utf-8"), heading))
    assert len(figures) >= 5
    for figure in figures:
        assert re.search(rf"\b{re.escape(figure)}\b", measured), figure


@pytest.mark.parametrize("link", ["[x](nowhere.md)", "[x](trust.md#nowhere)", "[x](/trust.html)"])
def test_a_broken_link_fails_the_build(link: str, tmp_path: Path) -> None:
    shutil.copytree(DOCS, tmp_path / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "mkdocs.yml", tmp_path)
    shutil.copy2(ROOT / "README.md", tmp_path)
    with (tmp_path / "docs" / "index.md").open("a", encoding="utf-8") as page:
        page.write(f"\n{link}\n")
    assert build_site(tmp_path / "site", tmp_path).returncode != 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w/.])(?:benchmarks|tests|hotspot|data|docs|models/default|\.ci)/[\w./-]*\w\.\w+", text)
    for name in named:
        assert (ROOT / name).exists(), name
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", BUILD.include(text)):
        assert (page.parent / target).exists(), target


def told_default(value: object) -> str:
    """Return a default as the page on the configuration writes it."""
    if value is None:
        return "无"
    if isinstance(value, tuple):
        return f"`[{', '.join(json.dumps(entry, ensure_ascii=False) for entry in value)}]`"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def test_the_page_on_the_configuration_lists_every_key_with_its_default() -> None:
    hints = typing.get_type_hints(Config)
    expected: dict[str, dict[str, str]] = {}

    def collect(title: str, kind: type) -> None:
        made = kind()
        values = {entry.name: getattr(made, entry.name) for entry in dataclasses.fields(kind)}
        below = {name: value for name, value in values.items() if dataclasses.is_dataclass(value)}
        expected[title] = {name: told_default(value) for name, value in values.items() if name not in below}
        for name, value in below.items():
            collect(f"{title[:-1]}.{name}]", type(value))

    for name, hint in hints.items():
        many = typing.get_origin(hint) is tuple
        collect(f"[[{name}]]" if many else f"[{name}]", typing.get_args(hint)[0] if many else hint)
    found: dict[str, dict[str, str]] = {}
    for line in (DOCS / "config.zh-CN.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            found[line[3:]] = {}
        elif row := re.match(r"\| `(\w+)` \| (.+?) \|", line):
            found[list(found)[-1]][row[1]] = row[2]
    assert found == expected


def test_the_faults_that_the_manual_explains_are_those_that_the_program_tells() -> None:
    section = BUILD.cut_section((DOCS / "manual.zh-CN.md").read_text(encoding="utf-8"), "常见错误")
    told = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "hotspot").rglob("*.py"))
    rows = [line.split("|")[1].strip() for line in section.splitlines()[2:]]
    assert len(rows) >= 10
    for row in rows:
        for words in filter(None, re.split("[…“”]+", row)):
            assert words in told, row


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small week under the file names that the documentation uses."""
    folder = tmp_path_factory.mktemp("office")
    past = pd.read_csv(SAMPLE / "calls_2024w41.csv", dtype=str, encoding="gb18030")
    week = pd.read_excel(SAMPLE / "calls_2024w42.xlsx", dtype=str, header=1, engine="calamine").iloc[3::12]
    gold = pd.read_csv(SAMPLE / "gold_2024w42.csv", dtype=str).set_index("msg_id")["category"]
    past.iloc[::12].to_excel(folder / "上周.xlsx", index=False)
    past.iloc[1::8].to_excel(folder / "已分类.xlsx", index=False)
    for name in ("本周.xlsx", "来电.xlsx"):
        week.to_excel(folder / name, index=False)
    week = week.assign(诉求分类=week["来电编号"].map(gold))
    week[week["诉求分类"] != "无效"].to_excel(folder / "检验.xlsx", index=False)
    for given, name in (
        ("orders_2024w42.xlsx", "工单.xlsx"), ("flows_2024w42.csv", "流转.csv"),
        ("cases_ledger_2024w41.xlsx", "台账.xlsx"), ("golmud.toml", "城市.toml"),
    ):  # fmt: skip
        shutil.copy2(SAMPLE / given, folder / name)
    shutil.copytree(ROOT / "models" / "default", folder / "models" / "default")
    return folder


def fill_in(sheet: Path) -> None:
    """Do what the manual asks of an analyst between the export of a review and its import."""
    book = openpyxl.load_workbook(sheet)
    for row in book["复核"].iter_rows(min_row=2):
        row[6].value = row[3].value
    book.save(sheet)


def subcommands_of_dev() -> set[str]:
    usage = subprocess.run([sys.executable, "dev.py"], cwd=ROOT, capture_output=True, text=True).stderr
    return set(re.findall(r"\w+", usage.partition("{")[2].partition("}")[0]))


def test_the_commands_run(office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(office)
    # The manual runs one week several times: each of its charts is drawn once.
    monkeypatch.setattr(charts, "render_png", functools.cache(charts.render_png))
    monkeypatch.setattr(charts, "render_svg", functools.cache(charts.render_svg))
    texts = [page.read_text(encoding="utf-8") for page in TOLD]
    lines = [line for text in texts for block in blocks(text, "sh") for line in block.splitlines()]
    known = subcommands_of_dev()
    run = 0
    for line in dict.fromkeys(lines):
        program, *arguments = shlex.split(line, comments=True)
        if program == "python3":
            assert arguments[0] == "dev.py"
            assert arguments[1] in known, line
            continue
        assert program == "hotspot", line
        if arguments[:2] == ["review", "import"]:
            fill_in(office / arguments[2])
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == 0, (line, capsys.readouterr().err)
        run += 1
    assert run >= 20
    assert (office / "供暖.png").read_bytes().startswith(b"\x89PNG")
    assert (office / "models" / "本市" / "evaluation.md").is_file()
    SCHEMA.validate(json.loads((office / "输出" / "本周" / "result.json").read_text(encoding="utf-8")))
    assert "供暖不热" in (office / "输出" / "本周" / "report.html").read_text(encoding="utf-8")
    table = BUILD.cut_section(texts[0], "怎么看工作簿").splitlines()
    sheets = openpyxl.load_workbook(office / "输出" / "本周" / "workbook.xlsx", read_only=True).sheetnames
    assert [line.split("|")[1].strip() for line in table if line.startswith("| ")][2:] == sheets
    with History(office / "输出" / "hotspot.db") as history:
        assert len(history.corrections()) == 85
        assert [note.order_id for note in history.case_notes()] == ["HX24100960310025"] * 2
        assert [f"{week.first_day}" for week in history.weeks()] == ["2024-10-14"]  # the other one was forgotten


def test_the_tables_of_toml_are_read(tmp_path: Path) -> None:
    text = (DOCS / "manual.zh-CN.md").read_text(encoding="utf-8")
    for block in blocks(text, "toml"):
        path = tmp_path / "block.toml"
        path.write_text(block, encoding="utf-8")
        if "[[case]]" in block:
            assert len(load_case_edits(path)) == 3
        else:
            assert load_config(path).places.forbidden == (("东城国际", "西城国际"),)
            assert load_config(path).places.aliases


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_the_completion_of_bash_completes() -> None:
    line = blocks((DOCS / "manual.zh-CN.md").read_text(encoding="utf-8"), "bash")[0]
    script = f'hotspot() {{ "{sys.executable}" -m hotspot "$@"; }}; {line.replace("_HOTSPOT", "export _HOTSPOT")}\n'
    script = script.replace("bash_source hotspot", "bash_source; hotspot")
    script += "declare -F _hotspot_completion; COMP_WORDS=(hotspot ana) COMP_CWORD=1; _hotspot_completion hotspot ana; "
    script += 'echo "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.split()[-1] == "analyze", done.stderr
