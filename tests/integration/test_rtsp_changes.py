"""A camera that goes on in another size, as one does whose settings are changed: through the engine."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import av
import pytest

from gcam_addon.config.model import (
    Camera,
    DetectionSettings,
    DetectorName,
    RecordingMode,
    RecordingSettings,
    SourceSettings,
)
from gcam_addon.model import ClipReady, Size
from tests.support.engine_rig import Rig
from tests.support.films import film
from tests.support.rtsp_server import MOUNTS, RtspServer, missing
from tests.support.rtsp_stand_in import StandIn, standing_in
from tests.support.waiting import PATIENCE_S

BEFORE, AFTER = Size(160, 120), Size(320, 240)


async def test_the_clip_ends_another_begins_and_detection_goes_on(tmp_path: Path) -> None:
    units = [*film(n=75, size=BEFORE), *film(n=900, size=AFTER, start_s=105.0)]  # more than is waited for
    async with standing_in(StandIn(units)) as camera:
        counts = await _recorded(tmp_path, camera.url, BEFORE, AFTER)
    assert counts[0] == 75


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
@pytest.mark.parametrize("path", ["/resized", "/resized265"])
async def test_so_it_does_where_a_real_server_changes(tmp_path: Path, path: str) -> None:
    server = RtspServer({path: MOUNTS[path]})
    try:
        counts = await _recorded(tmp_path, server.url(path), Size(320, 240), Size(640, 480))
    finally:
        server.child.ended()
    assert counts[0] > 30


async def _recorded(folder: Path, url: str, before: Size, after: Size) -> list[int]:
    """How many pictures there are of each size, in a clip each."""
    async with AsyncExitStack() as stack:
        rig = Rig(folder)
        stack.callback(rig.pool.shutdown)
        stack.callback(rig.mask_pool.shutdown)
        stack.push_async_callback(rig.recordings.stop)
        stack.push_async_callback(rig.engine.close)
        await rig.recordings.start(rig.engine.publish)
        detection = DetectionSettings(detector=DetectorName.DIFFERENCE, warmup_s=0.5, min_motion_s=0.1)
        recording = RecordingSettings(mode=RecordingMode.CONTINUOUS, pre_roll_s=0.5)
        settings = SourceSettings(url, PATIENCE_S, PATIENCE_S)
        await rig.engine.start(Camera("yard", "Yard", settings, detection=detection, recording=recording))
        await rig.until(lambda: rig.engine.states()["yard"].size == before)
        await rig.until(lambda: rig.engine.states()["yard"].size == after)
        seen = rig.engine.states()["yard"].analysed
        await rig.until(lambda: rig.engine.states()["yard"].analysed > seen + 2)
        await rig.engine.stop("yard")
        await rig.until(lambda: len(rig.of(ClipReady)) == 2)
        clips = sorted((event.clip for event in rig.of(ClipReady)), key=lambda clip: clip.started_at)
        assert [Size(clip.width, clip.height) for clip in clips] == [before, after]
        counts = []
        for clip in clips:
            with av.open(str(rig.recordings.path_of(clip))) as container:
                frames = list(container.decode(video=0))
            assert {(frame.width, frame.height) for frame in frames} == {(clip.width, clip.height)}
            counts.append(len(frames))
        assert counts[1] > 2
        return counts
