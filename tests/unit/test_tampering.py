"""A camera that does not see its place any more: `gcam_addon.pipeline.tampering`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import cv2
import numpy as np
import pytest

from gcam_addon.config.model import DetectionSettings
from gcam_addon.interfaces import Luma
from gcam_addon.model import Size
from gcam_addon.model.guard import Tamper
from gcam_addon.pipeline.tampering import ACCEPT_S, LEARN_S, Tampering
from gcam_addon.simulator.scenes import open_scene

FPS = 5.0
Course = Callable[[float], Luma]
"""What the camera shows so many seconds after it was seen for long enough."""


@cache
def shown(scene: str, t_s: float = 1.0) -> Luma:
    """A small picture of a made-up place."""
    jpeg = open_scene(scene).jpeg(t_s, Size(320, 240))
    luma = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_2)
    assert luma is not None
    small: Luma = luma.astype(np.uint8, copy=False)
    return small


class Watched:
    """A camera that shows one thing after the other, with the noise of a sensor."""

    def __init__(self, place: Luma, settings: DetectionSettings | None = None) -> None:
        self.tampering = Tampering(settings or DetectionSettings())
        self.now_s = 0.0
        noise = np.random.default_rng(3)
        self._noise = [np.rint(noise.normal(0, 2.0, place.shape)).astype(np.int16) for _ in range(11)]
        self.watch(lambda _: place, LEARN_S + 10.0)

    def watch(self, course: Course, lasts_s: float) -> list[tuple[float, Tamper | None]]:
        """What is told of each picture, and when."""
        told = []
        for picture in range(round(lasts_s * FPS)):
            after_s = picture / FPS
            luma = course(after_s)
            noisy = luma + self._noise[picture % len(self._noise)]
            self.now_s += 1 / FPS
            seen = self.tampering.see(np.clip(noisy, 0, 255).astype(np.uint8), self.now_s)
            told.append((after_s, seen))
        return told


def first(told: Iterable[tuple[float, Tamper | None]]) -> tuple[float, Tamper] | None:
    found: Iterator[tuple[float, Tamper]] = ((at, one) for at, one in told if one is not None)
    return next(found, None)


def drawn_over(place: Luma, over: Luma, share: float) -> Luma:
    """`over` comes from the left, as a cloth is drawn before a lens."""
    picture, edge = place.copy(), round(share * place.shape[1])
    picture[:, :edge] = over[:, :edge]
    return picture


def covering(place: Luma, over: Luma, takes_s: float = 1.0) -> Course:
    return lambda after_s: drawn_over(place, over, min(1.0, (after_s + 0.2) / takes_s))


def plain(level: int) -> Luma:
    return np.full((120, 160), level, np.uint8)


def torch(place: Luma, radius_px: int, *, rest: float) -> Luma:
    """A light into the lens; the camera adapts to it, so that of the rest little is left."""
    glare = np.zeros(place.shape, np.float32)
    cv2.circle(glare, (90, 55), radius_px, 255.0, -1)
    bloom = cv2.GaussianBlur(glare, (0, 0), radius_px / 3)
    shone: Luma = np.clip(place * rest + np.maximum(glare, bloom), 0, 255).astype(np.uint8)
    return shone


@pytest.mark.parametrize("place", ["garden-empty", "room-empty", "room-night", "garden-insects"])
@pytest.mark.parametrize("level", [70, 130, 235])
def test_a_cloth_before_the_lens_is_told_after_ten_seconds(place: str, level: int) -> None:
    camera = Watched(shown(place))
    found = first(camera.watch(covering(shown(place), plain(level)), 20))
    assert found is not None
    after_s, tamper = found
    assert tamper is Tamper.COVERED
    assert 10.0 <= after_s <= 14.0


@pytest.mark.parametrize("place", ["garden-empty", "room-empty"])
def test_a_hand_that_makes_it_dark_comes_from_a_side(place: str) -> None:
    camera = Watched(shown(place))
    found = first(camera.watch(covering(shown(place), plain(6)), 20))
    assert found is not None
    assert found[1] is Tamper.COVERED


@pytest.mark.parametrize("place", ["garden-empty", "room-empty"])
def test_a_light_that_goes_out_is_no_cover(place: str) -> None:
    camera = Watched(shown(place))
    assert first(camera.watch(lambda _: plain(6), 120)) is None
    assert first(camera.watch(lambda _: shown(place), 60)) is None, "nor is its coming back"


@pytest.mark.parametrize("place", ["garden-empty", "room-empty", "garden-insects"])
@pytest.mark.parametrize(("radius_px", "rest"), [(60, 1.0), (25, 0.06)])
def test_a_torch_into_the_lens_blinds_it(place: str, radius_px: int, rest: float) -> None:
    camera = Watched(shown(place))
    found = first(camera.watch(lambda _: torch(shown(place), radius_px, rest=rest), 30))
    assert found is not None
    after_s, tamper = found
    assert tamper is Tamper.BLINDED
    assert 15.0 <= after_s <= 19.0


def turned(place: Luma) -> Luma:
    return cv2.resize(cv2.rotate(place, cv2.ROTATE_90_CLOCKWISE), (160, 120)).astype(np.uint8, copy=False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (shown("garden-empty"), shown("room-empty")),
        (shown("room-empty"), shown("garden-empty")),
        (shown("garden-empty"), turned(shown("garden-empty"))),
        (shown("room-empty"), turned(shown("room-empty"))),
        (shown("garden-empty"), np.roll(shown("garden-empty"), 45, axis=1)),
    ],
    ids=["elsewhere", "inside", "garden on its side", "room on its side", "a little"],
)
def test_a_camera_that_is_turned_away_is_told_and_stays_told(before: Luma, after: Luma) -> None:
    camera = Watched(before)
    told = camera.watch(lambda _: after, 120)
    found = first(told)
    assert found is not None
    after_s, tamper = found
    assert tamper is Tamper.TURNED
    assert 20.0 <= after_s <= 26.0
    assert {one for at, one in told if at >= after_s} == {Tamper.TURNED}


def test_one_that_was_moved_for_good_sees_again_after_a_while_and_when_it_is_put_back_at_once() -> None:
    for stays_s in (60.0, ACCEPT_S + 60.0):
        camera = Watched(shown("garden-empty"))
        camera.watch(lambda _: shown("room-empty"), stays_s)
        assert camera.tampering.told is (Tamper.TURNED if stays_s < ACCEPT_S else None)
        camera.watch(lambda _: shown("garden-empty"), 8)
        assert camera.tampering.told is None


def test_what_is_taken_off_the_lens_is_over_after_some_seconds() -> None:
    place = shown("garden-empty")
    camera = Watched(place)
    camera.watch(covering(place, plain(130)), 20)
    told = camera.watch(lambda _: place, 10)
    assert told[0][1] is Tamper.COVERED
    assert told[-1][1] is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("garden-empty", "garden-insects"),  # infrared
        ("garden-insects", "garden-empty"),
        ("garden-empty", "garden-headlights"),  # the moon
        ("garden-headlights", "garden-empty"),
        ("garden-empty", "garden-snow"),
        ("room-empty", "room-night"),
        ("room-night", "room-empty"),
    ],
)
def test_another_light_is_no_tamper(before: str, after: str) -> None:
    camera = Watched(shown(before))
    assert first(camera.watch(lambda _: shown(after), 200)) is None


@pytest.mark.parametrize(
    "scene",
    [
        *("garden-snow", "garden-rain", "garden-headlights", "garden-torch", "garden-dusk", "garden-busy"),
        *("room-lamp-person", "room-exposure", "room-television-person", "garden-water", "garden-wind"),
    ],
)
def test_what_happens_before_a_camera_is_no_tamper(scene: str) -> None:
    lasts_s = open_scene(scene).duration_s
    camera = Watched(shown(scene, 0.5))
    assert first(camera.watch(lambda after_s: shown(scene, after_s // 1 % lasts_s), 2 * lasts_s)) is None


@pytest.mark.parametrize("lasts_s", [3.0, 8.0])
@pytest.mark.parametrize("level", [6, 60, 250])
def test_somebody_close_to_the_lens_for_some_seconds_is_no_tamper(lasts_s: float, level: int) -> None:
    place = shown("garden-empty")
    camera = Watched(place)
    near = drawn_over(place, plain(level), 0.95)
    told = camera.watch(lambda after_s: near if after_s < lasts_s else place, 60)
    assert first(told) is None


def test_a_lorry_that_fills_most_of_the_picture_is_no_tamper() -> None:
    place, lorry = shown("garden-empty"), plain(90)
    lorry[20:30] = 200
    lorry[:, ::40] = 30
    camera = Watched(place)
    assert first(camera.watch(lambda _: drawn_over(place, lorry, 0.75), 120)) is None


def test_a_place_without_outlines_can_not_be_told_from_another() -> None:
    camera = Watched(plain(90))
    assert first(camera.watch(lambda _: plain(20), 60)) is None
    assert first(camera.watch(lambda _: shown("garden-empty"), 19)) is None


def test_a_camera_whose_connection_broke_is_compared_with_what_it_showed_before() -> None:
    camera = Watched(shown("garden-empty"))
    camera.now_s += 300.0
    assert first(camera.watch(lambda _: shown("room-empty"), 19)) is None
    assert first(camera.watch(lambda _: shown("room-empty"), 10)) is not None


def test_where_nobody_wants_to_know_nothing_is_told() -> None:
    camera = Watched(shown("garden-empty"), DetectionSettings(tamper=False))
    assert first(camera.watch(lambda _: plain(130), 60)) is None
