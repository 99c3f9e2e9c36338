"""Log lines of a node: said to the desk, which writes them among its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from gcam_addon.nodes.link import Link
from gcam_addon.nodes.messages import LogLine, Order, Word

_MOST_BYTES: Final = 4 * 1024 * 1024
"""That wait for the desk: with more, lines are left out."""
_FLUSHES_WITHIN_S: Final = 0.3
_FORMATTER: Final = logging.Formatter()


class LogTeller(logging.Handler):
    """While entered, in place of every other handler. Any thread."""

    def __init__(self, link: Link[Word, Order], level: int) -> None:
        super().__init__()
        self._link = link
        self._level = level
        self._loop = asyncio.get_running_loop()
        self._before: list[logging.Handler] = []

    def __enter__(self) -> Self:
        root = logging.getLogger()
        self._before, root.handlers = list(root.handlers), [self]
        root.setLevel(self._level)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.getLogger().handlers = self._before

    def emit(self, record: logging.LogRecord) -> None:
        trace = _FORMATTER.formatException(record.exc_info) if record.exc_info else record.exc_text
        camera = getattr(record, "camera", None)
        line = LogLine(
            logger=record.name,
            level=record.levelno,
            at=record.created,
            message=record.getMessage(),
            thread=record.threadName or "",
            camera=None if camera is None else str(camera),
            trace=trace or None,
        )
        try:
            self._loop.call_soon_threadsafe(self._say, line)
        except RuntimeError:  # the loop is closed
            for handler in self._before:
                handler.handle(record)

    def flush(self) -> None:
        """Any thread but the loop's: what was told is on its way, unless the loop itself is held up."""
        is_said = threading.Event()
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(is_said.set)
            is_said.wait(_FLUSHES_WITHIN_S)

    def _say(self, line: LogLine) -> None:
        if self._link.waiting_bytes <= _MOST_BYTES:
            self._link.say(line)


def write(line: LogLine) -> None:
    """Among the desk's own."""
    record = logging.makeLogRecord(
        {
            "name": line.logger,
            "levelno": line.level,
            "levelname": logging.getLevelName(line.level),
            "msg": "%s",
            "args": (line.message,),
            "created": line.at,
            "msecs": line.at % 1 * 1000,
            "threadName": line.thread,
            "exc_text": line.trace,
            **({} if line.camera is None else {"camera": line.camera}),
        }
    )
    logging.getLogger(line.logger).handle(record)
