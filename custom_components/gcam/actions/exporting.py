"""Recordings as files of Home Assistant's: one clip, or all that a camera recorded between two moments."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from ..api import GcamClient, GcamError, NotFound
from ..camera import GcamCamera
from ..const import DOMAIN
from ..errors import translated
from ..models import Clip
from ..recordings import Export, ExportState
from .files import async_check_allowed, async_save, default_path

LONGEST_WAIT_S = 30 * 60.0
_FIRST_POLL_S = 0.2
_LONGEST_POLL_S = 3.0


@dataclass(frozen=True, slots=True)
class Exported:
    """A video that was written."""

    path: Path
    size_bytes: int
    duration_s: float


async def async_export_clip(
    hass: HomeAssistant, client: GcamClient, clip: Clip, path: Path | None
) -> Exported:
    """To `path`, else where exports go."""
    target = path or default_path(hass, clip.camera_name, f"{_written(clip.started_at)}.mp4")
    await async_check_allowed(hass, target)
    with translated(clip.id):
        size_bytes = await async_save(hass, target, client.download(f"clips/{clip.id}/video.mp4"))
    return Exported(target, size_bytes, clip.duration_s)


async def async_export_range(
    camera: GcamCamera,
    between: tuple[datetime, datetime],
    path: Path | None,
    *,
    wait_s: float = LONGEST_WAIT_S,
) -> Exported:
    """Gcam joins the recordings first, which takes a while; what it made for that is removed again."""
    hass, client, name = camera.hass, camera.coordinator.client, camera.camera.name
    start, end = (_written(moment) for moment in between)
    target = path or default_path(hass, name, f"{start} - {end}.mp4")
    await async_check_allowed(hass, target)
    with translated(name):
        async with _export(camera, between) as export:
            made = await _made(client, export, wait_s)
            size_bytes = await async_save(hass, target, client.download(f"exports/{export.id}/video.mp4"))
    return Exported(target, size_bytes, made.duration_s)


@asynccontextmanager
async def _export(camera: GcamCamera, between: tuple[datetime, datetime]) -> AsyncIterator[Export]:
    """Begun, and removed in the end."""
    client, (start, end) = camera.coordinator.client, between
    try:
        export = await client.add_export(camera.camera_id, start, end)
    except NotFound as error:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="nothing_recorded",
            translation_placeholders={
                "camera": camera.camera.name,
                "start": _shown(start),
                "end": _shown(end),
            },
        ) from error
    try:
        yield export
    finally:
        with suppress(GcamError):  # it goes by itself within a day
            await client.remove_export(export.id)


async def _made(client: GcamClient, export: Export, wait_s: float) -> Export:
    poll_s = _FIRST_POLL_S
    try:
        async with asyncio.timeout(wait_s):
            while export.state in (ExportState.WAITING, ExportState.RUNNING):
                await asyncio.sleep(poll_s)
                poll_s = min(2 * poll_s, _LONGEST_POLL_S)
                export = await client.export(export.id)
    except TimeoutError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="export_too_long",
            translation_placeholders={"minutes": f"{wait_s / 60:.0f}"},
        ) from error
    if export.state is ExportState.FAILED:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="export_failed",
            translation_placeholders={"camera": export.camera_name, "problem": export.problem or ""},
        )
    return export


def _written(moment: datetime) -> str:
    """In a file's name, which may have no colons."""
    return f"{dt_util.as_local(moment):%Y-%m-%d %H-%M-%S}"


def _shown(moment: datetime) -> str:
    return f"{dt_util.as_local(moment):%Y-%m-%d %H:%M:%S}"
