"""Playing back over HTTP: real clips, their single pictures, trash, links and exports, read back by PyAV."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import aiohttp
import av
import cv2
import numpy as np
import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError
from gcam_addon.model import Clip, ClipKind
from gcam_addon.recording.exports import MOST, ClipExports
from tests.support.fakes import make_camera
from tests.support.library import filled_library
from tests.support.waiting import patience
from tests.support.web_fakes import STARTED_AT, THREADS, Site, make_clip, serve

DOOR, GARDEN = make_camera("door", name="Entrée"), make_camera("garden")
FPS, SECONDS = 10, 12


def make_video(path: Path, size: tuple[int, int] = (320, 240), seconds: int = SECONDS) -> None:
    """Every frame is grey, by its second: 0 black, 20, 40 … so that a picture tells its own time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_video(size, seconds))


@cache
def _video(size: tuple[int, int], seconds: int) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=FPS, options={"crf": "1", "g": "30", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(seconds * FPS):
            grey = np.full((size[1], size[0], 3), 20 * (number // FPS), np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(grey, "rgb24")))
        output.mux(stream.encode(None))
    return file.getvalue()


def second_of(jpeg: bytes) -> int:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    return round(float(picture.mean()) / 20)


def clip_at(clip_id: str, offset_s: float, **changes: object) -> Clip:
    clip = make_clip(clip_id, DOOR, STARTED_AT + offset_s)
    return replace(clip, ended_at=clip.started_at + SECONDS, **changes)  # type: ignore[arg-type]


CLIPS = (
    clip_at("c1", 0, zones=("porch",), peak=9.0),
    clip_at("c2", 60, kind=ClipKind.CONTINUOUS),
    clip_at("c3", 86_400, protected=True),
    make_clip("g1", GARDEN, STARTED_AT),
)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    for clip in CLIPS:
        await asyncio.to_thread(make_video, tmp_path / clip.path)
    async with serve(tmp_path, cameras=[DOOR, GARDEN], clips=CLIPS) as site:
        yield site


async def ids(site: Site, query: str) -> list[str]:
    async with site.http.get(f"/api/v1/clips?{query}") as response:
        assert response.status == 200, await response.text()
        return [clip["id"] for clip in (await response.json())["clips"]]


async def test_a_long_list_is_compressed_for_who_takes_it(tmp_path: Path) -> None:
    clips = [clip_at(f"c{number}", 20.0 * number) for number in range(40)]
    async with serve(tmp_path, cameras=[DOOR], clips=clips) as site:
        whole = await site.http.get("/api/v1/clips", headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in whole.headers
        small = await site.http.get("/api/v1/clips", headers={"Accept-Encoding": "gzip"})
        assert small.headers["Content-Encoding"] == "gzip"
        assert (await small.json())["clips"] == (await whole.json())["clips"]
        assert int(small.headers["Content-Length"]) < int(whole.headers["Content-Length"]) / 5
        short = await site.http.get("/api/v1/clips?limit=1", headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in short.headers


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("camera=door", ["c3", "c2", "c1"]),
        ("camera=door&camera=garden", ["c3", "c2", "g1", "c1"]),
        ("zone=porch", ["c1"]),
        ("kind=continuous", ["c2"]),
        ("kind=continuous&kind=manual", ["c2"]),
        ("protected=1", ["c3"]),
        ("min_score=5", ["c1"]),
        ("min_length_s=12.2", ["g1"]),
        ("max_length_s=12.2", ["c3", "c2", "c1"]),
        ("limit=1&older_than=c2", ["g1"]),
        ("older_than=g1", ["c1"]),
    ],
)
async def test_filters(site: Site, query: str, found: list[str]) -> None:
    assert await ids(site, query) == found


@pytest.mark.parametrize("query", ["kind=odd", "protected=yes", "min_score=much", "colour=red"])
async def test_wrong_filters_are_named(site: Site, query: str) -> None:
    async with site.http.get(f"/api/v1/clips?{query}") as response:
        assert response.status == 400
        assert (await response.json())["error"]["field"] == query.split("=", maxsplit=1)[0]


async def test_the_timeline_tells_what_began_earlier_and_lasts(site: Site) -> None:
    query = {"camera": "door", "after": STARTED_AT + 5, "before": STARTED_AT + 100}
    async with site.http.get("/api/v1/timeline", params=query) as response:
        body = await response.json()
    assert [span["id"] for span in body["spans"]] == ["c1", "c2"]
    assert body["spans"][0]["zones"] == ["porch"]
    assert body["complete"]
    async with site.http.get("/api/v1/timeline", params={**query, "before": STARTED_AT + 1e9}) as response:
        assert response.status == 400


async def test_days_count_local_days(site: Site) -> None:
    async with site.http.get("/api/v1/days?camera=door") as response:
        body = await response.json()
    assert [day["clips"] for day in body["days"]] == [2, 1]
    assert body["days"][0]["seconds"] == pytest.approx(2 * SECONDS)
    assert [day["newest_id"] for day in body["days"]] == ["c2", "c3"]


@pytest.mark.parametrize(
    ("timezone", "first", "offset_s"),
    [("Asia/Tokyo", "2023-11-15", 32_400), ("UTC", "2023-11-14", 0)],
)
async def test_days_of_another_place(site: Site, timezone: str, first: str, offset_s: int) -> None:
    async with site.http.get(f"/api/v1/days?timezone={timezone}") as response:
        body = await response.json()
    assert (body["timezone"], body["utc_offset_s"]) == (timezone, offset_s)
    assert body["days"][0]["day"] == first
    assert body["days"][0]["clips"] == 3


@pytest.mark.parametrize(
    "timezone", ["Nowhere/Atall", "", "../../etc/passwd", "Europe", "/etc/localtime", "a\0b"]
)
async def test_an_unknown_timezone_is_named(site: Site, timezone: str) -> None:
    async with site.http.get("/api/v1/days", params={"timezone": timezone}) as response:
        assert response.status == 400
        assert (await response.json())["error"]["field"] == "timezone"


async def test_which_cameras_have_recordings(site: Site) -> None:
    async with site.http.get("/api/v1/days") as response:
        cameras = (await response.json())["cameras"]
    door = {"camera_id": "door", "camera_name": DOOR.name, "clips": 3, "newest_id": "c3"}
    garden = {"camera_id": "garden", "camera_name": GARDEN.name, "clips": 1, "newest_id": "g1"}
    assert cameras == [door, garden]
    async with site.http.get("/api/v1/days?camera=garden") as response:
        assert (await response.json())["cameras"] == [garden]


@pytest.mark.parametrize(("t", "second"), [(0, 0), (3.95, 3), (7.0, 7), (11.99, 11)])
async def test_the_exact_picture(site: Site, t: float, second: int) -> None:
    async with site.http.get(f"/api/v1/clips/c1/frame.jpg?t={t}&exact=1&width=160") as response:
        jpeg = await response.read()
        assert response.status == 200
    assert second_of(jpeg) == second
    assert cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).shape[:2] == (120, 160)


async def test_the_quick_picture_is_the_key_frame_before(site: Site) -> None:
    async with site.http.get("/api/v1/clips/c1/frame.jpg?t=5.5") as response:
        assert second_of(await response.read()) == 3  # a key frame every 3 s


async def test_the_times_of_all_frames(site: Site) -> None:
    async with site.http.get("/api/v1/clips/c1/frames") as response:
        times = (await response.json())["times"]
    assert len(times) == FPS * SECONDS
    assert times[:3] == pytest.approx([0.0, 0.1, 0.2], abs=1e-3)


async def test_an_original_that_was_not_kept_says_so(site: Site) -> None:
    async with site.http.get("/api/v1/clips/c1/original.jpg?t=1") as response:
        assert response.status == 404
        assert "not kept" in (await response.json())["error"]["message"]


async def test_a_file_that_is_gone_is_a_404_everywhere(site: Site, tmp_path: Path) -> None:
    (tmp_path / CLIPS[0].path).unlink()
    for path in ("video.mp4", "frame.jpg?t=0", "frames"):
        async with site.http.get(f"/api/v1/clips/c1/{path}") as response:
            assert response.status == 404, path


async def test_deleting_can_be_undone(site: Site) -> None:
    async with site.http.delete("/api/v1/clips/c1") as response:
        assert response.status == 204
    assert "c1" not in await ids(site, "camera=door")
    async with site.http.post("/api/v1/clips/c1/restore") as response:
        assert response.status == 200
    assert "c1" in await ids(site, "camera=door")
    async with site.http.post("/api/v1/clips/never/restore") as response:
        assert response.status == 404


async def test_a_link_shows_one_clip_to_anybody_until_it_expires(site: Site) -> None:
    async with site.http.post("/api/v1/clips/c1/shares", json={"hours": 2}) as response:
        link = await response.json()
        assert response.status == 201
    async with aiohttp.ClientSession(site.url) as guest:
        async with guest.get(f"/{link['path']}") as response:
            assert "Entrée" in await response.text()
        async with guest.get(f"/{link['path']}", headers={"Accept-Language": "fr-CA,en;q=0.5"}) as response:
            page = await response.text()
            assert '<html lang="fr">' in page
            assert "<p>Un enregistrement de Entrée, partagé avec vous</p>" in page
            assert response.headers["Vary"] == "Accept-Language"
        async with guest.get(f"/{link['path']}/video.mp4", headers={"Range": "bytes=0-99"}) as response:
            assert response.status == 206
        async with guest.get("/api/v1/clips/c1") as response:
            assert response.status == 401
        async with guest.get("/share/wrong/video.mp4") as response:
            assert response.status == 404
        site.clock.advance(2 * 3600 + 1)
        async with guest.get(f"/{link['path']}/video.mp4") as response:
            assert response.status == 404
    async with site.http.get("/api/v1/clips/c1/shares") as response:
        assert (await response.json())["shares"] == []


async def test_a_link_can_be_taken_back(site: Site) -> None:
    async with site.http.post("/api/v1/clips/c1/shares", json={"hours": 2}) as response:
        link = await response.json()
    async with site.http.delete(f"/api/v1/clips/c1/shares/{link['id']}") as response:
        assert response.status == 204
    async with site.http.get(f"/{link['path']}/video.mp4") as response:
        assert response.status == 404


async def exported(site: Site, camera: str, after: float, before: float) -> tuple[dict[str, object], bytes]:
    wanted = {"camera": camera, "after": after, "before": before}
    async with site.http.post("/api/v1/exports", json=wanted) as response:
        assert response.status == 201, await response.text()
        export = await response.json()
    async with patience():
        while export["state"] in ("waiting", "running"):
            await asyncio.sleep(0.05)
            async with site.http.get(f"/api/v1/exports/{export['id']}") as response:
                export = json.loads(await response.text())
    assert export["state"] == "done", export
    async with site.http.get(f"/api/v1/exports/{export['id']}/video.mp4") as response:
        assert "attachment" in response.headers["Content-Disposition"]
        return export, await response.read()


def seconds_in(video: bytes) -> list[int]:
    """Which seconds are shown, in order, each once."""
    with av.open(io.BytesIO(video)) as container:
        shown = [
            round(float(frame.to_ndarray(format="gray").mean()) / 20) for frame in container.decode(video=0)
        ]
    return [second for number, second in enumerate(shown) if number == 0 or shown[number - 1] != second]


async def test_an_export_joins_what_was_recorded_in_the_range(site: Site) -> None:
    export, video = await exported(site, "door", STARTED_AT + 6, STARTED_AT + 60 + 4)
    assert export["clips"] == 2
    assert seconds_in(video) == [6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4]
    with av.open(io.BytesIO(video)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
        times = [packet.pts for packet in packets]
        assert times == sorted(set(times))
        assert float(container.duration or 0) / 1e6 == pytest.approx(10.3, abs=0.4)


async def test_an_export_of_unlike_clips_is_encoded_again(site: Site, tmp_path: Path) -> None:
    await asyncio.to_thread(make_video, tmp_path / CLIPS[1].path, (640, 480), 3)
    _, video = await exported(site, "door", STARTED_AT, STARTED_AT + 100)
    assert seconds_in(video) == [*range(SECONDS), 0, 1, 2]
    with av.open(io.BytesIO(video)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (320, 240)


async def test_exports_that_can_not_be_are_refused(site: Site) -> None:
    for body, status in (
        ({"camera": "door", "after": STARTED_AT, "before": STARTED_AT}, 400),
        ({"camera": "door", "after": 0, "before": 1e9}, 400),
        ({"camera": "door", "after": 1000, "before": 2000}, 404),
        ({"camera": "nobody", "after": STARTED_AT, "before": STARTED_AT + 9}, 404),
        ({"camera": 3, "after": STARTED_AT, "before": STARTED_AT + 9}, 400),
    ):
        async with site.http.post("/api/v1/exports", json=body) as response:
            assert response.status == status, body


async def test_exports_begun_at_once_are_no_more_than_there_may_be(tmp_path: Path) -> None:
    library, clock = filled_library(tmp_path, CLIPS), ManualClock()
    exports = ClipExports(library, tmp_path, clock, floor_bytes=0, duties=Duties(clock), threads=THREADS)
    begun = [exports.add("door", STARTED_AT, STARTED_AT + 9, "ada") for _ in range(MOST + 10)]
    outcomes = await asyncio.gather(*begun, return_exceptions=True)
    assert len([one for one in outcomes if isinstance(one, ConfigError)]) == 10
    assert len(exports.list()) == MOST


async def test_an_export_can_be_removed(site: Site, tmp_path: Path) -> None:
    export, _ = await exported(site, "door", STARTED_AT, STARTED_AT + 100)
    async with site.http.delete(f"/api/v1/exports/{export['id']}") as response:
        assert response.status == 204
    assert list((tmp_path / "exports").iterdir()) == []


async def test_the_picture_a_recording_stands_with_is_no_deed(site: Site) -> None:
    async def deeds() -> list[tuple[str, str]]:
        async with site.http.get("/api/v1/audit") as response:
            return [(deed["action"], deed["subject"]) for deed in (await response.json())["deeds"]]

    before = await deeds()
    for shown in ("thumbnail.jpg", "frame.jpg?width=1280", "frame.jpg?t=5.5&width=320"):
        async with site.http.get(f"/api/v1/clips/c1/{shown}") as response:
            await response.read()
    assert await deeds() == before
    async with site.http.get("/api/v1/clips/c1/frame.jpg?t=5.5&width=1280") as response:
        assert response.status == 200
    async with site.http.get("/api/v1/clips/c2/frame.jpg?width=1280&exact=1") as response:
        assert response.status == 200  # to be kept
    assert await deeds() == [("clip.picture", "c2"), ("clip.picture", "c1"), *before]
