"""`Choosing`: what is chosen on the page "Settings" while Gcam runs, and what of it waits for a new start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gcam_addon.config.choices import CHOICES, with_choices
from gcam_addon.config.chosen import parse_choices, write_choices, written
from gcam_addon.config.model import MqttMode, MqttSettings, Origin, Settings, StorageSettings
from gcam_addon.errors import ConfigError
from gcam_addon.words.reason import Reason, because


@dataclass(frozen=True, slots=True)
class Chosen:
    """JSON values but for secrets. `option`: how the add-on's options call it."""

    value: Any = field(repr=False)
    default: Any
    origin: Origin
    option: str | None
    at_once: bool
    waits: bool
    """For a new start: Gcam still runs with another value."""


class Choosing:
    """On the loop. `apply` is told the settings that hold at once, whenever one changes."""

    def __init__(
        self, settings: Settings, chosen: Mapping[str, Any], apply: Callable[[Settings], None]
    ) -> None:
        self._running = settings
        self._chosen = dict(chosen)
        self._apply = apply
        self._one_at_a_time = asyncio.Lock()
        self.again = asyncio.Event()
        """Set where somebody wants Gcam to start anew."""

    @property
    def settings(self) -> Settings:
        """Those that hold now."""
        return self._running

    @property
    def waits(self) -> bool:
        """Whether a new start would change something."""
        return any(chosen.waits for chosen in self.all().values())

    def all(self) -> Mapping[str, Chosen]:
        wanted, usual = self._wanted(self._chosen), _unchosen(self._running)
        return {name: self._one(name, wanted, usual) for name in CHOICES}

    async def choose(self, changes: Mapping[str, Any]) -> None:
        """None takes one back to its default. All or none. Raises `ConfigError`."""
        async with self._one_at_a_time:
            for name in changes:
                if (origin := self._running.elsewhere.get(name)) is not None:
                    raise ConfigError(_said_by(origin, name), field=name)
            changes = {name: self._whole(name, value) for name, value in changes.items()}
            chosen = {name: value for name, value in (self._chosen | changes).items() if value is not None}
            await self._keep(chosen)

    def stored(self) -> bytes:
        """As a backup has them."""
        return written(self._chosen)

    def check(self, content: bytes) -> None:
        """Raises `ConfigError` where it can't be `replace`d with."""
        parse_choices(content)

    async def replace(self, content: bytes) -> None:
        """Exactly what a backup has is chosen from now on. Raises `ConfigError`."""
        async with self._one_at_a_time:
            await self._keep(parse_choices(content))

    async def _keep(self, chosen: Mapping[str, Any]) -> None:
        wanted = self._wanted(chosen)
        await asyncio.to_thread(write_choices, self._running.storage.data_dir, chosen)
        self._chosen = dict(chosen)
        for choice in CHOICES.values():
            if choice.at_once:
                self._running = choice.put(self._running, choice.read(wanted))
        self._apply(self._running)

    def _wanted(self, chosen: Mapping[str, Any]) -> Settings:
        """What a start would make of it."""
        usual = _unchosen(self._running)
        wanted = self._running
        for name, choice in CHOICES.items():
            if name not in wanted.elsewhere:
                wanted = choice.put(wanted, choice.read(usual))
        return with_choices(wanted, chosen)

    def _one(self, name: str, wanted: Settings, usual: Settings) -> Chosen:
        choice = CHOICES[name]
        value = choice.read(wanted)
        origin = self._running.elsewhere.get(name)
        return Chosen(
            value=value,
            default=choice.read(usual),
            origin=origin or (Origin.PAGE if name in self._chosen else Origin.DEFAULT),
            option=choice.options[0] if self._running.supervisor and choice.options else None,
            at_once=choice.at_once,
            waits=value != choice.read(self._running),
        )

    def _whole(self, name: str, value: Any) -> Any:
        """With a broker's password that was not typed anew; another host is not told it."""
        if name != "mqtt" or value is None:
            return value
        is_addon = self._running.supervisor is not None
        if value["mode"] == MqttMode.SUPERVISOR and not is_addon:
            raise ConfigError(because("broker_no_supervisor"), field="mqtt.mode")
        if value["mode"] == MqttMode.EMBEDDED and is_addon:
            raise ConfigError(because("broker_no_embedded"), field="mqtt.mode")
        if value["mode"] != MqttMode.BROKER or "password" in value:
            return value
        former = CHOICES[name].read(self._wanted(self._chosen))
        is_same = all(value.get(part) == former.get(part) for part in ("host", "username"))
        return {**value, "password": former["password"]} if is_same and "password" in former else value


def _said_by(origin: Origin, name: str) -> Reason:
    if origin is Origin.ADDON:
        return because("said_addon", name=name)
    return because("said_command_line" if origin is Origin.COMMAND_LINE else "said_file", name=name)


def _unchosen(settings: Settings) -> Settings:
    """Where nobody chose anything."""
    storage = settings.storage
    mode = MqttMode.SUPERVISOR if settings.supervisor else MqttMode.OFF
    return replace(
        Settings(StorageSettings(storage.data_dir, storage.media_dir)), mqtt=MqttSettings(mode=mode)
    )
