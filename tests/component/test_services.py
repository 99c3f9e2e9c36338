"""Gcam's actions: what they do, what they answer, and what they say when they can't."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest
import pytest_socket
from aiohttp import web
from homeassistant.components.camera.const import DATA_COMPONENT
from homeassistant.components.image import async_get_image
from homeassistant.components.media_source import async_resolve_media
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.gcam.actions.exporting import async_export_range
from custom_components.gcam.api import GcamClient
from custom_components.gcam.camera import GcamCamera
from custom_components.gcam.const import DOMAIN
from tests.support.waiting import answered, patience, wait_until

from .support.boards import SIZE
from .support.entry import set_up, until
from .support.footage import Planted, await_index, plant
from .support.gcam import RunningGcam
from .support.serving import Serving, hang_up_midway

GARDEN, ROOM = "camera.garden", "camera.room"


@pytest.fixture(scope="session")
def clip(running: RunningGcam) -> dict[str, Any]:
    """A recording, as Gcam describes it."""
    pytest_socket.enable_socket()
    running.ask("POST", "cameras/garden/record", {"seconds": 2})
    clips: list[dict[str, Any]] = []
    wait_until(lambda: clips.extend(running.ask("GET", "clips?camera=garden")["clips"]) or clips)
    return clips[-1]


@pytest.fixture(autouse=True)
async def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Home Assistant's only media folder, the only one it may write to."""
    folder = tmp_path / "media"
    folder.mkdir()
    hass.config.media_dirs = {"local": str(folder)}
    hass.config.allowlist_external_dirs = {str(folder)}
    assert await async_setup_component(hass, "media_source", {})
    return folder


@pytest.fixture
async def pictures(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Both cameras have sent something."""
    await until(hass, lambda: all(state_of(hass, it) in ("streaming", "recording") for it in (GARDEN, ROOM)))


def state_of(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    assert state is not None
    return state.state


def camera_of(hass: HomeAssistant, entity_id: str) -> GcamCamera:
    camera = hass.data[DATA_COMPONENT].get_entity(entity_id)
    assert isinstance(camera, GcamCamera)
    return camera


async def act(hass: HomeAssistant, action: str, target: Any = None, **data: Any) -> dict[str, Any]:
    target = None if target is None else {"entity_id": target}
    answer = await hass.services.async_call(
        DOMAIN, action, data, target=target, blocking=True, return_response=True
    )
    assert answer is not None
    return dict(answer)


def frames_of(content: bytes) -> int:
    with av.open(BytesIO(content)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        return sum(1 for _ in container.decode(video=0))


async def test_recording_by_hand(hass: HomeAssistant, pictures: None, gcam: RunningGcam) -> None:
    began_at = time.time()
    answer = (await act(hass, "record", ROOM, duration=600))[ROOM]
    assert (answer["recording"], answer["duration_s"]) == (True, 600)
    until_then = dt_util.parse_datetime(answer["until"])
    assert until_then is not None
    assert timedelta(seconds=590) < until_then - dt_util.utcnow() <= timedelta(seconds=600)
    await until(hass, lambda: state_of(hass, ROOM) == "recording")
    assert (await act(hass, "record", ROOM, duration=0))[ROOM] == {
        "recording": False,
        "duration_s": 0,
        "until": None,
    }
    await until(hass, lambda: state_of(hass, ROOM) == "streaming")
    clips: list[dict[str, Any]] = []  # of whichever kind: somebody may have walked through the room meanwhile
    async with patience():
        while not clips:
            clips = [clip for clip in _clips_of_room(gcam) if clip["ended_at"] >= began_at]
            await asyncio.sleep(0.2)
    assert clips[0]["duration_s"] > 0


def _clips_of_room(gcam: RunningGcam) -> list[dict[str, Any]]:
    return list(gcam.ask("GET", "clips?camera=room")["clips"])


async def test_recording_needs_no_answer(hass: HomeAssistant, pictures: None) -> None:
    await hass.services.async_call(DOMAIN, "record", {"entity_id": [GARDEN, ROOM]}, blocking=True)
    await until(hass, lambda: state_of(hass, ROOM) == state_of(hass, GARDEN) == "recording")
    await hass.services.async_call(DOMAIN, "record", {"entity_id": "all", "duration": 0}, blocking=True)


@pytest.mark.parametrize("duration", [-1, 86_401, "long"])
async def test_how_long_is_recorded(hass: HomeAssistant, entry: MockConfigEntry, duration: Any) -> None:
    with pytest.raises(Exception, match="duration"):
        await act(hass, "record", GARDEN, duration=duration)


async def test_a_snapshot_tells_of_itself_and_is_shown(hass: HomeAssistant, pictures: None) -> None:
    before = dt_util.utcnow() - timedelta(seconds=60)
    answer = (await act(hass, "take_snapshot", ROOM))[ROOM]
    assert (answer["width"], answer["height"]) == SIZE
    assert answer["filename"] is None
    taken_at = dt_util.parse_datetime(answer["taken_at"])
    assert taken_at is not None
    assert before < taken_at <= dt_util.utcnow()

    async def shown() -> bool:
        """The room's own motion may show something newer."""
        size = (await act(hass, "take_snapshot", ROOM))[ROOM]["size_bytes"]
        return len((await async_get_image(hass, "image.room_last_event")).content) == size

    await answered(shown)


async def test_a_snapshot_as_a_file(hass: HomeAssistant, pictures: None, media: Path) -> None:
    template = str(media / "{{ camera | slugify }} {{ entity_id }}.jpg")
    answer = (await act(hass, "take_snapshot", GARDEN, filename=template))[GARDEN]
    path = media / f"garden {GARDEN}.jpg"
    assert answer["filename"] == str(path)
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (answer["width"], answer["height"])
    assert path.stat().st_size == answer["size_bytes"]
    assert list(media.iterdir()) == [path]


async def test_snapshots_of_several_cameras_do_not_replace_each_other(
    hass: HomeAssistant, pictures: None, media: Path
) -> None:
    answer = await act(hass, "take_snapshot", [GARDEN, ROOM], filename=str(media / "new" / "now.jpg"))
    files = {path.name: path.stat().st_size for path in (media / "new").iterdir()}
    assert files == {
        "now_garden.jpg": answer[GARDEN]["size_bytes"],
        "now_room.jpg": answer[ROOM]["size_bytes"],
    }


async def test_a_snapshot_where_nothing_may_be_written(
    hass: HomeAssistant, pictures: None, media: Path, tmp_path: Path
) -> None:
    for place in (tmp_path / "elsewhere.jpg", media / ".." / "elsewhere.jpg", media, Path("here.jpg")):
        with pytest.raises(ServiceValidationError, match=r"filename: .* may not be written"):
            await act(hass, "take_snapshot", GARDEN, filename=str(place))
    assert not (tmp_path / "elsewhere.jpg").exists()
    (media / "file").touch()
    with pytest.raises(HomeAssistantError, match=r"can't be written: a part of its path is a file"):
        await act(hass, "take_snapshot", GARDEN, filename=str(media / "file" / "now.jpg"))


async def test_a_snapshot_of_a_camera_that_does_not_send(
    hass: HomeAssistant, pictures: None, entry: MockConfigEntry, gcam: RunningGcam
) -> None:
    session = async_get_clientsession(hass)
    entry.runtime_data.client = GcamClient(session, gcam.url, gcam.make_token(["playback"]))
    with pytest.raises(HomeAssistantError, match="Garden: the token does not allow this"):
        await act(hass, "take_snapshot", GARDEN)

    async def say_something(request: web.Request) -> web.Response:
        return web.Response(text="hello", headers={"Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT"})

    async with Serving(say_something) as somebody:
        entry.runtime_data.client = GcamClient(session, somebody.url, "any")
        with pytest.raises(HomeAssistantError, match="Garden: what answers at Gcam's address is not Gcam"):
            await act(hass, "take_snapshot", GARDEN)


async def test_protecting_a_clip(
    hass: HomeAssistant, entry: MockConfigEntry, gcam: RunningGcam, clip: dict[str, Any]
) -> None:
    answer = await act(hass, "protect_clip", clip_id=clip["id"])
    assert answer["protected"] is True
    assert gcam.ask("GET", f"clips/{clip['id']}")["protected"] is True
    assert answer["camera"] == "Garden"
    assert dt_util.parse_datetime(answer["started_at"]) == datetime.fromtimestamp(clip["started_at"], UTC)
    played = await async_resolve_media(hass, answer["media_content_id"], None)
    assert clip["id"] in played.url
    answer = await act(hass, "protect_clip", clip_id=clip["id"], protected=False)
    assert answer["protected"] is False
    assert gcam.ask("GET", f"clips/{clip['id']}")["protected"] is False


@pytest.mark.parametrize("clip_id", ["door-gone", "../../system", ""])
@pytest.mark.parametrize("action", ["protect_clip", "export_clip"])
async def test_a_clip_there_is_not(
    hass: HomeAssistant, entry: MockConfigEntry, action: str, clip_id: str
) -> None:
    with pytest.raises(ServiceValidationError, match="clip_id: no Gcam here knows"):
        await act(hass, action, clip_id=clip_id)


async def test_actions_are_there_before_any_gcam(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    actions = {"export_clip", "protect_clip", "record", "take_snapshot"}
    assert actions <= set(hass.services.async_services_for_domain(DOMAIN))
    with pytest.raises(ServiceValidationError, match="no Gcam here knows"):
        await act(hass, "protect_clip", clip_id="door-1")
    with pytest.raises(ServiceValidationError, match=r"camera: camera\.door is no camera of Gcam"):
        await export_range(hass, "camera.door", datetime.now(UTC), timedelta(hours=1))


async def test_the_clip_of_one_of_several_gcams(
    hass: HomeAssistant, own_gcam: RunningGcam, entry: MockConfigEntry, clip: dict[str, Any]
) -> None:
    async with set_up(hass, own_gcam):
        assert (await act(hass, "protect_clip", clip_id=clip["id"], protected=False))["clip_id"] == clip["id"]
        own_gcam.stop()
        assert (await act(hass, "protect_clip", clip_id=clip["id"], protected=False))["clip_id"] == clip["id"]
        with pytest.raises(HomeAssistantError, match="door-gone: Gcam does not answer"):
            await act(hass, "protect_clip", clip_id="door-gone")


async def test_exporting_a_clip(
    hass: HomeAssistant, entry: MockConfigEntry, media: Path, clip: dict[str, Any]
) -> None:
    answer = await act(hass, "export_clip", clip_id=clip["id"])
    began = dt_util.as_local(datetime.fromtimestamp(clip["started_at"], UTC))
    path = media / "gcam" / "Garden" / f"{began:%Y-%m-%d %H-%M-%S}.mp4"
    content = path.read_bytes()
    assert answer == {
        "filename": str(path),
        "size_bytes": len(content),
        "duration_s": pytest.approx(clip["duration_s"], abs=0.001),
        "media_content_id": f"media-source://media_source/local/gcam/Garden/{path.name}",
    }
    assert frames_of(content) == clip["frames"]
    assert list(path.parent.iterdir()) == [path]
    local = await async_resolve_media(hass, answer["media_content_id"], None)
    assert (local.path, local.mime_type) == (path, "video/mp4")


async def test_exporting_to_a_file_of_ones_choice_again(
    hass: HomeAssistant, entry: MockConfigEntry, media: Path, tmp_path: Path, clip: dict[str, Any]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    hass.config.allowlist_external_dirs = {str(media), str(elsewhere)}
    elsewhere.mkdir()
    (elsewhere / "visitor.mp4").write_text("what was there before")
    filename = str(elsewhere) + "/{{ 'visitor' }}.mp4"
    answer = await act(hass, "export_clip", clip_id=clip["id"], filename=filename)
    assert answer["filename"] == str(elsewhere / "visitor.mp4")
    assert answer["media_content_id"] is None
    assert frames_of((elsewhere / "visitor.mp4").read_bytes()) == clip["frames"]


async def test_exporting_needs_somewhere_to_write(
    hass: HomeAssistant, entry: MockConfigEntry, media: Path, tmp_path: Path, clip: dict[str, Any]
) -> None:
    with pytest.raises(ServiceValidationError, match="may not be written"):
        await act(hass, "export_clip", clip_id=clip["id"], filename=str(tmp_path / "visitor.mp4"))
    hass.config.media_dirs = {}
    with pytest.raises(ServiceValidationError, match="has no media folder"):
        await act(hass, "export_clip", clip_id=clip["id"])


async def test_an_export_that_breaks_off_leaves_what_was_there(
    hass: HomeAssistant, entry: MockConfigEntry, media: Path, clip: dict[str, Any]
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("video.mp4"):
            return await hang_up_midway(request)
        return web.json_response(clip)

    path = media / "visitor.mp4"
    path.write_text("what was there before")
    async with Serving(answer) as dying:
        entry.runtime_data.client = GcamClient(async_get_clientsession(hass), dying.url, "any")
        with pytest.raises(HomeAssistantError, match="Gcam does not answer"):
            await act(hass, "export_clip", clip_id=clip["id"], filename=str(path))
    assert path.read_text() == "what was there before"
    assert list(media.iterdir()) == [path]


async def export_range(
    hass: HomeAssistant, entity_id: str, start: datetime, length: timedelta, **data: Any
) -> dict[str, Any]:
    return await act(
        hass,
        "export_clip",
        camera=entity_id,
        start=start.isoformat(),
        end=(start + length).isoformat(),
        **data,
    )


async def test_exporting_what_was_recorded_between_two_moments(
    hass: HomeAssistant, entry: MockConfigEntry, media: Path, clip: dict[str, Any], gcam: RunningGcam
) -> None:
    began = dt_util.as_local(datetime.fromtimestamp(clip["started_at"], UTC)).replace(microsecond=0)
    start = (began - timedelta(minutes=10)).replace(tzinfo=None)  # as the page writes it: local
    answer = await export_range(hass, GARDEN, start, timedelta(minutes=10, seconds=1))
    assert 0 < answer["duration_s"] <= 2
    path = Path(answer["filename"])
    assert path.parent == media / "gcam" / "Garden"
    assert path.name.startswith(f"{start:%Y-%m-%d %H-%M-%S} - ")
    assert frames_of(path.read_bytes()) > 0
    assert path.stat().st_size == answer["size_bytes"]
    assert gcam.ask("GET", "exports") == {"exports": []}


async def test_what_can_not_be_exported(
    hass: HomeAssistant, entry: MockConfigEntry, gcam: RunningGcam, clip: dict[str, Any]
) -> None:
    now, hour = datetime.now(UTC), timedelta(hours=1)
    long_ago = now - timedelta(days=300)
    with pytest.raises(ServiceValidationError, match="Garden recorded nothing from"):
        await export_range(hass, GARDEN, long_ago, hour)
    with pytest.raises(ServiceValidationError, match=r"end \(.*\) must be later than start"):
        await export_range(hass, GARDEN, now, -hour)
    with pytest.raises(ServiceValidationError, match="more than 24 hours"):
        await export_range(hass, GARDEN, now, 25 * hour)
    with pytest.raises(ServiceValidationError, match="is no camera of Gcam"):
        await export_range(hass, "light.garden", now, hour)
    assert gcam.ask("GET", "exports") == {"exports": []}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"camera": GARDEN},
        {"camera": GARDEN, "start": "2026-11-21 14:00:00"},
        {"start": "2026-11-21 14:00:00", "end": "2026-11-21 14:10:00"},
        {"clip_id": "door-1", "camera": GARDEN},
        {"clip_id": "door-1", "end": "2026-11-21 14:10:00"},
    ],
)
async def test_neither_a_clip_nor_a_time(
    hass: HomeAssistant, entry: MockConfigEntry, data: dict[str, Any]
) -> None:
    with pytest.raises(ServiceValidationError, match="either clip_id alone, or camera, start and end"):
        await act(hass, "export_clip", **data)


@pytest.fixture
def emptied(tmp_path: Path, socket_enabled: None) -> Iterator[RunningGcam]:
    """A Gcam whose disk lost a recording that it knows of."""
    clips = [Planted("door-1", "door", "Door", datetime.now(UTC) - timedelta(hours=1))]
    plant(tmp_path / "data", clips)
    camera = "Door=http://127.0.0.1:9/stream"
    with RunningGcam(tmp_path / "data", "--mqtt", "off", "--camera", camera) as gcam:
        await_index(gcam, clips)
        for video in (gcam.data_dir / "recordings").rglob("*.mp4"):
            video.unlink()
        yield gcam


async def test_gcam_can_not_make_the_export(hass: HomeAssistant, emptied: RunningGcam, media: Path) -> None:
    async with set_up(hass, emptied):
        start = datetime.now(UTC) - timedelta(hours=2)
        with pytest.raises(HomeAssistantError, match=r"Door could not be joined: .* not there any more"):
            await export_range(hass, "camera.door", start, timedelta(hours=2))
        assert emptied.ask("GET", "exports") == {"exports": []}
        assert list(media.iterdir()) == []


async def test_an_export_that_takes_too_long_is_given_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    asked: list[str] = []

    async def never_ready(request: web.Request) -> web.Response:
        if not request.path.startswith("/api/v1/exports"):  # asked by other parts of the component
            return web.json_response({}, status=503)
        asked.append(request.method)
        export = {"id": "e1", "camera_name": "Garden", "state": "running", "problem": None}
        return web.json_response(export | {"duration_s": 0, "size_bytes": 0})

    now = datetime.now(UTC)
    async with Serving(never_ready) as slow:
        entry.runtime_data.client = GcamClient(async_get_clientsession(hass), slow.url, "any")
        between = (now - timedelta(hours=1), now)
        with pytest.raises(HomeAssistantError, match="not ready after 0 minutes"):
            await async_export_range(camera_of(hass, GARDEN), between, None, wait_s=0.5)
    assert (asked[0], asked[-1]) == ("POST", "DELETE"), "it is not left behind"
    assert set(asked[1:-1]) <= {"GET"}
