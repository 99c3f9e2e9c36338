"""The entities that MQTT discovery offers too, as the component offers them: the same ones, and alive."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components.image import async_get_image
from homeassistant.const import ATTR_ENTITY_ID, STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
)

from custom_components.gcam import sensor
from custom_components.gcam.api import GcamClient
from custom_components.gcam.models import BoardHealth, Gcam, Status

from .discovery import Discovery, ask_discovery
from .support.entry import set_up, until
from .support.gcam import RunningGcam

CAMERA = "garden"
IMAGE = "image.garden_last_event"
MOTION = "binary_sensor.garden_motion"
ICONS = Path(__file__).parents[2] / "custom_components" / "gcam" / "icons.json"
ALWAYS_OURS = {"camera", "event"}
"""Platforms that MQTT discovery has nothing to do with."""
EVENTS = "event.garden_events"
JPEG = b"\xff\xd8"
LAMP = "light.garden_lamp"
"""Comes as soon as Gcam asked the board; the other camera's has none."""
HEALTH = BoardHealth(datetime(2026, 11, 29, 12, tzinfo=UTC), "brownout", -61, 96512, 2031616, 3977, 12)
SHED = {"id": "shed", "name": "Shed", "url": "http://127.0.0.1:9"}


@pytest.fixture(scope="module", name="discovery")
def asked_discovery() -> Discovery:
    return ask_discovery()


def mirrored(hass: HomeAssistant, entry: MockConfigEntry, prefix: str) -> dict[str, er.RegistryEntry]:
    """By key, those whose unique id begins with `prefix`."""
    registered = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {
        entity.unique_id.removeprefix(prefix): entity
        for entity in registered
        if entity.unique_id.startswith(prefix) and entity.domain not in ALWAYS_OURS
    }


async def test_they_are_exactly_those_that_mqtt_discovery_announces(
    hass: HomeAssistant, gcam: RunningGcam, entry: MockConfigEntry, discovery: Discovery
) -> None:
    await until(hass, lambda: hass.states.get(LAMP) is not None)
    told = entry.runtime_data
    told.async_set_updated_data(_with(told.data, CAMERA, board_health=HEALTH))
    await hass.async_block_till_done()
    of_camera = mirrored(hass, entry, f"{gcam.instance_id}_{CAMERA}_")
    cameras = (f"{gcam.instance_id}_garden_", f"{gcam.instance_id}_room_")
    of_gcam = {
        key: entity
        for key, entity in mirrored(hass, entry, f"{gcam.instance_id}_").items()
        if not entity.unique_id.startswith(cameras)
    }
    for entities, announced in ((of_camera, discovery.camera), (of_gcam, discovery.gcam)):
        assert {key: _announced(component) for key, component in announced.items()} == {
            key: _offered(key, entity) for key, entity in entities.items()
        }


def _announced(component: dict[str, Any]) -> dict[str, Any]:
    """What a discovery payload says of an entity, in one form for all platforms."""
    platform = component["platform"]
    capabilities = {
        key: component[key]
        for key in ("min", "max", "step", "mode", "options", "supported_color_modes")
        if key in component
    }
    return {
        "platform": platform,
        "name": component["name"],
        "category": component.get("entity_category"),
        "enabled": component.get("enabled_by_default", True),
        "device_class": component.get("device_class"),
        "unit": component.get("unit_of_measurement"),
        "icon": component.get("icon"),
        "state_class": component.get("state_class"),
        "precision": component.get("suggested_display_precision"),
        "capabilities": capabilities,
    }


def _offered(key: str, entity: er.RegistryEntry) -> dict[str, Any]:
    """The same of what is registered."""
    capabilities = dict(entity.capabilities or {})
    icons = json.loads(ICONS.read_text())["entity"]
    icon = icons.get(entity.domain, {}).get(key, {}).get("default")
    return {
        "platform": entity.domain,
        "name": entity.original_name,
        "category": entity.entity_category,
        "enabled": entity.disabled_by is None,
        "device_class": entity.original_device_class,
        "unit": entity.unit_of_measurement,
        "icon": icon,
        "state_class": capabilities.pop("state_class", None),
        "precision": entity.options.get("sensor", {}).get("suggested_display_precision"),
        "capabilities": capabilities,
    }


async def test_those_that_do_not_need_pictures_stay_while_a_camera_is_away(
    hass: HomeAssistant, gcam: RunningGcam, discovery: Discovery
) -> None:
    stay = {key for key, what in discovery.camera.items() if len(what.get("availability", ())) == 1}
    await _ask(hass, gcam, "POST", "cameras", SHED)
    async with set_up(hass, gcam) as entry:
        await _enable_all(hass, entry)
        entities = mirrored(hass, entry, f"{gcam.instance_id}_shed_")
        assert stay < set(entities)
        assert _available(hass, entities) == stay
        await _ask(hass, gcam, "PATCH", "cameras/shed", {"enabled": False})
        await until(hass, lambda: _state(hass, "sensor.shed_status").state == "disabled")
        assert _available(hass, entities) == stay
        there = mirrored(hass, entry, f"{gcam.instance_id}_{CAMERA}_")
        await until(hass, lambda: _available(hass, there) == set(there))
        await _ask(hass, gcam, "DELETE", "cameras/shed")
        await until(hass, lambda: hass.states.get("sensor.shed_status") is None)


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(
    ("key", "switch"),
    [
        ("detection", "switch.room_detection"),
        ("recording", "switch.room_recording"),
        ("privacy", "switch.room_privacy_mode"),
        ("enabled", "switch.room_camera"),
    ],
)
async def test_a_switch_changes_the_camera(
    hass: HomeAssistant, gcam: RunningGcam, key: str, switch: str
) -> None:
    before = _state(hass, switch).state
    await _turn(hass, gcam, key, switch, STATE_OFF if before == STATE_ON else STATE_ON)
    await _turn(hass, gcam, key, switch, before)


async def _turn(hass: HomeAssistant, gcam: RunningGcam, key: str, switch: str, wanted: str) -> None:
    await _call(hass, "switch", f"turn_{wanted}", switch)
    setting = (await _ask(hass, gcam, "GET", "cameras/room"))[key]
    assert (setting if isinstance(setting, bool) else setting["enabled"]) is (wanted == STATE_ON)
    await until(hass, lambda: _state(hass, switch).state == wanted)


@pytest.mark.usefixtures("entry")
async def test_sensitivity_is_set_in_the_camera(hass: HomeAssistant, gcam: RunningGcam) -> None:
    for sensitivity in (73, 50):
        await _call(hass, "number", "set_value", "number.room_sensitivity", value=sensitivity)
        camera = await _ask(hass, gcam, "GET", "cameras/room")
        assert camera["detection"]["sensitivity"] == sensitivity
        await until(hass, lambda: _state(hass, "number.room_sensitivity").state == str(sensitivity))  # noqa: B023


@pytest.mark.usefixtures("entry")
async def test_a_lamp_is_switched_and_dimmed(hass: HomeAssistant, gcam: RunningGcam) -> None:
    await until(hass, lambda: _is_lit(hass, 0))
    for service, data, level in (
        ("turn_on", {"brightness_pct": 40}, 40),
        ("turn_off", {}, 0),
        ("turn_on", {}, 40),
        ("turn_off", {}, 0),
    ):
        await _call(hass, "light", service, LAMP, **data)
        await until(hass, lambda: _is_lit(hass, level))  # noqa: B023
        assert (await _ask(hass, gcam, "GET", f"cameras/{CAMERA}"))["state"]["lamp"] == level


def _is_lit(hass: HomeAssistant, level: int) -> bool:
    """As the entity says; in percent."""
    state = hass.states.get(LAMP)
    if state is None or not level:
        return state is not None and state.state == STATE_OFF
    brightness = state.attributes.get("brightness")
    return state.state == STATE_ON and brightness is not None and round(brightness / 255 * 100) == level


async def test_a_camera_that_turns_out_to_have_a_lamp_gets_its_light_then(
    hass: HomeAssistant, gcam: RunningGcam
) -> None:
    await _ask(hass, gcam, "POST", "cameras", SHED)
    async with set_up(hass, gcam) as entry:
        coordinator, lamp = entry.runtime_data, "light.shed_lamp"
        assert hass.states.get(lamp) is None
        for level, wanted in (
            (None, None),
            (0, STATE_UNAVAILABLE),
            (None, STATE_UNAVAILABLE),
            (7, STATE_UNAVAILABLE),
        ):
            coordinator.async_set_updated_data(_with(coordinator.data, "shed", lamp=level))
            await hass.async_block_till_done()
            state = hass.states.get(lamp)
            assert (state and state.state) == wanted, "its pictures don't come, but it is there"
        await _ask(hass, gcam, "DELETE", "cameras/shed")
        await until(hass, lambda: hass.states.get(lamp) is None)


async def test_a_kind_that_is_not_wanted_any_more_is_forgotten_and_may_come_back(
    hass: HomeAssistant, gcam: RunningGcam
) -> None:
    person, animal = "binary_sensor.shed_person", "binary_sensor.shed_animal"

    async def want(**naming: Any) -> None:
        await _ask(hass, gcam, "PATCH", "cameras/shed", {"naming": naming})

    def there() -> set[str]:
        registry = er.async_get(hass)
        return {one for one in (person, animal) if hass.states.get(one) and registry.async_get(one)}

    await _ask(hass, gcam, "POST", "cameras", SHED)
    async with set_up(hass, gcam) as entry:
        await until(hass, lambda: there() == {person, animal})
        await want(kinds=["person"])
        await until(hass, lambda: there() == {person})
        assert er.async_get(hass).async_get(animal) is None
        await want(enabled=False)
        await until(hass, lambda: not there())
        await want(enabled=True, kinds=["person", "animal"])
        await until(hass, lambda: there() == {person, animal})
        assert await hass.config_entries.async_unload(entry.entry_id)
        await want(kinds=["animal", "unnamed"])
        assert await hass.config_entries.async_setup(entry.entry_id)
        await until(hass, lambda: there() == {animal})
        assert er.async_get(hass).async_get(person) is None, "it was decided meanwhile"
        await _ask(hass, gcam, "DELETE", "cameras/shed")
        await until(hass, lambda: not there())


async def test_how_a_board_fares_is_there_where_it_tells_and_while_its_pictures_come(
    hass: HomeAssistant, gcam: RunningGcam
) -> None:
    await _ask(hass, gcam, "POST", "cameras", SHED)
    async with set_up(hass, gcam) as entry:
        coordinator = entry.runtime_data
        prefix = f"{gcam.instance_id}_shed_"
        keys = {board.key for board in sensor.OF_BOARD}

        def show(**known: Any) -> None:
            coordinator.async_set_updated_data(_with(coordinator.data, "shed", **known))

        assert not keys & mirrored(hass, entry, prefix).keys()
        show(board_health=replace(HEALTH, psram_free=None), status=Status.CONNECTED)
        await hass.async_block_till_done()
        assert keys & mirrored(hass, entry, prefix).keys() == keys - {"board_psram"}
        show(board_health=HEALTH, status=Status.CONNECTED)
        await hass.async_block_till_done()
        assert keys <= mirrored(hass, entry, prefix).keys()
        # Looked at in the same turn of the loop: Gcam has its own word of the camera.
        show(board_health=HEALTH, status=Status.CONNECTED)
        assert _state(hass, "sensor.shed_last_reset_reason").state == "brownout"
        assert hass.states.get("sensor.shed_signal_strength") is None, "disabled until wanted"
        show(board_health=HEALTH, status=Status.LOST)
        assert _state(hass, "sensor.shed_last_reset_reason").state == STATE_UNAVAILABLE
        await _ask(hass, gcam, "DELETE", "cameras/shed")
        await until(hass, lambda: hass.states.get("sensor.shed_last_reset_reason") is None)


async def test_home_assistants_mqtt_takes_what_is_told_of_a_board(
    hass: HomeAssistant, mqtt_mock: object, discovery: Discovery
) -> None:
    device = json.loads(json.dumps(discovery.camera_device))
    for component in device["components"].values():
        component.pop("enabled_by_default", None)
    async_fire_mqtt_message(hass, "homeassistant/device/gcam_garden/config", json.dumps(device))
    await until(hass, lambda: hass.states.get("sensor.garden_signal_strength") is not None)
    (told,) = [told for told in discovery.states if (told.mqtt["board"] or {}).get("reset") == "brownout"]
    for topic, payload in (
        ("gcam/availability", "online"),
        ("gcam/garden/availability", "online"),
        ("gcam/garden/state", json.dumps(told.mqtt)),
    ):
        async_fire_mqtt_message(hass, topic, payload)
    await hass.async_block_till_done()
    shown = {
        "signal_strength": ("-61", "dBm"),
        "free_memory": ("96512", "B"),
        "free_psram": ("2031616", "B"),
        "started": ("2023-11-14T22:11:59+00:00", None),
        "last_reset_reason": ("brownout", None),
        "frames_sent": ("3977", None),
        "frames_skipped": ("12", None),
    }
    for name, (value, unit) in shown.items():
        state = _state(hass, f"sensor.garden_{name}")
        assert (state.state, state.attributes.get("unit_of_measurement")) == (value, unit)
    async_fire_mqtt_message(hass, "gcam/garden/availability", "offline")
    await hass.async_block_till_done()
    assert {_state(hass, f"sensor.garden_{name}").state for name in shown} == {STATE_UNAVAILABLE}


def _with(gcam: Gcam, camera_id: str, **known: Any) -> Gcam:
    camera = gcam.cameras[camera_id]
    assert camera.state is not None
    told = replace(camera, state=replace(camera.state, **known))
    return replace(gcam, cameras={**gcam.cameras, camera_id: told})


async def test_what_goes_wrong_is_told_with_the_cameras_name(
    hass: HomeAssistant, gcam: RunningGcam, entry: MockConfigEntry, nobodys_port: int
) -> None:
    await until(hass, lambda: _state(hass, "button.garden_take_snapshot").state != STATE_UNAVAILABLE)
    session = async_get_clientsession(hass)
    real = entry.runtime_data.client
    for url, token, why in (
        (f"http://127.0.0.1:{nobodys_port}", gcam.token, "no_answer"),
        (gcam.url, "wrong", "invalid_auth"),
    ):
        entry.runtime_data.client = GcamClient(session, url, token)
        for domain, service, entity, data in (
            ("switch", "turn_off", "switch.garden_detection", {}),
            ("number", "set_value", "number.garden_sensitivity", {"value": 3}),
            ("button", "press", "button.garden_take_snapshot", {}),
        ):
            with pytest.raises(HomeAssistantError) as told:
                await _call(hass, domain, service, entity, **data)
            assert told.value.translation_key == why
    entry.runtime_data.client = real


async def test_an_events_picture_is_what_began_it_and_then_its_recordings(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = entry.runtime_data.client
    newest: list[bytes] = []

    async def snapshot(camera_id: str) -> bytes:
        newest.append(await GcamClient.snapshot(client, camera_id))
        return newest[-1]

    monkeypatch.setattr(client, "snapshot", snapshot)
    pictures, events = _pictures(hass), _events(hass)
    began = await _first(hass, lambda: _shown(pictures, events, "motion_started", "started_at"))
    assert pictures[began["started_at"]] in newest
    await client.switch(CAMERA, detection=False)  # no other event, which would have its picture shown instead
    try:
        clip = await _first(hass, lambda: _shown(pictures, events, "clip_ready", "ended_at"))
    finally:
        await client.switch(CAMERA, detection=True)
    strongest = await client.thumbnail(clip["clip_id"])
    assert pictures[clip["ended_at"]] == strongest


def _pictures(hass: HomeAssistant) -> dict[datetime, bytes]:
    """What the image entity shows from now on, by when it says it is of."""
    shown: dict[datetime, bytes] = {}

    async def look(event: Event[EventStateChangedData]) -> None:
        at = dt_util.parse_datetime(_state(hass, IMAGE).state)
        if at is None:
            return
        picture = (await async_get_image(hass, IMAGE)).content
        if dt_util.parse_datetime(_state(hass, IMAGE).state) == at:  # else it may be the next one's
            shown[at] = picture

    async_track_state_change_event(hass, IMAGE, look)
    return shown


def _events(hass: HomeAssistant) -> list[Mapping[str, Any]]:
    """What the event entity tells from now on."""
    told: list[Mapping[str, Any]] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        told.append(_state(hass, EVENTS).attributes)

    async_track_state_change_event(hass, EVENTS, note)
    return told


def _shown(
    pictures: dict[datetime, bytes], events: list[Mapping[str, Any]], event_type: str, time: str
) -> Mapping[str, Any] | None:
    """The first event of this type that has its picture."""
    of_type = (event for event in events if event.get("event_type") == event_type)
    return next((event for event in of_type if event[time] in pictures), None)


async def _first[T](hass: HomeAssistant, find: Callable[[], T | None]) -> T:
    await until(hass, lambda: find() is not None)
    found = find()
    assert found is not None
    return found


@pytest.mark.usefixtures("entry")
async def test_motion_is_on_while_something_moves(hass: HomeAssistant) -> None:
    for wanted in (STATE_OFF, STATE_ON, STATE_OFF):
        await until(hass, lambda: _state(hass, MOTION).state == wanted)  # noqa: B023


async def test_the_button_takes_a_picture_that_is_shown_as_the_last_events(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    button, client = "button.garden_take_snapshot", entry.runtime_data.client
    pictures = _pictures(hass)
    await until(hass, lambda: _state(hass, button).state != STATE_UNAVAILABLE)
    await client.switch(CAMERA, detection=False)  # no event, whose smaller picture would be shown in between
    try:
        for _ in range(2):
            before, size = dt_util.utcnow(), len(await client.snapshot(CAMERA))
            await _call(hass, "button", "press", button)
            await until(hass, lambda: _taken(pictures, before, size))  # noqa: B023
    finally:
        await client.switch(CAMERA, detection=True)


def _taken(pictures: dict[datetime, bytes], since: datetime, size: int) -> bool:
    """Whether one as large as the board's own was shown since then."""
    return any(
        at >= since and one.startswith(JPEG) and len(one) == pytest.approx(size, rel=0.2)
        for at, one in pictures.items()
    )


async def test_all_are_unavailable_while_gcam_is_away_and_its_newest_event_is_shown_on_return(
    hass: HomeAssistant, own_gcam: RunningGcam
) -> None:
    async with set_up(hass, own_gcam) as entry:
        await until(hass, lambda: _state(hass, MOTION).state == STATE_ON)
        entities = mirrored(hass, entry, f"{own_gcam.instance_id}_")
        await hass.async_add_executor_job(own_gcam.stop)
        await until(hass, lambda: not _available(hass, entities))
        await hass.async_add_executor_job(own_gcam.start)
        client = entry.runtime_data.client
        await until(hass, lambda: _state(hass, IMAGE).state not in (STATE_UNAVAILABLE, "unknown"))
        newest = (await client.clips(CAMERA, kind="motion", limit=1))[0]
        await until(hass, lambda: _shown_at(hass) >= newest.ended_at)
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until(hass, lambda: _state(hass, IMAGE).state not in (STATE_UNAVAILABLE, "unknown"))
        assert _shown_at(hass) >= newest.ended_at


async def _enable_all(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_update_entity(entity.entity_id, disabled_by=None)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


def _state(hass: HomeAssistant, entity_id: str) -> State:
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state


def _shown_at(hass: HomeAssistant) -> Any:
    return dt_util.parse_datetime(_state(hass, IMAGE).state, raise_on_error=True)


def _available(hass: HomeAssistant, entities: dict[str, er.RegistryEntry]) -> set[str]:
    return {
        key
        for key, entity in entities.items()
        if (state := hass.states.get(entity.entity_id)) and state.state != STATE_UNAVAILABLE
    }


async def _call(hass: HomeAssistant, domain: str, service: str, entity_id: str, **data: Any) -> None:
    await hass.services.async_call(domain, service, {ATTR_ENTITY_ID: entity_id, **data}, blocking=True)


async def _ask(hass: HomeAssistant, gcam: RunningGcam, method: str, path: str, body: Any = None) -> Any:
    return await hass.async_add_executor_job(gcam.ask, method, path, body)
