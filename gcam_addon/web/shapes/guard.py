"""The guard, as the API shows it and tells of it."""

from __future__ import annotations

from gcam_addon.config.rules import choice, listing, named, said
from gcam_addon.model import Kind
from gcam_addon.model.guard import AlarmKind, GuardPhase, Tamper, Via
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, nullable, only, shape, told
from gcam_addon.web.shapes.clip import WHAT

TAMPER = named(choice(Tamper), "Tamper", "Why a camera does not see what it should")

KINDS = listing(WHAT, most=len(Kind), least=1, unique=True)

DOER = shape(
    "GuardDoer",
    {
        "name": said(STRING, "Empty where it was nobody: the schedule, the guard itself"),
        "via": choice(Via),
    },
    "Who did it, and by which way",
)

MODE_NAME = shape("GuardModeName", {"id": STRING, "name": STRING})

CAUSE = shape(
    "AlarmCause",
    {
        "kind": choice(AlarmKind),
        "at": NUMBER,
        "camera_id": nullable(STRING),
        "event_id": said(nullable(STRING), "Of the motion"),
        told("what", "As far as it is known; null where nobody looked, or not yet"): nullable([WHAT]),
        "tamper": nullable(TAMPER),
    },
    "One thing of which an alarm is made",
)

ALARM_RECORD = shape(
    "AlarmRecord",
    {
        "id": STRING,
        "began_at": NUMBER,
        "ended_at": said(nullable(NUMBER), "Null while it goes on"),
        "causes": [CAUSE],
        "count": said(INTEGER, "Of all causes; `causes` has the first one and the newest"),
    },
)

PLANNED = shape("PlannedArming", {"at": NUMBER, "mode": MODE_NAME, "doer": DOER})

GUARD = shape(
    "Guard",
    {
        "phase": said(
            choice(GuardPhase),
            "`arming`: people leave, nothing counts yet; `entry`: somebody came in, and has until "
            "`until` to disarm",
        ),
        told("mode", "Null while disarmed"): nullable(MODE_NAME),
        "since": NUMBER,
        "until": said(nullable(NUMBER), "When `arming`, `entry` or `alarm` is over by itself"),
        told("doer", "Who brought it there"): DOER,
        told("entered", "Of `entry`: who came in"): nullable(CAUSE),
        told("alarm", "The newest that nobody has acknowledged"): nullable(ALARM_RECORD),
        "sounds": said(BOOLEAN, "Whether sirens are to be heard"),
        told("bypassed", "Ids of cameras that were away as it was armed; watched as soon as they are back"): [
            STRING
        ],
        told("planned", "It will be armed in a while"): nullable(PLANNED),
    },
    "Where the guard stands. What is told here is on the disk already",
)

GUARD_CHANGED = shape("GuardChanged", {"type": only("guard_changed"), "guard": GUARD})

ALARM = shape(
    "Alarm",
    {
        "type": only("alarm"),
        "alarm_id": STRING,
        "cause": CAUSE,
        "is_new": said(BOOLEAN, "It began with this; else one more thing came to it"),
        "again": said(BOOLEAN, "It began before Gcam stopped, and goes on"),
    },
    "Only for who sees all cameras, as all of the guard",
)

TAMPER_CHANGED = shape(
    "TamperChanged",
    {
        "type": only("tamper_changed"),
        "camera_id": STRING,
        "tamper": nullable(TAMPER),
        "at": NUMBER,
    },
    "A camera is covered, turned or blinded, or (null) not any more; `camera_changed` tells all else",
)

TROUBLE = shape("ArmingTrouble", {"camera_id": STRING, "tamper": TAMPER})

ARMING_FAILED = shape(
    "ArmingFailed",
    {
        "type": only("arming_failed"),
        "mode_id": STRING,
        "at": NUMBER,
        "doer": DOER,
        told("troubles", "The cameras that are why"): [TROUBLE],
    },
    "The guard was to be armed, and is not",
)

CODE_REFUSED = shape(
    "CodeRefused",
    {
        "type": only("code_refused"),
        "at": NUMBER,
        "via": choice(Via),
        "count": said(INTEGER, "How often since a code was right"),
    },
    "Somebody gave the guard a code that is none",
)

GUARD_EVENTS = (GUARD_CHANGED, ALARM, TAMPER_CHANGED, ARMING_FAILED, CODE_REFUSED)
