"""Which cameras there are, and that they are watched, last of all: everybody who hears of them is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gcam_addon.cameras.roster import Roster
from gcam_addon.config.model import Camera
from gcam_addon.features.running import Running
from gcam_addon.model import CameraAdded, CameraRemoved, Event
from gcam_addon.recording.service import Recordings


async def know(gcam: Running) -> None:
    cameras = gcam.cameras
    if gcam.settings.demo:
        from gcam_addon.simulator.demo import Demo  # noqa: PLC0415  (0.1 s of a start that nobody else needs)

        cameras += (await gcam.begin(Demo())).cameras
    gcam.roster = Roster(gcam.store, gcam.engine, cameras, gcam.engine)


async def watch(gcam: Running) -> None:
    gcam.stack.push_async_callback(gcam.engine.close)
    await gcam.roster.load()
    gcam.engine.subscribe(_Limits(gcam.recordings, gcam.roster.list))
    gcam.recordings.set_cameras(gcam.roster.list())
    gcam.beside("camera file", gcam.roster.watch)


class _Limits:
    """interfaces.Sink: retention keeps to the limits of the cameras there are now."""

    def __init__(self, recordings: Recordings, cameras: Callable[[], Sequence[Camera]]) -> None:
        self._recordings = recordings
        self._cameras = cameras

    def publish(self, event: Event) -> None:
        if isinstance(event, CameraAdded | CameraRemoved):
            self._recordings.set_cameras(self._cameras())
