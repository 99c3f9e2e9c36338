"""The real program with two boards, and what it has to do while something around it fails, and after."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import av

from tests.support.program import Program, write_options
from tests.support.two_cameras import settings_of, two_boards
from tests.support.waiting import answered

CAMERAS = ("door", "yard")


@asynccontextmanager
async def watching(
    folder: Path,
    media: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    **options: object,
) -> AsyncIterator[Program]:
    """Gcam with two cameras that are recorded all the time, in clips of five seconds."""
    async with two_boards() as boards:
        data = settings_of(boards, folder)
        stored = json.loads((data / "cameras.json").read_text())
        for camera in stored["cameras"]:
            camera["recording"] |= {"mode": "continuous", "max_clip_s": 5}
        (data / "cameras.json").write_text(json.dumps(stored))
        file = write_options(folder / "options.json", media_dir=str(media), **options)
        program = Program(data, "--mqtt", "off", "--options", file, *arguments)
        program.environment |= environment or {}
        async with program as gcam:
            yield gcam
        assert_readable(media)


def assert_readable(media: Path) -> None:
    """Every video there, from its first picture to its last."""
    videos = list((media / "recordings").rglob("*.mp4"))
    for video in videos:
        with av.open(str(video)) as container:
            assert sum(1 for _ in container.decode(video=0)) > 0, video
    assert videos


async def states(gcam: Program) -> list[dict[str, Any]]:
    return [await gcam.state(name) for name in CAMERAS]


async def all_record(gcam: Program) -> bool:
    return all(state["recording"] and not state["no_recording_code"] for state in await states(gcam))


async def none_records_and_says_why(gcam: Program) -> bool:
    return all(not state["recording"] and state["no_recording_reason"] for state in await states(gcam))


async def a_new_clip_of_each(gcam: Program, known: set[str]) -> bool:
    new = [clip for clip in await clips(gcam) if clip["id"] not in known]
    return {clip["camera_id"] for clip in new} == set(CAMERAS)


async def known_clips(gcam: Program) -> set[str]:
    return {clip["id"] for clip in await clips(gcam)}


async def clips(gcam: Program) -> list[dict[str, Any]]:
    """None while the index says that it fails."""
    async with (
        aiohttp.ClientSession(gcam.url, headers=gcam.headers) as http,
        http.get("/api/v1/clips") as answer,
    ):
        assert answer.status in (200, 503), await answer.text()
        return list((await answer.json())["clips"]) if answer.ok else []


async def goes_on_seeing(gcam: Program) -> None:
    """Pictures come and are looked at, the page answers."""
    before = await states(gcam)
    await answered(lambda: _more_than(gcam, before))
    assert isinstance(await gcam.get("/"), bytes)
    assert all(state["status"] == "connected" for state in await states(gcam))


async def _more_than(gcam: Program, before: list[dict[str, Any]]) -> bool:
    now = await states(gcam)
    return all(
        new["frames"] > old["frames"] + 5 and new["analysed"] > old["analysed"]
        for old, new in zip(before, now, strict=True)
    )


async def comes_back(gcam: Program) -> None:
    """By itself, and what is recorded from then on becomes clips."""
    known = await known_clips(gcam)
    await answered(lambda: all_record(gcam))
    await answered(lambda: a_new_clip_of_each(gcam, known))
    await answered(lambda: is_well(gcam))


async def is_well(gcam: Program) -> bool:
    """By its own account."""
    parts = (await gcam.get("/api/v1/system"))["parts"]
    return all(part["state"] != "problem" for part in parts)
