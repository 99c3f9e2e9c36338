"""What every entity of Gcam and of its cameras shares."""

from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import GcamConfigEntry, GcamCoordinator
from .devices import camera_identifier
from .models import Camera


class GcamEntity(CoordinatorEntity[GcamCoordinator]):
    """Of Gcam itself. `key` tells its entities apart."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: GcamCoordinator, key: str) -> None:
        super().__init__(coordinator)
        instance_id = coordinator.data.instance_id
        self._attr_unique_id = f"{instance_id}_{key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, instance_id)})


class CameraEntity(CoordinatorEntity[GcamCoordinator]):
    """Of one camera. Available while Gcam is and knows the camera, whether or not its pictures come."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: GcamCoordinator, camera_id: str, key: str) -> None:
        super().__init__(coordinator)
        gcam = coordinator.data
        self.camera_id = camera_id
        self._attr_unique_id = f"{gcam.instance_id}_{camera_id}_{key}"
        self._attr_device_info = DeviceInfo(identifiers={camera_identifier(gcam, camera_id)})

    @property
    def camera(self) -> Camera:
        """As it is now. Only while `available`, and while it is being set up."""
        return self.coordinator.data.cameras[self.camera_id]

    @property
    @override
    def available(self) -> bool:
        return super().available and self.camera_id in self.coordinator.data.cameras


@callback
def async_add_cameras(
    entry: GcamConfigEntry,
    add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[GcamCoordinator, str], Iterable[Entity]],
    is_there: Callable[[Camera], bool] = lambda _: True,
    forget: Callable[[str], None] | None = None,
) -> None:
    """The entities of the cameras there are, and of every one that is added later; of those only for which
    `is_there` holds, or comes to hold. `forget` is told of those for which it does not, or no longer.
    """
    coordinator = entry.runtime_data
    known: set[str] = set()
    forgotten: set[str] = set()

    @callback
    def look() -> None:
        cameras = coordinator.data.cameras
        there = {camera.id for camera in cameras.values() if is_there(camera)}
        if forget is not None:
            without = cameras.keys() - there
            for camera_id in without - forgotten:
                forget(camera_id)
            forgotten.clear()
            forgotten.update(without)
            known.intersection_update(there)
        new = there - known
        known.intersection_update(cameras)
        known.update(new)
        if new:
            add_entities(
                entity for camera_id in sorted(new) for entity in entities_of(coordinator, camera_id)
            )

    look()
    entry.async_on_unload(coordinator.async_add_listener(look))
