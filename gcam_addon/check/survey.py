"""All checks of a set-up, in the order a person mends things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from gcam_addon.access.secret import read_local_secret
from gcam_addon.check.answering import Disks
from gcam_addon.check.broker import check_broker
from gcam_addon.check.camera import check_camera
from gcam_addon.check.finding import Finding, warning
from gcam_addon.check.folder import check_cameras, check_damaged, check_folder, check_index, check_space
from gcam_addon.check.lan import check_network
from gcam_addon.check.machine import check_clock, check_encoder, check_libraries, check_naming, check_python
from gcam_addon.check.page import check_page, running_cameras, running_parts
from gcam_addon.check.push import check_push
from gcam_addon.clock import Clock
from gcam_addon.config.folder import is_in_use
from gcam_addon.config.model import Camera, Settings, StorageSettings
from gcam_addon.duties import Duties
from gcam_addon.wire.address import dials_in
from gcam_addon.words.reason import because

_AT_ONCE = 4
"""Cameras looked at together: more would share their Wi-Fi and look slower than they are."""


async def check_setup(
    settings: Settings, cameras: Sequence[Camera], clock: Clock, duties: Duties
) -> AsyncGenerator[Finding, None]:
    """Findings as they are made; `cameras` come on top of those in the data folder."""
    storage = settings.storage
    yield check_python()
    for finding in await asyncio.to_thread(check_libraries, settings):
        yield finding
    yield check_clock(clock.wall())
    yield await asyncio.to_thread(check_encoder, storage.encoder)
    yield await asyncio.to_thread(check_naming)
    async for finding in _check_disks(storage, Disks(duties)):
        yield finding
    for finding in await check_page(settings.web):
        yield finding
    yield await check_broker(settings.mqtt)
    found, stored = await asyncio.to_thread(check_cameras, storage.data_dir / "cameras.json")
    for finding in found:
        yield finding
    async for finding in _check_each(settings, stored, cameras, clock, duties):
        yield finding


def _dials_in(camera: Camera) -> bool:
    return camera.enabled and dials_in(camera.source.url)


async def _check_disks(storage: StorageSettings, disks: Disks) -> AsyncGenerator[Finding, None]:
    data, media = storage.data_dir, storage.media_dir
    for finding in await disks.ask(data, check_folder, data, "--data"):
        yield finding
    if media != data:
        for finding in await disks.ask(media, check_folder, media, "media_dir"):
            yield finding
    for finding in await disks.ask(media, check_space, storage):
        yield finding
    for finding in await disks.ask(media, check_damaged, media):
        yield finding
    for finding in await disks.ask(data, check_index, data / "gcam.db"):
        yield finding


async def _check_each(
    settings: Settings, stored: Sequence[Camera], given: Sequence[Camera], clock: Clock, duties: Duties
) -> AsyncGenerator[Finding, None]:
    pushing = stored
    if await asyncio.to_thread(is_in_use, settings.storage.data_dir):
        secret = await asyncio.to_thread(read_local_secret, settings.storage.data_dir)
        told = await running_cameras(settings.web, secret, stored)
        if told is None:
            yield warning(
                "cameras_in_use",
                because("check_in_use"),
                because("check_see_page"),
            )
        for finding in (*(told or ()), *await running_parts(settings.web, secret)):
            yield finding
        stored = ()
    elif settings.network.interface is not None:
        yield await check_network(settings.network, duties)
    if any(_dials_in(camera) for camera in (*pushing, *given)):
        yield await check_push(settings.push)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look(camera: Camera) -> list[Finding]:
        async with gate:
            return await check_camera(camera, clock, duties)

    looks = [asyncio.create_task(look(camera)) for camera in (*stored, *given)]
    try:
        for task in looks:
            for finding in await task:
                yield finding
    finally:
        for task in looks:
            task.cancel()
        await asyncio.gather(*looks, return_exceptions=True)
