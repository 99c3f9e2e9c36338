"""Options file and command line become the settings of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.config.load import (
    default_data_dir,
    load_settings,
    parse_broker,
    parse_camera_argument,
    parse_camera_arguments,
    parse_listen,
    with_arguments,
)
from gcam_addon.config.model import IngressSettings, LogFormat, MqttMode, MqttSettings, WebSettings
from gcam_addon.errors import ConfigError


def options_file(folder: Path, **options: Any) -> Path:
    path = folder / "options.json"
    path.write_text(json.dumps(options))
    return path


def test_without_anything_the_platform_says_where_data_lies() -> None:
    settings = load_settings()
    assert settings.storage.data_dir == settings.storage.media_dir == default_data_dir()
    assert default_data_dir().name == "gcam"
    assert default_data_dir().is_absolute()


def test_the_command_line_counts_more_than_the_file(tmp_path: Path) -> None:
    file = options_file(
        tmp_path,
        data_dir="/elsewhere",
        listen="127.0.0.1:1",
        log={"level": "error", "format": "json"},
        mqtt={"host": "a", "base_topic": "home", "ca_file": "ca.pem", "username": "u", "password": "p"},
    )
    settings = load_settings(
        file,
        data_dir=tmp_path / "data",
        listen="[::]:2",
        mqtt="mqtts://b",
        demo=True,
        log_level="debug",
    )
    assert settings.storage.data_dir == settings.storage.media_dir == tmp_path / "data"
    assert settings.web == WebSettings("::", 2)
    assert settings.mqtt == MqttSettings(
        MqttMode.BROKER, "b", 8883, tls=True, base_topic="home", ca_file=tmp_path / "ca.pem"
    )
    assert settings.demo
    assert (settings.log.level, settings.log.format) == ("debug", LogFormat.JSON)


def test_paths_in_the_file_are_relative_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    storage = load_settings(options_file(tmp_path, data_dir="data", media_dir="/media")).storage
    assert (storage.data_dir, storage.media_dir) == (tmp_path / "data", Path("/media"))


def test_paths_on_the_command_line_are_relative_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(data_dir=Path("data")).storage.data_dir == tmp_path / "data"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "line 1, column 2"),
        (b'{"a": 1,\n}', "line 2"),
        (b"\xff", "byte 0 is no UTF-8"),
        (b'{"workers": NaN}', "a number in it can't be read"),
        (b'{"workers": 1e999}', "a number in it can't be read"),
        (b'{"workers": ' + b"9" * 5000 + b"}", "a number in it can't be read"),
        (b"[" * 100_000, "nested too deep"),
        (b"[]", "a list is no section"),
        (b'{"worker": 1}', 'did you mean "workers"?'),
    ],
)
def test_a_broken_options_file_is_one_clear_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "options.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_options_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_settings(tmp_path / "none.json")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "options.json"
    path.write_bytes(b'\xef\xbb\xbf{"workers": 2}')
    assert load_settings(path).workers == 2


@pytest.mark.parametrize(
    ("text", "name", "slug", "url"),
    [
        ("door=http://h/stream", "door", "door", "http://h/stream"),
        ("Front door = http://h/?a=b", "Front door", "front_door", "http://h/?a=b"),
        ("http://h:81/?a=b", "h:81", "h_81", "http://h:81/?a=b"),
        ("http://u:a=b@cam.local", "cam.local", "cam_local", "http://u:a=b@cam.local"),
        ("192.168.1.50", "192.168.1.50", "192_168_1_50", "192.168.1.50"),
        ("http://[fe80::1]/", "fe80::1", "fe80_1", "http://[fe80::1]/"),
        ("/media/Garden walk.mp4", "Garden walk", "garden_walk", "/media/Garden walk.mp4"),
        ("=http://h", "h", "h", "http://h"),
    ],
)
def test_camera_arguments(text: str, name: str, slug: str, url: str) -> None:
    camera = parse_camera_argument(text)
    assert (camera.name, camera.id, camera.source.url) == (name, slug, url)


def test_cameras_of_one_command_line_get_their_own_ids() -> None:
    cameras = parse_camera_arguments(["http://h:1", "door=http://h:2", "Door=http://h:3"])
    assert [camera.id for camera in cameras] == ["h_1", "door", "door_2"]


@pytest.mark.parametrize("text", ["", "door=", "door=ftp://u:geheim@h", "http://u:ge/heim@h", "a/b=http://h"])
def test_wrong_camera_arguments_say_so(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^--camera: .*give the camera's address") as caught:
        parse_camera_argument(text)
    assert "heim" not in str(caught.value)


@given(st.text(max_size=30))
def test_any_camera_argument_is_a_camera_or_is_refused(text: str) -> None:
    try:
        camera = parse_camera_argument(text)
    except ConfigError:
        return
    assert parse_camera_argument(f"door={camera.source.url}").source == camera.source


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("8100", "127.0.0.1", 8100),
        (":8100", "127.0.0.1", 8100),
        ("0.0.0.0:80", "0.0.0.0", 80),
        ("gcam.local", "gcam.local", 8099),
        ("[::1]:80", "::1", 80),
        ("[::1]", "::1", 8099),
        ("::", "::", 8099),
        ("127.0.0.1:0", "127.0.0.1", 0),
    ],
)
def test_listen(text: str, host: str, port: int) -> None:
    assert parse_listen(text) == WebSettings(host, port)


@pytest.mark.parametrize("text", ["", "a b", "h:x", "[h]:80", "1.2.3.4:70000", "http://h:80", "²", ":-1"])
def test_wrong_listen(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^--listen: .*give "):
        parse_listen(text)


@given(st.text(max_size=20))
def test_any_listen_is_an_address_or_is_refused(text: str) -> None:
    try:
        web = parse_listen(text)
    except ConfigError:
        return
    assert 0 <= web.port <= 65535
    assert web.host


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("off", MqttSettings()),
        ("Embedded", MqttSettings(MqttMode.EMBEDDED)),
        ("mqtt://h", MqttSettings(MqttMode.BROKER, "h")),
        ("mqtt://h:1884/", MqttSettings(MqttMode.BROKER, "h", 1884)),
        ("mqtts://u:p%3A%40@[::1]", MqttSettings(MqttMode.BROKER, "::1", 8883, "u", "p:@", tls=True)),
    ],
)
def test_broker(text: str, settings: MqttSettings) -> None:
    assert parse_broker(text) == settings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "of",
        "h:1883",
        "mqtt://",
        "mqtt://h:0",
        "mqtt://h/t",
        "mqtt://:geheim@h",
        "mqtt://u:ge#heim@h",
        "http://h",
    ],
)
def test_wrong_broker(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^--mqtt: .*give ") as caught:
        parse_broker(text)
    assert "heim" not in str(caught.value)


def test_ingress_can_be_given_on_the_command_line() -> None:
    plain = load_settings()
    assert plain.web.ingress is None
    ingress = with_arguments(plain, ingress="127.0.0.1:9000", ingress_from="172.30.32.2").web.ingress
    assert ingress == IngressSettings("127.0.0.1", 9000, ("172.30.32.2/32",))
    only_from = with_arguments(plain, ingress_from="10.0.0.1").web.ingress
    assert only_from == IngressSettings(trusted=("10.0.0.1/32",))
    with pytest.raises(ConfigError, match="--ingress-from"):
        with_arguments(plain, ingress_from="router")
