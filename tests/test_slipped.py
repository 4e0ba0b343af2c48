"""Columns that slipped and operators in a hurry: personal data in every cell but the right one is printed nowhere."""

import csv
import zipfile
from itertools import count
from pathlib import Path

import pytest
from conftest import CONFIG

from hotspot.cli import main

STEER = "\x1b[31m\x9b31m\u202e"
NAME = "马占林"
HEADER = [
    "来电编号", "来电时间", "来电号码", "来电人", "标题", "诉求渠道", "诉求内容", "处理方式", "工单编号", "诉求分类",
    "区域", "诉求地址", "是否保密",
]  # fmt: skip
ORDERS = ["工单编号", "来电编号", "内容", "承办单位", "派单时间", "办结时限", "办结时间", "工单状态"]
FLOWS = ["工单编号", "操作时间", "操作单位", "操作", "办理意见"]
LEDGER = ["工单编号", "列入期次", "诉求分类", "诉求摘要", "派往单位", "状态"]


class Planted:
    """Numbers of callers that are planted in an export, by where they stand."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self._next = count()

    def number(self, place: str) -> str:
        """Return a new number."""
        found = f"1391234{next(self._next):04d}"
        self.places[found] = place
        return found

    def words(self, place: str) -> str:
        """Return a name and a new number with signs that steer a terminal."""
        return f"我叫{NAME}，电话{self.number(place)}{STEER}"


def write(path: Path, header: list[str], rows: list[list[str]]) -> str:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return str(path)


def export(folder: Path, planted: Planted) -> list[str]:
    """Write a week with its orders, steps and ledger; return the arguments that name them."""
    rows = [
        [
            f"A{at:03d}", f"2024-10-1{4 + at % 6} 08:{at:02d}", f"1550000{at:04d}", f"王国{'强伟军'[at % 3]}",
            "暖气不热", "电话", f"市民：和谐家园小区暖气不热，找{NAME}要说法", "工单转办" if at % 2 else "直接答复",
            f"G{at:03d}" if at % 2 else "",
            "公共服务类", "西城区", "和谐家园小区", "否",
        ]
        for at in range(40)
    ]  # fmt: skip
    for at, name in enumerate(HEADER):
        if name not in ("来电时间", "来电号码", "来电人", "诉求内容"):
            for row in rows[2 * at : 2 * at + 2]:
                row[at] = planted.words(f"来电 {name}")
    for name in ("标题", "诉求渠道", "区域", "诉求地址"):  # often enough for any list of the commonest
        same = planted.words(f"来电 {name}（六次）")
        for row in rows[30:36]:
            row[HEADER.index(name)] = same
    rows[36][HEADER.index("区域")] = rows[36][HEADER.index("来电人")]
    rows[38][1], rows[39][1] = planted.number("时间"), f"2024-02-30 {planted.number('时间二')}"
    words = planted.words
    orders = [
        [
            f"G{at:03d}", f"A{at:03d}", words("工单内容"), words("单位"), "2024-10-15 09:00",
            planted.number("时限"), "", words("状态"),
        ]
        for at in range(1, 40, 2)
    ]  # fmt: skip
    orders.append(["G900", "", "", "", planted.number("派单时间"), "", "", ""])
    flows = [
        [f"G{at:03d}", f"2024-10-1{6 + day} 09:00", unit, "退回" if day else "派单", f"派{words('意见')}办理"]
        for at in range(1, 40, 2)
        for day, unit in enumerate(("热线中心", "甲局", words("操作单位")))
    ]
    ledger = [["G777", *(words(name) for name in LEDGER[1:5]), "未办结"]]
    flows.append(["G777", "2024-10-16 09:00", "甲局", "退回", words("往期意见")])
    headed = [*HEADER, f"备注{planted.number('表头')}"]
    calls = folder / f"来电{planted.number('文件名')}\x1b[31m.csv"
    return [
        write(calls, headed, [[*row, ""] for row in rows]),
        *("--orders", write(folder / "工单.csv", ORDERS, orders)),
        *("--flows", write(folder / "流转.csv", FLOWS, flows)),
        *("--cases", write(folder / "台账.csv", LEDGER, ledger)),
    ]


def outputs(folder: Path) -> dict[str, str]:
    """Return every file that was written as text, archives unpacked, pictures left out."""
    found = {}
    for path in folder.rglob("*"):
        if path.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
                found[path.name] = "\n".join(archive.read(name).decode("utf-8", "replace") for name in names)
        elif path.is_file() and path.suffix != ".png":
            found[path.name] = path.read_bytes().decode("utf-8", "replace")
    return found


def test_personal_data_in_any_cell_is_printed_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planted = Planted()
    given = tmp_path / "导出"
    given.mkdir()
    files = export(given, planted)
    work = tmp_path / "写出"
    work.mkdir()
    said = {}
    for name, arguments in {
        "analyze": ("analyze", *files, *CONFIG, "--out", str(work / "out"), "--verbose"),
        "explain": ("analyze", files[0], *CONFIG, "--out", str(work / "out"), "--explain", "A029"),
        "cases": ("cases", "list", "--history", str(work / "hotspot.db")),
        "export": ("history", "export", str(work / "h.json"), "--history", str(work / "hotspot.db")),
        "review": ("review", "export", files[0], *CONFIG, "--out", str(work / "review.xlsx")),
        "import": ("review", "import", files[0], *CONFIG, "--history", str(work / "hotspot.db")),
        "evaluate": ("evaluate", files[0], "--out", str(work / "eval.csv")),
        "init": ("init", str(work / "city"), files[0]),
        "refused": ("analyze", files[0], "--map", "来电时间=来电号码", "--out", str(work / "none")),
        "config": ("analyze", files[0], "--config", files[0], "--out", str(work / "none")),
    }.items():
        with pytest.raises(SystemExit) as ended:  # in this process: the dictionary is loaded once
            main(arguments)
        told = capsys.readouterr()
        assert ended.value.code == (2 if name in ("refused", "config") else 0), (name, told.err)
        said[name] = told.out + told.err
    numbers = {**planted.places, **{f"1550000{at:04d}": "来电号码" for at in range(40)}}
    assert len(numbers) > 100
    for name, text in {**said, **outputs(work)}.items():
        assert [place for number, place in numbers.items() if number in text] == [], name
        for word in (NAME, "王国强", "王国伟", "王国军"):
            assert word not in text, (name, text[max(0, text.find(word) - 30) :][:60])
        if not name.startswith("hotspot."):  # the database is no text
            assert not {"\x1b", "\x9b", "\u202e"} & set(text), name
