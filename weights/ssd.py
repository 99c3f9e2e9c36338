"""SSDLite with MobileNetV2, of COCO's classes those that move by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from weights import onnx_file
from weights.graph import Network, read

SIZE = 300
"""Height and width of the picture it takes; any other will do."""
CLASSES = (1, 2, 3, 4, 6, 7, 8, 9, 16, 17, 18, 19, 20, 21)
"""COCO's numbers: person; bicycle, car, motorcycle, bus, train, truck, boat; bird, cat, dog, horse, sheep,
cow.
"""
_OF_ALL = 91
_PICTURE = "Preprocessor/sub"


def convert(folder: Path, size: int = SIZE) -> bytes:
    """An ONNX model of the TensorFlow.js model in `folder`. It takes `picture` [1, 3, size, size], red first,
    from -1 to 1, and gives `boxes` [1, anchors, 4] as SSD codes them and `scores` [1, anchors, classes] from
    0 to 1.
    """
    network = Network(*read(folder), _PICTURE, size)
    boxes, anchors = _joined(network, "concat", 4, range(4))
    scores, _ = _joined(network, "concat_1", _OF_ALL, CLASSES)
    network.written.append(onnx_file.node("Identity", [boxes], "boxes"))
    network.written.append(onnx_file.node("Sigmoid", [scores], "scores"))
    return network.finished([("boxes", [1, anchors, 4]), ("scores", [1, anchors, len(CLASSES)])])


def _joined(network: Network, name: str, of_each: int, kept: Sequence[int]) -> tuple[str, int]:
    """What the predictors say that are joined there: of each anchor's `of_each` values those `kept`. And of
    how many anchors.
    """
    rows, anchors = [], 0
    for reshaped in network.inputs(name)[:-1]:
        own = network.convolution(network.inputs(reshaped)[0])
        of_place = len(own.bias) // of_each
        wanted = [anchor * of_each + one for anchor in range(of_place) for one in kept]
        told = network.convolve(replace(own, weight=own.weight[wanted], bias=own.bias[wanted]))
        last = network.write("Transpose", [told], perm=[0, 2, 3, 1])
        shape = network.store(np.array([1, -1, len(kept)], np.int64))
        rows.append(network.write("Reshape", [last, shape]))
        anchors += of_place * own.size**2
    return network.write("Concat", rows, axis=1), anchors
