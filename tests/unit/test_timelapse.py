from dataclasses import replace

from gcam_addon.config.model import Camera, RecordingMode, RecordingSettings, SourceSettings
from gcam_addon.model import ClipKind, Size, Unit, jpeg_unit
from gcam_addon.recording.timelapse import TimelapseRecorder
from tests.support.commands import RememberedCommands

VGA = Size(640, 480)
HOUR_AT = 1_700_002_800.0  # a full hour in every zone with whole hours
CAMERA = Camera(
    "sky",
    "Sky",
    SourceSettings("http://x"),
    recording=RecordingSettings(mode=RecordingMode.TIMELAPSE, timelapse_interval_s=10.0),
)


def frame(second: float, size: Size = VGA) -> Unit:
    return jpeg_unit(b"%d" % int(second), second, HOUR_AT + second, size)


def test_one_frame_an_interval_played_at_25_fps() -> None:
    queue = RememberedCommands()
    recorder = TimelapseRecorder(CAMERA, queue)
    for tenth in range(1000):
        recorder.push(frame(tenth / 10), active=tenth % 3 == 0)
    recorder.close()
    ((clip_id, kept),) = queue.clips.items()
    assert [each.data for each in kept] == [b"%d" % second for second in range(0, 100, 10)]
    assert [each.pts_s for each in kept] == [index / 25 for index in range(10)]
    facts = queue.facts[clip_id]
    assert facts.kind is ClipKind.TIMELAPSE
    assert (facts.started_at, facts.ended_at) == (HOUR_AT, HOUR_AT + 90)


def test_a_renamed_camera_s_next_clip_has_the_new_name() -> None:
    queue = RememberedCommands()
    recorder = TimelapseRecorder(CAMERA, queue)
    recorder.push(frame(0), active=False)
    recorder.rename(replace(CAMERA, name="Clouds"))
    recorder.push(frame(10), active=False)
    recorder.push(frame(3600), active=False)
    recorder.close()
    assert [facts.camera_name for facts in queue.facts.values()] == ["Sky", "Clouds"]


def test_a_crash_leaves_its_end_known_to_the_minute_and_few_writes_are_spent_on_it() -> None:
    queue = RememberedCommands()
    recorder = TimelapseRecorder(CAMERA, queue)
    for second in range(0, 600, 10):
        recorder.push(frame(second), active=False)
        (facts,) = queue.facts.values()
        assert facts.ended_at is not None
        assert HOUR_AT + second - facts.ended_at < 60
    assert queue.amends <= 10


def test_a_clip_an_hour_without_a_gap() -> None:
    queue = RememberedCommands()
    recorder = TimelapseRecorder(CAMERA, queue)
    for second in range(0, 2 * 3600, 10):
        recorder.push(frame(second), active=False)
    recorder.close()
    assert [len(clip) for clip in queue.clips.values()] == [360, 360]
    assert queue.gaps == 1


def test_a_reconnect_keeps_the_pace_and_a_change_of_size_the_order() -> None:
    queue = RememberedCommands()
    recorder = TimelapseRecorder(CAMERA, queue)
    recorder.push(frame(0), active=False)
    recorder.close()
    recorder.push(frame(5), active=False)
    recorder.push(frame(10), active=False)
    recorder.push(frame(20, Size(320, 240)), active=False)
    recorder.close()
    assert [[each.data for each in clip] for clip in queue.clips.values()] == [[b"0"], [b"10"], [b"20"]]
