"""The roster: the cameras that are configured. Keeps `cameras.json` and the engine in step.

`sync` brings the engine to a new list by difference, so no camera is touched but those that changed.
Cameras given on the command line are on the roster for this run only and never stored.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from gcam_addon.config.cameras import CameraStore, diff
from gcam_addon.config.change import changed
from gcam_addon.config.model import Camera
from gcam_addon.config.schema import parse_camera
from gcam_addon.config.slug import RESERVED, slug
from gcam_addon.errors import ConfigError, NotFound
from gcam_addon.interfaces import Engine, Sink
from gcam_addon.model import CameraAdded, CameraRemoved
from gcam_addon.words.reason import because

_log = logging.getLogger(__name__)
_WATCH_EVERY_S = 2.0


class Roster:
    """interfaces.Cameras. All methods on the loop; the file is read and written in threads."""

    def __init__(self, store: CameraStore, engine: Engine, transient: Sequence[Camera], sink: Sink) -> None:
        self._store = store
        self._engine = engine
        self._transient = {camera.id for camera in transient}
        self._first = tuple(transient)
        self._shadowed: tuple[Camera, ...] = ()
        self._cameras: tuple[Camera, ...] = ()
        self._sink = sink
        self._changing = asyncio.Lock()
        self.consent: Callable[[Camera, Camera | None], None] = _as_they_like
        """Asked before a camera is changed (to that; None: removed), but for edits of the file. May raise."""

    async def load(self) -> None:
        """Read the file and start every camera. One of the command line stands in for a stored one of the
        same id, which stays in the file.
        """
        async with self._changing:
            await self.sync((*await self._load_stored(), *self._first))

    async def watch(self) -> None:
        """Until cancelled: follow edits of the file made by hand."""
        while True:
            await asyncio.sleep(_WATCH_EVERY_S)
            if await asyncio.to_thread(self._store.changed_on_disk):
                _log.info("the camera file changed on disk; applying the differences")
                await self._reload()

    async def sync(self, cameras: Sequence[Camera]) -> None:
        """Bring the engine to exactly these cameras, touching only those that differ."""
        changes = diff(self._cameras, cameras)
        self._cameras = tuple(cameras)
        for camera in changes.removed:
            await self._engine.stop(camera.id)
            self._sink.publish(CameraRemoved(camera.id))
        for camera in (*changes.added, *changes.changed):
            await self._engine.start(camera)
            self._sink.publish(CameraAdded(camera.id))

    def list(self) -> Sequence[Camera]:
        return self._cameras

    def get(self, camera_id: str) -> Camera:
        for camera in self._cameras:
            if camera.id == camera_id:
                return camera
        raise NotFound(because("no_camera", camera=camera_id))

    def stored(self) -> Sequence[Camera]:
        """Those of the file, also where one of the command line stands in."""
        kept = [camera for camera in self._cameras if camera.id not in self._transient]
        return (*kept, *self._shadowed)

    async def replace(self, cameras: Sequence[Camera]) -> None:
        """Exactly these are stored from now on; those that stay as they were are not touched."""
        async with self._changing:
            after = {camera.id: camera for camera in cameras}
            for camera in self._cameras:
                if camera.id not in self._transient:
                    self.consent(camera, after.get(camera.id))
            await asyncio.to_thread(self._store.save, cameras)
            self._shadowed = tuple(camera for camera in cameras if camera.id in self._transient)
            kept = [camera for camera in cameras if camera.id not in self._transient]
            given = [camera for camera in self._cameras if camera.id in self._transient]
            await self.sync((*kept, *given))

    async def add(self, settings: Mapping[str, Any], avoid: Collection[str] = ()) -> Camera:
        async with self._changing:
            taken = {camera.id for camera in self._cameras}
            wanted = settings.get("id")
            if wanted in taken or wanted in RESERVED:
                raise ConfigError(because("id_taken", id=wanted), field="id")
            if wanted is None:
                others = taken | {*avoid} | RESERVED
                settings = {**settings, "id": slug(str(settings.get("name", "")), others)}
            camera = parse_camera(settings, path="")
            await self._store_and_sync((*self._cameras, camera))
            return camera

    async def update(self, camera_id: str, changes: Mapping[str, Any]) -> Camera:
        if changes.get("id", camera_id) != camera_id:
            raise ConfigError(because("id_stays"), field="id")
        async with self._changing:
            old = self.get(camera_id)
            new = changed(old, changes)
            self.consent(old, new)
            await self._store_and_sync([new if camera is old else camera for camera in self._cameras])
            return new

    async def remove(self, camera_id: str) -> None:
        async with self._changing:
            gone = self.get(camera_id)
            self.consent(gone, None)
            await self._store_and_sync([camera for camera in self._cameras if camera is not gone])
            self._transient.discard(camera_id)

    async def arrange(self, camera_ids: Sequence[str]) -> None:
        async with self._changing:
            wanted = [self.get(camera_id) for camera_id in dict.fromkeys(camera_ids)]
            next_one = iter(wanted)
            await self._store_and_sync(
                [next(next_one) if camera in wanted else camera for camera in self._cameras]
            )

    async def _store_and_sync(self, cameras: Sequence[Camera]) -> None:
        kept = [camera for camera in cameras if camera.id not in self._transient]
        if kept != [camera for camera in self._cameras if camera.id not in self._transient]:
            await asyncio.to_thread(self._store.save, (*kept, *self._shadowed))
        await self.sync(cameras)

    async def _reload(self) -> None:
        async with self._changing:
            try:
                stored = await self._load_stored()
            except ConfigError as error:
                _log.error("%s; the cameras stay as they are", error)
                return
            transient = [camera for camera in self._cameras if camera.id in self._transient]
            await self.sync((*stored, *transient))

    async def _load_stored(self) -> Sequence[Camera]:
        stored = await asyncio.to_thread(self._store.load)
        self._shadowed = tuple(camera for camera in stored if camera.id in self._transient)
        return [camera for camera in stored if camera.id not in self._transient]


def _as_they_like(_: Camera, __: Camera | None) -> None:
    """Nobody minds."""
