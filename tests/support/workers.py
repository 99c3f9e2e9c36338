"""The worker processes of a running Gcam."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path


def workers_of(pid: int) -> list[int]:
    """The processes that `gcam run` of that pid began, by their number."""
    return sorted((child for child in _children(pid) if b"\0worker\0" in _command(child)), key=_number)


def _number(worker: int) -> int:
    return int(_command(worker).rpartition(b"--number\0")[2].rstrip(b"\0") or b"0")


def is_alive(pid: int) -> bool:
    """Not one that nobody has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return fields[0] != "Z"


def journals_in(data: Path, worker: int) -> Sequence[Path]:
    return sorted((data / "journal" / f"worker-{worker}").glob("*.mkv"))


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    found = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        found.update(map(int, (task / "children").read_text().split()))
    return sorted(found)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
