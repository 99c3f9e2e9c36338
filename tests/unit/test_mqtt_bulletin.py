"""From cameras and events to messages: what the broker is told, in which order, and what it keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gcam_addon.clock import ManualClock
from gcam_addon.config.model import Camera
from gcam_addon.model import (
    Box,
    CameraAdded,
    CameraChanged,
    CameraRemoved,
    CameraState,
    Kind,
    MotionNamed,
    Named,
    NetworkChanged,
    NetworkHealth,
    NetworkPhase,
    Status,
    Storage,
    StorageChanged,
)
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.mqtt.bulletin import Bulletin
from gcam_addon.mqtt.discovery import BOARD, PSRAM, SOME_HAVE, camera_device, gcam_device
from gcam_addon.mqtt.leftovers import Announced
from gcam_addon.mqtt.payloads import encode
from gcam_addon.mqtt.topics import DeviceIds, Topics
from gcam_addon.words.reason import because
from tests.support.events import BEGAN_AT, JPEG, clip_ready, motion_ended, motion_started
from tests.support.fakes import FakeCameras, FakeEngine, make_camera, make_state

TOPICS = Topics()
IDENTITY = DeviceIds("ab12")
HEALTH = BoardHealth(1_700_000_000.0, 81, 12, "brownout", 96512, 45056, -61, 2031616, 2041, 3977, 12)
DISCOVERY = "homeassistant/device/gcam_door/config"


class Desk:
    """A bulletin over fakes, and what it has sent so far."""

    def __init__(self, *cameras: Camera, announces: bool = True, language: str = "en") -> None:
        self.engine = FakeEngine()
        self.cameras = FakeCameras(self.engine, cameras)
        self.bulletin = Bulletin(
            TOPICS,
            IDENTITY,
            self.engine,
            self.cameras,
            ManualClock(),
            announces=announces,
            language=language,
        )
        self.bulletin.open(None)

    def sent(self) -> list[tuple[str, bytes]]:
        messages = []
        while (waiting := self.bulletin.outbox.take()) is not None:
            messages.append((waiting[0].topic, waiting[0].payload))
        return messages

    def state(self, topic: str) -> Any:
        return json.loads(self.bulletin.outbox.held(topic) or b"null")


def test_everything_is_there_from_the_start() -> None:
    sent = dict(Desk(make_camera("door")).sent())
    assert sent["gcam/availability"] == b"online"
    assert sent["gcam/door/availability"] == b"online"
    assert sent["gcam/door/motion"] == b"OFF"
    assert sent["gcam/door/sensitivity"] == b"50"
    assert [sent[f"gcam/door/{name}"] for name in ("enabled", "detection", "recording")] == [b"ON"] * 3
    assert json.loads(sent[DISCOVERY])["device"]["identifiers"] == ["gcam_ab12_door"]
    assert json.loads(sent["homeassistant/device/gcam/config"])["device"]["identifiers"] == ["gcam_ab12"]
    assert json.loads(sent["gcam/state"])["cameras_connected"] == 1


class _CountingEngine(FakeEngine):
    """Counts the states that were put together."""

    def __init__(self) -> None:
        super().__init__()
        self.counted = 0

    def states(self) -> Mapping[str, CameraState]:
        self.counted += len(self.camera_states)
        return super().states()

    def state(self, camera_id: str) -> CameraState | None:
        self.counted += 1
        return super().state(camera_id)


def test_each_of_many_cameras_costs_the_state_of_one() -> None:
    engine = _CountingEngine()
    cameras = FakeCameras(engine, [make_camera(f"camera{number}") for number in range(200)])
    Bulletin(TOPICS, IDENTITY, engine, cameras, ManualClock()).open(None)
    assert engine.counted == 200


def test_motion_is_said_first_then_the_event_then_the_picture() -> None:
    desk = Desk(make_camera("door"))
    desk.sent()
    desk.bulletin.take(motion_started())
    topics = [topic for topic, _ in desk.sent()]
    assert topics == ["gcam/door/motion", "gcam/door/event", "gcam/door/snapshot"]


def test_motion_events_tell_what_happened() -> None:
    desk = Desk(make_camera("door"))
    desk.sent()
    for event in (motion_started(), motion_ended(), clip_ready()):
        desk.bulletin.take(event)
    sent = desk.sent()
    assert [payload for topic, payload in sent if topic == "gcam/door/motion"] == [b"ON", b"OFF"]
    started, ended, ready = (json.loads(payload) for topic, payload in sent if topic == "gcam/door/event")
    assert started["event_type"] == "motion_started"
    assert started["score"] == 2.5
    assert started["zones"] == ["path"]
    assert ended["event_type"] == "motion_ended"
    assert ended["event_id"] == started["event_id"] == ready["event_id"]
    assert ended["duration_s"] == 4.5
    assert ready["event_type"] == "clip_ready"
    assert ready["path"].endswith(".mp4")
    assert ("gcam/door/snapshot", JPEG) in sent


def test_what_moves_is_told_with_its_picture_as_soon_as_it_is_named_and_at_the_end() -> None:
    desk = Desk(make_camera("door"))
    desk.sent()
    person = Named(Kind.PERSON, 91.0, Box(0.1, 0.2, 0.3, 0.4), pictured=True)
    desk.bulletin.take(MotionNamed("door", "e1", 2.0, BEGAN_AT, (person,), b"somebody"))
    desk.bulletin.take(motion_ended(named=(person,), unwanted=True))
    desk.bulletin.take(clip_ready(named=(person,)))
    desk.bulletin.take(motion_ended())
    sent = desk.sent()
    told = [json.loads(payload) for topic, payload in sent if topic == "gcam/door/event"]
    named, ended, ready, unseen = told
    assert (named["event_type"], named["event_id"]) == ("motion_named", "e1")
    box = {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4}
    for one in (named, ended, ready):
        assert one["what"] == ["person"]
        assert one["named"] == [{"kind": "person", "score": 91.0, "box": box, "pictured": True}]
    assert (ended["unwanted"], unseen["unwanted"]) == (True, False)
    assert (unseen["what"], unseen["named"]) == (None, [])
    assert ("gcam/door/motion", b"ON") not in sent


def test_the_picture_of_what_was_named_is_the_last_event_s() -> None:
    desk = Desk(make_camera("door"))
    desk.sent()
    desk.bulletin.take(MotionNamed("door", "e1", 2.0, BEGAN_AT, (), b"somebody"))
    assert ("gcam/door/snapshot", b"somebody") in desk.sent()


async def test_a_kind_that_is_not_wanted_any_more_is_taken_back() -> None:
    desk = Desk(make_camera("door"))
    assert "vehicle" in json.loads(dict(desk.sent())[DISCOVERY])["components"]
    await desk.cameras.update("door", {"naming": {"kinds": ["person"]}})
    desk.bulletin.take(CameraAdded("door"))
    farewell, now = [json.loads(payload) for topic, payload in desk.sent() if topic == DISCOVERY]
    assert farewell["components"]["vehicle"] == {"platform": "binary_sensor"}
    assert now["components"].keys() & {"person", "vehicle", "animal"} == {"person"}


def test_the_state_s_motion_corrects_but_does_not_repeat() -> None:
    camera = make_camera("door")
    desk = Desk(camera)
    desk.sent()
    desk.bulletin.take(motion_started())
    desk.bulletin.take(CameraChanged(make_state(camera, motion=True)))
    assert [payload for topic, payload in desk.sent() if topic == "gcam/door/motion"] == [b"ON"]
    desk.bulletin.take(CameraChanged(make_state(camera, motion=False)))
    assert ("gcam/door/motion", b"OFF") in desk.sent()


def test_a_camera_is_available_only_while_it_is_connected() -> None:
    camera = make_camera("door")
    desk = Desk(camera)
    for status in Status:
        desk.bulletin.take(CameraChanged(make_state(camera, status=status)))
        expected = b"online" if status is Status.CONNECTED else b"offline"
        assert desk.bulletin.outbox.held("gcam/door/availability") == expected


def test_a_disabled_camera_has_a_state_too() -> None:
    desk = Desk(make_camera("door", enabled=False))
    assert desk.bulletin.outbox.held("gcam/door/enabled") == b"OFF"
    assert desk.state("gcam/door/state")["status"] == "disabled"


async def test_a_renamed_camera_is_announced_anew_under_the_same_ids() -> None:
    desk = Desk(make_camera("door", name="Door"))
    desk.engine.subscribe(_Taker(desk.bulletin))
    desk.sent()
    await desk.cameras.update("door", {"name": "Back door"})
    device = json.loads(dict(desk.sent())[DISCOVERY])["device"]
    assert device["name"] == "Back door"
    assert device["identifiers"] == ["gcam_ab12_door"]


async def test_a_removed_camera_leaves_nothing() -> None:
    desk = Desk(make_camera("door"), make_camera("yard"))
    desk.engine.subscribe(_Taker(desk.bulletin))
    desk.bulletin.take(motion_started())
    desk.sent()
    await desk.cameras.remove("door")
    sent = dict(desk.sent())
    assert json.loads(sent.pop("gcam/state"))["cameras"] == 1
    assert set(sent.values()) == {b""}
    assert set(sent) == {DISCOVERY, *TOPICS.camera("door").retained}
    assert not [topic for topic in desk.bulletin.outbox.topics if "door" in topic]


async def test_late_news_of_a_removed_camera_does_not_bring_it_back() -> None:
    camera = make_camera("door")
    desk = Desk(camera)
    desk.engine.subscribe(_Taker(desk.bulletin))
    await desk.cameras.remove("door")
    desk.sent()
    for event in (motion_ended(), clip_ready(), CameraChanged(make_state(camera)), CameraAdded("door")):
        desk.bulletin.take(event)
    assert desk.sent() == []


def test_storage_reaches_gcam_s_own_state() -> None:
    desk = Desk()
    assert desk.state("gcam/state")["storage_free_bytes"] is None
    desk.bulletin.take(StorageChanged(Storage(100, 40, 30, 2, problem="the disk is full")))
    state = desk.state("gcam/state")
    assert (state["storage_free_bytes"], state["clips_bytes"]) == (40, 30)
    assert state["storage_problem"] == "the disk is full"


def test_a_camera_network_that_is_not_served_is_told_until_it_is() -> None:
    desk = Desk(language="fr")
    assert desk.state("gcam/state")["network_problem"] is None
    stopped = NetworkHealth(NetworkPhase.STOPPED, because("lan_no_link", interface="eth1"))
    desk.bulletin.take(NetworkChanged(stopped))
    assert desk.state("gcam/state")["network_problem"].startswith("rien n’est relié à eth1")
    desk.bulletin.take(NetworkChanged(NetworkHealth(NetworkPhase.SERVING)))
    assert desk.state("gcam/state")["network_problem"] is None


def test_what_is_wrong_is_said_in_the_language_of_the_entities() -> None:
    door = make_camera("door")
    why = because("no_pictures", why=because("connecting"))
    for language, said, full in (
        ("en", "no pictures: connecting", "its file is gone"),
        ("fr", "pas d’images\u202f: connexion en cours", "son fichier n’est plus là"),
    ):
        desk = Desk(door, language=language)
        desk.bulletin.take(CameraChanged(make_state(door, problem=why, no_recording_reason=why)))
        desk.bulletin.take(StorageChanged(Storage(100, 40, 30, 2, problem=because("file_gone"))))
        state = desk.state("gcam/door/state")
        assert (state["problem"], state["no_recording_reason"]) == (said, said)
        assert desk.state("gcam/state")["storage_problem"] == full


def test_a_command_is_answered_with_all_mirrors_even_unchanged() -> None:
    desk = Desk(make_camera("door"))
    desk.sent()
    desk.bulletin.mirror_again("door")
    assert dict(desk.sent()) == {
        "gcam/door/enabled": b"ON",
        "gcam/door/detection": b"ON",
        "gcam/door/recording": b"ON",
        "gcam/door/privacy": b"OFF",
        "gcam/door/sensitivity": b"50",
    }
    desk.bulletin.mirror_again("unknown")
    assert desk.sent() == []


def test_a_birth_is_answered_with_everything_but_pictures() -> None:
    desk = Desk(make_camera("door"))
    desk.bulletin.take(motion_started())
    desk.sent()
    desk.bulletin.repeat()
    sent = dict(desk.sent())
    assert {DISCOVERY, "gcam/availability", "gcam/door/state"} <= set(sent)
    assert sent["gcam/door/motion"] == b"ON"
    assert "gcam/door/snapshot" not in sent


def test_an_event_without_a_picture_leaves_the_last_one() -> None:
    desk = Desk(make_camera("door"))
    desk.bulletin.take(motion_started())
    desk.bulletin.take(motion_ended(jpeg=b""))
    assert desk.bulletin.outbox.held("gcam/door/snapshot") == JPEG


def test_at_the_end_nothing_moves_and_nobody_is_there() -> None:
    desk = Desk(make_camera("door"))
    desk.bulletin.take(motion_started())
    desk.sent()
    desk.bulletin.close()
    assert desk.sent() == [("gcam/door/motion", b"OFF"), ("gcam/door/availability", b"offline")]


def test_leftovers_of_ours_are_emptied() -> None:
    desk = Desk(make_camera("door"))
    desk.sent()
    topic = TOPICS.camera_discovery("gone")
    leftover = Announced.read(topic, encode(camera_device(make_camera("gone"), TOPICS, IDENTITY)))
    assert leftover is not None
    desk.bulletin.clear_leftover(leftover)
    assert dict(desk.sent()) == dict.fromkeys((topic, *TOPICS.camera("gone").retained), b"")


def test_a_moved_base_topic_takes_nothing_in_use_with_it() -> None:
    desk = Desk(make_camera("door"))
    desk.bulletin.outbox.hold("gcam/claim", b"ours")
    desk.sent()
    old = replace(TOPICS, discovery_prefix="old")
    leftover = Announced.read(old.gcam_discovery, encode(gcam_device(old, IDENTITY)))
    assert leftover is not None
    desk.bulletin.clear_leftover(leftover)
    assert desk.sent() == [("old/device/gcam/config", b"")]


def test_an_entity_that_earlier_versions_announced_is_said_to_be_gone_once() -> None:
    desk = Desk(make_camera("door"))
    desk.sent()
    earlier = camera_device(make_camera("door"), TOPICS, IDENTITY)
    earlier["components"]["events"] = {"platform": "event", "name": "Events"}
    announced = Announced.read(DISCOVERY, encode(earlier))
    assert announced is not None
    desk.bulletin.clear_leftover(announced)
    (first, second) = desk.sent()
    assert first[0] == second[0] == DISCOVERY
    assert json.loads(first[1])["components"].pop("events") == {"platform": "event"}
    assert json.loads(second[1]) == camera_device(make_camera("door"), TOPICS, IDENTITY)


def test_what_is_announced_unchanged_is_left_alone() -> None:
    desk = Desk(make_camera("door"))
    sent = dict(desk.sent())
    announced = Announced.read(DISCOVERY, sent[DISCOVERY])
    assert announced is not None
    desk.bulletin.clear_leftover(announced)
    assert desk.sent() == []


def test_without_discovery_all_is_said_but_nothing_announced() -> None:
    told = dict(Desk(make_camera("door")).sent())
    quiet = dict(Desk(make_camera("door"), announces=False).sent())
    assert set(told) - set(quiet) == {DISCOVERY, "homeassistant/device/gcam/config"}
    assert set(quiet) <= set(told)
    assert quiet["gcam/door/motion"] == b"OFF"


def test_without_discovery_what_former_runs_announced_is_withdrawn_and_states_stay() -> None:
    desk = Desk(make_camera("door"), announces=False)
    desk.bulletin.outbox.hold("gcam/claim", b"ours")
    desk.sent()
    devices = {
        DISCOVERY: camera_device(make_camera("door"), TOPICS, IDENTITY),
        TOPICS.gcam_discovery: gcam_device(TOPICS, IDENTITY),
    }
    for topic, device in devices.items():
        announced = Announced.read(topic, encode(device))
        assert announced is not None
        desk.bulletin.clear_leftover(announced)
    assert desk.sent() == [(DISCOVERY, b""), ("homeassistant/device/gcam/config", b"")]


def test_another_gcam_s_device_is_cleared_before_ours_takes_its_topic() -> None:
    desk = Desk(make_camera("door"))
    desk.sent()
    stranger = camera_device(make_camera("door"), TOPICS, DeviceIds("ffff"))
    leftover = Announced.read(DISCOVERY, encode(stranger))
    assert leftover is not None
    desk.bulletin.clear_leftover(leftover)
    (first, second) = desk.sent()
    assert first == (DISCOVERY, b"")
    assert second[0] == DISCOVERY
    assert json.loads(second[1])["device"]["identifiers"] == ["gcam_ab12_door"]


def test_another_gcam_s_other_devices_are_none_of_our_business() -> None:
    desk = Desk(make_camera("door"))
    desk.sent()
    stranger = camera_device(make_camera("garage"), TOPICS, DeviceIds("ffff"))
    leftover = Announced.read(TOPICS.camera_discovery("garage"), encode(stranger))
    assert leftover is not None
    desk.bulletin.clear_leftover(leftover)
    assert desk.sent() == []


class _Taker:
    """interfaces.Sink in front of a bulletin."""

    def __init__(self, bulletin: Bulletin) -> None:
        self.publish = bulletin.take


def _lit(desk: Desk, lamp: int | None) -> list[tuple[str, bytes]]:
    return _changed(desk, lamp=lamp)


def _changed(desk: Desk, **changes: Any) -> list[tuple[str, bytes]]:
    state = make_state(desk.cameras.get("door"), **changes)
    desk.engine.camera_states["door"] = state
    desk.bulletin.take(CameraChanged(state))
    return desk.sent()


def test_a_light_is_there_while_the_camera_has_a_lamp() -> None:
    desk = Desk(make_camera("door"))
    before = dict(desk.sent())
    assert "light" not in json.loads(before[DISCOVERY])["components"]
    assert not before.get("gcam/door/light")
    sent = dict(_lit(desk, 0))
    assert json.loads(sent[DISCOVERY])["components"]["light"]["command_topic"] == "gcam/door/light/set"
    assert json.loads(sent["gcam/door/light"]) == {"state": "OFF"}
    sent = dict(_lit(desk, 53))
    assert DISCOVERY not in sent
    assert json.loads(sent["gcam/door/light"]) == {
        "state": "ON",
        "brightness": 53,
        "color_mode": "brightness",
    }
    gone = _lit(desk, None)
    first, second = [json.loads(payload) for topic, payload in gone if topic == DISCOVERY]
    assert first["components"]["light"] == {"platform": "light"}, "left out, it would go on in Home Assistant"
    assert "light" not in second["components"]
    assert ("gcam/door/light", b"") in gone


def test_what_boards_have_from_before_stays_until_its_board_is_known() -> None:
    desk = Desk(make_camera("door"))
    desk.sent()
    earlier = camera_device(make_camera("door"), TOPICS, IDENTITY, has=SOME_HAVE)
    announced = Announced.read(DISCOVERY, encode(earlier))
    assert announced is not None
    desk.bulletin.clear_leftover(announced)
    assert desk.sent() == []


def test_what_a_board_tells_is_there_once_it_told_and_goes_where_it_never_will_again() -> None:
    desk = Desk(make_camera("door"))
    assert not {PSRAM, *BOARD} & json.loads(dict(desk.sent())[DISCOVERY])["components"].keys()
    sent = dict(_changed(desk, board_health=HEALTH))
    assert {PSRAM, *BOARD} <= json.loads(sent[DISCOVERY])["components"].keys()
    assert json.loads(sent["gcam/door/state"])["board"]["rssi_dbm"] == -61
    later = dict(_changed(desk, board_health=replace(HEALTH, rssi_dbm=None)))
    assert DISCOVERY not in later
    away = dict(_changed(desk, board_health=HEALTH, status=Status.LOST))
    assert DISCOVERY not in away
    assert away["gcam/door/availability"] == b"offline"
    gone = [json.loads(payload) for topic, payload in _changed(desk) if topic == DISCOVERY]
    assert all(gone[0]["components"][key] == {"platform": "sensor"} for key in (PSRAM, *BOARD))
    assert not {PSRAM, *BOARD} & gone[-1]["components"].keys()


def test_a_camera_that_is_removed_takes_its_light_along() -> None:
    desk = Desk(make_camera("door"))
    _lit(desk, 20)
    desk.bulletin.take(CameraRemoved("door"))
    sent = dict(desk.sent())
    assert (sent["gcam/door/light"], sent[DISCOVERY]) == (b"", b"")


def test_why_something_is_motion_is_said_in_the_brokers_language_and_old_sentences_as_they_are() -> None:
    why = because("motion_seen", score="2.5", place=because("bottom_left"))
    for reason, said in ((why, "2.5\u202f% de l’image a bougé, en bas à gauche"), ("2 % moved", "2 % moved")):
        desk = Desk(make_camera("door"), language="fr")
        desk.sent()
        desk.bulletin.take(replace(motion_started(), reason=reason))
        desk.bulletin.take(CameraChanged(make_state(make_camera("door"), reason=reason)))
        sent = dict(desk.sent())
        assert json.loads(sent["gcam/door/event"])["reason"] == said
        assert json.loads(sent["gcam/door/state"])["reason"] == said
