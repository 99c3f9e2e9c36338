"""Pictures that come by HTTP: single ones, MJPEG without end, a WebSocket; keys of cameras that dial in."""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import av
import cv2
import numpy as np
import pytest

from gcam_addon.boards.pushing_board import PushingBoard, pushing_board
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ConfigError, ProtocolError, SourceError
from gcam_addon.model import Codec, Size, Status, Unit
from gcam_addon.sources.arriving import ArrivingSource
from gcam_addon.wire.address import push_key_of
from gcam_addon.wire.pushing import HEAD_BYTES, MOST_STATUS_BYTES, Head, Kind, count_of, message
from tests.support.dialling_board import STATUS
from tests.support.fakes import make_camera, make_state
from tests.support.jpegs import BOUNDARY, jpeg, part
from tests.support.recipes import recipes
from tests.support.waiting import PATIENCE_S, answered, patience, until
from tests.support.web_fakes import Site, serve

PUSHING = make_camera("porch", source=SourceSettings("push://gcam"))
OTHER = make_camera("door")
PATH = "/api/v1/cameras/porch/push"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, cameras=[PUSHING, OTHER]) as site:
        for camera in (PUSHING, OTHER):
            site.engine.camera_states[camera.id] = make_state(camera)
        yield site


def source(site: Site) -> ArrivingSource:
    patient = replace(PUSHING, source=replace(PUSHING.source, stall_timeout_s=PATIENCE_S))
    return ArrivingSource(patient, SystemClock(), site.services.arrivals)


class Reading:
    """The camera's run."""

    def __init__(self, site: Site) -> None:
        self.units: list[Unit] = []
        self.task = asyncio.create_task(self._read(source(site)))

    async def _read(self, camera: ArrivingSource) -> None:
        async with aclosing(camera.units()) as units:
            async for unit in units:
                self.units.append(unit)

    async def until(self, n: int) -> list[bytes]:
        await until(lambda: len(self.units) >= n, lambda: f"{len(self.units)}, {self.task}")
        return [unit.data for unit in self.units]


@pytest.fixture
async def reading(site: Site) -> AsyncIterator[Reading]:
    reading = Reading(site)
    yield reading
    reading.task.cancel()
    await asyncio.wait([reading.task])


@pytest.fixture
async def token(site: Site) -> str:
    made = {"name": "porch", "scopes": ["push"], "cameras": ["porch"]}
    async with site.http.post("/api/v1/tokens", json=made) as answer:
        return str((await answer.json())["secret"])


@pytest.fixture
async def http(site: Site, token: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(site.url, headers={"Authorization": f"Bearer {token}"}) as http:
        yield http


async def test_a_picture_as_it_is(http: aiohttp.ClientSession, reading: Reading) -> None:
    for index in range(3):
        async with http.post(PATH, data=jpeg(index), headers={"Content-Type": "text/plain"}) as answer:
            assert answer.status == 204
    assert await reading.until(3) == [jpeg(0), jpeg(1), jpeg(2)]
    assert not reading.task.done()


async def test_a_picture_as_a_forms_file(http: aiohttp.ClientSession, reading: Reading) -> None:
    form = aiohttp.FormData()
    form.add_field("imageFile", jpeg(5), filename="esp32-cam.jpg", content_type="image/jpeg")
    async with http.post(PATH, data=form) as answer:
        assert answer.status == 204
    assert await reading.until(1) == [jpeg(5)]


async def test_pictures_without_end_come_while_they_are_sent(
    http: aiohttp.ClientSession, reading: Reading
) -> None:
    go_on = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield part(jpeg(1)) + part(jpeg(2)) + f"\r\n--{BOUNDARY}\r\n".encode()
        await go_on.wait()
        yield part(jpeg(3))

    async with asyncio.TaskGroup() as group:
        posting = group.create_task(http.post(PATH, data=body()).__aenter__())
        assert (await reading.until(2))[:2] == [jpeg(1), jpeg(2)]
        assert not posting.done()
        go_on.set()
    assert (await posting).status == 204
    assert await reading.until(3) == [jpeg(1), jpeg(2), jpeg(3)]
    await asyncio.wait([reading.task])
    with pytest.raises(SourceError, match="hung up"):
        reading.task.result()


RECIPES = [line for line in recipes("ways-in.md") if line.startswith(("ffmpeg", "curl"))]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe[:12])
async def test_what_the_guide_says_to_write_works(
    site: Site, token: str, reading: Reading, tmp_path: Path, recipe: str
) -> None:
    program = recipe.partition(" ")[0]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: scripts/need test")
    (tmp_path / "picture.jpg").write_bytes(jpeg(9))
    write_film(tmp_path / "INPUT", pictures=12)
    for word, meant in {
        "http://HOST:8099": site.url,
        "/ID/": "/porch/",
        "ID:": "porch:",
        "TOKEN": token,
    }.items():
        recipe = recipe.replace(word, meant)
    words = shlex.split(recipe)
    child = await asyncio.create_subprocess_exec(*words, cwd=tmp_path, stdin=asyncio.subprocess.DEVNULL)
    assert await child.wait() == 0
    if program == "curl":
        assert await reading.until(1) == [jpeg(9)]
    else:
        assert len(await reading.until(12)) == 12
        assert reading.units[0].size == Size(160, 120)


def write_film(path: Path, *, pictures: int) -> None:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for index in range(pictures):
            pixels = cv2.imdecode(np.frombuffer(jpeg(index), np.uint8), cv2.IMREAD_COLOR)
            frame = av.VideoFrame.from_ndarray(pixels.astype(np.uint8, copy=False), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


async def test_a_websocket_carries_pictures_and_tells_what_was_taken(
    http: aiohttp.ClientSession, reading: Reading
) -> None:
    async with http.ws_connect(PATH) as channel, patience():
        await channel.send_bytes(jpeg(1))
        await channel.send_bytes(message(Kind.JPEG, jpeg(2), 5_000_000))
        assert count_of((await channel.receive_bytes())[HEAD_BYTES:]) == 1
        assert count_of((await channel.receive_bytes())[HEAD_BYTES:]) == 2
        assert await reading.until(2) == [jpeg(1), jpeg(2)]
        assert reading.units[0].tracks.video.codec is Codec.MJPEG


@dataclass
class Sender:
    """A camera at its WebSocket, as docs/ref/push.md has it: what it was told beside what was taken."""

    channel: aiohttp.ClientWebSocketResponse
    told: list[str] = field(default_factory=list)
    byes: list[int] = field(default_factory=list)

    async def say(self, **status: object) -> None:
        await self.channel.send_bytes(message(Kind.STATUS, json.dumps(status).encode()))

    async def hear(self) -> None:
        async for heard in self.channel:
            head, payload = Head.unpack(heard.data[:HEAD_BYTES]), heard.data[HEAD_BYTES:]
            if head.kind == Kind.SET:
                self.told.append(payload.decode())
            if head.kind == Kind.BYE:
                self.byes.append(payload[0])

    async def until_told(self, form: str) -> None:
        await until(lambda: form in self.told, lambda: str(self.told))


@pytest.fixture
async def sender(http: aiohttp.ClientSession) -> AsyncIterator[Sender]:
    async with http.ws_connect(PATH) as channel:
        sender = Sender(channel)
        hearing = asyncio.create_task(sender.hear())
        yield sender
        hearing.cancel()
        await asyncio.wait([hearing])


async def test_a_websocket_is_told_its_pace_once_it_said_how_it_is(site: Site, sender: Sender) -> None:
    camera = source(site)
    async with aclosing(camera.units()) as units:
        await sender.channel.send_bytes(jpeg(1))
        async with patience():
            await anext(units)
        camera.pace(2.0)
        assert camera.paced_fps is None, "who tells nothing is told nothing"
        await sender.say(fps=10)
        await sender.channel.send_bytes(b"\x63" + message(Kind.STATUS, b"later")[1:])  # what nobody knows yet
        await sender.channel.send_bytes(jpeg(2))
        async with patience():
            await anext(units)
        camera.pace(2.0)
        await sender.until_told("fps=2")
        assert camera.paced_fps is None
        await sender.say(fps=2)
        await until(lambda: camera.paced_fps == 2.0)
        camera.pace(None)
        await sender.until_told("fps=0")
        await sender.say(fps=10)
        await until(lambda: camera.paced_fps is None)
        assert sender.byes == []


async def test_a_board_at_a_websocket_is_set_and_what_it_refuses_is_told(site: Site, sender: Sender) -> None:
    await sender.say(**STATUS)
    camera = site.services.cameras.get("porch")

    async def known() -> PushingBoard | None:
        try:
            return pushing_board(camera, site.services.arrivals)
        except SourceError:
            return None

    board = await answered(known)
    assert board.facts.id == "a1b2c3d4e5f6"
    assert (await board.health(0.0)).rssi_dbm == -61
    setting = asyncio.create_task(board.set("mirror", value=True))
    await sender.until_told("mirror=true")
    await sender.say(**{**STATUS, "controls": {**STATUS["controls"], "mirror": {"value": True}}})
    await setting
    setting = asyncio.create_task(board.light(40))
    await sender.until_told("lamp=40")
    await sender.say(**STATUS, refused="The lamp is broken.")
    with pytest.raises(ConfigError, match="The lamp is broken"):
        await setting
    setting = asyncio.create_task(board.light(40))
    await until(lambda: sender.told.count("lamp=40") == 2)
    await sender.channel.close()
    with pytest.raises(SourceError):
        await setting


async def test_a_browser_is_no_board(site: Site, sender: Sender) -> None:
    await sender.say(fps=10)

    def heard() -> bool:
        arrival = site.services.arrivals.present("porch")
        return arrival is not None and arrival.talk is not None and arrival.talk.newest is not None

    await until(heard)
    with pytest.raises(ProtocolError):
        pushing_board(site.services.cameras.get("porch"), site.services.arrivals)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"no message",
        message(Kind.STATUS, b"{}") + b"?",
        message(Kind.STATUS, bytes(MOST_STATUS_BYTES + 1)),
        message(Kind.JPEG, b"x" * 20)[:-1],
    ],
)
async def test_what_is_no_message_ends_a_websocket(sender: Sender, wrong: bytes) -> None:
    await sender.channel.send_bytes(message(Kind.STATUS, b"no JSON"))  # as if it had not come
    await sender.channel.send_bytes(wrong)
    await until(lambda: sender.byes == [4])


async def test_the_newest_websocket_counts(http: aiohttp.ClientSession, reading: Reading) -> None:
    async with http.ws_connect(PATH) as old, http.ws_connect(PATH) as new, patience():
        await new.send_bytes(jpeg(2))
        await reading.until(1)
        await old.send_bytes(jpeg(1))
        while (await old.receive()).type not in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
            pass
        await new.send_bytes(jpeg(3))
        assert await reading.until(2) == [jpeg(2), jpeg(3)]


@pytest.mark.parametrize("body", [b"", b"no picture", b"\xff\xd8\xff", bytes(10_000)])
async def test_what_is_no_picture_is_refused(
    http: aiohttp.ClientSession, reading: Reading, body: bytes
) -> None:
    async with http.post(PATH, data=body) as answer:
        assert answer.status == 400
        assert "no JPEG" in (await answer.json())["error"]["message"]
    assert not reading.units


async def test_a_body_without_end_and_without_a_picture_is_not_kept(http: aiohttp.ClientSession) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield bytes(1024 * 1024)

    try:
        async with http.post(PATH, data=body()) as answer:
            assert answer.status == 400
    except aiohttp.ClientError:
        pass  # it was closed while more was sent


async def test_a_body_in_which_nothing_comes_any_more_is_ended(tmp_path: Path) -> None:
    """A board that lost its power does not hang up."""
    quick = replace(PUSHING, source=replace(PUSHING.source, stall_timeout_s=1.0))
    forever = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield part(jpeg(1))
        await forever.wait()

    async with serve(tmp_path, cameras=[quick]) as site, patience():
        site.engine.camera_states["porch"] = make_state(quick)
        async with site.http.post(PATH, data=body()) as answer:
            assert answer.status == 400
            assert "no picture for 1 s" in (await answer.json())["error"]["message"]


async def test_only_for_cameras_that_dial_in_and_are_read(site: Site, http: aiohttp.ClientSession) -> None:
    async with site.http.post("/api/v1/cameras/door/push", data=jpeg(1)) as answer:
        assert answer.status == 409
        assert "push://gcam" in (await answer.json())["error"]["message"]
    site.engine.camera_states["porch"] = make_state(PUSHING, status=Status.DISABLED)
    async with http.post(PATH, data=jpeg(1)) as answer:
        assert answer.status == 503


async def test_a_token_to_push_sees_nothing_and_pushes_for_its_camera_only(
    site: Site, http: aiohttp.ClientSession
) -> None:
    for path in ("/api/v1/cameras/porch", "/api/v1/cameras/porch/snapshot.jpg", "/api/v1/clips"):
        async with http.get(path) as answer:
            assert answer.status == 403, path
    async with http.post("/api/v1/cameras/door/push", data=jpeg(1)) as answer:
        assert answer.status == 404


async def test_a_key_is_shown_once_and_the_next_one_takes_its_place(site: Site) -> None:
    async def made() -> dict[str, object]:
        async with site.http.post("/api/v1/cameras/porch/push-key") as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            return dict(await answer.json())

    first, second = await made(), await made()
    assert first["key"] != second["key"]
    assert first["port"] == 8485
    stored = push_key_of(site.cameras.get("porch").source.url)
    assert second["key"] == f"porch:{stored}"
    async with site.http.get("/api/v1/cameras/porch") as answer:
        assert str(stored) not in await answer.text()
    async with site.http.get("/api/v1/cameras/porch/connection") as answer:
        told = await answer.json()
        assert str(stored) not in str(told)
        assert told["url"] == "push://gcam"


async def test_saving_the_settings_keeps_the_key(site: Site) -> None:
    async with site.http.post("/api/v1/cameras/porch/push-key") as answer:
        assert answer.status == 200
    before = site.cameras.get("porch").source.url
    async with site.http.patch("/api/v1/cameras/porch", json={"url": "push://gcam", "name": "P"}) as answer:
        assert answer.status == 200
    assert site.cameras.get("porch").source.url == before
    assert await answered(lambda: _name(site)) == "P"


async def _name(site: Site) -> str:
    return site.cameras.get("porch").name
