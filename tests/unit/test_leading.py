"""Open groups of real encoders: what builds on more than its key is known, and never decoded alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from gcam_addon.bitstream.inter import InterDecoder
from gcam_addon.bitstream.leading import Leading
from gcam_addon.config.model import Camera, RecordingMode, RecordingSettings, SourceSettings
from gcam_addon.model import Codec, Unit
from gcam_addon.pipeline.waiting import Waiting
from gcam_addon.recording.recorder import ClipRecorder
from tests.support.commands import RememberedCommands
from tests.support.films import film

FPS = 15


@pytest.fixture(params=[Codec.H264, Codec.H265])
def units(request: pytest.FixtureRequest) -> list[Unit]:
    return film(Codec(request.param), n=90, gop=FPS, bframes=2, is_open=True)


def shown(units: Sequence[Unit]) -> list[int]:
    """Which picture of the film each is."""
    return [round((unit.pts_s - 100) * FPS) for unit in units]


def keys(units: Sequence[Unit]) -> list[int]:
    return [index for index, unit in enumerate(units) if unit.is_key]


def decoded(units: Sequence[Unit]) -> dict[int, np.ndarray]:
    decoder = InterDecoder()
    pictures = [picture for unit in units for picture in decoder.pictures(unit)]
    assert not decoder.take_damaged()
    return {round((picture.pts_s - 100) * FPS): picture.luma(1) for picture in pictures}


def test_what_leads_to_a_key_is_of_no_use_behind_it_alone(units: list[Unit]) -> None:
    second = keys(units)[1]
    leading = Leading(units[second])
    lost = [unit for unit in units[second + 1 :] if leading.is_lost(unit)]
    assert sorted(shown(lost)) == [FPS - 2, FPS - 1]
    assert all(one in units[second + 1 : second + 3] for one in lost)


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265, Codec.MJPEG])
def test_of_closed_groups_nothing_is(codec: Codec) -> None:
    closed = film(codec, bframes=2) if codec.is_inter else film(bframes=2)
    for index in keys(closed):
        leading = Leading(closed[index])
        assert not any(leading.is_lost(unit) for unit in closed[index + 1 :])


def test_clips_that_follow_each_other_are_whole_and_can_be_decoded_each(units: list[Unit]) -> None:
    queue = RememberedCommands()
    settings = RecordingSettings(mode=RecordingMode.CONTINUOUS, max_clip_s=2.0)
    recorder = ClipRecorder(Camera("door", "Door", SourceSettings("rtsp://x"), recording=settings), queue)
    for unit in units:
        recorder.push(unit, active=False)
    recorder.close()
    first, second, third = queue.clips.values()
    assert sorted(shown(first)) == [*range(2 * FPS + 1)], "with the next one's key, and what leads to it"
    assert sorted(shown(second)) == [*range(2 * FPS, 4 * FPS + 1)]
    assert sorted(shown(third))[:2] == [4 * FPS, 4 * FPS + 1]
    whole = decoded(units)
    for clip in (first, second, third):
        pictures = decoded(clip)
        assert all(np.array_equal(luma, whole[number]) for number, luma in pictures.items())
        assert len(pictures) >= len(clip) - 3, "the decoder keeps its last ones"


def test_a_clip_with_a_pre_roll_begins_with_what_can_be_seen(units: list[Unit]) -> None:
    queue = RememberedCommands()
    settings = RecordingSettings(pre_roll_s=1.0)
    recorder = ClipRecorder(Camera("door", "Door", SourceSettings("rtsp://x"), recording=settings), queue)
    for index, unit in enumerate(units):
        recorder.push(unit, active=index > 50)
    recorder.close()
    (clip,) = queue.clips.values()
    assert shown(clip)[0] == min(shown(clip)) > 0
    assert sorted(shown(clip)) == [*range(shown(clip)[0], 90)]


def test_detection_never_sees_what_builds_on_pictures_it_left_out(units: list[Unit]) -> None:
    waiting, looked = Waiting(), list[Unit]()
    for unit in units:
        at = shown([unit])[0]
        waiting.put(unit, is_due=True, keys_suffice=20 < at < 62)
        looked += [due.unit for due in waiting.take()]
    assert {13, 14, 58, 59, 60, 61} & {*shown(looked)} == {13, 14, 60, 61}, (
        "60 is a key, looked at after a gap"
    )
    whole = decoded(units)
    assert all(np.array_equal(luma, whole[number]) for number, luma in decoded(looked).items())
