"""The main job through the real command line, on the sample weeks."""

import hashlib
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import CONFIG, ROOT, SAMPLE, WEEK41, WEEK42, Run, run_hotspot

from hotspot.report.checks import check_facts
from hotspot.report.render.json import load_facts, render_json

EXPECTED = json.loads((SAMPLE / "expected_2024w42.json").read_text(encoding="utf-8"))
GOLDEN = Path(__file__).parent / "golden" / "result_2024w42.json"
FILES = {
    "bulletin.docx", "report.html", "workbook.xlsx", "result.json", "calls.csv", "issues.csv", "categories.csv",
    "places.csv", "import_report.csv",
}  # fmt: skip


def counts(parts: list[dict]) -> dict[str, int]:
    return {part["name"]: part["count"] for part in parts}


def shares(parts: list[dict]) -> dict[str, float]:
    return {part["name"]: part["share"] for part in parts}


def test_every_counted_figure_of_the_bulletin(sample_run: Run) -> None:
    found = sample_run.result
    overview, orders = found["overview"], found["orders"]
    assert overview["total"] == EXPECTED["total"]
    assert overview["previous"] == EXPECTED["previous_total"]
    assert overview["change"] == EXPECTED["change_percent"]
    assert counts(overview["channels"]) == EXPECTED["channels"]
    assert counts(overview["handling"]) == EXPECTED["handling"]
    told = shares(overview["handling"]) | shares(overview["channels"])
    assert {name: told[name] for name in EXPECTED["share_percent"]} == EXPECTED["share_percent"]
    assert found["valid"] == EXPECTED["valid"]
    assert {
        "dispatched": orders["dispatched"],
        "closed": orders["closed"],
        "carried_over_closed": orders["carried_over_closed"],
        "carried_over_overdue": orders["carried_over_overdue"],
    } == EXPECTED["orders"]
    assert counts(orders["units"]) == EXPECTED["departments_top10"]
    assert orders["other_units"] == EXPECTED["departments_other"]
    assert found["head"]["issue_number"].replace(" ", "") == EXPECTED["issue_number"]
    assert EXPECTED["week_label"] in found["head"]["subtitle"]
    assert sum(counts(found["categories"]).values()) == EXPECTED["valid"]
    assert found["categories"][-1]["name"] == "其他类"


def test_hotspots_and_hard_cases(sample_run: Run) -> None:
    found = sample_run.result
    heating, wages = found["hotspots"]
    assert heating["theme"].startswith("供暖")
    assert heating["whole_category"]
    assert heating["onset"] == "2024-10-15"
    assert heating["previous"] > 0
    assert abs(heating["count"] - 145) <= 7
    assert wages["theme"] == "拖欠工资"
    assert abs(wages["count"] - 97) <= 7
    assert not wages["whole_category"]
    districts = {place["district"] for place in heating["places"]}
    assert {"西城区", "东城区", "铁路片区", "新区"} <= districts
    assert {case["order_id"] for case in found["hard_cases"]} == set(EXPECTED["hard_cases_new"])
    follow = found["follow_up"]
    still = sum(part["count"] for part in follow["open_by_week"]) + len(follow["last_issue"])
    assert still == len(EXPECTED["hard_cases_open_from_before"])
    assert [case["order_id"] for case in follow["last_issue"]] == ["HX24100460320017"]


def test_each_sentence_of_the_hotspots_names_its_calls_and_its_rule(sample_run: Run) -> None:
    found = sample_run.result
    known = set(pd.read_csv(sample_run.out / "calls.csv", dtype=str)["msg_id"])
    page = (sample_run.out / "report.html").read_text(encoding="utf-8")
    told = [entry for entry in found["paragraphs"] if entry["section"] == "三、主要热点"]
    assert [len(entry["sentences"]) > 4 for entry in told] == [True, True]
    for entry in told:
        for sentence in entry["sentences"]:
            assert sentence["rule"]
            assert set(sentence["calls"]) <= known
            if sentence["rule"] != "标点":
                assert sentence["calls"]
                assert f"依据{len(sentence['calls'])}件来电（{sentence['rule']}）" in page
    assert all(sentence["rule"] for entry in found["paragraphs"] for sentence in entry["sentences"])


def test_the_two_paragraphs_say_what_the_calls_say(sample_run: Run) -> None:
    heating, wages = sample_run.result["hotspots"]
    causes = {phrase["text"]: phrase["count"] for phrase in heating["causes"]}
    effects = {phrase["text"]: phrase["count"] for phrase in heating["effects"]}
    assert min(causes["管道维修"], causes["锅炉损坏"], effects["家中温度较低"]) >= 3
    assert all(phrase["count"] == len(phrase["calls"]) >= 3 for spot in (heating, wages)
               for phrase in spot["causes"] + spot["effects"])  # fmt: skip
    sites = {site["text"]: site["count"] for site in wages["sites"]}
    assert {"建筑工地", "光伏电站", "学校内部工地", "老旧小区改造项目"} <= set(sites)
    unsigned = next(phrase for phrase in wages["causes"] if phrase["text"] == "未签订劳动合同")
    told = [entry for entry in sample_run.result["paragraphs"] if entry["section"] == "三、主要热点"]
    text = "".join(sentence["text"] for sentence in told[1]["sentences"])
    assert f"其中，反映未签订劳动合同的有{unsigned['count']}件。" in text
    assert all(f"{name}{count}件" in text for name, count in sites.items())


def test_planted_repeats(sample_run: Run) -> None:
    """The gold names 28 pairs of calls of one caller on one matter: at least 26 are found, at most 3 others told."""
    gold = pd.read_csv(SAMPLE / "gold_2024w42.csv", dtype=str).fillna("")
    planted = {frozenset(pair) for pair in zip(gold["repeat_of"], gold["msg_id"], strict=True) if pair[0]}
    found = {
        frozenset(pair)
        for group in sample_run.result["repeats"]
        for pair in itertools.combinations(group["calls"], 2)
        if set(pair) <= set(gold["msg_id"])
    }
    assert len(planted) == 28
    assert len(found & planted) >= 26
    assert len(found - planted) <= 3


def score(name: str) -> object:
    """A scorer of the benchmarks, as a module."""
    import importlib.util

    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_hotspots_agree_with_the_gold(sample_run: Run) -> None:
    calls = pd.read_csv(sample_run.out / "calls.csv", dtype=str)
    gold = pd.read_csv(SAMPLE / "gold_2024w42.csv", dtype=str)
    figures = score("score_hotspots").score(calls, gold, 0.05, {"热线事务类"})  # type: ignore[attr-defined]
    assert figures["found"] == 2
    assert figures["extra_hotspots"] == 0
    assert figures["min_f1"] >= 0.90
    assert figures["theme_v"] >= 0.75


def test_all_files_are_there_and_said(sample_run: Run) -> None:
    written = {path.name for path in sample_run.out.iterdir() if path.is_file()} - {".hotspot.json"}
    assert written == FILES
    assert len(list((sample_run.out / "charts").glob("*.png"))) >= 3
    for name in FILES:
        assert f"{name} → " in sample_run.stdout
    assert "读入2359行，采用2359行" in sample_run.stdout
    summary = sample_run.stdout.split("bulletin.docx →")[0].strip().splitlines()
    assert 20 <= len(summary) <= 40
    assert ["有效诉求1011件", "件数", "占比", "上周", "较上周"] in [line.split() for line in summary]
    (heating,) = [line for line in summary if line.startswith("  供暖不热")]
    places = sample_run.result["hotspots"][0]["places"]
    assert "、".join(f"{place['place']}{place['count']}" for place in places[:2]) in heating


def readable(result: dict) -> dict:
    """The result without what is long or changes with the packages installed."""
    kept = {
        key: value
        for key, value in result.items()
        if key not in ("excerpts", "provenance", "issues", "repeats", "mass")
    }

    def shorten(value: object) -> object:
        if isinstance(value, dict):
            return {
                key: len(entry) if key == "calls" and isinstance(entry, list) else shorten(entry)
                for key, entry in value.items()
            }
        return [shorten(entry) for entry in value] if isinstance(value, list) else value

    kept["issues"] = [f"{issue['title']} {issue['count']}件" for issue in result["issues"]]
    kept["repeats"] = len(result["repeats"])
    kept["mass"] = [issue["title"] for issue in result["mass"]]
    return shorten(kept)  # type: ignore[return-value]


def test_golden_result(sample_run: Run, request: pytest.FixtureRequest) -> None:
    text = json.dumps(readable(sample_run.result), ensure_ascii=False, indent=1) + "\n"
    if request.config.getoption("--update-golden"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
    assert json.loads(text) == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_result_reloads_and_checks(sample_run: Run) -> None:
    text = (sample_run.out / "result.json").read_text(encoding="utf-8")
    facts = load_facts(text)
    assert "".join(render_json(facts)) == text
    assert check_facts(facts) > 100


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_input_same_bytes_whatever_the_seed_processes_and_row_order(sample_run: Run, tmp_path: Path) -> None:
    shutil.copy(sample_run.history, tmp_path / "hotspot.db")
    shutil.copy(sample_run.history.with_suffix(".key"), tmp_path / "hotspot.key")
    table = pd.read_excel(SAMPLE / "calls_2024w42.xlsx", header=1, dtype=str, engine="calamine").fillna("")
    shuffled = tmp_path / "calls_2024w42.xlsx"
    with pd.ExcelWriter(shuffled, engine="xlsxwriter") as book:
        table.sample(frac=1, random_state=7).to_excel(book, index=False)
    again = [str(shuffled), *WEEK42[1:], "--out", str(tmp_path / "w42"), "--jobs", "2", "--quiet"]
    done = run_hotspot("analyze", *again, PYTHONHASHSEED="4242")
    assert done.returncode == 0, done.stderr
    ours, theirs = digest(tmp_path / "w42"), digest(sample_run.out)
    # The rows' numbers in the file differ, and with them nothing that is printed.
    assert {name for name in theirs if ours.get(name) != theirs[name]} <= {"import_report.csv"}


def test_running_a_week_again_changes_nothing_else(sample_run: Run, tmp_path: Path) -> None:
    for suffix in (".db", ".key"):
        shutil.copy(sample_run.history.with_suffix(suffix), tmp_path / f"hotspot{suffix}")
    before = run_hotspot("history", "export", str(tmp_path / "a.json"), "--history", str(tmp_path / "hotspot.db"))
    assert before.returncode == 0, before.stderr
    done = run_hotspot("analyze", *WEEK41, "--out", str(tmp_path / "w41"), "--quiet")
    assert done.returncode == 0, done.stderr
    run_hotspot("history", "export", str(tmp_path / "b.json"), "--history", str(tmp_path / "hotspot.db"))
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert "2024-10-14" in run_hotspot("history", "list", "--history", str(tmp_path / "hotspot.db")).stdout
    assert "完好" in run_hotspot("history", "check", "--history", str(tmp_path / "hotspot.db")).stdout


def test_without_history_the_change_is_left_out_and_said(tmp_path: Path) -> None:
    done = run_hotspot("analyze", *WEEK42, "--out", str(tmp_path / "out"), "--no-history")
    assert done.returncode == 0, done.stderr
    assert "不作环比" in done.stdout
    assert "较上周" not in done.stdout
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert result["overview"]["change"] is None
    assert not list(tmp_path.glob("hotspot.*"))


def test_no_phone_of_the_export_is_in_any_output(sample_run: Run) -> None:
    phones = set(
        pd.read_excel(SAMPLE / "calls_2024w42.xlsx", header=1, dtype=str, engine="calamine")["来电号码"].dropna()
    )
    phones |= set(pd.read_csv(SAMPLE / "calls_2024w41.csv", encoding="gb18030", dtype=str)["来电号码"].dropna())
    pattern = re.compile("1[3-9][0-9]{9}")
    checked = 0
    for path in [*sample_run.out.rglob("*"), *sample_run.history.parent.glob("hotspot.*")]:
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix in (".docx", ".xlsx"):
            import zipfile

            with zipfile.ZipFile(path) as archive:
                content = b"\n".join(archive.read(name) for name in archive.namelist())
        hits = set(pattern.findall(content.decode("latin-1"))) & phones
        assert not hits, path.name
        checked += 1
    assert checked > 10


def test_no_network_at_run_time(tmp_path: Path) -> None:
    blocker = tmp_path / "sitecustomize.py"
    blocker.write_text(
        "import socket\ndef refuse(*a, **k):\n    raise RuntimeError('network')\n"
        "socket.socket.connect = refuse\nsocket.create_connection = refuse\nsocket.getaddrinfo = refuse\n"
    )
    assert hasattr(socket, "create_connection")
    done = run_hotspot(
        "analyze", WEEK41[0], *CONFIG, "--out", str(tmp_path / "out"), "--no-history", "--quiet",
        PYTHONPATH=f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_documents(sample_run: Run, tmp_path: Path) -> None:
    for name, kind in (("bulletin.docx", "pdf"), ("workbook.xlsx", "csv")):
        done = subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", kind,
             "--outdir", str(tmp_path), str(sample_run.out / name)],
            capture_output=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    pdf = tmp_path / "bulletin.pdf"
    assert pdf.stat().st_size > 20_000
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True).stdout
        text = re.sub(r"\s", "", text)
        for wanted in (
            "一、总体情况",
            "二、数据分析",
            "三、主要热点",
            "四、疑难案例",
            "五、疑难案例办理情况",
            "抄送",
            "1019件",
            "19.74%",
        ):
            assert wanted in text, wanted


def test_python_starts_no_slower_than_it_must() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "hotspot", "--help"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0
    assert "pandas" not in done.stderr


@pytest.mark.parametrize(
    "rows",
    [
        "1,2024-10-14 08:00,,直接答复\n2,2024-10-15 08:00,无,直接答复\n",
        "1,2024-10-14 08:00,喂喂,无效来电\n2,2024-10-15 08:00,测试,无效来电\n",
        "1,2024-10-14 08:00,暖气不热,直接答复\n",
        "".join(f"{at},2024-10-14 08:{at:02d},暖气不热,直接答复\n" for at in range(60)),
        "1,2024-10-14 08:00,！！！？？。。。,直接答复\n2,2024-10-15 08:00,😀😀,直接答复\n",
    ],
    ids=["no words", "no demand", "one call", "all the same", "no letters"],
)
def test_weeks_with_next_to_nothing_in_them(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("来电编号,来电时间,诉求内容,处理方式\n" + rows, encoding="utf-8")
    done = run_hotspot("analyze", str(path), *CONFIG, "--out", str(tmp_path / "out"), "--no-history")
    assert done.returncode == 0, done.stderr
    assert f"受理{rows.count(chr(10))}件" in done.stdout
    assert load_facts((tmp_path / "out" / "result.json").read_text(encoding="utf-8")).overview.total == rows.count("\n")
