"""RTSP cameras, played by a real server: what they send is what is recorded, and what goes wrong is said."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import av
import pytest

from gcam_addon.bitstream.nal import kind_of
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import RtspTransport, SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ProtocolError, Rejected, SourceError, Stalled, Unreachable
from gcam_addon.model import ClipKind, Codec, Size, Unit
from gcam_addon.picture.jpeg import size_of
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import JournalFile, tags
from gcam_addon.recording.remuxer import remux
from gcam_addon.sources.rtsp import RtspSource
from tests.support.cut_cable import CutCable
from tests.support.ports import silent_port
from tests.support.reading import received
from tests.support.rtsp_server import MOUNTS, PASSWORD, RtspServer, kept, missing
from tests.support.scripted_server import Peer, accepting
from tests.support.waiting import PATIENCE_S, patience, until

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))
FACTS = ClipFacts("door-1", "door", "Door", ClipKind.MOTION, 1_700_000_100.0)


@pytest.fixture(scope="module")
def server() -> Iterator[RtspServer]:
    server = RtspServer()
    yield server
    server.child.ended()


@pytest.fixture
def own_server() -> Iterator[RtspServer]:
    """To be stopped and killed."""
    server = RtspServer({"/aac": MOUNTS["/aac"]})
    yield server
    server.child.ended(signal.SIGKILL)


@pytest.fixture
def duties() -> Duties:
    return Duties(SystemClock())


def source(url: str, duties: Duties, **changes: Any) -> RtspSource:
    wanted = {"connect_timeout_s": PATIENCE_S, "stall_timeout_s": PATIENCE_S, **changes}
    return RtspSource(SourceSettings(url, **wanted), SystemClock(), duties)


async def problem(camera: RtspSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await received(camera, 10_000)
    assert not isinstance(caught.value.__context__, av.FFmpegError), "it holds the password"
    return caught.value


def recorded(folder: Path, units: Sequence[Unit]) -> Path:
    file = JournalFile(folder, FACTS, units[0].tracks)
    for unit in units:
        file.append(unit)
    file.close()
    video = folder / "clip.mp4"
    remux(file.path, video, tags(FACTS), 1)
    return video


def packets_of(video: Path, kind: str) -> list[tuple[bytes, float]]:
    with av.open(str(video)) as container:
        (stream,) = (one for one in container.streams if one.type == kind)
        return [
            (bytes(packet), float(packet.pts * packet.time_base))
            for packet in container.demux(stream)
            if packet.size and packet.pts is not None and packet.time_base
        ]


@pytest.mark.parametrize(
    ("path", "codec", "rate"),
    [
        ("/aac", Codec.H264, 16_000),
        ("/alaw", Codec.H264, 8_000),
        ("/sliced", Codec.H264, None),
        ("/bframes", Codec.H264, None),
        ("/h265", Codec.H265, None),
    ],
)
async def test_what_is_received_is_recorded_bit_for_bit_at_its_time(
    tmp_path: Path, server: RtspServer, duties: Duties, path: str, codec: Codec, rate: int | None
) -> None:
    camera = source(server.url(path), duties)
    units = await received(camera, 33)
    pictures = [unit for unit in units if not unit.is_sound]
    assert camera.dropped == 0
    assert (units[0].tracks.video.codec, units[0].size) == (codec, Size(320, 240))
    assert [index for index, unit in enumerate(pictures) if unit.is_key][:3] == [0, 15, 30]
    shown = sorted(unit.pts_s for unit in pictures)[:-3]  # B frames may be missing among the last
    assert [after - before for before, after in pairwise(shown)] == pytest.approx([1 / 15] * 29, abs=0.012)

    video = recorded(tmp_path, units)
    found = packets_of(video, "video")
    assert [data for data, _ in found] == [unit.data for unit in pictures]
    with av.open(str(video)) as container:
        assert len(list(container.decode(video=0))) == 33
    if rate is None:
        assert units[0].tracks.sound is None
        return
    assert units[0].tracks.sound is not None
    assert (units[0].tracks.sound.rate, units[0].tracks.sound.channels) == (rate, 1)
    sent = [unit for unit in units if unit.is_sound]
    heard = packets_of(video, "audio")
    assert len(heard) > 10
    assert [data for data, _ in heard] == [unit.data for unit in sent][-len(heard) :]
    apart_s = (heard[-1][1] - found[0][1]) - (sent[-1].pts_s - pictures[0].pts_s)
    assert abs(apart_s) <= 0.04


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
async def test_clips_hold_what_was_encoded_unit_by_unit(tmp_path: Path, duties: Duties, codec: Codec) -> None:
    """Held against files that the server writes beside."""
    server = RtspServer({"/kept": kept(codec, tmp_path)})
    try:
        units = await received(source(server.url("/kept"), duties), 50)
    finally:
        server.child.ended()
    video = recorded(tmp_path, units)
    pictures = [slices(data, codec) for data, _ in packets_of(video, "video")]
    encoded = [nal for nal in annex_b(tmp_path / "pictures") if is_slice(nal, codec)]
    assert_is_part([nal for picture in pictures for nal in picture], encoded, at_least=50)
    heard = [data for data, _ in packets_of(video, "audio")]
    assert_is_part(heard, list(adts(tmp_path / "sound")), at_least=20)


def assert_is_part(found: Sequence[bytes], whole: Sequence[bytes], *, at_least: int) -> None:
    assert len(found) >= at_least
    count = len(found)
    assert any(found == whole[begin : begin + count] for begin in range(len(whole) - count + 1))


def annex_b(file: Path) -> list[bytes]:
    return [nal.rstrip(b"\0") for nal in file.read_bytes().split(b"\0\0\1")[1:]]


def adts(file: Path) -> Iterator[bytes]:
    data, at = file.read_bytes(), 0
    while len(data) - at >= 7:
        length = int.from_bytes(data[at + 3 : at + 6]) >> 5 & 0x1FFF
        yield data[at + 7 : at + length]
        at += length


def slices(data: bytes, codec: Codec) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4])
        if is_slice(data[at + 4 : end], codec):
            yield data[at + 4 : end]
        at = end


def is_slice(nal: bytes, codec: Codec) -> bool:
    kind = kind_of(nal, codec)
    return 1 <= kind <= 5 if codec is Codec.H264 else kind < 32


async def test_a_nonce_that_runs_out_while_it_plays_is_answered_anew(
    own_server: RtspServer, duties: Duties
) -> None:
    url = own_server.url("/aac", "forgetful", f"gcam:{quote(PASSWORD, safe='')}")
    async with patience(), aclosing(source(url, duties).units()) as stream:
        async for _ in stream:
            if own_server.child.said.count("kept alive") > 2:
                break


@pytest.mark.parametrize("path", ["/aac", "/h265"])
async def test_a_connection_that_is_reset_is_said_and_the_next_one_read(
    server: RtspServer, duties: Duties, path: str
) -> None:
    port = urlsplit(server.url(path)).port
    assert port is not None
    async with CutCable(port) as cable:
        url = f"rtsp://127.0.0.1:{cable.port}{path}"
        async with patience(), aclosing(source(url, duties).units()) as stream:
            await anext(stream)
            cable.cut()
            with pytest.raises(Unreachable) as caught:
                await _all(stream)
        assert not isinstance(caught.value.__context__, av.FFmpegError)
        assert "closed" in str(caught.value)
        cable.mend()
        assert await received(source(url, duties), 3)


async def test_jpegs_come_as_they_are(server: RtspServer, duties: Duties) -> None:
    units = await received(source(server.url("/mjpeg"), duties), 10)
    assert {size_of(unit.data) for unit in units} == {Size(320, 240)}
    assert all(unit.is_key and unit.tracks.video.codec is Codec.MJPEG for unit in units)


async def test_it_comes_by_udp_where_that_is_set(server: RtspServer, duties: Duties) -> None:
    camera = source(server.url("/aac"), duties, rtsp_transport=RtspTransport.UDP)
    assert len(await received(camera, 5)) >= 5


@pytest.mark.parametrize("kind", ["digest", "basic"])
@pytest.mark.parametrize("login", [f"gcam:{PASSWORD}", f"gcam:{quote(PASSWORD, safe='')}"])
async def test_a_password_may_hold_anything(
    server: RtspServer, duties: Duties, kind: str, login: str
) -> None:
    assert len(await received(source(server.url("/mjpeg", kind, login), duties), 2)) == 2


@pytest.mark.parametrize("login", ["", "gcam:secret-but-wrong"])
async def test_a_wrong_password_is_said_and_not_shown(server: RtspServer, duties: Duties, login: str) -> None:
    error = await problem(source(server.url("/mjpeg", "digest", login), duties))
    assert isinstance(error, Rejected)
    assert error.status == 401
    assert "USER:PASSWORD" in str(error)
    assert "secret" not in repr(error) + str(error)


@pytest.mark.parametrize(
    ("path", "kind", "says"),
    [
        ("/nowhere", Rejected, "answered 404"),
        ("/sound", ProtocolError, "sends sound only"),
        ("/theora", ProtocolError, "theora"),
    ],
)
async def test_what_is_no_stream_for_us_is_said(
    server: RtspServer, duties: Duties, path: str, kind: type[SourceError], says: str
) -> None:
    error = await problem(source(server.url(path), duties))
    assert isinstance(error, kind)
    assert says in str(error)


async def test_nobody_there_and_no_such_name(duties: Duties) -> None:
    with silent_port() as port:
        refused = await problem(source(f"rtsp://u:secret@127.0.0.1:{port}/x", duties))
    assert isinstance(refused, Unreachable)
    assert "refuses connections" in str(refused)
    unknown = await problem(source("rtsp://u:secret@no-such-camera.invalid/x", duties))
    assert isinstance(unknown, Unreachable)
    assert "no-such-camera.invalid" in str(unknown)
    assert "secret" not in str(refused) + str(unknown)


@pytest.fixture
async def other() -> AsyncIterator[int]:
    """Where something else listens, which answers with a web page."""

    async def answer(peer: Peer) -> None:
        await peer.reader.readline()
        await peer.send(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nno")

    async with accepting(answer) as server:
        yield server.port


async def test_a_web_server_is_no_camera(duties: Duties, other: int) -> None:
    error = await problem(source(f"rtsp://127.0.0.1:{other}/x", duties))
    assert isinstance(error, ProtocolError)
    assert f"is {other} its RTSP port" in str(error)


async def test_a_camera_that_hangs_is_noticed_and_left_and_one_that_is_back_is_read(
    own_server: RtspServer, duties: Duties
) -> None:
    camera = source(own_server.url("/aac"), duties, stall_timeout_s=1.0)
    async with patience(), aclosing(camera.units()) as stream:
        await anext(stream)
        own_server.child.send(signal.SIGSTOP)
        with pytest.raises(Stalled) as caught:
            async for _ in stream:
                pass
    assert "though the connection is open" in str(caught.value)
    own_server.child.send(signal.SIGCONT)
    assert await received(source(own_server.url("/aac"), duties, stall_timeout_s=PATIENCE_S), 3)


async def test_who_leaves_a_camera_that_hangs_waits_for_nothing(
    own_server: RtspServer, duties: Duties
) -> None:
    camera = source(own_server.url("/aac"), duties)
    async with patience(), aclosing(camera.units()) as stream:
        await anext(stream)
        own_server.child.send(signal.SIGSTOP)
        waiting = asyncio.ensure_future(_all(stream))
        await until(own_server.child.runs)
        waiting.cancel()
        await asyncio.wait([waiting])
    await until(lambda: not any(thread.name.startswith("gcam-rtsp") for thread in threading.enumerate()))
    own_server.child.send(signal.SIGCONT)
    assert await received(source(own_server.url("/aac"), duties), 3)


async def _all(stream: Any) -> None:
    async for _ in stream:
        pass


async def test_a_camera_that_dies_is_said(own_server: RtspServer, duties: Duties) -> None:
    async with patience(), aclosing(source(own_server.url("/aac"), duties).units()) as stream:
        await anext(stream)
        own_server.child.send(signal.SIGKILL)
        with pytest.raises(Unreachable):
            await _all(stream)
