"""Names nobody knows hold up nothing but those who wait for them."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import SourceError
from gcam_addon.machine.loop import MOST_LOOKUPS, Loop, stop_listening
from gcam_addon.sources.http import HttpSource
from tests.support.waiting import PATIENCE_S

MANY = 40
"""More than asyncio's own threads are, however many cores there are."""
ANSWER = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]
_Result = TypeVar("_Result")


class SlowNames:
    """Answers no look-up before `answer`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer = threading.Event()

    def __call__(self, host: str, *_: object) -> list[Any]:
        self.asked.append(host)
        assert self.answer.wait(PATIENCE_S)
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return ANSWER


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowNames]:
    slow = SlowNames()
    monkeypatch.setattr(socket, "getaddrinfo", slow)
    yield slow
    slow.answer.set()


def in_loop(work: Coroutine[Any, Any, _Result]) -> _Result:
    with asyncio.Runner(loop_factory=lambda: Loop(Duties(SystemClock()))) as runner:
        return runner.run(asyncio.wait_for(work, PATIENCE_S))


async def connect(host: str) -> None:
    with suppress(SourceError):
        await anext(HttpSource(SourceSettings(f"http://{host}/stream"), SystemClock()).units())


async def until(names: SlowNames, count: int) -> None:
    while len(names.asked) < count:
        await asyncio.sleep(0.001)


def test_cameras_with_unknown_names_hold_up_no_other_work(names: SlowNames) -> None:
    async def work() -> str:
        cameras = [asyncio.create_task(connect(f"cam{number}.invalid")) for number in range(MANY)]
        await until(names, MANY)
        done = await asyncio.to_thread(lambda: "the index answered")
        assert not any(camera.done() for camera in cameras)
        names.answer.set()
        await asyncio.gather(*cameras)
        return done

    assert in_loop(work()) == "the index answered"


def test_a_name_is_looked_up_once_for_all_who_wait(names: SlowNames) -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        waiting = [asyncio.create_task(loop.getaddrinfo("cam.local", 80)) for _ in range(3)]
        await until(names, 1)
        waiting[0].cancel()
        names.answer.set()
        assert await asyncio.gather(*waiting[1:]) == [ANSWER, ANSWER]
        assert names.asked == ["cam.local"]
        assert await loop.getaddrinfo("cam.local", 80) == ANSWER
        assert names.asked == ["cam.local", "cam.local"]

    in_loop(work())


def test_a_flood_of_names_is_bounded(names: SlowNames) -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        flood = [asyncio.create_task(loop.getaddrinfo(f"{n}.invalid", 80)) for n in range(MOST_LOOKUPS + 1)]
        with pytest.raises(socket.gaierror, match="too many names"):
            await flood[-1]
        names.answer.set()
        failed = await asyncio.gather(*flood, return_exceptions=True)
        assert all(isinstance(error, socket.gaierror) for error in failed)
        with pytest.raises(socket.gaierror, match="unknown"):
            await loop.getaddrinfo("again.invalid", 80)

    in_loop(work())


def test_the_end_of_the_program_waits_for_no_name(names: SlowNames) -> None:
    async def work() -> None:
        asyncio.create_task(connect("cam.invalid"))  # noqa: RUF006
        await until(names, 1)

    in_loop(work())
    assert not names.answer.is_set()


@pytest.mark.parametrize("turns", range(4))
async def test_who_comes_while_a_server_stops_is_served_or_closed(turns: int) -> None:
    """However few turns of the loop before; asyncio itself keeps one of them open, and nobody hears them."""
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    with socket.create_connection(server.sockets[0].getsockname()) as caller:
        caller.sendall(b"hello")
        caller.shutdown(socket.SHUT_WR)
        for _ in range(turns):
            await asyncio.sleep(0)
        await stop_listening(server)
        caller.settimeout(PATIENCE_S)
        with suppress(ConnectionResetError):
            assert await asyncio.to_thread(caller.recv, 1) == b""
    gc.collect()
    assert heard in ([], [b"hello"])
