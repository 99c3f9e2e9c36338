"""The boxes that an SSD detector measures from, as TensorFlow lays them out, and what its measures mean."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_LAYERS, _LEAST, _MOST = 6, 0.2, 0.95
_FIRST_STRIDE = 16
_RATIOS = (1.0, 2.0, 0.5, 3.0, 1 / 3)
_NEAR, _LARGE = 10.0, 5.0
"""How finely SSD codes a place, and a size."""


def anchors(size: int) -> Floats:
    """Of a detector of `size` by `size` pixels, a row each: middle (y, x), height, width, all relative."""
    rows = [row for layer in range(_LAYERS) for row in _of_layer(layer, _places(size, layer))]
    return np.array(rows, np.float32)


def corners(coded: Floats, of: Floats) -> Floats:
    """Left, top, right, bottom of boxes that are `coded` against the anchors `of`."""
    middle = coded[:, :2] / _NEAR * of[:, 2:] + of[:, :2]
    half = np.exp(coded[:, 2:] / _LARGE) * of[:, 2:] / 2
    return np.concatenate([(middle - half)[:, ::-1], (middle + half)[:, ::-1]], axis=1).astype(np.float32)


def _places(size: int, layer: int) -> int:
    """How many it has side by side: each layer half of the one before, rounded up."""
    places = math.ceil(size / _FIRST_STRIDE)
    for _ in range(layer):
        places = math.ceil(places / 2)
    return places


def _of_layer(layer: int, places: int) -> Iterator[tuple[float, float, float, float]]:
    for y in range(places):
        for x in range(places):
            for height, width in _shapes(layer):
                yield (y + 0.5) / places, (x + 0.5) / places, height, width


def _shapes(layer: int) -> Iterator[tuple[float, float]]:
    """Heights and widths."""
    scale, following = _scale(layer), _scale(layer + 1)
    if layer == 0:
        yield 0.1, 0.1
        ratios: tuple[float, ...] = (2.0, 0.5)
    else:
        ratios = _RATIOS
    for ratio in ratios:
        yield scale / math.sqrt(ratio), scale * math.sqrt(ratio)
    if layer > 0:
        between = math.sqrt(scale * following)
        yield between, between


def _scale(layer: int) -> float:
    return 1.0 if layer == _LAYERS else _LEAST + (_MOST - _LEAST) * layer / (_LAYERS - 1)
