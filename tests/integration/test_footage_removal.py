"""A camera leaves with its footage while the real engine records; another camera's goes on untouched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gcam_addon.cameras.roster import Roster
from gcam_addon.config.cameras import CameraStore
from gcam_addon.config.model import RecordingMode
from gcam_addon.errors import NotFound
from gcam_addon.model import ClipReady
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from tests.support.engine_rig import KEEPING, SIZE, Marked, Rig, camera_at


async def test_what_is_still_being_recorded_goes_too_and_nothing_of_others(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    always = replace(KEEPING, mode=RecordingMode.CONTINUOUS, max_clip_s=3.0)
    pictures = Pictures(Marked())
    async with (
        SimulatedCamera("camera-web-server", pictures, fps=10.0, size=SIZE) as one,
        SimulatedCamera("esphome", pictures, fps=10.0, size=SIZE) as other,
    ):
        await rig.recordings.start(rig.engine.publish)
        cameras = (
            camera_at(one, recording=always),
            camera_at(other, id="yard", name="Yard", recording=always),
        )
        roster = Roster(CameraStore(tmp_path / "cameras.json"), rig.engine, cameras, rig)
        await roster.load()
        clips = rig.recordings.clips

        def ready(camera_id: str) -> list[ClipReady]:
            return [event for event in rig.of(ClipReady) if event.clip.camera_id == camera_id]

        await rig.until(lambda: len(ready("door")) >= 2 and ready("yard"))
        first, thrown_away = (event.clip for event in ready("door")[:2])
        await clips.delete(thrown_away.id)
        await clips.protect(first.id, protected=True)
        frames = rig.engine.states()["yard"].frames
        await roster.remove("door")
        assert await clips.delete_all("door") >= 1
        kept = len(ready("yard"))
        await rig.until(lambda: len(ready("yard")) >= kept + 2)
        assert {clip.camera_id for clip in await clips.list()} == {"yard"}
        assert not (tmp_path / first.path).exists()
        with pytest.raises(NotFound):
            await clips.restore(thrown_away.id)
        assert not list((tmp_path / "recordings" / "Door").rglob("*.mp4"))
        state = rig.engine.states()["yard"]
        assert state.frames > frames
        assert (state.reconnects, other.streams_opened) == (0, 1)
        await rig.engine.close()
        await rig.recordings.stop()
        rig.pool.shutdown()
