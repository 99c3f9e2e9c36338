"""Which of a camera's two streams is recorded: real recorders, scripted units, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.config.model import Camera, RecordingMode, RecordingSettings, SourceSettings
from gcam_addon.model import Codec, MotionEnded, MotionStarted, SdReason, Size, Tracks, Unit, Video
from gcam_addon.pipeline.gauge import StreamGauge
from gcam_addon.pipeline.reel import Reel
from gcam_addon.recording.recorder import ClipRecorder
from tests.support.commands import RememberedCommands

FPS = 10
LATE_S = 0.15
"""The small one shows a moment a little later than the large one."""
SMALL = Tracks(Video(Codec.H264, Size(320, 240), b"small"))
LARGE = Tracks(Video(Codec.H264, Size(1280, 720), b"large"))
MOTION = RecordingSettings(pre_roll_s=2.0, post_roll_s=1.0)


@dataclass
class Stage:
    """A camera whose streams send ten pictures a second, every tenth a key, as long as they are `there`."""

    settings: RecordingSettings = MOTION
    small_there: bool = True
    large_there: bool = True
    event: MotionStarted | None = None
    tick: int = 1000
    queue: RememberedCommands = field(default_factory=RememberedCommands)

    def __post_init__(self) -> None:
        self.clock = ManualClock(start_s=self.tick / FPS)
        camera = Camera(
            "door", "Door", SourceSettings("rtsp://h/s", url_hd="rtsp://h/l"), recording=self.settings
        )
        numbers = iter(range(100))
        recorder = ClipRecorder(camera, self.queue, lambda *_: f"clip{next(numbers)}")
        self.eye, self.film = Sending(), Sending()
        self.reel = Reel(camera, recorder, lambda: self.event, self.eye, self.film)

    def play(self, seconds: float) -> None:
        for _ in range(round(seconds * FPS)):
            self.tick += 1
            self.clock.advance(1 / FPS)
            active = self.event is not None
            if self.small_there:
                self.reel.see(self.eye.sends(self.tick, SMALL), active)
            if self.large_there:
                self.reel.film(self.film.sends(self.tick, LARGE), active)

    def moves(self) -> None:
        now_s = self.clock.monotonic()
        self.event = MotionStarted("door", "event", now_s, now_s, 2.0, "it moved")
        self.reel.recorder.note(self.event)

    def rests(self) -> None:
        assert self.event is not None
        now_s = self.clock.monotonic()
        self.reel.recorder.note(
            MotionEnded("door", "event", now_s, self.event.started_at, now_s, 2.0, "it moved")
        )
        self.event = None

    def clips(self) -> list[tuple[str, list[float]]]:
        """What each is of, and when its pictures came; each has ended, begins with a key, is of one kind."""
        assert not self.queue.open
        clips = list(self.queue.clips.values())
        assert all(units[0].begins_group and len({unit.tracks for unit in units}) == 1 for units in clips)
        return [
            ("small" if units[0].tracks is SMALL else "large", [round(unit.pts_s, 3) for unit in units])
            for units in clips
        ]


class Sending:
    """A feed that fares as the test says."""

    is_unseen = False

    def __init__(self) -> None:
        self.is_up = False
        self.lasted_s = 0.0
        self._has_failed = False
        self._gauge = StreamGauge()

    def is_away(self, now_s: float) -> bool:
        return self._gauge.is_silent(now_s) if self.is_up else self._has_failed

    def sends(self, tick: int, tracks: Tracks) -> Unit:
        pts_s = tick / FPS - LATE_S * (tracks is SMALL)
        unit = Unit(b"%d" % tick, pts_s, 0.0, tracks, is_key=(tick + 3 * (tracks is LARGE)) % FPS == 0)
        self.lasted_s = self.lasted_s + 1 / FPS if self.is_up else 0.0
        self.is_up = True
        self._gauge.count(unit)
        return unit

    def breaks(self) -> None:
        self.is_up, self._has_failed, self.lasted_s = False, True, 0.0


def test_an_event_is_one_clip_of_the_large_one_with_its_pre_roll() -> None:
    stage = Stage()
    stage.play(10)
    stage.moves()
    began_s = stage.clock.monotonic()
    stage.play(3)
    stage.rests()
    stage.play(5)
    ((kind, times),) = stage.clips()
    assert kind == "large"
    assert began_s - 3.0 <= times[0] <= began_s - 2.0
    assert times[-1] >= began_s + 4.0
    assert stage.reel.sd_reason(stage.clock.monotonic()) is None


@pytest.mark.parametrize("mode", [RecordingMode.MOTION, RecordingMode.CONTINUOUS])
def test_what_breaks_off_in_a_clip_goes_on_in_the_small_one_without_a_gap(mode: RecordingMode) -> None:
    stage = Stage(replace(MOTION, mode=mode))
    stage.play(10)
    stage.moves()
    stage.play(2.5)
    stage.large_there = False
    stage.film.breaks()
    stage.play(4)
    assert stage.reel.sd_reason(stage.clock.monotonic()) is SdReason.AWAY
    if mode is RecordingMode.MOTION:
        told = [(facts.event_ids, facts.reason) for facts in stage.queue.facts.values()]
        assert told == [(("event",), "it moved")] * 2
    stage.rests()
    stage.play(3)
    stage.reel.recorder.close()
    (large, small) = stage.clips()
    assert (large[0], small[0]) == ("large", "small")
    assert large[1][-1] - 1.0 <= small[1][0] <= large[1][-1] + 0.1


def test_what_falls_silent_is_gone_too_and_what_the_small_one_saw_meanwhile_is_kept() -> None:
    stage = Stage(replace(MOTION, mode=RecordingMode.CONTINUOUS))
    stage.play(10)
    stage.large_there = False
    stage.play(8)
    assert stage.reel.sd_reason(stage.clock.monotonic()) is SdReason.SILENT
    stage.reel.recorder.close()
    large, small = stage.clips()
    assert small[1][0] <= large[1][-1] + 0.1


def test_two_changes_at_once_lose_nothing() -> None:
    stage = Stage(replace(MOTION, mode=RecordingMode.CONTINUOUS))
    stage.play(10)
    stage.large_there = False
    while stage.reel.is_film:
        stage.play(0.1)
    assert stage.reel.sd_reason(stage.clock.monotonic()) is SdReason.SILENT
    for tick in range(stage.tick - 52, stage.tick + 1):
        stage.reel.film(stage.film.sends(tick, LARGE), active=False)
    stage.reel.recorder.close()
    large, small, again = stage.clips()
    assert [kind for kind, _ in (large, small, again)] == ["large", "small", "large"]
    assert small[1][0] <= large[1][-1] + 0.1
    assert again[1][0] <= small[1][-1] + 0.1


def test_what_was_held_up_is_not_recorded_once_more_when_it_comes_at_last() -> None:
    stage = Stage(replace(MOTION, mode=RecordingMode.CONTINUOUS))
    stage.play(10)
    stage.large_there = False
    stage.play(8)
    for tick in range(stage.tick - 79, stage.tick + 1):  # in one go, as a network delivers that stood still
        stage.reel.film(stage.film.sends(tick, LARGE), active=False)
    stage.large_there = True
    stage.play(3)
    stage.reel.recorder.close()
    _, small, again = stage.clips()
    assert (small[0], again[0]) == ("small", "large")
    assert again[1][0] >= small[1][-1] - 3.0


def test_it_is_recorded_again_when_it_has_been_back_for_a_pre_roll_which_is_then_whole() -> None:
    stage = Stage()
    stage.play(10)
    stage.large_there = False
    stage.film.breaks()
    stage.play(5)
    stage.large_there = True
    stage.play(2)
    assert stage.reel.sd_reason(stage.clock.monotonic()) is SdReason.RETURNING
    stage.play(1.5)
    assert stage.reel.sd_reason(stage.clock.monotonic()) is None
    stage.moves()
    began_s = stage.clock.monotonic()
    stage.play(2)
    stage.rests()
    stage.play(3)
    ((kind, times),) = stage.clips()
    assert kind == "large"
    assert times[0] <= began_s - 2.0


def test_one_that_comes_and_goes_does_not_cut_clips() -> None:
    stage = Stage(replace(MOTION, mode=RecordingMode.CONTINUOUS))
    stage.large_there = False
    stage.film.breaks()
    stage.play(8)
    for _ in range(5):
        stage.large_there = True
        stage.play(2)
        stage.large_there = False
        stage.film.breaks()
        stage.play(2)
    stage.reel.recorder.close()
    assert [kind for kind, _ in stage.clips()] == ["small"]


def test_without_the_small_one_the_large_one_is_recorded_at_once() -> None:
    stage = Stage(replace(MOTION, mode=RecordingMode.CONTINUOUS))
    stage.large_there = False
    stage.film.breaks()
    stage.play(8)
    stage.large_there = True
    stage.play(1.1)
    assert not stage.reel.is_film
    stage.small_there = False
    stage.eye.breaks()
    stage.play(0.1)
    assert stage.reel.is_film


def test_at_the_start_the_large_one_is_waited_for() -> None:
    stage = Stage(replace(MOTION, mode=RecordingMode.CONTINUOUS))
    stage.large_there = False
    stage.play(1)
    stage.large_there = True
    stage.play(5)
    stage.reel.recorder.close()
    assert [kind for kind, _ in stage.clips()] == ["large"]


@pytest.mark.parametrize("mode", [RecordingMode.MOTION, RecordingMode.CONTINUOUS])
def test_in_the_place_of_a_large_one_that_is_exchanged_the_small_one_is_recorded(mode: RecordingMode) -> None:
    stage = Stage(replace(MOTION, mode=mode))
    stage.play(10)
    stage.moves()
    stage.play(2.5)
    stage.film = Sending()
    stage.reel.change_lines(stage.eye, stage.film, active=True)
    assert stage.reel.sd_reason(stage.clock.monotonic()) is SdReason.AWAY
    stage.play(2)
    stage.rests()
    stage.play(3)
    stage.reel.recorder.close()
    large, small = stage.clips()[:2]
    assert [kind for kind, _ in (large, small)] == ["large", "small"]
    assert small[1][0] <= large[1][-1] + 0.1
    if mode is RecordingMode.MOTION:
        assert [facts.event_ids for facts in stage.queue.facts.values()] == [("event",)] * 2
    assert stage.reel.is_film, "it has been there for long enough"


def test_where_the_large_one_is_taken_away_before_a_small_picture_came_small_ones_are_recorded() -> None:
    stage = Stage(replace(MOTION, mode=RecordingMode.CONTINUOUS), small_there=False)
    stage.play(3)
    stage.large_there = False
    stage.reel.change_lines(stage.eye, None, active=False)
    stage.small_there = True
    stage.play(3)
    assert stage.reel.sd_reason(stage.clock.monotonic()) is None
    stage.reel.recorder.close()
    assert [kind for kind, _ in stage.clips()] == ["large", "small"]


def test_another_small_one_is_never_mixed_with_what_the_former_sent() -> None:
    stage = Stage(replace(MOTION, mode=RecordingMode.CONTINUOUS))
    stage.play(5)
    stage.eye = Sending()
    stage.reel.change_lines(stage.eye, stage.film, active=False)
    exchanged_s = stage.clock.monotonic()
    stage.play(2)
    stage.large_there = False
    stage.film.breaks()
    stage.play(3)
    stage.reel.recorder.close()
    large, small = stage.clips()
    assert (large[0], small[0]) == ("large", "small")
    assert small[1][0] >= exchanged_s - LATE_S
