"""From what a picture costs and how much is recorded to what cameras cost. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from gcam_addon.model import Size
from gcam_addon.model.plan import Need, Plan, Resource
from gcam_addon.planning.power import BOARD_WATTS, SUBSCRIPTION_PER_YEAR
from gcam_addon.words.reason import Reason, because

AIR_BITS_PER_S = 20e6
"""What boards together can send over one access point on 2.4 GHz, with neighbours."""
_DECODES_PER_PICTURE = 1.0
"""All that a picture costs while nothing moves, rather much: docs/design/cost.md."""
_TIGHT = 0.7
"""More of a processor, of memory or of the air is no plan: others want some, and so does a busy day."""
_BASE_BYTES = 100e6
_CAMERA_BYTES = 1.1e6
_PRE_ROLL_S = 7.0
_FILM_BYTES_PER_PIXEL = 91.0
_DAY_S = 86_400.0
_HOURS_A_YEAR = 8766.0
_GB = 1e9


@dataclass(frozen=True, slots=True)
class Costs:
    """Of a picture of `size`: processor time in milliseconds, and bytes as sent and as recorded."""

    size: Size
    decode_ms: float
    """At an eighth of its size, as for detection."""
    film_ms: float
    jpeg_bytes: float
    film_bytes: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish with nothing left open."""

    cameras: int
    size: Size
    fps: float
    days: float
    recorded_share: float
    is_share_measured: bool
    measured_days: float
    jpeg_bytes: float
    film_bytes: float
    machine_watts: float
    machine: str | None
    euros_per_kwh: float


@dataclass(frozen=True, slots=True)
class Place:
    """What there is. None: unknown."""

    cores: int
    memory_bytes: int | None
    room_bytes: float | None
    keep_days: float
    pre_roll_max_bytes: float


def plan(asked: Asked, costs: Costs, place: Place) -> Plan:
    pictures = asked.cameras * asked.fps
    cpu_ms = _DECODES_PER_PICTURE * costs.decode_ms + asked.recorded_share * costs.film_ms
    cpu_share = pictures * cpu_ms / 10
    memory = _memory_bytes(asked, place)
    per_day = pictures * asked.recorded_share * asked.film_bytes * _DAY_S
    held = None if place.room_bytes is None or per_day <= 0 else place.room_bytes / per_day
    air = pictures * asked.jpeg_bytes * 8
    boards_watts = asked.cameras * BOARD_WATTS
    kwh = (boards_watts + asked.machine_watts) * _HOURS_A_YEAR / 1000
    needs = (
        _need(Resource.PROCESSOR, cpu_share / (100 * place.cores), asked),
        _need(Resource.MEMORY, None if place.memory_bytes is None else memory / place.memory_bytes, asked),
        _disk(asked, per_day, held, place),
        _need(Resource.AIR, air / AIR_BITS_PER_S, asked),
    )
    return Plan(
        cameras=asked.cameras,
        size=asked.size,
        fps=asked.fps,
        days=asked.days,
        recorded_share=asked.recorded_share,
        is_share_measured=asked.is_share_measured,
        measured_days=asked.measured_days,
        bytes_per_picture=asked.jpeg_bytes,
        cpu_share=cpu_share,
        cores=place.cores,
        memory_bytes=memory,
        machine_bytes=place.memory_bytes,
        bytes_per_day=per_day,
        needed_bytes=per_day * asked.days,
        room_bytes=place.room_bytes,
        days_held=held,
        air_bits_per_s=air,
        air_bytes_per_day=air / 8 * _DAY_S,
        boards_watts=boards_watts,
        machine_watts=asked.machine_watts,
        machine=asked.machine,
        kwh_per_year=kwh,
        euros_per_kwh=asked.euros_per_kwh,
        euros_per_year=kwh * asked.euros_per_kwh,
        subscription_per_year=asked.cameras * SUBSCRIPTION_PER_YEAR,
        needs=tuple(sorted(needs, key=lambda need: -(need.share or 0.0))),
    )


def _memory_bytes(asked: Asked, place: Place) -> float:
    """The program, what each camera holds beside its pre-roll, pre-rolls, and a film in the making."""
    pre_roll = min(place.pre_roll_max_bytes, _PRE_ROLL_S * asked.fps * asked.jpeg_bytes)
    film = asked.size.width * asked.size.height * _FILM_BYTES_PER_PIXEL
    return _BASE_BYTES + asked.cameras * (_CAMERA_BYTES + pre_roll) + film


def _need(resource: Resource, share: float | None, asked: Asked) -> Need:
    if share is None or share <= _TIGHT:
        return Need(resource, share)
    fits = asked.fps * _TIGHT / share
    match resource:
        case Resource.PROCESSOR:
            remedy = because(
                "plan_processor", fps=_pace(fits), cameras=_whole(asked.cameras * _TIGHT / share)
            )
        case Resource.AIR:
            remedy = because("plan_air", fps=_pace(fits), cameras=_whole(asked.cameras * _TIGHT / share))
        case _:
            remedy = because("plan_memory")
    return Need(resource, share, remedy)


def _disk(asked: Asked, per_day: float, held: float | None, place: Place) -> Need:
    share = None if held is None else asked.days / held if held > 0 else float(asked.days)
    if share is not None and held is not None and share > 1:
        return Need(Resource.DISK, share, _more_disk(asked, per_day, held))
    if asked.days > place.keep_days:
        return Need(Resource.DISK, share, because("plan_keep_days", days=round(asked.days, 1)))
    return Need(Resource.DISK, share)


def _more_disk(asked: Asked, per_day: float, held: float) -> Reason:
    size = max(1, round(asked.days * per_day / _GB))
    return because("plan_disk", days=round(asked.days, 1), held=round(held, 1), size=size)


def _pace(fps: float) -> float:
    """Pictures a second, as one sets them."""
    return float(int(fps)) if fps >= 2 else round(fps, 1)


def _whole(cameras: float) -> int:
    return int(cameras)
