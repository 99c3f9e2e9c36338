from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.boards.acquaintances import Acquaintances
from gcam_addon.boards.board import Board
from gcam_addon.clock import ManualClock
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties
from gcam_addon.errors import RecordingError, Unreachable
from gcam_addon.model import (
    CameraRemoved,
    ClipReady,
    ClipRemoved,
    DutyChanged,
    DutyStatus,
    HistoryChanged,
    MqttChanged,
    MqttHealth,
    NetworkChanged,
    NetworkHealth,
    NetworkPhase,
    Storage,
    StorageChanged,
)
from gcam_addon.model.guard import (
    Alarm,
    AlarmCause,
    AlarmKind,
    Doer,
    GuardChanged,
    GuardPhase,
    GuardState,
    Tamper,
    TamperChanged,
    UnderDuress,
    Via,
)
from gcam_addon.web.events import QUEUE_EVENTS, EventHub
from gcam_addon.web.greeting import Greeting
from gcam_addon.web.info import EntityOwner, Info
from gcam_addon.words.reason import because
from tests.support.fakes import FakeCameras, FakeClips, FakeEngine, make_camera
from tests.support.waiting import PATIENCE_S
from tests.support.web_fakes import FakeSurroundings, make_clip

EVERYBODY = Principal("p", "P", frozenset(Permission))
VIEWER = Principal("v", "V", frozenset({Permission.VIEW}))
INFO = Info("1.2.3", instance_id="ab12")


class BrokenDisk(FakeClips):
    """Clips on a disk that can't be looked at, until it is `mended`."""

    mended = False

    async def storage(self) -> Storage:
        if not self.mended:
            raise RecordingError("the index can't be read")
        return await super().storage()


async def nobody(camera: Camera) -> Board:
    raise Unreachable(camera.name)


def make_hub(
    clips: FakeClips | None = None,
    surroundings: FakeSurroundings | None = None,
    duties: Duties | None = None,
) -> EventHub:
    engine, clock = FakeEngine(), ManualClock(wall_offset_s=42.0)
    cameras = FakeCameras(engine, [make_camera("door")])
    boards = Acquaintances(cameras, nobody, engine, duties=Duties(ManualClock()))
    surroundings = surroundings or FakeSurroundings(owner=EntityOwner.MQTT)
    telling = (engine, cameras, boards, clips or FakeClips(), clock, INFO, surroundings)
    greeting = Greeting(*telling, duties=duties or Duties(clock))
    return EventHub(greeting)


async def read(texts: AsyncGenerator[str, None]) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await asyncio.wait_for(anext(texts), PATIENCE_S))
    return message


async def test_a_listener_first_learns_everything_then_what_happens() -> None:
    hub = make_hub()
    texts = hub.follow(EVERYBODY)
    hello = await read(texts)
    assert (hello["type"], hello["now"], hello["missed"], hello["version"]) == ("hello", 42.0, 0, "1.2.3")
    assert (hello["instance_id"], hello["api_level"], hello["entities"]) == ("ab12", 1, "mqtt")
    assert hello["permissions"] == sorted(Permission)
    assert hello["mqtt"] is None
    assert hello["storage"]["free_bytes"] == 40_000_000_000
    assert [camera["state"]["status"] for camera in hello["cameras"]] == ["connected"]
    hub.publish(CameraRemoved("shed"))
    hub.publish(CameraRemoved("attic"))
    assert await read(texts) == {"type": "camera_removed", "camera_id": "shed"}
    assert await read(texts) == {"type": "camera_removed", "camera_id": "attic"}
    await texts.aclose()
    assert hub.listeners == 0


async def test_each_is_told_in_their_own_language() -> None:
    hub = make_hub()
    english, french = hub.follow(EVERYBODY), hub.follow(EVERYBODY, "fr")
    await read(english)
    await read(french)
    hub.publish(ClipRemoved("c1", "door", because("no_camera", camera="door")))
    told = [await read(texts) for texts in (english, french)]
    assert [message["why"] for message in told] == ["there is no camera door", "la caméra door n’existe pas"]
    assert told[0]["why_said"] == told[1]["why_said"] == {"code": "no_camera", "params": {"camera": "door"}}
    await english.aclose()
    await french.aclose()


async def test_a_listener_too_slow_is_told_everything_anew_with_the_number_missed() -> None:
    hub = make_hub()
    slow, fast = hub.follow(EVERYBODY), hub.follow(EVERYBODY)
    await read(slow)
    await read(fast)
    total = QUEUE_EVENTS + 10
    for number in range(total):
        hub.publish(CameraRemoved(f"camera_{number}"))
        assert (await read(fast))["camera_id"] == f"camera_{number}"
    again = await read(slow)
    assert (again["type"], again["missed"]) == ("hello", total)
    hub.publish(CameraRemoved("last"))
    assert (await read(slow))["camera_id"] == "last"
    await slow.aclose()
    await fast.aclose()


async def test_how_the_broker_fares_is_told_at_first_and_when_it_changes() -> None:
    hub = make_hub(surroundings=FakeSurroundings(MqttHealth(connected=True)))
    texts = hub.follow(EVERYBODY)
    assert (await read(texts))["mqtt"] == {"connected": True, "problem": None, "problem_said": None}
    hub.publish(MqttChanged(MqttHealth(connected=False, problem="it is away")))
    assert await read(texts) == {
        "type": "mqtt_changed",
        "mqtt": {"connected": False, "problem": "it is away", "problem_said": None},
    }
    await texts.aclose()


async def test_how_the_camera_network_fares_is_told_to_who_has_a_say_in_all_cameras_alone() -> None:
    health = NetworkHealth(NetworkPhase.STOPPED, "somebody else serves")
    hub = make_hub(surroundings=FakeSurroundings(camera_network=health))
    owner, guest = hub.follow(EVERYBODY), hub.follow(VIEWER)
    assert (await read(owner))["network"]["problem"] == "somebody else serves"
    assert (await read(guest))["network"] is None
    hub.publish(NetworkChanged(NetworkHealth(NetworkPhase.SERVING, leases=1)))
    hub.publish(MqttChanged(MqttHealth(connected=True)))
    assert (await read(owner))["network"]["leases"] == 1
    assert (await read(guest))["type"] == "mqtt_changed"
    await owner.aclose()
    await guest.aclose()


async def test_of_the_guard_hears_who_sees_all_cameras_and_of_duress_nobody() -> None:
    hub = make_hub()
    someone = Doer("Anna", Via.PAGE)
    told = (
        GuardChanged(GuardState(GuardPhase.DISARMED, 5.0, someone)),
        UnderDuress(5.0, someone),
        Alarm("a", AlarmCause(AlarmKind.HAND, 5.0), is_new=True),
        TamperChanged("door", Tamper.COVERED, 5.0),
        TamperChanged("garden", Tamper.COVERED, 5.0),
        CameraRemoved("door"),
    )
    guest = Principal("g", "G", frozenset(Permission), frozenset({"door"}))
    of_all = ["guard_changed", "alarm", "tamper_changed", "tamper_changed", "camera_removed"]
    for principal, expected in ((VIEWER, of_all), (guest, ["tamper_changed", "camera_removed"])):
        texts = hub.follow(principal)
        await read(texts)
        for event in told:
            hub.publish(event)
        assert [(await read(texts))["type"] for _ in expected] == expected
        await texts.aclose()


async def test_what_failed_is_told_to_who_has_a_say_in_all_cameras_alone() -> None:
    duties = Duties(ManualClock(wall_offset_s=42.0))
    duties.started("history")
    duties.failed("mqtt", ValueError("no"), DutyStatus.WAITING, "starts again")
    hub = make_hub(duties=duties)
    told = {
        "name": "mqtt", "status": "waiting", "failures": 1, "failed_at": 42.0, "problem": "ValueError: no",
        "problem_said": None,
    }  # fmt: skip
    for_one = Principal("o", "O", frozenset(Permission), frozenset({"door"}))
    for principal, expected in ((EVERYBODY, [told]), (VIEWER, []), (for_one, [])):
        texts = hub.follow(principal)
        assert (await read(texts))["duties"] == expected
        hub.publish(DutyChanged(duties.states()[1]))
        hub.publish(CameraRemoved("door"))
        if expected:
            assert await read(texts) == {"type": "duty_changed", "duty": told}
        assert (await read(texts))["type"] == "camera_removed"
        await texts.aclose()


async def test_recordings_and_the_disk_are_told_to_who_may_play_back_alone() -> None:
    hub, of_playback = make_hub(), {"clip_ready", "clip_removed", "history_changed", "storage_changed"}
    both = frozenset({Permission.VIEW, Permission.PLAYBACK})
    player, guest = Principal("p", "P", both), Principal("g", "G", both, frozenset({"door"}))
    of_guest = of_playback - {"storage_changed"}  # whose sums would tell of the others
    for principal, expected in ((player, of_playback), (guest, of_guest), (VIEWER, set())):
        texts = hub.follow(principal)
        await read(texts)
        hub.publish(ClipReady(make_clip("c1", make_camera("door"))))
        hub.publish(ClipRemoved("c1", "door", "older than 30 days"))
        hub.publish(HistoryChanged("door"))
        hub.publish(StorageChanged(Storage(total_bytes=2, free_bytes=1, clips_bytes=1, clips=1)))
        hub.publish(CameraRemoved("door"))
        told = set()
        while (kind := (await read(texts))["type"]) != "camera_removed":
            told.add(kind)
        assert told == expected
        await texts.aclose()


async def test_the_disk_is_told_to_whom_it_concerns_as_it_is_by_then() -> None:
    hub = make_hub()
    first = hub.follow(EVERYBODY)
    await read(first)
    hub.publish(StorageChanged(Storage(100, 7, 30, 2, problem="the disk is full")))
    guest = Principal("g", "G", frozenset(Permission), frozenset({"door"}))
    for principal, free_bytes in ((EVERYBODY, 7), (VIEWER, None), (guest, None)):
        texts = hub.follow(principal)
        storage = (await read(texts))["storage"]
        assert (storage and storage["free_bytes"]) == free_bytes
        await texts.aclose()
    await first.aclose()


async def test_a_disk_that_cannot_be_looked_at_keeps_nobody_from_listening() -> None:
    clips = BrokenDisk()
    hub = make_hub(clips)
    texts = hub.follow(EVERYBODY)
    assert (await read(texts))["storage"] is None
    clips.mended = True
    again = hub.follow(EVERYBODY)
    assert (await read(again))["storage"] is not None
    await texts.aclose()
    await again.aclose()


async def test_without_listeners_nothing_is_kept() -> None:
    hub = make_hub()
    hub.publish(CameraRemoved("shed"))
    texts = hub.follow(EVERYBODY)
    assert (await read(texts))["type"] == "hello"
    hub.publish(CameraRemoved("attic"))
    assert (await read(texts))["camera_id"] == "attic"
    await texts.aclose()


async def test_another_owner_of_the_entities_is_told_to_whom_listens_already() -> None:
    surroundings = FakeSurroundings(owner=EntityOwner.COMPONENT)
    hub = make_hub(surroundings=surroundings)
    texts = hub.follow(EVERYBODY)
    assert (await read(texts))["entities"] == "component"
    surroundings.owner = EntityOwner.MQTT
    hub.greet_anew()
    again = await read(texts)
    assert (again["type"], again["entities"], again["missed"]) == ("hello", "mqtt", 0)
    await texts.aclose()
