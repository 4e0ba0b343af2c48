"""Runs `analyze` or `train` in forked children that the test kills: the imports are paid for once.

Reads lines ``KIND FOLDER`` from standard input; forks, runs the job in the child, prints the child's number at its
start and ``done CODE`` when it has ended by itself or was killed.
"""

import os
import sys
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

from hotspot.config import load_config
from hotspot.gather import load_classifier
from hotspot.pipeline import Request, analyze
from hotspot.training import train_files

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample" / "golmud.toml"


def work(kind: str, folder: Path) -> None:
    config = load_config(SAMPLE)
    if kind == "train":
        train_files([folder / "calls.csv"], config, folder / "model", mapping={}, replace=True)
    else:
        request = Request(
            files=[folder / "calls.csv"], history=folder / "hotspot.db", out=folder / "out", everything=True
        )
        analyze(request, config)


def main() -> None:
    load_classifier(None)
    for line in sys.stdin:
        kind, folder = line.split()
        child = os.fork()
        if child == 0:
            try:
                work(kind, Path(folder))
            except BaseException as error:
                print(repr(error), file=sys.stderr)
                os._exit(1)
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(f"done {status}", flush=True)


if __name__ == "__main__":
    main()
