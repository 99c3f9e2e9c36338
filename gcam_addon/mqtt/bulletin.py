"""What the broker is to know: turns cameras, states and events into messages in the outbox.

Synchronous, on the loop, without I/O; when and over which connection they go is the bridge's business.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from gcam_addon.boards.board import BoardFacts as Board
from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera
from gcam_addon.errors import NotFound
from gcam_addon.guard.panel import on_panel
from gcam_addon.guard.service import GuardService
from gcam_addon.interfaces import Cameras, Engine
from gcam_addon.model import (
    CameraAdded,
    CameraChanged,
    CameraRemoved,
    CameraState,
    ClipReady,
    Event,
    GuardEvent,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    NetworkChanged,
    Status,
    Storage,
    StorageChanged,
)
from gcam_addon.model.guard import GuardChanged
from gcam_addon.mqtt import payloads
from gcam_addon.mqtt.discovery import (
    SOME_HAVE,
    PanelOffer,
    Payload,
    camera_device,
    gcam_device,
    had_by,
)
from gcam_addon.mqtt.guarding import guard_event, guard_state
from gcam_addon.mqtt.leftovers import Announced
from gcam_addon.mqtt.outbox import Message, Outbox
from gcam_addon.mqtt.topics import OFF, OFFLINE, ON, ONLINE, SWITCHES, CameraTopics, DeviceIds, Topics

BoardOf = Callable[[str], Board | None]
"""What a camera's board told of itself; None while it did not."""
_log = logging.getLogger(__name__)


class Bulletin:
    """Keeps `outbox` in step with the cameras it was told of."""

    def __init__(
        self,
        topics: Topics,
        identity: DeviceIds,
        engine: Engine,
        cameras: Cameras,
        clock: Clock,
        *,
        guard: GuardService | None = None,
        board_of: BoardOf = lambda _: None,
        announces: bool = True,
        language: str = "en",
    ) -> None:
        self.outbox = Outbox()
        self._topics = topics
        self._identity = identity
        self._engine = engine
        self._cameras = cameras
        self._clock = clock
        self._guard = guard
        self._board_of = board_of
        self._announces = announces
        self._language = language
        self._states: dict[str, CameraState] = {}
        self._storage: Storage | None = None
        self._network_problem: str | None = None

    def open(self, storage: Storage | None) -> None:
        """Say all that there is to say now."""
        self._storage = storage
        self.outbox.hold(self._topics.availability, ONLINE.encode())
        self._announce_gcam()
        self._show_guard()
        for camera in self._cameras.list():
            self._show_camera(camera)
        self._show_gcam()

    def announce(self, announces: bool) -> None:
        """From now on Home Assistant is told of the cameras by discovery, or no longer."""
        if announces == self._announces:
            return
        self._announces = announces
        topics = [self._topics.camera_discovery(camera_id) for camera_id in self._states]
        for topic in () if announces else (self._topics.gcam_discovery, *topics):
            self.outbox.hold(topic, b"")
        if announces:
            self._announce_gcam()
            for camera in self._cameras.list():
                self._show_camera(camera)

    def close(self) -> None:
        """Nobody watches from now on: no camera is there, nothing moves."""
        for camera_id in self._states:
            self._show_motion(camera_id, moving=False)
            self.outbox.hold(self._topics.camera(camera_id).availability, OFFLINE.encode())

    def take(self, event: Event) -> None:
        """Something happened. What concerns a camera that is not configured is ignored."""
        match event:
            case CameraAdded(camera_id):
                self._take_added(camera_id)
            case CameraRemoved(camera_id):
                self._take_removed(camera_id)
            case CameraChanged(state) if state.camera_id in self._states:
                self._show_state(state)
                self._show_gcam()
            case MotionStarted(camera_id) | MotionEnded(camera_id) if camera_id in self._states:
                self._show_motion(camera_id, moving=isinstance(event, MotionStarted))
                self._tell(camera_id, event)
                self.show_snapshot(camera_id, event.jpeg)
            case MotionNamed(camera_id) if camera_id in self._states:
                self._tell(camera_id, event)
                self.show_snapshot(camera_id, event.jpeg)
            case ClipReady(clip) if clip.camera_id in self._states:
                self._tell(clip.camera_id, event)
            case StorageChanged(storage):
                self._storage = storage
                self._show_gcam()
            case NetworkChanged(health):
                self._network_problem = health.problem
                self._show_gcam()
            case GuardEvent():
                self._take_of_guard(event)

    def show_snapshot(self, camera_id: str, jpeg: bytes) -> None:
        """The picture of the last event; without a picture the one before stays."""
        if jpeg and camera_id in self._states:
            self.outbox.hold(self._topics.camera(camera_id).snapshot, jpeg, qos=0)

    def mirror_guard_again(self) -> None:
        """Answer a command to the guard, obeyed or not."""
        self.outbox.repeat(self._topics.guard.state)

    def mirror_again(self, camera_id: str) -> None:
        """Answer a command, obeyed or not, with what is true."""
        own = self._topics.camera(camera_id)
        self.outbox.repeat(own.sensitivity, own.light, *map(own.switch, SWITCHES))

    def repeat(self) -> None:
        """Somebody new listens: everything again, but the pictures, which the broker keeps."""
        pictures = {self._topics.camera(camera_id).snapshot for camera_id in self._states}
        self.outbox.repeat(*sorted(self.outbox.topics - pictures))

    def clear_leftover(self, announced: Announced) -> None:
        """A device somebody announced before. Ours that is gone is emptied with all its topics, or only the
        announcement where its states go on; of ours that is there, entities that are gone. Another's under a
        topic of ours goes before ours comes, or Home Assistant would mix the two. What a camera may turn out
        to have, once its board is asked, stays: taken back, it would lose what somebody made of it there.
        """
        ours, payload = announced.of(self._identity), self.outbox.held(announced.topic)
        if payload:
            before = announced.without(payload, SOME_HAVE) if ours else b""
            if before is not None:
                self.outbox.tell(Message(announced.topic, before, retain=True), self._clock.monotonic())
                self.outbox.hold(announced.topic, payload)
        elif ours:
            lives_on = f"{announced.root}/availability" in self.outbox.topics
            for topic in (announced.topic,) if lives_on else announced.all_topics(self._identity):
                self.outbox.hold(topic, b"")

    def clear_camera(self, camera_id: str) -> None:
        """The broker has states of it from before; nobody stands behind them where it is not ours."""
        if camera_id not in self._states:
            for topic in self._topics.camera(camera_id).retained:
                self.outbox.hold(topic, b"")

    def _take_added(self, camera_id: str) -> None:
        try:
            camera = self._cameras.get(camera_id)
        except NotFound:  # removed again meanwhile
            return
        self._show_camera(camera)
        self._show_gcam()

    def _take_of_guard(self, event: GuardEvent) -> None:
        if isinstance(event, GuardChanged):
            self._show_guard()
            self._announce_gcam()
        elif (told := guard_event(event)) is not None:
            message = Message(self._topics.guard.event, payloads.encode(told))
            self.outbox.tell(message, self._clock.monotonic())

    def _take_removed(self, camera_id: str) -> None:
        if self._states.pop(camera_id, None) is None:
            return
        for topic in (
            self._topics.camera_discovery(camera_id),
            *self._topics.camera(camera_id).retained,
        ):
            self.outbox.hold(topic, b"")
        self._show_gcam()

    def _show_camera(self, camera: Camera) -> None:
        own = self._topics.camera(camera.id)
        if camera.id not in self._states:
            self._leave_to_guard(camera, own)
        state = self._engine.state(camera.id) or self._not_started(camera)
        self._announce_camera(camera, state)
        switches = (camera.enabled, camera.detection.enabled, camera.recording.enabled, camera.privacy)
        for name, on in zip(SWITCHES, switches, strict=True):
            self.outbox.hold(own.switch(name), (ON if on else OFF).encode())
        self.outbox.hold(own.sensitivity, str(camera.detection.sensitivity).encode())
        self._show_state(state)

    def _leave_to_guard(self, camera: Camera, own: CameraTopics) -> None:
        """A camera that was called `guard` before there was one keeps all but where it is on the broker."""
        guard = self._topics.guard.root
        if own.root != f"{self._topics.base}/{camera.id}":
            _log.warning(
                "camera %s: its MQTT topics begin with %s/ from now on, since %s/ is the guard's; "
                "its entities in Home Assistant stay as they are",
                *(camera.name, own.root, guard),
            )
            for topic in self._topics.moved:
                self.outbox.hold(topic, b"")

    def _announce_camera(self, camera: Camera, state: CameraState) -> None:
        board, has = self._board_of(camera.id), had_by(state)
        device = camera_device(camera, self._topics, self._identity, board, self._language, has=has)
        self._announce(self._topics.camera_discovery(camera.id), device)

    def _announce(self, topic: str, device: Payload) -> None:
        """Entities that it had before and has no more are taken back first."""
        if not self._announces:
            return
        payload, former = payloads.encode(device), self.outbox.held(topic)
        announced = Announced.read(topic, former) if former else None
        if announced is not None and (farewell := announced.without(payload)) is not None:
            self.outbox.tell(Message(topic, farewell, retain=True), self._clock.monotonic())
        self.outbox.hold(topic, payload)

    def _show_state(self, state: CameraState) -> None:
        before = self._states.get(state.camera_id)
        self._states[state.camera_id] = state
        if before is not None and had_by(before) != had_by(state):
            with suppress(NotFound):  # removed meanwhile
                self._announce_camera(self._cameras.get(state.camera_id), state)
        own = self._topics.camera(state.camera_id)
        connected = state.status is Status.CONNECTED
        self._show_motion(state.camera_id, moving=state.motion)
        self.outbox.hold(own.availability, (ONLINE if connected else OFFLINE).encode())
        self.outbox.hold(own.state, payloads.encode(payloads.camera_state(state, self._language)))
        if state.lamp is not None:
            self.outbox.hold(own.light, payloads.encode(payloads.light(state.lamp)))
        elif self.outbox.held(own.light):
            self.outbox.hold(own.light, b"")

    def _show_motion(self, camera_id: str, *, moving: bool) -> None:
        topic, payload = self._topics.camera(camera_id).motion, (ON if moving else OFF).encode()
        if self.outbox.held(topic) != payload:
            self.outbox.tell(Message(topic, payload, retain=True), self._clock.monotonic())

    def _tell(self, camera_id: str, event: payloads.Told) -> None:
        payload = payloads.encode(payloads.event(event, self._language))
        self.outbox.tell(Message(self._topics.camera(camera_id).event, payload), self._clock.monotonic())

    def _announce_gcam(self) -> None:
        panel = None if self._guard is None else _offer(self._guard)
        device = gcam_device(self._topics, self._identity, self._language, panel)
        self._announce(self._topics.gcam_discovery, device)

    def _show_guard(self) -> None:
        if self._guard is not None:
            told = guard_state(self._guard.state, self._guard.settings.modes)
            self.outbox.hold(self._topics.guard.state, payloads.encode(told))
            self.outbox.hold(self._topics.guard.siren, b"ON" if self._guard.state.sounds else b"OFF")

    def _show_gcam(self) -> None:
        state = payloads.gcam_state(
            self._states.values(), self._storage, self._language, self._network_problem
        )
        self.outbox.hold(self._topics.state, payloads.encode(state))

    def _not_started(self, camera: Camera) -> CameraState:
        return CameraState(
            camera_id=camera.id,
            name=camera.name,
            status=_STATUS_OF.get((camera.enabled, camera.privacy), Status.DISABLED),
            since=self._clock.wall(),
            enabled=camera.enabled,
            privacy=camera.privacy,
            detection=camera.detection.enabled,
            recording_enabled=camera.recording.enabled,
            sensitivity=camera.detection.sensitivity,
        )


def _offer(guard: GuardService) -> PanelOffer:
    """One code for the whole panel: where one of its modes wants it, all ask for it."""
    modes, buttons = guard.settings.modes, on_panel(guard.settings.modes)
    asks = any(mode.needs_code for mode in modes if mode.id in buttons)
    return PanelOffer(tuple(buttons.values()), guard.asks_codes, asks)


_STATUS_OF = {(True, False): Status.CONNECTING, (True, True): Status.PRIVACY}
"""By (enabled, privacy), before the engine has anything to say."""
