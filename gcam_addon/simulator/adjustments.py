"""What a camera's settings do to its pictures: size, quality, mirror, flip, tone, effect, flash light."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from gcam_addon.model import Size
from gcam_addon.simulator.scenes.view import Array


@dataclass(frozen=True, slots=True)
class Adjustments:
    """The names and numbers are those of the OV2640 driver's settings."""

    size: Size
    quality: int = 12
    """0 (best) .. 63, as the sensor counts."""
    hmirror: bool = False
    vflip: bool = False
    brightness: int = 0
    contrast: int = 0
    saturation: int = 0
    """-2 .. 2, all three."""
    special_effect: int = 0
    """0 none, 1 negative, 2 grey, 3 red, 4 green, 5 blue, 6 sepia."""
    colorbar: bool = False
    led_intensity: int = 0
    """0 .. 255; lights what is near."""

    @property
    def jpeg_quality(self) -> int:
        """The libjpeg quality that gives files of about the sensor's size."""
        return min(95, max(10, 95 - 3 * self.quality))

    @property
    def untouched(self) -> bool:
        """Nothing but size and quality differs from the defaults: pictures may pass as they are."""
        return self == Adjustments(self.size, self.quality)


def adjusted(picture: Array, wanted: Adjustments) -> Array:
    """The picture, BGR uint8 of any size, as a camera with these settings would take it."""
    out = _resized(picture, wanted.size)
    if wanted.colorbar:
        return _colour_bars(wanted.size)
    if wanted.led_intensity:
        out = cv2.convertScaleAbs(out, alpha=1 + 0.4 * wanted.led_intensity / 255)
    if wanted.brightness or wanted.contrast:
        alpha = 1 + 0.18 * wanted.contrast
        out = np.clip((out.astype(np.float32) - 128) * alpha + 128 + 22 * wanted.brightness, 0, 255)
        out = out.astype(np.uint8)
    if wanted.saturation:
        grey = cv2.cvtColor(cv2.cvtColor(out, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        amount = 1 + 0.3 * wanted.saturation
        out = cv2.addWeighted(out, amount, grey, 1 - amount, 0)
    out = _with_effect(out, wanted.special_effect)
    if wanted.hmirror:
        out = cv2.flip(out, 1)
    if wanted.vflip:
        out = cv2.flip(out, 0)
    return np.asarray(out)


def _resized(picture: Array, size: Size) -> Array:
    """Cropped to the wanted shape and scaled, as a sensor reads out the middle of itself."""
    height, width = picture.shape[:2]
    if (width, height) == (size.width, size.height):
        return picture
    scale = max(size.width / width, size.height / height)
    crop_w, crop_h = min(width, round(size.width / scale)), min(height, round(size.height / scale))
    left, top = (width - crop_w) // 2, (height - crop_h) // 2
    cropped = picture[top : top + crop_h, left : left + crop_w]
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(cropped, (size.width, size.height), interpolation=interpolation))


def _with_effect(picture: Array, effect: int) -> Array:
    if effect == 1:
        return np.asarray(255 - picture)
    tints = {
        2: (1.0, 1.0, 1.0),
        3: (0.6, 0.6, 1.3),
        4: (0.6, 1.3, 0.6),
        5: (1.3, 0.6, 0.6),
        6: (0.7, 0.9, 1.15),
    }
    if effect not in tints:
        return picture
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return np.asarray(cv2.multiply(grey, np.asarray((*tints[effect], 0.0))))


def _colour_bars(size: Size) -> Array:
    bits = np.asarray([(b, g, r) for g in (255, 0) for r in (255, 0) for b in (255, 0)], np.uint8)
    return np.repeat(bits[np.arange(size.width) * 8 // size.width][None], size.height, axis=0)
