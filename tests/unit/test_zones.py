"""Polygons in relative coordinates, drawn for a luma: `gcam_addon.detectors.zones`."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from gcam_addon.config.model import Zone
from gcam_addon.detectors.zones import rasterise

LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
TOP = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5))
SHAPE = (120, 160)


def share(mask: np.ndarray) -> float:
    return cv2.countNonZero(mask) / mask.size


def test_without_zones_and_masks_everything_counts() -> None:
    assert rasterise((), (), SHAPE).counts is None


@pytest.mark.parametrize("shape", [(60, 80), (120, 160), (75, 100)])
def test_half_the_picture_is_half_the_pixels_at_every_size(shape: tuple[int, int]) -> None:
    counts = rasterise((Zone("door", LEFT),), (), shape).counts
    assert counts is not None
    assert share(counts) == pytest.approx(0.5, abs=0.02)


def test_a_mask_is_cut_out_of_the_zones() -> None:
    counts = rasterise((Zone("door", LEFT),), (TOP,), SHAPE).counts
    assert counts is not None
    assert share(counts) == pytest.approx(0.25, abs=0.02)
    assert counts[100, 20] == 255
    assert counts[20, 20] == 0
    assert counts[100, 140] == 0


def test_a_mask_alone_leaves_the_rest() -> None:
    counts = rasterise((), (TOP,), SHAPE).counts
    assert counts is not None
    assert share(counts) == pytest.approx(0.5, abs=0.02)


def test_zones_that_were_hit_are_named_in_order() -> None:
    raster = rasterise((Zone("door", LEFT), Zone("sky", TOP)), (), SHAPE)
    moved = np.zeros(SHAPE, np.uint8)
    moved[100:110, 10:20] = 255
    assert raster.hit(moved) == ("door",)
    moved[5, 5] = 255
    assert raster.hit(moved) == ("door", "sky")
