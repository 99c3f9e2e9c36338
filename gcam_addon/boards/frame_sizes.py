"""The numbers by which firmwares call frame sizes: they depend on the age of the camera driver, so the number
is believed only together with a picture. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from gcam_addon.model import Size

Table = Sequence[str]
"""`WIDTHxHEIGHT` by number."""

ARDUINO_1: Table = (
    "160x120", "128x160", "176x144", "240x176", "320x240", "400x296", "640x480", "800x600", "1024x768",
    "1280x1024", "1600x1200",
)  # fmt: skip
"""esp32-camera of 2018: Arduino core 1.0.x."""

DRIVER_2020: Table = (
    "96x96", "160x120", "176x144", "240x176", "240x240", "320x240", "400x296", "480x320", "640x480",
    "800x600", "1024x768", "1280x720", "1280x1024", "1600x1200",
)  # fmt: skip
"""March 2020 to November 2024: Arduino core 2.x and 3.0, Tasmota."""

DRIVER_2024: Table = (
    "96x96", "160x120", "128x128", "176x144", "240x176", "240x240", "320x240", "320x320", "400x296",
    "480x320", "640x480", "800x600", "1024x768", "1280x720", "1280x1024", "1600x1200",
)  # fmt: skip
"""esp32-camera 2.0.14 and later: Arduino core 3.1 and later."""

_TABLES = (DRIVER_2024, DRIVER_2020, ARDUINO_1)


def table_for(number: int, size: Size) -> Table | None:
    """The table in which `number` means `size`; None where none says so."""
    wanted = written(size)
    return next((table for table in _TABLES if 0 <= number < len(table) and table[number] == wanted), None)


def written(size: Size) -> str:
    return f"{size.width}x{size.height}"


def in_order(table: Table) -> tuple[str, ...]:
    """Smallest first."""
    return tuple(sorted(table, key=lambda text: int(text.split("x")[0]) * int(text.split("x")[1])))
