"""Changing a camera's settings: `gcam_addon.config.change`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gcam_addon.config.change import changed
from gcam_addon.config.model import Camera, DetectionSettings, Zone
from gcam_addon.detectors.zones import rasterise
from gcam_addon.errors import ConfigError
from gcam_addon.model import Polygon
from gcam_addon.picture.orientation import of_rotation, turned
from tests.support.fakes import make_camera

CORNER: Polygon = ((0.1, 0.0), (0.5, 0.0), (0.5, 0.25), (0.1, 0.3))
DRAWN = make_camera(
    privacy_masks=(CORNER,), detection=DetectionSettings(zones=(Zone("Path", CORNER),), masks=(CORNER,))
)


def area(polygon: Polygon, shape: tuple[int, int]) -> np.ndarray:
    counts = rasterise((), (polygon,), shape).counts
    assert counts is not None
    return counts == 0


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_what_is_drawn_turns_along_with_the_picture(degrees: int) -> None:
    camera = changed(DRAWN, {"rotation": degrees})
    before = area(CORNER, (80, 120)).astype(np.uint8)
    after = area(camera.privacy_masks[0], (120, 80) if degrees != 180 else (80, 120))
    assert np.mean(turned(before, of_rotation(degrees)).astype(bool) != after) < 0.02
    assert camera.detection.zones == (Zone("Path", camera.privacy_masks[0]),)
    assert camera.detection.masks == camera.privacy_masks


def test_four_turns_are_none() -> None:
    camera = DRAWN
    for degrees in (90, 180, 270, 0):
        camera = changed(camera, {"rotation": degrees})
    assert camera == DRAWN
    assert changed(changed(DRAWN, {"rotation": 270}), {"rotation": None}) == DRAWN, "null is the default, 0"


def test_what_a_change_says_itself_stays_where_it_says() -> None:
    elsewhere = [[0.0, 0.0], [0.2, 0.0], [0.2, 0.2]]
    camera = changed(DRAWN, {"rotation": 90, "privacy_masks": [elsewhere], "detection": {"masks": []}})
    assert [list(point) for point in camera.privacy_masks[0]] == elsewhere
    assert camera.detection.masks == ()
    assert camera.detection.zones[0].polygon != CORNER


def test_anything_else_leaves_it_in_place() -> None:
    camera = changed(DRAWN, {"name": "Garden", "detection": {"sensitivity": 70}})
    expected: Camera = replace(DRAWN, name="Garden", detection=replace(DRAWN.detection, sensitivity=70))
    assert camera == expected
    with pytest.raises(ConfigError):
        changed(DRAWN, {"rotation": 45})
