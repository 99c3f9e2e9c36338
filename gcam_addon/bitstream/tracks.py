"""Between our tracks and libav's streams, both ways. Blocking, and quick: nothing is read but a header."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from gcam_addon.bitstream import matroska, nal
from gcam_addon.errors import ProtocolError
from gcam_addon.model import Codec, Size, Sound, Tracks, Video
from gcam_addon.picture.orientation import degrees_of
from gcam_addon.words.reason import because

CODECS = frozenset(codec.value for codec in Codec)
"""libav's names of what pictures may come in."""


@dataclass(frozen=True, slots=True)
class Templates:
    """libav's streams that are like ours, for `add_stream_from_template`."""

    video: VideoStream
    sound: AudioStream | None


@contextmanager
def templates(tracks: Tracks) -> Iterator[Templates]:
    """They hold only within."""
    read_until_a_cluster = matroska.header(tracks, {}) + matroska.cluster_head(0, 0)
    with av.open(io.BytesIO(read_until_a_cluster), format="matroska") as container:
        sound = container.streams.audio[0] if container.streams.audio else None
        yield Templates(container.streams.video[0], sound)


def add_video(output: OutputContainer, like: VideoStream, orientation: int) -> VideoStream:
    """To an MP4: as `like`, to be shown by `orientation`."""
    stream = output.add_stream_from_template(like)
    if like.codec_context.name == Codec.H265:
        stream.codec_context.codec_tag = "hvc1"  # what Apple's players ask for
    stream.set_display_rotation(-degrees_of(orientation))
    return stream


def video_of(stream: VideoStream) -> Video:
    """ProtocolError for a codec that Gcam does not know, or a stream that does not tell its size."""
    context = stream.codec_context
    if context.name not in CODECS:
        raise ProtocolError(because("video_codec_unknown", codec=context.name))
    codec = Codec(context.name)
    if not context.width or not context.height:
        raise ProtocolError(because("video_size_unknown", codec=context.name))
    setup = b"" if codec is Codec.MJPEG else _setup(stream)
    return Video(codec, Size(context.width, context.height), setup)


def video_of_key(codec: Codec, annex_b: bytes) -> Video:
    """What a key unit with its parameter sets, in Annex B's form, says of the stream. ProtocolError."""
    plain = b"".join(b"\0\0\1" + unit for unit in nal.split(annex_b))  # libav keeps zeros between as theirs
    try:
        with av.open(io.BytesIO(plain), format=codec.value) as container:
            return video_of(container.streams.video[0])
    except (av.FFmpegError, IndexError) as error:
        raise ProtocolError(because("video_size_unknown", codec=codec.value)) from error


def sound_of(stream: AudioStream) -> Sound | None:
    """None where it is no AAC."""
    context = stream.codec_context
    setup = bytes(context.extradata or b"")
    if context.name != "aac" or not setup or not context.sample_rate:
        return None
    return Sound(context.sample_rate, context.channels, setup)


def _setup(stream: VideoStream) -> bytes:
    """The parameter sets as MP4 keeps them, whatever form they have: libav's muxer makes it."""
    extradata = bytes(stream.codec_context.extradata or b"")
    if extradata[:1] == b"\x01":
        return extradata
    sink = _Memory()
    try:
        with av.open(sink, "w", format="matroska", options={"live": "1"}) as output:
            output.add_stream_from_template(stream)
            output.start_encoding()
            written = bytes(sink.written) + matroska.cluster_head(0, 0)
        with av.open(io.BytesIO(written)) as container:
            return bytes(container.streams.video[0].codec_context.extradata or b"")
    except (av.FFmpegError, ValueError) as error:
        raise ProtocolError(because("video_size_unknown", codec=stream.codec_context.name)) from error


class _Memory:
    """A file that can't seek, so the muxer comes back for nothing."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, data: bytes) -> int:
        self.written += data
        return len(data)
