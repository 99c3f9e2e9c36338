"""Every answer that a test is given is held against the contract of its route."""

from __future__ import annotations

import json

import voluptuous as vol
from aiohttp import web

from gcam_addon.config.rules import Check
from gcam_addon.web.contract import Route, route_of
from gcam_addon.web.errors import ERROR, Handler
from gcam_addon.web.openapi import statuses_of

_ANYWHERE = {304, 403, 405, 500}
"""Of any route: told of once, in the words of the document."""


@web.middleware
async def as_promised(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost: sees what the client gets. What is not as promised becomes a 599 that says so."""
    response = await handler(request)
    route = route_of(request)
    wrong = None if route is None else _wrong(route, response)
    if wrong is None:
        return response
    return web.Response(status=599, text=f"{request.method} {request.path}: {wrong}")


def _wrong(route: Route, response: web.StreamResponse) -> str | None:
    if response.status not in statuses_of(route) | _ANYWHERE:
        return f"its contract names no {response.status}"
    answer = route.answers.get(response.status)
    if answer is None:
        return _misshapen(ERROR, response) if response.status >= 400 else None
    if answer.shape is not None:
        return _misshapen(answer.shape, response)
    if answer.media_type not in {"", "application/octet-stream", response.content_type}:
        return f"{response.content_type} is not {answer.media_type}"
    return None


def _misshapen(shape: Check, response: web.StreamResponse) -> str | None:
    if response.content_type != "application/json" or not isinstance(response, web.Response):
        return f"{response.content_type} is no JSON"
    try:
        vol.Schema(shape)(json.loads(response.body))
    except (vol.Invalid, ValueError) as error:
        return f"{response.status} is not as promised: {error}"
    return None
