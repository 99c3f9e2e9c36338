"""How much it takes for a camera's motion to count."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.number import NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GcamConfigEntry
from .errors import translated
from .mirrored import CameraDescription, MirroredCameraEntity, async_add_mirrored

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class CameraNumberDescription(NumberEntityDescription, CameraDescription):
    """A number of a camera."""


OF_CAMERA: Final = (
    CameraNumberDescription(
        key="sensitivity",
        translation_key="sensitivity",
        entity_category=EntityCategory.CONFIG,
        native_min_value=1,
        native_max_value=100,
        native_step=1,
        mode=NumberMode.SLIDER,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: GcamConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    async_add_mirrored(entry, async_add_entities, (CameraSensitivity, OF_CAMERA))


class CameraSensitivity(MirroredCameraEntity, NumberEntity):
    """The higher, the less it takes."""

    entity_description: CameraNumberDescription

    @property
    @override
    def native_value(self) -> int:
        return self.camera.sensitivity

    @override
    async def async_set_native_value(self, value: float) -> None:
        with translated(self.camera.name):
            await self.coordinator.client.switch(self.camera_id, sensitivity=int(value))
