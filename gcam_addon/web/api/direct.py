"""Seeing a browser's camera without Gcam in between: whether that can be, and how it begins."""

from __future__ import annotations

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import said
from gcam_addon.web.answers import answered, language_of
from gcam_addon.web.api.cameras import NO_PICTURE
from gcam_addon.web.contract import json, route, socket
from gcam_addon.web.direct import MOST_BYTES, TO_VIEWER, gone
from gcam_addon.web.line import Line
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import BOOLEAN, STRING, nullable, shape
from gcam_addon.web.shapes.said import SAID
from gcam_addon.web.sockets import converse, opened, pass_on
from gcam_addon.web.views import with_said
from gcam_addon.words.reason import Reason

DIRECT = shape(
    "Direct",
    {
        "offered": said(BOOLEAN, "Whether one more could see it directly now"),
        "code": said(nullable(STRING), "Why not, stable"),
        "why": said(nullable(STRING), "The same as a sentence"),
        "why_said": SAID,
    },
)


@route(
    "GET",
    "/api/v1/cameras/{id}/direct",
    rights=[Permission.VIEW],
    tag="live",
    summary="Whether a browser's camera can be seen without Gcam in between (WebRTC)",
    says="Not where it is turned, or a part of it is hidden: Gcam does that, and the pictures don't pass it.",
    answers=json(DIRECT, "Now; ask again when the camera's state changes"),
    refuses=NO_PICTURE,
)
async def get_direct(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    obstacle = services.introductions.obstacle(camera_id)
    code = None if obstacle is None else obstacle.code
    return answered(request, with_said({"offered": code is None, "code": code, "why": obstacle}, "why"))


@route(
    "GET",
    "/api/v1/cameras/{id}/direct/signals",
    rights=[Permission.VIEW],
    tag="live",
    summary="See a browser's camera without Gcam in between: what both sides tell each other first",
    says="A WebSocket of JSON texts: the camera's `offer` comes, `answer` and `candidate` are sent. "
    "It is left open for as long as the camera is watched: where it ends, the camera sends no more. Gcam "
    "passes on what is said here, and sees no picture of it.",
    answers=socket(TO_VIEWER),
    refuses=NO_PICTURE,
    allows_head=False,
)
async def watch_direct(request: web.Request) -> web.WebSocketResponse:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    channel = await opened(request, instead="direct beside it", most_bytes=MOST_BYTES, compress=False)
    language = language_of(request)
    guest = services.introductions.visit(camera_id)
    if isinstance(guest, Reason):
        refusal = Line(1)
        refusal.put(gone(guest))
        refusal.end()
        return await converse(request, channel, pass_on(refusal, channel, language), lambda _: None)
    try:
        return await converse(request, channel, pass_on(guest.line, channel, language), guest.hear)
    finally:
        guest.leave()


ROUTES = (get_direct, watch_direct)
