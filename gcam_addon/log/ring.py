"""`LogRing`: the newest log records, kept in memory for the page. Without credentials, like every log."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from gcam_addon.log.setup import redact

RECORDS_MAX = 2000
_MESSAGE_MAX = 2000
_EXCEPTION_MAX = 6000


@dataclass(frozen=True, slots=True)
class Logged:
    """One record. `number` counts up from 1 in a run; `exception` is a traceback."""

    number: int
    at: float
    level: int
    logger: str
    camera: str | None
    message: str
    exception: str | None

    def holds(self, text: str) -> bool:
        """Whether it has `text`, in lower case, anywhere."""
        parts = (self.message, self.logger, self.camera or "", self.exception or "")
        return any(text in part.lower() for part in parts)


class LogRing(logging.Handler):
    """Any thread. What is too long is cut, so that the memory it takes is bounded."""

    def __init__(self, size: int = RECORDS_MAX) -> None:
        super().__init__()
        self._records: deque[Logged] = deque(maxlen=size)
        self._formatter = logging.Formatter()
        self._reading = threading.Lock()

    @property
    def newest(self) -> int:
        """The number of the newest record, 0 where there is none."""
        with self._reading:
            return self._records[-1].number if self._records else 0

    def read(self, least: int, text: str, after: int, limit: int) -> Sequence[Logged]:
        """The newest `limit` of at least the level `least`, with `text` in them (whatever its case) and a
        number above `after`; oldest first.
        """
        wanted = text.lower()
        with self._reading:
            records = tuple(self._records)
        found = [
            record
            for record in records
            if record.number > after and record.level >= least and record.holds(wanted)
        ]
        return found[-limit:]

    def emit(self, record: logging.LogRecord) -> None:
        try:
            with self._reading:
                self._records.append(self._kept(record))
        except Exception:  # noqa: BLE001  (as every handler does: a record that can't be said ends nothing)
            self.handleError(record)

    def _kept(self, record: logging.LogRecord) -> Logged:
        camera = getattr(record, "camera", None)
        trace = self._formatter.formatException(record.exc_info) if record.exc_info else record.exc_text
        return Logged(
            number=(self._records[-1].number if self._records else 0) + 1,
            at=record.created,
            level=record.levelno,
            logger=record.name,
            camera=None if camera is None else redact(str(camera)),
            message=redact(record.getMessage())[:_MESSAGE_MAX],
            exception=redact(trace)[-_EXCEPTION_MAX:] if trace else None,
        )
