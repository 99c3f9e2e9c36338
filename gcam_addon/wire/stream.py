"""Opening a camera's stream, or one picture: redirects, credentials, and what another answer means.

Every error says what the camera did and what a person can do about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ConfigError, ProtocolError, Rejected, SourceError, Unreachable
from gcam_addon.wire import credentials
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.challenges import CHALLENGES
from gcam_addon.wire.connection import HttpConnection
from gcam_addon.wire.redirect import leads_inward
from gcam_addon.wire.response import Head
from gcam_addon.words.reason import Reason, because

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REQUESTS = 6
_ENDLESS = "image/x-mixed-replace"
_PICTURES = ("multipart/", "video/", "application/octet-stream", "image/")
_UNCHANGED = 304
_ADVICE = {
    401: because("answered_401"),
    403: because("answered_403"),
    404: because("answered_404"),
    405: because("answered_405"),
    429: because("answered_429"),
    500: because("answered_500"),
    503: because("answered_503"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a camera is asked."""

    address: HttpAddress
    led_from: str | None = None
    """The address that sent us there."""
    conditions: Mapping[str, str] | None = None

    def check(self, there: str) -> None:
        """Raises ProtocolError where nobody may send us `there`."""
        if self.led_from is not None and leads_inward(self.led_from, there):
            raise ProtocolError(because("leads_inward", address=self.address))


@dataclass(frozen=True, slots=True)
class OpenStream:
    """A connection that delivers pictures, its reading paused; `head` is the answer to the `request`."""

    connection: HttpConnection
    head: Head
    request: Request
    place: HttpAddress
    """What was asked for first, before it led anywhere."""

    @property
    def is_picture(self) -> bool:
        """It is one picture, and over then: more have to be asked for."""
        kind = self.head.content_type
        return self.is_unchanged or (kind.startswith("image/") and kind != _ENDLESS)

    @property
    def is_unchanged(self) -> bool:
        """There is none, as it would be the one that was had before."""
        return self.head.status == _UNCHANGED


async def open_stream(
    address: HttpAddress,
    settings: SourceSettings,
    answer_timeout_s: float,
    conditions: Mapping[str, str] | None = None,
) -> OpenStream:
    """Ask for `address`, following redirects. Raises SourceError; no connection is left open then.
    `conditions`, also none, where it is asked for again and again: see `HttpConnection.send`.
    """
    request = Request(address, conditions=conditions)
    for _ in range(_MAX_REQUESTS):
        connection, head = await _ask(request, settings, answer_timeout_s)
        try:
            further = _further(request, head)
        except SourceError:
            connection.close()
            raise
        if further is None:
            return OpenStream(connection, head, request, address)
        connection.close()
        request = replace(further, led_from=connection.peer or request.led_from)
    raise ProtocolError(because("redirects_in_circles", address=address))


async def ask_again(
    before: OpenStream, answer_timeout_s: float, conditions: Mapping[str, str]
) -> OpenStream | None:
    """Ask the same place on the same connection. None, and it is closed: it is gone, or answers what wants
    `open_stream` (a redirect, a demand for credentials, an error). Raises Stalled.
    """
    connection = before.connection
    if not connection.is_free:
        connection.close()
        return None
    request = replace(before.request, conditions=conditions)
    try:
        connection.send(CHALLENGES.answer(request.address), conditions)
        head = await connection.head(answer_timeout_s)
    except (Unreachable, ProtocolError):
        connection.close()
        return None
    except BaseException:
        connection.close()
        raise
    if problem_of(request.address, head) is not None and not _is_as_before(request, head):
        connection.close()
        if head.status == 401:
            CHALLENGES.refused(request.address, head)
        return None
    return replace(before, head=head, request=request)


def problem_of(address: HttpAddress, head: Head) -> SourceError | None:
    """Why this answer is no camera stream; None where it can be one."""
    if head.status != 200:
        return Rejected(_refusal(address, head.status), status=head.status)
    coding = head.headers.get("content-encoding", "identity").lower()
    if coding != "identity":
        return ProtocolError(because("compressed", address=address, coding=coding[:20]))
    kind = head.content_type
    if not kind or kind.startswith(_PICTURES):
        return None
    what = because("a_web_page") if kind in {"text/html", "application/xhtml+xml"} else kind
    others = tuple(address.at(target, port) for target, port in (("/stream", 81), ("/stream", None)))
    return ProtocolError(
        because("no_pictures_sent", address=address, what=what, usual=(*others, f"{address.at('/', 8080)}/"))
    )


def _refusal(address: HttpAddress, status: int) -> Reason:
    """Boards with Gcam's firmware lose their token where they are reset; one that was never claimed answers
    as others do that let nobody in.
    """
    match status, address.username:
        case 401, credentials.BOARD_USER:
            return because("board_other_token", address=address)
        case 403, credentials.BOARD_USER:
            return because("board_nobodys", address=address)
        case 403, None:
            return because("perhaps_unclaimed", address=address)
    advice = _ADVICE.get(status, _ADVICE[500] if status >= 500 else because("see_manual"))
    return because("camera_answered", address=address, status=status, advice=advice)


async def _ask(
    request: Request, settings: SourceSettings, answer_timeout_s: float
) -> tuple[HttpConnection, Head]:
    request.check(request.address.host)
    timeout_s, verify_tls = settings.connect_timeout_s, settings.verify_tls
    connection = await HttpConnection.connect(request.address, timeout_s, verify_tls)
    try:
        request.check(connection.peer)  # a name may stand for any address
        connection.send(CHALLENGES.answer(request.address), request.conditions)
        return connection, await connection.head(answer_timeout_s)
    except BaseException:
        connection.close()
        raise


def _further(request: Request, head: Head) -> Request | None:
    """What to ask next; None: this is the stream. Raises SourceError: this is none."""
    elsewhere = _following(request.address, head)
    if elsewhere is not None:
        return Request(elsewhere, conditions=request.conditions)
    if head.status == 401:
        if CHALLENGES.refused(request.address, head):
            return request
    else:
        CHALLENGES.opened(request.address)
    problem = problem_of(request.address, head)
    if problem is not None and not _is_as_before(request, head):
        raise problem
    return None


def _is_as_before(request: Request, head: Head) -> bool:
    return bool(request.conditions) and head.status == _UNCHANGED


def _following(address: HttpAddress, head: Head) -> HttpAddress | None:
    location = head.headers.get("location")
    if head.status not in _REDIRECTS or not location:
        return None
    try:
        return address.follow(location)
    except ConfigError as error:
        raise ProtocolError(because("leads_elsewhere", address=address, why=error)) from error
