"""A folder that belongs to one Gcam at a time."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

_TAKEN = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class InUse(OSError):  # noqa: N818
    """Another process holds the lock."""


class FolderLock:
    """The lock on `file`, made where there is none. It goes with the process, so a crash leaves none behind.

    Blocking, short.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None

    def take(self) -> bool:
        """False where the file system knows no locks (some networks' do not): nothing is held then. InUse,
        OSError.
        """
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | _NO_LINKS, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if error.errno in _TAKEN:
                raise InUse(error.errno, "in use", str(self._file)) from error
            return False
        self._descriptor = descriptor
        return True

    @property
    def descriptor(self) -> int | None:
        """A process that inherits it holds the lock too, until its own end; None where nothing is held."""
        return self._descriptor

    def release(self) -> None:
        """Idempotent."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
