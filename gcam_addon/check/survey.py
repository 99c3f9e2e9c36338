"""All checks of a set-up, in the order a person mends things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from gcam_addon.access.secret import read_local_secret
from gcam_addon.check.broker import check_broker
from gcam_addon.check.camera import check_camera
from gcam_addon.check.finding import Finding, warning
from gcam_addon.check.folder import check_cameras, check_damaged, check_folder, check_index, check_space
from gcam_addon.check.machine import check_clock, check_encoder, check_libraries, check_python
from gcam_addon.check.page import check_page, running_cameras, running_duties
from gcam_addon.clock import Clock
from gcam_addon.config.folder import is_in_use
from gcam_addon.config.model import Camera, Settings
from gcam_addon.words.reason import because

_AT_ONCE = 4
"""Cameras looked at together: more would share their Wi-Fi and look slower than they are."""


async def check_setup(
    settings: Settings, cameras: Sequence[Camera], clock: Clock
) -> AsyncGenerator[Finding, None]:
    """Findings as they are made; `cameras` come on top of those in the data folder."""
    storage = settings.storage
    yield check_python()
    for finding in await asyncio.to_thread(check_libraries, settings):
        yield finding
    yield check_clock(clock.wall())
    yield await asyncio.to_thread(check_encoder, storage.encoder)
    yield await asyncio.to_thread(check_folder, storage.data_dir, "--data")
    if storage.media_dir != storage.data_dir:
        yield await asyncio.to_thread(check_folder, storage.media_dir, "media_dir")
    yield await asyncio.to_thread(check_space, storage)
    for finding in await asyncio.to_thread(check_damaged, storage.media_dir):
        yield finding
    yield await asyncio.to_thread(check_index, storage.data_dir / "gcam.db")
    for finding in await check_page(settings.web):
        yield finding
    yield await check_broker(settings.mqtt)
    found, stored = await asyncio.to_thread(check_cameras, storage.data_dir / "cameras.json")
    for finding in found:
        yield finding
    async for finding in _check_each(settings, stored, cameras, clock):
        yield finding


async def _check_each(
    settings: Settings, stored: Sequence[Camera], given: Sequence[Camera], clock: Clock
) -> AsyncGenerator[Finding, None]:
    if await asyncio.to_thread(is_in_use, settings.storage.data_dir):
        secret = await asyncio.to_thread(read_local_secret, settings.storage.data_dir)
        told = await running_cameras(settings.web, secret, stored)
        if told is None:
            yield warning(
                "cameras_in_use",
                because("check_in_use"),
                because("check_see_page"),
            )
        for finding in (*(told or ()), *await running_duties(settings.web, secret)):
            yield finding
        stored = ()
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look(camera: Camera) -> list[Finding]:
        async with gate:
            return await check_camera(camera, clock)

    looks = [asyncio.create_task(look(camera)) for camera in (*stored, *given)]
    try:
        for task in looks:
            for finding in await task:
                yield finding
    finally:
        for task in looks:
            task.cancel()
        await asyncio.gather(*looks, return_exceptions=True)
