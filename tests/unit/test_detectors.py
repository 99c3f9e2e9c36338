"""What every detector promises, and what only the adaptive one does: `gcam_addon.detectors`."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from gcam_addon.assembly import build_detector
from gcam_addon.config.model import DetectionSettings, DetectorName, Zone
from gcam_addon.detectors.verdict import area_threshold
from gcam_addon.interfaces import Luma
from gcam_addon.model import Cause, Motion
from tests.support.lumas import Camera

LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
RIGHT = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
ACROSS = ((0.05, 0.6), (0.95, 0.6))

all_detectors = pytest.mark.parametrize("name", list(DetectorName))


def camera(name: DetectorName = DetectorName.ADAPTIVE, **settings: object) -> Camera:
    return Camera(build_detector(replace(DetectionSettings(detector=name), **settings)))


def settled(name: DetectorName = DetectorName.ADAPTIVE, **settings: object) -> Camera:
    seen = camera(name, **settings)
    seen.watch_nothing(6.0)
    return seen


def moving(motions: list[Motion]) -> list[Motion]:
    return [motion for motion in motions if motion.moving]


def test_a_retuned_detector_decides_like_one_that_always_was_so() -> None:
    faint = DetectionSettings(sensitivity=90)
    always, retuned = settled(sensitivity=90), settled(sensitivity=1)
    retuned.detector.retune(faint)
    seen = [
        [one.show(one.picture() + np.uint8(17) * _stripes(shift)).score for shift in range(0, 60, 4)]
        for one in (always, retuned)
    ]
    assert max(seen[0]) > 0.3
    assert seen[1] == seen[0]


def _stripes(shift: int) -> np.ndarray:
    """Something of its own structure that stands out little."""
    canvas = np.zeros((120, 160), np.uint8)
    canvas[40:100, 20 + shift : 60 + shift] = np.indices((60, 40)).sum(0) // 6 % 2
    return canvas


class TestEveryDetector:
    @all_detectors
    def test_warms_up_first_whatever_happens(self, name: DetectorName) -> None:
        motions = camera(name, warmup_s=3.0).walk(*ACROSS, 2.8)
        assert {motion.cause for motion in motions} == {Cause.SETTLING}
        assert not moving(motions)

    @all_detectors
    def test_noise_is_no_motion(self, name: DetectorName) -> None:
        seen = camera(name)
        seen.noise = 5.0
        assert not moving(seen.watch_nothing(20.0))

    @all_detectors
    def test_sees_somebody_cross(self, name: DetectorName) -> None:
        seen = settled(name, sensitivity=60)
        motions = seen.walk(*ACROSS, 4.0)
        assert len(moving(motions)) >= 0.7 * len(motions)
        for motion in moving(motions):
            assert motion.cause is Cause.MOTION
            assert motion.score >= motion.threshold > 0
            assert motion.regions
            assert "% of the picture moved" in motion.reason

    @all_detectors
    def test_says_where(self, name: DetectorName) -> None:
        motions = moving(settled(name, sensitivity=80).walk((0.05, 0.85), (0.2, 0.85), 2.0))
        assert motions
        assert all("bottom left" in motion.reason for motion in motions)
        region = motions[-1].regions[0]
        assert 0 <= region.x <= 0.35
        assert 0.6 <= region.y + region.height / 2 <= 1.0
        assert 0.0 < region.share <= 100.0 * region.width * region.height + 1e-6

    @all_detectors
    def test_other_settings_hold_at_once_and_nothing_is_forgotten(self, name: DetectorName) -> None:
        deaf, keen = (DetectionSettings(detector=name, sensitivity=value) for value in (1, 90))
        seen = settled(name, sensitivity=1)

        def walks(begin: float, end: float) -> list[Motion]:
            return seen.walk((begin, 0.85), (end, 0.85), 1.0, share=(0.05, 0.2))

        assert not moving(walks(0.2, 0.3))
        seen.detector.retune(keen)
        at_once = walks(0.3, 0.5)
        assert Cause.SETTLING not in {motion.cause for motion in at_once}
        assert moving(at_once)
        seen.detector.retune(replace(keen, masks=(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),)))
        assert not moving(walks(0.5, 0.6))
        seen.detector.retune(replace(keen, warmup_s=60.0))
        assert moving(walks(0.6, 0.8)), "a warm-up that is over stays over"
        seen.detector.retune(deaf)
        assert not moving(walks(0.8, 0.9))

    @all_detectors
    def test_a_frame_size_in_between_changes_nothing(self, name: DetectorName) -> None:
        seen = settled(name, sensitivity=60)
        seen.width, seen.height = 100, 75
        assert {motion.cause for motion in seen.watch_nothing(2.8)} == {Cause.SETTLING}
        assert not moving(seen.watch_nothing(2.0))
        assert moving(seen.walk(*ACROSS, 4.0))

    @all_detectors
    def test_reset_forgets_the_scene(self, name: DetectorName) -> None:
        seen = settled(name)
        seen.detector.reset()
        dark = [seen.show(seen.picture(gain=0.3)) for _ in range(14)]
        assert {motion.cause for motion in dark} == {Cause.SETTLING}
        assert not moving([seen.show(seen.picture(gain=0.3)) for _ in range(10)])

    @all_detectors
    def test_what_lies_under_a_mask_does_not_count(self, name: DetectorName) -> None:
        seen = settled(name, sensitivity=60, masks=(LEFT, RIGHT))
        assert not moving(seen.walk(*ACROSS, 4.0))

    @all_detectors
    def test_with_zones_only_their_inside_counts_and_is_named(self, name: DetectorName) -> None:
        seen = settled(name, sensitivity=80, zones=(Zone("door", LEFT), Zone("gate", RIGHT)))
        motions = seen.walk((0.05, 0.6), (0.4, 0.6), 3.0)
        assert moving(motions)
        assert {motion.zones for motion in moving(motions)} == {("door",)}
        elsewhere = settled(name, sensitivity=80, zones=(Zone("gate", RIGHT),)).walk(
            (0.05, 0.6), (0.4, 0.6), 3.0
        )
        assert not moving(elsewhere)

    @all_detectors
    def test_more_sensitivity_never_sees_less(self, name: DetectorName) -> None:
        counts = [
            len(moving(settled(name, sensitivity=value).walk(*ACROSS, 4.0))) for value in (1, 30, 60, 90)
        ]
        assert counts == sorted(counts)
        assert counts[0] < counts[-1]

    @all_detectors
    def test_the_same_pictures_give_the_same_decisions(self, name: DetectorName) -> None:
        assert settled(name).walk(*ACROSS, 2.0) == settled(name).walk(*ACROSS, 2.0)

    @all_detectors
    def test_a_first_look_changes_no_decision(self, name: DetectorName) -> None:
        """Neither one at the same picture nor one at another."""
        once, twice = settled(name), settled(name)
        pictures = [
            *(once.picture() for _ in range(5)),
            *(once.picture((0.1 + index / 12, 0.6)) for index in range(10)),
            *(once.picture(gain=1.3) for _ in range(5)),
            *(once.picture() for _ in range(10)),
        ]
        calm = []
        for number, luma in enumerate(pictures):
            calm.append(twice.detector.is_calm(luma))
            if number % 3 == 2:
                twice.detector.is_calm(pictures[number - 2])
            assert twice.show(luma) == once.show(luma)
        assert name is not DetectorName.ADAPTIVE or {True, False} == set(calm)

    @all_detectors
    def test_leaves_the_picture_alone(self, name: DetectorName) -> None:
        seen = settled(name)
        luma = seen.picture((0.5, 0.5))
        before = luma.copy()
        seen.show(luma)
        assert np.array_equal(luma, before)

    @all_detectors
    def test_odd_rates_and_pauses_are_survived(self, name: DetectorName) -> None:
        seen = settled(name)
        for pause_s in (0.0, 0.001, 3.0, 600.0):
            seen.t_s += pause_s
            seen.show(seen.picture())
        assert not moving(seen.watch_nothing(3.0))


def test_the_threshold_falls_evenly_with_sensitivity() -> None:
    values = [area_threshold(value, 0.2) for value in range(1, 101)]
    assert values == sorted(values, reverse=True)
    assert area_threshold(50, 0.2) == pytest.approx(0.2)
    assert area_threshold(100, 0.2) == pytest.approx(0.02)
    assert area_threshold(1, 50.0) == 50.0


class TestLight:
    @pytest.mark.parametrize("gain", [0.45, 0.7, 1.25])
    def test_another_exposure_is_ignored_and_named(self, gain: float) -> None:
        seen = settled()
        motions = [seen.show(seen.picture(gain=gain)) for _ in range(20)]
        assert not moving(motions)
        how = "brightened" if gain > 1 else "darkened"
        assert motions[0].cause is Cause.ILLUMINATION
        assert motions[0].reason == f"ignored: the whole picture {how}"

    @pytest.mark.parametrize("gain", [0.5, 1.25])
    def test_who_walks_in_at_the_same_moment_is_seen(self, gain: float) -> None:
        seen = settled()
        motions = [
            seen.show(seen.picture((0.1 + 0.04 * step, 0.6), gain=gain, offset=6)) for step in range(18)
        ]
        assert len(moving(motions)) >= 16
        assert max(motion.score for motion in motions) < 8.0  # the person, not the picture

    def test_slow_dusk_is_no_motion(self) -> None:
        seen = settled()
        assert not moving([seen.show(seen.picture(gain=1.0 - 0.004 * step)) for step in range(150)])

    def test_a_lamp_that_lights_a_corner_is_ignored(self) -> None:
        seen = settled()
        rows, columns = np.mgrid[0:120, 0:160]
        cone = 40.0 * np.exp(-(((columns - 40) / 30.0) ** 2) - ((rows - 30) / 30.0) ** 2)
        lit = [np.clip(seen.picture() + cone, 0, 255).astype(np.uint8) for _ in range(25)]
        motions = [seen.show(luma) for luma in lit]
        assert not moving(motions)
        assert Cause.ILLUMINATION in {motion.cause for motion in motions}


class TestStandingStill:
    def test_somebody_who_stands_still_stays_in_the_event_for_a_while(self) -> None:
        seen = settled()
        seen.walk((0.05, 0.6), (0.5, 0.6), 2.0)
        standing = [seen.show(seen.picture((0.5, 0.6))) for _ in range(100)]  # 20 s
        assert len(moving(standing)) == len(standing)

    def test_and_leaves_no_ghost(self) -> None:
        seen = settled()
        seen.walk((0.05, 0.6), (0.5, 0.6), 2.0)
        for _ in range(100):
            seen.show(seen.picture((0.5, 0.6)))
        seen.walk((0.5, 0.6), (1.2, 0.6), 2.0)
        assert not moving(seen.watch_nothing(8.0))

    def test_a_parked_car_becomes_background_and_leaves_no_ghost(self) -> None:
        seen = settled()
        seen.walk((0.05, 0.6), (0.5, 0.6), 2.0)
        parked = [seen.show(seen.picture((0.5, 0.6))) for _ in range(300)]  # 60 s
        assert not moving(parked[-50:])
        assert moving(seen.walk((0.5, 0.6), (1.2, 0.6), 2.0))
        assert not moving(seen.watch_nothing(8.0)[2:])

    def test_who_was_there_from_the_start_leaves_no_ghost(self) -> None:
        seen = camera()
        for _ in range(30):
            seen.show(seen.picture((0.5, 0.6)))
        seen.walk((0.5, 0.6), (1.2, 0.6), 2.0)
        assert not moving(seen.watch_nothing(12.0)[20:])


class TestBeams:
    def _night(self, seen: Camera, beam: float | None = None) -> Luma:
        """A dark place whose structure is within the noise; `beam`: where light sweeps over it."""
        fine = np.random.default_rng(6).normal(0, 3.0, (seen.height, seen.width)).astype(np.float32)
        ground = 14 + cv2.GaussianBlur(fine, (0, 0), 1.0) * 2
        if beam is not None:
            column = np.arange(seen.width) / seen.width
            ground = ground * (1 + 3 * np.exp(-(((column - beam) / 0.15) ** 2)))[None, :]
        noisy = ground + cv2.GaussianBlur(seen.rng.normal(0, 5, ground.shape), (0, 0), 0.7)
        return np.clip(noisy, 0, 255).astype(np.uint8)

    def _settled(self) -> Camera:
        seen = camera()
        for _ in range(40):
            seen.show(self._night(seen))
        return seen

    def test_headlights_that_sweep_over_the_dark_are_light(self) -> None:
        seen = self._settled()
        motions = [seen.show(self._night(seen, beam)) for beam in np.linspace(-0.2, 1.2, 14).tolist()]
        assert not moving(motions)
        assert Cause.ILLUMINATION in {motion.cause for motion in motions}

    def test_somebody_pale_in_the_dark_is_not(self) -> None:
        seen = self._settled()
        motions = []
        for k in range(10):
            luma = self._night(seen)
            luma[40:100, 20 + 8 * k : 36 + 8 * k] = 70
            motions.append(seen.show(luma))
        assert len(moving(motions)) >= 6


class TestOnTheSpot:
    @pytest.mark.parametrize("noise", [0.3, 0.8, 2.0])
    def test_who_stands_near_and_turns_is_seen_within_half_a_second(self, noise: float) -> None:
        seen = camera()
        seen.noise = noise
        standing = [seen.show(_standing(seen, 0.0)) for _ in range(100)]
        turning = [seen.show(_standing(seen, share)) for share in np.linspace(0.2, 1, 5).tolist()]
        assert not moving(standing)
        assert moving(turning[:3])


def _standing(seen: Camera, turned: float) -> Luma:
    """Somebody near, who sways a little; `turned`: how far, 0..1."""
    middle, wide = 80 + 0.4 * np.sin(1.7 * seen.t_s), round(18 - 9 * np.sin(turned * np.pi))
    body = np.full((60, wide), 70, np.float32)
    body[::6] = 110
    body[:, : wide // 3] = 40
    picture = seen.picture().astype(np.float32)
    left = round(middle - wide / 2)
    picture[40:100, left : left + wide] = body
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.7), 0, 255).astype(np.uint8)


def _snow(luma: Luma, rng: np.random.Generator) -> Luma:
    """Flakes anywhere, one in ten of them near enough to be large."""
    shown = luma.copy()
    for x, y, near in rng.uniform((0, 0, 0), (luma.shape[1], luma.shape[0], 1), (60, 3)).tolist():
        cv2.circle(shown, (round(x), round(y)), round(1 + 3.4 * near**4), 235, -1)
    return shown


class TestFleetingThings:
    def test_what_is_elsewhere_each_time_is_not_confirmed(self) -> None:
        seen = settled()
        rng = np.random.default_rng(3)
        motions = []
        for _ in range(40):  # an insect close to the lens, every fourth picture
            place = (float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.1, 0.9)))
            motions.append(seen.show(seen.picture(place, share=(0.08, 0.08), level=230)))
            motions += seen.watch_nothing(0.6)
        assert not moving(motions)
        assert Cause.UNCONFIRMED in {motion.cause for motion in motions}

    def test_snow_touches_where_it_snowed_by_chance(self) -> None:
        seen = settled()
        rng = np.random.default_rng(8)
        motions = [seen.show(_snow(seen.picture(), rng)) for _ in range(40)]
        assert Cause.UNCONFIRMED in {motion.cause for motion in motions}
        assert len(moving(motions)) <= 16  # of 40; of chance alone 32

    def test_and_who_walks_in_it_is_seen(self) -> None:
        seen = settled()
        rng = np.random.default_rng(8)
        motions = [seen.show(_snow(seen.picture((0.2 + 0.02 * k, 0.6)), rng)) for k in range(25)]
        assert len(moving(motions)) >= 15

    def test_nothing_is_asked_of_a_camera_too_slow_to_tell(self) -> None:
        seen = camera()
        seen.fps = 1.0
        seen.watch_nothing(8.0)
        assert moving([seen.show(seen.picture((0.5, 0.5)))])


class TestRepetition:
    def test_wind_that_rises_is_learned_within_seconds(self) -> None:
        seen = settled()
        rng = np.random.default_rng(4)
        corner = np.s_[20:60, 90:150]

        def stirred() -> Motion:
            luma = seen.picture()
            leaves = rng.integers(-60, 60, (8, 12)).astype(np.float32)
            sway = cv2.resize(leaves, (60, 40), interpolation=cv2.INTER_CUBIC)
            luma[corner] = np.clip(luma[corner] + sway, 0, 255).astype(np.uint8)
            return seen.show(luma)

        motions = [stirred() for _ in range(150)]
        assert len(moving(motions)) < 60
        assert not moving(motions[100:])
        assert moving(seen.walk(*ACROSS, 3.0))  # elsewhere nothing has become blind

    def test_a_beacon_is_learned_and_named(self) -> None:
        seen = settled()
        blink = [
            seen.show(seen.picture((0.8, 0.3) if step // 2 % 2 else None, level=230)) for step in range(150)
        ]
        assert not moving(blink[75:])
        assert Cause.REPETITIVE in {motion.cause for motion in blink[75:]}

    def test_a_trembling_camera_is_no_motion(self) -> None:
        seen = camera()
        rng = np.random.default_rng(2)

        def shaken() -> Motion:
            right, down = rng.integers(0, 5, 2)
            return seen.show(seen.picture()[down : down + 116, right : right + 156].copy())

        assert not moving([shaken() for _ in range(150)])


@pytest.mark.parametrize("fps", [2.0, 5.0, 30.0])
def test_time_constants_are_seconds(fps: float) -> None:
    seen = camera()
    seen.fps = fps
    seen.watch_nothing(6.0)
    seen.walk((0.05, 0.6), (0.5, 0.6), 2.0)
    standing = [seen.show(seen.picture((0.5, 0.6))) for _ in range(round(60 * fps))]
    held_s = len(moving(standing)) / fps
    assert 20.0 <= held_s <= 40.0
