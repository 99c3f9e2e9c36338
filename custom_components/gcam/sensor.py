"""How a camera and its connection fare, and how Gcam and its disk do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    MAX_LENGTH_STATE_STATE,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    EntityCategory,
    UnitOfInformation,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GcamConfigEntry
from .mirrored import CameraDescription, MirroredCameraEntity, MirroredGcamEntity, async_add_mirrored
from .models import BoardHealth, Camera, CameraState, Gcam, Status

PARALLEL_UPDATES = 0

type Value = str | int | float | datetime | None


@dataclass(frozen=True, kw_only=True)
class CameraSensorDescription(SensorEntityDescription, CameraDescription):
    value: Callable[[Camera], Value]
    attributes: Callable[[Camera], Mapping[str, Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class GcamSensorDescription(SensorEntityDescription):
    value: Callable[[Gcam], Value]
    attributes: Callable[[Gcam], Mapping[str, Any]] | None = None


def _state[T](read: Callable[[CameraState], T]) -> Callable[[Camera], T | None]:
    """Of the camera's state; unknown where the camera is not run."""
    return lambda camera: None if camera.state is None else read(camera.state)


def _board[T](read: Callable[[BoardHealth], T]) -> Callable[[Camera], T | None]:
    """Of what the camera's board tells; unknown where it does not."""
    return lambda camera: None if camera.board_health is None else read(camera.board_health)


def _tells_health(camera: Camera) -> bool:
    return camera.board_health is not None


def _has_psram(camera: Camera) -> bool:
    return camera.board_health is not None and camera.board_health.psram_free is not None


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds")


def _of_hd(camera: Camera) -> dict[str, Any]:
    hd = camera.state.hd if camera.state else None
    return {
        "hd_status": hd.status if hd else None,
        "hd_recorded": hd.recorded if hd else None,
        "sd_reason": hd.sd_reason if hd else None,
    }


def _gigabytes(size_bytes: int) -> float:
    return round(size_bytes / 1e9, 2)


RESETS: Final = (
    *("power_on", "software", "watchdog", "brownout", "panic", "deep_sleep", "external", "unknown"),
)

OF_BOARD: Final = (
    CameraSensorDescription(
        key="board_signal",
        translation_key="board_signal",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        needs_pictures=True,
        is_there=_tells_health,
        value=_board(lambda health: health.rssi_dbm),
    ),
    CameraSensorDescription(
        key="board_memory",
        translation_key="board_memory",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        needs_pictures=True,
        is_there=_tells_health,
        value=_board(lambda health: health.heap_free),
    ),
    CameraSensorDescription(
        key="board_psram",
        translation_key="board_psram",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        needs_pictures=True,
        is_there=_has_psram,
        value=_board(lambda health: health.psram_free),
    ),
    CameraSensorDescription(
        key="board_started",
        translation_key="board_started",
        device_class=SensorDeviceClass.UPTIME,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        needs_pictures=True,
        is_there=_tells_health,
        value=_board(lambda health: health.started_at),
    ),
    CameraSensorDescription(
        key="board_reset",
        translation_key="board_reset",
        device_class=SensorDeviceClass.ENUM,
        options=list(RESETS),
        entity_category=EntityCategory.DIAGNOSTIC,
        needs_pictures=True,
        is_there=_tells_health,
        value=_board(lambda health: health.reset),
    ),
    CameraSensorDescription(
        key="board_sent",
        translation_key="board_sent",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        needs_pictures=True,
        is_there=_tells_health,
        value=_board(lambda health: health.sent),
    ),
    CameraSensorDescription(
        key="board_skipped",
        translation_key="board_skipped",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        needs_pictures=True,
        is_there=_tells_health,
        value=_board(lambda health: health.skipped),
    ),
)
"""Of boards with Gcam's firmware, which tell once a minute."""

OF_CAMERA: Final = (
    CameraSensorDescription(
        key="status",
        translation_key="status",
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in Status],
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda camera: camera.status,
        attributes=lambda camera: {
            "problem": camera.state.problem if camera.state else None,
            "since": _moment(camera.state.since if camera.state else None),
            "manual_until": _moment(camera.state.manual_until if camera.state else None),
            "codec": camera.state.codec if camera.state else None,
            "sound": camera.state.sound if camera.state else None,
            **_of_hd(camera),
        },
    ),
    CameraSensorDescription(
        key="no_recording_reason",
        translation_key="no_recording_reason",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=_state(lambda state: (state.no_recording_reason or "")[:MAX_LENGTH_STATE_STATE] or None),
    ),
    CameraSensorDescription(
        key="fps",
        translation_key="fps",
        native_unit_of_measurement="fps",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        needs_pictures=True,
        value=_state(lambda state: round(state.fps, 1)),
    ),
    CameraSensorDescription(
        key="bytes_per_frame",
        translation_key="bytes_per_frame",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        needs_pictures=True,
        value=_state(lambda state: state.bytes_per_frame),
    ),
    CameraSensorDescription(
        key="reconnects",
        translation_key="reconnects",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=_state(lambda state: state.reconnects),
    ),
    CameraSensorDescription(
        key="frames_dropped",
        translation_key="frames_dropped",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=_state(lambda state: sum(state.dropped.values())),
        attributes=lambda camera: camera.state.dropped if camera.state else {},
    ),
    CameraSensorDescription(
        key="last_frame",
        translation_key="last_frame",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=_state(lambda state: state.last_frame_at),
    ),
    *OF_BOARD,
)

OF_GCAM: Final = (
    GcamSensorDescription(
        key="cameras_connected",
        translation_key="cameras_connected",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda gcam: sum(camera.has_pictures for camera in gcam.cameras.values()),
        attributes=lambda gcam: {"cameras": len(gcam.cameras)},
    ),
    GcamSensorDescription(
        key="storage_free",
        translation_key="storage_free",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.GIGABYTES,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda gcam: _gigabytes(gcam.storage.free_bytes) if gcam.storage else None,
    ),
    GcamSensorDescription(
        key="storage_used",
        translation_key="storage_used",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.GIGABYTES,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda gcam: _gigabytes(gcam.storage.clips_bytes) if gcam.storage else None,
    ),
    GcamSensorDescription(
        key="clips",
        translation_key="clips",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda gcam: gcam.storage.clips if gcam.storage else None,
    ),
    GcamSensorDescription(
        key="version",
        translation_key="version",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda gcam: gcam.version,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: GcamConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    async_add_mirrored(entry, async_add_entities, (CameraSensor, OF_CAMERA), (GcamSensor, OF_GCAM))


class CameraSensor(MirroredCameraEntity, SensorEntity):
    """A value of one camera."""

    entity_description: CameraSensorDescription

    @property
    @override
    def native_value(self) -> Value:
        return self.entity_description.value(self.camera)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        attributes = self.entity_description.attributes
        return None if attributes is None else attributes(self.camera)


class GcamSensor(MirroredGcamEntity, SensorEntity):
    """A value of Gcam itself."""

    entity_description: GcamSensorDescription

    @property
    @override
    def native_value(self) -> Value:
        return self.entity_description.value(self.coordinator.data)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        attributes = self.entity_description.attributes
        return None if attributes is None else attributes(self.coordinator.data)
