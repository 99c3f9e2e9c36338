"""Orientation by EXIF: what we write is what OpenCV, FFmpeg and our own arithmetic read."""

from __future__ import annotations

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.model import Size
from gcam_addon.picture.orientation import (
    of_rotation,
    orientation_of,
    oriented,
    shown_size,
    stored_polygon,
    turned,
)
from gcam_addon.picture.pixels import upright
from tests.support.jpegs import jpeg, with_segment

ALL = range(1, 9)


def marked() -> np.ndarray:
    """Wider than high, with a bright top left corner."""
    picture = np.full((96, 160, 3), 40, np.uint8)
    picture[:32, :48] = (30, 60, 240)
    return picture


def encoded(picture: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


@pytest.mark.parametrize("orientation", ALL)
def test_what_is_written_is_what_opencv_shows(orientation: int) -> None:
    data = oriented(encoded(marked()), orientation)
    assert orientation_of(data) == orientation
    shown = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    stored = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    assert np.array_equal(shown, turned(stored, orientation))
    assert shown_size(Size(160, 96), orientation) == Size(shown.shape[1], shown.shape[0])
    assert orientation_of(upright(data)) == 1
    again = cv2.imdecode(np.frombuffer(upright(data), np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(again.astype(int) - shown).mean() < 3


@pytest.mark.parametrize(("degrees", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_rotation_is_clockwise(degrees: int, corner: tuple[int, int]) -> None:
    shown = turned(marked(), of_rotation(degrees))
    assert shown[corner][2] == 240
    data = oriented(encoded(marked()), of_rotation(degrees))
    decoder = av.CodecContext.create("mjpeg", "r")
    assert decoder.decode(av.Packet(data))[0].rotation % 360 == (360 - degrees) % 360  # FFmpeg counts left


@pytest.mark.parametrize("orientation", ALL)
def test_a_polygon_drawn_on_the_shown_picture_lies_on_the_same_pixels(orientation: int) -> None:
    stored = np.arange(20 * 30, dtype=np.uint16).reshape(20, 30)
    shown = turned(stored, orientation)
    height, width = shown.shape
    x, y = 7, 3
    ((sx, sy),) = stored_polygon((((x + 0.5) / width, (y + 0.5) / height),), orientation)
    assert stored[int(sy * 20), int(sx * 30)] == shown[y, x]


def test_a_camera_s_own_note_is_replaced_and_other_segments_stay() -> None:
    once = oriented(jpeg(1), 6)
    assert oriented(once, 3) == oriented(jpeg(1), 3)
    other = with_segment(jpeg(1), b"http://ns.adobe.com/xap/1.0/\0<x/>")
    assert orientation_of(other) == 1
    assert oriented(other, 6).endswith(other[2:])


def test_a_little_endian_note_is_read_too() -> None:
    tiff = b"II*\0" + (8).to_bytes(4, "little") + b"\x01\0" + b"\x12\x01\x03\0\x01\0\0\0\x08\0\0\0" + bytes(4)
    assert orientation_of(with_segment(jpeg(1), b"Exif\0\0" + tiff)) == 8


@given(st.binary(max_size=200))
def test_garbage_is_upright(payload: bytes) -> None:
    assert 1 <= orientation_of(b"\xff\xd8\xff\xe1" + payload) <= 8
    assert orientation_of(payload) in range(1, 9)


def test_a_damaged_picture_stays_as_it_is() -> None:
    broken = oriented(b"\xff\xd8\xff\xda\x00", 6)
    assert upright(broken) == broken
