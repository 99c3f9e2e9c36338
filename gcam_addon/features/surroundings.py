"""web.info.Surroundings: what the page says of parts that it does not work with."""

from __future__ import annotations

from gcam_addon.config.model import EntityMaker, MqttMode
from gcam_addon.features.running import Running
from gcam_addon.model import MqttHealth, NetworkHealth
from gcam_addon.model.guard import GuardState
from gcam_addon.web.info import EntityOwner


class Surroundings:
    def __init__(self, gcam: Running) -> None:
        self._settings = gcam.settings.mqtt
        self._bridge = gcam.bridge
        self._link = gcam.link
        self._network = gcam.network
        self._clock = gcam.clock
        self._guard = gcam.guard

    def mqtt(self) -> MqttHealth | None:
        return None if self._bridge is None else self._bridge.health

    def network(self) -> NetworkHealth | None:
        return None if self._network is None else self._network.health

    def guard(self) -> GuardState | None:
        return self._guard.state

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
        by_mqtt = self._settings.announces
        if self._link is not None and self._settings.mode is MqttMode.SUPERVISOR:
            by_mqtt = self._link.entities is EntityMaker.MQTT
        return EntityOwner.MQTT if by_mqtt else EntityOwner.COMPONENT

    def clock_step_s(self) -> float:
        return self._clock.stepped_s()
