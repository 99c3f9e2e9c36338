"""Every setting parses, comes back, or is refused with path, value and remedy, and never with a secret."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gcam_addon.config.model import (
    Camera,
    DetectionSettings,
    DetectorName,
    EncoderSettings,
    LogFormat,
    MqttMode,
    MqttSettings,
    NamingSettings,
    RecordingMode,
    RecordingSettings,
    RetentionSettings,
    Settings,
    SourceSettings,
    StorageSettings,
    WebSettings,
    Zone,
)
from gcam_addon.config.schema import camera_to_dict, parse_camera, parse_options, slug
from gcam_addon.errors import ConfigError
from gcam_addon.model import Kind
from gcam_addon.wire.address import parse as parse_address

DOOR = {"id": "door", "name": "Door", "url": "http://192.168.1.50"}
DATA = Path("/var/lib/gcam")


def camera(**settings: Any) -> Camera:
    return parse_camera({**DOOR, **settings})


def refused(data: object, path: str = "cameras[1]") -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse_camera(data, path)
    assert "\n" not in str(caught.value)
    return caught.value


# -- what is accepted ------------------------------------------------------------------------------------


def test_the_smallest_camera_has_the_dataclasses_defaults() -> None:
    assert camera() == Camera(id="door", name="Door", source=SourceSettings(url="http://192.168.1.50"))


def test_every_setting_of_a_camera_can_be_given() -> None:
    written: dict[str, Any] = {
        **DOOR,
        "enabled": False,
        "source": {"connect_timeout_s": 4, "stall_timeout_s": 20, "verify_tls": False},
        "detection": {
            "enabled": False,
            "detector": "mog2",
            "sensitivity": 70,
            "idle_fps": 2,
            "active_fps": 12,
            "scale": "1/4",
            "min_motion_s": 0.5,
            "event_gap_s": 6,
            "warmup_s": 1,
            "zones": [{"name": "Path", "polygon": [[0, 0], [1, 0], [1, 1]]}],
            "masks": [[[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]]],
            "tamper": False,
        },
        "recording": {
            "enabled": False,
            "mode": "continuous",
            "pre_roll_s": 8,
            "post_roll_s": 9,
            "pre_roll_max_bytes": 1_000_000,
            "max_clip_s": 60,
            "timelapse_interval_s": 30,
            "keep_original": True,
            "keep_days": 7,
            "max_bytes": 10**9,
        },
    }
    parsed = parse_camera(written)
    assert parsed.source == SourceSettings("http://192.168.1.50", 4.0, 20.0, verify_tls=False)
    assert parsed.detection.zones == (Zone("Path", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))),)
    assert parsed.detection.masks == (((0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5)),)
    assert parsed.detection.detector is DetectorName.MOG2
    assert parsed.recording.mode is RecordingMode.CONTINUOUS
    for section, kind in (("detection", DetectionSettings), ("recording", RecordingSettings)):
        assert set(camera_to_dict(parsed)[section]) == {field.name for field in fields(kind)}
    assert camera_to_dict(parsed) == written


def test_numbers_take_the_type_of_their_setting() -> None:
    parsed = camera(detection={"sensitivity": 60.0, "event_gap_s": 5})
    assert isinstance(parsed.detection.sensitivity, int)
    assert isinstance(parsed.detection.event_gap_s, float)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("192.168.1.50", "192.168.1.50"),
        (" cam.local:81/stream ", "cam.local:81/stream"),
        ("admin:pw@cam.local", "admin:pw@cam.local"),
        ("file:///media/door.mp4", "file:///media/door.mp4"),
        ("/media/a folder", "/media/a folder"),
        ("https://u:p%40@cam/x?a=b", "https://u:p%40@cam/x?a=b"),
        ("http://[fe80::1]:81/stream", "http://[fe80::1]:81/stream"),
    ],
)
def test_urls(written: str, url: str) -> None:
    assert camera(url=written).source.url == url


def test_an_id_is_made_from_the_name() -> None:
    assert parse_camera({"name": "Entrée du garage", "url": "http://h"}).id == "entree_du_garage"


def test_only_what_differs_from_the_defaults_is_written() -> None:
    assert camera_to_dict(camera(detection={"sensitivity": 60, "idle_fps": 5})) == {
        **DOOR,
        "detection": {"sensitivity": 60},
    }


@pytest.mark.parametrize(
    ("urls", "message"),
    [
        (
            {"url_hd": "http://admin:pw@192.168.1.50/"},
            "cameras[1].url_hd: it is the same address as url; give that of the camera's larger stream, "
            "or leave it out",
        ),
        (
            {"url_hd": "/footage/door.mp4"},
            "cameras[1].url_hd: it is no file; give an http:// or rtsp:// address of the same camera, "
            "or null",
        ),
        (
            {"url": "/footage/door.mp4", "url_hd": "http://192.168.1.50/large"},
            "cameras[1].url_hd: url is a file, which has no second address; leave this one out",
        ),
    ],
)
def test_a_second_address_is_another_one_of_the_same_camera(urls: dict[str, str], message: str) -> None:
    assert str(refused({**DOOR, **urls})) == message
    camera = parse_camera({**DOOR, "url_hd": " rtsp://192.168.1.50/large "})
    assert camera.source.urls == ("http://192.168.1.50", "rtsp://192.168.1.50/large")
    assert camera_to_dict(camera)["url_hd"] == "rtsp://192.168.1.50/large"
    assert parse_camera({**DOOR, "url_hd": None}).source.urls == ("http://192.168.1.50",)


def test_a_complete_dict_names_every_setting() -> None:
    complete = camera_to_dict(camera(), complete=True)
    assert set(complete["detection"]) == {field.name for field in fields(DetectionSettings)}
    assert set(complete["recording"]) == {field.name for field in fields(RecordingSettings)}
    assert set(complete["source"]) == {field.name for field in fields(SourceSettings)} - {"url", "url_hd"}
    assert parse_camera(json.loads(json.dumps(complete))) == camera()


# -- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"detection": {"sensitivity": 250}},
            "cameras[1].detection.sensitivity: 250 is too high; give a whole number from 1 to 100",
        ),
        (
            {"detection": {"sensitivity": 5.5}},
            "cameras[1].detection.sensitivity: 5.5 is not whole; give a whole number from 1 to 100",
        ),
        (
            {"detection": {"sensitivity": "50"}},
            'cameras[1].detection.sensitivity: "50" is no number; give a whole number from 1 to 100 without '
            "quotes",
        ),
        (
            {"detection": {"sensitivity": True}},
            "cameras[1].detection.sensitivity: true is no number; give a whole number from 1 to 100",
        ),
        (
            {"detction": {}},
            'cameras[1].detction: unknown setting; did you mean "detection"? known here: id, name, url, '
            "url_hd, group, enabled, privacy, rotation, privacy_masks, make_h264, idle_fps, source, "
            "detection, naming, recording",
        ),
        (
            {"detection": {"detector": "adaptve"}},
            'cameras[1].detection.detector: "adaptve" is unknown; did you mean "adaptive"? choose from '
            "adaptive, difference, mog2",
        ),
        (
            {"enabled": "yes"},
            'cameras[1].enabled: "yes" is neither true nor false; give one of them, without quotes',
        ),
        ({"id": "Front Door"}, 'cameras[1].id: "Front Door" does not fit; give 1 to 48 of a-z, 0-9 and _'),
        ({"name": "a\nb"}, 'cameras[1].name: "a\\nb" holds control characters; give 1 to 64 characters'),
        ({"name": "  "}, "cameras[1].name: the text is empty; give 1 to 64 characters"),
        (
            {"source": {"url": "http://h"}},
            "cameras[1].source.url: unknown setting; url stands beside name, not inside source",
        ),
        ({"rotation": 45}, "cameras[1].rotation: 45 is none of them; choose from 0, 90, 180, 270 degrees"),
        (
            {"privacy_masks": [[[0, 0], [1, 1]]]},
            "cameras[1].privacy_masks[0]: 2 points enclose nothing; give three or more",
        ),
        ({"recording": []}, "cameras[1].recording: a list is no section; give an object such as {…}"),
        (
            {"detection": {"idle_fps": 20}},
            "cameras[1].detection.idle_fps: 20 is above active_fps, which is 10; lower it, or "
            "raise active_fps",
        ),
        (
            {"recording": {"keep_days": float("nan")}},
            "cameras[1].recording.keep_days: nan is no usable number; give a number from 0.01 to "
            "36500 days, or null",
        ),
    ],
)
def test_wrong_values_name_path_value_and_remedy(settings: dict[str, Any], message: str) -> None:
    error = refused({**DOOR, **settings})
    assert str(error) == message
    assert error.field == message.partition(": ")[0]


@pytest.mark.parametrize("missing", ["name", "url"])
def test_name_and_url_are_needed(missing: str) -> None:
    error = refused({name: value for name, value in DOOR.items() if name != missing})
    assert error.field == f"cameras[1].{missing}"
    assert "it is missing; give" in str(error)


@pytest.mark.parametrize(
    ("polygon", "place", "words"),
    [
        ([[0, 0], [1, 1]], "", "2 points enclose nothing"),
        ([[0, 0], [1, 1], [0.5, 0.5]], "", "enclose no area"),
        ([[0, 0], [1, 1], [0, 1], [1, 0]], "", "enclose no area"),  # a bow tie
        ([[0, 0], [1, 0], [1, 1.01]], "[2][1]", "1.01 is too high; give a number from 0 to 1"),
        ([[0, 0], [1, 0], [1, 1, 1]], "[2]", "a list is no point; give [x, y]"),
        ("round", "", '"round" is no list'),
        ([[0, 0], [1, 0], [1, 1]] * 40, "", "120 entries are too many; give at most 100"),
    ],
)
def test_wrong_polygons(polygon: object, place: str, words: str) -> None:
    error = refused({**DOOR, "detection": {"masks": [[[0, 0], [1, 0], [1, 1]], polygon]}})
    assert error.field == f"cameras[1].detection.masks[1]{place}"
    assert words in str(error)


def test_zones_need_their_own_names() -> None:
    zone = {"polygon": [[0, 0], [1, 0], [1, 1]]}
    error = refused({**DOOR, "detection": {"zones": [{**zone, "name": "Path"}, {**zone, "name": "path"}]}})
    assert error.field == "cameras[1].detection.zones[1].name"


@pytest.mark.parametrize("path", ["", "camera"])
def test_without_a_path_the_field_is_what_a_form_calls_it(path: str) -> None:
    error = refused({**DOOR, "detection": {"sensitivity": 0}}, path)
    assert error.field == (f"{path}." if path else "") + "detection.sensitivity"


# -- secrets ---------------------------------------------------------------------------------------------

SECRET = "hunter2geheim"


@pytest.mark.parametrize(
    "settings",
    [
        {"url": f"ftp://admin:{SECRET}@cam/"},
        {"url": f"http://admin:{SECRET}/x@cam/"},
        {"url": f"http://admin:{SECRET}"},
        {"url": f"http://admin:{SECRET} y@cam"},
        {"url": f"admin:{SECRET}/@cam"},
        {"url": f"/\n{SECRET}"},
        {"url": f"http://admin:{SECRET}@[::1/"},
        {"url": f"http://admin:{SECRET}@"},
        {"url": f"http://admin:{SECRET}@h:0/"},
        {"url": [f"http://admin:{SECRET}@cam/"]},
        {"url": f"http://admin:{SECRET}@cam/" + "x" * 3000},
        {"name": f"http://admin:{SECRET}@cam/" + "x" * 70},
        {"id": f"admin:{SECRET}@cam"},
        {"id": "x" * 50 + f"://{SECRET}@cam"},
        {f"http://admin:{SECRET}@cam/": 1},
        {"detection": {"detector": f"http://admin:{SECRET}@cam/"}},
        {"detection": {"detector": f"password={SECRET}"}},
    ],
)
def test_camera_messages_hold_no_credentials(settings: dict[str, Any]) -> None:
    error = refused({**DOOR, **settings})
    assert SECRET not in f"{error} {error.field} {error.__cause__} {error.__cause__!r}"


@pytest.mark.parametrize(
    "mqtt",
    [
        {"host": "h", "username": "u", "password": SECRET, "port": 0},
        {"host": "h", "password": SECRET},
        {"host": "h", "username": "u", "password": [SECRET]},
        {"host": "h", "username": "u", "password": SECRET * 200},
        {"host": f"u:{SECRET}@h"},
        {"url": f"mqtt://u:{SECRET}@h/x"},
        {"url": f"mqtt://u:{SECRET}#@h"},
        {"url": f"mqtt://:{SECRET}@h"},
        {"url": f"mqtt://u:{SECRET}@h", "host": "h"},
        {"url": f"u:{SECRET}@h"},
        f"mqtt://u:{SECRET}/@h",
        f"http://u:{SECRET}@h",
    ],
)
def test_broker_messages_hold_no_credentials(mqtt: object) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_options({"mqtt": mqtt}, data_dir=DATA)
    error = caught.value
    assert str(error).startswith("mqtt")
    assert SECRET not in f"{error} {error.field} {error.__cause__} {error.__cause__!r}"


def test_a_url_whose_password_was_masked_is_not_stored() -> None:
    assert "write it in full" in str(refused({**DOOR, "url": "http://admin:***@cam/"}))
    assert "write it in full" in str(refused({**DOOR, "url": "http://***@cam/?token=***"}))


# -- options ---------------------------------------------------------------------------------------------


def test_no_options_give_the_dataclasses_defaults() -> None:
    assert parse_options({}, data_dir=DATA) == Settings(storage=StorageSettings(DATA, DATA))


def test_every_option_can_be_given() -> None:
    options: dict[str, Any] = {
        "data_dir": "/data",
        "media_dir": "/media/gcam",
        "journal_memory_dir": "/dev/shm/gcam",
        "listen": "0.0.0.0:8100",
        "log": {"level": "debug", "format": "json"},
        "workers": 3,
        "demo": True,
        "mqtt": {
            "mode": "broker",
            "host": "core-mosquitto",
            "port": 1884,
            "username": "gcam",
            "password": "p",
            "tls": True,
            "ca_file": "/ssl/ca.pem",
            "verify_tls": False,
            "discovery": False,
            "base_topic": "home/gcam",
            "discovery_prefix": "ha",
            "language": "fr",
        },
        "retention": {"keep_days": 7, "max_bytes": 10**10, "min_free_bytes": 0},
        "encoder": {
            "codec": "h264_v4l2m2m",
            "preset": "p4",
            "quality": 30,
            "workers": 2,
            "leisure_preset": None,
        },
    }
    settings = parse_options(options, data_dir=DATA)
    assert settings.storage == StorageSettings(
        Path("/data"),
        Path("/media/gcam"),
        RetentionSettings(7.0, 10**10, 0),
        EncoderSettings("h264_v4l2m2m", "p4", 30, 2, None),
        Path("/dev/shm/gcam"),
    )
    assert settings.web == WebSettings("0.0.0.0", 8100)
    assert settings.mqtt.password == "p"
    assert settings.mqtt.ca_file == Path("/ssl/ca.pem")
    assert (settings.log.level, settings.log.format) == ("debug", LogFormat.JSON)
    assert (settings.workers, settings.demo) == (3, True)
    for section, kind in (
        ("mqtt", MqttSettings),
        ("retention", RetentionSettings),
        ("encoder", EncoderSettings),
    ):
        assert set(options[section]) == {field.name for field in fields(kind)}


def test_media_lies_in_the_data_folder_where_nothing_else_is_said() -> None:
    assert parse_options({"data_dir": "/data"}, data_dir=DATA).storage.media_dir == Path("/data")


@pytest.mark.parametrize(
    ("mqtt", "settings"),
    [
        ("off", MqttSettings()),
        ("embedded", MqttSettings(MqttMode.EMBEDDED)),
        ({}, MqttSettings()),
        ({"host": "h"}, MqttSettings(MqttMode.BROKER, "h")),
        ({"host": "h", "mode": "off"}, MqttSettings(MqttMode.OFF, "h")),
        ({"host": "h", "tls": True}, MqttSettings(MqttMode.BROKER, "h", 8883, tls=True)),
        ("mqtt://u:p%40%2F@h:1884", MqttSettings(MqttMode.BROKER, "h", 1884, "u", "p@/")),
        (
            {"url": "mqtts://h", "base_topic": "b"},
            MqttSettings(MqttMode.BROKER, "h", 8883, tls=True, base_topic="b"),
        ),
    ],
)
def test_brokers(mqtt: object, settings: MqttSettings) -> None:
    assert parse_options({"mqtt": mqtt}, data_dir=DATA).mqtt == settings


@pytest.mark.parametrize(
    ("options", "field", "words"),
    [
        ({"port": 80}, "port", "use listen"),
        ({"cameras": []}, "cameras", "cameras.json"),
        ({"log": {"level": "loud"}}, "log.level", "choose from debug, info, warning, error"),
        ({"mqtt": {"base_topic": "gcam/#"}}, "mqtt.base_topic", "give a topic without"),
        ({"mqtt": {"base_topic": "gcam/"}}, "mqtt.base_topic", "give a topic without"),
        ({"mqtt": {"port": 70_000}}, "mqtt.port", "70000 is too high"),
        ({"encoder": {"preset": "ultrafst"}}, "encoder.preset", 'did you mean "ultrafast"?'),
        ({"encoder": {"leisure_preset": "p4"}}, "encoder.leisure_preset", "choose from ultrafast, superfast"),
        ({"listen": "here:there"}, "listen", "give HOST:PORT"),
        ({"retention": {"keep_days": -1}}, "retention.keep_days", "-1 is too low"),
        ({"data_dir": ""}, "data_dir", "give a path"),
        ({"workers": 10**40}, "workers", "more than 30 digits is too high"),
    ],
)
def test_wrong_options(options: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_options(options, data_dir=DATA)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")
    assert words in str(caught.value)


# -- slugs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Entrée du garage", "entree_du_garage"),
        ("Straße 12", "strasse_12"),
        ("Smørrebrød-Æble", "smorrebrod_aeble"),
        ("  __A--B__ ", "a_b"),
        ("192.168.1.50:81", "192_168_1_50_81"),
        ("玄関", "camera"),
        ("", "camera"),
    ],
)
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_taken_slug_gets_a_number() -> None:
    assert slug("Door", {"door"}) == "door_2"
    assert slug("Door", {"door", "door_2"}) == "door_3"


@given(st.text(), st.sets(st.text(alphabet="ab_2", min_size=1), max_size=5))
def test_slugs_are_valid_ids_and_free(name: str, taken: set[str]) -> None:
    made = slug(name, taken)
    assert made not in taken
    assert parse_camera({**DOOR, "id": made}).id == made


# -- properties ------------------------------------------------------------------------------------------

_unit = st.floats(0, 1, allow_nan=False)
_polygons = st.sampled_from((((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),)) | st.tuples(
    st.tuples(_unit, st.just(0.0)), st.tuples(st.just(1.0), _unit), st.just((0.0, 1.0))
).filter(lambda p: p[0][0] < 0.9 or p[1][1] > 0.1)
_names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)

_cameras = st.builds(
    Camera,
    id=st.from_regex(r"[a-z0-9_]{1,48}", fullmatch=True),
    name=_names,
    source=st.builds(
        SourceSettings,
        url=st.sampled_from(("http://h", "https://u:p@h:81/stream?a=b@c", "http://[::1]:81/")),
        connect_timeout_s=st.floats(0.5, 120),
        stall_timeout_s=st.floats(1, 600),
        verify_tls=st.booleans(),
    ),
    enabled=st.booleans(),
    detection=st.builds(
        DetectionSettings,
        enabled=st.booleans(),
        detector=st.sampled_from(DetectorName),
        sensitivity=st.integers(1, 100),
        idle_fps=st.floats(0.1, 10),
        active_fps=st.floats(10, 60),
        scale=st.sampled_from(("auto", "1/8", "1/4", "1/2")),
        min_motion_s=st.floats(0, 60),
        event_gap_s=st.floats(0.1, 600),
        warmup_s=st.floats(0, 600),
        zones=st.lists(
            st.builds(Zone, _names, _polygons), max_size=3, unique_by=lambda zone: zone.name.casefold()
        ).map(tuple),
        masks=st.lists(_polygons, max_size=3).map(tuple),
    ),
    naming=st.builds(
        NamingSettings,
        enabled=st.booleans(),
        kinds=st.lists(st.sampled_from(Kind), min_size=1, unique=True).map(tuple),
        min_score=st.integers(1, 100),
        min_size=st.floats(0, 100),
    ),
    recording=st.builds(
        RecordingSettings,
        enabled=st.booleans(),
        mode=st.sampled_from(RecordingMode),
        pre_roll_s=st.floats(0, 120),
        post_roll_s=st.floats(0, 600),
        pre_roll_max_bytes=st.integers(65_536, 2**30),
        max_clip_s=st.floats(5, 86_400),
        timelapse_interval_s=st.floats(0.1, 86_400),
        keep_original=st.booleans(),
        keep_days=st.none() | st.floats(0.01, 36_500),
        max_bytes=st.none() | st.integers(2**20, 2**50),
    ),
)


@given(_cameras, st.booleans())
def test_every_camera_survives_the_way_through_json(original: Camera, complete: bool) -> None:
    assert parse_camera(json.loads(json.dumps(camera_to_dict(original, complete=complete)))) == original


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_known = [
    *("id", "name", "url", "enabled", "source", "detection", "recording", "sensitivity", "zones", "masks"),
    *("polygon", "mode", "keep_days", "mqtt", "listen", "log", "level", "port", "host", "encoder"),
]
_almost = st.recursive(
    _json,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_known), inner, max_size=6),
    max_leaves=10,
)


@given(_almost)
@example({**DOOR, "name": "\ud800"})
@example({**DOOR, "detection": {"sensitivity": 10**400}})
@example({**DOOR, "detection": {"masks": {"0": 1}}})
@example({**DOOR, "http://me:secret@door": 1})
def test_any_json_is_a_camera_or_is_refused_with_its_path(data: object) -> None:
    full = {**DOOR, **data} if isinstance(data, dict) else data
    try:
        parsed = parse_camera(full, "cameras[3]")
    except ConfigError as error:
        says_where(error, "cameras[3]")
    else:
        assert parse_camera(camera_to_dict(parsed)) == parsed


_pieces = st.sampled_from(
    [
        *(
            "http://",
            "https://",
            "file://",
            "HTTP://",
            "u:p@",
            "h",
            "cam.local",
            "[::1]",
            "[::1",
            "]",
            "[",
            ":81",
        ),
        *(
            ":0",
            ":x",
            "/stream",
            "?a=b",
            "#f",
            " ",
            "/",
            "~",
            "./",
            "C:\\",
            "%",
            "é",
            "@",
            "$",
            "..",
            "*",
            "x.mp4",
        ),
        *("fe80::1%eth0", "\\", "//", "."),
    ]
)


@settings(max_examples=500)
@given(st.lists(_pieces | st.text(max_size=2), max_size=6).map("".join))
@example("file://[x/y")
@example("file://C:\\http://http://")
@example("~nobody-of-that-name/x")
def test_every_url_that_is_accepted_can_be_read_by_the_sources(url: str) -> None:
    try:
        accepted = camera(url=url)
    except ConfigError:
        return
    parse_address(accepted.source.url)


def says_where(error: ConfigError, path: str) -> None:
    assert error.field is not None
    assert error.field.startswith(path)
    assert str(error).startswith(f"{error.field}: ")
    assert str(error).isprintable()
    assert len(str(error)) < 600


@given(_almost)
def test_any_json_is_settings_or_is_refused(data: object) -> None:
    try:
        parse_options(data, data_dir=DATA, path="options")
    except ConfigError as error:
        says_where(error, "options")
