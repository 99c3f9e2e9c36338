"""Files that a power cut leaves whole, and names that outlive it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_REFUSALS = {errno.EIO, errno.ENOSPC, errno.EDQUOT}
_BINARY = getattr(os, "O_BINARY", 0)


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Under a temporary name, synced, renamed: a reader or a power cut sees the old or the new. One writer of
    `path` at a time. OSError.
    """
    partial = path.with_name(path.name + ".part")
    try:
        partial.unlink(missing_ok=True)  # of a crash
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Make new and renamed names in `folder` survive a power cut, where its file system can: some of the
    network can't, and say so. OSError where the disk refuses.
    """
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno in _REFUSALS:
            raise
    finally:
        os.close(descriptor)
