"""Everything that lives longer than a request: tasks, threads and pools. Each has a name, and somebody who
notices when it ends although nobody wanted that.

An unexpected end is logged with its traceback, counted, told to `hear`, and mended by starting again after a
pause that doubles. Nothing else in Gcam starts a task, a thread or a pool (a test sees to that).
Names are stable: they appear in `/metrics`, on the System page and in the log.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from gcam_addon.clock import Clock
from gcam_addon.errors import GcamError
from gcam_addon.model import DutyState, DutyStatus

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_STEADY_S = 60.0
"""Who ran for this long begins anew with the shortest pause."""
STRAY_TASK = "unnamed task"
STRAY_THREAD = "unnamed thread"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds between an unexpected end and the next start."""

    first_s: float = _FIRST_PAUSE_S
    longest_s: float = _LONGEST_PAUSE_S

    def after(self, pause_s: float, ran_s: float) -> float:
        """The pause after one of `pause_s` (0: none yet) and a run of `ran_s`."""
        return self.first_s if ran_s >= _STEADY_S or not pause_s else min(self.longest_s, pause_s * 2)


class Duties:
    """The duties of one Gcam. Any thread, except where a method says otherwise.

    `hear` is told of every failure and of what became of who failed, on the thread on which it happened.
    """

    def __init__(
        self, clock: Clock, hear: Callable[[DutyState], None] | None = None, pauses: Pauses | None = None
    ) -> None:
        self._clock = clock
        self.hear = hear
        self._pauses = pauses or Pauses()
        self._lock = threading.Lock()
        self._states: dict[str, DutyState] = {}
        self._elsewhere: dict[str, tuple[DutyState, ...]] = {}

    def states(self) -> tuple[DutyState, ...]:
        """Every duty, by name; those that ended as they should are left out unless they ever failed."""
        with self._lock:
            elsewhere = [state for states in self._elsewhere.values() for state in states]
            return tuple(sorted((*self._states.values(), *elsewhere), key=lambda state: state.name))

    def adopt(self, where: str, states: tuple[DutyState, ...]) -> None:
        """Those of another process, which looks after them itself; none: it is gone."""
        with self._lock:
            self._elsewhere[where] = states

    def task(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        """Loop. Runs `work()` until it returns or the task is cancelled; where it raises, it is run again."""
        return asyncio.create_task(self._keep_up(name, work), name=f"gcam {name}")

    def once(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Loop. A task that can't be run again: where it raises, that is logged, counted and told."""
        return asyncio.create_task(self._do_once(name, work), name=f"gcam {name}")

    def thread(self, name: str, work: Callable[[], None]) -> DutyThread:
        """Not started yet. Runs `work()` until it returns; where it raises, it is run again."""
        return DutyThread(name, work, self, self._pauses)

    def pool(
        self, name: str, workers: int, initializer: Callable[[], None] | None = None
    ) -> ThreadPoolExecutor:
        """Threads for jobs; a job's error belongs to who awaits it, a failed `initializer` breaks nothing."""

        def prepared() -> None:
            try:
                if initializer is not None:
                    initializer()
            except Exception as error:  # noqa: BLE001  (a pool whose initializer raises refuses every job)
                self.failed(name, error, DutyStatus.RUNNING, "goes on all the same")

        return ThreadPoolExecutor(workers, f"gcam-{name}", prepared)

    @contextmanager
    def strays(self) -> Iterator[None]:
        """Loop. While entered, also what nobody watches is told: the exception of a task that is not awaited,
        of a callback, of a thread of some library.
        """
        loop = asyncio.get_running_loop()
        former, threads_former = loop.get_exception_handler(), threading.excepthook
        loop.set_exception_handler(self._stray_of_loop)
        threading.excepthook = self._stray_of_thread
        try:
            yield
        finally:
            threading.excepthook = threads_former
            loop.set_exception_handler(former)

    def started(self, name: str) -> None:
        self._change(name, lambda state: replace(state, status=DutyStatus.RUNNING))

    def ended(self, name: str) -> None:
        """As it should."""
        with self._lock:
            state = self._states.get(name)
            if state is None or not state.failures:
                self._states.pop(name, None)
                return
        self._change(name, lambda state: replace(state, status=DutyStatus.ENDED))

    def failed(
        self, name: str, error: BaseException, status: DutyStatus, outlook: str, *, times: int = 1
    ) -> None:
        """Something went wrong that nobody foresaw; `outlook` says what becomes of the duty. `times`: how
        often since it was last told.
        """
        _log.error("%s failed and %s: %s", name, outlook, _words(error), exc_info=error)
        now = self._clock.wall()
        self._change(
            name,
            lambda state: replace(
                state, status=status, failures=state.failures + times, failed_at=now, problem=_words(error)
            ),
        )

    def _change(self, name: str, change: Callable[[DutyState], DutyState]) -> None:
        with self._lock:
            before = self._states.get(name, DutyState(name, DutyStatus.ENDED))
            state = self._states[name] = change(before)
        if state != before and state.failures and self.hear is not None:
            try:
                self.hear(state)
            except Exception:  # noqa: BLE001  (a listener's defect is not to become the duty's)
                _log.exception("%s: nobody could be told", name)

    def _stray_of_loop(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        message = context["message"]
        error = context.get("exception") or RuntimeError(message)
        whose = context.get("future") or context.get("task") or context.get("handle")
        self.failed(STRAY_TASK, error, DutyStatus.ENDED, f"is over ({message}: {whose!r})")

    def _stray_of_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            name = "?" if args.thread is None else args.thread.name
            self.failed(STRAY_THREAD, args.exc_value, DutyStatus.ENDED, f"is over ({name})")

    async def _keep_up(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        pause_s = 0.0
        while True:
            self.started(name)
            began_s = time.monotonic()
            try:
                await work()
            except (Exception, asyncio.CancelledError) as error:
                if is_wanted(error):
                    self.ended(name)
                    raise
                pause_s = self._pauses.after(pause_s, time.monotonic() - began_s)
                self.failed(name, error, DutyStatus.WAITING, f"starts again in {pause_s:.0f} s")
            except BaseException:
                self.ended(name)
                raise
            else:
                self.ended(name)
                return
            try:
                await asyncio.sleep(pause_s)
            except asyncio.CancelledError:
                self.ended(name)
                raise

    async def _do_once(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self.started(name)
        try:
            await work
        except Exception as error:  # noqa: BLE001
            self.failed(name, error, DutyStatus.FAILED, "is over")
        except BaseException:
            self.ended(name)
            raise
        else:
            self.ended(name)


class DutyThread:
    """A daemon thread that is started again where its work raises. `start` once, then `join`."""

    def __init__(self, name: str, work: Callable[[], None], duties: Duties, pauses: Pauses) -> None:
        self._name = name
        self._work = work
        self._duties = duties
        self._pauses = pauses
        self._joining = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"gcam-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, timeout_s: float | None = None) -> bool:
        """Tell the work to return first. A pause is cut short: the work runs once more, to put its things in
        order. Returns whether the thread has ended.
        """
        self._joining.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        pause_s = 0.0
        while True:
            is_last = self._joining.is_set()
            self._duties.started(self._name)
            began_s = time.monotonic()
            try:
                self._work()
            except Exception as error:  # noqa: BLE001  (whatever it is: it is told, and work goes on)
                pause_s = self._pauses.after(pause_s, time.monotonic() - began_s)
                if is_last:
                    self._duties.failed(self._name, error, DutyStatus.FAILED, "is over")
                    return
                self._duties.failed(self._name, error, DutyStatus.WAITING, f"starts again in {pause_s:.0f} s")
            else:
                self._duties.ended(self._name)
                return
            self._joining.wait(pause_s)


def is_wanted(error: BaseException) -> bool:
    """Loop. Whether `error` ends the present task since somebody cancelled it; a `CancelledError` that comes
    out of the work itself (a future that was cancelled elsewhere) is a failure like any other.
    """
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


def _words(error: BaseException) -> str:
    """One line for people."""
    with suppress(Exception):
        if isinstance(error, GcamError):
            return error.said
        text = str(error).strip().partition("\n")[0]
        return f"{type(error).__name__}: {text}".rstrip(": ")
    return type(error).__name__
