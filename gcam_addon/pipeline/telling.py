"""What is told of one camera: what its runner knows, gathered into a `CameraState`, and when that is news.

Decides nothing: no connection, no recording, no event depends on what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Final

from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera, RecordingMode
from gcam_addon.model import (
    CameraChanged,
    CameraState,
    Event,
    HdState,
    Motion,
    MotionStarted,
    Named,
    NoRecording,
    RecordingChanged,
    SdReason,
    Status,
    Tracks,
    kinds_of,
)
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.model.guard import Tamper, tamper_words
from gcam_addon.pipeline.handoff import Handoff
from gcam_addon.pipeline.line import Line
from gcam_addon.pipeline.reel import Reel
from gcam_addon.words.reason import because

_COUNTERS_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class ByHand:
    """Somebody wants it recorded."""

    until_s: float
    """Of `Clock.monotonic`, as the pictures count."""
    until: float
    """The same moment for people."""


@dataclass(slots=True)
class Account:
    """One camera at this moment. Its runner keeps it."""

    camera: Camera
    eye: Line
    film: Line | None
    """Of the second address, where there is one."""
    reel: Reel
    handoff: Handoff
    recording: RecordingChanged
    by_hand: ByHand | None = None
    """The newest wish; it may be over."""
    tracks: Tracks | None = None
    film_tracks: Tracks | None = None
    lamp: int | None = None
    board_health: BoardHealth | None = None
    event: MotionStarted | None = None
    """That goes on."""
    named: tuple[Named, ...] = ()
    """What moves in it, as far as it is known."""
    motion: Motion | None = None
    """The newest decision, while there are any."""
    tamper: Tamper | None = None
    """What keeps it from seeing its place, as it was seen last."""

    @property
    def lines(self) -> tuple[Line, ...]:
        return (self.eye,) if self.film is None else (self.eye, self.film)


class Teller:
    """Tells of one camera. Methods: loop."""

    def __init__(self, account: Account, publish: Callable[[Event], None], clock: Clock) -> None:
        self._account = account
        self._publish = publish
        self._clock = clock
        self._told: _News | None = None
        self._told_s = float("-inf")

    def tick(self) -> None:
        """Publish the state where it changed in a way somebody wants to know, or counters are due."""
        state, now_s = self.state(), self._clock.monotonic()
        news = _news(state)
        if news != self._told or now_s - self._told_s >= _COUNTERS_EVERY_S:
            self._told, self._told_s = news, now_s
            self._publish(CameraChanged(state))

    def state(self) -> CameraState:
        account = self._account
        camera, motion, gauge, link = account.camera, account.motion, account.eye.gauge, account.eye.link
        handoff, tracks = account.handoff, account.tracks
        problem, code = self._trouble()
        why_not, why_not_code = self._why_not()
        return CameraState(
            camera_id=camera.id,
            name=camera.name,
            status=link.status,
            since=link.since,
            problem=problem,
            problem_code=code,
            enabled=True,
            detection=camera.detection.enabled,
            recording_enabled=camera.recording.enabled and camera.recording.mode is not RecordingMode.OFF,
            sensitivity=camera.detection.sensitivity,
            motion=account.event is not None,
            what=kinds_of(account.named) if account.event is not None else None,
            recording=account.recording.recording,
            manual_until=self._manual_until(),
            lamp=account.lamp,
            board_health=account.board_health,
            no_recording_reason=why_not,
            no_recording_code=why_not_code,
            score=motion.score if motion else 0.0,
            threshold=motion.threshold if motion else 0.0,
            cause=motion.cause if motion else None,
            reason=motion.reason if motion else "",
            fps=account.eye.fps(),
            size=tracks.video.size if tracks else None,
            codec=tracks.video.codec if tracks else None,
            sound=tracks is not None and tracks.sound is not None,
            bytes_per_frame=gauge.bytes_per_frame(),
            frames=gauge.frames,
            bytes_in=gauge.bytes_in,
            analysed=handoff.analysed,
            decode_s=handoff.decode_s,
            detect_s=handoff.detect_s,
            queued=account.reel.recorder.queued,
            dropped=self._dropped(),
            reconnects=link.reconnects,
            last_frame_at=gauge.last_frame_at,
            tamper=account.tamper,
            hd=self._hd(),
        )

    def _manual_until(self) -> float | None:
        by_hand = self._account.by_hand
        if by_hand is None or self._clock.monotonic() >= by_hand.until_s:
            return None
        return by_hand.until

    def _hd(self) -> HdState | None:
        account, film = self._account, self._account.film
        if film is None:
            return None
        tracks, gauge = account.film_tracks, film.gauge
        problem, code = _trouble_of(film)
        why, why_code = self._why_sd(film)
        return HdState(
            status=film.link.status,
            since=film.link.since,
            problem=problem,
            problem_code=code,
            recorded=account.reel.is_film,
            sd_reason=why,
            sd_code=why_code,
            fps=film.fps(),
            size=tracks.video.size if tracks else None,
            codec=tracks.video.codec if tracks else None,
            sound=tracks is not None and tracks.sound is not None,
            bytes_per_frame=gauge.bytes_per_frame(),
            frames=gauge.frames,
            bytes_in=gauge.bytes_in,
            dropped=(("parse", film.torn), ("mask", film.intake.dropped)),
            reconnects=film.link.reconnects,
            last_frame_at=gauge.last_frame_at,
        )

    def _why_sd(self, film: Line) -> tuple[str | None, SdReason | None]:
        code = self._account.reel.sd_reason(self._clock.monotonic())
        match code:
            case None:
                return None, None
            case SdReason.AWAY:
                return because("sd_hd_away", why=film.link.problem or because("connecting")), code
            case SdReason.SILENT:
                return because("sd_hd_silent"), code
            case SdReason.RETURNING:
                return because("sd_hd_returning"), code
            case SdReason.MASKS_FAILED:
                return film.intake.problem, code

    def _dropped(self) -> tuple[tuple[str, int], ...]:
        account = self._account
        stages = {
            "parse": account.eye.torn,
            "mask": account.eye.intake.dropped,
            "detect": account.handoff.dropped,
            "record": account.reel.recorder.dropped,
        }
        return tuple(stages.items())

    def _trouble(self) -> tuple[str | None, str | None]:
        """What is wrong with the camera itself, and its stable code."""
        account = self._account
        problem, code = _trouble_of(account.eye)
        if problem is not None:
            return problem, code
        if account.handoff.problem is not None and account.camera.detection.enabled:
            return account.handoff.problem, "detection"
        if account.tamper is not None:
            return tamper_words(account.tamper), account.tamper.value
        return None, None

    def _why_not(self) -> tuple[str | None, str | None]:
        """Why motion would leave no clip, and its stable code; None while all is well."""
        return next(self._obstacles(), (None, None))

    def _obstacles(self) -> Iterator[tuple[str, str | None]]:
        """The gravest first."""
        account = self._account
        recording, detection = account.camera.recording, account.camera.detection
        if account.recording.problem:
            yield account.recording.problem, account.recording.problem_code
        if not recording.enabled or recording.mode is RecordingMode.OFF:
            yield because("recording_off"), NoRecording.RECORDING_OFF
        eye = account.eye
        goes_on = (
            account.film is not None and account.reel.is_fed and recording.mode is not RecordingMode.MOTION
        )
        if not goes_on and eye.link.status is not Status.CONNECTED:
            yield (
                because("no_pictures", why=eye.link.problem or because("connecting")),
                NoRecording.NO_PICTURES,
            )
        if not goes_on and eye.intake.fails and eye.intake.problem is not None:
            yield eye.intake.problem, NoRecording.MASKS_FAILED
        if recording.mode is RecordingMode.MOTION and not detection.enabled:
            yield because("detection_off"), NoRecording.DETECTION_OFF
        if recording.mode is RecordingMode.MOTION and account.handoff.problem is not None:
            yield because("nothing_starts", why=account.handoff.problem), NoRecording.DETECTION_FAILED


def _trouble_of(line: Line) -> tuple[str | None, str | None]:
    if line.link.problem is not None:
        return line.link.problem.said, line.link.problem.code
    return (None, None) if line.intake.problem is None else (line.intake.problem, "masks")


_News = tuple[object, ...]


def _lasting(state: type[CameraState | HdState], *passing: str) -> Callable[[object], _News]:
    """All of a state but its `passing` parts, which change all the time."""
    return attrgetter(*(field.name for field in fields(state) if field.name not in passing))


_COUNTERS: Final = ("fps", "bytes_per_frame", "frames", "bytes_in", "dropped", "reconnects", "last_frame_at")
_DECIDED: Final = ("score", "threshold", "cause", "reason", "analysed", "decode_s", "detect_s")
_OF_ONE: Final = _lasting(CameraState, *_COUNTERS, *_DECIDED, "queued", "hd")
_OF_HD: Final = _lasting(HdState, *_COUNTERS)


def _news(state: CameraState) -> _News:
    """What somebody wants to know of at once when it changes."""
    return (*_OF_ONE(state), None if state.hd is None else _OF_HD(state.hd))
