"""`gcam run` as a person starts it: the demo, real brokers, crashes, stops and bad input."""

import asyncio
import io
import json
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiomqtt
import av
import pytest

from gcam_addon.model import Size
from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.child import GcamChild
from tests.support.ports import kept_port, silent_port
from tests.support.program import Program, write_options
from tests.support.waiting import patience, wait_until
from tests.support.walked_room import walked_room

_FPS = 10.0


def _gcam(*arguments: str, executed: bool = False) -> tuple[int | None, str]:
    """How it ended, and what it said."""
    child = GcamChild(*arguments, executed=executed)
    try:
        wait_until(lambda: child.status is not None)
        return child.status, child.said
    finally:
        child.ended()


@pytest.fixture(scope="module")
def room() -> Callable[[], SimulatedCamera]:
    return walked_room(Size(640, 480), _FPS, 24.0)


@pytest.fixture
async def board(room: Callable[[], SimulatedCamera]) -> AsyncIterator[SimulatedCamera]:
    async with room() as board:
        yield board


@pytest.fixture
def broker_port() -> Iterator[int]:
    with kept_port() as port:
        yield port


async def test_the_demo_gives_motion_on_mqtt_and_a_playable_clip_within_a_minute(
    tmp_path: Path, broker_port: int
) -> None:
    options = write_options(tmp_path / "o.json", mqtt={"mode": "embedded", "port": broker_port})
    async with Program(tmp_path / "data", "--demo", "--options", options, executed=True) as gcam, patience():
        async with aiomqtt.Client("127.0.0.1", broker_port) as client:
            await client.subscribe("gcam/+/motion")
            await client.subscribe("gcam/+/event")
            heard = set()
            async for message in client.messages:
                heard.add((message.topic.value.rsplit("/")[-1], bytes(message.payload)[:2]))
                if ("motion", b"ON") in heard and any(kind == "event" for kind, _ in heard):
                    break
        while not (clips := await gcam.clips()):
            await asyncio.sleep(0.2)
        video = await gcam.get(f"/api/v1/clips/{clips[-1]['id']}/video.mp4")
        with av.open(io.BytesIO(video)) as container:
            assert container.streams.video[0].codec_context.name == "h264"
            assert sum(1 for _ in container.decode(video=0)) > 20
        assert await gcam.get("/")
        assert b"gcam_frames_total" in await gcam.get("/metrics")


async def _until_more(gcam: Program, pictures: int) -> None:
    """Of the room have come than now."""
    before = (await gcam.state("room"))["frames"]
    async with patience():
        while (await gcam.state("room"))["frames"] < before + pictures:
            await asyncio.sleep(0.2)


async def test_ctrl_c_keeps_the_event_in_progress(tmp_path: Path, board: SimulatedCamera) -> None:
    async with Program(tmp_path, "--camera", f"room={board.url}", "--mqtt", "off") as gcam:
        await gcam.until(lambda: "motion:" in gcam.log)
        await _until_more(gcam, 10)
        assert await gcam.end(signal.SIGINT) == 0
        assert "Traceback" not in gcam.log
    async with Program(tmp_path, "--mqtt", "off") as gcam, patience():
        while not (clips := await gcam.clips()):
            await asyncio.sleep(0.2)
        assert len(clips) == 1
        assert clips[0]["event_ids"]
        assert not list((tmp_path / "journal").glob("*.mkv"))


async def test_a_killed_program_loses_nothing_but_its_last_frame(
    tmp_path: Path, board: SimulatedCamera
) -> None:
    async with Program(tmp_path, "--camera", f"room={board.url}", "--mqtt", "off") as gcam:
        await gcam.until(lambda: "motion:" in gcam.log)
        await _until_more(gcam, 20)
        seen = (await gcam.state("room"))["last_frame_at"]
        assert await gcam.end(signal.SIGKILL) == -signal.SIGKILL
    async with Program(tmp_path, "--mqtt", "off") as gcam, patience():
        while not (clips := await gcam.clips()):
            await asyncio.sleep(0.2)
        assert clips[0]["ended_at"] >= seen - 1.5 / _FPS
        assert clips[0]["event_ids"]


async def test_cameras_of_the_file_are_followed_while_it_runs(tmp_path: Path, board: SimulatedCamera) -> None:
    path = tmp_path / "cameras.json"
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        assert (await gcam.get("/api/v1/cameras"))["cameras"] == []
        path.write_text(
            json.dumps({"version": 1, "cameras": [{"id": "room", "name": "Room", "url": board.url}]})
        )
        await gcam.until_connected("Room")
        path.write_text("{ not json")
        await gcam.until(lambda: "it is kept as cameras.json.broken" in gcam.log)
        await _until_more(gcam, 5)
    assert board.streams_opened == 1
    assert [kept for kept in tmp_path.iterdir() if ".broken" in kept.name]


@pytest.fixture
def nobodys_port() -> Iterator[int]:
    with silent_port() as port:
        yield port


async def test_a_password_in_a_url_is_never_shown(tmp_path: Path, nobodys_port: int) -> None:
    secret = "hunter2secret"
    url = f"http://admin:{secret}@127.0.0.1:{nobodys_port}/stream"
    async with Program(
        tmp_path, "--camera", f"door={url}", "--mqtt", f"mqtt://me:{secret}@127.0.0.1:{nobodys_port}",
        "--log-level", "debug",
    ) as gcam:  # fmt: skip
        await gcam.until(lambda: gcam.log.count("[door]") > 2 and gcam.log.count("MQTT") > 2)
        told = json.dumps(await gcam.get("/api/v1/cameras")) + (await gcam.get("/metrics")).decode()
    assert secret not in gcam.log + told


def test_a_data_folder_that_is_none_gives_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, said = _gcam("run", "--data", str(tmp_path / "file"), "--mqtt", "off")
    assert status == 2
    assert "choose another with --data" in said
    assert "Traceback" not in said


def test_an_address_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        status, said = _gcam("run", "--data", str(tmp_path), "--mqtt", "off", "--listen", address)
    assert status == 2
    assert address in said
    assert "--listen" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"retention": {"keep_dys": 3}}, "keep_days"),
        ({"mqtt": {"port": 99999}}, "65535"),
        ({"encoder": {"quality": "good"}}, "encoder.quality"),
    ],
)
def test_wrong_options_name_path_value_and_remedy(
    tmp_path: Path, options: dict[str, object], words: str
) -> None:
    file = write_options(tmp_path / "o.json", **options)
    status, said = _gcam("run", "--data", str(tmp_path / "data"), "--options", file)
    assert status == 2
    assert words in said
    assert len(said.strip().splitlines()) == 1


def test_help_and_version() -> None:
    for command in ((), ("run",)):
        status, said = _gcam(*command, "--help")
        assert status == 0
        assert said.startswith("usage: gcam")
    assert _gcam("--version", executed=True)[1].startswith("gcam 0.")
