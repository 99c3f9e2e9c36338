"""A stop that something holds up ends all the same, and says what held it up: a disk that never answers keeps
threads in the kernel, and nothing in this process can call them back.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from gcam_addon.duties import Duties

WITHIN_S = 9.0
"""Docker and Home Assistant's Supervisor kill after 10 s, without a word."""
STATUS = 1
_OURS = str(Path(__file__).parents[1])
_log = logging.getLogger(__name__)


class LastResort:
    """`begin` when a stop begins: `within_s` later the process ends, whatever it does then."""

    def __init__(self, duties: Duties, within_s: float = WITHIN_S) -> None:
        self.within_s = within_s
        self.outlook = ""
        """What becomes of what was in progress."""
        self._duties = duties

    def begin(self) -> None:
        """Once, on any thread."""
        self._duties.thread("last resort", self._wait).start()

    def begin_when_told(self) -> None:
        """By a signal that Python handles. Main thread; it may be held up itself then: whichever thread the
        signal reaches writes it down, and another reads that.
        """
        heard, told = socket.socketpair()
        os.set_blocking(told.fileno(), False)
        signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)

        def wait() -> None:
            heard.recv(1)
            self._wait()

        self._told = told  # open as long as somebody may write
        self._duties.thread("last resort", wait).start()

    def _wait(self) -> None:
        time.sleep(self.within_s)
        held_up_by = "; ".join(whereabouts()) or "nothing that can be named"
        _log.error(
            "Gcam did not stop within %.0f s and ends now%s. It was held up by: %s",
            self.within_s,
            self.outlook,
            held_up_by,
        )
        for handler in logging.getLogger().handlers:
            handler.flush()
        sys.stderr.flush()
        os._exit(STATUS)


def whereabouts() -> Iterator[str]:
    """Where in Gcam each thread is that does something and does not only wait for work, such as
    `gcam-journal-sync: fsync, journal_file.py:74`.
    """
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    for ident, frame in sys._current_frames().items():
        if ident == threading.get_ident() or _is_waiting(frame):
            continue
        ours = [step for step in traceback.extract_stack(frame) if step.filename.startswith(_OURS)]
        if ours:
            where = ours[-1]
            yield f"{names.get(ident, '?')}: {where.line}, {Path(where.filename).name}:{where.lineno}"


def _is_waiting(frame: FrameType) -> bool:
    """In the rooms for that: whoever waits there waits for another thread, or for whoever comes."""
    return frame.f_code.co_filename.endswith(("threading.py", "queue.py", "selectors.py", "native_stderr.py"))
