"""The camera network while Gcam runs: looks, asks, serves, and looks again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any, NoReturn, Protocol

from gcam_addon.clock import Clock
from gcam_addon.config.model import NetworkSettings
from gcam_addon.errors import NetworkError, ServerEnded
from gcam_addon.lan.access_point import AccessPoints
from gcam_addon.lan.asking import ask_around, own_class
from gcam_addon.lan.boards import NamedBoard, NamedBoards
from gcam_addon.lan.configuration import configuration
from gcam_addon.lan.inquiry import Offer
from gcam_addon.lan.interfaces import give_address, nameservers, read_interfaces, take_address
from gcam_addon.lan.judging import Interface, judge, require_link
from gcam_addon.lan.leases import MOST_BYTES, Lease, leases_in, newcomers
from gcam_addon.lan.passage import Passage
from gcam_addon.machine.rights import Right, missing
from gcam_addon.model import NetworkChanged, NetworkHealth, NetworkPhase
from gcam_addon.words.reason import Reason, because

FOLDER = "network"
"""Of the data folder: what dnsmasq is told, and the leases."""
RIGHTS = (Right.NET_ADMIN, Right.NET_BIND_SERVICE)
_MOST_TOLD = 20
"""New boards that are logged by name, within a minute."""
_REWRITING_S = 0.2
"""dnsmasq empties the file of the leases before it writes them anew."""
_log = logging.getLogger(__name__)


class RunningServer(Protocol):
    async def end(self) -> NoReturn:
        """Waits until it ends by itself. Raises `ServerEnded`."""


class AddressServer(Protocol):
    """Gives the addresses away."""

    @property
    def leases(self) -> Path: ...

    async def prepare(self, text: str, unnamed: Collection[str] = ()) -> None:
        """Raises `NetworkError` for what can't be served. `unnamed`: boards whose names were taken back."""

    def running(self) -> AbstractAsyncContextManager[RunningServer]:
        """Entered once it serves. Raises `NetworkError`."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds."""

    look_s: float = 2.0
    """At the interface and the leases, while it is served."""
    try_again_s: float = 10.0
    ask_again_s: float = 600.0
    """Whether somebody else serves by now."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What is done to this machine, and asked of it."""

    lacks: Callable[[], Sequence[Right]] = lambda: missing(RIGHTS)
    interfaces: Callable[[], Mapping[str, Interface]] = read_interfaces
    give: Callable[[str, IPv4Interface], None] = give_address
    take: Callable[[str], None] = take_address
    resolvers: Callable[[], Sequence[IPv4Address]] = nameservers
    ask: Callable[[str, str], Awaitable[Offer | None]] = ask_around
    passage: Callable[[str], Passage] = Passage
    access_points: AccessPoints = field(default_factory=AccessPoints)


class CameraNetwork:
    """`run` is a duty: what is foreseen (another server, no such interface) is told and tried again; a
    dnsmasq that ends is a failure of the duty, which begins it again. Loop only.
    """

    def __init__(
        self,
        boards: NamedBoards,
        server: AddressServer,
        clock: Clock,
        tell: Callable[[NetworkChanged], None],
        *,
        machine: Machine | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Of settings in which `interface` is not None."""
        self.settings = boards.settings
        self.leases: tuple[Lease, ...] = ()
        """By address."""
        self.health = NetworkHealth(NetworkPhase.LOOKING)
        self._boards = boards
        self._unnamed: set[str] = set()
        """Boards whose names were taken back since dnsmasq began."""
        self._is_changed = False
        """Dnsmasq is to be told of other boards."""
        self._interface = self.settings.interface or ""
        self._asks_as = own_class()
        self._server = server
        self._clock = clock
        self._tell = tell
        self._machine = machine or Machine()
        self._pace = pace or Pace()
        self._asked_s: float | None = None
        """When nobody else was heard last."""
        self._had_link = False
        self._gave_address = False
        self._told = (0, 0)
        """Minute, and how many boards were logged in it."""

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                try:
                    await self._serve()
                except NetworkError as error:
                    self._stopped(error)
                    if isinstance(error, ServerEnded):
                        raise
                await asyncio.sleep(self._pace.try_again_s)
        finally:
            await self._leave()

    @property
    def boards(self) -> tuple[NamedBoard, ...]:
        """Those that have a name or an address for good, whether they are there or not."""
        return self._boards.all

    async def name(self, sent: Mapping[str, Any]) -> None:
        """`sent` as in the options; told to dnsmasq at the next look. Raises `ConfigError`."""
        await self._boards.name(sent, self.leases)
        await self._take_boards()

    async def forget(self, mac: str) -> None:
        """Raises `NotFound`, and `ConfigError`."""
        await self._boards.forget(mac)
        await self._take_boards()

    def stored(self) -> bytes:
        """The boards that were named on the page, as a backup has them."""
        return self._boards.stored()

    def check(self, content: bytes) -> None:
        """Raises `ConfigError` where it can't be `replace`d with."""
        self._boards.check(content)

    async def replace(self, content: bytes) -> None:
        """Exactly a backup's are named on the page from now on. Raises `ConfigError`."""
        await self._boards.replace(content)
        await self._take_boards()

    async def _take_boards(self) -> None:
        """Names count at once; addresses when a board asks again."""
        before = {board.mac for board in self.settings.boards if board.name}
        self.settings = self._boards.settings
        self._unnamed |= before
        self._unnamed -= {board.mac for board in self.settings.boards if board.name}
        self._is_changed = True
        if self.health.phase is NetworkPhase.SERVING:
            await self._read_leases()

    async def _serve(self) -> None:
        """Raises `NetworkError`."""
        require_rights(self._machine)
        await self._prepare()
        await self._make_ready()
        await self._require_alone()
        while True:
            async with self._server.running() as server:
                self._become(NetworkPhase.SERVING)
                _log.info("the camera network is served on %s as %s", self._interface, self.settings.address)
                await self._until_changed(server)
            # Who has an address keeps it: they are in dnsmasq's file, and who asks meanwhile asks again.
            _log.info("the camera network's names and addresses have changed: dnsmasq begins anew")
            await self._prepare()

    async def _prepare(self) -> None:
        """Raises `NetworkError`."""
        self._is_changed, unnamed = False, tuple(self._unnamed)
        text = configuration(self.settings, self._machine.resolvers(), self._asks_as)
        await self._server.prepare(text, unnamed)
        self._unnamed -= set(unnamed)

    async def _until_changed(self, server: RunningServer) -> None:
        """Raises `NetworkError`."""
        while not self._is_changed:
            await self._look()
            try:
                async with asyncio.timeout(self._pace.look_s):
                    await server.end()
            except TimeoutError:
                continue

    async def _make_ready(self) -> None:
        """Nothing is touched that may not be."""
        found = await asyncio.to_thread(self._machine.interfaces)
        is_to_be_given = judge(self.settings, found)
        if (point := self.settings.access_point) is not None:
            await self._machine.access_points.begin(self._interface, self.settings.address, point)
            found = await asyncio.to_thread(self._machine.interfaces)
            is_to_be_given = judge(self.settings, found)
        if is_to_be_given:
            await asyncio.to_thread(self._machine.give, self._interface, self.settings.address)
            self._gave_address = True
            found = await asyncio.to_thread(self._machine.interfaces)
        require_link(found.get(self._interface), self._interface)

    async def _look(self) -> None:
        """Whether all is as it was, and who has which address. Raises `NetworkError`."""
        found = await asyncio.to_thread(self._machine.interfaces)
        if judge(self.settings, found):
            raise NetworkError(because("lan_address_lost", interface=self._interface))
        one = found[self._interface]
        if one.has_link and not self._had_link:
            self._asked_s = None  # what is plugged in now may be another network
        self._had_link = one.has_link
        await self._require_alone()
        await self._read_leases()
        notice = None if self.settings.internet else await asyncio.to_thread(self._closed)
        self._change(replace(self.health, notice=notice, leases=len(self.leases)))

    async def _require_alone(self) -> None:
        """Asks where it was not asked lately. Raises `NetworkError` where somebody else serves."""
        now_s = self._clock.monotonic()
        if self._asked_s is not None and now_s - self._asked_s < self._pace.ask_again_s:
            return
        if self.health.phase is not NetworkPhase.SERVING and self.health.problem is None:
            self._become(NetworkPhase.LOOKING)
        self._asked_s = None
        offer = await self._machine.ask(self._interface, self._asks_as)
        if offer is not None:
            raise NetworkError(other_server(self._interface, offer))
        self._asked_s, self._had_link = self._clock.monotonic(), True

    async def _read_leases(self) -> None:
        leases = await self._leases_of_the_file()
        if len(leases) < len(self.leases):  # over, or dnsmasq is writing them anew
            await asyncio.sleep(_REWRITING_S)
            leases = await self._leases_of_the_file()
        new = list(newcomers(self.leases, leases))
        self.leases = leases
        for lease in new:
            self._say(lease)

    async def _leases_of_the_file(self) -> tuple[Lease, ...]:
        now = self._clock.wall()
        return await asyncio.to_thread(_leases_or_none, self._server.leases, self.settings, now)

    def _say(self, lease: Lease) -> None:
        """A few a minute: a board can make up any number of others."""
        minute = int(self._clock.monotonic() // 60)
        self._told = (minute, self._told[1] + 1 if self._told[0] == minute else 1)
        if self._told[1] <= _MOST_TOLD:
            _log.info("%s has joined the camera network as %s (%s)", lease.title, lease.address, lease.mac)
        elif self._told[1] == _MOST_TOLD + 1:
            _log.info("more have joined the camera network: gcam network leases lists them")

    def _closed(self) -> str | None:
        """What is said where it can't be closed. Blocking."""
        if self._machine.passage(self._interface).close():
            return None
        return because("lan_open", interface=self._interface)

    def _become(self, phase: NetworkPhase) -> None:
        self._change(replace(self.health, phase=phase, problem=None))

    def _stopped(self, error: NetworkError) -> None:
        self.leases = ()
        if not isinstance(error, ServerEnded):
            self._asked_s = None
        if self.health.problem != error.said:
            _log.error("the camera network is not served: %s", error)
        self._change(NetworkHealth(NetworkPhase.STOPPED, error.said))

    def _change(self, health: NetworkHealth) -> None:
        if health != self.health:
            self.health = health
            self._tell(NetworkChanged(health))

    async def _leave(self) -> None:
        """What was made of the interface is taken back."""
        if self._gave_address:
            self._gave_address = False
            self._machine.take(self._interface)
        if self.settings.access_point is not None:
            await self._machine.access_points.end()


def require_rights(machine: Machine) -> None:
    """Raises `NetworkError`."""
    lacking = machine.lacks()
    if lacking:
        raise NetworkError(because("lan_no_right", rights=tuple(f"CAP_{one.name}" for one in lacking)))


def other_server(interface: str, offer: Offer) -> Reason:
    return because("lan_other_server", server=offer.server, interface=interface, offers=offer.address)


def read_leases(file: Path, settings: NetworkSettings, now: float) -> tuple[Lease, ...]:
    """Blocking. Raises OSError."""
    with file.open("rb") as opened:
        return leases_in(opened.read(MOST_BYTES), settings, now)


def _leases_or_none(file: Path, settings: NetworkSettings, now: float) -> tuple[Lease, ...]:
    """Blocking. Where the file can't be read, nobody is known to have an address."""
    try:
        return read_leases(file, settings, now)
    except OSError:
        return ()
