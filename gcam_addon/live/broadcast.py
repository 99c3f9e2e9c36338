"""H.264 for viewers: made only while somebody watches, by one encoder per camera, however many they are.

A slow viewer loses pictures up to the next key frame and holds nobody up. All on the loop, but the encoding.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from enum import StrEnum
from functools import partial

from gcam_addon.live.h264 import H264Encoder, Piece, size_of
from gcam_addon.model import EncodedFrame

LINGER_S = 3.0
"""How long an encoder waits for somebody to come back: reloading a page must not begin anew."""
_WAITING_MOST = 45
"""Pieces a viewer may lag behind: some seconds."""
_THREADS = 2

Watch = Callable[[str], AsyncGenerator[EncodedFrame, None]]


class Container(StrEnum):
    MP4 = "mp4"
    TS = "ts"


class Broadcasts:
    """`watch` as often as wanted; `close` once. `frames` gives a camera's pictures, newest first."""

    def __init__(self, frames: Watch, epoch: Callable[[str], int], *, crf: int = 26) -> None:
        self._frames = frames
        self._epoch = epoch
        self._crf = crf
        self._threads = ThreadPoolExecutor(_THREADS, "gcam-live")
        self._running: dict[str, _Broadcast] = {}

    @property
    def encoding(self) -> frozenset[str]:
        """The cameras that are encoded at this moment."""
        return frozenset(self._running)

    async def watch(self, camera_id: str, container: Container) -> AsyncGenerator[Piece, None]:
        """Pieces from a key frame on, until the camera's pictures end. Raises what `frames` raises."""
        broadcast = self._running.get(camera_id)
        if broadcast is None:
            frames = self._frames(camera_id)
            broadcast = _Broadcast(
                frames,
                lambda: self._epoch(camera_id),
                self._threads,
                self._crf,
                over=lambda: self._running.pop(camera_id, None),
            )
            self._running[camera_id] = broadcast
        viewer = broadcast.join(container)
        try:
            while (piece := await viewer.take()) is not None:
                yield piece
        finally:
            broadcast.leave(viewer)

    async def close(self) -> None:
        for broadcast in tuple(self._running.values()):
            await broadcast.stop()
        await asyncio.to_thread(self._threads.shutdown)


class _Broadcast:
    """One camera's encoder and those who watch it."""

    def __init__(
        self,
        frames: AsyncGenerator[EncodedFrame, None],
        epoch: Callable[[], int],
        threads: ThreadPoolExecutor,
        crf: int,
        over: Callable[[], object],
    ) -> None:
        self._frames = frames
        self._epoch = epoch
        self._threads = threads
        self._crf = crf
        self._over = over
        self._viewers: set[_Viewer] = set()
        self._key_wanted = False
        self._lingering: asyncio.TimerHandle | None = None
        self._task = asyncio.create_task(self._run(), name="gcam-h264")

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
            self._lingering = asyncio.get_running_loop().call_later(LINGER_S, self._task.cancel)

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        encoder: H264Encoder | None = None
        epoch = self._epoch()
        try:
            async with aclosing(self._frames) as frames:
                async for frame in frames:
                    if not self._viewers:
                        continue
                    if encoder is None or encoder.size != size_of(frame) or epoch != self._epoch():
                        encoder, epoch = H264Encoder(size_of(frame), crf=self._crf), self._epoch()
                    key, self._key_wanted = self._key_wanted, False
                    ts = any(viewer.container is Container.TS for viewer in self._viewers)
                    work = loop.run_in_executor(self._threads, partial(encoder.encode, frame, key=key, ts=ts))
                    mp4_pieces, ts_pieces = await asyncio.shield(work)
                    if epoch == self._epoch():
                        self._hand_out(Container.MP4, mp4_pieces)
                        self._hand_out(Container.TS, ts_pieces)
        finally:
            self._over()
            for viewer in self._viewers:
                viewer.end()

    def _hand_out(self, container: Container, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            for viewer in self._viewers:
                if viewer.container is container and not viewer.put(piece):
                    self._key_wanted = True


class _Viewer:
    """One who watches: a bounded queue that begins with a key frame, again after every loss."""

    def __init__(self, container: Container, epoch: Callable[[], int]) -> None:
        self.container = container
        self._epoch = epoch
        self._known_epoch = epoch()
        self._pieces: deque[Piece] = deque()
        self._header = b""
        self._begun = False
        self._ended = False
        self._filled = asyncio.Event()

    def put(self, piece: Piece) -> bool:
        """Whether it keeps up; where not, it begins anew with the next key frame."""
        if len(self._pieces) >= _WAITING_MOST:
            self._pieces.clear()
            self._begun = False
            return False
        self._drop_outdated()
        if piece.header != self._header:  # another size: a stream of its own
            self._header, self._begun = piece.header, False
        self._begun = self._begun or piece.key
        if self._begun:
            self._pieces.append(piece)
            self._filled.set()
        return True

    def end(self) -> None:
        self._ended = True
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
            self._begun = False
