"""A FUSE file system that is as good as the folder it shows, and fails when it is told to. Run as a child.

    python -m tests.support.fuse_disk FOLDER MOUNT ORDERS

`ORDERS` is a JSON file, read before every operation: `{"fails": "EIO", "what": ["write"], "slow_s": 0}`; with
`"hangs": true` an operation waits until the orders are others. While one waits, a file beside them says so.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import mfusepy

FOLDER, MOUNT, ORDERS = sys.argv[1:]


def obeying(work: Callable[..., Any]) -> Callable[..., Any]:
    """`work`, on the folder below, after what the orders say of it."""

    @wraps(work)
    def obedient(disk: Any, path: str, *arguments: Any) -> Any:
        while (told := json.loads(Path(ORDERS).read_bytes())).get("hangs") and work.__name__ in told["what"]:
            Path(f"{ORDERS}.holds").touch()
            time.sleep(0.05)
        if work.__name__ in told.get("what", ()):
            if "slow_s" in told:
                Path(f"{ORDERS}.holds").touch()
                time.sleep(told["slow_s"])
            if "fails" in told:
                number = getattr(errno, told["fails"])
                raise OSError(number, os.strerror(number))
        return work(disk, FOLDER + path, *arguments)

    return obedient


class Disk(mfusepy.Operations):  # type: ignore[misc]
    """Files and folders, no links; each operation gets the real path."""

    use_ns = True

    @obeying
    def access(self, path: str, amode: int) -> int:
        if not os.access(path, amode):
            raise OSError(errno.EACCES, "no")
        return 0

    @obeying
    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        found = os.lstat(path)
        names = ("st_mode", "st_nlink", "st_uid", "st_gid", "st_size")
        times = {f"st_{name}": getattr(found, f"st_{name}_ns") for name in ("atime", "mtime", "ctime")}
        return {name: getattr(found, name) for name in names} | times

    @obeying
    def statfs(self, path: str) -> dict[str, int]:
        found = os.statvfs(path)
        return {
            name: getattr(found, name) for name in dir(found) if name.startswith("f_") and name != "f_fsid"
        }

    @obeying
    def readdir(self, path: str, fh: int) -> Iterator[str]:
        return iter([".", "..", *os.listdir(path)])

    @obeying
    def create(self, path: str, mode: int, fi: Any = None) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, mode)

    @obeying
    def open(self, path: str, flags: int) -> int:
        return os.open(path, flags & ~os.O_APPEND)

    @obeying
    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return os.pread(fh, size, offset)

    @obeying
    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        return os.pwrite(fh, data, offset)

    @obeying
    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        os.truncate(path, length)
        return 0

    @obeying
    def fsync(self, path: str, datasync: int, fh: int) -> int:
        os.fsync(fh)
        return 0

    @obeying
    def release(self, path: str, fh: int) -> int:
        os.close(fh)
        return 0

    @obeying
    def mkdir(self, path: str, mode: int) -> int:
        os.mkdir(path, mode)
        return 0

    @obeying
    def rmdir(self, path: str) -> int:
        os.rmdir(path)
        return 0

    @obeying
    def unlink(self, path: str) -> int:
        os.unlink(path)
        return 0

    @obeying
    def rename(self, old: str, new: str) -> int:
        os.rename(old, FOLDER + new)
        return 0

    @obeying
    def chmod(self, path: str, mode: int) -> int:
        os.chmod(path, mode)
        return 0

    @obeying
    def chown(self, path: str, uid: int, gid: int) -> int:
        os.lchown(path, uid, gid)
        return 0

    @obeying
    def utimens(self, path: str, times: tuple[int, int] | None = None) -> int:
        os.utime(path, ns=times)
        return 0


mfusepy.FUSE(Disk(), MOUNT, foreground=True)
