"""Triggers of automations: those that come free with the device classes, and Gcam's own."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import Any

import probatio
import pytest
from homeassistant.components import automation
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations
from homeassistant.helpers.trigger import async_get_all_descriptions, async_validate_trigger_config
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.gcam.const import DOMAIN
from custom_components.gcam.models import HappeningType
from custom_components.gcam.trigger import TRIGGERS

from .support.entry import until
from .support.gcam import RunningGcam

_MOTION = {"zones": ["door"], "reason": "it moved", "score": 3.2}
_CLIP = {"zones": ["door", "drive"], "kind": "motion", "clip_id": "c1"}

type Tell = Callable[..., Awaitable[None]]


@pytest.fixture(name="garden")
def event_entity(hass: HomeAssistant) -> er.RegistryEntry:
    return _event_entity(hass, DOMAIN, "garden")


@pytest.fixture(name="tell")
def told_by(hass: HomeAssistant, garden: er.RegistryEntry) -> Tell:
    """The event entity tells of something; nothing has happened before."""
    hass.states.async_set(garden.entity_id, "unknown")
    apart = (timedelta(seconds=number) for number in count())

    async def tell(event_type: str, *, entity_id: str = garden.entity_id, **attributes: Any) -> None:
        at = (dt_util.utcnow() + next(apart)).isoformat(timespec="milliseconds")
        hass.states.async_set(entity_id, at, {"event_type": event_type, **attributes})
        await hass.async_block_till_done()

    return tell


async def test_a_lost_camera_and_its_return(
    hass: HomeAssistant, garden: er.RegistryEntry, tell: Tell
) -> None:
    runs = await _automate(
        hass,
        lost=_of(garden, "gcam.camera_lost"),
        back={"trigger": "gcam.camera_back", "target": {"device_id": garden.device_id}},
    )
    await tell("camera_lost", reason="it is unreachable", code="unreachable")
    assert [run.data["reason"] for run in runs["lost"]] == ["it is unreachable"]
    assert not runs["back"]
    await tell("camera_back")
    await tell("motion_started", **_MOTION)
    assert {name: len(calls) for name, calls in runs.items()} == {"lost": 1, "back": 1}


async def test_motion_in_one_of_the_zones(hass: HomeAssistant, garden: er.RegistryEntry, tell: Tell) -> None:
    runs = await _automate(hass, motion=_of(garden, "gcam.motion_in_zone", zones=["drive", "door"]))
    await tell("motion_started", **_MOTION | {"zones": ["street"]})
    await tell("motion_started", **_MOTION | {"zones": []})
    await tell("clip_ready", **_CLIP)
    assert not runs["motion"]
    await tell("motion_started", **_MOTION)
    assert len(runs["motion"]) == 1


async def test_motion_in_a_zone_wants_zones(hass: HomeAssistant, garden: er.RegistryEntry) -> None:
    for options in ({}, {"zones": []}):
        trigger = _of(garden, "gcam.motion_in_zone", **options)
        with pytest.raises(probatio.Invalid, match="zones"):
            await async_validate_trigger_config(hass, cv.TRIGGER_SCHEMA([trigger]))


@pytest.mark.parametrize(
    ("options", "kinds_and_zones"),
    [
        ({}, [("motion", ["door"]), ("continuous", []), ("manual", [])]),
        ({"kind": "manual"}, [("manual", [])]),
        ({"kind": ["motion", "manual"]}, [("motion", ["door"]), ("manual", [])]),
        ({"zones": ["door"]}, [("motion", ["door"])]),
        ({"kind": "manual", "zones": "door"}, []),
    ],
)
async def test_a_clip_of_a_kind_and_of_zones(
    hass: HomeAssistant,
    garden: er.RegistryEntry,
    tell: Tell,
    options: dict[str, Any],
    kinds_and_zones: list[tuple[str, list[str]]],
) -> None:
    runs = await _automate(hass, clip=_of(garden, "gcam.clip_ready", **options))
    for kind, zones in (("motion", ["door"]), ("continuous", []), ("manual", [])):
        await tell("clip_ready", **_CLIP | {"kind": kind, "zones": zones})
    await tell("motion_ended", **_MOTION)
    assert [(run.data["kind"], run.data["zones"]) for run in runs["clip"]] == kinds_and_zones


@pytest.mark.parametrize(
    ("wanted", "runs_with"),
    [("person", [["person", "animal"]]), (["vehicle", "animal"], [["person", "animal"]]), ("vehicle", [])],
)
async def test_a_clip_of_what_moved(
    hass: HomeAssistant, garden: er.RegistryEntry, tell: Tell, wanted: Any, runs_with: list[list[str]]
) -> None:
    runs = await _automate(hass, clip=_of(garden, "gcam.clip_ready", what=wanted))
    await tell("clip_ready", **_CLIP)  # of a Gcam that does not tell
    for what in (None, ["unnamed"], ["person", "animal"]):
        await tell("clip_ready", **_CLIP | {"what": what})
    assert [run.data["what"] for run in runs["clip"]] == runs_with


@pytest.mark.parametrize(
    ("options", "heard"),
    [
        ({}, [["person"], ["vehicle"]]),
        ({"what": "vehicle"}, [["vehicle"]]),
        ({"what": ["animal"]}, []),
        ({"what": ["vehicle", "animal"], "zones": ["drive"]}, []),
        ({"zones": "door"}, [["person"], ["vehicle"]]),
    ],
)
async def test_what_is_recognised_is_heard_of_once(
    hass: HomeAssistant,
    garden: er.RegistryEntry,
    tell: Tell,
    options: dict[str, Any],
    heard: list[list[str]],
) -> None:
    runs = await _automate(hass, seen=_of(garden, "gcam.recognised", **options))
    for what, new in (
        (["person"], ["person"]),
        (["person", "vehicle"], ["vehicle"]),
        (["person"], []),
        (["unnamed"], ["unnamed"]),
    ):
        await tell("motion_named", **_MOTION | {"what": what, "new": new})
    await tell("motion_ended", **_MOTION | {"what": ["person", "animal"], "new": ["animal"]})
    assert [run.data["new"] for run in runs["seen"]] == heard


async def test_events_of_other_integrations_do_not_count(
    hass: HomeAssistant, garden: er.RegistryEntry, tell: Tell
) -> None:
    other = _event_entity(hass, "other", "doorbell")
    targets = {"entity_id": [garden.entity_id, other.entity_id, "event.not_registered"]}
    runs = await _automate(hass, clip={"trigger": "gcam.clip_ready", "target": targets})
    for stranger in (other.entity_id, "event.not_registered"):
        hass.states.async_set(stranger, "unknown")
        await tell("clip_ready", entity_id=stranger, **_CLIP)
    assert not runs["clip"]
    await tell("clip_ready", **_CLIP)
    assert len(runs["clip"]) == 1


async def test_what_was_told_before_gcam_was_away_is_not_told_again(
    hass: HomeAssistant, garden: er.RegistryEntry, tell: Tell
) -> None:
    await tell("clip_ready", **_CLIP)
    before = hass.states.get(garden.entity_id)
    assert before is not None
    runs = await _automate(hass, clip=_of(garden, "gcam.clip_ready"))
    hass.states.async_set(garden.entity_id, "unavailable")
    hass.states.async_set(garden.entity_id, before.state, before.attributes)
    await hass.async_block_till_done()
    assert not runs["clip"]


async def test_every_trigger_is_described_in_both_languages(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    assert await async_setup_component(hass, automation.DOMAIN, {})
    await hass.async_block_till_done()
    descriptions = await async_get_all_descriptions(hass)
    for language in ("en", "fr"):
        texts = await async_get_translations(hass, language, "triggers", {DOMAIN})
        for key in TRIGGERS:
            described = descriptions[f"{DOMAIN}.{key}"]
            assert described is not None
            assert described["target"]["entity"] == [{"integration": DOMAIN, "domain": ["event"]}]
            path = f"component.{DOMAIN}.triggers.{key}"
            wanted = {f"{path}.name", f"{path}.description"}
            wanted |= {
                f"{path}.fields.{field}.{text}"
                for field in described["fields"]
                for text in ("name", "description")
            }
            assert {text for text in texts if text.startswith(f"{path}.")} == wanted


_ALARM = {"alarm_id": "a1", "is_new": True, "again": False, "kind": "motion", "tamper": None}


async def test_an_alarm_once_and_of_what_is_wanted(
    hass: HomeAssistant, garden: er.RegistryEntry, tell: Tell
) -> None:
    runs = await _automate(
        hass, all=_of(garden, "gcam.alarm"), tampered=_of(garden, "gcam.alarm", kind="tamper")
    )
    await tell("alarm", **_ALARM)
    await tell("alarm", **_ALARM | {"is_new": False, "kind": "tamper"})
    await tell("code_refused", count=1)
    assert {name: len(calls) for name, calls in runs.items()} == {"all": 1, "tampered": 0}
    await tell("alarm", **_ALARM | {"is_new": False, "again": True, "kind": "tamper"})
    assert {name: len(calls) for name, calls in runs.items()} == {"all": 2, "tampered": 1}


async def test_what_is_wrong_with_the_guard(
    hass: HomeAssistant, garden: er.RegistryEntry, tell: Tell
) -> None:
    runs = await _automate(
        hass,
        failed=_of(garden, "gcam.arming_failed"),
        code=_of(garden, "gcam.code_refused"),
        any=_of(garden, "gcam.camera_tampered"),
        covered=_of(garden, "gcam.camera_tampered", tamper="covered"),
    )
    await tell("arming_failed", troubles={"garden": "lost"})
    await tell("code_refused", count=2)
    for tamper in ("turned", None, "covered", None):
        await tell("tamper_changed", camera="garden", tamper=tamper)
    assert {name: len(calls) for name, calls in runs.items()} == {
        "failed": 1,
        "code": 1,
        "any": 2,
        "covered": 1,
    }


async def test_motion_detected_and_event_received_come_free(
    hass: HomeAssistant, garden: er.RegistryEntry, tell: Tell
) -> None:
    """They go by device class and by event type, and need nothing of ours."""
    motion = "binary_sensor.garden_motion"
    hass.states.async_set(motion, "off", {"device_class": "motion"})
    types = [happening.value for happening in HappeningType]
    runs = await _automate(
        hass,
        detected={"trigger": "motion.detected", "target": {"entity_id": motion}},
        received=_of(garden, "event.received", event_type=types),
    )
    hass.states.async_set(motion, "on", {"device_class": "motion"})
    await tell("motion_started", **_MOTION)
    assert {name: len(calls) for name, calls in runs.items()} == {"detected": 1, "received": 1}


async def test_a_real_gcam_sets_them_off(
    hass: HomeAssistant, gcam: RunningGcam, entry: MockConfigEntry
) -> None:
    """Motion and its clip, by the device class, by the event, by name and by the camera's device."""
    events = er.async_get(hass).async_get("event.garden_events")
    assert events is not None
    of_device = {"target": {"device_id": events.device_id}}
    runs = await _automate(
        hass,
        detected={"trigger": "motion.detected", **of_device},
        received=_of(events, "event.received", event_type="motion_started"),
        clip={"trigger": "gcam.clip_ready", **of_device, "options": {"kind": "motion"}},
    )
    await until(hass, lambda: all(runs.values()))
    assert runs["clip"][0].data["kind"] == "motion"


def _event_entity(hass: HomeAssistant, platform: str, name: str) -> er.RegistryEntry:
    entry = MockConfigEntry(domain=platform)
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(platform, name)}
    )
    return er.async_get(hass).async_get_or_create(
        "event", platform, name, config_entry=entry, device_id=device.id, suggested_object_id=name
    )


async def _automate(hass: HomeAssistant, **triggers: Any) -> dict[str, list[ServiceCall]]:
    """One automation per trigger, of the same name, that hands on some of what is told; their calls."""
    facts = ("kind", "what", "new", "zones", "reason")
    data = {fact: f"{{{{ trigger.to_state.attributes.get('{fact}') }}}}" for fact in facts}
    automations = [
        {"alias": name, "triggers": [trigger], "actions": [{"action": f"test.{name}", "data": data}]}
        for name, trigger in triggers.items()
    ]
    calls = {name: async_mock_service(hass, "test", name) for name in triggers}
    assert await async_setup_component(hass, automation.DOMAIN, {automation.DOMAIN: automations})
    await hass.async_block_till_done()
    return calls


def _of(garden: er.RegistryEntry, trigger: str, **options: Any) -> dict[str, Any]:
    return {"trigger": trigger, "target": {"entity_id": garden.entity_id}, "options": options}
