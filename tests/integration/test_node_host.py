"""A node, from within, at the end of a link: what is asked is answered, and a desk that is slow costs no
event.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties
from gcam_addon.engines.local import LocalEngine
from gcam_addon.errors import NotFound
from gcam_addon.interfaces import Sink
from gcam_addon.model import CameraState, EncodedFrame, MotionStarted
from gcam_addon.nodes.host import Host
from gcam_addon.nodes.link import Link
from gcam_addon.nodes.messages import (
    Close,
    Done,
    Failed,
    Happened,
    Lamp,
    Order,
    Pictured,
    Record,
    Rules,
    Snapshot,
    Start,
    Stop,
    Word,
)
from gcam_addon.recording.journal import JournalWriter, Reports
from tests.support.fakes import make_camera
from tests.support.waiting import patience

_MB = 1024 * 1024
_IN_TURN = ("start", "lamp", "record")
_PICTURE = b"\xff\xd8" + bytes(_MB)


class _Engine:
    """As much of an engine as a test asks for."""

    sink: Sink
    journal: JournalWriter

    def __init__(self) -> None:
        self.done: list[str] = []

    def subscribe(self, sink: Sink) -> None:
        self.sink = sink

    def states(self) -> Mapping[str, CameraState]:
        return {}

    async def start(self, camera: Camera) -> None:
        self.done.append(f"start {camera.id}")

    async def stop(self, camera_id: str) -> None:
        raise ZeroDivisionError(camera_id)

    def record(self, camera_id: str, seconds: float | None) -> None:
        self.done.append(f"record {camera_id}")

    def note_lamp(self, camera_id: str, level: int | None) -> None:
        self.done.append(f"lamp {camera_id}")

    async def snapshot(self, camera_id: str, *, hd: bool = False) -> EncodedFrame | None:
        if camera_id == "gone":
            raise NotFound("so")
        raise ZeroDivisionError(camera_id)


@asynccontextmanager
async def _hosting(engine: _Engine, folder: Path) -> AsyncIterator[Link[Order, Word]]:
    """The desk's end."""
    ours, theirs = socket.socketpair()
    desk: Link[Order, Word] = await Link.over(ours, Order, Word)
    node: Link[Word, Order] = await Link.over(theirs, Word, Order)
    clock = SystemClock()
    duties = Duties(clock)
    journal = JournalWriter(folder, clock, Reports(*[lambda _: None] * 2, low=lambda: None), duties=duties)
    engine.journal = journal
    host = Host(node, cast("LocalEngine", engine), journal, clock, duties)
    obeying = asyncio.create_task(host.obey())
    try:
        async with patience():
            yield desk
            desk.say(Close())
            await obeying
    finally:
        obeying.cancel()
        await node.close()
        await desk.close()


async def _heard(desk: Link[Order, Word], *kinds: Any) -> Word:
    while not isinstance(word := await desk.next(), kinds):
        assert word is not None
    return word


async def test_whoever_asks_is_answered_also_by_what_fails(tmp_path: Path) -> None:
    async with _hosting(_Engine(), tmp_path) as desk:
        answers = (Done, Failed, Pictured)
        for order in (Snapshot(1, "gone", False), Snapshot(2, "door", False), Stop(3, "door")):
            desk.say(order)
            answer = await _heard(desk, *answers)
            expected = {1: Pictured(1, None), 2: Failed(2, "ZeroDivisionError: door")}
            assert answer == expected.get(order.number, Failed(3, "ZeroDivisionError: door"))


async def test_orders_are_obeyed_in_their_turn_however_many_come_at_once(tmp_path: Path) -> None:
    engine = _Engine()
    async with _hosting(engine, tmp_path) as desk:
        for number, camera_id in enumerate(("door", "yard")):
            desk.say(Start(number, make_camera(camera_id)))
            desk.say(Lamp(camera_id, 3))
            desk.say(Record(camera_id, 60.0))
        for _ in range(2):
            await _heard(desk, Done)
    assert engine.done == [f"{what} {camera_id}" for camera_id in ("door", "yard") for what in _IN_TURN]


async def test_settings_that_change_hold_at_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = _Engine()
    with caplog.at_level(logging.INFO):
        async with _hosting(engine, tmp_path) as desk:
            desk.say(Rules(floor_bytes=7, log_level=logging.ERROR))
            desk.say(Snapshot(1, "gone", False))
            await _heard(desk, Pictured)
            assert engine.journal.floor_bytes == 7
            assert logging.getLogger().level == logging.ERROR


async def test_a_desk_that_is_slow_loses_pictures_of_events_and_no_event(tmp_path: Path) -> None:
    engine = _Engine()
    async with _hosting(engine, tmp_path) as desk:
        for number in range(40):  # nobody reads meanwhile
            engine.sink.publish(_began(number))
        heard = [cast("Happened", await _heard(desk, Happened)).event for _ in range(40)]
        events = [event for event in heard if isinstance(event, MotionStarted)]
        assert [event.event_id for event in events] == [str(number) for number in range(40)]
        assert events[0].jpeg == _PICTURE
        assert events[-1].jpeg == b""


def _began(number: int) -> MotionStarted:
    return MotionStarted("door", str(number), 0.0, 0.0, score=1.0, reason="", jpeg=_PICTURE)
