"""Entities that MQTT discovery offers too: who offers them now, and what all of them have in common.

Which ones there are is in the platforms. Camera, event and media source are always the component's, not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, override

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GcamConfigEntry, GcamCoordinator
from .entity import CameraEntity, GcamEntity, async_add_cameras
from .models import Owner

MIRRORED_PLATFORMS: Final = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.IMAGE,
    Platform.NUMBER,
    Platform.SENSOR,
    Platform.SWITCH,
)
"""Everything on these platforms is mirrored."""


@dataclass(frozen=True, kw_only=True)
class CameraDescription(EntityDescription):
    """`needs_pictures`: tells of the camera's pictures, so it is not available while none come."""

    needs_pictures: bool = False


class MirroredCameraEntity(CameraEntity):
    """Stays available while its camera is away, so that one can see why, and bring it back."""

    entity_description: CameraDescription

    def __init__(self, coordinator: GcamCoordinator, camera_id: str, description: CameraDescription) -> None:
        super().__init__(coordinator, camera_id, description.key)
        self.entity_description = description

    @property
    @override
    def available(self) -> bool:
        return super().available and (self.camera.has_pictures or not self.entity_description.needs_pictures)


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
    async_add_cameras(
        entry,
        async_add_entities,
        lambda _, camera_id: [entity(coordinator, camera_id, description) for description in descriptions],
    )


@callback
def async_remove_mirrored(hass: HomeAssistant, entry: GcamConfigEntry) -> None:
    """Forget those that MQTT discovery offers from now on."""
    registry = er.async_get(hass)
    for offered in er.async_entries_for_config_entry(registry, entry.entry_id):
        if offered.domain in MIRRORED_PLATFORMS:
            registry.async_remove(offered.entity_id)
