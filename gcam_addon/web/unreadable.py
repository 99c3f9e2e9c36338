"""Requests that can't even be read as HTTP: answered as all others are, and nothing to say aloud."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiohttp import hdrs, web

from gcam_addon.web.errors import RequestError, error_response
from gcam_addon.web.protection import SECURITY_HEADERS
from gcam_addon.words.reason import because

_LOG = logging.getLogger(__name__)


class Reader(web.RequestHandler):
    """aiohttp's protocol of a connection, but for what it says of what it can't read."""

    __slots__ = ()

    def log_exception(self, *args: Any, **details: Any) -> None:
        """What was left of a body, and is no better than what was read of it, is no defect, nor is a client
        that left before its answer.
        """
        if not isinstance(details.get("exc_info"), (web.RequestPayloadError, ConnectionResetError)):
            super().log_exception(*args, **details)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Its own text quotes what was sent; a defect is still its to log, with its traceback."""
        if status >= 500:
            return super().handle_error(request, status, exc, message)
        _LOG.debug("what %s sent can't be read: %s", request.remote, type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionResetError("the answer had begun")
        response = error_response(RequestError(because("not_http"), status=status))
        response.headers.update(SECURITY_HEADERS)
        response.headers[hdrs.SERVER] = "Gcam"
        response.force_close()
        return response


def reader(server: web.Server, idle_s: float) -> Reader:
    """The protocol of one more connection to `server`; on which nothing is asked for so long, ends."""
    loop = asyncio.get_running_loop()
    return Reader(server, loop=loop, keepalive_timeout=idle_s, access_log=None)  # type: ignore[arg-type]
