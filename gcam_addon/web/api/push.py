"""Cameras that dial in: their keys, and pictures that come by HTTP."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import suppress

from aiohttp import WSMsgType, web

from gcam_addon.access.principal import Permission
from gcam_addon.errors import ProtocolError, SourceError
from gcam_addon.picture import jpeg
from gcam_addon.web.contract import done, json, route, socket
from gcam_addon.web.direct import said_by_camera
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import caller_address, note, principal_of
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, INTEGER, STRING, shape
from gcam_addon.web.sockets import TAKES_NOTHING_S, at_once, endless, opened, pass_on
from gcam_addon.web.views import encode
from gcam_addon.wire.address import dials_in, with_push_key
from gcam_addon.wire.arrivals import Sent, sent_as
from gcam_addon.wire.mailbox import Mailbox
from gcam_addon.wire.multipart import MultipartParser
from gcam_addon.wire.pushing import HEAD_BYTES, MOST_PICTURE_BYTES, Head, Kind, Parting, bye, taken
from gcam_addon.wire.talk import Talk
from gcam_addon.words.reason import because

PUSH_KEY = shape("PushKey", {"key": STRING, "port": INTEGER, "tls": BOOLEAN})
PUSHABLE = shape("Pushable", {"cameras": [{"id": STRING, "name": STRING}]})
_NOT_READ = {
    409: "The camera does not dial in: its address is another than `push://gcam`",
    503: "Gcam does not read the camera: it is disabled, or in privacy mode (`source`)",
}


@route(
    "GET",
    "/api/v1/pushable",
    rights=[Permission.PUSH],
    tag="cameras",
    summary="The cameras that who asks may be",
    answers=json(PUSHABLE, "Those that dial in"),
)
async def list_pushable(request: web.Request) -> web.Response:
    services, principal = request.app[SERVICES], principal_of(request)
    cameras = [
        {"id": camera.id, "name": camera.name}
        for camera in services.cameras.list()
        if principal.sees(camera.id) and dials_in(camera.source.url)
    ]
    return web.json_response({"cameras": cameras}, dumps=encode)


@route(
    "POST",
    "/api/v1/cameras/{id}/push-key",
    rights=[Permission.CONFIGURE],
    tag="cameras",
    summary="Make a new key for a camera that dials in",
    says="Shown this once; the one before counts no more. `gcam push HOST:port --key KEY`: docs/ref/push.md.",
    answers=json(PUSH_KEY, "The key, and where Gcam listens"),
    refuses={409: _NOT_READ[409]},
)
async def make_push_key(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    _require_pushing(services, camera_id)
    secret = secrets.token_urlsafe(24)
    await services.cameras.update(camera_id, {"url": with_push_key(camera_id, secret)})
    note(request, "camera.key", camera_id)
    answer = {"key": f"{camera_id}:{secret}", "port": services.push.port, "tls": services.push.tls}
    return web.json_response(answer, dumps=encode, headers={"Cache-Control": "no-store"})


@route(
    "POST",
    "/api/v1/cameras/{id}/push",
    rights=[Permission.PUSH],
    tag="cameras",
    summary="Send a camera's pictures",
    says="One JPEG, as it is or as a form's file, or MJPEG without end; found by what is in the body, "
    "whatever it calls itself. A token may come as the password of HTTP's Basic login.",
    is_streamed=True,
    answers=done("They are taken"),
    refuses={400: "There is no picture in it", **_NOT_READ},
    takes_basic=True,
)
async def push_pictures(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    _require_running(services, camera_id)
    silence_s = services.cameras.get(camera_id).source.stall_timeout_s
    count = 0
    mailbox = _mailbox(request, services, camera_id)
    with endless(request):
        try:
            async for picture in _pictures_in(request, silence_s):
                await mailbox.put(Sent(picture))
                count += 1
        finally:
            if count > 1:  # it was a stream, and is over; what it sent is read all the same
                mailbox.hang_up()
    if not count:
        raise RequestError(because("push_no_picture"))
    return web.Response(status=204)


@route(
    "GET",
    "/api/v1/cameras/{id}/push",
    rights=[Permission.PUSH],
    tag="cameras",
    summary="Send a camera's pictures over a WebSocket",
    says="One JPEG a binary message, or a message of the push protocol (`JPEG`, `H264`, `H265`, `STATUS`: "
    "docs/ref/push.md). Each picture is answered with `TAKEN`; who sent a `STATUS` may be sent a `SET`; "
    "before Gcam ends it, it says `BYE`. A browser that "
    "can be seen directly says so by a text message, and is told by such who wants to: docs/ref/direct.md.",
    answers=socket(),
    refuses=_NOT_READ,
    takes_basic=True,
    allows_head=False,
)
async def push_socket(request: web.Request) -> web.WebSocketResponse:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    _require_running(services, camera_id)
    most = MOST_PICTURE_BYTES + HEAD_BYTES
    channel = await opened(request, instead="POST", most_bytes=most, compress=False)
    presence = _Presence(services, camera_id, _who(request), channel)
    parts = (presence.hear(), presence.speak(), presence.introduce(), presence.part())
    try:
        return await at_once(request, channel, *parts)
    finally:
        presence.end()


class _Presence:
    """A camera's WebSocket while it lasts."""

    def __init__(self, services: Services, camera_id: str, who: str, channel: web.WebSocketResponse) -> None:
        self._services = services
        self._camera_id = camera_id
        self._sets: asyncio.Queue[bytes] = asyncio.Queue()
        self._talk = Talk(self._sets.put_nowait, services.clock)
        self._mailbox = Mailbox(who, self._talk)
        services.arrivals.leave(camera_id, self._mailbox)
        self._channel = channel
        self._host = services.introductions.host()
        self._is_able = False

    async def hear(self) -> None:
        count = 0
        async for message in self._channel:
            if message.type is WSMsgType.TEXT:
                self._hear_text(message.data)
            if message.type is not WSMsgType.BINARY:
                continue
            try:
                picture = self._picture_in(message.data)
                if picture is None:
                    continue
                await self._mailbox.put(picture)
            except (SourceError, ProtocolError) as error:
                is_nonsense = isinstance(error, ProtocolError) and not self._mailbox.is_over
                await self._say_bye(Parting.NO_MESSAGE if is_nonsense else Parting.GOING, error)
                return
            count += 1
            await self._channel.send_bytes(taken(count))

    def _picture_in(self, message: bytes) -> Sent | None:
        """None: it is another message, or one that a later camera sends. Raises ProtocolError."""
        if message.startswith(jpeg.SOI):
            return Sent(message)
        head, payload = _unpacked(message)
        if head.kind == Kind.STATUS and not self._talk.hear(payload):
            self._mailbox.dropped += 1
        return sent_as(head, payload) if head.is_picture else None

    async def speak(self) -> None:
        """What the camera is told; ends where it takes nothing."""
        with suppress(TimeoutError):
            while True:
                told = await self._sets.get()
                async with asyncio.timeout(TAKES_NOTHING_S):
                    await self._channel.send_bytes(told)

    def _hear_text(self, words: str) -> None:
        """What is none of ours is of no meaning here, as it always was."""
        message = said_by_camera(words)
        if message is None:
            return
        if self._is_able:
            self._host.hear(message)
        elif self._services.arrivals.present(self._camera_id) is self._mailbox:
            self._is_able = True
            self._services.introductions.open(self._camera_id, self._host)

    async def introduce(self) -> None:
        """Ends where the browser does not listen: it could not be told any more to send to nobody."""
        await pass_on(self._host.line, self._channel)

    async def part(self) -> None:
        """Returns when the camera is read no more."""
        await self._mailbox.over()
        await self._say_bye(self._mailbox.why or Parting.GOING, because("push_over"))

    async def _say_bye(self, why: Parting, sentence: object) -> None:
        with suppress(ConnectionError):
            await self._channel.send_bytes(bye(self._mailbox.why or why, str(sentence)))

    def end(self) -> None:
        self._mailbox.hang_up()
        self._services.introductions.close(self._camera_id, self._host)


def _mailbox(request: web.Request, services: Services, camera_id: str) -> Mailbox:
    """Of the requests before, where they sent single pictures."""
    present = services.arrivals.present(camera_id)
    if isinstance(present, Mailbox) and not present.is_over:
        return present
    mailbox = Mailbox(_who(request))
    services.arrivals.leave(camera_id, mailbox)
    return mailbox


async def _pictures_in(request: web.Request, silence_s: float) -> AsyncGenerator[bytes, None]:
    """A camera that lost its power never hangs up: each time that would leave a connection behind."""
    parser = MultipartParser()
    try:
        while chunk := await _next_of(request, silence_s):
            for picture in parser.feed(chunk):
                yield picture
    except ProtocolError as error:
        raise RequestError(because("push_no_picture")) from error
    for picture in parser.finish():
        yield picture


async def _next_of(request: web.Request, silence_s: float) -> bytes:
    try:
        async with asyncio.timeout(silence_s):
            return await request.content.readany()
    except TimeoutError:
        raise RequestError(because("push_silent", who=_who(request), seconds=silence_s)) from None


def _unpacked(message: bytes) -> tuple[Head, bytes]:
    """Raises ProtocolError."""
    if len(message) < HEAD_BYTES:
        raise ProtocolError(because("push_no_message"))
    head = Head.unpack(message[:HEAD_BYTES])
    if head.length != len(message) - HEAD_BYTES or head.length > head.most_bytes:
        raise ProtocolError(because("push_no_message"))
    return head, message[HEAD_BYTES:]


def _who(request: web.Request) -> str:
    return f"{caller_address(request)} ({principal_of(request).name})"


def _require_pushing(services: Services, camera_id: str) -> None:
    """Raises NotFound, and RequestError for a camera that does not dial in."""
    camera = services.cameras.get(camera_id)
    if not dials_in(camera.source.url):
        raise RequestError(because("push_other_camera", camera=camera.name), status=409)


def _require_running(services: Services, camera_id: str) -> None:
    _require_pushing(services, camera_id)
    services.running(camera_id)


ROUTES = (list_pushable, make_push_key, push_pictures, push_socket)
