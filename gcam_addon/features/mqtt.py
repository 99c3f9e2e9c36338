"""MQTT: the broker that Gcam brings along, where wanted, and the bridge to whichever it is."""

from __future__ import annotations

from gcam_addon.config.model import MqttMode
from gcam_addon.features.running import Running
from gcam_addon.mqtt.bridge import MqttBridge
from gcam_addon.mqtt.embedded import EmbeddedBroker


async def begin(gcam: Running) -> None:
    """The bridge hears everything from now on."""
    settings = gcam.settings.mqtt
    if settings.mode is MqttMode.OFF:
        return
    if settings.mode is MqttMode.EMBEDDED:
        await gcam.begin(EmbeddedBroker(settings.host, settings.port, duties=gcam.duties))
    gcam.bridge = MqttBridge(
        settings,
        gcam.engine,
        gcam.roster,
        gcam.recordings.clips,
        gcam.clock,
        gcam.instance_id,
        gcam.engine,
        gcam.boards.of,
        duties=gcam.duties,
        broker=gcam.link if settings.mode is MqttMode.SUPERVISOR else None,
        switch_lamp=gcam.lamps.switch,
        guard=gcam.guard,
    )
    gcam.engine.subscribe(gcam.bridge)
    gcam.stack.push_async_callback(gcam.bridge.stop)


async def connect(gcam: Running) -> None:
    """Knowing every camera, before it clears what a broker kept of former ones."""
    if gcam.bridge is not None:
        await gcam.bridge.start()
