"""A recording and the disk that holds it, as the API shows them."""

from __future__ import annotations

from gcam_addon.config import schema
from gcam_addon.config.rules import choice, named, said
from gcam_addon.model import ClipKind
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, nullable, shape, told
from gcam_addon.web.shapes.said import SAID

KIND = named(choice(ClipKind), "ClipKind")
WHAT = schema.KIND

BOX = shape("Box", {"x": NUMBER, "y": NUMBER, "width": NUMBER, "height": NUMBER}, "Relative to the picture")

NAMED = shape(
    "Named",
    {
        "kind": WHAT,
        "score": said(NUMBER, "Percent; 0 of what is unnamed"),
        "box": BOX,
        "pictured": said(BOOLEAN, "The box is where it is in the event's picture, the clip's thumbnail"),
    },
    "One kind of thing that moved, where it was seen best; of what is unnamed the box is what moved",
)

WHAT_MOVED = {
    told("what", "What moved, the main thing first; null where nobody looked"): nullable([WHAT]),
    told("named", "The same with scores and boxes, in that order; empty where nobody looked"): [NAMED],
}

CLIP = shape(
    "Clip",
    {
        "id": STRING,
        "camera_id": STRING,
        "camera_name": STRING,
        "kind": KIND,
        "started_at": NUMBER,
        "ended_at": NUMBER,
        "duration_s": NUMBER,
        "thumbnail": said(BOOLEAN, "Whether there is one"),
        "size_bytes": INTEGER,
        "frames": INTEGER,
        "width": INTEGER,
        "height": INTEGER,
        "peak": said(NUMBER, "Highest score"),
        "reason": STRING,
        "reason_said": SAID,
        "event_ids": [STRING],
        "zones": [STRING],
        "protected": BOOLEAN,
        **WHAT_MOVED,
    },
)

STORAGE = shape(
    "Storage",
    {
        "total_bytes": INTEGER,
        "free_bytes": INTEGER,
        "clips_bytes": INTEGER,
        "clips": INTEGER,
        "unfinished": said(INTEGER, "Recordings that wait to become clips"),
        "problem": said(nullable(STRING), "Why recording had to stop, or waits in memory"),
        "problem_said": SAID,
        "problem_code": said(nullable(choice(("storage_full", "recording"))), "The same, stable"),
        "notice": said(
            nullable(STRING),
            "What is wrong although recording goes on: the drive with the earlier recordings is away",
        ),
        "notice_said": SAID,
        "silent_s": said(NUMBER, "How long the disk has not answered; under a second is usual"),
    },
)
