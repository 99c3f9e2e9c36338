"""The index of clips: SQLite, by SQLAlchemy, its schema kept up by Alembic. Synchronous, for worker threads;
any number of them. What lies in the folders is the truth; `reconcile.py` makes the index agree with it.

No method reads more clips than it returns, whatever the number of clips: see docs/design/recording.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import tzinfo
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gcam_addon.errors import NotFound, RecordingError
from gcam_addon.model import ANY_CLIP, Clip, ClipFilter, Day, Recorded, Share, Stored, Usage
from gcam_addon.recording import overview
from gcam_addon.recording.conditions import conditions
from gcam_addon.recording.index_file import IndexFile
from gcam_addon.recording.retention import Aged, Holding
from gcam_addon.recording.rows import clip_in, clip_of, row_of
from gcam_addon.recording.schema import CLIPS, DELETABLE, DRIVE, FOLDERS, HOLDINGS, PRESENT, SHARES
from gcam_addon.recording.trash import GOING, Trash
from gcam_addon.words.reason import because

_FIRST_STEP, _STEP = 8, 300
"""So many clips are read at a time, where they are read one after the other: mostly few are wanted."""
_BATCH = 500
"""So many are changed in one go: the disk is asked to be sure of each."""
_NEWEST_FIRST = (CLIPS.c.started_at.desc(), CLIPS.c.id.desc())


@dataclass(frozen=True, slots=True)
class Entry:
    """What of a clip's entry the folders are compared with."""

    id: str
    camera_id: str
    path: str
    thumbnail: str | None
    missing_since: float | None
    discarded_at: float | None

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class Library:
    """Open it once, use it from any thread. Every method may raise `RecordingError`. `wall`: the time;
    `found_corrupt` and `lost`: see `IndexFile`.
    """

    def __init__(
        self,
        path: Path,
        wall: Callable[[], float] = time.time,
        found_corrupt: Callable[[], None] = lambda: None,
        lost: Callable[[RecordingError], None] = lambda _: None,
    ) -> None:
        self._wall = wall
        self._file = IndexFile(path, found_corrupt, lost)
        self._begin = self._file.begin
        self.trash = Trash(self._file.begin)
        self.open = self._file.open
        self.close = self._file.close
        self.mend = self._file.mend

    def list(self, wanted: ClipFilter = ANY_CLIP, *, limit: int | None = None) -> Sequence[Clip]:
        """Newest first."""
        query = sa.select(CLIPS).where(PRESENT, *conditions(wanted)).order_by(*_NEWEST_FIRST).limit(limit)
        with self._begin() as connection:
            return [clip_in(row) for row in connection.execute(query)]

    def get(self, clip_id: str) -> Clip:
        """Raises `NotFound`."""
        clip = self.find(clip_id)
        if clip is None:
            raise NotFound(because("no_clip", clip=clip_id))
        return clip

    def find(self, clip_id: str) -> Clip | None:
        with self._begin() as connection:
            row = connection.execute(sa.select(CLIPS).where(PRESENT, CLIPS.c.id == clip_id)).first()
        return clip_in(row) if row else None

    def totals(self) -> tuple[int, int]:
        """(clips, bytes)."""
        sums = [sa.func.total(column) for column in (HOLDINGS.c.clips, HOLDINGS.c.size_bytes)]
        with self._begin() as connection:
            count, size = connection.execute(sa.select(*sums)).one()
        return int(count), int(size)

    def add(self, clip: Clip, *, is_new: bool = True, discarded_at: float | None = None) -> Clip:
        """Index `clip`, replacing what was known of its path; its protection and its age outlive the
        replacement. `is_new`: it was just made, whatever its times say; `discarded_at`: into the trash.
        """
        with self._begin() as connection:
            same = sa.or_(CLIPS.c.id == clip.id, CLIPS.c.path == clip.path)
            known = sa.select(sa.func.max(CLIPS.c.protected), sa.func.max(CLIPS.c.ages_from)).where(same)
            protected, ages_from = connection.execute(known).one()
            connection.execute(sa.delete(CLIPS).where(same))
            row = {**row_of(clip), "protected": clip.protected or bool(protected)}
            ages_from = max(clip.ended_at, ages_from or (self._wall() if is_new else clip.ended_at))
            row_values = {**row, "ages_from": ages_from, "discarded_at": discarded_at}
            connection.execute(sa.insert(CLIPS).values(**row_values))
            folder = {"path": clip.path.rpartition("/")[0], "looks": None}
            connection.execute(sa.insert(FOLDERS).prefix_with("OR REPLACE").values(folder))
        return clip_of(row)

    def protect(self, clip_id: str, protected: bool) -> Clip:
        """Raises `NotFound`."""
        with self._begin() as connection:
            connection.execute(sa.update(CLIPS).where(CLIPS.c.id == clip_id).values(protected=protected))
        return self.get(clip_id)

    def remove(self, clip_ids: Sequence[str]) -> None:
        """Forget them."""
        with self._begin() as connection:
            connection.execute(sa.delete(CLIPS).where(CLIPS.c.id.in_(clip_ids)))

    # What retention asks

    def holdings(self) -> Sequence[Holding]:
        """What there is of each camera."""
        oldest = sa.select(sa.func.min(CLIPS.c.ages_from)).where(
            CLIPS.c.camera_id == HOLDINGS.c.camera_id, DELETABLE
        )
        with self._begin() as connection:
            rows = connection.execute(sa.select(HOLDINGS, oldest.correlate(HOLDINGS).scalar_subquery()))
            return [Holding(*row) for row in rows]

    def oldest(self, camera_id: str) -> Iterator[Aged]:
        """A camera's clips that are not protected, oldest first, read a few at a time."""
        age = (CLIPS.c.ages_from, CLIPS.c.id)
        query = sa.select(CLIPS).where(CLIPS.c.camera_id == camera_id, DELETABLE).order_by(*age)
        last, step = (float("-inf"), ""), _FIRST_STEP
        while True:
            with self._begin() as connection:
                rows = connection.execute(query.where(sa.tuple_(*age) > last).limit(step)).all()
            yield from (Aged(row.ages_from, clip_in(row)) for row in rows)
            if len(rows) < step:
                return
            last, step = (rows[-1].ages_from, rows[-1].id), min(_STEP, step * 2)

    def claim(self, clip_ids: Sequence[str]) -> Sequence[Clip]:
        """Those of them that may be deleted still (nobody protected them meanwhile); from now on they are in
        no answer, and their files may go.
        """
        return self._claim(DELETABLE, CLIPS.c.id.in_(clip_ids))

    def claim_all(self, camera_id: str) -> None:
        """All of a camera, protected ones and those in the trash too; see `claimed`."""
        query = sa.update(CLIPS).where(CLIPS.c.camera_id == camera_id, CLIPS.c.missing_since.is_(None))
        with self._begin() as connection:
            connection.execute(query.values(discarded_at=GOING))

    def claimed(self, camera_id: str) -> Sequence[Clip]:
        """Some of a camera's clips that are claimed."""
        query = sa.select(CLIPS).where(CLIPS.c.discarded_at == GOING, CLIPS.c.camera_id == camera_id)
        with self._begin() as connection:
            return [clip_in(row) for row in connection.execute(query.limit(_STEP))]

    def rejuvenate(self, since: float, until: float, by_s: float) -> None:
        """The clock was behind by `by_s` while the clips that age since then were indexed."""
        aged = sa.update(CLIPS).where(CLIPS.c.ages_from.between(since, until))
        with self._begin() as connection:
            connection.execute(aged.values(ages_from=CLIPS.c.ages_from + by_s))

    # What the folder has, and has not

    def folders(self) -> dict[str, str | None]:
        """Those in which clips lie or lay, and how each looked when it was last compared."""
        with self._begin() as connection:
            return {row.path: row.looks for row in connection.execute(sa.select(FOLDERS))}

    def note_folders(self, looks: Mapping[str, str | None], gone: Sequence[str] = ()) -> None:
        """They were compared, and look so; what is `gone` is forgotten."""
        rows = [{"path": path, "looks": look} for path, look in looks.items()]
        with self._begin() as connection:
            for paths in _batches([*looks, *gone]):
                connection.execute(sa.delete(FOLDERS).where(FOLDERS.c.path.in_(paths)))
            if rows:
                connection.execute(sa.insert(FOLDERS), rows)

    def entry(self, clip_id: str) -> Entry | None:
        """What is known of a clip, whatever became of it."""
        columns = [CLIPS.c[field.name] for field in fields(Entry)]
        with self._begin() as connection:
            row = connection.execute(sa.select(*columns).where(CLIPS.c.id == clip_id)).first()
        return None if row is None else Entry(*row)

    def entries(self, folder: str) -> Sequence[Entry]:
        """What is known of a folder itself, what is hidden or in the trash included."""
        clips = CLIPS.c
        columns = [clips[field.name] for field in fields(Entry)]
        query = sa.select(*columns).where(
            clips.path > f"{folder}/", clips.path < f"{folder}0"
        )  # after a slash
        with self._begin() as connection:
            found = [Entry(*row) for row in connection.execute(query)]
        return [entry for entry in found if entry.folder == folder]

    def drive(self) -> tuple[str | None, float | None]:
        """(its name, away since)."""
        with self._begin() as connection:
            row = connection.execute(sa.select(DRIVE.c.name, DRIVE.c.away_since)).first()
        return (row.name, row.away_since) if row else (None, None)

    def note_drive(self, name: str | None, away_since: float | None) -> None:
        with self._begin() as connection:
            connection.execute(sa.delete(DRIVE))
            connection.execute(sa.insert(DRIVE).values(row=1, name=name, away_since=away_since))

    def earliest(self, limit: int, until: float) -> Sequence[Clip]:
        """The first ones that were recorded, of those indexed until then."""
        query = (
            sa.select(CLIPS)
            .where(PRESENT, CLIPS.c.ages_from <= until)
            .order_by(CLIPS.c.started_at, CLIPS.c.id)
            .limit(limit)
        )
        with self._begin() as connection:
            return [clip_in(row) for row in connection.execute(query)]

    def set_missing(self, clip_ids: Sequence[str], since: float | None) -> None:
        """Hide clips whose files are gone, or show them again (None)."""
        for some in _batches(clip_ids):
            query = sa.update(CLIPS).where(CLIPS.c.id.in_(some)).values(missing_since=since)
            with self._begin() as connection:
                connection.execute(query)

    def missing(self) -> Sequence[tuple[Clip, float]]:
        """Hidden clips, and since when."""
        query = sa.select(CLIPS).where(CLIPS.c.missing_since.is_not(None))
        with self._begin() as connection:
            return [(clip_in(row), row.missing_since) for row in connection.execute(query)]

    def forget_missing(self, before: float) -> None:
        """Those that have been hidden since before then."""
        with self._begin() as connection:
            connection.execute(sa.delete(CLIPS).where(CLIPS.c.missing_since < before))

    def restore(self, clip_id: str) -> Clip:
        """Out of the trash. Raises `NotFound` when it was emptied."""
        self.trash.take_back(clip_id)
        return self.get(clip_id)

    # What a person asks

    def days(self, wanted: ClipFilter, timezone: tzinfo | None = None) -> Sequence[Day]:
        """Per day of `timezone` (None: this machine's), oldest first."""
        with self._begin() as connection:
            return overview.days(connection, wanted, timezone)

    def cameras(self, wanted: ClipFilter) -> Sequence[Recorded]:
        """Per camera, by name."""
        with self._begin() as connection:
            return overview.cameras(connection, wanted)

    def stored(self) -> Sequence[Stored]:
        """Per camera, by name: how much there is, and how far back it reaches."""
        with self._begin() as connection:
            return overview.stored(connection)

    def usage(self, since: float) -> Usage:
        oldest = sa.select(sa.func.min(CLIPS.c.started_at)).where(PRESENT)
        size = sa.select(sa.func.sum(CLIPS.c.size_bytes)).where(PRESENT, CLIPS.c.started_at >= since)
        with self._begin() as connection:
            return Usage(connection.scalar(oldest), int(connection.scalar(size) or 0))

    def overlapping(self, camera_id: str, after: float, before: float) -> Sequence[Clip]:
        """What a camera recorded between then and then, oldest first."""
        clips = CLIPS.c
        query = sa.select(CLIPS).where(
            PRESENT, clips.camera_id == camera_id, clips.started_at < before, clips.ended_at > after
        )
        with self._begin() as connection:
            return [clip_in(row) for row in connection.execute(query.order_by(clips.started_at))]

    # Links

    def add_share(self, share: Share, secret_hash: str, most: int) -> bool:
        """False where its maker has `most` already. Counted and added at once: several may be asking."""
        values = asdict(share) | {"secret_hash": secret_hash}
        theirs = SHARES.c.maker_id == share.maker_id, SHARES.c.expires_at > share.created_at
        count = sa.select(sa.func.count()).select_from(SHARES).where(*theirs).scalar_subquery()
        row = sa.select(*(sa.literal(value) for value in values.values())).where(count < most)
        with self._begin() as connection:
            return connection.execute(sa.insert(SHARES).from_select(list(values), row)).rowcount > 0

    def shares(self, now: float, clip_id: str | None = None) -> Sequence[tuple[Share, Clip]]:
        """Those that have not expired, with what they show, oldest first; outdated ones go."""
        query = sa.select(SHARES, CLIPS).join(CLIPS, SHARES.c.clip_id == CLIPS.c.id).where(PRESENT)
        if clip_id is not None:
            query = query.where(SHARES.c.clip_id == clip_id)
        with self._begin() as connection:
            connection.execute(sa.delete(SHARES).where(SHARES.c.expires_at <= now))
            rows = connection.execute(query.order_by(SHARES.c.created_at, SHARES.c.id))
            return [
                (_share(row), clip_of({column.name: row._mapping[column] for column in CLIPS.c}))
                for row in rows
            ]

    def adopt_shares(self, makers: Mapping[str, str]) -> None:
        """Links of an earlier version, which knew names alone, become those of who bears it: name -> id."""
        with self._begin() as connection:
            for name, maker_id in makers.items():
                nobodys = (SHARES.c.maker_id == "", SHARES.c.created_by == name)
                connection.execute(sa.update(SHARES).where(*nobodys).values(maker_id=maker_id))

    def use_share(self, share_id: str, now: float, apart_s: float) -> None:
        """It was watched; what comes within `apart_s` of the last time belongs to that."""
        anew = sa.or_(SHARES.c.used_at.is_(None), SHARES.c.used_at <= now - apart_s)
        query = sa.update(SHARES).where(SHARES.c.id == share_id, anew)
        with self._begin() as connection:
            connection.execute(query.values(used=SHARES.c.used + 1, used_at=now))

    def find_share(self, secret_hash: str) -> Share | None:
        with self._begin() as connection:
            row = connection.execute(sa.select(SHARES).where(SHARES.c.secret_hash == secret_hash)).first()
        return None if row is None else _share(row)

    def remove_share(self, share_id: str) -> None:
        with self._begin() as connection:
            connection.execute(sa.delete(SHARES).where(SHARES.c.id == share_id))

    def _claim(self, *which: sa.ColumnElement[bool]) -> Sequence[Clip]:
        query = sa.update(CLIPS).where(*which).values(discarded_at=GOING).returning(CLIPS)
        with self._begin() as connection:
            return [clip_in(row) for row in connection.execute(query)]


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[begin : begin + _BATCH] for begin in range(0, len(values), _BATCH))


def _share(row: sa.Row[Any]) -> Share:
    return Share(**{field.name: row._mapping[SHARES.c[field.name]] for field in fields(Share)})
