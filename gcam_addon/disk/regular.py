"""Whether what bears a name is a file at all. Other programs, and people, put links, pipes and folders
anywhere; who opens a pipe waits for ever.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path

_NEVER_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NO_FILE = {errno.ELOOP, errno.ENXIO, errno.EISDIR}
"""What opening a link, a socket or a folder ends with."""
_MOST_NAMED = 5


class Foreign(OSError):  # noqa: N818
    """What bears the name is no regular file: nothing of Gcam's, to be left alone."""


def is_regular(path: Path) -> bool:
    """False where there is nothing, where the disk does not say, and for a link, whatever it leads to."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def read_regular(path: Path) -> bytes:
    """FileNotFoundError, `Foreign`, OSError; never waits for another program."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _NEVER_WAITING)
    except OSError as error:
        if error.errno in _NO_FILE:
            raise Foreign(error.errno, "no regular file", str(path)) from error
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Foreign(errno.EINVAL, "no regular file", str(path))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def named(paths: Sequence[Path]) -> str:
    """The names of `paths` for a line of a log, whatever they are made of."""
    names = [path.name if path.name.isprintable() else ascii(path.name) for path in paths[:_MOST_NAMED]]
    return ", ".join(names) + (f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else "")
