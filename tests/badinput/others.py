"""The other files that a command is given: orders, steps, ledger, case edits, template, history, models, reviews."""

# ruff: noqa: E501 - a table of cases, one a line

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from badinput.making import SECRET, csv_text, table, xlsx_bytes

MODEL = Path(__file__).resolve().parents[2] / "models" / "default"
ORDERS = ["工单编号", "来电编号", "内容", "承办单位", "派单时间", "办结时限", "办结时间", "工单状态"]
FLOWS = ["工单编号", "操作时间", "操作单位", "操作", "办理意见"]
LEDGER = ["工单编号", "列入期次", "诉求分类", "诉求摘要", "派往单位", "状态"]


@dataclass(frozen=True)
class Given:
    """A command line whose file is broken. ``code`` is how it must end, ``None``: done or refused."""

    family: str
    name: str
    make: Callable[[Path], list[str]]
    code: int | None = 2
    said: str = ""


def _calls(folder: Path) -> str:
    path = folder / "来电.csv"
    path.write_text(csv_text(table(6)), encoding="utf-8")
    return str(path)


def _analyze(option: str, name: str, content: bytes | str) -> Callable[[Path], list[str]]:
    """Return what makes the arguments of ``analyze`` with one more file."""

    def make(folder: Path) -> list[str]:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        return ["analyze", _calls(folder), "--no-history", "--quiet", "--out", str(folder / "写出"), option, str(path)]

    return make


def _rows(head: list[str], *rows: list[str]) -> str:
    return csv_text([head, *rows])


def tables() -> Iterator[Given]:
    """Orders, steps and ledger."""
    order = ["HX1", "6324101400000", "暖气不热", "甲局", "2024-10-15 09:00", "2024-10-16", "", "处理中"]
    step = ["HX1", "2024-10-15 09:00", "甲局", "退回", "不属于职责"]
    case = ["HX1", "2024年10月第2周", "公共服务类", "暖气不热", "甲局", "未办结"]
    for option, name, head, row in (
        ("--orders", "工单", ORDERS, order), ("--flows", "流转", FLOWS, step), ("--cases", "台账", LEDGER, case),
    ):  # fmt: skip
        good = _rows(head, row)
        yield Given(name, "正常", _analyze(option, "表.csv", good), 0)
        yield Given(name, "零字节", _analyze(option, "表.csv", b""))
        yield Given(name, "只有表头", _analyze(option, "表.csv", _rows(head)), None)
        yield Given(name, "给成了来电表", _analyze(option, "表.csv", csv_text(table())))
        yield Given(name, "截断的 xlsx", _analyze(option, "表.xlsx", xlsx_bytes({"a": [head, row]})[:900]))
        yield Given(name, "gb18030", _analyze(option, "表.csv", good.encode("gb18030")), 0)
        yield Given(name, "utf-16", _analyze(option, "表.csv", good.encode("utf-16")), 0)
        yield Given(name, "二进制", _analyze(option, "表.csv", bytes(range(256)) * 50))
        yield Given(name, "少一列", _analyze(option, "表.csv", _rows(head[1:], row[1:])))
        yield Given(name, "行列不齐", _analyze(option, "表.csv", _rows(head, row, row[:2], [*row, "多", "余"])), 0)
        yield Given(name, "没有编号", _analyze(option, "表.csv", _rows(head, ["", *row[1:]])), 0)
        yield Given(name, "编号受损", _analyze(option, "表.csv", _rows(head, ["2.41E+17", *row[1:]])), 0)
        yield Given(
            name, "编号是号码与姓名", _analyze(option, "表.csv", _rows(head, [f"我叫马占林{SECRET}", *row[1:]])), 0
        )
        yield Given(name, "重复三次", _analyze(option, "表.csv", _rows(head, row, row, row)), 0)
        yield Given(name, "一万列", _analyze(option, "表.csv", _rows([*head, *map(str, range(10_000))], row)))
        yield Given(
            name,
            "每格十万字",
            _analyze(option, "表.csv", _rows(head, [row[0], *[cell * 20_000 for cell in row[1:]]])),
            None,
        )
        yield Given(
            name,
            "每格控制符",
            _analyze(option, "表.csv", _rows(head, [row[0], *[f"{cell}\x1b[31m\x9b\u202e\ud800" for cell in row[1:]]])),
            None,
        )
        yield Given(
            name,
            "每格表情与公式",
            _analyze(option, "表.csv", _rows(head, [row[0], *["=😀" + cell for cell in row[1:]]])),
            None,
        )
        yield Given(
            name,
            "没有这个文件",
            lambda folder, option=option: [
                "analyze",
                _calls(folder),
                "--no-history",
                "--out",
                str(folder / "写出"),
                option,
                str(folder / "无.csv"),
            ],
        )
    for name, place, value in (
        ("派单", 4, "2024-02-30"),
        ("派单", 4, SECRET),
        ("时限", 5, "12.5"),
        ("办结", 6, f"2024-02-30 {SECRET}"),
    ):
        row = [*order]
        row[place] = value
        yield Given("工单", f"{name}时间 {value[:10]}", _analyze("--orders", "表.csv", _rows(ORDERS, row, order)), 0)
    yield Given("流转", "时间不可能", _analyze("--flows", "表.csv", _rows(FLOWS, [step[0], SECRET, *step[2:]])), 0)


_EDITS = {
    "不是 toml": ("<case>", 2), "深层嵌套": ("a = " + "[" * 100_000, 2), "点号炸弹": ("[" + "a." * 50_000 + "b]", 2),
    "过大": ("x" * 2_000_000, 2), "未知的键": ('[[case]]\norder = "1"\npinn = true', 2), "没有编号": ("[[case]]\npin = true", 2),
    "写了两次": ('[[case]]\norder = "1"\n[[case]]\norder = "1"', 2),
    "类型不对": ("[[case]]\norder = 1", 2), "是表": ("[case]\norder = '1'", 2),
    "又列又不列": ('[[case]]\norder = "1"\npin = true\ndrop = true', 2), "编号不存在": ('[[case]]\norder = "没有"\npin = true', 0),
    "编号是号码": (f'[[case]]\norder = "{SECRET}"\npin = true', 0),
    "控制符": ('[[case]]\norder = "\\u001b[2J"\npin = true\nnote = "\\u009b31m\\u202e"', 0),
    "备注有号码": (f'[[case]]\norder = "HX2410146000000"\npin = true\nsummary = "电话{SECRET}"\nnote = "电话{SECRET}"', 0),
    "百万字的备注": ('[[case]]\norder = "1"\nnote = "' + "长" * 300_000 + '"', None), "空文件": ("", 0),
}  # fmt: skip


def edits() -> Iterator[Given]:
    """``cases.toml`` and the configuration."""
    for name, (text, code) in _EDITS.items():
        yield Given("案例改写", name, _analyze("--case-edits", "cases.toml", text), code)
    for name, content in (
        ("gbk", "[bulletin]\ncity = '格尔木市'".encode("gbk")), ("NUL", b"\x00"), ("类型不对", b"category = 3"),
        ("无穷", b"[hotspots]\nmin_share = inf"),
        ("非数", b"[hotspots]\nmin_share = nan"), ("负数", b"[hotspots]\nmost = -1"), ("空类别", b"category = []"),
    ):  # fmt: skip
        yield Given("配置", name, _analyze("--config", "城市.toml", content))


def templates() -> Iterator[Given]:
    """What is given as a Word template."""
    bomb = xlsx_bytes({"a": [["b"]]})
    for name, content in (
        ("零字节", b""),
        ("不是 docx", b"text"),
        ("xlsx", bomb),
        ("截断", bomb[:500]),
        ("图片", b"\x89PNG\r\n\x1a\n"),
    ):
        yield Given("模板", name, _analyze("--template", "模板.docx", content))


def _history(content: Callable[[Path], None], *command: str) -> Callable[[Path], list[str]]:
    def make(folder: Path) -> list[str]:
        path = folder / "历史.db"
        content(path)
        return [*(word.format(folder=folder) for word in command), "--history", str(path)]

    return make


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("pragma user_version = 99")


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("create table t(a)")


def _hollow(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("create table t(a)")
        base.execute("pragma user_version = 3")


def histories() -> Iterator[Given]:
    """What is given as a history, to each command that opens one."""
    kinds: dict[str, Callable[[Path], None]] = {
        "文字": lambda path: path.write_text("不是数据库" * 500, encoding="utf-8") and None,
        "更新的版本": _newer, "别的数据库": _foreign, "空壳": _hollow, "文件夹": lambda path: path.mkdir(),
        "截断": lambda path: path.write_bytes(b"SQLite format 3\x00" + b"\x10\x00" + b"\x00" * 200) and None,
    }  # fmt: skip
    commands = (
        ("list",), ("show", "供暖"), ("check",), ("export", "{folder}/a.json"), ("backup", "{folder}/b.db"),
        ("forget", "2024-10-14"),
    )  # fmt: skip
    for name, content in kinds.items():
        for command in commands:
            yield Given("历史", f"{name} {command[0]}", _history(content, "history", *command))
        yield Given("历史", f"{name} cases list", _history(content, "cases", "list"))
        yield Given("历史", f"{name} cases note", _history(content, "cases", "note", "HX1", "备注"))

        def analyze(folder: Path, content: Callable[[Path], None] = content) -> list[str]:
            content(folder / "历史.db")
            return ["analyze", _calls(folder), "--out", str(folder / "写出"), "--history", str(folder / "历史.db")]

        yield Given("历史", f"{name} analyze", analyze)


def _model(change: Callable[[Path], None], command: str = "evaluate") -> Callable[[Path], list[str]]:
    def make(folder: Path) -> list[str]:
        target = folder / "模型"
        shutil.copytree(MODEL, target)
        change(target)
        calls = folder / "来电.csv"
        rows = [[*row, "诉求分类" if n == 0 else "公共服务类"] for n, row in enumerate(table(6))]
        calls.write_text(csv_text(rows), encoding="utf-8")
        return (
            [command, str(calls), "--model", str(target)] if command == "evaluate" else ["models", "show", str(target)]
        )

    return make


def _manifest(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")

    return change


def models() -> Iterator[Given]:
    """Model folders that are not what they should be."""
    changes: dict[str, Callable[[Path], None]] = {
        "没有说明": lambda folder: (folder / "manifest.json").unlink(),
        "没有权重": lambda folder: (folder / "weights.npz").unlink(),
        "说明是乱码": lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe{") and None,
        "说明嵌套": lambda folder: (folder / "manifest.json").write_text("[" * 100_000) and None,
        "说明是列表": lambda folder: (folder / "manifest.json").write_text("[]") and None,
        "更新的格式": _manifest(format=99), "没有数组": _manifest(weights={}),
        "权重为空": lambda folder: (folder / "weights.npz").write_bytes(b"") and None,
        "权重截断": lambda folder: (folder / "weights.npz").write_bytes(b"PK" + b"x" * 999) and None,
        "说明过大": lambda folder: (folder / "manifest.json").write_bytes(b" " * (20 << 20)) and None,
    }  # fmt: skip
    for name, change in changes.items():
        yield Given("模型", name, _model(change))
        if "权重" not in name:
            yield Given("模型", f"{name} show", _model(change, "show"))


def _with(name: str, content: str, *command: str) -> Callable[[Path], list[str]]:
    def make(folder: Path) -> list[str]:
        (folder / name).write_text(content, encoding="utf-8")
        return [word.format(folder=folder, file=folder / name) for word in command]

    return make


def commands() -> Iterator[Given]:
    """Labelled exports, reviewed workbooks and exports for ``init``."""
    labelled = csv_text([[*row, "诉求分类" if n == 0 else f"{SECRET}类"] for n, row in enumerate(table(8))])
    unlabelled = csv_text(table(8))
    for name, content in (
        ("标签是号码", labelled),
        ("没有标签列", unlabelled),
        ("空", ""),
        ("乱码", "\x00\x01\x02" * 99),
    ):
        code = None if name == "标签是号码" else 2
        yield Given("训练", name, _with("表.csv", content, "train", "{file}", "--out", "{folder}/模型"))
        yield Given("检验", name, _with("表.csv", content, "evaluate", "{file}"), code)
        yield Given(
            "收回复核", name, _with("表.csv", content, "review", "import", "{file}", "--history", "{folder}/h.db"), code
        )
        if name in ("空", "乱码"):
            yield Given(
                "导出复核", name, _with("表.csv", content, "review", "export", "{file}", "--out", "{folder}/r.xlsx")
            )
            yield Given("新城市", name, _with("表.csv", content, "init", "{folder}/城", "{file}"))
    out = "{folder}/没有/r"
    yield Given("写不了", "复核表", _with("表.csv", unlabelled, "review", "export", "{file}", "--out", f"{out}.xlsx"))
    yield Given("写不了", "检验结果", _with("表.csv", labelled, "evaluate", "{file}", "--out", f"{out}.csv"))
    yield Given("写不了", "模型", _with("表.csv", labelled, "train", "{file}", "--out", "/dev/null/模型"))
    yield Given(
        "写不了", "输出", _with("表.csv", unlabelled, "analyze", "{file}", "--no-history", "--out", "/dev/null/出")
    )
    yield Given(
        "写不了",
        "历史",
        _with("表.csv", unlabelled, "analyze", "{file}", "--out", "{folder}/出", "--history", "/dev/null/h.db"),
    )
    yield Given("写不了", "配置", _with("表.csv", unlabelled, "init", "/dev/null/城"))
    yield Given(
        "编号", "解释没有的编号", _with("表.csv", unlabelled, "analyze", "{file}", "--no-history", "--explain", SECRET)
    )
    yield Given("编号", "案例没有", _with("表.csv", unlabelled, "cases", "show", SECRET, "--history", "{folder}/无.db"))
