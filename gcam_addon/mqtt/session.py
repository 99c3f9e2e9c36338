"""What goes on over one connection, from subscribing to its loss: sending, listening, settling in.

Never connects again; what it hears as a command it hands on.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gcam_addon.clock import Clock
from gcam_addon.config.model import MqttSettings
from gcam_addon.mqtt.bulletin import Bulletin
from gcam_addon.mqtt.claim import Claim, ClaimWatch, Heard
from gcam_addon.mqtt.commands import Command, parse_command, refused
from gcam_addon.mqtt.connection import Connection, Received
from gcam_addon.mqtt.faults import place, who
from gcam_addon.mqtt.leftovers import Announced, is_camera_state
from gcam_addon.mqtt.outbox import Message
from gcam_addon.mqtt.topics import OFFLINE, ONLINE, DeviceIds, Topics
from gcam_addon.words.reason import because

_log = logging.getLogger(__name__)
_ECHO_TIMEOUT_S = 5.0
_GREET_AFTER_S = (0.2, 1.5)
_MOST_BYTES = 64 * 1024
"""Nothing that is meant for Gcam is larger; what others keep on the broker may be."""
_MOST_ANNOUNCED = 1000


@dataclass(frozen=True, slots=True)
class Seat:
    """Who we are at the broker; the same for every session of a run."""

    settings: MqttSettings
    topics: Topics
    identity: DeviceIds
    claim: Claim
    clock: Clock
    settled: Callable[[], Awaitable[object]]
    """Returns as soon as every configured camera is known to the bulletin."""


class Session:
    """`run` it once. `warning` says what is wrong although the broker lets us in."""

    def __init__(
        self,
        seat: Seat,
        connection: Connection,
        bulletin: Bulletin,
        obey: Callable[[Command], None],
        warned: Callable[[], None],
    ) -> None:
        self.warning: str | None = None
        self._seat = seat
        self._connection = connection
        self._bulletin = bulletin
        self._outbox = bulletin.outbox
        self._obey = obey
        self._warned = warned
        self._claims = ClaimWatch(seat.claim)
        self._announced: dict[str, Announced] = {}
        self._kept: set[str] = set()  # cameras whose states the broker has from before
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._echoed = asyncio.Event()
        self._leaving = False

    async def subscribe(self) -> None:
        topics = self._seat.topics
        own = (topics.claim, topics.availability)
        kept = (topics.any_discovery, topics.any_state)
        await self._connection.subscribe([*topics.commands, *own, *topics.births, *kept])

    async def run(self) -> None:
        """Until the connection is lost: then raises `BrokerError`."""
        self._outbox.reconnected(self._seat.clock.monotonic())
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._send())
                tasks.create_task(self._listen(tasks))
                tasks.create_task(self._settle())
        except ExceptionGroup as group:
            raise group.exceptions[0] from None

    def poke(self) -> None:
        """There is something new in the outbox."""
        self._idle.clear()
        self._wake.set()

    async def say_goodbye(self) -> None:
        """Send what waits, and that we leave."""
        self._leaving = True
        self.poke()
        await self._idle.wait()
        message = Message(self._seat.topics.availability, OFFLINE.encode(), retain=True)
        await self._connection.publish(message)

    async def _send(self) -> None:
        while True:
            self._wake.clear()
            while (waiting := self._outbox.take()) is not None:
                sent = False
                try:
                    await self._connection.publish(waiting[0])
                    sent = True
                finally:
                    if not sent:
                        self._outbox.put_back(*waiting)
            self._idle.set()
            await self._wake.wait()

    async def _listen(self, tasks: asyncio.TaskGroup) -> None:
        topics = self._seat.topics
        async for message in self._connection.received():
            if len(message.payload) > _MOST_BYTES:
                continue
            if message.topic == topics.claim:
                self._hear_claim(message)
            elif message.topic == topics.availability:
                self._hear_availability(message)
            elif message.topic in topics.births:
                if message.payload == ONLINE.encode() and not message.retained:
                    tasks.create_task(self._greet())
            elif (command := _command(topics, message)) is not None:
                self._obey(command)
            elif message.retained and len(self._announced) + len(self._kept) < _MOST_ANNOUNCED:
                self._hear_kept(message)

    def _hear_kept(self, message: Received) -> None:
        camera_id = self._seat.topics.camera_of_state(message.topic)
        if camera_id is not None:
            if is_camera_state(message.payload):
                self._kept.add(camera_id)
        elif (announced := Announced.read(message.topic, message.payload)) is not None:
            self._announced[message.topic] = announced

    def _hear_claim(self, message: Received) -> None:
        claim = Claim.decode(message.payload)
        heard = self._claims.hear(claim, message.retained)
        if heard is Heard.OURS:
            self._echoed.set()
        elif heard is Heard.RIVAL and claim is not None:
            seat = self._seat
            self._warn(
                because(
                    "mqtt_rival",
                    instance=claim.instance[:16],
                    host=claim.host[:64],
                    topic=seat.topics.base,
                    broker=place(seat.settings),
                )
            )
            self._repeat(seat.topics.claim)

    def _hear_availability(self, message: Received) -> None:
        """Somebody says that we are not there: the will of an earlier connection that the broker gives up
        only now, or another Gcam that leaves. We are.
        """
        if message.payload != ONLINE.encode() and not (message.retained or self._leaving):
            self._repeat(self._seat.topics.availability)

    async def _greet(self) -> None:
        """Home Assistant (re)started. Not all of its publishers at the same moment."""
        await asyncio.sleep(random.uniform(*_GREET_AFTER_S))
        self._bulletin.repeat()
        self.poke()

    async def _settle(self) -> None:
        """Once our own claim comes back, the broker has passed on all that it kept before."""
        seat = self._seat
        try:
            async with asyncio.timeout(_ECHO_TIMEOUT_S):
                await self._echoed.wait()
        except TimeoutError:
            self._warn(
                because(
                    "mqtt_one_way",
                    broker=place(seat.settings),
                    who=who(seat.settings),
                    topics=(f"{seat.topics.base}/#", f"{seat.topics.discovery_prefix}/#"),
                )
            )
        await self._connection.unsubscribe(seat.topics.any_discovery)
        await self._connection.unsubscribe(seat.topics.any_state)
        await seat.settled()
        for announced in self._announced.values():
            self._bulletin.clear_leftover(announced)
        for camera_id in () if self._claims.is_shared else self._kept:
            self._bulletin.clear_camera(camera_id)
        self._announced, self._kept = {}, set()
        self.poke()

    def _repeat(self, topic: str) -> None:
        self._outbox.repeat(topic)
        self.poke()

    def _warn(self, warning: str) -> None:
        self.warning = warning
        _log.warning("%s", warning)
        self._warned()


def _command(topics: Topics, message: Received) -> Command | None:
    command = parse_command(topics, message.topic, message.payload)
    if command is not None and message.retained:
        return refused(command, because("mqtt_retained"))
    return command
