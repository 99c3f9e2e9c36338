"""Access units in Annex B's form, with the tracks they belong to: what changes with a key is told by its
parameter sets. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gcam_addon.bitstream.nal import is_key, length_prefixed, parameter_sets
from gcam_addon.bitstream.tracks import video_of_key
from gcam_addon.errors import ProtocolError
from gcam_addon.model import Codec, Size, Sound, Tracks, Video


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole picture as units carry it."""

    data: bytes
    tracks: Tracks
    is_key: bool


class Described:
    """One connection's, of a codec whose pictures build on one another. `video`: what was said before."""

    def __init__(self, codec: Codec, video: Video | None = None, sound: Sound | None = None) -> None:
        self._codec = codec
        self._tracks = Tracks(video or Video(codec, Size(0, 0)), sound)
        self._sets: tuple[bytes, ...] = ()
        self._has_begun = False
        self.dropped = 0
        """Units that were no usable picture."""

    @property
    def tracks(self) -> Tracks:
        return self._tracks

    def picture(self, annex_b: bytes, *, key: bool | None = None) -> Whole | None:
        """None before the first key, and for what is no picture. `key`: where somebody else knows."""
        begins = is_key(annex_b, self._codec) if key is None else key
        if begins:
            self._describe(annex_b)
            self._has_begun = self._tracks.video.size.width > 0
        if not self._has_begun:
            return None
        data = length_prefixed(annex_b, self._codec)
        if not data:
            self.dropped += 1
            return None
        return Whole(data, self._tracks, begins)

    def _describe(self, annex_b: bytes) -> None:
        """Where the parameter sets changed, so did the stream; libav goes on to tell what it was before."""
        sets = parameter_sets(annex_b, self._codec)
        if not sets or sets == self._sets:
            return
        try:
            video = video_of_key(self._codec, annex_b)
        except ProtocolError:  # not all sets are in it: what was said when it began holds
            return
        self._sets = sets
        if video != self._tracks.video:
            self._tracks = replace(self._tracks, video=video)
