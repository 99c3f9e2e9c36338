"""How long nothing has stirred before a camera: after a while fewer of its pictures are looked at. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gcam_addon.model import Cause
from gcam_addon.pipeline.processor import Analysis

LONG_S: Final = 10.0


class Lull:
    """One camera's."""

    def __init__(self, long_s: float = LONG_S) -> None:
        self._long_s = long_s
        self._since_s: float | None = None

    def see(self, analyses: Sequence[Analysis]) -> None:
        """What was found in one job. More than one picture: those put aside had to be looked at."""
        for analysis in analyses:
            motion, pts_s = analysis.motion, analysis.look.pts_s
            is_quiet = motion.cause in _QUIET and not motion.tracks and not analysis.active
            if self._since_s is None or not is_quiet or len(analyses) > 1:
                self._since_s = pts_s

    def is_long(self, pts_s: float) -> bool:
        """By the time of a picture that came."""
        return self._since_s is not None and pts_s - self._since_s >= self._long_s

    def forget(self) -> None:
        """What comes next has nothing to do with what was."""
        self._since_s = None


_QUIET: Final = frozenset({Cause.QUIET, Cause.REPETITIVE})
