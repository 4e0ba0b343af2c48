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


class _Stays(list[Any]):
    """Results that stay with the workers."""


class Scales:
    """A `Spread` in this process that weighs what would travel.

    Parameters
    ----------
    calls : int
        Calls that the bytes are divided by.
    """

    def __init__(self, calls: int) -> None:
        self.calls = calls
        self.total = [0, 0]
        self.held = 0

    def __call__(self, function: Callable[..., Any], *columns: Sequence[Any]) -> list[Any]:
        """Return the results, all of which come back."""
        found = here(function, *columns)
        self._tell(function, columns, found)
        return found

    def keep(self, function: Callable[..., Any], *columns: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """Return the results: the first of each stays."""
        found = here(function, *columns)
        stays, told = _Stays(stays for stays, _ in found), [told for _, told in found]
        self.held += sum(map(weigh, stays))
        self._tell(function, columns, told)
        return stays, told

    def _tell(self, function: Callable[..., Any], columns: Sequence[Sequence[Any]], back: Sequence[Any]) -> None:
        out = sum(sum(map(weigh, column)) for column in columns if not isinstance(column, _Stays))
        returned = sum(map(weigh, back))
        self.total[0] += out
        self.total[1] += returned
        name = getattr(function, "__name__", type(function).__name__)
        told = f"{weigh(function) / 1e6:6.1f} MB to each worker, {out / self.calls:6.0f} bytes per call out"
        print(f"{name:<12}{told}, {returned / self.calls:6.0f} back", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--calls", type=int, default=20_000)
    arguments = parser.parse_args()
    count = arguments.calls
    spread = Scales(count)
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
    out, back = (total / count for total in spread.total)
    print(f"together: {out:.0f} bytes per call out, {back:.0f} back; {spread.held / count:.0f} stay ({count:,} calls)")


if __name__ == "__main__":
    main()
