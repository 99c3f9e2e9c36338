"""A frame in, a decision and events out: `gcam_addon.pipeline.processor`."""

from __future__ import annotations

import pytest

from gcam_addon.assembly import build_processor
from gcam_addon.config.model import Camera, DetectionSettings, SourceSettings
from gcam_addon.model import Cause, MotionEnded, MotionStarted, Size, Unit, jpeg_unit
from gcam_addon.pipeline.processor import Analysis, Processor
from gcam_addon.simulator.scenes import open_scene

SIZE = Size(320, 240)


def processor() -> Processor:
    detection = DetectionSettings(event_gap_s=1.0)
    return build_processor(Camera("door", "Door", SourceSettings(url="http://door"), detection=detection))


def analysed(work: Processor, unit: Unit) -> Analysis:
    (analysis,) = work.process(unit)
    return analysis


def frame(jpeg: bytes, t_s: float) -> Unit:
    return jpeg_unit(jpeg, t_s, 1_700_000_000.0 + t_s, SIZE)


def test_a_person_in_a_room_is_one_event() -> None:
    scene = open_scene("room-person")
    ((begin_s, end_s, _),) = scene.truth
    work = processor()
    events: list[MotionStarted | MotionEnded] = []
    active: list[float] = []
    for index in range(int(scene.duration_s * 5)):
        t_s = index / 5
        analysis = analysed(work, frame(scene.jpeg(t_s, SIZE), t_s))
        assert analysis.decode_s > 0
        assert analysis.detect_s > 0
        events += analysis.events
        active += [t_s] if analysis.active else []
    events += work.finish()
    started, ended = events
    assert isinstance(started, MotionStarted)
    assert isinstance(ended, MotionEnded)
    assert started.pts_s == pytest.approx(begin_s, abs=0.8)
    assert ended.pts_s == pytest.approx(end_s, abs=1.0)
    assert started.jpeg == scene.jpeg(started.pts_s + 0.2, SIZE)
    assert begin_s - 0.4 <= min(active)
    assert max(active) <= end_s + 2.0


def test_a_damaged_frame_is_a_decision_not_an_exception(capfd: pytest.CaptureFixture[str]) -> None:
    work = processor()
    data = open_scene("room-empty").jpeg(0.0, SIZE)
    for jpeg in (b"", b"nonsense", data[:200], data[: len(data) // 2] + b"\xff\xd9"):
        analysis = analysed(work, frame(jpeg, 1.0))
        assert analysis.motion.cause is Cause.UNDECODABLE
        assert not analysis.motion.moving
        assert not analysis.events
    capfd.readouterr()


def test_another_scene_after_a_break_is_learned_without_an_event() -> None:
    work = processor()
    room, garden = open_scene("room-empty"), open_scene("garden-empty")
    for index in range(25):
        analysed(work, frame(room.jpeg(index / 5, SIZE), index / 5))
    assert work.finish() == ()
    work.broke()
    causes = set()
    for index in range(25, 60):
        analysis = analysed(work, frame(garden.jpeg(index / 5, SIZE), index / 5))
        causes.add(analysis.motion.cause)
        assert not analysis.events
    assert Cause.SETTLING in causes
    assert Cause.MOTION not in causes


@pytest.mark.parametrize(("there_s", "away_s"), [(2.0, 1.0), (1.0, 0.6)])
def test_a_camera_that_never_stays_for_a_warm_up_sees_a_person_too(there_s: float, away_s: float) -> None:
    scene = open_scene("garden-person")
    ((begin_s, end_s, _),) = scene.truth
    work = processor()
    started: list[float] = []
    last_s = 0.0
    for index in range(int(scene.duration_s * 10)):
        t_s = index / 10
        if t_s % (there_s + away_s) >= there_s:
            continue
        if t_s - last_s > 0.15:
            work.finish()
            work.broke()
        last_s = t_s
        analysis = analysed(work, frame(scene.jpeg(t_s, SIZE), t_s))
        started += [event.pts_s for event in analysis.events if isinstance(event, MotionStarted)]
    assert started
    assert all(begin_s - 0.5 <= t_s <= end_s + 0.5 for t_s in started)


def test_the_same_scene_after_an_hour_is_learned_anew() -> None:
    work = processor()
    room = open_scene("room-empty")
    for index in range(25):
        analysed(work, frame(room.jpeg(index / 5, SIZE), index / 5))
    work.broke()
    assert analysed(work, frame(room.jpeg(0.0, SIZE), 3600.0)).motion.cause is Cause.SETTLING


def test_pictures_put_aside_are_looked_at_unless_the_next_is_calm() -> None:
    scene = open_scene("room-person")
    ((begin_s, _, _),) = scene.truth
    every, rarely = processor(), processor()
    seen: list[Analysis] = []
    looked: list[Analysis] = []
    aside: list[Unit] = []
    for index in range(int((begin_s + 3.0) * 5)):
        unit = frame(scene.jpeg(index / 5, SIZE), index / 5)
        seen.append(analysed(every, unit))
        if index > 18 and index % 3:
            aside.append(unit)
        else:
            looked += rarely.process(unit, aside=aside)
            aside.clear()
    times = [analysis.look.pts_s for analysis in looked]
    assert times == sorted(times)
    assert sum(18 / 5 < pts_s < begin_s for pts_s in times) < 8, "of 11 that are calm"
    as_usual = {analysis.look.pts_s: analysis.motion.moving for analysis in seen}
    late = [analysis for analysis in looked if analysis.look.pts_s >= begin_s]
    assert [analysis.motion.moving for analysis in late] == [as_usual[one.look.pts_s] for one in late]
    assert len(late) >= 12, "all of them, since something moves"
    assert _started(looked).pts_s == _started(seen).pts_s


def test_a_damaged_picture_does_not_hide_those_put_aside() -> None:
    scene = open_scene("room-empty")
    work = processor()
    for index in range(25):
        analysed(work, frame(scene.jpeg(index / 5, SIZE), index / 5))
    aside = [frame(scene.jpeg(5.0, SIZE), 5.0), frame(scene.jpeg(5.2, SIZE), 5.2)]
    found = work.process(frame(b"nonsense", 5.4), aside=aside)
    assert [one.motion.cause for one in found] == [Cause.QUIET, Cause.QUIET, Cause.UNDECODABLE]


def _started(analyses: list[Analysis]) -> MotionStarted:
    (started,) = (event for one in analyses for event in one.events if isinstance(event, MotionStarted))
    return started
