"""`/api/v1/cameras/{id}/claim`: making a board with Gcam's firmware ours.

The token is stored before the board is told: whatever is lost on the way, no board has one that nobody knows.
"""

from __future__ import annotations

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.boards import gcam_board
from gcam_addon.config.model import Camera
from gcam_addon.errors import ProtocolError, Rejected
from gcam_addon.web.answers import answered
from gcam_addon.web.board_visit import visit_to
from gcam_addon.web.connection import with_connection
from gcam_addon.web.contract import json, route
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import note
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shapes.camera import CAMERA
from gcam_addon.web.views import camera_json
from gcam_addon.wire.address import HttpAddress, parse
from gcam_addon.words.reason import because


@route(
    "POST",
    "/api/v1/cameras/{id}/claim",
    rights=[Permission.CONFIGURE],
    tag="boards",
    summary="Claim the camera's board, which runs Gcam's firmware",
    says="A token is made and stored as the camera's password, then the board is told; where the camera has "
    "one already, it is that. Asked again it does no harm. Where the board is somebody else's, `field` is "
    "`password`: its token is needed.",
    answers=json(CAMERA, "The camera, whose board is ours"),
    refuses={503: "The board does not answer (`unreachable`, `stalled`, `protocol`, `rejected`, `source`)"},
)
async def claim_board(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    camera = services.cameras.get(camera_id)
    async with services.board_visits:
        visit = visit_to(camera, services.clock)
        identity = gcam_board.identity_in(await visit.ask("/board"))
        if identity is None:
            raise ProtocolError(because("no_gcam_board", camera=camera.name))
        gcam_board.check_protocol(identity, visit.address)
        if identity.claimed and _token_of(camera) is None:
            raise RequestError(because("board_claimed", address=visit.address), field="password")
        camera, token = await _with_token(services, camera)
        try:
            await gcam_board.claim(visit_to(camera, services.clock), token)
        except Rejected as error:
            if error.status != 401:
                raise
            raise RequestError(
                because("board_token_wrong", address=visit.address), field="password"
            ) from error
    note(request, "camera.claim", camera_id)
    shown = camera_json(camera, services.engine.state(camera_id), services.boards.of(camera_id))
    return answered(request, shown)


ROUTES = (claim_board,)


def _token_of(camera: Camera) -> str | None:
    address = parse(camera.source.url)
    if not isinstance(address, HttpAddress) or address.username != gcam_board.USER:
        return None
    return address.password if gcam_board.is_token(address.password) else None


async def _with_token(services: Services, camera: Camera) -> tuple[Camera, str]:
    """The camera with its token, which is stored by now."""
    token = _token_of(camera)
    if token is not None:
        return camera, token
    token = gcam_board.new_token()
    changes = with_connection({"username": gcam_board.USER, "password": token}, camera.source)
    return await services.cameras.update(camera.id, changes), token
