from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from contextlib import aclosing
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from blockbuster import blockbuster_ctx

from gcam_addon.clock import ManualClock, SystemClock
from gcam_addon.errors import ProtocolError, SourceError, Unreachable
from gcam_addon.model import Size, Unit
from gcam_addon.sources.replay import ReplaySource, read_frames
from tests.support.jpegs import claiming, jpeg, part
from tests.support.waiting import PATIENCE_S, patience

PICTURES = [jpeg(number) for number in range(12)]
TIMES_S = [0.0, 0.1, 0.2, 0.5, 0.51, 1.0, 1.25, 2.0, 2.04, 2.08, 3.0, 10.0]


def mux(path: Path, pictures: Iterable[bytes], times_s: Iterable[float], start_s: float = 0.0) -> Path:
    """The very JPEGs as an MJPEG track."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=100)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuvj420p"
        stream.time_base = Fraction(1, 1000)
        for data, time_s in zip(pictures, times_s, strict=True):
            packet = av.Packet(data)
            packet.stream, packet.time_base = stream, Fraction(1, 1000)
            packet.pts = packet.dts = round((start_s + time_s) * 1000)
            container.mux(packet)
    return path


def encode(path: Path, codec: str = "libx264", frames: int = 30, fps: int = 15) -> Path:
    """A bright square that moves 4 px a frame from left to right."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for number in range(frames):
            picture = np.full((120, 160, 3), 40, np.uint8)
            picture[40:80, number * 4 : number * 4 + 40] = 220
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())
    return path


def decoded(frame: Unit) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(frame.data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return np.asarray(picture)


def failure(path: Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        list(read_frames(path))
    assert str(path) in str(caught.value)
    return caught.value


@pytest.mark.parametrize("suffix", ["mkv", "mov", "mp4"])
def test_an_mjpeg_track_passes_untouched_with_its_times(tmp_path: Path, suffix: str) -> None:
    frames = list(read_frames(mux(tmp_path / f"clip.{suffix}", PICTURES, TIMES_S)))
    assert [frame.data for frame in frames] == PICTURES
    assert [frame.pts_s for frame in frames] == pytest.approx(TIMES_S, abs=0.001)
    assert {frame.size for frame in frames} == {Size(160, 120)}


def test_avi_passes_untouched(tmp_path: Path) -> None:
    frames = list(read_frames(mux(tmp_path / "clip.avi", PICTURES, [n / 10 for n in range(12)])))
    assert [frame.data for frame in frames] == PICTURES


def test_times_begin_at_zero(tmp_path: Path) -> None:
    frames = list(read_frames(mux(tmp_path / "clip.mkv", PICTURES, TIMES_S, start_s=7.5)))
    assert [frame.pts_s for frame in frames] == pytest.approx(TIMES_S, abs=0.001)


def test_fps_replaces_the_files_times(tmp_path: Path) -> None:
    frames = list(read_frames(mux(tmp_path / "clip.mkv", PICTURES, TIMES_S), 4.0))
    assert [frame.pts_s for frame in frames] == pytest.approx([n / 4 for n in range(12)])


@pytest.mark.parametrize(
    ("codec", "name"), [("libx264", "clip.mp4"), ("mpeg4", "clip.avi"), ("libx264", "clip.mkv")]
)
def test_other_videos_become_jpeg(tmp_path: Path, codec: str, name: str) -> None:
    frames = list(read_frames(encode(tmp_path / name, codec)))
    assert len(frames) == 30
    assert [frame.pts_s for frame in frames] == pytest.approx([n / 15 for n in range(30)], abs=0.002)
    for number in (0, 11, 29):
        picture = decoded(frames[number])
        assert picture[60, number * 4 + 20] > 190
        assert picture[10, 10] < 70


def test_a_folder_in_the_order_people_expect(tmp_path: Path) -> None:
    for number in (10, 2, 1, 11, 9):
        (tmp_path / f"Frame{number}.jpg").write_bytes(PICTURES[number])
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / ".hidden.jpg").write_bytes(PICTURES[0])
    frames = list(read_frames(tmp_path))
    assert [frame.data for frame in frames] == [PICTURES[number] for number in (1, 2, 9, 10, 11)]
    assert [frame.pts_s for frame in frames] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert [frame.pts_s for frame in read_frames(tmp_path, 5)] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])


def test_a_folder_of_png(tmp_path: Path) -> None:
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:, 32:] = 255
    cv2.imwrite(str(tmp_path / "a.PNG"), picture)
    (frame,) = read_frames(tmp_path)
    assert frame.size == Size(64, 48)
    assert decoded(frame)[20, 10] < 10
    assert decoded(frame)[20, 50] > 245


@pytest.mark.parametrize("name", ["clip.mjpeg", "clip.mjpg", "without_suffix"])
def test_jpegs_one_after_another(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"".join(PICTURES))
    frames = list(read_frames(path))
    assert [frame.data for frame in frames] == PICTURES
    assert frames[-1].pts_s == pytest.approx(1.1)


def test_a_recorded_multipart_stream(tmp_path: Path) -> None:
    path = tmp_path / "stream.mjpeg"
    path.write_bytes(b"".join(part(picture, length=None) for picture in PICTURES))
    assert [frame.data for frame in read_frames(path)] == PICTURES


def test_a_single_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(PICTURES[0])
    assert [frame.data for frame in read_frames(path)] == PICTURES[:1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("clip.mp4", b"this is no video " * 99),
        ("clip.mp4", b""),
        ("notes.txt", b"FFmpeg would draw this text as a picture\n" * 99),
        ("clip.mjpeg", b"\xff\xd8\xff\xe0 and nothing more"),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n"),
        ("clip.mkv", b"\x1a\x45\xdf\xa3" + bytes(500)),
    ],
)
def test_what_is_no_video_is_named_with_what_is_accepted(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    error = failure(path)
    assert isinstance(error, ProtocolError)
    assert "accepted" in str(error)


def test_sound_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    assert isinstance(failure(path), ProtocolError)


def test_nothing_there(tmp_path: Path) -> None:
    assert isinstance(failure(tmp_path / "missing.mp4"), Unreachable)


def test_an_empty_folder(tmp_path: Path) -> None:
    assert isinstance(failure(tmp_path), ProtocolError)


def test_a_cut_video_gives_what_it_has(tmp_path: Path) -> None:
    path = mux(tmp_path / "clip.mkv", PICTURES, TIMES_S)
    path.write_bytes(path.read_bytes()[:-20_000])  # as after a power cut
    frames = list(read_frames(path))
    assert 5 <= len(frames) < 12
    assert [frame.data for frame in frames[:5]] == PICTURES[:5]


def test_a_damaged_stretch_is_passed_over(tmp_path: Path) -> None:
    path = encode(tmp_path / "clip.mkv", frames=60)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    path.write_bytes(data)
    assert len(list(read_frames(path))) > 10


async def test_the_source_counts_what_it_could_not_use(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(PICTURES[0])
    (tmp_path / "2.jpg").write_bytes(b"no picture")
    (tmp_path / "3.jpg").write_bytes(PICTURES[1][:20])
    (tmp_path / "4.png").write_bytes(b"")
    source = ReplaySource(tmp_path, clock=SystemClock())
    assert [frame.data async for frame in source.units()] == PICTURES[:1]
    assert source.dropped == 3


async def test_pictures_of_an_absurd_size_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(PICTURES[0])
    (tmp_path / "2.jpg").write_bytes(claiming(PICTURES[1], 20_000, 20_000))
    cv2.imwrite(str(tmp_path / "3.png"), np.zeros((2, 70_000, 3), np.uint8))  # more than a JPEG can hold
    (tmp_path / "4.jpg").write_bytes(PICTURES[2])
    source = ReplaySource(tmp_path, clock=SystemClock())
    assert [frame.data async for frame in source.units()] == [PICTURES[0], PICTURES[2]]
    assert source.dropped == 2


def test_a_video_of_an_absurd_size_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=5)
        stream.width, stream.height, stream.pix_fmt = 4200, 4200, "gray"
        picture = np.zeros((4200, 4200), np.uint8)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="gray")))
        container.mux(stream.encode())
    assert "can't be read as a video" in str(failure(path))


async def test_times_follow_the_clock_of_the_run(tmp_path: Path) -> None:
    clock = ManualClock(start_s=100.0, wall_offset_s=1_000_000.0)
    source = ReplaySource(mux(tmp_path / "clip.mkv", PICTURES, TIMES_S), clock=clock)
    frames = [frame async for frame in source.units()]
    assert [frame.pts_s for frame in frames] == pytest.approx([100 + t for t in TIMES_S], abs=0.001)
    assert [frame.received_at for frame in frames] == pytest.approx(
        [1_000_100 + t_s for t_s in TIMES_S], abs=0.001
    )


async def test_realtime_holds_frames_back_until_they_are_due(tmp_path: Path) -> None:
    clock = SystemClock()
    path = mux(tmp_path / "clip.mkv", PICTURES[:6], [0, 0.05, 0.1, 0.3, 0.32, 0.5])
    began_s = clock.monotonic()
    source = ReplaySource(path, clock=clock, realtime=True).units()
    late_s = [clock.monotonic() - frame.pts_s async for frame in source]
    assert clock.monotonic() - began_s >= 0.5
    assert min(late_s) > -0.003, "none comes before its time"


async def test_not_realtime_is_as_fast_as_it_can(tmp_path: Path) -> None:
    path = mux(tmp_path / "clip.mkv", PICTURES[:3], [0, 3600, 7200])  # hours that nobody waits for
    async with patience():
        assert len([f async for f in ReplaySource(path, clock=SystemClock()).units()]) == 3


async def test_a_loop_goes_on_without_a_step_in_time(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_bytes(PICTURES[number])
    source = ReplaySource(tmp_path, clock=ManualClock(), loop=True, fps=5)
    frames = []
    async with aclosing(source.units()) as stream:
        async for frame in stream:
            frames.append(frame)
            if len(frames) == 10:
                break
    assert [frame.data for frame in frames] == [PICTURES[number % 3] for number in range(10)]
    assert [b.pts_s - a.pts_s for a, b in pairwise(frames)] == pytest.approx([0.2] * 9)


async def test_a_missing_file_is_told_by_the_source_too(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        await anext(ReplaySource(tmp_path / "missing.mp4", clock=SystemClock()).units())


async def test_cancelling_ends_the_reading(tmp_path: Path) -> None:
    source = ReplaySource(encode(tmp_path / "clip.mp4", frames=200), clock=SystemClock(), loop=True)

    async def watch() -> None:
        async with aclosing(source.units()) as stream:
            async for _ in stream:
                pass

    watching = asyncio.ensure_future(watch())
    await asyncio.sleep(0.1)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(watching, PATIENCE_S)


async def test_the_loop_is_never_blocked(tmp_path: Path) -> None:
    path = mux(tmp_path / "clip.mkv", PICTURES, TIMES_S)
    with blockbuster_ctx("gcam_addon.sources"):
        assert len([frame async for frame in ReplaySource(path, clock=SystemClock()).units()]) == 12


FOOTAGE = Path(os.environ.get("GCAM_FOOTAGE", Path(__file__).parents[3] / "shared/data/footage"))


@pytest.mark.footage
@pytest.mark.parametrize(
    ("name", "count", "size", "fps"),
    [
        ("highway.mkv", 1400, Size(320, 240), 25),
        ("waving_trees.mkv", 287, Size(160, 120), 15),
        ("driveway_person.mp4", 147, Size(320, 240), 29.97),
        ("bgslib_topdown_cars.avi", 374, Size(640, 360), 30),
        ("static_motorbikes.mjpeg", 15, Size(848, 636), 10),  # its 16th picture was cut off
    ],
)
def test_real_footage(name: str, count: int, size: Size, fps: float) -> None:
    if not (FOOTAGE / name).exists():
        pytest.skip(f"{name} is not in {FOOTAGE}; say where it is with GCAM_FOOTAGE")
    frames = list(read_frames(FOOTAGE / name))
    assert len(frames) == count
    assert {frame.size for frame in frames} == {size}
    assert frames[-1].pts_s == pytest.approx((count - 1) / fps, rel=0.02)
    assert all(a.pts_s < b.pts_s for a, b in pairwise(frames))
