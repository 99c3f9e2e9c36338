"""A scene: a script rendered at any moment and any size, with its ground truth.

The same script, seed, moment and size always give the same picture.
"""

from __future__ import annotations

from functools import cached_property

import cv2

from gcam_addon.model import Size
from gcam_addon.simulator.scenes.easel import Easel, lamp_place
from gcam_addon.simulator.scenes.light import light_at
from gcam_addon.simulator.scenes.script import Script
from gcam_addon.simulator.scenes.truth import Truth, visible_spans
from gcam_addon.simulator.scenes.view import Array

_LIGHT_SIZE = Size(320, 240)
_GAIN_STEP_S = 0.1


class Scene:
    """Renders a script; `seed` changes the noise and the small print of the setting, not what happens.

    Any thread, but one at a time per scene: it keeps what it painted for the newest size.
    """

    def __init__(self, name: str, script: Script, seed: int = 1) -> None:
        self.name = name
        self.script = script
        self._seed = seed
        self._easel: Easel | None = None

    @property
    def duration_s(self) -> float:
        return self.script.duration_s

    @property
    def truth(self) -> list[Truth]:
        """When somebody or something that matters can be seen: (start_s, end_s, what), by start."""
        return list(visible_spans(self.script))

    def render(self, t_s: float, size: Size) -> Array:
        """The picture at `t_s` (any number: the scene repeats), BGR uint8 (height, width, 3)."""
        if self._easel is None or self._easel.size != size:
            self._easel = Easel(self.script, size, self._seed)
        phase_s = t_s % self.duration_s
        gain = self._gains[min(len(self._gains) - 1, int(phase_s / _GAIN_STEP_S))]
        return self._easel.paint(phase_s, gain, round(t_s * 1000) + 7919 * self._seed)

    def jpeg(self, t_s: float, size: Size, quality: int = 70) -> bytes:
        """The same as a baseline JPEG; `quality` as libjpeg counts it, 1..100."""
        return encode(self.render(t_s, size), quality)

    @cached_property
    def _gains(self) -> list[float]:
        """What auto exposure does, every 0.1 s of the scene."""
        script = self.script
        count = max(1, round(script.duration_s / _GAIN_STEP_S))
        if script.auto_exposure is None:
            return [1.0] * count
        lamp = lamp_place(script, _LIGHT_SIZE)
        moments = [(index * _GAIN_STEP_S, script.duration_s) for index in range(count)]
        brightness = [float(light_at(script.conditions, moment, lamp).mean()) for moment in moments]
        return script.auto_exposure.gains(brightness, _GAIN_STEP_S)


def encode(picture: Array, quality: int) -> bytes:
    """A baseline JPEG with 4:2:2 colour, as the OV2640 makes it; `quality` 1..100."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422]
    return cv2.imencode(".jpg", picture, options)[1].tobytes()
