"""Does a camera deliver, and how well: by watching it for a few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from statistics import mean

from gcam_addon.assembly import asked_fps, build_source, hd_of
from gcam_addon.boards import gcam_board
from gcam_addon.boards.visit import Visit
from gcam_addon.check.finding import Finding, error, ok, warning
from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera, RecordingMode, RecordingSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import GcamError, ProtocolError, Rejected
from gcam_addon.interfaces import Source
from gcam_addon.log.setup import redact
from gcam_addon.model import Size, Unit
from gcam_addon.model.board_health import health_in, troubles
from gcam_addon.recording.recorder import CONFIRMATION_S
from gcam_addon.wire.address import HttpAddress, LocalDevice, PushAddress, RtspAddress, parse, push_key_of
from gcam_addon.wire.credentials import BOARD_USER
from gcam_addon.words.reason import Reason, because

_LEAST_FPS = 3.0
_SMALL_PX = 320 * 240
_HUGE_PX = 1280 * 720
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Look:
    """What a camera delivered; `dropped` parts were no usable picture."""

    size: Size
    fps: float
    bytes_per_frame: int
    dropped: int = 0
    is_asked: bool = False
    """It sends one picture at a time, as often as it is asked for one."""
    is_board: bool = True
    """Boards fall back to small pictures; a camera that sends small ones was asked for the small stream."""
    is_local: bool = False
    """Of this machine: there is no network between."""


async def check_camera(
    camera: Camera, clock: Clock, duties: Duties, *, watch_s: float = 4.0, first_picture_s: float = 20.0
) -> list[Finding]:
    """Watch it for some seconds. Takes the board's place for one viewer meanwhile."""
    if not camera.enabled:
        return [ok("camera", because("check_camera_off", name=camera.name))]
    if camera.privacy:
        return [ok("camera", because("check_camera_private", name=camera.name))]
    if isinstance(parse(camera.source.url), PushAddress):
        return [_of_one_that_dials_in(camera)]

    def opened(current: Camera) -> Source:
        return build_source(current, clock, duties)

    if camera.source.url_hd is None:
        found = await _check_stream(camera, opened, watch_s, first_picture_s)
        return [*found, *await _check_board(camera, clock)]
    small, large = await asyncio.gather(  # together: who serves one viewer only shows it
        _check_stream(camera, opened, watch_s, first_picture_s, is_small_well=True),
        _check_stream(hd_of(camera), opened, watch_s, first_picture_s, because("check_hd", name=camera.name)),
    )
    return [*small, *large]


async def _check_stream(
    camera: Camera,
    opened: Callable[[Camera], Source],
    watch_s: float,
    first_picture_s: float,
    name: str | None = None,
    *,
    is_small_well: bool = False,
) -> list[Finding]:
    name = name or camera.name
    try:
        source = opened(camera)
        frames = await _watch(source, watch_s, first_picture_s)
    except GcamError as problem:
        remedy = remedy_for(problem.code)
        if _is_local(camera) or (not _is_board(camera) and isinstance(problem, (Rejected, ProtocolError))):
            remedy = because("check_message_says")
        message = because("check_camera_says", name=name, why=_redacted(problem))
        return [error(f"camera_{problem.code}", message, remedy)]
    if not frames:
        message = because("check_camera_silent", name=name, seconds=first_picture_s)
        remedy = because("check_cable") if _is_local(camera) else remedy_for("stalled")
        return [error("camera_stalled", message, remedy)]
    asked = asked_fps(source)
    look = _look(frames, watch_s, source.dropped)
    if asked is not None:
        look = replace(look, fps=look.fps if len(frames) > 1 else asked, is_asked=True)
    look = replace(look, is_board=_is_board(camera), is_local=_is_local(camera))
    return judge(name, look, camera.recording, is_small_well=is_small_well)


def _of_one_that_dials_in(camera: Camera) -> Finding:
    """Only the Gcam that runs can tell whether it does."""
    if push_key_of(camera.source.url) is None:
        return error(
            "camera_key", because("check_camera_keyless", name=camera.name), because("push_make_key")
        )
    return ok("camera", because("check_camera_pushes", name=camera.name))


async def _check_board(camera: Camera, clock: Clock) -> list[Finding]:
    """What is to be mended of a board with Gcam's firmware, as far as one look tells. Only one that is asked
    by its user's name can tell.
    """
    address = parse(camera.source.url)
    if not isinstance(address, HttpAddress) or address.username != BOARD_USER:
        return []
    visit = Visit(gcam_board.home_of(address), clock, verify_tls=camera.source.verify_tls)
    try:
        health = health_in(await gcam_board.status_of(visit), clock.wall())
    except GcamError:  # what ails its stream is told of that
        return []
    told = () if health is None else troubles([health])
    return [of_board(camera.name, what, remedy) for what, remedy in told]


def of_board(name: str, what: str, remedy: str) -> Finding:
    code = what.code if isinstance(what, Reason) else "board"
    return warning(code, because("check_camera_says", name=name, why=what), remedy)


def judge(
    name: str, look: Look, recording: RecordingSettings, *, is_small_well: bool = False
) -> list[Finding]:
    """What is to say of a camera that delivers, and is recorded so. Pure. `is_small_well`: of two addresses
    the one that is to be small, and is not recorded.
    """
    size, pixels = f"{look.size.width}x{look.size.height}", look.size.width * look.size.height
    shown = because(
        "check_camera_asked" if look.is_asked else "check_camera",
        name=name,
        size=size,
        fps=round(look.fps, 1),
        kilobytes=round(look.bytes_per_frame / 1000, 1),
    )
    found = []
    if pixels <= _SMALL_PX and look.is_board and not is_small_well:
        found.append(
            warning(
                "camera_small",
                because("check_camera_small", camera=shown),
                because("check_set_size"),
            )
        )
    if look.fps < _LEAST_FPS and not look.is_asked:
        cause, remedy = because("check_weak"), because("check_nearer")
        if pixels >= _HUGE_PX:
            cause, remedy = because("check_large"), because("check_smaller")
        if look.is_local:
            cause, remedy = because("check_dim"), because("check_lighter")
        found.append(warning("camera_slow", because("check_camera_slow", camera=shown, cause=cause), remedy))
    if look.dropped:
        message = because("check_camera_torn", name=name, count=look.dropped)
        remedy = because("check_cable") if look.is_local else because("check_power")
        found.append(warning("camera_torn", message, remedy))
    found += [] if is_small_well else _short_pre_roll(name, look, recording)
    return found or [ok("camera", shown)]


def _short_pre_roll(name: str, look: Look, recording: RecordingSettings) -> list[Finding]:
    """Whether what is to be seen before the motion finds room in memory."""
    wanted_s = recording.pre_roll_s + CONFIRMATION_S
    wanted_bytes = wanted_s * look.fps * look.bytes_per_frame
    if recording.mode is not RecordingMode.MOTION or wanted_bytes <= recording.pre_roll_max_bytes:
        return []
    kept_s = max(0.0, wanted_s * recording.pre_roll_max_bytes / wanted_bytes - CONFIRMATION_S)
    message = because("check_pre_roll", name=name, wanted=recording.pre_roll_s, seconds=round(kept_s, 1))
    remedy = because("check_raise_pre_roll", count=_rounded_up(wanted_bytes))
    return [warning("camera_pre_roll", message, remedy)]


def _rounded_up(count: float) -> int:
    """To whole MB, and a little more: no two pictures are alike."""
    return (int(count * 1.1) // _MB + 1) * _MB


def _is_board(camera: Camera) -> bool:
    """It may be one, or is another camera that speaks as they do."""
    return not isinstance(parse(camera.source.url), RtspAddress | LocalDevice)


def _is_local(camera: Camera) -> bool:
    return isinstance(parse(camera.source.url), LocalDevice)


def remedy_for(code: str) -> Reason:
    """By an error's code."""
    match code:
        case "unreachable":
            return because("check_unreachable")
        case "rejected":
            return because("check_rejected")
        case "protocol":
            return because("check_protocol")
        case "stalled":
            return because("check_stalled")
        case "config":
            return because("check_url")
        case _:
            return because("check_message_says")


def _redacted(problem: GcamError) -> str:
    """As a reason where it holds no secret."""
    shown = redact(str(problem))
    return problem.said if shown == str(problem) else shown


async def _watch(source: Source, watch_s: float, first_picture_s: float) -> Sequence[Unit]:
    """The pictures of some seconds; what ended the stream early counts only if there was no picture."""
    frames: list[Unit] = []
    try:
        async with asyncio.timeout(first_picture_s) as limit, aclosing(source.units()) as stream:
            async for frame in stream:
                if frame.is_sound:
                    continue
                if not frames:
                    limit.reschedule(asyncio.get_running_loop().time() + watch_s)
                frames.append(frame)
    except TimeoutError:
        pass
    except GcamError:
        if len(frames) < 2:
            raise
    return frames


def _look(frames: Sequence[Unit], watch_s: float, dropped: int) -> Look:
    watched_s = frames[-1].pts_s - frames[0].pts_s
    return Look(
        size=frames[-1].size,
        fps=(len(frames) - 1) / watched_s if watched_s > 0 else 1 / watch_s,
        bytes_per_frame=int(mean(len(frame.data) for frame in frames)),
        dropped=dropped,
    )
