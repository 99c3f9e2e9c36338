"""Boards and cameras that are known by where their pictures are, and offer nothing to set."""

from __future__ import annotations

from gcam_addon.boards.board import BoardFacts, Control, Firmware, Note, Value
from gcam_addon.boards.lamp import NoLamp
from gcam_addon.boards.sensor_controls import unknown_control
from gcam_addon.boards.visit import Answer, Visit
from gcam_addon.errors import Rejected, SourceError, Unreachable
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.multipart import boundary_of

_SNAPSHOTS = ("/capture", "/snapshot", "/jpg", "/cam.jpg", "/snapshot.jpg")
_STREAMS = (
    ("/", 0, Firmware.MICRO_RTSP),
    ("/stream", 0, Firmware.RZELDENT),
    ("/mjpeg/1", 0, Firmware.ARKHIPENKO),
    ("/cam.mjpeg", 0, Firmware.YOURSUNNY),
    ("/stream", 1, Firmware.MJPEG),
    ("/", 1, Firmware.MJPEG),
)
_SINGLE = Note(
    "single_viewer", "It sends its stream to one viewer at a time: watch it through Gcam, not beside it."
)
_NOTES = {
    Firmware.RZELDENT: (
        _SINGLE,
        Note("blocks", "While somebody watches its stream, its page does not answer."),
    ),
    Firmware.YOURSUNNY: (_SINGLE,),
    Firmware.MICRO_RTSP: (_SINGLE,),
}


async def recognise(visit: Visit) -> Plain | None:
    """Looks at the usual places, one after another."""
    snapshot = None
    for target, offset, firmware in _STREAMS:
        answer = await _page(visit, target, offset)
        if answer is None:
            continue
        if answer.is_stream:
            known = await _confirmed(visit, firmware, answer)
            return Plain(known, visit.address.at(target, visit.address.port + offset), await _snapshot(visit))
        if answer.picture:
            snapshot = visit.address.at(target)
    snapshot = snapshot or await _snapshot(visit)
    return None if snapshot is None else Plain(Firmware.SNAPSHOT, None, snapshot)


async def recognise_exactly(visit: Visit, target: str) -> Plain | None:
    """The address that somebody wrote, whatever else the host offers."""
    answer = await visit.page(target)
    if answer.is_stream:
        return Plain(Firmware.MJPEG, visit.address.at(target), None)
    return Plain(Firmware.SNAPSHOT, None, visit.address.at(target)) if answer.picture else None


class Plain(NoLamp):
    """boards.Board."""

    def __init__(self, firmware: Firmware, stream: HttpAddress | None, snapshot: HttpAddress | None) -> None:
        self.facts = BoardFacts(firmware)
        self.streams = () if stream is None else (stream,)
        self.snapshot = snapshot
        self.notes = _NOTES.get(firmware, ())

    async def controls(self) -> tuple[Control, ...]:
        return ()

    async def set(self, name: str, value: Value) -> None:
        raise unknown_control(name)


async def _confirmed(visit: Visit, firmware: Firmware, answer: Answer) -> Firmware:
    """The same places are used by others too: their own marks decide."""
    boundary = boundary_of(answer.head.headers.get("content-type", "")) or ""
    match firmware:
        case Firmware.MICRO_RTSP:
            is_it = boundary == "frame" and await _is_picture(visit, "/jpg")
        case Firmware.RZELDENT:
            page = await _page(visit, "/", 0)
            is_it = page is not None and "ESP32CAM-RTSP" in page.text
        case Firmware.ARKHIPENKO:
            is_it = boundary == "123456789000000000000987654321" and await _is_picture(visit, "/jpg")
        case Firmware.YOURSUNNY:
            sizes = await _page(visit, "/resolutions.csv", 0)
            is_it = sizes is not None and sizes.head.status == 200
        case _:
            is_it = False
    return firmware if is_it else Firmware.MJPEG


async def _snapshot(visit: Visit) -> HttpAddress | None:
    for target in _SNAPSHOTS:
        if await _is_picture(visit, target):
            return visit.address.at(target)
    return None


async def _is_picture(visit: Visit, target: str) -> bool:
    answer = await _page(visit, target, 0)
    return answer is not None and answer.picture is not None


async def _page(visit: Visit, target: str, offset: int) -> Answer | None:
    """None where nothing usable answers there; a demand for a password is passed on."""
    port = visit.address.port + offset
    try:
        return await visit.page(target, port)
    except (Rejected, Unreachable):
        if not offset:
            raise
        return None
    except SourceError:
        return None
