"""Confidential calls are counted and never quoted; hostile text stays text."""

import csv
import json
import zipfile
from pathlib import Path

from conftest import CONFIG, run_hotspot

from hotspot.store.history import History

SECRET = "绝密内容甲乙丙"
HOSTILE = (
    "<script>alert(1)</script></script>\u202e=cmd|' /C calc'!A0\x1b[31m 暖气不热 和谐家园小区 {{7*7}} ${jndi:ldap://x}"
)


def export(folder: Path) -> Path:
    path = folder / "来电.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["来电编号", "来电时间", "来电号码", "诉求内容", "处理方式", "是否保密"])
        for at in range(40):
            text = f"和谐家园小区{SECRET}暖气不热，家里{at}度" if at < 12 else f"公交车第{at}路不来，等了很久"
            rows.writerow(
                [
                    f"A{at:03d}",
                    f"2024-10-1{4 + at % 6} 08:{at:02d}",
                    "15400000000",
                    text,
                    "直接答复",
                    "是" if at < 12 else "否",
                ]
            )
        for at in range(12):
            rows.writerow([f"=H{at}", "2024-10-17 09:00", "", HOSTILE + str(at), "直接答复", "否"])
        rows.writerow(["../../etc/passwd", "2024-10-18 09:00", "", "停水了，和谐家园小区", "直接答复", "否"])
    return path


def contents(out: Path) -> dict[str, bytes]:
    found = {}
    for path in out.rglob("*"):
        if path.is_file():
            found[path.name] = path.read_bytes()
            if path.suffix in (".docx", ".xlsx"):
                with zipfile.ZipFile(path) as archive:
                    found[path.name] = b"\n".join(
                        archive.read(name) for name in archive.namelist() if name.endswith(".xml")
                    )
    return found


def read_table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines()))


def callers(out: Path) -> dict[str, str]:
    return {row["msg_id"]: row["caller"] for row in read_table((out / "calls.csv").read_bytes())}


def test_callers_are_told_by_a_keyed_hash(tmp_path: Path) -> None:
    given = [str(export(tmp_path)), *CONFIG, "--quiet"]
    for folder in ("a", "b"):
        run = run_hotspot("analyze", *given, "--out", str(tmp_path / folder), "--history", str(tmp_path / "one.db"))
        assert run.returncode == 0, run.stderr
    once = callers(tmp_path / "a")
    with History(tmp_path / "one.db") as history:
        assert once["A000"] == history.hash_caller("15400000000")
    assert once["'=H0"] == "", "no number, no hash"
    assert callers(tmp_path / "b") == once, "one key, one hash"
    run_hotspot("analyze", *given, "--out", str(tmp_path / "c"), "--history", str(tmp_path / "other.db"))
    assert callers(tmp_path / "c")["A000"] != once["A000"], "another key, another hash"
    for folder in ("d", "e"):
        run_hotspot("analyze", *given, "--out", str(tmp_path / folder), "--no-history")
        assert callers(tmp_path / folder)["A000"] == "C00001"
    assert (tmp_path / "d" / "calls.csv").read_bytes() == (tmp_path / "e" / "calls.csv").read_bytes()


def test_confidential_and_hostile_calls(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run_hotspot("analyze", str(export(tmp_path)), *CONFIG, "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "受理53件" in done.stdout
    assert "\x1b" not in done.stdout
    files = contents(out)
    for name, content in files.items():
        assert SECRET.encode() not in content, name
        assert SECRET.encode("utf-16-le") not in content, name
        assert b"\x1b" not in content or name.endswith(".png"), name
    assert SECRET.encode() not in (tmp_path / "hotspot.db").read_bytes()
    hidden = {f"A{at:03d}" for at in range(12)}
    listed = {row["msg_id"] for row in read_table(files["places.csv"])}
    assert listed
    assert not hidden & listed
    page = files["report.html"].decode("utf-8")
    assert "<script>alert" not in page
    assert "</script></script>" not in page
    assert "Content-Security-Policy" in page
    for name in ("calls.csv", "issues.csv", "places.csv", "categories.csv"):
        for row in csv.reader(files[name].decode("utf-8-sig").splitlines()):
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row), name
    assert "\u202e" not in files["workbook.xlsx"].decode("utf-8", "ignore")
    assert b"<f>cmd" not in files["workbook.xlsx"]
    result = json.loads(files["result.json"])
    heating = [spot for spot in result["hotspots"] if spot["theme"].startswith("供暖")]
    assert heating
    assert heating[0]["count"] >= 20
    assert not (tmp_path.parent / "etc").exists()


def test_a_confidential_order_is_told_without_its_words(tmp_path: Path) -> None:
    """Known by its call (either table may name the other) or by a mark of its own, in this week and in the next."""
    calls = [["A0", "2024-10-15 08:00", SECRET, "工单转办", "是", "G0"]]
    calls += [[f"A{at}", f"2024-10-1{6 + at} 08:00", "暖气不热", "工单转办", "否", ""] for at in range(1, 4)]
    orders = [
        [f"G{at}", "A1" if at == 1 else "", SECRET, "甲局", "2024-10-15 09:00", "是" if at else "否"] for at in range(3)
    ]
    flows = [
        [f"G{at}", f"2024-10-1{day} 09:00", unit, "退回", f"{SECRET}，不属于职责"]
        for at in range(3)
        for day, unit in ((6, "甲局"), (7, "乙局"))
    ]
    later = [[f"G{at}", "2024-10-22 09:00", "丙局", "退回", SECRET] for at in range(3)]

    def write(name: str, head: list[str], rows: list[list[str]]) -> str:
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])
        return str(tmp_path / name)

    call_head = ["来电编号", "来电时间", "诉求内容", "处理方式", "是否保密", "工单编号"]
    flow_head = ["工单编号", "操作时间", "操作单位", "操作", "办理意见"]
    given = write("o.csv", ["工单编号", "来电编号", "内容", "承办单位", "派单时间", "是否保密"], orders)
    next_week = [["B1", "2024-10-22 08:00", "停水", "直接答复", "否", ""]]
    for week, rows, steps in (("one", calls, flows), ("two", next_week, [*flows, *later])):
        done = run_hotspot(
            "analyze", write(f"{week}.csv", call_head, rows), *CONFIG, "--all", "--out", str(tmp_path / week),
            "--orders", given, "--flows", write(f"f{week}.csv", flow_head, steps), "--history", str(tmp_path / "h.db"),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        for name, content in contents(tmp_path / week).items():
            assert SECRET.encode() not in content, (week, name)
    told = json.loads((tmp_path / "one" / "result.json").read_text(encoding="utf-8"))["hard_cases"]
    assert [case["order_id"] for case in told] == ["G0", "G1", "G2"]
    assert SECRET.encode() not in (tmp_path / "h.db").read_bytes()
