"""What is known of each camera's board, and its lamp."""

from __future__ import annotations

from gcam_addon.assembly import board_of
from gcam_addon.boards.acquaintances import Acquaintances
from gcam_addon.boards.board import Board
from gcam_addon.boards.lamps import Lamps
from gcam_addon.boards.rounds import Rounds
from gcam_addon.config.model import Camera
from gcam_addon.features.running import Running


async def begin(gcam: Running) -> None:
    async def ask(camera: Camera) -> Board:
        return await board_of(camera, gcam.clock, gcam.arrivals)

    gcam.boards = Acquaintances(gcam.roster, ask, gcam.engine, duties=gcam.duties)
    gcam.lamps = Lamps(gcam.boards.board, gcam.engine, gcam.clock, duties=gcam.duties)
    for part in (gcam.boards, gcam.lamps):
        gcam.engine.subscribe(part)
        gcam.stack.push_async_callback(part.stop)
    gcam.rounds = Rounds(gcam.boards.board, gcam.history, gcam.engine, gcam.clock)
    gcam.engine.subscribe(gcam.rounds)
    gcam.beside("board rounds", gcam.rounds.walk)
