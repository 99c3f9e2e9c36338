"""The data folder itself: that it is there, is writable, belongs to one Gcam at a time, and who that is."""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from gcam_addon.disk.files import sync_folder, write_whole
from gcam_addon.disk.lock import FolderLock, InUse
from gcam_addon.errors import ConfigError

_log = logging.getLogger(__name__)


class DataFolder:
    """Holds the folder's lock while open; two Gcams on one folder would tear each other's index.

    Blocking, short; the lock goes with the process, so a crash leaves none behind.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.instance_id = ""
        """Eight hex digits that stay with the folder: several Gcams on one broker are told apart by them."""
        self.is_new = False
        """No Gcam has run on it: it is empty, or comes out of a backup, which leaves the lock out."""
        self._lock = FolderLock(path / ".lock")

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._keep_strangers_out()
            self.is_new = not (self.path / ".lock").exists()
            if not self._lock.take():
                _log.warning("data folder %s can't be locked: see that no other Gcam uses it", self.path)
        except InUse as error:
            raise ConfigError(
                f"data folder {self.path}: another Gcam is using it; stop that one or choose another "
                "folder with --data",
                field="data_dir",
            ) from error
        except OSError as error:
            raise ConfigError(
                f"data folder {self.path}: {error.strerror}; choose another with --data, "
                "or give this user the right to write there",
                field="data_dir",
            ) from error
        self.instance_id = self._read_instance_id()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def _keep_strangers_out(self) -> None:
        """What others of this machine could see in it is nobody's business. A group's rights stay: somebody
        gave them. Some file systems know no rights, some folders are another's: the files have their own.
        """
        with suppress(OSError):
            mode = stat.S_IMODE(self.path.stat().st_mode)
            if mode & stat.S_IRWXO:
                self.path.chmod(mode & ~stat.S_IRWXO)

    def _read_instance_id(self) -> str:
        path = self.path / "instance_id"
        try:
            if path.exists() and (known := path.read_text(errors="replace").strip()).isalnum():
                return known
            made = secrets.token_hex(4)
            write_whole(path, f"{made}\n".encode())
            sync_folder(self.path)
        except OSError as error:
            self._lock.release()
            raise ConfigError(
                f"{path}: {error.strerror}; see that the disk has space and works", field="data_dir"
            ) from error
        return made


def is_in_use(data_dir: Path) -> bool:
    """Whether a Gcam is running on this data folder; blocking, short."""
    try:
        handle = os.open(data_dir / ".lock", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
