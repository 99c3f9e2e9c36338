"""Single pictures out of finished clips: for scrubbing, frame by frame, and the camera's own JPEGs."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TypeVar

import av

from gcam_addon.errors import NotFound, RecordingError
from gcam_addon.model import Clip, Size
from gcam_addon.picture.orientation import of_frame, shown_size, turned
from gcam_addon.picture.pixels import encoded
from gcam_addon.recording import layout
from gcam_addon.recording.journal_reader import opened
from gcam_addon.words.reason import Reason, because

_AT_ONCE = 2
_KEPT_BYTES = 8 * 1024 * 1024
_QUALITY, _EXACT_QUALITY = 80, 95
"""To find one's way; of the very frame that is looked at, or kept."""
_TOLERANCE_S = 0.0005
_T = TypeVar("_T")


class StoredPictures:
    """web.ports.ClipPictures. The last ones asked for are kept: people scrub to and fro."""

    def __init__(self, media_dir: Path, threads: Executor) -> None:
        self._media_dir = media_dir
        self._threads = threads
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._pictures = _Cache()
        self._times: dict[str, Sequence[float]] = {}

    async def picture(self, clip: Clip, at_s: float, *, width: int, exact: bool) -> bytes:
        key = (clip.id, round(at_s, 2) if exact else round(at_s), width, exact)
        kept = self._pictures.get(key)
        if kept is None:
            video = self._media_dir / clip.path
            kept = await self._read(lambda: picture_at(video, at_s, width, exact=exact))
            self._pictures.put(key, kept)
        return kept

    async def times(self, clip: Clip) -> Sequence[float]:
        if clip.id not in self._times:
            video = self._media_dir / clip.path
            self._times = {clip.id: await self._read(lambda: times_of(video))}
        return self._times[clip.id]

    async def original(self, clip: Clip, at_s: float) -> bytes:
        file = layout.original_of(self._media_dir / clip.path)
        return await self._read(lambda: original_at(file, at_s))

    async def _read(self, work: Callable[[], _T]) -> _T:
        async with self._free:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def picture_at(video: Path, at_s: float, width: int, *, exact: bool) -> bytes:
    """Blocking. NotFound."""
    with _there(video, because("recording_gone")) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        if not exact:
            stream.codec_context.skip_frame = "NONKEY"
        _seek(container, stream, at_s)
        shown = None
        for frame in container.decode(stream):
            if shown is not None and frame.time > at_s + _TOLERANCE_S:
                break
            shown = frame
            if not exact:
                break
        if shown is None:
            raise NotFound(because("no_picture_then"))
        return _jpeg(shown, width, _EXACT_QUALITY if exact else _QUALITY)


def times_of(video: Path) -> Sequence[float]:
    """Blocking. NotFound."""
    with _there(video, because("recording_gone")) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        found = [packet.pts for packet in container.demux(stream) if packet.pts is not None and packet.size]
        return sorted(float(pts * stream.time_base) for pts in found)


def original_at(file: Path, at_s: float) -> bytes:
    """Blocking. NotFound."""
    with _there(file, because("originals_not_kept")) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        _seek(container, stream, at_s)
        shown = None
        for packet in container.demux(stream):
            if packet.pts is None or not packet.size:
                continue
            if shown is not None and packet.pts * stream.time_base > at_s + _TOLERANCE_S:
                break
            shown = bytes(packet)
        if shown is None:
            raise NotFound(because("no_picture_then"))
        return shown


class _there:  # noqa: N801  (reads as a phrase: with _there(video, …))
    """`opened`, with `NotFound` for a file that is gone or is no video."""

    def __init__(self, path: Path, missing: Reason) -> None:
        self._opened = opened(path)
        self._missing = missing

    def __enter__(self) -> av.container.InputContainer:
        try:
            return self._opened.__enter__()
        except RecordingError as error:
            raise NotFound(self._missing) from error

    def __exit__(self, *error: object) -> None:
        self._opened.__exit__(*error)  # type: ignore[arg-type]


def _seek(container: av.container.InputContainer, stream: av.VideoStream, at_s: float) -> None:
    assert stream.time_base is not None
    container.seek(max(0, int(at_s / stream.time_base)), stream=stream, backward=True, any_frame=False)


def _jpeg(frame: av.VideoFrame, width: int, quality: int) -> bytes:
    shown = shown_size(Size(frame.width, frame.height), of_frame(frame.rotation))
    share = min(1.0, width / shown.width)
    width, height = (max(1, round(side * share)) for side in (frame.width, frame.height))
    pixels = frame.reformat(width, height, "bgr24", interpolation="AREA").to_ndarray()
    return encoded(turned(pixels, of_frame(frame.rotation)), quality)


class _Cache:
    """The pictures last used, bounded in bytes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> bytes | None:
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def put(self, key: Hashable, jpeg: bytes) -> None:
        if key in self._kept:
            return
        self._kept[key] = jpeg
        self._bytes += len(jpeg)
        while self._bytes > _KEPT_BYTES:
            self._bytes -= len(self._kept.popitem(last=False)[1])
