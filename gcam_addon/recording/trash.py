"""The trash, as the index knows it: what somebody deleted, and may have back for a while.

Nothing here touches a file: who claims clips deletes them. See `keeper.py` for when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gcam_addon.model import Clip
from gcam_addon.recording.rows import clip_in
from gcam_addon.recording.schema import CLIPS, DELETABLE

GOING = 0.0
"""`discarded_at` of a clip whose files are being deleted: nobody can have it back."""
_LIES_THERE = CLIPS.c.discarded_at > GOING


@dataclass(frozen=True, slots=True)
class Thrown:
    """A clip in the trash, since when, and the moment from which it ages."""

    clip: Clip
    at: float
    ages_from: float


class Trash:
    """Any thread. Every method may raise `RecordingError`. `camera_ids` None: of all cameras."""

    def __init__(self, begin: Callable[[], AbstractContextManager[sa.Connection]]) -> None:
        self._begin = begin

    def put(self, clip_id: str, at: float) -> Clip | None:
        """None where there is no such clip that may be deleted."""
        query = sa.update(CLIPS).where(CLIPS.c.id == clip_id, DELETABLE).values(discarded_at=at)
        with self._begin() as connection:
            row = connection.execute(query.returning(CLIPS)).first()
        return clip_in(row) if row else None

    def take_back(self, clip_id: str) -> None:
        """Nothing where it does not lie there."""
        lies_there = sa.update(CLIPS).where(CLIPS.c.id == clip_id, _LIES_THERE)
        with self._begin() as connection:
            connection.execute(lies_there.values(discarded_at=None))

    def newest(self, camera_ids: frozenset[str] | None, limit: int) -> Sequence[Thrown]:
        """What was deleted last comes first."""
        query = sa.select(CLIPS).where(_LIES_THERE, *_of(camera_ids))
        with self._begin() as connection:
            rows = connection.execute(query.order_by(CLIPS.c.discarded_at.desc()).limit(limit))
            return [_thrown(row) for row in rows]

    def find(self, clip_id: str) -> Thrown | None:
        with self._begin() as connection:
            row = connection.execute(sa.select(CLIPS).where(_LIES_THERE, CLIPS.c.id == clip_id)).first()
        return _thrown(row) if row else None

    def since(self) -> Mapping[str, float]:
        """By clip, those that are being deleted included."""
        query = sa.select(CLIPS.c.id, CLIPS.c.discarded_at).where(CLIPS.c.discarded_at.is_not(None))
        with self._begin() as connection:
            return {row.id: row.discarded_at for row in connection.execute(query)}

    def totals(self, camera_ids: frozenset[str] | None = None) -> tuple[int, int]:
        """(clips, bytes)."""
        sums = sa.select(sa.func.count(), sa.func.total(CLIPS.c.size_bytes))
        with self._begin() as connection:
            count, size = connection.execute(sums.where(_LIES_THERE, *_of(camera_ids))).one()
        return int(count), int(size)

    # What is to be deleted for good is claimed: from now on nobody can have it back

    def claim_oldest(self, before: float, limit: int, camera_id: str | None = None) -> Sequence[Clip]:
        """Some of what lies there since before then, and what was claimed and is still there."""
        camera_ids = None if camera_id is None else frozenset({camera_id})
        oldest = sa.select(CLIPS.c.id).where(CLIPS.c.discarded_at < before, *_of(camera_ids))
        return self._claim(oldest.order_by(CLIPS.c.discarded_at).limit(limit))

    def claim_aged(self, before: float, of_cameras: Mapping[str, float], limit: int) -> Sequence[Clip]:
        """Some of what ages since before then, which depends on the camera."""
        own = [(CLIPS.c.camera_id == camera_id, aged) for camera_id, aged in of_cameras.items()]
        aged_before = sa.case(*own, else_=before) if own else sa.literal(before)
        return self._claim(
            sa.select(CLIPS.c.id).where(_LIES_THERE, CLIPS.c.ages_from < aged_before).limit(limit)
        )

    def claim(self, camera_ids: frozenset[str] | None, clip_id: str | None, limit: int) -> Sequence[Clip]:
        """That one, or (None) some of them."""
        ids = sa.select(CLIPS.c.id).where(_LIES_THERE, *_of(camera_ids))
        return self._claim((ids if clip_id is None else ids.where(CLIPS.c.id == clip_id)).limit(limit))

    def _claim(self, ids: sa.Select[tuple[str]]) -> Sequence[Clip]:
        query = sa.update(CLIPS).where(CLIPS.c.id.in_(ids)).values(discarded_at=GOING)
        with self._begin() as connection:
            return [clip_in(row) for row in connection.execute(query.returning(CLIPS))]


def _of(camera_ids: frozenset[str] | None) -> Sequence[sa.ColumnElement[bool]]:
    return () if camera_ids is None else (CLIPS.c.camera_id.in_(sorted(camera_ids)),)


def _thrown(row: sa.Row[Any]) -> Thrown:
    return Thrown(clip_in(row), row.discarded_at, row.ages_from)
