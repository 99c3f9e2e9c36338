"""Recordings in Home Assistant's media browser: what is found where, what it is called, and searching."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import av
import pytest
import pytest_socket
from homeassistant.components import media_source
from homeassistant.components.media_player import (
    BrowseError,
    BrowseMedia,
    MediaClass,
    SearchMediaQuery,
)
from homeassistant.components.media_source import (
    Unresolvable,
    async_browse_media,
    async_resolve_media,
    async_search_media,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.gcam.api import GcamClient
from custom_components.gcam.const import DOMAIN
from custom_components.gcam.media.finding import MOST_FOUND
from custom_components.gcam.media.shelves import MOST_CLIPS

from .support.entry import set_up
from .support.footage import Planted, await_index, plant
from .support.gcam import RunningGcam

_AHEAD_H = 12 - datetime.now(UTC).hour
"""It is about noon there, so no day ends while this runs; days are others than where Gcam runs."""
ZONE = ZoneInfo(f"Etc/GMT{-_AHEAD_H:+}" if _AHEAD_H else "Etc/GMT")
TODAY = datetime.now(ZONE).date()
LONG_AGO, LONG_DAY, LATELY = (TODAY - timedelta(days=days) for days in (5, 4, 1))
MANY = MOST_CLIPS + 5


def at(day: Any, text: str) -> datetime:
    return datetime.combine(day, datetime.strptime(text, "%H:%M:%S").time(), ZONE)


def door(clip_id: str, started_at: datetime, **facts: Any) -> Planted:
    return Planted(clip_id, "front_door", "Front door", started_at, **facts)


FOOTAGE = [
    door("door-first", at(LONG_AGO, "00:30:00"), zones=("Gate",), peak=3.4),
    door("door-noon", at(LONG_AGO, "14:03:22"), kind="manual", peak=0.0, reason="", length_s=4),
    door("door-last", at(LONG_AGO, "23:59:30"), zones=("Allée", "Gate")),
    *(door(f"door-{n}", at(LONG_DAY, "08:00:00") + timedelta(minutes=n), length_s=1) for n in range(MANY)),
    Planted("attic-1", "attic", "Attic", at(LATELY, "10:00:00"), kind="continuous", peak=0.0, reason=""),
    door("door-lately", at(LATELY, "09:00:00")),
]
CAMERAS = [f"{name}=http://127.0.0.1:9/stream" for name in ("Front door", "Garden")]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGcam]:
    """Two cameras that send nothing now, a third that is gone, and what they recorded."""
    pytest_socket.enable_socket()
    data_dir = tmp_path_factory.mktemp("archive") / "data"
    plant(data_dir, FOOTAGE)
    cameras = [argument for camera in CAMERAS for argument in ("--camera", camera)]
    with RunningGcam(data_dir, "--mqtt", "off", *cameras) as gcam:
        await_index(gcam, FOOTAGE)
        yield gcam


@pytest.fixture
def gcam(archive: RunningGcam, socket_enabled: None) -> RunningGcam:
    return archive


@pytest.fixture(autouse=True)
async def home_assistant(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone(ZONE.key)
    assert await async_setup_component(hass, "media_source", {})


@pytest.fixture
async def browse(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    async def browse(place: str = "") -> BrowseMedia:
        return await async_browse_media(hass, uri(place))

    return browse


def uri(place: str = "") -> str:
    return f"media-source://{DOMAIN}/{place}".rstrip("/")


def titles(children: Sequence[BrowseMedia] | None) -> list[str]:
    return [child.title for child in children or ()]


async def find(hass: HomeAssistant, text: str, place: str = "", **query: Any) -> list[BrowseMedia]:
    found = await async_search_media(hass, uri(place), SearchMediaQuery(search_query=text, **query))
    return list(found.result)


async def clips_found(hass: HomeAssistant, text: str, place: str = "") -> list[str]:
    found = await find(hass, text, place)
    return [it.media_content_id.rpartition("/")[2] for it in found if it.can_play]


async def test_the_only_gcam_shows_its_cameras_at_once(browse: Any, gcam: RunningGcam) -> None:
    root = await browse()
    assert root.title == "Gcam"
    assert root.can_search
    assert titles(root.children) == ["All cameras", "Front door", "Garden", "Attic (removed)"]
    ids = [child.media_content_id for child in root.children]
    own = uri(gcam.instance_id)
    assert ids == [f"{own}/cameras", *(f"{own}/camera/{name}" for name in ("front_door", "garden", "attic"))]
    assert [bool(child.thumbnail) for child in root.children] == [True, True, False, True]
    again = await browse(gcam.instance_id)
    assert titles(again.children) == titles(root.children)


async def test_cameras_are_called_as_home_assistant_does(
    hass: HomeAssistant, browse: Any, entry: MockConfigEntry, gcam: RunningGcam
) -> None:
    registry = dr.async_get(hass)
    own = {(DOMAIN, f"{gcam.instance_id}_garden")}
    (device,) = [
        it for it in dr.async_entries_for_config_entry(registry, entry.entry_id) if it.identifiers == own
    ]
    registry.async_update_device(device.id, name_by_user="Behind the house")
    root = await browse()
    assert titles(root.children)[1:3] == ["Behind the house", "Front door"]


async def test_days_are_those_of_home_assistant_newest_first(browse: Any, gcam: RunningGcam) -> None:
    camera = await browse(f"{gcam.instance_id}/camera/front_door")
    assert camera.title == "Front door"
    assert titles(camera.children)[0] == "Yesterday · 1 recording"
    assert titles(camera.children)[1].endswith(f" · {MANY} recordings")
    assert titles(camera.children)[2].endswith(f" {LONG_AGO.year} · 3 recordings")
    assert [child.media_content_id.rpartition("/")[2] for child in camera.children] == [
        day.isoformat() for day in (LATELY, LONG_DAY, LONG_AGO)
    ]


async def test_a_camera_that_is_gone_keeps_its_recordings(browse: Any, gcam: RunningGcam) -> None:
    camera = await browse(f"{gcam.instance_id}/camera/attic")
    assert camera.title == "Attic (removed)"
    assert titles(camera.children) == ["Yesterday · 1 recording"]
    day = await browse(f"{gcam.instance_id}/camera/attic/{LATELY}")
    assert titles(day.children) == ["10:00:00 · Continuous · 2 s"]


async def test_a_camera_without_recordings(browse: Any, gcam: RunningGcam) -> None:
    camera = await browse(f"{gcam.instance_id}/camera/garden")
    assert (camera.title, camera.children) == ("Garden", [])


async def test_clips_of_a_day_newest_first(browse: Any, gcam: RunningGcam) -> None:
    day = await browse(f"{gcam.instance_id}/camera/front_door/{LONG_AGO}")
    assert titles(day.children) == [
        "23:59:30 · Motion · Allée, Gate · 2 s · 8 % moved",
        "14:03:22 · By hand · 4 s",
        "00:30:00 · Motion · Gate · 2 s · 3 % moved",
    ]
    assert all(child.can_play and not child.can_expand for child in day.children)
    assert day.children_media_class == MediaClass.VIDEO


async def test_all_cameras_together_say_whose_clip_it_is(browse: Any, gcam: RunningGcam) -> None:
    cameras = await browse(f"{gcam.instance_id}/cameras")
    assert titles(cameras.children)[0] == "Yesterday · 2 recordings"
    day = await browse(f"{gcam.instance_id}/cameras/{LATELY}")
    assert titles(day.children) == [
        "10:00:00 · Attic · Continuous · 2 s",
        "09:00:00 · Front door · Motion · 2 s · 8 % moved",
    ]


async def test_a_long_day_is_shown_by_the_hour(browse: Any, gcam: RunningGcam) -> None:
    place = f"{gcam.instance_id}/camera/front_door/{LONG_DAY}"
    day = await browse(place)
    assert titles(day.children) == [
        "11:00 – 12:00 · 25 recordings",
        "10:00 – 11:00 · 60 recordings",
        "09:00 – 10:00 · 60 recordings",
        "08:00 – 09:00 · 60 recordings",
    ]
    assert day.children[0].media_content_id == uri(f"{place}/11")
    hour = await browse(f"{place}/11")
    assert hour.title.endswith("11:00 – 12:00")
    assert len(hour.children) == 25
    assert hour.children[0].title.startswith("11:24:00")
    assert hour.children[-1].title.startswith("11:00:00")


async def test_titles_are_in_home_assistants_language(
    hass: HomeAssistant, browse: Any, gcam: RunningGcam
) -> None:
    hass.config.language = "fr"
    root = await browse()
    assert titles(root.children)[0] == "Toutes les caméras"
    assert titles(root.children)[-1] == "Attic (retirée)"
    day = await browse(f"{gcam.instance_id}/camera/front_door/{LONG_AGO}")
    assert day.children[1].title == "14:03:22 · À la main · 4 s"


async def test_a_clip_by_itself(browse: Any, gcam: RunningGcam) -> None:
    clip = await browse(f"{gcam.instance_id}/clip/door-lately")
    assert clip.title == "Yesterday 09:00:00 · Motion · 2 s · 8 % moved"
    assert clip.can_play


async def test_the_frontend_browses_and_plays(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    gcam: RunningGcam,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """As the page does: the signed addresses that it is told are all it needs."""
    socket, http = await hass_ws_client(hass), await hass_client_no_auth()
    place = uri(f"{gcam.instance_id}/camera/front_door/{LONG_AGO}")
    await socket.send_json_auto_id({"type": "media_source/browse_media", "media_content_id": place})
    day = (await socket.receive_json())["result"]
    clip = day["children"][1]
    async with http.get(clip["thumbnail"]) as response:
        assert response.status == HTTPStatus.OK
        assert (await response.read()).startswith(b"\xff\xd8")
    await socket.send_json_auto_id(
        {"type": "media_source/resolve_media", "media_content_id": clip["media_content_id"]}
    )
    played = (await socket.receive_json())["result"]
    assert played["mime_type"] == "video/mp4"
    async with http.get(played["url"]) as response:
        assert response.status == HTTPStatus.OK
        video = await response.read()
    with av.open(BytesIO(video)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert sum(1 for _ in container.decode(video=0)) == 20


@pytest.mark.skipif(
    not hasattr(media_source, "async_get_media_image"), reason="Home Assistant has it since 2026.11"
)
async def test_what_takes_no_video_gets_the_strongest_picture(
    hass: HomeAssistant, entry: MockConfigEntry, gcam: RunningGcam
) -> None:
    with pytest.raises(Unresolvable, match="does not know it"):
        await media_source.async_get_media_image(hass, uri(f"{gcam.instance_id}/clip/door-gone"))
    image = await media_source.async_get_media_image(hass, uri(f"{gcam.instance_id}/clip/door-lately"))
    assert image is not None
    assert image.mime_type == "image/jpeg"
    assert image.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize("place", ["nowhere/at/all", "{own}/camera/front_door/tomorrow", "{own}/clip/.."])
async def test_a_place_there_is_not(browse: Any, gcam: RunningGcam, hass: HomeAssistant, place: str) -> None:
    place = place.format(own=gcam.instance_id)
    with pytest.raises(BrowseError, match="is no place of Gcam's recordings"):
        await browse(place)
    with pytest.raises(BrowseError, match="is no place of Gcam's recordings"):
        await find(hass, "door", place)
    with pytest.raises(Unresolvable, match="is no place of Gcam's recordings"):
        await async_resolve_media(hass, uri(place), None)


async def test_a_gcam_there_is_not(browse: Any, hass: HomeAssistant) -> None:
    with pytest.raises(BrowseError, match="not set up here"):
        await browse("0badcafe/cameras")
    with pytest.raises(BrowseError, match="not set up here"):
        await find(hass, "door", "0badcafe")
    with pytest.raises(Unresolvable, match="not set up here"):
        await async_resolve_media(hass, uri("0badcafe/clip/door-1"), None)


async def test_a_clip_there_is_not(browse: Any, hass: HomeAssistant, gcam: RunningGcam) -> None:
    place = f"{gcam.instance_id}/clip/door-gone"
    with pytest.raises(BrowseError, match="does not know it"):
        await browse(place)
    with pytest.raises(Unresolvable, match="door-gone: Gcam does not know it"):
        await async_resolve_media(hass, uri(place), None)


async def test_a_folder_does_not_play(hass: HomeAssistant, entry: MockConfigEntry, gcam: RunningGcam) -> None:
    with pytest.raises(Unresolvable, match="is a folder"):
        await async_resolve_media(hass, uri(f"{gcam.instance_id}/cameras"), None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gate", ["door-last", "door-first"]),
        ("GATE front", ["door-last", "door-first"]),
        ("allee", ["door-last"]),
        ("hand", ["door-noon"]),
        ("manual", ["door-noon"]),
        ("14:03", ["door-noon"]),
        ("attic", ["attic-1"]),
        ("yesterday", ["attic-1", "door-lately"]),
        ("yesterday front", ["door-lately"]),
        (LATELY.isoformat(), ["attic-1", "door-lately"]),
        (f"{LONG_AGO:%d.%m.%Y}", ["door-last", "door-noon", "door-first"]),
        (f"{LONG_AGO.day}/{LONG_AGO.month} gate", ["door-last", "door-first"]),
        (f"{LONG_AGO:%B} {LONG_AGO.year} hand", ["door-noon"]),
        (f"{LONG_AGO:%A} gate", ["door-last", "door-first"]),
        ("1999-01-01", []),
        ("elephant", []),
    ],
)
async def test_searching(hass: HomeAssistant, entry: MockConfigEntry, text: str, found: list[str]) -> None:
    assert await clips_found(hass, text) == found


async def test_what_is_found_says_whose_and_when(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    (clip,) = await find(hass, "continuous")
    assert clip.title == "Yesterday 10:00:00 · Attic · Continuous · 2 s"
    assert clip.thumbnail


async def test_a_cameras_name_finds_the_camera_too(
    hass: HomeAssistant, entry: MockConfigEntry, gcam: RunningGcam
) -> None:
    found = await find(hass, "front door")
    assert (found[0].title, found[0].can_expand) == ("Front door", True)
    assert len(found) == MOST_FOUND + 1
    videos = await find(hass, "garden", media_filter_classes=[MediaClass.VIDEO])
    assert videos == []
    assert titles(await find(hass, "garden", gcam.instance_id)) == ["Garden"]


async def test_searching_where_one_is(hass: HomeAssistant, entry: MockConfigEntry, gcam: RunningGcam) -> None:
    own = gcam.instance_id
    assert await clips_found(hass, "motion", f"{own}/camera/attic") == []
    day = f"{own}/camera/front_door/{LONG_AGO}"
    assert await clips_found(hass, "motion", day) == ["door-last", "door-first"]
    assert await clips_found(hass, "hand", f"{day}/14") == ["door-noon"]
    assert await clips_found(hass, "hand", f"{day}/15") == []
    assert await clips_found(hass, "gate", f"{own}/clip/door-noon") == ["door-last", "door-first"]


async def test_nothing_is_asked_for(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await find(hass, "  ") == []
    assert await find(hass, "gate", media_filter_classes=[MediaClass.MUSIC]) == []


async def test_several_gcams(
    hass: HomeAssistant, browse: Any, own_gcam: RunningGcam, gcam: RunningGcam
) -> None:
    """And one that is away keeps nobody from the other's recordings."""
    async with set_up(hass, own_gcam) as other:
        hass.config_entries.async_update_entry(other, title="Cellar")
        root = await browse()
        assert titles(root.children) == ["Cellar", "Gcam"]
        assert root.children[0].media_content_id == uri(own_gcam.instance_id)
        assert "Garden" in titles((await browse(own_gcam.instance_id)).children)
        own_gcam.stop()
        assert await clips_found(hass, "hand") == ["door-noon"]
        with pytest.raises(BrowseError, match="Cellar: Gcam does not answer"):
            await browse(own_gcam.instance_id)
        with pytest.raises(BrowseError, match="Cellar: Gcam does not answer"):
            await find(hass, "hand", own_gcam.instance_id)


async def test_no_gcam_answers(hass: HomeAssistant, own_gcam: RunningGcam) -> None:
    async with set_up(hass, own_gcam):
        own_gcam.stop()
        with pytest.raises(BrowseError, match="Gcam does not answer"):
            await async_browse_media(hass, uri())
        with pytest.raises(BrowseError, match="Gcam does not answer"):
            await find(hass, "hand")


async def test_a_token_that_may_not_play_back(hass: HomeAssistant, gcam: RunningGcam) -> None:
    """It was enough when it was set up."""
    async with set_up(hass, gcam) as entry:
        session, token = async_get_clientsession(hass), gcam.make_token(["view"])
        entry.runtime_data.client = GcamClient(session, gcam.url, token)
        with pytest.raises(BrowseError, match="the token does not allow this"):
            await async_browse_media(hass, uri(gcam.instance_id))
