"""The index's tables. A change here needs a migration in `migrations/versions/`; a test compares them."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, MetaData, Table, Text

METADATA = MetaData()

CLIPS = Table(
    "clips",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("camera_id", Text, nullable=False),
    Column("camera_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("ended_at", Float, nullable=False),
    Column("path", Text, nullable=False, unique=True),
    Column("thumbnail", Text),
    Column("size_bytes", Integer, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("peak", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("event_ids", JSON, nullable=False),
    Column("zones", JSON, nullable=False),
    Column("protected", Boolean, nullable=False),
    # When the file was first found gone: a drive that comes back brings its clips back as they were.
    Column("missing_since", Float),
    # When somebody deleted it: until the trash is emptied they may have it back.
    Column("discarded_at", Float),
    Index("clips_by_time", "started_at"),
    Index("clips_by_camera", "camera_id", "started_at"),
)

SHARES = Table(
    "shares",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("secret_hash", Text, nullable=False, unique=True),
    Column("clip_id", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("created_by", Text, nullable=False),
)
