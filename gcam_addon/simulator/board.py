"""What every simulated board has, whatever firmware it runs: settings, a boot time, pictures, faults."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from gcam_addon.model import Size
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.faults import Fault, Faults
from gcam_addon.simulator.pictures import Pictures

BOOT_SIZE = Size(320, 240)
"""What the stock firmwares fall back to when they start."""


@dataclass(slots=True)
class Counters:
    streams_opened: int = 0
    frames_sent: int = 0
    clients: int = 0
    """Streams being sent now."""
    reboots: int = 0
    bytes_sent: int = 0
    """Pictures and answers, with all that is around them in HTTP."""

    def count_bytes(self, size_bytes: int) -> None:
        self.bytes_sent += size_bytes


class Board:
    """Loop only. `phase_s` shifts its pictures in time, so that boards that share them differ."""

    def __init__(
        self,
        pictures: Pictures,
        faults: Faults,
        now: Callable[[], float],
        *,
        adjustments: Adjustments,
        fps: float,
        phase_s: float = 0.0,
        credentials: tuple[str, str] | None = None,
    ) -> None:
        self.adjustments = adjustments
        self.faults = faults
        self.fps = fps
        self.credentials = credentials
        self.counters = Counters()
        self.mac = ":".join(f"{byte:02X}" for byte in (0x02, *random.randbytes(5)))
        """Of no maker, and different for every board."""
        self.settings: dict[str, int] = {}
        """Settings that firmwares keep and report but that change no picture here."""
        self.streams: dict[str, Connection] = {}
        """Who gets the stream now, by slot, for the firmwares that end one stream for another."""
        self.kept: dict[str, Any] = {}
        """What a firmware writes into the chip's flash: it survives restarts."""
        self.memory: dict[str, Any] = {}
        """What a firmware knows until the board restarts."""
        self._pictures = pictures
        self._now = now
        self._phase_s = phase_s
        self._booted_s = now()
        self._made_s = self._booted_s

    @property
    def uptime_s(self) -> float:
        return self._now() - self._booted_s

    @property
    def frame_now(self) -> int:
        """The number of the picture that the sensor takes now, counted since this board was made."""
        return int((self._now() - self._made_s) * self.fps + 1e-6)

    def due_in_s(self, frame: int) -> float:
        """Seconds until that picture is taken; negative when it was."""
        return self._made_s + frame / self.fps - self._now()

    @property
    def duration_s(self) -> float:
        """How long its pictures last before they repeat."""
        return self._pictures.duration_s

    def adjust(self, **changes: Any) -> None:
        """Change `Adjustments` by field."""
        self.adjustments = replace(self.adjustments, **changes)

    def reboot(self) -> None:
        """All settings are lost but what is `kept`; the picture is QVGA again."""
        self.adjustments = Adjustments(BOOT_SIZE)
        self.settings.clear()
        self.memory.clear()
        self._booted_s = self._now()
        self.counters.reboots += 1

    async def picture(self, frame: int, streamed: int | None = None) -> bytes:
        """The JPEG of picture `frame`; `streamed`: its number in its stream, for the resize fault."""
        wanted = self.adjustments
        if streamed is not None and self.faults.active(Fault.RESIZE, streamed):
            wanted = replace(wanted, size=_other_size(wanted.size))
        return await self._pictures.jpeg(self._phase_s + frame / self.fps, wanted)


def _other_size(size: Size) -> Size:
    return BOOT_SIZE if size != BOOT_SIZE else Size(640, 480)
