"""What other settings would have made of yesterday: replays clips at low priority, one job at a time."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from gcam_addon.analysis.comparison import compared
from gcam_addon.analysis.replay import Trial, pictures_of
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties
from gcam_addon.errors import Defect, NotFound, RecordingError
from gcam_addon.interfaces import Classifier
from gcam_addon.machine.limits import give_way
from gcam_addon.model import Clip, ClipKind, DutyStatus, WhatIf, WhatIfStatus
from gcam_addon.words.reason import because

MOST_CLIPS: Final = 400
MOST_FILM_S: Final = 4 * 3600.0
_DUTY: Final = "what-if"
_KEPT: Final = 8
"""Cameras whose last answer is remembered."""
_GAPLESS_S: Final = 2.0
"""Clips no farther apart than this are one film: continuous recording, or a clip that was cut for length."""
_log = logging.getLogger(__name__)

Footage = tuple[Clip, Path]
"""A clip and its video."""


class WhatIfs:
    """Methods: loop, and none of them blocks but `stop`. The newest answer of a camera can be asked for."""

    def __init__(self, *, duties: Duties, classifier: Classifier | None = None) -> None:
        """`classifier`: nobody else's; None where nobody says what moved."""
        self._classifier = classifier
        self._duties = duties
        self._pool = duties.pool(_DUTY, 1, give_way)
        self._jobs: dict[str, _Job] = {}
        self._numbers = itertools.count(1)

    @property
    def busy_with(self) -> str | None:
        """The camera that is being looked at now."""
        return next((job.camera_id for job in self._jobs.values() if job.is_running), None)

    def begin(
        self, now: Camera, then: Camera, footage: Sequence[Footage], after: float, before: float
    ) -> WhatIf:
        """Compare settings on `footage`, which is any camera's own; an earlier question on it is given up."""
        former = self._jobs.pop(now.id, None)
        if former is not None:
            former.cancel()
        while len(self._jobs) >= _KEPT:
            self._jobs.pop(next(iter(self._jobs))).cancel()
        chosen = _bounded(footage)
        answer = WhatIf(
            id=str(next(self._numbers)),
            camera_id=now.id,
            status=WhatIfStatus.RUNNING,
            after=after,
            before=before,
            clips=len(chosen),
            is_shortened=len(chosen) < sum(_is_usable(clip) for clip, _ in footage),
        )
        job = _Job(answer, (now, then), chosen, self._duties, self._classifier)
        self._jobs[now.id] = job
        self._pool.submit(job.run)
        return job.answer

    def newest(self, camera_id: str) -> WhatIf:
        """Raises `NotFound`."""
        return self._find(camera_id).answer

    def cancel(self, camera_id: str) -> None:
        """Stop looking; what was found so far stays. Raises `NotFound`."""
        self._find(camera_id).cancel()

    def stop(self) -> None:
        """Blocks for a moment. Nothing can be begun afterwards."""
        for job in self._jobs.values():
            job.cancel()
        self._pool.shutdown()

    def _find(self, camera_id: str) -> _Job:
        try:
            return self._jobs[camera_id]
        except KeyError:
            raise NotFound(because("no_what_if", camera=camera_id)) from None


class _Job:
    def __init__(
        self,
        answer: WhatIf,
        cameras: tuple[Camera, Camera],
        footage: Sequence[Footage],
        duties: Duties,
        classifier: Classifier | None,
    ) -> None:
        self._duties = duties
        self._now, self._then = cameras
        self.camera_id = self._now.id
        self._classifier = classifier
        self._footage = footage
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._answer = answer

    @property
    def answer(self) -> WhatIf:
        with self._lock:
            return self._answer

    @property
    def is_running(self) -> bool:
        return self.answer.status is WhatIfStatus.RUNNING

    def cancel(self) -> None:
        self._cancelled.set()
        self._end(WhatIfStatus.CANCELLED)

    def run(self) -> None:
        """Worker."""
        try:
            filmed = self._now.rotation
            now, then = (Trial(one, filmed, self._classifier) for one in (self._now, self._then))
            for film in _films(self._footage):
                self._replay(film, (now, then))
        except Exception as error:  # noqa: BLE001  (a defect, also for who waits for the answer)
            outlook = f"goes on with the next question ({self.camera_id} has no answer)"
            self._duties.failed(_DUTY, error, DutyStatus.RUNNING, outlook)
            self._end(WhatIfStatus.FAILED, Defect(error).said)
        else:
            self._end(WhatIfStatus.DONE)

    def _replay(self, film: Sequence[Footage], trials: tuple[Trial, Trial]) -> None:
        for clip, video in film:
            readable = True
            try:
                for picture in pictures_of(video, clip.started_at):
                    if self._cancelled.is_set():
                        return
                    for trial in trials:
                        trial.look(picture)
            except RecordingError as error:
                _log.warning("%s", error)
                readable = False
            self._advance(clip.duration_s if readable else 0.0, unreadable=not readable)
        now, then = (trial.cut() for trial in trials)
        found = compared([clip for clip, _ in film], now, then)
        with self._lock:
            self._answer = replace(self._answer, events=(*self._answer.events, *found))

    def _advance(self, film_s: float, *, unreadable: bool) -> None:
        with self._lock:
            answer = self._answer
            self._answer = replace(
                answer,
                clips_done=answer.clips_done + 1,
                unreadable=answer.unreadable + unreadable,
                film_s=answer.film_s + film_s,
            )

    def _end(self, status: WhatIfStatus, problem: str | None = None) -> None:
        with self._lock:
            if self._answer.status is WhatIfStatus.RUNNING:
                self._answer = replace(self._answer, status=status, problem=problem)


def _is_usable(clip: Clip) -> bool:
    return clip.kind is not ClipKind.TIMELAPSE


def _bounded(footage: Sequence[Footage]) -> list[Footage]:
    """By time; where there is too much, the newest."""
    chosen: list[Footage] = []
    film_s = 0.0
    for clip, video in sorted(footage, key=lambda item: -item[0].started_at):
        if not _is_usable(clip):
            continue
        film_s += clip.duration_s
        if chosen and (len(chosen) == MOST_CLIPS or film_s > MOST_FILM_S):
            break
        chosen.insert(0, (clip, video))
    return chosen


def _films(footage: Sequence[Footage]) -> Iterator[list[Footage]]:
    """Clips that follow each other without a gap are one film."""
    film = list(footage[:1])
    for (before, _), following in pairwise(footage):
        if following[0].started_at - before.ended_at > _GAPLESS_S:
            yield film
            film = []
        film.append(following)
    if film:
        yield film
