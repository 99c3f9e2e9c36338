"""The search for cameras: what got an address in the camera network, what announces itself, what answers as
an ONVIF camera, and on demand what has a camera's ports open.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from gcam_addon.network.announcements import ARDUINO, ESPHOME, GCAM_BOARD, Announcement, announcements
from gcam_addon.network.onvif.discovery import GROUP, Discovered, discovered
from gcam_addon.network.sweep import hosts_of, open_ports, own_addresses, own_networks


class Seen(NamedTuple):
    """A board that was recognised; `claimed` is None where its firmware knows no owner."""

    firmware: str
    name: str | None = None
    claimed: bool | None = None
    id: str | None = None


Identify = Callable[[str, bool], Awaitable[Seen | None]]
"""(url, thoroughly) -> the board there; None where no camera answers."""

Known = Callable[[frozenset[str], int], str | None]
"""(names and addresses of a host, port) -> the camera that is configured there."""

Networks = Callable[[], Awaitable[Sequence[IPv4Network]]]
"""Where cameras may be."""

Announced = Callable[[Sequence[str], float], AsyncGenerator[Announcement, None]]
"""What is heard on these own addresses within so many seconds."""

Leased = Callable[[], Sequence[tuple[str, str]]]
"""(name, address) of what Gcam itself gave addresses to."""

_LISTEN_S = 6.0
_AT_ONCE = 4
_MOST_LEADS = 256
_MOST_LEASED = 128
"""A board can make up neighbours: they leave room for those that are found otherwise."""
_MOST_EACH = 8
"""Leads to one host: anybody can say that there are thousands of cameras, and a search has to end."""
_CAMERA_LIKE = re.compile(r"cam|esp32|esp-|ov2640|ov5640|tasmota|webcam", re.IGNORECASE)
_STREAM_PORTS = frozenset({81, 8081})


class How(StrEnum):
    MDNS = "mdns"
    SWEEP = "sweep"
    ONVIF = "onvif"
    LEASE = "lease"  # of the camera network
    DEVICE = "device"  # of this machine


@dataclass(frozen=True, slots=True)
class FoundBoard:
    """`firmware` is None where it seems to be a camera and did not say; `camera_id`: it is configured. Of an
    ONVIF camera `url` is that of its service, to be asked for its streams; `model` only these tell.
    """

    name: str
    url: str
    how: How
    firmware: str | None
    camera_id: str | None
    model: str | None = None
    claimed: bool | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class _Lead:
    name: str
    hosts: frozenset[str]
    address: str
    port: int
    how: How
    is_likely: bool
    thorough: bool
    service: str = ""
    model: str | None = None

    @property
    def url(self) -> str:
        if self.service:
            return self.service
        return f"http://{self.address}" if self.port == 80 else f"http://{self.address}:{self.port}"


_log = logging.getLogger(__name__)


class Finder:
    """One search at a time. `interfaces`: own addresses to listen on; None: all private ones. `networks`:
    whose addresses are looked at; None: those this machine is in.
    """

    def __init__(
        self,
        identify: Identify,
        interfaces: Sequence[str] | None = None,
        listen_s: float = _LISTEN_S,
        networks: Networks | None = None,
        *,
        leased: Leased = tuple,
        onvif_at: tuple[str, int] = GROUP,
        announced: Announced = announcements,
    ) -> None:
        self._identify = identify
        self._leased = leased
        self._announced = announced
        self._onvif_at = onvif_at
        self._networks = networks or _own_networks
        self._interfaces = interfaces
        self._listen_s = listen_s
        self.is_searching = False

    async def search(self, known: Known, *, sweep: bool) -> AsyncGenerator[FoundBoard, None]:
        """As they are found. Ends by itself; closing it ends it earlier."""
        self.is_searching = True
        leads: asyncio.Queue[_Lead | None] = asyncio.Queue()
        results: asyncio.Queue[FoundBoard | None] = asyncio.Queue()
        tasks = [asyncio.create_task(self._collect(leads, sweep=sweep))]
        tasks += [asyncio.create_task(self._judge(leads, results, known)) for _ in range(_AT_ONCE)]
        told: set[str] = set()
        working = _AT_ONCE
        try:
            while working:
                board = await results.get()
                if board is None:
                    working -= 1
                elif board.url not in told:
                    told.add(board.url)
                    yield board
        finally:
            self.is_searching = False
            for task in tasks:
                task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(outcome, Exception):
                    _log.error("the search for cameras is incomplete", exc_info=outcome)

    async def _collect(self, leads: asyncio.Queue[_Lead | None], *, sweep: bool) -> None:
        seen: set[str] = set()
        each: Counter[str] = Counter()

        def note(lead: _Lead) -> None:
            has_room = len(seen) < _MOST_LEADS and each[lead.address] < _MOST_EACH
            if lead.url not in seen and has_room:
                seen.add(lead.url)
                each[lead.address] += 1
                leads.put_nowait(lead)

        try:
            for name, address in self._leased()[:_MOST_LEASED]:
                note(_lead_of_lease(name, address))
            own = await asyncio.to_thread(own_addresses)
            ways = [self._listen(note, own), self._call(note, own)]
            if sweep:
                ways.append(self._sweep(note, own))
            await asyncio.gather(*ways)
        finally:
            for _ in range(_AT_ONCE):
                leads.put_nowait(None)

    async def _listen(self, note: Callable[[_Lead], None], own: Sequence[str]) -> None:
        here = [*(await self._networks()), *map(IPv4Network, own)]
        async with aclosing(self._announced(self._interfaces or own, self._listen_s)) as heard:
            async for one in heard:
                lead = lead_of(one, here)
                if lead is not None:
                    note(lead)

    async def _call(self, note: Callable[[_Lead], None], own: Sequence[str]) -> None:
        here = [*(await self._networks()), *map(IPv4Network, own)]
        asked_from = self._interfaces or own
        async with aclosing(discovered(asked_from, here, self._listen_s, self._onvif_at)) as answering:
            async for one in answering:
                note(_lead_to(one))

    async def _sweep(self, note: Callable[[_Lead], None], own: Sequence[str]) -> None:
        hosts = hosts_of(await self._networks(), own)
        async with aclosing(open_ports(hosts)) as found:
            async for host, ports in found:
                thorough = bool(_STREAM_PORTS & set(ports))
                note(_Lead(host, frozenset({host}), host, 80, How.SWEEP, is_likely=False, thorough=thorough))

    async def _judge(
        self,
        leads: asyncio.Queue[_Lead | None],
        results: asyncio.Queue[FoundBoard | None],
        known: Known,
    ) -> None:
        try:
            while (lead := await leads.get()) is not None:
                camera_id = known(lead.hosts, lead.port)
                is_asked = camera_id is None and lead.how != How.ONVIF
                seen = await self._identify(lead.url, lead.thorough) if is_asked else None
                if camera_id or seen or lead.is_likely:
                    results.put_nowait(_found(lead, seen, camera_id))
        finally:
            results.put_nowait(None)


def _found(lead: _Lead, seen: Seen | None, camera_id: str | None) -> FoundBoard:
    """Called what it says of itself where nothing else is known of it than its address."""
    is_nameless = lead.name == lead.address
    name = seen.name if seen is not None and seen.name is not None and is_nameless else lead.name
    board = seen or Seen("")
    return FoundBoard(
        name,
        lead.url,
        lead.how,
        board.firmware or None,
        camera_id,
        model=lead.model,
        claimed=board.claimed,
        id=board.id,
    )


async def _own_networks() -> Sequence[IPv4Network]:
    return await asyncio.to_thread(own_networks)


def _lead_to(one: Discovered) -> _Lead:
    """It said what it is: it need not be recognised."""
    return _Lead(
        name=one.name,
        hosts=frozenset({one.address}),
        address=one.address,
        port=one.port,
        how=How.ONVIF,
        is_likely=True,
        thorough=False,
        service=one.url,
        model=one.model or None,
    )


def _lead_of_lease(name: str, address: str) -> _Lead:
    """Whatever has an address in the boards' own network is shown, also where it is not recognised."""
    hosts = frozenset({address})
    return _Lead(name, hosts, address, 80, How.LEASE, is_likely=True, thorough=True)


def lead_of(one: Announcement, here: Sequence[IPv4Network]) -> _Lead | None:
    """Whether it may be a camera, by what it tells; None for printers and the like, and for addresses outside
    of the networks `here`: anybody can announce any address, and Gcam would knock there. Pure.
    """
    addresses = [address for address in one.addresses if any(IPv4Address(address) in near for near in here)]
    if not addresses:
        return None
    words = " ".join((one.name, one.hostname, one.facts.get("board", ""), one.facts.get("project_name", "")))
    is_likely = one.kind == GCAM_BOARD or _CAMERA_LIKE.search(words) is not None
    name = one.facts.get("friendly_name") or (one.kind == GCAM_BOARD and one.facts.get("name")) or one.name
    # ESPHome and Arduino announce the port of something else than their pictures.
    is_other_port = one.kind in (ESPHOME, ARDUINO) and one.port in (6053, 3232, 8266)
    if not is_likely and one.kind not in (ESPHOME, ARDUINO):
        return None
    return _Lead(
        name=name[:64],
        hosts=frozenset({*addresses, one.hostname}),
        address=addresses[0],
        port=80 if is_other_port else one.port,
        how=How.MDNS,
        is_likely=is_likely and (one.kind != ESPHOME or "cam" in words.lower()),
        thorough=True,
    )
