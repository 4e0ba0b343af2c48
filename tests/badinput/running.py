"""Read each broken input and say whether the right thing came of it."""

from __future__ import annotations

import contextlib
import io
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from badinput import contents, files, others, texts
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
        start = time.process_time()  # of this process alone: the machine may be shared
        answer, fault = _read(case, path)
        seconds = time.process_time() - start
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


def run_command(case: Case) -> Outcome:
    """Give the input to ``hotspot analyze``: done (0) or refused (2) with nothing written, and nothing leaked."""
    from hotspot.cli import main

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = case.make(Path(folder))
        out = Path(folder) / "写出"
        said = io.StringIO()
        start = time.process_time()
        code: object = None
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                main(["analyze", str(path), "--no-history", "--quiet", "--out", str(out)])
            except SystemExit as ended:
                code = ended.code
        seconds = time.process_time() - start
        fault = _fault_of_command(case, code, said.getvalue(), out)
    if seconds > SLOW:
        fault = f"{seconds:.1f} 秒"
    return Outcome(case, f"{code} {said.getvalue().strip()}", seconds, fault)


def all_given() -> Iterator[others.Given]:
    """Yield every command line with a broken file other than the calls."""
    for family in (
        others.tables,
        others.edits,
        others.templates,
        others.histories,
        others.models,
        others.commands,
    ):
        yield from family()


def run_given(given: others.Given) -> Outcome:
    """Run a command line whose file is broken: done or refused in one line, and nothing leaked."""
    from hotspot.cli import main

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        arguments = given.make(Path(folder))
        before = {path for path in Path(folder).rglob("*") if path.is_file()}
        said, errors = io.StringIO(), io.StringIO()
        start = time.process_time()
        code: object = None
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
            try:
                main(arguments)
            except SystemExit as ended:
                code = ended.code
        seconds = time.process_time() - start
        told = said.getvalue() + errors.getvalue()
        fault = ""
        if code not in (0, 2) or code != (code if given.code is None else given.code):
            fault = f"退出码 {code}"
        elif code == 2 and len(errors.getvalue().strip().splitlines()) != 1:
            fault = "拒绝时说了不止一行"
        elif given.said not in told:
            fault = "说法不对"
        written = [path for path in Path(folder).rglob("*") if path.is_file() and path not in before]
        if SECRET in told or any(SECRET.encode() in path.read_bytes() for path in written):
            fault = "泄露号码"
        if any(sign in told for sign in ("\x1b", "\x9b", "\u202e")):
            fault = "控制符到了终端"
    if seconds > SLOW:
        fault = f"{seconds:.1f} 秒"
    case = Case(given.family, given.name, lambda folder: folder, None)
    return Outcome(case, f"{code} {told.strip()}", seconds, fault)


def _fault_of_command(case: Case, code: object, said: str, out: Path) -> str:
    if code not in (0, 2) or (case.used is None and code != 2):
        return f"退出码 {code}"
    if code == 2 and (out.exists() or len(said.strip().splitlines()) != 1):
        return "拒绝时写出了文件，或说了不止一行"
    if SECRET in said or any(SECRET.encode() in file.read_bytes() for file in out.rglob("*") if file.is_file()):
        return "泄露号码"
    return ""
