"""What Gcam costs: each camera's work and the process's, measured between two looks at their counters."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gcam_addon.machine.limits import Cost, cores, own_cost
from gcam_addon.model import CameraState

_APART_S = 1.0
"""Looks that are closer tell nothing new."""
_KEPT_S = 30.0
_TELLING_S = 600.0
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class CameraLoad:
    """Rates are since an earlier look, None before there was one. `dropped`: counts so far, by stage."""

    camera_id: str
    name: str
    status: str
    fps: float
    bytes_per_s: float | None
    decode_share: float | None
    """Percent of one processor core, as is `detect_share`."""
    detect_share: float | None
    queued: int
    dropped: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ProcessLoad:
    """`cpu_share`: percent of one core since the earlier look, may be above 100. `written_bytes_per_day`: to
    disks, at the pace since the start; None while that says too little.
    """

    cpu_share: float | None
    cores: int
    memory_bytes: int
    machine_bytes: int | None
    written_bytes_per_day: float | None


@dataclass(frozen=True, slots=True)
class Load:
    process: ProcessLoad
    cameras: tuple[CameraLoad, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    at_s: float
    cpu_s: float
    states: dict[str, CameraState]


class LoadMeter:
    """Costs nothing while nobody asks. On the loop."""

    def __init__(self, workers: Callable[[], Cost] = Cost) -> None:
        """`workers`: what Gcam's other processes cost, all together."""
        self._workers = workers
        self._looks: list[_Look] = []

    def measure(self, states: Iterable[CameraState], now_s: float, uptime_s: float) -> Load:
        """`now_s` is monotonic. Rates are over the time since an earlier call, at most half a minute ago."""
        cost = own_cost() + self._workers()
        look = _Look(now_s, cost.cpu_s, {state.camera_id: state for state in states})
        self._looks = [old for old in self._looks if now_s - old.at_s <= _KEPT_S]
        before = next((old for old in reversed(self._looks) if now_s - old.at_s >= _APART_S), None)
        if not self._looks or now_s - self._looks[-1].at_s >= _APART_S:
            self._looks.append(look)
        cpu_share = None if before is None else 100 * (look.cpu_s - before.cpu_s) / (now_s - before.at_s)
        return Load(
            ProcessLoad(cpu_share, cores(), cost.memory_bytes, _machine_bytes(), _per_day(cost, uptime_s)),
            tuple(_camera_load(state, before, now_s) for state in look.states.values()),
        )


def _camera_load(state: CameraState, before: _Look | None, now_s: float) -> CameraLoad:
    bytes_per_s = decode_share = detect_share = None
    old = None if before is None else before.states.get(state.camera_id)
    if before is not None and old is not None and state.bytes_in >= old.bytes_in:  # not started anew
        passed_s = now_s - before.at_s
        bytes_per_s = (state.bytes_in - old.bytes_in) / passed_s
        decode_share = 100 * max(0.0, state.decode_s - old.decode_s) / passed_s
        detect_share = 100 * max(0.0, state.detect_s - old.detect_s) / passed_s
    return CameraLoad(
        state.camera_id, state.name, state.status, state.fps,
        bytes_per_s, decode_share, detect_share, state.queued, state.dropped,
    )  # fmt: skip


def _per_day(cost: Cost, uptime_s: float) -> float | None:
    return None if uptime_s < _TELLING_S else cost.written_bytes / uptime_s * _DAY_S


def _machine_bytes() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None
