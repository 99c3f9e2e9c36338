"""A node, as the desk has it: a process that runs cameras, and another one where it ends although it should
not. What the engine wants of cameras it passes on, what comes of them it tells.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from gcam_addon import __version__
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties
from gcam_addon.engines.local import not_run, runs
from gcam_addon.errors import Defect, NotFound, RecordingError
from gcam_addon.live.units import UnitRelay
from gcam_addon.machine.limits import Cost
from gcam_addon.model import (
    CameraChanged,
    CameraState,
    Decision,
    DutyChanged,
    DutyState,
    EncodedFrame,
    Event,
    RecordingChanged,
    Status,
)
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.nodes import log
from gcam_addon.nodes.far import Asking, FarCamera, Feed
from gcam_addon.nodes.link import Link
from gcam_addon.nodes.messages import (
    Beat,
    Begin,
    Block,
    Board,
    Calm,
    Clock,
    Close,
    Decided,
    DiskLow,
    Done,
    Failed,
    Happened,
    JournalClosed,
    Lamp,
    LogLine,
    NodeEvent,
    Order,
    Over,
    Picture,
    Pictured,
    Problem,
    Ready,
    Record,
    Rules,
    Sent,
    Snapshot,
    Start,
    Stop,
    Unwatch,
    Wait,
    Watch,
    Word,
)
from gcam_addon.nodes.problems import problem_of, raised
from gcam_addon.nodes.process import NodeProcess
from gcam_addon.recording.service import Recordings
from gcam_addon.words.reason import because

ENDS_WITHIN_S: Final = 4.5
"""Of the 9 s that the desk itself has."""
_SILENT_S: Final = 20
"""Seconds that the desk was there and heard nothing: then the node hangs, and is ended."""
_BEGINS_WITHIN_S: Final = 180
"""So long it may take to say the first: a small computer that does much else has much to load."""
_log = logging.getLogger(__name__)


class NodeFailed(RuntimeError):  # noqa: N818
    """At what it was asked for, as nobody foresaw; it goes on."""


class NodeEnded(Defect):
    """Nobody wanted that."""

    def __init__(self, name: str, status: int | None) -> None:
        super(Defect, self).__init__(because("worker_ended", worker=name, status=status))


@dataclass(frozen=True, slots=True)
class Work:
    """What all nodes of a desk share."""

    clock: SystemClock
    publish: Callable[[Event], None]
    recordings: Callable[[], Recordings]
    duties: Duties
    threads: int
    """In each."""
    floor_bytes: Callable[[], int]


class RemoteNode:
    """As much of interfaces.Engine as concerns its cameras, and recording.service.Journals. All on the loop;
    its process begins with its first camera.
    """

    def __init__(self, number: int, work: Work) -> None:
        self.name = f"worker {number}"
        self._number = number
        self._work = work
        self._cameras: dict[str, FarCamera] = {}
        self._task: asyncio.Task[None] | None = None
        self._process: NodeProcess | None = None
        self._link: Link[Order, Word] | None = None
        """While it takes orders."""
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Word | None]] = {}
        self._feeds: dict[int, Feed] = {}
        self._blocked: Problem | None = None
        self._waits: Problem | None = None
        self._asking = Asking(self._watch, self._unwatch)
        self._cost = self._former = Cost()
        """Of its process, and of those before."""
        self._quiet_s = 0
        self._is_closing = False

    def __len__(self) -> int:
        return len(self._cameras)

    async def start(self, camera: Camera) -> None:
        if self._is_closing:
            return
        far, before = self._cameras.get(camera.id), None
        if far is None:
            state = not_run(camera, self._work.clock.wall())
            far = self._cameras[camera.id] = FarCamera(camera, state, self._asking)
        else:
            before, far.camera = far.camera, camera
        self._begin()
        await self._ask(lambda number: Start(number, camera))
        if before is None:
            return
        if before.privacy_masks != camera.privacy_masks:
            far.forget()
        if self._link is None and not (runs(before) and runs(camera)):
            self._tell_in_its_place(far)

    async def stop(self, camera_id: str) -> None:
        far = self._cameras.pop(camera_id, None)
        if far is not None:
            await self._ask(lambda number: Stop(number, camera_id))
            far.close()

    async def close(self) -> None:
        self._is_closing = True
        if self._task is not None:
            self._say(Close())
            if self._link is None:
                self._task.cancel()
            _, waiting = await asyncio.wait({self._task}, timeout=ENDS_WITHIN_S)
            if waiting:
                _log.warning("%s does not end and is killed; what it recorded is finished later", self.name)
            self._task.cancel()
            await asyncio.wait({self._task})
        for far in self._cameras.values():
            far.close()
        self._cameras.clear()

    def states(self) -> Mapping[str, CameraState]:
        return {camera_id: far.state for camera_id, far in self._cameras.items()}

    def state(self, camera_id: str) -> CameraState | None:
        far = self._cameras.get(camera_id)
        return None if far is None else far.state

    def watch(self, camera_id: str, *, hd: bool = False) -> AsyncGenerator[EncodedFrame, None]:
        return self._find(camera_id).pictures(hd).watch()

    def units(self, camera_id: str, *, hd: bool = False) -> UnitRelay:
        return self._find(camera_id).units(hd)

    def decisions(self, camera_id: str) -> AsyncGenerator[Decision, None]:
        return self._find(camera_id).decisions.watch()

    def epoch(self, camera_id: str) -> int:
        far = self._cameras.get(camera_id)
        return 0 if far is None else far.epoch

    def skipped(self, camera_id: str) -> int:
        far = self._cameras.get(camera_id)
        return 0 if far is None else far.skipped

    async def snapshot(self, camera_id: str, *, hd: bool = False) -> EncodedFrame | None:
        far = self._find(camera_id)
        epoch = far.epoch
        answer = await self._ask(lambda number: Snapshot(number, camera_id, hd))
        return answer.frame if isinstance(answer, Pictured) and far.epoch == epoch else None

    def record(self, camera_id: str, seconds: float | None) -> None:
        far = self._find(camera_id)
        if not runs(far.camera):
            raise NotFound(because("not_recordable", camera=camera_id, status=far.state.status))
        until = self._work.clock.wall() + seconds if seconds else None
        far.state = replace(far.state, manual_until=until)  # it is to be known where the node is not there
        self._say(Record(camera_id, seconds))

    def note_lamp(self, camera_id: str, level: int | None) -> None:
        if (far := self._cameras.get(camera_id)) is not None:
            far.state = replace(far.state, lamp=level)
            self._say(Lamp(camera_id, level))

    def note_board(self, camera_id: str, health: BoardHealth | None) -> None:
        if (far := self._cameras.get(camera_id)) is not None:
            far.state = replace(far.state, board_health=health)
            self._say(Board(camera_id, health))

    def calm(self, camera_id: str) -> None:
        self._say(Calm(camera_id))

    @property
    def cost(self) -> Cost:
        return self._former + self._cost

    def follow_clock(self) -> None:
        self._say(Clock(self._work.clock.offset_s))

    def follow_settings(self) -> None:
        self._say(Rules(self._work.floor_bytes(), logging.getLogger().level))

    @property
    def blocked(self) -> RecordingError | None:
        return None if self._blocked is None else raised(self._blocked)

    def block(self, problem: RecordingError) -> None:
        self._blocked = problem_of(problem)
        self._say(Block(self._blocked))

    def unblock(self) -> None:
        self._blocked = None
        self._say(Block(None))

    def wait_for_disk(self, problem: RecordingError | None) -> None:
        self._waits = problem_of(problem)
        self._say(Wait(self._waits))

    # What goes to the node

    def _say(self, order: Order) -> None:
        """What concerns cameras it is told again where it begins anew."""
        if self._link is not None:
            self._link.say(order)

    async def _ask(self, order_of: Callable[[int], Order]) -> Word | None:
        """None: the node is not there; where it is again, it is told of all its cameras. `NodeFailed`."""
        if self._link is None:
            return None
        number = next(self._numbers)
        answer: asyncio.Future[Word | None] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        self._link.say(order_of(number))
        try:
            return await answer
        finally:
            self._asked.pop(number, None)

    def _watch(self, feed: Feed) -> None:
        feed.stream = next(self._numbers)
        self._feeds[feed.stream] = feed
        self._say(_wanted(feed))

    def _unwatch(self, feed: Feed) -> None:
        if self._feeds.pop(feed.stream, None) is not None:
            self._say(Unwatch(feed.stream))

    # The process

    def _begin(self) -> None:
        if self._task is None:
            self._work.recordings().join(self)
            self._task = self._work.duties.task(self.name, self._run)

    async def _run(self) -> None:
        """One process from its begin to its end. Raises `NodeEnded` where nobody wanted that."""
        recordings = self._work.recordings()
        try:
            await recordings.adopt(self._number)
        except RecordingError as error:
            _log.warning("what %s left behind waits for the next start: %s", self.name, error)
        async with NodeProcess(self._number, recordings.lock) as process:
            self._process, self._quiet_s = process, 0
            looking = self._work.duties.task(f"{self.name} watch", self._look_on)
            try:
                await self._hear_all(process.link)
            finally:
                looking.cancel()
                self._process = self._link = None
                self._lost()
        if not self._is_closing:
            raise NodeEnded(self.name, process.status)

    async def _hear_all(self, link: Link[Order, Word]) -> None:
        link.say(self._first())
        while (word := await link.next()) is not None:
            self._quiet_s = 0
            if isinstance(word, Ready):
                self._link = link
                self._tell_all()
            else:
                self._hear(word)

    def _first(self) -> Begin:
        work = self._work
        folder, *memory = work.recordings().journals_of(self._number)
        return Begin(
            __version__,
            folder,
            memory[0] if memory else None,
            work.floor_bytes(),
            work.threads,
            logging.getLogger().level,
            work.clock.offset_s,
        )

    def _tell_all(self) -> None:
        """One that begins knows nothing, or what held a while ago."""
        self.follow_settings()
        for order in (Block(self._blocked), Wait(self._waits), Clock(self._work.clock.offset_s)):
            self._say(order)
        for camera_id, far in self._cameras.items():
            far.begin_anew()
            self._say(Start(0, far.camera))
            self._say(Lamp(camera_id, far.state.lamp))
            self._say(Board(camera_id, far.state.board_health))
            if (by_hand_s := far.by_hand_s(self._work.clock.wall())) > 0:
                self._say(Record(camera_id, by_hand_s))
        for feed in self._feeds.values():
            self._say(_wanted(feed))
        if self._is_closing:
            self._say(Close())

    async def _look_on(self) -> None:
        """Counted, not measured: what it said while this process stood still is not heard yet."""
        while self._quiet_s < (_BEGINS_WITHIN_S if self._link is None else _SILENT_S):
            await asyncio.sleep(1.0)
            self._quiet_s += 1
        if self._process is not None:
            _log.error("%s has not said anything for %d s and is ended", self.name, self._quiet_s)
            self._process.kill()

    def _lost(self) -> None:
        """What it was about to answer, and what went on in it, is over."""
        for answer in self._asked.values():
            if not answer.done():
                answer.set_result(None)
        recordings, clock = self._work.recordings(), self._work.clock
        recordings.silence.note(self, 0)
        self._former, self._cost = replace(self.cost, memory_bytes=0), Cost()
        self._work.duties.adopt(self.name, ())
        if self._is_closing:
            return
        for camera_id, far in self._cameras.items():
            over = far.cut_off(clock.monotonic(), clock.wall())
            if over is not None:
                self._work.publish(over)
            if far.state.recording:
                self._work.publish(RecordingChanged(camera_id, recording=False))
            if runs(far.camera):
                far.state = self._cut_off(far.state)
                self._work.publish(CameraChanged(far.state))

    def _tell_in_its_place(self, far: FarCamera) -> None:
        """A camera was switched on or off while the node is not there to say so."""
        before = far.state
        idle = not_run(far.camera, self._work.clock.wall())
        far.state = replace(idle, lamp=before.lamp, board_health=before.board_health)
        if not runs(far.camera):
            far.dismiss()
        self._work.publish(CameraChanged(far.state))

    def _cut_off(self, state: CameraState) -> CameraState:
        return replace(
            state,
            status=Status.RECONNECTING,
            since=self._work.clock.wall(),
            problem=because("worker_again", worker=self.name),
            problem_code=Defect.code,
            motion=False,
            what=None,
            recording=False,
            fps=0.0,
            queued=0,
        )

    # What comes from the node

    def _hear(self, word: Word) -> None:
        match word:
            case Picture() | Sent() | Decided():
                if (feed := self._feeds.get(word.stream)) is not None:
                    feed.put(word)
            case Over(stream):
                if (feed := self._feeds.pop(stream, None)) is not None:
                    feed.over()
            case Happened(event):
                self._happened(event)
            case Beat():
                self._beat(word)
            case Done() | Pictured():
                if (answer := self._asked.get(word.number)) is not None and not answer.done():
                    answer.set_result(word)
            case Failed(number, why):
                if (answer := self._asked.get(number)) is not None and not answer.done():
                    answer.set_exception(NodeFailed(f"{self.name}: {why}"))
            case LogLine():
                log.write(word)
            case _:
                self._hear_of_disk(word)

    def _hear_of_disk(self, word: Word) -> None:
        match word:
            case JournalClosed(path):
                self._work.recordings().submit(path)
            case DiskLow(blocked):
                self._blocked = blocked
                self._work.recordings().look_after_room()

    def _happened(self, event: NodeEvent) -> None:
        if isinstance(event, DutyChanged):
            event = DutyChanged(self._renamed(event.state))
        elif isinstance(event, CameraChanged):
            far = self._cameras.get(event.state.camera_id)
            if far is None:
                return
            far.state = event.state
        elif (far := self._cameras.get(getattr(event, "camera_id", ""))) is not None:
            far.hear(event)
        self._work.publish(event)

    def _beat(self, beat: Beat) -> None:
        self._blocked, self._cost = beat.blocked, beat.cost
        self._work.recordings().silence.note(self, beat.silent_s)
        if beat.duties is not None:
            self._work.duties.adopt(self.name, tuple(map(self._renamed, beat.duties)))
        for fares in beat.cameras:
            far = self._cameras.get(fares.camera_id)
            if far is None:
                continue
            if fares.showing is not None:
                far.know(fares.showing)
            if fares.state is not None:
                far.state = fares.state

    def _renamed(self, state: DutyState) -> DutyState:
        """What every process has one of."""
        is_cameras = any(state.name.startswith(f"camera {camera_id}") for camera_id in self._cameras)
        return state if is_cameras else replace(state, name=f"{state.name} ({self.name})")

    def _find(self, camera_id: str) -> FarCamera:
        try:
            return self._cameras[camera_id]
        except KeyError:
            raise NotFound(because("no_camera", camera=camera_id)) from None


def _wanted(feed: Feed) -> Watch:
    thing = feed.thing
    return Watch(feed.stream, thing.camera_id, thing.what, thing.hd)
