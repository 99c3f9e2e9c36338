"""What of the machine this process may use, and how much it wears it. Blocking, briefly."""

from __future__ import annotations

import contextlib
import math
import os
import resource
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_BLOCK_BYTES = 512
_NICENESS = 10
_MEMINFO = Path("/proc/meminfo")
_CPU_MAX = Path("/sys/fs/cgroup/cpu.max")


def give_way() -> None:
    """The thread that calls it, to all others, where that can be said."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process: processor seconds and bytes written to disks since it began, bytes it holds now."""

    cpu_s: float = 0.0
    memory_bytes: int = 0
    written_bytes: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.cpu_s + other.cpu_s,
            self.memory_bytes + other.memory_bytes,
            self.written_bytes + other.written_bytes,
        )


def own_cost() -> Cost:
    return Cost(time.process_time(), own_bytes(), written_bytes())


def cores(quota: Path = _CPU_MAX) -> int:
    """Processor cores that this process may keep busy: a container may have fewer than the machine."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError, IndexError):
        allowed_us, period_us = (int(part) for part in quota.read_text().split()[:2])
        found = min(found, math.ceil(allowed_us / period_us))
    return max(1, found)


def available_bytes(meminfo: Path = _MEMINFO) -> int | None:
    """Memory that programs may still take without hurting others; None where the system does not tell."""
    with contextlib.suppress(OSError, ValueError):
        for line in meminfo.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def written_bytes() -> int:
    """What this process has had written to disks since it began; to memory and network shares not."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_oublock * _BLOCK_BYTES


def own_bytes() -> int:
    """What the process holds now; where the system does not tell, the most it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
    return pages * resource.getpagesize()
