"""Real footage in which nothing happens: of a labelled clip the longest while between two events,
forth and back so that nothing jumps, with the noise that a small sensor adds. Endless.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import cv2
import numpy as np

from benchmarks.accuracy import footage_dir, pictures, read_labels
from benchmarks.scoring import Labels
from gcam_addon.model import Size
from gcam_addon.simulator.scenes.view import Array

_NOISE: Final = 3.0
"""Grey levels, as `accuracy.py` gives to what it makes like an ESP32-CAM's."""
_AWAY_S: Final = 1.0
"""So long before and after a label nothing is taken for quiet."""


class QuietFootage:
    """simulator.media.Footage."""

    def __init__(self, clip: str, size: Size) -> None:
        path, labels = read_labels(footage_dir())[clip]
        first, last = _quiet(labels)
        self._fps = labels.fps
        self._noise = np.random.default_rng(1)
        self._pictures = [
            _shrunk(unit.data, size)
            for number, unit in pictures(path, labels.fps, None)
            if first <= number <= last
        ]

    @property
    def size(self) -> Size | None:
        return None

    @property
    def duration_s(self) -> float:
        return 2 * len(self._pictures) / self._fps

    def picture(self, t_s: float, size: Size) -> Array:
        count = len(self._pictures)
        number = int(t_s * self._fps + 1e-6) % (2 * count)
        clean = self._pictures[number if number < count else 2 * count - 1 - number]
        grain = self._noise.normal(0.0, _NOISE, (*clean.shape[:2], 1))
        return np.clip(clean + grain, 0, 255).astype(np.uint8)

    def original(self, t_s: float) -> bytes | None:
        return None


def _quiet(labels: Labels) -> tuple[int, int]:
    """The longest while without an event."""
    away = int(labels.fps * _AWAY_S)
    begin, end = labels.evaluated
    spans = sorted([(begin, begin), *labels.events, *labels.dont_care, (end, end)])
    whiles = [(int(before[1]) + away, int(after[0]) - away) for before, after in pairwise(spans)]
    return max(whiles, key=lambda span: span[1] - span[0])


def _shrunk(jpeg: bytes, size: Size) -> Array:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(cv2.resize(picture, (size.width, size.height), interpolation=cv2.INTER_AREA))
