"""Real journals become real MP4s, read back by libavformat."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.config.model import EncoderSettings
from gcam_addon.errors import RecordingError
from gcam_addon.model import ClipKind, Size, Unit, jpeg_unit
from gcam_addon.recording.encoder import Encoder, Interrupted
from gcam_addon.recording.facts import ClipFacts, from_json
from gcam_addon.recording.journal_file import JournalFile, tags
from gcam_addon.recording.journal_reader import Undecodable, count_frames
from gcam_addon.recording.original import keep_original
from gcam_addon.recording.thumbnails import thumbnail
from tests.support.frames import SMALL, jpeg_frames
from tests.support.small_disk import small_disk

FACTS = ClipFacts(
    "door-1",
    "door",
    "Entrée",
    ClipKind.MOTION,
    ManualClock().wall(),
    4.5,
    "„quoted“ motion",
    ("e1", "e2"),
    ("path",),
)
SETTINGS = EncoderSettings()


def journal(folder: Path, frames: list[Unit]) -> Path:
    file = JournalFile(folder, FACTS, frames[0].tracks)
    for frame in frames:
        file.append(frame)
    file.close()
    return file.path


def jpeg(picture: np.ndarray, *options: int) -> bytes:
    return cv2.imencode(".jpg", picture, options)[1].tobytes()


def one(data: bytes, index: int, size: Size = SMALL) -> Unit:
    return jpeg_unit(data, index / 10, index / 10, size)


def pictures(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def milliseconds(picture: av.VideoFrame) -> int:
    assert picture.pts is not None
    assert picture.time_base is not None
    return round(picture.pts * picture.time_base * 1000)


def boxes(path: Path) -> list[bytes]:
    """The names of an MP4's top-level boxes, in order."""
    data, at, names = path.read_bytes(), 0, []
    while at < len(data):
        names.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4], "big")
    return names


@pytest.mark.parametrize("at_leisure", [False, True])
def test_the_mp4_has_every_frame_at_its_own_time(tmp_path: Path, at_leisure: bool) -> None:
    rng = np.random.default_rng(3)
    times = np.cumsum(rng.uniform(0.001, 0.4, 80)) + 1000.0  # uneven, as Wi-Fi delivers
    frames = [
        jpeg_unit(frame.data, float(pts_s), 0.0, frame.size)
        for frame, pts_s in zip(jpeg_frames(80), times, strict=True)
    ]
    target = tmp_path / "x.mp4"
    result = Encoder(SETTINGS).encode(journal(tmp_path, frames), target, tags(FACTS), at_leisure=at_leisure)
    decoded = pictures(target)
    assert (result.frames, result.damaged, result.size, len(decoded)) == (80, 0, SMALL, 80)
    expected_ms = [round((frame.pts_s - frames[0].pts_s) * 1000) for frame in frames]
    assert [milliseconds(picture) for picture in decoded] == expected_ms
    assert result.duration_s == pytest.approx(frames[-1].pts_s - frames[0].pts_s, abs=0.001)


@pytest.mark.parametrize("at_leisure", [False, True])
def test_two_frames_in_one_millisecond_are_both_kept(tmp_path: Path, at_leisure: bool) -> None:
    frames = [one(frame.data, 0) for frame in jpeg_frames(5)]
    target = tmp_path / "x.mp4"
    Encoder(SETTINGS).encode(journal(tmp_path, frames), target, {}, at_leisure=at_leisure)
    assert [milliseconds(picture) for picture in pictures(target)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("at_leisure", [False, True])
def test_the_mp4_plays_everywhere(tmp_path: Path, at_leisure: bool) -> None:
    target = tmp_path / "x.mp4"
    Encoder(SETTINGS).encode(journal(tmp_path, jpeg_frames(20)), target, tags(FACTS), at_leisure=at_leisure)
    names = boxes(target)
    assert names.index(b"moov") < names.index(b"mdat")
    with av.open(str(target)) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert (context.color_range, context.colorspace) == (1, 5)  # limited, BT.601
        assert container.metadata["title"] == "Entrée"
        assert from_json(container.metadata["comment"]) == FACTS


@pytest.mark.parametrize(
    "subsampling", [cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420]
)
def test_colours_stay_what_they_are(tmp_path: Path, subsampling: int) -> None:
    """Also black and white: a range mistake makes 16 of 0 or 235 of 255."""
    size = Size(320, 240)
    colours = [(0, 0, 0), (255, 255, 255), (40, 40, 220), (200, 60, 30), (60, 200, 90), (128, 128, 128)]
    frames = []
    for index, colour in enumerate(colours):
        picture = np.full((size.height, size.width, 3), colour, np.uint8)
        option = (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, subsampling, cv2.IMWRITE_JPEG_QUALITY, 95)
        frames.append(one(jpeg(picture, *option), index, size))
    target = tmp_path / "x.mp4"
    Encoder(EncoderSettings(quality=10)).encode(journal(tmp_path, frames), target, {})
    for decoded, colour in zip(pictures(target), colours, strict=True):
        shown = decoded.to_ndarray(format="bgr24").mean(axis=(0, 1))
        assert np.abs(shown - colour).max() < 6, (shown, colour)


def test_grey_and_progressive_pictures(tmp_path: Path) -> None:
    grey = np.full((120, 160), 200, np.uint8)
    colour = np.full((120, 160, 3), (30, 30, 30), np.uint8)
    frames = [one(jpeg(grey), 0), one(jpeg(colour, cv2.IMWRITE_JPEG_PROGRESSIVE, 1), 1)]
    target = tmp_path / "x.mp4"
    assert Encoder(SETTINGS).encode(journal(tmp_path, frames), target, {}).damaged == 0
    means = [picture.to_ndarray(format="bgr24").mean() for picture in pictures(target)]
    assert means == pytest.approx([200, 30], abs=4)


def damaged(frame: Unit, at: float, patch: bytes) -> Unit:
    data = bytearray(frame.data)
    start = int(len(data) * at)
    data[start : start + len(patch)] = patch
    return jpeg_unit(bytes(data), frame.pts_s, frame.received_at, frame.size)


def cut(frame: Unit, at: float) -> Unit:
    return jpeg_unit(frame.data[: int(len(frame.data) * at)], frame.pts_s, frame.received_at, frame.size)


def test_damaged_frames_are_left_out_and_counted(tmp_path: Path) -> None:
    frames = jpeg_frames(30, Size(320, 240))
    for index in (0, 7, 8, 29):
        frames[index] = cut(frames[index], 0.3 + index / 100)
    frames[12] = damaged(frames[12], 0.0, bytes(650))  # no headers
    frames[13] = jpeg_unit(b"not a picture", frames[13].pts_s, 0.0, frames[13].size)
    target = tmp_path / "x.mp4"
    result = Encoder(SETTINGS).encode(journal(tmp_path, frames), target, {})
    assert (result.frames, result.damaged) == (24, 6)
    kept = [round((frame.pts_s - frames[0].pts_s) * 1000) for index, frame in enumerate(frames)]
    assert [milliseconds(picture) for picture in pictures(target)] == [
        kept[index] for index in range(30) if index not in {0, 7, 8, 12, 13, 29}
    ]


def test_corruption_in_the_middle_of_a_scan_loses_at_most_that_frame(tmp_path: Path) -> None:
    """Not every one can be told from a picture: Huffman codes that are wrong may still be codes."""
    frames = jpeg_frames(40, Size(320, 240))
    rng = np.random.default_rng(5)
    for index in range(0, 40, 2):
        noise = rng.integers(0, 255, 200, dtype=np.uint8).tobytes()
        frames[index] = damaged(frames[index], float(rng.uniform(0.2, 0.9)), noise)
    target = tmp_path / "x.mp4"
    result = Encoder(SETTINGS).encode(journal(tmp_path, frames), target, {})
    assert result.frames + result.damaged == 40
    shown = {milliseconds(picture) for picture in pictures(target)}
    assert {round((frame.pts_s - frames[0].pts_s) * 1000) for frame in frames[1::2]} <= shown


def test_faulty_pictures_only_are_better_than_none(tmp_path: Path) -> None:
    frames = [
        jpeg_unit(frame.data[: len(frame.data) * 3 // 4], frame.pts_s, 0.0, frame.size)
        for frame in jpeg_frames(10, Size(320, 240))
    ]
    assert Encoder(SETTINGS).encode(journal(tmp_path, frames), tmp_path / "x.mp4", {}).frames == 10


def test_no_picture_at_all(tmp_path: Path) -> None:
    with pytest.raises(Undecodable):
        Encoder(SETTINGS).encode(
            journal(tmp_path, [one(b"junk", 0), one(b"more", 1)]), tmp_path / "x.mp4", {}
        )
    nothing = tmp_path / "y.mkv"
    nothing.write_bytes(b"no video at all" * 100)
    with pytest.raises(Undecodable):
        Encoder(SETTINGS).encode(nothing, tmp_path / "x.mp4", {})


def test_odd_sizes_and_a_camera_that_lies_about_them(tmp_path: Path) -> None:
    odd = jpeg(np.full((121, 161, 3), 90, np.uint8))
    other = jpeg(np.full((240, 320, 3), 90, np.uint8))
    target = tmp_path / "x.mp4"
    assert Encoder(SETTINGS).encode(journal(tmp_path, [one(odd, 0), one(other, 1)]), target, {}).size == Size(
        160, 120
    )
    assert {(picture.width, picture.height) for picture in pictures(target)} == {(160, 120)}


def test_an_encoder_that_is_not_there_is_replaced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    target = tmp_path / "x.mp4"
    for codec in ("h264_nvenc", "no_such_encoder"):
        caplog.clear()
        Encoder(EncoderSettings(codec=codec)).encode(journal(tmp_path, jpeg_frames(5)), target, {})
        assert len(pictures(target)) == 5
        assert codec in caplog.text
        (tmp_path / "door-1.mkv").unlink()


def test_an_encoder_without_presets_gets_a_bit_rate(tmp_path: Path) -> None:
    """Stands for hardware encoders that know only a bit rate: MPEG-4 works on every machine."""
    target = tmp_path / "x.mp4"
    Encoder(EncoderSettings(codec="mpeg4")).encode(journal(tmp_path, jpeg_frames(15)), target, {})
    assert len(pictures(target)) == 15


def test_another_encoder_s_preset_does_not_stop_the_one_that_replaces_it(tmp_path: Path) -> None:
    target = tmp_path / "x.mp4"
    settings = EncoderSettings(codec="no_such_encoder", preset="p4")
    Encoder(settings).encode(journal(tmp_path, jpeg_frames(5)), target, {})
    assert len(pictures(target)) == 5


def test_at_leisure_the_same_picture_takes_fewer_bytes(tmp_path: Path) -> None:
    path = journal(tmp_path, noisy_frames(45))
    quick, small = tmp_path / "quick.mp4", tmp_path / "small.mp4"
    Encoder(SETTINGS).encode(path, quick, {})
    Encoder(SETTINGS).encode(path, small, {}, at_leisure=True)
    assert small.stat().st_size < 0.8 * quick.stat().st_size
    assert psnr(path, small) > psnr(path, quick) - 1.0


def noisy_frames(count: int) -> list[Unit]:
    """As a sensor sees them: no two are alike, although little moves."""
    rng = np.random.default_rng(5)
    noisy = []
    for index, frame in enumerate(jpeg_frames(count, Size(320, 240), quality=95)):
        picture = cv2.imdecode(np.frombuffer(frame.data, np.uint8), cv2.IMREAD_COLOR)
        grain = rng.normal(0.0, 3.0, (240, 320, 1))
        noisy.append(one(jpeg(np.clip(picture + grain, 0, 255).astype(np.uint8)), index, frame.size))
    return noisy


def psnr(path: Path, film: Path) -> float:
    """Of a film's light, beside that of the journal it was made of."""
    with av.open(str(path)) as source:
        sent = [frame.to_ndarray(format="gray") for frame in source.decode(video=0)]
    shown = [frame.reformat(format="gray", dst_color_range="JPEG").to_ndarray() for frame in pictures(film)]
    errors = [np.mean((was.astype(float) - is_now) ** 2) for was, is_now in zip(sent, shown, strict=True)]
    return 10 * float(np.log10(255**2 / np.mean(errors)))


@pytest.mark.root
@pytest.mark.parametrize("room_kb", [16, 200, 340])
def test_a_full_disk_is_said_and_the_journal_stays(tmp_path: Path, room_kb: int) -> None:
    path = journal(tmp_path, jpeg_frames(40, Size(320, 240)))
    before = path.read_bytes()
    with small_disk(tmp_path / "disk", room_kb * 1024) as folder, pytest.raises(RecordingError):
        Encoder(SETTINGS).encode(path, folder / "x.mp4", {})
    assert path.read_bytes() == before
    Encoder(SETTINGS).encode(path, tmp_path / "x.mp4", {})
    assert (tmp_path / "x.mp4").stat().st_size > 340 * 1024, "or the test above tests nothing"


def test_a_stop_leaves_the_journal_alone(tmp_path: Path) -> None:
    path = journal(tmp_path, jpeg_frames(10))
    before = path.read_bytes()
    with pytest.raises(Interrupted):
        Encoder(SETTINGS).encode(path, tmp_path / "x.mp4", {}, stopping=lambda: True)
    assert path.read_bytes() == before


def test_a_journal_cut_anywhere_has_all_frames_before_the_cut(tmp_path: Path) -> None:
    frames = jpeg_frames(6)
    path = journal(tmp_path, frames)
    whole = path.read_bytes()
    ends = [whole.index(frame.data) + len(frame.data) for frame in frames]
    rng = np.random.default_rng(7)
    for cut in [*ends, *(end - 1 for end in ends), *(int(at) for at in rng.integers(ends[0], ends[-1], 20))]:
        path.write_bytes(whole[:cut])
        assert count_frames(path) == sum(end <= cut for end in ends)


def test_the_original_has_the_camera_s_own_bytes(tmp_path: Path) -> None:
    frames = jpeg_frames(12)
    target = tmp_path / "kept.mkv"
    keep_original(journal(tmp_path, frames), target, tags(FACTS))
    with av.open(str(target)) as container:
        packets = [packet for packet in container.demux() if packet.size]
        assert [bytes(packet) for packet in packets] == [frame.data for frame in frames]
        assert [packet.pts for packet in packets] == [
            round((frame.pts_s - frames[0].pts_s) * 1000) for frame in frames
        ]
        assert container.duration is not None
        assert from_json(container.metadata["COMMENT"]) == FACTS


def test_thumbnails(tmp_path: Path) -> None:
    picture = cv2.imdecode(np.frombuffer(thumbnail(jpeg(np.zeros((480, 640, 3), np.uint8))), np.uint8), 1)
    small = cv2.imdecode(np.frombuffer(thumbnail(jpeg(np.zeros((120, 160, 3), np.uint8))), np.uint8), 1)
    assert picture is not None
    assert small is not None
    assert (picture.shape, small.shape) == ((240, 320, 3), (120, 160, 3))
