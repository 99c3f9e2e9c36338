"""What is to be told to one side: bounded where that side does not listen, which ends it."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from aiohttp import web

from gcam_addon.web import sockets
from gcam_addon.web.direct import Introductions
from gcam_addon.web.line import Line
from tests.support.fakes import make_camera
from tests.support.waiting import patience


async def test_all_is_told_in_turn_and_then_it_is_over() -> None:
    line = Line(3)
    for number in range(3):
        line.put({"number": number})
    line.end()
    line.put({"number": 3})
    assert [await line.next() for _ in range(4)] == [{"number": 0}, {"number": 1}, {"number": 2}, None]


async def test_what_comes_later_wakes_who_waits() -> None:
    line = Line(3)
    waiting = asyncio.ensure_future(line.next())
    await asyncio.sleep(0)
    line.put({"number": 1})
    async with patience():
        assert await waiting == {"number": 1}


async def test_who_does_not_listen_is_told_nothing_more() -> None:
    line = Line(2)
    for number in range(4):
        line.put({"number": number})
    assert await line.next() is None


async def test_a_camera_that_does_not_listen_is_ended_since_it_could_not_be_told_to_stop() -> None:
    introductions = Introductions(lambda _: make_camera("hall"))
    host = introductions.host()
    introductions.open("hall", host)
    for _ in range(1000):
        guest = introductions.visit("hall")
        assert not isinstance(guest, str)
        guest.leave()
    assert await host.line.next() is None


class Deaf:
    """A WebSocket whose other side takes nothing."""

    async def send_str(self, _: str) -> None:
        await asyncio.Event().wait()


async def test_who_takes_nothing_of_it_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "TAKES_NOTHING_S", 0.01)
    line = Line(2)
    line.put({"number": 1})
    async with patience():
        await sockets.pass_on(line, cast("web.WebSocketResponse", Deaf()))
