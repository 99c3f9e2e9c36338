"""How a unit is to be shown, noted where its own kind keeps such notes. Pure; costs nothing per picture."""

from __future__ import annotations

from dataclasses import replace

from gcam_addon.model import Tracks, Unit
from gcam_addon.picture.orientation import UPRIGHT, orientation_of, oriented, resized


class Turning:
    """One camera's, by its rotation: an EXIF orientation."""

    def __init__(self, orientation: int) -> None:
        self._orientation = orientation
        self._known: tuple[Tracks, Tracks] | None = None
        """As the camera tells them, and as they are shown."""

    def shown(self, unit: Unit) -> Unit:
        """The very same where nothing is to be done."""
        if unit.tracks.video.codec.is_inter:
            return unit if self._orientation == UPRIGHT else replace(unit, tracks=self._turned(unit.tracks))
        orientation = self._orientation
        if orientation == UPRIGHT:
            orientation = orientation_of(unit.data)
            return unit if orientation == UPRIGHT else replace(unit, tracks=resized(unit.tracks, orientation))
        jpeg = oriented(unit.data, orientation)
        return replace(unit, data=jpeg, tracks=resized(unit.tracks, orientation))

    def _turned(self, tracks: Tracks) -> Tracks:
        if self._known is None or self._known[0] is not tracks:
            shown = resized(tracks, self._orientation)
            video = replace(shown.video, orientation=self._orientation)
            self._known = tracks, replace(shown, video=video)
        return self._known[1]
