"""Where a board's stream is when only its host was given, or its single pictures where it has none: what
firmwares use, tried one after another.

A board serves one viewer, so one connection at a time, closed before the next; the one that delivers is kept.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable, MutableMapping

from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ProtocolError, Rejected, SourceError, Unreachable
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.connection import was_refused
from gcam_addon.wire.stream import OpenStream, open_stream
from gcam_addon.words.reason import because

KnownStreams = MutableMapping[HttpAddress, HttpAddress]
"""What was found out: the address as given, and where its stream is."""

_ANSWER_TIMEOUT_S = 5.0  # a board's first picture takes up to 4 s
_ELSEWHERE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN})
_PLACES: tuple[tuple[int | None, str], ...] = (
    (81, "/stream"),  # CameraWebServer, Tasmota
    (None, "/stream"),  # rzeldent and many copies
    (81, "/"),  # easytarget
    (None, "/"),  # Micro-RTSP sample; ESPHome with a port of its own
    (8080, "/"),  # ESPHome
    (None, "/mjpeg/1"),  # arkhipenko
    (None, "/cam.mjpeg"),  # yoursunny
    (None, "/sustain?video=1"),  # MJPEG2SD
)
_PICTURES = (
    "/capture",  # CameraWebServer, easytarget
    "/snapshot.jpg",  # Tasmota
    "/snapshot",  # rzeldent
    "/cam-hi.jpg",  # the sketch of many courses
    "/cam.jpg",  # yoursunny
    "/jpg",  # arkhipenko, Micro-RTSP sample
    "/photo",
    "/picture",
)
_BUSY = frozenset({429, 503})


def candidates(address: HttpAddress) -> list[HttpAddress]:
    """Where to look for the stream of a bare address, in order.

    With a port that was given: only there, and on the next one, where CameraWebServer puts its stream.
    """
    if address.has_port or address.scheme == "https":
        paths = dict.fromkeys(["/", *(path for port, path in _PLACES if port is None)])
        return [*(address.at(path) for path in paths), address.at("/stream", address.port + 1)]
    return [address.at(path, port) for port, path in _PLACES]


def places_of(addresses: Iterable[HttpAddress]) -> frozenset[tuple[int, str]]:
    """Port and target of where their streams are, or may be."""
    places = (
        place for address in addresses for place in (candidates(address) if address.is_bare else [address])
    )
    return frozenset((place.port, place.target) for place in places)


def pictures(address: HttpAddress) -> list[HttpAddress]:
    """Where to look for single pictures of a bare address that has no stream, in order."""
    return [address.at(path) for path in _PICTURES]


async def find_stream(address: HttpAddress, settings: SourceSettings, known: KnownStreams) -> OpenStream:
    """Open the stream of a bare address, or a single picture where it has none. The stream that worked is
    written to `known` and tried alone the next time; a picture is not: the next run looks for a stream again.
    """
    if address in known:
        return await _open_known(address, settings, known)
    search = _Search(settings)
    places = candidates(address)
    for place in places:
        stream = await search.open(place)
        if stream is None:
            continue
        if not stream.is_picture:
            known[address] = place
            return stream
        stream.connection.close()
        search.pictures.append(place)
    if search.has_answered and not search.is_busy:
        for place in (*search.pictures, *pictures(address)):
            stream = await search.open(place)
            if stream is not None and stream.is_picture:
                return stream
            places.append(place)
    if search.has_answered:
        paths = ", ".join(f":{place.port}{place.target}" for place in places)
        raise ProtocolError(because("no_stream_found", address=address, paths=paths))
    ports = ", ".join(str(port) for port in sorted({place.port for place in places}))
    raise Unreachable(because("refuses_ports", address=address, ports=ports))


class _Search:
    """One host's places, tried one after another."""

    def __init__(self, settings: SourceSettings) -> None:
        self._settings = settings
        self._answer_timeout_s = min(settings.stall_timeout_s, _ANSWER_TIMEOUT_S)
        self.has_answered = False
        self.is_busy = False
        """There is a stream, for another viewer or later: single pictures are no substitute."""
        self.pictures: list[HttpAddress] = []
        """Places that gave one."""

    async def open(self, place: HttpAddress) -> OpenStream | None:
        """None: there is nothing. Raises SourceError where no other place will do better."""
        try:
            stream = await open_stream(place, self._settings, self._answer_timeout_s)
        except (ProtocolError, Rejected, Unreachable) as error:  # Stalled: found, and busy
            if _is_final(error):
                raise
            self.has_answered |= not isinstance(error, Unreachable)
            self.is_busy |= isinstance(error, Rejected) and error.status in _BUSY
            return None
        self.has_answered = True
        return stream


async def _open_known(address: HttpAddress, settings: SourceSettings, known: KnownStreams) -> OpenStream:
    try:
        return await open_stream(known[address], settings, settings.stall_timeout_s)
    except (ProtocolError, Rejected, Unreachable) as error:
        if not isinstance(error, Unreachable) or was_refused(error):
            del known[address]  # another firmware now? the next run looks anew
        raise


def _is_final(error: SourceError) -> bool:
    """No other place on this host will do better: it is not there, or wants a password."""
    if isinstance(error, Rejected):
        return error.status in {401, 403}
    cause = error.__cause__
    if isinstance(cause, (TimeoutError, socket.gaierror, UnicodeError)):
        return True
    return isinstance(cause, OSError) and cause.errno in _ELSEWHERE
