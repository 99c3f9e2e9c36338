"""What a disk says, in words a person can act on."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from pathlib import Path
from tempfile import TemporaryFile

from gcam_addon.errors import DiskError, StorageFull
from gcam_addon.words.reason import because

_FULL = {errno.ENOSPC, errno.EDQUOT}
_WHOLE_DISK = {*_FULL, errno.EROFS, errno.EIO}
_PROBE_BYTES = 64 * 1024
_MB = 1024 * 1024
_log = logging.getLogger(__name__)


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
    if error.errno in {errno.ENOTDIR, errno.EEXIST} and (obstacle := _obstacle(path)) is not None:
        return DiskError(because("disk_obstructed", path=obstacle))
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return DiskError(because("disk_forbidden", path=path, why=error))
    return DiskError(because("disk_unwritable", path=path, why=error))


def _obstacle(path: Path) -> Path | None:
    """What is no folder, above `path` or there itself, where one is wanted."""
    return next((each for each in (path, *path.parents) if each.exists() and not each.is_dir()), None)


def is_of_disk(error: OSError) -> bool:
    """Whether `error` is the whole disk's, by what it says."""
    return error.errno in _WHOLE_DISK


def concerns_all(error: OSError, folder: Path) -> bool:
    """Whether `error`, met on one file in `folder`, is the disk's and not the file's."""
    return is_of_disk(error) or refusal(folder) is not None


def refusal(folder: Path) -> DiskError | None:
    """Why nothing can be written in `folder`: quotas, a disk turned read-only, a share that went away; only
    writing tells. A folder that somebody removed is made again.
    """
    try:
        try_out(folder)
    except OSError as error:
        return translated(error, folder / "any")
    return None


def try_out(folder: Path) -> None:
    """Write something there, under a name that nobody has and that does not stay. OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=folder, prefix=".gcam-probe-", buffering=0) as probe:
        probe.write(bytes(_PROBE_BYTES))
        os.fsync(probe.fileno())


def clear_away(path: Path) -> None:
    """What is of no use: a disk that refuses is told in the log, and no reason to stop."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s", translated(error, path))


def below_floor(free: int, floor: int) -> StorageFull:
    """Why nothing is recorded below the free-space floor, and what to do."""
    missing_mb = max(1, -(-(floor - free) // _MB))
    return StorageFull(because("disk_low", free_mb=free // _MB, kept_mb=floor // _MB, missing_mb=missing_mb))
