"""What announces itself in the local network (mDNS), heard for a while; cameras or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from zeroconf import Error, IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

HTTP, ESPHOME, ARDUINO = "_http._tcp.local.", "_esphomelib._tcp.local.", "_arduino._tcp.local."
GCAM_BOARD = "_gcam-board._tcp.local."
_TYPES = (HTTP, ESPHOME, ARDUINO, GCAM_BOARD)
_RESOLVE_MS = 2000
_MAX_HEARD = 256
_AT_ONCE = 32
"""Names without anybody behind them take the whole time to ask about: they must not hold up the others."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Announcement:
    """`addresses` are IPv4; `hostname` is without the trailing dot."""

    kind: str
    name: str
    hostname: str
    addresses: tuple[str, ...]
    port: int
    facts: dict[str, str] = field(default_factory=dict)


async def announcements(interfaces: Sequence[str], for_s: float) -> AsyncGenerator[Announcement, None]:
    """What is heard on these own addresses within `for_s`; nothing where mDNS can't be used at all."""
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue(_MAX_HEARD)

    def changed(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Added and not heard.full():
            heard.put_nowait((service_type, name))

    try:
        ears = AsyncZeroconf(interfaces=list(interfaces), ip_version=IPVersion.V4Only)
    except (OSError, Error) as error:
        _log.warning("what announces itself in the network can't be heard: %s", error)
        return
    browser = AsyncServiceBrowser(ears.zeroconf, list(_TYPES), handlers=[changed])
    found: asyncio.Queue[Announcement] = asyncio.Queue()
    asking = [asyncio.create_task(_resolve(ears, heard, found)) for _ in range(_AT_ONCE)]
    deadline_s = asyncio.get_running_loop().time() + for_s
    try:
        while True:
            try:
                async with asyncio.timeout_at(deadline_s):
                    one = await found.get()
            except TimeoutError:
                return
            yield one
    finally:
        for task in asking:
            task.cancel()
        for outcome in await asyncio.gather(*asking, return_exceptions=True):
            if isinstance(outcome, Exception):
                _log.error("some of what announces itself was not asked about", exc_info=outcome)
        await browser.async_cancel()
        await ears.async_close()


async def _resolve(
    ears: AsyncZeroconf, heard: asyncio.Queue[tuple[str, str]], found: asyncio.Queue[Announcement]
) -> None:
    while True:
        one = await _resolved(ears, *await heard.get())
        if one is not None:
            found.put_nowait(one)


async def _resolved(ears: AsyncZeroconf, kind: str, name: str) -> Announcement | None:
    try:
        info = AsyncServiceInfo(kind, name)
        known = await info.async_request(ears.zeroconf, _RESOLVE_MS)
    except (OSError, Error):
        return None
    if not known or not info.port:
        return None
    return Announcement(
        kind=kind,
        name=name.removesuffix("." + kind)[:64],
        hostname=(info.server or "").rstrip(".").lower()[:253],
        addresses=tuple(info.parsed_addresses(IPVersion.V4Only)),
        port=info.port,
        facts={key: value or "" for key, value in info.decoded_properties.items()},
    )
