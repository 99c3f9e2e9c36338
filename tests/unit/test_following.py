"""Small and far: what goes somewhere counts, what stirs does not. `gcam_addon.detectors`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from gcam_addon.assembly import build_detector
from gcam_addon.config.model import DetectionSettings, Zone
from gcam_addon.detectors.fidgets import FORGET_S, Fidgets
from gcam_addon.detectors.follower import HIDDEN_S, Follower
from gcam_addon.detectors.onset import LONG_S, Onset
from gcam_addon.detectors.spots import MOST, Spot, box_of, find_spots
from gcam_addon.detectors.track import Followed, goes, passes, walks
from gcam_addon.detectors.verdict import small_share
from gcam_addon.model import Cause, Motion, Region
from tests.support.lumas import place

SHAPE = (120, 160)
FPS = 10.0
Way = Callable[[float], tuple[float, float]]
"""Where it is after so many seconds, pixels."""


def spot(x: float, y: float, size: int = 4, area: int = 12) -> Spot:
    return Spot(x, y, (round(x - size / 2), round(y - size / 2), size, size), area)


def followed(way: Way, seconds: float, follower: Follower | None = None, *, seen: float = 1.0) -> Followed:
    """The oldest track, after `seconds` of it; seen in this share of the pictures."""
    follower = follower or Follower()
    for index in range(round(seconds * FPS)):
        shown = math.floor((index + 1) * seen) > math.floor(index * seen)
        follower.update([spot(*way(index / FPS))] if shown else [], SHAPE, index / FPS)
    return follower.tracks[0]


def ahead(t_s: float) -> tuple[float, float]:
    return 40 + 5 * t_s, 60 + t_s


def to_and_fro(t_s: float) -> tuple[float, float]:
    return 40 + 5 * math.sin(2 * t_s), 60


class TestSpots:
    def mask(self, *boxes: tuple[int, int, int, int]) -> np.ndarray:
        canvas = np.zeros(SHAPE, np.uint8)
        for left, top, width, height in boxes:
            canvas[top : top + height, left : left + width] = 255
        return canvas

    def test_a_place_has_its_box_its_middle_and_its_pixels(self) -> None:
        mask = self.mask((10, 20, 4, 6))
        (found,) = find_spots(mask, mask, 2)
        assert (found.box, found.area_px, found.size_px) == ((10, 20, 4, 6), 24, 6)
        assert (found.x, found.y) == pytest.approx((11.5, 22.5))

    def test_at_the_edge_of_the_picture_too(self) -> None:
        mask = self.mask((0, 116, 3, 4))
        (found,) = find_spots(mask, mask, 2)
        assert found.box == (0, 116, 3, 4)

    def test_head_and_legs_are_one(self) -> None:
        mask = self.mask((10, 20, 4, 2), (10, 24, 4, 4))
        assert [found.area_px for found in find_spots(mask, mask, 2)] == [24]

    def test_what_is_faint_has_to_be_twice_as_large(self) -> None:
        faint = self.mask((10, 20, 3, 1), (40, 20, 3, 2))
        assert [found.box for found in find_spots(faint, self.mask(), 3)] == [(40, 20, 3, 2)]
        assert len(find_spots(faint, self.mask((10, 20, 1, 1)), 3)) == 2

    def test_what_is_everywhere_is_nowhere(self) -> None:
        few = self.mask(*((6 * k, 10, 2, 2) for k in range(MOST)))
        many = few | self.mask((6, 50, 2, 2))
        assert len(find_spots(few, few, 2)) == MOST
        assert find_spots(many, many, 2) == ()

    def test_its_region_is_relative_and_comes_back(self) -> None:
        region = spot(80, 60, 8, 48).region(SHAPE)
        assert region == Region(76 / 160, 56 / 120, 8 / 160, 8 / 120, 0.25)
        assert box_of(region, SHAPE) == (76, 56, 8, 8)


class TestTrack:
    def test_who_goes_somewhere_walks(self) -> None:
        assert walks(followed(ahead, 2.0), 1.0)

    def test_but_it_takes_a_second_and_a_half(self) -> None:
        assert not walks(followed(lambda t: (40 + 9 * t, 60), 1.4), 1.0)

    def test_more_where_there_is_doubt(self) -> None:
        assert not walks(followed(ahead, 2.0), 4.0)

    @pytest.mark.parametrize(
        "way",
        [
            to_and_fro,
            lambda t: (40 + 5 * math.sin(3 * t), 60 + 5 * math.cos(3 * t)),
            lambda _: (40, 60),
            lambda t: (40 + 6 * (t > 1.0), 60),
        ],
        ids=["sways", "circles", "stands", "jumps once"],
    )
    def test_what_gets_nowhere_does_not(self, way: Way) -> None:
        for seconds in (1.6, 2.0, 2.5, 3.0, 4.0):
            assert not walks(followed(way, seconds), 1.0)

    def test_nor_what_is_too_fast_for_its_size(self) -> None:
        follower = Follower()
        for index in range(20):
            follower.update([spot(10 + 1.8 * index, 60, 2, 3)], SHAPE, index / FPS)
        slow = Follower()
        for index in range(20):
            slow.update([spot(10 + 1.2 * index, 60, 2, 3)], SHAPE, index / FPS)
        assert walks(slow.tracks[0], 1.0)
        assert not walks(follower.tracks[0], 1.0)

    def test_nor_what_is_now_large_now_small(self) -> None:
        follower = Follower()
        for index in range(20):
            follower.update([spot(*ahead(index / FPS), area=40 if index % 2 else 5)], SHAPE, index / FPS)
        assert not walks(follower.tracks[0], 1.0)

    def test_who_is_hardly_seen_half_of_the_time_is_no_walker(self) -> None:
        assert walks(followed(ahead, 2.5, seen=0.7), 1.0)
        assert not walks(followed(ahead, 2.5, seen=0.5), 1.0)

    def test_who_stops_no_longer_goes(self) -> None:
        track = followed(lambda t: ahead(min(t, 2.0)), 2.0)
        assert goes(track, 1.9)
        track = followed(lambda t: ahead(min(t, 2.0)), 4.0)
        assert not goes(track, 3.9)

    def test_what_is_large_passes_at_once(self) -> None:
        assert passes(followed(lambda t: (40 + 12 * t, 60), 0.6))
        assert not passes(followed(lambda t: (40 + 4 * t, 60), 0.6))


class TestFollower:
    def test_two_keep_their_names(self) -> None:
        follower = Follower()
        for index in range(20):
            t_s = index / FPS
            follower.update([spot(40 + 5 * t_s, 40), spot(60 - 5 * t_s, 60)], SHAPE, t_s)
        assert [(track.id, round(track.y)) for track in follower.tracks] == [(1, 40), (2, 60)]

    def test_a_guess_is_soon_forgotten_and_somebody_hidden_is_not(self) -> None:
        for sure in (False, True):
            follower = Follower()
            followed(ahead, 2.0, follower).sure = sure
            for index in range(20, 40):
                follower.update([], SHAPE, index / FPS)
            assert bool(follower.tracks) is sure
            follower.update([], SHAPE, 2.0 + HIDDEN_S)
            assert not follower.tracks

    def test_who_comes_out_again_is_the_same(self) -> None:
        follower = Follower()
        followed(ahead, 2.0, follower).sure = True
        for index in range(20, 35):
            follower.update([spot(*ahead(index / FPS))] if index > 30 else [], SHAPE, index / FPS)
        assert [track.id for track in follower.tracks] == [1]

    def test_who_left_by_the_edge_is_not_awaited(self) -> None:
        follower = Follower()
        followed(lambda t: (148 + 5.5 * t, 60), 2.0, follower).sure = True
        for index in range(20, 28):
            follower.update([], SHAPE, index / FPS)
        assert not follower.tracks

    def test_who_stands_before_something_larger_is_still_there(self) -> None:
        follower = Follower()
        followed(lambda _: (40, 60), 1.0, follower).sure = True
        for index in range(10, 60):
            follower.update([spot(62, 60, 50, 900)], SHAPE, index / FPS)
        assert 1 in [track.id for track in follower.tracks]

    def test_many_things_that_stir_make_doubtful(self) -> None:
        alone, among = Follower(), Follower()
        track = followed(ahead, 2.0, alone)
        assert alone.doubt(track) == 1.0
        for index in range(20):
            others = [spot(20 + 20 * k, 100) for k in range(6)]
            among.update([spot(*ahead(index / FPS)), *others], SHAPE, index / FPS)
        assert among.doubt(among.tracks[0]) == pytest.approx(2.5)
        assert not walks(among.tracks[0], among.doubt(among.tracks[0]))

    def test_a_place_where_much_gets_nowhere_is_remembered(self) -> None:
        follower = Follower()
        followed(to_and_fro, 8.0, follower)
        for index in range(80, 90):
            follower.update([], SHAPE, index / FPS)
        begin = len(range(90))
        for index in range(begin, begin + 20):
            follower.update([spot(*ahead((index - begin) / FPS))], SHAPE, index / FPS)
        assert follower.doubt(follower.tracks[0]) > 2.0

    @pytest.mark.parametrize("fps", [2.0, 5.0, 10.0])
    def test_what_flickers_is_remembered_by_seconds_however_often_it_is_looked(self, fps: float) -> None:
        follower = Follower()
        for index in range(round(60 * fps)):
            flickers = index % fps == 0  # once a second, and is gone with the next look
            follower.update([spot(60, 60, 2, 3)] if flickers else [], SHAPE, index / fps)
        follower.update([spot(62, 62, 2, 3)], SHAPE, 60.0)
        assert follower.doubt(follower.tracks[-1]) > 3.0

    def test_who_gets_out_of_there_is_believed_sooner(self) -> None:
        doubts = []
        for way in (lambda t: (40 + 0.5 * t, 60.0), lambda t: (40 + 12 * t, 60.0)):
            follower = Follower()
            followed(to_and_fro, 8.0, follower)
            for index in range(80, 90):
                follower.update([], SHAPE, index / FPS)
            for index in range(90, 110):
                follower.update([spot(*way((index - 90) / FPS))], SHAPE, index / FPS)
            doubts.append(follower.doubt(follower.tracks[0]))
        assert doubts[0] > 1.5 * doubts[1]


class TestFidgets:
    def test_they_are_of_a_place_and_forgotten(self) -> None:
        fidgets = Fidgets()
        fidgets.add({(0.5, 0.5), (0.51, 0.51)}, 2.0)
        assert fidgets.at((0.5, 0.5)) == pytest.approx(1.0)
        assert fidgets.at((0.9, 0.5)) == 0.0
        fidgets.pass_by(5 * FORGET_S)
        assert fidgets.at((0.5, 0.5)) < 0.01

    def test_the_whole_picture_is_covered(self) -> None:
        fidgets = Fidgets()
        fidgets.add({(-0.1, 1.0)}, 100.0)
        assert fidgets.at((0.0, 1.2)) == 3.0


class TestOnset:
    def test_in_a_calm_place_at_once(self) -> None:
        assert Onset().counts(1.0, 5.0, 0.1, goes=False)

    def test_in_a_restless_place_after_a_while(self) -> None:
        onset = Onset()
        counted = [onset.counts(3.0, 5.0 + k / FPS, 0.1, goes=False) for k in range(20)]
        assert counted == [k / FPS >= LONG_S for k in range(20)]
        assert onset.since_s == 5.0

    def test_or_once_it_goes_somewhere_and_then_it_does(self) -> None:
        onset = Onset()
        asked = [onset.counts(3.0, 5.0 + k / FPS, 0.1, goes=k == 4) for k in range(8)]
        assert asked == [k >= 4 for k in range(8)]

    def test_a_place_that_became_restless_by_it_changes_nothing(self) -> None:
        onset = Onset()
        assert all(onset.counts(1.0 + k, 5.0 + k / FPS, 0.1, goes=False) for k in range(20))

    def test_after_a_pause_it_begins_anew(self) -> None:
        onset = Onset()
        assert not onset.counts(3.0, 5.0, 0.1, goes=False)
        assert not onset.counts(3.0, 5.0 + LONG_S, 0.1, goes=False)
        assert onset.since_s == 5.0 + LONG_S

    def test_the_place_is_judged_when_it_was_first_suspected(self) -> None:
        calm, restless = Onset(), Onset()
        calm.suspect(1.0, 5.0, 0.2)
        assert calm.counts(4.0, 5.2, 0.2, goes=False)
        assert calm.since_s == 5.2
        restless.suspect(4.0, 5.0, 0.2)
        assert not restless.counts(1.0, 5.2, 0.2, goes=False)

    def test_what_was_suspected_for_long_says_nothing_about_what_comes(self) -> None:
        onset = Onset()
        for k in range(30):  # snow
            onset.suspect(1.0, 5.0 + k / FPS, 1 / FPS)
        assert not onset.counts(4.0, 8.4, 1 / FPS, goes=False)

    @pytest.mark.parametrize("interval_s", [0.1, 0.2, 0.33, 0.5, 0.53])
    def test_doubt_lasts_as_long_however_often_it_is_looked(self, interval_s: float) -> None:
        onset = Onset()
        looks = [5.0 + k * interval_s for k in range(20)]
        counted = [onset.counts(3.0, look, interval_s, goes=False) for look in looks]
        assert counted == [look - 5.0 >= LONG_S for look in looks]

    def test_where_looks_are_rare_nothing_is_doubted(self) -> None:
        assert Onset().counts(3.0, 5.0, 1.0, goes=False)


class Yard:
    """A camera whose picture is four times as wide and high as what detection sees."""

    def __init__(self, settings: DetectionSettings | None = None, *, detail: float = 16.0) -> None:
        self.detector = build_detector(settings or DetectionSettings())
        self.detail = detail
        self.t_s = 0.0
        self._noise = np.random.default_rng(3)
        self.show(())
        self.motions = [self.show(()) for _ in range(60)]

    def show(self, things: Iterable[tuple[float, float]], *, offset: float = 0.0) -> Motion:
        """`things`: where dark things of 3 by 5 pixels stand."""
        picture = place() + np.float32(offset)
        for x, y in things:
            cv2.rectangle(picture, (round(x) - 1, round(y) - 2), (round(x) + 1, round(y) + 2), 5, -1)
        noisy = picture + self._noise.normal(0, 1.5, picture.shape)
        motion = self.detector.detect(np.clip(noisy, 0, 255).astype(np.uint8), self.t_s, self.detail)
        self.t_s += 1 / FPS
        return motion

    def watch(self, way: Way, seconds: float) -> list[Motion]:
        return [self.show([way(index / FPS)]) for index in range(round(seconds * FPS))]


def moving(motions: Iterable[Motion]) -> list[Motion]:
    return [motion for motion in motions if motion.moving]


class TestFarAway:
    def test_somebody_small_who_walks_counts_since_he_began(self) -> None:
        yard = Yard()
        begin_s = yard.t_s
        motions = yard.watch(lambda t: (40 + 6 * t, 60), 5.0)
        first = next(index for index, motion in enumerate(motions) if motion.moving)
        assert 15 <= first <= 25
        assert len(moving(motions[first:])) >= 0.7 * len(motions[first:])
        assert motions[first].since_s == pytest.approx(begin_s, abs=0.35)
        assert motions[first].reason.code == "motion_along"
        assert 0.03 < motions[first].score < 0.2

    def test_what_sways_as_small_does_not(self) -> None:
        assert not moving(Yard().watch(lambda t: (40 + 4 * math.sin(3 * t), 60), 8.0))

    def test_what_nobody_would_recognise_in_the_recording_does_not(self) -> None:
        assert not moving(Yard(detail=1.0).watch(lambda t: (40 + 6 * t, 60), 5.0))

    def test_who_asks_for_large_things_gets_large_things(self) -> None:
        assert small_share(100) == small_share(50) == pytest.approx(0.1)
        assert small_share(25) > 0.3
        yard = Yard(DetectionSettings(sensitivity=20))
        assert not moving(yard.watch(lambda t: (40 + 6 * t, 60), 5.0))

    def test_where_looks_are_rare_nothing_is_followed(self) -> None:
        yard = Yard()
        motions = [yard.show([(40 + 6 * index / FPS, 60)]) for index in range(30)]
        assert motions[-1].tracks
        for index in range(8):
            yard.t_s += 0.9
            motions.append(yard.show([(60 + 6 * index, 60)]))
        assert motions[-1].tracks == ()
        assert not motions[-1].awaited

    def test_outside_the_zones_nothing_counts(self) -> None:
        right = Zone("right", ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)))
        for begin, zones in ((20.0, ()), (90.0, ("right",))):
            yard = Yard(replace(DetectionSettings(), zones=(right,)))
            seen = moving(yard.watch(lambda t, x=begin: (x + 6 * t, 60), 5.0))
            assert {motion.zones for motion in seen} == ({zones} if zones else set())

    def test_who_stands_is_awaited_and_who_goes_on_is_the_same(self) -> None:
        yard = Yard()
        assert yard.watch(lambda t: (40 + 6 * t, 60), 4.0)[-1].moving
        standing = yard.watch(lambda _: (63.4, 60), 10.0)
        assert not moving(standing[30:])
        assert all(motion.awaited for motion in standing)
        again = moving(yard.watch(lambda t: (63.4 + 6 * t, 60), 4.0))
        assert again[0].resumed
        (before,) = {track.id for track in standing[-1].tracks if track.sure}
        assert before in {track.id for track in again[-1].tracks}

    def test_somebody_else_is_somebody_else(self) -> None:
        yard = Yard()
        yard.watch(lambda t: (40 + 6 * t, 60), 4.0)
        for _ in range(30):
            yard.show([(63.4, 60)])
        other = [yard.show([(63.4, 60), (120 - 0.6 * index, 100)]) for index in range(30)]
        assert not moving(other)[0].resumed
        assert moving(other)[1].resumed

    def test_who_is_gone_is_not_awaited_for_long(self) -> None:
        yard = Yard()
        yard.watch(lambda t: (40 + 6 * t, 60), 4.0)
        gone = [yard.show(()) for _ in range(50)]
        assert gone[10].awaited
        assert not gone[-1].awaited
        assert gone[-1].cause is Cause.QUIET
