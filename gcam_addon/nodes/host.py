"""A node, from within: it runs cameras as the desk says and tells what comes of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

from gcam_addon.clock import SystemClock
from gcam_addon.duties import Duties
from gcam_addon.engines.local import LocalEngine
from gcam_addon.errors import NotFound
from gcam_addon.machine.limits import own_cost
from gcam_addon.model import (
    CameraChanged,
    CameraState,
    DutyChanged,
    DutyState,
    Event,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Tracks,
)
from gcam_addon.nodes.link import Link
from gcam_addon.nodes.messages import (
    Beat,
    Block,
    Board,
    Calm,
    Clock,
    Close,
    Decided,
    Done,
    Failed,
    Fares,
    Happened,
    Lamp,
    NodeEvent,
    Order,
    Over,
    Picture,
    Pictured,
    Record,
    Rules,
    Seen,
    Sent,
    Showing,
    Snapshot,
    Start,
    Stop,
    Unwatch,
    Wait,
    Watch,
    Word,
)
from gcam_addon.nodes.problems import problem_of, raised
from gcam_addon.recording.journal import JournalWriter

_BEAT_S = 1.0
_MOST_BYTES = 1024 * 1024
"""That wait for the desk: with more it is told of no counters."""
_MOST_PICTURES_BYTES = 16 * 1024 * 1024
"""… and with more, events go without their pictures."""

Talk = Link[Word, Order]


class Host:
    """Loop. `obey` until the desk closes it, or is gone."""

    def __init__(
        self, link: Talk, engine: LocalEngine, journal: JournalWriter, clock: SystemClock, duties: Duties
    ) -> None:
        self._link = link
        self._engine = engine
        self._journal = journal
        self._clock = clock
        self._duties = duties
        self._told = _Told()
        self._watched: dict[int, asyncio.Task[None]] = {}
        engine.subscribe(self)

    def publish(self, event: Event) -> None:
        """interfaces.Sink. Raises `TypeError` for what is the desk's own to tell."""
        if not isinstance(event, NodeEvent):
            raise TypeError(f"{type(event).__name__} does not travel")
        if isinstance(event, CameraChanged):
            self._tell_showing(event.state.camera_id)
            self._told.states[event.state.camera_id] = event.state
        if (
            isinstance(event, MotionStarted | MotionNamed | MotionEnded)
            and self._link.waiting_bytes > _MOST_PICTURES_BYTES
        ):
            event = replace(event, jpeg=b"")
        self._link.say(Happened(event))

    def hear_duty(self, state: DutyState) -> None:
        self._link.say(Happened(DutyChanged(state)))

    async def obey(self) -> None:
        beating = self._duties.task("beat", self._beat_on)
        try:
            while (order := await self._link.next()) is not None and not isinstance(order, Close):
                self._obey(order)
                await asyncio.sleep(0)  # what was begun is begun: the next order may be about it
        finally:
            beating.cancel()
            for task in self._watched.values():
                task.cancel()

    def _obey(self, order: Order) -> None:
        match order:
            case Start(number) | Stop(number):
                self._duties.once("orders", self._answer(number, self._started(order)))
            case Snapshot(number):
                self._duties.once("snapshots", self._answer(number, self._picture(order)))
            case Watch():
                task = self._duties.once("watched", self._show(order))
                self._watched[order.stream] = task
                task.add_done_callback(lambda _: self._watched.pop(order.stream, None))
            case Unwatch(stream):
                if (watched := self._watched.get(stream)) is not None:
                    watched.cancel()
            case Block(None):
                self._journal.unblock()
            case Block(problem) if problem is not None:
                self._journal.block(raised(problem))
            case Wait(problem):
                self._journal.wait_for_disk(None if problem is None else raised(problem))
            case Clock(offset_s):
                self._clock.follow(offset_s)
            case Rules(floor_bytes, log_level):
                self._journal.floor_bytes = floor_bytes
                logging.getLogger().setLevel(log_level)
            case _:
                self._tell_engine(order)

    def _tell_engine(self, order: Order) -> None:
        """What is said to a camera that has gone meanwhile concerns nobody."""
        match order:
            case Record(camera_id, seconds):
                with suppress(NotFound):
                    self._engine.record(camera_id, seconds)
            case Lamp(camera_id, level):
                self._engine.note_lamp(camera_id, level)
            case Board(camera_id, health):
                self._engine.note_board(camera_id, health)
            case Calm(camera_id):
                self._engine.calm(camera_id)

    async def _answer(self, number: int, work: Coroutine[Any, Any, Word]) -> None:
        """Somebody waits for it, whatever becomes of the work."""
        try:
            self._link.say(await work)
        except Exception as error:
            self._link.say(Failed(number, f"{type(error).__name__}: {error}"))
            raise

    async def _started(self, order: Start | Stop) -> Done:
        if isinstance(order, Start):
            await self._engine.start(order.camera)
        else:
            await self._engine.stop(order.camera_id)
        return Done(order.number)

    async def _picture(self, order: Snapshot) -> Pictured:
        try:
            return Pictured(order.number, await self._engine.snapshot(order.camera_id, hd=order.hd))
        except NotFound:
            return Pictured(order.number, None)

    async def _show(self, order: Watch) -> None:
        """Said at once and in its order, so that nothing comes after it was to be seen no more; the next is
        taken, which is the newest then, when the desk has taken this one.
        """
        try:
            async with aclosing(self._seen(order)) as seen:
                async for word in seen:
                    self._link.say(word)
                    await self._link.room()
        except NotFound:
            pass
        finally:
            self._link.say(Over(order.stream))

    async def _seen(self, order: Watch) -> AsyncGenerator[Word, None]:
        engine, stream, camera_id = self._engine, order.stream, order.camera_id
        match order.what:
            case Seen.PICTURES:
                async with aclosing(engine.watch(camera_id, hd=order.hd)) as frames:
                    async for frame in frames:
                        yield Picture(stream, frame)
            case Seen.DECISIONS:
                async with aclosing(engine.decisions(camera_id)) as decisions:
                    async for decision in decisions:
                        yield Decided(stream, decision)
            case Seen.UNITS:
                tracks: Tracks | None = None
                async with aclosing(engine.units(camera_id, hd=order.hd).watch()) as watched:
                    async for units in watched:
                        for unit in units:
                            news = None if unit.tracks is tracks else unit.tracks
                            tracks = unit.tracks
                            times = unit.pts_s, unit.received_at
                            yield Sent(stream, unit.data, *times, unit.is_key, unit.is_sound, news)

    async def _beat_on(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_S)
            is_heard = self._link.waiting_bytes <= _MOST_BYTES
            cameras = self._fare() if is_heard else ()
            self._link.say(
                Beat(
                    cameras,
                    problem_of(self._journal.blocked),
                    self._journal.silence.lasts_s(),
                    self._told.news_of(self._duties.states()) if is_heard else None,
                    own_cost(),
                )
            )

    def _fare(self) -> tuple[Fares, ...]:
        """What is new of every camera."""
        told, news = self._told, []
        states = self._engine.states()
        showing = {camera_id: self._showing(camera_id) for camera_id in states}
        for camera_id, state in states.items():
            new_state = state if state != told.states.get(camera_id) else None
            new_showing = showing[camera_id] if showing[camera_id] != told.showing.get(camera_id) else None
            if new_state is not None or new_showing is not None:
                news.append(Fares(camera_id, new_state, new_showing))
        told.states, told.showing = dict(states), showing
        return tuple(news)

    def _tell_showing(self, camera_id: str) -> None:
        """Before its state: who hears of that and looks is to see what there is."""
        showing = self._showing(camera_id)
        before = self._told.showing.get(camera_id, Showing())
        if replace(before, skipped=0) != replace(showing, skipped=0):
            self._told.showing[camera_id] = showing
            fares = (Fares(camera_id, None, showing),)
            blocked = problem_of(self._journal.blocked)
            self._link.say(Beat(fares, blocked, self._journal.silence.lasts_s(), None, own_cost()))

    def _showing(self, camera_id: str) -> Showing:
        try:
            sd, hd = self._engine.units(camera_id), self._engine.units(camera_id, hd=True)
        except NotFound:
            return Showing()
        film = hd is not sd
        skipped = self._engine.skipped(camera_id)
        return Showing(film, sd.tracks, hd.tracks if film else None, skipped)


class _Told:
    """What the desk knows already."""

    def __init__(self) -> None:
        self.states: dict[str, CameraState] = {}
        self.showing: dict[str, Showing] = {}
        self._duties: tuple[DutyState, ...] = ()

    def news_of(self, duties: tuple[DutyState, ...]) -> tuple[DutyState, ...] | None:
        if duties == self._duties:
            return None
        self._duties = duties
        return duties
