from __future__ import annotations

import pytest

from gcam_addon.errors import ProtocolError, Rejected
from gcam_addon.sources.candidates import candidates, pictures
from gcam_addon.wire.address import HttpAddress, parse
from gcam_addon.wire.response import Head
from gcam_addon.wire.stream import problem_of


def http(text: str) -> HttpAddress:
    address = parse(text)
    assert isinstance(address, HttpAddress)
    return address


def test_a_bare_host_is_looked_through_for_every_firmware() -> None:
    places = [str(place) for place in candidates(http("http://u:p@cam"))]
    assert places == [
        "http://cam:81/stream",
        "http://cam/stream",
        "http://cam:81",
        "http://cam",
        "http://cam:8080",
        "http://cam/mjpeg/1",
        "http://cam/cam.mjpeg",
        "http://cam/sustain?video=1",
    ]
    assert all(place.password == "p" for place in candidates(http("http://u:p@cam")))


def test_single_pictures_are_where_its_pages_are() -> None:
    places = [str(place) for place in pictures(http("http://u:p@cam:8000"))]
    assert places[:2] == ["http://cam:8000/capture", "http://cam:8000/snapshot.jpg"]
    assert len(places) == len(set(places))


def test_a_port_that_was_given_is_kept_to() -> None:
    *places, last = candidates(http("http://cam:8080"))
    assert {place.port for place in places} == {8080}
    assert [place.target for place in places] == [
        "/",
        "/stream",
        "/mjpeg/1",
        "/cam.mjpeg",
        "/sustain?video=1",
    ]
    assert str(last) == "http://cam:8081/stream"  # CameraWebServer: stream port = web port + 1


def test_https_stays_https() -> None:
    assert {place.scheme for place in candidates(http("https://cam"))} == {"https"}


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "user name and a password"),
        (403, "rights"),
        (404, "path"),
        (405, "GET"),
        (418, "manual"),
        (500, "restart"),
        (502, "restart"),
        (503, "busy"),
    ],
)
def test_a_status_that_means_no(status: int, advice: str) -> None:
    problem = problem_of(http("http://u:hunter2@cam/x"), Head(status, {}))
    assert isinstance(problem, Rejected)
    assert problem.status == status
    assert advice in str(problem)
    assert str(status) in str(problem)
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("text/html; charset=utf-8", "web page"),
        ("application/json", "application/json"),
        ("audio/wav", "audio/wav"),
    ],
)
def test_an_answer_that_is_no_stream(kind: str, says: str) -> None:
    problem = problem_of(http("http://cam/x"), Head(200, {"content-type": kind}))
    assert isinstance(problem, ProtocolError)
    assert says in str(problem)
    assert "http://cam:81/stream" in str(problem)


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/x-mixed-replace;boundary=x",
        "Multipart/Mixed",
        "video/x-motion-jpeg",
        "application/octet-stream",
        "image/jpeg",
    ],
)
def test_an_answer_that_can_be_a_stream(kind: str) -> None:
    assert problem_of(http("http://cam/x"), Head(200, {"content-type": kind})) is None


def test_an_answer_without_a_type_can_be_a_stream() -> None:
    assert problem_of(http("http://cam/x"), Head(200, {})) is None
