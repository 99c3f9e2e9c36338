"""Clips of pictures that build on one another: cut at keys, nothing lost nor doubled, sound beside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gcam_addon.bitstream.preroll import PreRoll
from gcam_addon.config.model import Camera, RecordingSettings, SourceSettings
from gcam_addon.model import Codec, MotionEnded, MotionStarted, Size, Sound, Tracks, Unit, Video
from gcam_addon.recording.recorder import ClipRecorder
from gcam_addon.recording.timelapse import TimelapseRecorder
from tests.support.commands import RememberedCommands

FPS = 10
GOP = 20
TRACKS = Tracks(Video(Codec.H264, Size(640, 480), b"setup"), Sound(16_000, 1, b"\x14\x08"))


def unit(index: int, **changes: object) -> Unit:
    made = Unit(b"%d" % index, index / FPS, 1000 + index / FPS, TRACKS, is_key=index % GOP == 0)
    return replace(made, **changes)  # type: ignore[arg-type]


def heard(index: int) -> Unit:
    return unit(index, data=b"s%d" % index, is_key=True, is_sound=True)


def recorder_for(queue: RememberedCommands, **recording: object) -> ClipRecorder:
    settings = RecordingSettings(**recording)  # type: ignore[arg-type]
    return ClipRecorder(Camera("door", "Door", SourceSettings("http://x"), recording=settings), queue)


def feed(recorder: ClipRecorder, first: int, last: int, *, active: bool) -> None:
    for index in range(first, last):
        recorder.push(unit(index), active)


def started(index: int) -> MotionStarted:
    return MotionStarted("door", "e1", index / FPS, 1000 + index / FPS, 3.0, "began", (), (), b"jpeg")


def ended(index: int) -> MotionEnded:
    at = index / FPS
    return MotionEnded("door", "e1", at, 0.0, 1000 + at, 5.0, "moved", (), b"jpeg")


@pytest.fixture
def queue() -> RememberedCommands:
    return RememberedCommands()


def clips(queue: RememberedCommands) -> list[list[int]]:
    return [[int(each.data) for each in clip if not each.is_sound] for clip in queue.clips.values()]


def test_a_clip_begins_with_the_key_before_the_pre_roll_and_ends_before_the_next_one(
    queue: RememberedCommands,
) -> None:
    recorder = recorder_for(queue, pre_roll_s=3.0, post_roll_s=1.0)
    feed(recorder, 0, 95, active=False)
    recorder.note(started(90))
    feed(recorder, 95, 110, active=True)
    recorder.note(ended(108))
    feed(recorder, 110, 200, active=False)
    assert clips(queue) == [list(range(60, 120))], "3 s before picture 90 is 60; 1 s after 108 is 118"


def test_what_moves_again_before_the_next_key_is_in_the_same_clip(queue: RememberedCommands) -> None:
    recorder = recorder_for(queue, pre_roll_s=1.0, post_roll_s=0.0)
    feed(recorder, 0, 30, active=False)
    recorder.note(started(29))
    feed(recorder, 30, 45, active=True)
    recorder.note(ended(44))
    feed(recorder, 45, 50, active=False)
    feed(recorder, 50, 55, active=True)
    feed(recorder, 55, 90, active=False)
    (clip,) = clips(queue)
    assert clip == list(range(60))


def test_a_long_clip_goes_on_in_another_at_a_key(queue: RememberedCommands) -> None:
    recorder = recorder_for(queue, max_clip_s=5.0)
    feed(recorder, 0, 130, active=True)
    recorder.close()
    assert clips(queue) == [list(range(60)), list(range(60, 120)), list(range(120, 130))]


def test_without_a_key_nothing_can_begin_and_with_it_everything_does(queue: RememberedCommands) -> None:
    recorder = recorder_for(queue)
    feed(recorder, 7, 33, active=True)
    assert clips(queue) == [list(range(20, 33))]


def test_another_set_up_is_another_clip(queue: RememberedCommands) -> None:
    recorder = recorder_for(queue)
    feed(recorder, 0, 20, active=True)
    other = Tracks(Video(Codec.H264, Size(640, 480), b"another"))
    for index in range(20, 30):
        recorder.push(unit(index, tracks=other), active=True)
    assert clips(queue) == [list(range(20)), list(range(20, 30))]


def test_sound_is_beside_the_pictures_and_begins_nothing(queue: RememberedCommands) -> None:
    recorder = recorder_for(queue, pre_roll_s=1.0)
    recorder.push(heard(0), active=True)
    assert queue.clips == {}
    for index in range(30):
        recorder.push(unit(index), active=False)
        recorder.push(heard(index), active=False)
    recorder.note(started(29))
    (clip,) = queue.clips.values()
    assert [each.data for each in clip if each.is_sound] == [b"s%d" % index for index in range(30)]


def test_pictures_shown_in_another_order_are_one_line_of_time(queue: RememberedCommands) -> None:
    recorder = recorder_for(queue)
    for index, shown in enumerate((0, 3, 1, 2, 6, 4, 5)):
        recorder.push(unit(index, pts_s=shown / FPS), active=True)
    assert len(queue.clips) == 1


def test_the_ring_keeps_whole_groups_and_never_less_than_asked_for() -> None:
    ring = PreRoll(3.0, 1_000_000)
    for index in range(100):
        ring.push(unit(index))
    kept = [int(each.data) for each in ring.take(float("-inf"))]
    assert kept == list(range(60, 100)), "6.9 s is asked for, 6.0 s the key before"


def test_over_its_bytes_the_ring_still_has_the_newest_group() -> None:
    ring = PreRoll(60.0, 25)
    for index in range(55):
        ring.push(unit(index))
    assert [int(each.data) for each in ring.take(float("-inf"))] == list(range(40, 55))


def test_a_timelapse_takes_keys(queue: RememberedCommands) -> None:
    settings = RecordingSettings(timelapse_interval_s=3.0)
    recorder = TimelapseRecorder(
        Camera("door", "Door", SourceSettings("http://x"), recording=settings), queue
    )
    for index in range(130):
        recorder.push(unit(index), active=False)
        recorder.push(heard(index), active=False)
    assert clips(queue) == [[0, 40, 80, 120]]
