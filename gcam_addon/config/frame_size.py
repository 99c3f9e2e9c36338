"""Frame sizes as boards' owners call them."""

from __future__ import annotations

import re
from typing import Any

from gcam_addon.config.rules import Wrong
from gcam_addon.model import Size
from gcam_addon.words.reason import because

NAMES = {
    "QVGA": Size(320, 240),
    "CIF": Size(400, 296),
    "HVGA": Size(480, 320),
    "VGA": Size(640, 480),
    "SVGA": Size(800, 600),
    "XGA": Size(1024, 768),
    "HD": Size(1280, 720),
    "SXGA": Size(1280, 1024),
    "UXGA": Size(1600, 1200),
}
PATTERN = r"[1-9][0-9]{1,3}x[1-9][0-9]{1,3}"
"""Of one without a name."""


def frame_size(value: Any) -> Size:
    """`VGA`, or `640x480`. Raises `Wrong`."""
    text = str(value)
    if (named := NAMES.get(text.upper())) is not None:
        return named
    if not re.fullmatch(PATTERN, text, re.ASCII):
        raise Wrong(because("give_frame_size"))
    width, height = text.split("x")
    return Size(int(width), int(height))
