"""A disk that fails when it is told to: `fuse_disk` over an ordinary folder, as a child. Needs /dev/fuse."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.child import Child

WRITING = ("create", "write", "truncate", "mkdir", "rename", "unlink", "rmdir", "fsync", "utimens", "mknod")


def why_not() -> str | None:
    """Why there can't be one here."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "needs /dev/fuse"
    if shutil.which("fusermount3") is None:
        return "needs fusermount3 (the Debian package fuse3)"
    return None


@dataclass(frozen=True, slots=True)
class FailingDisk:
    """`folder` is what it really is, `mount` where it is used."""

    folder: Path
    mount: Path
    orders: Path

    def fails(self, error: str, *what: str) -> None:
        """From now on, such as `fails("EIO", "write")`; nothing named: all that writes."""
        self._order({"fails": error, "what": what or WRITING})

    def is_slow(self, seconds: float, *what: str) -> None:
        self._held.unlink(missing_ok=True)
        self._order({"slow_s": seconds, "what": what or ("write", "fsync")})

    def hangs(self, *what: str) -> None:
        """Until it is told otherwise."""
        self._held.unlink(missing_ok=True)
        self._order({"hangs": True, "what": what})

    def holds(self) -> bool:
        """Whether somebody has waited for it since it hangs, or is slow."""
        return self._held.exists()

    @property
    def _held(self) -> Path:
        return self.orders.with_name(f"{self.orders.name}.holds")

    def works(self) -> None:
        self._order({})

    def _order(self, order: dict[str, Any]) -> None:
        new = self.orders.with_suffix(".new")
        new.write_text(json.dumps(order))
        new.replace(self.orders)


@asynccontextmanager
async def failing_disk(at: Path) -> AsyncIterator[FailingDisk]:
    """Made below `at` while the context lasts; it works until it is told otherwise."""
    if (reason := why_not()) is not None:
        pytest.skip(reason)
    disk = FailingDisk(at / "really", at / "disk", at / "orders.json")
    for folder in (disk.folder, disk.mount):
        folder.mkdir(parents=True)
    disk.works()
    command = (sys.executable, "-m", "tests.support.fuse_disk", disk.folder, disk.mount, disk.orders)
    child = Child(*command)
    try:
        await child.until(lambda: os.path.ismount(disk.mount))
        yield disk
    finally:
        disk.works()
        subprocess.run(["fusermount3", "-u", "-z", disk.mount], check=False, capture_output=True)
        await child.end()
