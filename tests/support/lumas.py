"""Small grey pictures of a made-up place, with sensor noise, light and things that move. Deterministic."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from gcam_addon.interfaces import Detector, Luma
from gcam_addon.model import Motion


def place(width: int = 160, height: int = 120) -> np.ndarray:
    """A textured background, grey levels 40..200."""
    coarse = np.random.default_rng(5).integers(40, 200, (12, 16)).astype(np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


@dataclass
class Camera:
    """Shows `place()` to a detector, `fps` pictures a second."""

    detector: Detector
    fps: float = 5.0
    width: int = 160
    height: int = 120
    noise: float = 2.0
    t_s: float = 0.0
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    def picture(
        self,
        thing: tuple[float, float] | None = None,
        *,
        gain: float = 1.0,
        offset: float = 0.0,
        level: float = 20.0,
        share: tuple[float, float] = (0.08, 0.3),
    ) -> Luma:
        """`thing`: centre (relative) of something striped that is `share` of the picture wide and high."""
        canvas = place(self.width, self.height)
        if thing is not None:
            wide, high = round(share[0] * self.width), round(share[1] * self.height)
            left, top = round(thing[0] * self.width - wide / 2), round(thing[1] * self.height - high / 2)
            box = np.s_[max(0, top) : max(0, top + high), max(0, left) : max(0, left + wide)]
            canvas[box] = level
            canvas[box][::4] = level + 60
        shown = canvas * gain + offset + self.rng.normal(0, self.noise, canvas.shape)
        return np.clip(shown, 0, 255).astype(np.uint8)

    def show(self, luma: Luma) -> Motion:
        """The decision on the next picture."""
        motion = self.detector.detect(luma, self.t_s)
        self.t_s += 1.0 / self.fps
        return motion

    def watch_nothing(self, seconds: float) -> list[Motion]:
        """Decisions while nothing happens."""
        return [self.show(self.picture()) for _ in range(round(seconds * self.fps))]

    def walk(
        self,
        begin: tuple[float, float],
        end: tuple[float, float],
        seconds: float,
        share: tuple[float, float] = (0.08, 0.3),
    ) -> list[Motion]:
        """Decisions while something walks from one place to another."""
        count = round(seconds * self.fps)
        steps = (i / max(1, count - 1) for i in range(count))
        places = ((begin[0] + u * (end[0] - begin[0]), begin[1] + u * (end[1] - begin[1])) for u in steps)
        return [self.show(self.picture(place, share=share)) for place in places]
