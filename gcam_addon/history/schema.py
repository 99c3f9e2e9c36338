"""The tables of events.db. A change here needs a migration in `migrations/versions/`: a test compares."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text

from gcam_addon.picture.cells import TILES

METADATA = MetaData()

ENTRIES = Table(
    "entries",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("camera_id", Text),
    Column("camera_name", Text, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("score", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("said", JSON(none_as_null=True)),
    Column("code", Text),
    Column("zones", JSON, nullable=False),
    Column("clip_id", Text),
    Column("picture", Boolean, nullable=False),
    Column("what", JSON(none_as_null=True)),
    Column("named", JSON(none_as_null=True)),
    Column("times", Integer, nullable=False, server_default="1"),
    Column("reviewed_at", Float),
    Column("reviewed_by", Text),
    Index("entries_by_time", "started_at"),
    Index("entries_by_clip", "clip_id"),
    Index("entries_by_review", "reviewed_at", "camera_id"),
)

BOARDS = Table(
    "boards",
    METADATA,
    Column("camera_id", Text, primary_key=True),
    Column("at", Float, primary_key=True),
    Column("said", JSON, nullable=False),
)

PICTURES = Table(
    "pictures",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("jpeg", LargeBinary, nullable=False),
)

PLACES = Table(
    "places",
    METADATA,
    # Where in a camera's picture something moved: `picture.cells`. Narrow, and in the order in which it is
    # asked for, so that a search reads all of a camera's at once.
    Column("camera_id", Text, primary_key=True),
    Column("entry_id", Integer, primary_key=True),
    Column("started_at", Float, nullable=False),
    *(Column(f"tile_{tile}", Integer, nullable=False) for tile in range(TILES)),
    sqlite_with_rowid=False,
)
