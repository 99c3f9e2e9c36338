from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.config.schema import parse_camera
from gcam_addon.errors import ConfigError
from gcam_addon.wire.address import FileAddress, HttpAddress, RtspAddress, parse, redact, with_credentials

SECRET = "hunter2"


def http(text: str) -> HttpAddress:
    address = parse(text)
    assert isinstance(address, HttpAddress)
    return address


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port", "target"),
    [
        ("http://192.168.1.50:81/stream", "http", "192.168.1.50", 81, "/stream"),
        ("192.168.1.50", "http", "192.168.1.50", 80, "/"),
        ("  Cam.local \n", "http", "cam.local", 80, "/"),
        ("cam.local/video.mjpg", "http", "cam.local", 80, "/video.mjpg"),
        ("esp32-cam:8080", "http", "esp32-cam", 8080, "/"),
        ("https://cam/x?a=1&b=2#there", "https", "cam", 443, "/x?a=1&b=2"),
        ("HTTP://cam/A", "http", "cam", 80, "/A"),
        ("http://[::1]:81/stream", "http", "::1", 81, "/stream"),
        ("[fe80::1%eth0]:81", "http", "fe80::1%eth0", 81, "/"),
        ("http://cam/été/1%20a", "http", "cam", 80, "/%C3%A9t%C3%A9/1%20a"),
        ("http://cam?video=1", "http", "cam", 80, "/?video=1"),
    ],
)
def test_web_addresses(text: str, scheme: str, host: str, port: int, target: str) -> None:
    address = http(text)
    assert (address.scheme, address.host, address.port, address.target) == (scheme, host, port, target)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/data/clip.mp4", "/data/clip.mp4"),
        ("./pictures", "pictures"),
        ("clip.mkv", "clip.mkv"),
        ("footage/clip.MP4", "footage/clip.MP4"),
        ("file:///tmp/a%20b.avi", "/tmp/a b.avi"),
        (r"C:\clips\a.mp4", r"C:\clips\a.mp4"),
    ],
)
def test_files(text: str, path: str) -> None:
    assert parse(text) == FileAddress(Path(path))


def test_home_folder() -> None:
    assert parse("~/clips") == FileAddress(Path.home() / "clips")


@pytest.mark.parametrize(
    ("text", "user", "password"),
    [
        (f"http://admin:{SECRET}@cam/s", "admin", SECRET),
        ("http://admin@cam/s", "admin", None),
        ("http://a%40b:p%2F%3Aq@cam/s", "a@b", "p/:q"),
        ("http://admin:p@ss@cam/s", "admin", "p@ss"),
        ("admin:été@cam", "admin", "été"),
    ],
)
def test_credentials_are_split_off(text: str, user: str, password: str | None) -> None:
    address = http(text)
    assert (address.host, address.username, address.password) == ("cam", user, password)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "http://",
        "http:///stream",
        "http://a b/",
        "http://cam:99999/",
        "http://cam:0/",
        "http://cam:port/",
        "http://[::1/",
        "rtmp://cam/live",
        "ftp://cam/x",
        "http://ca\x01m/",
        "http://cam/a\nHost: evil",
        "http://cam/a b",
        "http://ca;m/",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        parse(text)


@pytest.mark.parametrize("bad", ["99999", "x", "0"])
def test_a_refusal_shows_no_secret(bad: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(f"http://admin:{SECRET}@cam:{bad}/?token={SECRET}")
    error: BaseException | None = caught.value
    while error is not None:  # the chain is logged too
        assert SECRET not in str(error)
        error = error.__cause__ or error.__context__


def test_an_unescaped_password_is_explained() -> None:
    with pytest.raises(ConfigError, match="%2F") as caught:
        parse(f"http://admin:a/{SECRET}@cam/stream")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"http://admin:{SECRET}@cam:81/stream", "http://cam:81/stream"),
        (f"http://{SECRET}@cam/", "http://cam/"),
        (f"admin:{SECRET}@cam", "cam"),
        (f"http://admin:{SECRET}@{SECRET}@cam/x", "http://cam/x"),
        (f"http://cam/?token={SECRET}&size=9", "http://cam/?token=***&size=9"),
        (f"http://cam/v?Access_Token={SECRET}", "http://cam/v?Access_Token=***"),
        (f"http://cam/v?loginuse={SECRET}&loginpas={SECRET}", "http://cam/v?loginuse=***&loginpas=***"),
        ("http://cam/v?x=0123456789abcdef0123456789", "http://cam/v?x=***"),
        (f"http://cam/user=admin_password={SECRET}_channel=1", "http://cam/user=***"),
        ("http://cam:81/sustain?video=1", "http://cam:81/sustain?video=1"),
        ("http://[::1]:81/stream?a=1", "http://[::1]:81/stream?a=1"),
        ("http://cam/mail?to=a@b", "http://cam/mail?to=a@b"),
    ],
)
def test_redact(url: str, shown: str) -> None:
    assert redact(url) == shown


def test_an_address_made_to_take_long_takes_no_time() -> None:
    endless = "/x?" + "pass-" * 200_000
    assert redact(f"http://cam{endless}") == f"http://cam{endless}"
    with pytest.raises(ConfigError, match="2048"):
        parse(f"http://cam{endless}")


@given(
    st.text(max_size=80)
    | st.builds("{}{}".format, st.sampled_from(["//", "http://[", "file://["]), st.text())
)
def test_a_redirect_leads_to_an_address_or_is_refused(location: str) -> None:
    start = parse("http://192.0.2.1/stream")
    assert isinstance(start, HttpAddress)
    with suppress(ConfigError):
        start.follow(location)
    with suppress(ConfigError):
        parse(location)


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    redact(text)
    with suppress(ConfigError):
        str(parse(text))


@given(st.text(st.characters(exclude_characters="@", categories=("L", "N", "P", "S")), max_size=12))
def test_a_password_is_never_shown(noise: str) -> None:
    url = f"http://admin:{SECRET}{noise}@cam.local:81/stream"
    assert SECRET not in redact(url)
    assert SECRET not in what_is_said_of(url)


def what_is_said_of(url: str) -> str:
    try:
        address = parse(url)
    except ConfigError as error:
        return str(error)
    return f"{address} {address!r}"


def test_the_header_names_the_host_without_zone_and_usual_port() -> None:
    assert http("http://cam/x").host_header == "cam"
    assert http("http://cam:81/x").host_header == "cam:81"
    assert http("https://cam:443/x").host_header == "cam"
    assert http("http://[fe80::1%eth0]:81/x").host_header == "[fe80::1]:81"


def test_following_keeps_credentials_on_the_same_host_only() -> None:
    start = http(f"http://admin:{SECRET}@cam/")
    there = start.follow("http://cam:81/stream")
    assert (there.port, there.target, there.password) == (81, "/stream", SECRET)
    assert start.follow("/live").password == SECRET
    assert start.follow("https://cam/live").password == SECRET
    assert start.follow("http://elsewhere/").password is None
    assert http(f"https://admin:{SECRET}@cam/").follow("http://cam/").password is None


@pytest.mark.parametrize("location", ["ftp://cam/", "http://:99999/", "file:///etc/passwd"])
def test_following_to_nowhere(location: str) -> None:
    with pytest.raises(ConfigError):
        http("http://cam/").follow(location)


@pytest.mark.parametrize("written", ["p@:/?#%é", "p%40%3A%2F%3F%23%25%C3%A9", "plain"])
def test_a_password_in_an_rtsp_address_is_read_as_it_was_written(written: str) -> None:
    address = parse(f"rtsp://gcam:{written}@Cam.local:8554/live?channel=1")
    assert isinstance(address, RtspAddress)
    assert (address.username, address.password) == ("gcam", unquote(written))
    assert (address.host, address.port, address.target) == ("cam.local", 8554, "/live?channel=1")
    assert str(address) == redact(f"rtsp://gcam:{written}@cam.local:8554/live?channel=1")
    assert str(address) == "rtsp://cam.local:8554/live?channel=1"
    assert parse(address.url) == address


@pytest.mark.parametrize(
    "written",
    ["u:top@se/cret@host/", "u:top@se/cret@host", "u:top@se?cret@192.168.1.5:554/live",
     "u:top@se#cret@h.local/", "u:a@top/b@se/cret@host"],
)  # fmt: skip
def test_a_password_that_reads_like_a_path_is_refused_and_shown_nowhere(written: str) -> None:
    for url in (f"rtsp://{written}", f"rtsps://{written}"):
        with pytest.raises(ConfigError) as caught:
            parse(url)
        assert "%2F" in str(caught.value)
        assert "%40" in str(caught.value)
        for shown in (str(caught.value), redact(url)):
            assert not {"top", "se", "cret"} & set(re.split(r"[^a-z]+", shown))
        with pytest.raises(ConfigError) as caught:
            parse_camera({"name": "Yard", "url": url})
        assert not {"top", "se", "cret"} & set(re.split(r"[^a-z]+", str(caught.value)))


@pytest.mark.parametrize(
    ("url", "target"),
    [("rtsp://u:p@cam/ch@0", "/ch@0"), ("rtsp://cam/a@b/c", "/a@b/c"),
     ("rtsp://u:p@cam/x?to=a@b", "/x?to=a@b"), ("rtsp://u:p%40ss%2Fw@cam/x", "/x")],
)  # fmt: skip
def test_an_at_in_the_path_is_no_password(url: str, target: str) -> None:
    address = parse(url)
    assert isinstance(address, RtspAddress)
    assert (address.host, address.target) == ("cam", target)


def test_what_is_put_together_can_be_read_again() -> None:
    address = parse(with_credentials("rtsp://cam/a@b/c", "u", "p@ss/w"))
    assert isinstance(address, RtspAddress)
    assert (address.host, address.password, address.target) == ("cam", "p@ss/w", "/a%40b/c")


def test_rtsp_has_ports_of_its_own() -> None:
    for text, port in (("rtsp://cam/ch@0", 554), ("rtsps://cam", 322)):
        address = parse(text)
        assert isinstance(address, RtspAddress)
        assert (address.port, str(address)) == (port, text)
