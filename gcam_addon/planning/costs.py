"""What a picture costs here: some are decoded and made a film of, as Gcam does it. Blocking, for seconds."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from gcam_addon.config.model import EncoderSettings
from gcam_addon.model import ClipKind, Size, Unit, jpeg_unit
from gcam_addon.planning.estimate import Costs
from gcam_addon.recording.encoder import Encoder
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import JournalFile
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.scenes.named import open_scene
from gcam_addon.simulator.scenes.scene import encode
from gcam_addon.simulator.scenes.view import Array

_VGA = Size(640, 480)
_MOST_PIXELS = 1600 * 1200
_PICTURES = 30
_FPS = 15
_DECODES = 60
_NOISE = 2.5
"""Of a cheap sensor by day, in steps of 255."""


def measure(size: Size, settings: EncoderSettings) -> Costs:
    """RecordingError where no film can be made here. A large size is measured smaller: pixels cost alike."""
    part = _part_of(size)
    units = _units(part)
    decode_ms = _decode_ms([unit.data for unit in units])
    with tempfile.TemporaryDirectory(prefix="gcam-plan-") as name:
        film_ms, film_bytes = _film(Path(name), units, settings)
    more = size.width * size.height / (part.width * part.height)
    jpeg_bytes = sum(len(unit.data) for unit in units) / len(units)
    return Costs(size, decode_ms * more, film_ms * more, jpeg_bytes * more, film_bytes * more)


def _part_of(size: Size) -> Size:
    """Of the same shape, as large as UXGA at most: more takes memory that a small computer has not."""
    share = min(1.0, (_MOST_PIXELS / (size.width * size.height)) ** 0.5)
    return Size(max(2, int(size.width * share)), max(2, int(size.height * share)))


def _units(size: Size) -> list[Unit]:
    """Somebody crosses a garden, as a cheap sensor sees it."""
    still = cv2.resize(open_scene("garden-empty", seed=1).render(1.0, _VGA), (size.width, size.height))
    quality = Adjustments(size).jpeg_quality
    rng = np.random.default_rng(1)
    return [
        jpeg_unit(encode(_with_somebody(still, number, rng), quality), number / _FPS, number / _FPS, size)
        for number in range(_PICTURES)
    ]


def _with_somebody(still: Array, number: int, rng: np.random.Generator) -> Array:
    height, width = still.shape[:2]
    grain = rng.normal(0.0, _NOISE, (height, width, 1)).astype(np.float32)
    left, top = round(width * (0.1 + 0.02 * number)), round(height * 0.45)
    picture = still.astype(np.float32)
    picture[top : top + height // 3, left : left + width // 12] = (60, 70, 150)
    return np.asarray(np.clip(picture + grain, 0, 255), np.uint8)


def _decode_ms(jpegs: list[bytes]) -> float:
    pictures = [np.frombuffer(jpeg, np.uint8) for jpeg in jpegs]
    cv2.imdecode(pictures[0], cv2.IMREAD_REDUCED_GRAYSCALE_8)
    begun_s = time.thread_time()
    for number in range(_DECODES):
        cv2.imdecode(pictures[number % len(pictures)], cv2.IMREAD_REDUCED_GRAYSCALE_8)
    return (time.thread_time() - begun_s) * 1000 / _DECODES


def _film(folder: Path, units: list[Unit], settings: EncoderSettings) -> tuple[float, float]:
    """(milliseconds, bytes) a picture, at leisure: that is what most clips are made at."""
    journal = JournalFile(folder, ClipFacts("plan", "plan", "Plan", ClipKind.MOTION, 0.0), units[0].tracks)
    for unit in units:
        journal.append(unit)
    journal.close()
    target = folder / "plan.mp4"
    begun_s = time.thread_time()
    made = Encoder(settings).encode(journal.path, target, {}, at_leisure=True)
    spent_ms = (time.thread_time() - begun_s) * 1000
    return spent_ms / made.frames, target.stat().st_size / made.frames
