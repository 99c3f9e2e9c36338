"""The picture of a camera's last event: what began it, its recording's strongest, or one asked for."""

import asyncio
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from .api import GcamError
from .const import DOMAIN, LOGGER
from .coordinator import GcamConfigEntry, GcamCoordinator
from .mirrored import CameraDescription, MirroredCameraEntity, async_add_mirrored
from .models import Happening, HappeningType, Json

PARALLEL_UPDATES = 0

_OF_EVENT = "motion"
"""The kind of recording that an event makes."""


@dataclass(frozen=True, kw_only=True)
class CameraImageDescription(ImageEntityDescription, CameraDescription):
    """A picture of a camera."""


OF_CAMERA: Final = (
    CameraImageDescription(
        key="last_event",
        translation_key="last_event",
    ),
)


def picture_taken(coordinator: GcamCoordinator, camera_id: str) -> SignalType[bytes]:
    """Somebody asked for a picture of this camera: this JPEG."""
    return SignalType(f"{DOMAIN}_picture_{coordinator.data.instance_id}_{camera_id}")


async def async_setup_entry(
    hass: HomeAssistant, entry: GcamConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    async_add_mirrored(entry, async_add_entities, (LastEvent, OF_CAMERA))


class LastEvent(MirroredCameraEntity, ImageEntity):
    """Keeps the picture itself, so it is there while Gcam is away, and when the recording is gone."""

    entity_description: CameraImageDescription

    def __init__(self, coordinator: GcamCoordinator, camera_id: str, description: CameraDescription) -> None:
        super().__init__(coordinator, camera_id, description)
        ImageEntity.__init__(self, coordinator.hass)
        self._jpeg: bytes | None = None
        self._event_began_at: datetime | None = None
        self._clip_id: str | None = None
        self._was_away = False
        self._task: asyncio.Task[None] | None = None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        taken = picture_taken(self.coordinator, self.camera_id)
        self.async_on_remove(self.coordinator.async_on_happening(self.camera_id, self._happened))
        self.async_on_remove(async_dispatcher_connect(self.hass, taken, self._taken))
        self.async_on_remove(self._give_up)
        self._begin(self._look_up())

    @override
    async def async_image(self) -> bytes | None:
        return self._jpeg

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        was_away, self._was_away = self._was_away, not self.coordinator.last_update_success
        if was_away and not self._was_away:
            self._begin(self._look_up())
        super()._handle_coordinator_update()

    @callback
    def _happened(self, happening: Happening) -> None:
        facts = happening.attributes
        match happening.type:
            case HappeningType.MOTION_STARTED:
                self._event_began_at = facts["started_at"]
                newest = self.coordinator.client.snapshot(self.camera_id)
                self._begin(self._fetch(newest, facts["started_at"]))
            case HappeningType.CLIP_READY if facts["kind"] == _OF_EVENT and not self._is_outdone(facts):
                self._begin(self._fetch_clip(facts["clip_id"], facts["ended_at"]))

    def _is_outdone(self, clip: Json) -> bool:
        """Another event began after what was recorded, and is shown by now."""
        return self._event_began_at is not None and clip["ended_at"] < self._event_began_at

    @callback
    def _taken(self, jpeg: bytes) -> None:
        self._give_up()
        self._show(jpeg, dt_util.utcnow())

    async def _look_up(self) -> None:
        """The newest recording, where it was missed."""
        clips = await self.coordinator.client.clips(self.camera_id, kind=_OF_EVENT, limit=1)
        if clips and clips[0].id != self._clip_id:
            await self._fetch_clip(clips[0].id, clips[0].ended_at)

    async def _fetch_clip(self, clip_id: str, at: datetime) -> None:
        await self._fetch(self.coordinator.client.thumbnail(clip_id), at)
        self._clip_id = clip_id

    async def _fetch(self, picture: Awaitable[bytes], at: datetime) -> None:
        self._show(await picture, at)

    @callback
    def _show(self, jpeg: bytes, at: datetime) -> None:
        self._jpeg, self._attr_image_last_updated = jpeg, at
        self.async_write_ha_state()

    @callback
    def _begin(self, task: Coroutine[Any, Any, None]) -> None:
        """The newest wins; without its picture the one before stays."""
        self._give_up()
        self._task = self.coordinator.config_entry.async_create_background_task(
            self.hass, self._try(task), f"{DOMAIN} picture of {self.camera_id}"
        )

    @callback
    def _give_up(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _try(self, task: Coroutine[Any, Any, None]) -> None:
        try:
            await task
        except GcamError as error:
            LOGGER.debug("no picture of %s's last event: %s", self.camera_id, error)
