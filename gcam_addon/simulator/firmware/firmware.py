"""The seam between a board and what runs on it."""

from __future__ import annotations

from typing import Protocol

from gcam_addon.simulator.board import Board
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.port import Port


class Firmware(Protocol):
    """One firmware's network side. Ports are offsets from the board's first one."""

    @property
    def name(self) -> str: ...

    @property
    def backlogs(self) -> tuple[int, ...]:
        """How many clients may wait unheard, for each port."""

    @property
    def stream_port(self) -> int:
        """The stream's port, as an offset."""

    @property
    def stream_path(self) -> str: ...

    async def serve(self, offset: int, port: Port, connection: Connection, board: Board) -> None:
        """Answer one connection on port `offset` until it is to be closed."""
