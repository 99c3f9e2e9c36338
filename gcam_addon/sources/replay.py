"""Recorded pictures as a source: a video file, a folder of pictures, JPEGs one after another in a file.

JPEGs pass through byte for byte; anything else is decoded and becomes JPEG, so that what is analysed
offline is what would be analysed live. Writing files does not belong here.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

import av
import av.container
import av.error
import av.packet
import av.video.reformatter
from av.video.stream import VideoStream

from gcam_addon.clock import Clock
from gcam_addon.errors import ProtocolError, Unreachable
from gcam_addon.model import Size, Unit, jpeg_unit
from gcam_addon.picture import jpeg
from gcam_addon.picture.pixels import decoded, encoded
from gcam_addon.wire.multipart import MultipartParser
from gcam_addon.words.reason import because

DEFAULT_FPS = 10.0
"""Of pictures that carry no times."""

_JPEG_QUALITY = 90
_BATCH = 8  # frames fetched by one call of the thread
_READ_BYTES = 256 * 1024
_PICTURES = frozenset({".jpg", ".jpeg", ".png"})
_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = {"max_pixels": str(jpeg.MAX_PIXELS)}
_TEXT_CODECS = frozenset({"ansi", "bintext", "idf", "xbin"})  # FFmpeg draws text files as pictures
_TICK_S = 1e-6
_Result = TypeVar("_Result")
_Timed = tuple[bytes, float | None]
"""A JPEG and its time in the file, seconds, where the file tells."""


def read_frames(path: Path, fps: float | None = None, *, every: int = 1) -> Iterator[Unit]:
    """The pictures of `path` in order, as fast as they can be read; `pts_s` and `received_at` begin at 0.

    `fps` replaces the file's own times; a folder and bare JPEGs have none: 10 without it. Of a file with more
    pictures than are wanted, only `every` so many-th is made a JPEG, the first one included. Raises
    Unreachable where nothing is there and ProtocolError where it is no video.
    """
    return _Reading(path, fps, every).frames()


class ReplaySource:
    """Implements `interfaces.Source` for a file or folder; the end of the file is the end of the iteration.

    `pts_s` is the clock's reading at the start plus the file's time, also when read faster than that:
    `realtime` holds every frame back until it is due. `loop` begins again at the end, time going on.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        fps: float | None = None,
        realtime: bool = False,
        loop: bool = False,
    ) -> None:
        self._path = path
        self._clock = clock
        self._fps = fps
        self._realtime = realtime
        self._loop = loop
        self._dropped_before = 0
        self._reading = _Reading(path, fps)

    @property
    def dropped(self) -> int:
        return self._dropped_before + self._reading.dropped

    async def units(self) -> AsyncGenerator[Unit, None]:
        origin_s, origin_at = self._clock.monotonic(), self._clock.wall()
        begin_s, last_s = 0.0, 0.0
        while True:
            previous_s, last_s = last_s, begin_s
            async with aclosing(self._once()) as frames:
                async for frame in frames:
                    previous_s, last_s = last_s, begin_s + frame.pts_s
                    if self._realtime:
                        await asyncio.sleep(max(0.0, origin_s + last_s - self._clock.monotonic()))
                    yield replace(frame, pts_s=origin_s + last_s, received_at=origin_at + last_s)
            if not self._loop:
                return
            begin_s = last_s + ((last_s - previous_s) or 1 / (self._fps or DEFAULT_FPS))

    async def _once(self) -> AsyncGenerator[Unit]:
        """The file once, read by a thread in batches."""
        self._dropped_before += self._reading.dropped
        self._reading = _Reading(self._path, self._fps)
        frames = self._reading.frames()
        lock = threading.Lock()  # a cancelled read goes on in its thread: closing has to wait for it

        def fetch() -> list[Unit]:
            return list(islice(frames, _BATCH))

        try:
            while batch := await asyncio.to_thread(_locked, lock, fetch):
                for frame in batch:
                    yield frame
        finally:
            await asyncio.to_thread(_locked, lock, frames.close)


class _Reading:
    """One pass through a file or folder."""

    def __init__(self, path: Path, fps: float | None, every: int = 1) -> None:
        self.dropped = 0
        self._path = path
        self._fps = fps
        self._every = every

    def frames(self) -> Generator[Unit]:
        first_s: float | None = None
        last_s = -_TICK_S
        index = 0
        for data, time_s in self._open():
            size = jpeg.size_of(data)
            if size is None:
                self.dropped += 1
                continue
            if self._fps is not None or time_s is None:
                pts_s = index / (self._fps or DEFAULT_FPS)
            else:
                first_s = time_s if first_s is None else first_s
                pts_s = time_s - first_s
            last_s = max(pts_s, last_s + _TICK_S)
            index += self._every
            yield jpeg_unit(data, last_s, last_s, size)
        if index == 0:
            raise ProtocolError(
                because("file_without_picture", path=self._path, accepted=because("accepted_files"))
            )

    def _open(self) -> Iterator[_Timed]:
        with _reading(self._path):
            if self._path.is_dir():
                return self._thinned(self._folder())
            with self._path.open("rb") as file:
                begin = file.read(64)
        is_bare = begin.startswith(jpeg.SOI) or begin.lstrip().startswith(b"--")
        return self._thinned(self._bare_jpegs()) if is_bare else self._video()

    def _thinned(self, pictures: Iterator[_Result]) -> Iterator[_Result]:
        return islice(pictures, None, None, self._every)

    def _folder(self) -> Iterator[_Timed]:
        with _reading(self._path):
            entries = list(self._path.iterdir())
        names = [p for p in entries if p.suffix.lower() in _PICTURES and p.name[0] != "."]
        for name in sorted(names, key=_natural):
            data = self._picture(name)
            if data is not None:
                yield data, None

    def _picture(self, path: Path) -> bytes | None:
        with _reading(path):
            data = path.read_bytes()
        if data.startswith(jpeg.SOI):
            return data
        is_readable = data.startswith(_PNG) and jpeg.is_cameras(_png_size(data))
        picture = decoded(data) if is_readable else None
        if picture is None:
            self.dropped += 1
            return None
        return encoded(picture, _JPEG_QUALITY)

    def _bare_jpegs(self) -> Iterator[_Timed]:
        parser = MultipartParser()
        dropped_before = self.dropped
        with self._path.open("rb") as file:
            while data := file.read(_READ_BYTES):
                try:
                    pictures = parser.feed(data)
                except ProtocolError as error:
                    raise ProtocolError(because("replay_failed", path=self._path, why=error)) from error
                self.dropped = dropped_before + parser.dropped
                for picture in pictures:
                    yield picture, None
        self.dropped += parser.is_within_picture  # the file was cut there

    def _video(self) -> Iterator[_Timed]:
        with _translated(self._path):
            # A file may be a playlist: whatever it names, nothing is fetched from the network.
            container = av.open(str(self._path), options={"protocol_whitelist": "file"})
        with container:
            streams = container.streams.video
            if not streams or streams[0].codec_context.name in _TEXT_CODECS:
                raise ProtocolError(because("no_video", path=self._path, accepted=because("accepted_files")))
            stream = streams[0]
            is_mjpeg = stream.codec_context.name == "mjpeg"
            yield from (
                self._thinned(self._packets(container, stream))
                if is_mjpeg
                else self._encoded(self._thinned(self._decoded(container, stream)))
            )

    def _packets(self, container: av.container.InputContainer, stream: VideoStream) -> Iterator[_Timed]:
        """The JPEGs as they lie in the file."""
        base = stream.time_base
        with _translated(self._path):
            for packet in container.demux(stream):
                if packet.size:
                    stamp = packet.pts if packet.pts is not None else packet.dts
                    time_s = None if stamp is None or base is None else float(stamp * base)
                    yield jpeg.mended(bytes(packet)), time_s

    def _encoded(self, frames: Iterator[av.VideoFrame]) -> Iterator[_Timed]:
        reformatter = av.video.reformatter.VideoReformatter()
        for frame in frames:
            with _translated(self._path):
                picture = reformatter.reformat(frame, format="bgr24").to_ndarray()
            yield encoded(picture, _JPEG_QUALITY), frame.time

    def _decoded(
        self, container: av.container.InputContainer, stream: VideoStream
    ) -> Iterator[av.VideoFrame]:
        stream.codec_context.thread_count = 1
        stream.codec_context.options = _MOST_PIXELS
        with _translated(self._path):
            for packet in container.demux(stream):
                yield from self._decode(stream, packet)

    def _decode(self, stream: VideoStream, packet: av.packet.Packet[VideoStream]) -> list[av.VideoFrame]:
        try:
            return stream.codec_context.decode(packet)
        except av.error.InvalidDataError:  # a damaged stretch: the rest may be good
            self.dropped += 1
            return []


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unreachable(because("source_unreadable", path=path, why=error)) from error


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (av.error.FFmpegError, OSError) as error:
        raise ProtocolError(because("no_video", path=path, accepted=because("accepted_files"))) from error


def _png_size(data: bytes) -> Size:
    """By the head that every PNG begins with; decoding an absurd one takes all memory."""
    return Size(int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))


def _natural(path: Path) -> list[tuple[int, str]]:
    """Name order as people see it: 2 before 10."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def _locked(lock: threading.Lock, work: Callable[[], _Result]) -> _Result:
    with lock:
        return work()
