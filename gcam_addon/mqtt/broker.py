"""Where the broker is, for whom that is not always the same: the add-on asks Home Assistant."""

from __future__ import annotations

from typing import Protocol

from gcam_addon.config.model import MqttSettings


class Broker(Protocol):
    """Where the MQTT broker is and how it lets us in; both may change while Gcam runs."""

    async def find(self) -> MqttSettings:
        """Loop. As of now: asked before every attempt to connect. Raises `BrokerError`; `NoBroker` where
        there is none and nobody misses it.
        """
