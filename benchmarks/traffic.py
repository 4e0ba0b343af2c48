"""What travels between the driver and the workers of a cluster, in bytes per call.

``python benchmarks/traffic.py`` mines recombined calls in one process and weighs what each pass over the parts is
given, what comes back, and what every worker is sent once.
"""

from __future__ import annotations

import argparse
import pickle
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from recombine import ROOT, write_export

from hotspot.config import load_config
from hotspot.gather import gather_week, load_classifier
from hotspot.mining import mine_calls
from hotspot.pipeline import Request
from hotspot.scale import here
from hotspot.store.history import History


def weigh(value: Any) -> int:
    """Return the bytes of a value on its way."""
    return len(pickle.dumps(value, protocol=5))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--calls", type=int, default=20_000)
    arguments = parser.parse_args()
    count = arguments.calls
    total = [0, 0]

    def spread(function: Callable[[Any], Any], parts: Sequence[Any]) -> list[Any]:
        sent = weigh(function)
        given = sum(map(weigh, parts))
        found = here(function, parts)
        back = sum(map(weigh, found))
        total[0] += given
        total[1] += back
        told = f"{sent / 1e6:6.1f} MB to each worker, {given / count:6.0f} bytes per call out, {back / count:6.0f} back"
        print(f"{type(function).__name__:<12}{told}", flush=True)
        return found

    config = load_config(ROOT / "data" / "sample" / "golmud.toml")
    classifier, _ = load_classifier(None)
    with tempfile.TemporaryDirectory() as name, History(None) as history:
        path = Path(name) / "calls.csv"
        write_export(path, count, arguments.shared)
        week = gather_week(Request(files=[path]), config, history)
        mine_calls(
            week.calls,
            week.kinds,
            config=config,
            classifier=classifier,
            days=week.days,
            spread=spread,
            local=here,
        )
    print(f"together: {total[0] / count:.0f} bytes per call out, {total[1] / count:.0f} back ({count:,} calls)")


if __name__ == "__main__":
    main()
