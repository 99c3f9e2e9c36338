"""Espressif's CameraWebServer example (Arduino core 1.0 to 3.x) and easytarget's esp32-cam-webserver.

`/status` tells everything, `/control?var=&val=` sets one thing, the stream has the next port for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gcam_addon.boards import lamp, sizing
from gcam_addon.boards.board import BoardFacts, Control, Firmware, Note, Value
from gcam_addon.boards.sensor_controls import (
    Setting,
    not_kept,
    settings,
    told,
    unknown_control,
    whole_number,
)
from gcam_addon.boards.visit import Visit
from gcam_addon.errors import ProtocolError
from gcam_addon.wire.address import HttpAddress
from gcam_addon.words.reason import because

_SNAPSHOT = "/capture"
_NOTES = (
    Note(
        "single_viewer", "It sends its stream to one viewer at a time: watch it through Gcam, not beside it."
    ),
    Note("no_password", "Everybody in its network can see its pictures: it knows no password."),
    Note("forgets", "It forgets its settings when it restarts."),
)


async def recognise(visit: Visit) -> CameraWebServer | None:
    status = (await visit.page("/status")).json
    if (
        status is None
        or isinstance(status.get("framesize"), bool)
        or not isinstance(status.get("framesize"), int)
    ):
        return None
    return CameraWebServer(visit, status)


class CameraWebServer:
    """boards.Board."""

    def __init__(self, visit: Visit, status: Mapping[str, Any]) -> None:
        self._visit = visit
        self._is_easytarget = "cam_name" in status or "stream_url" in status
        self._dial = lamp.Dial("lamp", 100) if self._is_easytarget else lamp.Dial("led_intensity", 255)
        self._settings = {one.name: one for one in settings(self._dial.key, self._dial.most)}
        self.notes = _NOTES
        if self._is_easytarget:
            version, name = told(status, "code_ver"), told(status, "cam_name")
            self.facts = BoardFacts(Firmware.EASYTARGET, version, name)
        else:
            core = "3.x" if "led_intensity" in status else "2.x" if "xclk" in status else "1.0.x"
            self.facts = BoardFacts(Firmware.CAMERA_WEB_SERVER, f"Arduino core {core}")

    @property
    def streams(self) -> tuple[HttpAddress, ...]:
        stream_port = self._visit.address.port + 1
        targets = ("/",) if self._is_easytarget else ("/stream",)
        return tuple(self._visit.address.at(target, stream_port) for target in targets)

    @property
    def snapshot(self) -> HttpAddress | None:
        return self._visit.address.at(_SNAPSHOT)

    async def controls(self) -> tuple[Control, ...]:
        status = await self._status()
        sizes = await sizing.table_of(self._visit, _SNAPSHOT, whole_number(status, "framesize"))
        numbers = ((one, whole_number(status, one.key)) for one in self._settings.values())
        return (
            *sizing.control_of(sizes),
            *(one.control(number) for one, number in numbers if _is_there(one, number)),
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
        if setting is None or not _is_there(setting, whole_number(status, setting.key)):
            raise unknown_control(name)
        await self._write(setting.key, setting.number(value), name, value)

    async def lamp(self) -> int | None:
        return self._dial.level(await self._status())

    async def light(self, level: int) -> None:
        await self.set(lamp.NAME, self._dial.number(level))

    async def _write(self, key: str, number: int, name: str, value: Value) -> None:
        answer = await self._visit.ask(f"/control?var={key}&val={number}")
        if answer.head.status != 200 or whole_number(await self._status(), key) != number:
            raise not_kept(name, value)

    async def _status(self) -> Mapping[str, Any]:
        status = (await self._visit.ask("/status")).json
        if status is None:
            raise ProtocolError(because("board_silent", address=self._visit.address))
        return status


def _is_there(setting: Setting, number: int | None) -> bool:
    """A board without a lamp reports -1."""
    return number is not None and not (setting.name == lamp.NAME and number < 0)
