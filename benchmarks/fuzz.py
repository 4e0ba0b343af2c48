"""Coverage-guided fuzzing of the parsers and text functions.

Run as ``python benchmarks/fuzz.py TARGET [-max_total_time=300]``. Needs atheris (``pip install atheris``), which is no
dependency of the project. TARGET is one of the functions below; a crash is any exception that is no `HotspotError`. The
result of the last long run is in docs/trust.md.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["hotspot"]):
    from hotspot.config import load_config
    from hotspot.errors import HotspotError
    from hotspot.mine.places import find_places
    from hotspot.read.calls import read_calls
    from hotspot.read.dates import parse_time
    from hotspot.read.headers import field_of
    from hotspot.report.render.json import load_facts
    from hotspot.text.dialogue import caller_text
    from hotspot.text.mask import mask
    from hotspot.text.normalise import normalise

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))


def texts(data: bytes) -> None:
    text = normalise(data.decode("utf-8", "replace"))
    assert normalise(text) == text
    masked = mask(text)
    assert mask(masked) == masked
    caller_text(text)
    parse_time(text[:40])
    field_of(text[:40])
    find_places([text[:300]])


def table(data: bytes) -> None:
    path = FOLDER / "a.csv"
    path.write_bytes("来电编号,来电时间,诉求内容\n".encode() + data)
    with contextlib.suppress(HotspotError):
        read_calls([path])


def workbook(data: bytes) -> None:
    path = FOLDER / "a.xlsx"
    path.write_bytes(data)
    with contextlib.suppress(HotspotError):
        read_calls([path])


def config(data: bytes) -> None:
    path = FOLDER / "a.toml"
    path.write_bytes(data)
    with contextlib.suppress(HotspotError):
        load_config(path)


def result(data: bytes) -> None:
    with contextlib.suppress(HotspotError):
        load_facts(data.decode("utf-8", "replace"))


def main() -> None:
    targets = {"texts": texts, "table": table, "workbook": workbook, "config": config, "result": result}
    if len(sys.argv) < 2 or sys.argv[1] not in targets:
        sys.exit(f"usage: fuzz.py {{{'|'.join(targets)}}} [options of libFuzzer]")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], targets[sys.argv[1]])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
