"""events.db: the history on disk. Synchronous, for worker threads.

A file of its own: what happened is written far more often than clips are, and a damaged one must not take the
index of clips with it. It is set aside then, and a new one begun.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.util.exc import CommandError

from gcam_addon.database import bring_up_to_date, engine_for
from gcam_addon.errors import NotFound, RecordingError
from gcam_addon.history.chronicle import (
    CLIP_REMOVED,
    INTERRUPTED,
    Change,
    Entry,
    Filmed,
    Forgotten,
    Kind,
    Line,
    Unfilmed,
)
from gcam_addon.history.schema import ENTRIES, PICTURES

KEEP_S = 90 * 86_400.0
MOST_ENTRIES = 20_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry with the number it is asked for by."""

    id: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; None and empty: whichever. `older_than`: the id of the last one already had."""

    camera_ids: frozenset[str] | None = None
    kinds: frozenset[Kind] = frozenset()
    after: float | None = None
    before: float | None = None
    older_than: int | None = None


class Store:
    """Open it once. Every method may raise `RecordingError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = engine_for(path)

    def open(self) -> None:
        """What an earlier run left open ends where it began: nobody knows how long it lasted."""
        try:
            bring_up_to_date(self._engine, "gcam_addon.history")
        except sa.exc.OperationalError as error:
            raise RecordingError(f"can't open the history {self._path}: {error.orig}") from error
        except sa.exc.DatabaseError as error:
            self._set_aside(error)
            bring_up_to_date(self._engine, "gcam_addon.history")
        except CommandError as error:
            raise RecordingError(
                f"the history {self._path} was written by a later version of Gcam: install that again"
            ) from error
        with self._begin() as connection:
            left = sa.update(ENTRIES).where(ENTRIES.c.ended_at.is_(None))
            motion = sa.and_(ENTRIES.c.kind == Kind.MOTION, ENTRIES.c.clip_id.is_(None))
            code = sa.case((motion, INTERRUPTED), else_=ENTRIES.c.code)
            connection.execute(left.values(ended_at=ENTRIES.c.started_at, code=code))

    def close(self) -> None:
        self._engine.dispose()

    def write(self, changes: Iterable[Change], *, forget_before: float) -> None:
        """All of them at once; then what is too old or too much goes."""
        with self._begin() as connection:
            for change in changes:
                _apply(connection, change)
            newest = connection.scalar(sa.select(sa.func.max(ENTRIES.c.id))) or 0
            old = sa.or_(ENTRIES.c.started_at < forget_before, ENTRIES.c.id <= newest - MOST_ENTRIES)
            gone = sa.select(ENTRIES.c.key).where(old)
            connection.execute(sa.delete(PICTURES).where(PICTURES.c.key.in_(gone)))
            connection.execute(sa.delete(ENTRIES).where(old))

    def list(self, wanted: Wanted, limit: int) -> Sequence[Kept]:
        """Newest first."""
        entries = ENTRIES.c
        query = sa.select(ENTRIES).order_by(entries.id.desc()).limit(limit)
        if wanted.camera_ids is not None:
            seen = entries.camera_id.in_(sorted(wanted.camera_ids))
            query = query.where(sa.or_(entries.camera_id.is_(None), seen))
        if wanted.kinds:
            query = query.where(entries.kind.in_(sorted(wanted.kinds)))
        if wanted.after is not None:
            query = query.where(entries.started_at >= wanted.after)
        if wanted.before is not None:
            query = query.where(entries.started_at < wanted.before)
        if wanted.older_than is not None:
            query = query.where(entries.id < wanted.older_than)
        with self._begin() as connection:
            return [_kept(row) for row in connection.execute(query)]

    def get(self, entry_id: int) -> Kept:
        """Raises `NotFound`."""
        with self._begin() as connection:
            row = connection.execute(sa.select(ENTRIES).where(ENTRIES.c.id == entry_id)).first()
        if row is None:
            raise NotFound(f"there is no event {entry_id}")
        return _kept(row)

    def picture(self, key: str) -> bytes:
        """Raises `NotFound`."""
        with self._begin() as connection:
            jpeg = connection.scalar(sa.select(PICTURES.c.jpeg).where(PICTURES.c.key == key))
        if jpeg is None:
            raise NotFound("there is no picture of this event")
        return bytes(jpeg)

    def forget(self, camera_id: str) -> None:
        """Everything that was ever told of a camera."""
        with self._begin() as connection:
            gone = sa.select(ENTRIES.c.key).where(ENTRIES.c.camera_id == camera_id)
            connection.execute(sa.delete(PICTURES).where(PICTURES.c.key.in_(gone)))
            connection.execute(sa.delete(ENTRIES).where(ENTRIES.c.camera_id == camera_id))

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise RecordingError(f"the history {self._path} failed: {cause}") from error

    def _set_aside(self, error: Exception) -> None:
        self._engine.dispose()
        for suffix in ("-wal", "-shm", ""):
            part = self._path.with_name(self._path.name + suffix)
            if part.exists():
                part.replace(part.with_name(f"{part.name}.corrupt"))
        _log.error("the history was corrupt (%s): kept aside, a new one begun", error)


def _apply(connection: sa.Connection, change: Change) -> None:
    match change:
        case Line(entry, jpeg):
            known = connection.scalar(sa.select(ENTRIES.c.id).where(ENTRIES.c.key == entry.key))
            row = {**asdict(entry), "zones": list(entry.zones)}
            if known is None:
                connection.execute(sa.insert(ENTRIES).values(**row))
            else:
                del row["clip_id"]  # came from elsewhere
                connection.execute(sa.update(ENTRIES).where(ENTRIES.c.id == known).values(**row))
            if jpeg:
                connection.execute(sa.delete(PICTURES).where(PICTURES.c.key == entry.key))
                connection.execute(sa.insert(PICTURES).values(key=entry.key, jpeg=jpeg))
        case Filmed(event_ids, clip_id):
            found = sa.update(ENTRIES).where(ENTRIES.c.key.in_(event_ids))
            connection.execute(found.values(clip_id=clip_id, code=None))
        case Unfilmed(clip_id, why):
            found = sa.update(ENTRIES).where(ENTRIES.c.clip_id == clip_id)
            connection.execute(found.values(clip_id=None, code=CLIP_REMOVED, reason=why))
        case Forgotten(camera_id, at):
            lasting = sa.update(ENTRIES).where(ENTRIES.c.camera_id == camera_id, ENTRIES.c.ended_at.is_(None))
            connection.execute(lasting.values(ended_at=at))


def _kept(row: sa.Row[Any]) -> Kept:
    values = dict(row._mapping)
    number = values.pop("id")
    return Kept(number, Entry(**{**values, "kind": Kind(values["kind"]), "zones": tuple(values["zones"])}))
