"""The source against every simulated firmware and every fault: what a user would see with that board."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ProtocolError, Rejected, SourceError, Stalled, Unreachable
from gcam_addon.model import Size, Unit
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.faults import Fault
from gcam_addon.sources.http import HttpSource
from tests.support.simulated import camera, size_of
from tests.support.waiting import PATIENCE_S

FIRMWARES = ["camera-web-server", "esphome", "tasmota", "mjpeg2sd"]


def source_of(url: str, stall_timeout_s: float = PATIENCE_S) -> HttpSource:
    settings = SourceSettings(url, connect_timeout_s=PATIENCE_S, stall_timeout_s=stall_timeout_s)
    return HttpSource(settings, SystemClock())


async def take(source: HttpSource, count: int) -> list[Unit]:
    frames: list[Unit] = []
    async with aclosing(source.units()) as stream:
        async for frame in stream:
            frames.append(frame)
            if len(frames) == count:
                break
    return frames


async def ending(source: HttpSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await take(source, 1000)
    return caught.value


def add(running: SimulatedCamera, fault: Fault, every: int = 1) -> None:
    running.faults.add(fault, every=every)


@pytest.mark.parametrize("firmware", FIRMWARES)
async def test_every_firmware_is_read(firmware: str) -> None:
    async with camera(firmware, fps=60.0) as running:
        source = source_of(running.url)
        frames = await take(source, 10)
    assert all(size_of(frame.data) == frame.size == Size(320, 240) for frame in frames)
    assert source.dropped == 0


@pytest.mark.parametrize("firmware", FIRMWARES)
async def test_every_firmware_is_found_by_its_host_alone(firmware: str) -> None:
    async with camera(firmware, fps=60.0) as running:
        frames = await take(source_of(running.control_url), 3)
        assert running.streams_opened == 1
    assert len(frames) == 3


@pytest.mark.parametrize("firmware", FIRMWARES)
@pytest.mark.parametrize(
    "fault",
    [
        Fault.NO_LENGTH,
        Fault.WRONG_LENGTH,
        Fault.LATE_BOUNDARY,
        Fault.MISSING_EOI,
        Fault.ZEROS_AFTER_EOI,
    ],
)
async def test_what_boards_get_wrong_loses_nothing(firmware: str, fault: Fault) -> None:
    async with camera(firmware, fps=60.0) as running:
        add(running, fault)
        source = source_of(running.url)
        frames = await take(source, 10)
        sent = running.frames_sent
    assert all(size_of(frame.data) == frame.size for frame in frames)
    assert source.dropped == 0
    assert sent <= 12


@pytest.mark.parametrize("firmware", FIRMWARES)
@pytest.mark.parametrize(
    ("fault", "drops"),
    [
        (Fault.GARBAGE, {5}),  # two good ones, one bad: the 12th good one is the 17th
        (Fault.TEXT_PART, {3, 4}),
        (Fault.TEAR, {0}),  # its length is right: what came of it can be shown
        (Fault.MID_SCAN_CORRUPTION, {0}),  # only a decoder sees it
    ],
)
async def test_damage_costs_the_damaged_only(firmware: str, fault: Fault, drops: set[int]) -> None:
    async with camera(firmware, fps=60.0) as running:
        add(running, fault, every=3)
        source = source_of(running.url)
        frames = await take(source, 12)
    assert len(frames) == 12
    assert source.dropped in drops


async def test_a_change_of_size_in_the_middle() -> None:
    async with camera() as running:
        add(running, Fault.RESIZE, every=4)
        frames = await take(source_of(running.url), 12)
    assert len({frame.size for frame in frames}) > 1
    assert all(size_of(frame.data) == frame.size for frame in frames)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.STALL, Stalled),
        (Fault.HALF_OPEN, Stalled),
        (Fault.RESET, Unreachable),
        (Fault.CHUNK_CUT, Unreachable),
        (Fault.AUTH401, Rejected),
        (Fault.ERROR500, Rejected),
        (Fault.HTML, ProtocolError),
    ],
)
async def test_what_ends_a_run_is_named(fault: Fault, error: type[SourceError]) -> None:
    async with camera() as running:
        add(running, fault, every=1)
        stall_timeout_s = 0.8 if error is Stalled else PATIENCE_S
        assert isinstance(await ending(source_of(running.url, stall_timeout_s)), error)


async def test_the_second_viewer_is_told_that_the_board_is_busy() -> None:
    async with camera() as running:
        first = asyncio.ensure_future(take(source_of(running.url), 1000))
        while not running.clients:
            await asyncio.sleep(0.01)
        second = await ending(source_of(running.url, 0.8))
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
    assert isinstance(second, Stalled)
    assert "another viewer" in str(second)


async def test_the_next_run_is_served_at_once() -> None:
    async with camera() as running:
        for _ in range(3):
            assert len(await asyncio.wait_for(take(source_of(running.url), 2), PATIENCE_S)) == 2
