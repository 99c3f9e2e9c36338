"""A journal of JPEGs becomes an H.264 MP4: every frame at its own time, fit for every player. Synchronous,
for a worker thread; which journal when, and what then: `finisher.py`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from gcam_addon.bitstream.matroska import TIME_BASE
from gcam_addon.config.model import SOFTWARE, X264_PRESETS, EncoderSettings
from gcam_addon.errors import RecordingError
from gcam_addon.model import Size
from gcam_addon.picture.orientation import UPRIGHT, orientation_of, shown_size, turned
from gcam_addon.recording import disk
from gcam_addon.recording.journal_reader import Undecodable, count_frames, opened, packets
from gcam_addon.recording.leisure import unhurried
from gcam_addon.words.reason import because

_GOP_FRAMES = 60
_NOMINAL_FPS = 15
_log = logging.getLogger(__name__)


class Interrupted(RecordingError):  # noqa: N818
    """The program is stopping; the journal is as it was."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """What is in the MP4. `duration_s`: from the first frame to the last."""

    frames: int
    damaged: int
    size: Size
    duration_s: float


class Encoder:
    """Makes MP4s as the settings say; one after the other or in several threads at once."""

    def __init__(self, settings: EncoderSettings) -> None:
        self._settings = settings
        self._warned = False

    def encode(
        self,
        journal: Path,
        target: Path,
        tags: dict[str, str],
        stopping: Callable[[], bool] = lambda: False,
        *,
        at_leisure: bool = False,
    ) -> Encoded:
        """Write `target` (overwritten; removed by the caller on error), synced to disk and read back.

        `at_leisure`: in fewer bytes, and in two to three times the time. Damaged frames are left out and
        counted. Raises `Undecodable`, `Interrupted`, `StorageFull`, `RecordingError`; the journal is never
        touched.
        """
        try:
            result = self._encode(journal, target, tags, stopping, strict=True, at_leisure=at_leisure)
        except Undecodable:  # better faulty pictures than none: some firmware bends the rules in every frame
            result = self._encode(journal, target, tags, stopping, strict=False, at_leisure=at_leisure)
        sync(target)
        verify(target, result.frames)
        return result

    def _encode(
        self,
        journal: Path,
        target: Path,
        tags: dict[str, str],
        stopping: Callable[[], bool],
        *,
        strict: bool,
        at_leisure: bool,
    ) -> Encoded:
        settings = unhurried(self._settings) if at_leisure else self._settings
        with opened(journal) as source:
            pictures = _Pictures(source, strict=strict)
            first = next(iter(pictures), None)
            if first is None:
                raise Undecodable(f"{journal.name}: not one of {pictures.damaged} frames is whole")
            picture, orientation = first
            stored = Size(max(2, picture.width & ~1), max(2, picture.height & ~1))  # 4:2:0 knows no odd sizes
            size = shown_size(stored, orientation)
            with writing(target, tags) as output:
                film = _Film(target, output, self._codec_for(size), settings, size)
                film.add(picture, orientation)
                for picture, orientation in pictures:
                    if stopping():
                        raise Interrupted(f"{journal.name} is finished at the next start")
                    film.add(picture, orientation)
                film.end()
        return Encoded(film.frames, pictures.damaged, size, film.last_pts_ms / 1000)

    def _codec_for(self, size: Size) -> str:
        """The named encoder where it can be opened, else libx264 with a warning."""
        wanted = self._settings.codec
        if wanted == SOFTWARE:
            return SOFTWARE
        try:
            trial = av.CodecContext.create(wanted, "w")
            assert isinstance(trial, VideoCodecContext)
            _configure(trial, wanted, self._settings, size)
            trial.open()
        except (av.FFmpegError, ValueError) as error:
            level = logging.DEBUG if self._warned else logging.WARNING
            _log.log(level, "the encoder %s can't be used here (%s): using %s", wanted, error, SOFTWARE)
            self._warned = True
            return SOFTWARE
        return wanted


class _Pictures:
    """The journal's frames, decoded, and how each is to be shown; damaged ones counted instead."""

    def __init__(self, source: InputContainer, *, strict: bool) -> None:
        self.damaged = 0
        self._packets = packets(source)
        self._decoder = av.CodecContext.create("mjpeg", "r")
        self._decoder.thread_count = 1
        if strict:
            self._decoder.options = {"err_detect": "explode"}

    def __iter__(self) -> Iterator[tuple[av.VideoFrame, int]]:
        for packet in self._packets:
            picture = self._decode(packet)
            if picture is None:
                self.damaged += 1
                continue
            picture.pts, picture.time_base = packet.pts, TIME_BASE
            yield picture, orientation_of(bytes(packet))

    def _decode(self, packet: av.Packet[av.VideoStream]) -> av.VideoFrame | None:
        try:
            frames = self._decoder.decode(packet)
        except av.FFmpegError:
            return None
        return frames[0] if frames and isinstance(frames[0], av.VideoFrame) else None


class _Film:
    """The MP4 being written."""

    def __init__(
        self, target: Path, output: OutputContainer, codec: str, settings: EncoderSettings, size: Size
    ) -> None:
        self.frames = 0
        self.last_pts_ms = 0
        self._output = output
        self._target = target
        self._size = size
        self._convert = VideoReformatter()
        stream = output.add_stream(codec, rate=_NOMINAL_FPS)
        assert isinstance(stream, av.VideoStream)
        self._stream = stream
        self._stream.time_base = TIME_BASE
        _configure(self._stream.codec_context, codec, settings, size)

    def add(self, picture: av.VideoFrame, orientation: int) -> None:
        """JPEG's full range becomes the limited range that every player assumes for H.264."""
        assert picture.pts is not None
        stored = shown_size(self._size, orientation)
        converted = self._convert.reformat(
            picture,
            width=stored.width,
            height=stored.height,
            format="yuv420p",
            src_colorspace=Colorspace.ITU601,
            dst_colorspace=Colorspace.ITU601,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BICUBIC,
        )
        if orientation != UPRIGHT:
            converted = _turned(converted, orientation)
        converted.pts, converted.time_base = picture.pts, TIME_BASE
        self._write(converted)
        self.frames += 1
        self.last_pts_ms = picture.pts

    def end(self) -> None:
        self._write(None)

    def _write(self, picture: av.VideoFrame | None) -> None:
        try:
            self._output.mux(self._stream.encode(picture))
        except av.FFmpegError as error:
            if isinstance(error, OSError):
                raise disk.translated(error, self._target) from error
            raise RecordingError(because("encoder_failed", file=self._target.name, why=error)) from error


def _configure(context: VideoCodecContext, codec: str, settings: EncoderSettings, size: Size) -> None:
    context.width, context.height, context.pix_fmt = size.width, size.height, "yuv420p"
    context.time_base = TIME_BASE
    context.thread_count = 1
    context.gop_size = _GOP_FRAMES
    context.color_range = ColorRange.MPEG
    context.colorspace = Colorspace.ITU601
    if codec == SOFTWARE:
        preset = settings.preset if settings.preset in X264_PRESETS else EncoderSettings().preset
        context.options = {"preset": preset, "crf": str(settings.quality)}
    elif codec.endswith("_nvenc"):
        context.options = {"rc": "vbr", "cq": str(settings.quality)}
    elif codec.endswith("_qsv"):
        context.options = {"global_quality": str(settings.quality)}
    else:  # encoders that know only a bit rate: 0.1 bit per pixel at 26, half of it every 6 steps
        bits_per_pixel = 0.1 * 2 ** ((26 - settings.quality) / 6)
        context.bit_rate = int(size.width * size.height * _NOMINAL_FPS * bits_per_pixel)


def _turned(picture: av.VideoFrame, orientation: int) -> av.VideoFrame:
    """A yuv420p picture as it is to be shown: players turn nothing in an MP4 they show in a page."""
    planes = picture.to_ndarray().reshape(-1)
    width, height = picture.width, picture.height
    luma, half = width * height, (height // 2, width // 2)
    chroma = luma + luma // 4
    shown = [
        turned(plane.reshape(shape), orientation)
        for plane, shape in (
            (planes[:luma], (height, width)),
            (planes[luma:chroma], half),
            (planes[chroma:], half),
        )
    ]
    size = shown_size(Size(width, height), orientation)
    packed = np.concatenate([plane.reshape(-1) for plane in shown]).reshape(size.height * 3 // 2, size.width)
    result = av.VideoFrame.from_ndarray(packed, format="yuv420p")
    result.color_range, result.colorspace = picture.color_range, picture.colorspace
    return result


def writing(target: Path, tags: dict[str, str], **options: str) -> OutputContainer:
    """An MP4, opened. `options`: further ones of libav's muxer. StorageFull, RecordingError."""
    try:
        output = av.open(str(target), "w", format="mp4", options={"movflags": "faststart", **options})
    except OSError as error:  # what libavformat's open raises for a path it can't write
        raise disk.translated(error, target) from error
    output.metadata.update(tags)
    return output


def sync(path: Path) -> None:
    """StorageFull, RecordingError."""
    try:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise disk.translated(error, path) from error


class FramesLost(RecordingError):  # noqa: N818
    """Fewer are in a video than were put in."""


def verify(path: Path, frames: int) -> None:
    """Count again: libavformat may swallow a late write error, and the journal goes once this returns."""
    found = count_frames(path)
    if found != frames:
        raise FramesLost(because("frames_lost", path=path, kept=found, frames=frames))
