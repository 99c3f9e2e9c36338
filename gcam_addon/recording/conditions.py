"""A `ClipFilter` as SQL, written so that SQLite finds the answer along one index."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.sql.operators import custom_op

from gcam_addon.disk.database import one_of
from gcam_addon.model import ClipFilter
from gcam_addon.recording.schema import CLIPS


def conditions(wanted: ClipFilter) -> Iterator[sa.ColumnElement[bool]]:
    clips, length_s = CLIPS.c, CLIPS.c.ended_at - CLIPS.c.started_at
    if wanted.camera_ids is not None:
        yield _of(sorted(wanted.camera_ids))
    if wanted.after is not None:
        yield clips.started_at >= wanted.after
    if wanted.before is not None:
        yield clips.started_at < wanted.before
    if wanted.kinds:
        yield clips.kind.in_(sorted(wanted.kinds))
    if wanted.zone is not None:
        yield _in(wanted.zone)
    if wanted.what:
        yield one_of(clips.what, wanted.what)
    if wanted.protected is not None:
        yield clips.protected.is_(wanted.protected)
    if wanted.min_length_s is not None:
        yield length_s >= wanted.min_length_s
    if wanted.max_length_s is not None:
        yield length_s <= wanted.max_length_s
    if wanted.min_score is not None:
        yield clips.peak >= wanted.min_score
    if wanted.older_than is not None:
        yield sa.tuple_(clips.started_at, clips.id) < wanted.older_than


def _of(camera_ids: list[str]) -> sa.ColumnElement[bool]:
    """Along its own index for one camera. Several are picked along the time: by camera all of them would have
    to be sorted, however few are wanted. The plus keeps SQLite from using the column's index.
    """
    if len(camera_ids) == 1:
        return CLIPS.c.camera_id == camera_ids[0]
    plain: sa.ColumnElement[str] = sa.UnaryExpression(
        CLIPS.c.camera_id, operator=custom_op("+"), type_=sa.Text()
    )
    return plain.in_(camera_ids)


def _in(zone: str) -> sa.ColumnElement[bool]:
    """A name is in the list where JSON begins it with `["` or ` "` and ends it with `"`, which is quicker
    than parsing it; only one that begins like the end of another needs that.
    """
    if zone.startswith((",", "]")):
        zones = sa.func.json_each(CLIPS.c.zones).table_valued("value")
        return sa.exists(sa.select(1).select_from(zones).where(zones.c.value == zone))
    name = json.dumps(zone)
    first, later = (_holds(begin + name) for begin in "[ ")
    return sa.and_(_holds(name), sa.or_(first, later))


def _holds(text: str) -> sa.ColumnElement[bool]:
    return sa.func.instr(CLIPS.c.zones, sa.literal(text, sa.Text)) > 0
