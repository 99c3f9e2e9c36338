"""Single rights of root's (Linux: capabilities): which this process has, and keeping some of them while
root is given up.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path


class Right(IntEnum):
    """By the kernel's numbers."""

    NET_BIND_SERVICE = 10
    NET_ADMIN = 12


def missing(wanted: Collection[Right], status: Path = Path("/proc/self/status")) -> tuple[Right, ...]:
    """Those that this process lacks, or could not hand on to a program that it starts."""
    told = dict(re.findall(r"^(Cap\w+|Uid):\s+(\w+)", status.read_text(), re.MULTILINE))
    sets = ["CapEff"] if told["Uid"] == "0" else ["CapEff", "CapAmb"]
    return tuple(right for right in wanted if not all(int(told[one], 16) >> right & 1 for one in sets))


@contextmanager
def kept(rights: Collection[Right]) -> Iterator[None]:
    """What becomes of this process within, it has these afterwards, and so has what it starts. Those that it
    never had are left out. Only before there are threads. OSError.
    """
    lacking = missing(rights)
    kept_ones = [right for right in rights if right not in lacking]
    if not kept_ones:
        yield
        return
    _prctl(_KEEP_ALL, 1)
    yield
    _take(kept_ones)
    for right in kept_ones:
        _prctl(_AMBIENT, _RAISE, right)


_KEEP_ALL, _AMBIENT, _RAISE = 8, 47, 2
_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def _take(rights: Collection[Right]) -> None:
    """These and no others."""
    bits = sum(1 << right for right in rights)
    sets = (_Sets * 2)(_Sets(bits, bits, bits), _Sets(0, 0, 0))
    if _libc().capset(ctypes.byref(_Header(_VERSION_3, 0)), sets) != 0:
        _fail("capset")


def _prctl(what: int, first: int, second: int = 0) -> None:
    longs = [ctypes.c_ulong(value) for value in (first, second, 0, 0)]
    if _libc().prctl(what, *longs) != 0:
        _fail("prctl")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _fail(call: str) -> None:
    number = ctypes.get_errno()
    raise OSError(number, f"{call}: {os.strerror(number)}")
