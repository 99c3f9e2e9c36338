"""What is known of a clip besides its pictures, and its spelling as JSON inside journals and MP4 files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from gcam_addon.errors import RecordingError
from gcam_addon.model import ClipKind, Named, named_again
from gcam_addon.words.reason import because, made_again, made_of

FORMAT = 3
"""Version of the JSON; a reader refuses a later one. 2: beside the reason what it is made of. 3: names."""


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """Everything about a clip that can't be read from its pictures. `started_at`: its first frame;
    `ended_at` only where it is not `started_at` plus the playing time (timelapse).
    """

    id: str
    camera_id: str
    camera_name: str
    kind: ClipKind
    started_at: float
    peak: float = 0.0
    reason: str = ""
    event_ids: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    ended_at: float | None = None
    keep_original: bool = False
    named: tuple[Named, ...] = ()
    unwanted: tuple[str, ...] = ()
    """Those of its events that the camera's settings do not want."""
    is_asked_for: bool = False
    """Some of it is recorded for another reason than its events."""
    orientation: int = 1
    """How its pictures are to be shown, where they don't tell themselves: as EXIF counts."""

    @property
    def is_unwanted(self) -> bool:
        """It was recorded for events alone, and none of them is wanted."""
        is_of_events = self.kind is ClipKind.MOTION and not self.is_asked_for
        return is_of_events and bool(self.event_ids) and set(self.event_ids) <= set(self.unwanted)


def to_json(facts: ClipFacts) -> str:
    told = {"gcam": FORMAT, **asdict(facts), "said": made_of(facts.reason)}
    told["named"] = [one.told() for one in facts.named]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> ClipFacts:
    """Raises `RecordingError` for anything that `to_json` did not write."""
    try:
        values: dict[str, Any] = json.loads(text)
        if values.pop("gcam") > FORMAT:
            raise RecordingError(because("clip_later"))
        said = values.pop("said", None)
        return ClipFacts(
            **{
                **values,
                "kind": ClipKind(values["kind"]),
                "reason": made_again(values.get("reason", ""), said),
                "event_ids": tuple(values["event_ids"]),
                "zones": tuple(values["zones"]),
                "unwanted": tuple(values.get("unwanted", ())),
                "named": named_again(values.get("named")),
            }
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordingError(because("clip_undescribed", why=error)) from error
