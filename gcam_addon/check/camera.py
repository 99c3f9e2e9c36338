"""Does a camera deliver, and how well: by watching it for a few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from statistics import median

from gcam_addon.assembly import build_source
from gcam_addon.check.finding import Finding, error, ok, warning
from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera, RecordingMode, RecordingSettings
from gcam_addon.errors import GcamError
from gcam_addon.interfaces import Source
from gcam_addon.log.setup import redact
from gcam_addon.model import EncodedFrame, Size
from gcam_addon.recording.recorder import CONFIRMATION_S

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


async def check_camera(
    camera: Camera, clock: Clock, *, watch_s: float = 4.0, first_picture_s: float = 20.0
) -> list[Finding]:
    """Watch it for some seconds. Takes the board's place for one viewer meanwhile."""
    if not camera.enabled:
        return [ok("camera", f"{camera.name}: switched off, so not looked at")]
    if camera.privacy:
        return [ok("camera", f"{camera.name}: in privacy mode, so not looked at")]
    try:
        source = build_source(camera, clock)
        frames = await _watch(source, watch_s, first_picture_s)
    except GcamError as problem:
        remedy = _REMEDIES.get(problem.code, "see what the message says")
        return [error(f"camera_{problem.code}", f"{camera.name}: {redact(str(problem))}", remedy)]
    if not frames:
        message = f"{camera.name}: connected, but no picture came within {first_picture_s:g} s"
        return [error("camera_stalled", message, _REMEDIES["stalled"])]
    return judge(camera.name, _look(frames, watch_s, source.dropped), camera.recording)


def judge(name: str, look: Look, recording: RecordingSettings) -> list[Finding]:
    """What is to say of a camera that delivers, and is recorded so. Pure."""
    size, pixels = f"{look.size.width}x{look.size.height}", look.size.width * look.size.height
    shown = f"{name}: {size} at {look.fps:.1f} pictures per second, {look.bytes_per_frame / 1000:.1f} kB each"
    found = []
    if pixels <= _SMALL_PX:
        found.append(
            warning(
                "camera_small",
                f"{shown}: the pictures are small; a board falls back to its default after a power loss",
                "set its frame size again on the board's own page, to VGA (640x480) for example; if that "
                "does not last, set it in the firmware",
            )
        )
    if look.fps < _LEAST_FPS:
        cause = "its pictures are large" if pixels >= _HUGE_PX else "its Wi-Fi is weak, or it is dark"
        remedy = (
            "lower its frame size, or raise its JPEG quality number (a higher number means smaller pictures)"
            if pixels >= _HUGE_PX
            else "bring it nearer to the access point, use an external antenna, give it more light"
        )
        found.append(warning("camera_slow", f"{shown}: that is slow; probably {cause}", remedy))
    if look.dropped:
        remedy = "check Wi-Fi and power supply (5 V, at least 1 A, a short cable)"
        found.append(warning("camera_torn", f"{name}: {look.dropped} pictures arrived damaged", remedy))
    found += _short_pre_roll(name, look, recording)
    return found or [ok("camera", shown)]


def _short_pre_roll(name: str, look: Look, recording: RecordingSettings) -> list[Finding]:
    """Whether what is to be seen before the motion finds room in memory."""
    wanted_s = recording.pre_roll_s + CONFIRMATION_S
    wanted_bytes = wanted_s * look.fps * look.bytes_per_frame
    if recording.mode is not RecordingMode.MOTION or wanted_bytes <= recording.pre_roll_max_bytes:
        return []
    kept_s = max(0.0, wanted_s * recording.pre_roll_max_bytes / wanted_bytes - CONFIRMATION_S)
    message = f"{name}: of the {recording.pre_roll_s:g} s before a motion about {kept_s:.1f} s are recorded"
    remedy = (
        f"raise its recording.pre_roll_max_bytes to {_rounded_up(wanted_bytes)}, or lower its frame size "
        "or quality: its pictures are too large for what is kept in memory"
    )
    return [warning("camera_pre_roll", message, remedy)]


def _rounded_up(count: float) -> int:
    """To whole MB, and a little more: no two pictures are alike."""
    return (int(count * 1.1) // _MB + 1) * _MB


_REMEDIES = {
    "unreachable": "see that it has power and is in this network: does its page open in a browser here?",
    "rejected": "correct address, user and password in its url; close other viewers: most boards serve one",
    "protocol": "give the address of the stream itself, such as http://HOST:81/stream",
    "stalled": "restart the board; check its power supply (5 V, at least 1 A) and Wi-Fi",
    "config": "correct its url in cameras.json",
}


async def _watch(source: Source, watch_s: float, first_picture_s: float) -> Sequence[EncodedFrame]:
    """The pictures of some seconds; what ended the stream early counts only if there was no picture."""
    frames: list[EncodedFrame] = []
    try:
        async with asyncio.timeout(first_picture_s) as limit, aclosing(source.frames()) as stream:
            async for frame in stream:
                if not frames:
                    limit.reschedule(asyncio.get_running_loop().time() + watch_s)
                frames.append(frame)
    except TimeoutError:
        pass
    except GcamError:
        if len(frames) < 2:
            raise
    return frames


def _look(frames: Sequence[EncodedFrame], watch_s: float, dropped: int) -> Look:
    watched_s = frames[-1].pts_s - frames[0].pts_s
    return Look(
        size=frames[-1].size,
        fps=(len(frames) - 1) / watched_s if watched_s > 0 else 1 / watch_s,
        bytes_per_frame=int(median(len(frame.jpeg) for frame in frames)),
        dropped=dropped,
    )
