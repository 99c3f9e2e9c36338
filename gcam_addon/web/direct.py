"""A browser's camera seen without Gcam in between (WebRTC): who may, and what both tell each other first.
Gcam passes that on, and never a picture. docs/ref/direct.md is the contract.

No sockets here: `web.api.push` speaks for the browser that is the camera, `web.api.direct` for who watches.
Loop only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import voluptuous as vol

from gcam_addon.config.model import Camera, IceServer
from gcam_addon.config.rules import anything, optional, said, text, whole
from gcam_addon.errors import NotFound
from gcam_addon.model import CameraAdded, CameraRemoved, Event
from gcam_addon.web.line import Line, Message
from gcam_addon.web.shape import INTEGER, STRING, OneOf, Shape, only, shape, told
from gcam_addon.web.shapes.said import SAID
from gcam_addon.web.views import with_said
from gcam_addon.words.reason import Reason, because

MOST_GUESTS: Final = 4
"""Of one camera: its device makes the pictures of each anew."""
MOST_BYTES: Final = 16 * 1024
"""Of one message."""
MOST_SAID: Final = 64
"""Messages of one viewer, and as many to it: a description, and a candidate for every address."""
_MOST_WAITING: Final = 2 * MOST_GUESTS * MOST_SAID

_SDP = said(anything(12_000), "As the browser makes it")
_VIEWER = said(INTEGER, "Which of those who watch; of one connection of the camera")
_CANDIDATE: Mapping[Any, Any] = {
    "type": only("candidate"),
    "candidate": said(text(1024, "candidate:.*"), "An address at which its side may be reached"),
    "mid": optional(text(32)),
    "line": optional(whole(0, 15)),
}
ICE_SERVER = shape(
    "IceServer",
    {
        "urls": said(STRING, "`stun:…`, `turn:…` or `turns:…`"),
        vol.Optional("username"): STRING,
        vol.Optional("credential"): STRING,
    },
    "As `RTCPeerConnection` takes it; the setting `web.ice_servers`",
)

ABLE = shape("DirectAble", {"type": only("able")})
OFFER_OF_CAMERA = shape("DirectOfferOfCamera", {"type": only("offer"), "viewer": _VIEWER, "sdp": _SDP})
CANDIDATE_OF_CAMERA = shape("DirectCandidateOfCamera", {**_CANDIDATE, "viewer": _VIEWER})
ANSWER = shape("DirectAnswer", {"type": only("answer"), "sdp": _SDP})
CANDIDATE = shape("DirectCandidate", _CANDIDATE)
OFFER = shape(
    "DirectOffer",
    {"type": only("offer"), "sdp": _SDP, told("ice_servers", "What to be reached with"): [ICE_SERVER]},
)
GONE = shape(
    "DirectGone",
    {
        "type": only("gone"),
        "code": said(STRING, "Stable"),
        "why": said(STRING, "For people"),
        "why_said": SAID,
    },
    "It is over, or does not begin",
)
TO_VIEWER = OneOf("DirectMessage", (OFFER, CANDIDATE, GONE))

_OF_CAMERA = {"able": ABLE, "offer": OFFER_OF_CAMERA, "candidate": CANDIDATE_OF_CAMERA}
_OF_VIEWER = {"answer": ANSWER, "candidate": CANDIDATE}


class Guest:
    """One who watches, or wants to."""

    def __init__(self, host: Host, number: int) -> None:
        self.line = Line(MOST_SAID + 2)
        self.number = number
        self._host = host
        self._heard = self._told = 0
        self._offered = self._answered = False

    def hear(self, words: str) -> None:
        """What the viewer says; ends it where that is not to be passed on."""
        message = _read(words, _OF_VIEWER)
        self._heard += 1
        if message is None or self._heard > MOST_SAID or not self._is_due(message):
            self.leave(because("direct_no_message"))
            return
        self._host.line.put({**message, "viewer": self.number})

    def _is_due(self, message: Message) -> bool:
        is_answer = message["type"] == "answer"
        is_due = self._offered and not (is_answer and self._answered)
        self._answered |= is_answer
        return is_due

    def tell(self, message: Message) -> None:
        """What the camera says to this one."""
        self._told += 1
        if self._told > MOST_SAID or (message["type"] == "offer") is self._offered:
            self.leave(because("direct_no_message"))
            return
        self._offered = True
        self.line.put(message)

    def leave(self, why: Reason | None = None) -> None:
        """Idempotent. The camera's device is told to send no more."""
        if why is not None:
            self.line.put(gone(why))
        self.line.end()
        self._host.forget(self.number)


class Host:
    """One browser that is a camera, while its connection lasts."""

    def __init__(self, ice_servers: Iterable[IceServer]) -> None:
        self.line = Line(_MOST_WAITING)
        self.guests: dict[int, Guest] = {}
        self._ice_servers = [_ice(server) for server in ice_servers]
        self._count = 0

    def receive(self) -> Guest:
        self._count += 1
        guest = Guest(self, self._count)
        self.guests[guest.number] = guest
        self.line.put({"type": "viewer", "viewer": guest.number, "ice_servers": self._ice_servers})
        return guest

    def hear(self, message: Message) -> None:
        """An offer, or a candidate. To nobody, or to somebody who has left, it is nothing."""
        guest = self.guests.get(message.get("viewer", 0))
        if guest is None:
            return
        passed = {key: value for key, value in message.items() if key != "viewer"}
        if message["type"] == "offer":
            passed["ice_servers"] = self._ice_servers
        guest.tell(passed)

    def forget(self, number: int) -> None:
        if self.guests.pop(number, None) is not None:
            self.line.put({"type": "gone", "viewer": number})

    def dismiss(self, why: Reason) -> None:
        """All who watch."""
        for guest in tuple(self.guests.values()):
            guest.leave(why)


class Introductions:
    """Of one Gcam; an `interfaces.Sink`, since what is set on a camera may forbid it."""

    def __init__(self, camera: Callable[[str], Camera], ice_servers: Iterable[IceServer] = ()) -> None:
        """`camera`: that of an id; raises NotFound."""
        self._camera = camera
        self._ice_servers = tuple(ice_servers)
        self._hosts: dict[str, Host] = {}

    def host(self) -> Host:
        """For a browser that comes."""
        return Host(self._ice_servers)

    def open(self, camera_id: str, host: Host) -> None:
        """That browser is the camera now, and can be seen directly. The one before it no more."""
        former, self._hosts[camera_id] = self._hosts.get(camera_id), host
        if former is not None:
            former.dismiss(because("direct_over"))

    def close(self, camera_id: str, host: Host) -> None:
        """That browser is it no more. Idempotent."""
        if self._hosts.get(camera_id) is host:
            del self._hosts[camera_id]
        host.dismiss(because("direct_over"))

    def obstacle(self, camera_id: str) -> Reason | None:
        """Why nobody else can see it directly now; None where somebody can. Raises NotFound."""
        forbidden = _forbidden(self._camera(camera_id))
        if forbidden is not None:
            return forbidden
        host = self._hosts.get(camera_id)
        if host is None:
            return because("direct_unable")
        return because("direct_crowded", most=MOST_GUESTS) if len(host.guests) >= MOST_GUESTS else None

    def visit(self, camera_id: str) -> Guest | Reason:
        """Somebody who may see it wants to; or why that can't be. Raises NotFound."""
        return self.obstacle(camera_id) or self._hosts[camera_id].receive()

    def publish(self, event: Event) -> None:
        """Who watches already stops where it may not be seen directly any more."""
        if not isinstance(event, CameraAdded | CameraRemoved):
            return
        host = self._hosts.get(event.camera_id)
        if host is None:
            return
        try:
            forbidden = _forbidden(self._camera(event.camera_id))
        except NotFound as error:
            forbidden = error.said if isinstance(error.said, Reason) else because("direct_over")
        if forbidden is not None:
            host.dismiss(forbidden)


def said_by_camera(words: str) -> Message | None:
    """A text of the browser that is the camera; None where it is none of these messages."""
    return _read(words, _OF_CAMERA)


def gone(why: Reason) -> Message:
    return {"type": "gone", "code": why.code, **with_said({"why": why}, "why")}


def _forbidden(camera: Camera) -> Reason | None:
    """By the camera's settings: what Gcam would hide or turn, it can't where pictures don't pass it."""
    if not camera.enabled:
        return because("camera_disabled", camera=camera.id)
    if camera.privacy:
        return because("camera_private", camera=camera.id)
    if camera.privacy_masks:
        return because("direct_masked")
    return because("direct_rotated") if camera.rotation else None


def _read(words: str, known: Mapping[str, Shape]) -> Message | None:
    if len(words) > MOST_BYTES:
        return None
    try:
        message = json.loads(words)
        rule = known.get(str(message["type"]))
        return None if rule is None else rule(message)
    except (ValueError, LookupError, TypeError, RecursionError, vol.Invalid):
        return None


def _ice(server: IceServer) -> Message:
    login = {"username": server.username, "credential": server.password} if server.username else {}
    return {"urls": server.url, **login}
