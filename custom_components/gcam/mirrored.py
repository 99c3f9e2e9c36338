"""Entities that MQTT discovery offers too: who offers them now, and what all of them have in common.

Which ones there are is in the platforms. Camera, event and media source are always the component's, not here.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, override

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback, split_entity_id
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_state_change_event

from .const import DOMAIN
from .coordinator import GcamConfigEntry, GcamCoordinator
from .entity import CameraEntity, GcamEntity, async_add_cameras
from .models import Camera, Owner

MIRRORED_PLATFORMS: Final = (
    Platform.ALARM_CONTROL_PANEL,
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.IMAGE,
    Platform.LIGHT,
    Platform.NUMBER,
    Platform.SENSOR,
    Platform.SWITCH,
)
"""Everything on these platforms is mirrored."""

_MOVE_TIMEOUT_S = 5.0
_MQTT = "mqtt"
_THEIR_PREFIX = "gcam_"
"""What MQTT's unique ids have before ours."""


@dataclass(frozen=True, kw_only=True)
class CameraDescription(EntityDescription):
    """`needs_pictures`: tells of the camera's pictures, so it is not available while none come. `is_there`:
    whether the camera has it; one that turns out to have it later gets it then. `goes`: it is forgotten
    where the camera has it no more, instead of being unavailable.
    """

    needs_pictures: bool = False
    is_there: Callable[[Camera], bool] = lambda _: True
    goes: bool = False


class MirroredCameraEntity(CameraEntity):
    """Stays available while its camera is away, so that one can see why, and bring it back."""

    entity_description: CameraDescription

    def __init__(self, coordinator: GcamCoordinator, camera_id: str, description: CameraDescription) -> None:
        super().__init__(coordinator, camera_id, description.key)
        self.entity_description = description

    @property
    @override
    def available(self) -> bool:
        described = self.entity_description
        return (
            super().available
            and described.is_there(self.camera)
            and (self.camera.has_pictures or not described.needs_pictures)
        )


class MirroredGcamEntity(GcamEntity):
    """Tells of Gcam itself."""

    def __init__(self, coordinator: GcamCoordinator, description: EntityDescription) -> None:
        super().__init__(coordinator, description.key)
        self.entity_description = description


@callback
def async_add_mirrored(
    entry: GcamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    of_camera: tuple[type[MirroredCameraEntity], Sequence[CameraDescription]],
    of_gcam: tuple[type[MirroredGcamEntity], Sequence[EntityDescription]] | None = None,
) -> None:
    """Offer what is described, unless MQTT discovery does."""
    coordinator = entry.runtime_data
    if coordinator.data.entities is not Owner.COMPONENT:
        return
    if of_gcam is not None:
        gcam_entity, gcam_descriptions = of_gcam
        async_add_entities(gcam_entity(coordinator, description) for description in gcam_descriptions)
    entity, descriptions = of_camera
    for description in descriptions:
        async_add_cameras(
            entry,
            async_add_entities,
            _made(entity, description),
            description.is_there,
            partial(_forget, entry, description.key) if description.goes else None,
        )


def _made(
    entity: type[MirroredCameraEntity], description: CameraDescription
) -> Callable[[GcamCoordinator, str], list[MirroredCameraEntity]]:
    return lambda coordinator, camera_id: [entity(coordinator, camera_id, description)]


@callback
def _forget(entry: GcamConfigEntry, key: str, camera_id: str) -> None:
    """As MQTT discovery does with what it takes back."""
    coordinator = entry.runtime_data
    registry = er.async_get(coordinator.hass)
    unique_id = f"{coordinator.data.instance_id}_{camera_id}_{key}"
    for ours in er.async_entries_for_config_entry(registry, entry.entry_id):
        if ours.unique_id == unique_id:
            registry.async_remove(ours.entity_id)


@callback
def async_remove_mirrored(hass: HomeAssistant, entry: GcamConfigEntry) -> None:
    """Forget those that MQTT discovery offers from now on; its own, if there by now, get their entity ids."""
    registry = er.async_get(hass)
    for ours in er.async_entries_for_config_entry(registry, entry.entry_id):
        if ours.domain not in MIRRORED_PLATFORMS:
            continue
        registry.async_remove(ours.entity_id)
        theirs = registry.async_get_entity_id(ours.domain, _MQTT, f"{_THEIR_PREFIX}{ours.unique_id}")
        if theirs is not None:
            registry.async_update_entity(theirs, new_entity_id=ours.entity_id)


async def async_make_room(hass: HomeAssistant, entry: GcamConfigEntry) -> None:
    """Those that MQTT discovery has not taken back yet leave their entity ids to ours."""
    registry, left = er.async_get(hass), set()
    prefix = f"{_THEIR_PREFIX}{entry.unique_id}_"
    for theirs in tuple(registry.entities.values()):
        if theirs.platform != _MQTT or not theirs.unique_id.startswith(prefix):
            continue
        our_id = theirs.unique_id.removeprefix(_THEIR_PREFIX)
        if registry.async_get_entity_id(theirs.domain, DOMAIN, our_id) is None:
            left.add(theirs.entity_id)
            aside = registry.async_get_available_entity_id(
                theirs.domain, f"{split_entity_id(theirs.entity_id)[1]}_{_MQTT}"
            )
            registry.async_update_entity(theirs.entity_id, new_entity_id=aside)
    await _async_without_state(hass, left)


async def _async_without_state(hass: HomeAssistant, entity_ids: set[str]) -> None:
    """Waits for their old entities to be gone, which would take ours' states with them."""
    gone = asyncio.Event()

    @callback
    def look(*_: object) -> None:
        if all(map(hass.states.async_available, entity_ids)):
            gone.set()

    stop = async_track_state_change_event(hass, entity_ids, look)
    look()
    with suppress(TimeoutError):
        async with asyncio.timeout(_MOVE_TIMEOUT_S):
            await gone.wait()
    stop()
