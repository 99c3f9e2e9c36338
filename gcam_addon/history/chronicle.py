"""Events in, lines of the history out: what is told, and what is added to it later. Pure; no storage here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from gcam_addon.model import (
    CameraChanged,
    CameraRemoved,
    CameraState,
    ClipReady,
    ClipRemoved,
    Event,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Named,
    RecordingChanged,
    Status,
    StorageChanged,
)
from gcam_addon.words.reason import because


class Kind(StrEnum):
    MOTION = "motion"
    LOST = "lost"  # a camera that should be there was not
    NOT_RECORDING = "not_recording"  # the recorder could not do its work
    STORAGE = "storage"  # the disk's own problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `key` is its own; the same key again replaces the line. `ended_at` None: it lasts."""

    key: str
    kind: Kind
    camera_id: str | None
    camera_name: str
    started_at: float
    ended_at: float | None = None
    score: float = 0.0
    reason: str = ""
    """A `Reason`, or plain text where an earlier version wrote it; `code` is stable."""
    code: str | None = None
    """Of a loss or problem its own, with `hd_` before it where it is a second address's; of motion why there
    is no recording of it.
    """
    zones: tuple[str, ...] = ()
    clip_id: str | None = None
    picture: bool = False
    times: int = 1
    """How often a loss or problem came and went, where that was told as one."""
    named: tuple[Named, ...] = ()
    """What moved; none where nobody looked."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry to be kept, with its picture where there is a new one, and where something moved: see
    `picture.cells`; 0: nothing is known that was not before.
    """

    entry: Entry
    jpeg: bytes = b""
    cells: int = 0


@dataclass(frozen=True, slots=True)
class Filmed:
    """The motion of these events is in that clip."""

    event_ids: tuple[str, ...]
    clip_id: str


@dataclass(frozen=True, slots=True)
class Unfilmed:
    """That clip is gone, and why."""

    clip_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A camera that is no longer there lasts no longer either: what was open of it ends."""

    camera_id: str
    at: float


Change = Line | Filmed | Unfilmed | Forgotten

CLIP_REMOVED = "clip_removed"
INTERRUPTED = "interrupted"
UNWANTED = "unwanted"
"""Codes of motion without a clip: it was deleted; Gcam ended before the clip was made; the camera's settings
want no event of what moved.
"""

FLAP_GAP_S = 300.0
FLAP_SPAN_S = 3600.0
"""A loss or problem that comes back within the one of its end, and the other of its begin, is told as one."""

_AWAY = frozenset({Status.RECONNECTING, Status.LOST})


class Chronicle:
    """Knows what lasts: motion, losses, problems. `take` every event, in order."""

    def __init__(self) -> None:
        self._states: dict[str, CameraState] = {}
        self._open: dict[str, Entry] = {}
        self._over: dict[
            str, Entry
        ] = {}  # the last loss or problem of each key, for the case that it comes back

    def take(self, event: Event, now: float) -> Iterator[Change]:
        match event:
            case MotionStarted():
                yield replace(self._begin(self._motion(event), event.jpeg), cells=event.cells)
            case MotionNamed():
                yield from self._motion_named(event)
            case MotionEnded():
                yield from self._motion_over(event)
            case ClipReady(clip) if clip.event_ids:
                yield Filmed(clip.event_ids, clip.id)
            case ClipRemoved():
                yield Unfilmed(event.clip_id, event.why)
            case CameraChanged(state):
                yield from self._camera(state)
                yield from self._hd(state, now)
            case RecordingChanged():
                key, name = f"{Kind.NOT_RECORDING}:{event.camera_id}", self._name(event.camera_id)
                problem = Entry(key, Kind.NOT_RECORDING, event.camera_id, name, now)
                yield from self._lasting(problem, event.problem, event.problem_code)
            case StorageChanged(storage):
                yield from self._lasting(_full_disk(now), storage.problem, "storage")
            case CameraRemoved():
                self._states.pop(event.camera_id, None)
                self._open = _without(self._open, event.camera_id)
                self._over = _without(self._over, event.camera_id)
                yield Forgotten(event.camera_id, now)
            case _:
                pass

    def _motion(self, event: MotionStarted) -> Entry:
        state = self._states.get(event.camera_id)
        return Entry(
            key=event.event_id,
            kind=Kind.MOTION,
            camera_id=event.camera_id,
            camera_name=self._name(event.camera_id),
            started_at=event.started_at,
            score=event.score,
            reason=event.reason,
            code=state.no_recording_code if state else None,
            zones=event.zones,
            picture=bool(event.jpeg),
        )

    def _motion_named(self, event: MotionNamed) -> Iterator[Change]:
        begun = self._open.get(event.event_id)
        if begun is not None:
            picture = begun.picture or bool(event.jpeg)
            known = self._open[event.event_id] = replace(begun, named=event.named, picture=picture)
            yield Line(known, event.jpeg)

    def _motion_over(self, event: MotionEnded) -> Iterator[Change]:
        begun = self._open.pop(event.event_id, None)
        if begun is None:
            return
        picture = begun.picture or bool(event.jpeg)
        zones = tuple(dict.fromkeys((*begun.zones, *event.zones)))
        over = replace(
            begun,
            ended_at=event.ended_at,
            score=event.peak,
            reason=event.reason,
            zones=zones,
            picture=picture,
            named=event.named,
            code=UNWANTED if event.unwanted and begun.code is None else begun.code,
        )
        yield Line(over, event.jpeg, event.cells)

    def _camera(self, state: CameraState) -> Iterator[Change]:
        self._states[state.camera_id] = state
        key = f"{Kind.LOST}:{state.camera_id}"
        loss = Entry(key, Kind.LOST, state.camera_id, state.name, state.since)
        if state.status in _AWAY:
            problem = state.problem or because("camera_away")
            yield from self._lasting(loss, problem, state.problem_code)
        elif state.status is not Status.CONNECTING:
            yield from self._lasting(loss, None, None)

    def _hd(self, state: CameraState, now: float) -> Iterator[Change]:
        """The same of a camera's second address, where it has one."""
        hd, key = state.hd, f"{Kind.LOST}:{state.camera_id}:hd"
        loss = Entry(key, Kind.LOST, state.camera_id, state.name, now if hd is None else hd.since)
        if hd is not None and hd.status in _AWAY:
            why = hd.problem or because("camera_away")
            yield from self._lasting(loss, because("hd_lost", why=why), _hd_code(hd.problem_code))
        elif hd is None or hd.status is not Status.CONNECTING:
            yield from self._lasting(loss, None, None)

    def _lasting(self, blank: Entry, problem: str | None, code: str | None) -> Iterator[Change]:
        """What `blank` describes begins, changes its cause, or is over (None)."""
        key, known = blank.key, self._open.get(blank.key)
        if problem is None:
            if known is not None:
                del self._open[key]
                over = self._over[key] = replace(known, ended_at=max(blank.started_at, known.started_at))
                yield Line(over)
        elif known is None:
            yield self._begin(replace(self._again(blank), reason=problem, code=code), b"", key)
        elif (known.reason, known.code) != (problem, code):
            self._open[key] = replace(known, reason=problem, code=code)
            yield Line(self._open[key])

    def _again(self, blank: Entry) -> Entry:
        """The last one of its key, where that is so short ago that it came back; else one of its own."""
        last, begun_at = self._over.get(blank.key), blank.started_at
        if last is not None and last.ended_at is not None:
            is_near = abs(begun_at - last.ended_at) <= FLAP_GAP_S
            if is_near and begun_at - last.started_at <= FLAP_SPAN_S:
                return replace(last, ended_at=None, times=last.times + 1)
        return replace(blank, key=f"{blank.key}:{begun_at:.3f}")

    def _begin(self, entry: Entry, jpeg: bytes, key: str | None = None) -> Line:
        self._open[key or entry.key] = entry
        return Line(entry, jpeg)

    def _name(self, camera_id: str) -> str:
        state = self._states.get(camera_id)
        return state.name if state else camera_id


def _without(entries: dict[str, Entry], camera_id: str) -> dict[str, Entry]:
    return {key: entry for key, entry in entries.items() if entry.camera_id != camera_id}


def _hd_code(code: str | None) -> str | None:
    return None if code is None else f"hd_{code}"


def _full_disk(now: float) -> Entry:
    return Entry(str(Kind.STORAGE), Kind.STORAGE, None, "", now)
