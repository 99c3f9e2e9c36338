"""Where a moving thing is, and how it walks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gcam_addon.model import Size
from gcam_addon.simulator.scenes.cutout import Limb
from gcam_addon.simulator.scenes.path import Path
from gcam_addon.simulator.scenes.person import Person
from gcam_addon.simulator.scenes.view import Lens, View

_PATH = Path(((2.0, 0.0, 5.0), (4.0, 2.0, 5.0), (7.0, 2.0, 5.0), (8.0, 2.0, 6.0)))


def test_nothing_before_the_first_and_after_the_last_stop() -> None:
    assert _PATH.pose(1.99) is None
    assert _PATH.pose(8.01) is None
    assert _PATH.pose(2.0) is not None
    assert _PATH.pose(8.0) is not None


def test_speed_distance_and_heading_along_the_way() -> None:
    walking, waiting, leaving = _PATH.pose(3.0), _PATH.pose(5.0), _PATH.pose(7.5)
    assert walking is not None
    assert waiting is not None
    assert leaving is not None
    assert (walking.x, walking.z, walking.speed_mps, walking.walked_m) == (1.0, 5.0, 1.0, 1.0)
    assert (waiting.speed_mps, waiting.walked_m, waiting.heading) == (0.0, 2.0, 0.0)
    assert leaving.heading == pytest.approx(math.pi / 2)


def _feet(person: Person, t_s: float) -> list[tuple[float, float]]:
    """(x, height) of both shoes."""
    shoes = [s for s in person.shapes(t_s) if isinstance(s, Limb) and s.colour == person.clothes.shoes]
    return [(shoe.balls[0][0][0], shoe.balls[0][0][1]) for shoe in shoes]


def test_legs_cross_twice_in_a_stride_and_one_foot_is_always_near_the_ground() -> None:
    person = Person(Path(((0.0, 0.0, 5.0), (2.84, 2.84, 5.0))))  # two strides at 1 m/s
    times = np.arange(0, 2.84, 0.02)
    gaps = np.asarray([a[0] - b[0] for a, b in (_feet(person, t) for t in times)])
    assert np.count_nonzero(np.diff(np.sign(gaps))) in {3, 4, 5}
    assert np.abs(gaps).max() > 0.35
    assert all(min(height for _, height in _feet(person, t)) < 0.16 for t in times)


def test_standing_still_is_nearly_still() -> None:
    person = Person(Path(((0.0, 0.0, 5.0), (10.0, 0.0, 5.0))))
    heads = [person.shapes(t)[-4].balls[0][0][0] for t in (1.0, 2.0, 3.0)]  # type: ignore[union-attr]
    assert max(heads) - min(heads) < 0.05


def test_the_farther_the_smaller() -> None:
    view = View(Lens(height_m=2.5, pitch_deg=15), Size(640, 480))
    heights = []
    for z in (4.0, 8.0):
        place, _ = view.project(np.asarray([(0, 0, z), (0, 1.75, z)], np.float32))
        heights.append(abs(float(place[0, 1] - place[1, 1])))
    assert 1.7 < heights[0] / heights[1] < 2.3
