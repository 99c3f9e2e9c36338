"""While a board is updated nobody is sent a picture, and after an update that broke off all are again."""

from __future__ import annotations

import asyncio

import pytest
from host_board import UPDATES_AT, HostBoard
from test_viewers import watching

from tests.support.gcam_board import TOKEN, Asked
from tests.support.waiting import answered, patience

_MAGIC = bytes((0x6C, 0x26, 0xF7, 0x5C, 0x45))
_ESPHOMES_READY = 0x42


@pytest.mark.thorough
async def test_streams_end_while_an_update_comes_in(hardened: HostBoard) -> None:
    owner = Asked(hardened.port, TOKEN)
    async with watching(hardened.port) as viewer:
        await viewer.see(3)
        reader, writer = await asyncio.open_connection("127.0.0.1", UPDATES_AT)
        async with patience():
            writer.write(_MAGIC)
            assert (await reader.readexactly(2))[0] == 0
            writer.write(b"\x00")
            await reader.readexactly(2)
            writer.write((500_000).to_bytes(4, "big"))
            assert (await reader.readexactly(1))[0] == _ESPHOMES_READY
            await viewer.reader.read(-1)
        writer.transport.abort()

    async def goes_on() -> bool:
        return (await owner.ask("GET", "/capture")).status == 200

    assert await answered(goes_on)
