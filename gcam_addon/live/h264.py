"""One camera's pictures as H.264, in two containers: fragmented MP4 for browsers, MPEG-TS for everybody else.

Synchronous, for a worker thread, one call at a time. Who watches, and when it runs: `broadcast.py`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

import av
from av.container import OutputContainer

from gcam_addon.errors import LiveError
from gcam_addon.model import EncodedFrame, Size
from gcam_addon.picture.pixels import decoded
from gcam_addon.words.reason import because

KEY_EVERY_S = 2.0
_TIME_BASE = Fraction(1, 90_000)
_NOMINAL_FPS = 15
_KEY = av.video.frame.PictureType.I
_ANY = av.video.frame.PictureType.NONE
_NO_SIZE = Size(0, 0)


class Sink(io.BytesIO):
    """Where a muxer writes: it goes on where it is, so an emptied one keeps its position."""

    def taken(self) -> bytes:
        """What came since the last time."""
        payload = self.getvalue()
        self.seek(0)
        self.truncate()
        return payload


@dataclass(frozen=True, slots=True)
class Piece:
    """What a viewer gets. Whoever joins begins with one that is `key`; `header` has to come before it.

    In MPEG-TS a key piece holds all that is needed and `header` is empty.
    """

    payload: bytes
    key: bool
    header: bytes = b""
    codec: str = ""
    """As Media Source Extensions want it, such as `avc1.42C01F`."""
    size: Size = _NO_SIZE


class H264Encoder:
    """For pictures of one size, see `size_of`."""

    def __init__(self, size: Size, *, crf: int) -> None:
        """Raises `LiveError`."""
        self.size = size
        with translated(size):
            self._mp4 = _Mp4(size, crf)
        self._ts: _Ts | None = None
        self._origin_s: float | None = None
        self._last_pts = -1
        self._key_after_s = 0.0

    def encode(self, frame: EncodedFrame, *, key: bool, ts: bool) -> tuple[list[Piece], list[Piece]]:
        """(MP4, TS) pieces; those of TS only where wanted. A damaged picture gives none. The MP4 of a picture
        comes with the next one, which tells how long it is shown. Raises `LiveError`.
        """
        with translated(self.size):
            picture = _decoded(frame, self.size)
            return ([], []) if picture is None else self._made(picture, frame.pts_s, key=key, ts=ts)

    def _made(
        self, picture: av.VideoFrame, pts_s: float, *, key: bool, ts: bool
    ) -> tuple[list[Piece], list[Piece]]:
        if self._origin_s is None:
            self._origin_s = pts_s
        at_s = pts_s - self._origin_s
        if ts and self._ts is None:
            self._ts, key = _Ts(self._mp4), True
        elif not ts:
            self._ts = None
        due = key or at_s >= self._key_after_s
        if due:
            self._key_after_s = at_s + KEY_EVERY_S
        picture.pict_type = _KEY if due else _ANY
        picture.pts = self._last_pts = max(self._last_pts + 1, round(at_s / _TIME_BASE))
        picture.time_base = _TIME_BASE
        packets = self._mp4.encode(picture)
        ts_pieces = [piece for packet in packets if self._ts for piece in self._ts.mux(packet)]
        return [piece for packet in packets for piece in self._mp4.mux(packet)], ts_pieces


def size_of(frame: EncodedFrame) -> Size:
    """As encoded: 4:2:0 knows no odd sizes."""
    return Size(max(2, frame.size.width & ~1), max(2, frame.size.height & ~1))


class _Mp4:
    """The encoder and its fragmented MP4, one fragment a picture."""

    def __init__(self, size: Size, crf: int) -> None:
        self._size = size
        self._sink = Sink()
        flags = "empty_moov+default_base_moof+frag_every_frame"
        self._output: OutputContainer = av.open(self._sink, "w", format="mp4", options={"movflags": flags})
        stream = self._output.add_stream("libx264", rate=_NOMINAL_FPS)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = size.width, size.height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = _TIME_BASE
        stream.codec_context.thread_count = 1
        stream.codec_context.gop_size = 1000  # key frames come when they are asked for
        stream.codec_context.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "crf": str(crf),
            "x264-params": "repeat-headers=1:scenecut=0",
        }
        self.stream = stream
        self._output.start_encoding()
        self._header = self._sink.taken()
        self._codec = _codec_of(bytes(stream.codec_context.extradata or b""))
        self._pending_key = False

    def encode(self, picture: av.VideoFrame) -> list[av.Packet[av.VideoStream]]:
        return list(self.stream.encode(picture))

    def mux(self, packet: av.Packet[av.VideoStream]) -> list[Piece]:
        """The fragment of the packet before this one."""
        key, self._pending_key = self._pending_key, packet.is_keyframe
        self._output.mux(packet)
        payload = self._sink.taken()
        return [Piece(payload, key, self._header, self._codec, self._size)] if payload else []


class _Ts:
    """The same packets as MPEG-TS, tables before every key frame."""

    def __init__(self, like: _Mp4) -> None:
        self._sink = Sink()
        options = {"mpegts_flags": "resend_headers+pat_pmt_at_frames", "flush_packets": "1"}
        self._output: OutputContainer = av.open(self._sink, "w", format="mpegts", options=options)
        self._stream = self._output.add_stream_from_template(like.stream)

    def mux(self, packet: av.Packet[av.VideoStream]) -> list[Piece]:
        copy = av.Packet(bytes(packet))
        copy.pts, copy.dts, copy.time_base = packet.pts, packet.dts, packet.time_base
        copy.is_keyframe = packet.is_keyframe
        copy.stream = self._stream
        self._output.mux(copy)
        payload = self._sink.taken()
        return [Piece(payload, packet.is_keyframe)] if payload else []


@contextmanager
def translated(size: Size) -> Iterator[None]:
    """What libav raises over pictures of that size, as `LiveError`."""
    try:
        yield
    except (av.FFmpegError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise LiveError(because("no_h264", width=size.width, height=size.height, why=why)) from error


def _decoded(frame: EncodedFrame, size: Size) -> av.VideoFrame | None:
    """The right way up: OpenCV obeys EXIF."""
    pixels = decoded(frame.jpeg)
    if pixels is None:
        return None
    picture = av.VideoFrame.from_ndarray(pixels, format="bgr24")
    return picture.reformat(size.width, size.height, "yuv420p")


def _codec_of(extradata: bytes) -> str:
    """From the SPS: profile, constraints, level."""
    start = extradata.find(b"\0\0\1\x67")
    sps = extradata[start + 4 :] if start >= 0 else extradata[1:] if extradata[:1] == b"\1" else b""
    return f"avc1.{sps[0]:02X}{sps[1]:02X}{sps[2]:02X}" if len(sps) > 2 else "avc1.42C01F"
