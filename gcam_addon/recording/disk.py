"""What a disk says, in words a person can act on."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from gcam_addon.disk.files import write_whole
from gcam_addon.errors import DiskError, StorageFull
from gcam_addon.words.reason import because

_FULL = {errno.ENOSPC, errno.EDQUOT}
_WHOLE_DISK = {*_FULL, errno.EROFS, errno.EIO}
_PROBE_BYTES = 64 * 1024
_MB = 1024 * 1024


def free_bytes(folder: Path) -> int:
    """Raises `DiskError` where the folder is gone."""
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise translated(error, folder) from error


def translated(error: OSError, path: Path) -> DiskError:
    """`StorageFull` for a full disk or quota, else `DiskError`; one line with what to do."""
    if error.errno in _FULL:
        return StorageFull(because("disk_full", folder=path.parent))
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return DiskError(because("disk_forbidden", path=path, why=error))
    return DiskError(because("disk_unwritable", path=path, why=error))


def concerns_all(error: OSError, folder: Path) -> bool:
    """Whether `error`, met on one file in `folder`, is the disk's and not the file's."""
    return error.errno in _WHOLE_DISK or refusal(folder) is not None


def refusal(folder: Path, name: str = ".gcam-probe") -> DiskError | None:
    """Why nothing can be written in `folder`: quotas, a disk turned read-only, a share that went away; only
    writing tells. Whoever asks at the same time does so by another `name`. A folder that somebody removed is
    made again.
    """
    probe = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(probe, bytes(_PROBE_BYTES))
        probe.unlink()
    except OSError as error:
        return translated(error, probe)
    return None


def below_floor(free: int, floor: int) -> StorageFull:
    """Why nothing is recorded below the free-space floor, and what to do."""
    missing_mb = max(1, -(-(floor - free) // _MB))
    return StorageFull(because("disk_low", free_mb=free // _MB, kept_mb=floor // _MB, missing_mb=missing_mb))
