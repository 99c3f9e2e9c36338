"""What is said of recording, camera by camera: whether it goes on, and what is wrong. Any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from gcam_addon.clock import Clock
from gcam_addon.errors import RecordingError
from gcam_addon.model import RecordingChanged

_STANDS_S = 10.0
"""How long a camera's trouble is reported after it happened last."""
_ANEW_S = 1.0
"""Between two times that a trouble which goes on is told in new words."""


class RecordingStates:
    """Tells `changed` what differs from what it was told last. Where nothing can be recorded, or all waits
    for the disk, that concerns every camera that ever wanted to be; a trouble concerns one.
    """

    def __init__(self, clock: Clock, changed: Callable[[RecordingChanged], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._lock = threading.RLock()
        self._told: dict[str, RecordingChanged] = {}
        self._recording: set[str] = set()
        self._troubles: dict[str, _Trouble] = {}
        self._blocked: RecordingError | None = None
        self._waits: RecordingError | None = None

    @property
    def blocked(self) -> RecordingError | None:
        """Why nothing is recorded at the moment."""
        return self._blocked

    @property
    def troubled(self) -> bool:
        """Whether there are troubles, to `expire`."""
        return bool(self._troubles)

    def introduce(self, camera_id: str) -> None:
        """Somebody listens for this camera who may have heard nothing yet."""
        with self._lock:
            self._told[camera_id] = RecordingChanged(camera_id, recording=False)
            self._tell(camera_id)

    def tell(self, camera_id: str, *, recording: bool, trouble: RecordingError | None = None) -> None:
        with self._lock:
            (self._recording.add if recording else self._recording.discard)(camera_id)
            if trouble is not None:
                self._troubles[camera_id] = _Trouble(trouble, self._clock.monotonic())
            self._tell(camera_id)

    def slow(self, camera_id: str, problem: RecordingError) -> None:
        """A trouble of a camera that goes on. It may come often: its newest words are told once a second,
        also where nobody comes to `expire` it.
        """
        with self._lock:
            before, now_s = self._troubles.get(camera_id), self._clock.monotonic()
            is_news = (
                before is None or before.problem.code != problem.code or now_s - before.told_s >= _ANEW_S
            )
            told_s = now_s if before is None or is_news else before.told_s
            self._troubles[camera_id] = _Trouble(problem, now_s, told_s)
            if is_news:
                self._tell(camera_id)

    def block(self, problem: RecordingError, interrupted: AbstractSet[str]) -> None:
        """Nothing is recorded any more; of the cameras `interrupted` something was."""
        with self._lock:
            self._blocked = problem
            self._recording.clear()
            for camera_id in [*self._told, *(interrupted - self._told.keys())]:
                self._tell(camera_id)

    def unblock(self) -> None:
        with self._lock:
            self._blocked = None
            for camera_id in list(self._told):
                self._tell(camera_id)

    def wait(self, problem: RecordingError | None) -> None:
        """What is recorded waits for the disk, or (None) no longer."""
        with self._lock:
            self._waits = problem
            for camera_id in list(self._told):
                self._tell(camera_id)

    def expire(self) -> None:
        """Now and then: troubles that are over are taken back, the others' newest words told."""
        with self._lock:
            now_s = self._clock.monotonic()
            for camera_id, trouble in list(self._troubles.items()):
                if now_s - trouble.at_s > _STANDS_S:
                    del self._troubles[camera_id]
                self._tell(camera_id)

    def _tell(self, camera_id: str) -> None:
        problem = self._blocked
        if problem is None and (trouble := self._troubles.get(camera_id)) is not None:
            problem = trouble.problem
        problem = problem or self._waits
        recording = camera_id in self._recording
        state = (
            RecordingChanged(camera_id, recording)
            if problem is None
            else RecordingChanged(camera_id, recording, problem.said, problem.code)
        )
        if state != self._told.get(camera_id, RecordingChanged(camera_id, recording=False)):
            self._told[camera_id] = state
            self._changed(state)


@dataclass(frozen=True, slots=True)
class _Trouble:
    problem: RecordingError
    at_s: float
    told_s: float = float("-inf")
