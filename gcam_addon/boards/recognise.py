"""Which board answers at an address: the firmwares are asked one after another, the surest first."""

from __future__ import annotations

import asyncio
import errno
import socket

from gcam_addon.boards import camera_web_server, esphome, gcam_board, mjpeg2sd, plain, tasmota
from gcam_addon.boards.board import Board, BoardFacts
from gcam_addon.boards.visit import Visit
from gcam_addon.clock import Clock
from gcam_addon.errors import ProtocolError, Rejected, SourceError, Stalled, Unreachable, Untrusted
from gcam_addon.wire.address import HttpAddress, parse
from gcam_addon.words.reason import because

Places = frozenset[tuple[int, str]]
"""Port and target of streams."""

_STREAM_TARGETS = frozenset({"/stream", "/cam.mjpeg", "/cam.jpg"})
_ESPHOME_PORT = 8080
_IDENTIFY_S = 15.0
_ABSENT = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN})


async def recognise(
    address: HttpAddress, clock: Clock, *, avoid: Places = frozenset(), verify_tls: bool = True
) -> Board:
    """Raises `SourceError`: the most telling of what went wrong. Streams in `avoid` are not touched."""
    failure: SourceError | None = None
    for port in _ports(address):
        visit = Visit(address.at("/", port), clock, avoid=avoid, verify_tls=verify_tls)
        try:
            board = await _at(visit, address)
        except SourceError as error:
            if _is_final(error):
                raise
            failure = error if failure is None or _rank(error) > _rank(failure) else failure
        else:
            if board is not None:
                return board
            failure = failure or ProtocolError(because("no_camera_found", address=address))
    assert failure is not None
    raise failure


async def identify(url: str, clock: Clock, *, thorough: bool) -> BoardFacts | None:
    """The board there, quietly; None where no camera answers. Not `thorough`: only what tells its name."""
    address = parse(url)
    assert isinstance(address, HttpAddress)
    try:
        async with asyncio.timeout(_IDENTIFY_S):
            if not thorough:
                board = await _known(Visit(address, clock))
            else:
                board = await recognise(address, clock)
    except (SourceError, TimeoutError):
        return None
    return None if board is None else board.facts


def _ports(address: HttpAddress) -> tuple[int, ...]:
    """Where the board's own pages may be. A stream's port is often the one behind them."""
    if not address.has_port and address.scheme == "http":
        return (address.port, gcam_board.PORT, _ESPHOME_PORT) if address.is_bare else (address.port,)
    if address.target.partition("?")[0] in _STREAM_TARGETS and address.port > 1:
        return (address.port - 1, address.port)
    return (address.port,)


async def _at(visit: Visit, wanted: HttpAddress) -> Board | None:
    """The board with its pages there. An address with a path is believed before other places are tried."""
    if visit.address.port == gcam_board.PORT and not wanted.has_port:
        return await gcam_board.recognise(visit)
    try:
        board = await _known(visit)
        if board is None and wanted.is_bare and not wanted.has_port:
            board = await _behind(visit)
    except Stalled:
        board = await esphome.recognise_busy(visit)
        if board is None:
            raise
    if board is not None:
        is_elsewhere = (
            wanted.has_port
            and visit.address.port != wanted.port
            and not any(stream.port == wanted.port for stream in board.streams)
        )
        return None if is_elsewhere else board
    if wanted.is_bare:
        return await plain.recognise(visit)
    if visit.address.port == wanted.port:
        return await plain.recognise_exactly(visit, wanted.target) or await plain.recognise(visit)
    return None


async def _behind(visit: Visit) -> Board | None:
    """What answers on the host's first port is unknown: boards with Gcam's firmware may have a page there."""
    try:
        return await gcam_board.recognise(visit, gcam_board.PORT)
    except (Unreachable, Stalled, Rejected):
        return None


async def _known(visit: Visit) -> Board | None:
    return (
        await gcam_board.recognise(visit)
        or await camera_web_server.recognise(visit)
        or await mjpeg2sd.recognise(visit)
        or await tasmota.recognise(visit)
        or await esphome.recognise(visit)
    )


def _is_final(error: SourceError) -> bool:
    """No other port of this host will do better: it is not there, or wants a password or trust."""
    if isinstance(error, Untrusted):
        return True
    if isinstance(error, Rejected):
        return error.status in {401, 403}
    cause = error.__cause__
    if isinstance(error, Unreachable) and isinstance(cause, (TimeoutError, socket.gaierror, UnicodeError)):
        return True
    return isinstance(cause, OSError) and cause.errno in _ABSENT


def _rank(error: SourceError) -> int:
    kinds = (Unreachable, ProtocolError, Stalled, Rejected)
    return next((rank for rank, kind in enumerate(kinds) if isinstance(error, kind)), 0)
