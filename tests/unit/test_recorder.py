from dataclasses import replace

import pytest

from gcam_addon.config.model import Camera, RecordingMode, RecordingSettings, SourceSettings
from gcam_addon.model import (
    Box,
    ClipKind,
    Kind,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Named,
    Size,
    Unit,
    jpeg_unit,
)
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.recorder import ClipRecorder
from tests.support.commands import RememberedCommands

FPS = 10
VGA = Size(640, 480)


def camera(**recording: object) -> Camera:
    return Camera("door", "Door", SourceSettings("http://x"), recording=RecordingSettings(**recording))  # type: ignore[arg-type]


def frame(index: int, size: Size = VGA) -> Unit:
    return jpeg_unit(b"jpeg %d" % index, index / FPS, 1000.0 + index / FPS, size)


def frames(first: int, last: int) -> list[Unit]:
    return [frame(index) for index in range(first, last)]


def started(event_id: str, index: int, score: float = 3.0) -> MotionStarted:
    at = index / FPS
    return MotionStarted("door", event_id, at, 1000 + at, score, f"{event_id} began", ("path",), (), b"first")


def ended(event_id: str, index: int, peak: float = 5.0) -> MotionEnded:
    at = index / FPS
    return MotionEnded(
        "door", event_id, at, 0.0, 1000 + at, peak, f"{event_id} moved", ("lawn",), b"strongest"
    )


@pytest.fixture
def queue() -> RememberedCommands:
    return RememberedCommands()


def indexes(queue: RememberedCommands) -> list[list[int]]:
    return [[round(pts_s * FPS) for pts_s in clip] for clip in queue.pts()]


def feed(recorder: ClipRecorder, several: list[Unit], active: bool) -> None:
    for each in several:
        recorder.push(each, active)


def test_quiet_means_nothing_is_written(queue: RememberedCommands) -> None:
    feed(ClipRecorder(camera(), queue), frames(0, 300), active=False)
    assert queue.clips == {}


def test_who_takes_a_recorders_place_has_its_pre_roll(queue: RememberedCommands) -> None:
    former, now = (ClipRecorder(camera(pre_roll_s=2.0, post_roll_s=tail), queue) for tail in (1.0, 3.0))
    feed(former, frames(0, 30), active=False)
    now.take_over(former.hand_over())
    now.note(started("a", 30))
    feed(now, frames(30, 40), active=True)
    assert indexes(queue) == [list(range(10, 40))]


def test_who_takes_a_recorders_place_in_its_post_roll_records_the_rest_of_it(
    queue: RememberedCommands,
) -> None:
    def recorder(tail: float) -> ClipRecorder:
        return ClipRecorder(camera(pre_roll_s=1.0, post_roll_s=tail), queue)

    former = recorder(4.0)
    former.push(frame(0), active=False)
    former.note(started("a", 1))
    feed(former, frames(1, 20), active=True)
    former.note(ended("a", 20))
    feed(former, frames(20, 30), active=False)
    second, third = recorder(1.0), recorder(1.0)
    second.take_over(former.hand_over())
    feed(second, frames(30, 45), active=False)
    third.take_over(second.hand_over())
    third.take_over(third.hand_over())  # changed again before a frame came
    feed(third, frames(45, 90), active=False)
    assert indexes(queue) == [list(range(30)), list(range(30, 45)), list(range(45, 61))]
    assert [facts.event_ids for facts in queue.facts.values()] == [("a",)] * 3
    assert {facts.kind for facts in queue.facts.values()} == {ClipKind.MOTION}


def test_a_post_roll_is_not_recorded_where_motion_is_no_more(queue: RememberedCommands) -> None:
    former = ClipRecorder(camera(post_roll_s=4.0), queue)
    former.note(started("a", 0))
    feed(former, frames(0, 20), active=True)
    former.note(ended("a", 20))
    now = ClipRecorder(camera(mode=RecordingMode.OFF), queue)
    now.take_over(former.hand_over())
    feed(now, frames(20, 40), active=False)
    assert indexes(queue) == [list(range(20))]


def test_after_a_rename_the_next_clip_has_the_new_name_and_nothing_is_lost(
    queue: RememberedCommands,
) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=2.0, post_roll_s=0.0), queue)
    feed(recorder, frames(0, 20), active=True)
    recorder.rename(replace(camera(), name="Garden gate"))
    feed(recorder, frames(20, 30), active=True)
    feed(recorder, frames(30, 60), active=False)
    feed(recorder, frames(60, 70), active=True)
    assert [facts.camera_name for facts in queue.facts.values()] == ["Door", "Garden gate"]
    assert indexes(queue) == [list(range(30)), list(range(40, 70))]


def test_a_clip_has_pre_roll_event_and_post_roll(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=2.0, post_roll_s=3.0), queue)
    feed(recorder, frames(0, 105), active=False)
    recorder.note(started("e1", 100))  # it took half a second to be sure
    feed(recorder, frames(105, 150), active=True)
    recorder.note(ended("e1", 140))
    feed(recorder, frames(150, 300), active=False)
    assert indexes(queue) == [list(range(80, 171))]  # 2 s before the first moving frame, 3 s after the last
    assert queue.open == []
    (facts,) = queue.facts.values()
    assert facts.kind is ClipKind.MOTION
    assert facts.started_at == pytest.approx(1008.0)
    assert (facts.event_ids, facts.peak, facts.reason) == (("e1",), 5.0, "e1 moved")
    assert facts.zones == ("path", "lawn")
    assert list(queue.posters.values()) == [b"strongest"]


def test_the_post_roll_never_ends_a_clip_before_the_event_is_over(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=1.0, post_roll_s=0.5), queue)
    recorder.note(started("e1", 0))
    feed(recorder, frames(0, 50), active=True)
    recorder.note(ended("e1", 20))  # three quiet seconds ago
    feed(recorder, frames(50, 90), active=False)
    assert indexes(queue) == [list(range(50))]


def test_motion_during_the_post_roll_continues_the_clip(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=1.0, post_roll_s=5.0), queue)
    recorder.note(started("e1", 0))
    feed(recorder, frames(0, 30), active=True)
    recorder.note(ended("e1", 10, peak=9.0))
    feed(recorder, frames(30, 50), active=False)
    recorder.note(started("e2", 48))
    feed(recorder, frames(50, 80), active=True)
    recorder.note(ended("e2", 70, peak=4.0))
    feed(recorder, frames(80, 200), active=False)
    assert indexes(queue) == [list(range(121))]
    (facts,) = queue.facts.values()
    assert facts.event_ids == ("e1", "e2")
    assert (facts.peak, facts.reason) == (9.0, "e1 moved")  # the stronger one stays


def test_a_long_event_continues_in_the_next_clip_without_gap_or_double(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=1.0, post_roll_s=1.0, max_clip_s=4.0), queue)
    feed(recorder, frames(0, 20), active=False)
    recorder.note(started("e1", 20))
    feed(recorder, frames(20, 120), active=True)
    recorder.note(ended("e1", 100))
    feed(recorder, frames(120, 140), active=False)
    clips = indexes(queue)
    assert [len(clip) for clip in clips] == [40, 40, 30]
    assert [index for clip in clips for index in clip] == list(range(10, 120))
    assert queue.gaps == 1, "the camera never stopped recording in between"
    assert all(facts.event_ids == ("e1",) for facts in queue.facts.values())


def test_a_change_of_size_continues_in_the_next_clip(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=2.0), queue)
    small = Size(320, 240)
    feed(recorder, [frame(index, small) for index in range(10)], active=False)
    feed(recorder, frames(10, 20), active=False)
    recorder.note(started("e1", 20))
    feed(recorder, frames(20, 30), active=True)
    feed(recorder, [frame(index, small) for index in range(30, 40)], active=True)
    recorder.close()
    assert indexes(queue) == [list(range(10)), list(range(10, 30)), list(range(30, 40))]
    assert [{each.size for each in clip} for clip in queue.clips.values()] == [
        {small},
        {Size(640, 480)},
        {small},
    ]
    assert queue.gaps == 1


def test_by_hand_without_motion_is_a_manual_clip_that_ends_at_once(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=1.0), queue)
    feed(recorder, frames(0, 20), active=False)
    feed(recorder, frames(20, 40), active=True)
    feed(recorder, frames(40, 90), active=False)
    assert indexes(queue) == [list(range(10, 40))]
    assert [facts.kind for facts in queue.facts.values()] == [ClipKind.MANUAL]


@pytest.mark.parametrize("settings", [{"enabled": False}, {"mode": RecordingMode.OFF}])
def test_off_still_records_by_hand(queue: RememberedCommands, settings: dict[str, object]) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=0.0, **settings), queue)
    recorder.note(started("e1", 0))
    feed(recorder, frames(0, 20), active=True)
    recorder.note(ended("e1", 15))
    feed(recorder, frames(20, 40), active=False)
    assert indexes(queue) == [list(range(20))]
    assert [facts.kind for facts in queue.facts.values()] == [ClipKind.MANUAL]


def test_continuous_keeps_every_frame(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(mode=RecordingMode.CONTINUOUS, max_clip_s=10.0), queue)
    feed(recorder, frames(0, 150), active=False)
    recorder.note(started("e1", 150))
    feed(recorder, frames(150, 250), active=True)
    recorder.close()
    assert [index for clip in indexes(queue) for index in clip] == list(range(250))
    assert [facts.event_ids for facts in queue.facts.values()] == [(), ("e1",), ("e1",)]
    assert {facts.kind for facts in queue.facts.values()} == {ClipKind.CONTINUOUS}


def test_close_keeps_the_clip_and_a_return_goes_on_with_it(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=1.0), queue)
    recorder.note(started("e1", 0))
    feed(recorder, frames(0, 20), active=True)
    recorder.close()
    recorder.close()
    recorder.note(ended("e1", 19, peak=8.0))  # told after the end
    feed(recorder, frames(60, 70), active=True)
    recorder.close()
    assert indexes(queue) == [list(range(20)), list(range(60, 70))]
    first, second = queue.facts.values()
    assert (first.peak, first.kind) == (8.0, ClipKind.MOTION)
    assert second.kind is ClipKind.MOTION
    assert "lost" in second.reason


def test_a_record_by_hand_long_after_an_interruption_is_manual(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=0.0), queue)
    recorder.note(started("e1", 0))
    feed(recorder, frames(0, 20), active=True)
    recorder.close()
    feed(recorder, frames(60, 70), active=False)
    feed(recorder, frames(70, 80), active=True)
    assert [facts.kind for facts in queue.facts.values()] == [ClipKind.MOTION, ClipKind.MANUAL]


def test_the_ring_survives_a_reconnect(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=3.0), queue)
    feed(recorder, frames(0, 20), active=False)
    recorder.close()
    recorder.note(started("e1", 30))
    feed(recorder, frames(30, 32), active=True)
    assert indexes(queue) == [[*range(20), 30, 31]]


def test_a_file_played_again_starts_a_new_clip(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=3.0), queue)
    feed(recorder, frames(100, 120), active=True)
    feed(recorder, frames(0, 20), active=True)
    assert indexes(queue) == [list(range(100, 120)), list(range(20))]


def test_every_frame_is_in_at_most_one_clip(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=5.0, post_roll_s=1.0), queue)
    for start in range(0, 400, 40):  # events closer together than the pre-roll is long
        recorder.note(started(f"e{start}", start))
        feed(recorder, frames(start, start + 10), active=True)
        recorder.note(ended(f"e{start}", start + 5))
        feed(recorder, frames(start + 10, start + 40), active=False)
    seen = [index for clip in indexes(queue) for index in clip]
    assert len(queue.clips) == 10
    assert seen == sorted(set(seen))
    assert set(range(360)) <= set(seen)


def test_counts_come_from_the_queue(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(replace(camera(), id="garden"), queue)
    assert (recorder.queued, recorder.dropped) == (6, 0)


def test_an_event_is_kept_though_no_frame_comes_after_word_of_it(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(pre_roll_s=2.0), queue)
    feed(recorder, frames(0, 105), active=False)
    recorder.note(started("e1", 100))
    recorder.note(ended("e1", 104))
    recorder.close()  # the stream broke in the very moment
    assert indexes(queue) == [list(range(80, 105))]
    (facts,) = queue.facts.values()
    assert (facts.kind, facts.event_ids) == (ClipKind.MOTION, ("e1",))
    assert queue.open == []


def last(queue: RememberedCommands) -> ClipFacts:
    return list(queue.facts.values())[-1]


def named(kind: Kind, score: float = 80.0) -> Named:
    return Named(kind, score, Box(0.5, 0.5, 0.1, 0.2), pictured=True)


def name(event_id: str, *kinds: Kind) -> MotionNamed:
    return MotionNamed("door", event_id, 0.0, 1000.0, tuple(map(named, kinds)), b"named " + event_id.encode())


def test_a_clip_knows_what_moved_and_shows_it(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(post_roll_s=5.0), queue)
    recorder.push(frame(0), active=False)
    recorder.note(started("a", 1))
    feed(recorder, frames(1, 10), active=True)
    recorder.note(name("a", Kind.VEHICLE))
    assert last(queue).named == (named(Kind.VEHICLE),)
    assert queue.posters[last(queue).id] == b"named a"
    recorder.note(replace(ended("a", 10, peak=3.0), named=(named(Kind.PERSON),), jpeg=b"person"))
    assert last(queue).named == (named(Kind.PERSON),)  # another look knew better
    assert queue.posters[last(queue).id] == b"person"


def test_a_named_event_is_what_a_clip_shows_first(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(post_roll_s=5.0), queue)
    recorder.push(frame(0), active=False)
    recorder.note(started("a", 1))
    feed(recorder, frames(1, 10), active=True)
    recorder.note(replace(ended("a", 10, peak=2.0), named=(named(Kind.PERSON, 70),), jpeg=b"person"))
    recorder.note(started("b", 20, score=50.0))
    recorder.note(replace(ended("b", 30, peak=60.0), named=(named(Kind.UNNAMED, 0),)))
    facts = last(queue)
    assert (facts.peak, facts.reason) == (60.0, "b moved")
    assert queue.posters[facts.id] == b"person"
    assert facts.named == (named(Kind.PERSON, 70),)
    recorder.note(started("c", 40, score=1.0))
    recorder.note(
        replace(ended("c", 45, peak=4.0), named=(named(Kind.PERSON, 65), named(Kind.ANIMAL)), jpeg=b"both")
    )
    facts = last(queue)
    assert queue.posters[facts.id] == b"both"
    assert [(one.kind, one.score, one.pictured) for one in facts.named] == [
        (Kind.PERSON, 65, True),
        (Kind.ANIMAL, 80, True),
    ]


def test_a_clip_that_goes_on_with_an_event_knows_its_name(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(max_clip_s=5.0), queue)
    recorder.push(frame(0), active=False)
    recorder.note(started("a", 1))
    feed(recorder, frames(1, 20), active=True)
    recorder.note(name("a", Kind.ANIMAL))
    feed(recorder, frames(20, 120), active=True)
    assert [facts.named for facts in queue.facts.values()] == [(named(Kind.ANIMAL),)] * 3


def test_a_name_that_comes_with_the_end_of_a_closed_clip_is_kept(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(), queue)
    recorder.push(frame(0), active=False)
    recorder.note(started("a", 1))
    feed(recorder, frames(1, 20), active=True)
    recorder.close()
    recorder.note(replace(ended("a", 19), named=(named(Kind.PERSON),), jpeg=b"person"))
    assert last(queue).named == (named(Kind.PERSON),)
    assert queue.posters[last(queue).id] == b"person"


def test_events_that_are_not_recorded_leave_nothing_behind(queue: RememberedCommands) -> None:
    recorder = ClipRecorder(camera(mode=RecordingMode.OFF), queue)
    for number in range(20):
        recorder.note(started(f"{number}", 10 * number))
        recorder.note(ended(f"{number}", 10 * number + 5))
    assert recorder._names == {}
