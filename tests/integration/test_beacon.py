"""Gcam is found in the local network by a real mDNS browser, on loopback, and says goodbye."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.network.beacon import KIND, Beacon
from tests.support.program import Program, write_options
from tests.support.waiting import patience

LOOPBACK = ("127.0.0.1",)


class Ears:
    """Who is there by what was heard: `names` without the kind of service."""

    def __init__(self, zeroconf: AsyncZeroconf) -> None:
        self.zeroconf = zeroconf
        self.names: set[str] = set()
        self._news = asyncio.Condition()
        self._noting: set[asyncio.Task[None]] = set()

    def heard(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        short = name.removesuffix(f".{KIND}")
        if state_change is ServiceStateChange.Removed:
            self.names.discard(short)
        else:
            self.names.add(short)
        task = asyncio.ensure_future(self._wake())
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with patience(), self._news:
            await self._news.wait_for(holds)

    async def told_by(self, name: str) -> AsyncServiceInfo:
        info = AsyncServiceInfo(KIND, f"{name}.{KIND}")
        assert await info.async_request(self.zeroconf.zeroconf, 3000)
        return info

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    zeroconf = AsyncZeroconf(interfaces=list(LOOPBACK), ip_version=IPVersion.V4Only)
    ears = Ears(zeroconf)
    browser = AsyncServiceBrowser(zeroconf.zeroconf, [KIND], handlers=[ears.heard])
    yield ears
    await browser.async_cancel()
    await zeroconf.async_close()


@asynccontextmanager
async def beacon(name: str, host_name: str = "gcam-ab12cd34", **facts: str) -> AsyncIterator[Beacon]:
    one = Beacon(name, host_name, 8123, facts, lambda: LOOPBACK, duties=Duties(ManualClock()))
    await one.start()
    try:
        yield one
    finally:
        await one.stop()


async def test_it_is_found_with_what_it_tells_and_says_goodbye(ears: Ears) -> None:
    async with beacon("Gcam shed 1", id="ab12cd34", api="1", tls="0"):
        await ears.until(lambda: "Gcam shed 1" in ears.names)
        info = await ears.told_by("Gcam shed 1")
        assert info.decoded_properties == {"id": "ab12cd34", "api": "1", "tls": "0"}
        assert info.parsed_addresses() == ["127.0.0.1"]
        assert (info.port, info.server) == (8123, "gcam-ab12cd34.local.")
    await ears.until(lambda: "Gcam shed 1" not in ears.names)


async def test_two_on_machines_of_one_name_are_both_found(ears: Ears) -> None:
    async with beacon("Gcam twin", "gcam-one"):
        await ears.until(lambda: "Gcam twin" in ears.names)
        async with beacon("Gcam twin", "gcam-two"):
            await ears.until(lambda: "Gcam twin-2" in ears.names)
            assert "Gcam twin" in ears.names


async def test_what_mdns_refuses_is_said_once_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with beacon("Gcam \a"), patience():  # no name may ring a bell
        while not caplog.records:
            await asyncio.sleep(0.01)
    (record,) = (record for record in caplog.records if record.name.startswith("gcam_addon"))
    assert "only by its address" in record.getMessage()


async def test_stopping_while_it_still_asks_for_its_name_leaves_nothing(ears: Ears) -> None:
    async with beacon("Gcam hasty"):
        pass
    async with beacon("Gcam steady"):
        await ears.until(lambda: "Gcam steady" in ears.names)
    assert "Gcam hasty" not in ears.names


async def test_the_program_announces_itself_where_asked_and_not_on_loopback_by_itself(
    ears: Ears, tmp_path: Path
) -> None:
    quiet, loud = tmp_path / "quiet", tmp_path / "loud"
    asked = write_options(tmp_path / "options.json", web={"advertise": True})
    async with (
        Program(quiet, "--mqtt", "off"),
        Program(loud, "--mqtt", "off", "--options", asked) as gcam,
    ):
        own = await gcam.get("/api/v1/info")
        found: dict[str, AsyncServiceInfo] = {}
        async with patience():
            while own["instance_id"] not in found:
                for name in set(ears.names):
                    info = await ears.told_by(name)
                    found[(info.decoded_properties or {}).get("id") or ""] = info
                await asyncio.sleep(0.05)
    told = found[own["instance_id"]]
    assert (told.port, told.decoded_properties) == (
        gcam.port, {"id": own["instance_id"], "api": "1", "tls": "0"},
    )  # fmt: skip
    assert told.name.startswith("Gcam ")
    assert (quiet / "instance_id").read_text().strip() not in found
