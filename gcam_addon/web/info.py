"""What the web app says about Gcam as a whole. No cameras here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from gcam_addon.config.model import WebSettings
from gcam_addon.model import MqttHealth, NetworkHealth
from gcam_addon.model.guard import GuardState

API_LEVEL = 1
"""Goes up by one when programs that talk to `/api/v1` can rely on something new."""


class EntityOwner(StrEnum):
    """Who makes Home Assistant's entities of states and switches, so that each is there once."""

    MQTT = "mqtt"
    COMPONENT = "component"


@dataclass(frozen=True, slots=True)
class Info:
    """What the web app says about itself, and under which names it may be spoken to."""

    version: str
    listen: WebSettings = field(default_factory=WebSettings)
    instance_id: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Host names besides `localhost` that are our own: what `web.external_url` says."""
        name = urlsplit(self.listen.external_url or "").hostname
        return frozenset({name} if name else ())


class Surroundings(Protocol):
    """Parts that the web app does not work with itself, as far as their health goes."""

    def mqtt(self) -> MqttHealth | None:
        """None where there is none: switched off, or no broker."""

    def network(self) -> NetworkHealth | None:
        """None where there is no camera network."""

    def guard(self) -> GuardState | None:
        """None where it can't be known."""

    @property
    def wants_mqtt(self) -> bool:
        """Whether it is switched on."""

    @property
    def mqtt_dropped(self) -> int:
        """Messages that no broker got, so far."""

    def entities(self) -> EntityOwner: ...

    @property
    def home_assistant(self) -> bool | None:
        """Whether its integration has signed in; None where Gcam is not its add-on."""

    def clock_step_s(self) -> float:
        """By how much the machine's clock has moved against Gcam's."""
