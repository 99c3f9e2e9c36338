"""Takes a picture now, and shows it as the last event's."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GcamConfigEntry
from .errors import translated
from .image import picture_taken
from .mirrored import CameraDescription, MirroredCameraEntity, async_add_mirrored

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class CameraButtonDescription(ButtonEntityDescription, CameraDescription):
    """A button of a camera."""


OF_CAMERA: Final = (
    CameraButtonDescription(
        key="take_snapshot",
        translation_key="take_snapshot",
        needs_pictures=True,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: GcamConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    async_add_mirrored(entry, async_add_entities, (TakeSnapshot, OF_CAMERA))


class TakeSnapshot(MirroredCameraEntity, ButtonEntity):
    """The image entity shows what was taken."""

    entity_description: CameraButtonDescription

    @override
    async def async_press(self) -> None:
        with translated(self.camera.name):
            jpeg = await self.coordinator.client.snapshot(self.camera_id)
        async_dispatcher_send(self.hass, picture_taken(self.coordinator, self.camera_id), jpeg)
