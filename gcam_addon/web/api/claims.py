"""`/api/v1/cameras/{id}/claim`, `…/move`: making a board with Gcam's firmware ours, and following it.

The token is stored before the board is told: whatever is lost on the way, no board has one that nobody knows.
"""

from __future__ import annotations

import logging

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.boards import gcam_board
from gcam_addon.boards.visit import Visit
from gcam_addon.config.model import Camera
from gcam_addon.config.rules import said
from gcam_addon.errors import GcamError, ProtocolError, Rejected, Stalled
from gcam_addon.model import Status
from gcam_addon.web.answers import answered
from gcam_addon.web.board_visit import visit_to
from gcam_addon.web.connection import ADDRESS, with_connection
from gcam_addon.web.contract import body_of, json, route
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import note
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import shape
from gcam_addon.web.shapes.camera import CAMERA
from gcam_addon.web.views import camera_json
from gcam_addon.wire.address import HttpAddress, parse, with_credentials
from gcam_addon.wire.credentials import BOARD_USER, is_board_token
from gcam_addon.words.reason import because

_log = logging.getLogger(__name__)


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
        try:
            camera = await _claimed(services, camera)
        except GcamError as error:
            _log.warning("its board is not claimed: %s", error, extra={"camera": camera.name})
            raise
    note(request, "camera.claim", camera_id)
    shown = camera_json(camera, services.engine.state(camera_id), services.boards.of(camera_id))
    return answered(request, shown)


async def _claimed(services: Services, camera: Camera) -> Camera:
    """The camera with its token, which its board has by now. Raises `GcamError`."""
    visit = visit_to(camera, services.clock)
    identity = await _identity(visit, camera)
    gcam_board.check_protocol(identity, visit.address)
    if identity.claimed and _token_of(camera) is None:
        raise RequestError(because("board_claimed", address=visit.address), field="password")
    camera, token = await _with_token(services, camera)
    try:
        await gcam_board.claim(visit_to(camera, services.clock), token)
    except Rejected as error:
        if error.status != 401:
            raise
        raise RequestError(because("board_token_wrong", address=visit.address), field="password") from error
    return camera


async def _identity(visit: Visit, camera: Camera) -> gcam_board.Identity:
    """Such a board tells it to anybody, however many watch: whoever is silent, or wants a password, is none.
    Raises `SourceError`.
    """
    refusal = ProtocolError(because("no_gcam_board", camera=camera.name))
    try:
        identity = gcam_board.identity_in(await visit.ask("/board"))
    except (Stalled, Rejected, ProtocolError) as error:
        raise refusal from error
    if identity is None:
        raise refusal
    return identity


BOARD_MOVE = shape("BoardMove", {"url": said(ADDRESS, "As the search told it")})


@route(
    "POST",
    "/api/v1/cameras/{id}/move",
    rights=[Permission.CONFIGURE],
    tag="boards",
    summary="Take over the new address of the camera's board, which runs Gcam's firmware",
    says="Where a search found the board of this camera elsewhere (`same_as`). It has to answer there with "
    "the id that it had, while the camera's pictures don't come. The token stays: of one that Gcam made, "
    "nothing is told to whoever asks for it; another password has to be typed with the address.",
    body=BOARD_MOVE,
    answers=json(CAMERA, "The camera, with the new address"),
    refuses={
        409: "Its pictures come from where it is, or another board is there (`request`)",
        503: "The board does not answer (`unreachable`, `stalled`, `protocol`, `rejected`, `source`)",
    },
)
async def move_board(request: web.Request) -> web.Response:
    """Nothing proves a board to Gcam: that the id is the same is told by the page, and a person decides."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    camera = services.cameras.get(camera_id)
    state = services.engine.state(camera_id)
    if state is not None and state.status is Status.CONNECTED:
        raise RequestError(because("board_not_moved", camera=camera.name), status=409)
    place = parse(body_of(request)["url"])
    if not isinstance(place, HttpAddress):
        raise ProtocolError(because("no_gcam_board", camera=camera.name))
    async with services.board_visits:
        visit = Visit(gcam_board.home_of(place), services.clock, verify_tls=camera.source.verify_tls)
        identity = gcam_board.identity_in(await visit.ask("/board"))
    known = (await services.history.board_ids()).get(camera_id)
    if identity is None or known is None or identity.id != known:
        raise RequestError(because("board_other", address=place, camera=camera.name), status=409)
    camera = await services.cameras.update(camera_id, {"url": _moved(camera, visit.address)})
    note(request, "camera.move", camera_id)
    shown = camera_json(camera, services.engine.state(camera_id), services.boards.of(camera_id))
    return answered(request, shown)


ROUTES = (claim_board, move_board)


def _moved(camera: Camera, home: HttpAddress) -> str:
    """The stream there, with the token."""
    before, there = parse(camera.source.url), home.at(gcam_board.STREAM)
    if not isinstance(before, HttpAddress):
        raise ProtocolError(because("no_gcam_board", camera=camera.name))
    if not is_board_token(before.username, before.password) and not before.may_tell(there):
        raise RequestError(because("camera_password_elsewhere", host=before.host), field="password")
    return with_credentials(
        f"{there.scheme}://{there.authority}{there.target}", before.username, before.password
    )


def _token_of(camera: Camera) -> str | None:
    address = parse(camera.source.url)
    if not isinstance(address, HttpAddress) or address.username != BOARD_USER:
        return None
    return address.password if gcam_board.is_token(address.password) else None


async def _with_token(services: Services, camera: Camera) -> tuple[Camera, str]:
    """The camera with its token, which is stored by now."""
    token = _token_of(camera)
    if token is not None:
        return camera, token
    token = gcam_board.new_token()
    changes = with_connection({"username": BOARD_USER, "password": token}, camera.source)
    return await services.cameras.update(camera.id, changes), token
