"""Work beside the rest of a run: the same results, faults told, an interruption left to the program itself."""

import os
import signal
import sys

import pytest

from hotspot.scale import Processes, beside, here

forks = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the task is done when its result is asked for")


@pytest.mark.parametrize("spread", [here, Processes(1), Processes(2)])
def test_a_task_beside_gives_its_result(spread) -> None:
    assert beside(spread, lambda: "x" * 1_000_000)() == "x" * 1_000_000


@forks
def test_a_task_beside_is_done_in_another_process() -> None:
    assert beside(Processes(2), os.getpid)() != os.getpid()


@pytest.mark.parametrize("spread", [here, Processes(2)])
def test_the_fault_of_a_task_beside_is_that_of_who_waits(spread) -> None:
    def fail() -> None:
        raise LookupError("暖气")

    with pytest.raises(LookupError, match="暖气"):
        beside(spread, fail)()


@forks
def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(ChildProcessError):
        beside(Processes(2), lambda: os._exit(9))()


def interrupt_oneself(_: int) -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "done"


@forks
def test_an_interruption_is_left_to_the_program(capfd) -> None:
    assert beside(Processes(2), lambda: interrupt_oneself(0))() == "done"
    assert Processes(2)(interrupt_oneself, range(4)) == ["done"] * 4
    assert capfd.readouterr().err == ""
