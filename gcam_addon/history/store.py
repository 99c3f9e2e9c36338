"""events.db: the history on disk. Synchronous, for worker threads.

A file of its own: what happened is written far more often than clips are, and a damaged one must not take the
index of clips with it. It is set aside then, and a new one begun.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from gcam_addon.disk.database import LaterSchema, one_of
from gcam_addon.disk.disposable import DisposableDatabase
from gcam_addon.errors import LaterVersion, NotFound, RecordingError
from gcam_addon.history import places
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
from gcam_addon.history.places import Place
from gcam_addon.history.schema import BOARDS, ENTRIES, PICTURES
from gcam_addon.model import Kind as What
from gcam_addon.model import kinds_of, named_again
from gcam_addon.model.board_health import KEPT_S, BoardHealth
from gcam_addon.words.reason import because, made_again, made_of

KEEP_S = 90 * 86_400.0
QUARTER_S = 900.0
_PATIENCE_S = 2.0
_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry with the number it is asked for by. `reviewed_at` None: nobody has looked at it yet."""

    id: int
    entry: Entry
    reviewed_at: float | None = None
    reviewed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; None and empty: whichever. `older_than`: the id of the last one already had; `up_to`:
    that of the newest one meant.
    """

    camera_ids: frozenset[str] | None = None
    kinds: frozenset[Kind] = frozenset()
    after: float | None = None
    before: float | None = None
    older_than: int | None = None
    up_to: int | None = None
    ids: frozenset[int] = frozenset()
    clip_id: str | None = None
    reviewed: bool | None = None
    what: frozenset[What] = frozenset()
    """Motion of one of these."""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Most:
    """How many entries are kept of motion, and of each other kind."""

    motions: int = 20_000
    others: int = 2_000


class HistoryStore:
    """One thread at a time is in it; the others wait. Every method but `close` may raise `RecordingError`.

    The file is opened by whatever comes first, and begun anew where it turns out to be corrupt.
    """

    def __init__(self, path: Path, most: Most | None = None) -> None:
        self._path = path
        self._most = most or Most()
        self._database = DisposableDatabase(
            path, "gcam_addon.history", _PATIENCE_S, prepare=_end_what_was_left_open
        )

    @property
    def is_open(self) -> bool:
        return self._database.is_open

    def open(self) -> None:
        """Raises `LaterVersion` for a file that is to be left alone."""
        with self._translated():
            self._database.open()

    def close(self) -> None:
        self._database.close()

    def write(self, changes: Iterable[Change]) -> frozenset[str | None]:
        """All or none. Returns which cameras they are of."""
        kept = list(changes)
        return self._do(
            lambda connection: frozenset(
                camera_id for change in kept for camera_id in _apply(connection, change)
            )
        )

    def tidy(self, forget_before: float) -> None:
        """What is too old goes, and of each kind what is too much: the oldest of the cameras that have most,
        so that one with much to tell takes nothing from the others.
        """
        entries = ENTRIES.c
        newest = entries.id.desc()
        rank = sa.func.row_number().over(partition_by=[entries.kind, entries.camera_id], order_by=newest)
        ranked = (
            sa.select(entries.id, entries.key, entries.kind, entries.started_at, rank.label("rank"))
            .subquery()
            .c
        )
        place = sa.func.row_number().over(partition_by=ranked.kind, order_by=[ranked.rank, ranked.id.desc()])
        placed = sa.select(ranked.key, ranked.kind, ranked.started_at, place.label("place")).subquery().c
        most = sa.case((placed.kind == Kind.MOTION, self._most.motions), else_=self._most.others)
        gone = sa.select(placed.key).where(sa.or_(placed.started_at < forget_before, placed.place > most))

        self._do(lambda connection: _remove(connection, gone))

    def list(self, wanted: Wanted, limit: int) -> Sequence[Kept]:
        """Newest first."""
        query = sa.select(ENTRIES).where(*_conditions(wanted)).order_by(ENTRIES.c.id.desc()).limit(limit)
        if wanted.place is not None:
            query = places.newest(wanted.place, wanted.after, wanted.before, wanted.older_than)
            query = query.where(*_conditions(replace(wanted, place=None))).limit(limit)
        return self._do(lambda connection: [_kept(row) for row in connection.execute(query)])

    def count(self, wanted: Wanted) -> int:
        query = sa.select(sa.func.count()).select_from(ENTRIES).where(*_conditions(wanted))
        return self._do(lambda connection: connection.scalar(query)) or 0

    def quarters(self, wanted: Wanted) -> Sequence[tuple[float, int]]:
        """How many began in each quarter of an hour, oldest first: days of every timezone are made of these,
        and of a hundred thousand moments few rows are left to carry here.
        """
        began = sa.select(ENTRIES.c.started_at).where(*_conditions(wanted))
        if wanted.place is not None and _is_place_alone(wanted, wanted.place):
            began = places.found_at(wanted.place, wanted.after, wanted.before)
        quarter = sa.cast(began.subquery().c.started_at / QUARTER_S, sa.Integer)
        query = sa.select(quarter, sa.func.count()).group_by(quarter).order_by(quarter)
        rows = self._do(lambda connection: connection.execute(query).all())
        return [(number * QUARTER_S, count) for number, count in rows]

    def review(self, wanted: Wanted, at: float | None, by: str | None) -> Sequence[str | None]:
        """Somebody has looked at them, or nobody has (None); returns the camera of each that this changes."""
        changes = ENTRIES.c.reviewed_at.is_not(None) if at is None else ENTRIES.c.reviewed_at.is_(None)
        query = sa.update(ENTRIES).where(*_conditions(wanted), changes)
        query = query.values(reviewed_at=at, reviewed_by=by)
        return self._do(lambda connection: connection.scalars(query.returning(ENTRIES.c.camera_id)).all())

    def unplaced_until(self, camera_id: str) -> float | None:
        """When the last motion began of which nobody knows where it was: that was not kept yet. None: it is
        known of all.
        """
        return self._do(lambda connection: places.unplaced_until(connection, camera_id))

    def get(self, entry_id: int) -> Kept:
        """Raises `NotFound`."""
        query = sa.select(ENTRIES).where(ENTRIES.c.id == entry_id)
        row = self._do(lambda connection: connection.execute(query).first())
        if row is None:
            raise NotFound(because("no_event", event=entry_id))
        return _kept(row)

    def picture(self, key: str) -> bytes:
        """Raises `NotFound`."""
        query = sa.select(PICTURES.c.jpeg).where(PICTURES.c.key == key)
        jpeg = self._do(lambda connection: connection.scalar(query))
        if jpeg is None:
            raise NotFound(because("event_without_picture"))
        return bytes(jpeg)

    def note_board(self, camera_id: str, health: BoardHealth) -> None:
        """What it told more than a day before goes; one that is silent stays known by its last."""
        new = sa.insert(BOARDS).prefix_with("OR REPLACE")
        values = {"camera_id": camera_id, "at": health.at, "said": health.told()}
        old = sa.delete(BOARDS).where(BOARDS.c.camera_id == camera_id, BOARDS.c.at < health.at - KEPT_S)

        def note(connection: sa.Connection) -> None:
            connection.execute(new, values)
            connection.execute(old)

        self._do(note)

    def board(self, camera_id: str, after: float) -> Sequence[BoardHealth]:
        """Oldest first."""
        query = sa.select(BOARDS.c.said).where(BOARDS.c.camera_id == camera_id, BOARDS.c.at >= after)
        said = self._do(lambda connection: connection.scalars(query.order_by(BOARDS.c.at)).all())
        return [BoardHealth(**one) for one in said]

    def board_ids(self) -> Mapping[str, str]:
        """By camera: what its board said last that it is, however long ago."""
        newest = sa.select(BOARDS.c.camera_id, sa.func.max(BOARDS.c.at).label("at"))
        last = newest.group_by(BOARDS.c.camera_id).subquery()
        is_last = (BOARDS.c.camera_id == last.c.camera_id) & (BOARDS.c.at == last.c.at)
        query = sa.select(BOARDS.c.camera_id, BOARDS.c.said).join(last, is_last)
        rows = self._do(lambda connection: connection.execute(query).all())
        return {camera_id: said["id"] for camera_id, said in rows if said.get("id")}

    def cameras(self) -> frozenset[str]:
        query = sa.select(ENTRIES.c.camera_id).distinct().where(ENTRIES.c.camera_id.is_not(None))
        return frozenset(self._do(lambda connection: connection.execute(query).scalars().all()))

    def forget(self, camera_id: str) -> None:
        """Everything that was ever told of a camera."""
        gone = sa.select(ENTRIES.c.key).where(ENTRIES.c.camera_id == camera_id)

        def remove(connection: sa.Connection) -> None:
            _remove(connection, gone)
            connection.execute(sa.delete(BOARDS).where(BOARDS.c.camera_id == camera_id))

        self._do(remove)

    def _do(self, work: Callable[[sa.Connection], _Result]) -> _Result:
        with self._translated():
            return self._database.do(work)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except LaterSchema as error:
            raise LaterVersion(because("history_later", path=self._path)) from error
        except (sa.exc.SQLAlchemyError, OSError) as error:
            cause = getattr(error, "orig", None) or error
            raise RecordingError(because("history_failed", path=self._path, why=cause)) from error


def _end_what_was_left_open(connection: sa.Connection) -> None:
    """What an earlier run left open ends where it began: nobody knows how long it lasted."""
    left = sa.update(ENTRIES).where(ENTRIES.c.ended_at.is_(None))
    motion = sa.and_(ENTRIES.c.kind == Kind.MOTION, ENTRIES.c.clip_id.is_(None))
    code = sa.case((motion, INTERRUPTED), else_=ENTRIES.c.code)
    connection.execute(left.values(ended_at=ENTRIES.c.started_at, code=code))


def _remove(connection: sa.Connection, gone: sa.Select[tuple[str]]) -> None:
    places.forget(connection, gone)
    connection.execute(sa.delete(PICTURES).where(PICTURES.c.key.in_(gone)))
    connection.execute(sa.delete(ENTRIES).where(ENTRIES.c.key.in_(gone)))


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    entries = ENTRIES.c
    if wanted.camera_ids is not None:
        yield sa.or_(entries.camera_id.is_(None), entries.camera_id.in_(sorted(wanted.camera_ids)))
    if wanted.kinds:
        yield entries.kind.in_(sorted(wanted.kinds))
    if wanted.after is not None:
        yield entries.started_at >= wanted.after
    if wanted.before is not None:
        yield entries.started_at < wanted.before
    if wanted.older_than is not None:
        yield entries.id < wanted.older_than
    if wanted.up_to is not None:
        yield entries.id <= wanted.up_to
    if wanted.ids:
        yield entries.id.in_(sorted(wanted.ids))
    if wanted.clip_id is not None:
        yield entries.clip_id == wanted.clip_id
    if wanted.place is not None:
        yield entries.id.in_(places.found(wanted.place, wanted.after, wanted.before))
    if wanted.reviewed is not None:
        yield entries.reviewed_at.is_not(None) if wanted.reviewed else entries.reviewed_at.is_(None)
    if wanted.what:
        yield one_of(entries.what, wanted.what)


def _is_place_alone(wanted: Wanted, place: Place) -> bool:
    """Nothing else is asked but the time; where it moved is known of motion alone."""
    only = Wanted(wanted.camera_ids, wanted.kinds, wanted.after, wanted.before, place=place)
    seen = wanted.camera_ids is None or place.camera_id in wanted.camera_ids
    return wanted == only and seen and (not wanted.kinds or Kind.MOTION in wanted.kinds)


def _apply(connection: sa.Connection, change: Change) -> Sequence[str | None]:
    """Returns the cameras of the entries that it changes."""
    match change:
        case Line(entry, jpeg, cells):
            entry_id = _put(connection, entry, jpeg)
            if cells and entry.camera_id is not None:
                places.put(connection, entry.camera_id, entry_id, entry.started_at, cells)
            return (entry.camera_id,)
        case Filmed(event_ids, clip_id):
            of_them = sa.update(ENTRIES).where(ENTRIES.c.key.in_(event_ids))
            changed = of_them.values(clip_id=clip_id, code=None)
        case Unfilmed(clip_id, why):
            of_it = sa.update(ENTRIES).where(ENTRIES.c.clip_id == clip_id)
            changed = of_it.values(clip_id=None, code=CLIP_REMOVED, reason=why, said=made_of(why))
        case Forgotten(camera_id, at):
            lasting = sa.update(ENTRIES).where(ENTRIES.c.camera_id == camera_id, ENTRIES.c.ended_at.is_(None))
            changed = lasting.values(ended_at=at)
    return connection.scalars(changed.returning(ENTRIES.c.camera_id)).all()


def _put(connection: sa.Connection, entry: Entry, jpeg: bytes) -> int:
    """The number by which it is asked for."""
    query = sa.select(ENTRIES.c.id, ENTRIES.c.times).where(ENTRIES.c.key == entry.key)
    known = connection.execute(query).first()
    row = {**asdict(entry), "zones": list(entry.zones), "picture": bool(jpeg), "said": made_of(entry.reason)}
    row |= {"what": kinds_of(entry.named), "named": [one.told() for one in entry.named] or None}
    if known is None:
        entry_id = int(connection.execute(sa.insert(ENTRIES).values(**row)).lastrowid)
    else:
        entry_id = known.id
        del row["clip_id"]  # came from elsewhere
        if not jpeg:
            del row["picture"]  # the one it has stays
        if entry.times != known.times:
            row |= {"reviewed_at": None, "reviewed_by": None}  # it came back: nobody has looked at that
        connection.execute(sa.update(ENTRIES).where(ENTRIES.c.id == known.id).values(**row))
    if jpeg:
        connection.execute(sa.delete(PICTURES).where(PICTURES.c.key == entry.key))
        connection.execute(sa.insert(PICTURES).values(key=entry.key, jpeg=jpeg))
    return entry_id


def _kept(row: sa.Row[Any]) -> Kept:
    values = dict(row._mapping)
    number, at, by = (values.pop(name) for name in ("id", "reviewed_at", "reviewed_by"))
    values["reason"] = made_again(values["reason"], values.pop("said"))
    del values["what"]  # as `named` tells
    values["named"] = named_again(values["named"])
    entry = Entry(**{**values, "kind": Kind(values["kind"]), "zones": tuple(values["zones"])})
    return Kept(number, entry, at, by)
