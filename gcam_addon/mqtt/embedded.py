"""A small MQTT broker inside Gcam, for `--demo` and `--mqtt embedded`: amqtt behind our own listener.

It asks for no login and therefore serves this machine only.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import importlib
import ipaddress
import logging
from types import ModuleType
from typing import Any

from gcam_addon.duties import Duties
from gcam_addon.errors import BrokerError, ConfigError
from gcam_addon.machine.loop import stop_listening
from gcam_addon.words.reason import because

_LISTENER = "default"
_CONFIG: dict[str, Any] = {
    "listeners": {_LISTENER: {"type": "external", "bind": "loopback"}},
    "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
}
_QUIET = ("amqtt", "transitions")  # they report every packet and every client that leaves
_HANG_UP_TIMEOUT_S = 2.0


class EmbeddedBroker:
    """Listens on `host` (loopback only), `port` (0: any free one). Keeps retained messages in memory."""

    def __init__(self, host: str = "127.0.0.1", port: int = 1883, *, duties: Duties) -> None:
        self._host = host
        self._port = port
        self._duties = duties
        self._broker: Any = None
        self._adapters: ModuleType | None = None
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._levels: dict[str, int] = {}

    @property
    def port(self) -> int:
        """Where it listens; the asked-for port before `start`."""
        if self._server is None:
            return self._port
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        """Raises `ConfigError` where amqtt is missing or `host` is not loopback, `BrokerError` where the
        port is taken.
        """
        _check_loopback(self._host)
        amqtt_broker, self._adapters = _amqtt("amqtt.broker"), _amqtt("amqtt.adapters")
        self._hush()
        try:
            server = await asyncio.start_server(self._accept, self._host, self._port, start_serving=False)
        except OSError as error:
            self._unhush()
            raise BrokerError(
                because("mqtt_embedded_port", host=self._host, port=self._port, why=error)
            ) from error
        self._broker = _corrected(amqtt_broker.Broker)(copy.deepcopy(_CONFIG))
        await self._broker.start()
        self._server = server
        await server.start_serving()

    async def stop(self) -> None:
        """Clients are disconnected, retained messages forgotten."""
        if self._server is None:
            return
        self._port, server, self._server = self.port, self._server, None
        await stop_listening(server)
        await self._broker.shutdown()
        for writer in self._clients.values():
            writer.close()
        if self._clients:
            _, hanging = await asyncio.wait(self._clients, timeout=_HANG_UP_TIMEOUT_S)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
        await server.wait_closed()
        self._broker = None
        self._unhush()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._duties.once("embedded broker", self._serve(reader, writer))
        self._clients[task] = writer
        task.add_done_callback(lambda done: self._clients.pop(done, None))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._adapters is not None, "serving begins after start"
        incoming = self._adapters.StreamReaderAdapter(reader)
        outgoing = self._adapters.StreamWriterAdapter(writer)
        try:
            # A client that breaks the protocol, or just the line, is its own problem.
            with contextlib.suppress(OSError, EOFError):
                await self._broker.external_connected(incoming, outgoing, _LISTENER)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _hush(self) -> None:
        for name in _QUIET:
            self._levels[name] = logging.getLogger(name).level
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def _unhush(self) -> None:
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        self._levels = {}


def _amqtt(module: str) -> ModuleType:
    """An optional extra, so it is only imported where it is needed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ConfigError(
            "the embedded MQTT broker needs the package amqtt: pip install 'gcam-addon[broker]', "
            "or use another broker with --mqtt mqtt://…, or --mqtt off",
            field="mqtt",
        ) from error


def _corrected(broker: Any) -> Any:
    """To a client that connects, amqtt 0.12 sends what is retained under everybody's subscriptions."""

    class Corrected(broker):  # type: ignore[misc]
        async def _publish_retained_messages_for_subscription(self, subscription: Any, session: Any) -> None:
            subscribers = self._subscriptions.get(subscription[0], ())
            if any(subscriber is session for subscriber, _ in subscribers):
                await super()._publish_retained_messages_for_subscription(subscription, session)

    return Corrected


def _check_loopback(host: str) -> None:
    loopback = host == "localhost"
    with contextlib.suppress(ValueError):
        loopback = loopback or ipaddress.ip_address(host).is_loopback
    if not loopback:
        raise ConfigError(
            f"the embedded MQTT broker has no login and serves this machine only, not {host}: "
            "use 127.0.0.1, or a real broker",
            field="mqtt.host",
        )
