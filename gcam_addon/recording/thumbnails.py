"""A clip's small picture: the strongest frame, about 320 pixels wide, as JPEG."""

from __future__ import annotations

from gcam_addon.errors import RecordingError
from gcam_addon.picture.pixels import shrunk
from gcam_addon.words.reason import because

WIDTH_PX = 320
_QUALITY = 80


def thumbnail(jpeg: bytes) -> bytes:
    """Raises `RecordingError` where `jpeg` is no picture. Small pictures are not enlarged."""
    small = shrunk(jpeg, WIDTH_PX, _QUALITY)
    if small is None:
        raise RecordingError(because("thumbnail_damaged"))
    return small
