"""Boards with Gcam's firmware that dial in: how they fare, what can be set on them, at which pace they send.
Over real sockets, at Gcam's own listener.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.assembly import board_of
from gcam_addon.boards.acquaintances import Acquaintances
from gcam_addon.boards.board import Board, Firmware
from gcam_addon.boards.lamps import Lamps
from gcam_addon.boards.pushing_board import PushingBoard
from gcam_addon.boards.rounds import Rounds
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, ProtocolError, Rejected, SourceError, Stalled
from gcam_addon.model import CameraChanged, CameraState, Codec, Status, Unit
from gcam_addon.push.sender import Sender
from gcam_addon.sources.arriving import ArrivingSource
from gcam_addon.wire import talk
from tests.integration.test_board_rounds import Diary
from tests.integration.test_gcam_board import asked
from tests.integration.test_push import House, listening, pictures, pushing, sending
from tests.integration.test_web_openapi import conforms
from tests.support.dialling_board import STATUS, DiallingBoard, dialling, told
from tests.support.fakes import FakeCameras, FakeEngine, make_state
from tests.support.films import film
from tests.support.jpegs import jpeg
from tests.support.waiting import answered, until
from tests.support.web_fakes import serve

CAMERA = pushing()


class Run:
    """The camera's, which reads whatever comes."""

    def __init__(self, house: House, source: ArrivingSource) -> None:
        self.house = house
        self.source = source
        self.units: list[Unit] = []
        self.error: SourceError | None = None

    async def read(self) -> None:
        try:
            async with aclosing(self.source.units()) as units:
                async for unit in units:
                    self.units.append(unit)
        except SourceError as error:
            self.error = error

    async def goes_on(self) -> None:
        seen = len(self.units)
        await until(lambda: len(self.units) > seen + 3, lambda: str(self.error))

    async def board(self) -> PushingBoard:
        await self.goes_on()
        board = await board_of(CAMERA, self.house.clock, self.house.arrivals)
        assert isinstance(board, PushingBoard)
        return board


@asynccontextmanager
async def reading() -> AsyncIterator[Run]:
    async with listening(CAMERA) as house:
        run = Run(house, house.source())
        task = asyncio.create_task(run.read())
        yield run
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    async with reading() as run:
        yield run


@pytest.fixture
async def porch(run: Run) -> AsyncIterator[DiallingBoard]:
    async with dialling(run.house.port) as board:
        yield board


@pytest.mark.usefixtures("porch")
async def test_it_is_known_for_what_it_is_and_how_it_fares(run: Run) -> None:
    board = await run.board()
    assert (board.facts.firmware, board.facts.sensor) == (Firmware.GCAM, "OV2640")
    assert (board.streams, board.snapshot) == ((), None)
    facts = board.facts
    assert (facts.version, facts.name, facts.id) == ("2026.12.0", "Porch", "a1b2c3d4e5f6")
    assert (facts.mac, facts.claimed) == ("A1:B2:C3:D4:E5:F6", None)
    now = run.house.clock.wall()
    health = await board.health(now)
    assert health.id == facts.id
    assert abs(now - health.at) < 600
    assert (health.boots, health.reset, health.rssi_dbm, health.skipped) == (12, "brownout", -61, 12)


async def test_another_board_or_another_name_is_known_at_once_and_earlier_firmware_has_none(
    run: Run, porch: DiallingBoard
) -> None:
    board = await run.board()
    for who, known in (
        ({**STATUS["who"], "name": "Shed"}, ("Shed", "a1b2c3d4e5f6")),
        ({**STATUS["who"], "id": "ffeeddccbbaa"}, ("Porch", "ffeeddccbbaa")),
        (None, (None, None)),
        ("nonsense", (None, None)),
        ({**STATUS["who"], "id": "../../etc"}, (None, None)),
    ):
        porch.tell(who=who)
        await until(lambda: (board.facts.name, board.facts.id) == known)  # noqa: B023
        assert (await board.health(run.house.clock.wall())).id == known[1]
    assert board.facts.sensor == "OV2640"


async def test_what_it_tells_once_is_kept_once(run: Run, porch: DiallingBoard) -> None:
    diary, board = Diary(), await run.board()
    rounds = Rounds(lambda _: board, diary, FakeEngine(), run.house.clock, every_s=0.01)
    rounds.publish(
        CameraChanged(CameraState(camera_id="door", name="Door", status=Status.CONNECTED, since=0.0))
    )
    walking = asyncio.create_task(rounds.walk())
    await until(lambda: diary.kept)
    porch.tell(boots=13)
    await until(lambda: rounds.newest["door"].boots == 13)
    assert [health.boots for health in diary.kept] == [12, 13]
    walking.cancel()
    await asyncio.wait([walking])


async def test_its_controls_are_shown_and_set(run: Run, porch: DiallingBoard) -> None:
    board = await run.board()
    shown = {control.name: control for control in await board.controls()}
    assert shown["frame_size"].choices == ("160x120", "640x480")
    assert (shown["quality"].value, shown["quality"].least, shown["quality"].most) == (12, 6, 63)
    await board.set("frame_size", "640x480")
    await board.set("mirror", value=True)
    await board.light(40)
    assert porch.sets == ["frame_size=vga", "mirror=true", "lamp=40"]
    now = {control.name: control.value for control in await board.controls()}
    assert now == {"frame_size": "640x480", "quality": 12, "mirror": True, "lamp": 40}
    assert await board.lamp() == 40


async def test_what_it_refuses_is_its_own_sentence(run: Run, porch: DiallingBoard) -> None:
    board = await run.board()
    porch.obeys = lambda _: "'quality' 9 is refused by the sensor.\x1b[1m\n"
    with pytest.raises(ConfigError, match="the board says: 'quality' 9 is refused by the sensor") as caught:
        await board.set("quality", 9)
    assert caught.value.field == "quality"
    assert str(caught.value).isprintable()
    porch.obeys = lambda _: None
    await board.set("quality", 9)


@pytest.mark.parametrize(
    ("name", "value"), [("quality", 5), ("quality", True), ("mirror", 1), ("nothing", 1)]
)
async def test_what_it_does_not_take_is_never_sent(
    run: Run, porch: DiallingBoard, name: str, value: int
) -> None:
    board = await run.board()
    with pytest.raises(ConfigError) as caught:
        await board.set(name, value)
    assert caught.value.field == name
    assert porch.sets == []


async def test_what_it_keeps_instead_is_told(
    run: Run, porch: DiallingBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = await run.board()
    monkeypatch.setattr(talk, "ANSWER_S", 0.3)

    def keeps(form: dict[str, str]) -> None:
        form.clear()

    porch.obeys = keeps
    with pytest.raises(ConfigError, match="kept another value"):
        await board.set("quality", 9)


async def test_a_status_that_was_on_its_way_is_no_answer(run: Run, porch: DiallingBoard) -> None:
    board = await run.board()
    porch.answers = False
    setting = asyncio.create_task(board.set("quality", 9))
    await told(porch, "quality=9")
    porch.controls["quality"]["value"] = 12
    porch.tell()
    await run.goes_on()
    assert not setting.done()
    porch.controls["quality"]["value"] = 9
    porch.tell()
    await setting


async def test_who_answers_nothing_is_not_waited_for_without_end(
    run: Run, porch: DiallingBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = await run.board()
    monkeypatch.setattr(talk, "ANSWER_S", 0.2)
    porch.answers = False
    with pytest.raises(Stalled, match="did not answer"):
        await board.set("quality", 9)


async def test_who_hangs_up_half_way_is_not_waited_for(run: Run, porch: DiallingBoard) -> None:
    board = await run.board()
    porch.answers = False
    setting = asyncio.create_task(board.set("quality", 9))
    await told(porch, "quality=9")
    await porch.hang_up()
    with pytest.raises(SourceError, match="hung up"):
        await setting
    with pytest.raises(SourceError, match="dials in, and is not connected"):
        await board.controls()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"[1]",
        b"null",
        b"\xff\xfe\xfd",
        b"[" * 4096,
        b"9" * 4096,
    ],
)
async def test_a_status_that_means_nothing_changes_nothing(
    run: Run, porch: DiallingBoard, said: bytes
) -> None:
    board = await run.board()
    before = await board.controls()
    porch.tell_raw(said)
    await until(lambda: run.source.dropped == 1)
    await run.goes_on()
    assert await board.controls() == before
    await board.set("quality", 9)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"controls": 7},
        {"controls": {"quality": 3, "": {}, "lamp": {"value": "x", "from": "y"}}},
        {"frames": [], "uptime_s": -1},
        {"controls": {"quality": {"value": float("nan"), "from": 6, "to": 63}}},
    ],
)
async def test_a_status_with_nonsense_in_it_ends_nothing(
    run: Run, porch: DiallingBoard, nonsense: dict[str, object]
) -> None:
    board = await run.board()
    porch.tell_raw(json.dumps({**STATUS, **nonsense, "refused": ["?"]}).encode())
    await run.goes_on()
    await board.controls()
    assert await board.lamp() in (None, 0)
    await run.goes_on()
    assert run.error is None


async def test_a_status_that_is_too_long_ends_it(run: Run, porch: DiallingBoard) -> None:
    await run.goes_on()
    porch.tell_raw(b" " * 4096 + b"{}")
    await until(lambda: porch.is_over)
    assert porch.kinds[-1] == 7
    assert isinstance(run.error, ProtocolError)
    assert "4098 bytes" in str(run.error)


async def test_it_is_told_its_pace_in_each_connection(run: Run, porch: DiallingBoard) -> None:
    """What it was told in the one before it keeps; Gcam may have forgotten it."""
    await run.goes_on()
    assert run.source.paced_fps is None
    run.source.pace(5)
    await until(lambda: run.source.paced_fps == 5)
    run.source.pace(5)
    run.source.pace(None)
    await until(lambda: run.source.paced_fps is None)
    assert porch.sets == ["fps=5", "fps=0"]
    async with dialling(run.house.port) as again:
        await until(lambda: porch.is_over)
        await run.goes_on()
        run.source.pace(None)
        await told(again, "fps=0")


async def test_a_pace_that_it_does_not_take_is_told_again(run: Run, porch: DiallingBoard) -> None:
    refusals = ["It rests."]
    porch.obeys = lambda _: refusals.pop() if refusals else None
    await run.goes_on()
    run.source.pace(2.5)
    await until(lambda: run.source.paced_fps == 2.5)
    assert porch.sets == ["fps=2.5", "fps=2.5"]


async def test_who_tells_nothing_is_told_nothing(run: Run) -> None:
    async with dialling(run.house.port, lambda: jpeg(2), tells=False) as phone:
        await run.goes_on()
        run.source.pace(5)
        await run.goes_on()
        with pytest.raises(ProtocolError, match="no board that Gcam can set"):
            await board_of(CAMERA, run.house.clock, run.house.arrivals)
        assert phone.sets == []
        assert run.source.paced_fps is None


async def test_its_lamp_is_switched_as_any_other(run: Run, porch: DiallingBoard) -> None:
    await run.goes_on()
    engine, duties = FakeEngine(), Duties(run.house.clock)
    cameras = FakeCameras(engine, [CAMERA])

    async def ask(camera: Camera) -> Board:
        return await board_of(camera, run.house.clock, run.house.arrivals)

    boards = Acquaintances(cameras, ask, engine, duties=duties)
    lamps = Lamps(boards.board, engine, run.house.clock, duties=duties)
    engine.subscribe(boards)
    engine.subscribe(lamps)
    engine.publish(CameraChanged(make_state(CAMERA, status=Status.CONNECTED)))
    await until(lambda: engine.lamps == {"door": 0})
    assert await lamps.switch("door", 40) == 40
    assert (porch.sets, engine.lamps) == (["lamp=40"], {"door": 40})
    porch.obeys = lambda _: "The lamp is too hot."
    with pytest.raises(ConfigError, match="the board says: The lamp is too hot"):
        await lamps.switch("door", 100)
    assert engine.lamps == {"door": 40}
    await porch.hang_up()
    await until(lambda: run.error is not None)
    with pytest.raises(SourceError, match="dials in, and is not connected"):
        await lamps.switch("door", 0)
    await boards.stop()
    await lamps.stop()


async def test_the_api_shows_and_sets_it(tmp_path: Path) -> None:
    async with (
        serve(tmp_path, cameras=[CAMERA], clips=[]) as site,
        listening(CAMERA, arrivals=site.services.arrivals) as house,
    ):
        site.engine.camera_states["door"] = make_state(CAMERA)
        task = asyncio.create_task(Run(house, house.source()).read())
        async with dialling(house.port) as board:
            await until(lambda: house.arrivals.is_read("door"))
            path = "/api/v1/cameras/door/board"

            async def shown() -> Any:
                status, answer = await asked(site, "GET", path)
                return answer if status == 200 else None

            answer = await answered(shown)
            conforms(answer, {"$ref": "#/components/schemas/Board"})
            assert (answer["firmware"], answer["sensor"], len(answer["controls"])) == ("gcam", "OV2640", 4)
            status, answer = await asked(site, "PATCH", path, {"quality": 20, "frame_size": "640x480"})
            assert status == 200
            assert board.sets == ["quality=20", "frame_size=vga"]
            board.obeys = lambda _: "The sensor refuses this value of 'quality'."
            status, answer = await asked(site, "PATCH", path, {"quality": 9})
            assert (status, answer["error"]["field"]) == (400, "quality")
            assert "The sensor refuses this value of 'quality'." in answer["error"]["message"]
        await until(lambda: not house.arrivals.is_read("door"))
        status, answer = await asked(site, "GET", path)
        assert (status, answer["error"]["code"]) == (503, "unreachable")
        task.cancel()
        await asyncio.wait([task])


async def shown(run: Run, sender: Sender, units: Sequence[Unit]) -> list[bytes]:
    """What Gcam gets of `units`, each looked at before the next comes; the last gets through."""
    seen = len(run.units)
    for unit in units:
        sender.outbox.put(unit)
        await until(lambda: not sender.outbox.is_waiting)
    await until(lambda: run.units[-1].data == units[-1].data)
    return [unit.data for unit in run.units[seen:]]


async def test_gcam_push_sends_few_while_few_are_asked_for_and_all_again_at_once(run: Run) -> None:
    async with sending(run.house.target()) as sender:
        assert await shown(run, sender, pictures(1)) == [jpeg(0)]
        run.source.pace(1)
        await until(lambda: run.source.paced_fps == 1)
        got = await shown(run, sender, pictures(21, first=100))
        assert got == [jpeg(100), jpeg(110), jpeg(120)]
        run.source.pace(None)
        await until(lambda: run.source.paced_fps is None)
        got = await shown(run, sender, pictures(3, first=200))
        assert got == [jpeg(200), jpeg(201), jpeg(202)]


async def test_gcam_push_asked_for_what_it_has_not_says_so_and_goes_on(run: Run) -> None:
    async with sending(run.house.target()) as sender:
        await shown(run, sender, pictures(1))
        arrival = run.house.arrivals.present("door")
        assert arrival is not None
        assert arrival.talk is not None
        with pytest.raises(Rejected, match="no control 'lamp' in gcam push; only fps"):
            await arrival.talk.tell({"lamp": "3"})
        assert sender.outbox.pace.fps is None
        await shown(run, sender, pictures(3, first=10))


async def test_gcam_push_is_asked_for_no_fewer_of_pictures_that_build_on_others(run: Run) -> None:
    sent = film(Codec.H264, 20)
    async with sending(run.house.target()) as sender:
        await shown(run, sender, sent[:10])
        run.source.pace(1)
        assert len(await shown(run, sender, sent[10:])) == 10
        assert run.source.paced_fps is None


async def test_gcam_push_is_no_board_that_gcam_can_set(run: Run) -> None:
    async with sending(run.house.target()) as sender:
        await shown(run, sender, pictures(1))
        with pytest.raises(ProtocolError, match="no board that Gcam can set"):
            await board_of(CAMERA, run.house.clock, run.house.arrivals)
