"""Probing: what is at an address, what it shows, and with which settings Gcam would watch it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from gcam_addon.boards.board import Board, BoardFacts, Control, Firmware, Note
from gcam_addon.boards.recognise import Places, recognise
from gcam_addon.boards.visit import Picture, StreamLook, Visit
from gcam_addon.clock import Clock
from gcam_addon.config.model import RtspTransport
from gcam_addon.errors import ConfigError, ProtocolError, Rejected, SourceError, Stalled
from gcam_addon.model import Codec
from gcam_addon.wire.address import HttpAddress, parse
from gcam_addon.words.reason import because

PROBE_S = 40.0
_SMALL_PX = 320 * 240
_LEAST_FPS = 3.0
_BUSY = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Probe:
    """`url` is for the camera's settings, without credentials; None where Gcam can't watch it."""

    facts: BoardFacts
    title: str
    name: str
    url: str | None
    snapshot_url: str | None
    controls: tuple[Control, ...]
    picture: Picture | None
    fps: float | None
    notes: tuple[Note, ...]
    codec: Codec = Codec.MJPEG
    sound: bool = False
    rtsp_transport: RtspTransport | None = None
    """By which it sends; None where it is no RTSP."""


async def probe(
    text: str,
    clock: Clock,
    *,
    credentials: tuple[str, str] | None = None,
    avoid: Places = frozenset(),
    verify_tls: bool = True,
) -> Probe:
    """Raises `ConfigError` for what is no address, `SourceError` saying what is wrong and what to do; a
    wanted or wrong password is a `Rejected` of status 401. `avoid`: streams that are being watched and not to
    be touched.
    """
    address = address_of(text, credentials)
    try:
        async with asyncio.timeout(PROBE_S):
            board = await recognise(address, clock, avoid=avoid, verify_tls=verify_tls)
            return await _examine(board, address, Visit(address, clock, avoid=avoid, verify_tls=verify_tls))
    except TimeoutError as error:
        raise Stalled(because("probe_slow", address=address, seconds=PROBE_S)) from error


def address_of(text: str, credentials: tuple[str, str] | None = None) -> HttpAddress:
    """Raises `ConfigError`."""
    address = parse(text)
    if not isinstance(address, HttpAddress):
        raise ConfigError(because("probe_network_only"), field="url")
    if credentials is not None:
        address = replace(address, username=credentials[0], password=credentials[1])
    return address


async def _examine(board: Board, address: HttpAddress, visit: Visit) -> Probe:
    stream, look, notes = await _watched(board, address, visit)
    picture = look.picture if look else await _single(board, visit)
    fps = look.fps if look else None
    if picture is not None and picture.size.width * picture.size.height <= _SMALL_PX:
        notes.append(Note("small", "Its pictures are small; a board falls back to that when it restarts."))
    if fps is not None and fps < _LEAST_FPS:
        notes.append(
            Note("slow", "It is slow: check its Wi-Fi, its power supply (5 V, 2 A) and its frame size.")
        )
    facts = board.facts
    return Probe(
        facts=facts,
        title=facts.title,
        name=facts.name or facts.hostname or facts.title,
        url=None if stream is None else written(stream),
        snapshot_url=None if board.snapshot is None else written(board.snapshot),
        controls=await _controls(board),
        picture=picture,
        fps=fps,
        notes=(*board.notes, *notes),
    )


async def _watched(
    board: Board, address: HttpAddress, visit: Visit
) -> tuple[HttpAddress | None, StreamLook | None, list[Note]]:
    """What to watch, what it showed, and what is to be said of it."""
    if board.facts.claimed is False:  # it shows nothing to anybody
        return board.streams[0], None, []
    wanted = () if address.is_bare else (address,)
    failure: SourceError | None = None
    for stream in dict.fromkeys((*wanted, *board.streams)):
        try:
            look = await visit.watch(stream)
        except Stalled:
            return stream, None, [_busy()]
        except Rejected as error:
            if error.status == 401:
                raise _told(error, board, address) from error
            if error.status in _BUSY:
                return stream, None, [_busy()]
            failure = error
        except SourceError as error:
            failure = error
        else:
            moved = wanted and stream != address
            told = [Note("moved", "The stream is at another address than the one given.")] if moved else []
            return stream, look, told
    if board.snapshot is None:
        raise failure or ProtocolError(because("no_camera_found", address=address))
    single = Note("snapshot_only", "It sends single pictures only: Gcam asks for one a second.")
    return board.snapshot, None, [single]


def _told(error: Rejected, board: Board, address: HttpAddress) -> Rejected:
    """A board with Gcam's firmware wants no password but its owner's token."""
    if board.facts.firmware is not Firmware.GCAM:
        return error
    is_new = address.username is None
    return Rejected(because("board_claimed" if is_new else "board_token_wrong", address=address), status=401)


def _busy() -> Note:
    return Note("busy", "Somebody is watching it already: it shows its stream to one at a time.")


async def _single(board: Board, visit: Visit) -> Picture | None:
    if board.snapshot is None or board.facts.claimed is False:
        return None
    try:
        return (await visit.ask(board.snapshot.target, board.snapshot.port)).picture
    except SourceError:
        return None


async def _controls(board: Board) -> tuple[Control, ...]:
    try:
        return await board.controls()
    except SourceError:
        return ()


def written(address: HttpAddress) -> str:
    """In full, but without credentials: as a person would write it down."""
    return f"{address.scheme}://{address.authority}{address.target}"
