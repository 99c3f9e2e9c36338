"""ESPHome's esp32_camera_web_server: a stream at `/` of one port, single pictures at `/` of another."""

from __future__ import annotations

from gcam_addon.boards.board import BoardFacts, Control, Firmware, Note, Value
from gcam_addon.boards.lamp import NoLamp
from gcam_addon.boards.sensor_controls import unknown_control
from gcam_addon.boards.visit import Visit
from gcam_addon.errors import SourceError, Stalled
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.multipart import boundary_of

_BOUNDARY = "123456789000000000000987654321"
_NOTES = (
    Note(
        "single_viewer", "It sends its stream to one viewer at a time: watch it through Gcam, not beside it."
    ),
    Note("no_password", "Everybody in its network can see its pictures: it knows no password."),
    Note("set_in_firmware", "Frame size and quality are set in its ESPHome configuration."),
)


async def recognise(visit: Visit) -> EspHome | None:
    """By the stream, or by the picture beside it while somebody watches the stream."""
    try:
        answer = await visit.page("/")
    except Stalled:
        return await recognise_busy(visit)
    headers = answer.head.headers
    is_own = boundary_of(headers.get("content-type", "")) == _BOUNDARY and "transfer-encoding" not in headers
    if not answer.is_stream or not is_own or headers.get("connection", "").lower() != "close":
        return None
    return await recognise_busy(visit) or EspHome(visit, snapshot_port=None)


async def recognise_busy(visit: Visit) -> EspHome | None:
    """By its single pictures alone."""
    port = visit.address.port + 1
    try:
        answer = await visit.page("/", port)
    except SourceError:
        return None
    disposition = answer.head.headers.get("content-disposition", "")
    return EspHome(visit, port) if answer.picture and "capture.jpg" in disposition else None


class EspHome(NoLamp):
    """boards.Board."""

    def __init__(self, visit: Visit, snapshot_port: int | None) -> None:
        self._visit = visit
        self._snapshot_port = snapshot_port
        self.facts = BoardFacts(Firmware.ESPHOME)
        self.notes = _NOTES

    @property
    def streams(self) -> tuple[HttpAddress, ...]:
        return (self._visit.address.at("/"),)

    @property
    def snapshot(self) -> HttpAddress | None:
        return None if self._snapshot_port is None else self._visit.address.at("/", self._snapshot_port)

    async def controls(self) -> tuple[Control, ...]:
        return ()

    async def set(self, name: str, value: Value) -> None:
        raise unknown_control(name)
