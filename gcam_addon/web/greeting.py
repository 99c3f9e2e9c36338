"""What somebody who begins to listen is told first: everything there is to know, as far as they may see it.

What happens from then on is the `EventHub`'s.
"""

from __future__ import annotations

import logging

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.boards.acquaintances import Acquaintances
from gcam_addon.clock import Clock
from gcam_addon.duties import Duties
from gcam_addon.errors import RecordingError
from gcam_addon.interfaces import Cameras, Clips, Engine
from gcam_addon.model import Event, Storage, StorageChanged
from gcam_addon.web.guard_views import guard_json
from gcam_addon.web.info import API_LEVEL, Info, Surroundings
from gcam_addon.web.views import Json, camera_json, duty_json, mqtt_json, network_json, storage_json

_LOG = logging.getLogger(__name__)


class Greeting:
    """Loop only. Follows `note`d events, so that the disk is looked at once and not for every listener."""

    def __init__(  # noqa: PLR0917  (called once, by the composition root)
        self,
        engine: Engine,
        cameras: Cameras,
        boards: Acquaintances,
        clips: Clips,
        clock: Clock,
        info: Info,
        surroundings: Surroundings,
        *,
        duties: Duties,
    ) -> None:
        self._engine = engine
        self._cameras = cameras
        self._boards = boards
        self._clips = clips
        self._clock = clock
        self._info = info
        self._surroundings = surroundings
        self._duties = duties
        self._storage: Storage | None = None

    async def prepare(self) -> None:
        """Before the first `hello`. A disk that can't be looked at is told as unknown."""
        if self._storage is not None:
            return
        try:
            storage = await self._clips.storage()
        except RecordingError as error:
            _LOG.warning("listeners are not told of the disk: %s", error)
            return
        self._storage = self._storage or storage

    def note(self, event: Event) -> None:
        if isinstance(event, StorageChanged):
            self._storage = event.storage

    def hello(self, principal: Principal, missed: int) -> Json:
        """`missed`: events that this listener was too slow for."""
        guard = self._surroundings.guard() if hears_of_guard(principal) else None
        storage = self._storage if hears_of_disk(principal) else None
        return {
            "type": "hello",
            "version": self._info.version,
            "instance_id": self._info.instance_id,
            "api_level": API_LEVEL,
            "permissions": sorted(principal.permissions),
            "entities": self._surroundings.entities(),
            "now": self._clock.wall(),
            "missed": missed,
            "duties": self._failed_duties() if hears_of_duties(principal) else [],
            "mqtt": mqtt_json(self._surroundings.mqtt()),
            "network": network_json(self._surroundings.network()) if hears_of_duties(principal) else None,
            "guard": None if guard is None else guard_json(guard),
            "storage": None if storage is None else storage_json(storage),
            "cameras": self._seen_by(principal),
        }

    def camera(self, camera_id: str) -> Json | None:
        """None where it is gone again."""
        state = self._engine.state(camera_id)
        found = (camera for camera in self._cameras.list() if camera.id == camera_id)
        return next((camera_json(camera, state, self._boards.of(camera_id)) for camera in found), None)

    def _failed_duties(self) -> list[Json]:
        return [duty_json(state) for state in self._duties.states() if state.failures]

    def _seen_by(self, principal: Principal) -> list[Json]:
        states = self._engine.states()
        seen = (camera for camera in self._cameras.list() if principal.sees(camera.id))
        return [camera_json(camera, states.get(camera.id), self._boards.of(camera.id)) for camera in seen]


def hears_of_disk(principal: Principal) -> bool:
    """How much is recorded, and that something is, tells of cameras that somebody may not see."""
    return principal.cameras is None and principal.may(Permission.PLAYBACK)


def hears_of_duties(principal: Principal) -> bool:
    """Their names name cameras, their problems the machine: for who has a say in all cameras."""
    return principal.cameras is None and principal.may(Permission.CONTROL)


def hears_of_guard(principal: Principal) -> bool:
    """Whether anybody is at home, and what happens there, is for who may see all of it."""
    return principal.cameras is None and principal.may(Permission.VIEW)
