"""The numbers by which esp32-camera's drivers call frame sizes: they differ by the driver's age.

Source: every version of the driver's sensor.h.
"""

from __future__ import annotations

from gcam_addon.model import Size

FrameSizes = tuple[Size, ...]
"""By number."""

_SMALL = (Size(160, 120), Size(176, 144), Size(240, 176))

DRIVER_2018: FrameSizes = (
    Size(160, 120),
    Size(128, 160),
    Size(176, 144),
    Size(240, 176),
    Size(320, 240),
    Size(400, 296),
    Size(640, 480),
    Size(800, 600),
    Size(1024, 768),
    Size(1280, 1024),
    Size(1600, 1200),
)
"""Arduino core 1.0.x."""

DRIVER_2020: FrameSizes = (
    Size(96, 96),
    *_SMALL,
    Size(240, 240),
    Size(320, 240),
    Size(400, 296),
    Size(480, 320),
    Size(640, 480),
    Size(800, 600),
    Size(1024, 768),
    Size(1280, 720),
    Size(1280, 1024),
    Size(1600, 1200),
)
"""Arduino core 2.x, Tasmota."""

DRIVER_2024: FrameSizes = (
    Size(96, 96),
    Size(160, 120),
    Size(128, 128),
    Size(176, 144),
    Size(240, 176),
    Size(240, 240),
    Size(320, 240),
    Size(320, 320),
    Size(400, 296),
    Size(480, 320),
    Size(640, 480),
    Size(800, 600),
    Size(1024, 768),
    Size(1280, 720),
    Size(1280, 1024),
    Size(1600, 1200),
)
"""esp32-camera 2.0.14 and later, Arduino core 3.1 and later."""


def number_of(size: Size, sizes: FrameSizes) -> int:
    """The number of a size, or of the smallest that holds it."""
    if size in sizes:
        return sizes.index(size)
    larger = (n for n, known in enumerate(sizes) if known.width >= size.width and known.height >= size.height)
    return next(larger, len(sizes) - 1)
