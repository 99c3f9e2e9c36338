"""Home Assistant, Gcam, a broker and two boards as people run them, asserted in Home Assistant itself."""

import asyncio
import io
import json
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import aiomqtt
import av
import pytest
import pytest_asyncio

from tests.support import home_assistant, mosquitto
from tests.support.browser import CHROMIUM, chromium
from tests.support.dashboard import Dashboard
from tests.support.home_assistant_api import HomeAssistantApi
from tests.support.house import House, kept_places
from tests.support.waiting import answered, patience

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.mosquitto,
    pytest.mark.skipif(home_assistant.missing is not None, reason=str(home_assistant.missing)),
    pytest.mark.skipif(mosquitto.missing is not None, reason=str(mosquitto.missing)),
]

SCENE_S = 30.0
"""How long the scenes are; somebody walks through the living room once in it."""

OF_A_CAMERA = {
    "gcam": {"camera", "events"},
    "mqtt": {
        "motion", "person", "vehicle", "animal", "status", "problem", "no_recording_reason", "fps",
        "bytes_per_frame", "reconnects", "frames_dropped", "last_frame", "enabled", "detection",
        "recording", "privacy", "sensitivity", "take_snapshot", "last_event", "light",
    },
}  # fmt: skip
KINDS = {"person", "vehicle", "animal"}
OF_GCAM = {
    "gcam": {"guard_events"},
    "mqtt": {
        "cameras_connected",
        "storage_free",
        "storage_used",
        "storage_problem",
        "clips",
        "version",
        "guard",
    },
}
HIDDEN = {
    "no_recording_reason", "bytes_per_frame", "reconnects", "frames_dropped", "last_frame",
    "clips", "version",
}  # fmt: skip
"""Disabled until somebody wants them."""

STATES = {
    "binary_sensor.{}_motion": "on|off",
    "binary_sensor.{}_person": "on|off",
    "binary_sensor.{}_vehicle": "on|off",
    "binary_sensor.{}_animal": "on|off",
    "binary_sensor.{}_not_recording": "off",
    "button.{}_take_snapshot": "unknown|2.*",
    "camera.{}": "streaming|recording",
    "event.{}_events": "unknown|2.*",
    "image.{}_last_event": "unknown|2.*",
    "light.{}_lamp": "off",
    "number.{}_sensitivity": "50",
    "sensor.{}_frame_rate": r"\d+\.\d",
    "sensor.{}_status": "connected",
    "switch.{}_camera": "on",
    "switch.{}_detection": "on",
    "switch.{}_privacy_mode": "off",
    "switch.{}_recording": "on",
}
STATES_OF_GCAM = {
    "alarm_control_panel.gcam_guard": "disarmed",
    "binary_sensor.gcam_storage": "off",
    "event.gcam_guard_events": "unknown",
    "sensor.gcam_cameras_connected": "2",
    "sensor.gcam_storage_free": r"\d+\.\d+",
    "sensor.gcam_storage_used_by_clips": r"\d+\.\d+",
}

EXPECTED_COMPLAINTS = (
    "has not been tested by Home Assistant",  # of every custom integration
    "[custom_components.gcam] Error requesting Gcam data",  # Gcam was killed
    "[homeassistant.components.http.ban]",  # a clip was asked for without signing in
)

AUTOMATION = {
    "alias": "Somebody is in the living room",
    "triggers": [{"trigger": "state", "entity_id": "binary_sensor.living_room_motion", "to": "on"}],
    "actions": [{"event": "somebody_walked", "event_data": {"camera": "living_room"}}],
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Both cameras are there, and all that belongs to them."""
    scenes = {"Living room": "room-person", "Garden": "garden-empty"}
    folder = tmp_path_factory.mktemp("house")
    async with AsyncExitStack() as stack:
        ports = stack.enter_context(kept_places())
        house = await stack.enter_async_context(House(folder, ports, scenes))
        await house.join()
        api = house.home_assistant.api
        for entity_id in ("camera.living_room", "camera.garden"):
            await api.until(entity_id, lambda state: state in ("streaming", "recording"))
        await api.until("sensor.gcam_cameras_connected", lambda state: state == "2")
        yield house


@pytest.fixture
def api(house: House) -> HomeAssistantApi:
    return house.home_assistant.api


@pytest_asyncio.fixture(loop_scope="module")
async def clip(house: House, api: HomeAssistantApi) -> dict[str, Any]:
    """One that the media browser shows, as it shows it."""
    await answered(house.gcam.clips)
    path = [await _browse(api, "media-source://gcam")]
    while path[-1]["can_expand"]:
        wanted = path[-1]["children"][0 if len(path) != 1 else _index(path[-1], "Living room")]
        path.append(await _browse(api, wanted["media_content_id"]) if wanted["can_expand"] else wanted)
    titles = [one["title"].partition(" · ")[0] for one in path[:-1]]  # a day also says how many clips it has
    return {**path[-1], "path": [*titles, path[-1]["title"]]}


async def test_every_entity_is_there_once_with_its_state(api: HomeAssistantApi) -> None:
    entities = [
        entity
        for entity in await api.command("config/entity_registry/list")
        if entity["platform"] in ("mqtt", "gcam")
    ]
    found = Counter((one["platform"], _key_of(one["unique_id"])) for one in entities)
    cameras = ("living_room", "garden")
    expected = {
        (platform, f"{camera}_{key}")
        for platform, keys in OF_A_CAMERA.items()
        for key in keys
        for camera in cameras
    } | {(platform, key) for platform, keys in OF_GCAM.items() for key in keys}
    assert found == Counter(expected)
    hidden = {_key_of(one["unique_id"]) for one in entities if one["disabled_by"]}
    assert hidden == {
        key for _, key in expected if key.removeprefix("garden_").removeprefix("living_room_") in HIDDEN
    }
    await api.until("sensor.garden_frame_rate", lambda state: float(state or 0) > 5)
    states = await api.states()
    wanted = {key.format(camera): state for camera in cameras for key, state in STATES.items()}
    for entity_id, pattern in (wanted | STATES_OF_GCAM).items():
        assert re.fullmatch(pattern, states[entity_id]), f"{entity_id} is {states[entity_id]}"
    ours = {one["entity_id"] for one in entities if not one["disabled_by"]}
    assert ours == set(wanted | STATES_OF_GCAM)


async def test_devices_say_what_they_are(api: HomeAssistantApi) -> None:
    devices = await api.command("config/device_registry/list")
    ours = [one for one in devices if one["name"] in ("Living room", "Garden", "Gcam") and one["identifiers"]]
    assert Counter(one["name"] for one in ours) == {"Living room": 2, "Garden": 2, "Gcam": 2}
    assert all(one["manufacturer"] and one["model"] for one in ours)


async def test_motion_is_there_and_an_automation_fires(house: House, api: HomeAssistantApi) -> None:
    await api.ask("POST", "config/automation/config/somebody", AUTOMATION)
    await api.until("automation.somebody_is_in_the_living_room", lambda state: state == "on")
    async with (
        api.events("state_changed") as changes,
        api.events("somebody_walked") as walks,
        house.broker.client() as mqtt,
    ):
        await _motion_told(mqtt)
        await changes.until(_turned_on("binary_sensor.living_room_motion"))
        await walks.until(lambda data: data["camera"] == "living_room")
    await api.until("event.living_room_events", lambda state: state not in (None, "unknown"))


async def test_detection_switched_off_in_home_assistant_is_off_in_gcam(
    house: House, api: HomeAssistantApi
) -> None:
    await api.act("switch.turn_off", entity_id="switch.living_room_detection")
    await _until_detection(house, wanted=False)
    await api.until("binary_sensor.living_room_motion", lambda state: state == "off")
    async with house.broker.client() as mqtt:
        with pytest.raises(TimeoutError):  # a whole scene, with somebody in it
            async with asyncio.timeout(SCENE_S):
                await _motion_told(mqtt)
        await api.act("switch.turn_on", entity_id="switch.living_room_detection")
        await _until_detection(house, wanted=True)
        await _motion_told(mqtt)
    await api.until("binary_sensor.living_room_motion", lambda state: state == "on")


async def test_a_kind_that_makes_no_events_any_more_is_gone_and_comes_back(
    house: House, api: HomeAssistantApi
) -> None:
    async def registered() -> set[str]:
        entities = await api.command("config/entity_registry/list")
        of_garden = {one["unique_id"] for one in entities if one["platform"] == "mqtt"}
        return {kind for kind in KINDS for key in of_garden if key.endswith(f"garden_{kind}")}

    assert await registered() == KINDS
    await _want(house, ["person", "unnamed"])
    for kind in KINDS - {"person"}:
        await api.until(f"binary_sensor.garden_{kind}", lambda state: state is None)
    assert await registered() == {"person"}
    await _want(house, [*KINDS, "unnamed"])
    for kind in KINDS:
        await api.until(f"binary_sensor.garden_{kind}", lambda state: state == "off")
    assert await registered() == KINDS


async def _want(house: House, kinds: list[str]) -> None:
    http = aiohttp.ClientSession(house.gcam.url, headers=house.gcam.headers)
    async with http, http.patch("/api/v1/cameras/garden", json={"naming": {"kinds": kinds}}) as answer:
        assert answer.status == 200, await answer.text()


async def test_the_cameras_own_switches_reach_gcam(house: House, api: HomeAssistantApi) -> None:
    await api.act("camera.turn_off", entity_id="camera.garden")
    await api.until("sensor.garden_status", lambda state: state == "disabled")
    await api.until("switch.garden_camera", lambda state: state == "off")
    assert (await house.gcam.get("/api/v1/cameras/garden"))["enabled"] is False
    await api.act("camera.turn_on", entity_id="camera.garden")
    await api.until("sensor.garden_status", lambda state: state == "connected")
    await api.until("camera.garden", lambda state: state == "streaming")


async def test_the_still_and_the_live_picture(house: House, api: HomeAssistantApi) -> None:
    kind, still = await api.read("/api/camera_proxy/camera.garden?width=320&height=240")
    assert kind == "image/jpeg"
    with av.open(io.BytesIO(still)) as picture:
        assert picture.streams.video[0].codec_context.width == 320
    stream = await api.command("camera/stream", entity_id="camera.garden", format="hls")
    assert (await api.read(stream["url"]))[1].startswith(b"#EXTM3U")


async def test_a_clip_is_in_the_media_browser_and_plays(
    house: House, api: HomeAssistantApi, clip: dict[str, Any]
) -> None:
    assert clip["can_play"]
    kind, thumbnail = await api.read(clip["thumbnail"])
    assert kind == "image/jpeg"
    assert thumbnail.startswith(b"\xff\xd8")
    media = await api.command("media_source/resolve_media", media_content_id=clip["media_content_id"])
    assert media["mime_type"] == "video/mp4"
    _, video = await api.read(media["url"])
    assert _frames_of_h264(video) > 20
    http = aiohttp.ClientSession(house.home_assistant.url)
    async with http, http.get(media["url"].partition("?")[0]) as refused:
        assert refused.status == 401


async def test_home_assistant_records_a_camera(house: House, api: HomeAssistantApi) -> None:
    file = house.home_assistant.records / "garden.mp4"
    await api.act("camera.record", entity_id="camera.garden", filename=str(file), duration=5)
    async with patience():
        while not file.exists():
            await asyncio.sleep(0.2)
    assert _frames_of_h264(await asyncio.to_thread(file.read_bytes)) > 20


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium-headless-shell")
async def test_a_person_sees_the_picture_move_and_plays_a_clip(house: House, clip: dict[str, Any]) -> None:
    dashboard = Dashboard(house.home_assistant)
    await dashboard.make(("camera.living_room", "camera.garden"), "binary_sensor.living_room_motion")
    async with chromium() as browser:
        page = await dashboard.sign_in(browser)
        await dashboard.open_live(page)
        await dashboard.keep(page, "live")
        living_room, garden = await dashboard.until_moving(page)
        assert 0.01 < living_room < 0.5
        assert garden < 0.002
        await dashboard.keep(page, "live-motion")
        await dashboard.play(page, clip["path"])
        await dashboard.keep(page, "clip")


async def test_without_gcam_everything_is_unavailable_until_it_is_back(
    house: House, api: HomeAssistantApi
) -> None:
    watched = (
        "camera.living_room",
        "event.garden_events",
        "switch.living_room_detection",
        "sensor.gcam_storage_free",
    )
    assert await house.gcam.end(signal.SIGKILL) == -signal.SIGKILL
    for entity_id in watched:
        await api.until(entity_id, lambda state: state == "unavailable")
    await house.gcam.__aenter__()
    for entity_id in watched:
        await api.until(entity_id, lambda state: state not in (None, "unavailable"))
    for entity_id in ("camera.living_room", "camera.garden"):
        await api.until(entity_id, lambda state: state in ("streaming", "recording"))
    await api.until("sensor.gcam_cameras_connected", lambda state: state == "2")


async def test_home_assistant_restarting_loses_nothing(house: House, api: HomeAssistantApi) -> None:
    before = await _registry(api)
    states = await api.states()
    await house.home_assistant.stop()
    await house.home_assistant.start()
    api = house.home_assistant.api
    for entity_id in states:
        if entity_id.startswith(("camera.", "switch.", "sensor.g", "sensor.l", "event.")):
            await api.until(entity_id, lambda state: state not in (None, "unavailable"))
    assert await _registry(api) == before
    again = await api.states()
    assert set(states) <= set(again)
    for entity_id in ("event.living_room_events", "image.living_room_last_event"):
        assert again[entity_id] not in ("unknown", "unavailable")
    entries = [*await api.entries("gcam"), *await api.entries("mqtt")]
    assert [entry["state"] for entry in entries] == ["loaded", "loaded"]


async def test_nothing_of_ours_was_complained_about(house: House) -> None:
    """Also deprecated ways of doing things are told of in Home Assistant's log."""
    told = (await house.home_assistant.api.command("repairs/list_issues"))["issues"]
    assert [issue for issue in told if issue["issue_id"] != "deprecated_method"] == []  # how it is installed
    complaints = [
        line
        for line in house.home_assistant.log.splitlines()
        if re.search(r" (WARNING|ERROR|CRITICAL) ", line)
        and "gcam" in line.lower()
        and not any(expected in line for expected in EXPECTED_COMPLAINTS)
    ]
    assert complaints == []
    assert "Traceback" not in house.gcam.log


async def _browse(api: HomeAssistantApi, content_id: str) -> dict[str, Any]:
    return dict(await api.command("media_source/browse_media", media_content_id=content_id))


def _index(folder: dict[str, Any], title: str) -> int:
    return [child["title"] for child in folder["children"]].index(title)


def _key_of(unique_id: str) -> str:
    """Without whose it is: `gcam_0123abcd_garden_motion` and `0123abcd_garden_camera` lose the beginning."""
    return re.sub(r"^(gcam_)?[0-9a-f]+_", "", unique_id)


def _turned_on(entity_id: str) -> Any:
    def wanted(data: dict[str, Any]) -> bool:
        return bool(data["entity_id"] == entity_id and data["new_state"]["state"] == "on")

    return wanted


async def _motion_told(mqtt: aiomqtt.Client) -> None:
    """Returns when Gcam itself says on MQTT that motion began in the living room."""
    await mqtt.subscribe("gcam/living_room/motion")
    async with patience():
        async for message in mqtt.messages:
            if message.payload == b"ON" and not message.retain:
                return
    raise AssertionError("the broker went away")


async def _until_detection(house: House, *, wanted: bool) -> None:
    async with patience():
        while (await house.gcam.get("/api/v1/cameras/living_room"))["state"]["detection"] is not wanted:
            await asyncio.sleep(0.1)


def _frames_of_h264(video: bytes) -> int:
    with av.open(io.BytesIO(video)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        return sum(1 for _ in container.decode(video=0))


async def _registry(api: HomeAssistantApi) -> list[str]:
    entities = await api.command("config/entity_registry/list")
    kept = ("entity_id", "unique_id", "device_id", "disabled_by")
    return sorted(json.dumps([one[key] for key in kept]) for one in entities)
