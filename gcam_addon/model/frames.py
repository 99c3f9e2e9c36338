"""What a camera sends: units of a described stream; and a picture, as people see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from gcam_addon.model.places import Size


class Codec(StrEnum):
    """Of pictures. Named as FFmpeg names them."""

    MJPEG = "mjpeg"
    H264 = "h264"
    H265 = "hevc"

    @property
    def is_inter(self) -> bool:
        """Whether pictures are told as changes of those before them: none can be left out but to a key."""
        return self is not Codec.MJPEG


@dataclass(frozen=True, slots=True)
class Video:
    """A track of pictures. `setup` is what a decoder needs before the first unit, as MP4 keeps it (avcC,
    hvcC); none for JPEGs. `size` is as shown.
    """

    codec: Codec
    size: Size
    setup: bytes = field(default=b"", repr=False)
    orientation: int = 1
    """How the pictures are to be shown, as EXIF counts it; JPEGs tell it themselves."""


SAMPLES = 1024
"""Of sound in one unit: what AAC packs together."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A track of AAC: the one sound that journals, MP4, browsers and Home Assistant all take. `setup` is its
    AudioSpecificConfig. One unit is `SAMPLES` samples.
    """

    rate: int
    """Samples per second."""
    channels: int
    setup: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tracks:
    """What a run of a camera carries. Others follow only where the camera changes what it sends."""

    video: Video
    sound: Sound | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One access unit: all bytes of one picture, or of one piece of sound. These very bytes are relayed and
    recorded. H.264 and H.265 are as MP4 keeps them: each NAL unit with four bytes of length before it.

    Units come in the order in which they are decoded; only pictures with B frames have a `pts_s` below the
    one before. Where a JPEG is turned it carries an EXIF orientation (see `orientation.py`).
    Behind the intake, privacy masks are applied.
    """

    data: bytes = field(repr=False)
    pts_s: float
    received_at: float
    tracks: Tracks
    is_key: bool = True
    """Decoding can begin here: so with every JPEG, and with all sound."""
    is_sound: bool = False

    @property
    def begins_group(self) -> bool:
        """A picture's key: a clip, a viewer and a decoder may begin with it."""
        return self.is_key and not self.is_sound

    @property
    def size(self) -> Size:
        """Of the stream's pictures, as shown."""
        return self.tracks.video.size


def jpeg_unit(jpeg: bytes, pts_s: float, received_at: float, size: Size) -> Unit:
    """A picture that is a unit of its own. `size` is as shown."""
    return Unit(jpeg, pts_s, received_at, _jpegs(size))


@lru_cache(maxsize=256)
def _jpegs(size: Size) -> Tracks:
    """The very same for all pictures of a size: they are compared with every one."""
    return Tracks(Video(Codec.MJPEG, size))


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One picture, as people see it: a board's own JPEG, or one made of a compressed stream for who wants it.

    Where a camera is turned it carries an EXIF orientation (see `orientation.py`), and `size` is as shown.
    """

    jpeg: bytes
    pts_s: float
    received_at: float
    size: Size


def picture_of(unit: Unit) -> EncodedFrame:
    """Of a JPEG unit."""
    return EncodedFrame(unit.data, unit.pts_s, unit.received_at, unit.size)
