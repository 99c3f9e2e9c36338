"""What is answered, in the language of whoever asks: the only place that knows which one that is."""

from __future__ import annotations

from functools import partial

from aiohttp import hdrs, web
from aiohttp.typedefs import LooseHeaders

from gcam_addon.web.views import Json, encode
from gcam_addon.words.reason import spoken

_PACKET_BYTES = 1400
"""What is no longer than this comes as quickly as it is."""
_LONG_BYTES = 32_768
"""From here on a thread compresses: the loop has others to serve."""


def answered(
    request: web.Request, body: Json, *, status: int = 200, headers: LooseHeaders | None = None
) -> web.Response:
    """`body` as JSON."""
    return web.json_response(
        body, status=status, headers=headers, dumps=partial(encode, language=language_of(request))
    )


def listed(request: web.Request, body: Json) -> web.Response:
    """`body`, which may be long, compressed where the client takes it. No secrets: its length tells."""
    text = encode(body, language=language_of(request)).encode()
    response = web.Response(
        body=text, content_type="application/json", charset="utf-8", zlib_executor_size=_LONG_BYTES
    )
    if len(text) > _PACKET_BYTES:
        response.enable_compression()
    return response


def language_of(request: web.Request) -> str:
    """What its `Accept-Language` likes best of ours; English where it says nothing."""
    return spoken(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
