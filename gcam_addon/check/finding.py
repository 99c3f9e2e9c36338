"""`Finding`: what a check says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"  # Gcam works, but less well than it could, or less safely
    ERROR = "error"  # something Gcam is asked to do does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable; `message` and `remedy` are without credentials, and `Reason`s where they are
    sentences. What is fine has no remedy.
    """

    level: Level
    code: str
    message: str
    remedy: str = ""


def ok(code: str, message: str) -> Finding:
    return Finding(Level.OK, code, message)


def warning(code: str, message: str, remedy: str) -> Finding:
    return Finding(Level.WARNING, code, message, remedy)


def error(code: str, message: str, remedy: str) -> Finding:
    return Finding(Level.ERROR, code, message, remedy)
