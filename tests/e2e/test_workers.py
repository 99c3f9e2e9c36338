"""`gcam run --workers 2`: cameras in processes of their own, and everything as with one; what dies takes
nothing along, and is there again.
"""

from __future__ import annotations

import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
import pytest

from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.program import Program
from tests.support.two_cameras import settings_of, two_boards
from tests.support.waiting import answered, patience, until
from tests.support.workers import is_alive, journals_in, kill, workers_of

CAMERAS = ("door", "yard")


@pytest.fixture
async def boards() -> AsyncIterator[list[SimulatedCamera]]:
    async with two_boards() as boards:
        yield boards


@pytest.fixture
async def gcam(tmp_path: Path, boards: list[SimulatedCamera]) -> AsyncIterator[Program]:
    data = settings_of(boards, tmp_path)
    async with Program(data, "--mqtt", "off", "--workers", "2") as gcam:
        for name in ("Door", "Yard"):
            await gcam.until_connected(name)
        yield gcam


async def _a_clip(gcam: Program, camera_id: str, known: frozenset[str] = frozenset()) -> dict[str, Any]:
    async def found() -> dict[str, Any] | None:
        clips = await gcam.clips()
        new = [clip for clip in clips if clip["camera_id"] == camera_id and clip["id"] not in known]
        return new[-1] if new else None

    clip = await answered(found)
    assert clip is not None
    return clip


async def test_a_camera_in_a_worker_is_seen_recorded_and_told_of(gcam: Program) -> None:
    assert len(workers_of(gcam.pid)) == 2
    state = await gcam.state("door")
    assert state["status"] == "connected"
    assert (await gcam.get("/api/v1/cameras/door/snapshot.jpg"))[:2] == b"\xff\xd8"
    clip = await _a_clip(gcam, "door")
    assert clip["event_ids"]
    assert await gcam.get(f"/api/v1/clips/{clip['id']}/video.mp4")
    history = (await gcam.get("/api/v1/history"))["entries"]
    assert "motion" in {entry["kind"] for entry in history if entry["camera_id"] == "door"}
    assert b'gcam_frames_total{camera="door"' in await gcam.get("/metrics")


async def _in_an_event(gcam: Program, boards: list[SimulatedCamera]) -> dict[str, Any]:
    """Both record, some pictures long; the state of the first camera."""

    async def goes_on() -> dict[str, Any] | None:
        states = [await gcam.state(camera_id) for camera_id in CAMERAS]
        return states[0] if all(state["motion"] and state["recording"] for state in states) else None

    state = await answered(goes_on)
    assert state is not None
    return state


async def test_one_that_is_killed_is_there_again_and_its_event_is_kept(
    gcam: Program, boards: list[SimulatedCamera]
) -> None:
    seen = await _in_an_event(gcam, boards)
    known = frozenset(clip["id"] for clip in await gcam.clips())
    first, second = workers_of(gcam.pid)
    (journal,) = journals_in(gcam.data_dir, 1)
    kill(first)
    await gcam.until(lambda: "worker 1 failed and starts again" in gcam.log)
    await gcam.until(lambda: "finishing 1 recordings that worker 1 left" in gcam.log)
    clip = await _a_clip(gcam, "door", known)
    assert clip["id"] == journal.stem
    assert clip["event_ids"]
    assert clip["ended_at"] >= seen["last_frame_at"] - 0.15
    await answered(lambda: _is_connected(gcam, "door"))
    others = await gcam.state("yard")
    assert [others["reconnects"], others["dropped"]["parse"], others["dropped"]["record"]] == [0, 0, 0]
    assert [board.streams_opened for board in boards] == [2, 1]
    assert second in workers_of(gcam.pid)
    (event,) = [one for one in await _motions(gcam, "door") if one["clip_id"] == clip["id"]]
    assert event["ended_at"]
    await _a_clip(gcam, "door", known | {clip["id"]})


async def _is_connected(gcam: Program, camera_id: str) -> bool:
    return bool((await gcam.state(camera_id))["status"] == "connected")


async def _motions(gcam: Program, camera_id: str) -> list[dict[str, Any]]:
    history = (await gcam.get("/api/v1/history"))["entries"]
    return [one for one in history if one["camera_id"] == camera_id and one["kind"] == "motion"]


async def test_who_watches_goes_on_watching_when_one_is_killed(gcam: Program) -> None:
    async with (
        patience(),
        aiohttp.ClientSession(gcam.url, headers=gcam.headers) as http,
        http.get("/api/v1/cameras/door/stream.mjpg") as stream,
    ):
        await stream.content.readuntil(b"\xff\xd9")
        kill(workers_of(gcam.pid)[0])
        await gcam.until(lambda: "worker 1 failed" in gcam.log)
        await answered(lambda: _is_connected(gcam, "door"))
        for _ in range(20):
            await stream.content.readuntil(b"\xff\xd9")


async def test_a_killed_program_leaves_no_worker_and_no_recording_behind(
    gcam: Program, boards: list[SimulatedCamera]
) -> None:
    seen = await _in_an_event(gcam, boards)
    known = frozenset(clip["id"] for clip in await gcam.clips())
    workers = workers_of(gcam.pid)
    assert await gcam.end(signal.SIGKILL) == -signal.SIGKILL
    async with gcam:  # at once: it waits for their journals
        clip = await _a_clip(gcam, "door", known)
        assert clip["ended_at"] >= seen["last_frame_at"] - 0.15
        await until(lambda: not any(map(is_alive, workers)))
        assert len(workers_of(gcam.pid)) == 2


async def test_a_stop_ends_all_and_keeps_the_event_in_progress(
    gcam: Program, boards: list[SimulatedCamera], tmp_path: Path
) -> None:
    await _in_an_event(gcam, boards)
    workers = workers_of(gcam.pid)
    known = frozenset(clip["id"] for clip in await gcam.clips())
    assert await gcam.end(signal.SIGTERM) == 0
    assert "Traceback" not in gcam.log
    assert not any(map(is_alive, workers))
    async with Program(gcam.data_dir, "--mqtt", "off") as alone:  # without workers
        assert workers_of(alone.pid) == []
        clips = [await _a_clip(alone, camera_id, known) for camera_id in CAMERAS]
        assert all(clip["event_ids"] for clip in clips)


async def test_what_is_changed_reaches_a_camera_in_a_worker(
    gcam: Program, boards: list[SimulatedCamera]
) -> None:
    async with patience(), aiohttp.ClientSession(gcam.url, headers=gcam.headers) as http:

        async def change(settings: dict[str, Any]) -> None:
            async with http.patch("/api/v1/cameras/door", json=settings) as answer:
                assert answer.status == 200, await answer.text()

        await change({"detection": {"sensitivity": 71}, "name": "Front"})
        assert (await gcam.state("door"))["sensitivity"] == 71
        assert (await gcam.state("door"))["name"] == "Front"
        async with http.ws_connect("/api/v1/cameras/door/motion") as decisions:
            assert "score" in json.loads(await decisions.receive_str())
        everything = [[0, 0], [1, 0], [1, 1], [0, 1]]
        await change({"privacy_masks": [everything]})
        jpeg = await answered(lambda: _snapshot(gcam))
        assert _is_black(jpeg)
        async with http.post("/api/v1/cameras/door/record", json={"seconds": 2}) as answer:
            assert answer.status in (200, 202, 204)
        await answered(lambda: _is_recorded_by_hand(gcam))
        await change({"privacy": True})
        assert (await gcam.state("door"))["status"] == "privacy"
        await change({"privacy": False})
        await answered(lambda: _is_connected(gcam, "door"))
        async with http.delete("/api/v1/cameras/door") as answer:
            assert answer.status in (200, 204)
    assert [camera["id"] for camera in (await gcam.get("/api/v1/cameras"))["cameras"]] == ["yard"]


async def _is_recorded_by_hand(gcam: Program) -> bool:
    return any(clip["kind"] == "manual" for clip in await gcam.clips())


async def _snapshot(gcam: Program) -> bytes | None:
    async with (
        aiohttp.ClientSession(gcam.url, headers=gcam.headers) as http,
        http.get("/api/v1/cameras/door/snapshot.jpg") as answer,
    ):
        return await answer.read() if answer.status == 200 else None


def _is_black(jpeg: bytes | None) -> bool:
    assert jpeg is not None
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    return picture is not None and bool(np.mean(np.asarray(picture)) < 10)
