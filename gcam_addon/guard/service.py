"""Runs the guard: hears what happens, keeps what becomes of it, then tells."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import tzinfo
from errno import ETIMEDOUT
from pathlib import Path

from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera
from gcam_addon.errors import AccessDenied, ConfigError, GcamError, NotFound
from gcam_addon.guard.blinding import blinds
from gcam_addon.guard.codes import Codes
from gcam_addon.guard.core import Guard, asleep, deadline, step
from gcam_addon.guard.inputs import (
    Acknowledge,
    Arm,
    Disarm,
    Fares,
    Input,
    Moved,
    Plan,
    Restarted,
    Shifted,
    Silence,
    SkipDelay,
    Tick,
    Trigger,
)
from gcam_addon.guard.kept import Kept, load_kept, save_kept
from gcam_addon.guard.schedule import Where, next_edge, wanted
from gcam_addon.guard.settings import FILE, Code, GuardSettings, load_settings, save_settings
from gcam_addon.interfaces import Cameras
from gcam_addon.model import (
    CameraAdded,
    CameraChanged,
    CameraRemoved,
    CameraState,
    Event,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Status,
)
from gcam_addon.model.guard import (
    ArmingFailed,
    CodeRefused,
    Doer,
    GuardChanged,
    GuardEvent,
    GuardMode,
    GuardPhase,
    GuardState,
    Tamper,
    Via,
)
from gcam_addon.words.reason import Reason, because

MOST_WAITING = 2000
"""Things that happened while the disk was busy; more than these are not heard."""
_LOOKS_EVERY_S = 30.0
_SHIFT_S = 0.5
_DISK_S = 3.0
"""A disk that takes longer holds up no alarm."""
_SCHEDULE = Doer("", Via.SCHEDULE)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks to the guard. `key`: whom wrong codes slow down. `code`: as it was given."""

    doer: Doer
    key: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class House:
    """What the guard needs of the rest of Gcam. `names`: whether somebody says what moves in that camera's
    picture. `is_clock_right`: whether the time of day can be believed. `person`: a person's name, None where
    they may not disarm (any more).
    """

    cameras: Cameras
    state_of: Callable[[str], CameraState | None]
    tell: Callable[[GuardEvent], None]
    names: Callable[[Camera], bool]
    is_clock_right: Callable[[], bool]
    person: Callable[[str], str | None]
    timezone: tzinfo


_Wanted = tuple[Input, asyncio.Future[tuple[GuardEvent, ...]] | None]


class GuardService:
    """interfaces.Sink. All methods on the loop. `load` once, then `run` until cancelled."""

    def __init__(self, folder: Path, clock: Clock, house: House, codes: Codes, disk: Executor) -> None:
        """`disk`: one thread, which writes."""
        self._settings_file = folder / FILE
        self._state_file = folder / "guard_state.json"
        self._clock = clock
        self._house = house
        self._codes = codes
        self._disk = disk
        self._settings = GuardSettings()
        self._guard = asleep(clock.wall())
        self._kept: Kept | None = Kept(self._guard.state)
        """What is on the disk for sure; None: nobody knows."""
        self._was_there = False
        """Somebody had armed or disarmed it before this start."""
        self._scheduled_at: float | None = None
        self._offset_s = clock.wall() - clock.monotonic()
        self._inbox: asyncio.Queue[_Wanted] = asyncio.Queue(MOST_WAITING)
        self._changing = asyncio.Lock()
        self._seen: dict[str, Camera] = {}
        """The cameras as they were last: to notice what somebody changed in the file."""
        self._blinded: set[str] = set()
        self._wrong_codes = 0

    async def load(self) -> None:
        """Raises `ConfigError` where it can't be known whether the house is guarded."""
        self._settings = await asyncio.to_thread(load_settings, self._settings_file)
        kept = await asyncio.to_thread(load_kept, self._state_file)
        if kept is not None:
            self._was_there, self._kept = True, kept
            self._guard, self._scheduled_at = Guard(kept.state), kept.scheduled_at

    async def run(self) -> None:
        if self._was_there:
            self._was_there = False
            await self._hear(Restarted())
        while True:
            told, answer = await self._next()
            await self._follow_clock()
            if answer is None:
                await self._hear(told)
            elif not answer.cancelled():
                await self._obey(told, answer)
            await self._follow_schedule()

    # -- what there is -------------------------------------------------------------------------------

    @property
    def state(self) -> GuardState:
        return self._guard.state

    @property
    def settings(self) -> GuardSettings:
        return self._settings

    @property
    def asks_codes(self) -> bool:
        """Whether anybody has one."""
        return bool(self._valid_codes())

    @property
    def next_at(self) -> float | None:
        """When the schedule does something next; None: never, or the clock can't be believed."""
        if not self._house.is_clock_right():
            return None
        return next_edge(self._settings.windows, self._clock.wall(), self._where())

    def troubles(self, mode: GuardMode) -> dict[str, Tamper]:
        """The cameras that are why it can't be armed so now."""
        found = {camera_id: self._tamper(camera_id) for camera_id in mode.cameras}
        return {camera_id: tamper for camera_id, tamper in found.items() if tamper is not None}

    def names(self, mode: GuardMode) -> bool:
        """Whether of all its cameras somebody says what moves; else everything counts that moves there."""
        return all(self._is_named(camera_id) for camera_id in mode.cameras)

    # -- what people want ----------------------------------------------------------------------------

    async def arm(
        self,
        mode_id: str,
        speaker: Speaker,
        *,
        in_s: float = 0.0,
        skip_delay: bool = False,
        force: bool = False,
    ) -> None:
        """Raises `ConfigError` where it can't be, `AccessDenied` where a code is missing or wrong."""
        mode = self._mode(mode_id)
        is_armed = self.state.phase is not GuardPhase.DISARMED
        doer, _ = await self._let_in(speaker, is_needed=mode.needs_code or is_armed)
        if in_s:
            await self._want(Plan(mode, doer, in_s))
            return
        for camera_id in mode.cameras:
            self._note(Fares(camera_id, self._tamper(camera_id)))
        told = await self._want(Arm(mode, doer, skip_delay, force))
        failed = next((one for one in told if isinstance(one, ArmingFailed)), None)
        if failed is not None:
            raise ConfigError(self._not_ready(failed))

    async def disarm(self, speaker: Speaker) -> Doer:
        """Whose code it was; who spoke where there are none."""
        doer, duress = await self._let_in(speaker, is_needed=True)
        self._blinded.clear()
        await self._want(Disarm(doer, duress))
        return doer

    async def skip_delay(self, speaker: Speaker) -> None:
        await self._want(SkipDelay(speaker.doer))

    async def trigger(self, speaker: Speaker) -> None:
        await self._want(Trigger(speaker.doer))

    async def silence(self, speaker: Speaker) -> None:
        await self._want(Silence(speaker.doer))

    async def acknowledge(self, speaker: Speaker) -> None:
        await self._want(Acknowledge(speaker.doer))

    async def change(self, settings: GuardSettings) -> None:
        """Modes, schedule and place; codes stay. Only while nothing is armed or planned."""
        async with self._changing:
            if self.state.phase is not GuardPhase.DISARMED or self.state.planned is not None:
                raise ConfigError(because("guard_disarm_first"))
            await self._store(replace(settings, codes=self._settings.codes))
            self._scheduled_at = self._clock.wall() if self._house.is_clock_right() else None

    async def set_code(self, person_id: str, code: str, duress: str | None) -> None:
        async with self._changing:
            others = tuple(one for one in self._settings.codes if one.person_id != person_id)
            made = await self._codes.made(person_id, code, duress, others)
            await self._store(replace(self._settings, codes=(*others, made)))

    async def replace_codes(self, codes: tuple[Code, ...]) -> None:
        """By those of a backup."""
        async with self._changing:
            await self._store(replace(self._settings, codes=codes))

    async def remove_code(self, person_id: str) -> None:
        """Raises `NotFound`."""
        async with self._changing:
            others = tuple(one for one in self._settings.codes if one.person_id != person_id)
            if others == self._settings.codes:
                raise NotFound(because("guard_no_code"))
            await self._store(replace(self._settings, codes=others))

    def consent(self, old: Camera, new: Camera | None) -> None:
        """Whoever changes cameras asks first. Raises `AccessDenied` where it would make the guard blind."""
        mode = self.state.mode
        if mode is not None and old.id in mode.cameras and blinds(old, new):
            raise AccessDenied(because("guard_forbids", camera=old.name))

    # -- what happens --------------------------------------------------------------------------------

    def publish(self, event: Event) -> None:
        match event:
            case MotionStarted():
                self._note(self._moved(event, event.zones))
            case MotionNamed():
                self._note(replace(self._moved(event), what=event.what))
            case MotionEnded():
                self._note(replace(self._moved(event, event.zones), what=event.what, is_over=True))
            case CameraChanged(state):
                self._note(Fares(state.camera_id, self._tamper(state.camera_id)))
            case CameraAdded(camera_id) | CameraRemoved(camera_id):
                self._look_at(camera_id)

    def _moved(self, event: MotionStarted | MotionNamed | MotionEnded, zones: tuple[str, ...] = ()) -> Moved:
        return Moved(event.camera_id, event.event_id, zones, is_named=self._is_named(event.camera_id))

    def _look_at(self, camera_id: str) -> None:
        """Somebody may have changed the file, which asks nobody."""
        camera, before = self._find(camera_id), self._seen.pop(camera_id, None)
        mode = self.state.mode
        if before is not None and mode is not None and camera_id in mode.cameras and blinds(before, camera):
            self._blinded.add(camera_id)
        if camera is not None:
            self._seen[camera_id] = camera
        self._note(Fares(camera_id, self._tamper(camera_id)))

    def _tamper(self, camera_id: str) -> Tamper | None:
        camera, state = self._find(camera_id), self._house.state_of(camera_id)
        if camera is None or camera_id in self._blinded:
            return Tamper.SWITCHED_OFF
        if not (camera.enabled and camera.detection.enabled) or camera.privacy:
            return Tamper.SWITCHED_OFF
        if state is not None and state.tamper is not None:  # also while it is away: nobody uncovered it
            return state.tamper
        return None if state is not None and state.status is Status.CONNECTED else Tamper.LOST

    def _note(self, told: Input) -> None:
        try:
            self._inbox.put_nowait((told, None))
        except asyncio.QueueFull:
            _log.error("the guard can't follow: something that happened was not heard")

    # -- private -------------------------------------------------------------------------------------

    async def _next(self) -> _Wanted:
        now = self._clock.wall()
        moments = (deadline(self._guard), self.next_at, now + _LOOKS_EVERY_S)
        due = min(moment for moment in moments if moment is not None)
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, due - now)):
                return await self._inbox.get()
        return Tick(), None

    async def _follow_clock(self) -> None:
        offset_s = self._clock.wall() - self._clock.monotonic()
        by_s, self._offset_s = offset_s - self._offset_s, offset_s
        if abs(by_s) > _SHIFT_S:
            await self._hear(Shifted(by_s))

    async def _follow_schedule(self) -> None:
        if not self._settings.windows or not self._house.is_clock_right():
            return
        now, where, windows = self._clock.wall(), self._where(), self._settings.windows
        last, self._scheduled_at = self._scheduled_at, now
        if last is None or last > now:
            return
        mode_id = wanted(windows, now, where)
        if mode_id == wanted(windows, last, where):
            return
        with suppress(ConfigError):  # an alarm is on, which goes before
            await self._hear_schedule(None if mode_id is None else self._settings.mode(mode_id))

    async def _hear_schedule(self, mode: GuardMode | None) -> None:
        if mode is None:
            await self._hear(Disarm(_SCHEDULE))
        elif self.state.mode is None or self.state.mode.id != mode.id:
            for camera_id in mode.cameras:
                await self._hear(Fares(camera_id, self._tamper(camera_id)))
            await self._hear(Arm(mode, _SCHEDULE, self.state.phase is GuardPhase.ARMED, force=True))

    async def _hear(self, told: Input) -> None:
        """What happens is told also where the disk refuses it, or does not answer."""
        guard, news = step(self._guard, told, self._clock.wall())
        try:
            await self._keep(guard.state)
        except OSError as error:
            _log.error("the guard's state can't be written: %s", error)
        self._become(guard, news)

    async def _obey(self, told: Input, answer: asyncio.Future[tuple[GuardEvent, ...]]) -> None:
        try:
            guard, news = step(self._guard, told, self._clock.wall())
            await self._keep(guard.state)
        except OSError as error:
            answer.set_exception(ConfigError(because("guard_unkept", why=error)))
        except GcamError as error:
            answer.set_exception(error)
        else:
            self._become(guard, news)
            if not answer.done():
                answer.set_result(news)

    async def _keep(self, state: GuardState) -> None:
        """On the disk before anything is told. OSError: it is not, or nobody knows."""
        if self._kept is not None and state == self._kept.state:
            return
        kept, self._kept = Kept(state, self._scheduled_at), None
        writing = asyncio.get_running_loop().run_in_executor(self._disk, save_kept, self._state_file, kept)
        done, _ = await asyncio.wait([writing], timeout=_DISK_S)
        if not done:
            writing.add_done_callback(_forget)
            raise OSError(ETIMEDOUT, os.strerror(ETIMEDOUT))
        writing.result()
        self._kept = kept

    def _become(self, guard: Guard, news: Sequence[GuardEvent]) -> None:
        self._guard = guard
        for event in news:
            self._house.tell(event)

    async def _want(self, told: Input) -> tuple[GuardEvent, ...]:
        answer: asyncio.Future[tuple[GuardEvent, ...]] = asyncio.get_running_loop().create_future()
        await self._inbox.put((told, answer))
        return await answer

    async def _let_in(self, speaker: Speaker, *, is_needed: bool) -> tuple[Doer, bool]:
        """Who it is, and whether they are made to."""
        codes = self._valid_codes()
        if not codes or (speaker.code is None and not is_needed):
            return speaker.doer, False
        if speaker.code is None:
            raise AccessDenied(because("guard_code_needed"))
        holder = await self._codes.holder(codes, speaker.code, speaker.key)
        if holder is None:
            self._wrong_codes += 1
            self._house.tell(CodeRefused(self._clock.wall(), speaker.doer.via, self._wrong_codes))
            raise AccessDenied(because("guard_code_wrong"))
        self._wrong_codes = 0
        name = self._house.person(holder.person_id) or ""
        return Doer(name, speaker.doer.via, holder.person_id), holder.duress

    def _valid_codes(self) -> Sequence[Code]:
        return [code for code in self._settings.codes if self._house.person(code.person_id) is not None]

    def _mode(self, mode_id: str) -> GuardMode:
        mode = self._settings.mode(mode_id)
        if mode is None:
            raise NotFound(because("guard_no_mode", mode=mode_id))
        if not mode.watches:
            raise ConfigError(because("guard_mode_empty", mode=mode.name))
        for watch in mode.watches:
            camera = self._find(watch.camera_id)
            zones = () if camera is None else (zone.name for zone in camera.detection.zones)
            if camera is not None and watch.zone is not None and watch.zone not in zones:
                raise ConfigError(because("guard_zone_gone", zone=watch.zone, camera=camera.name))
        return mode

    def _not_ready(self, failed: ArmingFailed) -> Reason:
        names = []
        for camera_id, _ in failed.troubles:
            camera = self._find(camera_id)
            names.append(camera_id if camera is None else camera.name)
        return because("guard_not_ready", cameras=tuple(names))

    async def _store(self, settings: GuardSettings) -> None:
        await asyncio.to_thread(save_settings, self._settings_file, settings)
        self._settings = settings
        self._house.tell(GuardChanged(self.state))

    def _where(self) -> Where:
        return Where(self._house.timezone, self._settings.place)

    def _is_named(self, camera_id: str) -> bool:
        camera = self._find(camera_id)
        return camera is not None and self._house.names(camera)

    def _find(self, camera_id: str) -> Camera | None:
        try:
            return self._house.cameras.get(camera_id)
        except NotFound:
            return None


def _forget(writing: asyncio.Future[None]) -> None:
    """Whatever becomes of it: it is written anew."""
    if not writing.cancelled():
        writing.exception()
