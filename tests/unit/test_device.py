"""Pictures of webcams that leave out what every decoder knows."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from gcam_addon.errors import ConfigError
from gcam_addon.sources.device import with_tables
from gcam_addon.wire.address import DeviceAddress, FileAddress, PiAddress, parse
from tests.support.jpegs import jpeg


def without_tables(picture: bytes) -> bytes:
    at = picture.find(b"\xff\xc4")
    while at >= 0:
        picture = picture[:at] + picture[at + 2 + int.from_bytes(picture[at + 2 : at + 4], "big") :]
        at = picture.find(b"\xff\xc4")
    return picture


def test_missing_tables_are_the_standards() -> None:
    whole = jpeg(3)
    bare = without_tables(whole)
    assert b"\xff\xc4" not in bare
    mended = with_tables(bare)
    pixels = [cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) for data in (whole, mended)]
    assert np.array_equal(*pixels)


def test_what_has_its_tables_stays_the_very_same() -> None:
    assert with_tables(jpeg(3)) is jpeg(3)
    assert with_tables(b"\xff\xd8 torn") == b"\xff\xd8 torn"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("/dev/video0", DeviceAddress),
        ("/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920-video-index0", DeviceAddress),
        ("/dev/sda", FileAddress),
        ("/dev/v4l/by-id/../../sda", FileAddress),
        ("/videos/door.mp4", FileAddress),
        ("rpicam://0", PiAddress),
        ("rpicam://1/", PiAddress),
    ],
)
def test_cameras_of_this_machine_are_told_from_files(url: str, kind: type) -> None:
    assert type(parse(url)) is kind


def test_what_is_no_camera_of_a_pi() -> None:
    with pytest.raises(ConfigError, match="rpicam://0"):
        parse("rpicam://front")
