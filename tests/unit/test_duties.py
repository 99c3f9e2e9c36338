"""What lives longer than a request never ends without a word, and comes back."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Callable

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.duties import STRAY_TASK, STRAY_THREAD, Duties, Pauses
from gcam_addon.errors import RecordingError
from gcam_addon.model import DutyState, DutyStatus

AT_ONCE = Pauses(first_s=0.001, longest_s=0.001)
NEVER = Pauses(first_s=3600.0, longest_s=3600.0)


def _duties(pauses: Pauses = AT_ONCE) -> tuple[Duties, list[DutyState]]:
    heard: list[DutyState] = []
    return Duties(ManualClock(wall_offset_s=100.0), heard.append, pauses), heard


class _Work:
    """Raises `error` for the first `failures` runs, then returns."""

    def __init__(self, failures: int, error: Exception | None = None) -> None:
        self.runs = 0
        self._failures = failures
        self._error = error or OSError(5, "Input/output error")

    def __call__(self) -> None:
        self.runs += 1
        if self.runs <= self._failures:
            raise self._error

    async def later(self) -> None:
        self()


async def test_a_task_that_fails_is_told_counted_and_run_again(caplog: pytest.LogCaptureFixture) -> None:
    duties, heard = _duties()
    work = _Work(failures=2)
    with caplog.at_level(logging.ERROR, "gcam_addon.duties"):
        await duties.task("retention", work.later)
    assert work.runs == 3
    assert [state.status for state in heard] == [
        *(DutyStatus.WAITING, DutyStatus.RUNNING) * 2, DutyStatus.ENDED,
    ]  # fmt: skip
    (state,) = duties.states()
    assert (state.name, state.failures, state.failed_at) == ("retention", 2, 100.0)
    assert state.problem == "OSError: [Errno 5] Input/output error"
    assert all(record.exc_info for record in caplog.records)
    assert len(caplog.records) == 2


async def test_a_task_that_ends_as_it_should_is_forgotten() -> None:
    duties, heard = _duties()
    await duties.task("retention", _Work(failures=0).later)
    assert duties.states() == ()
    assert heard == []


async def test_a_cancelled_task_ends_also_while_it_waits() -> None:
    duties, heard = _duties(NEVER)
    task = duties.task("retention", _Work(failures=1).later)
    while not heard or heard[-1].status is not DutyStatus.WAITING:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert heard[-1].status is DutyStatus.ENDED


async def test_what_can_be_done_only_once_is_told_and_over() -> None:
    duties, heard = _duties()
    await duties.once("visit", _Work(failures=1, error=RecordingError("no index")).later())
    assert heard[-1] == DutyState("visit", DutyStatus.FAILED, 1, 100.0, "no index")


def test_a_thread_that_fails_is_run_again_until_it_returns() -> None:
    duties, heard = _duties()
    work = _Work(failures=2)
    thread = duties.thread("journal", work)
    thread.start()
    _until(lambda: work.runs == 3)
    assert thread.join()
    assert [state.status for state in heard].count(DutyStatus.WAITING) == 2
    assert heard[-1].status is DutyStatus.ENDED


def test_joining_cuts_a_pause_short_and_lets_the_work_put_its_things_in_order() -> None:
    duties, heard = _duties(NEVER)
    work = _Work(failures=1)
    thread = duties.thread("journal", work)
    thread.start()
    _until(lambda: bool(heard) and heard[-1].status is DutyStatus.WAITING)
    assert thread.join(60)
    assert work.runs == 2
    assert heard[-1].status is DutyStatus.ENDED


def test_a_thread_that_fails_while_it_is_joined_is_over() -> None:
    duties, heard = _duties(NEVER)
    may_fail = threading.Event()

    def work() -> None:
        may_fail.wait()
        raise ValueError("no")

    thread = duties.thread("journal", work)
    thread.start()
    joined = threading.Thread(target=thread.join)
    joined.start()
    may_fail.set()
    joined.join(60)
    assert not thread.is_alive()
    assert heard[-1].status is DutyStatus.FAILED


def test_a_pool_works_although_its_initializer_fails() -> None:
    duties, _ = _duties()
    with duties.pool("detect", 1, _Work(failures=1)) as pool:
        assert pool.submit(lambda: threading.current_thread().name).result(60).startswith("gcam-detect")
    assert [state.failures for state in duties.states()] == [1]


def test_who_hears_of_it_may_fail() -> None:
    def deaf(_: DutyState) -> None:
        raise RuntimeError("deaf")

    duties = Duties(ManualClock(), deaf, AT_ONCE)
    work = _Work(failures=1)
    thread = duties.thread("journal", work)
    thread.start()
    _until(lambda: work.runs == 2)
    assert thread.join(60)


async def test_the_error_of_a_task_that_nobody_awaits_is_told() -> None:
    duties, heard = _duties()
    with duties.strays():
        task = asyncio.create_task(_Work(failures=1).later())
        await asyncio.wait([task])
        del task
        gc.collect()
    (state,) = heard
    assert (state.name, state.status, state.failures) == (STRAY_TASK, DutyStatus.ENDED, 1)
    assert state.problem == "OSError: [Errno 5] Input/output error"


async def test_the_error_of_a_callback_and_what_asyncio_complains_of_are_told() -> None:
    duties, heard = _duties()
    loop = asyncio.get_running_loop()
    with duties.strays():
        loop.call_soon(_Work(failures=1))
        await asyncio.sleep(0)
        loop.call_exception_handler({"message": "something is odd"})
    assert [state.problem for state in heard] == [
        "OSError: [Errno 5] Input/output error", "RuntimeError: something is odd",
    ]  # fmt: skip


async def test_the_error_of_a_thread_of_somebody_elses_is_told() -> None:
    duties, heard = _duties()
    with duties.strays():
        for work in (_Work(failures=1), sys.exit):
            thread = threading.Thread(target=work)
            thread.start()
            thread.join(60)
    assert [(state.name, state.failures) for state in heard] == [(STRAY_THREAD, 1)]


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_steady_run() -> None:
    pauses = Pauses(first_s=1.0, longest_s=5.0)
    waits = [0.0]
    for _ in range(4):
        waits.append(pauses.after(waits[-1], ran_s=0.1))
    assert waits == [0.0, 1.0, 2.0, 4.0, 5.0]
    assert pauses.after(5.0, ran_s=61.0) == 1.0


def _until(holds: Callable[[], bool]) -> None:
    waiting = threading.Event()
    while not holds():
        waiting.wait(0.001)
