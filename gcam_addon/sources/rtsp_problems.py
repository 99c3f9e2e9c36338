"""What libav's exceptions mean, as the classes of which they are: their texts hold the passage's address,
and say little. Pure.
"""

from __future__ import annotations

import errno
from typing import Final, Literal

import av
import av.error

from gcam_addon.config.model import RtspTransport, SourceSettings
from gcam_addon.errors import ProtocolError, Rejected, SourceError, Stalled, Unreachable
from gcam_addon.wire.address import RtspAddress
from gcam_addon.words.reason import because

Stage = Literal["opening", "awaiting", "reading", "closing"]
"""Awaiting: reading what has not come yet."""

_STATUSES: Final = (
    (av.error.HTTPUnauthorizedError, 401),
    (av.error.HTTPForbiddenError, 403),
    (av.error.HTTPNotFoundError, 404),
    (av.error.HTTPBadRequestError, 400),
    (av.error.HTTPTooManyRequestsError, 429),
    (av.error.HTTPOtherClientError, 454),
    (av.error.HTTPServerError, 500),
)
_ADVICE: Final = {
    401: because("rtsp_401"),
    403: because("answered_403"),
    404: because("rtsp_404"),
    429: because("answered_429"),
    500: because("rtsp_500"),
}
_NEARLY: Final = 0.9


def problem_of(
    error: Exception, stage: Stage, address: RtspAddress, settings: SourceSettings, took_s: float
) -> SourceError:
    """`took_s`: for how long that stage had gone on."""
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            return rejected(address, status)
    if stage == "opening":
        return _unopened(error, address, settings, took_s)
    match error:
        case PermissionError():
            return silent(address, settings)
        case TimeoutError() if stage == "awaiting":
            return silent(address, settings)
        case TimeoutError():
            seconds = settings.stall_timeout_s
            return Stalled(because("no_picture_though_open", address=address, seconds=seconds))
        case _:
            return Unreachable(because("connection_closed", address=address))


def rejected(address: RtspAddress, status: int) -> Rejected:
    """It said no, by that number."""
    advice = _ADVICE.get(status, _ADVICE[500] if status >= 500 else because("see_manual"))
    said = because("camera_answered", address=address, status=status, advice=advice)
    return Rejected(said, status=status)


def _unopened(error: Exception, address: RtspAddress, settings: SourceSettings, took_s: float) -> SourceError:
    seconds = f"{took_s:.0f}"
    least_s = _NEARLY * min(settings.connect_timeout_s, settings.stall_timeout_s)
    match error:
        case ConnectionRefusedError():
            problem: SourceError = Unreachable(because("camera_refuses", address=address, port=address.port))
        case PermissionError():
            problem = silent(address, settings)
        case av.error.InvalidDataError() if took_s >= least_s:
            problem = Stalled(because("nothing_sent", address=address, seconds=seconds))
        case av.error.InvalidDataError():
            problem = ProtocolError(because("rtsp_other", address=address, port=address.port))
        case TimeoutError() | av.error.ExitError():
            problem = Unreachable(because("no_answer", address=address, seconds=seconds))
        case OSError(errno=errno.EPROTONOSUPPORT):
            problem = _other_way(address, settings)
        case OSError(strerror=str(why), errno=int(number)) if number != errno.EIO:
            problem = Unreachable(because("camera_unreachable", address=address, why=why))
        case _ if address.scheme == "rtsps":
            problem = Unreachable(because("rtsp_no_tls", address=address))
        case _:
            problem = Unreachable(because("connection_closed", address=address))
    return problem


def _other_way(address: RtspAddress, settings: SourceSettings) -> ProtocolError:
    """It sends by one of the two alone."""
    way = settings.rtsp_transport
    other = RtspTransport.TCP if way is RtspTransport.UDP else RtspTransport.UDP
    return ProtocolError(because("rtsp_other_way", address=address, way=way.upper(), other=other.value))


def silent(address: RtspAddress, settings: SourceSettings) -> Stalled:
    """It was asked to send, agreed, and sends nothing."""
    is_udp = settings.rtsp_transport is RtspTransport.UDP
    return Stalled(because("rtsp_silent_udp" if is_udp else "rtsp_silent", address=address))
