"""The tables of outbox.db. A change here needs a migration in `migrations/versions/`: a test compares."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData()

LETTERS = Table(
    "letters",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    # What it is, to whom: written once, however often it is decided.
    Column("key", Text, nullable=False, unique=True),
    Column("destination", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("happening", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("camera_id", Text),
    Column("at", Float, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("importance", Text, nullable=False),
    Column("window_s", Float, nullable=False),
    Column("wants_clip", Boolean, nullable=False),
    Column("clip_id", Text),
    Column("picture", LargeBinary),
    Column("picture_bytes", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("sent_at", Float),
    Column("remote", Text),
    Column("said", Text),
    Column("took_s", Float),
    # Somebody was told that it was left out.
    Column("summed_up", Boolean, nullable=False),
    Index("letters_by_destination", "destination", "state", "next_at"),
    Index("letters_by_happening", "happening", "part"),
)
