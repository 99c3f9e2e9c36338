"""What all tests stand on: ports that are nobody else's, and children that say why they ended."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.support.child import Child, GcamChild
from tests.support.ports import kept_port, kept_ports, silent_port
from tests.support.simulated import camera
from tests.support.waiting import until
from tests.support.walker import is_english

DIES = "import sys; print('as usual', flush=True); sys.exit('the disk is on fire')"
WAITS = "import time; print('ready', flush=True); time.sleep(1000)"


def listener(port: int, *, beside: bool) -> socket.socket:
    """As servers listen, or as one does who wants no company."""
    sock = socket.socket()
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(beside))
        sock.bind(("127.0.0.1", port))
        sock.listen()
    except OSError:
        sock.close()
        raise
    return sock


def test_a_server_comes_back_to_a_kept_port_that_nobody_else_gets() -> None:
    with kept_port() as port:
        for _ in range(2):
            with listener(port, beside=True), socket.create_connection(("127.0.0.1", port)):
                pass
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))
            with pytest.raises(OSError, match="in use"):
                listener(port, beside=False)


def test_kept_ports_follow_each_other() -> None:
    with kept_ports(3) as first, kept_ports(3) as other:
        assert len({first, first + 1, first + 2, other, other + 1, other + 2}) == 6
        for port in range(first, first + 3):
            listener(port, beside=True).close()


def test_where_nobody_is_nobody_can_come() -> None:
    with silent_port() as port:
        with pytest.raises(OSError, match="in use"):
            listener(port, beside=True)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


async def test_a_board_s_ports_stay_its_own_while_it_reboots() -> None:
    async with camera() as board:
        await board._close_ports()
        for port in (board.port, board.port + 1):
            with pytest.raises(OSError, match="in use"):
                listener(port, beside=False)
        await board.start()


async def test_a_child_that_dies_shows_its_last_lines() -> None:
    child = Child(sys.executable, "-c", DIES)
    with pytest.raises(AssertionError, match=r"it ended \(1\)(?s:.)*as usual\nthe disk is on fire"):
        await child.until(lambda: False)
    with pytest.raises(AssertionError, match=r"by itself(?s:.)*the disk is on fire"):
        await child.leave()
    assert await child.end() == 1
    assert child.said == "as usual\nthe disk is on fire\n"


async def test_a_child_that_is_ended_is_no_failure() -> None:
    child = Child(sys.executable, "-c", WAITS)
    await child.until(lambda: "ready" in child.said)
    assert await child.end(signal.SIGKILL) == -signal.SIGKILL
    await child.leave()
    other = Child(sys.executable, "-c", WAITS)
    await until(lambda: "ready" in other.said)
    await other.leave()
    assert other.status == -signal.SIGTERM


async def test_a_forked_gcam_ends_as_an_executed_one(tmp_path: Path) -> None:
    wrong = GcamChild("run", "--options", tmp_path / "none.json")
    await until(lambda: wrong.status is not None)
    assert await wrong.end() == 2
    assert wrong.said.startswith("gcam: ")
    helps = GcamChild("--help")
    await until(lambda: helps.status is not None)
    assert await helps.end() == 0
    assert helps.said.startswith("usage: gcam ")


async def test_a_forked_gcam_is_a_process_of_its_own(tmp_path: Path) -> None:
    first, second = (GcamChild("run", "--data", tmp_path / name, "--listen", "127.0.0.1:0") for name in "ab")
    await first.until(lambda: "Ctrl-C" in first.said)
    await second.until(lambda: "Ctrl-C" in second.said)
    assert {os.getsid(child.pid) for child in (first, second)} == {first.pid, second.pid}
    assert await first.end(signal.SIGKILL) == -signal.SIGKILL
    assert "Stopping" not in first.said
    assert await second.end(signal.SIGINT) == 0
    assert "Stopping" in second.said


def test_english_is_told_from_french() -> None:
    for text in (
        "Cameras",
        "Reconnecting since 14:03",
        "3.6 % of the picture moved",
        "Gcam does not answer. Trying again…",
    ):
        assert is_english(text), text
    for text in (
        "Caméras",
        "En direct",
        "Gcam",
        "Porch",
        "3,6 % de l’image a bougé",
        "ESP32 CameraWebServer",
        "Wi-Fi",
    ):
        assert not is_english(text), text
