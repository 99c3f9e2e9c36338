"""Where in cameras' pictures something moved, kept beside the entries and searched. SQL alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gcam_addon.history.chronicle import Kind
from gcam_addon.history.schema import ENTRIES, PLACES
from gcam_addon.picture.cells import tiles_of


@dataclass(frozen=True, slots=True)
class Place:
    """Cells of one camera's picture (`picture.cells`)."""

    camera_id: str
    cells: int


def put(connection: sa.Connection, camera_id: str, entry_id: int, started_at: float, cells: int) -> None:
    """Where it moved, instead of what was known of it."""
    tiles = {f"tile_{tile}": bits for tile, bits in enumerate(tiles_of(cells))}
    row = {"camera_id": camera_id, "entry_id": entry_id, "started_at": started_at, **tiles}
    connection.execute(sa.insert(PLACES).prefix_with("OR REPLACE").values(row))


def forget(connection: sa.Connection, gone: sa.Select[tuple[str]]) -> None:
    """Those of the entries whose keys `gone` selects, as long as they are there."""
    of_them = sa.select(ENTRIES.c.camera_id, ENTRIES.c.id).where(ENTRIES.c.key.in_(gone))
    connection.execute(sa.delete(PLACES).where(sa.tuple_(PLACES.c.camera_id, PLACES.c.entry_id).in_(of_them)))


def newest(place: Place, after: float | None, before: float | None, older_than: int | None) -> sa.Select[Any]:
    """Entries, newest first, found along `places`, whose rows are a fifth of theirs."""
    query = sa.select(ENTRIES).select_from(PLACES.join(ENTRIES, ENTRIES.c.id == PLACES.c.entry_id))
    query = query.where(*_there(place, after, before)).order_by(PLACES.c.entry_id.desc())
    return query if older_than is None else query.where(PLACES.c.entry_id < older_than)


def found(place: Place, after: float | None, before: float | None) -> sa.Select[tuple[int]]:
    """The numbers of all entries."""
    return sa.select(PLACES.c.entry_id).where(*_there(place, after, before))


def found_at(place: Place, after: float | None, before: float | None) -> sa.Select[tuple[float]]:
    """When each of them began, without a look at the entries."""
    return sa.select(PLACES.c.started_at).where(*_there(place, after, before))


def unplaced_until(connection: sa.Connection, camera_id: str) -> float | None:
    """When the last of the camera's motions began that came before the first of which the place is known."""
    first = connection.scalar(
        sa.select(sa.func.min(PLACES.c.entry_id)).where(PLACES.c.camera_id == camera_id)
    )
    entries = ENTRIES.c
    query = sa.select(entries.started_at).where(entries.camera_id == camera_id, entries.kind == Kind.MOTION)
    if first is not None:
        query = query.where(entries.id < first)
    return connection.scalar(query.order_by(entries.id.desc()).limit(1))


def _there(place: Place, after: float | None, before: float | None) -> Iterator[sa.ColumnElement[bool]]:
    columns = PLACES.c
    yield columns.camera_id == place.camera_id
    if after is not None:
        yield columns.started_at >= after
    if before is not None:
        yield columns.started_at < before
    tiles = enumerate(tiles_of(place.cells))
    yield sa.or_(*(columns[f"tile_{tile}"].bitwise_and(bits) != 0 for tile, bits in tiles if bits))
