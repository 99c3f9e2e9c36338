"""SSDLite with MobileNetV2, run by OpenCV: people, vehicles and animals in parts of a picture.

The model is made when the package is built (`weights/`), and read when it is first needed. OpenCV takes as
many threads as the process lets it: one, see `app.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.resources import files
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from gcam_addon.classifiers.anchors import anchors, corners
from gcam_addon.interfaces import Bgr
from gcam_addon.model import Box, Kind, Named

_WEIGHTS: Final = files("gcam_addon.classifiers") / "weights"
_SIZE: Final = 300
_PERSON, _VEHICLES, _ANIMALS = 1, 7, 6
KINDS: Final = (Kind.PERSON,) * _PERSON + (Kind.VEHICLE,) * _VEHICLES + (Kind.ANIMAL,) * _ANIMALS
"""Of the model's classes, in their order."""
_LEAST: Final = 0.2
"""A score below that says nothing."""
_SAME: Final = 0.5
"""Boxes of one kind that have so much in common are one thing."""


def is_there() -> bool:
    """Whether the package was built with the model."""
    return (_WEIGHTS / "ssdlite.onnx").is_file()


def notice() -> tuple[str, str]:
    """Whose the model is, and its licence; empty where it is not there. Blocking."""
    if not is_there():
        return "", ""
    notice, licence = ((_WEIGHTS / name).read_text(encoding="utf-8") for name in ("NOTICE", "LICENSE"))
    return notice, licence


class SsdClassifier:
    """interfaces.Classifier. Crops lie within the picture. Reads the model with the first picture, which
    takes some 50 MB of memory from then on.
    """

    def classify(self, picture: Bgr, crops: Sequence[Box]) -> Sequence[Named]:
        return [named for crop in crops for named in self._within(picture, crop)]

    def _within(self, picture: Bgr, crop: Box) -> Sequence[Named]:
        height, width = picture.shape[:2]
        left, right = round(crop.x * width), round((crop.x + crop.width) * width)
        top, bottom = round(crop.y * height), round((crop.y + crop.height) * height)
        part = picture[max(0, top) : bottom, max(0, left) : right]
        if part.size == 0:
            return ()
        blob = cv2.dnn.blobFromImage(part, 1 / 127.5, (_SIZE, _SIZE), (127.5,) * 3, swapRB=True)
        self._net.setInput(blob)
        boxes, scores = (told[0] for told in self._net.forward(["boxes", "scores"]))
        return [_placed(kind, score, box, crop) for kind, score, box in _seen(boxes, scores, self._anchors)]

    @cached_property
    def _net(self) -> cv2.dnn.Net:
        return cv2.dnn.readNetFromONNX(np.frombuffer((_WEIGHTS / "ssdlite.onnx").read_bytes(), np.uint8))

    @cached_property
    def _anchors(self) -> npt.NDArray[np.float32]:
        return anchors(_SIZE)


def _seen(
    boxes: npt.NDArray[np.float32], scores: npt.NDArray[np.float32], places: npt.NDArray[np.float32]
) -> Iterator[tuple[Kind, float, tuple[float, float, float, float]]]:
    """Kind, score from 0 to 1, and left, top, width and height relative to the crop."""
    for kind in dict.fromkeys(KINDS):
        own = scores[:, [index for index, one in enumerate(KINDS) if one is kind]].max(axis=1)
        likely = np.flatnonzero(own >= _LEAST)
        if not likely.size:
            continue
        found = np.clip(corners(boxes[likely], places[likely]), 0.0, 1.0).astype(float)
        found[:, 2:] -= found[:, :2]
        kept = cv2.dnn.NMSBoxes(found.tolist(), own[likely].tolist(), _LEAST, _SAME)
        for index in np.asarray(kept).reshape(-1):
            left, top, width, height = found[index].tolist()
            yield kind, float(own[likely[index]]), (left, top, width, height)


def _placed(kind: Kind, score: float, box: tuple[float, float, float, float], crop: Box) -> Named:
    left, top, width, height = box
    place = Box(
        crop.x + left * crop.width, crop.y + top * crop.height, width * crop.width, height * crop.height
    )
    return Named(kind, round(100 * score, 1), place)
