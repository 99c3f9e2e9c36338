"""`/api/v1/found`: the search for boards, told over a WebSocket as it goes."""

from __future__ import annotations

from contextlib import aclosing

from aiohttp import web

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.network.finder import FoundBoard, Known
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, principal_of
from gcam_addon.web.protection import is_loopback
from gcam_addon.web.requests import only_keys
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.sockets import CLOSE_TIMEOUT_S, HEARTBEAT_S, converse
from gcam_addon.web.views import Json, encode
from gcam_addon.wire.address import HttpAddress, parse


@needs(Permission.CONFIGURE)
async def search(request: web.Request) -> web.StreamResponse:
    services = request.app[SERVICES]
    only_keys(request.query, {"sweep"})
    sweep = request.query.get("sweep", "0")
    if sweep not in ("0", "1"):
        raise RequestError("sweep is 0 or 1.", field="sweep")
    if services.finder.is_searching:
        raise RequestError("A search is under way.", status=409)
    channel = web.WebSocketResponse(timeout=CLOSE_TIMEOUT_S, heartbeat=HEARTBEAT_S, max_msg_size=1024)
    await channel.prepare(request)

    async def speak() -> None:
        async with aclosing(
            services.finder.search(_known(services, principal_of(request)), sweep=sweep == "1")
        ) as boards:
            async for board in boards:
                await channel.send_str(encode(found_json(board)))
        await channel.send_str(encode({"type": "done"}))

    return await converse(request, channel, speak(), lambda _: None)


def routes() -> list[web.RouteDef]:
    return [web.get("/api/v1/found", search, allow_head=False)]


def found_json(board: FoundBoard) -> Json:
    return {
        "type": "found",
        "name": board.name,
        "url": board.url,
        "how": board.how,
        "firmware": board.firmware,
        "camera_id": board.camera_id,
    }


def _known(services: Services, principal: Principal) -> Known:
    """By host; on a host that is this machine itself, which simulates several boards, by port as well."""

    def known(hosts: frozenset[str], port: int) -> str | None:
        for camera in services.cameras.list():
            there = parse(camera.source.url)
            if not principal.sees(camera.id):
                continue
            if not isinstance(there, HttpAddress) or there.host not in hosts:
                continue
            if not is_loopback(there.host) or abs(there.port - port) <= 1:
                return camera.id
        return None

    return known
