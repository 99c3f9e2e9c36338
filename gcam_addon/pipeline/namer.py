"""From the loop to who names things, and back. Neither detection nor recording ever waits for it.

At most one look is in flight for each camera, and the newest picture waits: where the machine is slow there
are fewer looks, and none at old pictures. What is not known when an event ends stays unknown.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from gcam_addon.config.model import Camera
from gcam_addon.interfaces import Classifier, Look
from gcam_addon.log.setup import camera_logger
from gcam_addon.model import Kind, Looked, Motion, MotionEnded, MotionNamed, MotionStarted, kinds_of
from gcam_addon.picture.pixels import decoded, upright
from gcam_addon.pipeline.naming import EventNames, Place, Seen, looked, places, sighting


def seen_by(classifier: Classifier, look: Look, there: tuple[Place, ...]) -> Seen | None:
    """Blocking, long. None where there is no picture."""
    jpeg = upright(look.jpeg())
    picture = decoded(jpeg)
    if picture is None:
        return None
    sightings = tuple(sighting(place, classifier.classify(picture, place.crops)) for place in there)
    return Seen(look.pts_s, sightings, jpeg)


@dataclass(frozen=True, slots=True)
class _Asked:
    names: EventNames
    look: Look
    places: tuple[Place, ...]


class Namer:
    """One camera's. Methods: loop. `told` hears of what has a name, or another, while an event goes on."""

    def __init__(
        self, camera: Camera, classifier: Classifier, threads: Executor, told: Callable[[MotionNamed], None]
    ) -> None:
        self._camera = camera
        self._classifier = classifier
        self._threads = threads
        self._told = told
        self._event: MotionStarted | None = None
        self._names = EventNames(camera.naming)
        self._known: tuple[Kind, ...] | None = None
        self._newest: deque[_Asked] = deque(maxlen=1)
        """The one that waits: the loop puts it there, the thread takes it."""
        self._is_looking = False
        self.looked: tuple[Looked, ...] = ()
        """The newest look at what moves in the event in progress, or at the last one."""
        self.problem: str | None = None
        """The last error that was told; a defect of ours."""

    def know(self, camera: Camera) -> None:
        """Other settings, from the next event on."""
        self._camera = camera

    def begin(self, event: MotionStarted) -> None:
        self._event, self._names, self._known = event, EventNames(self._camera.naming), None
        self._newest.clear()
        self.looked = ()

    def offer(self, look: Look, motion: Motion) -> None:
        """Look there if it is time; never waits."""
        if self._event is None or not self._camera.naming.enabled or not motion.moving:
            return
        there = places(motion, look.size)
        if not there or not self._names.is_due(look.pts_s):
            return
        self._newest.append(_Asked(self._names, look, there))
        self._next()

    def end(self, event: MotionEnded) -> MotionEnded:
        """The event with what is known of it."""
        if self._event is None or self._event.event_id != event.event_id:
            return event
        named, jpeg = self._names.named()
        unwanted = self._names.unwanted(event.pts_s)
        self._event = None
        self._newest.clear()
        return replace(event, named=named, jpeg=jpeg or event.jpeg, unwanted=unwanted)

    def _next(self) -> None:
        if self._is_looking or not self._newest:
            return
        self._is_looking = True
        asyncio.wrap_future(self._threads.submit(self._look)).add_done_callback(self._done)

    def _look(self) -> tuple[_Asked, Seen] | None:
        """Worker. None where the event is over meanwhile, or there is no picture."""
        try:
            asked = self._newest.pop()
        except IndexError:
            return None
        seen = seen_by(self._classifier, asked.look, asked.places)
        return None if seen is None else (asked, seen)

    def _done(self, done: asyncio.Future[tuple[_Asked, Seen] | None]) -> None:
        self._is_looking = False
        if done.cancelled():
            return
        if (error := done.exception()) is not None:
            self._fail(error)
        elif (result := done.result()) is not None:
            asked, seen = result
            asked.names.add(seen)
            if asked.names is self._names:
                self.looked = looked(seen, asked.look.received_at)
                self._tell(seen.pts_s)
        if self._newest and not self._names.is_due(self._newest[-1].look.pts_s):
            self._newest.clear()
        self._next()

    def _tell(self, pts_s: float) -> None:
        named, jpeg = self._names.named()
        kinds = kinds_of(named)
        if self._event is None or kinds in {self._known, (Kind.UNNAMED,)}:
            return
        self._known = kinds
        event = self._event
        self._told(MotionNamed(event.camera_id, event.event_id, pts_s, event.started_at, named, jpeg))

    def _fail(self, error: BaseException) -> None:
        said = f"{type(error).__name__}: {error}"
        if said != self.problem:
            self.problem = said
            camera_logger(__name__, self._camera.name).error("what moves could not be named", exc_info=error)
