"""What one Gcam looks like now: kept true by its WebSocket, told to every entity that listens."""

import asyncio
import random
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .api import Forbidden, GcamClient, GcamError, InvalidAuth, TooOld
from .const import DOMAIN, LOGGER, NEEDED_PERMISSIONS
from .devices import async_update_devices
from .errors import shown
from .models import (
    Camera,
    CameraRemoved,
    CameraState,
    Duty,
    Gcam,
    Guard,
    GuardHappening,
    Happening,
    HappeningType,
    Message,
    MqttHealth,
    NetworkHealth,
    Status,
    Storage,
)
from .repairing.outdated import async_show_too_old

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0

type GcamConfigEntry = ConfigEntry[GcamCoordinator]


class GcamCoordinator(DataUpdateCoordinator[Gcam]):
    """`data` is the newest; `last_update_success` is False while Gcam can't be reached. Nothing is polled."""

    config_entry: GcamConfigEntry

    def __init__(self, hass: HomeAssistant, entry: GcamConfigEntry, client: GcamClient) -> None:
        super().__init__(hass, LOGGER, config_entry=entry, name=entry.title)
        self.client = client
        self._listeners_of: dict[str, list[Callable[[Happening], None]]] = {}
        self._guard_listeners: list[Callable[[GuardHappening], None]] = []

    @callback
    def async_follow(self) -> None:
        """From now on, until the entry is unloaded."""
        self.config_entry.async_create_background_task(self.hass, self._follow(), f"{DOMAIN} {self.name}")

    @callback
    def async_on_happening(self, camera_id: str, listener: Callable[[Happening], None]) -> CALLBACK_TYPE:
        """Tells `listener` of everything that happens to a camera; what it returns ends that."""
        listeners = self._listeners_of.setdefault(camera_id, [])
        listeners.append(listener)

        @callback
        def stop() -> None:
            listeners.remove(listener)

        return stop

    @callback
    def async_on_guard(self, listener: Callable[[GuardHappening], None]) -> CALLBACK_TYPE:
        """Tells `listener` of everything that the guard tells; what it returns ends that."""
        self._guard_listeners.append(listener)

        @callback
        def stop() -> None:
            self._guard_listeners.remove(listener)

        return stop

    @override
    async def _async_update_data(self) -> Gcam:
        """At set-up: raises what Home Assistant makes a repair, a new login or another attempt of."""
        try:
            await self.client.info()
            gcam = await self.client.hello()
            if gcam.guard is not None:
                gcam = replace(gcam, panel=await self.client.panel())
        except TooOld as error:
            async_show_too_old(self.hass, self.config_entry, is_too_old=True)
            raise ConfigEntryError(translation_domain=DOMAIN, translation_key="too_old") from error
        except (InvalidAuth, Forbidden) as error:
            raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="invalid_auth") from error
        except GcamError as error:
            raise shown(error, str(self.client.url), UpdateFailed) from error
        async_show_too_old(self.hass, self.config_entry, is_too_old=False)
        self._check_identity(gcam)
        return gcam

    def _check_identity(self, gcam: Gcam) -> None:
        if gcam.instance_id != self.config_entry.unique_id:
            raise ConfigEntryError(
                translation_domain=DOMAIN,
                translation_key="another_gcam",
                translation_placeholders={"url": str(self.client.url)},
            )
        if not gcam.permissions >= NEEDED_PERMISSIONS:
            raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="insufficient_token")

    async def _follow(self) -> None:
        """Listens for ever; waits longer and longer while nobody answers."""
        wait_s = _FIRST_WAIT_S
        while True:
            problem: Exception = UpdateFailed(translation_domain=DOMAIN, translation_key="hung_up")
            client = self.client
            try:
                async with aclosing(client.messages()) as messages:
                    async for message in messages:
                        wait_s = _FIRST_WAIT_S
                        self._take(message)
                        if isinstance(message, Gcam | Guard):
                            await self._look_at_panel(client)
            except InvalidAuth, Forbidden, ConfigEntryAuthFailed:
                self._lose(UpdateFailed(translation_domain=DOMAIN, translation_key="invalid_auth"))
                self.config_entry.async_start_reauth(self.hass)
                return
            except (GcamError, ConfigEntryError) as error:
                problem = error
            except Exception as error:  # noqa: BLE001  (else all entities would stand still and look alive)
                LOGGER.exception("%s: what it told could not be taken in; listening anew", self.name)
                problem = error
            self._lose(problem)
            await asyncio.sleep(wait_s * random.uniform(0.75, 1.25))
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    async def _look_at_panel(self, client: GcamClient) -> None:
        """What the guard asks for, and how it can be armed, is not told but asked for."""
        if self.data.guard is None:
            return
        panel = await client.panel()
        if panel != self.data.panel:
            self._show(replace(self.data, panel=panel))

    @callback
    def _lose(self, problem: Exception) -> None:
        """The first time it is a line of the log; entities become unavailable."""
        self.async_set_update_error(problem)

    @callback
    def _take(self, message: Message) -> None:
        match message:
            case Gcam():
                self._take_all(message)
            case Camera():
                self._take_camera(message)
            case CameraRemoved(camera_id):
                kept = {key: camera for key, camera in self.data.cameras.items() if key != camera_id}
                self._show(replace(self.data, cameras=kept), devices_changed=True)
            case CameraState():
                self._take_state(message)
            case Storage():
                self._show(replace(self.data, storage=message))
            case MqttHealth():
                self._show(replace(self.data, mqtt=message))
            case NetworkHealth():
                self._show(replace(self.data, network=message))
            case Duty():
                self._show(replace(self.data, duties={**self.data.duties, message.name: message}))
            case Guard():
                self._show(replace(self.data, guard=message))
            case Happening() | GuardHappening():
                self._tell(message)

    def _take_all(self, gcam: Gcam) -> None:
        self._check_identity(gcam)
        if not self.last_update_success:
            LOGGER.info("%s is back", self.name)
        if gcam.entities is not self.data.entities:
            LOGGER.info("%s: its entities now belong to %s", self.name, gcam.entities)
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)
        elif (gcam.guard is None) is not (self.data.guard is None):  # another Gcam, or another right
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)
        before = self.data.cameras
        self._show(replace(gcam, panel=self.data.panel), devices_changed=True)
        for camera in gcam.cameras.values():
            self._compare(before.get(camera.id), camera)

    def _take_camera(self, camera: Camera) -> None:
        before = self.data.cameras.get(camera.id)
        self._show(self._with(camera), devices_changed=True)
        self._compare(before, camera)

    def _take_state(self, state: CameraState) -> None:
        before = self.data.cameras.get(state.camera_id)
        if before is None:  # told of before the camera itself
            return
        camera = replace(before, state=state)
        self._show(self._with(camera))
        self._compare(before, camera)

    def _with(self, camera: Camera) -> Gcam:
        return replace(self.data, cameras={**self.data.cameras, camera.id: camera})

    def _show(self, gcam: Gcam, *, devices_changed: bool = False) -> None:
        if devices_changed:
            async_update_devices(self.hass, self.config_entry, gcam)
        self.async_set_updated_data(gcam)

    def _compare(self, before: Camera | None, camera: Camera) -> None:
        """A camera's loss is told of once, its return only after a loss."""
        if before is None or before.status is camera.status or camera.state is None:
            return
        if camera.status is Status.LOST:
            facts = {"reason": camera.state.problem, "code": camera.state.problem_code}
            self._tell(Happening(HappeningType.CAMERA_LOST, camera.id, facts))
        elif before.status is Status.LOST and camera.status is Status.CONNECTED:
            self._tell(Happening(HappeningType.CAMERA_BACK, camera.id))

    def _tell(self, happening: Happening | GuardHappening) -> None:
        if isinstance(happening, GuardHappening):
            for of_guard in tuple(self._guard_listeners):
                of_guard(happening)
            return
        for listener in tuple(self._listeners_of.get(happening.camera_id, ())):
            listener(happening)
