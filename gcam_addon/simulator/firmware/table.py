"""The firmwares by the names that `gcam simulate --firmware` takes."""

from __future__ import annotations

from collections.abc import Mapping

from gcam_addon.errors import ConfigError
from gcam_addon.simulator.firmware.camera_web_server import CameraWebServer
from gcam_addon.simulator.firmware.esphome import EspHome
from gcam_addon.simulator.firmware.firmware import Firmware
from gcam_addon.simulator.firmware.gcam import GcamFirmware
from gcam_addon.simulator.firmware.mjpeg2sd import Mjpeg2Sd
from gcam_addon.simulator.firmware.tasmota import Tasmota

_ALL: tuple[Firmware, ...] = (
    CameraWebServer("camera-web-server", modern=True),
    CameraWebServer("camera-web-server-1.0", modern=False),
    EspHome(),
    Tasmota(),
    Mjpeg2Sd(),
    GcamFirmware(),
)

FIRMWARES: Mapping[str, Firmware] = {firmware.name: firmware for firmware in _ALL}


def firmware_named(name: str) -> Firmware:
    """Raises `ConfigError` for a name that isn't in `FIRMWARES`."""
    firmware = FIRMWARES.get(name)
    if firmware is None:
        names = ", ".join(FIRMWARES)
        raise ConfigError(
            f"There is no simulated firmware “{name}”; choose one of {names}.", field="firmware"
        )
    return firmware
