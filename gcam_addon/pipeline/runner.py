"""One camera's life: what comes of it goes to who wants it, and what is found in it decides what is kept.

Its lines connect and come back after failures: the eye, which is looked at, and the film of a camera that has
a second address, which is recorded. Everything here runs on the loop; detection itself runs in `handoff`'s
threads, disk work in the recorder's.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera, RecordingMode
from gcam_addon.interfaces import Recorder, Source
from gcam_addon.model import (
    CameraState,
    Decision,
    Event,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    RecordingChanged,
    Rest,
    Unit,
)
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.pipeline.carry import Carry
from gcam_addon.pipeline.gate import ConnectGate
from gcam_addon.pipeline.handoff import Broken, Deliver, Handoff
from gcam_addon.pipeline.intake import Intake, PassOn
from gcam_addon.pipeline.line import Line, LineParts, Owner
from gcam_addon.pipeline.namer import Namer
from gcam_addon.pipeline.processor import Analysis
from gcam_addon.pipeline.reel import Reel
from gcam_addon.pipeline.telling import Account, ByHand, Teller
from gcam_addon.pipeline.tempo import Tempo
from gcam_addon.wire.concern import changed


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where what happens this very moment goes, for whoever watches: must not wait."""

    show: Callable[[Unit], None]
    """Gets every unit."""
    show_hd: Callable[[Unit], None]
    """Gets every unit of the second address."""
    hd_over: Callable[[], None]
    """Nothing more comes of it for now."""
    decided: Callable[[Decision], None]
    """Gets what was decided on every picture that was analysed."""
    is_watched: Callable[[], bool]
    """Whether anybody sees any of it at this moment."""
    is_followed: Callable[[], bool]
    """Whether anybody sees what is decided."""


NamerFor = Callable[[Camera, Callable[[MotionNamed], None]], Namer]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a runner is made of; `assembly` and the engine fill it in."""

    open_source: Callable[[Camera], Source]
    open_hd: Callable[[Camera], Source]
    """Of a camera that has a second address."""
    intake_for: Callable[[Camera, PassOn], Intake]
    handoff_for: Callable[[Camera, Deliver, Broken], Handoff]
    recorder_for: Callable[[Camera], Recorder]
    outlets: Outlets
    publish: Callable[[Event], None]
    clock: Clock
    gate: ConnectGate
    namer_for: NamerFor | None
    """None: nobody says what moves."""
    pause: Callable[[str, float], Awaitable[None]]
    """Before the next attempt: so many seconds, or until the camera of that id comes by itself."""
    rng: random.Random


_CALM_S = 3.0
"""For so long a sensor takes to find its exposure after the light changed. Less than the pre-roll: whoever
walks in meanwhile is recorded all the same.
"""


class CameraRunner:
    """Supervises one enabled camera until `run` is cancelled, and `run_film` where there is a `film`."""

    def __init__(self, camera: Camera, parts: Parts) -> None:
        self._parts = parts
        self._clock = parts.clock
        self._carry = Carry()
        self._hides_pictures = False
        eye, film = self._eye_of(camera), self._film_of(camera)
        reel = Reel(camera, parts.recorder_for(camera), lambda: self._now.event, eye, film)
        self._now = Account(
            camera=camera,
            eye=eye,
            film=film,
            reel=reel,
            handoff=parts.handoff_for(camera, self._analysed, self._detection_broke),
            recording=RecordingChanged(camera.id, recording=False),
        )
        self._namer = parts.namer_for and parts.namer_for(camera, self._named)
        self._tempo = Tempo()
        self._teller = Teller(self._now, parts.publish, parts.clock)

    @property
    def has_film(self) -> bool:
        return self._now.film is not None

    @property
    def shows_film(self) -> bool:
        """Whether there is one to be shown at this moment."""
        film = self._now.film
        return film is not None and film.is_up and not film.is_away(self._clock.monotonic())

    async def run(self) -> None:
        """Until cancelled, or something happens that nobody foresaw; then it may be called again. A clip and
        an event in progress are kept whenever a run ends.
        """
        try:
            await self._now.eye.run()
        finally:
            if not self._now.reel.films_on:
                self._now.reel.recorder.close()

    async def run_film(self) -> None:
        """Beside `run`, which is to end last."""
        if self._now.film is not None:
            await self._now.film.run()

    def begin_lines_anew(self, camera: Camera) -> None:
        """Before `apply`: those lines that the changes concern, which do not run now. They are to be run."""
        now = self._now
        sees_anew, films_anew = changed(now.camera.source, camera.source)
        if sees_anew:
            now.eye, now.tracks, self._carry = self._eye_of(camera), None, Carry()
        if films_anew:
            now.film, now.film_tracks = self._film_of(camera), None
        now.reel.change_lines(now.eye, now.film, self._keep(self._clock.monotonic()))

    async def apply(self, camera: Camera) -> None:
        """Take over changed settings; the lines go on."""
        now, before = self._now, self._now.camera
        now.camera = camera
        looks_otherwise = _look(before) != _look(camera)
        recorder = now.reel.recorder
        recorder.rename(camera)
        if self._namer is not None:
            self._namer.know(camera)
        for line in now.lines:
            line.know(camera)
            if looks_otherwise:
                line.intake.retune(camera)
        if looks_otherwise or before.recording != camera.recording:  # no clip holds both looks
            self._record_anew(camera, looks_otherwise)
        self._hides_pictures = looks_otherwise  # they may show what is private from now on
        switched = before.detection.enabled != camera.detection.enabled
        is_elsewhere, _ = changed(before.source, camera.source)
        ended = await now.handoff.retune(camera, anew=looks_otherwise or switched or is_elsewhere)
        if recorder is not now.reel.recorder:
            for event in ended:  # its clip is to know how they ended
                recorder.note(replace(event, jpeg=b""))
        if not camera.detection.enabled:
            now.motion = None
        if not (camera.detection.enabled and camera.detection.tamper):
            now.tamper = None
        self._detection_broke(ended)
        self._hides_pictures = False

    def record(self, seconds: float | None) -> None:
        """Record by hand for `seconds` from now; None or 0 stops."""
        lasts_s = seconds or 0.0
        self._now.by_hand = ByHand(self._clock.monotonic() + lasts_s, self._clock.wall() + lasts_s)
        self.tick()

    def note_recording(self, change: RecordingChanged) -> None:
        """The recorder began, stopped, or can't."""
        self._now.recording = change
        self.tick()

    def note_lamp(self, level: int | None) -> None:
        """What is known of the board's lamp."""
        self._now.lamp = level
        self.tick()

    def note_board(self, health: BoardHealth | None) -> None:
        """How the camera's board fares."""
        self._now.board_health = health
        self.tick()

    def calm(self) -> None:
        """Gcam itself changes what the picture shows: for a moment nothing begins to move."""
        self._now.handoff.calm(self._clock.monotonic() + _CALM_S)

    def tick(self) -> None:
        """Publish the state where it changed in a way somebody wants to know, or counters are due; ask the
        camera for as many pictures as are wanted now.
        """
        if self._wants_all():
            self._tempo.stir(self._clock.monotonic())
        self._keep_pace()
        self._teller.tick()

    def state(self) -> CameraState:
        return self._teller.state()

    def _eye_of(self, camera: Camera) -> Line:
        owner = Owner(self._pass_on, self._carry.began, self.tick, self._eye_over)
        parts = self._line_parts(self._parts.open_source, partial(self._parts.pause, camera.id))
        return Line(camera, owner, parts)

    def _film_of(self, camera: Camera) -> Line | None:
        if camera.source.url_hd is None:
            return None
        owner = Owner(self._pass_film_on, lambda _: None, self.tick, self._film_over)
        return Line(camera, owner, self._line_parts(self._parts.open_hd, asyncio.sleep), "HD: ")

    def _line_parts(
        self, open_source: Callable[[Camera], Source], pause: Callable[[float], Awaitable[None]]
    ) -> LineParts:
        parts = self._parts
        return LineParts(open_source, parts.intake_for, parts.clock, parts.gate, pause, parts.rng)

    def _record_anew(self, camera: Camera, looks_otherwise: bool) -> None:
        now = self._now
        rest = now.reel.recorder.hand_over()
        recorder = self._parts.recorder_for(camera)
        recorder.take_over(_unseen(rest) if looks_otherwise else rest)
        now.reel.change_recorder(camera, recorder, unseen=looks_otherwise)
        if now.event is not None:
            recorder.note(replace(now.event, jpeg=b"") if looks_otherwise else now.event)

    def _pass_on(self, unit: Unit) -> None:
        """What may be seen and heard, to whoever wants it."""
        now = self._now
        if unit.tracks is not now.tracks and unit.tracks != now.tracks:
            now.tracks = unit.tracks
            self.tick()
        self._parts.outlets.show(unit)
        now.reel.see(unit, self._keep(unit.pts_s))
        if now.camera.detection.enabled and not unit.is_sound:
            now.handoff.offer(unit)

    def _pass_film_on(self, unit: Unit) -> None:
        now = self._now
        if unit.tracks is not now.film_tracks and unit.tracks != now.film_tracks:
            now.film_tracks = unit.tracks
            self.tick()
        self._parts.outlets.show_hd(unit)
        now.reel.film(unit, self._keep(unit.pts_s))

    def _keep(self, pts_s: float) -> bool:
        by_hand, recording = self._now.by_hand, self._now.camera.recording
        if by_hand is not None and pts_s < by_hand.until_s:
            return True
        if not recording.enabled or recording.mode is RecordingMode.OFF:
            return False
        return self._now.event is not None or self._carry.lasts(pts_s)

    def _wants_all(self) -> bool:
        recording = self._now.camera.recording
        is_continuous = recording.enabled and recording.mode is RecordingMode.CONTINUOUS
        return is_continuous or self._keep(self._clock.monotonic()) or self._parts.outlets.is_watched()

    def _keep_pace(self) -> None:
        now, camera = self._now, self._now.camera
        fps = self._tempo.fps(self._clock.monotonic(), camera.idle_fps, camera.recording.post_roll_s)
        now.eye.pace(fps)
        now.handoff.paced_fps = now.eye.paced_fps
        now.handoff.is_followed = self._parts.outlets.is_followed()

    async def _eye_over(self) -> None:
        """What is in progress ends here and is kept, but for a clip whose pictures go on coming."""
        now = self._now
        self._carry.broke(now.eye.link.alive_s, self._blind_s, moving=now.event is not None)
        self._tell(await now.handoff.finish())
        if not now.reel.films_on:
            now.reel.recorder.close()
        await now.handoff.reset()
        now.motion = None

    async def _film_over(self) -> None:
        """What the eye sends is recorded from now on, in a clip of its own."""
        now = self._now
        self._parts.outlets.hd_over()
        if now.reel.is_film and not now.eye.is_up:
            now.reel.recorder.close()

    def _analysed(self, analysis: Analysis) -> None:
        now = self._now
        now.motion = analysis.motion if now.camera.detection.enabled else None
        if analysis.active or now.event is not None:
            self._tempo.stir(self._clock.monotonic())
            self._keep_pace()
        self._note_tamper(analysis)
        self._tell(analysis.events)
        if self._namer is not None and now.event is not None:
            self._namer.offer(analysis.look, analysis.motion)
        looked = () if self._namer is None or now.event is None else self._namer.looked
        decision = Decision(analysis.look.received_at, analysis.motion, now.event is not None, looked)
        self._parts.outlets.decided(decision)

    def _note_tamper(self, analysis: Analysis) -> None:
        settings = self._now.camera.detection
        if analysis.tamper is not self._now.tamper and settings.enabled and settings.tamper:
            self._now.tamper = analysis.tamper
            self.tick()

    def _detection_broke(self, ended: tuple[MotionEnded, ...]) -> None:
        """Detection begins anew, and `ended` with that: what moved goes on being recorded meanwhile."""
        if ended and self._now.camera.detection.enabled:
            self._carry.on(self._clock.monotonic(), self._blind_s)
        self._tell(ended)
        self.tick()

    @property
    def _blind_s(self) -> float:
        return self._now.camera.detection.warmup_s + 1.0

    def _tell(self, events: tuple[MotionStarted | MotionEnded, ...]) -> None:
        now = self._now
        for happened in events:
            event = self._with_names(happened)
            if self._hides_pictures:
                event = replace(event, jpeg=b"")
            now.event, now.named = (event if isinstance(event, MotionStarted) else None), ()
            now.reel.recorder.note(event)
            self._parts.publish(event)
        if events:
            self.tick()

    def _with_names(self, event: MotionStarted | MotionEnded) -> MotionStarted | MotionEnded:
        if self._namer is None:
            return event
        if isinstance(event, MotionStarted):
            self._namer.begin(event)
            return event
        ended, by_hand = self._namer.end(event), self._now.by_hand
        begun = self._now.event
        asked_for = by_hand is not None and (begun is None or by_hand.until_s > begun.pts_s)
        return replace(ended, unwanted=False) if asked_for else ended

    def _named(self, event: MotionNamed) -> None:
        """What moves has a name."""
        now = self._now
        now.named = event.named
        now.reel.recorder.note(event)
        self._parts.publish(event)
        self.tick()


def _look(camera: Camera) -> tuple[object, ...]:
    """All that decides what of the camera's picture is seen."""
    return camera.rotation, camera.privacy_masks


def _unseen(rest: Rest) -> Rest:
    """Without its pictures."""
    event = None if rest.event is None else replace(rest.event, jpeg=b"")
    return replace(rest, pre_roll=(), event=event)
