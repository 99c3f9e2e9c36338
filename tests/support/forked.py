"""`gcam` as a child of the tests without the 2 s of CPU that its imports cost: see `nursery`.

Only the standard library: see `waiting`.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_ROOT = Path(__file__).parents[2]


class Forked:
    """What `subprocess.Popen` has for a child that it began."""

    def __init__(self, pid: int, end: int) -> None:
        """`end` says how it ended, as soon as it has."""
        self.pid = pid
        self.returncode: int | None = None
        self._end = end
        os.set_blocking(end, False)

    def poll(self) -> int | None:
        if self.returncode is None:
            try:
                told = os.read(self._end, 16)
            except BlockingIOError:
                return None
            self._has_ended(told)
        return self.returncode

    def wait(self) -> int:
        if self.returncode is None:
            os.set_blocking(self._end, True)
            self._has_ended(os.read(self._end, 16))
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _has_ended(self, told: bytes) -> None:
        os.close(self._end)
        assert told, f"nobody knows how process {self.pid} ended: its nursery is gone"
        self.returncode = int(told)


def forked(
    python: Path, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, output: int
) -> Forked:
    """`gcam ARGUMENTS` by that Python, its output and errors going to a descriptor."""
    order = json.dumps([list(arguments), dict(environment), str(folder)]).encode()
    ours, theirs = os.pipe()
    try:
        nursery = _nursery(python)
        socket.send_fds(nursery, [order], [output, theirs])
        pid = nursery.recv(16)
    finally:
        os.close(theirs)
    assert pid, "the nursery is gone"
    return Forked(int(pid), ours)


@functools.cache
def _nursery(python: Path) -> socket.socket:
    """It ends when this process does, and whom it began with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            (python, "-m", "tests.support.nursery", str(theirs.fileno())),
            stdin=subprocess.DEVNULL,
            cwd=_ROOT,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    atexit.register(process.wait)
    atexit.register(ours.close)  # the other way round: it ends by that
    return ours
