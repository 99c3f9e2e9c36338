"""`/api/v1/found`: the search for boards, told over a WebSocket as it goes."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from dataclasses import replace

import voluptuous as vol
from aiohttp import web

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.config.rules import choice, said
from gcam_addon.machine.webcams import webcams
from gcam_addon.model import Status
from gcam_addon.network.finder import FoundBoard, How, Known
from gcam_addon.web.contract import SWITCH, once, query_of, route, socket
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import principal_of
from gcam_addon.web.hosts import is_loopback
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, STRING, nullable, shape
from gcam_addon.web.shapes.camera import FIRMWARE
from gcam_addon.web.sockets import converse, opened
from gcam_addon.web.views import Json, encode
from gcam_addon.wire.address import NETWORK, HttpAddress, PushAddress, parse
from gcam_addon.words.reason import because

_log = logging.getLogger(__name__)

FOUND = shape(
    "Found",
    {
        "type": choice(("found", "done")),
        vol.Optional("name"): STRING,
        vol.Optional("url"): said(
            STRING, "What to probe; of `how` `onvif`, what to ask `/api/v1/onvif`; of `device`, what to add"
        ),
        vol.Optional("how"): choice(How),
        vol.Optional("model"): said(nullable(STRING), "Told by ONVIF cameras"),
        vol.Optional("firmware"): said(nullable(FIRMWARE), "Null while unknown"),
        vol.Optional("camera_id"): said(
            nullable(STRING), "The camera that watches it already, or for which it dials in"
        ),
        vol.Optional("same_as"): said(
            nullable(STRING),
            "The camera whose board, known at another address, has this one's id: it moved, where its "
            "pictures don't come; else there are two of it",
        ),
        vol.Optional("claimed"): said(nullable(BOOLEAN), "Null where its firmware knows no owner"),
    },
)


@route(
    "GET",
    "/api/v1/found",
    rights=[Permission.CONFIGURE],
    tag="boards",
    summary="Search for boards, over a WebSocket",
    says="Text messages, each one `Found`, as they are found; at the end one with `type` `done`. The cameras "
    "of this machine come first. What "
    "announces itself (mDNS) or answers as an ONVIF camera (WS-Discovery) is heard for some seconds; with "
    "`sweep=1` the ports 80, 81 and 8081 of this machine's own private networks are looked at too, a few at "
    "a time. Closing it ends the search. One search at a time: 409.",
    query={"sweep": once(SWITCH, default=False)},
    answers=socket(FOUND),
    refuses={409: "A search is under way (`request`)"},
    allows_head=False,
)
async def find_boards(request: web.Request) -> web.StreamResponse:
    services = request.app[SERVICES]
    if services.finder.is_searching:
        raise RequestError(because("searching_already"), status=409)
    channel = await opened(request)

    async def speak() -> None:
        known_ids, dialling = await _known_ids(services, principal_of(request))
        for board in await asyncio.to_thread(_devices, services, principal_of(request)):
            await channel.send_str(encode(found_json(board)))
        async with aclosing(
            services.finder.search(_known(services, principal_of(request)), sweep=query_of(request)["sweep"])
        ) as boards:
            async for heard in boards:
                board = heard if heard.camera_id else replace(heard, camera_id=dialling.get(heard.id or ""))
                same_as = known_ids.get(board.id or "") if board.camera_id is None else None
                if same_as is not None:
                    _log_same(services, board, same_as)
                await channel.send_str(encode(found_json(board, same_as)))
        await channel.send_str(encode({"type": "done"}))

    return await converse(request, channel, speak(), lambda _: None)


ROUTES = (find_boards,)


def found_json(board: FoundBoard, same_as: str | None = None) -> Json:
    return {
        "type": "found",
        "name": board.name,
        "url": board.url,
        "how": board.how,
        "model": board.model,
        "firmware": board.firmware,
        "camera_id": board.camera_id,
        "claimed": board.claimed,
        "same_as": same_as,
    }


async def _known_ids(services: Services, principal: Principal) -> tuple[dict[str, str], dict[str, str]]:
    """The camera of each board that said what it is: of those that have an address, and of those that dial
    in, which are watched wherever they are.
    """
    seen = [camera for camera in services.cameras.list() if principal.sees(camera.id)]
    called = {camera.id for camera in seen if isinstance(parse(camera.source.url), HttpAddress)}
    dialling = {camera.id for camera in seen if isinstance(parse(camera.source.url), PushAddress)}
    said = await services.history.board_ids()
    ids = {board_id: camera_id for camera_id, board_id in said.items() if camera_id in called}
    return ids, {board_id: camera_id for camera_id, board_id in said.items() if camera_id in dialling}


def _log_same(services: Services, board: FoundBoard, camera_id: str) -> None:
    state = services.engine.state(camera_id)
    text = (
        "%s has the same id as the board of %s, whose pictures come: two boards must not have the same one"
        if state is not None and state.status is Status.CONNECTED
        else "%s is the board of %s: it moved, or has another name; the page takes over its new address"
    )
    _log.warning(text, board.url, camera_id, extra={"camera": camera_id})


def _devices(services: Services, principal: Principal) -> list[FoundBoard]:
    """The cameras of this machine."""
    watched = {
        camera.source.url: camera.id for camera in services.cameras.list() if principal.sees(camera.id)
    }
    return [
        FoundBoard(one.name, one.url, How.DEVICE, firmware=None, camera_id=watched.get(one.url))
        for one in webcams()
    ]


def _known(services: Services, principal: Principal) -> Known:
    """By host; on a host that is this machine itself, which simulates several boards, by port as well."""

    def known(hosts: frozenset[str], port: int) -> str | None:
        for camera in services.cameras.list():
            if not principal.sees(camera.id):
                continue
            for there in map(parse, camera.source.urls):
                if not isinstance(there, NETWORK) or there.host not in hosts:
                    continue
                if not is_loopback(there.host) or abs(there.port - port) <= 1:
                    return camera.id
        return None

    return known
