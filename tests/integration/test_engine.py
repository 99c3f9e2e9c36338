"""The local engine with real parts: virtual boards over real sockets, detection, recording, reconnects."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import pytest

from gcam_addon.assembly import Shared, build_runner
from gcam_addon.cameras.roster import Roster
from gcam_addon.clock import SystemClock
from gcam_addon.config.cameras import CameraStore
from gcam_addon.config.model import (
    Camera,
    DetectionSettings,
    RetentionSettings,
    SourceSettings,
    StorageSettings,
)
from gcam_addon.duties import Duties
from gcam_addon.engines.local import LocalEngine
from gcam_addon.errors import NotFound
from gcam_addon.model import (
    CameraChanged,
    CameraState,
    Cause,
    ClipReady,
    EncodedFrame,
    Event,
    MotionEnded,
    MotionStarted,
    Size,
    Status,
)
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.pipeline.gate import ConnectGate
from gcam_addon.pipeline.handoff import Threads
from gcam_addon.pipeline.runner import CameraRunner, Outlets
from gcam_addon.recording.service import Recordings
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.media import SceneFootage
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.scenes import open_scene
from gcam_addon.wire.arrivals import Arrivals
from tests.support.scripted_server import Peer, accepting
from tests.support.waiting import PATIENCE_S, until

_SIZE = Size(320, 240)
_FPS = 10.0
HEALTH = BoardHealth(1_700_000_000.0, 81, 12, "brownout", 96512, 45056, -61, None, 2041, 3977, 12)


class Rig:
    """An engine with recordings in a temporary folder, and everything it told."""

    def __init__(self, folder: Path) -> None:
        clock = SystemClock()
        self.events: list[Event] = []
        self.media_dir = folder
        storage = StorageSettings(folder, folder, retention=RetentionSettings(min_free_bytes=0))
        duties = Duties(clock)
        self.recordings = Recordings(storage, clock, duties=duties)
        pool = duties.pool("detect", 2)
        gate = ConnectGate(clock)

        def build(camera: Camera, outlets: Outlets) -> CameraRunner:
            shared = Shared(
                clock=clock,
                detection=Threads(pool, pool),
                mask_pool=pool,
                gate=gate,
                recorder_for=self.recordings.recorder_for,
                publish=self.engine.publish,
                rng=random.Random(1),
                duties=duties,
                arrivals=Arrivals(),
            )
            return build_runner(camera, outlets, shared)

        self.engine = LocalEngine(build, clock, duties=duties)
        self.engine.subscribe(self)
        self._pool = pool

    def publish(self, event: Event) -> None:
        self.events.append(event)

    async def start(self) -> None:
        await self.recordings.start(self.engine.publish)

    async def stop(self) -> None:
        await self.engine.close()
        await self.recordings.stop()
        self._pool.shutdown()

    def of(self, kind: type, camera_id: str | None = None) -> list:
        found = [event for event in self.events if isinstance(event, kind)]
        return [event for event in found if camera_id in (None, getattr(event, "camera_id", camera_id))]

    async def until(self, wanted: Callable[[], bool]) -> None:
        await until(wanted, lambda: f"the last events: {self.events[-5:]}")

    def status(self, camera_id: str) -> Status:
        return self.state(camera_id).status

    def state(self, camera_id: str) -> CameraState:
        return self.engine.states()[camera_id]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path)
    await rig.start()
    yield rig
    await rig.stop()


@pytest.fixture(scope="module")
def reels() -> dict[str, Pictures]:
    """Scenes by name, rendered once, when first asked for: the same bytes for every test."""
    return {}


class Boards:
    """Those a test plugs in; pulled out at its end, however that comes."""

    def __init__(self, reels: dict[str, Pictures]) -> None:
        self._reels = reels
        self._running = AsyncExitStack()

    async def start(self, scene: str, firmware: str = "camera-web-server") -> SimulatedCamera:
        if scene not in self._reels:
            self._reels[scene] = Pictures(SceneFootage(open_scene(scene)))
            await self._reels[scene].prerender(Adjustments(_SIZE, 12), _FPS)
        board = SimulatedCamera(firmware, self._reels[scene], fps=_FPS, size=_SIZE)
        return await self._running.enter_async_context(board)

    async def stop(self) -> None:
        await self._running.aclose()


@pytest.fixture
async def boards(reels: dict[str, Pictures]) -> AsyncIterator[Boards]:
    boards = Boards(reels)
    yield boards
    await boards.stop()


def _camera(
    camera_id: str, board: SimulatedCamera, *, stall_timeout_s: float = PATIENCE_S, **source: float
) -> Camera:
    """Not called stalled by the usual 10 s: a machine that is busy enough may need longer for a picture."""
    return Camera(
        camera_id,
        camera_id.title(),
        SourceSettings(board.url, stall_timeout_s=stall_timeout_s, **source),
        detection=DetectionSettings(warmup_s=2.0),
    )


async def test_a_person_becomes_an_event_and_a_clip(rig: Rig, boards: Boards) -> None:
    board = await boards.start("room-person")
    await rig.engine.start(_camera("room", board))
    seen: list[EncodedFrame] = []

    async def watch() -> None:
        async for frame in rig.engine.watch("room"):
            seen.append(frame)  # noqa: PERF401 - it is looked at before it ends

    watching = asyncio.create_task(watch())
    await rig.until(lambda: bool(rig.of(ClipReady)))
    watching.cancel()
    await asyncio.wait([watching])

    started, ended = rig.of(MotionStarted)[0], rig.of(MotionEnded)[0]
    clip = rig.of(ClipReady)[0].clip
    assert ended.event_id == started.event_id
    assert ended.ended_at - started.started_at > 3
    assert ended.jpeg.startswith(b"\xff\xd8")
    assert clip.event_ids[0] == started.event_id
    assert clip.started_at <= started.started_at - 4.5, "the pre-roll is in the clip"
    with av.open(str(rig.recordings.path_of(clip))) as video:
        times = [frame.time for frame in video.decode(video=0)]
    assert len(times) == clip.frames
    first = min(seen, key=lambda frame: abs(frame.received_at - clip.started_at))
    within = [frame.pts_s - first.pts_s for frame in seen if frame.received_at <= clip.ended_at]
    shown = [second for second in within if second >= 0]
    assert len(shown) > 50
    assert all(min(abs(second - time) for time in times) < 0.002 for second in shown), "no hole"


async def test_changing_one_camera_never_interrupts_the_others(
    rig: Rig, boards: Boards, tmp_path: Path
) -> None:
    four = [await boards.start("room-empty") for _ in range(4)]
    cameras = [_camera(f"cam{i}", board) for i, board in enumerate(four)]
    roster = Roster(CameraStore(tmp_path / "cameras.json"), rig.engine, cameras[:3], rig)
    await roster.load()
    await rig.until(lambda: all(rig.status(c.id) is Status.CONNECTED for c in cameras[:3]))
    seen = {"cam0": 0, "cam1": 0}

    async def count(camera_id: str) -> None:
        async for _ in rig.engine.watch(camera_id):
            seen[camera_id] += 1

    async def go_on() -> None:
        before = dict(seen)
        await rig.until(lambda: all(seen[camera_id] >= before[camera_id] + 3 for camera_id in seen))

    counting = [asyncio.create_task(count(camera_id)) for camera_id in seen]
    await roster.add({"name": "New one", "url": four[3].url})
    await roster.update("cam2", {"detection": {"sensitivity": 80}})
    await go_on()
    await roster.update("cam2", {"enabled": False})
    await go_on()
    await roster.update("cam2", {"enabled": True})
    await rig.until(lambda: rig.status("cam2") is Status.CONNECTED)
    await roster.update("cam2", {"url": four[2].url + "?again=1"})
    await go_on()
    await roster.remove("cam2")
    await go_on()
    for task in counting:
        task.cancel()
    await asyncio.gather(*counting, return_exceptions=True)

    for camera_id, board in zip(seen, four, strict=False):
        assert board.streams_opened == 1, "one connection, never broken"
        assert rig.state(camera_id).reconnects == 0


async def test_settings_that_do_not_concern_the_stream_keep_it(rig: Rig, boards: Boards) -> None:
    board = await boards.start("room-empty")
    camera = _camera("room", board)
    await rig.engine.start(camera)
    await rig.until(lambda: rig.status("room") is Status.CONNECTED)
    await rig.engine.start(replace(camera, name="Salon", detection=replace(camera.detection, sensitivity=9)))
    await rig.until(lambda: rig.engine.states()["room"].sensitivity == 9)
    assert rig.engine.states()["room"].name == "Salon"
    assert board.streams_opened == 1


async def test_decisions_are_told_while_somebody_listens(rig: Rig, boards: Boards) -> None:
    board = await boards.start("room-person")
    await rig.engine.start(_camera("room", board))
    decisions = rig.engine.decisions("room")
    heard = []
    async for decision in decisions:
        heard.append(decision)
        if decision.event:
            break
    assert heard[0].motion.cause is Cause.SETTLING
    assert heard[-1].motion.moving
    assert heard[-1].motion.regions
    assert heard[-1].motion.score >= heard[-1].motion.threshold
    assert 0.15 < (heard[-1].at - heard[0].at) / (len(heard) - 1) < 0.3, "every picture that was analysed"
    await rig.engine.stop("room")
    assert len([late async for late in decisions]) <= 1, "who listens is told that it is over"
    with pytest.raises(NotFound):
        rig.engine.decisions("room")


async def test_what_is_told_of_the_board_is_in_its_state_whether_or_not_it_runs(
    rig: Rig, boards: Boards
) -> None:
    board = await boards.start("room-person")
    camera = _camera("room", board)
    rig.engine.note_board("room", HEALTH)  # it is not there
    await rig.engine.start(camera)
    await rig.until(lambda: rig.status("room") is Status.CONNECTED)
    rig.engine.note_board("room", HEALTH)
    await rig.until(lambda: rig.state("room").board_health == HEALTH)
    await rig.engine.start(replace(camera, privacy=True))
    assert rig.state("room").board_health == HEALTH
    rig.engine.note_board("room", None)
    assert rig.state("room").board_health is None
    rig.engine.note_board("room", HEALTH)
    await rig.engine.start(camera)
    await rig.until(lambda: rig.status("room") is Status.CONNECTED)
    assert rig.state("room").board_health == HEALTH


async def test_privacy_mode_leaves_the_board_and_shows_nothing(rig: Rig, boards: Boards) -> None:
    board = await boards.start("room-person")
    camera = _camera("room", board)
    await rig.engine.start(camera)
    await rig.until(lambda: rig.status("room") is Status.CONNECTED)
    watching = rig.engine.watch("room")
    await anext(watching)
    await rig.engine.start(replace(camera, privacy=True))
    await rig.until(lambda: board.clients == 0)
    state = rig.engine.states()["room"]
    assert (state.status, state.no_recording_code) == (Status.PRIVACY, "privacy")
    assert await rig.engine.snapshot("room") is None
    assert len([frame async for frame in watching]) <= 1, "who watched is told that it is over"
    with pytest.raises(NotFound):
        rig.engine.record("room", 5.0)
    await rig.engine.start(camera)
    await rig.until(lambda: rig.status("room") is Status.CONNECTED)
    assert await anext(rig.engine.watch("room"))


async def test_a_board_that_reboots_is_back(rig: Rig, boards: Boards) -> None:
    board = await boards.start("room-empty")
    await rig.engine.start(_camera("room", board))
    await rig.until(lambda: rig.status("room") is Status.CONNECTED)
    await board.reboot(gone_s=4.0)
    await rig.until(lambda: rig.status("room") is Status.CONNECTED)
    states = [event.state for event in rig.of(CameraChanged)]
    assert Status.RECONNECTING in [state.status for state in states]
    assert rig.engine.states()["room"].reconnects == 1
    assert next(state.no_recording_reason for state in states if state.status is Status.RECONNECTING)


async def test_a_silent_board_is_noticed_though_the_connection_stays(rig: Rig, boards: Boards) -> None:
    board = await boards.start("room-empty")
    await rig.engine.start(_camera("room", board, stall_timeout_s=1.0))
    await rig.until(lambda: rig.status("room") is Status.CONNECTED)
    board.faults.add("stall")
    await rig.until(lambda: rig.status("room") is Status.RECONNECTING)
    assert rig.engine.states()["room"].problem_code == "stalled"
    board.faults.clear()
    await rig.until(lambda: rig.status("room") is Status.CONNECTED)


async def test_motion_when_the_stream_breaks_is_kept_and_goes_on_after_it(rig: Rig, boards: Boards) -> None:
    board = await boards.start("room-person")
    await rig.engine.start(_camera("room", board))
    await rig.until(lambda: bool(rig.of(MotionStarted)))
    await board.reboot(gone_s=0.2)
    await rig.until(lambda: len(rig.of(ClipReady)) >= 2)
    first, second = (event.clip for event in rig.of(ClipReady)[:2])
    assert rig.of(MotionEnded)[0].event_id in first.event_ids
    assert 0 <= second.started_at - first.ended_at < 5, "recorded again as soon as pictures came"


async def test_a_camera_that_is_not_there_costs_no_connection_storm(rig: Rig) -> None:
    times_s: list[float] = []

    async def hang_up(_: Peer) -> None:
        times_s.append(asyncio.get_running_loop().time())

    async with accepting(hang_up) as server:
        await rig.engine.start(
            Camera("gone", "Gone", SourceSettings(f"http://127.0.0.1:{server.port}/stream"))
        )
        await rig.until(lambda: len(times_s) >= 4)
        assert rig.status("gone") is Status.RECONNECTING
        assert all(after - before > 0.3 for before, after in pairwise(times_s)), "a busy machine only adds"
        assert len(rig.of(CameraChanged, "gone")) < 10


async def test_recording_by_hand(rig: Rig, boards: Boards) -> None:
    board = await boards.start("room-empty")
    await rig.engine.start(_camera("room", board))
    await rig.until(lambda: rig.status("room") is Status.CONNECTED)
    rig.engine.record("room", 1.5)
    await rig.until(lambda: bool(rig.of(ClipReady)))
    clip = rig.of(ClipReady)[0].clip
    assert clip.kind == "manual"
    assert clip.duration_s > 1.2
    with pytest.raises(NotFound):
        rig.engine.record("nobody", 1.0)


async def test_recording_by_hand_is_told_and_ends_alone_what_was_asked_for(rig: Rig, boards: Boards) -> None:
    board = await boards.start("room-person")
    await rig.engine.start(_camera("room", board))
    await rig.until(lambda: bool(rig.of(MotionStarted)))
    assert rig.state("room").manual_until is None, "what moves is recorded, but nobody asked"
    asked_at = SystemClock().wall()
    rig.engine.record("room", 60.0)
    assert rig.state("room").manual_until == pytest.approx(asked_at + 60.0, abs=2.0)
    told = rig.of(CameraChanged)[-1].state
    assert told.manual_until == rig.state("room").manual_until, "told at once"
    await rig.until(lambda: rig.state("room").recording)
    rig.engine.record("room", None)
    state = rig.of(CameraChanged)[-1].state
    assert (state.manual_until, state.motion, state.recording) == (None, True, True)


async def test_stopping_keeps_an_event_in_progress(rig: Rig, boards: Boards) -> None:
    board = await boards.start("room-person")
    await rig.engine.start(_camera("room", board))
    await rig.until(lambda: bool(rig.of(MotionStarted)))
    await rig.engine.stop("room")
    await rig.until(lambda: bool(rig.of(ClipReady)))
    assert [event.event_id for event in rig.of(MotionEnded)] == [rig.of(MotionStarted)[0].event_id]
