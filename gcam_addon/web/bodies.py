"""What is sent is there whole, within bounds of size and time, before anything is done with it: nobody keeps
a connection busy with a body that never ends, and a change that is begun waits for nobody.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from gcam_addon.web.contract import UPLOADED, Route
from gcam_addon.web.errors import RequestError
from gcam_addon.words.reason import because


async def take_body(request: web.Request, route: Route, within_s: float) -> None:
    """Reads it: JSON for `contract`, an upload for `uploaded_in`. Raises `RequestError`."""
    try:
        async with asyncio.timeout(within_s):
            if route.upload:
                request[UPLOADED] = await _uploaded(request, route)
            else:
                await request.read()  # which is kept; aiohttp refuses what is too large
    except TimeoutError as error:
        raise RequestError(because("body_slow", seconds=within_s), status=408) from error
    except web.RequestPayloadError as error:
        raise RequestError(because("body_strange")) from error


async def _uploaded(request: web.Request, route: Route) -> bytes:
    """Larger than other bodies may be, and bounded all the same."""
    if request.content_type != route.upload:
        raise RequestError(because("upload_type", type=route.upload), status=415)
    content = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > route.most_bytes:
            raise RequestError(because("upload_large", most=route.most_bytes), status=413)
    return bytes(content)
