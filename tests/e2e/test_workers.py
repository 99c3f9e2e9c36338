"""`gcam run --workers 2`: cameras in processes of their own, and everything as with one; what dies takes
nothing along, and is there again.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import aiomqtt
import av
import cv2
import numpy as np
import pytest

from gcam_addon.errors import RecordingError
from gcam_addon.recording.journal_reader import count_frames
from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.alert_receiver import AlertReceiver, alert_receiver
from tests.support.ports import kept_port
from tests.support.program import Program, write_options
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


async def _clip_of(gcam: Program, journal: Path) -> dict[str, Any]:
    async def found() -> dict[str, Any] | None:
        return next((clip for clip in await gcam.clips() if clip["id"] == journal.stem), None)

    clip = await answered(found)
    assert clip is not None
    return clip


async def _pictures_in(gcam: Program, clip: dict[str, Any]) -> int:
    video = await gcam.get(f"/api/v1/clips/{clip['id']}/video.mp4")
    with av.open(BytesIO(video)) as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)


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


async def _record(gcam: Program, camera_id: str, seconds: float) -> None:
    async with (
        aiohttp.ClientSession(gcam.url, headers=gcam.headers) as http,
        http.post(f"/api/v1/cameras/{camera_id}/record", json={"seconds": seconds}) as answer,
    ):
        assert answer.status in (200, 202, 204), await answer.text()


async def _in_an_event(gcam: Program) -> dict[str, Path]:
    """Both record, by hand, so for as long as it takes, and their clips hold an event that goes on, or did;
    their journals, by camera, with pictures in them.
    """
    for camera_id in CAMERAS:
        await _record(gcam, camera_id, 3600)

    async def goes_on() -> bool:
        states = [await gcam.state(camera_id) for camera_id in CAMERAS]
        return all(state["motion"] and state["recording"] for state in states)

    await answered(goes_on)
    journals = {name: journals_in(gcam.data_dir, n)[-1] for n, name in enumerate(CAMERAS, 1)}
    await until(lambda: all(_has_pictures(journal) for journal in journals.values()))
    return journals


def _has_pictures(journal: Path) -> bool:
    with suppress(RecordingError):
        return count_frames(journal) > 10
    return False


async def test_one_that_is_killed_is_there_again_and_its_event_is_kept(
    gcam: Program, boards: list[SimulatedCamera]
) -> None:
    journal = (await _in_an_event(gcam))["door"]
    first, second = workers_of(gcam.pid)
    written = count_frames(journal)
    kill(first)
    await gcam.until(lambda: "worker 1 failed and starts again" in gcam.log)
    await gcam.until(lambda: "recordings that worker 1 left" in gcam.log)
    clip = await _clip_of(gcam, journal)
    assert clip["event_ids"]
    assert await _pictures_in(gcam, clip) >= written
    await answered(lambda: _is_connected(gcam, "door"))
    assert second in workers_of(gcam.pid)
    events = [one for one in await _motions(gcam, "door") if one["clip_id"] == clip["id"]]
    assert events
    assert all(event["ended_at"] for event in events)
    await answered(lambda: _is_recorded(gcam, "door"))  # until the hour is over
    others = await gcam.state("yard")
    assert [others["reconnects"], others["dropped"]["parse"], others["dropped"]["record"]] == [0, 0, 0]
    assert [board.streams_opened for board in boards] == [2, 1]


async def _is_recorded(gcam: Program, camera_id: str) -> bool:
    return bool((await gcam.state(camera_id))["recording"])


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


async def test_a_killed_program_leaves_no_worker_and_no_recording_behind(gcam: Program) -> None:
    journals = await _in_an_event(gcam)
    workers = workers_of(gcam.pid)
    written = {journal: count_frames(journal) for journal in journals.values()}
    assert await gcam.end(signal.SIGKILL) == -signal.SIGKILL
    async with gcam:  # at once: it waits for their journals
        for journal, pictures in written.items():
            clip = await _clip_of(gcam, journal)
            assert clip["event_ids"]
            assert await _pictures_in(gcam, clip) >= pictures
        await until(lambda: not any(map(is_alive, workers)))
        assert len(workers_of(gcam.pid)) == 2


async def test_a_stop_ends_all_and_keeps_the_event_in_progress(gcam: Program) -> None:
    journals = await _in_an_event(gcam)
    workers = workers_of(gcam.pid)
    for worker in workers:  # as a service manager does, which tells all processes
        os.kill(worker, signal.SIGTERM)
    assert await gcam.end(signal.SIGTERM) == 0
    assert "Traceback" not in gcam.log
    assert "failed and starts again" not in gcam.log
    assert not any(map(is_alive, workers))
    async with Program(gcam.data_dir, "--mqtt", "off") as alone:  # without workers
        assert workers_of(alone.pid) == []
        for journal in journals.values():
            assert (await _clip_of(alone, journal))["event_ids"]


async def _put(gcam: Program, path: str, body: dict[str, Any], method: str = "PUT") -> None:
    async with (
        aiohttp.ClientSession(gcam.url, headers=gcam.headers) as http,
        http.request(method, f"/api/v1/{path}", json=body) as answer,
    ):
        assert answer.status in (200, 201, 202, 204), await answer.text()


async def _alert_and_arm(gcam: Program, hook: str) -> None:
    """Of what moves at the door."""
    destination = {"name": "Hook", "kind": "webhook", "settings": {"url": hook}}
    await _put(gcam, "alerts/destinations/hook", destination)
    rule = {"name": "Door", "topics": ["motion", "alarm"], "to": ["hook"]}
    await _put(gcam, "alerts/rules/door", rule)
    mode = {"id": "away", "name": "Away", "exit_s": 0, "watches": [{"camera_id": "door"}]}
    await _put(gcam, "guard/settings", {"modes": [mode], "windows": [], "place": None})
    await _put(gcam, "guard/arm", {"mode_id": "away"}, "POST")


async def _heard(client: aiomqtt.Client, topic: str, payload: bytes) -> None:
    async for message in client.messages:
        if message.topic.value == topic and bytes(message.payload).startswith(payload):
            return


async def _alarm_of(gcam: Program) -> dict[str, Any] | None:
    guard = (await gcam.get("/api/v1/guard"))["guard"]
    return dict(guard["alarm"]) if guard["phase"] == "alarm" else None


async def test_the_guard_alerts_and_mqtt_hear_what_happens_in_workers(
    tmp_path: Path, boards: list[SimulatedCamera]
) -> None:
    data = settings_of(boards, tmp_path)
    with kept_port() as port:
        options = write_options(tmp_path / "o.json", mqtt={"mode": "embedded", "port": port})
        async with (
            alert_receiver() as receiver,
            Program(data, "--options", options, "--workers", "2") as gcam,
            aiomqtt.Client("127.0.0.1", port) as client,
            patience(),
        ):
            await client.subscribe("gcam/door/+")
            await gcam.until_connected("Door")
            await _alert_and_arm(gcam, receiver.url)
            await _heard(client, "gcam/door/motion", b"ON")
            alarm = await answered(lambda: _alarm_of(gcam))
            assert alarm is not None
            assert [(one["kind"], one["camera_id"]) for one in alarm["causes"]][:1] == [("motion", "door")]
            await until(lambda: _motion_and_its_clip(receiver), lambda: str(receiver.letters))
            await client.publish("gcam/door/snapshot/take")
            await _heard(client, "gcam/door/snapshot", b"\xff\xd8")
            kill(workers_of(gcam.pid)[0])
            await _heard(client, "gcam/door/availability", b"offline")
            await _heard(client, "gcam/door/availability", b"online")
            await _heard(client, "gcam/door/motion", b"ON")
            parts = {part["part"]: part for part in (await gcam.get("/api/v1/system"))["parts"]}
            assert "worker 1" in parts["duties"]["names"]


def _motion_and_its_clip(receiver: AlertReceiver) -> bool:
    """The picture, and what follows it."""
    told = {letter["id"]: letter for letter in receiver.letters if letter["topic"] == "motion"}
    return any(
        letter["content"][4:8] == b"ftyp" and told[letter["follows"]]["content"][:2] == b"\xff\xd8"
        for letter in told.values()
        if letter["follows"] in told
    )


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
        await _record(gcam, "door", 2)
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
