"""JPEGs for simulated cameras: made in a thread when they are needed, or all at once and then for nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from gcam_addon.model import Size
from gcam_addon.simulator.adjustments import Adjustments, adjusted
from gcam_addon.simulator.media import Footage
from gcam_addon.simulator.scenes.scene import encode

_LOOP_MAX_S = 30.0
_KEPT_MAX = 1000


@dataclass(frozen=True, slots=True)
class Reel:
    """Finished JPEGs, `fps` a second, that repeat."""

    adjustments: Adjustments
    fps: float
    jpegs: tuple[bytes, ...]

    def at(self, t_s: float) -> bytes:
        return self.jpegs[int(t_s * self.fps + 1e-6) % len(self.jpegs)]


class Pictures:
    """The pictures of one footage; several cameras may share it. All methods: loop.

    `keeps`: each is made once, and is there for nothing when the footage begins again. Some 30 kB each.
    """

    def __init__(self, footage: Footage, *, keeps: bool = False) -> None:
        self._footage = footage
        self._keeps = keeps
        self._kept: dict[tuple[int, Adjustments], bytes] = {}
        self._lock = asyncio.Lock()
        self._reel: Reel | None = None
        self._newest: tuple[tuple[float, Adjustments], bytes] | None = None

    @property
    def size(self) -> Size | None:
        """The footage's own size; None where any is as good."""
        return self._footage.size

    @property
    def duration_s(self) -> float:
        return self._footage.duration_s

    async def prerender(self, adjustments: Adjustments, fps: float, duration_s: float | None = None) -> None:
        """Make the JPEGs of `duration_s` (default: the footage, at most 30 s) now, for use for ever."""
        length_s = min(self._footage.duration_s, duration_s or _LOOP_MAX_S)
        times = [index / fps for index in range(max(1, round(length_s * fps)))]
        async with self._lock:
            jpegs = [await asyncio.to_thread(self._make, t_s, adjustments) for t_s in times]
        self._reel = Reel(adjustments, fps, tuple(jpegs))

    async def jpeg(self, t_s: float, adjustments: Adjustments) -> bytes:
        """The picture at `t_s`; who asks again for the newest one gets the same bytes."""
        if self._reel is not None and self._reel.adjustments == adjustments:
            return self._reel.at(t_s)
        key = (t_s, adjustments)
        async with self._lock:
            if self._newest is None or self._newest[0] != key:
                self._newest = (key, await self._made(t_s, adjustments))
            return self._newest[1]

    async def _made(self, t_s: float, adjustments: Adjustments) -> bytes:
        moment = (round(t_s % self.duration_s * 1000), adjustments)
        if (kept := self._kept.get(moment)) is not None:
            return kept
        jpeg = await asyncio.to_thread(self._make, t_s, adjustments)
        if self._keeps:
            if len(self._kept) >= _KEPT_MAX:  # other adjustments, or asked for at any moment
                self._kept.clear()
            self._kept[moment] = jpeg
        return jpeg

    def _make(self, t_s: float, adjustments: Adjustments) -> bytes:
        if adjustments.untouched and adjustments.size == self._footage.size:
            original = self._footage.original(t_s)
            if original is not None:
                return original
        picture = self._footage.picture(t_s, adjustments.size)
        return encode(adjusted(picture, adjustments), adjustments.jpeg_quality)
