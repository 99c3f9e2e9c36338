"""`/api/v1/tokens`: what programs (Home Assistant, scripts) show instead of signing in."""

from __future__ import annotations

import voluptuous as vol
from aiohttp import web

from gcam_addon.access.model import Token
from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import listing, number, optional, said, text
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import body_of, done, json, route
from gcam_addon.web.guard import note, principal_of
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import NUMBER, STRING, extended, nullable, shape
from gcam_addon.web.shapes.person import PERMISSION, SEEN_CAMERAS, cameras_in
from gcam_addon.web.views import Json
from gcam_addon.words.reason import because

MOST_DAYS = 3660
LEAST_DAYS = 0.001


TOKEN = shape(
    "Token",
    {
        "id": STRING,
        "name": STRING,
        "prefix": said(STRING, "The beginning of the secret"),
        "scopes": [PERMISSION],
        "cameras": SEEN_CAMERAS,
        "created_at": NUMBER,
        "expires_at": nullable(NUMBER),
        "last_used_at": nullable(NUMBER),
    },
)

TOKEN_LIST = shape(
    "TokenList",
    {
        "tokens": [TOKEN],
    },
)

TOKEN_WITH_SECRET = extended(TOKEN, "TokenWithSecret", {"secret": STRING})

NEW_TOKEN = shape(
    "NewToken",
    {
        "name": text(80, wanted=because("token_for")),
        "scopes": listing(PERMISSION, least=1, most=len(Permission), unique=True),
        vol.Optional("cameras"): SEEN_CAMERAS,
        vol.Optional("days"): said(optional(number(LEAST_DAYS, MOST_DAYS, "days")), "Null for ever"),
    },
)


@route(
    "GET",
    "/api/v1/tokens",
    rights=[Permission.ADMINISTER],
    tag="tokens",
    summary="Tokens of programs, without their secrets",
    answers=json(TOKEN_LIST, "Oldest first"),
)
async def list_tokens(request: web.Request) -> web.Response:
    tokens = [_shown(token) for token in request.app[SERVICES].access.tokens()]
    return answered(request, {"tokens": tokens})


@route(
    "POST",
    "/api/v1/tokens",
    rights=[Permission.ADMINISTER],
    tag="tokens",
    summary="A new token",
    is_grave=True,
    says="The answer holds its secret, this once. Send it as `Authorization: Bearer SECRET`.",
    body=NEW_TOKEN,
    answers=json(TOKEN_WITH_SECRET, "The token with its secret", status=201),
)
async def add_token(request: web.Request) -> web.Response:
    """The answer holds the secret, this once."""
    services, body = request.app[SERVICES], body_of(request)
    days = body.get("days")
    secret, token = await services.access.add_token(
        body["name"],
        frozenset(body["scopes"]),
        cameras_in(body),
        expires_at=None if days is None else services.clock.wall() + days * 86_400,
        by=principal_of(request),
    )
    note(request, "token.add", token.name)
    return answered(request, {**_shown(token), "secret": secret}, status=201)


@route(
    "DELETE",
    "/api/v1/tokens/{id}",
    rights=[Permission.ADMINISTER],
    tag="tokens",
    summary="Revoke a token",
    answers=done("Revoked"),
)
async def remove_token(request: web.Request) -> web.Response:
    services, token_id = request.app[SERVICES], request.match_info["id"]
    await services.access.remove_token(token_id)
    note(request, "token.remove", token_id)
    return web.Response(status=204)


ROUTES = (list_tokens, add_token, remove_token)


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
