"""ESP32-CAM_MJPEG2SD: everything on one port, values as text, a stream of its own for recorders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gcam_addon.boards import lamp, sizing
from gcam_addon.boards.board import BoardFacts, Control, Firmware, Note, Value
from gcam_addon.boards.sensor_controls import not_kept, settings, told, unknown_control, whole_number
from gcam_addon.boards.visit import Visit
from gcam_addon.errors import ProtocolError
from gcam_addon.wire.address import HttpAddress
from gcam_addon.words.reason import because

_SNAPSHOT = "/control?still=1"
_DIAL = lamp.Dial("lampLevel", 15)
_NOTES = (
    Note("newest_wins", "A second recorder takes the stream away from the first: let only Gcam use it."),
    Note("open_controls", "Its password does not protect its settings and single pictures."),
)


async def recognise(visit: Visit) -> Mjpeg2Sd | None:
    status = (await visit.page("/status")).json
    if status is None or told(status, "fw_version") is None or told(status, "camModel") is None:
        return None
    return Mjpeg2Sd(visit, status)


class Mjpeg2Sd:
    """boards.Board."""

    def __init__(self, visit: Visit, status: Mapping[str, Any]) -> None:
        self._visit = visit
        self._settings = {one.name: one for one in settings(_DIAL.key, _DIAL.most)}
        self.notes = _NOTES
        self.facts = BoardFacts(
            Firmware.MJPEG2SD,
            told(status, "fw_version"),
            hostname=told(status, "hostName"),
            sensor=told(status, "camModel"),
        )

    @property
    def streams(self) -> tuple[HttpAddress, ...]:
        return (self._visit.address.at("/sustain?video=1"),)

    @property
    def snapshot(self) -> HttpAddress | None:
        return self._visit.address.at(_SNAPSHOT)

    async def controls(self) -> tuple[Control, ...]:
        status = await self._status()
        sizes = await sizing.table_of(self._visit, _SNAPSHOT, whole_number(status, "framesize"))
        obeyed = (one for one in self._settings.values() if _obeys(status, one.name))
        numbers = ((one, whole_number(status, one.key)) for one in obeyed)
        return (
            *sizing.control_of(sizes),
            *(one.control(number) for one, number in numbers if number is not None),
        )

    async def set(self, name: str, value: Value) -> None:
        status = await self._status()
        if name == sizing.NAME:
            now = whole_number(status, "framesize")
            await self._write(
                "framesize", await sizing.number_for(self._visit, _SNAPSHOT, now, value), name, value
            )
            await sizing.wait_until(self._visit, _SNAPSHOT, value)
            return
        setting = self._settings.get(name)
        if setting is None or whole_number(status, setting.key) is None or not _obeys(status, name):
            raise unknown_control(name)
        await self._write(setting.key, setting.number(value), name, value)

    async def lamp(self) -> int | None:
        status = await self._status()
        return _DIAL.level(status) if _obeys(status, lamp.NAME) else None

    async def light(self, level: int) -> None:
        await self.set(lamp.NAME, _DIAL.number(level))

    async def _write(self, key: str, number: int, name: str, value: Value) -> None:
        answer = await self._visit.ask(f"/control?{key}={number}")
        if answer.head.status != 200 or whole_number(await self._status(), key) != number:
            raise not_kept(name, value)

    async def _status(self) -> Mapping[str, Any]:
        status = (await self._visit.ask("/status")).json
        if status is None:
            raise ProtocolError(because("board_silent", address=self._visit.address))
        return status


def _obeys(status: Mapping[str, Any], name: str) -> bool:
    """Its lamp's level stands in every status: also where no pin leads to a lamp, where it is switched off,
    and where the board itself lights it.
    """
    if name != lamp.NAME:
        return True
    pin, use, by_itself = (whole_number(status, key) for key in ("lampPin", "lampUse", "lampType"))
    has_pin = "lampPin" not in status or (pin is not None and pin > 0)
    return has_pin and use != 0 and not by_itself
