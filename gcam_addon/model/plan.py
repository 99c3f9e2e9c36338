"""What cameras will cost: what was asked, and the answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from gcam_addon.model.places import Size
from gcam_addon.words.reason import made_of


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to know the cost of; None: as it is now, or as it is as a rule."""

    cameras: int | None = None
    size: Size | None = None
    fps: float | None = None
    days: float | None = None
    recorded_share: float | None = None
    """Of the time, 0..1."""
    machine_watts: float | None = None
    euros_per_kwh: float | None = None


class Resource(StrEnum):
    PROCESSOR = "processor"
    MEMORY = "memory"
    DISK = "disk"
    AIR = "air"


@dataclass(frozen=True, slots=True)
class Need:
    """Of one resource. `share`: of what there is, 1 is all of it; None where that is unknown. `remedy`: what
    to change, where there is not enough.
    """

    resource: Resource
    share: float | None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`needs`: what limits first comes first."""

    cameras: int
    size: Size
    fps: float
    days: float
    recorded_share: float
    is_share_measured: bool
    """From the last days, not a guess or a wish."""
    measured_days: float
    """Of recordings the figures are from; 0 where there are none."""
    bytes_per_picture: float
    cpu_share: float
    """Percent of one core."""
    cores: int
    memory_bytes: float
    machine_bytes: int | None
    """That programs may still take, and what Gcam has already."""
    bytes_per_day: float
    needed_bytes: float
    """For all the days."""
    room_bytes: float | None
    """For recordings, those that are there included."""
    days_held: float | None
    air_bits_per_s: float
    air_bytes_per_day: float
    boards_watts: float
    machine_watts: float
    machine: str | None
    """What it was recognised as; None where its watts are a guess."""
    kwh_per_year: float
    euros_per_kwh: float
    euros_per_year: float
    subscription_per_year: float
    """What as many cameras of one that asks for a subscription would cost."""
    needs: tuple[Need, ...]

    def told(self) -> dict[str, Any]:
        """As JSON tells it, the remedies also with what they are made of."""
        needs = [asdict(need) | {"remedy_said": made_of(need.remedy)} for need in self.needs]
        return asdict(self) | {"needs": needs}
