"""What a disk says, in words a person can act on; and small files, written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from gcam_addon.errors import RecordingError, StorageFull

_FULL = {errno.ENOSPC, errno.EDQUOT}
_MB = 1024 * 1024


def free_bytes(folder: Path) -> int:
    """Raises `RecordingError` where the folder is gone."""
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise translated(error, folder) from error


def translated(error: OSError, path: Path) -> RecordingError:
    """`StorageFull` for a full disk or quota, else `RecordingError`; one line with what to do."""
    if error.errno in _FULL:
        return StorageFull(f"the disk that holds {path.parent} is full: free some space or lower keep_days")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return RecordingError(
            f"may not write to {path}: give Gcam the right to write there ({error.strerror})"
        )
    return RecordingError(f"can't write {path}: {error.strerror or error}")


def full_message(free: int, floor: int) -> str:
    """Why nothing is recorded below the free-space floor, and what to do."""
    missing_mb = max(1, -(-(floor - free) // _MB))
    return (
        f"the disk is full ({free // _MB} MB free, {floor // _MB} MB are kept free): "
        f"free {missing_mb} MB or lower keep_days; recording resumes by itself"
    )


def write_whole(path: Path, data: bytes) -> None:
    """Under a temporary name, synced, renamed: a reader or a power cut sees the old or the new. OSError."""
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Make new and renamed names in `folder` survive a power cut, where the system offers that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
