"""The course of a camera's events: what one telling leaves to the next. Pure."""

from datetime import datetime
from typing import Any

from .models import Happening, HappeningType, Json

_NOTHING_TOLD: Json = {"reason": "", "zones": [], "score": None}


class Course:
    """Of one camera. A name comes with what was told when its event began, and with what is new of it: so an
    automation that waits for a person hears of each once, whatever came between.
    """

    def __init__(self) -> None:
        self._event_id: str | None = None
        self._began: Json = _NOTHING_TOLD
        self._named: tuple[str, ...] = ()
        """What the event was said to be, so far."""
        self._ended_at: dict[str, datetime] = {}
        """By kind, when the newest event of it ended."""

    def told(self, happening: Happening) -> dict[str, Any]:
        """Its attributes, in the place of those that Gcam told."""
        facts = dict(happening.attributes)
        match happening.type:
            case HappeningType.MOTION_STARTED:
                self._begin(facts["event_id"], facts)
            case HappeningType.MOTION_NAMED:
                self._begin_missed(facts["event_id"])
                facts = {name: self._began[name] for name in _NOTHING_TOLD} | facts | self._name(facts)
            case HappeningType.MOTION_ENDED:
                self._begin_missed(facts["event_id"])
                facts |= self._name(facts)
                self._ended_at |= dict.fromkeys(facts["what"] or (), facts["ended_at"])
        return facts

    def _begin(self, event_id: str, facts: Json) -> None:
        self._event_id, self._began, self._named = event_id, facts, ()

    def _begin_missed(self, event_id: str) -> None:
        """Of an event of which nothing was heard: Home Assistant has been started since, or was cut off."""
        if event_id != self._event_id:
            self._begin(event_id, _NOTHING_TOLD)

    def _name(self, facts: Json) -> dict[str, Any]:
        what = facts["what"] or ()
        new = [kind for kind in what if kind not in self._named]
        self._named += tuple(new)
        return {"new": new, "seen_before": {kind: self._ended_at.get(kind) for kind in what}}
