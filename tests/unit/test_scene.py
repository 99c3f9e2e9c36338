"""Whether a camera that was away shows what it showed: `gcam_addon.pipeline.scene`."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from gcam_addon.detectors.decode import Decoder
from gcam_addon.interfaces import Luma
from gcam_addon.model import Size, jpeg_unit
from gcam_addon.pipeline.scene import same_scene, settling_s
from gcam_addon.simulator.scenes import SCENES, open_scene

SIZE = Size(320, 240)


def seen(name: str, t_s: float) -> Luma:
    luma = Decoder(4).decode(jpeg_unit(open_scene(name).jpeg(t_s, SIZE), t_s, 0.0, SIZE))
    assert luma is not None
    return luma


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_itself_whoever_walks_and_however_bright_it_is(name: str) -> None:
    first, later = seen(name, 0.0), seen(name, open_scene(name).duration_s * 0.6)
    assert same_scene(first, later)
    assert same_scene(first, (later * 0.6).astype(np.uint8))


def test_a_room_is_no_garden() -> None:
    places = {name.partition("-")[0]: seen(name, 0.0) for name in SCENES}
    assert len(places) >= 2
    assert not any(same_scene(a, b) for a, b in combinations(places.values(), 2))


def test_in_the_dark_and_between_two_sizes_nothing_can_be_told() -> None:
    noise = np.random.default_rng(1).integers(0, 4, (2, 60, 80), np.uint8)
    assert not same_scene(noise[0], noise[1])
    assert not same_scene(noise[0], np.zeros((60, 80), np.uint8))
    assert not same_scene(np.zeros((60, 80), np.uint8), np.zeros((60, 80), np.uint8))
    assert not same_scene(seen("room-empty", 0.0), noise[0])


def test_who_was_away_for_longer_settles_for_longer_and_never_beyond_a_warm_up() -> None:
    assert settling_s(1.0, 3.0) == 0.25
    assert settling_s(8.0, 3.0) == 2.0
    assert settling_s(50.0, 3.0) == 3.0
    assert settling_s(50.0, 0.0) == 0.0
