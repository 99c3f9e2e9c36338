"""H.264 and H.265 units to pictures. Decoding one needs all those since the last key, so a decoder sees every
unit, in order. Blocking; one thread at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorRange

from gcam_addon.bitstream.leading import Leading
from gcam_addon.model import Size, Unit, Video
from gcam_addon.picture.jpeg import MAX_PIXELS
from gcam_addon.picture.orientation import UPRIGHT, oriented
from gcam_addon.picture.pixels import Pixels, encoded

_MOST_AHEAD: Final = 64
"""Units of which the picture has not come: no standard lets more be reordered."""


@dataclass(frozen=True, slots=True)
class BuiltPicture:
    """One decoded picture, as it is stored (see `Video.orientation`); what is not asked for is not made."""

    frame: av.VideoFrame
    pts_s: float
    received_at: float

    @property
    def size(self) -> Size:
        return Size(self.frame.width, self.frame.height)

    def pixels(self) -> Pixels:
        """Blue, green, red."""
        return self.frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)

    def jpeg(self, quality: int, orientation: int = UPRIGHT) -> bytes:
        """To be shown by `orientation`."""
        made = encoded(self.pixels(), quality)
        return made if orientation == UPRIGHT else oriented(made, orientation)

    def luma(self, divisor: int) -> npt.NDArray[np.uint8]:
        """Grey, full range, `divisor` times smaller, as a JPEG decoded at that scale is."""
        plane = _plane(self.frame)
        size = (-(-plane.shape[1] // divisor), -(-plane.shape[0] // divisor))
        small = plane if divisor == 1 else cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
        is_full = self.frame.color_range == ColorRange.JPEG
        return (small.copy() if is_full else cv2.LUT(small, _FULL_RANGE)).astype(np.uint8, copy=False)


class InterDecoder:
    """One stream's. A unit that is no key is ignored before the first, and after another `Video` came."""

    def __init__(self) -> None:
        self._video: Video | None = None
        self._context: VideoCodecContext | None = None
        self._leading: Leading | None = None
        self._number = 0
        self._times: OrderedDict[int, tuple[float, float]] = OrderedDict()
        self._damaged = 0

    def pictures(self, unit: Unit) -> Sequence[BuiltPicture]:
        """Those that are ready: none where this one's comes later."""
        context = self._context_for(unit)
        if context is None:
            return ()
        packet = av.Packet(unit.data)
        self._number += 1
        packet.pts = packet.dts = self._number
        packet.is_keyframe = unit.is_key
        self._times[self._number] = (unit.pts_s, unit.received_at)
        if len(self._times) > _MOST_AHEAD:
            self._times.popitem(last=False)
        try:
            frames: Sequence[Any] = context.decode(packet)
        except av.FFmpegError:
            self._damaged += 1
            return ()
        return [picture for frame in frames if (picture := self._picture(frame)) is not None]

    def take_damaged(self) -> int:
        """Units and pictures since the last call that were no good."""
        count, self._damaged = self._damaged, 0
        return count

    def _context_for(self, unit: Unit) -> VideoCodecContext | None:
        video = unit.tracks.video
        if video is not self._video and video != self._video:
            self._video, self._context = video, None
            self._times.clear()
        if self._context is None and unit.is_key:
            self._context, self._leading = _opened(video), Leading(unit)
        return self._context if self._leading is None or not self._leading.is_lost(unit) else None

    def _picture(self, frame: av.VideoFrame) -> BuiltPicture | None:
        times = self._times.pop(frame.pts, None) if frame.pts is not None else None
        if times is None or frame.is_corrupt:
            self._damaged += 1
            return None
        return BuiltPicture(frame, *times)


def _opened(video: Video) -> VideoCodecContext:
    context = av.CodecContext.create(video.codec.value, "r")
    assert isinstance(context, VideoCodecContext)
    context.extradata = video.setup
    context.thread_count = 1
    context.options = {"max_pixels": str(MAX_PIXELS)}
    return context


def _plane(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    """The brightness as it lies in memory, not copied where it lies there as bytes."""
    if frame.format.name not in _PLANAR:
        frame = frame.reformat(format="yuv420p")
    plane = frame.planes[0]
    rows: npt.NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8)
    return rows.reshape(-1, plane.line_size)[: frame.height, : frame.width]


_PLANAR: Final = {f"{yuv}{part}p" for yuv in ("yuv", "yuvj") for part in ("420", "422", "444")}

_FULL_RANGE: Final = np.clip(np.round((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)
"""Video keeps brightness as 16 to 235, JPEG as 0 to 255."""
