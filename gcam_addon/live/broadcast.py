"""Video for viewers. A compressed camera's own is copied (`copied.py`); of JPEGs H.264 is made only while
somebody watches, by one encoder per camera, however many they are.

A slow viewer loses pictures up to the next key frame and holds nobody up. All on the loop, but the encoding.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import NamedTuple, Protocol

from gcam_addon.duties import Duties
from gcam_addon.errors import GcamError, NotFound, Stalled
from gcam_addon.live.copied import as_mp4, as_ts
from gcam_addon.live.h264 import H264Encoder, Piece, size_of
from gcam_addon.live.units import UnitRelay
from gcam_addon.model import Codec, EncodedFrame
from gcam_addon.words.reason import because

LINGER_S = 3.0
"""How long an encoder waits for somebody to come back: reloading a page must not begin anew."""
AWAY_S = 15.0
"""How long viewers wait for a camera that is away: a lost connection is noticed and made anew within it."""
_WAITING_MOST = 45
"""Pieces a viewer may lag behind: some seconds."""
_THREADS = 2
_log = logging.getLogger(__name__)


class Watch(Protocol):
    def __call__(self, camera_id: str, *, hd: bool) -> AsyncGenerator[EncodedFrame, None]: ...


class Units(Protocol):
    def __call__(self, camera_id: str, *, hd: bool) -> UnitRelay: ...


class Container(StrEnum):
    MP4 = "mp4"
    TS = "ts"


class Broadcasts:
    """`watch` as often as wanted; `close` once. `frames` gives a camera's pictures, newest first;
    `units` what a compressed one sends.
    """

    def __init__(
        self,
        frames: Watch,
        epoch: Callable[[str], int],
        units: Units,
        *,
        duties: Duties,
        crf: int = 26,
        linger_s: float = LINGER_S,
        away_s: float = AWAY_S,
    ) -> None:
        self._frames = frames
        self._epoch = epoch
        self._units = units
        self._duties = duties
        self._manner = _Manner(duties.pool("live", _THREADS), crf, linger_s, away_s)
        self._open: dict[_Stream, _Broadcast] = {}
        """Those that may be joined; one that has begun to end is no longer among them."""
        self._alive: dict[_Broadcast, str] = {}
        self._failing: set[_Stream] = set()

    @property
    def encoding(self) -> frozenset[str]:
        """The cameras that have an encoder at this moment."""
        return frozenset(self._alive.values())

    async def watch(
        self, camera_id: str, container: Container, *, h265: bool = True, hd: bool = False
    ) -> AsyncGenerator[Piece, None]:
        """Pieces from a key frame on, until the camera's pictures end, fail to come for `away_s`, or, in
        MPEG-TS, change their size. Not `h265`: the viewer can't show that, so H.264 is made of it. `hd`: of
        the camera's second address while that is there, else of the first, until that changes; of the first
        too where it would have to be made, as large as it is. Raises what `frames` raises, `Stalled` where
        not even the first came, and `LiveError` where it can't be made.
        """
        units = self._units(camera_id, hd=hd)
        if hd and not _is_playable(units, h265):
            hd, units = False, self._units(camera_id, hd=False)
        async with aclosing(self._pieces(_Stream(camera_id, hd), units, container, h265)) as pieces:
            async for piece in pieces:
                yield piece
                if hd and not self._is_shown(camera_id, units):
                    return

    def _is_shown(self, camera_id: str, units: UnitRelay) -> bool:
        """Whether these are still what is shown large."""
        try:
            return self._units(camera_id, hd=True) is units
        except NotFound:
            return False

    async def _pieces(
        self, stream: _Stream, units: UnitRelay, container: Container, h265: bool
    ) -> AsyncGenerator[Piece, None]:
        if units.tracks is not None and _is_playable(units, h265):
            copy = as_mp4 if container is Container.MP4 else as_ts
            async with aclosing(copy(units, self._manner.away_s)) as copies:
                async for copied in copies:
                    yield copied
            return
        broadcast = self._open.get(stream) or self._begin(stream)
        viewer = broadcast.join(container)
        try:
            while (piece := await viewer.take()) is not None:
                yield piece
        finally:
            broadcast.leave(viewer)
        if viewer.failure is not None:
            raise viewer.failure

    async def close(self) -> None:
        await asyncio.gather(*(broadcast.stop() for broadcast in tuple(self._alive)))
        await asyncio.to_thread(self._manner.threads.shutdown)

    def _begin(self, stream: _Stream) -> _Broadcast:
        def over() -> None:
            if self._open.get(stream) is broadcast:
                del self._open[stream]

        frames = self._frames(stream.camera_id, hd=stream.hd)
        epoch = partial(self._epoch, stream.camera_id)
        broadcast = _Broadcast(frames, epoch, self._manner, over, partial(self._report, stream))
        self._open[stream] = broadcast
        self._alive[broadcast] = stream.camera_id
        broadcast.task = self._duties.once(f"live {stream}", broadcast.run())
        broadcast.task.add_done_callback(lambda _: self._alive.pop(broadcast))
        return broadcast

    def _report(self, stream: _Stream, failure: GcamError | None) -> None:
        """What fails is said once, until it works again. A camera that is away says so itself."""
        if failure is None:
            self._failing.discard(stream)
        elif not isinstance(failure, Stalled):
            level = logging.DEBUG if stream in self._failing else logging.WARNING
            _log.log(level, "no live video: %s", failure, extra={"camera": stream.camera_id})
            self._failing.add(stream)


def _is_playable(units: UnitRelay, h265: bool) -> bool:
    """Whether a viewer shows what the camera sends; JPEGs are made a video for every one."""
    return h265 or units.tracks is None or units.tracks.video.codec is not Codec.H265


class _Stream(NamedTuple):
    """What an encoder is for."""

    camera_id: str
    hd: bool

    def __str__(self) -> str:
        return f"{self.camera_id} HD" if self.hd else self.camera_id


@dataclass(frozen=True, slots=True)
class _Manner:
    """What all broadcasts have in common."""

    threads: ThreadPoolExecutor
    crf: int
    linger_s: float
    away_s: float


class _Broadcast:
    """One camera's encoder and those who watch it. `over`: nobody may join any more. `report`: why it ended
    for those who watch, or None while it works.
    """

    def __init__(
        self,
        frames: AsyncGenerator[EncodedFrame, None],
        epoch: Callable[[], int],
        manner: _Manner,
        over: Callable[[], None],
        report: Callable[[GcamError | None], None],
    ) -> None:
        self._frames = frames
        self._epoch = epoch
        self._encoded_epoch = epoch()
        self._manner = manner
        self._over = over
        self._report = report
        self._encoder: H264Encoder | None = None
        self._viewers: set[_Viewer] = set()
        self._key_wanted = False
        self._lingering: asyncio.TimerHandle | None = None
        self.task: asyncio.Task[None]
        """Of `run`."""

    def join(self, container: Container) -> _Viewer:
        viewer = _Viewer(container, self._epoch)
        self._viewers.add(viewer)
        self._key_wanted = True
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None
        return viewer

    def leave(self, viewer: _Viewer) -> None:
        self._viewers.discard(viewer)
        if not self._viewers and self._lingering is None:
            loop = asyncio.get_running_loop()
            self._lingering = loop.call_later(self._manner.linger_s, self._retire)

    async def stop(self) -> None:
        self._retire()
        await asyncio.wait([self.task])

    def _retire(self) -> None:
        """Before the end is awaited: who comes meanwhile gets a broadcast that goes on."""
        self._over()
        self.task.cancel()

    async def run(self) -> None:
        failure: GcamError | None = None
        try:
            await self._encode_all()
        except GcamError as error:
            failure = error
            self._report(error)
        finally:
            self._over()
            for viewer in self._viewers:
                viewer.end(failure)

    async def _encode_all(self) -> None:
        async with aclosing(self._frames) as frames:
            while (frame := await self._next(frames)) is not None:
                if self._viewers:
                    await self._show(frame)

    async def _next(self, frames: AsyncGenerator[EncodedFrame, None]) -> EncodedFrame | None:
        away_s = self._manner.away_s
        try:
            async with asyncio.timeout(away_s):
                return await anext(frames, None)
        except TimeoutError:
            raise Stalled(because("no_picture_for", seconds=away_s)) from None

    async def _show(self, frame: EncodedFrame) -> None:
        before, epoch = self._encoder, self._epoch()
        is_new_look = epoch != self._encoded_epoch
        key, self._key_wanted, self._encoded_epoch = self._key_wanted or is_new_look, False, epoch
        ts = any(viewer.container is Container.TS for viewer in self._viewers)
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._manner.threads, partial(self._encode, frame, key=key, ts=ts))
        mp4_pieces, ts_pieces = await asyncio.shield(work)
        self._report(None)
        if before is not None and before is not self._encoder:
            self._end_begun(Container.TS)
        if epoch != self._epoch():
            return
        self._hand_out(Container.TS, ts_pieces)
        if not is_new_look:  # the fragment that comes out now is the picture's before
            self._hand_out(Container.MP4, mp4_pieces)

    def _encode(self, frame: EncodedFrame, *, key: bool, ts: bool) -> tuple[list[Piece], list[Piece]]:
        """On a thread, one call at a time."""
        if self._encoder is None or self._encoder.size != size_of(frame):
            self._encoder = H264Encoder(size_of(frame), crf=self._manner.crf)
        return self._encoder.encode(frame, key=key, ts=ts)

    def _hand_out(self, container: Container, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            for viewer in self._viewers:
                if viewer.container is container and not viewer.put(piece):
                    self._key_wanted = True

    def _end_begun(self, container: Container) -> None:
        """MPEG-TS has no place for another picture size: programs keep the first one. They come again."""
        for viewer in self._viewers:
            if viewer.container is container and viewer.has_begun:
                viewer.end(None)


class _Viewer:
    """One who watches: a bounded queue that begins with a key frame, again after every loss."""

    def __init__(self, container: Container, epoch: Callable[[], int]) -> None:
        self.container = container
        self.failure: GcamError | None = None
        """Why it got nothing at all."""
        self.has_begun = False
        self._epoch = epoch
        self._known_epoch = epoch()
        self._pieces: deque[Piece] = deque()
        self._header = b""
        self._follows = False
        self._ended = False
        self._filled = asyncio.Event()

    def put(self, piece: Piece) -> bool:
        """Whether it keeps up; where not, it begins anew with the next key frame."""
        if self._ended:
            return True
        if len(self._pieces) >= _WAITING_MOST:
            self._pieces.clear()
            self._follows = False
            return False
        self._drop_outdated()
        if piece.header != self._header:  # another size: a stream of its own
            self._header, self._follows = piece.header, False
        self._follows = self._follows or piece.key
        if self._follows:
            self.has_begun = True
            self._pieces.append(piece)
            self._filled.set()
        return True

    def end(self, failure: GcamError | None) -> None:
        self._ended = True
        self.failure = None if self.has_begun else failure
        self._filled.set()

    async def take(self) -> Piece | None:
        self._drop_outdated()
        while not self._pieces:
            if self._ended:
                return None
            self._filled.clear()
            await self._filled.wait()
            self._drop_outdated()
        return self._pieces.popleft()

    def _drop_outdated(self) -> None:
        """Pictures from before a new privacy mask are shown to nobody."""
        if self._epoch() != self._known_epoch:
            self._known_epoch = self._epoch()
            self._pieces.clear()
            self._follows = False
