"""A program within less of the machine than there is: a control group, version 1 or 2. Linux, root."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Self

_PERIOD_US = 100_000


class Limit:
    """Limits of memory and of one core's time for what is started with `prefix`, as long as the context.

    `core_share`: of one core; None: no limit.
    """

    def __init__(self, memory_bytes: int, core_share: float | None = None) -> None:
        self._memory_bytes = memory_bytes
        self._core_share = core_share
        top = Path("/sys/fs/cgroup")
        self._is_v2 = (top / "cgroup.controllers").exists()
        name = f"gcam-small-{os.getpid()}"
        self._folder = (top if self._is_v2 else top / "memory") / name
        self._cpu = self._folder if self._is_v2 else top / "cpu" / name

    def __enter__(self) -> Self:
        if self._is_v2:
            with contextlib.suppress(OSError):  # as a rule they are on already
                (self._folder.parent / "cgroup.subtree_control").write_text("+memory +cpu")
        self._folder.mkdir()
        self._write("memory.max", "memory.limit_in_bytes", str(self._memory_bytes))
        with contextlib.suppress(OSError):  # without swap there is nothing to limit
            self._write("memory.swap.max", "memory.memsw.limit_in_bytes", self._no_swap())
        if self._core_share is not None:
            self._limit_cpu(round(self._core_share * _PERIOD_US))
        return self

    def __exit__(self, *_: object) -> None:
        for folder in {self._folder, self._cpu}:
            with contextlib.suppress(FileNotFoundError):
                folder.rmdir()

    @property
    def prefix(self) -> tuple[str, ...]:
        groups = {self._folder} if self._core_share is None else {self._folder, self._cpu}
        joins = [f'echo $$ >"{folder}/cgroup.procs"' for folder in sorted(groups)]
        pinned = () if self._core_share is None else ("taskset", "-c", str(min(os.sched_getaffinity(0))))
        return ("/bin/sh", "-c", " && ".join([*joins, 'exec "$@"']), "sh", *pinned)

    def own_bytes(self) -> int:
        """What can't be taken back: the process's own memory, without files."""
        fields = dict(line.split() for line in (self._folder / "memory.stat").read_text().splitlines())
        return int(fields["anon" if self._is_v2 else "total_rss"])

    def ended(self) -> int:
        """How many processes the kernel ended for want of memory."""
        name = "memory.events" if self._is_v2 else "memory.oom_control"
        fields = dict(line.split() for line in (self._folder / name).read_text().splitlines())
        return int(fields["oom_kill"])

    def held_back(self) -> tuple[int, int]:
        """(periods in which it wanted more of the core than it has, periods) of 0.1 s each."""
        fields = dict(line.split() for line in (self._cpu / "cpu.stat").read_text().splitlines())
        return int(fields["nr_throttled"]), int(fields["nr_periods"])

    def _limit_cpu(self, quota_us: int) -> None:
        if self._is_v2:
            (self._cpu / "cpu.max").write_text(f"{quota_us} {_PERIOD_US}")
            return
        self._cpu.mkdir()
        (self._cpu / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
        (self._cpu / "cpu.cfs_quota_us").write_text(str(quota_us))

    def _no_swap(self) -> str:
        return "0" if self._is_v2 else str(self._memory_bytes)

    def _write(self, name_v2: str, name_v1: str, value: str) -> None:
        (self._folder / (name_v2 if self._is_v2 else name_v1)).write_text(value)
