"""Logs: one line per record, with the camera's name, for people (text) or for machines (JSON).

`redact` is the second line of defence: whoever formats a URL leaves its credentials out; should somebody
forget, they don't pass here either. What is logged is no concern of this module.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

MASK = "***"
"""Stands where a secret stood."""

Logger = logging.Logger | logging.LoggerAdapter[Any]


def camera_logger(module: str, camera: str) -> logging.LoggerAdapter[logging.Logger]:
    """A logger whose records carry the camera's name; `module` is the caller's `__name__`."""
    return _CameraLogger(logging.getLogger(module), {"camera": camera})


def set_up_logging(level: str, *, json_lines: bool, stream: TextIO) -> None:
    """Send every record of at least `level` (debug, info, warning, error) to `stream`, and nowhere else.

    Text is coloured where `stream` is a terminal and NO_COLOR is not set.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter() if json_lines else TextFormatter(coloured=_takes_colour(stream)))
    root = logging.getLogger()
    for old in tuple(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    set_level(level)
    logging.captureWarnings(capture=True)


def set_level(level: str) -> None:
    """Of what is sent there from now on."""
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.getLogger().setLevel(number)
    for library in _NOISY:
        logging.getLogger(library).setLevel(max(number, logging.WARNING))


def redact(text: str) -> str:
    """`text` without the credentials it seems to hold: in URLs, headers and `password=…` of any spelling.

    Rather hides too much: whatever stands between `://` and the last `@` of a word goes.
    """
    text = _WORD.sub(_without_credentials, text)
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class TextFormatter(logging.Formatter):
    """`2025-03-01 07:15:02.123 WARNING [Front door] message`, local time; a traceback follows below."""

    default_msec_format = "%s.%03d"

    def __init__(self, *, coloured: bool = False) -> None:
        super().__init__()
        self._coloured = coloured

    def format(self, record: logging.LogRecord) -> str:
        level = f"{record.levelname:<7}"
        if self._coloured:
            level = f"{_COLOURS.get(record.levelno, '')}{level}\x1b[0m"
        camera = getattr(record, "camera", None)
        place = f"[{_one_line(str(camera))}] " if camera else ""
        line = f"{self.formatTime(record)} {level} {place}{_one_line(redact(record.getMessage()))}"
        trace = _trace(self, record)
        return f"{line}\n{trace}" if trace else line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC, ISO 8601), level, logger, message, then camera and other extras,
    then exception.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD and name not in line:
                line[name] = MASK if _SECRET_NAME.fullmatch(name) else _plain(value)
        if trace := _trace(self, record):
            line["exception"] = trace
        text = json.dumps(line, ensure_ascii=False)
        return text.encode("utf-8", "backslashreplace").decode()  # a lone surrogate, as JSON escapes it


class _CameraLogger(logging.LoggerAdapter[logging.Logger]):
    """Keeps what a call gives as `extra`; LoggerAdapter itself would drop it."""

    def process(self, msg: Any, kwargs: Any) -> tuple[Any, Any]:
        extra: Mapping[str, object] = kwargs.get("extra") or {}
        kwargs["extra"] = {**(self.extra or {}), **extra}
        return msg, kwargs


_NOISY = [
    *("aiohttp", "alembic", "amqtt", "asyncio", "libav", "matplotlib"),
    *("mqtt", "paho", "PIL", "sqlalchemy", "transitions"),
]

_COLOURS = {
    logging.DEBUG: "\x1b[2m",
    logging.INFO: "\x1b[32m",
    logging.WARNING: "\x1b[33m",
    logging.ERROR: "\x1b[31m",
    logging.CRITICAL: "\x1b[1;31m",
}

_NAME = r"(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|api[_-]?key|access[_-]?token)"
_SECRET_NAME = re.compile(rf"\w*{_NAME}", re.IGNORECASE)
_WORD = re.compile(r"(?<!\S)\S++")
_SECRETS = (
    # name=value, name: value, "name": "value"; a quoted value may hold spaces
    (
        re.compile(
            rf"""(\b\w*{_NAME}["']?\s*[=:]\s*)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&"'}})\]]+)""",
            re.IGNORECASE,
        ),
        rf"\g<1>{MASK}",
    ),
    (re.compile(r"""(\bauthorization["']?\s*[=:]\s*["']?)[^"'}\r\n]+""", re.IGNORECASE), rf"\g<1>{MASK}"),
    (re.compile(r"\b(Bearer\s+)[\w+/=.~-]{8,}", re.IGNORECASE), rf"\g<1>{MASK}"),
    (re.compile(r"\b(Basic\s+)[A-Za-z0-9+/]{6,}=+", re.IGNORECASE), rf"\g<1>{MASK}"),
)

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _without_credentials(word: re.Match[str]) -> str:
    before, mark, rest = word[0].partition("://")
    _, at, host = rest.rpartition("@")
    return f"{before}{mark}{MASK}{at}{host}" if at else word[0]


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    parts = []
    if record.exc_info:
        parts.append(formatter.formatException(record.exc_info))
    elif record.exc_text:
        parts.append(record.exc_text)
    if record.stack_info:
        parts.append(record.stack_info)
    return redact("\n".join(parts))


def _one_line(text: str) -> str:
    """What a camera sends may be quoted in a message: it must not forge a line or steer a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(str(value))


def _takes_colour(stream: TextIO) -> bool:
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
