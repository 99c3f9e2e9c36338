"""Gcam's seat at the broker: keeps a session, says what happens, obeys commands.

The one retry loop towards the broker is here. What is said is the bulletin's business, how the talk goes
the session's, how a connection fails the connection's. Contract: docs/ref/mqtt.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from gcam_addon.clock import Clock
from gcam_addon.config.model import MqttSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import BrokerError, ConfigError, Defect, GcamError, NoBroker, NotFound
from gcam_addon.guard.panel import on_panel
from gcam_addon.guard.service import GuardService, Speaker
from gcam_addon.interfaces import Cameras, Clips, Engine, Sink
from gcam_addon.model import DutyStatus, Event, MqttChanged, MqttHealth
from gcam_addon.model.guard import Doer, Via
from gcam_addon.mqtt.broker import Broker
from gcam_addon.mqtt.bulletin import BoardOf, Bulletin
from gcam_addon.mqtt.claim import Claim
from gcam_addon.mqtt.commands import Change, Command, Refused, SwitchLight, TakeSnapshot
from gcam_addon.mqtt.connection import Connection, retry_delay_s
from gcam_addon.mqtt.faults import place
from gcam_addon.mqtt.guarding import GuardAction, GuardCommand, GuardRefused
from gcam_addon.mqtt.outbox import Message
from gcam_addon.mqtt.session import Seat, Session
from gcam_addon.mqtt.topics import OFFLINE, DeviceIds, Topics
from gcam_addon.picture.pixels import upright
from gcam_addon.words.reason import because

_log = logging.getLogger(__name__)
_COMMANDS = "mqtt commands"
_COMMANDS_MAX = 100
_CANCEL_AGAIN_S = 2.0
_FAREWELL_TIMEOUT_S = 3.0
_WARNINGS_A_MINUTE = 20
_STEADY_AFTER_S = 30.0


SwitchLamp = Callable[[str, int | None], Awaitable[int]]
"""Switches a camera's lamp. Raises `GcamError`."""


async def no_lamps(camera_id: str, level: int | None) -> int:
    """Where no camera has one."""
    raise ConfigError(because("no_lamp"))


class MqttBridge:
    """interfaces.Sink. All methods on the loop. `sink` is told how the broker fares. `settle_s`: time after
    `start` in which the cameras get configured, `settled` says it instead; only then is a device that nobody
    stands behind removed from the broker. `broker`: where it is, if not always where `settings` say.
    """

    def __init__(  # noqa: PLR0917  (called once, by the composition root)
        self,
        settings: MqttSettings,
        engine: Engine,
        cameras: Cameras,
        clips: Clips,
        clock: Clock,
        instance_id: str,
        sink: Sink,
        board_of: BoardOf,
        *,
        duties: Duties,
        broker: Broker | None = None,
        switch_lamp: SwitchLamp = no_lamps,
        guard: GuardService | None = None,
        settle_s: float = 10.0,
        settled: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._settings = settings
        self._duties = duties
        self._broker = broker
        self._switch_lamp = switch_lamp
        self._guard = guard
        self._engine = engine
        self._cameras = cameras
        self._clips = clips
        self._clock = clock
        self._sink = sink
        self._settle_s = settle_s
        self._settled = settled
        self._topics = Topics(settings.base_topic, settings.discovery_prefix)
        self._identity = DeviceIds(instance_id)
        self._claim = Claim(instance_id, secrets.token_hex(4), socket.gethostname())
        self._bulletin = Bulletin(
            self._topics,
            self._identity,
            engine,
            cameras,
            clock,
            guard=guard,
            board_of=board_of,
            announces=settings.discovery,
            language=settings.language,
        )
        self._commands: asyncio.Queue[Command] = asyncio.Queue(_COMMANDS_MAX)
        self._tasks: list[asyncio.Task[None]] = []
        self._session: Session | None = None
        self._warned = _Warned(clock)
        self._stopping = False
        self._failure: str | None = None
        self._absent = broker is not None
        self._told = self.health

    @property
    def connected(self) -> bool:
        return self._session is not None

    @property
    def dropped(self) -> int:
        """Messages that no broker got, so far."""
        return self._bulletin.outbox.dropped

    @property
    def health(self) -> MqttHealth | None:
        """None while there is no broker, and nobody misses it."""
        return None if self._absent else MqttHealth(self.connected, self.problem)

    @property
    def problem(self) -> str | None:
        """Why MQTT does not work, or not as it should: a sentence for the owner."""
        return self._session.warning if self._session is not None else self._failure

    async def start(self) -> None:
        """Begin connecting, and return at once: a broker that is away stops nobody. Subscribing to the
        engine's events is the caller's.
        """
        self._bulletin.outbox.hold(self._topics.claim, self._claim.encode())
        storage = None
        with contextlib.suppress(GcamError):
            storage = await self._clips.storage()
        self._bulletin.open(storage)
        settled = self._settled or partial(self._sleep_until, self._clock.monotonic() + self._settle_s)
        seat = Seat(self._settings, self._topics, self._identity, self._claim, self._clock, settled)
        self._tasks = [
            self._duties.task("mqtt", partial(self._keep_talking, seat)),
            self._duties.task(_COMMANDS, self._obey),
        ]

    async def _sleep_until(self, monotonic_s: float) -> None:
        await asyncio.sleep(max(0.0, monotonic_s - self._clock.monotonic()))

    async def stop(self) -> None:
        """Send what waits, say goodbye, disconnect. Takes a few seconds at most."""
        self._bulletin.close()
        self._stopping = True
        if self._session is not None:
            with contextlib.suppress(BrokerError, TimeoutError):
                async with asyncio.timeout(_FAREWELL_TIMEOUT_S):
                    await self._session.say_goodbye()
        await _end(self._tasks)
        self._tasks = []

    def publish(self, event: Event) -> None:
        if not self._stopping:
            self._bulletin.take(event)
            self._poke()

    async def _keep_talking(self, seat: Seat) -> None:
        failures, rng = 0, random.Random()
        while True:
            began_s = self._clock.monotonic()
            try:
                await self._talk(seat)
            except NoBroker as error:
                self._note_absence(error)
            except BrokerError as error:
                self._report(error.said)
            except Exception as error:
                self._fail(Defect(error).said)
                raise
            steady = self._clock.monotonic() - began_s >= _STEADY_AFTER_S
            failures = 1 if steady else failures + 1
            await asyncio.sleep(retry_delay_s(failures, rng))

    async def _talk(self, seat: Seat) -> None:
        """From connecting to the connection's end, by a `BrokerError`."""
        settings = self._settings if self._broker is None else await self._broker.find()
        self._absent = False
        self._bulletin.announce(settings.discovery)
        seat = replace(seat, settings=settings)
        will = Message(self._topics.availability, OFFLINE.encode(), retain=True)
        client_id = f"gcam-{seat.claim.instance[:8]}-{seat.claim.run}"
        async with Connection(settings, client_id, will) as connection:
            session = Session(seat, connection, self._bulletin, self._enqueue, self._tell_health)
            await session.subscribe()
            self._session, self._failure = session, None
            self._tell_health()
            _log.info("connected to the MQTT broker at %s, topics %s/#", place(settings), self._topics.base)
            try:
                await session.run()
            finally:
                self._session = None

    def _note_absence(self, absence: NoBroker) -> None:
        _log.log(logging.DEBUG if self._failure == str(absence) else logging.INFO, "%s", absence)
        self._failure = absence.said

    def _report(self, failure: str) -> None:
        level = logging.DEBUG if failure == self._failure else logging.WARNING
        _log.log(level, "%s; trying again until it works", failure)
        self._fail(failure)

    def _fail(self, failure: str) -> None:
        self._failure, self._absent = failure, False
        self._tell_health()

    def _tell_health(self) -> None:
        """Only what is news, and not that we leave on purpose."""
        health = self.health
        if health is not None and health != self._told and not self._stopping:
            self._told = health
            self._sink.publish(MqttChanged(health))

    def _enqueue(self, command: Command) -> None:
        try:
            self._commands.put_nowait(command)
        except asyncio.QueueFull:
            self._warned.of(_whose(command), "is lost: there are too many at once")

    async def _obey(self) -> None:
        while True:
            command = await self._commands.get()
            try:
                await self._execute(command)
            except GcamError as error:
                self._warned.of(_whose(command), f"refused: {error}")
            except Exception as error:  # noqa: BLE001  (one command's failure must not end all commands)
                self._duties.failed(_COMMANDS, error, DutyStatus.RUNNING, "goes on with the next")
            if isinstance(command, GuardCommand | GuardRefused):
                self._bulletin.mirror_guard_again()
            else:
                self._bulletin.mirror_again(command.camera_id)
            self._poke()

    async def _execute(self, command: Command) -> None:
        match command:
            case Change(camera_id, changes):
                await self._cameras.update(camera_id, changes)
            case SwitchLight(camera_id, level):
                await self._switch_lamp(camera_id, level)
            case TakeSnapshot(camera_id):
                frame = await self._engine.snapshot(camera_id)
                if frame is None:
                    raise NotFound(because("no_picture_yet"))
                self._bulletin.show_snapshot(camera_id, await asyncio.to_thread(upright, frame.jpeg))
            case GuardCommand():
                await self._tell_guard(command)
            case Refused(why=why) | GuardRefused(why):
                self._warned.of(_whose(command), f"refused: {why}")

    async def _tell_guard(self, command: GuardCommand) -> None:
        """Wrong codes slow down all who speak by the broker: it does not say who they are."""
        guard, speaker = self._guard, Speaker(Doer("", Via.MQTT), "mqtt", command.code)
        if guard is None:
            raise NotFound(because("no_guard"))
        match command.action:
            case GuardAction.ARM:
                await guard.arm(
                    _mode_id(guard, command),
                    speaker,
                    in_s=command.in_s,
                    skip_delay=command.skip_delay,
                    force=command.force,
                )
            case GuardAction.DISARM:
                await guard.disarm(speaker)
            case GuardAction.TRIGGER:
                await guard.trigger(speaker)
            case GuardAction.SKIP_DELAY:
                await guard.skip_delay(speaker)
            case GuardAction.SILENCE:
                await guard.silence(speaker)
            case GuardAction.ACKNOWLEDGE:
                await guard.acknowledge(speaker)

    def _poke(self) -> None:
        if self._session is not None:
            self._session.poke()


def _whose(command: Command) -> str:
    """For the log: whom it was meant for."""
    if isinstance(command, GuardCommand | GuardRefused):
        return "the guard"
    return f"camera {command.camera_id[:64]}"


def _mode_id(guard: GuardService, command: GuardCommand) -> str:
    if command.button is None:
        return command.mode_id or ""
    on_buttons = {button: mode_id for mode_id, button in on_panel(guard.settings.modes).items()}
    return on_buttons.get(command.button, command.button.value)


class _Warned:
    """Of commands that come to nothing, a few lines a minute: whoever may publish could fill the log with
    them, and push out of it what else there is to say.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_s = float("-inf")
        self._count = 0

    def of(self, whom: str, why: str) -> None:
        now_s = self._clock.monotonic()
        if now_s - self._began_s >= 60:
            self._began_s, self._count = now_s, 0
        self._count += 1
        if self._count < _WARNINGS_A_MINUTE:
            _log.warning("MQTT command for %s %s", whom, why[:500])
        elif self._count == _WARNINGS_A_MINUTE:
            _log.warning("more MQTT commands come to nothing; the rest of this minute is not told")


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel, and again where a cancellation was lost: `asyncio.wait_for` of Python 3.11, which aiomqtt uses,
    drops one that comes in the moment its result does (https://github.com/python/cpython/issues/86296).
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_CANCEL_AGAIN_S)
