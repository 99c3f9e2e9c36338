"""What other settings would have made of recordings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gcam_addon.model.naming import Kind


class WhatIfStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReplayedEvent:
    """An event in recordings that were looked at anew. `now`: found with the settings that hold now, `then`:
    with those that are tried, `recorded`: it was found when it happened.
    """

    clip_id: str
    started_at: float
    ended_at: float
    recorded: bool
    now: bool
    then: bool
    peak: float = 0.0
    reason: str = ""
    zones: tuple[str, ...] = ()
    what_now: tuple[Kind, ...] | None = None
    """What moved, as those settings have it, the main thing first; None: not found, or nobody looked."""
    what_then: tuple[Kind, ...] | None = None
    why: str = ""
    """Of what only one of the two finds: why the other does not."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What other settings would have made of a camera's recordings, as far as it is known by now."""

    id: str
    camera_id: str
    status: WhatIfStatus
    after: float
    before: float
    clips: int
    clips_done: int = 0
    unreadable: int = 0
    """Clips whose video could not be read."""
    film_s: float = 0.0
    """How much was looked at."""
    is_shortened: bool = False
    """There were more recordings than are looked at: the oldest were left out."""
    events: tuple[ReplayedEvent, ...] = ()
    problem: str | None = None
