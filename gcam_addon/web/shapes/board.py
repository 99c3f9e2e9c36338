"""How a board with Gcam's firmware fares."""

from __future__ import annotations

from gcam_addon.config.rules import said
from gcam_addon.web.shape import INTEGER, NUMBER, STRING, nullable, shape
from gcam_addon.web.shapes.said import SAID

BOARD_HEALTH = shape(
    "BoardHealth",
    {
        "at": NUMBER,
        "uptime_s": said(INTEGER, "Since its last start"),
        "boots": said(INTEGER, "Starts since it was flashed"),
        "reset": said(STRING, "Why it started the last time: `power_on`, `brownout`, `watchdog` …"),
        "heap_free": INTEGER,
        "heap_largest": said(INTEGER, "The largest piece of it"),
        "rssi_dbm": nullable(INTEGER),
        "psram_free": nullable(INTEGER),
        "taken": said(INTEGER, "Pictures that its camera gave since its last start"),
        "sent": INTEGER,
        "id": said(nullable(STRING), "The chip's, by which it is known again"),
        "skipped": said(INTEGER, "Pictures that a viewer was too slow for"),
    },
)

BOARD_TROUBLE = shape(
    "BoardTrouble",
    {"text": STRING, "text_said": SAID, "remedy": STRING, "remedy_said": SAID},
)
