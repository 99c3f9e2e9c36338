"""The lamp of a camera's board, where it has one."""

from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.light import ATTR_BRIGHTNESS, ColorMode, LightEntity, LightEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.color import brightness_to_value, value_to_brightness

from .coordinator import GcamConfigEntry, GcamCoordinator
from .errors import translated
from .mirrored import CameraDescription, MirroredCameraEntity, async_add_mirrored

PARALLEL_UPDATES = 1
_PERCENT: Final = (1, 100)


@dataclass(frozen=True, kw_only=True)
class CameraLightDescription(LightEntityDescription, CameraDescription):
    """A light of a camera."""


OF_CAMERA: Final = (
    CameraLightDescription(
        key="light",
        translation_key="light",
        needs_pictures=True,
        is_there=lambda camera: camera.lamp is not None,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: GcamConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    async_add_mirrored(entry, async_add_entities, (CameraLight, OF_CAMERA))


class CameraLight(MirroredCameraEntity, LightEntity):
    """As bright as the board says that it is."""

    entity_description: CameraLightDescription
    _attr_color_mode = ColorMode.BRIGHTNESS

    def __init__(self, coordinator: GcamCoordinator, camera_id: str, description: CameraDescription) -> None:
        super().__init__(coordinator, camera_id, description)
        self._attr_supported_color_modes = {ColorMode.BRIGHTNESS}

    @property
    @override
    def is_on(self) -> bool:
        return bool(self.camera.lamp)

    @property
    @override
    def brightness(self) -> int | None:
        lamp = self.camera.lamp
        return value_to_brightness(_PERCENT, lamp) if lamp else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        brightness = kwargs.get(ATTR_BRIGHTNESS)
        level = None if brightness is None else max(1, round(brightness_to_value(_PERCENT, brightness)))
        with translated(self.camera.name):
            await self.coordinator.client.light(self.camera_id, on=True, level=level)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        with translated(self.camera.name):
            await self.coordinator.client.light(self.camera_id, on=False)
