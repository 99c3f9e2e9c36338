"""Setting a board's frame size, by its number, and believing only what its pictures show."""

from __future__ import annotations

import asyncio

from gcam_addon.boards.board import Control, ControlKind
from gcam_addon.boards.frame_sizes import Table, in_order, table_for, written
from gcam_addon.boards.visit import Visit
from gcam_addon.errors import ConfigError, ProtocolError
from gcam_addon.model import Size
from gcam_addon.words.reason import because

NAME = "frame_size"
_TRIES = 6  # a few old pictures may lie in the board's buffers
_PAUSE_S = 0.3


async def table_of(visit: Visit, snapshot: str, number: int | None) -> tuple[Table, Size] | None:
    """The table that the board counts by, found out with one picture; None where it fits none."""
    picture = (await visit.ask(snapshot)).picture
    if picture is None or number is None:
        return None
    table = table_for(number, picture.size)
    return None if table is None else (table, picture.size)


def control_of(known: tuple[Table, Size] | None) -> tuple[Control, ...]:
    """Nothing where the numbers could not be understood."""
    if known is None:
        return ()
    table, size = known
    return (Control(NAME, ControlKind.CHOICE, written(size), choices=in_order(table)),)


async def number_for(visit: Visit, snapshot: str, number: int | None, value: object) -> int:
    """The board's number for the size `value`. Raises `ConfigError`."""
    known = await table_of(visit, snapshot, number)
    if known is None:
        raise ConfigError(because("sizes_unknown"), field=NAME)
    (control,) = control_of(known)
    if not control.accepts(value):
        raise ConfigError(because("control_takes", name=NAME, takes=control.takes), field=NAME)
    return known[0].index(str(value))


async def wait_until(visit: Visit, snapshot: str, value: object) -> None:
    """Until its pictures have that size. Raises `ConfigError` where they don't get it."""
    for _ in range(_TRIES):
        picture = (await visit.ask(snapshot)).picture
        if picture is not None and written(picture.size) == value:
            return
        await asyncio.sleep(_PAUSE_S)
    if picture is None:
        raise ProtocolError(because("size_silenced", address=visit.address, value=value))
    raise ConfigError(
        because("size_kept", value=value, size=written(picture.size)),
        field=NAME,
    )
