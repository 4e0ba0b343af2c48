"""Where a run's time and memory go: wall clock, processors and highest memory of each stage, with its processes.

``python benchmarks/recombine.py 10000 calls.csv``, then ``python benchmarks/stages.py calls.csv``. On a machine that
does other work too, the seconds of processors tell more than the clock; the first line is T, plain jieba on the same
texts, in seconds of one processor.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from pathlib import Path

from recombine import ROOT
from throughput import held_by, texts_of

from hotspot.config import load_config
from hotspot.pipeline import Request, analyze


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--skip-jieba", action="store_true", help="do not measure T")
    arguments = parser.parse_args()
    if not arguments.skip_jieba:
        import jieba

        jieba.setLogLevel(60)
        jieba.initialize()
        texts, _ = texts_of(arguments.path)
        start = time.process_time()
        for text in texts:
            jieba.lcut(text)
        print(f"T: {time.process_time() - start:.2f} s for {len(texts):,} calls")
    stage, began, used, peak = "", time.perf_counter(), os.times(), 0.0

    def watch() -> None:
        nonlocal peak
        while True:
            peak = max(peak, held_by(os.getpid()))
            time.sleep(0.2)

    threading.Thread(target=watch, daemon=True).start()

    def tell(name: str, _: int) -> None:
        nonlocal stage, began, used, peak
        now, times = time.perf_counter(), os.times()
        own = times.user + times.system - used.user - used.system
        others = times.children_user + times.children_system - used.children_user - used.children_system
        if stage:
            spent = f"processors {own:7.2f} s here, {others:7.2f} s below"
            print(f"{stage:<4}{now - began:9.2f} s, {spent}, {peak:6,.0f} MiB", flush=True)
        stage, began, used, peak = name, now, times, 0.0

    with tempfile.TemporaryDirectory() as folder:
        request = Request(files=[arguments.path], out=Path(folder) / "out", jobs=arguments.jobs)
        analyze(request, load_config(ROOT / "data" / "sample" / "golmud.toml"), tell)
        tell("", 0)


if __name__ == "__main__":
    main()
