"""What happens, as `/api/v1/events` tells it."""

from __future__ import annotations

from gcam_addon.config.rules import choice, said
from gcam_addon.model import DutyStatus, NetworkPhase
from gcam_addon.web.info import EntityOwner
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, OneOf, nullable, only, shape, told
from gcam_addon.web.shapes.camera import CAMERA, CAMERA_STATE, REGION
from gcam_addon.web.shapes.clip import CLIP, STORAGE, WHAT_MOVED
from gcam_addon.web.shapes.guard import GUARD, GUARD_EVENTS
from gcam_addon.web.shapes.person import PERMISSION
from gcam_addon.web.shapes.said import SAID

MQTT_HEALTH = shape(
    "MqttHealth",
    {
        "connected": BOOLEAN,
        "problem": said(nullable(STRING), "Why it does not work, or not as it should"),
        "problem_said": SAID,
    },
)

NETWORK_HEALTH = shape(
    "NetworkHealth",
    {
        "phase": said(
            choice(NetworkPhase),
            "`looking` whether another DHCP server is there; `serving`; `stopped`, and tried again",
        ),
        "problem": said(nullable(STRING), "Why it is not served"),
        "problem_said": SAID,
        "notice": said(nullable(STRING), "What is wrong although it is served"),
        "notice_said": SAID,
        "leases": said(INTEGER, "Boards that have an address"),
    },
    "The camera network",
)

DUTY = shape(
    "Duty",
    {
        "name": said(STRING, "Stable"),
        "status": said(
            choice(DutyStatus), "`waiting` to be begun again; `failed` for good; `ended` as it should"
        ),
        "failures": said(INTEGER, "Since Gcam started"),
        "failed_at": nullable(NUMBER),
        "problem": said(nullable(STRING), "Of the last failure"),
        "problem_said": SAID,
    },
    "Something that runs in Gcam for longer than a request: a camera, the journal, MQTT. What "
    "fails is begun again where that is safe, after a pause of a second up to a minute",
)

HELLO = shape(
    "Hello",
    {
        "type": only("hello"),
        "version": STRING,
        "instance_id": STRING,
        "api_level": INTEGER,
        told("permissions", "What this client may"): [PERMISSION],
        "entities": said(
            choice(EntityOwner),
            "Who makes Home Assistant's entities of states and switches: MQTT discovery, or the "
            "component, where there is no broker or `mqtt.discovery` is false",
        ),
        "now": NUMBER,
        told("mqtt", "Null where MQTT is switched off"): nullable(MQTT_HEALTH),
        told("network", "Null where there is no camera network, or this client may not hear of it"): nullable(
            NETWORK_HEALTH
        ),
        told("duties", "Those that ever failed; empty but for who sees all cameras and has `control`"): [
            DUTY
        ],
        told("guard", "Null where this client may not hear of it"): nullable(GUARD),
        told("storage", "Null where the disk can't be looked at, or this client may not"): nullable(STORAGE),
        "missed": said(INTEGER, "Events this client was too slow for"),
        "cameras": [CAMERA],
    },
)

MOTION_STARTED = shape(
    "MotionStarted",
    {
        "type": only("motion_started"),
        "camera_id": STRING,
        "event_id": STRING,
        "pts_s": NUMBER,
        "started_at": NUMBER,
        "score": NUMBER,
        "reason": STRING,
        "reason_said": SAID,
        "zones": [STRING],
        "regions": [REGION],
    },
)

MOTION_NAMED = shape(
    "MotionNamed",
    {
        "type": only("motion_named"),
        "camera_id": STRING,
        "event_id": STRING,
        "pts_s": NUMBER,
        "started_at": NUMBER,
        **WHAT_MOVED,
    },
    "What moves in an event that goes on has a name, or another than before",
)

MOTION_ENDED = shape(
    "MotionEnded",
    {
        "type": only("motion_ended"),
        "camera_id": STRING,
        "event_id": STRING,
        "pts_s": NUMBER,
        "started_at": NUMBER,
        "ended_at": NUMBER,
        "peak": NUMBER,
        "reason": STRING,
        "reason_said": SAID,
        "zones": [STRING],
        **WHAT_MOVED,
        "unwanted": said(
            BOOLEAN, "It was named, and by the camera's settings (`naming.kinds`) none of that makes an event"
        ),
    },
)

CLIP_READY = shape(
    "ClipReady",
    {"type": only("clip_ready"), "clip": CLIP},
)

CLIP_REMOVED = shape(
    "ClipRemoved",
    {"type": only("clip_removed"), "clip_id": STRING, "camera_id": STRING, "why": STRING, "why_said": SAID},
)

RECORDING_CHANGED = shape(
    "RecordingChanged",
    {
        "type": only("recording_changed"),
        "camera_id": STRING,
        "recording": BOOLEAN,
        "problem": nullable(STRING),
        "problem_said": SAID,
        "problem_code": nullable(STRING),
    },
)

CAMERA_CHANGED = shape(
    "CameraChanged",
    {"type": only("camera_changed"), "state": CAMERA_STATE},
)

CAMERA_ADDED = shape(
    "CameraAdded",
    {
        "type": only("camera_added"),
        "camera_id": STRING,
        told("camera", "Null where it is gone again"): nullable(CAMERA),
    },
)

CAMERA_REMOVED = shape(
    "CameraRemoved",
    {"type": only("camera_removed"), "camera_id": STRING},
)

STORAGE_CHANGED = shape(
    "StorageChanged",
    {"type": only("storage_changed"), "storage": STORAGE},
)

MQTT_CHANGED = shape(
    "MqttChanged",
    {"type": only("mqtt_changed"), "mqtt": MQTT_HEALTH},
)

NETWORK_CHANGED = shape(
    "NetworkChanged",
    {"type": only("network_changed"), "network": NETWORK_HEALTH},
    "Only for who sees all cameras and has `control`",
)

DUTY_CHANGED = shape(
    "DutyChanged",
    {"type": only("duty_changed"), "duty": DUTY},
    "A failure, or what became of it; only for who sees all cameras and has `control`",
)

HISTORY_CHANGED = shape(
    "HistoryChanged",
    {
        "type": only("history_changed"),
        "camera_id": said(nullable(STRING), "Null where it is about all of Gcam"),
    },
    "There is something new or other in `/api/v1/history`",
)

EVENT = OneOf(
    "Event",
    (
        HELLO,
        MOTION_STARTED,
        MOTION_NAMED,
        MOTION_ENDED,
        CLIP_READY,
        CLIP_REMOVED,
        RECORDING_CHANGED,
        CAMERA_CHANGED,
        CAMERA_ADDED,
        CAMERA_REMOVED,
        STORAGE_CHANGED,
        MQTT_CHANGED,
        NETWORK_CHANGED,
        DUTY_CHANGED,
        HISTORY_CHANGED,
        *GUARD_EVENTS,
    ),
)
