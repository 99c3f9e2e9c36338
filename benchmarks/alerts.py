"""How long after Gcam's word of motion its picture is where it was to be sent.

    .venv/bin/python -m benchmarks.alerts [--events 60] [--kilobits 1000] [--rtt 0.05]

The real program with a simulated board (SVGA, 10 pictures a second), a real mosquitto, a real SMTP server and
a webhook's receiver, both on loopback; and the same two behind lines of a megabit a second, one for each. The
word of motion is what `/api/v1/events` tells, as the page and Home Assistant's component hear it; MQTT's is
measured beside it. A picture has arrived when all of its letter has. One event at a time; nothing but the
first letter of each is sent. Seconds are this machine's, which the boards, the lines and the receivers run on
as well: how busy it was is told.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np

from gcam_addon.model import Size
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from tests.support.alert_receiver import alert_receiver
from tests.support.mail_server import mail_server
from tests.support.mosquitto import missing, running_mosquitto
from tests.support.program import Program
from tests.support.thin_line import ThinLine
from tests.support.waiting import answered, patience

_SIZE, _FPS, _QUALITY = Size(800, 600), 10.0, 12
_MQTT, _MAIL, _HOOK = "MQTT: its word of motion", "mail, loopback", "webhook, loopback"
_THIN_MAIL, _THIN_HOOK = "mail, thin line", "webhook, thin line"
_PROMISED_S = {_MAIL: 1.0, _HOOK: 1.0, _THIN_MAIL: 3.0, _THIN_HOOK: 3.0}
"""After the word of motion, 95 of 100 times."""
_DETECTION = {"warmup_s": 0.6, "event_gap_s": 0.6, "min_motion_s": 0.1}


class _Stage:
    """A yard with leaves and gravel, so that its JPEGs are as large as real ones; at times a person walks."""

    size, duration_s = _SIZE, 12.0
    there = False

    def __init__(self) -> None:
        rng = np.random.default_rng(7)
        grain = rng.integers(40, 200, (_SIZE.height // 3, _SIZE.width // 3, 3), np.uint8)
        self._yard = cv2.resize(grain, (_SIZE.width, _SIZE.height), interpolation=cv2.INTER_CUBIC)

    def picture(self, t_s: float, _: Size) -> Any:
        picture = self._yard.copy()
        if self.there:
            x = int(_SIZE.width * (0.1 + 0.3 * abs(t_s % 4 - 2)))
            picture[-220:-20, x : x + 80] = (30, 30, 30)
        return picture

    def original(self, _: float) -> bytes | None:
        return None


class _Bench:
    """Everything that runs; `seconds` by what was waited for, since the word of motion."""

    def __init__(self, gcam: Program, stage: _Stage, arrived: Mapping[str, Sequence[float]]) -> None:
        self._gcam = gcam
        self._stage = stage
        self._arrived = arrived
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.before_word: list[float] = []
        """From the change of the scene to the word."""

    async def events(self, count: int) -> None:
        async with (
            aiohttp.ClientSession(self._gcam.url, headers=self._gcam.headers) as http,
            http.ws_connect("/api/v1/events") as told,
        ):
            for number in range(1, count + 1):
                async with patience():
                    await self._event(told, number)
                _say(f"{number} of {count}")

    async def _event(self, told: aiohttp.ClientWebSocketResponse, number: int) -> None:
        self._stage.there, began_s = True, time.monotonic()
        word_s = await _heard(told, "motion_started")
        self.before_word.append(word_s - began_s)
        while any(len(arrived) < number for arrived in self._arrived.values()):
            await asyncio.sleep(0.005)
        self._stage.there = False
        await _heard(told, "clip_ready")  # nothing else is to go on while the next is measured
        for name, arrived in self._arrived.items():
            assert len(arrived) == number, f"{name}: {len(arrived)} letters of {number} events"
            self.seconds[name].append(arrived[-1] - word_s)
        await asyncio.sleep(1.0)


async def _heard(told: aiohttp.ClientWebSocketResponse, kind: str) -> float:
    async for message in told:
        if message.json()["type"] == kind:
            return time.monotonic()
    raise AssertionError("Gcam hung up")


async def measure(folder: Path, count: int, bits_per_s: float, delay_s: float) -> tuple[_Bench, list[int]]:
    """What was measured, and how large the pictures were."""
    stage = _Stage()
    async with AsyncExitStack() as stack:
        board = await stack.enter_async_context(
            SimulatedCamera("camera-web-server", Pictures(stage), fps=_FPS, size=_SIZE, quality=_QUALITY)
        )
        broker = await stack.enter_async_context(running_mosquitto(folder / "broker"))
        mails = [await stack.enter_async_context(mail_server()) for _ in range(2)]
        hooks = [await stack.enter_async_context(alert_receiver()) for _ in range(2)]
        thin_mail, thin_hook = [
            await stack.enter_async_context(ThinLine(port, bits_per_s=bits_per_s, delay_s=delay_s))
            for port in (mails[1].port, _port_of(hooks[1].url))
        ]
        program = Program(_data(folder, board), "--mqtt", f"mqtt://127.0.0.1:{broker.port}")
        gcam = await stack.enter_async_context(program)
        thin_url = f"http://127.0.0.1:{thin_hook.port}/alerts"
        await _alerting(gcam, [mails[0].port, thin_mail.port], [hooks[0].url, thin_url])
        words: list[float] = []
        listener = await stack.enter_async_context(broker.client())
        await listener.subscribe("gcam/door/motion")
        listening = asyncio.create_task(_words(listener, words))
        try:
            await answered(lambda: _is_warm(gcam))
            names = (_MAIL, _THIN_MAIL, _HOOK, _THIN_HOOK)
            arrived = dict(zip(names, (one.arrived for one in (*mails, *hooks)), strict=True))
            bench = _Bench(gcam, stage, {_MQTT: words, **arrived})
            await bench.events(count)
        finally:
            listening.cancel()
        return bench, [len(letter["content"]) for letter in hooks[0].letters]


async def _words(listener: Any, words: list[float]) -> None:
    async for message in listener.messages:
        words += [time.monotonic()] if message.payload == b"ON" else []


def _data(folder: Path, board: SimulatedCamera) -> Path:
    camera = {"id": "door", "name": "Door", "url": board.url, "detection": _DETECTION}
    camera |= {"recording": {"pre_roll_s": 1.0, "post_roll_s": 0.5}}
    data = folder / "data"
    data.mkdir()
    (data / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [camera]}))
    return data


async def _alerting(gcam: Program, mail_ports: Sequence[int], urls: Sequence[str]) -> None:
    """Each event is told everywhere, with its picture and without its clip."""
    mail = {"host": "127.0.0.1", "security": "none", "sender": "gcam@example.org", "to": ["ada@example.org"]}
    destinations: dict[str, dict[str, Any]] = {
        **{
            f"mail{at}": {"kind": "mail", "settings": {**mail, "port": port}}
            for at, port in enumerate(mail_ports)
        },
        **{f"hook{at}": {"kind": "webhook", "settings": {"url": url}} for at, url in enumerate(urls)},
    }
    rule = {
        "name": "Motion",
        "topics": ["motion"],
        "to": list(destinations),
        "clip": False,
        "at_most_every_s": 0,
    }
    http = aiohttp.ClientSession(gcam.url, headers=gcam.headers)
    async with http:
        for path, body in {
            **{f"destinations/{key}": {"name": key, **one} for key, one in destinations.items()},
            "rules/all": rule,
        }.items():
            async with http.put(f"/api/v1/alerts/{path}", json=body) as response:
                assert response.ok, await response.text()


async def _is_warm(gcam: Program) -> bool:
    """It knows what nothing looks like."""
    return int((await gcam.state("door"))["analysed"]) > 30


def _port_of(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def report(bench: _Bench, sizes: Sequence[int], busy: Sequence[float]) -> bool:
    """Whether what is promised was kept."""
    print(f"{len(sizes)} events, pictures of {statistics.median(sizes) / 1000:.0f} kB")
    wanted = " and ".join(f"{one:.1f}" for one in busy)
    print(f"wanted to run before and after: {wanted}, of {os.cpu_count()} cores")
    print(f"word of motion after it began: {_cuts(bench.before_word)}")
    print("| | p50 | p95 | p99 | most | p95 at most |\n|---|---|---|---|---|---|")
    kept = True
    for name, seconds in bench.seconds.items():
        bound_s = _PROMISED_S.get(name)
        kept &= bound_s is None or _cut(seconds, 95) <= bound_s
        promised = "" if bound_s is None else f"{bound_s:g} s"
        print(f"| {name} | {' | '.join(_cuts(seconds).split(', '))} | {promised} |")
    return kept


def _cuts(seconds: Sequence[float]) -> str:
    return ", ".join(f"{one:.2f} s" for one in (*(_cut(seconds, at) for at in (50, 95, 99)), max(seconds)))


def _cut(seconds: Sequence[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


def _say(line: str) -> None:
    print(f"\r{line}", end="", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--events", type=int, default=60, help="how many (60; from 50 on p99 means something)"
    )
    parser.add_argument("--kilobits", type=float, default=1000.0, help="a second, of the thin lines (1000)")
    parser.add_argument("--rtt", type=float, default=0.05, help="there and back on them, seconds (0.05)")
    args = parser.parse_args()
    if missing:
        sys.exit(missing)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        bench, sizes = asyncio.run(measure(Path(name), args.events, 1000 * args.kilobits, args.rtt / 2))
    print(file=sys.stderr)
    if not report(bench, sizes, (before, os.getloadavg()[0])):
        sys.exit("what is promised was not kept")


if __name__ == "__main__":
    main()
