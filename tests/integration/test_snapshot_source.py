"""Cameras that send one picture at a time, over real connections."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from itertools import pairwise

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ProtocolError, Rejected, SourceError, Stalled, Unreachable
from gcam_addon.model import Unit
from gcam_addon.sources import snapshots
from gcam_addon.sources.http import HttpSource
from tests.support.jpegs import claiming, jpeg, part
from tests.support.reading import received
from tests.support.scripted_server import STREAM, Peer, serving
from tests.support.simulated import camera
from tests.support.waiting import PATIENCE_S, patience

A, B, C = jpeg(1), jpeg(2, 320, 240), jpeg(3)
SECRET = "hunter2"
FAST = 5.0
JPEG_IN_CHUNKS = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\n"

Answer = Callable[[Peer, int], Awaitable[None]]


def source(port: int, target: str = "/image.jpg", **settings: object) -> HttpSource:
    return at(f"http://127.0.0.1:{port}{target}", **settings)


def at(url: str, **settings: object) -> HttpSource:
    chosen = {"connect_timeout_s": PATIENCE_S, "stall_timeout_s": PATIENCE_S, "poll_fps": FAST} | settings
    return HttpSource(SourceSettings(url, **chosen), SystemClock())  # type: ignore[arg-type]


def picture(data: bytes, *headers: str, length: int | None = None, kind: str = "image/jpeg") -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {kind}", f"Content-Length: {length or len(data)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + data


def keeping(answer: Answer, state: list[Peer]) -> Callable[[Peer], Awaitable[None]]:
    """A server that answers again on the same connection; `state` gets one copy of the peer a request."""

    async def script(peer: Peer) -> None:
        while True:
            state.append(Peer(peer.reader, peer.writer, peer.request))
            await answer(state[-1], len(state))
            if peer.header("Connection") != "keep-alive":
                return
            peer.request = (await peer.reader.readuntil(b"\r\n\r\n")).decode()

    return script


async def run(camera: HttpSource) -> tuple[list[Unit], SourceError]:
    """All pictures, and what ended them."""
    units: list[Unit] = []
    with pytest.raises(SourceError) as caught:
        await collect(camera, units)
    return units, caught.value


async def collect(camera: HttpSource, units: list[Unit]) -> None:
    async with patience(), aclosing(camera.units()) as stream:
        async for unit in stream:
            units.append(unit)  # noqa: PERF401  (what came before the error counts)


async def test_an_address_with_one_picture_is_asked_again_and_again_on_one_connection() -> None:
    requests: list[Peer] = []

    async def answer(peer: Peer, number: int) -> None:
        await peer.send(picture([A, B, C][number % 3]))

    async with serving(keeping(answer, requests)) as server:
        camera = source(server.port)
        units = await received(camera, 5)
        assert [unit.data for unit in units] == [B, C, A, B, C]
        assert [unit.pts_s for unit in units] == sorted({unit.pts_s for unit in units})
        assert [peer.header("Connection") for peer in requests] == ["close"] + ["keep-alive"] * 4
        assert len(server.peers) == 2
    assert camera.asked_fps == FAST
    assert camera.dropped == 0


async def test_what_the_camera_marks_is_asked_for_only_where_it_changed() -> None:
    requests: list[Peer] = []

    async def answer(peer: Peer, number: int) -> None:
        if number == 4:
            await peer.send(picture(B, 'ETag: "2"'))
        elif peer.header("If-None-Match") == '"1"':
            await peer.send(b'HTTP/1.1 304 Not Modified\r\nContent-Length: 4711\r\nETag: "1"\r\n\r\n')
        else:
            await peer.send(picture(A, 'ETag: "1"', "Last-Modified: Sat, 28 Nov 2026 10:00:00 GMT"))

    async with serving(keeping(answer, requests)) as server:
        units = await received(source(server.port), 2)
        assert [unit.data for unit in units] == [A, B]
        assert [peer.header("If-None-Match") for peer in requests] == [None, '"1"', '"1"', '"1"']
        assert requests[1].header("If-Modified-Since") == "Sat, 28 Nov 2026 10:00:00 GMT"
        assert len(server.peers) == 2


@pytest.mark.parametrize("mark", ['ETag: "%s"' % ("x" * 300), "ETag: \u00e9"])
async def test_a_mark_that_has_no_room_in_a_request_is_not_sent_back(mark: str) -> None:
    requests: list[Peer] = []

    async def answer(peer: Peer, number: int) -> None:
        await peer.send(picture([A, B][number % 2], mark))

    async with serving(keeping(answer, requests)) as server:
        await received(source(server.port), 2)
    assert [peer.header("If-None-Match") for peer in requests] == [None, None]


async def test_the_same_picture_is_passed_on_seldom_and_is_no_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "REPEAT_S", 1.0)
    requests: list[Peer] = []

    async def answer(peer: Peer, _: int) -> None:
        await peer.send(picture(A))

    async with serving(keeping(answer, requests)) as server:
        first, second = await received(source(server.port, stall_timeout_s=0.5), 2)
    assert first.data == second.data == A
    assert second.pts_s - first.pts_s >= 1.0
    assert len(requests) > 4


async def test_a_camera_that_closes_between_pictures_is_asked_anew() -> None:
    async def script(peer: Peer) -> None:
        await peer.send(picture([A, B, C][len(server.peers) % 3]))

    async with serving(script) as server:
        units = await received(source(server.port), 4)
        assert [unit.data for unit in units] == [B, C, A, B]
        assert len(server.peers) == 4
        assert server.most_open == 1


async def test_a_slow_camera_is_asked_for_one_at_a_time() -> None:
    open_now = 0

    async def script(peer: Peer) -> None:
        nonlocal open_now
        open_now += 1
        assert open_now == 1
        await asyncio.sleep(0.45)  # longer than two intervals
        open_now -= 1
        await peer.send(picture([A, B][len(server.peers) % 2]))

    async with serving(script) as server:
        units = await received(source(server.port), 3)
    gaps = [after.pts_s - before.pts_s for before, after in pairwise(units)]
    assert min(gaps) > 0.4  # none that was missed is made up for


async def test_a_password_is_told_by_digest_once_and_counted() -> None:
    requests: list[Peer] = []

    async def answer(peer: Peer, number: int) -> None:
        if "Digest" in (peer.header("Authorization") or ""):
            await peer.send(picture([A, B, C][number % 3]))
        else:
            challenge = 'WWW-Authenticate: Digest realm="cam", nonce="n1", qop="auth"'
            await peer.send(f"HTTP/1.1 401 No\r\n{challenge}\r\nContent-Length: 0\r\n\r\n".encode())

    async with serving(keeping(answer, requests)) as server:
        await received(at(f"http://u:{SECRET}@127.0.0.1:{server.port}/image.jpg"), 4)
    counts = [
        header.split("nc=")[1][:8]
        for peer in requests
        if "nc=" in (header := peer.header("Authorization") or "")
    ]
    assert counts == ["00000001", "00000002", "00000003", "00000004"]  # none is told twice


async def test_a_wrong_password() -> None:
    async def script(peer: Peer) -> None:
        await peer.send(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")

    async with serving(script) as server:
        units, end = await run(at(f"http://u:{SECRET}@127.0.0.1:{server.port}/image.jpg"))
    assert units == []
    assert isinstance(end, Rejected)
    assert end.status == 401
    assert SECRET not in str(end)


@pytest.mark.parametrize(
    ("second", "kind", "says"),
    [
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", Rejected, "503"),
        (picture(b"<html>", kind="text/html"), ProtocolError, "web page"),
        (STREAM + part(A), ProtocolError, "something else"),
        (picture(b"\x89PNG\r\n\x1a\n", kind="image/png"), ProtocolError, "image/png"),
        (picture(b"", length=9_000_000) + A + bytes(8_400_000), ProtocolError, "8 MB"),
        (JPEG_IN_CHUNKS + b"nonsense\r\n", ProtocolError, "chunks"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", ProtocolError, "HTTP"),
    ],
    ids=["busy", "page", "stream", "png", "endless", "chunks", "ssh"],
)  # fmt: skip
async def test_what_is_no_picture_ends_the_run_and_the_next_begins_well(
    second: bytes, kind: type[SourceError], says: str
) -> None:
    """Whether the connection stayed open or not."""
    is_well = True

    async def answer(peer: Peer, number: int) -> None:
        await peer.send(picture(A) if is_well or number == 1 else second)

    async with serving(keeping(answer, [])) as server:
        camera = source(server.port)
        is_well = False
        units, end = await run(camera)
        assert [unit.data for unit in units] == [A]
        assert isinstance(end, kind)
        assert says in str(end)
        assert f":{server.port}" in str(end)
        is_well = True
        assert [unit.data for unit in await received(camera, 1)] == [A]


async def test_a_picture_without_an_end_is_bounded() -> None:
    async def script(peer: Peer) -> None:
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n" + A[:-2])
        while True:
            await peer.send(bytes(100_000))

    async with serving(script) as server:
        _, end = await run(source(server.port))
    assert isinstance(end, ProtocolError)
    assert "8 MB" in str(end)


@pytest.mark.parametrize("sent", [b"", picture(A)[:30], picture(A)[:-100]], ids=["nothing", "head", "half"])
async def test_a_camera_that_hangs_is_given_up(sent: bytes) -> None:
    async def answer(peer: Peer, number: int) -> None:
        await peer.send(picture(A) if number == 1 else sent)
        if number > 1:
            await peer.closed()

    async with serving(keeping(answer, [])) as server:
        units, end = await run(source(server.port, stall_timeout_s=0.3))
        assert server.most_open == 1
    assert len(units) == 1
    assert isinstance(end, Stalled)


async def test_torn_pictures_are_counted_and_not_shown() -> None:
    torn = [picture(A)[:-200], picture(claiming(A, 60_000, 60_000)), b""]

    async def script(peer: Peer) -> None:
        number = len(server.peers) - 1
        await peer.send(picture(B) if number % 2 == 0 else torn[number // 2])

    async with serving(script) as server:
        camera = source(server.port)
        units, end = await run(camera)
        assert isinstance(end, Unreachable)  # closed without a word
        assert camera.dropped == 2
    assert {unit.data for unit in units} == {B}


async def test_nothing_but_torn_pictures_is_a_stall() -> None:
    async def script(peer: Peer) -> None:
        await peer.send(picture(A)[:-200])

    async with serving(script) as server:
        units, end = await run(source(server.port, stall_timeout_s=0.5))
    assert units == []
    assert isinstance(end, Stalled)


async def test_a_run_that_is_left_closes_its_connection() -> None:
    requests: list[Peer] = []

    async def answer(peer: Peer, number: int) -> None:
        if number == 3:
            waiting.set()
            await peer.closed()
        await peer.send(picture(A))

    waiting = asyncio.Event()
    async with serving(keeping(answer, requests)) as server:
        reading = asyncio.ensure_future(received(source(server.port), 99))
        async with patience():
            await waiting.wait()
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            while server.now_open:
                await asyncio.sleep(0.01)


async def test_a_redirect_leads_to_the_picture_and_never_inward() -> None:
    async def script(peer: Peer) -> None:
        if peer.target == "/image.jpg":
            await peer.send(b"HTTP/1.1 302 Found\r\nLocation: /now.jpg\r\nContent-Length: 0\r\n\r\n")
        elif len(server.peers) < 5:
            await peer.send(picture([A, B][len(server.peers) % 4 // 2]))
        else:
            await peer.send(
                b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
            )

    async with serving(script) as server:
        units, end = await run(source(server.port))
        assert server.targets == ["/image.jpg", "/now.jpg"] * 3
    assert len(units) == 2
    assert isinstance(end, ProtocolError)
    assert "not asked" in str(end)


async def test_a_bare_address_without_a_stream_has_a_picture() -> None:
    async def script(peer: Peer) -> None:
        is_there = peer.target == "/capture"
        await peer.send(
            picture([A, B][len(server.peers) % 2]) if is_there else b"HTTP/1.1 404 Not Found\r\n\r\n"
        )

    async with serving(script) as server:
        known: dict[object, object] = {}
        settings = SourceSettings(f"127.0.0.1:{server.port}", poll_fps=FAST)
        await received(HttpSource(settings, SystemClock(), known), 2)  # type: ignore[arg-type]
        assert server.targets[-2:] == ["/capture", "/capture"]
        assert known == {}  # a stream that comes is found by the next run
        assert server.most_open == 1


async def test_a_stream_goes_before_a_picture_wherever_they_are() -> None:
    async def script(peer: Peer) -> None:
        match peer.target:
            case "/":
                await peer.send(picture(A))
            case "/cam.mjpeg":
                await peer.send(STREAM, part(B))
            case _:
                await peer.send(b"HTTP/1.1 404 Not Found\r\n\r\n")

    async with serving(script) as server:
        units, _ = await run(source(server.port, ""))
    assert [unit.data for unit in units] == [B]


async def test_a_stream_that_is_busy_is_not_replaced_by_pictures() -> None:
    async def script(peer: Peer) -> None:
        is_stream = peer.target == "/stream"
        busy = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
        await peer.send(
            busy if is_stream else picture(A) if peer.target == "/capture" else b"HTTP/1.1 404 No\r\n\r\n"
        )

    async with serving(script) as server:
        units, end = await run(source(server.port, ""))
        assert "/capture" not in server.targets
    assert units == []
    assert isinstance(end, ProtocolError)


@pytest.mark.parametrize("name", ["camera-web-server", "tasmota", "esphome"])
async def test_single_pictures_of_a_simulated_board(name: str) -> None:
    async with camera(name) as board:
        target = {"camera-web-server": "/capture", "tasmota": "/snapshot.jpg", "esphome": "/"}[name]
        url = board.control_url.rstrip("/") + target
        units = await received(at(url), 3)
    assert all(unit.size.width > 100 for unit in units)
