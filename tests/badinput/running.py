"""Read each broken input and say whether the right thing came of it."""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from badinput import contents, files, texts
from badinput.making import SECRET, Case
from hotspot.errors import InputError
from hotspot.read.calls import read_calls

SLOW = 10.0  # seconds
_FAMILIES = (
    texts.encodings,
    texts.quotes,
    texts.ragged,
    texts.sizes,
    contents.heads,
    contents.totals,
    contents.repeats,
    contents.ids,
    contents.swaps,
    contents.dates,
    contents.texts,
    files.empty,
    files.disguised,
    files.workbooks,
    files.paths,
)


@dataclass(frozen=True)
class Outcome:
    """What came of a case: ``fault`` is empty where it is what was asked."""

    case: Case
    answer: str
    seconds: float
    fault: str


def all_cases() -> Iterator[Case]:
    """Yield every case of every family."""
    for family in _FAMILIES:
        yield from family()


def run(case: Case) -> Outcome:
    """Make the input in a folder of its own, read it, compare."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        path = case.make(Path(folder))
        start = time.perf_counter()
        answer, fault = _read(case, path)
        seconds = time.perf_counter() - start
    if seconds > SLOW:
        fault = f"{seconds:.1f} 秒"
    return Outcome(case, answer, seconds, fault)


def _read(case: Case, path: Path) -> tuple[str, str]:
    try:
        reading = read_calls([path])
    except InputError as error:
        message = str(error)
        if case.used is not None:
            return message, "不该拒绝"
        if SECRET in message or "\n" in message or case.said not in message:
            return message, "说法不对"
        return message, ""
    except Exception as error:
        return f"{type(error).__name__}: {error}", "异常"
    dropped = int((reading.rejects["severity"] == "剔除").sum())
    told = "；".join(reading.rejects["reason"])
    answer = f"{len(reading.table)}件，剔除{dropped}行 {told[:80]}"
    read, used, aside = (sum(counts) for counts in list(zip(*reading.files, strict=True))[1:])
    if case.used != len(reading.table) or (case.dropped is not None and case.dropped != dropped):
        return answer, f"应为{case.used}件，剔除{case.dropped}行"
    if (used, aside) != (len(reading.table), dropped) or read != used + aside:
        return answer, f"报告的行数不合：读{read} 用{used} 剔除{aside}"
    if SECRET in told or case.said not in told:
        return answer, "说法不对"
    return answer, ""
