"""A program as a child of the tests: what it says is kept, and shown where it ends too early.

Only the standard library: see `waiting`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.support.forked import Forked, forked
from tests.support.waiting import until, wait_until

ROOT = Path(__file__).parents[2]
_LAST_LINES = 40
_BORN = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
"""So that it does not outlive tests that are killed."""


class Child:
    """Runs from the start. Whoever starts it ends it: `end` or `leave`; `ended` where there is no loop."""

    def __init__(
        self,
        *command: str | Path,
        environment: Mapping[str, str] | None = None,
        folder: Path = ROOT,
        log_file: Path | None = None,
    ) -> None:
        """`log_file` gets what it says, behind what is there."""
        self._name = " ".join(map(str, command[:4]))
        self._output = tempfile.TemporaryFile() if log_file is None else log_file.open("ab+")  # noqa: SIM115
        self._begin = os.fstat(self._output.fileno()).st_size
        self._text = ""
        self._is_closed = False
        self._process = self._begin_process(command, {**os.environ, **(environment or {})}, folder)

    def _begin_process(
        self, command: Sequence[str | Path], environment: Mapping[str, str], folder: Path
    ) -> subprocess.Popen[bytes] | Forked:
        return subprocess.Popen(
            (*_BORN, *command),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
            start_new_session=True,  # Ctrl-C is not for it: a second signal would end it at once
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.poll()

    @property
    def said(self) -> str:
        """All of its output so far, standard error included."""
        if not self._is_closed:
            size = os.fstat(self._output.fileno()).st_size - self._begin
            self._text = os.pread(self._output.fileno(), size, self._begin).decode(errors="replace")
        return self._text

    @property
    def last_lines(self) -> str:
        lines = self.said.splitlines()[-_LAST_LINES:]
        return "\n".join([f"the last lines of {self._name}:", *lines])

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def until(self, holds: Callable[[], object]) -> None:
        """While it runs; its end is a failure."""
        await until(lambda: self.runs() and holds(), lambda: self.last_lines)

    def wait_until(self, holds: Callable[[], object]) -> None:
        """As `until`, without a loop."""
        wait_until(lambda: self.runs() and holds(), lambda: self.last_lines)

    def runs(self) -> bool:
        """Fails where it has ended."""
        assert self.status is None, f"it ended ({self.status}); {self.last_lines}"
        return True

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal, wait for the end; the exit status."""
        self._ask_to_end(number)
        try:
            await until(lambda: self.status is not None, lambda: self.last_lines)
        finally:
            self._close()
        return self._process.wait()

    def ended(self, number: signal.Signals = signal.SIGTERM) -> int:
        """As `end`, without a loop."""
        self._ask_to_end(number)
        try:
            wait_until(lambda: self.status is not None, lambda: self.last_lines)
        finally:
            self._close()
        return self._process.wait()

    async def leave(self, number: signal.Signals = signal.SIGTERM) -> None:
        """As `end`, by whoever needs it no longer; its having ended by itself is a failure."""
        if not self._is_closed:
            status, last_lines = self.status, self.last_lines
            await self.end(number)
            assert status is None, f"it ended by itself ({status}); {last_lines}"

    def _ask_to_end(self, number: signal.Signals) -> None:
        if self.status is None:
            self._process.send_signal(number)

    def _close(self) -> None:
        if self.status is None:  # it was asked in vain
            self._process.kill()
            self._process.wait()
        self._text = self.said
        self._is_closed = True
        self._output.close()


class GcamChild(Child):
    """`gcam ARGUMENTS`, forked from a process that has imported it already; executed where that is asked for,
    or where its environment has something for the loader.
    """

    def __init__(
        self,
        *arguments: str | Path,
        python: str | Path = sys.executable,
        environment: Mapping[str, str] | None = None,
        executed: bool = False,
    ) -> None:
        is_loaded_otherwise = any(name.startswith("LD_") for name in environment or ())
        executed = executed or is_loaded_otherwise or sys.platform != "linux"
        self._forked_by = None if executed else Path(python)
        super().__init__(python, "-m", "gcam_addon", *arguments, environment=environment)

    def _begin_process(
        self, command: Sequence[str | Path], environment: Mapping[str, str], folder: Path
    ) -> subprocess.Popen[bytes] | Forked:
        if self._forked_by is None:
            return super()._begin_process(command, environment, folder)
        arguments = [str(argument) for argument in command[3:]]
        return forked(self._forked_by, arguments, environment, folder, self._output.fileno())
