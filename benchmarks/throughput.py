"""Time and memory of the whole program, in units of T: what plain jieba takes to segment the same texts.

``python benchmarks/throughput.py`` measures 10,000 and 100,000 calls; ``--largest`` adds a million, ``--peers`` the
scripts that people use today, ``--train`` the training. Every figure is a process of its own, the processes alternate,
the median of ``--runs`` counts. Memory is the sum over the process and its children (proportional set size), at its
highest. The texts are the clauses of real calls put together anew (`benchmarks/recombine.py`).
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import math
import os
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


class Cost(NamedTuple):
    """Seconds, and mebibytes at the peak."""

    seconds: float
    memory: float


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


def run(command: Sequence[str]) -> tuple[Cost, str]:
    """Run a command; return what it cost and what it printed."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    highest = 0

    def watch() -> None:
        nonlocal highest
        while process.poll() is None:
            highest = max(highest, sum(map(proportional, children(process.pid))))
            time.sleep(0.2)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    printed, told = process.communicate()
    seconds = time.perf_counter() - start
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\n{told}")
    return Cost(seconds, highest / 1024), printed


def measured_inside(kind: str, path: Path) -> Cost:
    """Run one of the measurements below in a process of its own; the seconds are those that it tells."""
    cost, printed = run([sys.executable, HERE, "--inside", kind, str(path)])
    return Cost(float(printed.split()[-1]), cost.memory)


def inside(kind: str, path: Path) -> None:
    """Measure here and print the seconds: ``jieba`` (T), ``script`` or ``bertopic``."""
    texts, labels = texts_of(path)
    import jieba

    jieba.setLogLevel(60)
    if kind == "jieba":
        jieba.initialize()
    start = time.perf_counter()
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
    print(time.perf_counter() - start)


def analyze(path: Path, out: Path, jobs: int) -> Cost:
    """Run the whole program over an export."""
    command = [
        sys.executable,
        "-m",
        "hotspot",
        "analyze",
        str(path),
        "--config",
        str(CONFIG),
        "--no-history",
        "--quiet",
    ]
    return run([*command, "--out", str(out), "--replace", "--jobs", str(jobs)])[0]


def train(path: Path, out: Path) -> Cost:
    """Train on the labels of an export."""
    command = [sys.executable, "-m", "hotspot", "train", str(path), "--config", str(CONFIG)]
    return run([*command, "--out", str(out), "--replace"])[0]


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(statistics.median(cost.seconds for cost in costs), statistics.median(cost.memory for cost in costs))


def show(name: str, cost: Cost, unit: float | None = None, aim: str = "") -> None:
    ratio = f"{cost.seconds / unit:8.2f} T" if unit else ""
    print(f"{name:<42}{cost.seconds:9.2f} s{cost.memory:9.0f} MiB{ratio:>12}  {aim}", flush=True)


def fixed_costs(folder: Path, runs: int) -> None:
    """Show what every run pays, however few the calls."""
    imports = (
        "import hotspot.pipeline, hotspot.report.outputs, sklearn.svm, sklearn.feature_extraction.text, matplotlib"
    )
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
    parser.add_argument("--peers", action="store_true")
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
            for _ in range(arguments.runs):
                costs["T: plain jieba"].append(measured_inside("jieba", path))
                costs["analyze"].append(analyze(path, folder / "out", arguments.jobs))
                if arguments.train:
                    costs["train"].append(train(path, folder / "model"))
            unit = middle(costs["T: plain jieba"]).seconds
            for kind, several in costs.items():
                show(f"{size:>9,} calls, {kind}", middle(several), unit)
            took.append(middle(costs["analyze"]).seconds)
        if len(sizes) > 1:
            exponent = math.log(took[-1] / took[0]) / math.log(sizes[-1] / sizes[0])
            print(f"growth of analyze from {sizes[0]:,} to {sizes[-1]:,} calls: n^{exponent:.2f} (aim: at most 1.1)")
        if arguments.peers:
            compare_peers(folder, arguments)


def compare_peers(folder: Path, arguments: argparse.Namespace) -> None:
    """Show the scripts of today beside the program."""
    peers = {"script": "jieba + TfidfVectorizer + LinearSVC + DBSCAN", "bertopic": "BERTopic (TF-IDF + SVD)"}
    for size in (5_000, 20_000):
        path = folder / f"calls{size}.csv"
        write_export(path, size, arguments.shared)
        costs: dict[str, list[Cost]] = defaultdict(list)
        for _ in range(arguments.runs):
            costs["hotspot analyze"].append(analyze(path, folder / "out", arguments.jobs))
            for kind, told in peers.items():
                if kind == "script" or importlib.util.find_spec(kind):
                    costs[told].append(measured_inside(kind, path))
        for told, several in costs.items():
            show(f"{size:>7,}: {told}"[:62], middle(several))
    if importlib.util.find_spec("bertopic") is None:
        print("BERTopic is not installed: not measured")


if __name__ == "__main__":
    main()
