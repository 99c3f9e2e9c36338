"""Pictures taken on demand: told of, shown as the last event's where that is offered here, written."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from homeassistant.core import ServiceResponse, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.template import Template

from ..camera import GcamCamera
from ..errors import translated
from ..image import picture_taken
from .files import async_check_allowed, async_save


async def async_take_snapshots(
    cameras: Sequence[GcamCamera], filename: Template | None
) -> dict[str, ServiceResponse]:
    """By entity. All are taken, and then the first problem is raised."""
    paths = _paths(cameras, filename)
    taken = [_take(camera, paths.get(camera.entity_id)) for camera in cameras]
    told: dict[str, ServiceResponse] = {}
    for camera, answer in zip(cameras, await asyncio.gather(*taken, return_exceptions=True), strict=True):
        if isinstance(answer, BaseException):
            raise answer
        told[camera.entity_id] = answer
    return told


async def _take(camera: GcamCamera, path: Path | None) -> ServiceResponse:
    if path is not None:
        await async_check_allowed(camera.hass, path)
    with translated(camera.camera.name):
        picture = await camera.coordinator.client.picture(camera.camera_id)
    async_dispatcher_send(camera.hass, picture_taken(camera.coordinator, camera.camera_id), picture.jpeg)
    if path is not None:
        await async_save(camera.hass, path, _once(picture.jpeg))
    return {
        "taken_at": picture.taken_at.isoformat(),
        "width": picture.width,
        "height": picture.height,
        "size_bytes": len(picture.jpeg),
        "filename": None if path is None else str(path),
    }


@callback
def _paths(cameras: Sequence[GcamCamera], filename: Template | None) -> dict[str, Path]:
    """The template knows `entity_id` and `camera`; where several cameras get the same name all the same, each
    has its own added.
    """
    if filename is None:
        return {}
    paths = {
        camera.entity_id: Path(
            filename.async_render(
                {"entity_id": camera.entity_id, "camera": camera.camera.name}, parse_result=False
            )
        )
        for camera in cameras
    }
    shared = Counter(paths.values())
    return {
        entity_id: path if shared[path] == 1 else path.with_stem(f"{path.stem}_{entity_id.partition('.')[2]}")
        for entity_id, path in paths.items()
    }


async def _once(content: bytes) -> AsyncGenerator[bytes]:
    yield content
