"""One connection to the broker, and what can go wrong with it in words. Never reconnects: the bridge does.

aiomqtt's, paho's and the socket's errors become `BrokerError` here and nowhere else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from gcam_addon.config.model import MqttSettings
from gcam_addon.errors import BrokerError
from gcam_addon.mqtt.faults import explain, is_silence, place, who
from gcam_addon.mqtt.outbox import Message
from gcam_addon.words.reason import because

_KEEPALIVE_S = 30
_CONNECT_TIMEOUT_S = 5.0
_ANSWER_TIMEOUT_S = 10.0
_FIRST_DELAY_S = 1.0
_MAX_DELAY_S = 60.0
_RELEASE_TIMEOUT_S = 0.2
_WIRE_LOG = logging.getLogger(f"{__name__}.wire")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Received:
    """`retained`: kept by the broker from earlier, not published just now."""

    topic: str
    payload: bytes
    retained: bool


def retry_delay_s(failures: int, rng: random.Random) -> float:
    """How long to wait after the n-th failure in a row (from 1): doubling to 60 s, half of it random."""
    full_s = min(_MAX_DELAY_S, _FIRST_DELAY_S * 2.0 ** min(failures - 1, 10))
    return full_s * rng.uniform(0.5, 1.0)


_FAILURES = (aiomqtt.MqttError, ValueError, IndexError, struct.error)
"""The last ones are what paho raises over packets that are none."""


class Connection:
    """`async with` it: connects with `will` as last will, and says goodbye at the end (no will then)."""

    def __init__(self, settings: MqttSettings, client_id: str, will: Message) -> None:
        self._settings = settings
        self._client_id = client_id
        self._will = will
        self._client: aiomqtt.Client | None = None

    async def __aenter__(self) -> Self:
        """Raises `BrokerError`: unreachable, refused, TLS, or no MQTT broker at all."""
        client = await self._build()
        entering = asyncio.ensure_future(client.__aenter__())
        try:
            await asyncio.shield(entering)
        except asyncio.CancelledError:
            await _abandon(client, entering)
            raise
        except aiomqtt.MqttError as error:
            await _release(client, error)
            raise BrokerError(explain(error, self._settings)) from error
        client.timeout = _ANSWER_TIMEOUT_S
        self._client = client
        return self

    async def __aexit__(self, *_: object) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(aiomqtt.MqttError):
                await client.__aexit__(None, None, None)

    async def publish(self, message: Message) -> None:
        """Returns when the broker has it (QoS 1) or the socket has (QoS 0). Raises `BrokerError`."""
        await self._call(
            self._open_client.publish(message.topic, message.payload, qos=message.qos, retain=message.retain)
        )

    async def subscribe(self, filters: Sequence[str]) -> None:
        """Raises `BrokerError`, also where the broker refuses one of them."""
        granted = await self._call(self._open_client.subscribe([(topic, 1) for topic in filters]))
        refused = [topic for topic, code in zip(filters, granted, strict=False) if _failed(code)]
        if refused:
            raise BrokerError(
                because(
                    "mqtt_not_allowed",
                    broker=place(self._settings),
                    who=who(self._settings),
                    topics=", ".join(refused),
                )
            )

    async def unsubscribe(self, topic: str) -> None:
        await self._call(self._open_client.unsubscribe(topic))

    async def received(self) -> AsyncIterator[Received]:
        """What comes in. Ends only by `BrokerError`, when the connection is lost."""
        try:
            async for message in self._open_client.messages:
                yield Received(message.topic.value, bytes(message.payload), message.retain)
        except _FAILURES as error:
            raise self._lost(error) from error

    @property
    def _open_client(self) -> aiomqtt.Client:
        assert self._client is not None, "used outside `async with`"
        return self._client

    async def _call(self, call: Awaitable[_T]) -> _T:
        try:
            return await call
        except _FAILURES as error:
            raise self._lost(error) from error

    def _lost(self, error: Exception) -> BrokerError:
        where = place(self._settings)
        if not isinstance(error, aiomqtt.MqttError):
            return BrokerError(because("mqtt_rubbish", broker=where, error=type(error).__name__))
        if is_silence(error):
            return BrokerError(because("mqtt_silent", broker=where))
        return BrokerError(because("mqtt_lost", broker=where))

    async def _build(self) -> aiomqtt.Client:
        settings = self._settings
        return _Client(
            settings.host,
            settings.port,
            username=settings.username,
            password=settings.password,
            identifier=self._client_id,
            will=aiomqtt.Will(self._will.topic, self._will.payload, self._will.qos, self._will.retain),
            keepalive=_KEEPALIVE_S,
            timeout=_CONNECT_TIMEOUT_S,
            tls_context=await asyncio.to_thread(_tls, settings) if settings.tls else None,
            socket_options=((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),),
            logger=_WIRE_LOG,
        )


def _failed(code: object) -> bool:
    return isinstance(code, ReasonCode) and code.is_failure


class _TidySocket(ssl.SSLSocket):
    """Paho forgets a socket whose handshake fails; this one closes itself."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def _tls(settings: MqttSettings) -> ssl.SSLContext:
    """Blocking: reads certificates."""
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        raise BrokerError(because("mqtt_ca_file", file=settings.ca_file, why=error)) from error
    context.sslsocket_class = _TidySocket
    if not settings.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class _Client(aiomqtt.Client):
    """Where paho raises over a packet that is none, aiomqtt takes the connection for lost, but leaves its
    socket open and reads the same packet again and again for ever. This one always closes it.
    """

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await super().__aexit__(kind, error, trace)
        finally:
            self._client._sock_close()  # nothing public closes it without writing to it


async def _abandon(client: aiomqtt.Client, entering: asyncio.Future[aiomqtt.Client]) -> None:
    """Cancelled while connecting, perhaps again and again: aiomqtt would leave its socket open."""
    client._connected.cancel()  # nothing public ends the wait for the broker's answer
    while not entering.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({entering})
    if entering.cancelled():
        client._connected = (
            asyncio.get_running_loop().create_future()
        )  # as aiomqtt does behind a wait in vain
    elif entering.exception() is not None:
        return  # there is no socket
    client.timeout = _RELEASE_TIMEOUT_S
    with contextlib.suppress(aiomqtt.MqttError):
        await client.__aexit__(None, None, None)


async def _release(client: aiomqtt.Client, error: aiomqtt.MqttError) -> None:
    """After a silent broker aiomqtt keeps the socket; refused or unconnected there is none to close."""
    if not is_silence(error):
        return
    client.timeout = _RELEASE_TIMEOUT_S
    with contextlib.suppress(aiomqtt.MqttError):
        await client.__aexit__(None, None, None)
