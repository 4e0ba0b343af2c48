"""On a cluster the result is the same, whatever the parts, the workers and their misfortunes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import CONFIG, ROOT, WEEK42, run_hotspot

from hotspot import distribute, mining
from hotspot.config import load_config
from hotspot.distribute import Cluster, fingerprint, open_cluster
from hotspot.errors import InputError
from hotspot.gather import gather_week, load_classifier
from hotspot.mine import places
from hotspot.mining import Mined, mine_calls
from hotspot.pipeline import Request
from hotspot.read import reading
from hotspot.read.calls import read_calls
from hotspot.scale import Kept, Processes, Spread, here, keep, slices
from hotspot.store.history import History
from hotspot.text import segment
from hotspot.text.segment_fast import FastCutter
from hotspot.text.tokens import Tokens

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def week() -> Callable[[Spread], Mined]:
    """The mining of the sample week, over any spread."""
    config = load_config(Path(CONFIG[1]))
    classifier, _ = load_classifier(None)
    with History(None) as history:
        told = gather_week(Request(files=[Path(WEEK42[0])]), config, history)

    def mine(spread: Spread) -> Mined:
        return mine_calls(told.calls, told.kinds, config=config, classifier=classifier, days=told.days, spread=spread)

    return mine


@pytest.fixture(scope="module")
def alone(week: Callable[[Spread], Mined]) -> Mined:
    return week(here)


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def divide(size: int) -> None:
        monkeypatch.setattr(mining, "slices", lambda count: slices(count, size))
        monkeypatch.setattr(places, "slices", lambda count: slices(count, size))

    return divide


def same(one: Mined, other: Mined) -> bool:
    tables = one.demands.equals(other.demands) and one.mentions.equals(other.mentions)
    return tables and (one.hotspots, one.issues, one.repeats, one.rising, one.aliases) == (
        other.hotspots, other.issues, other.repeats, other.rising, other.aliases,
    )  # fmt: skip


def test_parts_and_processes_change_nothing(
    week: Callable[[Spread], Mined], alone: Mined, in_parts: Callable[[int], None]
) -> None:
    in_parts(97)
    assert same(week(here), alone)
    assert same(week(Processes(2)), alone)


def test_a_local_cluster_of_two_workers_gives_the_same(
    week: Callable[[Spread], Mined],
    alone: Mined,
    in_parts: Callable[[int], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_parts(150)
    export = pd.read_csv(Path(WEEK42[0]).parent / "calls_2024w41.csv", dtype=str, encoding="gb18030")
    for number in range(3):
        export.iloc[number::3].to_parquet(tmp_path / f"part{number}.parquet")
    read = read_calls([tmp_path])
    with open_cluster("local", 2) as spread:
        assert same(week(spread), alone)
        in_parts(61)
        assert same(week(spread), alone)
        monkeypatch.setattr(reading, "read_sheets", None)  # the workers read their partitions, nobody here does
        divided = read_calls([tmp_path], spread=spread)
    assert divided.table.equals(read.table)
    assert (divided.files, divided.headers) == (read.files, read.headers)


def test_with_the_port_to_rust_everything_is_the_same(
    week: Callable[[Spread], Mined], alone: Mined, in_parts: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("rjieba")
    cut: list[int] = []
    whole = FastCutter.tokenize

    def counted(cutter: FastCutter, texts: Sequence[str]) -> Tokens:
        cut.append(len(texts))
        return whole(cutter, texts)

    monkeypatch.setattr(segment, "_WORTH", 0)
    monkeypatch.setattr(FastCutter, "tokenize", counted)
    in_parts(500)
    assert same(week(here), alone)  # the sample week alone is too small for it: jieba cut it
    assert sum(cut) > len(alone.demands)


def test_files_read_side_by_side_are_the_same(tmp_path: Path) -> None:
    lines = (Path(WEEK42[0]).parent / "calls_2024w41.csv").read_bytes().splitlines(keepends=True)
    for number in range(3):
        (tmp_path / f"part{number}.csv").write_bytes(lines[0] + b"".join(lines[1 + number :: 3]))
    (tmp_path / "part3.csv").write_bytes(lines[0] + b"".join(lines[1::3]))  # the first once more
    paths = [tmp_path]
    alone, divided = read_calls(paths), read_calls(paths, spread=Processes(2))
    assert len(alone.table) == len(lines) - 1
    assert divided.table.equals(alone.table)
    assert divided.rejects.equals(alone.rejects)
    assert (divided.files, divided.headers) == (alone.files, alone.headers)
    # A machine that does not see the files: they are read here.
    unseen = read_calls(
        paths, spread=lambda function, parts: [function(Path("/nowhere") / path.name) for path in parts]
    )
    assert unseen.table.equals(alone.table)


def test_an_empty_input_needs_no_worker() -> None:
    assert Processes(2)(str, []) == here(str, []) == []


@contextmanager
def scheduler_and_workers(*roots: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers started by hand, each worker with the package of its own root."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{found.getsockname()[1]}"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", address, "--no-dashboard"], **quiet
        )
    ]
    try:
        for root in roots:
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1",
                     "--no-dashboard"],
                    cwd=root, env={**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}, **quiet,
                )
            )  # fmt: skip
        yield address, started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_worker_killed_in_mid_run_changes_nothing(
    week: Callable[[Spread], Mined], alone: Mined, in_parts: Callable[[int], None]
) -> None:
    in_parts(20)
    held: list[int] = []
    with (
        scheduler_and_workers(ROOT, ROOT) as (address, workers),
        distributed.Client(address, timeout=30, set_as_default=False) as client,
    ):
        client.wait_for_workers(2, timeout=60)
        cluster = Cluster(client)
        pids = client.run(os.getpid)
        victim = next(name for name, pid in pids.items() if pid == workers[0].pid)

        def kill() -> None:
            until = time.monotonic() + 240
            while time.monotonic() < until:
                results = len(client.has_what()[victim])
                if results >= 3:  # the function and two results that are lost with it
                    held.append(results)
                    workers[0].kill()
                    return
                time.sleep(0.01)

        killer = threading.Thread(target=kill)
        killer.start()
        mined = week(cluster)
        killer.join()
        assert held, "the worker was not killed"
        assert held[0] < len(alone.demands) / 20, "the worker was killed after its work"
        assert len(client.scheduler_info(n_workers=-1)["workers"]) == 1
    assert same(mined, alone)


def test_what_a_lost_worker_kept_is_made_again() -> None:
    with (
        scheduler_and_workers(ROOT, ROOT) as (address, workers),
        distributed.Client(address, timeout=30, set_as_default=False) as client,
    ):
        client.wait_for_workers(2, timeout=60)
        numbers = list(range(100, 140))
        stays, told = keep(Cluster(client), divmod, numbers, [7] * 40)
        kept, more = Kept(Cluster(client), stays).with_more(divmod, [4] * 40)
        assert (told, more) == ([number % 7 for number in numbers], [number // 7 % 4 for number in numbers])
        victim = next(name for name, pid in client.run(os.getpid).items() if pid == workers[0].pid)
        assert len(client.has_what()[victim]) > 10  # of what is asked for now
        workers[0].kill()
        workers[0].wait()
        assert kept.ask(max, [0] * 40) == [number // 7 for number in numbers]


def test_what_is_kept_is_asked_alike_everywhere() -> None:
    for spread in (here, Processes(2)):
        kept, told = Kept(spread, [17, 23], [5, 7]).with_more(divmod)
        assert told == [2, 2]
        assert kept.ask(min, [4, 2]) == [3, 2]
        assert kept.asked_by(here).ask(max) == [17, 23]
        assert len(kept) == 2


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "hotspot", tmp_path / "hotspot", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "hotspot" / "__init__.py").write_text('__version__ = "0.0.9"\n', encoding="utf-8")
    with scheduler_and_workers(tmp_path) as (address, _):
        refused = run_hotspot(
            "analyze", WEEK42[0], *CONFIG, "--no-history", "--out", str(tmp_path / "out"), "--scheduler", address
        )
    assert refused.returncode == 2
    assert "计算节点的版本与本机不同" in refused.stderr
    assert "0.0.9" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "out").exists()


def test_nobody_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribute, "_CONNECT", 1)
    with pytest.raises(InputError, match="连不上调度器"), open_cluster("tcp://127.0.0.1:9"):
        pass


def test_a_scheduler_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribute, "_APPEAR", 1)
    with (
        scheduler_and_workers() as (address, _),
        pytest.raises(InputError, match="没有计算节点"),
        open_cluster(address),
    ):
        pass


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribute.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="没有安装 dask"), open_cluster("local"):
        pass


def test_the_fingerprint_knows_the_code() -> None:
    version, digest, used = fingerprint()
    assert version
    assert len(digest) == 12
    assert "jieba" in used
