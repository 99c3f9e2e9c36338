from __future__ import annotations

import json
import re
from dataclasses import fields, replace

import pytest

from gcam_addon.model import CameraAdded, MotionEnded, MotionStarted, Region
from gcam_addon.web.api.clips import disposition, download_name
from gcam_addon.web.views import camera_json, clip_json, encode, event_json, host_of, state_json
from gcam_addon.words.reason import because
from tests.support.fakes import make_camera, make_state
from tests.support.web_fakes import make_clip

SECRET_URL = "http://admin:hunter2@192.0.2.7:81/stream?token=s3cret"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (SECRET_URL, "192.0.2.7:81"),
        ("rtsp://user:p%40ss@camera.lan/h264", "camera.lan"),
        ("http://[2001:db8::1]:8080/", "[2001:db8::1]:8080"),
        ("/home/somebody/secret.mp4", None),
        ("user:hunter2@192.0.2.7/stream", None),
        ("http://192.0.2.7:notaport/", None),
        ("http://[broken/", None),
    ],
)
def test_only_the_host_of_an_address_is_shown(url: str, host: str | None) -> None:
    assert host_of(url) == host


def test_a_camera_shows_neither_credentials_nor_path() -> None:
    camera = make_camera("door")
    camera = replace(camera, source=replace(camera.source, url=SECRET_URL))
    text = encode(camera_json(camera, make_state(camera)))
    for secret in ("admin", "hunter2", "s3cret", "stream?"):
        assert secret not in text
    assert json.loads(text)["host"] == "192.0.2.7:81"


def test_of_how_pictures_come_all_is_shown_but_from_where() -> None:
    camera = make_camera("door")
    shown = {field.name for field in fields(camera.source)} - {"url", "url_hd"}
    assert set(camera_json(camera, None)["source"]) == shown


def test_dropped_frames_are_an_object_by_stage() -> None:
    state = make_state(make_camera(), dropped=(("parse", 2), ("detect", 40)))
    assert state_json(state)["dropped"] == {"parse": 2, "detect": 40}


def test_what_a_sentence_is_made_of_stands_beside_it_where_that_is_known() -> None:
    why = because("no_pictures", why=because("connecting"))
    shown = json.loads(encode(state_json(make_state(make_camera(), problem="gone", no_recording_reason=why))))
    assert (shown["problem"], shown["problem_said"]) == ("gone", None)
    assert shown["no_recording_reason"] == "no pictures: connecting"
    assert shown["no_recording_reason_said"] == {
        "code": "no_pictures",
        "params": {"why": {"code": "connecting", "params": {}}},
    }


def test_a_clip_shows_no_path() -> None:
    shown = clip_json(make_clip("c1", make_camera()))
    assert shown["duration_s"] == 12.5
    assert shown["thumbnail"] is True
    assert "path" not in shown


def test_events_carry_no_picture() -> None:
    region = Region(0.1, 0.2, 0.3, 0.4, 12.0)
    started = MotionStarted("door", "e1", 1.0, 2.0, 3.0, "moved", ("porch",), (region,), jpeg=b"\xff\xd8")
    ended = MotionEnded("door", "e1", 1.0, 2.0, 9.0, 7.5, "moved", jpeg=b"\xff\xd8")
    for event, kind in ((started, "motion_started"), (ended, "motion_ended")):
        shown = event_json(event, lambda _: None)
        assert shown["type"] == kind
        assert "jpeg" not in shown
        encode(shown)
    assert event_json(started, lambda _: None)["regions"] == (
        {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4, "share": 12.0},
    )


def test_an_added_camera_that_is_gone_again_is_null() -> None:
    assert event_json(CameraAdded("x"), lambda _: None) == {
        "type": "camera_added", "camera_id": "x", "camera": None,
    }  # fmt: skip


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode({"score": float("nan")})


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("Front door", "Front door"),
        ("Jardin côté rue", "Jardin côté rue"),
        ('a/b\\c:"d"\r\nX-Evil: 1', "a b c d X-Evil 1"),
        ("../..", "door"),
    ],
)
def test_a_download_has_a_telling_and_harmless_name(name: str, file_name: str) -> None:
    made = download_name(make_clip("c1", make_camera("door"), camera_name=name))
    assert re.fullmatch(re.escape(file_name) + r" 2023-11-1\d \d\d-\d\d-\d\d\.mp4", made)


def test_a_disposition_names_the_file_for_old_and_new_clients() -> None:
    assert (
        disposition("Côté 1.mp4")
        == "attachment; filename=\"C_t_ 1.mp4\"; filename*=UTF-8''C%C3%B4t%C3%A9%201.mp4"
    )
