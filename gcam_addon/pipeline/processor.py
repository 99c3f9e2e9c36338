"""One camera's synchronous core: units in, decisions and events out. Run by a worker thread."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from gcam_addon.config.model import DetectionSettings
from gcam_addon.interfaces import Detector, Look, Looker, Luma
from gcam_addon.model import Cause, Motion, MotionEnded, MotionStarted, Unit
from gcam_addon.model.guard import Tamper
from gcam_addon.picture.pixels import upright
from gcam_addon.pipeline.scene import REMEMBERED_S, same_scene
from gcam_addon.pipeline.tampering import Tampering
from gcam_addon.pipeline.tracker import Tracker
from gcam_addon.words.reason import because

_E = TypeVar("_E", bound=MotionStarted | MotionEnded)

UNDECODABLE = Motion(
    moving=False, score=0.0, threshold=0.0, cause=Cause.UNDECODABLE, reason=because("picture_damaged")
)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one picture meant. `active`: it may be about to be an event, so look again at `active_fps`;
    `keys_suffice`: it need not be looked at oftener than keys come.
    """

    look: Look
    motion: Motion
    events: tuple[MotionStarted | MotionEnded, ...]
    active: bool
    keys_suffice: bool
    decode_s: float
    """Spent on it, and on the units since the picture before."""
    detect_s: float
    tamper: Tamper | None = None
    """Why the camera does not see its place, as far as it is known by now."""


class Processor:
    """Decodes, detects and tracks. Worker; one thread at a time; units in their order."""

    def __init__(
        self,
        camera_id: str,
        looker: Looker,
        detector: Detector,
        tracker: Tracker,
        tampering: Tampering | None = None,
    ) -> None:
        """`tampering`: None: nobody wants to know."""
        self.camera_id = camera_id
        self._looker = looker
        self._detector = detector
        self._tracker = tracker
        self._tampering = tampering
        self._newest: tuple[Luma, float] | None = None
        self._was_away = False
        self._decode_s = 0.0

    def process(
        self,
        unit: Unit,
        *,
        is_due: bool = True,
        may_begin: bool = True,
        after_gap: bool = False,
        aside: Sequence[Unit] = (),
    ) -> tuple[Analysis, ...]:
        """What its picture meant, where it `is_due`, and ready already; see `Tracker.update`. Never raises
        for what a camera sends: a damaged picture is a decision too. Of those before it that were put `aside`
        the same, first, unless it shows that nothing stirs.
        """
        looks = self._look(unit, is_due)
        if aside and not all(look.luma is not None and self._detector.is_calm(look.luma) for look in looks):
            looks = [*(look for before in aside for look in self._look(before, is_due)), *looks]
        return tuple(self._analysed(look, may_begin, after_gap) for look in looks)

    def _look(self, unit: Unit, is_due: bool) -> Sequence[Look]:
        start_s = time.perf_counter()
        looks = self._looker.look(unit, is_due)
        self._decode_s += time.perf_counter() - start_s
        return looks

    def _analysed(self, look: Look, may_begin: bool, after_gap: bool) -> Analysis:
        start_s = time.perf_counter()
        motion = UNDECODABLE if look.luma is None else self._detect(look.luma, look)
        tamper = None if self._tampering is None else self._tampering.see(look.luma, look.pts_s)
        detect_s = time.perf_counter() - start_s
        told = self._tracker.update(motion, look, may_begin=may_begin, after_gap=after_gap)
        events = tuple(_upright(event) for event in told)
        decode_s, self._decode_s = self._decode_s, 0.0
        return Analysis(
            look=look,
            motion=motion,
            events=events,
            active=self._tracker.active,
            keys_suffice=self._tracker.keys_suffice,
            decode_s=decode_s,
            detect_s=detect_s,
            tamper=tamper,
        )

    def retune(self, settings: DetectionSettings) -> None:
        """Other settings for the same detector and looker: nothing is forgotten, an open event goes on."""
        if self._tampering is not None:
            self._tampering.retune(settings)
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

    def _detect(self, luma: Luma, look: Look) -> Motion:
        pts_s = look.pts_s
        if self._was_away:
            self._came_back(luma, pts_s)
        self._newest = (luma, pts_s)
        return self._detector.detect(luma, pts_s, look.size.width * look.size.height / luma.size)

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
