"""A camera as the API shows it, and what its detector decides."""

from __future__ import annotations

from gcam_addon.boards.board import Firmware
from gcam_addon.config.rules import choice, named, said
from gcam_addon.config.schema import CAMERA as SETTINGS
from gcam_addon.config.schema import KIND
from gcam_addon.model import Cause, Codec, SdReason, Status
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, nullable, shape, told
from gcam_addon.web.shapes.board import BOARD_HEALTH
from gcam_addon.web.shapes.clip import BOX, NAMED
from gcam_addon.web.shapes.guard import TAMPER
from gcam_addon.web.shapes.said import SAID

FIRMWARE = named(choice(Firmware), "Firmware")

BOARD_IDENTITY = shape(
    "BoardIdentity",
    {
        "firmware": FIRMWARE,
        "version": nullable(STRING),
        "hostname": nullable(STRING),
        "mac": nullable(STRING),
        "sensor": said(nullable(STRING), "Such as OV2640"),
        "claimed": said(nullable(BOOLEAN), "Whether it has an owner; null where its firmware knows none"),
    },
)

SIZE = shape(
    "Size",
    {
        "width": INTEGER,
        "height": INTEGER,
    },
)

CODEC = named(choice(Codec), "Codec", "As FFmpeg names them")

CAUSE = named(
    choice(Cause),
    "Cause",
    "Why the detector decided as it did on the newest picture; `reason` says it in a sentence",
)

REGION = shape(
    "Region",
    {
        "x": NUMBER,
        "y": NUMBER,
        "width": NUMBER,
        "height": NUMBER,
        "share": NUMBER,
    },
)

HD_STATE = shape(
    "HdState",
    {
        "status": choice(Status),
        "since": said(NUMBER, "When the status began"),
        "problem": said(nullable(STRING), "What is wrong and what to do"),
        "problem_said": SAID,
        "problem_code": nullable(STRING),
        "recorded": said(BOOLEAN, "It is what is recorded; else what comes of the first address is"),
        "sd_reason": said(nullable(STRING), "Why it is not what is recorded"),
        "sd_reason_said": SAID,
        "sd_code": said(nullable(named(choice(SdReason), "SdReason")), "The same, stable"),
        "fps": NUMBER,
        "size": nullable(SIZE),
        "codec": nullable(CODEC),
        "sound": BOOLEAN,
        "bytes_per_frame": INTEGER,
        "frames": INTEGER,
        "bytes_in": INTEGER,
        told("dropped", "Frames lost by stage: `parse`, `mask`"): {str: INTEGER},
        "reconnects": INTEGER,
        "last_frame_at": nullable(NUMBER),
    },
    "How the second address of a camera fares, which is recorded and shown large",
)

CAMERA_STATE = shape(
    "CameraState",
    {
        "camera_id": STRING,
        "name": STRING,
        "status": choice(Status),
        "since": said(NUMBER, "When the status began"),
        "problem": said(nullable(STRING), "What is wrong and what to do"),
        "problem_said": SAID,
        "problem_code": nullable(STRING),
        "enabled": BOOLEAN,
        "privacy": BOOLEAN,
        "detection": BOOLEAN,
        "recording_enabled": BOOLEAN,
        "sensitivity": INTEGER,
        "motion": BOOLEAN,
        told(
            "what", "What moves, the main thing first; null until that is known, and while nothing does"
        ): nullable([KIND]),
        "recording": BOOLEAN,
        "manual_until": said(
            nullable(NUMBER),
            "Until when it records because somebody asked for that; what moves, and what is recorded "
            "all the time, is recorded beside that",
        ),
        "lamp": said(
            nullable(INTEGER),
            "How brightly the board's lamp shines, in percent, as the board tells; null where it has none, "
            "or none is known of",
        ),
        told(
            "board_health",
            "What the board told last, of boards with Gcam's firmware; null where it does not tell, or did "
            "not yet",
        ): nullable(BOARD_HEALTH),
        "no_recording_reason": said(nullable(STRING), "Why motion would leave no clip"),
        "no_recording_reason_said": SAID,
        "no_recording_code": said(
            nullable(STRING),
            "The same, stable: `disabled`, `privacy`, `recording_off`, `detection_off`, `no_pictures` "
            "(see `problem_code` for the camera's trouble), `detection_failed`, `masks_failed` "
            "(defects of Gcam's own), or the recorder's trouble: `storage_full`, `recording_slow`, "
            "`recording`.",
        ),
        "score": said(NUMBER, "Percent of the picture that moved"),
        "threshold": said(NUMBER, "Percent from which it counts"),
        "cause": nullable(CAUSE),
        "reason": said(STRING, "Why the detector decided as it did"),
        "reason_said": SAID,
        "fps": NUMBER,
        "size": nullable(SIZE),
        "codec": said(
            nullable(CODEC),
            "Of what is shown and recorded. `h264` and `hevc` come as they are by `live.mp4` and `live.ts`, "
            "and are recorded as they are",
        ),
        "sound": said(BOOLEAN, "Whether it is heard, too: in `live.mp4`, `live.ts` and recordings"),
        "bytes_per_frame": INTEGER,
        "frames": INTEGER,
        "bytes_in": INTEGER,
        "analysed": INTEGER,
        "decode_s": NUMBER,
        "detect_s": NUMBER,
        "queued": INTEGER,
        told("dropped", "Frames lost by stage: `parse`, `mask`, `detect`, `record`"): {str: INTEGER},
        "reconnects": INTEGER,
        "last_frame_at": nullable(NUMBER),
        told("tamper", "Why its pictures do not show its place; stays while it is away"): nullable(TAMPER),
        told("hd", "Of the second address, all else is of the first; null where there is none"): nullable(
            HD_STATE
        ),
    },
)

CAMERA = shape(
    "Camera",
    {
        "id": STRING,
        "name": STRING,
        "host": said(
            nullable(STRING), "Host and port of the camera's address. The address itself is never shown."
        ),
        "group": SETTINGS["group"],
        "enabled": BOOLEAN,
        "privacy": SETTINGS["privacy"],
        "rotation": SETTINGS["rotation"],
        "privacy_masks": SETTINGS["privacy_masks"],
        "make_h264": SETTINGS["make_h264"],
        "idle_fps": SETTINGS["idle_fps"],
        "source": SETTINGS["source"],
        "detection": SETTINGS["detection"],
        "naming": SETTINGS["naming"],
        "recording": SETTINGS["recording"],
        told(
            "board",
            "What the board told of itself. Gcam asks once, when the camera's first pictures come, and "
            "anew when its address changed; null until then, and where the board does not tell",
        ): nullable(BOARD_IDENTITY),
        told("state", "Null where Gcam does not run the camera"): nullable(CAMERA_STATE),
    },
)

TRACK = shape(
    "Track",
    {
        "id": said(INTEGER, "Its own as long as it is followed"),
        "region": REGION,
        "sure": said(BOOLEAN, "It moved as somebody does; else it is a guess"),
    },
)

LOOKED = shape(
    "Looked",
    {
        "at": said(NUMBER, "When the picture that was looked at arrived"),
        "crop": BOX,
        told(
            "seen",
            "What it may be that moved there, the likeliest first, however low the score",
        ): [NAMED],
    },
    "A part of a picture that was looked at since something moved there",
)

DECISION = shape(
    "Decision",
    {
        "at": said(NUMBER, "When the picture arrived"),
        "event": said(BOOLEAN, "Whether an event was in progress"),
        "moving": BOOLEAN,
        "score": said(NUMBER, "Percent of the picture that moved"),
        "threshold": said(NUMBER, "Percent from which it counts"),
        "cause": CAUSE,
        "reason": said(STRING, "The same as a sentence"),
        "reason_said": SAID,
        told("regions", "What moved"): [REGION],
        told("zones", "Zones in which it counted"): [STRING],
        told("tracks", "What is followed, also while it is too small to count, stands or is hidden"): [TRACK],
        "awaited": said(BOOLEAN, "What moved stands, or is hidden for a moment: that ends no event"),
        told("looked", "What the event's newest look said, one for each place; empty without an event"): [
            LOOKED
        ],
    },
)
