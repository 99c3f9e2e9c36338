"""A stop that something holds up ends all the same, and says what held it up: a disk that never answers keeps
threads in the kernel, and nothing in this process can call them back.
"""

from __future__ import annotations

import logging
import os
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
    """`begin` when a stop begins: `within_s` later the process ends, whatever it does then. What was recorded
    is in its journals, and becomes clips at the next start.
    """

    def __init__(self, duties: Duties, within_s: float = WITHIN_S) -> None:
        self.within_s = within_s
        self._thread = duties.thread("last resort", self._wait)

    def begin(self) -> None:
        """Once, on any thread."""
        self._thread.start()

    def _wait(self) -> None:
        time.sleep(self.within_s)
        held_up_by = "; ".join(whereabouts()) or "nothing that can be named"
        _log.error(
            "Gcam did not stop within %.0f s and ends now; what was recorded becomes clips at the "
            "next start. It was held up by: %s",
            self.within_s,
            held_up_by,
        )
        sys.stderr.flush()
        os._exit(STATUS)


def whereabouts() -> Iterator[str]:
    """Where in Gcam each thread but the main one is that does something and does not only wait for work, such
    as `gcam-journal-sync: fsync, journal_file.py:74`.
    """
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    main = threading.main_thread().ident
    for ident, frame in sys._current_frames().items():
        if ident in {main, threading.get_ident()} or _is_waiting(frame):
            continue
        ours = [step for step in traceback.extract_stack(frame) if step.filename.startswith(_OURS)]
        if ours:
            where = ours[-1]
            yield f"{names.get(ident, '?')}: {where.line}, {Path(where.filename).name}:{where.lineno}"


def _is_waiting(frame: FrameType) -> bool:
    """In Python's own rooms for that: whoever waits there waits for another thread."""
    return frame.f_code.co_filename.endswith(("threading.py", "queue.py"))
