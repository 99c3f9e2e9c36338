"""Every JPEG a board sends becomes a small luma, and damage becomes None: `gcam_addon.detectors.decode`."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from gcam_addon.detectors.decode import Decoder, automatic_divisor
from gcam_addon.model import Size, Unit, jpeg_unit
from tests.support.jpegs import jpeg

SIZES = [(160, 120), (176, 144), (240, 176), (320, 240), (400, 296), (480, 320), (640, 480), (800, 600)]
LARGE = [(1024, 768), (1280, 720), (1280, 1024), (1600, 1200)]


def frame(data: bytes, width: int, height: int) -> Unit:
    return jpeg_unit(data, 0.0, 0.0, Size(width, height))


@pytest.mark.parametrize(("width", "height"), SIZES + LARGE)
def test_auto_gives_about_the_same_width_for_every_size(width: int, height: int) -> None:
    luma = Decoder("auto").decode(frame(jpeg(1, width, height), width, height))
    assert luma is not None
    assert luma.dtype == np.uint8
    assert 96 <= luma.shape[1] <= 200
    assert luma.shape[1] / luma.shape[0] == pytest.approx(width / height, rel=0.02)


@pytest.mark.parametrize(("scale", "shape"), [("1/8", (60, 80)), ("1/4", (120, 160)), ("1/2", (240, 320))])
def test_a_scale_by_name(scale: str, shape: tuple[int, int]) -> None:
    luma = Decoder(scale).decode(frame(jpeg(1, 640, 480), 640, 480))
    assert luma is not None
    assert luma.shape == shape


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("grey", [False, True])
def test_progressive_and_grey_show_the_same_picture(progressive: bool, grey: bool) -> None:
    plain = Decoder().decode(frame(jpeg(3, 640, 480), 640, 480))
    other = Decoder().decode(frame(jpeg(3, 640, 480, progressive=progressive, grey=grey), 640, 480))
    assert plain is not None
    assert other is not None
    assert float(np.abs(plain.astype(int) - other.astype(int)).mean()) < 3


def test_the_luma_is_the_picture_made_small() -> None:
    data = jpeg(4, 640, 480)
    full = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    small = Decoder("1/4").decode(frame(data, 640, 480))
    assert small is not None
    expected = cv2.resize(full, (160, 120), interpolation=cv2.INTER_AREA)
    assert float(np.abs(expected.astype(int) - small.astype(int)).mean()) < 2


def test_a_missing_end_marker_does_no_harm() -> None:
    whole = Decoder().decode(frame(jpeg(5, 640, 480), 640, 480))
    ended = Decoder().decode(frame(jpeg(5, 640, 480)[:-2], 640, 480))
    assert whole is not None
    assert ended is not None
    assert np.array_equal(whole, ended)


def test_padding_behind_the_end_does_no_harm() -> None:
    assert Decoder().decode(frame(jpeg(5, 640, 480) + bytes(512), 640, 480)) is not None


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("ending", [b"", b"\xff\xd9"])
def test_a_cut_picture_is_no_picture(part: float, ending: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    data = jpeg(6, 640, 480)
    assert Decoder().decode(frame(data[: int(len(data) * part)] + ending, 640, 480)) is None
    capfd.readouterr()  # libjpeg's own complaint; `native_stderr` keeps it off the terminal


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xd8", b"\xff\xd8\xff\xd9", bytes(4096)])
def test_what_is_no_jpeg_is_no_picture(data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    assert Decoder().decode(frame(data, 640, 480)) is None
    capfd.readouterr()


def test_a_picture_all_middle_grey_is_not_taken_for_a_cut_one() -> None:
    data = cv2.imencode(".jpg", np.full((480, 640), 128, np.uint8))[1].tobytes()
    assert Decoder().decode(frame(data, 640, 480)) is not None


def test_uxga_is_scaled_as_far_as_libjpeg_goes() -> None:
    assert automatic_divisor(Size(1600, 1200)) == 8
    assert automatic_divisor(Size(160, 120)) == 1
