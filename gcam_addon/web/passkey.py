"""What a browser's passkey says, and where it says that it is."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import hdrs, web

from gcam_addon.access.web_authn import Place
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import CALLER
from gcam_addon.words.reason import because


def place_of(request: web.Request) -> Place:
    """Where the browser says it is, if that is one of our names. Raises `RequestError`."""
    origin = request.headers.get(hdrs.ORIGIN, "")
    try:
        parts = urlsplit(origin)
        name = parts.hostname
    except ValueError:
        name = None
    if not name or parts.netloc.lower() not in request[CALLER].hosts:
        raise RequestError(because("passkeys_in_browsers"))
    return Place(origin)
