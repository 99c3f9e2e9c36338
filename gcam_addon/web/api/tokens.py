"""`/api/v1/tokens`: what programs (Home Assistant, scripts) show instead of signing in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from gcam_addon.access.model import Token
from gcam_addon.access.principal import Permission
from gcam_addon.web.api.people import cameras_in
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, note, principal_of
from gcam_addon.web.requests import json_object, only_keys
from gcam_addon.web.services import SERVICES
from gcam_addon.web.views import Json, encode

MOST_DAYS = 3660


@needs(Permission.ADMINISTER)
async def list_tokens(request: web.Request) -> web.Response:
    only_keys(request.query, set())
    tokens = [_shown(token) for token in request.app[SERVICES].access.tokens()]
    return web.json_response({"tokens": tokens}, dumps=encode)


@needs(Permission.ADMINISTER)
async def add_token(request: web.Request) -> web.Response:
    """The answer holds the secret, this once."""
    services, body = request.app[SERVICES], await json_object(request)
    only_keys(body, {"name", "scopes", "cameras", "days"})
    name = body.get("name")
    if not isinstance(name, str):
        raise RequestError("name must say what the token is for.", field="name")
    days = _days(body)
    secret, token = await services.access.add_token(
        name,
        _scopes(body),
        cameras_in(body),
        expires_at=None if days is None else services.clock.wall() + days * 86_400,
        by=principal_of(request),
    )
    note(request, "token.add", token.name)
    return web.json_response({**_shown(token), "secret": secret}, status=201, dumps=encode)


@needs(Permission.ADMINISTER)
async def remove_token(request: web.Request) -> web.Response:
    services, token_id = request.app[SERVICES], request.match_info["id"]
    await services.access.remove_token(token_id)
    note(request, "token.remove", token_id)
    return web.Response(status=204)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/v1/tokens", list_tokens),
        web.post("/api/v1/tokens", add_token),
        web.delete("/api/v1/tokens/{id}", remove_token),
    ]


def _scopes(body: Mapping[str, Any]) -> frozenset[Permission]:
    value = body.get("scopes")
    known = ", ".join(Permission)
    if not isinstance(value, list) or not value or not set(map(str, value)) <= set(Permission):
        raise RequestError(f"scopes must be a list of {known}.", field="scopes")
    return frozenset(Permission(scope) for scope in value)


def _days(body: Mapping[str, Any]) -> float | None:
    value = body.get("days")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MOST_DAYS:
        raise RequestError(f"days must be a number up to {MOST_DAYS}, or null for ever.", field="days")
    return float(value)


def _shown(token: Token) -> Json:
    return {
        "id": token.id,
        "name": token.name,
        "prefix": token.prefix,
        "scopes": sorted(token.scopes),
        "cameras": None if token.cameras is None else sorted(token.cameras),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
    }
