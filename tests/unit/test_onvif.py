"""ONVIF's messages: what answers mean, and what is no answer."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from ipaddress import IPv4Network

import pytest

from gcam_addon.errors import ProtocolError
from gcam_addon.network.onvif.discovery import Discovered, heard
from gcam_addon.network.onvif.messages import Profile, chosen, clock_in, security, uri_in
from gcam_addon.network.onvif.xml import MAX_BYTES, read
from tests.support.onvif_camera import MATCH

HERE = [IPv4Network("192.0.2.0/24")]


def test_the_login_is_that_of_the_standards_own_example() -> None:
    nonce = b64decode("LKqI6G/AikKCQrN0zqZFlg==")
    header = security("user", "userpassword", nonce, datetime(2010, 9, 16, 7, 50, 45, tzinfo=UTC))
    assert "<w:Username>user</w:Username>" in header
    assert "<u:Created>2010-09-16T07:50:45Z</u:Created>" in header
    assert ">tuOSpGlFlIXsozq4HFNeeGeFLEI=</w:Password>" in header


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "'
    + "&a;" * 10
    + '"><!ENTITY c "'
    + "&b;" * 10
    + '">]><b>&c;</b>'
)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hello", b"<a><b></a>", b"\xff\xfe\x00<", BOMB.encode(),
        b'<!DOCTYPE a SYSTEM "http://192.0.2.9/x"><a/>', b"<a>&unknown;</a>",
        b"<a>" * 40 + b"</a>" * 40, b"<a>" + b"<b/>" * 20_000 + b"</a>", b"<a>" + b" " * MAX_BYTES + b"</a>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read(data)


@pytest.mark.parametrize(
    ("urls", "url"),
    [
        ("http://192.0.2.5/onvif/device_service", "http://192.0.2.5/onvif/device_service"),
        ("http://192.0.2.5:2020/onvif/x", "http://192.0.2.5:2020/onvif/x"),
        ("http://0.0.0.0/onvif/x", "http://192.0.2.5/onvif/x"),
        ("http://[fe80::1]/onvif/x http://192.0.2.5:81/onvif/x", "http://192.0.2.5:81/onvif/x"),
        ("http://8.8.8.8/onvif/x", "http://192.0.2.5/onvif/x"),
        ("http://owner:secret@192.0.2.5/onvif/x", "http://192.0.2.5/onvif/x"),
        ("ftp://192.0.2.5/ http://[bad", None),
        ("", None),
    ],
)
def test_a_camera_counts_for_the_host_that_answers(urls: str, url: str | None) -> None:
    found = heard(MATCH.format(urls=urls).encode(), "192.0.2.5", HERE)
    assert (found.url if found else None) == url
    if found:
        assert found == Discovered("192.0.2.5", found.url, "Front door", "Eye-4")


def test_printers_strangers_and_garbage_are_not_heard() -> None:
    match = MATCH.format(urls="http://192.0.2.5/onvif/x").encode()
    assert heard(match, "192.0.2.5", HERE)
    assert heard(match, "198.51.100.7", HERE) is None
    assert heard(match.replace(b"onvif", b"print"), "192.0.2.5", HERE) is None
    assert heard(b"onvif", "192.0.2.5", HERE) is None


def test_no_more_is_read_than_a_camera_has_to_say() -> None:
    """Anybody may answer, as often and as long as they like."""
    urls = 16 * "ftp://x/ " + "http://192.0.2.5/onvif/x"
    assert heard(MATCH.format(urls=urls).encode(), "192.0.2.5", HERE) is None
    match = MATCH.format(urls="http://192.0.2.5/onvif/x").encode()
    assert heard(match + 14_000 * b" ", "192.0.2.5", HERE)
    assert heard(match + 16_384 * b" ", "192.0.2.5", HERE) is None


def profile(width: int, height: int) -> Profile:
    return Profile(str(width), "", "h264", width, height, 0)


@pytest.mark.parametrize(
    ("widths", "watched", "best"),
    [
        ((3840, 1280, 640, 320), 640, 3840),
        ((1920, 704), 704, 1920),
        ((320, 352), 352, 352),
        ((1280,), 1280, 1280),
    ],
)
def test_the_smallest_that_shows_enough_is_watched(widths: tuple[int, ...], watched: int, best: int) -> None:
    assert [one.width for one in chosen([profile(width, width // 2) for width in widths])] == [watched, best]


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("rtsp://192.0.2.5/live?a=1&amp;b=2", "rtsp://192.0.2.5/live?a=1&b=2"),
        ("rtsp://192.168.1.108:8554/live", "rtsp://192.0.2.5:8554/live"),
        ("rtsp://admin:secret@192.0.2.5/live", "rtsp://192.0.2.5/live"),
        ("http://192.0.2.5/live", None),
        ("rtsp://192.0.2.5:x/live", None),
        ("rtsp://192.0.2.5/a b", None),
        ("", None),
    ],
)
def test_streams_are_on_the_host_that_was_asked(told: str, url: str | None) -> None:
    answer = read(f"<e:E><e:Body><m:MediaUri><t:Uri>{told}</t:Uri></m:MediaUri></e:Body></e:E>".encode())
    assert uri_in(answer, "192.0.2.5", 80, ("rtsp", "rtsps")) == url


def test_a_clock_that_tells_nonsense_tells_nothing() -> None:
    wrong = b"<a><UTCDateTime><Date><Year>0</Year><Month>1</Month><Day>1</Day></Date></UTCDateTime></a>"
    assert clock_in(read(wrong)) is None
    assert clock_in(read(b"<a/>")) is None
