"""Composition root: builds everything, starts it in order, stops it in reverse. Alone knows everything."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import random
import socket
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2

from gcam_addon import __version__
from gcam_addon.access.service import Access
from gcam_addon.analysis.what_if import WhatIfs
from gcam_addon.assembly import Shared, board_of, build_runner
from gcam_addon.backup.archive import Backups
from gcam_addon.backup.snapshot import settle_snapshot
from gcam_addon.boards.acquaintances import Acquaintances
from gcam_addon.boards.board import Board
from gcam_addon.boards.lamps import Lamps
from gcam_addon.boards.recognise import identify
from gcam_addon.cameras.roster import Roster
from gcam_addon.check.finding import Finding
from gcam_addon.check.survey import check_setup
from gcam_addon.clock import StepWatch, SystemClock
from gcam_addon.config.cameras import CameraStore
from gcam_addon.config.folder import DataFolder
from gcam_addon.config.model import Camera, EntityMaker, MqttMode, Settings
from gcam_addon.disk.database import is_of_later
from gcam_addon.duties import Duties
from gcam_addon.engines.local import LocalEngine
from gcam_addon.errors import ConfigError
from gcam_addon.history.service import History
from gcam_addon.live.broadcast import Broadcasts
from gcam_addon.log.events import EventLog
from gcam_addon.log.ring import LogRing
from gcam_addon.machine.limits import cores
from gcam_addon.model import CameraAdded, CameraRemoved, DutyChanged, DutyState, Event, MqttHealth
from gcam_addon.mqtt.bridge import MqttBridge
from gcam_addon.mqtt.embedded import EmbeddedBroker
from gcam_addon.network.beacon import Beacon
from gcam_addon.network.finder import Finder
from gcam_addon.network.sweep import reachable_at
from gcam_addon.pipeline.gate import ConnectGate
from gcam_addon.pipeline.runner import CameraRunner, Outlets
from gcam_addon.recording.service import Recordings
from gcam_addon.simulator.demo import Demo
from gcam_addon.supervisor.link import HomeAssistantLink
from gcam_addon.web.app import build_app
from gcam_addon.web.events import EventHub
from gcam_addon.web.greeting import Greeting
from gcam_addon.web.info import API_LEVEL, EntityOwner, Info
from gcam_addon.web.server import WebServer
from gcam_addon.web.services import Services

_log = logging.getLogger(__name__)
_DATABASES = {
    "gcam.db": "gcam_addon.recording",
    "access.db": "gcam_addon.access",
    "events.db": "gcam_addon.history",
}
"""Which room each belongs to."""
_CLOCK_EVERY_S = 5.0


class Gcam:
    """The whole program. `async with Gcam(...)` runs it; leaving stops it and keeps what is in progress.

    Entering raises `GcamError` where Gcam can't do its job at all (data folder, address in use); a camera or
    a broker that can't be reached never stops the rest.
    """

    def __init__(
        self, settings: Settings, cameras: Sequence[Camera], clock: SystemClock, duties: Duties
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.duties = duties
        self.engine = LocalEngine(self._build_runner, clock, duties=duties)
        self.recordings = Recordings(settings.storage, clock, duties=duties)
        self.access = Access(settings.storage.data_dir, clock, duties=duties)
        self.history = History(settings.storage.data_dir, clock, duties, self.engine.publish)
        self._command_line_cameras = tuple(cameras)
        self._pool = duties.pool("detect", settings.workers or cores())
        self._mask_pool = duties.pool("mask", settings.workers or cores())
        self._gate = ConnectGate(clock)
        self._what_ifs = WhatIfs(duties=duties)
        self._log_ring = LogRing()
        self._stack = AsyncExitStack()
        self.instance_id = ""
        self.url = ""
        self.ingress: str | None = None
        """Where Home Assistant's ingress comes in."""
        self._port = settings.web.port
        self._link: HomeAssistantLink | None = None
        self.roster: Roster
        self.boards: Acquaintances
        self.lamps: Lamps

    async def __aenter__(self) -> Self:
        cv2.setNumThreads(1)  # cameras are the parallelism
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        """What is entered first leaves last: cameras stop before the recordings they feed and before the
        broker that hears of their last events.
        """
        stack, settings = self._stack, self.settings
        loop = asyncio.get_running_loop()

        def hear(state: DutyState) -> None:
            loop.call_soon_threadsafe(self.engine.publish, DutyChanged(state))

        self.duties.hear = hear
        logging.getLogger().addHandler(self._log_ring)
        stack.callback(logging.getLogger().removeHandler, self._log_ring)
        folder = stack.enter_context(DataFolder(settings.storage.data_dir))
        self.instance_id = folder.instance_id
        await asyncio.to_thread(settle_snapshot, folder.path, restored=folder.is_new)
        store = CameraStore(folder.path / "cameras.json")
        await asyncio.to_thread(_refuse_later_data, folder.path, store)
        self.engine.subscribe(EventLog())
        stack.callback(self._pool.shutdown)
        stack.callback(self._mask_pool.shutdown)
        stack.push_async_callback(asyncio.to_thread, self._what_ifs.stop)
        await self.recordings.start(self.engine.publish)
        stack.push_async_callback(self.recordings.stop)
        await self.access.start()
        await self.recordings.shares.adopt({person.name: person.id for person in self.access.people()})
        if self.access.setup_code is not None:
            _log.warning(
                "Gcam has no owner yet: open its page on this machine, or elsewhere with the set-up code %s",
                self.access.setup_code,
            )
        stack.push_async_callback(self.access.stop)
        await self.history.start()
        stack.push_async_callback(self.history.stop)
        self.engine.subscribe(self.history)
        cameras = (*self._command_line_cameras, *await self._start_demo())
        self.roster = Roster(store, self.engine, cameras, self.engine)
        await self._start_link()
        self.boards = Acquaintances(self.roster, self._ask_board, self.engine, duties=self.duties)
        self.engine.subscribe(self.boards)
        stack.push_async_callback(self.boards.stop)
        self.lamps = Lamps(self.boards.board, self.engine, self.clock, duties=self.duties)
        self.engine.subscribe(self.lamps)
        stack.push_async_callback(self.lamps.stop)
        bridge = await self._build_bridge()
        await self._start_web(bridge)
        stack.push_async_callback(self.engine.close)
        await self.roster.load()
        if bridge is not None:  # knows every camera before it clears what a broker kept of former ones
            await bridge.start()
        self.engine.subscribe(_RosterFollower(self.recordings, self.roster))
        self.recordings.set_cameras(self.roster.list())
        self._run_beside("camera file", self.roster.watch)
        self._run_beside("clock", self._watch_clock)

    async def _start_demo(self) -> tuple[Camera, ...]:
        if not self.settings.demo:
            return ()
        demo = Demo()
        await demo.start()
        self._stack.push_async_callback(demo.stop)
        return demo.cameras

    async def _start_link(self) -> None:
        settings = self.settings
        if settings.supervisor is not None:
            link = HomeAssistantLink(
                settings.supervisor, settings.mqtt, settings.storage.data_dir, self.access
            )
            self._link = await self._stack.enter_async_context(link)

    async def _start_web(self, bridge: MqttBridge | None) -> None:
        crf = self.settings.storage.encoder.quality
        broadcasts = Broadcasts(self.engine.watch, self.engine.epoch, duties=self.duties, crf=crf)
        self._stack.push_async_callback(broadcasts.close)
        surroundings = _Surroundings(self.settings, bridge, self._link, self.clock)
        clips, info = self.recordings.clips, self._info()
        greeting = Greeting(
            self.engine, self.roster, self.boards, clips, self.clock, info, surroundings, duties=self.duties
        )
        events = EventHub(greeting)
        app = build_app(
            Services(
                engine=self.engine,
                cameras=self.roster,
                clips=clips,
                clock=self.clock,
                files=self.recordings,
                pictures=self.recordings.pictures,
                exports=self.recordings.exports,
                shares=self.recordings.shares,
                info=info,
                surroundings=surroundings,
                log_book=self._log_ring,
                check=self._check,
                duties=self.duties,
                backups=Backups(self.settings, self.roster, self.access, self.clock),
                what_ifs=self._what_ifs,
                boards=self.boards,
                lamps=self.lamps,
                finder=Finder(self._identify, networks=self._link.networks if self._link else None),
                broadcasts=broadcasts,
                access=self.access,
                history=self.history,
                events=events,
                started_s=self.clock.monotonic(),
            )
        )
        server = WebServer(app, self.settings.web, duties=self.duties)
        await server.start()
        self._stack.push_async_callback(server.stop)
        self.url = server.url
        self.ingress = server.ingress
        self._port = server.port
        if self._link is not None:
            self._link.on_entities(events.greet_anew)
            tls = self.settings.web.tls_certificate is not None
            introduce = partial(
                self._link.introduce, server.port, tls=tls, instance_id=self.instance_id, api_level=API_LEVEL
            )
            self._run_beside("introduction", introduce)
        await self._start_beacon(server)

    async def _start_beacon(self, server: WebServer) -> None:
        listens_on = ipaddress.ip_address(server.host)
        wanted = self.settings.web.advertise
        if wanted is None:
            wanted = self.settings.demo or not listens_on.is_loopback
        if not wanted:
            return
        facts = {
            "id": self.instance_id,
            "api": str(API_LEVEL),
            "tls": "1" if self.settings.web.tls_certificate else "0",
        }
        name = f"Gcam {socket.gethostname().partition('.')[0]}"
        host = f"gcam-{self.instance_id[:8]}"
        addresses = partial(reachable_at, listens_on)
        beacon = Beacon(name, host, server.port, facts, addresses, duties=self.duties)
        await beacon.start()
        self._stack.push_async_callback(beacon.stop)

    def _info(self) -> Info:
        return Info(
            version=__version__,
            listen=self.settings.web,
            instance_id=self.instance_id,
            retention=self.settings.storage.retention,
        )

    def _check(self) -> AsyncGenerator[Finding, None]:
        """The port is the one that was given, where any free one was asked for; the broker the one in use."""
        web = replace(self.settings.web, port=self._port)
        mqtt = self.settings.mqtt
        if self._link is not None and mqtt.mode is MqttMode.SUPERVISOR:
            mqtt = self._link.mqtt
        return check_setup(replace(self.settings, web=web, mqtt=mqtt), (), self.clock)

    async def _identify(self, url: str, thorough: bool) -> str | None:
        return await identify(url, self.clock, thorough=thorough)

    async def _ask_board(self, camera: Camera) -> Board:
        return await board_of(camera, self.clock)

    async def _build_bridge(self) -> MqttBridge | None:
        settings = self.settings.mqtt
        if settings.mode is MqttMode.OFF:
            return None
        if settings.mode is MqttMode.EMBEDDED:
            broker = EmbeddedBroker(settings.host, settings.port, duties=self.duties)
            await broker.start()
            self._stack.push_async_callback(broker.stop)
        bridge = MqttBridge(
            settings,
            self.engine,
            self.roster,
            self.recordings.clips,
            self.clock,
            self.instance_id,
            self.engine,
            self.boards.of,
            duties=self.duties,
            broker=self._link if settings.mode is MqttMode.SUPERVISOR else None,
            switch_lamp=self.lamps.switch,
        )
        self.engine.subscribe(bridge)
        self._stack.push_async_callback(bridge.stop)
        return bridge

    def _build_runner(self, camera: Camera, outlets: Outlets) -> CameraRunner:
        shared = Shared(
            clock=self.clock,
            pool=self._pool,
            mask_pool=self._mask_pool,
            gate=self._gate,
            recorder_for=self.recordings.recorder_for,
            publish=self.engine.publish,
            rng=random.Random(),
        )
        return build_runner(camera, outlets, shared)

    def _run_beside(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._stack.callback(self.duties.task(name, work).cancel)

    async def _watch_clock(self) -> None:
        watch = StepWatch(self.clock)
        while True:
            await asyncio.sleep(_CLOCK_EVERY_S)
            stepped_s = self.clock.stepped_s()
            has_events = any(state.motion for state in self.engine.states().values())
            if watch.is_due(stepped_s, has_events=has_events):
                self.clock.anchor()
                _log.warning("the machine's clock stepped by %.0f s; new recordings follow it", stepped_s)


def _refuse_later_data(folder: Path, store: CameraStore) -> None:
    """Before anything is brought up to date: what a later version wrote stops Gcam. Raises `ConfigError`."""
    for name, package in _DATABASES.items():
        if is_of_later(folder / name, package):
            raise ConfigError(
                f"{folder / name} was written by a later version of Gcam: install that again",
                field="data_dir",
            )
    store.load()


class _RosterFollower:
    """interfaces.Sink: retention keeps to the limits of the cameras there are now."""

    def __init__(self, recordings: Recordings, roster: Roster) -> None:
        self._recordings = recordings
        self._roster = roster

    def publish(self, event: Event) -> None:
        if isinstance(event, CameraAdded | CameraRemoved):
            self._recordings.set_cameras(self._roster.list())


class _Surroundings:
    """web.info.Surroundings."""

    def __init__(
        self,
        settings: Settings,
        bridge: MqttBridge | None,
        link: HomeAssistantLink | None,
        clock: SystemClock,
    ) -> None:
        self._settings = settings
        self._bridge = bridge
        self._link = link
        self._clock = clock

    def mqtt(self) -> MqttHealth | None:
        return None if self._bridge is None else self._bridge.health

    @property
    def wants_mqtt(self) -> bool:
        return self._bridge is not None

    @property
    def mqtt_dropped(self) -> int:
        return 0 if self._bridge is None else self._bridge.dropped

    @property
    def home_assistant(self) -> bool | None:
        return None if self._link is None else self._link.has_signed_in

    def entities(self) -> EntityOwner:
        mqtt = self._settings.mqtt
        by_mqtt = mqtt.announces
        if self._link is not None and mqtt.mode is MqttMode.SUPERVISOR:
            by_mqtt = self._link.entities is EntityMaker.MQTT
        return EntityOwner.MQTT if by_mqtt else EntityOwner.COMPONENT

    def clock_step_s(self) -> float:
        return self._clock.stepped_s()
