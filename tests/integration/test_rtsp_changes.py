"""A camera that goes on in another size, as one does whose settings are changed: through the engine."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import av

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
from tests.support.rtsp_stand_in import StandIn, standing_in
from tests.support.waiting import PATIENCE_S

BEFORE, AFTER = Size(160, 120), Size(320, 240)
UNITS = [*film(n=75, size=BEFORE), *film(n=900, size=AFTER, start_s=105.0)]  # more than is waited for


async def test_the_clip_ends_another_begins_and_detection_goes_on(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        source = await stack.enter_async_context(standing_in(StandIn(UNITS)))
        rig = Rig(tmp_path)
        stack.callback(rig.pool.shutdown)
        stack.callback(rig.mask_pool.shutdown)
        stack.push_async_callback(rig.recordings.stop)
        stack.push_async_callback(rig.engine.close)
        await rig.recordings.start(rig.engine.publish)
        detection = DetectionSettings(detector=DetectorName.DIFFERENCE, warmup_s=0.5, min_motion_s=0.1)
        recording = RecordingSettings(mode=RecordingMode.CONTINUOUS, pre_roll_s=0.5)
        settings = SourceSettings(source.url, PATIENCE_S, PATIENCE_S)
        await rig.engine.start(Camera("yard", "Yard", settings, detection=detection, recording=recording))
        await rig.until(lambda: rig.engine.states()["yard"].size == BEFORE)
        await rig.until(lambda: rig.engine.states()["yard"].size == AFTER)
        seen = rig.engine.states()["yard"].analysed
        await rig.until(lambda: rig.engine.states()["yard"].analysed > seen + 2)
        await rig.engine.stop("yard")
        await rig.until(lambda: len(rig.of(ClipReady)) == 2)
        clips = sorted((event.clip for event in rig.of(ClipReady)), key=lambda clip: clip.started_at)
        assert [(clip.width, clip.height) for clip in clips] == [(160, 120), (320, 240)]
        counts = []
        for clip in clips:
            with av.open(str(rig.recordings.path_of(clip))) as container:
                frames = list(container.decode(video=0))
            assert {(frame.width, frame.height) for frame in frames} == {(clip.width, clip.height)}
            counts.append(len(frames))
        assert counts[0] == 75
        assert counts[1] > 2
