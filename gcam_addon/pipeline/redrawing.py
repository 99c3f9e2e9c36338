"""Units blackened under privacy masks, and turned: JPEGs come out, whatever went in. For a worker thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from gcam_addon.bitstream.inter import InterDecoder
from gcam_addon.model import Codec, Polygon, Tracks, Unit, Video
from gcam_addon.picture.orientation import UPRIGHT, orientation_of, resized, shown_size
from gcam_addon.pipeline.blanking import Blanking
from gcam_addon.pipeline.compression import Compression

_MADE: Final = Compression(quality=85)
"""JPEGs made of compressed pictures."""


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What may be seen of a unit: one picture; none yet, or several, where pictures build on others."""

    units: tuple[Unit, ...]
    damaged: int = 0
    """Pictures that could not be read: nobody can say what of them lies under a mask."""


class Redrawing:
    """One camera's. One thread at a time, units in order."""

    def __init__(self, masks: Sequence[Polygon], orientation: int) -> None:
        self._blanking = Blanking(masks)
        self._orientation = orientation
        self._decoder = InterDecoder()
        self._known: tuple[Tracks, Tracks] | None = None

    def redrawn(self, unit: Unit) -> Redrawn:
        if unit.tracks.video.codec.is_inter:
            return self._built(unit)
        turned = self._orientation if self._orientation != UPRIGHT else orientation_of(unit.data)
        jpeg = self._blanking.apply(unit.data, turned)
        if jpeg is None:
            return Redrawn((), damaged=1)
        return Redrawn((replace(unit, data=jpeg, tracks=resized(unit.tracks, turned)),))

    def beside(self, unit: Unit) -> Unit:
        """Sound, which goes with the pictures that come out. Any thread."""
        return replace(unit, tracks=self._tracks(unit.tracks))

    def _built(self, unit: Unit) -> Redrawn:
        pictures = self._decoder.pictures(unit)
        tracks = self._tracks(unit.tracks)
        units = [
            Unit(jpeg, picture.pts_s, picture.received_at, tracks)
            for picture in pictures
            if (jpeg := self._blanking.drawn(picture.pixels(), self._orientation, _MADE)) is not None
        ]
        return Redrawn(tuple(units), self._decoder.take_damaged())

    def _tracks(self, tracks: Tracks) -> Tracks:
        if not tracks.video.codec.is_inter:
            return tracks
        known = self._known
        if known is None or known[0] is not tracks:
            size = shown_size(tracks.video.size, self._orientation)
            known = self._known = tracks, replace(tracks, video=Video(Codec.MJPEG, size))
        return known[1]
