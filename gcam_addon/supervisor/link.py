"""Gcam's link to Home Assistant through the Supervisor: the broker's credentials, a token, the announcement.

A Supervisor that is away stops nothing: what it said last goes on.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.access.service import Access
from gcam_addon.config.model import EntityMaker, MqttMode, MqttSettings, SupervisorSettings
from gcam_addon.errors import BrokerError, GcamError, NoBroker, SupervisorError
from gcam_addon.network.sweep import networks_around
from gcam_addon.supervisor.client import SupervisorClient
from gcam_addon.supervisor.entities import settle
from gcam_addon.supervisor.memory import Memory, recall, remember
from gcam_addon.words.reason import Reason, because

_log = logging.getLogger(__name__)
_SERVICE = "gcam"
_SCOPES = frozenset({Permission.VIEW, Permission.PLAYBACK, Permission.CONTROL})
_SELF = Principal("supervisor", "the add-on", _SCOPES)
"""Who makes the token: it can't do more than this."""
_TOKEN_NAME = "Home Assistant"  # noqa: S105  (what it is called)
_FIRST_WAIT_S = 2.0
_LONGEST_WAIT_S = 300.0


class HomeAssistantLink:
    """mqtt.broker.Broker. `async with` it; all methods on the loop."""

    def __init__(
        self, settings: SupervisorSettings, mqtt: MqttSettings, data_dir: Path, access: Access
    ) -> None:
        self._settings = settings
        self._mqtt = mqtt
        self._data_dir = data_dir
        self._access = access
        self._client = SupervisorClient(settings)
        self._memory = Memory()
        self._found: MqttSettings | None = None
        self._access_changed = asyncio.Event()
        self._on_entities: Callable[[], None] = _nobody

    async def __aenter__(self) -> Self:
        self._memory = await asyncio.to_thread(recall, self._data_dir)
        await self._client.__aenter__()
        self._access.on_change(self._access_changed.set)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    @property
    def entities(self) -> EntityMaker:
        """MQTT or INTEGRATION."""
        settled = settle(self._settings.entities, self._memory.entities, broker=False, integration=False)
        return EntityMaker.MQTT if settled is EntityMaker.MQTT else EntityMaker.INTEGRATION

    @property
    def has_signed_in(self) -> bool:
        """Whether the integration came with the token that it was given."""
        known = (token for token in self._access.tokens() if token.id == self._memory.token_id)
        return any(token.last_used_at is not None for token in known)

    def on_entities(self, listener: Callable[[], None]) -> None:
        """`listener` is called when they come to belong to another maker."""
        self._on_entities = listener

    @property
    def mqtt(self) -> MqttSettings:
        """The broker found last, as if somebody had set it; mode SUPERVISOR where there was none."""
        return self._mqtt if self._found is None else replace(self._found, mode=MqttMode.BROKER)

    async def find(self) -> MqttSettings:
        """Where the broker is and how it lets us in, asked anew. Raises `NoBroker`; `BrokerError` where one
        is missed.
        """
        try:
            told = await self._client.mqtt()
        except SupervisorError as error:
            if self._found is not None:
                return self._found
            raise self._without(error.said) from error
        if told is None:
            raise self._without(because("no_mqtt_broker"), because("mqtt_broker_gone"))
        await self._settle_entities()
        by_mqtt = self.entities is EntityMaker.MQTT
        self._found = replace(_broker(told, self._mqtt), discovery=by_mqtt)
        return self._found

    async def networks(self) -> Sequence[IPv4Network]:
        """Where cameras may be: the machine's networks, not the container's own; none where nobody says."""
        try:
            return networks_around(await self._client.interfaces())
        except SupervisorError as error:
            _log.warning("cameras can't be looked for at every address: %s", error)
            return ()

    async def introduce(self, port: int, *, tls: bool, instance_id: str, api_level: int) -> None:
        """Tell Home Assistant of this Gcam, with a token of its own; for ever, as a token that somebody
        deletes is replaced. Never raises.
        """
        about = {"port": port, "tls": tls, "instance_id": instance_id, "api_level": api_level}
        failed = False
        wait_s = _FIRST_WAIT_S
        while True:
            self._access_changed.clear()
            try:
                await self._announce(about)
            except GcamError as error:
                level = logging.DEBUG if failed else logging.WARNING
                _log.log(level, "Home Assistant could not be told of this Gcam: %s; trying again", error)
                await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))
                failed, wait_s = True, min(_LONGEST_WAIT_S, wait_s * 2)
                continue
            failed, wait_s = False, _FIRST_WAIT_S
            while self._token_holds():
                await self._access_changed.wait()
                self._access_changed.clear()

    async def _announce(self, about: Mapping[str, Any]) -> None:
        host = (await self._client.info()).hostname
        await self._client.announce(_SERVICE, {**about, "host": host, "token": await self._token()})
        _log.info("Home Assistant was told of this Gcam at %s:%d", host, about["port"])

    async def _token(self) -> str:
        """The one that Home Assistant has, or a new one. Those it had before are taken away."""
        if self._memory.token is not None and self._token_holds():
            return self._memory.token
        for token in self._access.tokens():
            if token.created_by == _SELF.id:
                await self._access.remove_token(token.id)
        secret, made = await self._access.add_token(_TOKEN_NAME, _SCOPES, None, expires_at=None, by=_SELF)
        await self._remember(replace(self._memory, token_id=made.id, token=secret))
        return secret

    def _token_holds(self) -> bool:
        return any(token.id == self._memory.token_id for token in self._access.tokens())

    async def _settle_entities(self) -> None:
        if self._settings.entities is not EntityMaker.AUTO:
            return
        before = self.entities
        settled = settle(EntityMaker.AUTO, self._memory.entities, broker=True, integration=self.has_signed_in)
        if settled is not self._memory.entities:
            await self._remember(replace(self._memory, entities=settled))
        if self.entities is not before:
            _log.info("Home Assistant has an MQTT broker: entities come by it from now on")
            self._on_entities()

    def _without(self, not_missed: Reason | str, missed: Reason | None = None) -> BrokerError:
        """Nobody misses a broker that was never there, unless entities are to come by it."""
        if self._found is None and self.entities is not EntityMaker.MQTT:
            return NoBroker(not_missed)
        return BrokerError(missed or not_missed)

    async def _remember(self, memory: Memory) -> None:
        self._memory = memory
        await asyncio.to_thread(remember, self._data_dir, memory)


def _broker(told: Mapping[str, Any], base: MqttSettings) -> MqttSettings:
    """`told` as the Supervisor has it. Raises `BrokerError`."""
    host, port = told.get("host"), told.get("port")
    username, password = told.get("username"), told.get("password")
    if not isinstance(host, str) or not host or not isinstance(port, int) or not 0 < port < 65536:
        raise BrokerError(because("supervisor_broker"))
    return replace(
        base,
        host=host,
        port=port,
        username=username if isinstance(username, str) and username else None,
        password=password if isinstance(password, str) and username else None,
        tls=told.get("ssl") is True,
        verify_tls=False,  # inside the machine; its certificate, if any, names another host
    )


def _nobody() -> None:
    """Nobody listens yet."""
