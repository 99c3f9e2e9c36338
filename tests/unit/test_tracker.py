"""Decisions become events: `gcam_addon.pipeline.tracker`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from gcam_addon.config.model import DetectionSettings, Zone
from gcam_addon.interfaces import Look
from gcam_addon.model import Cause, Motion, MotionEnded, MotionStarted, Region, Size
from gcam_addon.picture.cells import touched
from gcam_addon.pipeline.tracker import Tracker

QUIET = Motion(moving=False, score=0.0, threshold=0.2, cause=Cause.QUIET, reason="nothing moves")
DAMAGED = Motion(moving=False, score=0.0, threshold=0.0, cause=Cause.UNDECODABLE, reason="damaged")
WALL_S = 1_700_000_000.0
SETTINGS = DetectionSettings(warmup_s=0.0, min_motion_s=0.2, event_gap_s=3.0)
VGA = Size(640, 480)


def moving(score: float = 2.0, zones: tuple[str, ...] = ()) -> Motion:
    return Motion(
        moving=True, score=score, threshold=0.2, cause=Cause.MOTION, reason=f"{score} % moved", zones=zones
    )


@dataclass
class Stream:
    """Feeds a tracker at a rate; frames are named by number in their jpeg."""

    settings: DetectionSettings = SETTINGS
    fps: float = 5.0
    at_s: float = 100.0
    size: Size = VGA
    events: list[MotionStarted | MotionEnded] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tracker = Tracker("door", self.settings)

    def feed(
        self, motion: Motion, count: int = 1, *, may_begin: bool = True, after_gap: bool = False
    ) -> Stream:
        for _ in range(count):
            look = Look(None, self.at_s, WALL_S + self.at_s, self.size, partial(bytes, b"%.2f" % self.at_s))
            self.events += self.tracker.update(motion, look, may_begin=may_begin, after_gap=after_gap)
            self.at_s += 1.0 / self.fps
        return self

    @property
    def started(self) -> list[MotionStarted]:
        return [event for event in self.events if isinstance(event, MotionStarted)]

    @property
    def ended(self) -> list[MotionEnded]:
        return [event for event in self.events if isinstance(event, MotionEnded)]


def test_an_event_begins_with_its_first_moving_frame_and_ends_with_its_last() -> None:
    stream = Stream().feed(QUIET, 5).feed(moving(), 11).feed(QUIET, 30)
    (started,), (ended,) = stream.started, stream.ended
    assert started.pts_s == pytest.approx(101.0)
    assert started.started_at == pytest.approx(WALL_S + 101.0)
    assert ended.pts_s == pytest.approx(103.0)
    assert ended.started_at == started.started_at
    assert ended.ended_at == pytest.approx(WALL_S + 103.0)
    assert ended.event_id == started.event_id


def test_the_start_carries_the_frame_that_made_sure_and_the_end_the_strongest() -> None:
    stream = Stream().feed(moving(1.0)).feed(moving(2.0)).feed(moving(7.0)).feed(moving(3.0)).feed(QUIET, 30)
    assert stream.started[0].jpeg == b"100.20"
    assert stream.ended[0].jpeg == b"100.40"
    assert stream.ended[0].peak == 7.0
    assert stream.ended[0].reason == "7.0 % moved"


@pytest.mark.parametrize("fps", [1.0, 5.0, 15.0, 30.0])
def test_motion_shorter_than_the_minimum_is_no_event(fps: float) -> None:
    stream = Stream(fps=fps).feed(QUIET, 5).feed(moving(), max(1, int(0.19 * fps))).feed(QUIET, int(5 * fps))
    assert not stream.events


@pytest.mark.parametrize("fps", [5.0, 15.0, 30.0])
def test_and_a_longer_one_is_known_as_soon_as_it_is_long_enough(fps: float) -> None:
    stream = Stream(fps=fps)
    while not stream.started:
        stream.feed(moving())
    assert stream.at_s - 1.0 / fps - 100.0 == pytest.approx(0.2, abs=1.0 / fps)


@pytest.mark.parametrize("fps", [0.2, 0.5, 1.0, 1.9])
def test_who_is_looked_at_rarely_has_events_too(fps: float) -> None:
    stream = Stream(fps=fps).feed(QUIET, 5).feed(moving(), 4).feed(QUIET, 10)
    (started,), (ended,) = stream.started, stream.ended
    assert started.pts_s == pytest.approx(100.0 + 5 / fps)
    assert ended.pts_s == pytest.approx(100.0 + 8 / fps)


def test_keys_suffice_while_nothing_moves_and_while_an_event_goes_on() -> None:
    stream = Stream().feed(QUIET, 5)
    assert stream.tracker.keys_suffice
    stream.feed(moving())
    assert not stream.tracker.keys_suffice, "it may be an event"
    stream.feed(moving(), 2)
    assert stream.started
    assert stream.tracker.keys_suffice
    stream.feed(QUIET)
    assert not stream.tracker.keys_suffice, "it may be over"
    stream.feed(QUIET, 5)
    assert not stream.ended
    assert stream.tracker.keys_suffice, "nothing moved for a second"
    stream.feed(moving())
    assert stream.tracker.keys_suffice, "it goes on"
    stream.feed(QUIET, 20)
    assert stream.ended
    assert stream.tracker.keys_suffice


def test_keys_do_not_suffice_where_zones_are_told_apart() -> None:
    settings = replace(SETTINGS, zones=(Zone("path", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))),))
    stream = Stream(settings).feed(moving(zones=("path",)), 5)
    assert stream.started
    assert not stream.tracker.keys_suffice


def test_what_moved_before_a_gap_moved_on_in_it() -> None:
    stream = Stream().feed(moving(), 5)
    stream.at_s += 1.8
    stream.feed(QUIET, after_gap=True).feed(QUIET, 30)
    (ended,) = stream.ended
    assert ended.pts_s == pytest.approx(100.0 + 4 / 5 + 2.0), "until it was seen to be over"
    still = Stream().feed(moving(), 5).feed(QUIET, 2)
    still.feed(QUIET, after_gap=True).feed(QUIET, 30)
    assert still.ended[0].pts_s == pytest.approx(100.8), "it was over before the gap"


@pytest.mark.parametrize("fps", [0.5, 1.0])
def test_single_flashes_are_no_event_there_either(fps: float) -> None:
    stream = Stream(fps=fps)
    for _ in range(20):
        stream.feed(moving()).feed(QUIET, 4)
    assert not stream.events


def test_the_looks_of_a_busy_machine_become_rare_in_the_midst_of_it() -> None:
    stream = Stream().feed(QUIET, 20)
    stream.fps = 0.8
    stream.feed(moving(), 8).feed(QUIET, 10)
    assert len(stream.started) == len(stream.ended) == 1
    assert stream.started[0].pts_s <= 104.0 + 3 / 0.8


def test_after_one_long_pause_motion_is_as_fleeting_as_ever() -> None:
    stream = Stream().feed(QUIET, 10).feed(moving())
    stream.at_s += 20.0
    stream.feed(moving()).feed(QUIET, 10)
    assert not stream.events


def test_single_flashes_never_add_up_to_an_event() -> None:
    stream = Stream()
    for _ in range(20):
        stream.feed(moving()).feed(QUIET, 4)
    assert not stream.events


def test_a_pause_shorter_than_the_gap_belongs_to_the_event() -> None:
    stream = Stream().feed(moving(), 5).feed(QUIET, 13).feed(moving(), 5).feed(QUIET, 30)
    assert len(stream.started) == len(stream.ended) == 1


def test_a_longer_one_makes_two_with_ids_that_sort() -> None:
    stream = Stream().feed(moving(), 5).feed(QUIET, 20).feed(moving(), 5).feed(QUIET, 30)
    first, second = stream.started
    assert first.event_id < second.event_id
    assert first.event_id == f"door-{round((WALL_S + 100.0) * 1000)}"


def test_zones_are_gathered_over_the_event() -> None:
    stream = Stream().feed(moving(zones=("gate",)), 3).feed(moving(zones=("gate", "path")), 3).feed(QUIET, 30)
    assert stream.started[0].zones == ("gate",)
    assert stream.ended[0].zones == ("gate", "path")


def test_nothing_is_reported_while_warming_up_even_if_the_detector_says_so() -> None:
    settings = replace(SETTINGS, warmup_s=3.0)
    stream = Stream(settings).feed(moving(), 14)
    assert not stream.events
    stream.feed(moving(), 5)
    assert stream.started[0].pts_s >= 103.0


def test_the_warm_up_is_over_for_who_was_quiet_through_it() -> None:
    settings = replace(SETTINGS, warmup_s=3.0)
    stream = Stream(settings).feed(QUIET, 16).feed(moving(), 2)
    assert stream.started[0].pts_s == pytest.approx(103.2)


def test_a_change_of_size_warms_up_again_and_keeps_the_event() -> None:
    settings = replace(SETTINGS, warmup_s=2.0)
    stream = Stream(settings).feed(QUIET, 11).feed(moving(), 5)
    stream.size = Size(320, 240)
    stream.feed(moving(), 9).feed(moving(), 5).feed(QUIET, 30)
    assert len(stream.started) == len(stream.ended) == 1


def test_damaged_frames_neither_begin_nor_end_an_event() -> None:
    stream = Stream().feed(DAMAGED, 10)
    assert not stream.events
    stream.feed(moving()).feed(DAMAGED, 2).feed(moving(), 3)
    assert stream.started
    stream.feed(DAMAGED, 30)
    assert len(stream.ended) == 1


def test_finish_ends_an_open_event_once_and_drops_an_unconfirmed_one() -> None:
    stream = Stream().feed(moving(), 5)
    (ended,) = stream.tracker.finish()
    assert ended.pts_s == pytest.approx(100.8)
    assert stream.tracker.finish() == ()
    stream.feed(moving())
    assert stream.tracker.finish() == ()


def test_the_same_scene_settles_for_a_part_of_its_absence_and_a_warm_up_goes_on() -> None:
    settings = replace(SETTINGS, warmup_s=2.0)
    stream = Stream(settings).feed(QUIET, 11)
    stream.tracker.settle(stream.at_s, 6.0)
    stream.feed(moving(), 7)
    assert not stream.events
    stream.feed(moving(), 4)
    assert stream.events
    again = Stream(settings).feed(QUIET, 3)
    again.tracker.settle(again.at_s, 0.0)
    again.feed(moving(), 6)
    assert not again.events


def test_reset_warms_up_again() -> None:
    settings = replace(SETTINGS, warmup_s=2.0)
    stream = Stream(settings).feed(QUIET, 11)
    stream.tracker.reset()
    stream.feed(moving(), 9)
    assert not stream.events


def test_active_from_the_first_moving_frame_until_it_is_an_event() -> None:
    stream = Stream().feed(QUIET)
    assert not stream.tracker.active
    stream.feed(moving())
    assert stream.tracker.active
    stream.feed(moving(), 3)
    assert stream.events
    assert not stream.tracker.active


def test_active_no_longer_when_it_was_nothing() -> None:
    stream = Stream().feed(QUIET).feed(moving()).feed(QUIET, 8)
    assert not stream.events
    assert not stream.tracker.active


def test_what_had_to_be_seen_twice_began_when_it_was_first_seen() -> None:
    unsure = replace(QUIET, cause=Cause.UNCONFIRMED)
    stream = Stream().feed(QUIET, 5).feed(unsure).feed(moving(), 3).feed(QUIET, 30)
    assert stream.started[0].pts_s == pytest.approx(101.0)
    assert stream.started[0].jpeg == b"101.20"
    lonely = Stream().feed(unsure).feed(QUIET, 2).feed(moving(), 3)
    assert lonely.started[0].pts_s == pytest.approx(100.6)


def test_a_camera_is_watched_closely_while_the_detector_is_unsure() -> None:
    stream = Stream().feed(replace(QUIET, cause=Cause.UNCONFIRMED))
    assert stream.tracker.active
    assert not stream.events


def test_nothing_begins_while_gcam_itself_changes_the_picture() -> None:
    stream = Stream().feed(QUIET, 5).feed(moving(), 15, may_begin=False).feed(QUIET, 30)
    assert stream.events == []


def test_what_moves_on_after_gcam_changed_the_picture_begins_then() -> None:
    stream = Stream().feed(QUIET, 5).feed(moving(), 10, may_begin=False).feed(moving(), 10)
    (started,) = stream.started
    assert started.pts_s == pytest.approx(103.0)


def test_an_event_goes_on_while_gcam_changes_the_picture_and_no_other_follows_it() -> None:
    stream = Stream().feed(moving(), 6).feed(moving(), 10, may_begin=False)
    assert (len(stream.started), stream.ended) == (1, [])
    stream.feed(QUIET, 20).feed(moving(), 10, may_begin=False)
    (ended,) = stream.ended
    assert ended.pts_s == pytest.approx(103.0)
    assert len(stream.started) == 1


def test_what_took_time_to_be_sure_of_began_when_it_began() -> None:
    stream = Stream().feed(QUIET, 20)
    began_s = stream.at_s - 1.6
    stream.feed(replace(moving(0.1), since_s=began_s), 5).feed(QUIET, 30)
    assert stream.started[0].pts_s == pytest.approx(began_s)
    assert stream.started[0].started_at == pytest.approx(WALL_S + began_s)


def test_but_not_before_the_event_before_was_over() -> None:
    stream = Stream().feed(QUIET, 5).feed(moving(), 10)
    over_s = stream.at_s - 1 / stream.fps
    stream.feed(QUIET, 20).feed(replace(moving(0.1), since_s=over_s - 1.0), 5)
    assert stream.started[1].pts_s == pytest.approx(over_s)


def test_nor_within_the_warm_up() -> None:
    stream = Stream(replace(SETTINGS, warmup_s=3.0)).feed(QUIET, 16)
    stream.feed(replace(moving(0.1), since_s=101.0), 5)
    assert stream.started[0].pts_s == pytest.approx(103.0)


def test_who_stands_is_waited_for_and_the_event_ends_with_what_moved() -> None:
    awaited = replace(QUIET, awaited=True)
    stream = Stream().feed(QUIET, 5).feed(moving(), 10)
    last_s = stream.at_s - 1 / stream.fps
    stream.feed(awaited, 50)
    assert not stream.ended
    stream.feed(QUIET, 1)
    assert [event.pts_s for event in stream.ended] == [pytest.approx(last_s)]


def test_who_goes_on_after_standing_is_in_the_same_event() -> None:
    awaited = replace(QUIET, awaited=True)
    stream = Stream().feed(QUIET, 5).feed(moving(), 10).feed(awaited, 50)
    stream.feed(replace(moving(), awaited=True), 10).feed(QUIET, 30)
    assert (len(stream.started), len(stream.ended)) == (1, 1)


def test_somebody_else_who_comes_while_one_stands_is_another_event() -> None:
    awaited = replace(QUIET, awaited=True)
    stream = Stream().feed(QUIET, 5).feed(moving(), 10).feed(awaited, 50)
    stream.feed(replace(moving(), awaited=True, resumed=False), 1)
    stream.feed(replace(moving(), awaited=True), 10).feed(QUIET, 30)
    assert (len(stream.started), len(stream.ended)) == (2, 2)


@pytest.mark.parametrize("rotation", [0, 90])
def test_an_event_knows_every_place_where_it_moved_and_no_other(rotation: int) -> None:
    left, right, elsewhere = (Region(x, 0.5, 0.1, 0.1, 1.0) for x in (0.1, 0.4, 0.8))
    stream = Stream()
    stream.tracker = Tracker("door", SETTINGS, rotation)
    stream.feed(replace(QUIET, regions=(elsewhere,)), 5)
    stream.feed(replace(moving(), regions=(left,)), 3).feed(replace(moving(), regions=(right,)), 5)
    stream.feed(replace(QUIET, regions=(elsewhere,)), 30)
    (started,), (ended,) = stream.started, stream.ended
    assert started.cells == touched([left], rotation)
    assert ended.cells == touched([left, right], rotation)
    assert ended.cells & touched([elsewhere], rotation) == 0
    again = stream.feed(replace(moving(), regions=(right,)), 3).started[1]
    assert again.cells == touched([right], rotation)
