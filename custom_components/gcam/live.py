"""Live MJPEG for any number of Home Assistant's viewers over one connection to Gcam.

The pictures are passed on byte for byte, never decoded; a slow viewer misses pictures, and delays nobody.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
from aiohttp import hdrs, web

from .api import CannotConnect, GcamError
from .const import LOGGER

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"
_MAX_PICTURE_BYTES = 16 * 1024 * 1024

type Open = Callable[[], AbstractAsyncContextManager[aiohttp.ClientResponse]]


class MjpegRelay:
    """One camera's pictures, connected while somebody watches and not otherwise."""

    def __init__(self, open_stream: Open) -> None:
        self._open = open_stream
        self._feed: _Feed | None = None

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Pictures until the viewer goes or the camera ends. Raises `GcamError` where there are none."""
        if self._feed is None or self._feed.ended:
            self._feed = _Feed(self._open)
        feed = self._feed
        feed.viewers += 1
        try:
            await feed.answered()
            response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: feed.content_type})
            await response.prepare(request)
            await feed.pour_into(response)
            return response
        finally:
            feed.viewers -= 1
            if not feed.viewers:
                await feed.stop()


class _Feed:
    """The connection to Gcam, and the newest picture that came over it."""

    def __init__(self, open_stream: Open) -> None:
        self.viewers = 0
        self.content_type = ""
        self.ended = False
        self._open = open_stream
        self._boundary = b""
        self._part = b""
        self._number = 0
        self._problem: Exception | None = None
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def answered(self) -> None:
        """Once Gcam did; raises what it said instead."""
        while not self.content_type and not self.ended:
            await self._news.wait()
        if not self.content_type:
            raise self._problem or CannotConnect("Gcam hung up")

    async def pour_into(self, response: web.StreamResponse) -> None:
        """The newest picture, whenever the viewer took the one before. The first comes twice: Chromium shows
        a picture only when the next one comes.
        """
        seen = 0
        await response.write(self._boundary)
        while True:
            while self._number == seen:
                if self.ended:
                    return
                await self._news.wait()
            if not seen:
                await response.write(self._part)
            seen = self._number
            await response.write(self._part)

    async def stop(self) -> None:
        self.ended = True  # at once: who comes while it ends gets another one
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            async with self._open() as response:
                await self._read(response)
        except GcamError as error:
            self._problem = error
        except (aiohttp.ClientError, TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
            LOGGER.debug("A live stream ended: %r", error)
            self._problem = CannotConnect(str(error))
        finally:
            self.ended = True
            self._tell()

    async def _read(self, response: aiohttp.ClientResponse) -> None:
        """Parts as Gcam sends them: a head with its length, the picture, the boundary of the next one."""
        stream = response.content
        self._boundary = await stream.readuntil(b"\r\n")
        end_bytes = len(b"\r\n") + len(self._boundary)
        self.content_type = response.headers[hdrs.CONTENT_TYPE]
        self._tell()
        while True:
            head = await stream.readuntil(_END_OF_HEAD)
            rest = await stream.readexactly(_length_of(head) + end_bytes)
            self._part = head + rest
            self._number += 1
            self._tell()

    def _tell(self) -> None:
        """Wakes everybody who waits now, and nobody who comes later."""
        self._news.set()
        self._news = asyncio.Event()


def _length_of(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(_LENGTH):
            length = int(line.removeprefix(_LENGTH))
            if 0 < length <= _MAX_PICTURE_BYTES:
                return length
    raise ValueError("a picture without its length")
