"""Whether cameras that dial in could: the port is open, or free to be opened."""

from __future__ import annotations

import asyncio
import contextlib

from gcam_addon.check.finding import Finding, error, ok
from gcam_addon.config.model import PushSettings
from gcam_addon.errors import ProtocolError
from gcam_addon.wire.pushing import GREETING_BYTES, nonce_of
from gcam_addon.words.reason import because

_GREETED_WITHIN_S = 3.0
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


async def check_push(settings: PushSettings) -> Finding:
    """Of a Gcam that may be running here."""
    host, port = settings.host, settings.port
    try:
        server = await asyncio.get_running_loop().create_server(
            asyncio.Protocol, host, port, start_serving=False
        )
    except OSError as problem:
        if await _is_gcams(settings):
            return ok("push", because("check_push_open", host=host, port=port))
        why = because("push_port", host=host, port=port, why=problem)
        return error("push", why, because("check_push_port"))
    server.close()
    await server.wait_closed()
    return ok("push", because("check_push_free", host=host, port=port))


async def _is_gcams(settings: PushSettings) -> bool:
    """Whether a Gcam greets there. Under TLS only Gcam itself could tell."""
    host = _ANY.get(settings.host, settings.host)
    writer = None
    try:
        async with asyncio.timeout(_GREETED_WITHIN_S):
            reader, writer = await asyncio.open_connection(host, settings.port)
            if settings.tls:
                return True
            nonce_of(await reader.readexactly(GREETING_BYTES))
            return True
    except (OSError, EOFError, ProtocolError, TimeoutError):
        return False
    finally:
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
