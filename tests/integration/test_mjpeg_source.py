from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager

import pytest
from blockbuster import blockbuster_ctx

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ConfigError, ProtocolError, Rejected, SourceError, Stalled, Unreachable
from gcam_addon.model import Size, Unit
from gcam_addon.sources.http import HttpSource
from gcam_addon.wire.address import HttpAddress, parse
from gcam_addon.wire.connection import HttpConnection
from tests.support.jpegs import claiming, jpeg, part, with_segment
from tests.support.ports import kept_ports, silent_port
from tests.support.scripted_server import CHUNKED, STREAM, Peer, Script, accepting, serving
from tests.support.waiting import PATIENCE_S, patience, until

A, B, C = jpeg(1), jpeg(2, 320, 240), jpeg(3)
SECRET = "hunter2"
HANDED: list[bool] = []


def source(port: int, target: str = "/stream", **settings: object) -> HttpSource:
    return at(f"http://127.0.0.1:{port}{target}", **settings)


def at(url: str, **settings: object) -> HttpSource:
    chosen = {"connect_timeout_s": PATIENCE_S, "stall_timeout_s": PATIENCE_S} | settings
    return HttpSource(SourceSettings(url, **chosen), SystemClock())


async def run(camera: HttpSource) -> tuple[list[Unit], SourceError]:
    """All frames, and what ended them."""
    frames: list[Unit] = []
    with pytest.raises(SourceError) as caught:
        await collect(camera, frames)
    return frames, caught.value


@pytest.fixture(params=["asked", "handed"], autouse=True)
def is_handed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Everything holds for pictures that are asked for, one after another, and for those handed on."""
    HANDED.append(request.param == "handed")
    yield
    HANDED.clear()


async def collect(camera: HttpSource, frames: list[Unit], count: int | None = None) -> None:
    if HANDED[-1]:
        await _handed(camera, frames, count)
        return
    async with aclosing(camera.units()) as stream:
        async for frame in stream:
            frames.append(frame)
            if len(frames) == count:
                return


async def _handed(camera: HttpSource, frames: list[Unit], count: int | None) -> None:
    enough = asyncio.Event()

    def take(frame: Unit) -> None:
        if len(frames) != count:
            frames.append(frame)
        if len(frames) == count:
            enough.set()

    tasks = [asyncio.create_task(camera.hand_to(take)), asyncio.create_task(enough.wait())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    if not enough.is_set():
        tasks[0].result()


def answering(*pieces: bytes) -> Script:
    async def script(peer: Peer) -> None:
        await peer.send(*pieces)

    return script


def silent_after(*pieces: bytes) -> Script:
    async def script(peer: Peer) -> None:
        await peer.send(*pieces)
        await peer.closed()

    return script


@asynccontextmanager
async def neighbours() -> AsyncIterator[tuple[int, int]]:
    """A free port whose neighbour is free too."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
        yield port, port + 1
        return


async def test_frames_as_they_were_sent() -> None:
    clock = SystemClock()
    async with serving(answering(STREAM, part(A), part(B), part(C))) as camera:
        before_s, before_at = clock.monotonic(), clock.wall()
        frames, end = await run(source(camera.port))
    assert [frame.data for frame in frames] == [A, B, C]
    assert [frame.size for frame in frames] == [Size(160, 120), Size(320, 240), Size(160, 120)]
    times = [frame.pts_s for frame in frames]
    assert times == sorted(set(times))
    assert before_s <= times[0] <= times[-1] <= clock.monotonic() + 0.001
    assert before_at - 0.1 <= frames[0].received_at <= clock.wall() + 0.1
    assert isinstance(end, Unreachable)
    assert "closed the connection" in str(end)


async def test_a_frame_is_there_before_anything_follows_it() -> None:
    taken = asyncio.Semaphore(0)

    async def script(peer: Peer) -> None:
        await peer.send(CHUNKED)
        for _ in range(20):
            await peer.chunks(part(A)[:-1])
            await peer.chunks(A[-1:])
            await taken.acquire()

    async with serving(script) as camera, patience():
        frames = source(camera.port).units()
        for _ in range(20):
            await anext(frames)
            taken.release()
        await frames.aclose()


async def test_what_a_reader_raises_is_for_who_asked_for_the_frames_and_ends_them() -> None:
    async with serving(silent_after(STREAM, part(A), part(B))) as camera, patience():
        seen: list[bytes] = []

        def take(frame: Unit) -> None:
            seen.append(frame.data)
            raise LookupError("ours")

        with pytest.raises(LookupError, match="ours"):
            await source(camera.port).hand_to(take)
        await until(lambda: camera.now_open == 0)
    assert seen == [A]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody is told how many bytes to wait for")
async def test_nobody_is_woken_for_a_part_of_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its length is known: the system tells of the rest at once."""
    woken: list[int] = []
    updated = HttpConnection.buffer_updated

    def told(connection: HttpConnection, size_bytes: int) -> None:
        woken.append(size_bytes)
        updated(connection, size_bytes)

    monkeypatch.setattr(HttpConnection, "buffer_updated", told)
    large = with_segment(A, bytes(40_000))
    begins, rest = part(large)[:1000], part(large)[1000:]

    async def script(peer: Peer) -> None:
        before = await told_of(peer, woken, STREAM, part(A), begins)
        for at in range(0, 20_000, 1000):
            await peer.send(rest[at : at + 1000])
            for _ in range(3):
                await asyncio.sleep(0)  # the loop looks at its sockets
            assert len(woken) == before, "until it is whole"
        await peer.send(rest[20_000:])
        await peer.closed()

    async with serving(script) as camera, patience():
        frames: list[Unit] = []
        await collect(source(camera.port), frames, 2)
    assert [frame.data for frame in frames] == [A, large]


async def told_of(peer: Peer, woken: list[int], *pieces: bytes) -> int:
    """Sends them; how often somebody was woken until all of it was read."""
    await peer.send(*pieces)
    await until(lambda: sum(woken) == sum(map(len, pieces)))
    return len(woken)


LYING = b"\r\n--123456789000000000000987654321\r\nContent-Length: %d\r\n\r\n" % 10**6


async def test_a_length_that_promises_too_much_holds_no_picture_back() -> None:
    """Also where nothing more comes."""

    async def script(peer: Peer) -> None:
        await peer.send(STREAM, part(A), LYING + B[:500])
        for _ in range(50):
            await asyncio.sleep(0)  # that much has been read, and more is awaited
        await peer.send(B[500:])
        await peer.closed()

    async with serving(script) as camera, patience():
        frames, end = await run(source(camera.port, stall_timeout_s=0.5))
    assert [frame.data for frame in frames] == [A, B]
    assert isinstance(end, Stalled)


async def test_who_promised_too_much_once_is_not_believed_the_next_time() -> None:
    """Small pictures, so little for what is awaited of larger ones: each comes with what follows it."""
    small = [jpeg(seed, 64, 48) for seed in range(4)]
    seen: list[Unit] = []

    async def script(peer: Peer) -> None:
        await peer.send(STREAM, part(A), LYING + B, LYING)
        await peer.send(bytes(40_000))  # so much that it is read whatever was awaited
        for piece in (*(LYING + picture for picture in small), LYING):
            await peer.send(piece)
            for _ in range(50):
                await asyncio.sleep(0)  # it has been read, where anybody was told of it
        await until(lambda: len(seen) == 2 + len(small))
        await peer.closed()

    async with serving(script) as camera, patience():
        await collect(source(camera.port, stall_timeout_s=PATIENCE_S), seen, 6)
    assert [frame.data for frame in seen] == [A, B, *small]


async def test_a_picture_that_trickles_is_silence_however_long_it_may_go_on() -> None:
    large = with_segment(A, bytes(60_000))

    async def script(peer: Peer) -> None:
        await peer.send(STREAM, part(A), part(large)[:1000])
        trickling = asyncio.create_task(trickle(peer))
        await peer.closed()
        trickling.cancel()

    async def trickle(peer: Peer) -> None:
        while True:
            await peer.send(b"\x55")
            await asyncio.sleep(0.002)

    async with serving(script) as camera, patience():
        frames, end = await run(source(camera.port, stall_timeout_s=0.5))
    assert [frame.data for frame in frames] == [A]
    assert isinstance(end, Stalled)


@pytest.mark.parametrize("is_reset", [False, True])
async def test_a_camera_that_leaves_in_the_middle_of_a_picture_is_gone_at_once(is_reset: bool) -> None:
    large = with_segment(A, bytes(40_000))

    async def script(peer: Peer) -> None:
        await peer.send(STREAM, part(A), part(large)[:1000])
        for _ in range(50):
            await asyncio.sleep(0)
        await peer.send(part(large)[1000:3000])
        if is_reset:
            peer.reset()

    async with serving(script) as camera, patience():
        frames, end = await run(source(camera.port, stall_timeout_s=PATIENCE_S))
    assert [frame.data for frame in frames] == [A]
    assert isinstance(end, Unreachable)


@pytest.mark.parametrize("step", [1, 700, 100_000])
async def test_chunks_and_pieces_of_any_size(step: int) -> None:
    body = part(A) + part(C)
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in (body[:36], body[36:119], body[119:]))
    stream = CHUNKED + chunks

    async def script(peer: Peer) -> None:
        for start in range(0, len(stream), step):
            await peer.send(stream[start : start + step])

    async with serving(script) as camera:
        frames, end = await run(source(camera.port))
    assert [frame.data for frame in frames] == [A, C]
    assert isinstance(end, Unreachable)  # no last chunk: boards never send one


async def test_http_1_0_and_a_last_chunk() -> None:
    async with serving(answering(STREAM.replace(b"1.1", b"1.0"), part(A))) as camera:
        frames, _ = await run(source(camera.port))
    assert len(frames) == 1
    async with serving(answering(CHUNKED, b"%x\r\n%b\r\n0\r\n\r\n" % (len(A), A))) as camera:
        frames, end = await run(source(camera.port))
    assert len(frames) == 1
    assert isinstance(end, Unreachable)


@pytest.mark.parametrize("kind", [b"", b"Content-Type: video/x-motion-jpeg\r\n"])
async def test_bare_jpegs(kind: bytes) -> None:
    async with serving(answering(b"HTTP/1.1 200 OK\r\n" + kind + b"\r\n", A, B, C)) as camera:
        frames, _ = await run(source(camera.port))
    assert [frame.data for frame in frames] == [A, B, C]


async def test_ipv6() -> None:
    async with serving(answering(STREAM, part(A)), host="::1") as camera:
        frames, _ = await run(at(f"http://[::1]:{camera.port}/stream"))
        assert camera.peers[0].header("host") == f"[::1]:{camera.port}"
    assert len(frames) == 1


async def test_what_is_damaged_is_counted_over_runs() -> None:
    blind = b"\xff\xd8\xff\xda\0\0" + bytes(50) + b"\xff\xd9"  # no frame header
    async with serving(answering(STREAM, part(A), part(b"oops"), part(blind), part(C))) as camera:
        watching = source(camera.port)
        frames, _ = await run(watching)
        assert [frame.data for frame in frames] == [A, C]
        assert watching.dropped == 2
        await run(watching)
        assert watching.dropped == 4


async def test_a_picture_of_an_absurd_size_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    absurd = part(claiming(B, 20_000, 20_000))
    async with serving(answering(STREAM, part(A), absurd, absurd, part(C))) as camera:
        watching = source(camera.port)
        frames, _ = await run(watching)
    assert [frame.data for frame in frames] == [A, C]
    assert watching.dropped == 2
    assert caplog.text.count("20000 x 20000") == 1


async def test_nothing_but_absurd_sizes_is_told_as_that() -> None:
    async with serving(silent_after(STREAM, part(claiming(B, 9000, 9000)))) as camera:
        _, end = await run(source(camera.port, stall_timeout_s=0.3))
    assert isinstance(end, ProtocolError)
    assert "9000 x 9000" in str(end)


@pytest.mark.parametrize("status", [401, 403, 404, 405, 500, 503])
async def test_a_status_that_means_no(status: int) -> None:
    async with serving(answering(b"HTTP/1.1 %d Sorry\r\nContent-Length: 2\r\n\r\nno" % status)) as camera:
        _, end = await run(at(f"http://admin:{SECRET}@127.0.0.1:{camera.port}/stream"))
        assert len(camera.peers) == (2 if status == 401 else 1)  # then told the password, not before
    assert isinstance(end, Rejected)
    assert end.status == status
    assert SECRET not in str(end)
    assert f":{camera.port}/stream" in str(end)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", r"web page.*:81/stream"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}", "application/json"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "HTTP"),
        (b"\x16\x03\x01", "HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Bomb: aaaaaaaaaaaaaaaaaaa\r\n" * 4000, "64 KiB"),
        (CHUNKED + b"nonsense\r\n", "chunks"),
        (STREAM + b"rubbish " * 1_100_000, "8 MiB"),
        (b"HTTP/1.1 302 Found\r\nLocation: /stream\r\n\r\n", "circles"),
        (b"HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\n\r\n", "elsewhere"),
    ],
)
async def test_an_answer_without_pictures(answer: bytes, says: str) -> None:
    async with serving(answering(answer)) as camera:
        frames, end = await run(source(camera.port))
    assert frames == []
    assert isinstance(end, ProtocolError)
    with pytest.raises(ProtocolError, match=says):
        raise end
    assert f":{camera.port}" in str(end)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"302 Found\r\nLocation: /stream", "round in circles"),
        (b"302 Found\r\nLocation: http://[::1", "leads to what is no address"),
        (b"302 Found\r\nLocation: //a\xe2\x84\x80.example/", "no camera address"),
        (b"302 Found\r\nLocation: file:///etc/passwd", "not to a web address"),
        (b"302 Found\r\nLocation: /" + b"pass" * 10_000, "2048 characters"),
        (b"401 No\r\nWWW-Authenticate: Digest nonce=x, " + b"a" * 60_000, "user name and a password"),
        (b"200 OK\r\nContent-Type: " + b"://" * 20_000, "no pictures"),
        (b"200 OK\r\nContent-Type: multipart/x\r\nContent-Encoding: gzip", "compressed"),
        (b"200 OK\r\nContent-Type: video/x\r\nContent-Length: " + b"9" * 5000, "closed the connection"),
        (b"200 OK\r\n" + b"X: y\r\n" * 11_000, "larger than 64 KiB"),
    ],
    ids=[
        *("circle", "no-address", "odd-host", "file", "long", "challenge", "kind", "gzip", "length", "head")
    ],
)
async def test_an_answer_that_lies_is_bounded_and_told(answer: bytes, says: str) -> None:
    async with serving(answering(b"HTTP/1.1 " + answer + b"\r\n\r\n")) as camera:
        _, end = await run(at(f"http://admin:{SECRET}@127.0.0.1:{camera.port}/stream"))
        assert len(camera.peers) <= 6
    assert says in str(end)
    assert SECRET not in str(end)


@pytest.mark.parametrize("script", [answering, silent_after])
async def test_the_last_picture_is_taken_though_its_length_promises_more(
    script: Callable[..., Script],
) -> None:
    stream = (STREAM, part(A), part(C, length=len(C) + 100))
    async with serving(script(*stream)) as camera:
        frames, end = await run(source(camera.port, stall_timeout_s=0.3))
    assert [frame.data for frame in frames] == [A, C]
    assert isinstance(end, Unreachable | Stalled)


@pytest.mark.parametrize("is_one_piece", [True, False])
async def test_pictures_before_a_damaged_chunk_are_taken(is_one_piece: bool) -> None:
    chunks = [b"%x\r\n%b\r\n" % (len(each), each) for each in (part(A), part(C))]
    pieces = (CHUNKED, *chunks, b"no chunk\r\n")
    async with serving(answering(*((b"".join(pieces),) if is_one_piece else pieces))) as camera:
        frames, end = await run(source(camera.port))
    assert [frame.data for frame in frames] == [A, C]
    assert isinstance(end, ProtocolError)
    assert "chunks" in str(end)


async def test_an_answer_that_comes_before_the_question() -> None:
    async def script(peer: Peer) -> None:
        await peer.send(STREAM, part(A), part(C))

    async with accepting(script) as camera:
        frames, _ = await run(source(camera.port))
    assert [frame.data for frame in frames] == [A, C]


async def test_announcements_of_an_answer_without_end_are_no_answer() -> None:
    async def script(peer: Peer) -> None:
        while True:
            await peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    async with serving(script) as camera:
        _, end = await run(source(camera.port, stall_timeout_s=0.3))
    assert isinstance(end, Stalled)


BASIC_REFUSAL = b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="cam"\r\nContent-Length: 0\r\n\r\n'


async def wanting_a_password(peer: Peer) -> None:
    await peer.send(*((STREAM, part(A)) if peer.header("authorization") else (BASIC_REFUSAL,)))


async def test_a_redirect_is_followed_with_the_credentials() -> None:
    async def script(peer: Peer) -> None:
        if peer.target == "/":
            await peer.send(b"HTTP/1.1 302 Found\r\nLocation: /cam.mjpeg\r\nConnection: close\r\n\r\n")
        else:
            await wanting_a_password(peer)

    async with serving(script) as camera:
        frames, _ = await run(at(f"http://admin:{SECRET}@127.0.0.1:{camera.port}"))
        assert camera.targets == ["/", "/cam.mjpeg", "/cam.mjpeg"]
        assert camera.most_open == 1
        told = [peer.header("authorization") for peer in camera.peers]
        assert told == [None, None, "Basic YWRtaW46aHVudGVyMg=="]
    assert len(frames) == 1


async def test_a_redirect_to_another_host_gets_no_credentials() -> None:
    async with serving(wanting_a_password, host="::1") as other:
        location = f"http://[::1]:{other.port}/stream"
        redirect = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode()
        async with serving(answering(redirect)) as camera:
            _, end = await run(at(f"http://admin:{SECRET}@127.0.0.1:{camera.port}/x"))
        assert [peer.header("authorization") for peer in other.peers] == [None]
    assert isinstance(end, Rejected)


async def test_a_password_is_told_to_who_asks_for_it_and_at_once_the_next_time() -> None:
    async with serving(wanting_a_password) as camera:
        url = f"http://admin:{SECRET}@127.0.0.1:{camera.port}/stream"
        for _ in range(2):
            frames, _ = await run(at(url))
            assert len(frames) == 1
        told = [bool(peer.header("authorization")) for peer in camera.peers]
    assert told == [False, True, True]


async def test_a_digest_that_became_old_is_answered_anew() -> None:
    nonces = iter(["n1", "n2", "n3"])
    holds = ""

    async def script(peer: Peer) -> None:
        nonlocal holds
        told, old, holds = peer.header("authorization") or "", holds, ""
        if f'nonce="{old}"' in told:
            await peer.send(STREAM, part(A))
            return
        holds = next(nonces)
        stale = ", stale=true" if told else ""
        challenge = f'WWW-Authenticate: Digest realm="cam", qop="auth", nonce="{holds}"{stale}'
        await peer.send(f"HTTP/1.1 401 No\r\n{challenge}\r\n\r\n".encode())

    async with serving(script) as camera:
        for _ in range(2):
            frames, end = await run(at(f"http://admin:{SECRET}@127.0.0.1:{camera.port}/stream"))
            assert len(frames) == 1, end
        assert len(camera.peers) == 4


async def test_a_board_s_token_is_never_told_as_it_is() -> None:
    async with serving(wanting_a_password) as camera:
        token = "abcdefgh" * 4
        _, end = await run(at(f"http://gcam:{token}@127.0.0.1:{camera.port}/stream"))
        assert [peer.header("authorization") for peer in camera.peers] == [None]
    assert isinstance(end, Rejected)


@pytest.mark.parametrize("where", ["169.254.169.254", "172.30.32.2", "[::ffff:169.254.1.1]:8099"])
async def test_a_redirect_to_what_is_this_machine_s_alone_is_not_followed(where: str) -> None:
    redirect = f"HTTP/1.1 302 Found\r\nLocation: http://{where}/addons/self/restart\r\n\r\n".encode()
    async with serving(answering(redirect)) as camera:
        _, end = await run(at(f"http://127.0.0.1:{camera.port}/x"))
    assert isinstance(end, ProtocolError)
    assert "one of this machine itself" in str(end)


async def test_digest_when_the_camera_asks_for_it() -> None:
    refusal = b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="cam", nonce="n1", qop="auth"\r\n\r\n'

    async def script(peer: Peer) -> None:
        is_answer = (peer.header("authorization") or "").startswith("Digest ")
        await peer.send(*((STREAM, part(A)) if is_answer else (refusal,)))

    async with serving(script) as camera:
        frames, _ = await run(at(f"http://admin:{SECRET}@127.0.0.1:{camera.port}/stream?a=1"))
        answer = camera.peers[1].header("authorization") or ""
    assert len(frames) == 1
    assert 'uri="/stream?a=1"' in answer
    assert SECRET not in answer


async def test_a_wrong_digest_password_is_told_and_not_repeated() -> None:
    refusal = b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="cam", nonce="n1"\r\n\r\n'
    async with serving(answering(refusal)) as camera:
        _, end = await run(at(f"http://admin:{SECRET}@127.0.0.1:{camera.port}/stream"))
        assert len(camera.peers) == 2
    assert isinstance(end, Rejected)
    assert SECRET not in str(end)


async def test_the_request_suits_a_board() -> None:
    async with serving(answering(STREAM, part(A))) as camera:
        await run(source(camera.port, "/sustain?video=1"))
        request = camera.peers[0].request
    assert request.startswith("GET /sustain?video=1 HTTP/1.1\r\n")
    assert camera.peers[0].header("host") == f"127.0.0.1:{camera.port}"
    assert len(request) < 300


async def test_nobody_listens() -> None:
    with silent_port() as port:
        _, end = await run(source(port))
        assert isinstance(end, Unreachable)
        assert f"refuses connections on port {port}" in str(end)
        _, end = await run(at(f"http://localhost:{port}/stream"))  # ::1 and 127.0.0.1 both refuse
        assert f"refuses connections on port {port}" in str(end)
        _, end = await run(at(f"http://127.0.0.1:{port}"))
        assert isinstance(end, Unreachable)
        assert "refuses connections" in str(end)


async def test_an_unknown_name() -> None:
    _, end = await run(at(f"http://u:{SECRET}@no-such-camera.invalid/stream"))
    assert isinstance(end, Unreachable)
    assert "no address was found for the name no-such-camera.invalid" in str(end)
    assert SECRET not in str(end)


async def test_a_host_that_does_not_answer() -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)  # one waiting connection fills it; a further SYN gets no answer
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        _, end = await run(source(full.getsockname()[1], connect_timeout_s=0.3))
    assert isinstance(end, Unreachable)
    assert "does not answer within 0.3 s" in str(end)


async def test_connected_and_never_a_byte_means_in_use() -> None:
    async with serving(silent_after()) as camera:
        _, end = await run(source(camera.port, stall_timeout_s=0.2))
    assert isinstance(end, Stalled)
    assert "another viewer" in str(end)


async def test_a_header_byte_by_byte() -> None:
    async def script(peer: Peer) -> None:
        for byte in STREAM:
            await peer.send(bytes((byte,)))
            await asyncio.sleep(0.02)

    async with serving(script) as camera:
        _, end = await run(source(camera.port, stall_timeout_s=0.3))
    assert isinstance(end, Stalled)
    assert "header" in str(end)


async def test_a_slow_header_that_ends_in_time() -> None:
    async def script(peer: Peer) -> None:
        for byte in STREAM + part(A):
            await peer.send(bytes((byte,)))
            await asyncio.sleep(0)

    async with serving(script) as camera:
        frames, _ = await run(source(camera.port))
    assert len(frames) == 1


@pytest.mark.parametrize("before", [STREAM, STREAM + part(A)[:2000], STREAM + part(A) + part(C)[:-1]])
async def test_silence_on_an_open_connection(before: bytes) -> None:
    async with serving(silent_after(before)) as camera:
        began_s = time.monotonic()
        frames, end = await run(source(camera.port, stall_timeout_s=0.3))
        took_s = time.monotonic() - began_s
    assert isinstance(end, Stalled)
    assert "no complete picture for 0.3 s" in str(end)
    assert took_s >= 0.29
    assert len(frames) == before.count(A)


async def test_bytes_that_never_become_a_picture_are_silence() -> None:
    async def script(peer: Peer) -> None:
        await peer.send(STREAM, part(A)[:-2000])
        for _ in range(100):
            await peer.send(b"\x55")
            await asyncio.sleep(0.02)

    async with serving(script) as camera:
        _, end = await run(source(camera.port, stall_timeout_s=0.3))
    assert isinstance(end, Stalled)


async def test_a_slow_camera_is_no_stall() -> None:
    async def script(peer: Peer) -> None:
        await peer.send(STREAM)
        for _ in range(5):
            await asyncio.sleep(0.5)
            await peer.send(part(A))

    async with serving(script) as camera:
        frames, end = await run(source(camera.port, stall_timeout_s=2.0))
    assert len(frames) == 5
    assert isinstance(end, Unreachable)


@pytest.mark.parametrize(
    ("pieces", "says"),
    [
        ((), "closed the connection"),
        ((STREAM,), "before it sent a picture"),
        ((STREAM, b"--x\r\nContent-Type: text/plain\r\n\r\nNo frames send.\r\n"), "before it sent a picture"),
    ],
)
async def test_closed_without_a_picture(pieces: tuple[bytes, ...], says: str) -> None:
    async with serving(answering(*pieces)) as camera:
        _, end = await run(source(camera.port))
    assert isinstance(end, Unreachable)
    assert says in str(end)


async def test_a_reset_in_the_middle() -> None:
    async def script(peer: Peer) -> None:
        await peer.send(STREAM, part(A))
        await asyncio.sleep(0.05)
        await peer.send(part(C)[:2000])
        peer.reset()

    async with serving(script) as camera:
        frames, end = await run(source(camera.port))
    assert [frame.data for frame in frames] == [A]
    assert isinstance(end, Unreachable)
    assert "broke the connection off" in str(end) or "closed the connection" in str(end)


async def test_two_cameras_at_once_do_not_disturb_each_other() -> None:
    async def script(peer: Peer) -> None:
        await peer.send(STREAM)
        for number in range(30):
            await peer.send(part(jpeg(number if peer.target == "/one" else 100 + number)))
            await asyncio.sleep(0.002)

    async with serving(script) as camera:
        (one, _), (two, _) = await asyncio.gather(
            run(source(camera.port, "/one")), run(source(camera.port, "/two"))
        )
    assert [frame.data for frame in one] == [jpeg(number) for number in range(30)]
    assert [frame.data for frame in two] == [jpeg(100 + number) for number in range(30)]


async def test_closing_the_iterator_closes_the_connection_at_once() -> None:
    gone = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.send(STREAM, part(A))
        await peer.closed()
        gone.set()

    async with serving(script) as camera:
        await collect(source(camera.port), [], 1)
        await asyncio.wait_for(gone.wait(), PATIENCE_S)


@pytest.mark.parametrize("before", [b"", STREAM, STREAM + part(A)])
async def test_cancelling_closes_the_connection_at_once(before: bytes) -> None:
    arrived, gone = asyncio.Event(), asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.send(before)
        arrived.set()
        await peer.closed()
        gone.set()

    async with serving(script) as camera:
        watching = asyncio.ensure_future(collect(source(camera.port), []))
        await arrived.wait()
        await asyncio.sleep(0.05)
        watching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watching
        await asyncio.wait_for(gone.wait(), PATIENCE_S)


async def test_a_slow_reader_makes_the_camera_wait_and_loses_nothing() -> None:
    sent = 0

    async def script(peer: Peer) -> None:
        nonlocal sent
        await peer.send(STREAM)
        for number in range(1000):
            await peer.send(part(jpeg(number % 20)))
            sent += 1

    async with serving(script) as camera:
        frames = source(camera.port, stall_timeout_s=0.4).units()
        received = [(await anext(frames)).data]
        await asyncio.sleep(0.8)  # longer than the stall timeout: that is the reader's doing
        assert sent < 1000
        received += [(await anext(frames)).data for _ in range(999)]
        with pytest.raises(Unreachable):
            await anext(frames)
    assert received == [jpeg(number % 20) for number in range(1000)]


async def test_a_bare_address_is_found_out_once() -> None:
    async def script(peer: Peer) -> None:
        if peer.target == "/mjpeg/1":
            await peer.send(STREAM, part(A))
        elif peer.target == "/":
            await peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Camera</h1>")
        else:
            await peer.send(b"HTTP/1.1 404 Not Found\r\n\r\nNothing matches the given URI")

    async with serving(script) as camera:
        settings = SourceSettings(f"127.0.0.1:{camera.port}")
        known: dict[object, object] = {}
        for _ in range(2):  # another source each time, as after a reconnect
            frames, _ = await run(HttpSource(settings, SystemClock(), known))
            assert len(frames) == 1
        assert camera.targets == ["/", "/stream", "/mjpeg/1", "/mjpeg/1"]
        assert camera.most_open == 1


async def test_the_stream_beside_the_web_port_is_found() -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>ESP32 OV2460</h1>"
    with kept_ports(2) as first:
        async with (
            serving(answering(page), port=first),
            serving(answering(STREAM, part(A)), port=first + 1),
        ):
            frames, _ = await run(at(f"http://127.0.0.1:{first}"))
    assert len(frames) == 1


async def test_a_bare_address_without_a_stream() -> None:
    async with serving(answering(b"HTTP/1.1 404 Not Found\r\n\r\n")) as camera:
        _, end = await run(at(f"http://127.0.0.1:{camera.port}"))
    assert isinstance(end, ProtocolError)
    assert "/mjpeg/1" in str(end)


@pytest.mark.parametrize(
    ("script", "error"),
    [(answering(b"HTTP/1.1 401 No\r\n\r\n"), Rejected), (silent_after(), Stalled)],
    ids=["wants a password", "in use"],
)
async def test_no_further_place_is_tried_once_the_camera_was_found(
    script: Script, error: type[SourceError]
) -> None:
    async with serving(script) as camera:
        _, end = await run(at(f"http://127.0.0.1:{camera.port}", stall_timeout_s=0.2))
        assert len(camera.peers) == 1
    assert isinstance(end, error)


async def test_a_known_place_that_is_gone_is_looked_for_anew() -> None:
    places = ["/stream"]

    async def script(peer: Peer) -> None:
        found = peer.target in places
        await peer.send(*((STREAM, part(A)) if found else (b"HTTP/1.1 404 Not Found\r\n\r\n",)))

    async with serving(script) as camera:
        watching = at(f"http://127.0.0.1:{camera.port}")
        assert len((await run(watching))[0]) == 1
        places[:] = ["/cam.mjpeg"]  # another firmware was flashed
        assert isinstance((await run(watching))[1], Rejected)
        assert len((await run(watching))[0]) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_known_port_that_refuses_is_looked_for_anew(host: str) -> None:
    """CameraWebServer, whose stream has the next port, gives way to a firmware with everything on one."""
    async with neighbours() as (first, second):
        known: dict[HttpAddress, HttpAddress] = {}
        settings = SourceSettings(f"http://{host}:{first}", connect_timeout_s=PATIENCE_S)

        async def look() -> SourceError:
            return (await run(HttpSource(settings, SystemClock(), known)))[1]

        async with serving(answering(STREAM, part(A)), port=second):
            await look()
            assert [place.port for place in known.values()] == [second]
        assert "refuses connections" in str(await look())
        async with serving(answering(STREAM, part(A)), port=first):
            await look()
            assert [place.port for place in known.values()] == [first]


async def test_a_known_place_that_does_not_answer_is_kept() -> None:
    address = parse("http://no-such-camera.invalid")
    assert isinstance(address, HttpAddress)
    known = {address: address.at("/stream", 81)}
    _, end = await run(HttpSource(SourceSettings("http://no-such-camera.invalid"), SystemClock(), known))
    assert isinstance(end, Unreachable)
    assert known


async def test_the_loop_is_never_blocked() -> None:
    with blockbuster_ctx("gcam_addon.sources"):
        async with serving(answering(STREAM, part(A), part(C))) as camera:
            frames, _ = await run(at(f"http://localhost:{camera.port}/stream"))
            await run(at(f"https://localhost:{camera.port}/stream", connect_timeout_s=0.3))
    assert len(frames) == 2


def test_only_web_addresses() -> None:
    with pytest.raises(ConfigError):
        at("/tmp/clip.mp4")
