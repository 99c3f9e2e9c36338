"""What each ESP32 firmware says on the wire, byte for byte as a client sees it."""

from gcam_addon.simulator.firmware.firmware import Firmware
from gcam_addon.simulator.firmware.table import FIRMWARES, firmware_named

__all__ = ["FIRMWARES", "Firmware", "firmware_named"]
