"""A disk that is really full: a tmpfs of a few megabytes. Needs root on Linux; the test skips elsewhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(at: Path, size_bytes: int) -> Iterator[Path]:
    """Mounted at `at` (made if missing) while the context lasts."""
    if not sys.platform.startswith("linux"):
        pytest.skip("a small disk is made by mounting a tmpfs, which needs Linux")
    at.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", str(at)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"may not mount a tmpfs here: {done.stderr.strip()}")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)
