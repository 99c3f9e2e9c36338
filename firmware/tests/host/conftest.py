"""The board that a test asks: the firmware's real C++, compiled for this machine."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

import cv2
import numpy as np
import pytest
from host_board import HostBoard, compiled

from tests.support.gcam_board import TOKEN, Asked

_SIZES = {"vga": (640, 480), "qqvga": (160, 120)}
_MANY = 30


@pytest.fixture(scope="session")
def program() -> Path:
    return compiled()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty of each size, each with its own number as its brightness; of a length as a sensor's are."""
    folder = tmp_path_factory.mktemp("pictures")
    noise = np.random.default_rng(1).integers(0, 40, (480, 640, 3), dtype=np.uint8)
    for name, (width, height) in _SIZES.items():
        (folder / name).mkdir()
        for number in range(_MANY):
            picture = noise[:height, :width] + np.uint8(number * 7)
            ok, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 60])
            assert ok
            (folder / name / f"{number:02}.jpg").write_bytes(jpeg.tobytes())
    return folder


@pytest.fixture
async def board(program: Path, pictures: Path, tmp_path: Path) -> AsyncIterator[HostBoard]:
    """Not started yet."""
    keeps = tmp_path / "keeps"
    keeps.mkdir()
    board = HostBoard(program, keeps, pictures, {"GCAM_HOST_FPS": "15"})
    yield board
    if board.child is not None:
        await board.child.leave()


@pytest.fixture
async def owner(board: HostBoard) -> Asked:
    """Of the board, which runs and is claimed."""
    await board.start()
    asked = Asked(board.port, TOKEN)
    said = await asked.ask("POST", "/claim", {"token": TOKEN}, {"X-Gcam": "1"})
    assert said.status == 204
    return asked


@pytest.fixture(scope="session")
def sanitized() -> Path:
    return compiled(sanitized=True)


@pytest.fixture
async def hardened(sanitized: Path, pictures: Path, tmp_path: Path) -> AsyncIterator[HostBoard]:
    """Under ASan and UBSan; it runs, and can be updated: one at a time, as that port is compiled in."""
    environment = {"GCAM_HOST_FPS": "15", "GCAM_HOST_TOKEN": TOKEN, "ASAN_OPTIONS": "detect_leaks=1"}
    board = HostBoard(sanitized, tmp_path, pictures, environment)
    with (sanitized.parent / "one-at-a-time").open("w") as lock:
        while not _is_locked(lock):
            await asyncio.sleep(0.1)
        await board.start()
        yield board
        if board.child is not None:
            await board.child.leave()


def _is_locked(lock: IO[str]) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
