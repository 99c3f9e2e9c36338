"""One camera's synchronous core: a frame in, a decision and events out. Run by a worker thread."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from gcam_addon.config.model import DetectionSettings
from gcam_addon.interfaces import Detector, Luma
from gcam_addon.model import Cause, EncodedFrame, Motion, MotionEnded, MotionStarted
from gcam_addon.picture.pixels import upright
from gcam_addon.pipeline.scene import REMEMBERED_S, same_scene
from gcam_addon.pipeline.tracker import Tracker
from gcam_addon.words.reason import because

_E = TypeVar("_E", bound=MotionStarted | MotionEnded)

UNDECODABLE = Motion(
    moving=False, score=0.0, threshold=0.0, cause=Cause.UNDECODABLE, reason=because("picture_damaged")
)


class LumaDecoder(Protocol):
    """JPEG to a small grey picture; None where the picture is damaged."""

    def decode(self, frame: EncodedFrame) -> Luma | None: ...


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one frame meant. `active`: it may be about to be an event, so look again at `active_fps`."""

    motion: Motion
    events: tuple[MotionStarted | MotionEnded, ...]
    active: bool
    decode_s: float
    detect_s: float


class Processor:
    """Decodes, detects and tracks. Worker; one thread at a time; frames in the order of their `pts_s`."""

    def __init__(self, camera_id: str, decoder: LumaDecoder, detector: Detector, tracker: Tracker) -> None:
        self.camera_id = camera_id
        self._decoder = decoder
        self._detector = detector
        self._tracker = tracker
        self._newest: tuple[Luma, float] | None = None
        self._was_away = False

    def process(self, frame: EncodedFrame, *, may_begin: bool = True) -> Analysis:
        """Never raises for what a camera sends: a damaged picture is a decision too."""
        start_s = time.perf_counter()
        luma = self._decoder.decode(frame)
        decoded_s = time.perf_counter()
        motion = UNDECODABLE if luma is None else self._detect(luma, frame.pts_s)
        detected_s = time.perf_counter()
        events = tuple(_upright(event) for event in self._tracker.update(motion, frame, may_begin=may_begin))
        return Analysis(
            motion=motion,
            events=events,
            active=self._tracker.active,
            decode_s=decoded_s - start_s,
            detect_s=detected_s - decoded_s,
        )

    def retune(self, settings: DetectionSettings) -> None:
        """Other settings for the same detector and decoder: nothing is forgotten, an open event goes on."""
        self._detector.retune(settings)
        self._tracker.retune(settings)

    def finish(self) -> tuple[MotionEnded, ...]:
        """The run is over (stall, shutdown): what an open event ends with."""
        return tuple(_upright(event) for event in self._tracker.finish())

    def broke(self) -> None:
        """The stream broke. Where the next frame comes soon and shows the same scene, what was learned holds:
        a camera that is away every other second would else never be seen moving. `finish()` first.
        """
        self._tracker.broke()
        self._was_away = True

    def _detect(self, luma: Luma, pts_s: float) -> Motion:
        if self._was_away:
            self._came_back(luma, pts_s)
        self._newest = (luma, pts_s)
        return self._detector.detect(luma, pts_s)

    def _came_back(self, luma: Luma, pts_s: float) -> None:
        self._was_away = False
        before, last_s = self._newest or (luma, float("-inf"))
        if pts_s - last_s <= REMEMBERED_S and same_scene(before, luma):
            self._tracker.settle(pts_s, pts_s - last_s)
        else:
            self._detector.reset()
            self._tracker.reset()


def _upright(event: _E) -> _E:
    """Events' pictures go to telephones and dashboards of all kinds: they are turned for good."""
    jpeg = upright(event.jpeg)
    return event if jpeg is event.jpeg else replace(event, jpeg=jpeg)
