"""The parts of the calls over the workers of a Dask cluster (the optional extra ``hotspot[dask]``).

What a worker computes is what a local process computes, and the results are put together in the order of the parts: the
bulletin is the same byte for byte. A worker that runs other code, or other versions of what the figures depend on, is
refused before anything is sent to it. What a lost worker had done is done again by the others.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import logging
import operator
import os
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any, Final, TypeVar

from hotspot import __version__
from hotspot.errors import HotspotError, InputError
from hotspot.scale import Spread

LOCAL: Final = "local"
_MATTERS: Final = ("jieba", "numpy", "scipy", "scikit-learn")  # versions that figures may depend on
_CONNECT: Final = 20  # seconds within which a scheduler answers
_APPEAR: Final = 30  # seconds within which its first worker is there
_PATIENCE: Final = 60.0  # seconds without any worker after which a run gives up
_LOOK: Final = 2.0  # seconds between two looks
_Out = TypeVar("_Out")


@functools.cache
def fingerprint() -> tuple[str, str, str]:
    """Return version and hash of this package's code and lists, and the versions of what it computes with."""
    package = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for path in sorted(path for path in package.rglob("*") if path.suffix in (".py", ".toml", ".txt")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    used = " ".join(f"{name} {metadata.version(name)}" for name in _MATTERS)
    return __version__, digest.hexdigest()[:12], used


def _load(content: bytes) -> Any:
    return pickle.loads(content)  # what this package's own driver sent


def _run(function: Callable[..., Any], *part: Any, expected: tuple[str, str, str]) -> Any:
    if fingerprint() != expected:  # one that joined after the others had been asked
        raise InputError("计算节点的版本与本机不同", found=" ".join(fingerprint()), fix="请在各节点安装同一版本")
    return function(*part)


class Cluster:
    """A `Spread` over the workers that a Dask client knows.

    Parameters
    ----------
    client : distributed.Client
        Connected; its workers are asked for their version at once.

    Raises
    ------
    InputError
        There is no worker, or one of another version.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        try:
            client.wait_for_workers(1, timeout=_APPEAR)
        except TimeoutError as error:
            raise InputError("集群里没有计算节点", fix="请先启动 dask worker") from error
        try:
            told = client.run(fingerprint, on_error="return")
        except Exception as error:
            raise InputError("计算节点无法应答", found=type(error).__name__, fix="请在各节点安装同一版本") from error
        for address, answer in sorted(told.items()):
            if answer != fingerprint():
                found = " ".join(answer) if isinstance(answer, tuple) else f"没有 hotspot（{type(answer).__name__}）"
                raise InputError(
                    "计算节点的版本与本机不同",
                    where=address,
                    found=f"{found}，本机 {' '.join(fingerprint())}",
                    fix="请在各节点安装同一版本的 hotspot 及其依赖",
                )

    def __call__(self, function: Callable[..., _Out], *columns: Sequence[Any]) -> list[_Out]:
        """Return the results in the order of the parts; entries that the workers keep are used where they are."""
        return self._gathered(self._begun(function, columns))

    def keep(self, function: Callable[..., tuple[Any, _Out]], *columns: Sequence[Any]) -> tuple[list[Any], list[_Out]]:
        """Compute a function of each part; the first of its results stays with the worker, the second is returned.

        What a lost worker kept is made again by the others, from the part that was sent and all that was asked since.
        """
        both = self._begun(function, columns)
        stays = self._client.map(operator.itemgetter(0), both, pure=False, retries=3)
        return stays, self._gathered(self._client.map(operator.itemgetter(1), both, pure=False, retries=3))

    def _begun(self, function: Callable[..., Any], columns: Sequence[Sequence[Any]]) -> list[Any]:
        # A task of its own, so that it can be made again when the worker that held it is lost.
        held = self._client.submit(_load, pickle.dumps(function), pure=False)
        given = [[held] * len(columns[0]), *map(list, columns)]
        begun: list[Any] = self._client.map(
            functools.partial(_run, expected=fingerprint()), *given, pure=False, retries=3
        )
        return begun

    def _gathered(self, futures: Sequence[Any]) -> list[Any]:
        self._wait(futures)
        try:
            results: list[Any] = self._client.gather(futures)
        except HotspotError:
            raise
        except Exception as error:
            # The message of a foreign error may quote data: only its kind is told.
            raise HotspotError(
                "集群计算失败", found=type(error).__name__, fix="请查看计算节点的日志，或去掉 --scheduler"
            ) from error
        return results

    def _wait(self, futures: Sequence[Any]) -> None:
        """Wait for all results; without any worker only for a while."""
        last = time.monotonic()
        while not all(future.done() for future in futures):
            time.sleep(min(_LOOK, 0.05 + (time.monotonic() - last)))
            if self._client.scheduler_info(n_workers=-1)["workers"]:
                last = time.monotonic()
            elif time.monotonic() - last > _PATIENCE:
                raise HotspotError("集群里已没有计算节点", fix="请重新启动 dask worker 后再运行")


@contextmanager
def open_cluster(scheduler: str, jobs: int = 1) -> Iterator[Spread]:
    """Connect to a scheduler (``tcp://…``), or start workers on this machine (``local``).

    Raises
    ------
    InputError
        The extra is not installed, nobody answers at the address, or a worker has another version.
    """
    if importlib.util.find_spec("distributed") is None:
        raise InputError("没有安装 dask", where="--scheduler", fix="请运行 pip install 'hotspot[dask]'")
    import dask
    from distributed import Client, LocalCluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    # The parts of a large week are large: that they travel is what was asked for.
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "10GB"}):
        if scheduler == LOCAL:
            workers = jobs if jobs > 1 else os.cpu_count() or 1
            with (
                LocalCluster(
                    n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
                ) as cluster,
                Client(cluster, set_as_default=False) as client,
            ):
                yield Cluster(client)
            return
        try:
            connected = Client(scheduler, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise InputError(
                "连不上调度器",
                where=f"--scheduler {scheduler}",
                found=type(error).__name__,
                fix="写作 tcp://主机:8786",
            ) from error
        with connected as client:
            yield Cluster(client)
