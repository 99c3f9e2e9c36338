"""Keeps what C libraries write to the process's standard error off the terminal and out of the log.

libjpeg tells the terminal about every damaged picture, thousands of them on a bad Wi-Fi, and OpenCV gives no
way to ask it not to. Damaged pictures are counted and shown where they belong; this is only about the noise.
"""

from __future__ import annotations

import contextlib
import os
import sys
from types import TracebackType
from typing import Self, TextIO

from gcam_addon.duties import Duties, DutyThread

NOISE = (
    b"Corrupt JPEG data",
    b"Premature end of JPEG",
    b"Unsupported marker type",
    b"Unknown Adobe color transform",
    b"Warning: unknown JFIF revision",
    b"Inconsistent progression sequence",
    b"Invalid SOS parameters",
)
"""How libjpeg's warnings begin."""


class NativeStderr:
    """While entered, lines of `NOISE` written to file descriptor 2 vanish; all others come through.

    `sys.stderr` goes to the terminal directly and stays a terminal. Once per process, before logging is set
    up, so that log handlers get the new `sys.stderr`.
    """

    def __init__(self, *, duties: Duties) -> None:
        self._duties = duties
        self._kept_fd = -1
        self._read_fd = -1
        self._before: TextIO | None = None
        self._thread: DutyThread | None = None

    def __enter__(self) -> Self:
        sys.stderr.flush()
        self._kept_fd = os.dup(2)
        self._read_fd, write_fd = os.pipe()
        os.dup2(write_fd, 2)
        os.close(write_fd)
        self._before = sys.stderr
        sys.stderr = os.fdopen(os.dup(self._kept_fd), "w", encoding="utf-8", errors="replace", buffering=1)
        self._thread = self._duties.thread("standard error", self._filter)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.stderr.flush()
        sys.stderr.close()
        assert self._before is not None
        sys.stderr = self._before
        os.dup2(self._kept_fd, 2)  # closes the pipe's only writing end: the thread sees the end
        if self._thread is not None:
            self._thread.join(1.0)
        os.close(self._read_fd)
        os.close(self._kept_fd)

    def _filter(self) -> None:
        with os.fdopen(self._read_fd, "rb", closefd=False) as lines:
            for line in lines:
                if not line.startswith(NOISE):
                    with contextlib.suppress(
                        OSError
                    ):  # the terminal is gone: who writes must not wait for it
                        os.write(self._kept_fd, line)
