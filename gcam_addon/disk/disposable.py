"""A database that may be lost: one that turns out to be corrupt is kept aside, and a new one begun."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from gcam_addon.disk.database import bring_up_to_date, engine_for

_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


def _nothing(_: sa.Connection) -> None:
    """Nothing is to be done where it is opened."""


class DisposableDatabase:
    """One thread at a time is in it; the others wait. It is opened by whatever comes first.

    `package`: whose migrations it has; `prepare` is done each time that it is opened.
    """

    def __init__(
        self,
        path: Path,
        package: str,
        patience_s: float,
        prepare: Callable[[sa.Connection], None] = _nothing,
    ) -> None:
        self.path = path
        self.is_open = False
        self._package = package
        self._prepare = prepare
        self._engine = engine_for(path, patience_s)
        self._lock = threading.Lock()

    def open(self) -> None:
        """Raises `LaterSchema`, and what SQLAlchemy and the disk raise, as `do`."""
        with self._lock:
            self._open()

    def close(self) -> None:
        self._engine.dispose()

    def do(self, work: Callable[[sa.Connection], _Result]) -> _Result:
        """In one transaction; where the file turns out to be corrupt, in the one that takes its place."""
        with self._lock:
            if not self.is_open:
                self._open()
            try:
                return self._within_transaction(work)
            except sa.exc.DatabaseError as error:
                if not _is_corrupt(error):
                    raise
                self._set_aside(error)
                self._open()
                return self._within_transaction(work)

    def _within_transaction(self, work: Callable[[sa.Connection], _Result]) -> _Result:
        with self._engine.begin() as connection:
            return work(connection)

    def _open(self) -> None:
        try:
            bring_up_to_date(self._engine, self._package)
        except sa.exc.OperationalError:
            raise
        except sa.exc.DatabaseError as error:
            self._set_aside(error)
            bring_up_to_date(self._engine, self._package)
        self._within_transaction(self._prepare)
        self.is_open = True

    def _set_aside(self, error: Exception) -> None:
        self.is_open = False
        self._engine.dispose()
        for suffix in ("-wal", "-shm", ""):
            part = self.path.with_name(self.path.name + suffix)
            if part.exists():
                part.replace(part.with_name(f"{part.name}.corrupt"))
        _log.error("%s was corrupt (%s): kept aside, a new one begun", self.path.name, error)


def _is_corrupt(error: sa.exc.DatabaseError) -> bool:
    number = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return number in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
