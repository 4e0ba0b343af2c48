"""Time and memory of the whole program, in units of T: what plain jieba takes to segment the same texts.

``python benchmarks/throughput.py`` measures 10,000 and 100,000 calls; ``--largest`` adds a million (once), ``--plain``
the run on jieba alone, ``--peers`` the scripts that people use today (``--peer-python`` names an interpreter that has
BERTopic), ``--train`` the training, ``--workbook`` a spreadsheet of 200,000 rows. Every figure is a process of its own,
the processes alternate, the median of ``--runs`` counts. Memory is the sum over the process and its children
(proportional set size), at its highest. The texts are the clauses of real calls put together anew
(`benchmarks/recombine.py`).
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from recombine import ROOT, write_export

CONFIG = ROOT / "data" / "sample" / "golmud.toml"
SAMPLE = ROOT / "data" / "sample" / "calls_2024w42.xlsx"
HERE = str(Path(__file__).resolve())


# The program where rjieba is not installed: it looks for the package and does not find it.
WITHOUT_PORT = (
    "import importlib.util as u; find = u.find_spec; "
    "u.find_spec = lambda name, *more: None if name == 'rjieba' else find(name, *more); "
    "from hotspot.cli import main; main()"
)


class Cost(NamedTuple):
    """Seconds, seconds of processors, mebibytes at the peak, and the memory over time."""

    seconds: float
    processors: float
    memory: float
    curve: tuple[float, ...] = ()


def texts_of(path: Path) -> tuple[list[str], list[str]]:
    """Return the texts and the categories of an export."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["诉求内容"] for row in rows], [row["诉求分类"] for row in rows]


def children(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for one in found:
        for tasks in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, tasks.read_text().split())
            except OSError:
                continue
    return found


def proportional(pid: int) -> int:
    """Return the memory of a process in kibibytes; what it shares is divided among those who share it."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def held_by(pid: int) -> float:
    """Return the memory of a process and all below it in mebibytes."""
    return sum(map(proportional, children(pid))) / 1024


def run(command: Sequence[str]) -> tuple[Cost, str]:
    """Run a command; return what it cost and what it printed."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    held: list[float] = [0.0]

    def watch() -> None:
        while process.poll() is None:
            held.append(held_by(process.pid))
            time.sleep(0.2)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    printed, told = process.communicate()
    seconds = time.perf_counter() - start
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\n{told}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, used, max(held), tuple(held)), printed


def measured_inside(kind: str, path: Path, python: str = sys.executable) -> Cost:
    """Run one of the measurements below in a process of its own; the seconds are those that it tells."""
    cost, printed = run([python, HERE, "--inside", kind, str(path)])
    seconds, used = map(float, printed.split()[-2:])
    return Cost(seconds, used, cost.memory)


def inside(kind: str, path: Path) -> None:
    """Measure here and print the seconds: ``jieba`` (T), ``script`` or ``bertopic``."""
    if kind == "read":
        from hotspot.read.calls import read_calls

        start = time.perf_counter()
        rows = len(read_calls([path]).table)
        print(rows, time.perf_counter() - start, time.process_time())
        return
    texts, labels = texts_of(path)
    import jieba

    jieba.setLogLevel(60)
    if kind == "jieba":
        jieba.initialize()
    start, used = time.perf_counter(), time.process_time()
    if kind == "jieba":
        for text in texts:
            jieba.lcut(text)
    elif kind == "script":
        from sklearn.cluster import DBSCAN
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        features = TfidfVectorizer().fit_transform([" ".join(jieba.lcut(text)) for text in texts])
        LinearSVC().fit(features, labels).predict(features)
        DBSCAN(eps=0.4, min_samples=3, metric="cosine").fit(features)
    else:
        from bertopic import BERTopic
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
        from sklearn.pipeline import make_pipeline

        cut = [" ".join(jieba.lcut(text)) for text in texts]
        vectors = make_pipeline(TfidfVectorizer(), TruncatedSVD(100, random_state=0)).fit_transform(cut)
        BERTopic(vectorizer_model=CountVectorizer()).fit(cut, vectors)
    print(time.perf_counter() - start, time.process_time() - used)


def analyze(path: Path, out: Path, jobs: int, fast: bool = True) -> Cost:
    """Run the whole program over an export."""
    command = [
        sys.executable,
        *(("-m", "hotspot") if fast else ("-c", WITHOUT_PORT)),
        "analyze",
        str(path),
        "--config",
        str(CONFIG),
        "--no-history",
        "--quiet",
    ]
    return run([*command, "--out", str(out), "--replace", "--jobs", str(jobs)])[0]


def train(path: Path, out: Path, jobs: int) -> Cost:
    """Train on the labels of an export."""
    command = [sys.executable, "-m", "hotspot", "train", str(path), "--config", str(CONFIG), "--jobs", str(jobs)]
    return run([*command, "--out", str(out), "--replace"])[0]


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    seconds, used, memory = (statistics.median(values) for values in zip(*(cost[:3] for cost in costs), strict=True))
    return Cost(seconds, used, memory, max((cost.curve for cost in costs), key=len))


def show_curve(cost: Cost, points: int = 12) -> None:
    """Show the memory at evenly spread moments of a run."""
    at = [round(step * (len(cost.curve) - 1) / (points - 1)) for step in range(points)]
    print("    MiB over time: " + " ".join(f"{cost.curve[step]:.0f}" for step in at))


def show(name: str, cost: Cost, unit: Cost | None = None, aim: str = "") -> None:
    ratio = (
        f"{cost.seconds / unit.seconds:6.2f} T ({cost.processors / unit.processors:.2f} T of processors)"
        if unit
        else ""
    )
    spent = f"{cost.seconds:9.2f} s{cost.processors:9.2f} s of processors{cost.memory:7.0f} MiB"
    print(f"{name:<42}{spent}{ratio:>12}  {aim}", flush=True)


def fixed_costs(folder: Path, runs: int) -> None:
    """Show what every run pays, however few the calls."""
    imports = "import hotspot.pipeline"
    dictionary = "from hotspot.text.segment import Segmenter; Segmenter().cut('暖气不热')"
    commands = {
        "hotspot --help": ([sys.executable, "-m", "hotspot", "--help"], "aim: 0.25 s"),
        "imports of an analysis": ([sys.executable, "-c", imports], ""),
        "jieba's dictionary (with its import)": ([sys.executable, "-c", dictionary], ""),
    }
    for name, (command, aim) in commands.items():
        show(name, middle([run(command)[0] for _ in range(max(3, runs))]), aim=aim)
    show("analyze the sample week", middle([analyze(SAMPLE, folder / "w", 1) for _ in range(runs)]), aim="aim: 6 s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--largest", action="store_true", help="also a million calls")
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--plain", action="store_true", help="also on jieba alone")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--peer-sizes", type=int, nargs="+", default=[5_000, 20_000, 80_000])
    parser.add_argument("--peer-python", default=sys.executable, help="an interpreter that has bertopic")
    parser.add_argument("--workbook", action="store_true", help="read a spreadsheet of 200,000 rows")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--inside", nargs=2, metavar=("KIND", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        inside(arguments.inside[0], Path(arguments.inside[1]))
        return
    fast = importlib.util.find_spec("rjieba") is not None
    print(f"{os.cpu_count()} cores, --jobs {arguments.jobs}, segmentation: {'rjieba' if fast else 'jieba'}")
    print(
        f"aims: analyze 100,000 calls in {0.35 if fast else 0.9} T, a million in 0.4 T and 4096 MiB, train in 0.8 T\n"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fixed_costs(folder, arguments.runs)
        sizes = [*arguments.sizes, *([1_000_000] if arguments.largest else [])]
        took = []
        for size in sizes:
            path = folder / f"calls{size}.csv"
            write_export(path, size, arguments.shared)
            costs: dict[str, list[Cost]] = defaultdict(list)
            for _ in range(arguments.runs if size < 1_000_000 else 1):
                costs["T: plain jieba"].append(measured_inside("jieba", path))
                costs["analyze"].append(analyze(path, folder / "out", arguments.jobs))
                if arguments.plain:
                    costs["analyze, jieba alone"].append(analyze(path, folder / "out", arguments.jobs, fast=False))
                if arguments.train:
                    costs["train"].append(train(path, folder / "model", arguments.jobs))
            unit = middle(costs["T: plain jieba"])
            for kind, several in costs.items():
                show(f"{size:>9,} calls, {kind}", middle(several), unit)
                if kind == "analyze":
                    show_curve(middle(several))
            took.append(middle(costs["analyze"]).seconds)
        if len(sizes) > 1:
            exponent = math.log(took[-1] / took[0]) / math.log(sizes[-1] / sizes[0])
            print(f"growth of analyze from {sizes[0]:,} to {sizes[-1]:,} calls: n^{exponent:.2f} (aim: at most 1.1)")
        if arguments.workbook:
            book = folder / "calls.xlsx"
            write_workbook(book, arguments.shared)
            show("200,000 rows of xlsx, read", middle([measured_inside("read", book) for _ in range(arguments.runs)]))
        if arguments.peers:
            compare_peers(folder, arguments)


def write_workbook(path: Path, shared: Path, rows: int = 200_000) -> None:
    """Write a spreadsheet of calls."""
    import xlsxwriter

    export = path.with_suffix(".csv")
    write_export(export, rows, shared)
    with (
        export.open(encoding="utf-8-sig", newline="") as file,
        xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book,
    ):
        sheet = book.add_worksheet()
        for number, row in enumerate(csv.reader(file)):
            sheet.write_row(number, 0, row)


def compare_peers(folder: Path, arguments: argparse.Namespace) -> None:
    """Show the scripts of today beside the program."""
    peers = {"script": "jieba + TfidfVectorizer + LinearSVC + DBSCAN", "bertopic": "BERTopic (TF-IDF + SVD)"}
    installed = subprocess.run([arguments.peer_python, "-c", "import bertopic"], capture_output=True, check=False)
    for size in arguments.peer_sizes:
        path = folder / f"calls{size}.csv"
        write_export(path, size, arguments.shared)
        costs: dict[str, list[Cost]] = defaultdict(list)
        for _ in range(arguments.runs):
            costs["hotspot analyze"].append(analyze(path, folder / "out", arguments.jobs))
            for kind, told in peers.items():
                if kind == "bertopic" and installed.returncode:
                    continue
                try:
                    costs[told].append(measured_inside(kind, path, arguments.peer_python))
                except SystemExit as fault:
                    print(f"{size:>7,}: {told}: {str(fault).splitlines()[-1]}")
        ours = middle(costs["hotspot analyze"])
        for told, several in costs.items():
            cost = middle(several)
            ratios = f"{cost.seconds / ours.seconds:.1f} times the time, {cost.memory / ours.memory:.1f} the memory"
            show(f"{size:>7,}: {told}"[:62], cost, aim="" if told == "hotspot analyze" else ratios)
    if installed.returncode:
        print("BERTopic is not installed: not measured")


if __name__ == "__main__":
    main()
