"""Clips through Home Assistant: who may see them, seeking, what goes wrong, leaving before the end."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest
import pytest_socket
from aiohttp import ClientPayloadError
from aiohttp.test_utils import TestClient
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.gcam.api import GcamClient
from custom_components.gcam.views import thumbnail_path, video_path
from tests.support.waiting import patience

from .support.entry import set_up
from .support.footage import FPS, Planted, await_index, plant
from .support.gcam import RunningGcam
from .support.serving import Serving, hang_up_midway

LENGTH_S = 3
PADDING_BYTES = 256 * 1024 * 1024
"""More than all the buffers between Gcam and a viewer hold."""
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
FOOTAGE = [
    Planted("door-1", "door", "Door", YESTERDAY, length_s=LENGTH_S),
    Planted("door-large", "door", "Door", YESTERDAY + timedelta(minutes=1), padding_bytes=PADDING_BYTES),
]

type Viewer = TestClient[Any, Any]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGcam]:
    pytest_socket.enable_socket()
    data_dir = tmp_path_factory.mktemp("archive") / "data"
    plant(data_dir, FOOTAGE)
    with RunningGcam(data_dir, "--mqtt", "off") as gcam:
        await_index(gcam, FOOTAGE)
        yield gcam


@pytest.fixture
def gcam(archive: RunningGcam, socket_enabled: None) -> RunningGcam:
    return archive


@pytest.fixture
async def viewer(hass_client: ClientSessionGenerator, entry: MockConfigEntry) -> Viewer:
    """Somebody who is logged in."""
    return await hass_client()


@pytest.fixture
async def stranger(hass_client_no_auth: ClientSessionGenerator, entry: MockConfigEntry) -> Viewer:
    return await hass_client_no_auth()


@pytest.fixture
def video(gcam: RunningGcam) -> str:
    return video_path(gcam.instance_id, "door-1")


@pytest.fixture
def whole(gcam: RunningGcam) -> bytes:
    """The file as it lies on Gcam's disk."""
    (path,) = (gcam.data_dir / "recordings").rglob("*door-1.mp4")
    return path.read_bytes()


async def test_a_video_plays(viewer: Viewer, video: str, whole: bytes) -> None:
    async with viewer.get(video) as response:
        assert response.status == HTTPStatus.OK
        assert response.content_type == "video/mp4"
        assert response.headers["Accept-Ranges"] == "bytes"
        assert response.content_length == len(whole)
        seen = await response.read()
    assert seen == whole
    with av.open(BytesIO(seen)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert sum(1 for _ in container.decode(video=0)) == LENGTH_S * FPS


@pytest.mark.parametrize("asked", ["bytes=0-99", "bytes=100-", "bytes=-50", "bytes=7-7"])
async def test_a_part_of_a_video(viewer: Viewer, video: str, whole: bytes, asked: str) -> None:
    first, last = (int(text) if text else None for text in asked.removeprefix("bytes=").split("-"))
    begin = len(whole) - (last or 0) if first is None else first
    end = len(whole) - 1 if first is None or last is None else last
    async with viewer.get(video, headers={"Range": asked}) as response:
        assert response.status == HTTPStatus.PARTIAL_CONTENT
        assert response.headers["Content-Range"] == f"bytes {begin}-{end}/{len(whole)}"
        assert await response.read() == whole[begin : end + 1]


async def test_a_part_there_is_not(viewer: Viewer, video: str, whole: bytes) -> None:
    async with viewer.get(video, headers={"Range": f"bytes={len(whole)}-"}) as response:
        assert response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        assert response.headers["Content-Range"] == f"bytes */{len(whole)}"


async def test_how_large_it_is(viewer: Viewer, video: str, whole: bytes) -> None:
    async with viewer.head(video) as response:
        assert response.status == HTTPStatus.OK
        assert response.content_length == len(whole)
        assert await response.read() == b""


async def test_what_is_known_is_not_sent_again(viewer: Viewer, video: str) -> None:
    async with viewer.get(video) as response:
        etag = response.headers["ETag"]
    async with viewer.get(video, headers={"If-None-Match": etag}) as response:
        assert response.status == HTTPStatus.NOT_MODIFIED
        assert await response.read() == b""


async def test_resuming_what_has_changed_begins_anew(viewer: Viewer, video: str, whole: bytes) -> None:
    async with viewer.get(video) as response:
        changed_at = response.headers["Last-Modified"]
    resumed = {"Range": "bytes=10-19", "If-Range": changed_at}
    async with viewer.get(video, headers=resumed) as response:
        assert await response.read() == whole[10:20]
    async with viewer.get(video, headers=resumed | {"If-Range": "Thu, 01 Jan 1970 00:00:00 GMT"}) as response:
        assert (response.status, await response.read()) == (HTTPStatus.OK, whole)


async def test_a_thumbnail(viewer: Viewer, gcam: RunningGcam) -> None:
    async with viewer.get(thumbnail_path(gcam.instance_id, "door-1")) as response:
        assert (response.status, response.content_type) == (HTTPStatus.OK, "image/jpeg")
        assert (await response.read()).startswith(b"\xff\xd8")


async def test_nothing_of_gcams_own_gets_out(viewer: Viewer, video: str, gcam: RunningGcam) -> None:
    async with viewer.get(video) as response:
        told = {name.lower() for name in response.headers}
        assert gcam.token not in str(response.headers)
    known = {
        "accept-ranges",
        "cache-control",
        "content-length",
        "content-type",
        "etag",
        "last-modified",
        "date",
    }
    of_home_assistant = {"server", "referrer-policy", "x-content-type-options", "x-frame-options"}
    assert told <= known | of_home_assistant


async def test_strangers_see_nothing(stranger: Viewer, video: str, gcam: RunningGcam) -> None:
    for path in (video, thumbnail_path(gcam.instance_id, "door-1")):
        for method in ("GET", "HEAD"):
            async with stranger.request(method, path) as response:
                assert response.status == HTTPStatus.UNAUTHORIZED


async def test_gcams_token_opens_nothing_here(stranger: Viewer, video: str, gcam: RunningGcam) -> None:
    headers = {"Authorization": f"Bearer {gcam.token}"}
    async with stranger.get(video, headers=headers) as response:
        assert response.status == HTTPStatus.UNAUTHORIZED


async def test_a_signed_address_is_enough(hass: HomeAssistant, stranger: Viewer, video: str) -> None:
    signed = async_sign_path(hass, video, timedelta(minutes=1), use_content_user=True)
    async with stranger.get(signed, headers={"Range": "bytes=0-3"}) as response:
        assert response.status == HTTPStatus.PARTIAL_CONTENT
    async with stranger.head(signed) as response:
        assert response.status == HTTPStatus.OK


async def test_a_signature_is_for_one_address_and_not_for_ever(
    hass: HomeAssistant, stranger: Viewer, video: str, gcam: RunningGcam
) -> None:
    expired = async_sign_path(hass, video, timedelta(minutes=-1), use_content_user=True)
    valid = async_sign_path(hass, video, timedelta(minutes=1), use_content_user=True)
    of_another = valid.replace(video, video_path(gcam.instance_id, "door-large"))
    for address in (expired, of_another, valid + "x"):
        async with stranger.get(address) as response:
            assert response.status == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    ("clip_id", "status"),
    [
        ("door-gone", HTTPStatus.NOT_FOUND),
        ("..%2F..%2Fsystem", HTTPStatus.BAD_REQUEST),
        ("%2e%2e", HTTPStatus.NOT_FOUND),
        ("door%201", HTTPStatus.BAD_REQUEST),
        ("x" * 201, HTTPStatus.BAD_REQUEST),
    ],
)
async def test_no_such_clip(viewer: Viewer, gcam: RunningGcam, clip_id: str, status: HTTPStatus) -> None:
    async with viewer.get(video_path(gcam.instance_id, clip_id)) as response:
        assert response.status == status


async def test_no_such_gcam(hass: HomeAssistant, viewer: Viewer, entry: MockConfigEntry, video: str) -> None:
    async with viewer.get(video_path("0badcafe", "door-1")) as response:
        assert response.status == HTTPStatus.NOT_FOUND
    await hass.config_entries.async_unload(entry.entry_id)
    async with viewer.get(video) as response:
        assert response.status == HTTPStatus.NOT_FOUND


async def test_the_token_may_not_play_back(
    hass: HomeAssistant, viewer: Viewer, entry: MockConfigEntry, gcam: RunningGcam, video: str
) -> None:
    session = async_get_clientsession(hass)
    for token, status in (
        (gcam.make_token(["view"]), HTTPStatus.FORBIDDEN),
        ("a token of nobody", HTTPStatus.BAD_GATEWAY),
    ):
        entry.runtime_data.client = GcamClient(session, gcam.url, token)
        async with viewer.get(video) as response:
            assert response.status == status
            assert token not in await response.text()
        async with viewer.head(video) as response:
            assert response.status == status


async def test_gcam_does_not_answer(
    hass: HomeAssistant, own_gcam: RunningGcam, hass_client: ClientSessionGenerator
) -> None:
    async with set_up(hass, own_gcam):
        own_gcam.stop()
        viewer = await hass_client()
        async with viewer.get(video_path(own_gcam.instance_id, "door-1")) as response:
            assert response.status == HTTPStatus.BAD_GATEWAY
            assert own_gcam.token not in await response.text()


async def test_a_large_video_comes_as_it_is_watched(viewer: Viewer, gcam: RunningGcam) -> None:
    """Whoever takes but the beginning costs but the beginning, and Gcam is let go of."""
    memory_bytes = resident_bytes()
    response = await viewer.get(video_path(gcam.instance_id, "door-large"))
    assert response.content_length is not None
    assert response.content_length > PADDING_BYTES
    assert await response.content.readexactly(1024 * 1024)
    watched = connections(gcam)
    await asyncio.sleep(0.5)  # as long as a whole one would take
    assert resident_bytes() - memory_bytes < PADDING_BYTES / 4
    response.close()
    await until(lambda: connections(gcam) < watched)


async def test_what_breaks_off_is_seen_to_be_cut(
    hass: HomeAssistant, viewer: Viewer, entry: MockConfigEntry, gcam: RunningGcam, video: str
) -> None:
    async with Serving(hang_up_midway) as dying:
        entry.runtime_data.client = GcamClient(async_get_clientsession(hass), dying.url, "any")
        async with viewer.get(video) as response:
            assert response.status == HTTPStatus.OK
            with pytest.raises(ClientPayloadError):
                await response.read()


def connections(gcam: RunningGcam) -> int:
    """How many are open to Gcam, as the system tells."""
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    established, port = "01", f":{gcam.port:04X}"
    return sum(1 for line in lines if line.split()[1].endswith(port) and line.split()[3] == established)


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


async def until(wanted: Callable[[], bool]) -> None:
    async with patience():
        while not wanted():
            await asyncio.sleep(0.05)
