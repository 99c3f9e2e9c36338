"""A camera's everyday switches."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GcamConfigEntry
from .errors import translated
from .mirrored import CameraDescription, MirroredCameraEntity, async_add_mirrored
from .models import Camera

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class CameraSwitchDescription(SwitchEntityDescription, CameraDescription):
    """The key is Gcam's own name of the switch."""

    is_on: Callable[[Camera], bool]


OF_CAMERA: Final = (
    CameraSwitchDescription(
        key="enabled",
        translation_key="enabled",
        entity_category=EntityCategory.CONFIG,
        is_on=lambda camera: camera.enabled,
    ),
    CameraSwitchDescription(
        key="detection", translation_key="detection", is_on=lambda camera: camera.detection
    ),
    CameraSwitchDescription(
        key="recording", translation_key="recording", is_on=lambda camera: camera.recording_enabled
    ),
    CameraSwitchDescription(key="privacy", translation_key="privacy", is_on=lambda camera: camera.privacy),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: GcamConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    async_add_mirrored(entry, async_add_entities, (CameraSwitch, OF_CAMERA))


class CameraSwitch(MirroredCameraEntity, SwitchEntity):
    """A setting that is on or off."""

    entity_description: CameraSwitchDescription

    @property
    @override
    def is_on(self) -> bool:
        return self.entity_description.is_on(self.camera)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._switch(on=False)

    async def _switch(self, *, on: bool) -> None:
        with translated(self.camera.name):
            await self.coordinator.client.switch(self.camera_id, **{self.entity_description.key: on})
