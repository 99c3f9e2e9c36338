"""Tell a phone of motion: at once with a picture, later with the clip, and neither too often nor never."""

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.gcam.course import Course
from custom_components.gcam.models import Happening, HappeningType

from .automations import automate, install, remember_last_run, settle, wait

DOOR, YARD = "event.door_events", "event.yard_events"
FILES = "/api/gcam/abc123/clips"
BROWSER = "/media-browser/browser/app%2Cmedia-source%3A%2F%2Fgcam%2Fabc123%2Fcamera%2Fdoor%2F2026-11-21"


class House:
    """Two cameras, two phones, and what the phones were told."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        """Which phone, and its notification."""
        self._hass, self._freezer = hass, freezer
        self._events = 0
        self._courses = defaultdict[str, Course](Course)
        self._devices = dr.async_get(hass)
        gcam = self._entry("gcam")
        own = self._devices.async_get_or_create(config_entry_id=gcam, identifiers={("gcam", "abc123")})
        for camera in ("door", "yard"):
            device = self._devices.async_get_or_create(
                config_entry_id=gcam,
                identifiers={("gcam", f"abc123_{camera}")},
                name=camera.capitalize(),
                via_device_id=own.id,
            )
            self.entity("event", "gcam", f"{camera}_events", device.id)
            self.entity("camera", "gcam", camera, device.id)
        apps = self._entry("mobile_app")
        self.phones = [self._phone(apps, name) for name in ("Anne's Pixel", "Paul's iPhone")]

    def entity(self, domain: str, platform: str, name: str, device_id: str) -> str:
        registry = er.async_get(self._hass)
        entry = registry.async_get_or_create(
            domain, platform, f"abc123_{name}", device_id=device_id, suggested_object_id=name
        )
        self._hass.states.async_set(entry.entity_id, "unknown")
        return entry.entity_id

    def picture(self, platform: str, camera: str, identifier: str) -> str:
        """An entity with the picture of a camera's last event, of a device known by `identifier`."""
        device = self._devices.async_get_or_create(
            config_entry_id=self._entry(platform), identifiers={(platform, identifier)}
        )
        entity_id = self.entity("image", platform, f"{camera}_last_event", device.id)
        self._hass.states.async_set(entity_id, dt_util.utcnow().isoformat())
        return entity_id

    async def start(self, entity: str = DOOR, zones: tuple[str, ...] = ()) -> str:
        """Something begins to move; the event's id."""
        self._events += 1
        event_id = f"e{self._events}"
        began_at = dt_util.utcnow() - timedelta(seconds=0.8)
        await self._tell(
            entity, "motion_started", event_id=event_id, started_at=began_at, zones=list(zones), score=2.3
        )
        return event_id

    async def name(self, event_id: str, *what: str, entity: str = DOOR) -> None:
        """It is recognised."""
        await self._tell(
            entity, "motion_named", event_id=event_id, started_at=dt_util.utcnow(), what=list(what)
        )

    async def end(
        self,
        event_id: str,
        *what: str,
        entity: str = DOOR,
        zones: tuple[str, ...] = (),
        unwanted: bool = False,
    ) -> None:
        """Without `what` nobody looked."""
        now = dt_util.utcnow()
        began_at = now - timedelta(seconds=20)
        times = {"started_at": began_at, "ended_at": now}
        named = {"what": list(what) or None, "unwanted": unwanted}
        await self._tell(
            entity, "motion_ended", event_id=event_id, zones=list(zones), score=4.0, **times, **named
        )

    async def clip(
        self,
        clip_id: str,
        entity: str = DOOR,
        seconds: float = 30,
        ago: float = 0,
        what: tuple[str, ...] = (),
    ) -> None:
        """A clip of so many seconds that ended so many seconds ago."""
        ended_at = dt_util.utcnow() - timedelta(seconds=ago)
        times = {"started_at": ended_at - timedelta(seconds=seconds), "ended_at": ended_at}
        await self._tell(
            entity,
            "clip_ready",
            event_id="e1",
            clip_id=clip_id,
            duration=seconds,
            score=5,
            what=list(what) or None,
            **times,
        )

    async def unavailable(self, entity: str = DOOR) -> None:
        """Gone, and back with what was last."""
        state = self._hass.states.get(entity)
        assert state is not None
        self._hass.states.async_set(entity, "unavailable")
        await settle()
        self._hass.states.async_set(entity, state.state, state.attributes)
        await settle()

    async def obey(self, call: ServiceCall) -> None:
        self.told.append((call.service, dict(call.data)))

    @property
    def last(self) -> dict[str, Any]:
        """What was told last, to all phones alike."""
        (one, first), (another, second) = self.told[-2:]
        assert (one, another) == ("mobile_app_anne_s_pixel", "mobile_app_paul_s_iphone")
        assert first == second
        return first

    async def _tell(self, entity: str, kind: str, **attributes: Any) -> None:
        self._freezer.tick(timedelta(milliseconds=10))
        now = dt_util.utcnow().isoformat(timespec="milliseconds")
        if kind != "motion_named":
            attributes = {"zones": [], "reason": "2.3 % of the picture moved.", **attributes}
        told = self._courses[entity].told(Happening(HappeningType(kind), entity, attributes))
        self._hass.states.async_set(entity, now, {"event_type": kind, **told})
        await settle()

    def _entry(self, domain: str) -> str:
        for there in self._hass.config_entries.async_entries(domain):
            return there.entry_id
        entry = MockConfigEntry(domain=domain)
        entry.add_to_hass(self._hass)
        return entry.entry_id

    def _phone(self, entry_id: str, name: str) -> str:
        phone = self._devices.async_get_or_create(
            config_entry_id=entry_id, identifiers={("mobile_app", name)}, name=name
        )
        service = "mobile_app_" + name.lower().replace("'", "_").replace(" ", "_")
        self._hass.services.async_register("notify", service, self.obey)
        return phone.id


@pytest.fixture
def house(hass: HomeAssistant, tmp_path: Path, freezer: FrozenDateTimeFactory) -> House:
    freezer.move_to(datetime(2026, 11, 21, 14, 30, tzinfo=dt_util.get_default_time_zone()))
    install(hass, tmp_path)
    return House(hass, freezer)


async def notify(hass: HomeAssistant, house: House, **inputs: Any) -> None:
    inputs = {"cameras": [DOOR, YARD], "phones": house.phones} | inputs
    await automate(hass, "notify_motion", **inputs)


async def test_a_picture_at_once_and_the_clip_later(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    await notify(hass, house)
    event_id = await house.start()
    assert len(house.told) == 2
    assert house.last["title"] == "Door"
    assert house.last["message"] == "Motion. 2.3 % of the picture moved."
    data = house.last["data"]
    assert data["image"] == "/api/camera_proxy/camera.door"
    assert data["url"] == data["clickAction"] == BROWSER
    await wait(hass, freezer, seconds=20)
    await house.end(event_id)
    await wait(hass, freezer, minutes=10)
    assert len(house.told) == 2
    await house.clip("c1", seconds=40, ago=590)
    assert len(house.told) == 4
    assert house.last["message"] == "Motion, 40 s"
    clip = house.last["data"]
    assert (clip["tag"], clip["group"]) == (data["tag"], data["group"])
    assert clip["image"] == f"{FILES}/c1/thumbnail.jpg"
    assert clip["video"] == clip["attachment"]["url"] == f"{FILES}/c1/video.mp4"
    assert clip["url"] == clip["clickAction"]
    assert clip["url"] == f"{BROWSER}/video%2Cmedia-source%3A%2F%2Fgcam%2Fabc123%2Fclip%2Fc1"
    assert clip["alert_once"] is True
    assert clip["push"] == {"interruption-level": "passive", "sound": "none"}


async def test_no_clip_comes(hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory) -> None:
    await notify(hass, house)
    await house.start()
    await wait(hass, freezer, minutes=21)
    await house.clip("c1", seconds=30)
    assert len(house.told) == 2


async def test_each_event_gets_its_own_clip(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    await notify(hass, house, quiet_time={"seconds": 0})
    first = await house.start()
    await wait(hass, freezer, seconds=60)
    second = await house.start()
    other = await house.start(YARD)
    await house.clip("c1", seconds=70, ago=20)
    assert house.last["data"]["tag"] == f"gcam-door_events-{first}"
    assert len(house.told) == 8
    await wait(hass, freezer, seconds=30)
    await house.clip("c3", YARD, seconds=40)
    assert house.last["data"]["tag"] == f"gcam-yard_events-{other}"
    await house.clip("c2", seconds=40)
    assert house.last["data"]["tag"] == f"gcam-door_events-{second}"
    assert house.last["data"]["image"] == f"{FILES}/c2/thumbnail.jpg"
    assert len(house.told) == 12


async def test_two_events_in_one_clip(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    await notify(hass, house, quiet_time={"seconds": 0})
    tags = {f"gcam-door_events-{await house.start()}"}
    await wait(hass, freezer, seconds=5)
    tags.add(f"gcam-door_events-{await house.start()}")
    await wait(hass, freezer, seconds=5)
    await house.clip("c1", seconds=20)
    assert {told["data"]["tag"] for _, told in house.told[4:]} == tags


@pytest.mark.parametrize(("seconds", "shown"), [(9.5, False), (10, True)])
async def test_short_videos_are_no_use_on_android(
    hass: HomeAssistant, house: House, seconds: float, shown: bool
) -> None:
    await notify(hass, house)
    await house.start()
    await house.clip("c1", seconds=seconds)
    assert ("video" in house.last["data"]) is shown


async def test_only_wanted_zones(hass: HomeAssistant, house: House) -> None:
    await notify(hass, house, zones=["Door step", "Gate"], quiet_time={"seconds": 0})
    event_id = await house.start(zones=("Street",))
    await house.end(event_id, zones=("Street",))
    await house.clip("c1")
    assert house.told == []
    event_id = await house.start(zones=("Street", "Gate"))
    assert house.last["message"] == "Motion: Street, Gate. 2.3 % of the picture moved."
    await house.end(event_id, zones=("Street", "Gate"))
    assert len(house.told) == 2, "it was told when it began"


async def test_a_zone_that_is_reached_later(hass: HomeAssistant, house: House) -> None:
    await notify(hass, house, zones=["Gate"])
    event_id = await house.start(zones=("Street",))
    await house.end(event_id, zones=("Street", "Gate"))
    assert len(house.told) == 2
    await house.clip("c1")
    assert house.last["data"]["tag"] == f"gcam-door_events-{event_id}"
    assert len(house.told) == 4


async def test_quiet_time(hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory) -> None:
    await notify(hass, house, quiet_time={"minutes": 2})
    event_id = await house.start()
    await house.end(event_id)
    await wait(hass, freezer, seconds=90)
    await house.clip("c1", seconds=100)
    assert len(house.told) == 4
    event_id = await house.start()
    assert len(house.told) == 4, "the same camera, too early"
    await house.end(event_id)
    await house.clip("c2", seconds=5)
    assert len(house.told) == 4, "nor its clip"
    await house.start(YARD)
    assert len(house.told) == 6, "this one had been calm"
    await wait(hass, freezer, seconds=119)
    await house.start()
    assert len(house.told) == 6
    await wait(hass, freezer, seconds=2)
    await house.start()
    assert len(house.told) == 8, "it still moves, and the quiet time is over"


@pytest.mark.parametrize(
    ("importance", "push", "channel"),
    [
        ("silent", {"interruption-level": "passive", "sound": "none"}, "Gcam, silent"),
        ("normal", {"interruption-level": "active"}, "Gcam"),
        ("important", {"interruption-level": "time-sensitive"}, "Gcam"),
        (
            "critical",
            {"interruption-level": "critical", "sound": {"name": "default", "critical": 1, "volume": 1.0}},
            "alarm_stream",
        ),
    ],
)
async def test_importance(
    hass: HomeAssistant, house: House, importance: str, push: dict[str, Any], channel: str
) -> None:
    await notify(hass, house, importance=importance)
    await house.start()
    data = house.last["data"]
    assert (data["push"], data["channel"]) == (push, channel)
    assert (data["ttl"], data["priority"]) == (0, "high")
    await house.clip("c1")
    assert house.last["data"]["push"]["interruption-level"] == "passive", "the clip never rings"


async def test_further_conditions(hass: HomeAssistant, house: House) -> None:
    nobody = {"condition": "state", "entity_id": "zone.home", "state": "0"}
    await notify(hass, house, conditions=[nobody])
    hass.states.async_set("zone.home", "1")
    await house.start()
    await house.clip("c1")
    assert house.told == []
    hass.states.async_set("zone.home", "0")
    await house.start(YARD)
    assert len(house.told) == 2


async def test_the_picture_of_the_event(hass: HomeAssistant, house: House) -> None:
    await notify(hass, house, quiet_time={"seconds": 0})
    house.picture("mqtt", "yard", "gcam_abc123_yard")
    house.picture("mqtt", "other", "gcam_another_door")
    await house.start()
    assert house.last["data"]["image"] == "/api/camera_proxy/camera.door"
    house.picture("mqtt", "door", "gcam_abc123_door")
    await house.start()
    assert house.last["data"]["image"] == "/api/image_proxy/image.door_last_event"
    hass.states.async_set("image.door_last_event", "unavailable")
    house.picture("gcam", "doorway", "abc123_door")
    await house.start()
    assert house.last["data"]["image"] == "/api/image_proxy/image.doorway_last_event"


async def test_the_picture_is_not_of_the_event_before(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    """It comes a moment after the event; where it does not, the camera's newest is better than an old one."""
    await notify(hass, house, quiet_time={"seconds": 0})
    picture = house.picture("gcam", "door", "abc123_door")
    await wait(hass, freezer, minutes=1)
    await house.start()
    await wait(hass, freezer, seconds=1)
    assert house.told == []
    hass.states.async_set(picture, dt_util.utcnow().isoformat())
    await settle()
    assert house.last["data"]["image"] == "/api/image_proxy/image.door_last_event"
    await wait(hass, freezer, minutes=1)
    await house.start()
    await wait(hass, freezer, seconds=1)
    assert len(house.told) == 2
    await wait(hass, freezer, seconds=3)
    assert house.last["data"]["image"] == "/api/camera_proxy/camera.door"


async def test_other_words_and_places(hass: HomeAssistant, house: House) -> None:
    await notify(
        hass,
        house,
        title="Gcam",
        message="{{ camera_name }} {{ score }}",
        clip_message="",
        link="/lovelace/cameras",
    )
    await house.start(YARD)
    assert (house.last["title"], house.last["message"]) == ("Gcam", "Yard 2.3")
    assert house.last["data"]["clickAction"] == "/lovelace/cameras"
    await house.clip("c1", YARD)
    assert len(house.told) == 2, "no words for the clip, so the notification is left as it was"


async def test_a_phone_that_is_gone(hass: HomeAssistant, house: House) -> None:
    hass.services.async_register("notify", "family", house.obey)
    dr.async_get(hass).async_remove_device(house.phones[0])
    hass.services.async_remove("notify", "mobile_app_anne_s_pixel")
    await notify(hass, house, other_notifiers=["notify.family"])
    await house.start()
    assert sorted(name for name, _ in house.told) == ["family", "mobile_app_paul_s_iphone"]


async def test_what_comes_back_is_no_news(hass: HomeAssistant, house: House) -> None:
    await notify(hass, house)
    await house.start()
    await house.unavailable()
    assert len(house.told) == 2


@pytest.mark.parametrize(("ago", "told"), [(20, True), (600, False)])
async def test_a_restart_before_the_clip(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    freezer: FrozenDateTimeFactory,
    ago: float,
    told: bool,
) -> None:
    """The clip of what was told before comes all the same; one of what never was told doesn't."""
    await remember_last_run(hass, hass_storage, timedelta(seconds=ago))
    hass.set_state(CoreState.not_running)
    await notify(hass, house)
    await hass.async_start()
    await settle()
    await house.clip("c1", seconds=30)
    assert bool(house.told) is told
    if told:
        assert house.last["data"]["tag"] == "gcam-door_events-e1"
        await house.clip("c2", seconds=25)
        assert len(house.told) == 2, "from now on only what is told"


async def test_what_moves_is_told_as_soon_as_it_is_recognised(hass: HomeAssistant, house: House) -> None:
    await notify(hass, house)
    event_id = await house.start(zones=("Gate",))
    assert house.last["message"] == "Motion: Gate. 2.3 % of the picture moved."
    first = house.last["data"]
    await house.name(event_id, "person")
    assert house.last["message"] == "Person: Gate. 2.3 % of the picture moved."
    named = house.last["data"]
    assert named["tag"] == first["tag"]
    assert (named["alert_once"], named["channel"]) == (True, "Gcam, silent"), "it rang already"
    assert named["push"] == {"interruption-level": "passive", "sound": "none"}
    await house.name(event_id, "person", "vehicle")
    assert house.last["message"].startswith("Person, Vehicle: Gate.")
    assert len(house.told) == 6
    await house.name(event_id, "person")
    await house.end(event_id, "person", "vehicle")
    assert len(house.told) == 6, "nothing new"
    await house.clip("c1", seconds=40, what=("person", "vehicle"))
    assert house.last["message"] == "Person, Vehicle: Gate, 40 s"
    assert len(house.told) == 8


async def test_a_name_that_comes_with_the_end_or_never(hass: HomeAssistant, house: House) -> None:
    await notify(hass, house, quiet_time={"seconds": 0})
    event_id = await house.start()
    await house.end(event_id, "animal")
    assert house.last["message"] == "Animal. 2.3 % of the picture moved."
    await house.clip("c1")
    assert len(house.told) == 6
    event_id = await house.start()
    await house.name(event_id, "unnamed")
    await house.end(event_id, "unnamed")
    assert len(house.told) == 8
    await house.clip("c2", what=("unnamed",))
    assert house.last["message"] == "Motion, 30 s"


async def test_a_name_that_comes_while_the_picture_is_awaited(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    await notify(hass, house)
    house.picture("gcam", "door", "abc123_door")
    await wait(hass, freezer, minutes=1)
    event_id = await house.start()
    await house.name(event_id, "person")
    assert house.told == []
    await wait(hass, freezer, seconds=4)
    assert [told["message"].partition(".")[0] for _, told in house.told] == ["Motion"] * 2 + ["Person"] * 2


async def test_another_event_is_not_taken_for_this_one(hass: HomeAssistant, house: House) -> None:
    await notify(hass, house)
    await house.start()
    other = await house.start()
    await house.name(other, "person")
    assert len(house.told) == 2, "the second came too early to be told"


async def test_only_wanted_kinds(hass: HomeAssistant, house: House) -> None:
    await notify(hass, house, kinds=["person", "vehicle"], quiet_time={"seconds": 0})
    cat = await house.start()
    await house.name(cat, "animal")
    await house.end(cat, "animal")
    leaf = await house.start()
    await house.end(leaf, "unnamed")
    unseen = await house.start()
    await house.end(unseen)
    await house.clip("c1")
    assert house.told == []
    event_id = await house.start()
    assert house.told == [], "it is not known yet"
    await house.name(event_id, "animal", "person")
    assert house.last["message"] == "Animal, Person. 2.3 % of the picture moved."
    assert house.last["data"]["priority"] == "high"
    await house.clip("c2", seconds=5, what=("animal",))  # the longest clip is over, not the event
    assert house.last["data"]["image"] == f"{FILES}/c2/thumbnail.jpg"
    await house.end(event_id, "person", "animal")
    assert len(house.told) == 4, "it was told"


async def test_a_wanted_kind_that_is_known_only_at_the_end(hass: HomeAssistant, house: House) -> None:
    await notify(hass, house, kinds=["person"])
    event_id = await house.start()
    await house.end(event_id, "person")
    assert house.last["message"] == "Person. 2.3 % of the picture moved."
    await house.clip("c1", what=("person",))
    assert len(house.told) == 4


@pytest.mark.parametrize("what", [(), ("unnamed",)])
async def test_what_is_not_recognised_is_told_where_that_is_wanted(
    hass: HomeAssistant, house: House, what: tuple[str, ...]
) -> None:
    await notify(hass, house, kinds=["person", "unnamed"])
    event_id = await house.start()
    assert house.told == []
    await house.end(event_id, *what)
    assert house.last["message"] == "Motion. 2.3 % of the picture moved."
    assert len(house.told) == 2


async def test_what_the_camera_wants_no_event_of_is_not_told_at_its_end(
    hass: HomeAssistant, house: House
) -> None:
    await notify(hass, house, kinds=["animal"])
    event_id = await house.start()
    await house.end(event_id, "animal", unwanted=True)
    assert house.told == []


async def test_wanted_kinds_in_wanted_zones(hass: HomeAssistant, house: House) -> None:
    await notify(hass, house, kinds=["person"], zones=["Gate"], quiet_time={"seconds": 0})
    event_id = await house.start(zones=("Street",))
    await house.name(event_id, "person")
    assert house.told == []
    await house.end(event_id, "person", zones=("Street", "Gate"))
    assert len(house.told) == 2, "it got there later"
    event_id = await house.start(zones=("Gate",))
    await house.name(event_id, "person")
    assert len(house.told) == 4
    await house.end(event_id, "person", zones=("Gate",))
    assert len(house.told) == 4
    event_id = await house.start(zones=("Gate",))
    await house.end(event_id, "animal", zones=("Gate",))
    assert len(house.told) == 4


async def test_quiet_time_of_wanted_kinds(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    """A cat does not silence the person after it, nor one camera the other."""
    await notify(hass, house, kinds=["person"], quiet_time={"minutes": 2})
    cat = await house.start()
    await house.end(cat, "animal")
    event_id = await house.start(YARD)
    await house.name(event_id, "person", entity=YARD)
    await house.end(event_id, "person", entity=YARD)
    assert len(house.told) == 2
    event_id = await house.start()
    await house.name(event_id, "person")
    await house.end(event_id, "person")
    assert len(house.told) == 4, "this one had been calm"
    await wait(hass, freezer, seconds=60)
    event_id = await house.start()
    await house.name(event_id, "person")
    assert len(house.told) == 4, "the same, too early"
    await house.end(event_id, "person")
    await wait(hass, freezer, seconds=65)
    event_id = await house.start()
    await house.name(event_id, "person")
    assert len(house.told) == 6, "the quiet time is over"
