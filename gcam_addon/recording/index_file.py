"""The file that holds the index of clips: opened, brought up to date, put aside when it is corrupt, and begun
anew when somebody took it away.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gcam_addon.disk.database import LaterSchema, bring_up_to_date, engine_for
from gcam_addon.errors import DiskError, RecordingError
from gcam_addon.words.reason import because

_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class IndexFile:
    """Any thread. What SQLite says is told as `DiskError`. `found_corrupt` is called when it turns out to be:
    `mend` is wanted then. `lost` hears why the file can't be gone on with.
    """

    def __init__(
        self, path: Path, found_corrupt: Callable[[], None], lost: Callable[[RecordingError], None]
    ) -> None:
        self._path = path
        self._found_corrupt = found_corrupt
        self._lost = lost
        self._engine = engine_for(path)
        self._in_use = 0
        self._changed = threading.Condition()
        self._corruption: str | None = None
        self._identity: tuple[int, int] | None = None
        """Of the file that is open."""

    def open(self) -> None:
        """Bring the schema up to date; a corrupt file is kept aside and an empty index begun."""
        try:
            self._prepare()
        except sa.exc.OperationalError as error:
            raise RecordingError(because("index_unopened", path=self._path, why=error.orig)) from error
        except sa.exc.DatabaseError as error:
            self._set_aside(str(error.orig))
            self._prepare()
        except LaterSchema as error:
            raise RecordingError(because("index_later", path=self._path)) from error
        self._identity = self._found()

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """One transaction."""
        with self._changed:
            self._changed.wait_for(lambda: self._in_use >= 0)
            self._in_use += 1
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            if _is_corrupt(cause) and self._corruption is None:
                self._corruption = str(cause)
                self._found_corrupt()
            raise DiskError(because("index_failed", path=self._path, why=cause)) from error
        finally:
            with self._changed:
                self._in_use -= 1
                self._changed.notify_all()

    def mend(self) -> bool:
        """Where it was found corrupt since it was opened: keep it aside and begin an empty one. Where it was
        removed or replaced: open what is there now. Returns whether either was so; then the index has to be
        rebuilt from the folder.
        """
        if self._corruption is None and self._identity is not None and self._found() == self._identity:
            return False
        with self._alone():
            if self._corruption is not None:
                self._set_aside(self._corruption)
                self._corruption = None
            else:
                self._lost(DiskError(because("index_taken", path=self._path)))
                self._engine.dispose()
                self._identity = None
            self.open()
        return True

    def _found(self) -> tuple[int, int] | None:
        """Which file bears the name now; None: there is none."""
        try:
            state = self._path.stat()
        except OSError:
            return None
        return state.st_dev, state.st_ino

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else is in a transaction meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: self._in_use == 0)
            self._in_use = -1
        try:
            yield
        finally:
            with self._changed:
                self._in_use = 0
                self._changed.notify_all()

    def _prepare(self) -> None:
        bring_up_to_date(self._engine, "gcam_addon.recording")

    def _set_aside(self, why: str) -> None:
        self._engine.dispose()
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        aside = self._path.with_name(f"{self._path.name}.corrupt-{stamp}")
        for suffix in ("-wal", "-shm", ""):
            part = self._path.with_name(self._path.name + suffix)
            if part.exists():
                part.replace(aside.with_name(aside.name + suffix))
        self._lost(DiskError(because("index_corrupt", why=why, path=aside)))


def _is_corrupt(cause: BaseException) -> bool:
    code = getattr(cause, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _CORRUPT
