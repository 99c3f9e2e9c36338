"""Stand-ins for the seams of `interfaces`, in memory: for tests of what sits above them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gcam_addon.config.change import changed
from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.config.slug import slug
from gcam_addon.errors import AccessDenied, ConfigError, NotFound
from gcam_addon.interfaces import Sink
from gcam_addon.model import (
    ANY_CLIP,
    CameraAdded,
    CameraRemoved,
    CameraState,
    Clip,
    ClipFilter,
    Day,
    Decision,
    Discarded,
    EncodedFrame,
    Event,
    Recorded,
    Status,
    Storage,
    Stored,
    Trashed,
    Usage,
)
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.recording.library import Library
from gcam_addon.words.reason import because
from tests.support.library import filled_library


def make_camera(camera_id: str = "door", **changes: Any) -> Camera:
    """A camera at an address that never answers."""
    name = changes.pop("name", camera_id.replace("_", " ").capitalize())
    return replace(Camera(camera_id, name, SourceSettings("http://192.0.2.1:81/stream")), **changes)


def make_state(camera: Camera, **changes: Any) -> CameraState:
    """The state of `camera`, connected and quiet unless `changes` says otherwise."""
    state = CameraState(
        camera_id=camera.id,
        name=camera.name,
        status=_status_of(camera),
        since=1_700_000_000.0,
        enabled=camera.enabled,
        privacy=camera.privacy,
        detection=camera.detection.enabled,
        recording_enabled=camera.recording.enabled,
        sensitivity=camera.detection.sensitivity,
    )
    return replace(state, **changes)


def _status_of(camera: Camera) -> Status:
    if not camera.enabled:
        return Status.DISABLED
    return Status.PRIVACY if camera.privacy else Status.CONNECTED


class FakeEngine:
    """interfaces.Engine. Connects nothing: states and pictures are what the test sets."""

    def __init__(self) -> None:
        self.sinks: list[Sink] = []
        self.camera_states: dict[str, CameraState] = {}
        self.pictures: dict[str, EncodedFrame] = {}
        self.decided: list[Decision] = []
        self.recordings: list[tuple[str, float | None]] = []
        self.lamps: dict[str, int | None] = {}
        self.boards: dict[str, BoardHealth | None] = {}
        self.calmed: list[str] = []

    async def start(self, camera: Camera) -> None:
        self.camera_states[camera.id] = make_state(camera)

    async def stop(self, camera_id: str) -> None:
        self.camera_states.pop(camera_id, None)

    async def close(self) -> None:
        self.camera_states.clear()

    def subscribe(self, sink: Sink) -> None:
        self.sinks.append(sink)

    def publish(self, event: Event) -> None:
        """Tell every sink, as the real engine does."""
        for sink in self.sinks:
            sink.publish(event)

    def states(self) -> Mapping[str, CameraState]:
        return dict(self.camera_states)

    def state(self, camera_id: str) -> CameraState | None:
        return self.camera_states.get(camera_id)

    async def watch(self, camera_id: str, *, hd: bool = False) -> AsyncGenerator[EncodedFrame, None]:
        self._known(camera_id)
        if camera_id in self.pictures:
            yield self.pictures[camera_id]
        await asyncio.Event().wait()

    async def decisions(self, camera_id: str) -> AsyncGenerator[Decision, None]:
        self._known(camera_id)
        for decision in self.decided:
            yield decision
        await asyncio.Event().wait()

    def epoch(self, camera_id: str) -> int:
        return 0

    def skipped(self, camera_id: str) -> int:
        return 0

    async def snapshot(self, camera_id: str, *, hd: bool = False) -> EncodedFrame | None:
        self._known(camera_id)
        return self.pictures.get(camera_id)

    def record(self, camera_id: str, seconds: float | None) -> None:
        self._known(camera_id)
        self.recordings.append((camera_id, seconds))

    def note_lamp(self, camera_id: str, level: int | None) -> None:
        self.lamps[camera_id] = level

    def note_board(self, camera_id: str, health: BoardHealth | None) -> None:
        self.boards[camera_id] = health

    def calm(self, camera_id: str) -> None:
        self.calmed.append(camera_id)

    def _known(self, camera_id: str) -> None:
        if camera_id not in self.camera_states:
            raise NotFound(because("no_camera", camera=camera_id))


class FakeCameras:
    """interfaces.Cameras, kept in memory, applied to a `FakeEngine`, checked only for sensitivity."""

    def __init__(self, engine: FakeEngine, cameras: Iterable[Camera] = ()) -> None:
        self._engine = engine
        self._cameras = {camera.id: camera for camera in cameras}
        self.consent: Callable[[Camera, Camera | None], None] = lambda old, new: None
        for camera in self._cameras.values():
            engine.camera_states[camera.id] = make_state(camera)

    def list(self) -> Sequence[Camera]:
        return tuple(self._cameras.values())

    def get(self, camera_id: str) -> Camera:
        try:
            return self._cameras[camera_id]
        except KeyError:
            raise NotFound(because("no_camera", camera=camera_id)) from None

    async def add(self, settings: Mapping[str, Any], avoid: Collection[str] = ()) -> Camera:
        name = settings["name"]
        camera = make_camera(settings.get("id") or slug(name, {*self._cameras, *avoid}), name=name)
        if "url" in settings:
            camera = replace(camera, source=SourceSettings(settings["url"]))
        return await self._apply(camera)

    async def update(self, camera_id: str, changes: Mapping[str, Any]) -> Camera:
        old = self.get(camera_id)
        new = changed(old, changes)
        self.consent(old, new)
        return await self._apply(new)

    async def remove(self, camera_id: str) -> None:
        self.consent(self.get(camera_id), None)
        del self._cameras[camera_id]
        await self._engine.stop(camera_id)
        self._engine.publish(CameraRemoved(camera_id))

    async def arrange(self, camera_ids: Sequence[str]) -> None:
        wanted = [self.get(camera_id) for camera_id in camera_ids]
        next_one = iter(wanted)
        placed = [next(next_one) if one in wanted else one for one in self._cameras.values()]
        self._cameras = {camera.id: camera for camera in placed}

    async def _apply(self, camera: Camera) -> Camera:
        if not 1 <= camera.detection.sensitivity <= 100:
            raise ConfigError("sensitivity is 1 to 100", field="detection.sensitivity")
        self._cameras[camera.id] = camera
        await self._engine.start(camera)
        self._engine.publish(CameraAdded(camera.id))
        return camera


class FakeClips:
    """interfaces.Clips, in memory."""

    def __init__(self, clips: Iterable[Clip] = ()) -> None:
        self._clips = {clip.id: clip for clip in clips}
        self._trash: dict[str, Discarded] = {}
        self.disk = Storage(total_bytes=64_000_000_000, free_bytes=40_000_000_000, clips_bytes=0, clips=0)

    def all(self) -> Sequence[Clip]:
        return tuple(self._clips.values())

    async def list(self, wanted: ClipFilter = ANY_CLIP, *, limit: int = 100) -> Sequence[Clip]:
        """By the real index, in memory, so that filters mean here what they mean there."""
        with self._library() as library:
            return library.list(wanted, limit=limit)

    @contextmanager
    def _library(self) -> Iterator[Library]:
        with TemporaryDirectory() as folder:
            library = filled_library(Path(folder), self._clips.values())
            yield library
            library.close()

    async def get(self, clip_id: str) -> Clip:
        try:
            return self._clips[clip_id]
        except KeyError:
            raise NotFound(because("no_clip", clip=clip_id)) from None

    async def protect(self, clip_id: str, protected: bool) -> Clip:
        self._clips[clip_id] = replace(await self.get(clip_id), protected=protected)
        return self._clips[clip_id]

    async def delete(self, clip_id: str) -> None:
        if (await self.get(clip_id)).protected:
            raise AccessDenied(because("clip_protected"))
        clip = self._clips.pop(clip_id)
        self._trash[clip_id] = Discarded(clip, clip.ended_at + 60.0, clip.ended_at + 86_460.0)

    async def restore(self, clip_id: str) -> Clip:
        if clip_id not in self._trash:
            raise NotFound(because("no_clip", clip=clip_id))
        self._clips[clip_id] = self._trash.pop(clip_id).clip
        return self._clips[clip_id]

    async def trash(self, camera_ids: frozenset[str] | None, limit: int) -> Trashed:
        lie = [one for one in self._trash.values() if camera_ids is None or one.clip.camera_id in camera_ids]
        newest = tuple(reversed(lie))[:limit]
        return Trashed(newest, len(lie), sum(one.clip.size_bytes for one in lie))

    async def trashed(self, clip_id: str) -> Discarded:
        if clip_id not in self._trash:
            raise NotFound(because("not_in_trash", clip=clip_id))
        return self._trash[clip_id]

    async def empty_trash(self, camera_ids: frozenset[str] | None, clip_id: str | None = None) -> int:
        lie = (await self.trash(camera_ids, len(self._trash))).newest
        gone = [one.clip.id for one in lie if clip_id in (None, one.clip.id)]
        for gone_id in gone:
            del self._trash[gone_id]
        return len(gone)

    async def stored(self) -> Sequence[Stored]:
        with self._library() as library:
            return library.stored()

    async def days(self, wanted: ClipFilter, timezone: tzinfo | None = None) -> Sequence[Day]:
        with self._library() as library:
            return library.days(wanted, timezone)

    async def cameras(self, wanted: ClipFilter) -> Sequence[Recorded]:
        with self._library() as library:
            return library.cameras(wanted)

    async def delete_all(self, camera_id: str) -> int:
        gone = [clip_id for clip_id, clip in self._clips.items() if clip.camera_id == camera_id]
        for clip_id in gone:
            del self._clips[clip_id]
        return len(gone)

    async def usage(self, since: float) -> Usage:
        with self._library() as library:
            return library.usage(since)

    async def storage(self) -> Storage:
        size_bytes = sum(clip.size_bytes for clip in self._clips.values())
        return replace(self.disk, clips_bytes=size_bytes, clips=len(self._clips))
