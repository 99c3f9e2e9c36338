"""From libav's packets to whole pictures that begin with a key, each with its tracks. No network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from gcam_addon.bitstream.nal import begins_picture
from gcam_addon.model import Codec, Size, Sound, Tracks, Video
from gcam_addon.picture import jpeg
from gcam_addon.sources.described import Described

_MOST_HELD: Final = 8
"""Pictures after which the first one's time is known, or never will be."""


@dataclass(frozen=True, slots=True)
class Packet:
    """What libav tells of one. Times are the camera's, in seconds; None where it tells none."""

    data: bytes
    pts_s: float | None
    dts_s: float | None
    duration_s: float
    is_key: bool
    arrival_s: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture as units carry it."""

    data: bytes
    media_s: float | None
    arrival_s: float
    is_key: bool
    tracks: Tracks


class Pictures:
    """One connection's. Of one picture a camera may make several packets, of the same time; of the first one
    libav knows no time until the next ones came.
    """

    def __init__(self, video: Video, sound: Sound | None) -> None:
        self._codec = video.codec
        self._tracks = Tracks(video, sound)  # of JPEGs
        self._described = Described(video.codec, video, sound)
        self._first: list[Packet] | None = [] if video.codec.is_inter else None
        self._key: Packet | None = None
        self._torn = 0

    @property
    def tracks(self) -> Tracks:
        return self._described.tracks if self._codec.is_inter else self._tracks

    @property
    def dropped(self) -> int:
        """Packets that were no usable picture."""
        return self._torn + self._described.dropped

    def feed(self, packet: Packet) -> Iterator[Picture]:
        if not self._codec.is_inter:
            yield from self._jpeg(packet)
            return
        for whole in self._merged(packet):
            yield from self._picture(whole)

    def _merged(self, packet: Packet) -> Iterator[Packet]:
        """A key is held until what follows is no part of it; the first ones until their times are known."""
        if self._first is not None:
            self._first.append(packet)
            if not _can_be_timed(self._first) and len(self._first) < _MOST_HELD:
                return
            early, self._first = _timed(self._first, self._codec), None
        else:
            early = [packet]
        for one in early:
            key = self._key
            if key is not None and one.is_key and one.pts_s == key.pts_s:
                self._key = replace(key, data=key.data + one.data)
                continue
            if key is not None:
                yield key
            self._key = one if one.is_key else None
            if not one.is_key:
                yield one

    def _picture(self, packet: Packet) -> Iterator[Picture]:
        whole = self._described.picture(packet.data, key=packet.is_key)
        if whole is not None:
            yield Picture(whole.data, packet.pts_s, packet.arrival_s, packet.is_key, whole.tracks)

    def _jpeg(self, packet: Packet) -> Iterator[Picture]:
        size = jpeg.size_of(packet.data)
        if size is None:
            self._torn += 1
            return
        if size != self._tracks.video.size:
            self._tracks = replace(self._tracks, video=_shown(size))
        yield Picture(packet.data, packet.pts_s, packet.arrival_s, is_key=True, tracks=self._tracks)


def _shown(size: Size) -> Video:
    return Video(Codec.MJPEG, size)


def _can_be_timed(packets: list[Packet]) -> bool:
    """Some cameras do not tell how long a picture lasts: then the next but one does."""
    timed = [packet for packet in packets if packet.dts_s is not None]
    return bool(timed) and (timed[0] is packets[0] or timed[0].duration_s > 0 or len(timed) > 1)


def _goes_on(packet: Packet, codec: Codec) -> bool:
    """It is part of the key before it."""
    return packet.is_key and not begins_picture(packet.data, codec)


def _timed(packets: list[Packet], codec: Codec) -> list[Packet]:
    """The first ones have no time: they come one picture before the earliest of the others."""
    while len(packets) > 1 and packets[0].pts_s is None and _goes_on(packets[1], codec):
        packets = [replace(packets[1], data=packets[0].data + packets[1].data), *packets[2:]]
    known = [packet.pts_s for packet in packets if packet.pts_s is not None]
    if not known:
        return packets
    earliest_s = min(known)
    told_s = next((one.duration_s for one in packets if one.pts_s == earliest_s), 0.0)
    duration_s = told_s or min((at_s for at_s in known if at_s > earliest_s), default=earliest_s) - earliest_s
    first_s = earliest_s - duration_s
    return [replace(one, pts_s=first_s) if one.pts_s is None else one for one in packets]
