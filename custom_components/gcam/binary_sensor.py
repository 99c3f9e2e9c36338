"""Motion, and what keeps Gcam from recording."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GcamConfigEntry
from .mirrored import CameraDescription, MirroredCameraEntity, MirroredGcamEntity, async_add_mirrored
from .models import Camera, Gcam

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class CameraBinarySensorDescription(BinarySensorEntityDescription, CameraDescription):
    is_on: Callable[[Camera], bool]
    attributes: Callable[[Camera], Mapping[str, Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class GcamBinarySensorDescription(BinarySensorEntityDescription):
    is_on: Callable[[Gcam], bool | None]
    attributes: Callable[[Gcam], Mapping[str, Any]]


def _moves(camera: Camera) -> bool:
    return camera.state is not None and camera.state.motion


def _does_not_record(camera: Camera) -> bool:
    """Recordings are wanted, and none would come."""
    wanted = camera.is_wanted and camera.recording_enabled
    return wanted and camera.state is not None and bool(camera.state.no_recording_reason)


def _seen(kind: str) -> CameraBinarySensorDescription:
    """Whether one of that kind moves, of a camera that is to make events of it."""
    return CameraBinarySensorDescription(
        key=kind,
        translation_key=kind,
        device_class=BinarySensorDeviceClass.OCCUPANCY,
        needs_pictures=True,
        is_there=lambda camera: kind in camera.settings.kinds,
        goes=True,
        is_on=lambda camera: camera.state is not None and kind in camera.state.what,
    )


def _why_not(camera: Camera) -> Mapping[str, Any]:
    state = camera.state
    return {
        "reason": state.no_recording_reason if state else None,
        "code": state.no_recording_code if state else None,
    }


OF_CAMERA: Final = (
    CameraBinarySensorDescription(
        key="motion",
        device_class=BinarySensorDeviceClass.MOTION,
        needs_pictures=True,
        is_on=_moves,
    ),
    *map(_seen, ("person", "vehicle", "animal")),
    CameraBinarySensorDescription(
        key="problem",
        translation_key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on=_does_not_record,
        attributes=_why_not,
    ),
)

OF_GCAM: Final = (
    GcamBinarySensorDescription(
        key="storage_problem",
        translation_key="storage_problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on=lambda gcam: gcam.storage is not None and gcam.storage.problem is not None,
        attributes=lambda gcam: {"reason": gcam.storage.problem if gcam.storage else None},
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: GcamConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    async_add_mirrored(
        entry, async_add_entities, (CameraBinarySensor, OF_CAMERA), (GcamBinarySensor, OF_GCAM)
    )


class CameraBinarySensor(MirroredCameraEntity, BinarySensorEntity):
    """A yes or no of one camera."""

    entity_description: CameraBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool:
        return self.entity_description.is_on(self.camera)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        attributes = self.entity_description.attributes
        return None if attributes is None else attributes(self.camera)


class GcamBinarySensor(MirroredGcamEntity, BinarySensorEntity):
    """A yes or no of Gcam itself."""

    entity_description: GcamBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on(self.coordinator.data)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        return self.entity_description.attributes(self.coordinator.data)
