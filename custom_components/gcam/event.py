"""What happens to a camera, as an event entity: for automations that want the reason, the zone, the clip."""

from typing import override

from homeassistant.components.event import EventDeviceClass, EventEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GcamConfigEntry, GcamCoordinator
from .course import Course
from .entity import CameraEntity, async_add_cameras
from .models import Happening, HappeningType

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: GcamConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    async_add_cameras(
        entry, async_add_entities, lambda coordinator, camera_id: [GcamEvents(coordinator, camera_id)]
    )


class GcamEvents(CameraEntity, EventEntity):
    """One camera's happenings."""

    _attr_translation_key = "events"
    _attr_device_class = EventDeviceClass.MOTION

    def __init__(self, coordinator: GcamCoordinator, camera_id: str) -> None:
        super().__init__(coordinator, camera_id, "events")
        self._course = Course()
        self._attr_event_types = [happening.value for happening in HappeningType]

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_on_happening(self.camera_id, self._happened))

    @callback
    def _happened(self, happening: Happening) -> None:
        self._trigger_event(happening.type, self._course.told(happening))
        self.async_write_ha_state()
