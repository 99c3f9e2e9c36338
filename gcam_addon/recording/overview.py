"""What there is per day and per camera, counted along the indexes: by SQLite, a day or a camera at a time."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo

import sqlalchemy as sa

from gcam_addon.model import ClipFilter, Day, Recorded, Stored
from gcam_addon.recording.conditions import conditions
from gcam_addon.recording.schema import CLIPS, HOLDINGS, PRESENT

_DAY_S = 86400.0
_DAY = timedelta(days=1)
"""No place's day begins so much before or after that of Greenwich."""
_EPOCH = date(1970, 1, 1).toordinal()
_UTC_DAYS = sa.text(
    """
    WITH RECURSIVE days(day) AS (
        SELECT CAST(min(started_at) / :day_s AS INTEGER) FROM clips
        WHERE missing_since IS NULL AND discarded_at IS NULL AND started_at >= :after
        UNION ALL
        SELECT (
            SELECT CAST(min(started_at) / :day_s AS INTEGER) FROM clips
            WHERE missing_since IS NULL AND discarded_at IS NULL
            AND started_at >= (day + 1) * :day_s AND started_at < :before
        ) FROM days WHERE day IS NOT NULL
    )
    SELECT day FROM days WHERE day IS NOT NULL
    """
)
"""Those on which something was recorded, ascending: one look into the index for each."""


def days(connection: sa.Connection, wanted: ClipFilter, timezone: tzinfo | None) -> Sequence[Day]:
    """Per day of `timezone` (None: this machine's), oldest first."""
    after, before = _or_else(wanted.after, -math.inf), _or_else(wanted.before, math.inf)
    utc_days = connection.scalars(_UTC_DAYS, {"day_s": _DAY_S, "after": after, "before": before})
    bounds = [
        (name, max(begin, after), min(end, before)) for name, begin, end in _local_days(utc_days, timezone)
    ]
    day = sa.func.json_each(json.dumps(bounds)).table_valued("value")
    name, begin, end = (sa.func.json_extract(day.c.value, f"$[{number}]") for number in range(3))
    others = conditions(replace(wanted, after=None, before=None))
    own = (PRESENT, CLIPS.c.started_at >= begin, CLIPS.c.started_at < end, *others)
    counts = sa.func.json_array(sa.func.count(), sa.func.sum(CLIPS.c.ended_at - CLIPS.c.started_at))
    counted = sa.select(counts).where(*own).correlate(day).scalar_subquery()
    newest = _newest(*own).correlate(day).scalar_subquery()
    found = connection.execute(sa.select(name, counted, newest))
    filled = ((day, *json.loads(counts), newest_id) for day, counts, newest_id in found if newest_id)
    return [Day(*values) for values in filled]


def cameras(connection: sa.Connection, wanted: ClipFilter) -> Sequence[Recorded]:
    """Per camera, by name."""
    own = (PRESENT, CLIPS.c.camera_id == HOLDINGS.c.camera_id, *conditions(replace(wanted, camera_ids=None)))
    counted = sa.select(sa.func.count()).select_from(CLIPS).where(*own).correlate(HOLDINGS)
    newest = _newest(*own).correlate(HOLDINGS)
    found = sa.select(counted.scalar_subquery().label("clips"), newest.scalar_subquery().label("newest"))
    if wanted.camera_ids is not None:
        found = found.where(HOLDINGS.c.camera_id.in_(sorted(wanted.camera_ids)))
    each = found.select_from(HOLDINGS).subquery()
    query = sa.select(CLIPS.c.camera_id, CLIPS.c.camera_name, each.c.clips, each.c.newest)
    rows = connection.execute(query.join_from(each, CLIPS, CLIPS.c.id == each.c.newest))
    recorded = [Recorded(*row) for row in rows]
    return sorted(recorded, key=lambda camera: (camera.camera_name.casefold(), camera.camera_id))


def stored(connection: sa.Connection) -> Sequence[Stored]:
    """Per camera, by name."""
    own = (PRESENT, CLIPS.c.camera_id == HOLDINGS.c.camera_id)
    oldest = sa.select(sa.func.min(CLIPS.c.started_at)).where(*own).correlate(HOLDINGS).scalar_subquery()
    newest = _newest(*own).correlate(HOLDINGS).scalar_subquery()
    sums = sa.select(HOLDINGS, oldest.label("oldest_at"), newest.label("newest")).subquery().c
    query = sa.select(sums.camera_id, CLIPS.c.camera_name, sums.clips, sums.size_bytes, sums.oldest_at)
    rows = connection.execute(query.where(CLIPS.c.id == sums.newest))
    return sorted((Stored(*row) for row in rows), key=lambda one: (one.camera_name.casefold(), one.camera_id))


def _newest(*which: sa.ColumnElement[bool]) -> sa.Select[tuple[str]]:
    return sa.select(CLIPS.c.id).where(*which).order_by(CLIPS.c.started_at.desc(), CLIPS.c.id.desc()).limit(1)


def _local_days(utc_days: Iterable[int], timezone: tzinfo | None) -> Iterator[tuple[str, float, float]]:
    """(name, begin, end) of every day of `timezone` that may have part in one of those of Greenwich."""
    last = date.min
    for number in utc_days:
        middle = date.fromordinal(_EPOCH + number)
        for day in (middle - _DAY, middle, middle + _DAY):
            if day > last:
                yield day.isoformat(), _midnight(day, timezone), _midnight(day + _DAY, timezone)
                last = day


def _midnight(day: date, timezone: tzinfo | None) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=timezone).timestamp()


def _or_else(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
