"""Gcam's own firmware where nobody can call it: it dials in, and tells and obeys between its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gcam_addon.boards import lamp
from gcam_addon.boards.board import BoardFacts, Control, Firmware, Note, Value
from gcam_addon.boards.gcam_board import (
    Identity,
    accepted,
    controls_in,
    identity_of,
    lamp_level,
    named,
    written,
)
from gcam_addon.boards.sensor_controls import not_kept, told
from gcam_addon.config.model import Camera
from gcam_addon.errors import ConfigError, ProtocolError, Rejected, Unreachable
from gcam_addon.model.board_health import BoardHealth, health_in
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.arrivals import Arrivals
from gcam_addon.wire.talk import Talk, Told
from gcam_addon.words.reason import because

_SENSOR: Final = "sensor"


def pushing_board(camera: Camera, arrivals: Arrivals) -> PushingBoard:
    """Raises `Unreachable` where nobody is connected, `ProtocolError` where who is tells nothing of itself,
    as most do not.
    """
    if arrivals.present(camera.id) is None:
        raise Unreachable(because("board_hung_up", camera=camera.name))
    talk = _talk(camera.id, arrivals)
    if talk is None or talk.newest is None or health_in(talk.newest.status, talk.newest.at) is None:
        raise ProtocolError(because("no_board_push", camera=camera.name))
    return PushingBoard(camera, arrivals, facts_of(talk.newest))


def facts_of(newest: Told) -> BoardFacts:
    """Whose it is can't be known, nor changed: nobody can call it. Earlier firmware says no more than its
    sensor.
    """
    sensor, who = told(newest.status, _SENSOR), _identity(newest)
    if who is None:
        return BoardFacts(Firmware.GCAM, sensor=sensor)
    return BoardFacts(Firmware.GCAM, who.version, name=who.name, mac=who.mac, sensor=sensor, id=who.id)


class PushingBoard:
    """boards.Board. What it told last is what it is: it tells once a minute, and whatever it was told."""

    streams: tuple[HttpAddress, ...] = ()
    snapshot: HttpAddress | None = None
    notes: tuple[Note, ...] = ()

    def __init__(self, camera: Camera, arrivals: Arrivals, facts: BoardFacts) -> None:
        self._camera = camera
        self._arrivals = arrivals
        self._facts = facts

    @property
    def facts(self) -> BoardFacts:
        """Of whoever dialled in last: another board may have come, or another firmware."""
        talk = _talk(self._camera.id, self._arrivals)
        if talk is not None and talk.newest is not None:
            self._facts = facts_of(talk.newest)
        return self._facts

    async def health(self, at: float) -> BoardHealth:
        """How it fared when it told last, before `at`. Raises `SourceError`."""
        _, newest = self._now()
        health = health_in(newest.status, newest.at)
        if health is None:
            raise self._silent()
        who = _identity(newest)
        return replace(health, id=None if who is None else who.id)

    async def controls(self) -> tuple[Control, ...]:
        _, newest = self._now()
        return _controls(newest)

    async def set(self, name: str, value: Value) -> None:
        talk, newest = self._now()
        accepted(_controls(newest), name, value)

        def holds(told: Told) -> bool:
            return any(one.name == name and one.value == value for one in _controls(told))

        try:
            answer = await talk.tell({name: written(name, value)}, holds)
        except Rejected as error:
            raise ConfigError(error.said, field=name) from error
        if named(_controls(answer), name).value != value:
            raise not_kept(name, value)

    async def lamp(self) -> int | None:
        return lamp_level(await self.controls())

    async def light(self, level: int) -> None:
        await self.set(lamp.NAME, level)

    def _now(self) -> tuple[Talk, Told]:
        """Of whoever is connected. Raises `Unreachable`."""
        talk = _talk(self._camera.id, self._arrivals)
        if talk is None or talk.newest is None:
            raise Unreachable(because("board_hung_up", camera=self._camera.name))
        return talk, talk.newest

    def _silent(self) -> ProtocolError:
        return ProtocolError(because("board_silent", address=self._camera.name))


def _talk(camera_id: str, arrivals: Arrivals) -> Talk | None:
    arrival = arrivals.present(camera_id)
    return None if arrival is None else arrival.talk


def _identity(newest: Told) -> Identity | None:
    said = newest.status.get("who")
    return identity_of(said) if isinstance(said, Mapping) else None


def _controls(told: Told) -> tuple[Control, ...]:
    return tuple(controls_in(told.status.get("controls")))
