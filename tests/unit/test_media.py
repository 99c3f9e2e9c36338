"""Pictures from files and folders, as a simulated camera takes them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from gcam_addon.errors import ConfigError
from gcam_addon.model import Size
from gcam_addon.simulator.adjustments import Adjustments, adjusted
from gcam_addon.simulator.media import FolderFootage, VideoFootage
from gcam_addon.simulator.pictures import Pictures
from tests.support.simulated import PlainFootage, size_of

_SIZE = Size(64, 48)


def _grey(level: int, size: Size = _SIZE) -> np.ndarray:
    return np.full((size.height, size.width, 3), level, np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for index, level in enumerate((40, 120, 200)):
        cv2.imwrite(str(tmp_path / f"{index:03d}.jpg"), _grey(level))
    (tmp_path / "notes.txt").write_text("not a picture")
    return tmp_path


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Ten pictures, five a second, each brighter than the one before."""
    path = tmp_path / "film.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=Fraction(5))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p"
        for index in range(10):
            frame = av.VideoFrame.from_ndarray(_grey(20 * index + 20), format="bgr24")
            frame.pts = index
            frame.time_base = Fraction(1, 5)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def _level(footage: FolderFootage | VideoFootage, t_s: float) -> int:
    return round(float(footage.picture(t_s, _SIZE).mean()) / 20) * 20


def test_a_folder_plays_in_the_order_of_names_and_starts_over(folder: Path) -> None:
    footage = FolderFootage(folder, fps=2)
    assert footage.size == _SIZE
    assert footage.duration_s == 1.5
    assert [_level(footage, t) for t in (0.0, 0.4, 0.5, 1.0, 1.5)] == [40, 40, 120, 200, 40]


async def test_a_folders_jpegs_pass_as_they_are_unless_a_setting_changes_them(folder: Path) -> None:
    pictures = Pictures(FolderFootage(folder, fps=2))
    original = (folder / "001.jpg").read_bytes()
    assert await pictures.jpeg(0.5, Adjustments(_SIZE)) == original
    assert await pictures.jpeg(0.5, Adjustments(_SIZE, hmirror=True)) != original
    assert size_of(await pictures.jpeg(0.5, Adjustments(Size(160, 120)))) == Size(160, 120)


def test_a_video_plays_in_time_goes_back_and_starts_over(video: Path) -> None:
    footage = VideoFootage(video)
    assert footage.size == _SIZE
    assert footage.duration_s == pytest.approx(2.0, abs=0.05)
    assert [_level(footage, t) for t in (0.0, 0.2, 0.3, 1.0, 1.8)] == [20, 40, 40, 120, 200]
    assert _level(footage, 0.2) == 40
    assert _level(footage, footage.duration_s + 0.2) == 40


@pytest.mark.parametrize("content", [b"", b"this is not a video at all" * 40])
def test_a_file_that_is_no_video_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.mp4"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"no\.mp4"):
        VideoFootage(path)
    with pytest.raises(ConfigError, match=r"missing\.mp4"):
        VideoFootage(tmp_path / "missing.mp4")


def test_a_folder_without_pictures_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no pictures"):
        FolderFootage(tmp_path, fps=5)
    with pytest.raises(ConfigError, match="nowhere"):
        FolderFootage(tmp_path / "nowhere", fps=5)
    (tmp_path / "broken.jpg").write_bytes(b"no")
    with pytest.raises(ConfigError, match="broken"):
        FolderFootage(tmp_path, fps=5)


async def test_a_rendered_loop_costs_nothing_more() -> None:
    footage = PlainFootage()
    pictures = Pictures(footage)
    look = Adjustments(_SIZE)
    await pictures.prerender(look, fps=10)
    assert footage.rendered == 20
    first = await pictures.jpeg(0.35, look)
    assert await pictures.jpeg(2.35, look) is first
    assert footage.rendered == 20
    await pictures.jpeg(0.35, Adjustments(Size(96, 96)))  # another setting is rendered when it is asked for
    assert footage.rendered == 21


async def test_who_asks_for_the_same_moment_gets_the_same_bytes() -> None:
    footage = PlainFootage()
    pictures = Pictures(footage)
    look = Adjustments(_SIZE)
    assert await pictures.jpeg(0.1, look) is await pictures.jpeg(0.1, look)
    assert footage.rendered == 1


def test_adjusting_keeps_the_middle_of_a_picture_of_another_shape() -> None:
    wide = np.zeros((100, 300, 3), np.uint8)
    wide[:, 100:200] = 255
    assert adjusted(wide, Adjustments(Size(100, 100))).min() == 255


def test_quality_counts_as_the_sensor_does() -> None:
    best, usual, worst = (Adjustments(_SIZE, quality).jpeg_quality for quality in (0, 12, 63))
    assert best > usual > worst
    assert 55 <= usual <= 70
