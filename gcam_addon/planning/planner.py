"""Puts together what is asked, what there is, and what a picture costs here."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import TypeVar

from gcam_addon.config.model import (
    Camera,
    EncoderSettings,
    RecordingMode,
    RecordingSettings,
    RetentionSettings,
    StorageSettings,
)
from gcam_addon.duties import Duties
from gcam_addon.machine.limits import Cost, available_bytes, cores, give_way, own_bytes
from gcam_addon.model import CameraState, Size, Status
from gcam_addon.model.plan import Plan, Wish
from gcam_addon.planning.estimate import Asked, Costs, Place, plan
from gcam_addon.planning.lately import Lately
from gcam_addon.planning.power import EUROS_PER_KWH, machine_watts

_VGA = Size(640, 480)
_FPS = 15.0
_SHARE = {RecordingMode.CONTINUOUS: 1.0, RecordingMode.MOTION: 0.05}
"""Of the time, where nothing is known yet. What a house sees varies by ten."""
_KEPT = 8
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Now:
    """What is there: cameras that are configured, how they are, what they recorded."""

    cameras: Sequence[Camera]
    states: Sequence[CameraState]
    lately: Lately


class Planner:
    """Loop. Measures once for each size, on a thread that gives way to everything else."""

    def __init__(
        self,
        storage: Callable[[], StorageSettings],
        now: Callable[[], Awaitable[Now]],
        *,
        duties: Duties,
        root: Path = Path("/"),
        workers: Callable[[], Cost] = Cost,
    ) -> None:
        """`workers`: what Gcam's other processes cost, all together."""
        self._storage = storage
        self._now = now
        self._root = root
        self._workers = workers
        self._pool = duties.pool("plan", 1, give_way)
        self._costs: dict[Size, Costs] = {}
        self._measuring = asyncio.Lock()

    async def plan(self, wish: Wish) -> Plan:
        """RecordingError where no film can be made here."""
        now = await self._now()
        size = wish.size or _usual_size(now.states) or _VGA
        costs = await self._costs_of(size)
        return plan(self._asked(wish, now, costs), costs, self._place(now))

    def stop(self) -> None:
        """Blocks until a measurement has ended: seconds at most."""
        self._pool.shutdown()

    async def _costs_of(self, size: Size) -> Costs:
        async with self._measuring:
            if size not in self._costs:
                if len(self._costs) >= _KEPT:
                    self._costs.pop(next(iter(self._costs)))
                loop = asyncio.get_running_loop()
                self._costs[size] = await loop.run_in_executor(
                    self._pool, _measure, size, self._storage().encoder
                )
            return self._costs[size]

    def _asked(self, wish: Wish, now: Now, costs: Costs) -> Asked:
        """A wish, with what it leaves open taken from what there is."""
        enabled = [camera for camera in now.cameras if camera.enabled]
        share, is_measured = _share(wish, now.lately, enabled)
        fps, jpeg_bytes, film_bytes = _pictures(now, costs)
        watts, machine = machine_watts(self._root)
        retention = self._storage().retention
        return Asked(
            cameras=_or(wish.cameras, max(1, len(enabled))),
            size=costs.size,
            fps=_or(wish.fps, fps),
            days=_or(wish.days, retention.keep_days),
            recorded_share=share,
            is_share_measured=is_measured,
            measured_days=now.lately.window_s / 86_400,
            jpeg_bytes=jpeg_bytes,
            film_bytes=film_bytes,
            machine_watts=_or(wish.machine_watts, watts),
            machine=machine if wish.machine_watts is None else None,
            euros_per_kwh=_or(wish.euros_per_kwh, EUROS_PER_KWH),
        )

    def _place(self, now: Now) -> Place:
        free = available_bytes()
        return Place(
            cores=cores(),
            memory_bytes=None if free is None else free + own_bytes() + self._workers().memory_bytes,
            room_bytes=_room_bytes(now.lately, self._storage().retention),
            keep_days=self._storage().retention.keep_days,
            pre_roll_max_bytes=max(
                (camera.recording.pre_roll_max_bytes for camera in now.cameras),
                default=RecordingSettings().pre_roll_max_bytes,
            ),
        )


def _pictures(now: Now, costs: Costs) -> tuple[float, float, float]:
    """(A second, bytes of one as sent, as recorded): of the cameras that send that size, else as measured."""
    alike = [state for state in now.states if state.status is Status.CONNECTED and state.size == costs.size]
    fps = mean(state.fps for state in alike) if alike else 0.0
    jpeg_bytes = mean(state.bytes_per_frame for state in alike) if alike else 0.0
    is_told = fps > 0 and now.lately.window_s > 0
    film_bytes = now.lately.size_bytes / (now.lately.seconds * fps) if is_told else costs.film_bytes
    return round(fps, 1) or _FPS, jpeg_bytes or costs.jpeg_bytes, film_bytes


def _share(wish: Wish, lately: Lately, enabled: Sequence[Camera]) -> tuple[float, bool]:
    """(Of the time that is recorded, whether the last days say so)."""
    if wish.recorded_share is not None:
        return wish.recorded_share, False
    if lately.window_s > 0 and enabled:
        return min(1.0, lately.seconds / (lately.window_s * len(enabled))), True
    modes = [camera.recording.mode for camera in enabled] or [RecordingMode.MOTION]
    return mean(_SHARE.get(mode, 0.0) for mode in modes), False


def _room_bytes(lately: Lately, retention: RetentionSettings) -> float | None:
    if lately.free_bytes is None:
        return None
    room = lately.clips_bytes + max(0, lately.free_bytes - retention.min_free_bytes)
    return room if retention.max_bytes is None else min(room, retention.max_bytes)


def _usual_size(states: Iterable[CameraState]) -> Size | None:
    """That most cameras send."""
    sizes = Counter(state.size for state in states if state.status is Status.CONNECTED and state.size)
    return sizes.most_common(1)[0][0] if sizes else None


def _or(wanted: _T | None, otherwise: _T) -> _T:
    return otherwise if wanted is None else wanted


def _measure(size: Size, settings: EncoderSettings) -> Costs:
    from gcam_addon.planning.costs import measure  # noqa: PLC0415  (what it needs, a start can do without)

    return measure(size, settings)
