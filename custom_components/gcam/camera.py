"""Live pictures: stills and MJPEG as the board sent them, H.264 where it is wanted; a camera on and off."""

from typing import override

from aiohttp import web
from homeassistant.components.camera import Camera, CameraEntityFeature
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_LIVE_VIEW, LIVE_H264
from .coordinator import GcamConfigEntry, GcamCoordinator
from .devices import model_of
from .entity import CameraEntity, async_add_cameras
from .errors import translated
from .live import MjpegRelay
from .models import Status

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: GcamConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    async_add_cameras(
        entry, async_add_entities, lambda coordinator, camera_id: [GcamCamera(coordinator, camera_id)]
    )


class GcamCamera(CameraEntity, Camera):
    """One camera. Off while it is disabled or in privacy mode; unavailable while it is wanted and away."""

    _attr_name = None
    _attr_brand = "Gcam"

    def __init__(self, coordinator: GcamCoordinator, camera_id: str) -> None:
        Camera.__init__(self)
        super().__init__(coordinator, camera_id, "camera")
        self._had_pictures = self.camera.has_pictures
        self._relay = MjpegRelay(lambda: coordinator.client.mjpeg(camera_id))
        self._attr_supported_features = CameraEntityFeature.ON_OFF
        if coordinator.config_entry.options.get(CONF_LIVE_VIEW, LIVE_H264) == LIVE_H264:
            self._attr_supported_features |= CameraEntityFeature.STREAM

    @property
    @override
    def available(self) -> bool:
        return super().available and (self.camera.has_pictures or not self.camera.is_wanted)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        if self.camera_id in self.coordinator.data.cameras:
            self._hasten_stream(self.camera.has_pictures)
        super()._handle_coordinator_update()

    def _hasten_stream(self, has_pictures: bool) -> None:
        """Home Assistant waits longer after every end of a stream. For a camera that is back it need not: who
        watches begins anew.
        """
        is_back, self._had_pictures = has_pictures and not self._had_pictures, has_pictures
        if is_back and self.stream is not None and not self.stream.available:
            entry = self.coordinator.config_entry
            entry.async_create_task(self.hass, self.stream.stop(), f"stop the stream of {self.camera_id}")

    @property
    @override
    def model(self) -> str:
        return model_of(self.camera)

    @property
    @override
    def is_on(self) -> bool:
        return self.camera.is_wanted

    @property
    @override
    def is_recording(self) -> bool:
        return self.camera.state is not None and self.camera.state.recording

    @property
    @override
    def is_streaming(self) -> bool:
        return self.camera.status is Status.CONNECTED

    @property
    @override
    def motion_detection_enabled(self) -> bool:
        return self.camera.detection

    @override
    async def async_camera_image(self, width: int | None = None, height: int | None = None) -> bytes | None:
        """As it was sent; Home Assistant makes it smaller where it is asked to."""
        with translated(self.camera.name):
            return await self.coordinator.client.snapshot(self.camera_id)

    @override
    async def handle_async_mjpeg_stream(self, request: web.Request) -> web.StreamResponse:
        with translated(self.camera.name):
            return await self._relay.serve(request)

    @override
    async def stream_source(self) -> str:
        """Of the second address where there is one; stills are of the first."""
        state = self.camera.state
        return self.coordinator.client.h264_url(self.camera_id, hd=state is not None and state.hd is not None)

    @override
    async def async_turn_on(self) -> None:
        """Also out of privacy mode: who turns a camera on wants to see it."""
        with translated(self.camera.name):
            await self.coordinator.client.switch(self.camera_id, enabled=True, privacy=False)

    @override
    async def async_turn_off(self) -> None:
        with translated(self.camera.name):
            await self.coordinator.client.switch(self.camera_id, enabled=False)

    @override
    async def async_enable_motion_detection(self) -> None:
        with translated(self.camera.name):
            await self.coordinator.client.switch(self.camera_id, detection=True)

    @override
    async def async_disable_motion_detection(self) -> None:
        with translated(self.camera.name):
            await self.coordinator.client.switch(self.camera_id, detection=False)
