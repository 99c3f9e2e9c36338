"""Opening a camera's stream: redirects, credentials, and what an answer that is no stream means.

Every error says what the camera did and what a person can do about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ConfigError, ProtocolError, Rejected, SourceError
from gcam_addon.wire import credentials
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.connection import HttpConnection
from gcam_addon.wire.redirect import leads_inward
from gcam_addon.wire.response import Head
from gcam_addon.words.reason import because

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REQUESTS = 6
_PICTURES = ("multipart/", "video/", "application/octet-stream", "image/x-mixed-replace")
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
class OpenStream:
    """A connection that delivers pictures, its reading paused; `head` is the answer to the request."""

    connection: HttpConnection
    head: Head


async def open_stream(address: HttpAddress, settings: SourceSettings, answer_timeout_s: float) -> OpenStream:
    """Ask for `address`, following redirects. Raises SourceError; no connection is left open then."""
    request = _Request(address, _basic(address))
    for _ in range(_MAX_REQUESTS):
        stream = await _ask(request, settings, answer_timeout_s)
        try:
            further = _further(request, stream.head)
        except SourceError:
            stream.connection.close()
            raise
        if further is None:
            return stream
        stream.connection.close()
        request = replace(further, led_from=stream.connection.peer or request.led_from)
    raise ProtocolError(because("redirects_in_circles", address=address))


def problem_of(address: HttpAddress, head: Head) -> SourceError | None:
    """Why this answer is no camera stream; None where it can be one."""
    if head.status != 200:
        advice = _ADVICE.get(head.status, _ADVICE[500] if head.status >= 500 else because("see_manual"))
        return Rejected(
            because("camera_answered", address=address, status=head.status, advice=advice), status=head.status
        )
    coding = head.headers.get("content-encoding", "identity").lower()
    if coding != "identity":
        return ProtocolError(because("compressed", address=address, coding=coding[:20]))
    kind = head.content_type
    if not kind or kind.startswith(_PICTURES):
        return None
    if kind == "image/jpeg":
        return ProtocolError(because("single_picture", address=address, stream=address.at("/stream", 81)))
    what = because("a_web_page") if kind in {"text/html", "application/xhtml+xml"} else kind
    others = tuple(address.at(target, port) for target, port in (("/stream", 81), ("/stream", None)))
    return ProtocolError(
        because("no_pictures_sent", address=address, what=what, usual=(*others, f"{address.at('/', 8080)}/"))
    )


@dataclass(frozen=True, slots=True)
class _Request:
    address: HttpAddress
    authorization: str | None = field(repr=False)
    led_from: str | None = None
    """The address that sent us there."""

    def check(self, there: str) -> None:
        """Raises ProtocolError where nobody may send us `there`."""
        if self.led_from is not None and leads_inward(self.led_from, there):
            raise ProtocolError(because("leads_inward", address=self.address))


async def _ask(request: _Request, settings: SourceSettings, answer_timeout_s: float) -> OpenStream:
    request.check(request.address.host)
    timeout_s, verify_tls = settings.connect_timeout_s, settings.verify_tls
    connection = await HttpConnection.connect(request.address, timeout_s, verify_tls)
    try:
        request.check(connection.peer)  # a name may stand for any address
        connection.send(request.authorization)
        return OpenStream(connection, await connection.head(answer_timeout_s))
    except BaseException:
        connection.close()
        raise


def _further(request: _Request, head: Head) -> _Request | None:
    """What to ask next; None: this is the stream. Raises SourceError: this is none."""
    elsewhere = _following(request.address, head)
    if elsewhere is not None:
        return _Request(elsewhere, _basic(elsewhere))
    if head.status == 401 and (request.authorization or "").startswith("Basic"):
        answer = _digest(request.address, head)
        if answer is not None:
            return _Request(request.address, answer)
    problem = problem_of(request.address, head)
    if problem is not None:
        raise problem
    return None


def _following(address: HttpAddress, head: Head) -> HttpAddress | None:
    location = head.headers.get("location")
    if head.status not in _REDIRECTS or not location:
        return None
    try:
        return address.follow(location)
    except ConfigError as error:
        raise ProtocolError(because("leads_elsewhere", address=address, why=error)) from error


def _basic(address: HttpAddress) -> str | None:
    if address.username is None:
        return None
    return credentials.basic(address.username, address.password or "")


def _digest(address: HttpAddress, head: Head) -> str | None:
    challenge = head.headers.get("www-authenticate", "")
    return credentials.digest(challenge, address.username or "", address.password or "", address.target)
