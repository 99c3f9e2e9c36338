"""Compressed streams for tests: a seeded scene with something that moves, encoded by libav, as units."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache

import av
import cv2
import numpy as np

from gcam_addon.bitstream.tracks import sound_of, video_of
from gcam_addon.model import Codec, Size, Sound, Tracks, Unit
from gcam_addon.picture.pixels import Pixels
from tests.support.frames import jpeg_frames

SMALL = Size(160, 120)
RATE = 16_000
_ENCODERS = {Codec.H264: "libx264", Codec.H265: "libx265"}
_TICK = Fraction(1, 90_000)


def film(
    codec: Codec = Codec.H264,
    n: int = 60,
    *,
    fps: int = 15,
    gop: int = 15,
    bframes: int = 0,
    sound: bool = False,
    size: Size = SMALL,
    start_s: float = 100.0,
    wall_offset_s: float = 1_700_000_000.0,
    is_open: bool = False,
) -> list[Unit]:
    """`n` pictures with a key every `gop`, and AAC beside them where `sound`, in the order of decoding.
    `is_open`: B frames before a key build on pictures before it.
    """
    return _units(_encoded(codec, n, fps, gop, bframes, sound, size, is_open), start_s, wall_offset_s)


def filmed(pictures: Iterable[Pixels], size: Size, *, fps: int, gop: int, sound: bool = False) -> list[Unit]:
    """These, as a camera of H.264 would send them: with all that its chip does for size, which costs whoever
    decodes.
    """
    return _units(_encode(pictures, Codec.H264, fps, gop, 0, sound, size, preset="veryfast"), 0.0, 0.0)


_Encoded = tuple[Tracks, Sequence[tuple[bytes, float, bool, bool]]]


def _units(encoded: _Encoded, start_s: float, wall_offset_s: float) -> list[Unit]:
    tracks, units = encoded
    return [
        Unit(data, start_s + at_s, wall_offset_s + start_s + at_s, tracks, is_key=is_key, is_sound=is_sound)
        for data, at_s, is_key, is_sound in units
    ]


@lru_cache(maxsize=16)
def _encoded(
    codec: Codec, n: int, fps: int, gop: int, bframes: int, sound: bool, size: Size, is_open: bool
) -> _Encoded:
    pictures = (
        cv2.imdecode(np.frombuffer(frame.data, np.uint8), cv2.IMREAD_COLOR)
        for frame in jpeg_frames(n, size, fps)
    )
    return _encode(pictures, codec, fps, gop, bframes, sound, size, is_open=is_open)


def _encode(
    pictures: Iterable[Pixels],
    codec: Codec,
    fps: int,
    gop: int,
    bframes: int,
    sound: bool,
    size: Size,
    preset: str = "ultrafast",
    is_open: bool = False,
) -> _Encoded:
    sink = io.BytesIO()
    with av.open(sink, "w", format="mp4") as output:
        video = output.add_stream(_ENCODERS[codec], rate=fps)
        video.width, video.height, video.pix_fmt = size.width, size.height, "yuv420p"
        video.time_base = video.codec_context.time_base = _TICK
        video.codec_context.thread_count = 1
        groups = f":open-gop={int(is_open)}"
        rules = f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={bframes}:b-adapt=0"
        private = "x264-params" if codec is Codec.H264 else "x265-params"
        quiet = "" if codec is Codec.H264 else ":log-level=none:pools=1:frame-threads=1"
        video.codec_context.options = {"preset": preset, private: rules + groups + quiet}
        voice = output.add_stream("aac", rate=RATE, layout="mono") if sound else None
        count = 0
        for index, pixels in enumerate(pictures):
            count += 1
            picture = av.VideoFrame.from_ndarray(pixels, format="bgr24")
            picture.pts, picture.time_base = index * 90_000 // fps, _TICK
            output.mux(video.encode(picture))
        output.mux(video.encode(None))
        if voice is not None:
            for index in range(count * RATE // fps // 1024):
                tone = np.sin(np.arange(1024, dtype=np.float32) / 10 + index).reshape(1, -1) / 2
                piece = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
                piece.sample_rate, piece.pts, piece.time_base = RATE, index * 1024, Fraction(1, RATE)
                output.mux(voice.encode(piece))
            output.mux(voice.encode(None))
    sink.seek(0)
    return _read(sink)


def _read(file: io.BytesIO) -> _Encoded:
    with av.open(file) as container:
        heard: Sound | None = sound_of(container.streams.audio[0]) if container.streams.audio else None
        tracks = Tracks(video_of(container.streams.video[0]), heard)
        units = [
            (
                bytes(packet),
                float(packet.pts * packet.time_base),
                packet.is_keyframe,
                packet.stream.type == "audio",
            )
            for packet in container.demux()
            if packet.size and packet.pts is not None and packet.pts >= 0
        ]
    return tracks, units
