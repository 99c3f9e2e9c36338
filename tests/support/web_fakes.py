"""A Gcam for the web app to show: the fakes of `fakes`, a real relay per camera, and clips that are files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
from argon2 import PasswordHasher
from yarl import URL

from gcam_addon.access.attempts import Attempts
from gcam_addon.access.model import Person
from gcam_addon.access.passwords import Passwords
from gcam_addon.access.service import Access
from gcam_addon.alerts.service import Alerts, Household
from gcam_addon.analysis.what_if import WhatIfs
from gcam_addon.boards.acquaintances import Acquaintances
from gcam_addon.boards.board import Board
from gcam_addon.boards.lamps import Lamps
from gcam_addon.channels import channel_for
from gcam_addon.channels.heartbeat import beat
from gcam_addon.clock import ManualClock
from gcam_addon.config.choosing import Choosing
from gcam_addon.config.model import Camera, PushSettings, Settings, StorageSettings, WebSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, Unreachable
from gcam_addon.guard.codes import Codes
from gcam_addon.guard.service import GuardService, House
from gcam_addon.history.service import History
from gcam_addon.lan.service import CameraNetwork
from gcam_addon.live.broadcast import Broadcasts
from gcam_addon.live.relay import Relay
from gcam_addon.live.units import UnitRelay
from gcam_addon.log.ring import LogRing
from gcam_addon.model import Clip, ClipKind, EncodedFrame, MqttHealth, NetworkHealth, Size
from gcam_addon.model.board_health import BoardDay
from gcam_addon.model.guard import GuardState
from gcam_addon.model.plan import Plan, Wish
from gcam_addon.network.finder import Finder
from gcam_addon.planning.estimate import Asked, Costs, Place, plan
from gcam_addon.recording.exports import ClipExports
from gcam_addon.recording.pictures import StoredPictures
from gcam_addon.recording.shares import ClipShares
from gcam_addon.web import site
from gcam_addon.web.app import build_app
from gcam_addon.web.contract import Route
from gcam_addon.web.direct import Introductions
from gcam_addon.web.events import EventHub
from gcam_addon.web.gatekeeper import COOKIE, LOOK_EVERY_S
from gcam_addon.web.greeting import Greeting
from gcam_addon.web.info import EntityOwner, Info
from gcam_addon.web.server import WebServer
from gcam_addon.web.services import Finding, Services
from gcam_addon.wire.arrivals import Arrivals
from tests.support.contract import as_promised
from tests.support.fakes import FakeCameras, FakeClips, FakeEngine, make_camera
from tests.support.library import filled_library, prepare_databases

STARTED_AT = 1_700_000_000.0
LOOPBACK = WebSettings(port=0)
THREADS = Duties(ManualClock()).pool("files", 4)
OWNER, PASSWORD = "owner@example.org", "three plain words"


class _QuickPasswords(Passwords):
    """Argon2id with parameters that no test waits for."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


QUICK = _QuickPasswords()
LOOPBACK_INFO = Info("1.2.3", LOOPBACK)


class RelayEngine(FakeEngine):
    """A `FakeEngine` whose pictures travel through real relays: `show` is what a camera would send."""

    def __init__(self) -> None:
        super().__init__()
        self.relays: dict[str, Relay] = {}
        self.sent: dict[str, UnitRelay] = {}

    def relay(self, camera_id: str) -> Relay:
        return self.relays.setdefault(camera_id, Relay())

    def show(self, camera_id: str, frame: EncodedFrame) -> None:
        self.pictures[camera_id] = frame
        self.relay(camera_id).publish(frame)

    def epoch(self, camera_id: str) -> int:
        return self.relay(camera_id).epoch

    def units(self, camera_id: str, *, hd: bool = False) -> UnitRelay:
        return self.sent.setdefault(camera_id, UnitRelay())

    def watch(self, camera_id: str, *, hd: bool = False) -> AsyncGenerator[EncodedFrame, None]:
        self._known(camera_id)
        return self.relay(camera_id).watch()

    async def stop(self, camera_id: str) -> None:
        await super().stop(camera_id)
        self.relay(camera_id).close()


@dataclass(frozen=True)
class Folder:
    """RecordingFiles: clips' paths below `root`."""

    root: Path
    threads: Executor = THREADS

    def path_of(self, clip: Clip) -> Path:
        return self.root / clip.path

    def thumbnail_of(self, clip: Clip) -> Path | None:
        return None if clip.thumbnail is None else self.root / clip.thumbnail


def make_frame(number: int = 0, payload: bytes = b"picture") -> EncodedFrame:
    """Not a decodable picture: nothing between the camera and the viewer decodes."""
    jpeg = b"\xff\xd8" + number.to_bytes(4, "big") + payload + b"\xff\xd9"
    return EncodedFrame(jpeg, float(number), STARTED_AT + number, Size(640, 480))


def make_clip(clip_id: str, camera: Camera, started_at: float = STARTED_AT, **changes: Any) -> Clip:
    clip = Clip(
        id=clip_id,
        camera_id=camera.id,
        camera_name=camera.name,
        kind=ClipKind.MOTION,
        started_at=started_at,
        ended_at=started_at + 12.5,
        path=f"recordings/{clip_id}.mp4",
        thumbnail=f"thumbnails/{clip_id}.jpg",
        size_bytes=1000,
        frames=150,
        width=640,
        height=480,
        peak=4.2,
        reason="4.2 % of the picture moved, bottom left",
        event_ids=(f"event-{clip_id}",),
    )
    return replace(clip, **changes)


@dataclass
class FakeSurroundings:
    """Surroundings: what the test sets."""

    broker: MqttHealth | None = None
    owner: EntityOwner = EntityOwner.COMPONENT
    camera_network: NetworkHealth | None = None
    step_s: float = 0.0
    guarded: GuardService | None = None
    wants_mqtt: bool = False
    mqtt_dropped: int = 0
    home_assistant: bool | None = None

    def guard(self) -> GuardState | None:
        return None if self.guarded is None else self.guarded.state

    def network(self) -> NetworkHealth | None:
        return self.camera_network

    def mqtt(self) -> MqttHealth | None:
        return self.broker

    def entities(self) -> EntityOwner:
        return self.owner

    def clock_step_s(self) -> float:
        return self.step_s


@dataclass
class FakeBackups:
    """Backups that are any bytes; `restored` remembers."""

    restored: list[tuple[bytes, bool]] = field(default_factory=list)

    async def make(self) -> bytes:
        return b"PK"

    async def restore(self, content: bytes, *, with_people: bool) -> Mapping[str, int]:
        if content != b"PK":
            raise ConfigError("cameras.json: cameras[0].url: give one", field="cameras[0].url")
        self.restored.append((content, with_people))
        return {"cameras": 2, "people": 1 if with_people else 0}


async def _planned(wish: Wish) -> Plan:
    """By the real estimate, on a machine of two cores where nothing was measured."""
    size = wish.size or Size(640, 480)
    costs = Costs(size, decode_ms=0.3, film_ms=6.0, jpeg_bytes=27_000.0, film_bytes=12_000.0)
    asked = Asked(
        cameras=wish.cameras or 2,
        size=size,
        fps=wish.fps or 15.0,
        days=wish.days or 30.0,
        recorded_share=0.05 if wish.recorded_share is None else wish.recorded_share,
        is_share_measured=False,
        measured_days=0.0,
        jpeg_bytes=costs.jpeg_bytes,
        film_bytes=costs.film_bytes,
        machine_watts=10.0 if wish.machine_watts is None else wish.machine_watts,
        machine=None,
        euros_per_kwh=0.25 if wish.euros_per_kwh is None else wish.euros_per_kwh,
    )
    return plan(asked, costs, Place(2, 2_000_000_000, 60e9, 30.0, 8 * 1024**2))


def _apply_nothing(settings: Settings) -> None:
    """Nothing runs that would heed it."""


async def _no_findings() -> AsyncGenerator[Finding, None]:
    """A check that finds the set-up empty."""
    for finding in ():
        yield finding


@dataclass
class Site:
    """A served web app and everything behind it."""

    engine: RelayEngine
    cameras: FakeCameras
    clips: FakeClips
    clock: ManualClock
    access: Access
    owner: Person
    server: WebServer
    services: Services
    http: aiohttp.ClientSession = field(repr=False)
    """Signed in as the owner."""

    @property
    def url(self) -> str:
        return self.server.url


async def _nobody(url: str, thorough: bool) -> None:
    """An `Identify` for a network without cameras."""


async def _silent(camera: Camera) -> Board:
    """An `Ask` for cameras whose boards don't answer."""
    raise Unreachable(f"{camera.name} has no board")


def _guard(
    folder: Path, engine: FakeEngine, cameras: FakeCameras, clock: ManualClock, duties: Duties
) -> GuardService:
    """The real one, of a house where `p1` and whoever has a name like it may disarm."""
    house = House(
        cameras, engine.state, engine.publish, lambda _: False, lambda: True, lambda person: person, UTC
    )
    return GuardService(folder, clock, house, Codes(Attempts(QUICK, clock), bool), duties.pool("guard", 1))


async def _no_clip(_: str) -> None:
    return None


_HOUSEHOLD = Household(str.capitalize, lambda: None, lambda *_: True, _no_clip)


def fake_services(
    engine: FakeEngine,
    cameras: FakeCameras,
    clips: FakeClips,
    clock: ManualClock,
    *,
    folder: Path,
    info: Info = LOOPBACK_INFO,
    network: CameraNetwork | None = None,
) -> Services:
    """What the app works with: fakes, and what needs no more than an index, which is real."""
    library = filled_library(folder, clips.all())
    prepare_databases(folder)
    duties = Duties(clock)
    guard = _guard(folder, engine, cameras, clock, duties)
    surroundings = FakeSurroundings(guarded=guard)
    boards = Acquaintances(cameras, _silent, engine, duties=duties)
    return Services(
        engine=engine,
        cameras=cameras,
        clips=clips,
        clock=clock,
        files=Folder(folder),
        pictures=StoredPictures(folder, THREADS),
        exports=ClipExports(library, folder, clock, floor_bytes=0, duties=Duties(clock), threads=THREADS),
        shares=ClipShares(library, clock, THREADS),
        info=info,
        what_ifs=WhatIfs(duties=duties),
        surroundings=surroundings,
        log_book=LogRing(),
        check=_no_findings,
        plan=_planned,
        backups=FakeBackups(),
        boards=boards,
        lamps=Lamps(boards.board, engine, clock, duties=duties),
        finder=Finder(_nobody, ("127.0.0.1",), listen_s=0.5),
        broadcasts=Broadcasts(
            engine.watch, engine.epoch, engine.units, duties=duties, linger_s=0.2, away_s=3.0
        ),
        access=Access(folder, clock, QUICK, duties=duties),
        alerts=Alerts(folder, clock, _HOUSEHOLD, channel_for, beat=beat, duties=duties),
        arrivals=Arrivals(),
        introductions=Introductions(cameras.get, info.listen.ice_servers),
        push=PushSettings(),
        choosing=Choosing(Settings(StorageSettings(folder, folder), web=info.listen), {}, _apply_nothing),
        network=network,
        guard=guard,
        history=History(folder, clock, duties, engine.publish),
        events=EventHub(Greeting(engine, cameras, boards, clips, clock, info, surroundings, duties=duties)),
        duties=duties,
        started_s=clock.monotonic(),
    )


@cache
def _page() -> list[Route]:
    """Its many files are read once for all tests."""
    return site.routes()


@asynccontextmanager
async def serve(
    folder: Path,
    *,
    cameras: Sequence[Camera] = (make_camera("door"), make_camera("garden")),
    clips: Sequence[Clip] = (),
    settings: WebSettings = LOOPBACK,
    look_every_s: float = LOOK_EVERY_S,
    network: CameraNetwork | None = None,
    board_days: Mapping[str, BoardDay] = MappingProxyType({}),
) -> AsyncIterator[Site]:
    """The app on a free port of `settings.host`, with a client session whose base is its address."""
    engine, clock = RelayEngine(), ManualClock()
    roster, index = FakeCameras(engine, cameras), FakeClips(clips)
    info = Info("1.2.3", settings)
    services = fake_services(engine, roster, index, clock, folder=folder, info=info, network=network)
    services = replace(services, board_days=lambda: board_days)
    app = build_app(services, _page(), look_every_s=look_every_s)
    app.middlewares.insert(0, as_promised)
    server = WebServer(app, settings, duties=services.duties)
    await services.access.start()
    await services.exports.start()
    await services.history.start()
    await services.guard.load()
    engine.subscribe(services.guard)
    guarding = services.duties.task("guard", services.guard.run)
    await services.alerts.start()
    engine.subscribe(services.history)
    engine.subscribe(services.alerts)
    owner = await services.access.set_up(OWNER, PASSWORD)
    secret = await services.access.begin_session(owner, address="127.0.0.1", agent="tests")
    await server.start()
    jar = aiohttp.CookieJar(unsafe=True)  # sends cookies to IP addresses too
    jar.update_cookies({f"{COOKIE}_{services.info.instance_id}": secret}, URL(server.url))
    try:
        async with aiohttp.ClientSession(server.url, cookie_jar=jar) as http:
            yield Site(engine, roster, index, clock, services.access, owner, server, services, http)
    finally:
        await server.stop()
        guarding.cancel()
        await asyncio.wait([guarding])
        await services.broadcasts.close()
        await services.access.stop()
        await services.exports.stop()
        await services.alerts.stop()
        await services.history.stop()
