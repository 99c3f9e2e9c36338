"""What happens to a camera, and what the guard tells, as event entities: for automations that want the
reason, the zone, the clip.
"""

from typing import override

from homeassistant.components.event import EventDeviceClass, EventEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GcamConfigEntry, GcamCoordinator
from .course import Course
from .entity import CameraEntity, GcamEntity, async_add_cameras
from .models import GuardHappening, GuardHappeningType, Happening, HappeningType

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: GcamConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    async_add_cameras(
        entry, async_add_entities, lambda coordinator, camera_id: [GcamEvents(coordinator, camera_id)]
    )
    if entry.runtime_data.data.guard is not None:
        async_add_entities([GuardEvents(entry.runtime_data)])


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


class GuardEvents(GcamEntity, EventEntity):
    """What the guard tells beside where it stands."""

    _attr_translation_key = "guard_events"

    def __init__(self, coordinator: GcamCoordinator) -> None:
        super().__init__(coordinator, "guard_events")
        self._attr_event_types = [happening.value for happening in GuardHappeningType]

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_on_guard(self._happened))

    @callback
    def _happened(self, happening: GuardHappening) -> None:
        self._trigger_event(happening.type, dict(happening.attributes))
        self.async_write_ha_state()
