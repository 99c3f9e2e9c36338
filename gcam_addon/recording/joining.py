"""Joining clips into one MP4: remuxed where they are alike, encoded again where they are not. Blocking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer, OutputContainer

from gcam_addon.bitstream.leading import Leading
from gcam_addon.errors import RecordingError
from gcam_addon.model import Clip, Codec, Size, Tracks, Unit, Video
from gcam_addon.recording import disk
from gcam_addon.recording.journal_reader import opened
from gcam_addon.words.reason import because

_TIME_BASE = Fraction(1, 90_000)
_BETWEEN_S = 0.1
"""Between the last picture of one clip and the first of the next, whatever lay between them."""


class Cancelled(RecordingError):  # noqa: N818
    """Somebody does not want it any more."""


def join(
    clips: Sequence[tuple[Clip, Path]],
    after: float,
    before: float,
    target: Path,
    *,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> float:
    """Write what lies between `after` and `before` (Unix seconds) into `target`; returns its length, seconds.
    Gaps between clips are skipped. A clip begins at the key frame at or before `after`. RecordingError.
    """
    try:
        with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as output:
            kind = _Remuxed if _alike([path for _, path in clips]) else _Encoded
            film = kind(output)
            for number, (clip, path) in enumerate(clips):
                with opened(path) as source:
                    for share in film.add(source, after - clip.started_at, before - clip.started_at):
                        if cancelled():
                            raise Cancelled("cancelled")
                        progress((number + share) / len(clips))
            film.finish()
            return film.length_s
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise disk.translated(error, target) from error
        raise RecordingError(because("not_joined", why=error)) from error
    except OSError as error:
        raise disk.translated(error, target) from error


class _Remuxed:
    """The clips' own packets, with new times, and their sound."""

    def __init__(self, output: OutputContainer) -> None:
        self._output = output
        self._stream: av.VideoStream | None = None
        self._sound: av.AudioStream | None = None
        self._heard_until = -1
        self.length_s = 0.0

    def add(self, source: InputContainer, from_s: float, to_s: float) -> Iterator[float]:
        """Yields how much of it is done, 0..1."""
        stream = source.streams.video[0]
        if self._stream is None:
            self._begin(source)
        base = stream.time_base
        assert base is not None
        source.seek(max(0, int(from_s / base)), stream=stream, backward=True)
        first: float | None = None
        leading: Leading | None = None
        end_s = self.length_s
        for packet in source.demux(*source.streams.video, *source.streams.audio):
            if packet.pts is None or packet.dts is None or not packet.size:
                continue
            if packet.stream.type == "audio":
                if first is not None:
                    self._hear(packet, self.length_s - first)
                continue
            at_s = float(packet.pts * base)
            if at_s > to_s:
                break
            first = at_s if first is None else first
            leading = leading or Leading(_unit_of(packet, at_s))
            if leading.may_come and leading.is_lost(_unit_of(packet, at_s)):
                continue
            shift = int((self.length_s - first) / base)
            end_s = max(end_s, self.length_s + at_s - first)
            packet.pts += shift
            packet.dts += shift
            assert self._stream is not None
            packet.stream = self._stream
            self._output.mux(packet)
            yield _share(at_s, from_s, to_s, stream)
        if first is not None:
            self.length_s = end_s + _BETWEEN_S

    def finish(self) -> None:
        pass

    def _begin(self, source: InputContainer) -> None:
        self._stream = self._output.add_stream_from_template(source.streams.video[0])
        self._stream.set_display_rotation(_rotation(source))
        if source.streams.audio:
            self._sound = self._output.add_stream_from_template(source.streams.audio[0])

    def _hear(self, packet: av.Packet[Any], shift_s: float) -> None:
        assert packet.pts is not None
        packet.pts += int(shift_s / packet.time_base)
        packet.dts = packet.pts
        if self._sound is not None and packet.pts > self._heard_until:  # where clips overlap it is heard once
            self._heard_until = packet.pts
            packet.stream = self._sound
            self._output.mux(packet)


def _unit_of(packet: av.Packet[Any], at_s: float) -> Unit:
    context = packet.stream.codec_context
    video = Video(Codec(context.name), Size(context.width, context.height))
    return Unit(bytes(packet), at_s, 0.0, Tracks(video), is_key=packet.is_keyframe)


class _Encoded:
    """Decoded and encoded again, all in the first clip's size."""

    def __init__(self, output: OutputContainer) -> None:
        self._output = output
        self._stream: av.VideoStream | None = None
        self.length_s = 0.0

    def add(self, source: InputContainer, from_s: float, to_s: float) -> Iterator[float]:
        """Yields how much of it is done, 0..1."""
        stream = source.streams.video[0]
        stream.codec_context.thread_count = 1
        film = self._stream = self._stream or self._begin(stream)
        base = stream.time_base
        assert base is not None
        source.seek(max(0, int(from_s / base)), stream=stream, backward=True)
        first: float | None = None
        end_s = self.length_s
        for frame in source.decode(stream):
            at_s = float(frame.time)
            if at_s > to_s:
                break
            first = at_s if first is None else first
            end_s = self.length_s + at_s - first
            picture = frame.reformat(film.width, film.height, "yuv420p")
            picture.pts, picture.time_base = int(end_s / _TIME_BASE), _TIME_BASE
            picture.pict_type = av.video.frame.PictureType.NONE
            self._output.mux(film.encode(picture))
            yield _share(at_s, from_s, to_s, stream)
        if first is not None:
            self.length_s = end_s + _BETWEEN_S

    def finish(self) -> None:
        if self._stream is not None:
            self._output.mux(self._stream.encode(None))

    def _begin(self, like: av.VideoStream) -> av.VideoStream:
        stream = self._output.add_stream("libx264", rate=15)
        context = stream.codec_context
        stream.width, stream.height, stream.pix_fmt = like.width, like.height, "yuv420p"
        stream.time_base = context.time_base = _TIME_BASE
        context.options = {"preset": "ultrafast", "crf": "26"}
        context.thread_count = 1
        return stream


def _share(at_s: float, from_s: float, to_s: float, stream: av.VideoStream) -> float:
    """How far along, 0..1."""
    assert stream.time_base is not None
    whole_s = float((stream.duration or 0) * stream.time_base)
    start_s, end_s = max(0.0, from_s), min(whole_s, to_s)
    return min(1.0, max(0.0, (at_s - start_s) / max(end_s - start_s, 0.001)))


def _alike(paths: Sequence[Path]) -> bool:
    """Whether one decoder set-up fits all of them: size, codec and its parameters."""
    return len({_parameters(path) for path in paths}) == 1


def _rotation(source: InputContainer) -> float:
    """How far the film is turned counterclockwise to be shown."""
    for frame in source.decode(video=0):
        source.seek(0)
        return frame.rotation
    return 0.0


def _parameters(path: Path) -> tuple[object, ...]:
    with opened(path) as source:
        stream = source.streams.video[0]
        context = stream.codec_context
        size = (context.width, context.height)
        seen = (context.name, size, bytes(context.extradata or b""), stream.time_base, _rotation(source))
        return (*seen, *(bytes(voice.codec_context.extradata or b"") for voice in source.streams.audio))
