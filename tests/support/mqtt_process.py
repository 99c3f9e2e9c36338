"""A Gcam bridge alone in a process, to be killed: `python -m tests.support.mqtt_process PORT`."""

from __future__ import annotations

import asyncio
import sys

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import MqttMode, MqttSettings
from gcam_addon.duties import Duties
from gcam_addon.mqtt.bridge import MqttBridge
from tests.support.fakes import FakeCameras, FakeClips, FakeEngine, make_camera


async def main(port: int) -> None:
    engine = FakeEngine()
    cameras = FakeCameras(engine, [make_camera("door")])
    settings = MqttSettings(mode=MqttMode.BROKER, port=port)
    clock = SystemClock()
    bridge = MqttBridge(
        settings,
        engine,
        cameras,
        FakeClips(),
        clock,
        "ab12cd34",
        engine,
        lambda _: None,
        duties=Duties(clock),
    )
    engine.subscribe(bridge)
    await bridge.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
