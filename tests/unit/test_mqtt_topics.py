"""Topics and command understanding: spelled as docs/ref/mqtt.md promises."""

from __future__ import annotations

import re

import pytest

from gcam_addon.mqtt.commands import Change, Refused, SwitchLight, TakeSnapshot, parse_command
from gcam_addon.mqtt.topics import Topics

TOPICS = Topics()


def test_the_contract_s_topics() -> None:
    own = TOPICS.camera("door")
    assert TOPICS.availability == "gcam/availability"
    assert TOPICS.camera_discovery("door") == "homeassistant/device/gcam_door/config"
    assert own.motion == "gcam/door/motion"
    assert own.event == "gcam/door/event"
    assert own.take_snapshot == "gcam/door/snapshot/take"
    assert set(own.retained) == {
        f"gcam/door/{name}"
        for name in (
            *("availability", "motion", "state", "snapshot"),
            *("sensitivity", "enabled", "detection", "recording", "privacy", "light"),
        )
    }


@pytest.mark.parametrize("base", ["gcam", "cellar", "gcam_a", "house/gcam", "Maison à côté"])
def test_discovery_ids_are_allowed_by_home_assistant(base: str) -> None:
    topics = Topics(base, "ha")
    for topic in (topics.gcam_discovery, topics.camera_discovery("front_door")):
        assert re.fullmatch(r"ha/device/[a-zA-Z0-9_-]+/config", topic)


def test_two_bases_never_share_a_discovery_topic() -> None:
    assert Topics("gcam").camera_discovery("a_b") != Topics("gcam_a").camera_discovery("b")
    assert Topics("gcam").gcam_discovery != Topics("gcam2").gcam_discovery
    assert Topics("gcam").camera_discovery("door") != Topics("gcam2").camera_discovery("door")


def test_births_follow_a_moved_prefix_and_keep_the_usual_place() -> None:
    assert TOPICS.births == ("homeassistant/status",)
    assert Topics("gcam", "ha").births == ("homeassistant/status", "ha/status")


@pytest.mark.parametrize(
    ("topic", "payload", "expected"),
    [
        ("gcam/door/enabled/set", b"OFF", Change("door", {"enabled": False})),
        ("gcam/door/privacy/set", b"ON", Change("door", {"privacy": True})),
        ("gcam/door/detection/set", b"ON", Change("door", {"detection": {"enabled": True}})),
        ("gcam/door/recording/set", b" off\n", Change("door", {"recording": {"enabled": False}})),
        ("gcam/door/sensitivity/set", b"60", Change("door", {"detection": {"sensitivity": 60}})),
        ("gcam/door/sensitivity/set", b"60.0", Change("door", {"detection": {"sensitivity": 60}})),
        ("gcam/door/light/set", b"ON", SwitchLight("door", None)),
        ("gcam/door/light/set", b"off", SwitchLight("door", 0)),
        ("gcam/door/light/set", b'{"state": "ON"}', SwitchLight("door", None)),
        ("gcam/door/light/set", b'{"state": "ON", "brightness": 30}', SwitchLight("door", 30)),
        ("gcam/door/light/set", b'{"brightness": 30}', SwitchLight("door", 30)),
        ("gcam/door/light/set", b'{"state": "OFF", "brightness": 30}', SwitchLight("door", 0)),
        ("gcam/door/snapshot/take", b"PRESS", TakeSnapshot("door")),
        ("gcam/door/snapshot/take", b"", TakeSnapshot("door")),
    ],
)
def test_commands(topic: str, payload: bytes, expected: object) -> None:
    assert parse_command(TOPICS, topic, payload) == expected


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("gcam/door/detection/set", b"yes please"),
        ("gcam/door/detection/set", b""),
        ("gcam/door/detection/set", b"\xff\xfe\x00"),
        ("gcam/door/sensitivity/set", b"0"),
        ("gcam/door/sensitivity/set", b"101"),
        ("gcam/door/sensitivity/set", b"50.5"),
        ("gcam/door/sensitivity/set", b"nan"),
        ("gcam/door/sensitivity/set", b"inf"),
        ("gcam/door/sensitivity/set", b"1e999"),
        ("gcam/door/nothing/set", b"ON"),
        ("gcam/door/light/set", b""),
        ("gcam/door/light/set", b"{}"),
        ("gcam/door/light/set", b"[1]"),
        ("gcam/door/light/set", b'{"state": "ON", "brightness": 101}'),
        ("gcam/door/light/set", b'{"state": "ON", "brightness": true}'),
        ("gcam/door/light/set", b'{"brightness": "30"}'),
        ("gcam/door/light/set", b"{" * 10_000),
    ],
)
def test_nonsense_is_refused(topic: str, payload: bytes) -> None:
    command = parse_command(TOPICS, topic, payload)
    assert isinstance(command, Refused)
    assert command.camera_id == "door"


def test_a_long_payload_is_not_repeated_in_full() -> None:
    command = parse_command(TOPICS, "gcam/door/detection/set", b"x" * 100_000)
    assert isinstance(command, Refused)
    assert len(command.why) < 120


@pytest.mark.parametrize(
    "topic", ["gcam/availability", "gcam/door/motion", "other/door/enabled/set", "gcamera/door/enabled/set"]
)
def test_what_is_no_command_is_none(topic: str) -> None:
    assert parse_command(TOPICS, topic, b"ON") is None
