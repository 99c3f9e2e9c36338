"""The guard: armed or not as it was, before any camera is watched."""

from __future__ import annotations

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from gcam_addon.access.attempts import Attempts
from gcam_addon.access.passwords import Passwords
from gcam_addon.access.principal import Permission
from gcam_addon.access.service import Access
from gcam_addon.classifiers.ssd import is_there
from gcam_addon.config.model import Camera
from gcam_addon.features.running import Running
from gcam_addon.guard.codes import Codes
from gcam_addon.guard.lamps import AlarmLamps
from gcam_addon.guard.service import GuardService, House
from gcam_addon.machine.synchronised import is_clock_right
from gcam_addon.machine.timezone import timezone


async def begin(gcam: Running) -> None:
    """It knows where it stood, and lets nobody blind a camera that it watches."""
    model_is_there = is_there()

    def names(camera: Camera) -> bool:
        return model_is_there and camera.naming.enabled

    def person(person_id: str) -> str | None:
        return _disarmer(gcam.access, person_id)

    house = House(
        cameras=gcam.roster,
        state_of=gcam.engine.state,
        tell=gcam.engine.publish,
        names=names,
        is_clock_right=is_clock_right,
        person=person,
        timezone=_local(),
    )
    codes = Codes(Attempts(Passwords(), gcam.clock), lambda person_id: person(person_id) is not None)
    disk = gcam.duties.pool("guard", 1)
    gcam.stack.callback(disk.shutdown, wait=False)
    gcam.guard = GuardService(gcam.settings.storage.data_dir, gcam.clock, house, codes, disk)
    await gcam.guard.load()
    gcam.roster.consent = gcam.guard.consent


async def watch(gcam: Running) -> None:
    gcam.engine.subscribe(gcam.guard)
    gcam.beside("guard", gcam.guard.run)
    lamps = AlarmLamps(gcam.lamps.switch)
    gcam.engine.subscribe(lamps)
    gcam.beside("alarm lamps", lamps.run)


def _disarmer(access: Access, person_id: str) -> str | None:
    """Their name, where they may disarm."""
    principal = access.principal(person_id)
    may = principal is not None and principal.cameras is None and principal.may(Permission.CONTROL)
    return principal.name if principal is not None and may else None


def _local() -> tzinfo:
    name = timezone()
    local = datetime.now().astimezone().tzinfo
    assert local is not None
    return local if name is None else ZoneInfo(name)
