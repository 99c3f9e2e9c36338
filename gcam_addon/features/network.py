"""The camera network: addresses for the boards, on an interface of their own."""

from __future__ import annotations

import asyncio

from gcam_addon.features.running import Running
from gcam_addon.lan.boards import FILE, NamedBoards
from gcam_addon.lan.dnsmasq import Dnsmasq
from gcam_addon.lan.service import FOLDER, CameraNetwork

DUTY = "camera network"


async def begin(gcam: Running) -> None:
    settings = gcam.settings.network
    folder = gcam.settings.storage.data_dir / FOLDER
    boards = gcam.named_boards = NamedBoards(settings, folder / FILE)
    await asyncio.to_thread(boards.load)
    if settings.interface is None:
        return
    gcam.network = CameraNetwork(boards, Dnsmasq(folder, gcam.duties), gcam.clock, gcam.engine.publish)
    gcam.stack.push_async_callback(_ended, gcam.duties.task(DUTY, gcam.network.run))


async def _ended(task: asyncio.Task[None]) -> None:
    """With what it made of the interface taken back, and dnsmasq gone."""
    task.cancel()
    await asyncio.wait([task])
