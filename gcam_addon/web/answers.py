"""What is answered, in the language of whoever asks: the only place that knows which one that is."""

from __future__ import annotations

from functools import partial

from aiohttp import hdrs, web
from aiohttp.typedefs import LooseHeaders

from gcam_addon.web.views import Json, encode
from gcam_addon.words.reason import spoken


def answered(
    request: web.Request, body: Json, *, status: int = 200, headers: LooseHeaders | None = None
) -> web.Response:
    """`body` as JSON."""
    return web.json_response(
        body, status=status, headers=headers, dumps=partial(encode, language=language_of(request))
    )


def language_of(request: web.Request) -> str:
    """What its `Accept-Language` likes best of ours; English where it says nothing."""
    return spoken(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
