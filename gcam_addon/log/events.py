"""Writes what happens into the log, in words: the sink that everybody has."""

from __future__ import annotations

import logging

from gcam_addon.model import (
    CameraChanged,
    ClipReady,
    ClipRemoved,
    Event,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    RecordingChanged,
)

_log = logging.getLogger(__name__)


class EventLog:
    """interfaces.Sink. Camera states are not written here: the runner logs their causes."""

    def __init__(self) -> None:
        self._problems: dict[str, str | None] = {}
        self._names: dict[str, str] = {}

    def publish(self, event: Event) -> None:
        match event:
            case CameraChanged(state):
                self._names[state.camera_id] = state.name
            case MotionStarted():
                self._say(event.camera_id, "motion: %s", event.reason)
            case MotionNamed():
                names = ", ".join(f"{one.kind} ({one.score:.0f} %)" for one in event.named)
                self._say(event.camera_id, "what moves: %s", names)
            case MotionEnded():
                lasted_s = event.ended_at - event.started_at
                self._say(event.camera_id, "motion over after %.1f s, at most %.1f %%", lasted_s, event.peak)
            case ClipReady(clip):
                size_mb = clip.size_bytes / 1e6
                self._say(clip.camera_id, "clip: %s (%.0f s, %.1f MB)", clip.path, clip.duration_s, size_mb)
            case ClipRemoved():
                self._say(event.camera_id, "clip deleted: %s", event.why)
            case RecordingChanged():
                self._recording(event)
            case _:
                pass

    def _recording(self, event: RecordingChanged) -> None:
        """A problem is said once, and once more when it is over."""
        before = self._problems.get(event.camera_id)
        self._problems[event.camera_id] = event.problem
        if event.problem and event.problem != before:
            camera = self._names.get(event.camera_id, event.camera_id)
            _log.warning("not recording: %s", event.problem, extra={"camera": camera})
        elif before and not event.problem:
            self._say(event.camera_id, "recording works again")

    def _say(self, camera_id: str, text: str, *values: object) -> None:
        _log.info(text, *values, extra={"camera": self._names.get(camera_id, camera_id)})
