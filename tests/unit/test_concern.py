"""Which settings mean something for which of a camera's addresses."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from gcam_addon.config.model import RtspTransport, SourceSettings
from gcam_addon.wire.concern import concerning_hd, concerning_sd

SOURCE = SourceSettings("rtsp://cam/small", url_hd="http://cam/capture")
CHANGES = {
    "connect_timeout_s": 3.0,
    "stall_timeout_s": 4.0,
    "verify_tls": False,
    "poll_fps": 0.5,
    "capture_size": "640x480",
    "capture_fps": 7.0,
    "rtsp_transport": RtspTransport.UDP,
}


def test_every_setting_means_something_somewhere() -> None:
    assert {field.name for field in fields(SourceSettings)} == {*CHANGES, "url", "url_hd"}
    meant = set()
    for url in ("rtsp://cam", "http://cam", "/dev/video0", "rpicam://0", "push://gcam"):
        source = replace(SOURCE, url=url)
        meant |= {
            name
            for name, value in CHANGES.items()
            if concerning_sd(replace(source, **{name: value})) != concerning_sd(source)
        }
    assert meant == {*CHANGES}


@pytest.mark.parametrize(
    ("changes", "sd", "hd"),
    [
        ({"url": "rtsp://cam/other"}, True, False),
        ({"url_hd": "http://cam/other"}, False, True),
        ({"url_hd": None}, False, True),
        ({"rtsp_transport": RtspTransport.UDP}, True, False),
        ({"poll_fps": 0.5}, False, True),
        ({"capture_fps": 7.0}, False, False),
        ({"stall_timeout_s": 4.0}, True, True),
    ],
)
def test_a_change_concerns_the_address_that_it_means_something_for(
    changes: dict[str, object], sd: bool, hd: bool
) -> None:
    other = replace(SOURCE, **changes)
    assert (concerning_sd(other) != concerning_sd(SOURCE)) is sd
    assert (concerning_hd(other) != concerning_hd(SOURCE)) is hd


def test_an_address_that_cant_be_read_is_known_by_itself() -> None:
    assert concerning_sd(SourceSettings("ftp://cam")) != concerning_sd(SourceSettings("ftp://cam/other"))
