"""The picture of a camera's last event: what began it, what was recognised, its clip's, or one asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, override

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
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        taken = picture_taken(self.coordinator, self.camera_id)
        self.async_on_remove(self.coordinator.async_on_happening(self.camera_id, self._happened))
        self.async_on_remove(async_dispatcher_connect(self.hass, taken, self._taken))
        self.async_on_remove(self._give_up)
        self._begin(self._look_up)

    @override
    async def async_image(self) -> bytes | None:
        return self._jpeg

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        was_away, self._was_away = self._was_away, not self.coordinator.last_update_success
        if was_away and not self._was_away:
            self._begin(self._look_up)
        super()._handle_coordinator_update()

    @callback
    def _happened(self, happening: Happening) -> None:
        facts = happening.attributes
        match happening.type:
            case HappeningType.MOTION_STARTED:
                self._event_began_at = facts["started_at"]
                self._begin(partial(self._fetch_newest, facts["started_at"]))
            case HappeningType.MOTION_NAMED:
                self._begin(partial(self._fetch_newest, dt_util.utcnow()))
            case HappeningType.CLIP_READY if facts["kind"] == _OF_EVENT and not self._is_outdone(facts):
                self._begin(partial(self._fetch_clip, facts["clip_id"], facts["ended_at"]))

    def _is_outdone(self, clip: Json) -> bool:
        """Another event began after what was recorded, and is shown by now."""
        return self._event_began_at is not None and clip["ended_at"] < self._event_began_at

    @callback
    def _taken(self, jpeg: bytes) -> None:
        self._show(jpeg, dt_util.utcnow())

    async def _look_up(self) -> None:
        """The newest recording, where it was missed."""
        clips = await self.coordinator.client.clips(self.camera_id, kind=_OF_EVENT, limit=1)
        if clips and clips[0].id != self._clip_id:
            await self._fetch_clip(clips[0].id, clips[0].ended_at)

    async def _fetch_newest(self, at: datetime) -> None:
        self._show(await self.coordinator.client.snapshot(self.camera_id), at)

    async def _fetch_clip(self, clip_id: str, at: datetime) -> None:
        self._show(await self.coordinator.client.thumbnail(clip_id), at)
        self._clip_id = clip_id

    @callback
    def _show(self, jpeg: bytes, at: datetime) -> None:
        self._jpeg, self._attr_image_last_updated = jpeg, at
        self.async_write_ha_state()

    @callback
    def _begin(self, fetch: Callable[[], Awaitable[None]]) -> None:
        """One after the other; without a picture the one before stays."""
        task = self.coordinator.config_entry.async_create_background_task(
            self.hass, self._fetch_in_turn(fetch), f"{DOMAIN} picture of {self.camera_id}"
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @callback
    def _give_up(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()

    async def _fetch_in_turn(self, fetch: Callable[[], Awaitable[None]]) -> None:
        async with self._turn:
            try:
                await fetch()
            except GcamError as error:
                LOGGER.debug("no picture of %s's last event: %s", self.camera_id, error)
