"""What of the retained discovery messages on a broker is ours, and what belongs to it."""

from __future__ import annotations

import pytest

from gcam_addon.mqtt.discovery import camera_device, gcam_device
from gcam_addon.mqtt.leftovers import Announced
from gcam_addon.mqtt.payloads import encode
from gcam_addon.mqtt.topics import DeviceIds, Topics
from tests.support.fakes import make_camera

IDENTITY = DeviceIds("ab12")
OLD = Topics("old/base")


def test_a_camera_of_ours_under_an_old_base_topic() -> None:
    topic = OLD.camera_discovery("door")
    announced = Announced.read(topic, encode(camera_device(make_camera("door"), OLD, IDENTITY)))
    assert announced is not None
    assert announced.of(IDENTITY)
    assert not announced.of(DeviceIds("ab"))
    assert set(announced.all_topics(IDENTITY)) == {topic, *OLD.camera("door").retained}


def test_gcam_s_own_device_under_an_old_base_topic() -> None:
    announced = Announced.read(OLD.gcam_discovery, encode(gcam_device(OLD, IDENTITY)))
    assert announced is not None
    assert set(announced.all_topics(IDENTITY)) == {
        OLD.gcam_discovery,
        OLD.availability,
        OLD.state,
        OLD.claim,
        OLD.guard.state,
        OLD.guard.siren,
    }


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"nonsense", b"[]", b"null", b"7", b'"text"', b"\xff\xfe", b"{}"),
        *(b'{"origin":"Gcam"}', b'{"origin":{"name":"Zigbee2MQTT"},"device":{"identifiers":["x"]}}'),
        b'{"origin":{"name":"Gcam"},"device":{"identifiers":[]},"availability":[{"topic":"a"}]}',
        b'{"origin":{"name":"Gcam"},"device":{"identifiers":["x"]},"availability":[{"topic":7}]}',
        b'{"origin":{"name":"Gcam"},"device":{"identifiers":["x"]},"availability":{}}',
    ],
)
def test_what_others_announce_is_nothing_to_us(payload: bytes) -> None:
    assert Announced.read("homeassistant/device/x/config", payload) is None
