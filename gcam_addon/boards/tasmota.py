"""Tasmota with its webcam driver: commands over `/cm`, pictures at `/wc.jpg`, the stream on the next port."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from gcam_addon.boards import sizing
from gcam_addon.boards.board import BoardFacts, Control, ControlKind, Firmware, Note, Value
from gcam_addon.boards.lamp import NoLamp
from gcam_addon.boards.sensor_controls import Setting, not_kept, told, unknown_control, whole_number
from gcam_addon.boards.visit import Answer, Visit
from gcam_addon.errors import ProtocolError, Rejected
from gcam_addon.wire.address import HttpAddress
from gcam_addon.words.reason import because

_SNAPSHOT = "/wc.jpg"
_SIZE = "WcResolution"
_SETTINGS = (
    Setting("mirror", "WcMirror", ControlKind.SWITCH),
    Setting("flip", "WcFlip", ControlKind.SWITCH),
    Setting("brightness", "WcBrightness", least=-2, most=2),
    Setting("contrast", "WcContrast", least=-2, most=2),
    Setting("saturation", "WcSaturation", least=-2, most=2),
)
_NOTES = (
    Note("newest_wins", "A new viewer takes the stream away from the one before: let only Gcam use it."),
)


async def recognise(visit: Visit) -> Tasmota | None:
    """Raises `ProtocolError` for a Tasmota device without a camera, `Rejected` for a wrong password."""
    answer = _checked(visit, await visit.page(_target(visit, "Status 0")))
    status = answer.json
    if status is None or not isinstance(status.get("Status"), dict):
        return None
    board = Tasmota(visit, status)
    if await board.value_of(_SIZE) is None:
        raise ProtocolError(because("tasmota_no_camera", address=visit.address))
    return board


class Tasmota(NoLamp):
    """boards.Board."""

    def __init__(self, visit: Visit, status: Mapping[str, Any]) -> None:
        self._visit = visit
        self._settings = {one.name: one for one in _SETTINGS}
        self.notes = _NOTES
        firmware, network = _part(status, "StatusFWR"), _part(status, "StatusNET")
        self.facts = BoardFacts(
            Firmware.TASMOTA,
            told(firmware, "Version"),
            name=told(_part(status, "Status"), "DeviceName"),
            hostname=told(network, "Hostname"),
            mac=told(network, "Mac"),
        )

    @property
    def streams(self) -> tuple[HttpAddress, ...]:
        return (self._visit.address.at("/stream", self._visit.address.port + 1),)

    @property
    def snapshot(self) -> HttpAddress | None:
        return self._visit.address.at(_SNAPSHOT)

    async def controls(self) -> tuple[Control, ...]:
        sizes = await sizing.table_of(self._visit, _SNAPSHOT, await self.value_of(_SIZE))
        found = list(sizing.control_of(sizes))
        for setting in self._settings.values():
            number = await self.value_of(setting.key)
            if number is not None:
                found.append(setting.control(number))
        return tuple(found)

    async def set(self, name: str, value: Value) -> None:
        if name == sizing.NAME:
            number = await sizing.number_for(self._visit, _SNAPSHOT, await self.value_of(_SIZE), value)
            await self._write(_SIZE, number, name, value)
            await sizing.wait_until(self._visit, _SNAPSHOT, value)
            return
        setting = self._settings.get(name)
        if setting is None or await self.value_of(setting.key) is None:
            raise unknown_control(name)
        await self._write(setting.key, setting.number(value), name, value)

    async def value_of(self, command: str) -> int | None:
        """What holds now; None where the device does not know the command."""
        answer = _checked(self._visit, await self._visit.ask(_target(self._visit, command))).json or {}
        values = {key.lower(): value for key, value in answer.items()}
        value = values.get(command.lower())
        if value in ("ON", "OFF"):
            return int(value == "ON")
        return whole_number({"value": value}, "value")

    async def _write(self, command: str, number: int, name: str, value: Value) -> None:
        _checked(self._visit, await self._visit.ask(_target(self._visit, f"{command} {number}")))
        if await self.value_of(command) != number:
            raise not_kept(name, value)


def _target(visit: Visit, command: str) -> str:
    """Newer versions take the password of the request's header, older ones only the one in the query."""
    address = visit.address
    who = ""
    if address.username is not None:
        who = f"user={quote(address.username, safe='')}&password={quote(address.password or '', safe='')}&"
    return f"/cm?{who}cmnd={quote(command)}"


def _checked(visit: Visit, answer: Answer) -> Answer:
    warning = (answer.json or {}).get("WARNING")
    if isinstance(warning, str) and "password" in warning.lower():
        raise Rejected(because("wants_other_login", address=visit.address), status=401)
    return answer


def _part(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = values.get(key)
    return part if isinstance(part, dict) else {}
