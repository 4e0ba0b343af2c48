"""One function over all parts of the input: in this process or over local processes. Order in = order out.

What runs here is the same as on a cluster (`hotspot.distribute`): a stage is handed a `Spread` and does not know.
"""

from __future__ import annotations

import ctypes
import functools
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Final, ParamSpec, Protocol, TypeVar

import pyarrow as pa
from threadpoolctl import threadpool_limits

PART: Final = 2000  # calls of a part
_Out = TypeVar("_Out")
_Given = ParamSpec("_Given")


def single_threaded(function: Callable[_Given, _Out]) -> Callable[_Given, _Out]:
    """Let a function use one thread for linear algebra: processes share the work here, not threads.

    On a busy machine such threads wait for each other, half a second for what takes five milliseconds, and their
    number may change a last digit.
    """

    @functools.wraps(function)
    def alone(*args: _Given.args, **kwargs: _Given.kwargs) -> _Out:
        with threadpool_limits(1, "blas"):
            return function(*args, **kwargs)

    return alone


def give_back() -> None:
    """Return memory that is free to the system: between two stages, where most of what one needed is done with.

    The allocators keep what was freed, in pieces that the next stage may not fit in: half of the size of a large run.
    """
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of the GNU library alone
        if trim is not None:
            trim(0)


class Spread(Protocol):
    """Computes a function of each part somewhere; `function` and what it holds can be pickled."""

    def __call__(self, function: Callable[..., _Out], *columns: Sequence[Any]) -> list[_Out]:
        """Return the results in the order of the parts; of several columns, each part has its entry in every one."""


def here(function: Callable[..., _Out], *columns: Sequence[Any]) -> list[_Out]:
    """Compute everything in this process."""
    return [function(*part) for part in zip(*columns, strict=True)]


class Kept:
    """Parts of the calls that stay where they were made, each with what was made of it since.

    On a cluster a worker keeps its parts, and only what is asked of them travels; in this process, and in processes
    forked from it, they are at hand.

    Parameters
    ----------
    spread : Spread
        Where functions of the parts are computed.
    *columns : sequence
        The parts, and what belongs to each of them.

    Examples
    --------
    >>> kept = Kept(here, ["暖气不热", "停水"])
    >>> kept, lengths = kept.with_more(lambda text: (text[0], len(text)))
    >>> lengths, kept.ask(lambda text, first, number: (first, number), [1, 2])
    ([4, 2], [('暖', 1), ('停', 2)])
    """

    def __init__(self, spread: Spread, *columns: Sequence[Any]) -> None:
        self._spread, self._columns = spread, columns

    def __len__(self) -> int:
        return len(self._columns[0])

    def ask(self, function: Callable[..., _Out], *columns: Sequence[Any]) -> list[_Out]:
        """Return what a function tells of each part, given all that is kept of it and its entries in `columns`."""
        return self._spread(function, *self._columns, *columns)

    def with_more(self, function: Callable[..., tuple[Any, _Out]], *columns: Sequence[Any]) -> tuple[Kept, list[_Out]]:
        """Return the parts with more of each: the first result of the function stays, the second is told."""
        stays, told = keep(self._spread, function, *self._columns, *columns)
        return Kept(self._spread, *self._columns, stays), told

    def asked_by(self, spread: Spread) -> Kept:
        """Return the same parts, at hand of another spread; those that a cluster keeps stay with it."""
        return self if hasattr(self._spread, "keep") else Kept(spread, *self._columns)


def keep(
    spread: Spread, function: Callable[..., tuple[Any, _Out]], *columns: Sequence[Any]
) -> tuple[Sequence[Any], list[_Out]]:
    """Compute a function of each part; return the first of its results where they stay, and the second."""
    if hasattr(spread, "keep"):
        found: tuple[Sequence[Any], list[_Out]] = spread.keep(function, *columns)
        return found
    made = spread(function, *columns)
    return [stays for stays, _ in made], [told for _, told in made]


def slices(count: int, size: int = PART) -> list[slice]:
    """Return the slices that divide so many calls into parts.

    Examples
    --------
    >>> slices(5, 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return [slice(at, min(at + size, count)) for at in range(0, count, size)]


class Processes:
    """A `Spread` over local processes. What goes in is not sent where a process can be forked: it has it already.

    Parameters
    ----------
    jobs : int
        Number of processes; with one, or a single part, everything stays in this one.
    """

    def __init__(self, jobs: int = 1) -> None:
        self.jobs = jobs

    def __call__(self, function: Callable[..., _Out], *columns: Sequence[Any]) -> list[_Out]:
        """Return the results in the order of the parts."""
        parts = list(zip(*columns, strict=True))
        if self.jobs <= 1 or len(parts) < 2:
            return here(function, *columns)
        workers = min(self.jobs, len(parts))
        if sys.platform == "linux":
            _taken[:] = [function, parts]
            try:
                return _map(_apply_to, range(len(parts)), workers, "fork", _ignore_interruption)
            finally:
                _taken.clear()
        return _map(_apply, parts, workers, "spawn", _take, function)


def _map(
    function: Callable[[Any], _Out], parts: Sequence[Any], workers: int, start: str, prepare: Any, *given: Any
) -> list[_Out]:
    context = multiprocessing.get_context(start)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=prepare, initargs=given) as pool:
        try:
            return list(pool.map(function, parts))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # nobody waits for the parts that have not begun
            raise


def beside(spread: Spread, task: Callable[[], _Out]) -> Callable[[], _Out]:
    """Begin a task beside what this process does next, where a process can be forked; return what waits for its result.

    Examples
    --------
    >>> wait = beside(Processes(2), lambda: "done")
    >>> wait()
    'done'
    """
    if not isinstance(spread, Processes) or spread.jobs <= 1 or sys.platform != "linux":
        return task
    give_back()  # or the other process would hold what this one has done with
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    process = fork.Process(target=_tell, args=(task, sender), daemon=True)
    process.start()
    sender.close()

    def wait() -> _Out:
        try:
            result, fault = receiver.recv()
        except EOFError:
            result, fault = None, ChildProcessError("a process ended before its task")
        process.join()
        if fault is not None:
            raise fault
        found: _Out = result
        return found

    return wait


def _tell(task: Callable[[], Any], sender: Connection) -> None:
    _ignore_interruption()
    try:
        sender.send((task(), None))
    except Exception as fault:
        sender.send((None, fault))


_taken: list[Any] = []  # the function of this process, and where it was forked, all parts


def _ignore_interruption() -> None:
    """Leave it to the program to answer who interrupts it, once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _take(function: Callable[..., Any]) -> None:
    _ignore_interruption()
    threadpool_limits(1, "blas")
    _taken[:] = [function]


def _apply(part: Sequence[Any]) -> Any:
    return _taken[0](*part)


def _apply_to(number: int) -> Any:
    return _taken[0](*_taken[1][number])


@contextmanager
def open_spread(scheduler: str | None, jobs: int) -> Iterator[Spread]:
    """Give the `Spread` that was asked for: a cluster where a scheduler is named, else local processes."""
    if scheduler is None:
        yield Processes(jobs)
        return
    from hotspot.distribute import open_cluster

    with open_cluster(scheduler, jobs) as cluster:
        yield cluster
