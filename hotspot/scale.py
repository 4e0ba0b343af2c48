"""One function over all parts of the input: in this process or over local processes. Order in = order out.

What runs here is the same as on a cluster (`hotspot.distribute`): a stage is handed a `Spread` and does not know.
"""

from __future__ import annotations

import functools
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Final, ParamSpec, Protocol, TypeVar

from threadpoolctl import threadpool_limits

PART: Final = 2000  # calls of a part
_In = TypeVar("_In")
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


class Spread(Protocol):
    """Computes ``[function(part) for part in parts]`` somewhere; `function` and what it holds can be pickled."""

    def __call__(self, function: Callable[[_In], _Out], parts: Sequence[_In]) -> list[_Out]:
        """Return the results in the order of the parts."""


def here(function: Callable[[_In], _Out], parts: Sequence[_In]) -> list[_Out]:
    """Compute everything in this process."""
    return [function(part) for part in parts]


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

    def __call__(self, function: Callable[[_In], _Out], parts: Sequence[_In]) -> list[_Out]:
        """Return the results in the order of the parts."""
        if self.jobs <= 1 or len(parts) < 2:
            return here(function, parts)
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


def _take(function: Callable[[Any], Any]) -> None:
    _ignore_interruption()
    threadpool_limits(1, "blas")
    _taken[:] = [function]


def _apply(part: Any) -> Any:
    return _taken[0](part)


def _apply_to(number: int) -> Any:
    return _taken[0](_taken[1][number])


@contextmanager
def open_spread(scheduler: str | None, jobs: int) -> Iterator[Spread]:
    """Give the `Spread` that was asked for: a cluster where a scheduler is named, else local processes."""
    if scheduler is None:
        yield Processes(jobs)
        return
    from hotspot.distribute import open_cluster

    with open_cluster(scheduler, jobs) as cluster:
        yield cluster
