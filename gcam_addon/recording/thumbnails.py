"""A clip's small picture: the strongest frame, about 320 pixels wide, as JPEG."""

from __future__ import annotations

import cv2
import numpy as np

from gcam_addon.errors import RecordingError
from gcam_addon.words.reason import because

WIDTH_PX = 320
_QUALITY = 80


def thumbnail(jpeg: bytes) -> bytes:
    """Raises `RecordingError` where `jpeg` is no picture. Small pictures are not enlarged."""
    try:
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) if jpeg else None
        if picture is None:
            raise RecordingError(because("thumbnail_damaged"))
        height, width = picture.shape[:2]
        if width > WIDTH_PX:
            size = (WIDTH_PX, max(1, round(height * WIDTH_PX / width)))
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
    except cv2.error as error:
        raise RecordingError(because("thumbnail_failed", why=error)) from error
