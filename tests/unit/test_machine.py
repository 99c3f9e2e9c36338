"""What of the machine may be used, and what is written to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gcam_addon.machine.limits import cores, written_bytes


@pytest.mark.parametrize(
    ("quota", "found"),
    [("max 100000", 64), ("50000 100000", 1), ("150000 100000", 2), ("", 64), ("rubbish", 64)],
)
def test_a_container_may_have_fewer_cores(quota: str, found: int, tmp_path: Path) -> None:
    path = tmp_path / "cpu.max"
    path.write_text(quota)
    assert cores(path) == min(found, len(os.sched_getaffinity(0)))
    assert cores(tmp_path / "none") == len(os.sched_getaffinity(0))


def test_what_reaches_the_disk_is_counted(tmp_path: Path) -> None:
    before = written_bytes()
    with (tmp_path / "file").open("wb") as file:
        file.write(os.urandom(4_000_000))
        file.flush()
        os.fsync(file.fileno())
    if written_bytes() == before:
        pytest.skip("the tests' folder lies in memory, or the system does not count")
    assert written_bytes() - before >= 4_000_000
