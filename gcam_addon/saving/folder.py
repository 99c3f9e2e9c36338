"""The folder that events are saved into: CAMERA/DAY/TIME_ID.jpg, and what was saved already."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from gcam_addon.disk.files import sync_folder, write_whole
from gcam_addon.disk.lock import FolderLock, InUse
from gcam_addon.disk.regular import read_regular
from gcam_addon.errors import ConfigError, DiskError, ProtocolError, StorageFull

STATE: Final = ".gcam-save-events.json"
_LOCK: Final = ".gcam-save-events.lock"
_PART: Final = ".gcam-save-events.part"
"""Of the one file that is being saved: there, none that was cut off is left lying among the others."""
_FULL: Final = {errno.ENOSPC, errno.EDQUOT}
_MOST_NAME: Final = 80
_UNFIT: Final = re.compile(r"[^A-Za-z0-9._-]")


class EventFolder:
    """One program at a time is in it. Methods but `save` are blocking, and short."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FolderLock(path / _LOCK)

    def open(self) -> None:
        """Made where there is none, not what it lies in: that may be a drive that is away. ConfigError."""
        try:
            self._path.mkdir(exist_ok=True)
            self._lock.take()
            (self._path / _PART).write_bytes(b"")
            (self._path / _PART).unlink()
        except InUse as error:
            raise ConfigError(f"{self._path}: another gcam save-events saves into it", field="dir") from error
        except OSError as error:
            raise ConfigError(
                f"{self._path}: {error.strerror}; name a folder that this user may write into", field="dir"
            ) from error

    def close(self) -> None:
        self._lock.release()

    def state(self) -> dict[str, Any]:
        """As it was kept; empty where nothing was. ConfigError."""
        try:
            told = json.loads(read_regular(self._path / STATE))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            told = error
        if not isinstance(told, dict):
            raise ConfigError(
                f"{self._path / STATE} can't be read; without that file, saving begins anew", field="dir"
            )
        return told

    def keep(self, state: Mapping[str, Any]) -> None:
        """Raises DiskError."""
        with self._translated():
            self._look()
            write_whole(self._path / STATE, json.dumps(state).encode(), 0o600)

    def place(self, camera_id: str, at: float, name: str) -> Path:
        """Where what began then lies, by this machine's own time. Raises ProtocolError."""
        try:
            begun = datetime.fromtimestamp(at).astimezone()
        except (ValueError, OverflowError, OSError) as error:
            raise ProtocolError(f"Gcam tells of an event at an impossible time ({at})") from error
        day, time = f"{begun:%Y-%m-%d}", f"{begun:%H-%M-%S}"
        return self._path / _plain(camera_id) / day / f"{time}_{_plain(name)}"

    async def save(self, path: Path, chunks: AsyncIterator[bytes], at: float) -> None:
        """Whole or not at all, with `at` for its time. DiskError, and what `chunks` raises."""
        part = self._path / _PART
        try:
            with self._translated():
                await asyncio.to_thread(self._look)
                file = await asyncio.to_thread(part.open, "wb")
            with file:
                async for chunk in chunks:
                    with self._translated():
                        await asyncio.to_thread(file.write, chunk)
                with self._translated():
                    await asyncio.to_thread(_synced, file)
            with self._translated():
                await asyncio.to_thread(_put, part, path, at)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _look(self) -> None:
        """A folder that was taken away, with its drive, must not be begun anew where it was."""
        if not (self._path / _LOCK).exists():
            raise FileNotFoundError(errno.ENOENT, "it is not there any more; is its drive connected?")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            kind = StorageFull if error.errno in _FULL else DiskError
            raise kind(f"{self._path}: {error.strerror or error}") from error


def _synced(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _put(part: Path, path: Path, at: float) -> None:
    path.parent.parent.mkdir(exist_ok=True)
    path.parent.mkdir(exist_ok=True)
    os.utime(part, (at, at))
    part.replace(path)
    sync_folder(path.parent)


def _plain(name: str) -> str:
    """As a file's name anywhere, whatever Gcam says."""
    return _UNFIT.sub("_", name).lstrip(".")[:_MOST_NAME] or "_"
