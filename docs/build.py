"""The documentation's own code: pages generated from the program, and the hook that puts the site together.

``python docs/build.py`` writes ``docs/cli.md``, ``docs/result-json.md`` and ``docs/result.schema.json`` anew; a test
fails when they are not what the program says. ``mkdocs build`` uses the two functions ``on_…`` at the end.
"""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import io
import json
import re
import tempfile
import tokenize
import types
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

DOCS: Final = Path(__file__).resolve().parent
ROOT: Final = DOCS.parent
_WIDTH: Final = 100
# What is not named here comes last, so that a new page is never left out.
_PAGES: Final = (
    ("给分析员", ("manual.zh-CN.md", "numbers.zh-CN.md", "config.zh-CN.md", "cli.md")),
    ("给运维", ("operator.zh-CN.md",)),
    ("Reference", ("result-json.md", "method.md", "trust.md", "performance.md", "scale.md", "dependencies.md")),
)
_INCLUDE: Final = re.compile(r"<!-- include (?P<file>[\w./-]+)(?: # (?P<heading>[^>]+?))? -->")

_CLI_HEAD: Final = """# 命令行参考

本页由 `python docs/build.py` 从程序的 `--help` 生成，测试会核对，请勿手改。

退出码：0 完成；2 输入有误（一行说明哪里不对、怎么改）；1 程序的问题。
"""
_RESULT_HEAD: Final = """# result.json

All numbers of a bulletin as data: what the documents are rendered from. Written by `hotspot analyze` (and printed by
`hotspot analyze --json`), UTF-8, keys in the order below, the same bytes for the same input. It reloads into the
library with `hotspot.report.render.json.load_facts`; other programs can check it against
[result.schema.json](result.schema.json) (JSON Schema 2020-12).

`schema_version` is {version}. It rises when a field goes or changes its meaning; new fields come at the end without it.

Generated from `hotspot/schema.py` by `python docs/build.py`; a test keeps the two equal. Counts are calls, shares are
percent with two decimals (half up), dates are ISO 8601. How each number is computed:
[每个数字怎么算](numbers.zh-CN.md).

## Use

```python
from pathlib import Path

from hotspot.report.render.json import load_facts

facts = load_facts(Path("out/2024w42/result.json").read_text(encoding="utf-8"))
for hotspot in facts.hotspots:
    print(hotspot.theme, hotspot.count, hotspot.places[0].place)
```
"""
_CSV_HEAD: Final = """Beside result.json, one row per call (or per mention, or per row set aside): UTF-8 with a byte
order mark, no cell acts as a formula. `import_report.csv` is for people: file, sheet, row, reason, 剔除 (not counted)
or 提示 (counted)."""
_COLUMNS: Final = {
    "msg_id": "id in the export, as text",
    "category": "demand category; 无效 where the call holds no demand",
    "confidence": "chance that the category is right, 0 to 1; 1 where an analyst gave it",
    "place": "primary place, canonical name; in places.csv the place of the mention",
    "district": "district of the place, empty where it is not known",
    "theme": "theme, as hotspots are made of",
    "issue_id": "issue the call belongs to, empty for none",
    "hotspot_id": "main hotspot the call belongs to, empty for none",
    "caller": "keyed hash of the caller, the same every week under one key; with --no-history a number of this run",
    "mention": "the place as the call spells it",
    "kind": "小区, 道路, 村镇 …",
    "is_primary": "1 for the place that the call is about",
}


def write_cli_page() -> str:
    """Return the reference of all commands."""
    from hotspot.cli import cli

    parts = [_CLI_HEAD]
    for path, text in _helps(cli, "hotspot", None):
        parts.append(f"## {path}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def _helps(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    """Yield the path and the help of a command and of those below it."""
    context = type(command).context_class(
        command, info_name=name, parent=parent, terminal_width=_WIDTH, max_content_width=_WIDTH
    )
    yield context.command_path, "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    for below in getattr(command, "commands", {}):
        yield from _helps(command.commands[below], below, context)


def _records() -> dict[str, type]:
    """Return the records that `Facts` is made of, by name, in the order in which they are first met."""
    from hotspot.schema import Facts

    found: dict[str, type] = {}

    def meet(hint: Any) -> None:
        if dataclasses.is_dataclass(hint) and isinstance(hint, type) and hint.__name__ not in found:
            found[hint.__name__] = hint
            for entry in typing.get_type_hints(hint).values():
                meet(entry)
        for inner in typing.get_args(hint):
            meet(inner)

    meet(Facts)
    return found


def _comments() -> dict[tuple[str, str], str]:
    """Return what the schema's source says behind each field: (record, field) to comment."""
    text = (ROOT / "hotspot" / "schema.py").read_text(encoding="utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    lines = {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}
    return {
        (record.name, field.target.id): lines.get(field.lineno, "")
        for record in ast.parse(text).body
        if isinstance(record, ast.ClassDef)
        for field in record.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }


def _plain_names() -> dict[Any, str]:
    return {str: "string", int: "integer", float: "number", bool: "true or false", dt.date: "date",
            dt.datetime: "date and time"}  # fmt: skip


def _tell_type(hint: Any) -> str:
    """Return a type in words, records as links."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        return " or ".join("null" if entry is type(None) else _tell_type(entry) for entry in inner)
    if origin is Sequence or (origin is tuple and inner[-1] is Ellipsis):
        return f"list of {_tell_type(inner[0])}"
    if origin is tuple:
        return f"[{', '.join(map(_tell_type, inner))}]"
    return _plain_names().get(hint) or f"[{hint.__name__}](#{hint.__name__.lower()})"


def _csv_columns() -> dict[str, list[str]]:
    """Return the columns of each csv file, as an empty week gives them."""
    import pandas as pd

    from hotspot.report.tables import write_tables

    demands = pd.DataFrame({name: pd.Series(dtype=object) for name in _COLUMNS})
    with tempfile.TemporaryDirectory() as folder:
        names = write_tables(Path(folder), demands, demands, ())
        heads = [(Path(folder) / name).read_text("utf-8-sig").splitlines()[0] for name in names]
    return {name: head.split(",") for name, head in zip(names, heads, strict=True)}


def _write_csv_section() -> list[str]:
    parts = ["## The csv files", "", _CSV_HEAD, "", "| file | columns |", "| --- | --- |"]
    columns = _csv_columns()
    parts += [f"| `{name}` | {' '.join(f'`{column}`' for column in found)} |" for name, found in columns.items()]
    parts += ["", "| column | meaning |", "| --- | --- |"]
    for column in dict.fromkeys(column for name in columns if name != "import_report.csv" for column in columns[name]):
        parts.append(f"| `{column}` | {_COLUMNS[column]} |")
    return [*parts, ""]


def write_result_page() -> str:
    """Return the page on result.json."""
    from hotspot.schema import Facts

    comments = _comments()
    version = next(entry.default for entry in dataclasses.fields(Facts) if entry.name == "schema_version")
    parts = [_RESULT_HEAD.replace("{version}", str(version))]
    for name, record in _records().items():
        hints = typing.get_type_hints(record)
        about = " ".join(f"{record.__doc__}".split())
        parts += [f"## {name}", "", about, "", "| field | type | meaning |", "| --- | --- | --- |"]
        for entry in dataclasses.fields(record):
            told = comments[name, entry.name].replace("|", "\\|")
            parts.append(f"| `{entry.name}` | {_tell_type(hints[entry.name])} | {told} |")
        parts.append("")
    return "\n".join([*parts, *_write_csv_section()])


def _json_type(hint: Any) -> dict[str, Any]:
    """Return a type as JSON Schema."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        return {"anyOf": [{"type": "null"} if entry is type(None) else _json_type(entry) for entry in inner]}
    if origin is Sequence or (origin is tuple and inner[-1] is Ellipsis):
        return {"type": "array", "items": _json_type(inner[0])}
    if origin is tuple:
        return {"type": "array", "prefixItems": [_json_type(entry) for entry in inner], "items": False,
                "minItems": len(inner)}  # fmt: skip
    if dataclasses.is_dataclass(hint):
        return {"$ref": f"#/$defs/{hint.__name__}"}
    dates = {dt.date: "date", dt.datetime: "date-time"}
    if hint in dates:
        return {"type": "string", "format": dates[hint]}
    return {"type": {str: "string", int: "integer", float: "number", bool: "boolean"}[hint]}


def write_json_schema() -> str:
    """Return the JSON Schema of result.json."""
    comments, defined = _comments(), {}
    for name, record in _records().items():
        hints = typing.get_type_hints(record)
        fields = {}
        for entry in dataclasses.fields(record):
            told = comments[name, entry.name]
            fields[entry.name] = {**_json_type(hints[entry.name]), **({"description": told} if told else {})}
        defined[name] = {
            "type": "object",
            "description": " ".join(f"{record.__doc__}".split()),
            "properties": fields,
            "required": list(fields),
            "additionalProperties": False,
        }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "result.json of hotspot",
        "$ref": "#/$defs/Facts",
        "$defs": defined,
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


GENERATED: Final = {
    "cli.md": write_cli_page,
    "result-json.md": write_result_page,
    "result.schema.json": write_json_schema,
}


def cut_section(text: str, heading: str) -> str:
    """Return what stands under `## heading` in a Markdown text."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"no section {heading!r}")
    return found[1].strip() + "\n"


def include(markdown: str) -> str:
    """Return the text with ``<!-- include FILE # HEADING -->`` replaced by that file of the project, or its section."""

    def insert(match: re.Match[str]) -> str:
        text = (ROOT / match["file"]).read_text(encoding="utf-8")
        text = cut_section(text, match["heading"]) if match["heading"] else text.partition("\n")[2]
        return text.replace("](docs/", "](")

    return _INCLUDE.sub(insert, markdown)


def join_lines(markdown: str) -> str:
    """Return the text with Chinese lines joined: a browser would show each line break as a blank.

    Examples
    --------
    >>> join_lines("每周\\n一次\\n\\n- 甲\\n- 乙")
    '每周一次\\n\\n- 甲\\n- 乙'
    """
    parts = re.split(r"(^ *```.*?^ *```)", markdown, flags=re.MULTILINE | re.DOTALL)
    wide = "[\u2018-\u201d\u2026\u3001-\u9fff\uff01-\uff5e]"
    return "".join(part if at % 2 else re.sub(rf"(?<={wide})\n *(?={wide})", "", part) for at, part in enumerate(parts))


def order_pages(names: list[str]) -> list[Any]:
    """Return the pages as the navigation shows them."""
    rest = [name for name in names if name != "index.md" and not any(name in pages for _, pages in _PAGES)]
    nav: list[Any] = ["index.md"]
    for title, pages in _PAGES:
        shown = [name for name in pages if name in names] + (rest if title == _PAGES[-1][0] else [])
        nav.append({title: shown})
    return nav


def on_config(config: Any) -> Any:
    """Give mkdocs the navigation."""
    config.nav = order_pages(sorted(path.name for path in DOCS.glob("*.md")))
    return config


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the included sections into a page and join its Chinese lines."""
    return join_lines(include(markdown))


if __name__ == "__main__":
    for name, write in GENERATED.items():
        (DOCS / name).write_text(write(), encoding="utf-8")
