"""Alerts as a sink: hears everything, writes down what is to be told, and sees to it that it is."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from gcam_addon.alerts.deciding import Decider, Tiding
from gcam_addon.alerts.heartbeat import Heartbeat
from gcam_addon.alerts.outbox import Draft, Kept, Outbox
from gcam_addon.alerts.pacing import Part
from gcam_addon.alerts.postman import Postman, Reached
from gcam_addon.alerts.store import FILE, AlertStore
from gcam_addon.alerts.wording import facts_of
from gcam_addon.clock import Clock
from gcam_addon.config.alert_model import (
    AlertRule,
    AlertSettings,
    ChannelSettings,
    Destination,
    HeartbeatSettings,
)
from gcam_addon.duties import Duties
from gcam_addon.errors import LaterVersion, RecordingError
from gcam_addon.interfaces import Channel
from gcam_addon.machine.loop import in_threads
from gcam_addon.model import Clip, ClipReady, DutyStatus, Event
from gcam_addon.model.alerts import Importance, NewPlace, Topic

_LOOK_EVERY_S = 1.0
_TIDY_EVERY_S = 3600.0
_MOST_HEARD = 5000
_DUTY = "alerts"
_OUTBOX = "outbox.db"
_WITH_CLIPS = frozenset({Topic.MOTION, Topic.ALARM})
"""What they are of may be an event that is being recorded."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Household:
    """What alerts ask of the rest. `sees`: whether that account may see that camera now; `clip`: where its
    video lies, None where it is gone; `armed_in`: the guard's mode, None while it is not armed.
    """

    name_of: Callable[[str], str]
    armed_in: Callable[[], str | None]
    sees: Callable[[str, str], bool]
    clip: Callable[[str], Awaitable[Path | None]]


class Alerts:
    """interfaces.Sink. `start` and `stop` once. All methods on the loop."""

    def __init__(
        self,
        data_dir: Path,
        clock: Clock,
        household: Household,
        channel_for: Callable[[ChannelSettings], Channel],
        *,
        beat: Callable[[str], Awaitable[None]],
        duties: Duties,
    ) -> None:
        """`beat` calls an address once; it raises `ChannelError`."""
        self._store = AlertStore(data_dir / FILE)
        self._outbox = Outbox(data_dir / _OUTBOX)
        self._clock = clock
        self._household = household
        self._channel_for = channel_for
        self._beat = beat
        self._duties = duties
        self._threads = duties.pool(_DUTY, 1)
        self._decider = Decider(AlertSettings(), household.name_of, household.armed_in)
        self._heard: deque[Event] = deque()
        self._unwritten: list[Draft] = []
        self._something = asyncio.Event()
        self._postmen: dict[str, Postman] = {}
        self._heartbeat: Heartbeat | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._tidied_s = float("-inf")
        self._task: asyncio.Task[None] | None = None
        self.problem: str | None = None
        self.unheard = 0
        """Events that nobody was told of, since too many came at once."""

    async def start(self) -> None:
        """Raises `LaterVersion`. A file that can't be used now is tried again."""
        await asyncio.to_thread(self._store.load)
        try:
            await in_threads(self._threads, self._outbox.open)
        except LaterVersion:
            raise
        except RecordingError as error:
            self._failed(error)
        self._obey()
        self._task = self._duties.task(_DUTY, self._keep_telling)

    async def stop(self) -> None:
        """What was heard is written down; what was not sent is by the next run."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        with suppress(RecordingError):
            await self._write()
        working: list[Postman | Heartbeat] = [*self._postmen.values()]
        working += [] if self._heartbeat is None else [self._heartbeat]
        await asyncio.gather(*self._leaving, *(one.stop() for one in working))
        await in_threads(self._threads, self._outbox.close)
        self._threads.shutdown(wait=False)

    def publish(self, event: Event) -> None:
        if len(self._heard) >= _MOST_HEARD:
            self.unheard += 1
            self._heard.popleft()
        self._heard.append(event)
        self._something.set()

    def signed_in(self, place: NewPlace) -> None:
        """Only for alerts: none of those who hear events is to learn where people are."""
        now = self._clock.wall()
        for tiding in self._decider.sign_in(place):
            self._unwritten += _drafts(tiding, now)
        self._something.set()

    @property
    def settings(self) -> AlertSettings:
        return self._store.settings

    def reached(self, destination_id: str) -> Reached:
        """How it fares there."""
        postman = self._postmen.get(destination_id)
        return Reached() if postman is None else postman.reached

    @property
    def heartbeat(self) -> Reached:
        """How it fares."""
        return Reached() if self._heartbeat is None else self._heartbeat.reached

    async def put(self, section: str, sent: dict[str, object]) -> None:
        """As `AlertStore.put`; counts at once."""
        await self._store.put(section, sent)
        self._obey()

    async def remove(self, section: str, entry_id: str) -> None:
        await self._store.remove(section, entry_id)
        self._obey()
        if section == "destinations":
            await in_threads(self._threads, self._outbox.forget, entry_id)

    async def set_link(self, link: str | None) -> None:
        await self._store.set_link(link)
        self._obey()

    async def set_heartbeat(self, sent: Mapping[str, object]) -> None:
        """As `AlertStore.set_heartbeat`; called at once."""
        await self._store.set_heartbeat(sent)
        self._obey()

    async def snooze(self, camera: str | None, until: float) -> None:
        """No motion or loss of that camera (None: of any) is told before then; 0: it is again."""
        await self._store.snooze(camera, until, self._clock.wall())
        self._obey()

    async def newest(self, limit: int) -> Sequence[Kept]:
        """Newest first. Raises `RecordingError`."""
        return await in_threads(self._threads, self._outbox.newest, limit)

    async def waiting(self) -> dict[str, int]:
        """How many, by destination. Raises `RecordingError`."""
        return dict(await in_threads(self._threads, self._outbox.waiting))

    async def try_out(self, destination: Destination, picture: bytes) -> str:
        """Sends a real letter there now; its server's answer. Raises `ChannelError`."""
        postman = self._postman(destination)
        said = await postman.try_out(picture)
        if destination.id in self._postmen:
            await in_threads(self._threads, self._outbox.hurry, destination.id, self._clock.wall())
            self._postmen[destination.id].look()
        return said

    async def _keep_telling(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await self._something.wait()
            self._something.clear()
            try:
                await self._write()
                await self._tidy()
            except RecordingError as error:
                self._failed(error)
            else:
                self._works()

    async def _write(self) -> None:
        """Everything heard so far is on disk. Raises `RecordingError`; what was decided is kept till then."""
        now, told = self._clock.wall(), set[str]()
        while self._heard:
            event = self._heard[0]
            if isinstance(event, ClipReady):
                told |= await self._follow(event.clip, now)
            self._heard.popleft()
            told_of = self._decider.take(event, now)
            self._unwritten += [draft for one in told_of for draft in _drafts(one, now)]
        self._unwritten += [draft for one in self._decider.due(now) for draft in _drafts(one, now)]
        await self._put(told)
        for destination_id in told & set(self._postmen):
            self._postmen[destination_id].look()

    async def _follow(self, clip: Clip, now: float) -> set[str]:
        """Whoever was told of its events; what was decided of them is on disk before."""
        told = set[str]()
        if clip.event_ids:
            await self._put(told)
            follow = partial(self._outbox.follow, clip.event_ids, clip.id, clip.started_at, now)
            told |= await in_threads(self._threads, follow)
        return told

    async def _put(self, told: set[str]) -> None:
        if self._unwritten:
            drafts = tuple(self._unwritten)
            await in_threads(self._threads, self._outbox.put, drafts, self._clock.wall())
            del self._unwritten[: len(drafts)]
            told |= {draft.destination for draft in drafts}

    async def _tidy(self) -> None:
        now_s = self._clock.monotonic()
        if now_s - self._tidied_s >= _TIDY_EVERY_S:
            self._tidied_s = now_s
            await in_threads(self._threads, self._outbox.tidy, self._clock.wall())

    def _obey(self) -> None:
        """The settings as they are now: rules count from here on, destinations that changed begin anew."""
        settings = self._store.settings
        self._decider.obey(settings)
        wanted = {one.id: one for one in settings.destinations if one.enabled}
        for destination_id, postman in tuple(self._postmen.items()):
            if postman.destination != wanted.get(destination_id):
                del self._postmen[destination_id]
                self._part_with(postman)
        for destination_id, destination in wanted.items():
            if destination_id not in self._postmen:
                self._postmen[destination_id] = postman = self._postman(destination)
                postman.start()
        if settings.heartbeat != (self._heartbeat and self._heartbeat.settings):
            self._obey_heartbeat(settings.heartbeat)

    def _obey_heartbeat(self, wanted: HeartbeatSettings | None) -> None:
        if self._heartbeat is not None:
            self._part_with(self._heartbeat)
            self._decider.forget_heartbeat()
        self._heartbeat = None
        if wanted is not None:
            self._heartbeat = Heartbeat(
                wanted,
                self._beat,
                self._clock,
                unwell=lambda: self.problem or self._decider.unwell(),
                tell=lambda why: self._tell_of_channel("", "", why),
                duties=self._duties,
                jitter=lambda: random.uniform(-1, 1),
            )
            self._heartbeat.start()

    def _part_with(self, one: Postman | Heartbeat) -> None:
        self._leaving.add(leaving := self._duties.once(f"{_DUTY} end", one.stop()))
        leaving.add_done_callback(self._leaving.discard)

    def _postman(self, destination: Destination) -> Postman:
        return Postman(
            destination,
            self._channel_for,
            self._outbox,
            self._threads,
            self._clock,
            sees=self._household.sees,
            clip=self._household.clip,
            link=lambda: self._store.settings.link,
            tell=lambda one, why: self._tell_of_channel(one.id, one.name, why),
            duties=self._duties,
            jitter=lambda: random.uniform(-1, 1),
        )

    def _tell_of_channel(self, destination_id: str, name: str, problem: str) -> None:
        """Others are told where there is a rule for it."""
        now = self._clock.wall()
        for tiding in self._decider.channel_fails(destination_id, name, problem, now):
            self._unwritten += _drafts(tiding, now)
        self._something.set()

    def _failed(self, error: RecordingError) -> None:
        if self.problem is None:
            self._duties.failed(
                _DUTY, error, DutyStatus.WAITING, "keeps in memory what is to be told until it is mended"
            )
        self.problem = str(error)

    def _works(self) -> None:
        if self.problem is not None:
            self.problem = None
            self._duties.started(_DUTY)
            _log.info("what is to be told is written down again")


def _drafts(tiding: Tiding, now: float) -> list[Draft]:
    rule = tiding.rule
    is_motion = tiding.topic is Topic.MOTION
    return [
        Draft(
            destination,
            rule.id,
            tiding.topic,
            tiding.happening,
            Part.OVER if tiding.over else Part.FIRST,
            tiding.at,
            facts_of(tiding),
            _importance(rule, now),
            tiding.camera_id,
            rule.at_most_every_s if is_motion else 0.0,
            wants_clip=rule.clip and tiding.topic in _WITH_CLIPS,
            picture=tiding.picture,
        )
        for destination in rule.to
    ]


def _importance(rule: AlertRule, now: float) -> Importance:
    """In its quiet hours, in the time zone that Gcam tells everything in, it comes without a sound."""
    time_of_day = f"{datetime.fromtimestamp(now).astimezone():%H:%M}"
    is_quiet = rule.quiet is not None and rule.quiet.hold(time_of_day)
    return Importance.QUIET if is_quiet and rule.importance is Importance.NORMAL else rule.importance
