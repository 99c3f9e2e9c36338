"""What Gcam tells, as frozen values, and how they are read from its JSON. No I/O, no Home Assistant.

A field that a newer Gcam adds is ignored; one that is missing is an error of the answer (`KeyError` and the
like, which `api.py` translates).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

type Json = Mapping[str, Any]


class Owner(StrEnum):
    """Who offers the entities that MQTT discovery and this integration both could."""

    MQTT = "mqtt"
    COMPONENT = "component"


class Status(StrEnum):
    """Where a camera stands."""

    DISABLED = "disabled"
    PRIVACY = "privacy"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    LOST = "lost"


class HappeningType(StrEnum):
    """What an event entity tells of."""

    MOTION_STARTED = "motion_started"
    MOTION_NAMED = "motion_named"
    MOTION_ENDED = "motion_ended"
    CLIP_READY = "clip_ready"
    CAMERA_LOST = "camera_lost"
    CAMERA_BACK = "camera_back"


class GuardPhase(StrEnum):
    """Where the guard stands."""

    DISARMED = "disarmed"
    ARMING = "arming"
    ARMED = "armed"
    ENTRY = "entry"
    ALARM = "alarm"


class GuardHappeningType(StrEnum):
    """What the guard's event entity tells of."""

    ALARM = "alarm"
    ARMING_FAILED = "arming_failed"
    CODE_REFUSED = "code_refused"
    TAMPER_CHANGED = "tamper_changed"


@dataclass(frozen=True, slots=True)
class Info:
    """What Gcam says to anybody."""

    instance_id: str
    api_level: int
    name: str

    @classmethod
    def parse(cls, body: Json) -> Info:
        return cls(body["instance_id"], int(body["api_level"]), body.get("name", "Gcam"))


@dataclass(frozen=True, slots=True)
class Board:
    """What a camera's board told of itself; None where it does not."""

    firmware: str
    version: str | None
    mac: str | None
    sensor: str | None

    @classmethod
    def parse(cls, body: Json) -> Board:
        return cls(body["firmware"], body.get("version"), body.get("mac"), body.get("sensor"))


@dataclass(frozen=True, slots=True)
class BoardHealth:
    """How a camera's board fares, as it told last."""

    started_at: datetime
    reset: str
    """Why it started."""
    rssi_dbm: int | None
    heap_free: int
    psram_free: int | None
    """None where it has none."""
    sent: int
    skipped: int
    """Frames since its start; skipped are those that a viewer was too slow for."""

    @classmethod
    def parse(cls, body: Json) -> BoardHealth:
        return cls(
            started_at=_moment(round(body["at"] - body["uptime_s"])),
            reset=body["reset"],
            rssi_dbm=body["rssi_dbm"],
            heap_free=body["heap_free"],
            psram_free=body["psram_free"],
            sent=body["sent"],
            skipped=body["skipped"],
        )


@dataclass(frozen=True, slots=True)
class Hd:
    """How a camera's second address fares, which is recorded and shown large."""

    status: Status | None
    recorded: bool
    sd_reason: str | None
    """Why the first one is recorded instead, where it is."""

    @classmethod
    def parse(cls, body: Json) -> Hd:
        return cls(
            status=Status(body["status"]) if body["status"] in Status else None,
            recorded=body["recorded"],
            sd_reason=body["sd_reason"],
        )


@dataclass(frozen=True, slots=True)
class CameraState:
    """One camera at one moment, as the engine sees it."""

    camera_id: str
    status: Status | None
    """None for one that this version does not know."""
    since: datetime
    problem: str | None
    problem_code: str | None
    enabled: bool
    privacy: bool
    detection: bool
    recording_enabled: bool
    sensitivity: int
    motion: bool
    what: tuple[str, ...]
    """What moves now, as far as it has a name; empty from a Gcam that does not tell."""
    recording: bool
    lamp: int | None
    """Percent; None where the board has none, or none is known of; and from a Gcam that does not tell."""
    board_health: BoardHealth | None
    """None where the board does not tell, or did not yet; and from a Gcam that does not tell."""
    manual_until: datetime | None
    """Recorded until then because somebody asked for it; None from a Gcam that does not tell."""
    no_recording_reason: str | None
    no_recording_code: str | None
    score: float
    threshold: float
    cause: str | None
    reason: str
    fps: float
    width: int | None
    height: int | None
    codec: str | None
    """As FFmpeg names it; None before the first picture, and from a Gcam that does not tell."""
    sound: bool
    bytes_per_frame: int
    dropped: Mapping[str, int]
    """Frames lost so far, by where."""
    reconnects: int
    last_frame_at: datetime | None
    hd: Hd | None
    """None where the camera has one address, and from a Gcam that does not tell."""

    @classmethod
    def parse(cls, body: Json) -> CameraState:
        size, hd, health = body["size"] or {}, body.get("hd"), body.get("board_health")
        last_frame_at, manual_until = body["last_frame_at"], body.get("manual_until")
        return cls(
            camera_id=body["camera_id"],
            status=Status(body["status"]) if body["status"] in Status else None,
            since=_moment(body["since"]),
            problem=body["problem"],
            problem_code=body["problem_code"],
            enabled=body["enabled"],
            privacy=body["privacy"],
            detection=body["detection"],
            recording_enabled=body["recording_enabled"],
            sensitivity=body["sensitivity"],
            motion=body["motion"],
            what=_what(body) or (),
            recording=body["recording"],
            lamp=body.get("lamp"),
            board_health=None if health is None else BoardHealth.parse(health),
            manual_until=None if manual_until is None else _moment(manual_until),
            no_recording_reason=body["no_recording_reason"],
            no_recording_code=body["no_recording_code"],
            score=body["score"],
            threshold=body["threshold"],
            cause=body["cause"],
            reason=body["reason"],
            fps=body["fps"],
            width=size.get("width"),
            height=size.get("height"),
            codec=body.get("codec"),
            sound=body.get("sound", False),
            bytes_per_frame=body["bytes_per_frame"],
            dropped=dict(body["dropped"]),
            reconnects=body["reconnects"],
            last_frame_at=None if last_frame_at is None else _moment(last_frame_at),
            hd=None if hd is None else Hd.parse(hd),
        )


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that Gcam is configured with. The engine's state goes before the settings it was told of."""

    id: str
    name: str
    host: str | None
    settings: Settings
    board: Board | None
    state: CameraState | None
    """None where it is not run."""

    @classmethod
    def parse(cls, body: Json) -> Camera:
        board, state = body.get("board"), body["state"]
        return cls(
            id=body["id"],
            name=body["name"],
            host=body["host"],
            settings=Settings.parse(body),
            board=None if board is None else Board.parse(board),
            state=None if state is None else CameraState.parse(state),
        )

    @property
    def status(self) -> Status | None:
        if self.state is not None:
            return self.state.status
        if not self.settings.enabled:
            return Status.DISABLED
        return Status.PRIVACY if self.settings.privacy else Status.CONNECTING

    @property
    def has_pictures(self) -> bool:
        """Pictures come now."""
        return self.status is Status.CONNECTED

    @property
    def is_wanted(self) -> bool:
        """Somebody wants to see it: neither disabled nor in privacy mode."""
        return self.enabled and not self.privacy

    @property
    def enabled(self) -> bool:
        return self.settings.enabled if self.state is None else self.state.enabled

    @property
    def privacy(self) -> bool:
        return self.settings.privacy if self.state is None else self.state.privacy

    @property
    def detection(self) -> bool:
        return self.settings.detection if self.state is None else self.state.detection

    @property
    def recording_enabled(self) -> bool:
        return self.settings.recording if self.state is None else self.state.recording_enabled

    @property
    def lamp(self) -> int | None:
        """How brightly its lamp shines, in percent; None where it has none, or none is known of."""
        return None if self.state is None else self.state.lamp

    @property
    def board_health(self) -> BoardHealth | None:
        """How its board fares; None where it does not tell, or did not yet."""
        return None if self.state is None else self.state.board_health

    @property
    def sensitivity(self) -> int:
        return self.settings.sensitivity if self.state is None else self.state.sensitivity


@dataclass(frozen=True, slots=True)
class Settings:
    """A camera's everyday settings."""

    enabled: bool
    privacy: bool
    detection: bool
    recording: bool
    sensitivity: int
    kinds: tuple[str, ...]
    """What makes an event; empty where nobody looks what moves, and from a Gcam that does not tell."""

    @classmethod
    def parse(cls, body: Json) -> Settings:
        detection, naming = body["detection"], body.get("naming", {})
        return cls(
            enabled=body["enabled"],
            privacy=body["privacy"],
            detection=detection["enabled"],
            recording=body["recording"]["enabled"],
            sensitivity=detection["sensitivity"],
            kinds=tuple(naming.get("kinds", ())) if naming.get("enabled") else (),
        )


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording."""

    id: str
    camera_id: str
    camera_name: str
    kind: str
    started_at: datetime
    ended_at: datetime
    duration_s: float
    has_thumbnail: bool
    size_bytes: int
    width: int
    height: int
    peak: float
    reason: str
    event_ids: tuple[str, ...]
    zones: tuple[str, ...]
    protected: bool
    what: tuple[str, ...] | None = None
    """What moved, the main thing first; None where nobody looked, and from a Gcam that does not tell."""

    @classmethod
    def parse(cls, body: Json) -> Clip:
        return cls(
            id=body["id"],
            camera_id=body["camera_id"],
            camera_name=body["camera_name"],
            kind=body["kind"],
            started_at=_moment(body["started_at"]),
            ended_at=_moment(body["ended_at"]),
            duration_s=body["duration_s"],
            has_thumbnail=body["thumbnail"],
            size_bytes=body["size_bytes"],
            width=body["width"],
            height=body["height"],
            peak=body["peak"],
            reason=body["reason"],
            event_ids=tuple(body["event_ids"]),
            zones=tuple(body["zones"]),
            protected=body["protected"],
            what=_what(body),
        )


@dataclass(frozen=True, slots=True)
class Storage:
    """The disk that holds the recordings, bytes."""

    total_bytes: int
    free_bytes: int
    clips_bytes: int
    clips: int
    problem: str | None
    problem_code: str | None

    @classmethod
    def parse(cls, body: Json) -> Storage:
        return cls(
            total_bytes=body["total_bytes"],
            free_bytes=body["free_bytes"],
            clips_bytes=body["clips_bytes"],
            clips=body["clips"],
            problem=body["problem"],
            problem_code=body["problem_code"],
        )


@dataclass(frozen=True, slots=True)
class MqttHealth:
    """How Gcam fares with its MQTT broker."""

    connected: bool
    problem: str | None

    @classmethod
    def parse(cls, body: Json) -> MqttHealth:
        return cls(body["connected"], body["problem"])


@dataclass(frozen=True, slots=True)
class NetworkHealth:
    """How the cameras' own network fares, where there is one."""

    problem: str | None
    """Why it is not served."""

    @classmethod
    def parse(cls, body: Json) -> NetworkHealth:
        return cls(body["problem"])


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that runs in Gcam and failed at least once."""

    name: str
    is_over: bool
    """It does not begin again by itself."""
    failures: int
    problem: str | None

    @classmethod
    def parse(cls, body: Json) -> Duty:
        return cls(body["name"], body["status"] == "failed", body["failures"], body["problem"])


@dataclass(frozen=True, slots=True)
class Guard:
    """Where the guard stands."""

    phase: GuardPhase | None
    """None for one that this version does not know."""
    mode_id: str | None
    mode: str | None
    """Its name; None while disarmed."""
    until: datetime | None
    by: str | None
    """Who brought it there, or by which way."""
    entered: Json | None
    alarm: Json | None
    sounds: bool
    bypassed: tuple[str, ...]
    planned: Json | None

    @classmethod
    def parse(cls, body: Json) -> Guard:
        mode, doer, alarm, planned = body["mode"] or {}, body["doer"], body["alarm"], body["planned"]
        return cls(
            phase=GuardPhase(body["phase"]) if body["phase"] in GuardPhase else None,
            mode_id=mode.get("id"),
            mode=mode.get("name"),
            until=_perhaps(body["until"]),
            by=doer["name"] or doer["via"],
            entered=None if body["entered"] is None else _cause(body["entered"]),
            alarm=None if alarm is None else _alarm_record(alarm),
            sounds=body["sounds"],
            bypassed=tuple(body["bypassed"]),
            planned=None
            if planned is None
            else {"at": _moment(planned["at"]), "mode": planned["mode"]["name"]},
        )


@dataclass(frozen=True, slots=True)
class Panel:
    """How the guard can be armed. `buttons`: the modes' ids, by what a panel calls them."""

    buttons: Mapping[str, str] = field(default_factory=dict)
    asks_code: bool = False
    arming_asks: bool = False

    @classmethod
    def parse(cls, body: Json) -> Panel:
        """One code for the whole panel: where one of its modes wants it, all ask for it."""
        modes = [mode for mode in body["modes"] if mode.get("button") is not None]
        return cls(
            buttons={mode["button"]: mode["id"] for mode in modes},
            asks_code=body["asks_code"],
            arming_asks=body["asks_code"] and any(mode["needs_code"] for mode in modes),
        )


@dataclass(frozen=True, slots=True)
class Gcam:
    """Everything there is to know of one Gcam."""

    instance_id: str
    version: str
    entities: Owner
    permissions: frozenset[str]
    mqtt: MqttHealth | None
    """None where MQTT is switched off."""
    storage: Storage | None
    cameras: Mapping[str, Camera]
    duties: Mapping[str, Duty] = field(default_factory=dict)
    network: NetworkHealth | None = None
    """None where the cameras have no network of their own, and of a Gcam that knows none yet."""
    guard: Guard | None = None
    """None where the token does not see all cameras, and of a Gcam that has none yet."""
    panel: Panel = field(default_factory=Panel)
    """Asked for beside."""

    @classmethod
    def parse(cls, body: Json) -> Gcam:
        """Of a `hello`."""
        mqtt, storage, network = body["mqtt"], body["storage"], body.get("network")
        guard = body.get("guard")
        return cls(
            instance_id=body["instance_id"],
            version=body["version"],
            entities=Owner(body["entities"]),
            permissions=frozenset(body["permissions"]),
            mqtt=None if mqtt is None else MqttHealth.parse(mqtt),
            storage=None if storage is None else Storage.parse(storage),
            cameras={camera["id"]: Camera.parse(camera) for camera in body["cameras"]},
            duties={duty["name"]: Duty.parse(duty) for duty in body.get("duties", ())},
            network=None if network is None else NetworkHealth.parse(network),
            guard=None if guard is None else Guard.parse(guard),
        )


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a camera; `attributes` are shown with it."""

    type: HappeningType
    camera_id: str
    attributes: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuardHappening:
    """Something that the guard tells; `attributes` are shown with it."""

    type: GuardHappeningType
    attributes: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CameraRemoved:
    """A camera is no longer configured."""

    camera_id: str


type Message = (
    Gcam
    | Camera
    | CameraState
    | CameraRemoved
    | Storage
    | MqttHealth
    | NetworkHealth
    | Duty
    | Guard
    | Happening
    | GuardHappening
)
"""What comes over the socket: everything anew, or what has changed."""


def parse_message(body: Json) -> Message | None:
    """None for what is not needed here."""
    parse = _PARSERS.get(body["type"])
    return None if parse is None else parse(body)


def _what(body: Json) -> tuple[str, ...] | None:
    what = body.get("what")
    return None if what is None else tuple(what)


def _shown_what(what: tuple[str, ...] | None) -> list[str] | None:
    return None if what is None else list(what)


def _motion(body: Json) -> Happening:
    attributes: dict[str, Any] = {
        "event_id": body["event_id"],
        "started_at": _moment(body["started_at"]),
        "reason": body["reason"],
        "zones": list(body["zones"]),
    }
    if body["type"] == "motion_started":
        return Happening(
            HappeningType.MOTION_STARTED,
            body["camera_id"],
            attributes | {"score": round(body["score"], 2)},
        )
    ended_at = _moment(body["ended_at"])
    return Happening(
        HappeningType.MOTION_ENDED,
        body["camera_id"],
        attributes
        | {
            "score": round(body["peak"], 2),
            "ended_at": ended_at,
            "duration": max(0.0, round(body["ended_at"] - body["started_at"], 3)),
            "what": _shown_what(_what(body)),
            "unwanted": body.get("unwanted", False),
        },
    )


def _motion_named(body: Json) -> Happening:
    facts = {
        "event_id": body["event_id"],
        "started_at": _moment(body["started_at"]),
        "what": _shown_what(_what(body)),
    }
    return Happening(HappeningType.MOTION_NAMED, body["camera_id"], facts)


def _clip_ready(clip: Clip) -> Happening:
    return Happening(
        HappeningType.CLIP_READY,
        clip.camera_id,
        {
            "event_id": clip.event_ids[0] if clip.event_ids else None,
            "clip_id": clip.id,
            "kind": clip.kind,
            "started_at": clip.started_at,
            "ended_at": clip.ended_at,
            "duration": round(clip.duration_s, 3),
            "reason": clip.reason,
            "zones": list(clip.zones),
            "score": round(clip.peak, 2),
            "what": _shown_what(clip.what),
        },
    )


def _cause(body: Json) -> dict[str, Any]:
    """Of an alarm."""
    return {
        "kind": body["kind"],
        "at": _moment(body["at"]),
        "camera": body["camera_id"],
        "event_id": body["event_id"],
        "what": _shown_what(_what(body)),
        "tamper": body["tamper"],
    }


def _alarm_record(body: Json) -> dict[str, Any]:
    return {
        "id": body["id"],
        "began_at": _moment(body["began_at"]),
        "ended_at": _perhaps(body["ended_at"]),
        "count": body["count"],
        "cause": _cause(body["causes"][0]),
    }


def _alarm(body: Json) -> GuardHappening:
    told = {"alarm_id": body["alarm_id"], "is_new": body["is_new"], "again": body["again"]}
    return GuardHappening(GuardHappeningType.ALARM, told | _cause(body["cause"]))


def _arming_failed(body: Json) -> GuardHappening:
    troubles = {trouble["camera_id"]: trouble["tamper"] for trouble in body["troubles"]}
    told = {"at": _moment(body["at"]), "mode": body["mode_id"], "via": body["doer"]["via"]}
    return GuardHappening(GuardHappeningType.ARMING_FAILED, told | {"troubles": troubles})


def _code_refused(body: Json) -> GuardHappening:
    told = {"at": _moment(body["at"]), "via": body["via"], "count": body["count"]}
    return GuardHappening(GuardHappeningType.CODE_REFUSED, told)


def _tamper_changed(body: Json) -> GuardHappening:
    told = {"at": _moment(body["at"]), "camera": body["camera_id"], "tamper": body["tamper"]}
    return GuardHappening(GuardHappeningType.TAMPER_CHANGED, told)


def _camera_added(body: Json) -> Camera | None:
    """None for one that is gone again."""
    return None if body["camera"] is None else Camera.parse(body["camera"])


def _moment(at_s: float) -> datetime:
    """Unix seconds as a time in UTC."""
    return datetime.fromtimestamp(at_s, UTC)


def _perhaps(at_s: float | None) -> datetime | None:
    return None if at_s is None else _moment(at_s)


_PARSERS: Mapping[str, Callable[[Json], Message | None]] = {
    "hello": Gcam.parse,
    "camera_added": _camera_added,
    "camera_removed": lambda body: CameraRemoved(body["camera_id"]),
    "camera_changed": lambda body: CameraState.parse(body["state"]),
    "storage_changed": lambda body: Storage.parse(body["storage"]),
    "mqtt_changed": lambda body: MqttHealth.parse(body["mqtt"]),
    "network_changed": lambda body: NetworkHealth.parse(body["network"]),
    "duty_changed": lambda body: Duty.parse(body["duty"]),
    "guard_changed": lambda body: Guard.parse(body["guard"]),
    "alarm": _alarm,
    "arming_failed": _arming_failed,
    "code_refused": _code_refused,
    "tamper_changed": _tamper_changed,
    "motion_started": _motion,
    "motion_named": _motion_named,
    "motion_ended": _motion,
    "clip_ready": lambda body: _clip_ready(Clip.parse(body["clip"])),
}
