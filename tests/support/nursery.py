"""`gcam` again and again, imported once: `python -m tests.support.nursery DESCRIPTOR`.

Most of what a start costs is imports, and tests start the program very many times. This process imports it,
and forks itself for each start that it is asked for. What the child then does is what `python -m gcam_addon`
does: a process of its own, with its own session, folder, environment, output and end. `forked` asks.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import NoReturn

import alembic.command  # noqa: F401  (what a first start loads)

import gcam_addon.cli_run
import gcam_addon.simulator.cli_simulate  # noqa: F401  (both: with all that they need)
from gcam_addon.__main__ import run

_MOST_BYTES = 200_000
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def _tend(asked: socket.socket) -> Callable[[], NoReturn] | None:
    """Forks whom it is asked for, tells how they ended. Returns in each child, with what that has to run, and
    once nobody asks any more, with nothing.
    """
    told: dict[int, int] = {}
    ended, wakeup = os.pipe()
    os.set_blocking(wakeup, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup)
    while True:
        ready, _, _ = select.select([asked, ended], [], [])
        if ended in ready:
            os.read(ended, 4096)
            _tell_ends(told)
        if asked not in ready:
            continue
        message, descriptors, _, _ = socket.recv_fds(asked, _MOST_BYTES, 2)
        if not message:
            return None
        output, end = descriptors
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for descriptor in (asked.detach(), ended, wakeup, end, *told.values()):
                os.close(descriptor)
            return _born(*json.loads(message), output)
        told[pid] = end
        os.close(output)
        asked.send(str(pid).encode())


def _tell_ends(told: dict[int, int]) -> None:
    """One who was killed is told by the negative number of the signal, as `subprocess` does."""
    while told:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with os.fdopen(told.pop(pid), "w") as end:
            end.write(str(os.waitstatus_to_exitcode(status)))


def _born(
    arguments: list[str], environment: dict[str, str], folder: str, output: int
) -> Callable[[], NoReturn]:
    """The child, as if it had been executed."""
    os.setsid()
    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["gcam", *arguments]
    return run


def _run() -> NoReturn:
    born = _tend(socket.socket(fileno=int(sys.argv[1])))
    if born is not None:
        born()
    sys.exit()


if __name__ == "__main__":
    _run()
