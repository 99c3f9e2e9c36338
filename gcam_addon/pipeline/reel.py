"""What is recorded of a camera: of one that has two addresses what comes of the HD one, while that is there.

Whichever is not recorded fills a spare pre-roll, so that a change costs nothing: the recorder goes on with
what came of the other since its last picture, from a key on; where it records nothing, it has a whole
pre-roll.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from gcam_addon.bitstream.preroll import PreRoll
from gcam_addon.config.model import Camera
from gcam_addon.interfaces import Recorder
from gcam_addon.model import MotionStarted, SdReason, Unit
from gcam_addon.pipeline.line import OVERDUE_S

_SPARE_S: Final = OVERDUE_S + 2.0
"""So much longer than the pre-roll is the spare one: until silence is noticed, and until motion is sure."""
_STEADY_S: Final = 3.0
"""HD that comes back is recorded when it has been there for the length of the pre-roll, or this."""
_BEHIND_S: Final = 2.0
"""One that is this far behind the other has to catch up first."""


class Feed(Protocol):
    """What is asked of a `Line`."""

    @property
    def is_up(self) -> bool: ...

    @property
    def lasted_s(self) -> float: ...

    @property
    def is_unseen(self) -> bool: ...

    def is_away(self, now_s: float) -> bool: ...


class Reel:
    """One camera's. Methods: loop. `event` gives what goes on; without `film` there is the eye only."""

    def __init__(
        self,
        camera: Camera,
        recorder: Recorder,
        event: Callable[[], MotionStarted | None],
        eye: Feed,
        film: Feed | None = None,
    ) -> None:
        self.recorder = recorder
        self.is_film = film is not None
        """Whether the HD one is what is recorded."""
        self._event = event
        self._eye = eye
        self._film = film
        self._last_s = -math.inf
        """The newest picture that the recorder was given."""
        self._know(camera)

    @property
    def is_fed(self) -> bool:
        """Whether what is recorded goes on coming."""
        line = self._film if self.is_film else self._eye
        return line is not None and line.is_up

    @property
    def films_on(self) -> bool:
        """Whether what is recorded goes on without the eye."""
        return self.is_film and self.is_fed

    def sd_reason(self, now_s: float) -> SdReason | None:
        """Why it is SD that is recorded, where it is."""
        film = self._film
        if film is None or self.is_film:
            return None
        if not film.is_up:
            return SdReason.AWAY
        if film.is_unseen:
            return SdReason.MASKS_FAILED
        return SdReason.SILENT if film.is_away(now_s) else SdReason.RETURNING

    def see(self, unit: Unit, active: bool) -> None:
        """What the eye sent."""
        if not self.is_film:
            self._record(unit, active)
        elif self._film is not None:
            self._spare.push(unit)
            if self._film.is_away(unit.pts_s):
                self._change(active)

    def film(self, unit: Unit, active: bool) -> None:
        """What the film sent."""
        if self.is_film:
            self._record(unit, active)
        elif self._film is not None:
            self._spare.push(unit)
            if self._eye.is_away(unit.pts_s) or self._is_back(self._film, unit):
                self._change(active)

    def change_recorder(self, camera: Camera, recorder: Recorder, *, unseen: bool) -> None:
        """Another one goes on. `unseen`: nobody may see any more what came until now."""
        self.recorder = recorder
        kept = [] if unseen else self._spare.take(-math.inf)
        self._know(camera)
        for unit in kept:
            self._spare.push(unit)

    def change_lines(self, eye: Feed, film: Feed | None, active: bool) -> None:
        """Another one takes the place of one that is over. Where that was recorded the other goes on."""
        if film is not self._film and self.is_film:
            self._change(active)
            if self.is_film:  # nothing came of it yet
                self.recorder.close()
                self.is_film = False
        if (self._eye if self.is_film else self._film) is not (eye if self.is_film else film):
            self._spare.clear()
        self._eye, self._film = eye, film

    def _know(self, camera: Camera) -> None:
        settings = camera.recording
        self._spare = PreRoll(settings.pre_roll_s + _SPARE_S, settings.pre_roll_max_bytes)
        self._steady_s = max(settings.pre_roll_s, _STEADY_S)

    def _is_back(self, film: Feed, unit: Unit) -> bool:
        """For good, and no longer telling what it could not while its network stood still."""
        return film.lasted_s >= self._steady_s and unit.pts_s >= self._last_s - _BEHIND_S

    def _record(self, unit: Unit, active: bool) -> None:
        if not unit.is_sound:
            self._last_s = unit.pts_s
        self.recorder.push(unit, active)

    def _change(self, active: bool) -> None:
        """Record what the spare pre-roll is of. An open clip ends, and goes on in another at once: what comes
        next may be another change.
        """
        newest = self._spare.newest
        if newest is None:
            return  # no key came yet
        rest, recorder = self.recorder.hand_over(), self.recorder
        goes_on = not rest.pre_roll
        from_s = self._last_s if goes_on else -math.inf
        if newest.tracks.video.codec.is_inter:  # what comes next builds on it
            from_s = min(from_s, newest.pts_s)
        *earlier, last = self._spare.take(from_s) or [newest]
        recorder.take_over(replace(rest, pre_roll=tuple(earlier), from_s=from_s if goes_on else math.inf))
        self.is_film = not self.is_film
        if (event := self._event()) is not None:
            recorder.note(event)
        self._last_s = newest.pts_s
        recorder.push(last, active)
