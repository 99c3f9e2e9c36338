"""The index of clips: SQLite, by SQLAlchemy, its schema kept up by Alembic. Synchronous, for worker threads;
any number of them. What lies in the folders is the truth; `reconcile.py` makes the index agree with it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.util.exc import CommandError

from gcam_addon.database import bring_up_to_date, engine_for
from gcam_addon.errors import DiskError, NotFound, RecordingError
from gcam_addon.model import ANY_CLIP, Clip, ClipFilter, ClipKind, Day, Recorded, Share, Usage
from gcam_addon.recording.schema import CLIPS, SHARES

_PRESENT = sa.and_(CLIPS.c.missing_since.is_(None), CLIPS.c.discarded_at.is_(None))
_log = logging.getLogger(__name__)


class Library:
    """Open it once, use it from any thread. Every method may raise `RecordingError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = engine_for(path)

    def open(self) -> None:
        """Bring the schema up to date; a corrupt file is kept aside and an empty index begun."""
        try:
            self._prepare()
        except sa.exc.OperationalError as error:
            raise RecordingError(f"can't open the clip index {self._path}: {error.orig}") from error
        except sa.exc.DatabaseError as error:
            self._set_aside(error)
            self._prepare()
        except CommandError as error:
            raise RecordingError(
                f"the clip index {self._path} was written by a later version of Gcam: install that again"
            ) from error

    def close(self) -> None:
        self._engine.dispose()

    def list(self, wanted: ClipFilter = ANY_CLIP, *, limit: int | None = None) -> Sequence[Clip]:
        """Newest first."""
        order = (CLIPS.c.started_at.desc(), CLIPS.c.id)
        query = sa.select(CLIPS).where(_PRESENT, *_conditions(wanted)).order_by(*order).limit(limit)
        with self._begin() as connection:
            return [_clip(row) for row in connection.execute(query)]

    def get(self, clip_id: str) -> Clip:
        """Raises `NotFound`."""
        clip = self.find(clip_id)
        if clip is None:
            raise NotFound(f"there is no clip {clip_id}")
        return clip

    def find(self, clip_id: str) -> Clip | None:
        with self._begin() as connection:
            row = connection.execute(sa.select(CLIPS).where(_PRESENT, CLIPS.c.id == clip_id)).first()
        return _clip(row) if row else None

    def totals(self) -> tuple[int, int]:
        """(clips, bytes)."""
        query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(CLIPS.c.size_bytes), 0))
        with self._begin() as connection:
            count, size = connection.execute(query.where(_PRESENT)).one()
        return int(count), int(size)

    def add(self, clip: Clip) -> Clip:
        """Index `clip`, replacing what was known of its path; its protection outlives the replacement."""
        with self._begin() as connection:
            same = sa.or_(CLIPS.c.id == clip.id, CLIPS.c.path == clip.path)
            protected = connection.scalar(sa.select(sa.func.max(CLIPS.c.protected)).where(same))
            connection.execute(sa.delete(CLIPS).where(same))
            row = {**asdict(clip), "protected": clip.protected or bool(protected)}
            connection.execute(sa.insert(CLIPS).values(**row, missing_since=None, discarded_at=None))
        return _clip_of(row)

    def protect(self, clip_id: str, protected: bool) -> Clip:
        """Raises `NotFound`."""
        with self._begin() as connection:
            connection.execute(sa.update(CLIPS).where(CLIPS.c.id == clip_id).values(protected=protected))
        return self.get(clip_id)

    def remove(self, clip_id: str) -> None:
        with self._begin() as connection:
            connection.execute(sa.delete(CLIPS).where(CLIPS.c.id == clip_id))

    def set_missing(self, clip_id: str, since: float | None) -> None:
        """Hide a clip whose file is gone, or show it again (None)."""
        with self._begin() as connection:
            connection.execute(sa.update(CLIPS).where(CLIPS.c.id == clip_id).values(missing_since=since))

    def missing(self) -> Sequence[tuple[Clip, float]]:
        """Hidden clips, and since when."""
        query = sa.select(CLIPS).where(CLIPS.c.missing_since.is_not(None))
        with self._begin() as connection:
            return [(_clip(row), row.missing_since) for row in connection.execute(query)]

    def discard(self, clip_id: str, at: float) -> None:
        """Into the trash."""
        with self._begin() as connection:
            connection.execute(sa.update(CLIPS).where(CLIPS.c.id == clip_id).values(discarded_at=at))

    def restore(self, clip_id: str) -> Clip:
        """Out of the trash. Raises `NotFound` when it was emptied."""
        with self._begin() as connection:
            connection.execute(sa.update(CLIPS).where(CLIPS.c.id == clip_id).values(discarded_at=None))
        return self.get(clip_id)

    def discarded(self, before: float | None = None) -> Sequence[Clip]:
        """What lies in the trash, since before then."""
        query = sa.select(CLIPS).where(CLIPS.c.discarded_at.is_not(None))
        if before is not None:
            query = query.where(CLIPS.c.discarded_at < before)
        with self._begin() as connection:
            return [_clip(row) for row in connection.execute(query)]

    def days(self, wanted: ClipFilter, timezone: tzinfo | None = None) -> Sequence[Day]:
        """Per day of `timezone` (None: this machine's), oldest first."""
        clips = CLIPS.c
        query = sa.select(clips.id, clips.started_at, clips.ended_at).where(_PRESENT, *_conditions(wanted))
        days: dict[str, Day] = {}
        with self._begin() as connection:
            for clip_id, started_at, ended_at in connection.execute(query.order_by(clips.started_at)):
                name = datetime.fromtimestamp(started_at, timezone).date().isoformat()
                had = days.get(name, Day(name, 0, 0.0, clip_id))
                days[name] = Day(name, had.clips + 1, had.seconds + ended_at - started_at, clip_id)
        return list(days.values())

    def cameras(self, wanted: ClipFilter) -> Sequence[Recorded]:
        """Per camera, by name."""
        clips = CLIPS.c
        # SQLite takes the other columns from the row that has the greatest `started_at`.
        columns = (
            clips.camera_id,
            clips.camera_name,
            sa.func.count(),
            clips.id,
            sa.func.max(clips.started_at),
        )
        query = sa.select(*columns).where(_PRESENT, *_conditions(wanted)).group_by(clips.camera_id)
        with self._begin() as connection:
            found = [Recorded(*row[:4]) for row in connection.execute(query)]
        return sorted(found, key=lambda camera: (camera.camera_name.casefold(), camera.camera_id))

    def usage(self, since: float) -> Usage:
        size = sa.func.sum(CLIPS.c.size_bytes).filter(CLIPS.c.started_at >= since)
        with self._begin() as connection:
            oldest_at, count = connection.execute(
                sa.select(sa.func.min(CLIPS.c.started_at), size).where(_PRESENT)
            ).one()
        return Usage(oldest_at, int(count or 0))

    def overlapping(self, camera_id: str, after: float, before: float) -> Sequence[Clip]:
        """What a camera recorded between then and then, oldest first."""
        clips = CLIPS.c
        query = sa.select(CLIPS).where(
            _PRESENT, clips.camera_id == camera_id, clips.started_at < before, clips.ended_at > after
        )
        with self._begin() as connection:
            return [_clip(row) for row in connection.execute(query.order_by(clips.started_at))]

    def add_share(self, share: Share, secret_hash: str) -> None:
        with self._begin() as connection:
            connection.execute(sa.insert(SHARES).values(**asdict(share), secret_hash=secret_hash))

    def shares(self, clip_id: str, now: float) -> Sequence[Share]:
        """Those that still hold; outdated ones go."""
        with self._begin() as connection:
            connection.execute(sa.delete(SHARES).where(SHARES.c.expires_at <= now))
            rows = connection.execute(sa.select(SHARES).where(SHARES.c.clip_id == clip_id))
            return [_share(row) for row in rows]

    def find_share(self, *, secret_hash: str | None = None, share_id: str | None = None) -> Share | None:
        condition = SHARES.c.secret_hash == secret_hash if share_id is None else SHARES.c.id == share_id
        with self._begin() as connection:
            row = connection.execute(sa.select(SHARES).where(condition)).first()
        return None if row is None else _share(row)

    def remove_share(self, share_id: str) -> None:
        with self._begin() as connection:
            connection.execute(sa.delete(SHARES).where(SHARES.c.id == share_id))

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise DiskError(f"the clip index {self._path} failed: {cause}") from error

    def _prepare(self) -> None:
        bring_up_to_date(self._engine, "gcam_addon.recording")

    def _set_aside(self, error: Exception) -> None:
        self._engine.dispose()
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        aside = self._path.with_name(f"{self._path.name}.corrupt-{stamp}")
        for suffix in ("-wal", "-shm", ""):
            part = self._path.with_name(self._path.name + suffix)
            if part.exists():
                part.replace(aside.with_name(aside.name + suffix))
        _log.error("the clip index was corrupt (%s): kept as %s, rebuilt from the folder", error, aside)


def _conditions(wanted: ClipFilter) -> Iterator[sa.ColumnElement[bool]]:
    clips, length_s = CLIPS.c, CLIPS.c.ended_at - CLIPS.c.started_at
    if wanted.camera_ids is not None:
        yield clips.camera_id.in_(sorted(wanted.camera_ids))
    if wanted.after is not None:
        yield clips.started_at >= wanted.after
    if wanted.before is not None:
        yield clips.started_at < wanted.before
    if wanted.kinds:
        yield clips.kind.in_(sorted(wanted.kinds))
    if wanted.zone is not None:
        zones = sa.func.json_each(clips.zones).table_valued("value")
        yield sa.exists(sa.select(1).select_from(zones).where(zones.c.value == wanted.zone))
    if wanted.protected is not None:
        yield clips.protected.is_(wanted.protected)
    if wanted.min_length_s is not None:
        yield length_s >= wanted.min_length_s
    if wanted.max_length_s is not None:
        yield length_s <= wanted.max_length_s
    if wanted.min_score is not None:
        yield clips.peak >= wanted.min_score
    if wanted.older_than is not None:
        at, clip_id = wanted.older_than
        same = sa.and_(clips.started_at == at, clips.id > clip_id)
        yield sa.or_(clips.started_at < at, same)


def _clip(row: sa.Row[Any]) -> Clip:
    return _clip_of(dict(row._mapping))


def _clip_of(values: dict[str, Any]) -> Clip:
    known = {key: value for key, value in values.items() if key not in ("missing_since", "discarded_at")}
    known["kind"] = ClipKind(known["kind"])
    known["event_ids"], known["zones"] = tuple(known["event_ids"]), tuple(known["zones"])
    return Clip(**known)


def _share(row: sa.Row[Any]) -> Share:
    values = dict(row._mapping)
    del values["secret_hash"]
    return Share(**values)
