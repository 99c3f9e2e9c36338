"""A clock that jumps and a broker that sends rubbish: told, survived by everything else, and over by itself.

The real program with two boards, as in `test_faults.py`. The clock is moved by libfaketime, which is what the
process then gets as the time; its monotonic clock stays true.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.support.mosquitto import missing, running_mosquitto
from tests.support.program import Program
from tests.support.rude_broker import broker_that, greeting, injecting, publish
from tests.support.waiting import answered
from tests.support.watching import (
    CAMERAS,
    all_record,
    clips,
    comes_back,
    goes_on_seeing,
    known_clips,
    watching,
)

DAY_S = 86_400
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.mark.skipif(FAKETIME is None, reason="needs the Debian package faketime")
@pytest.mark.parametrize("jump_s", [3 * DAY_S, -3 * DAY_S])
async def test_a_clock_that_jumps(tmp_path: Path, jump_s: int) -> None:
    """Also across the limits of age: what is deleted for its age is not deleted for a leap."""
    offset = tmp_path / "offset"
    offset.write_text("+0s")
    clock = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # it would end timed waits at once, and threads spin
    }
    days = {"keep_days": 1}
    async with watching(tmp_path, tmp_path / "media", environment=clock, retention=days) as gcam:
        before = await answered(lambda: known_clips(gcam))
        offset.write_text(f"{jump_s:+d}s")
        await goes_on_seeing(gcam)
        await gcam.until(lambda: "clock stepped by" in gcam.log)
        await comes_back(gcam)
        await answered(lambda: _dated(gcam, time.time() + jump_s))
        assert before <= await known_clips(gcam)
        assert all(0 <= clip["ended_at"] - clip["started_at"] < 60 for clip in await clips(gcam))


async def _dated(gcam: Program, now: float) -> bool:
    """Every camera has a clip that is labelled by the new time."""
    return {clip["camera_id"] for clip in await clips(gcam) if abs(clip["started_at"] - now) < DAY_S} == set(
        CAMERAS
    )


RUBBISH = {
    "a web server": greeting(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "a command without end, then junk": injecting(
        publish(b"gcam/door/enabled/set", b"[" * 100_000) + b"\x00\xff" * 50
    ),
}


@pytest.mark.mosquitto
@pytest.mark.skipif(missing is not None, reason=missing or "")
@pytest.mark.parametrize("name", RUBBISH)
async def test_a_broker_that_sends_rubbish(name: str, tmp_path: Path) -> None:
    async with (
        running_mosquitto(tmp_path) as broker,
        broker_that(RUBBISH[name], broker.port) as port,
        watching(tmp_path, tmp_path / "media", "--mqtt", f"mqtt://127.0.0.1:{port}") as gcam,
    ):
        known = await known_clips(gcam)
        await answered(lambda: all_record(gcam))
        await goes_on_seeing(gcam)
        await answered(lambda: _hears_the_broker(gcam))
        await comes_back(gcam)
        assert known <= await known_clips(gcam)


async def _hears_the_broker(gcam: Program) -> bool:
    parts = {part["part"]: part for part in (await gcam.get("/api/v1/system"))["parts"]}
    return bool(parts["mqtt"]["code"] == "connected")
