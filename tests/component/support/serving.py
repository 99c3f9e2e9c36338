"""A server on loopback that answers as a test wants, for what a real Gcam does only when it is ill."""

from collections.abc import Awaitable, Callable
from typing import Self

from aiohttp import web


class Serving:
    """`handler` at every address and for every method."""

    def __init__(self, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> None:
        self.url = ""
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", handler)
        self._runner = web.AppRunner(app, shutdown_timeout=1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


async def hang_up_midway(request: web.Request) -> web.StreamResponse:
    """A thousand bytes of a million, as from a Gcam that is killed."""
    response = web.StreamResponse(headers={"Content-Length": "1000000", "Content-Type": "video/mp4"})
    await response.prepare(request)
    await response.write(bytes(1000))
    assert request.transport is not None
    request.transport.abort()
    return response
