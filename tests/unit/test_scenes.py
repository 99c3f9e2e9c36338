"""The named scenes: repeatable, of any size, true to their ground truth."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Iterable
from itertools import pairwise

import cv2
import numpy as np
import pytest

from gcam_addon.errors import ConfigError
from gcam_addon.model import Size
from gcam_addon.simulator.scenes import SCENES, Scene, open_scene

_SMALL = Size(160, 120)
_QVGA = Size(320, 240)
_QUIET = ["room-empty", "room-lamp", "room-night", "room-exposure", "garden-empty", "garden-wind",
          "garden-clouds", "garden-rain", "garden-dusk", "room-television", "garden-insects",
          "garden-headlights", "garden-snow", "garden-water"]  # fmt: skip
_LIVELY = [name for name in SCENES if name not in _QUIET]


def test_the_scenes_that_others_rely_on_exist() -> None:
    assert {*_QUIET, "room-person", "garden-person", "garden-car", "garden-cat", "room-lamp-person",
            "garden-busy", "room-demo"} <= set(SCENES)  # fmt: skip


def test_an_unknown_scene_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="garden-empty"):
        open_scene("kitchen")


@pytest.mark.parametrize("name", SCENES)
def test_the_same_moment_is_the_same_picture(name: str) -> None:
    first, second = open_scene(name, seed=3), open_scene(name, seed=3)
    second.render(1.0, _SMALL)  # what was rendered before changes nothing
    at_s = first.duration_s * 0.4
    assert np.array_equal(first.render(at_s, _SMALL), second.render(at_s, _SMALL))
    assert first.jpeg(at_s, _SMALL) == second.jpeg(at_s, _SMALL)


@pytest.mark.parametrize("name", ["room-person", "garden-busy"])
def test_another_program_shows_the_same(name: str) -> None:
    """Nothing that was painted before is at hand there."""
    there = subprocess.run(
        [sys.executable, "-c", _SUM, name], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert there == str(zlib.crc32(open_scene(name, seed=3).render(12.0, _SMALL).tobytes()))


_SUM = """
import sys, zlib
from gcam_addon.model import Size
from gcam_addon.simulator.scenes import open_scene
print(zlib.crc32(open_scene(sys.argv[1], seed=3).render(12.0, Size(160, 120)).tobytes()))
"""


def test_another_seed_or_moment_has_other_noise() -> None:
    scene = open_scene("room-empty")
    picture = scene.render(1.0, _SMALL)
    assert not np.array_equal(picture, scene.render(1.1, _SMALL))
    assert not np.array_equal(picture, open_scene("room-empty", seed=2).render(1.0, _SMALL))


_SIZES = [(160, 120), (176, 144), (320, 240), (640, 480), (800, 600), (1280, 720), (1280, 1024), (1600, 1200)]


@pytest.mark.parametrize(
    ("name", "size"),
    [*(("room-person", size) for size in _SIZES), ("garden-busy", _SIZES[0]), ("garden-busy", _SIZES[-1])],
)
def test_every_size_is_a_decodable_jpeg_of_that_size(name: str, size: tuple[int, int]) -> None:
    jpeg = open_scene(name).jpeg(25.0, Size(*size), 65)
    assert jpeg.startswith(b"\xff\xd8")
    assert jpeg.endswith(b"\xff\xd9")
    shown = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert (shown.shape[1], shown.shape[0]) == size
    assert len(jpeg) < size[0] * size[1] / 5  # what fits the driver's frame buffer


def test_the_size_may_change_between_two_pictures_and_back() -> None:
    scene = open_scene("garden-person")
    before = scene.render(12.0, _QVGA)
    scene.render(12.0, _SMALL)
    assert np.array_equal(before, scene.render(12.0, _QVGA))


@pytest.mark.parametrize("name", _QUIET)
def test_quiet_scenes_have_an_empty_truth(name: str) -> None:
    assert open_scene(name).truth == []


@pytest.mark.parametrize("name", _LIVELY)
def test_lively_scenes_say_who_comes_and_when(name: str) -> None:
    scene = open_scene(name)
    assert scene.truth
    for start_s, end_s, what in scene.truth:
        assert 1.0 < start_s < end_s <= scene.duration_s  # time for a detector to learn the empty scene
        assert what in {"person", "car", "cat"}


@pytest.mark.parametrize("name", _LIVELY)
def test_the_truth_is_what_the_pixels_say(name: str) -> None:
    """Against the same scene with nobody in it, which has the same light, wind and noise."""
    script = SCENES[name]
    scene, empty = Scene(name, script), Scene(name, script.without_actors())
    dark = {"room-night-person", "garden-night-cat", "garden-insects-person", "garden-torch"}
    visible = 8 if name in dark else 20  # grey levels; by night all are few
    for at_s in np.arange(0.5, scene.duration_s, 1.5).tolist():
        difference = cv2.absdiff(scene.render(at_s, _QVGA), empty.render(at_s, _QVGA)).max(axis=2)
        changed_px = int(np.count_nonzero(difference > visible))
        if any(start_s + 0.3 <= at_s <= end_s - 0.3 for start_s, end_s, _ in scene.truth):
            assert changed_px >= 15, at_s
        elif not any(start_s - 1 <= at_s <= end_s + 1 for start_s, end_s, _ in scene.truth):
            assert changed_px == 0, at_s  # not even a shadow


def test_somebody_walks_within_every_25_s_of_the_demo() -> None:
    for name in ("room-demo", "garden-busy"):
        scene = open_scene(name)
        starts = [start_s for start_s, _, _ in scene.truth]
        rounds = [*starts, starts[0] + scene.duration_s]
        assert max(b - a for a, b in pairwise(rounds)) <= 25


def test_a_person_stays_in_the_picture_while_standing() -> None:
    (start_s, end_s, what), *_ = open_scene("room-person").truth
    assert what == "person"
    assert end_s - start_s > 10  # one span: it does not vanish while it waits


def _noise(name: str) -> float:
    scene = open_scene(name)
    stack = np.stack([scene.render(t, _QVGA) for t in (2.0, 2.1, 2.2, 2.3, 2.4, 2.5)]).astype(np.float32)
    return float(stack.std(axis=0).mean())


def test_night_is_dark_and_noisy_and_day_is_neither() -> None:
    assert 1.0 < _noise("room-empty") < 3.5
    assert _noise("room-night") > 3 * _noise("room-empty")
    assert open_scene("room-night").render(2.0, _QVGA).mean() < 60
    assert open_scene("room-empty").render(2.0, _QVGA).mean() > 100


def _means(name: str, moments: Iterable[float]) -> list[float]:
    scene = open_scene(name)
    return [float(scene.render(t, _SMALL).mean()) for t in moments]


def test_light_does_what_the_name_says() -> None:
    before, after, settled = _means("room-lamp", [9.9, 10.2, 16.0])
    assert after > before * 1.4  # on within a moment,
    assert settled < after - 5  # then the exposure follows
    steps = _means("room-exposure", [7.9, 8.1, 14.1, 15.1])
    assert steps[1] > steps[0] * 1.15
    assert steps[2] < steps[1] * 0.75
    day, dusk = _means("garden-dusk", [0.0, 30.0])
    assert dusk < day * 0.65
    clouds = _means("garden-clouds", np.arange(0, 40, 2).tolist())
    assert max(clouds) > min(clouds) * 1.08
    passing = _means("garden-clouds", np.arange(4, 8, 0.2).tolist())
    assert max(abs(b - a) for a, b in pairwise(passing)) < 4  # slowly: no step from one picture to the next


def _still_share(name: str) -> float:
    """Percent of the picture that differs clearly between two moments."""
    scene = open_scene(name)
    pair = [cv2.GaussianBlur(scene.render(t, _QVGA), (5, 5), 0) for t in (5.0, 5.4)]
    return float((cv2.absdiff(*pair).max(axis=2) > 20).mean() * 100)


def test_wind_and_rain_move_pixels_where_calm_weather_moves_none() -> None:
    assert _still_share("garden-empty") < 0.01
    assert 0.3 < _still_share("garden-wind") < 15
    assert 0.1 < _still_share("garden-rain") < 15


def _stirred(name: str, *moments_s: float) -> list[float]:
    """Percent of the picture that differs clearly from a moment before, at each of `moments_s`."""
    scene = open_scene(name)
    pairs = (
        [cv2.GaussianBlur(scene.render(t, _QVGA), (5, 5), 0) for t in (at_s - 0.4, at_s)]
        for at_s in moments_s
    )
    return [float((cv2.absdiff(*pair).max(axis=2) > 20).mean() * 100) for pair in pairs]


def test_water_comes_suddenly_and_stays() -> None:
    before, after, later = _stirred("garden-water", 11.5, 14.0, 30.0)
    assert before < 0.01
    assert min(after, later) > 0.5


def test_snow_falls_all_the_time_and_insects_come_and_go() -> None:
    assert min(_stirred("garden-snow", 3.0, 17.0, 31.0)) > 0.3
    insects = _stirred("garden-insects", *np.arange(1, 39, 2.0).tolist())
    assert max(insects) > min(insects) + 0.5  # beyond the night's noise


def test_a_beam_passes_and_leaves_all_as_it_was() -> None:
    scene = open_scene("garden-headlights")
    before, within, after = (float(scene.render(t, _QVGA).mean()) for t in (8.5, 10.2, 12.0))
    assert within > 1.1 * before
    assert after == pytest.approx(before, abs=0.5)


def test_a_torch_lights_the_ground_before_who_bears_it() -> None:
    scene, dark = open_scene("garden-torch"), open_scene("garden-headlights")
    lit = scene.render(14.0, _QVGA).mean(axis=2) - dark.render(14.0, _QVGA).mean(axis=2)
    assert lit.max() > 60
    assert float(scene.render(5.0, _QVGA).mean()) == pytest.approx(float(dark.render(5.0, _QVGA).mean()))


def test_a_television_changes_the_light_of_the_whole_room() -> None:
    levels = _means("room-television", np.arange(0, 30, 0.5).tolist())
    steps = [abs(b - a) for a, b in pairwise(levels)]
    assert max(levels) > 1.15 * min(levels)
    assert sum(step > 1 for step in steps) > 8


def test_infrared_has_no_colours_but_the_sensor_s_noise() -> None:
    shown = open_scene("garden-night-cat").render(5.0, _QVGA).reshape(-1, 3).mean(axis=0)
    assert shown.max() - shown.min() < 1.0


@pytest.mark.parametrize("name", ["garden-wind", "garden-clouds", "garden-dusk", "garden-busy", "room-demo"])
def test_a_scene_starts_over_without_a_jump(name: str) -> None:
    scene = open_scene(name)
    last, first = (
        cv2.GaussianBlur(scene.render(t, _QVGA), (7, 7), 0)
        for t in (scene.duration_s - 0.02, scene.duration_s)
    )
    assert (cv2.absdiff(last, first).max(axis=2) > 15).mean() < 0.002
