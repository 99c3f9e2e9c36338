"""What is at an address that a person typed: a board, any camera of HTTP, or one of RTSP."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from gcam_addon.boards import probe as boards
from gcam_addon.boards.probe import PROBE_S, Probe
from gcam_addon.boards.recognise import Places
from gcam_addon.clock import Clock
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, Stalled
from gcam_addon.probing.rtsp import look
from gcam_addon.wire.address import NETWORK, NetworkAddress, RtspAddress, parse
from gcam_addon.words.reason import because


async def probe(
    text: str,
    clock: Clock,
    duties: Duties,
    *,
    credentials: tuple[str, str] | None = None,
    avoid: Places = frozenset(),
    verify_tls: bool = True,
) -> Probe:
    """As `boards.probe.probe`, of every address in the network."""
    address = address_of(text)
    if not isinstance(address, RtspAddress):
        return await boards.probe(text, clock, credentials=credentials, avoid=avoid, verify_tls=verify_tls)
    if credentials is not None:
        address = replace(address, username=credentials[0], password=credentials[1])
    is_watched = (address.port, address.target) in avoid
    try:
        async with asyncio.timeout(PROBE_S):
            return await look(address, clock, duties, verify_tls=verify_tls, is_watched=is_watched)
    except TimeoutError as error:
        raise Stalled(because("probe_slow", address=address, seconds=PROBE_S)) from error


def address_of(text: str) -> NetworkAddress:
    """Raises `ConfigError`."""
    address = parse(text)
    if not isinstance(address, NETWORK):
        raise ConfigError(because("probe_network_only"), field="url")
    return address
