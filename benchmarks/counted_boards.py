"""Simulated boards in a process of their own, that tell how much they have sent: to find out what was lost,
and what went over the air.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from contextlib import AsyncExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Self

from quiet_footage import QuietFootage

from gcam_addon.model import Size
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.media import SceneFootage
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.scenes import SCENES, open_scene
from gcam_addon.wire.address import with_credentials

_VGA = Size(640, 480)
_OWNER = ("gcam", "the-token-of-these-benchmarks")
_APART_S = 1.9
_HUSHED_S = 1.0
"""So long a picture may be on its way."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Of all boards, since they started."""

    pictures: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Order:
    """What they are: `count` of a firmware (Gcam's are claimed already), with the pictures of a scene, or of
    a clip while nothing happens in it, made before they start.
    """

    firmware: str
    scene: str
    count: int
    fps: float


class CountedBoards:
    def __init__(self, order: Order) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._child = context.Process(target=_run, args=(order, theirs), daemon=True)
        self.urls: list[str] = []

    def __enter__(self) -> Self:
        self._child.start()
        self.urls = self._ours.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        self._child.join()

    def sent(self) -> Sent:
        return self._told("sent")

    def hush(self) -> Sent:
        """No picture is sent from now on, though all stay connected."""
        return self._told("hush")

    def _told(self, question: str) -> Sent:
        self._ours.send(question)
        told: Sent = self._ours.recv()
        return told


def _run(order: Order, asked: Connection) -> None:
    asyncio.run(_serve(order, asked))


async def _serve(order: Order, asked: Connection) -> None:
    footage = (
        SceneFootage(open_scene(order.scene)) if order.scene in SCENES else QuietFootage(order.scene, _VGA)
    )
    pictures = Pictures(footage)
    await pictures.prerender(Adjustments(_VGA), order.fps)
    login = _OWNER if order.firmware == "gcam" else None
    async with AsyncExitStack() as stack:
        boards = [
            await stack.enter_async_context(
                SimulatedCamera(
                    order.firmware,
                    pictures,
                    fps=order.fps,
                    size=_VGA,
                    phase_s=number * _APART_S,
                    credentials=login,
                )
            )
            for number in range(order.count)
        ]
        asked.send([with_credentials(board.url, *(login or (None, None))) for board in boards])
        while True:
            if await asyncio.to_thread(asked.recv) == "hush":
                for board in boards:
                    board.faults.add("stall")
                await asyncio.sleep(_HUSHED_S)
            counters = [board.board.counters for board in boards]
            asked.send(Sent(sum(c.frames_sent for c in counters), sum(c.bytes_sent for c in counters)))
