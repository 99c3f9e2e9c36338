"""Runs cameras in this process: a duty per camera on the loop, one pool of detection threads for all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from concurrent.futures import Executor
from contextlib import aclosing
from dataclasses import dataclass, replace

from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties
from gcam_addon.engines.bus import Bus
from gcam_addon.errors import NotFound
from gcam_addon.interfaces import Sink
from gcam_addon.live.relay import Relay
from gcam_addon.live.stills import Stills
from gcam_addon.live.units import UnitRelay
from gcam_addon.machine.limits import Cost
from gcam_addon.model import (
    CameraChanged,
    CameraState,
    Decision,
    EncodedFrame,
    Event,
    NoRecording,
    RecordingChanged,
    Status,
)
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.pipeline.runner import CameraRunner, Outlets
from gcam_addon.wire.concern import changed
from gcam_addon.words.reason import because

_TICK_S = 1.0
_STILLS_THREADS = 2

BuildRunner = Callable[[Camera, Outlets], CameraRunner]
"""See `assembly.build_runner`."""


@dataclass(slots=True)
class _Started:
    camera: Camera
    shown: _Shown
    state: CameraState
    runner: CameraRunner | None = None
    eye: asyncio.Task[None] | None = None
    film: asyncio.Task[None] | None = None

    @property
    def tasks(self) -> tuple[asyncio.Task[None], ...]:
        """In the order in which they are to end."""
        return tuple(task for task in (self.film, self.eye) if task is not None)

    @property
    def lives(self) -> bool:
        """Whether its runner runs, or will again."""
        return bool(self.tasks) and not any(task.done() for task in self.tasks)

    def newest(self) -> CameraState:
        return self.state if self.runner is None else self.runner.state()


class _Stream:
    """What people watch of one address of a camera."""

    def __init__(self, name: str, threads: Executor, duties: Duties) -> None:
        self.pictures = Relay[EncodedFrame]()
        self.units = UnitRelay()
        self.stills = Stills(name, self.pictures, self.units, threads, duties)

    @property
    def is_watched(self) -> bool:
        return self.pictures.viewers + self.units.viewers > 0

    def forget(self) -> None:
        self.pictures.forget()
        self.units.forget()

    def dismiss(self) -> None:
        """Nothing more comes for now: who watches is to come again, and nobody is to see the last of it."""
        self.units.end()
        self.pictures.forget()
        self.pictures.dismiss()

    def close(self) -> None:
        self.stills.close()
        self.pictures.close()


class _Shown:
    """What people watch of one camera; it outlives changes of its settings."""

    def __init__(self, name: str, threads: Executor, duties: Duties) -> None:
        self.sd = _Stream(name, threads, duties)
        self.hd = _Stream(f"{name} HD", threads, duties)
        self.decisions = Relay[Decision]()

    @property
    def is_watched(self) -> bool:
        """Whether anybody sees any of it at this moment."""
        return self.sd.is_watched or self.hd.is_watched or self.decisions.viewers > 0

    def forget(self) -> None:
        """Nobody is to see any more what is private now."""
        self.sd.forget()
        self.hd.forget()

    def close(self) -> None:
        """End everybody's watching."""
        self.sd.close()
        self.hd.close()
        self.decisions.close()


class LocalEngine:
    """interfaces.Engine. Owns neither the pool nor the recordings; `close` ends only what it started."""

    def __init__(self, build_runner: BuildRunner, clock: Clock, *, duties: Duties) -> None:
        self._build_runner = build_runner
        self._clock = clock
        self._duties = duties
        self._bus = Bus(duties, clock)
        self._stills_threads = duties.pool("stills", _STILLS_THREADS)
        self._cameras: dict[str, _Started] = {}
        self._ticker: asyncio.Task[None] | None = None
        self._closed = False

    async def start(self, camera: Camera) -> None:
        if self._ticker is None and not self._closed:
            self._ticker = self._duties.task("camera states", self._tick)
        running = self._cameras.get(camera.id)
        if running is not None and running.lives and _goes_on(running.camera, camera):
            await self._apply(running, camera)
            return
        before = running.newest() if running is not None else None
        if running is not None:
            await self._halt(*running.tasks)
            if camera.privacy_masks != running.camera.privacy_masks:
                running.shown.forget()
            if not runs(camera):
                running.shown.close()  # who watches is to notice, and no last picture is to stay
                running = None
        if self._closed:
            return
        shown = running.shown if running is not None else None
        shown = shown or _Shown(camera.id, self._stills_threads, self._duties)
        started = _Started(camera, shown, not_run(camera, self._clock.wall()))
        self._cameras[camera.id] = started
        if not runs(camera):
            if before is not None:
                started.state = replace(started.state, lamp=before.lamp, board_health=before.board_health)
            self.publish(CameraChanged(started.state))
            return
        hd = shown.hd
        outlets = Outlets(
            shown.sd.stills.publish,
            hd.stills.publish,
            hd.dismiss,
            shown.decisions.publish,
            lambda: shown.is_watched,
            lambda: shown.decisions.viewers > 0,
        )
        started.runner = self._build_runner(camera, outlets)
        self._run_film(started, started.runner)
        self._run_eye(started, started.runner)
        if before is not None:
            started.runner.note_lamp(before.lamp)
            started.runner.note_board(before.board_health)
        else:
            started.runner.tick()

    def epoch(self, camera_id: str) -> int:
        started = self._cameras.get(camera_id)
        return 0 if started is None else started.shown.sd.pictures.epoch

    def skipped(self, camera_id: str) -> int:
        started = self._cameras.get(camera_id)
        streams = () if started is None else (started.shown.sd, started.shown.hd)
        return sum(stream.pictures.skipped + stream.units.skipped for stream in streams)

    async def stop(self, camera_id: str) -> None:
        started = self._cameras.pop(camera_id, None)
        if started is not None:
            await self._halt(*started.tasks)
            started.shown.close()

    async def close(self) -> None:
        self._closed = True
        await asyncio.gather(*(self.stop(camera_id) for camera_id in list(self._cameras)))
        if self._ticker is not None:
            self._ticker.cancel()
            self._ticker = None
        self._stills_threads.shutdown(wait=False)

    def subscribe(self, sink: Sink) -> None:
        self._bus.subscribe(sink)

    def publish(self, event: Event) -> None:
        """Loop. Tell every sink; events of the recordings come this way too."""
        if isinstance(event, RecordingChanged):
            started = self._cameras.get(event.camera_id)
            if started is not None and started.runner is not None:
                started.runner.note_recording(event)
        self._bus.publish(event)

    def states(self) -> Mapping[str, CameraState]:
        return {camera_id: started.newest() for camera_id, started in self._cameras.items()}

    def state(self, camera_id: str) -> CameraState | None:
        started = self._cameras.get(camera_id)
        return None if started is None else started.newest()

    def watch(self, camera_id: str, *, hd: bool = False) -> AsyncGenerator[EncodedFrame, None]:
        frames = self._stream(camera_id, hd).stills.watch()
        return self._until_changed(camera_id, frames) if hd else frames

    def units(self, camera_id: str, *, hd: bool = False) -> UnitRelay:
        """What a compressed camera sends; `hd` as in `watch`. Raises `NotFound`."""
        return self._stream(camera_id, hd).units

    def decisions(self, camera_id: str) -> AsyncGenerator[Decision, None]:
        return self._find(camera_id).shown.decisions.watch()

    async def snapshot(self, camera_id: str, *, hd: bool = False) -> EncodedFrame | None:
        return await self._stream(camera_id, hd).stills.newest()

    def record(self, camera_id: str, seconds: float | None) -> None:
        started = self._find(camera_id)
        if started.runner is None:
            raise NotFound(because("not_recordable", camera=camera_id, status=started.state.status))
        started.runner.record(seconds)

    def note_lamp(self, camera_id: str, level: int | None) -> None:
        self._note(camera_id, lambda state: replace(state, lamp=level), lambda run: run.note_lamp(level))

    def note_board(self, camera_id: str, health: BoardHealth | None) -> None:
        self._note(
            camera_id, lambda state: replace(state, board_health=health), lambda run: run.note_board(health)
        )

    def _note(
        self,
        camera_id: str,
        known: Callable[[CameraState], CameraState],
        tell: Callable[[CameraRunner], None],
    ) -> None:
        """Of a camera that runs its runner tells; of any other it is told here."""
        started = self._cameras.get(camera_id)
        if started is None:
            return
        started.state = known(started.state)
        if started.runner is not None:
            tell(started.runner)
        else:
            self.publish(CameraChanged(started.state))

    def calm(self, camera_id: str) -> None:
        started = self._cameras.get(camera_id)
        if started is not None and started.runner is not None:
            started.runner.calm()

    def cost(self) -> Cost:
        """Of all other processes: there are none."""
        return Cost()

    def follow_clock(self) -> None:
        """The wall clock was anchored anew: nobody else is to be told."""

    def follow_settings(self) -> None:
        """What is chosen while Gcam runs holds here at once."""

    def _stream(self, camera_id: str, hd: bool) -> _Stream:
        started = self._find(camera_id)
        is_there = started.runner is not None and started.runner.shows_film
        return started.shown.hd if hd and is_there else started.shown.sd

    async def _until_changed(
        self, camera_id: str, frames: AsyncGenerator[EncodedFrame, None]
    ) -> AsyncGenerator[EncodedFrame, None]:
        units = self.units(camera_id, hd=True)
        async with aclosing(frames):
            async for frame in frames:
                yield frame
                if camera_id not in self._cameras or self.units(camera_id, hd=True) is not units:
                    return

    def _find(self, camera_id: str) -> _Started:
        try:
            return self._cameras[camera_id]
        except KeyError:
            raise NotFound(because("no_camera", camera=camera_id)) from None

    async def _apply(self, running: _Started, camera: Camera) -> None:
        """To one that goes on, but for the line that the change concerns."""
        runner, before = running.runner, running.camera
        assert runner is not None
        sees_anew, films_anew = changed(before.source, camera.source)
        gone = running.eye if sees_anew else running.film if films_anew else None
        if gone is not None:
            await self._halt(gone)
        if self._cameras.get(camera.id) is not running:  # stopped meanwhile
            return
        if camera.privacy_masks != before.privacy_masks:
            running.shown.forget()
        running.camera = camera
        runner.begin_lines_anew(camera)
        if sees_anew:
            self._run_eye(running, runner)
        elif films_anew:
            self._run_film(running, runner)
        await runner.apply(camera)

    def _run_eye(self, started: _Started, runner: CameraRunner) -> None:
        started.eye = self._duties.task(f"camera {started.camera.id}", runner.run)

    def _run_film(self, started: _Started, runner: CameraRunner) -> None:
        name = f"camera {started.camera.id} HD"
        started.film = self._duties.task(name, runner.run_film) if runner.has_film else None

    async def _halt(self, *tasks: asyncio.Task[None]) -> None:
        for task in tasks:
            task.cancel()
            await asyncio.wait([task])

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            for started in list(self._cameras.values()):
                if started.runner is not None:
                    started.runner.tick()


def _goes_on(old: Camera, new: Camera) -> bool:
    """Whether what one of its addresses sends is as good as before."""
    sees_anew, films_anew = changed(old.source, new.source)
    has_film = new.source.url_hd is not None
    return runs(new) and not (sees_anew and (films_anew or not has_film))


def runs(camera: Camera) -> bool:
    """Whether it is to be connected to."""
    return camera.enabled and not camera.privacy


def not_run(camera: Camera, now: float) -> CameraState:
    """How one fares that has no runner, or none yet."""
    status, code, reason = _IDLE[camera.enabled, camera.privacy]
    return CameraState(
        camera_id=camera.id,
        name=camera.name,
        status=status,
        since=now,
        enabled=camera.enabled,
        privacy=camera.privacy,
        detection=camera.detection.enabled,
        recording_enabled=camera.recording.enabled,
        sensitivity=camera.detection.sensitivity,
        no_recording_reason=reason,
        no_recording_code=code,
    )


_OFF = (Status.DISABLED, NoRecording.DISABLED, because("this_camera_disabled"))
_IDLE: dict[tuple[bool, bool], tuple[Status, NoRecording | None, str | None]] = {
    (True, False): (Status.CONNECTING, None, None),
    (True, True): (Status.PRIVACY, NoRecording.PRIVACY, because("this_camera_private")),
    (False, False): _OFF,
    (False, True): _OFF,
}
"""By (enabled, privacy): status, and why there is no recording."""
