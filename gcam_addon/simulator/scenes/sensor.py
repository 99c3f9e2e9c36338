"""What an OV2640 adds to a picture: noise that depends on signal and gain, and its own fixed pattern."""

from __future__ import annotations

import cv2
import numpy as np

from gcam_addon.model import Size
from gcam_addon.simulator.scenes.view import Array

_PLAY = 64  # the noise field is larger than the picture by this much, and shifted for every frame


class Sensor:
    """The noise of one sensor at one frame size; `gain` 1 is daylight, 6 is night."""

    def __init__(self, size: Size, seed: int) -> None:
        rng = np.random.default_rng([seed, 0x0264])
        self._size = size
        self._field = _noise_field(rng, size.height + _PLAY, size.width + _PLAY)
        self._pattern = _fixed_pattern(rng, size)
        self._level, self._scaled = 0, np.zeros((size.height, size.width, 3), np.int16)
        self._hot = rng.integers(0, size.width * size.height, max(4, size.width * size.height // 20_000))

    def fixed(self, picture: Array, gain: float) -> Array:
        """The picture with the sensor's fixed pattern: column offsets, and hot pixels where it is dark."""
        level = round(10 * min(3.0, 0.6 + 0.4 * gain))
        if level != self._level:
            scaled = (self._pattern * np.float32(level / 10)).round().astype(np.int16)
            self._level, self._scaled = level, np.asarray(cv2.merge([scaled] * 3))
        out = cv2.add(picture, self._scaled, dtype=cv2.CV_8U)
        glow = min(90, round(12 * max(0.0, gain - 1.5)))
        if glow:
            flat = out.reshape(-1, 3)
            flat[self._hot] = np.minimum(flat[self._hot].astype(np.int16) + glow, 255).astype(np.uint8)
        return np.asarray(out)

    def strength(self, picture: Array, gain: float) -> Array:
        """How strong noise is at every pixel, uint8 (h, w, 3), 32 being the field's own strength.

        After the gamma curve photon noise is nearly even over the tones, read noise lifts the shadows and
        clipping leaves the highlights clean.
        """
        tone = np.arange(256, dtype=np.float32) / 255
        curve = 0.8 + 0.7 * np.exp(-tone / 0.16) * min(gain, 3.0) / 1.5
        curve *= np.clip((1.03 - tone) / 0.12, 0.1, 1)
        table = np.clip(32 * curve * (0.75 + 0.25 * gain**1.35), 0, 255).astype(np.uint8)
        return np.asarray(cv2.LUT(picture, table))

    def expose(self, picture: Array, strength: Array, moment: int) -> Array:
        """The picture with this moment's noise; the same moment always gives the same noise."""
        turn = (moment * 2654435761 + 40503) & 0xFFFFFFFF
        top, left = (turn >> 9) % _PLAY, (turn >> 20) % _PLAY
        height, width = self._size.height, self._size.width
        noise = self._field[top : top + height, left : left + width]
        scaled = cv2.multiply(noise, strength, scale=1 / 512, dtype=cv2.CV_16S)
        return np.asarray(cv2.add(picture, scaled, dtype=cv2.CV_8U))


def _noise_field(rng: np.random.Generator, height: int, width: int) -> Array:
    """Sixteen times noise of 2.1 grey levels, int16: fine in brightness, blotchy in colour (4:2:2)."""
    grain = rng.standard_normal((height, width), np.float32)
    fine = cv2.GaussianBlur(grain, (0, 0), 0.65)  # demosaicing and the sensor's denoiser spread it
    fine = fine * (2.1 / float(fine.std()))
    field = np.empty((height, width, 3), np.float32)
    for channel, amount in enumerate((2.2, 0.6, 1.8)):
        small = rng.standard_normal((height // 2 + 1, width // 3 + 1), np.float32)
        blotch = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
        field[:, :, channel] = fine + amount * blotch
    return (field * 16).round().astype(np.int16)


def _fixed_pattern(rng: np.random.Generator, size: Size) -> Array:
    columns = rng.normal(0, 0.7, (1, size.width))
    rows = rng.normal(0, 0.35, (size.height, 1))
    return np.asarray(columns + rows + rng.normal(0, 0.6, (size.height, size.width)), np.float32)
